//! Decisions as they are stored: personal values in their sealed form, events in the version they were written in.

use crate::{
    canonical::Canonical,
    decision::{About, Decision, Outcome, RecordedEvent},
    error::{LedgerError, Stream, shape},
    keys::State,
    leaf::{At, Leaf, LeafEvent, LeafSubject},
    seal::{self, Place},
    upcast::Upcasters,
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A decision as stored. It can be proven whole without any key.
#[derive(Clone, Debug, PartialEq)]
pub struct SealedDecision {
    pub(crate) position: u64,
    pub(crate) decision_id: Uuid,
    /// Microseconds.
    pub(crate) at: i64,
    /// Microseconds.
    pub(crate) recorded_at: i64,
    pub(crate) actor: Value,
    pub(crate) command_type: String,
    pub(crate) command: Value,
    pub(crate) loaded: Value,
    pub(crate) outcome: Outcome,
    pub(crate) rule_edition: String,
    pub(crate) software: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) request_digest: [u8; 32],
    pub(crate) leaf: [u8; 32],
    pub(crate) subjects: Vec<About>,
    pub(crate) events: Vec<RecordedEvent>,
}

impl SealedDecision {
    /// Its place among all decisions.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Its id.
    pub fn decision_id(&self) -> Uuid {
        self.decision_id
    }

    /// When it was written; `None` if what is stored is no time.
    pub fn recorded_at(&self) -> Option<Timestamp> {
        Timestamp::from_microsecond(self.recorded_at).ok()
    }

    /// What happened, as stored.
    pub fn events(&self) -> &[RecordedEvent] {
        &self.events
    }

    /// The digest that was stored with it.
    pub fn leaf(&self) -> [u8; 32] {
        self.leaf
    }

    /// Whether decision, events and subjects still are what the stored digest was made over.
    pub fn is_intact(&self) -> bool {
        self.digest().is_ok_and(|digest| digest == self.leaf)
    }

    fn digest(&self) -> Result<[u8; 32], LedgerError> {
        let (outcome, answer, refusal) = match &self.outcome {
            Outcome::Accepted(answer) => (ACCEPTED, Some(answer), None),
            Outcome::Refused(refusal) => (REFUSED, None, Some(refusal)),
        };
        let answer = answer.map(Canonical::of).transpose()?;
        let refusal = refusal.map(Canonical::of).transpose()?;
        let payloads = self.events.iter().map(documents);
        let payloads = payloads.collect::<Result<Vec<_>, _>>()?;
        Leaf {
            actor: &Canonical::of(&self.actor)?,
            answer: answer.as_ref(),
            at: At::of(self.at)?,
            command: &Canonical::of(&self.command)?,
            command_type: &self.command_type,
            decision_id: self.decision_id,
            events: self.events.iter().zip(&payloads).map(leaf).collect(),
            idempotency_key: self.idempotency_key.as_deref(),
            loaded: &Canonical::of(&self.loaded)?,
            outcome,
            refusal: refusal.as_ref(),
            request_digest: hex::encode(self.request_digest),
            rule_edition: &self.rule_edition,
            software: &self.software,
            subjects: self.subjects.iter().map(LeafSubject::of).collect(),
        }
        .digest()
    }

    /// Which keys are needed to open it.
    pub(crate) fn files(&self, into: &mut BTreeSet<String>) {
        seal::files(&self.command, into);
        let (Outcome::Accepted(outcome) | Outcome::Refused(outcome)) = &self.outcome;
        seal::files(outcome, into);
        self.events
            .iter()
            .for_each(|event| seal::files(&event.payload, into));
    }

    /// Opens it with these keys and raises its events.
    pub(crate) fn open(
        mut self,
        keys: &HashMap<String, State>,
        upcasters: &Upcasters,
    ) -> Result<Decision, LedgerError> {
        let id = self.decision_id;
        seal::unseal(&mut self.command, keys, Place::Command(id))?;
        match &mut self.outcome {
            Outcome::Accepted(answer) => seal::unseal(answer, keys, Place::Answer(id))?,
            Outcome::Refused(refusal) => seal::unseal(refusal, keys, Place::Refusal(id))?,
        }
        for event in &mut self.events {
            open_event(
                &event.stream,
                event.sequence,
                &event.event_type,
                &mut event.event_version,
                &mut event.payload,
                keys,
                upcasters,
            )?;
        }
        Ok(Decision {
            position: self.position,
            decision_id: id,
            at: timestamp(self.at, self.position)?,
            recorded_at: timestamp(self.recorded_at, self.position)?,
            actor: typed(self.actor, "actor", self.position)?,
            command_type: self.command_type,
            command: self.command,
            loaded: typed(self.loaded, "list of streams read", self.position)?,
            outcome: self.outcome,
            rule_edition: self.rule_edition,
            software: self.software,
            idempotency_key: self.idempotency_key,
            request_digest: self.request_digest,
            leaf: self.leaf,
            subjects: self.subjects,
            events: self.events,
        })
    }
}

pub(crate) const ACCEPTED: &str = "accepted";
pub(crate) const REFUSED: &str = "refused";

/// What an event says, and what was given along with it.
fn documents(event: &RecordedEvent) -> Result<(Canonical, Canonical), LedgerError> {
    Ok((
        Canonical::of(&event.payload)?,
        Canonical::of(&event.metadata)?,
    ))
}

/// An event as the digest covers it.
fn leaf<'a>(
    (event, (payload, metadata)): (&'a RecordedEvent, &'a (Canonical, Canonical)),
) -> LeafEvent<'a> {
    LeafEvent {
        aggregate_id: &event.stream.aggregate_id,
        aggregate_type: &event.stream.aggregate_type,
        event_type: &event.event_type,
        event_version: &event.event_version,
        metadata,
        payload,
        sequence: event.sequence,
    }
}

/// Opens one event and raises it to its current version.
pub(crate) fn open_event(
    stream: &Stream,
    sequence: u64,
    event_type: &str,
    version: &mut String,
    payload: &mut Value,
    keys: &HashMap<String, State>,
    upcasters: &Upcasters,
) -> Result<(), LedgerError> {
    seal::unseal(
        payload,
        keys,
        Place::Event(&stream.aggregate_type, &stream.aggregate_id, sequence),
    )?;
    upcasters.raise(stream, sequence, event_type, version, payload)
}

fn timestamp(micros: i64, position: u64) -> Result<Timestamp, LedgerError> {
    Timestamp::from_microsecond(micros).map_err(|_| {
        LedgerError::Corrupt(format!(
            "a time at position {position} is outside of the calendar"
        ))
    })
}

fn typed<T: DeserializeOwned>(value: Value, what: &str, position: u64) -> Result<T, LedgerError> {
    serde_json::from_value(value).map_err(|error| {
        LedgerError::Corrupt(format!(
            "the {what} at position {position} does not decode: {}",
            shape(&error)
        ))
    })
}
