//! One type for both stores, so that nobody above has to be generic.

use super::{CallersKey, Postgres, Selection, Sqlite, Store, StoreError, Written};
use crate::{error::Stream, head::Head, keys::StoredKey, record::Record, sealed::SealedDecision};
use cqrs_es::{Aggregate, persist::SerializedEvent};

/// A store, whichever the address asked for.
pub(crate) enum AnyStore {
    Postgres(Box<Postgres>),
    Sqlite(Box<Sqlite>),
}

/// Does the same on either.
macro_rules! on {
    ($any:expr, $store:ident => $does:expr) => {
        match $any {
            AnyStore::Postgres($store) => $does.await,
            AnyStore::Sqlite($store) => $does.await,
        }
    };
}

impl Store for AnyStore {
    async fn append(
        &self,
        group: &[Record],
        clock: Option<i64>,
        again: bool,
    ) -> Result<Written, StoreError> {
        on!(self, store => store.append(group, clock, again))
    }

    async fn stream<A: Aggregate>(
        &self,
        id: &str,
        after: u64,
    ) -> Result<Vec<SerializedEvent>, StoreError> {
        on!(self, store => store.stream::<A>(id, after))
    }

    async fn versions(&self, streams: &[Stream]) -> Result<Vec<u64>, StoreError> {
        on!(self, store => store.versions(streams))
    }

    async fn version_at(&self, stream: &Stream, position: u64) -> Result<u64, StoreError> {
        on!(self, store => store.version_at(stream, position))
    }

    async fn read(&self, which: &Selection, limit: u32) -> Result<Vec<SealedDecision>, StoreError> {
        on!(self, store => store.read(which, limit))
    }

    async fn positions_of_keys(&self, keys: &[CallersKey]) -> Result<Vec<Option<u64>>, StoreError> {
        on!(self, store => store.positions_of_keys(keys))
    }

    async fn head(&self) -> Result<Head, StoreError> {
        on!(self, store => store.head())
    }

    async fn as_of(&self, time: i64) -> Result<u64, StoreError> {
        on!(self, store => store.as_of(time))
    }

    async fn clock(&self) -> Result<i64, StoreError> {
        on!(self, store => store.clock())
    }

    async fn version(&self) -> Result<String, StoreError> {
        on!(self, store => store.version())
    }

    async fn data_keys(&self, files: &[String]) -> Result<Vec<StoredKey>, StoreError> {
        on!(self, store => store.data_keys(files))
    }

    async fn destroy_key(&self, file: &str, clock: Option<i64>) -> Result<bool, StoreError> {
        on!(self, store => store.destroy_key(file, clock))
    }

    async fn begin_epoch(&self) -> Result<(), StoreError> {
        on!(self, store => store.begin_epoch())
    }

    async fn close(&self) {
        on!(self, store => store.close());
    }
}
