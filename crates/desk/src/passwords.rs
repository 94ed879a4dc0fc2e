//! Password hashes: Argon2id, a few at a time.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::{DeskError, Result};

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// More at once would let a crowd of sign-ins eat the memory.
const PARALLEL_MAX: usize = 2;

const PASSWORD_CHARS_MIN: usize = 12;
/// Long passphrases are welcome; beyond this it is an attack on the processor.
const PASSWORD_BYTES_MAX: usize = 1024;

/// A hash of no password, with today's parameters: an unknown login costs the same time as a known
/// one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA\
                      $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Makes and checks password hashes off the async threads.
#[derive(Clone)]
pub(crate) struct Hasher {
    permits: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(PARALLEL_MAX)) }
    }
}

impl Hasher {
    /// A new hash in PHC form.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = Zeroizing::new(password.as_bytes().to_vec());
        self.run(move || {
            let hash = argon2().hash_password(&password);
            hash.map(|hash| hash.to_string()).map_err(|error| {
                DeskError::Damaged(format!("the password could not be hashed: {error}"))
            })
        })
        .await?
    }

    /// Whether `password` belongs to `stored`; always false, at the same cost, without one.
    pub(crate) async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool> {
        if password.len() > PASSWORD_BYTES_MAX {
            return Ok(false);
        }
        let password = Zeroizing::new(password.as_bytes().to_vec());
        let known = stored.is_some();
        let stored = stored.unwrap_or(NOBODY).to_owned();
        self.run(move || {
            let parsed = PasswordHash::new(&stored).map_err(|_| {
                DeskError::Damaged(
                    "a stored password hash cannot be read; set a new password for that user"
                        .into(),
                )
            })?;
            Ok(argon2().verify_password(&password, &parsed).is_ok() && known)
        })
        .await?
    }

    /// The permit goes with the work: a sign-in whose caller went away still counts.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let stopping = || DeskError::refused("the server is stopping; sign in again in a moment");
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| stopping())?;
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(|_| stopping())
    }
}

/// Whether a stored hash was made with other parameters than today's.
pub(crate) fn is_outdated(stored: &str) -> bool {
    !stored.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

/// Length is what counts; composition rules make passwords worse.
pub(crate) fn refuse_weak(password: &str) -> Result<()> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(DeskError::refused(format!(
            "the password is too short; take at least {PASSWORD_CHARS_MIN} characters, for example \
             four words"
        )));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(DeskError::refused(format!(
            "the password is longer than {PASSWORD_BYTES_MAX} bytes; shorten it"
        )));
    }
    Ok(())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .expect("OWASP's parameters are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_has_todays_parameters() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!is_outdated(NOBODY));
        assert!(is_outdated("$argon2id$v=19$m=4096,t=3,p=1$AAAA$AAAA"));
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hasher = Hasher::default();
        let stored = hasher.hash("vier Wörter im Regen").await.unwrap();
        assert!(hasher.verify("vier Wörter im Regen", Some(&stored)).await.unwrap());
        assert!(!hasher.verify("vier Worte im Regen", Some(&stored)).await.unwrap());
        assert!(!hasher.verify("vier Wörter im Regen", None).await.unwrap());
    }
}
