//! From what was decided to what is stored: screening, sealing, the leaf.

use crate::{
    canonical::Canonical,
    decision::{About, Decision, Outcome, RecordedEvent, StreamVersion},
    error::{LedgerError, Stream, shape},
    keys::{KeyError, LiveKey},
    leaf::{At, Leaf, LeafEvent, LeafSubject},
    screen,
    seal::{self, Place},
    sealed::{ACCEPTED, REFUSED},
    upcast::Upcasters,
};
use domain::context::Actor;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::{mem, sync::Arc};
use uuid::Uuid;

/// What was decided, personal values still open.
pub(crate) struct Draft<'a> {
    pub(crate) decision_id: Uuid,
    /// Microseconds.
    pub(crate) at: i64,
    pub(crate) actor: &'a Actor,
    pub(crate) command_type: &'a str,
    pub(crate) command: Value,
    pub(crate) reads: Vec<StreamVersion>,
    /// The answer, or the refusal.
    pub(crate) outcome: Result<Value, Value>,
    pub(crate) events: Vec<RecordedEvent>,
    pub(crate) subjects: Vec<About>,
    pub(crate) rule_edition: &'a str,
    pub(crate) software: &'a str,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) request_digest: [u8; 32],
}

/// A decision ready to be written: sealed, digested, its documents in the form that was digested.
pub(crate) struct Record {
    pub(crate) decision_id: Uuid,
    pub(crate) at: i64,
    pub(crate) caller: String,
    pub(crate) actor: Canonical,
    pub(crate) command_type: String,
    pub(crate) command: Canonical,
    pub(crate) loaded: Canonical,
    pub(crate) outcome: &'static str,
    pub(crate) answer: Option<Canonical>,
    pub(crate) refusal: Option<Canonical>,
    pub(crate) rule_edition: String,
    pub(crate) software: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) request_digest: [u8; 32],
    pub(crate) leaf: [u8; 32],
    /// The key that sealed its personal values, if it has any.
    pub(crate) sealed_with: Option<Arc<LiveKey>>,
    /// The version of every stream that was read: all must still hold.
    pub(crate) reads: Vec<StreamVersion>,
    pub(crate) events: Vec<EventRecord>,
    pub(crate) subjects: Vec<About>,
}

/// An event ready to be written.
pub(crate) struct EventRecord {
    pub(crate) stream: Stream,
    pub(crate) sequence: u64,
    pub(crate) event_type: String,
    pub(crate) event_version: String,
    pub(crate) payload: Canonical,
    pub(crate) metadata: Canonical,
}

impl Draft<'_> {
    /// Whether there is anything to seal.
    pub(crate) fn holds_personal(&self) -> bool {
        let (Ok(outcome) | Err(outcome)) = &self.outcome;
        seal::holds_personal(&self.command)
            || seal::holds_personal(outcome)
            || self
                .events
                .iter()
                .any(|event| seal::holds_personal(&event.payload))
    }

    /// Screens what the desk made. The command was screened before it was asked.
    fn screen(&self) -> Result<(), LedgerError> {
        screen::name(&self.actor.id, "the actor's id")?;
        screen::name(self.command_type, "the command's name")?;
        for StreamVersion { stream, .. } in &self.reads {
            screen::name(&stream.aggregate_id, "an aggregate's id")?;
        }
        for about in &self.subjects {
            screen::name(&about.kind, "a subject's kind")?;
            screen::name(&about.id, "a subject's id")?;
        }
        let (Ok(outcome) | Err(outcome)) = &self.outcome;
        screen::recordable(outcome)?;
        for event in &self.events {
            screen::recordable(&event.payload)?;
            screen::recordable(&event.metadata)?;
        }
        Ok(())
    }

    /// Screens, seals with the file's key and digests. If it is to be kept, the decision is answered as well, as whoever reads it
    /// back will find it, its events raised by these upcasters.
    pub(crate) fn into_record(
        mut self,
        key: Option<Arc<LiveKey>>,
        keep: Option<&Upcasters>,
    ) -> Result<(Record, Option<Unplaced>), LedgerError> {
        self.screen()?;
        let id = self.decision_id;
        self.subjects.sort();
        self.subjects.dedup();
        let seal = Seal {
            key: key.as_deref(),
            keeps: keep.is_some(),
        };
        let (actor, command, loaded) = (
            Canonical::of(&value(self.actor)?)?,
            seal.written(&mut self.command, Place::Command(id))?,
            Canonical::of(&value(&self.reads)?)?,
        );
        let (outcome, answer, refusal) = match &mut self.outcome {
            Ok(answer) => (
                ACCEPTED,
                Some(seal.written(answer, Place::Answer(id))?),
                None,
            ),
            Err(refusal) => (
                REFUSED,
                None,
                Some(seal.written(refusal, Place::Refusal(id))?),
            ),
        };
        let events = self.events.iter_mut().map(|event| seal.event(event));
        let events = events.collect::<Result<Vec<_>, _>>()?;
        let leaf = Leaf {
            actor: &actor,
            answer: answer.as_ref(),
            at: At::of(self.at)?,
            command: &command,
            command_type: self.command_type,
            decision_id: id,
            events: events.iter().map(EventRecord::leaf).collect(),
            idempotency_key: self.idempotency_key,
            loaded: &loaded,
            outcome,
            refusal: refusal.as_ref(),
            request_digest: hex::encode(self.request_digest),
            rule_edition: self.rule_edition,
            software: self.software,
            subjects: self.subjects.iter().map(LeafSubject::of).collect(),
        }
        .digest()?;
        let unplaced = keep.and_then(|upcasters| self.opened(leaf, upcasters));
        let record = Record {
            decision_id: id,
            at: self.at,
            caller: self.actor.id.clone(),
            actor,
            command_type: self.command_type.to_owned(),
            command,
            loaded,
            outcome,
            answer,
            refusal,
            rule_edition: self.rule_edition.to_owned(),
            software: self.software.to_owned(),
            idempotency_key: self.idempotency_key.map(str::to_owned),
            request_digest: self.request_digest,
            leaf,
            sealed_with: key,
            reads: self.reads,
            events,
            subjects: self.subjects,
        };
        Ok((record, unplaced))
    }

    /// The decision as it is read back. `None`: whoever reads it runs into something, and shall.
    fn opened(&mut self, leaf: [u8; 32], upcasters: &Upcasters) -> Option<Unplaced> {
        let mut events = mem::take(&mut self.events);
        for event in &mut events {
            let (stream, sequence, name) = (&event.stream, event.sequence, &event.event_type);
            let raised = upcasters.raise(
                stream,
                sequence,
                name,
                &mut event.event_version,
                &mut event.payload,
            );
            raised.ok()?;
        }
        let at = Timestamp::from_microsecond(self.at).ok()?;
        let outcome = match mem::replace(&mut self.outcome, Ok(Value::Null)) {
            Ok(answer) => Outcome::Accepted(answer),
            Err(refusal) => Outcome::Refused(refusal),
        };
        Some(Unplaced(Decision {
            position: 0,
            decision_id: self.decision_id,
            at,
            recorded_at: at,
            actor: self.actor.clone(),
            command_type: self.command_type.to_owned(),
            command: self.command.take(),
            loaded: self.reads.clone(),
            outcome,
            rule_edition: self.rule_edition.to_owned(),
            software: self.software.to_owned(),
            idempotency_key: self.idempotency_key.map(str::to_owned),
            request_digest: self.request_digest,
            leaf,
            subjects: self.subjects.clone(),
            events,
        }))
    }
}

