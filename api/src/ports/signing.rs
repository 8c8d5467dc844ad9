//! Signed JSON between the office and what it is connected to.
//!
//! Whoever sends adds two headers:
//!
//! ```text
//! Beian-Timestamp: 1732593600                      seconds since 1970, by the sender's clock
//! Beian-Signature: v1=<64 lower-case hex digits>   HMAC-SHA256(key, timestamp + "." + body)
//! ```
//!
//! Whoever receives takes the body as it came, byte by byte, computes the same, compares in constant time, and refuses
//! what is older or newer than five minutes, so that a request that was overheard cannot be sent again later.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use std::fmt;

/// The header with the sender's time.
pub const TIMESTAMP: &str = "beian-timestamp";
/// The header with the signature.
pub const SIGNATURE: &str = "beian-signature";
/// How far the two clocks may be apart, in seconds.
pub const TOLERANCE: i64 = 300;

/// A key that both sides know: 32 random bytes.
#[derive(Clone)]
pub struct PortKey([u8; 32]);

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotBelieved {
    /// A header is missing or has no such form.
    #[error(
        "expected the headers Beian-Timestamp (whole seconds) and Beian-Signature (v1=<64 hex digits>)"
    )]
    Form,
    /// The clocks are too far apart, or it was sent again later.
    #[error("expected a timestamp within five minutes of ours; check both clocks")]
    Stale,
    /// The signature is not that of this body at this time under the key.
    #[error(
        "the signature does not fit the body, the timestamp and the key; sign timestamp + \".\" + body as sent"
    )]
    Wrong,
}

impl PortKey {
    /// Takes 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn mac(&self, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
        // A key of any length is accepted by HMAC; `None` keeps this total without a panic path.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(timestamp.as_bytes());
        mac.update(b".");
        mac.update(body);
        Some(mac)
    }

    /// The two headers for a body that is sent at a time: timestamp, signature.
    pub fn sign(&self, at: Timestamp, body: &[u8]) -> (String, String) {
        let timestamp = at.as_second().to_string();
        let digest = self
            .mac(&timestamp, body)
            .map(|mac| hex::encode(mac.finalize().into_bytes()))
            .unwrap_or_default();
        (timestamp, format!("v1={digest}"))
    }

    /// Whether a body was signed with this key, about now.
    ///
    /// # Errors
    /// See [`NotBelieved`].
    pub fn verify(
        &self,
        timestamp: &str,
        signature: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), NotBelieved> {
        let sent: i64 = timestamp.parse().map_err(|_| NotBelieved::Form)?;
        let digest = signature
            .strip_prefix("v1=")
            .and_then(|digits| hex::decode(digits).ok())
            .ok_or(NotBelieved::Form)?;
        if now.as_second().abs_diff(sent) > TOLERANCE.unsigned_abs() {
            return Err(NotBelieved::Stale);
        }
        self.mac(timestamp, body)
            .ok_or(NotBelieved::Wrong)?
            .verify_slice(&digest)
            .map_err(|_| NotBelieved::Wrong)
    }
}

impl fmt::Debug for PortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PortKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_just_now_with_the_key_is_believed() {
        let key = PortKey::new([1; 32]);
        let at: Timestamp = "2024-11-26T12:00:00+08:00".parse().unwrap();
        let (timestamp, signature) = key.sign(at, b"{}");
        assert_eq!(timestamp, "1732593600");
        assert_eq!(key.verify(&timestamp, &signature, b"{}", at), Ok(()));
        let later = |seconds| Timestamp::from_second(at.as_second() + seconds).unwrap();
        assert_eq!(
            key.verify(&timestamp, &signature, b"{}", later(300)),
            Ok(())
        );
        assert_eq!(
            key.verify(&timestamp, &signature, b"{}", later(-300)),
            Ok(())
        );
        for (timestamp, signature, body, now, why) in [
            (
                timestamp.as_str(),
                signature.as_str(),
                "{}",
                later(301),
                NotBelieved::Stale,
            ),
            (
                &timestamp,
                &signature,
                "{}",
                later(-301),
                NotBelieved::Stale,
            ),
            (&timestamp, &signature, "{ }", at, NotBelieved::Wrong),
            ("1732593601", &signature, "{}", at, NotBelieved::Wrong),
            (&timestamp, "v1=00", "{}", at, NotBelieved::Wrong),
            (
                &timestamp,
                signature.trim_start_matches("v1="),
                "{}",
                at,
                NotBelieved::Form,
            ),
            ("noon", &signature, "{}", at, NotBelieved::Form),
        ] {
            assert_eq!(
                key.verify(timestamp, signature, body.as_bytes(), now),
                Err(why),
                "{timestamp} {signature} {body}"
            );
        }
        let other = PortKey::new([2; 32]);
        assert_eq!(
            other.verify(&timestamp, &signature, b"{}", at),
            Err(NotBelieved::Wrong)
        );
        assert_eq!(format!("{key:?}"), "PortKey(…)");
    }
}
