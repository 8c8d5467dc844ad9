//! A command on its way to a decision, with the terms it is asked on.

use crate::{
    decision::{About, RecordedEvent, StreamVersion},
    error::{LedgerError, Stream},
    record::{Draft, value},
    screen,
    terms::{IdempotencyKey, Terms},
};
use domain::{
    context::Context,
    refusal::Refusal,
    work::{Ask, NewEvent, Subject},
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A command on its way to a decision.
pub(crate) struct Request<'a, Q> {
    pub(crate) ask: &'a Q,
    pub(crate) context: Context,
    pub(crate) terms: &'a Terms,
    /// Taken by the first draft; whoever drafts again makes it again.
    command: Option<Value>,
    pub(crate) digest: [u8; 32],
    pub(crate) decision_id: Uuid,
}

impl<'a, Q: Ask> Request<'a, Q> {
    pub(crate) fn new(
        ask: &'a Q,
        context: &Context,
        terms: &'a Terms,
    ) -> Result<Self, LedgerError> {
        let command = value(ask)?;
        screen::recordable(&command)?;
        let digest = terms.request_digest.unwrap_or_else(|| {
            context
                .secret
                .fingerprint(format!("{}\n{command}", ask.name()).as_bytes())
        });
        // Kept to the microsecond, so it is judged by the microsecond: deciding again must see the same time.
        let at = Timestamp::from_microsecond(context.at.as_microsecond()).unwrap_or(context.at);
        Ok(Self {
            ask,
            context: Context {
                at,
                ..context.clone()
            },
            terms,
            command: Some(command),
            digest,
            decision_id: Uuid::now_v7(),
        })
    }

    pub(crate) fn draft<'d>(
        &'d mut self,
        outcome: &Result<Q::Answer, Refusal>,
        reads: Vec<StreamVersion>,
        (events, subjects): (Vec<NewEvent>, Vec<Subject>),
        software: &'d str,
    ) -> Result<Draft<'d>, LedgerError> {
        let command = match self.command.take() {
            Some(command) => command,
            None => value(self.ask)?,
        };
        Ok(Draft {
            decision_id: self.decision_id,
            at: self.context.at.as_microsecond(),
            actor: &self.context.actor,
            command_type: self.ask.name(),
            command,
            reads,
            outcome: match outcome {
                Ok(answer) => Ok(value(answer)?),
                Err(refusal) => Err(value(refusal)?),
            },
            events: events.into_iter().map(recorded).collect(),
            subjects: subjects
                .into_iter()
                .map(|subject| About {
                    kind: subject.kind.to_owned(),
                    id: subject.id,
                })
                .collect(),
            rule_edition: &self.context.law.edition,
            software,
            idempotency_key: self
                .terms
                .idempotency_key
                .as_ref()
                .map(IdempotencyKey::as_str),
            request_digest: self.digest,
        })
    }

    /// Whether the precondition holds on what was read.
    pub(crate) fn precondition(&self, reads: &[StreamVersion]) -> Result<(), LedgerError> {
        reads
            .iter()
            .try_for_each(|read| self.outdated(&read.stream, read.version))
    }

    /// Complains if this is the stream of the precondition and `actual` is not its version.
    pub(crate) fn outdated(&self, stream: &Stream, actual: u64) -> Result<(), LedgerError> {
        match &self.terms.expected {
            Some(expected) if expected.stream == *stream && expected.version != actual => {
                Err(LedgerError::Outdated {
                    stream: stream.clone(),
                    expected: expected.version,
                    actual,
                })
            }
            _ => Ok(()),
        }
    }

    /// The precondition, if it is about a stream that the desk did not read: then it is checked with the others.
    pub(crate) fn unread_expectation(&self, reads: &[StreamVersion]) -> Option<StreamVersion> {
        self.terms
            .expected
            .clone()
            .filter(|expected| reads.iter().all(|read| read.stream != expected.stream))
    }
}

fn recorded(event: NewEvent) -> RecordedEvent {
    RecordedEvent {
        stream: Stream::new(event.aggregate_type, event.aggregate_id),
        sequence: event.sequence,
        event_type: event.event_type,
        event_version: event.event_version,
        payload: event.payload,
        metadata: Value::Object(Map::new()),
    }
}
