//! Rows as both stores answer them, and putting decisions together from them.

use super::StoreError;
use crate::{
    decision::{About, Outcome, RecordedEvent},
    error::{Stream, shape},
    sealed::{ACCEPTED, REFUSED, SealedDecision},
};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(super) struct DecisionRow {
    pub(super) position: i64,
    decision_id: String,
    at: i64,
    recorded_at: i64,
    actor: String,
    command_type: String,
    command: String,
    loaded: String,
    outcome: String,
    answer: Option<String>,
    refusal: Option<String>,
    rule_edition: String,
    software: String,
    idempotency_key: Option<String>,
    request_digest: Vec<u8>,
    leaf: Vec<u8>,
}

#[derive(sqlx::FromRow)]
pub(super) struct EventRow {
    position: i64,
    aggregate_type: String,
    aggregate_id: String,
    sequence: i64,
    event_type: String,
    event_version: String,
    payload: String,
    metadata: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct SubjectRow {
    position: i64,
    kind: String,
    id: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct KeyRow {
    pub(super) file: String,
    pub(super) wrapped: Option<Vec<u8>>,
    pub(super) wrapped_by: Option<String>,
}

impl From<KeyRow> for crate::keys::StoredKey {
    fn from(row: KeyRow) -> Self {
        Self {
            file: row.file,
            wrapped: row.wrapped.zip(row.wrapped_by),
        }
    }
}

/// Puts decisions together. Events and subjects come in the order of their positions, then of their own.
pub(super) fn assemble(
    decisions: Vec<DecisionRow>,
    events: Vec<EventRow>,
    subjects: Vec<SubjectRow>,
) -> Result<Vec<SealedDecision>, StoreError> {
    let mut events_of: HashMap<i64, Vec<RecordedEvent>> = HashMap::with_capacity(decisions.len());
    for row in events {
        let event = RecordedEvent {
            stream: Stream::new(row.aggregate_type, row.aggregate_id),
            sequence: unsigned(row.sequence, row.position)?,
            event_type: row.event_type,
            event_version: row.event_version,
            payload: document(&row.payload, "an event's data", row.position)?,
            metadata: document(&row.metadata, "an event's metadata", row.position)?,
        };
        events_of.entry(row.position).or_default().push(event);
    }
    let mut subjects_of: HashMap<i64, Vec<About>> = HashMap::with_capacity(decisions.len());
    for row in subjects {
        subjects_of.entry(row.position).or_default().push(About {
            kind: row.kind,
            id: row.id,
        });
    }
    decisions
        .into_iter()
        .map(|row| {
            let at = row.position;
            let (events, subjects) = (
                events_of.remove(&at).unwrap_or_default(),
                subjects_of.remove(&at).unwrap_or_default(),
            );
            decision(row, events, subjects)
        })
        .collect()
}

fn decision(
    row: DecisionRow,
    events: Vec<RecordedEvent>,
    subjects: Vec<About>,
) -> Result<SealedDecision, StoreError> {
    let position = row.position;
    let damaged =
        |what: &str| StoreError::Corrupt(format!("{what} at position {position} is not one"));
    let outcome = match (row.outcome.as_str(), &row.answer, &row.refusal) {
        (ACCEPTED, Some(answer), None) => {
            Outcome::Accepted(document(answer, "the answer", position)?)
        }
        (REFUSED, None, Some(refusal)) => {
            Outcome::Refused(document(refusal, "the refusal", position)?)
        }
        _ => return Err(damaged("the outcome")),
    };
    Ok(SealedDecision {
        position: unsigned(position, position)?,
        decision_id: Uuid::parse_str(&row.decision_id).map_err(|_| damaged("the decision id"))?,
        at: row.at,
        recorded_at: row.recorded_at,
        actor: document(&row.actor, "the actor", position)?,
        command_type: row.command_type,
        command: document(&row.command, "the command", position)?,
        loaded: document(&row.loaded, "the list of streams read", position)?,
        outcome,
        rule_edition: row.rule_edition,
        software: row.software,
        idempotency_key: row.idempotency_key,
        request_digest: row
            .request_digest
            .try_into()
            .map_err(|_| damaged("the request digest"))?,
        leaf: row.leaf.try_into().map_err(|_| damaged("the leaf"))?,
        subjects,
        events,
    })
}

fn document(text: &str, what: &str, position: i64) -> Result<Value, StoreError> {
    serde_json::from_str(text).map_err(|error| {
        StoreError::Corrupt(format!(
            "{what} at position {position} is not JSON: {}",
            shape(&error)
        ))
    })
}

fn unsigned(number: i64, position: i64) -> Result<u64, StoreError> {
    u64::try_from(number)
        .map_err(|_| StoreError::Corrupt(format!("a number at position {position} is negative")))
}

/// A count, position or version out of the database; it is never negative there.
pub(super) fn counted(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number)
        .map_err(|_| StoreError::Corrupt("a position or version is negative".to_owned()))
}

/// A count, position or version on its way to the database. Those beyond its range are beyond every row, too.
pub(super) fn bound(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
