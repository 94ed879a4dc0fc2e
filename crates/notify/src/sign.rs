//! Signatures that bots ask for beside their address.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

fn hmac(key: &[u8], text: &[u8]) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .expect("a key of any length will do for HMAC");
    mac.update(text);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// Feishu: the key is `timestamp newline secret`, the text is empty; seconds.
/// Source: Feishu open platform, "custom bot guide", signature verification, read 2026-11-22.
pub(crate) fn feishu(seconds: i64, secret: &str) -> String {
    hmac(format!("{seconds}\n{secret}").as_bytes(), b"")
}

/// `DingTalk`: the key is the secret, the text `timestamp newline secret`; milliseconds.
/// Source: `DingTalk` open platform, "custom robot security settings", read 2026-11-22.
pub(crate) fn dingtalk(millis: i64, secret: &str) -> String {
    hmac(secret.as_bytes(), format!("{millis}\n{secret}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    // Worked out with Python's hmac module.
    #[test]
    fn signatures_are_those_of_another_implementation() {
        assert_eq!(feishu(1_599_360_473, "demo"), "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
        assert_eq!(
            dingtalk(1_599_360_473_000, "SECdemo"),
            "tGWkA5eQOQNCNPDgphtxIoNLO+/gD8Lcb705KQoRzeY="
        );
    }
}
