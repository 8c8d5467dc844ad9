//! The ledger on PostgreSQL: any number of processes may write.
//!
//! Each has one connection for appending, on which a group is one call of `ledger_append`, a few for small questions, and a pool
//! for reading.

mod append;
mod read;
mod spare;

use super::{CallersKey, Selection, Store, StoreError, Written, newer, place};
use crate::{
    error::{LedgerError, Stream},
    head::Head,
    keys::StoredKey,
    record::Record,
    schema::{self, POSTGRES},
    sealed::SealedDecision,
};
use cqrs_es::{
    Aggregate,
    persist::{PersistedEventRepository, PersistenceError, SerializedEvent},
};
use postgres_es::PostgresEventRepository;
use spare::Spare;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{future::Future, time::Duration};
use tokio::{sync::Mutex, time::timeout};

const READERS: u32 = 16;
/// How long to wait for a connection.
const CONNECTING: Duration = Duration::from_secs(3);
/// How long to wait for a group to be written before its connection is taken for dead.
const APPENDING: Duration = Duration::from_secs(10);
/// A connection that lay idle for so long is tried before it is used.
const IDLE: Duration = Duration::from_secs(1);
/// How often a read is tried again on another connection after one broke: after a restart of the server, many are dead.
const TRIES: u32 = 3;

/// A PostgreSQL database that holds a ledger.
pub(crate) struct Postgres {
    options: PgConnectOptions,
    pool: PgPool,
    spare: Spare,
    repository: PostgresEventRepository,
    writer: Mutex<Writer>,
}

enum Writer {
    Idle(Box<PgConnection>),
    /// Not connected, or given up after an error.
    Away,
    /// For good: closed, or open for reading only.
    Never,
}

impl Postgres {
    /// Opens for writing; makes the tables if there are none.
    pub(crate) async fn open(options: PgConnectOptions) -> Result<Self, LedgerError> {
        let store = Self::with(options, "off", Writer::Away);
        if store.fits().await.is_err() {
            let mut connection = connect(&store.options).await?;
            schema::migrator(POSTGRES)
                .await?
                .run(&mut connection)
                .await
                .map_err(|error| schema::told(&error))?;
            // Closing politely is all that is left to do; the schema stands either way.
            let _ = connection.close().await;
            store.fits().await?;
        }
        Ok(store)
    }

    /// Opens an existing ledger for reading; the server refuses writes on these connections.
    pub(crate) async fn open_read_only(options: PgConnectOptions) -> Result<Self, LedgerError> {
        let store = Self::with(options, "on", Writer::Never);
        store.fits().await?;
        Ok(store)
    }

    fn with(options: PgConnectOptions, read_only: &str, writer: Writer) -> Self {
        // Compiling a plan that runs for microseconds costs milliseconds.
        let options = options
            .application_name("beian-ledger")
            .options([("jit", "off"), ("default_transaction_read_only", read_only)])
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(CONNECTING)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(options.clone());
        Self {
            spare: Spare::new(options.clone()),
            options,
            repository: PostgresEventRepository::new(pool.clone()),
            pool,
            writer: Mutex::new(writer),
        }
    }

    pub(crate) fn pool(&self) -> PgPool {
        self.pool.clone()
    }

    /// Whether the schema is that of this program.
    async fn fits(&self) -> Result<(), LedgerError> {
        let known = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
        let known = reading(|| async { sqlx::query_scalar(known).fetch_one(&self.pool).await });
        let mut applied = Vec::new();
        if known.await? {
            let steps = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";
            applied =
                reading(|| async { sqlx::query_as(steps).fetch_all(&self.pool).await }).await?;
        }
        schema::must_fit(&applied, POSTGRES).await
    }

