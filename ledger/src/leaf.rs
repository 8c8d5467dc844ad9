//! The leaf: one digest over a whole decision, by which its integrity is proven later.
//!
//! SHA-256 over canonical JSON (RFC 8785) of the decision with its events and subjects, *as stored*: personal values
//! in their sealed form, so that the erasure of a person leaves every proof valid. Neither the position nor
//! `recorded_at` is part of it: both are given under the lock, after the digest was made.

use crate::error::LedgerError;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What the digest covers. The names of the fields are part of the format; they never change.
#[derive(Serialize)]
pub(crate) struct Leaf<'a> {
    pub(crate) decision_id: Uuid,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub(crate) at: i64,
    pub(crate) actor: &'a Value,
    pub(crate) command_type: &'a str,
    pub(crate) command: &'a Value,
    pub(crate) loaded: &'a Value,
    pub(crate) outcome: &'a str,
    pub(crate) answer: Option<&'a Value>,
    pub(crate) refusal: Option<&'a Value>,
    pub(crate) rule_edition: &'a str,
    pub(crate) software: &'a str,
    pub(crate) idempotency_key: Option<&'a str>,
    /// Lower-case hex.
    pub(crate) request_digest: String,
    /// Sorted by kind, then id.
    pub(crate) subjects: Vec<LeafSubject<'a>>,
    /// In the order in which they were decided.
    pub(crate) events: Vec<LeafEvent<'a>>,
}

/// A subject, as the digest covers it.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LeafSubject<'a> {
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
}

/// An event, as the digest covers it.
#[derive(Serialize)]
pub(crate) struct LeafEvent<'a> {
    pub(crate) aggregate_type: &'a str,
    pub(crate) aggregate_id: &'a str,
    pub(crate) sequence: u64,
    pub(crate) event_type: &'a str,
    pub(crate) event_version: &'a str,
    pub(crate) payload: &'a Value,
    pub(crate) metadata: &'a Value,
}

impl Leaf<'_> {
    /// The digest.
    pub(crate) fn digest(mut self) -> Result<[u8; 32], LedgerError> {
        self.subjects.sort();
        let canonical = serde_json_canonicalizer::to_vec(&self).map_err(|error| {
            LedgerError::Corrupt(format!(
                "a decision has no canonical form: {}",
                crate::error::shape(&error)
            ))
        })?;
        Ok(Sha256::digest(&canonical).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The format, word for word: what an independent verifier must compute. Keys are sorted, there is no white space,
    /// numbers are written as ECMAScript does.
    #[test]
    fn the_format_is_fixed() {
        let (actor, command, loaded, answer, payload, metadata) = (
            json!({"role": "applicant", "id": "a"}),
            json!({"z": 1.0, "a": "é\n"}),
            json!([]),
            json!("ok"),
            json!({"n": 1e2}),
            json!({}),
        );
        let leaf = Leaf {
            decision_id: Uuid::nil(),
            at: 1_700_000_000_000_001,
            actor: &actor,
            command_type: "open",
            command: &command,
            loaded: &loaded,
            outcome: "accepted",
            answer: Some(&answer),
            refusal: None,
            rule_edition: "2024",
            software: "beian 1",
            idempotency_key: None,
            request_digest: "00".to_owned(),
            subjects: vec![
                LeafSubject {
                    kind: "order",
                    id: "2",
                },
                LeafSubject {
                    kind: "account",
                    id: "1",
                },
            ],
            events: vec![LeafEvent {
                aggregate_type: "Order",
                aggregate_id: "2",
                sequence: 1,
                event_type: "Opened",
                event_version: "1.0",
                payload: &payload,
                metadata: &metadata,
            }],
        };
        let canonical = concat!(
            r#"{"actor":{"id":"a","role":"applicant"},"answer":"ok","at":1700000000000001,"command":{"a":"é\n","z":1},"#,
            r#""command_type":"open","decision_id":"00000000-0000-0000-0000-000000000000","events":[{"aggregate_id":"2","#,
            r#""aggregate_type":"Order","event_type":"Opened","event_version":"1.0","metadata":{},"payload":{"n":100},"sequence":1}],"#,
            r#""idempotency_key":null,"loaded":[],"outcome":"accepted","refusal":null,"request_digest":"00","rule_edition":"2024","#,
            r#""software":"beian 1","subjects":[{"id":"1","kind":"account"},{"id":"2","kind":"order"}]}"#
        );
        assert_eq!(
            leaf.digest().unwrap(),
            <[u8; 32]>::from(Sha256::digest(canonical.as_bytes()))
        );
    }
}
