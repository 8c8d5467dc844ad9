//! The terms of a request, and the receipt for it.

use crate::decision::StreamVersion;
use domain::{refusal::Refusal, work::NewEvent};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// On what terms a caller asks. The default: decide, whatever the versions are, and do not recognise repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The caller's key by which a repetition is recognised and answered as the first time.
    pub idempotency_key: Option<IdempotencyKey>,
    /// A keyed digest (`Secret::fingerprint`) of the request as it came in: method, path, precondition and body. `None`:
    /// the command's own is taken. By it a repeated key is told from a reused one.
    pub request_digest: Option<[u8; 32]>,
    /// The version that a stream must have (`If-Match`). If it has another, nothing is decided and nothing recorded.
    pub expected: Option<StreamVersion>,
}

impl Terms {
    /// With an idempotency key.
    #[must_use]
    pub fn with_key(mut self, key: IdempotencyKey) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// With a digest of the whole request.
    #[must_use]
    pub fn with_digest(mut self, digest: [u8; 32]) -> Self {
        self.request_digest = Some(digest);
        self
    }

    /// Only if a stream has this version.
    #[must_use]
    pub fn expecting(mut self, version: StreamVersion) -> Self {
        self.expected = Some(version);
        self
    }
}

/// A caller's name for one request: 1 to 255 visible ASCII characters. Unique per caller, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// The text is not an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is 1 to 255 visible ASCII characters without spaces, e.g. a UUID")]
pub struct NotAnIdempotencyKey;

impl FromStr for IdempotencyKey {
    type Err = NotAnIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, NotAnIdempotencyKey> {
        let fits =
            (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAnIdempotencyKey)
        }
    }
}

impl IdempotencyKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a caller gets for a command that reached the desk. The decision is durable.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt<T> {
    /// Where it is recorded.
    pub position: u64,
    /// Its id.
    pub decision_id: Uuid,
    /// The answer, or the refusal. Both are on record.
    pub outcome: Result<T, Refusal>,
    /// Whether this is the receipt of an earlier request with the same idempotency key.
    pub replayed: bool,
    /// Every stream read or written, at its version after the decision.
    pub versions: Vec<StreamVersion>,
}

impl<T> Receipt<T> {
    /// The version of a stream after the decision (an `ETag`), if the decision touched it.
    pub fn version(&self, aggregate_type: &str, aggregate_id: &str) -> Option<u64> {
        self.versions
            .iter()
            .find(|at| {
                at.stream.aggregate_type == aggregate_type && at.stream.aggregate_id == aggregate_id
            })
            .map(|at| at.version)
    }
}

/// What a command would lead to. Nothing is recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial<T> {
    /// The answer, or the refusal.
    pub outcome: Result<T, Refusal>,
    /// What would happen. Empty if refused.
    pub events: Vec<NewEvent>,
    /// Every stream read or written, at its version after the decision.
    pub versions: Vec<StreamVersion>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_visible_and_bounded() {
        assert_eq!(
            "0192-a".parse::<IdempotencyKey>().unwrap().as_str(),
            "0192-a"
        );
        assert!("x".repeat(255).parse::<IdempotencyKey>().is_ok());
        for bad in ["", "a b", "ä", "a\0", "a\n", &"x".repeat(256)] {
            assert_eq!(
                bad.parse::<IdempotencyKey>(),
                Err(NotAnIdempotencyKey),
                "{bad:?}"
            );
        }
    }
}