/// How documents are sealed.
struct Seal<'k> {
    key: Option<&'k LiveKey>,
    /// The documents are wanted open afterwards.
    keeps: bool,
}

impl Seal<'_> {
    /// A document as it is written.
    fn written(&self, document: &mut Value, place: Place<'_>) -> Result<Canonical, LedgerError> {
        if !seal::holds_personal(document) {
            return Canonical::of(document);
        }
        let key = self.key.ok_or(KeyError::NoKeyRing)?;
        if self.keeps {
            let mut sealed = document.clone();
            seal::seal(&mut sealed, key, place)?;
            Canonical::of(&sealed)
        } else {
            seal::seal(document, key, place)?;
            Canonical::of(document)
        }
    }

    fn event(&self, event: &mut RecordedEvent) -> Result<EventRecord, LedgerError> {
        let stream = &event.stream;
        let place = Place::Event(&stream.aggregate_type, &stream.aggregate_id, event.sequence);
        let payload = self.written(&mut event.payload, place)?;
        Ok(EventRecord {
            payload,
            metadata: Canonical::of(&event.metadata)?,
            stream: event.stream.clone(),
            sequence: event.sequence,
            event_type: event.event_type.clone(),
            event_version: event.event_version.clone(),
        })
    }
}

/// A decision that is not written yet, as it will be read back, but for where and when it is written.
pub(crate) struct Unplaced(Decision);

impl Unplaced {
    /// The decision, written at a position, at a time in microseconds. `None`: that is no time.
    pub(crate) fn placed(self, position: u64, recorded_at: i64) -> Option<Decision> {
        Some(Decision {
            position,
            recorded_at: Timestamp::from_microsecond(recorded_at).ok()?,
            ..self.0
        })
    }
}

impl EventRecord {
    fn leaf(&self) -> LeafEvent<'_> {
        LeafEvent {
            aggregate_id: &self.stream.aggregate_id,
            aggregate_type: &self.stream.aggregate_type,
            event_type: &self.event_type,
            event_version: &self.event_version,
            metadata: &self.metadata,
            payload: &self.payload,
            sequence: self.sequence,
        }
    }
}

impl Record {
    /// About how many bytes it brings to the database.
    pub(crate) fn weight(&self) -> usize {
        let size = |text: &Canonical| text.text().len();
        let events: usize = self
            .events
            .iter()
            .map(|event| size(&event.payload) + size(&event.metadata) + 128)
            .sum();
        let outcome = self.answer.as_ref().or(self.refusal.as_ref());
        512 + size(&self.command) + outcome.map_or(0, size) + events
    }
}

/// The JSON form of something of ours; that it has one is not in question, but nothing is worth a panic.
pub(crate) fn value(thing: &impl Serialize) -> Result<Value, LedgerError> {
    serde_json::to_value(thing).map_err(|error| {
        LedgerError::Desk(format!("it has no JSON form: {}", shape(&error)).into())
    })
}
