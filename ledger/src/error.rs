//! What can go wrong, and what to do about it.
//!
//! Nothing in here carries a personal value: messages of databases and decoders are cut down to what they say about
//! the *shape* of the trouble, because their details quote rows and fields.

use crate::{head::Head, keys::KeyError};
use domain::work::Fault;
use std::fmt;
use uuid::Uuid;

/// One stream of events: an aggregate's type and id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stream {
    /// The aggregate's type, e.g. `Order`.
    pub aggregate_type: String,
    /// Its id. Never a personal value (those stand as keyed digests).
    pub aggregate_id: String,
}

impl Stream {
    /// Names a stream.
    pub fn new(aggregate_type: impl Into<String>, aggregate_id: impl Into<String>) -> Self {
        Self {
            aggregate_type: aggregate_type.into(),
            aggregate_id: aggregate_id.into(),
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.aggregate_type, self.aggregate_id)
    }
}

/// Why the ledger could not do what it was asked to. A refusal by a rule is not among them: that is an outcome.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database is gone, full, or does not answer. The ledger recovers by itself once it is back.
    #[error("the ledger's database is not available: {why}; try again in a moment, with the same idempotency key{}", fate(*.undecided))]
    Unavailable {
        /// What the database or the driver said.
        why: String,
        /// The decision whose fate could not be found out. Look it up with [`crate::Ledger::decision`] before
        /// repeating a command that carried no idempotency key. `None`: nothing was written.
        undecided: Option<Uuid>,
    },
    /// Others kept changing the same streams. Nothing was written.
    #[error(
        "{attempts} attempts were overtaken by others who changed the same streams; nothing was recorded, try again"
    )]
    Contended {
        /// How often the command was decided.
        attempts: u32,
    },
    /// The caller's precondition (`If-Match`) does not hold. Nothing was written.
    #[error(
        "{stream} is at version {actual}, not {expected} as the request requires; read it again, then decide whether to repeat"
    )]
    Outdated {
        /// The stream the precondition is about.
        stream: Stream,
        /// The version the caller had seen.
        expected: u64,
        /// The version it has.
        actual: u64,
    },
    /// The idempotency key was used by this caller for another request. Nothing was written.
    #[error(
        "this idempotency key already belongs to another request of the same caller (position {position}); use a new key"
    )]
    KeyReused {
        /// Where the first request was recorded.
        position: u64,
    },
    /// The command holds something that cannot be kept. Nothing was written.
    #[error("{0}")]
    Unacceptable(#[from] Unacceptable),
    /// A data key is missing, destroyed or not openable.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// An event that this program does not know. It is never skipped: going on without it would answer wrongly.
    #[error("{0}")]
    UnknownEvent(Box<UnknownEvent>),
    /// What is stored cannot be what was written. Stop and look: `verify` tells what is touched.
    #[error("the ledger is damaged: {0}; stop writing and verify it against a backup")]
    Corrupt(String),
    /// The database refused the rows of this decision. Nothing was written.
    #[error(
        "the database refused the decision: {0}; this is a defect of the program, please report it"
    )]
    Rejected(String),
    /// This position does not exist yet.
    #[error("position {asked} is beyond the head {}", .head.position)]
    Beyond {
        /// The position asked for.
        asked: u64,
        /// Where the ledger is.
        head: Head,
    },
    /// Another process writes this ledger. A SQLite ledger has one writer.
    #[error(
        "another process writes the ledger {path}; a SQLite ledger takes one writer (use PostgreSQL for several), or open it read-only"
    )]
    Locked {
        /// The database file.
        path: String,
    },
    /// The ledger was opened for reading.
    #[error("this ledger was opened read-only; open it with `Ledger::open` to decide")]
    ReadOnly,
    /// The database's schema does not fit this program.
    #[error("{0}")]
    Schema(String),
    /// The address of the database is not one.
    #[error(
        "`{given}` is not a ledger's address: {why}; expected sqlite://<path> or postgres://<user>@<host>/<database>"
    )]
    Address {
        /// What was given, without password.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// The desk failed for a reason of its own. Nothing was written.
    #[error("the command could not be decided: {0}")]
    Desk(Fault),
}

fn fate(undecided: Option<Uuid>) -> String {
    undecided
        .map(|id| format!(" (whether decision {id} was recorded is not known)"))
        .unwrap_or_default()
}

impl LedgerError {
    pub(crate) fn unavailable(why: impl Into<String>) -> Self {
        Self::Unavailable {
            why: why.into(),
            undecided: None,
        }
    }

    /// What a desk hands back: our own errors travel through it boxed.
    pub(crate) fn from_fault(fault: Fault) -> Self {
        match fault.downcast::<Self>() {
            Ok(own) => *own,
            Err(other) => Self::Desk(other),
        }
    }
}

/// An event that this program cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{stream} holds event {sequence}, {event_type} version {event_version}, which this program cannot read: {why}; \
     run a newer version, or register an upcaster"
)]
pub struct UnknownEvent {
    /// Where it is.
    pub stream: Stream,
    /// Its place in the stream.
    pub sequence: u64,
    /// Its name, as stored.
    pub event_type: String,
    /// Its version, after all upcasters that apply.
    pub event_version: String,
    /// What is unknown about it.
    pub why: String,
}

/// A value that cannot be kept in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value at `{pointer}` cannot be recorded: {why}")]
pub struct Unacceptable {
    /// JSON pointer (RFC 6901) to it.
    pub pointer: String,
    /// What is wrong with it, and what is expected.
    pub why: &'static str,
}

/// What a decoder said, without the values it quotes.
pub(crate) fn shape(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Io => "reading failed",
        serde_json::error::Category::Syntax => "not JSON",
        serde_json::error::Category::Data => "its fields are not those expected",
        serde_json::error::Category::Eof => "cut off",
    };
    if error.line() > 0 {
        format!("{kind} (line {}, column {})", error.line(), error.column())
    } else {
        kind.to_owned()
    }
}
