//! The leaf: one digest over a whole decision, by which its integrity is proven later.
//!
//! SHA-256 over canonical JSON (RFC 8785) of the decision with its events and subjects, *as stored*: personal values
//! in their sealed form, so that the erasure of a person leaves every proof valid. Neither the position nor
//! `recorded_at` is part of it: both are given under the lock, after the digest was made.

use crate::{
    canonical::Canonical,
    decision::About,
    error::{LedgerError, shape},
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What the digest covers. The names of the fields are part of the format; they never change, and they stand in the order of
/// the canonical form, since they are written as they stand.
#[derive(Serialize)]
pub(crate) struct Leaf<'a> {
    pub(crate) actor: &'a Canonical,
    pub(crate) answer: Option<&'a Canonical>,
    pub(crate) at: At,
    pub(crate) command: &'a Canonical,
    pub(crate) command_type: &'a str,
    pub(crate) decision_id: Uuid,
    /// In the order in which they were decided.
    pub(crate) events: Vec<LeafEvent<'a>>,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) loaded: &'a Canonical,
    pub(crate) outcome: &'a str,
    pub(crate) refusal: Option<&'a Canonical>,
    /// Lower-case hex.
    pub(crate) request_digest: String,
    pub(crate) rule_edition: &'a str,
    pub(crate) software: &'a str,
    /// Sorted by kind, then id.
    pub(crate) subjects: Vec<LeafSubject<'a>>,
}

/// Microseconds since 1970-01-01T00:00:00Z, as the digest covers them.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct At(Canonical);

impl At {
    /// An instant.
    pub(crate) fn of(micros: i64) -> Result<Self, LedgerError> {
        Canonical::of(&Value::from(micros)).map(Self)
    }
}

/// A subject, as the digest covers it.
#[derive(Serialize)]
pub(crate) struct LeafSubject<'a> {
    pub(crate) id: &'a str,
    pub(crate) kind: &'a str,
}

impl<'a> LeafSubject<'a> {
    /// A subject.
    pub(crate) fn of(About { kind, id }: &'a About) -> Self {
        Self { id, kind }
    }
}

/// An event, as the digest covers it.
#[derive(Serialize)]
pub(crate) struct LeafEvent<'a> {
    pub(crate) aggregate_id: &'a str,
    pub(crate) aggregate_type: &'a str,
    pub(crate) event_type: &'a str,
    pub(crate) event_version: &'a str,
    pub(crate) metadata: &'a Canonical,
    pub(crate) payload: &'a Canonical,
    pub(crate) sequence: u64,
}

impl Leaf<'_> {
    /// The digest.
    pub(crate) fn digest(mut self) -> Result<[u8; 32], LedgerError> {
        self.subjects
            .sort_by_key(|subject| (subject.kind, subject.id));
        let canonical = serde_json::to_vec(&self).map_err(|error| {
            LedgerError::Corrupt(format!(
                "a decision has no canonical form: {}",
                shape(&error)
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
        let [actor, command, loaded, answer, payload, metadata] = [
            json!({"role": "applicant", "id": "a"}),
            json!({"z": 1.0, "a": "é\n"}),
            json!([]),
            json!("ok"),
            json!({"n": 1e2}),
            json!({}),
        ]
        .map(|document| Canonical::of(&document).unwrap());
        let leaf = Leaf {
            decision_id: Uuid::nil(),
            at: At::of(1_700_000_000_000_001).unwrap(),
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
