//! `cqrs_es::EventStore` on the ledger, so that a plain `CqrsFramework` runs on it.
//!
//! For compatibility: that path sees neither commands nor refusals. What it commits is a decision nevertheless, with a
//! position, a leaf and sealed personal values. It takes from the metadata, if they are there:
//!
//! | entry | meaning | otherwise |
//! |---|---|---|
//! | `actor` | the caller's id | `framework` |
//! | `file` | the file whose data key seals | `<aggregate type in lower case>/<id>` |
//! | `edition` | the edition of the rules | empty |
//!
//! All of the metadata is kept with the events.

use crate::{
    appender::Aftermath,
    decision::{About, RecordedEvent, StreamVersion},
    error::{LedgerError, Stream},
    ledger::Ledger,
    record::{Draft, value},
    screen,
    store::Verdict,
};
use cqrs_es::{AggregateContext, AggregateError, DomainEvent, EventEnvelope, EventStore};
use domain::{
    context::{Actor, Channel, Role},
    work::{House, Loaded},
};
use jiff::Timestamp;
use serde_json::Value;
use std::{collections::HashMap, error::Error};
use uuid::Uuid;

/// A loaded aggregate on its way through a `CqrsFramework`.
#[derive(Debug)]
pub struct Opened<A> {
    id: String,
    version: u64,
    state: A,
}

impl<A: House> AggregateContext<A> for Opened<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.state
    }
}

impl<A: House> EventStore<A> for Ledger {
    type AC = Opened<A>;

    async fn load_events(
        &self,
        id: &str,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        self.0
            .envelopes::<A>(&Stream::new(A::TYPE, id), 0)
            .await
            .map(|(envelopes, _)| envelopes)
            .map_err(failed)
    }

    async fn load_aggregate(&self, id: &str) -> Result<Opened<A>, AggregateError<A::Error>> {
        let Loaded { version, state } = self.load::<A>(id).await.map_err(failed)?;
        Ok(Opened {
            id: id.to_owned(),
            version,
            state: A::clone(&state),
        })
    }

    async fn commit(
        &self,
        events: Vec<A::Event>,
        opened: Opened<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let Opened { id, version, .. } = opened;
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let envelopes: Vec<EventEnvelope<A>> = events
            .into_iter()
            .zip(usize::try_from(version + 1).map_err(|_| too_long())?..)
            .map(|(payload, sequence)| EventEnvelope {
                aggregate_id: id.clone(),
                sequence,
                payload,
                metadata: metadata.clone(),
            })
            .collect();
        let verdict = self
            .commit_envelopes(&Stream::new(A::TYPE, id), version, &envelopes, &metadata)
            .await
            .map_err(failed)?;
        match verdict {
            Verdict::Appended { .. } => Ok(envelopes),
            // Another key is in force for the file: the caller loads again as after a conflict, and finds it.
            Verdict::Stale { .. } | Verdict::Rekey => Err(AggregateError::AggregateConflict),
            Verdict::Replayed { .. } => Err(failed(LedgerError::Corrupt(
                "a decision without idempotency key was taken for a repetition".to_owned(),
            ))),
        }
    }
}

impl Ledger {
    async fn commit_envelopes<A: House>(
        &self,
        stream: &Stream,
        version: u64,
        envelopes: &[EventEnvelope<A>],
        metadata: &HashMap<String, String>,
    ) -> Result<Verdict, LedgerError> {
        let appender = self.0.appender.as_ref().ok_or(LedgerError::ReadOnly)?;
        let kind = stream.aggregate_type.to_lowercase();
        let given = |name: &str| metadata.get(name).cloned();
        let actor = Actor {
            id: given("actor").unwrap_or_else(|| "framework".to_owned()),
            role: Role::System,
            channel: Channel::System,
        };
        let metadata_json = value(metadata)?;
        screen::recordable(&metadata_json)?;
        let events = envelopes
            .iter()
            .map(|envelope| recorded(stream, envelope, &metadata_json))
            .collect::<Result<Vec<_>, _>>()?;
        let draft = Draft {
            decision_id: Uuid::now_v7(),
            at: Timestamp::now().as_microsecond(),
            actor: &actor,
            command_type: "framework",
            command: metadata_json,
            reads: vec![StreamVersion {
                stream: stream.clone(),
                version,
            }],
            outcome: Ok(Value::Null),
            events,
            subjects: vec![About {
                kind: kind.clone(),
                id: stream.aggregate_id.clone(),
            }],
            rule_edition: &given("edition").unwrap_or_default(),
            software: &self.0.software,
            idempotency_key: None,
            // There is no request that could be repeated.
            request_digest: [0; 32],
        };
        let file = given("file").unwrap_or_else(|| format!("{kind}/{}", stream.aggregate_id));
        let key = if draft.holds_personal() {
            screen::name(&file, "the file")?;
            Some(self.0.cabinet.to_seal(&*self.0.store, &file, false).await?)
        } else {
            None
        };
        let erasures = self.0.states.erasures();
        let (record, _) = draft.into_record(key, None)?;
        let verdict = appender
            .submit(record, Aftermath::nothing(erasures))
            .await?;
        match verdict {
            Verdict::Appended { .. } => self.0.tally.appended(),
            Verdict::Rekey => self.0.cabinet.forget(&file),
            Verdict::Stale { .. } | Verdict::Replayed { .. } => self.0.states.forget(stream),
        }
        Ok(verdict)
    }
}

fn recorded<A: House>(
    stream: &Stream,
    envelope: &EventEnvelope<A>,
    metadata: &Value,
) -> Result<RecordedEvent, LedgerError> {
    Ok(RecordedEvent {
        stream: stream.clone(),
        sequence: envelope.sequence as u64,
        event_type: envelope.payload.event_type(),
        event_version: envelope.payload.event_version(),
        payload: value(&envelope.payload)?,
        metadata: metadata.clone(),
    })
}

fn too_long<E: Error>() -> AggregateError<E> {
    failed(LedgerError::Corrupt(
        "a stream is longer than this machine can count".to_owned(),
    ))
}

fn failed<E: Error>(error: LedgerError) -> AggregateError<E> {
    match error {
        LedgerError::Unavailable { .. } => AggregateError::DatabaseConnectionError(Box::new(error)),
        LedgerError::UnknownEvent(_) => AggregateError::DeserializationError(Box::new(error)),
        other => AggregateError::UnexpectedError(Box::new(other)),
    }
}