    /// Does something on the writing connection. After an error that leaves its state in doubt the connection is given up,
    /// and the next one to come connects anew.
    async fn writing<T>(
        &self,
        does: impl AsyncFnOnce(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut writer = self.writer.lock().await;
        let mut connection = match std::mem::replace(&mut *writer, Writer::Away) {
            Writer::Idle(connection) => connection,
            Writer::Away => Box::new(connect_writer(&self.options).await?),
            Writer::Never => {
                *writer = Writer::Never;
                return Err(StoreError::Unavailable(
                    "the ledger is closed, or open for reading only".to_owned(),
                ));
            }
        };
        // No answer in time is no answer: whether it was written is then found out by asking again.
        let result = timeout(APPENDING, does(&mut connection))
            .await
            .unwrap_or_else(|_| {
                Err(StoreError::Unsure(
                    "the server did not answer in time".to_owned(),
                ))
            });
        if matches!(result, Ok(_) | Err(StoreError::Rejected(_))) {
            *writer = Writer::Idle(connection);
        }
        result
    }
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    match timeout(CONNECTING, options.connect()).await {
        Ok(connected) => connected.map_err(|error| failed(&error)),
        Err(_) => Err(StoreError::Unavailable(
            "the server did not answer in time".to_owned(),
        )),
    }
}

async fn connect_writer(options: &PgConnectOptions) -> Result<PgConnection, StoreError> {
    let mut connection = connect(options).await?;
    // An acknowledged decision must be on disk, whatever the server's default; a stronger setting is left alone. A lock
    // on `head` that somebody holds by hand must not hang the office. Plans are made once: for groups of one it would seem cheaper
    // each time to make one anew, which costs several times what it saves. A plan that lasts must not be one that reads all of a
    // table because that was small when it was made.
    let settings = "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false),
        set_config('lock_timeout', '5s', false), set_config('statement_timeout', '8s', false),
        set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false)";
    match timeout(CONNECTING, sqlx::query(settings).execute(&mut connection)).await {
        Ok(set) => set.map(|_| connection).map_err(|error| failed(&error)),
        Err(_) => Err(StoreError::Unavailable(
            "the server did not answer in time".to_owned(),
        )),
    }
}

/// Reads, on another connection if one turns out to be dead.
async fn reading<T, F: Future<Output = Result<T, sqlx::Error>>>(
    mut read: impl FnMut() -> F,
) -> Result<T, StoreError> {
    let mut tries = 1;
    loop {
        match read().await {
            Ok(found) => return Ok(found),
            Err(error) => another(&error, &mut tries)?,
        }
    }
}

/// Whether to ask once more, on another connection, after one broke; counts how often was asked.
fn another(error: &sqlx::Error, tries: &mut u32) -> Result<(), StoreError> {
    if *tries == TRIES || !is_broken(error) {
        return Err(failed(error));
    }
    *tries += 1;
    Ok(())
}

impl Store for Postgres {
    async fn append(
        &self,
        group: &[Record],
        clock: Option<i64>,
        again: bool,
    ) -> Result<Written, StoreError> {
        self.writing(async |connection| append::append(connection, group, clock, again).await)
            .await
    }

    async fn stream<A: Aggregate>(
        &self,
        id: &str,
        after: u64,
    ) -> Result<Vec<SerializedEvent>, StoreError> {
        let from = place(after);
        let read = || async { self.repository.get_last_events::<A>(id, from).await };
        let events = reading(|| async { read().await.map_err(driver) }).await?;
        Ok(newer(events, after))
    }

    async fn versions(&self, streams: &[Stream]) -> Result<Vec<u64>, StoreError> {
        read::versions(&self.spare, streams).await
    }

    async fn version_at(&self, stream: &Stream, position: u64) -> Result<u64, StoreError> {
        read::version_at(&self.pool, stream, position).await
    }

    async fn read(&self, which: &Selection, limit: u32) -> Result<Vec<SealedDecision>, StoreError> {
        read::decisions(&self.pool, which, limit).await
    }

    async fn positions_of_keys(&self, keys: &[CallersKey]) -> Result<Vec<Option<u64>>, StoreError> {
        read::positions_of_keys(&self.spare, keys).await
    }

