//! What is read back: decisions with their events.

use crate::{
    error::{LedgerError, Stream, shape},
    upcast,
};
use cqrs_es::DomainEvent;
use domain::{context::Actor, happening::Stored, refusal::Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

/// A stream and a version of it: how many events it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(String, String, u64)", into = "(String, String, u64)")]
pub struct StreamVersion {
    /// The stream.
    pub stream: Stream,
    /// Its number of events; 0 if it does not exist.
    pub version: u64,
}

impl From<(String, String, u64)> for StreamVersion {
    fn from((aggregate_type, aggregate_id, version): (String, String, u64)) -> Self {
        Self {
            stream: Stream {
                aggregate_type,
                aggregate_id,
            },
            version,
        }
    }
}

impl From<StreamVersion> for (String, String, u64) {
    fn from(StreamVersion { stream, version }: StreamVersion) -> Self {
        (stream.aggregate_type, stream.aggregate_id, version)
    }
}

/// Something a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct About {
    /// `order` or `account`.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// How a decision ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was accepted; this is what the caller was told.
    Accepted(Value),
    /// It was refused; this is why, as [`Refusal`] serialises.
    Refused(Value),
}

/// One entry of the ledger: who asked for what, when, under which law, and how it ended.
///
/// Personal values are open (`{"$personal": …}`) or gone (`"$erased"`).
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its place among all decisions, from 1, without gaps. Position order is commit order.
    pub position: u64,
    /// Its id (UUIDv7), made by the process that decided.
    pub decision_id: Uuid,
    /// When the command was received. The aggregates judged by this time.
    pub at: Timestamp,
    /// When it was written. Never earlier than at the position before; `as_of` a time goes by it.
    pub recorded_at: Timestamp,
    /// Who asked.
    pub actor: Actor,
    /// The command's name.
    pub command_type: String,
    /// The command: request, facts, time and ids, everything needed to decide it again.
    pub command: Value,
    /// Every stream that was read, at the version read.
    pub loaded: Vec<StreamVersion>,
    /// How it ended.
    pub outcome: Outcome,
    /// The edition of the rules it was decided under.
    pub rule_edition: String,
    /// The program that decided.
    pub software: String,
    /// The caller's idempotency key.
    pub idempotency_key: Option<String>,
    /// Keyed digest of the request, by which a repeated key is told from a reused one.
    pub request_digest: [u8; 32],
    /// Digest over the decision with its events, as stored.
    pub leaf: [u8; 32],
    /// What it is about.
    pub subjects: Vec<About>,
    /// What happened, in the order decided. Empty if refused.
    pub events: Vec<RecordedEvent>,
}

impl Decision {
    /// Whether it was accepted.
    pub fn accepted(&self) -> bool {
        matches!(self.outcome, Outcome::Accepted(_))
    }

    /// The command as its type, for deciding it again.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] if it does not decode.
    pub fn command<Q: DeserializeOwned>(&self) -> Result<Q, LedgerError> {
        self.typed(&self.command, "command")
    }

    /// What the caller was told, if it was accepted.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] if it does not decode.
    pub fn answer<T: DeserializeOwned>(&self) -> Result<Option<T>, LedgerError> {
        match &self.outcome {
            Outcome::Accepted(answer) => self.typed(answer, "answer").map(Some),
            Outcome::Refused(_) => Ok(None),
        }
    }

    /// Why it was refused, if it was.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] if it does not decode.
    pub fn refusal(&self) -> Result<Option<Refusal>, LedgerError> {
        match &self.outcome {
            Outcome::Accepted(_) => Ok(None),
            Outcome::Refused(refusal) => self.typed(refusal, "refusal").map(Some),
        }
    }

    fn typed<T: DeserializeOwned>(&self, value: &Value, what: &str) -> Result<T, LedgerError> {
        T::deserialize(value).map_err(|error| {
            LedgerError::Corrupt(format!(
                "the {what} at position {} does not decode: {}",
                self.position,
                shape(&error)
            ))
        })
    }
}

/// An event of a decision, raised to its current version.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEvent {
    /// The stream it belongs to.
    pub stream: Stream,
    /// Its place there, from 1.
    pub sequence: u64,
    /// Its name.
    pub event_type: String,
    /// Its version, after the upcasters that apply.
    pub event_version: String,
    /// Its data.
    pub payload: Value,
    /// What a [`cqrs_es::CqrsFramework`] was given along; empty for decisions of the desk.
    pub metadata: Value,
}

impl RecordedEvent {
    /// The event as its type.
    ///
    /// # Errors
    /// [`LedgerError::UnknownEvent`] if this program knows no event of this name in this version. It must not be skipped.
    pub fn decode<E: DomainEvent>(&self) -> Result<E, LedgerError> {
        upcast::decode(
            &self.stream,
            self.sequence,
            &self.event_type,
            &self.event_version,
            &self.payload,
        )
    }
}

impl Stored for RecordedEvent {
    type Error = LedgerError;

    fn aggregate_type(&self) -> &str {
        &self.stream.aggregate_type
    }

    fn read<E: DomainEvent>(&self) -> Result<E, LedgerError> {
        self.decode()
    }

    fn stranger(&self) -> LedgerError {
        upcast::unknown(
            &self.stream,
            self.sequence,
            &self.event_type,
            &self.event_version,
            "there is no such kind of stream".to_owned(),
        )
    }
}
