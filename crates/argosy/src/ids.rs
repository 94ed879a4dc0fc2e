//! Random names for things that only need to be told apart: requests, incidents, temporary files.

/// Sixteen hexadecimal digits.
pub fn random() -> String {
    format!("{:016x}", rand::random::<u64>())
}

/// A password that nobody will guess and anybody can type: 20 letters and digits without look-alikes.
pub fn password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    (0..20)
        .map(|_| {
            let at = usize::from(rand::random::<u16>()) % LETTERS.len();
            char::from(LETTERS[at])
        })
        .collect()
}
