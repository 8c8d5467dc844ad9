//! Stock cqrs-es with postgres-es or sqlite-es, as their READMEs set them up: what a project gets that takes the crates as they are.
//!
//! An order of twelve commands, each one event of the size of ours: no rules, no decision record, no sealing, no idempotency key.
//! The one setting that is not theirs: SQLite runs with `synchronous=FULL`, because sqlite-es' default loses on a power cut.

use crate::{Failed, drive::Work, limit::PAYLOAD};
use cqrs_es::{
    Aggregate, CqrsFramework, DomainEvent, event_sink::EventSink, persist::PersistedEventStore,
};
use postgres_es::{PostgresEventRepository, default_postgress_pool};
use serde::{Deserialize, Serialize};
use sqlite_es::SqliteEventRepository;
use sqlx::{
    Executor,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, time::Duration};

/// How many commands an order has.
pub(crate) const LIFE: u64 = 12;

const TABLE: &str = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint CHECK (sequence >= 0) NOT NULL, \
    event_type text NOT NULL, event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL, \
    PRIMARY KEY (aggregate_type, aggregate_id, sequence))";

/// An order that notes how far it came.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Plain {
    done: u64,
}

/// One step was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// Which.
    pub(crate) step: u64,
    data: String,
}

impl DomainEvent for Taken {
    fn event_type(&self) -> String {
        "Taken".to_owned()
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

/// A step came out of turn.
#[derive(Debug, thiserror::Error)]
#[error("the order has come as far as {0}")]
pub(crate) struct OutOfTurn(u64);

impl Aggregate for Plain {
    const TYPE: &'static str = "Order";
    type Command = Taken;
    type Event = Taken;
    type Error = OutOfTurn;
    type Services = ();

    async fn handle(
        &mut self,
        command: Taken,
        _services: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), OutOfTurn> {
        if command.step != self.done {
            return Err(OutOfTurn(self.done));
        }
        sink.write(command, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Taken) {
        self.done = event.step + 1;
    }
}

/// The framework on one of its stores.
pub(crate) struct Stock<R: cqrs_es::persist::PersistedEventRepository>(
    pub(crate) CqrsFramework<Plain, PersistedEventStore<R, Plain>>,
);

/// On PostgreSQL.
pub(crate) type OnPostgres = Stock<PostgresEventRepository>;

impl Stock<PostgresEventRepository> {
    /// On an empty database.
    pub(crate) async fn postgres(url: &str) -> Result<Self, Failed> {
        let pool = default_postgress_pool(url).await;
        pool.execute(TABLE).await?;
        let store = PersistedEventStore::new_event_store(PostgresEventRepository::new(pool));
        Ok(Self(CqrsFramework::new(store, Vec::new(), ())))
    }
}

impl Stock<SqliteEventRepository> {
    /// On a file that is not there yet.
    pub(crate) async fn sqlite(file: &Path) -> Result<Self, Failed> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(10)
            .connect_with(options)
            .await?;
        pool.execute(TABLE).await?;
        let store = PersistedEventStore::new_event_store(SqliteEventRepository::new(pool));
        Ok(Self(CqrsFramework::new(store, Vec::new(), ())))
    }
}

impl<R: cqrs_es::persist::PersistedEventRepository + Send + Sync + 'static> Work for Stock<R> {
    async fn live(
        &self,
        number: usize,
        mut each: impl FnMut(Duration, usize) -> bool + Send,
    ) -> Result<bool, Failed> {
        let order = format!("order-{number}");
        for step in 0..LIFE {
            let taken = Taken {
                step,
                data: "x".repeat(PAYLOAD),
            };
            let asked = std::time::Instant::now();
            self.0.execute(&order, taken).await?;
            if !each(asked.elapsed(), 1) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
