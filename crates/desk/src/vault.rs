//! The vault: the master key, small secrets at rest, and keyed hashes of personal data.
//!
//! Three keys are derived from the master key, one for each use, so that a weakness of one use does
//! not open the others. Large files are in [`crate::sealed`].

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Nonce, Payload},
};
use hmac::{Hmac, Mac};
use rand::{TryRng, rngs::SysRng};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{DeskError, Result, values::hex};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// First byte of a sealed secret: the way it was sealed.
const SECRET_VERSION: u8 = 1;
/// 64 bits of a keyed hash tell buyers apart; fewer digits make it no easier to turn back.
const KEYED_HASH_BYTES: usize = 8;

pub(crate) type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Seals and opens with the key of this installation.
#[derive(Clone)]
pub struct Vault {
    secrets: Aes256Gcm,
    pub(crate) files: Key,
    hashing: Key,
}

impl Vault {
    /// Reads the master key, or makes one when the file is missing. Without this file nothing that
    /// was sealed can be opened again: it belongs in a backup of its own.
    ///
    /// # Errors
    /// [`DeskError::File`] when it cannot be read or made, [`DeskError::Refused`] when others may
    /// read it, [`DeskError::Damaged`] when it is not 32 bytes.
    pub fn open(key_file: &Path) -> Result<Self> {
        let failed = |source| DeskError::File { path: key_file.to_owned(), source };
        if !key_file.try_exists().map_err(failed)? {
            make_key_file(key_file).map_err(failed)?;
        }
        refuse_shared(key_file)?;
        let bytes = Zeroizing::new(fs::read(key_file).map_err(failed)?);
        let master: Key =
            <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| {
                DeskError::Damaged(format!(
                    "the key file {} has {} bytes instead of {KEY_BYTES}; put back its backup",
                    key_file.display(),
                    bytes.len()
                ))
            })?;
        let secrets = derive(&master, b"argosy secrets v1");
        Ok(Self {
            secrets: Aes256Gcm::new(&(*secrets).into()),
            files: derive(&master, b"argosy files v1"),
            hashing: derive(&master, b"argosy keyed hash v1"),
        })
    }

    /// Encrypts a small secret (a channel token, a password).
    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let nonce = *random_bytes::<NONCE_BYTES>();
        let payload = Payload { msg: plain, aad: &[SECRET_VERSION] };
        let sealed = self
            .secrets
            .encrypt(&Nonce::<Aes256Gcm>::from(nonce), payload)
            .expect("AES-GCM takes up to 64 GiB");
        [&[SECRET_VERSION], nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`Vault::seal`] made.
    ///
    /// # Errors
    /// [`DeskError::Damaged`] when it was changed, cut, or sealed with another key.
    pub fn unseal(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let wrong = || {
            DeskError::Damaged(
                "a sealed secret cannot be opened: it was changed, or the master key is another \
                 one; put back the key file's backup or enter the secret again"
                    .into(),
            )
        };
        let (version, rest) = sealed.split_first().ok_or_else(wrong)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
        if *version != SECRET_VERSION {
            return Err(wrong());
        }
        let payload = Payload { msg: sealed, aad: &[SECRET_VERSION] };
        let nonce = Nonce::<Aes256Gcm>::from(*nonce);
        self.secrets.decrypt(&nonce, payload).map(Zeroizing::new).map_err(|_| wrong())
    }

    /// The same 16 digits for the same text on this installation: tells buyers apart without
    /// keeping who they are.
    pub fn keyed_hash(&self, text: &str) -> String {
        hex(&mac(&self.hashing, text.as_bytes())[..KEYED_HASH_BYTES])
    }
}

/// One key out of another, for one use.
pub(crate) fn derive(key: &Key, purpose: &[u8]) -> Key {
    mac(key, purpose)
}

fn mac(key: &Key, text: &[u8]) -> Key {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.as_slice())
        .expect("HMAC takes keys of any length");
    mac.update(text);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Random bytes from the operating system.
pub(crate) fn random_bytes<const N: usize>() -> Zeroizing<[u8; N]> {
    let mut bytes = Zeroizing::new([0; N]);
    SysRng
        .try_fill_bytes(bytes.as_mut_slice())
        .expect("without randomness from the operating system no secret may be made");
    bytes
}

/// Writes the whole key beside its place and links it there: another process that starts at the
/// same moment never sees half a key, and the first one stays.
fn make_key_file(key_file: &Path) -> io::Result<()> {
    let named = key_file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = named.unwrap_or(Path::new("."));
    make_private_folder(folder)?;
    let draft = draft_beside(key_file);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(random_bytes::<KEY_BYTES>().as_slice())?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, key_file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    fs::File::open(folder)?.sync_all()
}

fn draft_beside(key_file: &Path) -> PathBuf {
    let unique = hex(random_bytes::<8>().as_slice());
    key_file.with_extension(format!("{unique}.draft"))
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(unix)]
fn refuse_shared(key_file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |source| DeskError::File { path: key_file.to_owned(), source };
    let mode = fs::metadata(key_file).map_err(failed)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(DeskError::refused(format!(
        "others can read the key file {0}; run `chmod 600 {0}`",
        key_file.display()
    )))
}

#[cfg(not(unix))]
fn refuse_shared(_key_file: &Path) -> Result<()> {
    Ok(())
}