    async fn head(&self) -> Result<Head, StoreError> {
        read::head(&self.spare).await
    }

    async fn as_of(&self, time: i64) -> Result<u64, StoreError> {
        read::as_of(&self.pool, time).await
    }

    async fn clock(&self) -> Result<i64, StoreError> {
        reading(|| async {
            sqlx::query_scalar("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
                .fetch_one(&self.pool)
                .await
        })
        .await
    }

    async fn version(&self) -> Result<String, StoreError> {
        let sql = "SELECT 'PostgreSQL ' || current_setting('server_version')";
        reading(|| async { sqlx::query_scalar(sql).fetch_one(&self.pool).await }).await
    }

    async fn data_keys(&self, files: &[String]) -> Result<Vec<StoredKey>, StoreError> {
        read::data_keys(&self.pool, files).await
    }

    async fn destroy_key(&self, file: &str, clock: Option<i64>) -> Result<bool, StoreError> {
        self.writing(async |connection| append::destroy_key(connection, file, clock).await)
            .await
    }

    async fn begin_epoch(&self) -> Result<(), StoreError> {
        self.writing(async |connection| append::begin_epoch(connection).await)
            .await
    }

    async fn close(&self) {
        let writer = std::mem::replace(&mut *self.writer.lock().await, Writer::Never);
        if let Writer::Idle(connection) = writer {
            // The server notices either way.
            let _ = connection.close().await;
        }
        self.spare.close().await;
        self.pool.close().await;
    }
}

/// Whether the connection is gone, so that what was sent on it may or may not have been done.
fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => true,
        // Class 08: connection exception; 57P01, 57P02: the server is shutting down or crashed; 57P05: idle for too long.
        sqlx::Error::Database(said) => said.code().is_some_and(|code| {
            code.starts_with("08") || ["57P01", "57P02", "57P05"].contains(&&*code)
        }),
        _ => false,
    }
}

/// What an error of the driver means when nothing can have been written. The server's message names tables and
/// constraints; its details, which quote rows, are left out.
fn failed(error: &sqlx::Error) -> StoreError {
    match error {
        _ if is_broken(error) => {
            StoreError::Unavailable("the connection to PostgreSQL broke".to_owned())
        }
        sqlx::Error::PoolTimedOut => {
            StoreError::Unavailable("PostgreSQL gave no connection in time".to_owned())
        }
        sqlx::Error::PoolClosed => StoreError::Unavailable("the ledger was closed".to_owned()),
        sqlx::Error::Database(said) => {
            let code = said.code().unwrap_or_default();
            let why = format!("PostgreSQL says: {} ({code})", said.message());
            match code.get(..2).unwrap_or_default() {
                _ if code == "53100" => StoreError::Full(why),
                // Damaged data or index.
                _ if code == "XX001" || code == "XX002" => StoreError::Corrupt(why),
                // Data exception, constraint, unknown or forbidden object.
                "22" | "23" | "42" => StoreError::Rejected(why),
                // Resources, locks, cancelled, shutting down, standby, no such database or role, system.
                _ => StoreError::Unavailable(why),
            }
        }
        sqlx::Error::Configuration(_) => {
            StoreError::Unavailable("the settings for the connection are not understood".to_owned())
        }
        _ => StoreError::Corrupt("a row does not have the columns or types expected".to_owned()),
    }
}

/// The driver's error out of that of postgres-es, which boxes it.
fn driver(error: PersistenceError) -> sqlx::Error {
    match error {
        PersistenceError::ConnectionError(inner)
        | PersistenceError::UnknownError(inner)
        | PersistenceError::DeserializationError(inner) => inner
            .downcast::<sqlx::Error>()
            .map_or_else(|_| sqlx::Error::RowNotFound, |error| *error),
        PersistenceError::OptimisticLockError => sqlx::Error::RowNotFound,
    }
}
