//! The office's secret, from which keyed digests and SMS codes are derived.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// A secret of the office, loaded from its configuration and never stored in the ledger.
///
/// It lets `domain` stay pure and still (a) name a personal thing without showing it and (b) know the code that was
/// sent: both are functions of the secret and of what the decision reads, so a decision can be made again later.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// Takes 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn mac(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        // A key of any length is accepted by HMAC; the fallback keeps this total without a panic path.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return [0; 32];
        };
        mac.update(purpose.as_bytes());
        for part in parts {
            // Lengths keep ("ab", "c") apart from ("a", "bc").
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// A keyed digest that stands for a personal value wherever the value itself may not stand:
    /// stream ids, read models, log lines. 32 lower-case hex digits. A bare digest of a phone number could be guessed.
    pub fn digest(&self, kind: &str, value: &str) -> String {
        hex::encode(&self.mac("digest", &[kind, value])[..16])
    }

    /// The code of six digits for one purpose. The same purpose always has the same code, so that a restarted
    /// worker sends what the aggregate expects.
    pub fn code(&self, purpose: &[&str]) -> String {
        let mac = self.mac("code", purpose);
        let number = mac
            .iter()
            .take(8)
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    /// A keyed digest of a whole request, by which a repeated idempotency key is told from a reused one.
    pub fn fingerprint(&self, request: &[u8]) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return [0; 32];
        };
        mac.update(b"fingerprint");
        mac.update(request);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_depend_on_kind_value_and_secret() {
        let (one, two) = (Secret::new([1; 32]), Secret::new([2; 32]));
        assert_eq!(
            one.digest("mobile", "13800138000"),
            one.digest("mobile", "13800138000")
        );
        assert_ne!(
            one.digest("mobile", "13800138000"),
            one.digest("email", "13800138000")
        );
        assert_ne!(
            one.digest("mobile", "13800138000"),
            two.digest("mobile", "13800138000")
        );
        assert_eq!(one.digest("mobile", "x").len(), 32);
        assert_ne!(one.mac("d", &["ab", "c"]), one.mac("d", &["a", "bc"]));
    }

    #[test]
    fn a_code_has_six_digits() {
        let secret = Secret::new([7; 32]);
        let codes: std::collections::BTreeSet<_> = (0..100)
            .map(|n| secret.code(&["sms", &n.to_string()]))
            .collect();
        assert!(codes.len() > 95);
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()))
        );
    }
}
