//! What a database does for the ledger: take a group of decisions whole, and give back what it holds.
//!
//! Two stores implement it: PostgreSQL (many processes may write) and SQLite (one process writes).

mod any;
mod postgres;
mod rows;
mod sqlite;

pub(crate) use any::AnyStore;
pub(crate) use postgres::Postgres;
pub(crate) use sqlite::{Sqlite, canonical, lock};

use crate::{
    error::{LedgerError, Stream},
    head::Head,
    keys::StoredKey,
    record::Record,
    sealed::SealedDecision,
};
use cqrs_es::{Aggregate, persist::SerializedEvent};
use std::future::Future;
use uuid::Uuid;

/// What became of one decision of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is written, at this position.
    Appended { position: u64 },
    /// Nothing was written: the same caller's idempotency key stands at this position.
    Replayed { position: u64 },
    /// Nothing was written: a stream it read has another version by now.
    Stale { stream: Stream, actual: u64 },
    /// Nothing was written: another data key is in force for its file, or the key was destroyed.
    Rekey,
}

/// What became of a group.
#[derive(Debug)]
pub(crate) struct Written {
    /// A verdict for each decision, in order.
    pub(crate) verdicts: Vec<Verdict>,
    /// The end of the ledger after it.
    pub(crate) head: Head,
    /// When those that are written now were recorded (microseconds). `None`: that is not known of all of them.
    pub(crate) recorded_at: Option<i64>,
}

/// Why a database did not do what it was asked to. The texts carry no row data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// It is gone. Nothing was written.
    Unavailable(String),
    /// Its disk is full. Nothing was written.
    Full(String),
    /// The connection broke after the decisions were sent: they may be written, now or in a moment.
    Unsure(String),
    /// It does not take these rows. Nothing was written.
    Rejected(String),
    /// It holds what cannot be.
    Corrupt(String),
}

impl From<StoreError> for LedgerError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(why) | StoreError::Full(why) | StoreError::Unsure(why) => {
                Self::unavailable(why)
            }
            StoreError::Rejected(why) => Self::Rejected(why),
            StoreError::Corrupt(why) => Self::Corrupt(why),
        }
    }
}

/// Which decisions to read, in order of position.
#[derive(Clone, Debug)]
pub(crate) enum Selection {
    /// After a position.
    After(u64),
    /// After a position, those about one subject: kind, id.
    About(u64, String, String),
    /// One, by its id.
    Id(Uuid),
}

/// A caller's id and an idempotency key of theirs.
pub(crate) type CallersKey = (String, String);

/// A database that holds a ledger.
pub(crate) trait Store: Send + Sync + 'static {
    /// Writes a group: each decision whole or not at all; all that are written, in one transaction. No decision of the group writes what another read or wrote, no idempotency key comes
    /// twice. `clock` is the time to record (microseconds); `None`: the store's own. `again`: an earlier attempt with
    /// the same decisions may have succeeded.
    fn append(
        &self,
        group: &[Record],
        clock: Option<i64>,
        again: bool,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;
    /// The events of a stream after one of them, sealed, in order.
    fn stream<A: Aggregate>(
        &self,
        id: &str,
        after: u64,
    ) -> impl Future<Output = Result<Vec<SerializedEvent>, StoreError>> + Send;
    /// The version of each stream, in the order asked.
    fn versions(
        &self,
        streams: &[Stream],
    ) -> impl Future<Output = Result<Vec<u64>, StoreError>> + Send;
    /// The version a stream had at a position.
    fn version_at(
        &self,
        stream: &Stream,
        position: u64,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
    /// At most `limit` decisions with their events.
    fn read(
        &self,
        which: &Selection,
        limit: u32,
    ) -> impl Future<Output = Result<Vec<SealedDecision>, StoreError>> + Send;
    /// Where each key was used, in the order asked.
    fn positions_of_keys(
        &self,
        keys: &[CallersKey],
    ) -> impl Future<Output = Result<Vec<Option<u64>>, StoreError>> + Send;
    /// The end of the ledger.
    fn head(&self) -> impl Future<Output = Result<Head, StoreError>> + Send;
    /// The last position recorded at or before a time (microseconds); 0 if there is none.
    fn as_of(&self, time: i64) -> impl Future<Output = Result<u64, StoreError>> + Send;
    /// The store's clock, in microseconds.
    fn clock(&self) -> impl Future<Output = Result<i64, StoreError>> + Send;
    /// The database's name and version.
    fn version(&self) -> impl Future<Output = Result<String, StoreError>> + Send;
    /// The data keys of these files, as far as they have any.
    fn data_keys(
        &self,
        files: &[String],
    ) -> impl Future<Output = Result<Vec<StoredKey>, StoreError>> + Send;
    /// Destroys a file's data key, if it has one that is not destroyed yet. No append that seals with it comes after.
    fn destroy_key(
        &self,
        file: &str,
        clock: Option<i64>,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
    /// Counts one epoch more.
    fn begin_epoch(&self) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// Lets go of every connection.
    fn close(&self) -> impl Future<Output = ()> + Send;
}

/// How many events lie between the places from which a stream is read.
const STRIDE: u64 = 32;

/// From which event on the repositories are asked for what comes after one. They write the number into the statement, and each
/// statement is prepared and kept; so few numbers are asked, and what is read too much is put aside by [`newer`].
fn place(after: u64) -> usize {
    usize::try_from(after - after % STRIDE).unwrap_or(usize::MAX)
}

/// Of these events those after one.
fn newer(mut events: Vec<SerializedEvent>, after: u64) -> Vec<SerializedEvent> {
    events.retain(|event| event.sequence as u64 > after);
    events
}
