//! The ledger in a SQLite file: one writing process with one writing connection, any number of readers.
//!
//! One writer, because the SQLite that sqlx bundles (3.46) has a defect in the reset of its write-ahead log that needs
//! two writing connections (fixed in 3.51.3). `synchronous=FULL`, because only then a commit survives a power cut.

mod append;
mod read;
#[cfg(test)]
mod tests;

use super::{CallersKey, Selection, Store, StoreError, Written, newer, place, rows::KeyRow};
use crate::{
    error::{LedgerError, Stream},
    head::Head,
    keys::StoredKey,
    record::Record,
    schema::{self, SQLITE},
    sealed::SealedDecision,
};
use cqrs_es::{
    Aggregate,
    persist::{PersistedEventRepository, PersistenceError, SerializedEvent},
};
use sqlite_es::SqliteEventRepository;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::sync::Mutex;

const READERS: u32 = 8;
/// How long a reader waits for a connection, or for a lock that a checkpoint holds.
const WAIT: Duration = Duration::from_secs(5);

/// A SQLite file that holds a ledger.
pub(crate) struct Sqlite {
    path: PathBuf,
    readers: SqlitePool,
    repository: SqliteEventRepository,
    writer: Mutex<Writer>,
}

/// The right to write, and the connection for it.
struct Writer {
    /// Held for as long as this process may write; the system releases it when the process ends, however it ends.
    lock: Option<File>,
    /// `None`: not opened yet, or given up after an error that leaves its state in doubt.
    connection: Option<SqliteConnection>,
}

impl Sqlite {
    /// Opens for writing; makes the file and its tables if there are none.
    pub(crate) async fn open(path: &Path) -> Result<Self, LedgerError> {
        let path = canonical(path)?;
        let lock = lock(&path)?;
        let mut connection = connect(&path).await.map_err(|error| failed(&error))?;
        schema::migrator(SQLITE)
            .await?
            .run(&mut connection)
            .await
            .map_err(|error| schema::told(&error))?;
        Ok(Self::with(
            path,
            Writer {
                lock: Some(lock),
                connection: Some(connection),
            },
        ))
    }

    /// Opens an existing ledger for reading.
    pub(crate) async fn open_read_only(path: &Path) -> Result<Self, LedgerError> {
        let path = canonical(path)?;
        if !path.exists() {
            return Err(LedgerError::unavailable(format!(
                "there is no file {}",
                path.display()
            )));
        }
        let store = Self::with(
            path,
            Writer {
                lock: None,
                connection: None,
            },
        );
        let known = "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";
        let known: i64 = sqlx::query_scalar(known)
            .fetch_one(&store.readers)
            .await
            .map_err(|error| failed(&error))?;
        let mut applied = Vec::new();
        if known > 0 {
            let steps = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";
            applied = sqlx::query_as(steps)
                .fetch_all(&store.readers)
                .await
                .map_err(|error| failed(&error))?;
        }
        schema::must_fit(&applied, SQLITE).await?;
        Ok(store)
    }

    fn with(path: PathBuf, writer: Writer) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .read_only(true)
            .busy_timeout(WAIT)
            .disable_statement_logging();
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(WAIT)
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Self {
            path,
            repository: SqliteEventRepository::new(readers.clone()),
            readers,
            writer: Mutex::new(writer),
        }
    }
}

async fn connect(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // The wrapped key of an erased person is overwritten, not only unlinked.
        .pragma("secure_delete", "ON")
        .busy_timeout(WAIT)
        .disable_statement_logging()
        .connect()
        .await
}

/// One file has one name, or two processes would lock it under different ones.
pub(crate) fn canonical(path: &Path) -> Result<PathBuf, LedgerError> {
    if let Ok(existing) = path.canonicalize() {
        return Ok(existing);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let (Ok(folder), Some(name)) = (folder.canonicalize(), path.file_name()) else {
        return Err(LedgerError::unavailable(format!(
            "the folder {} does not exist",
            folder.display()
        )));
    };
    Ok(folder.join(name))
}

/// Takes the right to write, or learns that another process has it.
pub(crate) fn lock(path: &Path) -> Result<File, LedgerError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&name)
        .map_err(|error| LedgerError::unavailable(format!("{}: {error}", name.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LedgerError::Locked {
            path: path.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(LedgerError::unavailable(format!(
            "{}: {error}",
            name.display()
        ))),
    }
}

impl Writer {
    /// The connection, opened again if the last one was given up.
    async fn connection(&mut self, path: &Path) -> Result<&mut SqliteConnection, StoreError> {
        if self.lock.is_none() {
            return Err(StoreError::Unavailable(
                "the ledger is closed, or open for reading only".to_owned(),
            ));
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(path).await.map_err(|error| failed(&error))?,
        };
        Ok(self.connection.insert(connection))
    }

    /// Ends a failed transaction.
    async fn roll_back(&mut self, error: &StoreError) {
        if let Some(connection) = &mut self.connection {
            // SQLite may have rolled back by itself already, then this fails and nothing is lost.
            let _ = sqlx::query("ROLLBACK").execute(connection).await;
        }
        if !matches!(error, StoreError::Rejected(_) | StoreError::Full(_)) {
            self.connection = None;
        }
    }
}

impl Store for Sqlite {
    async fn append(
        &self,
        group: &[Record],
        clock: Option<i64>,
        again: bool,
    ) -> Result<Written, StoreError> {
        let mut writer = self.writer.lock().await;
        let connection = writer.connection(&self.path).await?;
        let result = append::append(connection, group, clock.unwrap_or_else(now), again).await;
        if let Err(error) = &result {
            writer.roll_back(error).await;
        }
        result
    }

    async fn stream<A: Aggregate>(
        &self,
        id: &str,
        after: u64,
    ) -> Result<Vec<SerializedEvent>, StoreError> {
        let events = self.repository.get_last_events::<A>(id, place(after)).await;
        Ok(newer(events.map_err(repository)?, after))
    }

    async fn versions(&self, streams: &[Stream]) -> Result<Vec<u64>, StoreError> {
        read::versions(&self.readers, streams).await
    }

    async fn version_at(&self, stream: &Stream, position: u64) -> Result<u64, StoreError> {
        read::version_at(&self.readers, stream, position).await
    }

    async fn read(&self, which: &Selection, limit: u32) -> Result<Vec<SealedDecision>, StoreError> {
        read::decisions(&self.readers, which, limit).await
    }

    async fn positions_of_keys(&self, keys: &[CallersKey]) -> Result<Vec<Option<u64>>, StoreError> {
        read::positions_of_keys(&self.readers, keys).await
    }

    async fn head(&self) -> Result<Head, StoreError> {
        read::head(&self.readers).await
    }

    async fn as_of(&self, time: i64) -> Result<u64, StoreError> {
        read::as_of(&self.readers, time).await
    }

    async fn clock(&self) -> Result<i64, StoreError> {
        Ok(now())
    }

    async fn version(&self) -> Result<String, StoreError> {
        let version = sqlx::query_scalar("SELECT 'SQLite ' || sqlite_version()");
        version
            .fetch_one(&self.readers)
            .await
            .map_err(|error| failed(&error))
    }

    async fn data_keys(&self, files: &[String]) -> Result<Vec<StoredKey>, StoreError> {
        let rows: Vec<KeyRow> = sqlx::query_as("SELECT k.file, k.wrapped, k.wrapped_by FROM json_each(?1) u CROSS JOIN data_keys k ON k.file = u.value")
            .bind(read::json(files)?)
            .fetch_all(&self.readers)
            .await
            .map_err(|error| failed(&error))?;
        Ok(rows.into_iter().map(StoredKey::from).collect())
    }

    async fn destroy_key(&self, file: &str, clock: Option<i64>) -> Result<bool, StoreError> {
        let mut writer = self.writer.lock().await;
        let connection = writer.connection(&self.path).await?;
        append::destroy_key(connection, file, clock.unwrap_or_else(now)).await
    }

    async fn begin_epoch(&self) -> Result<(), StoreError> {
        let mut writer = self.writer.lock().await;
        let connection = writer.connection(&self.path).await?;
        append::begin_epoch(connection).await
    }

    async fn close(&self) {
        let mut writer = self.writer.lock().await;
        self.readers.close().await;
        if let Some(connection) = writer.connection.take() {
            // The last connection folds the log into the file. If that fails, the next one to open it does.
            let _ = connection.close().await;
        }
        writer.lock = None;
    }
}

/// This machine's clock.
fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// What an error of the driver means. SQLite's messages name tables and constraints, never values.
fn failed(error: &sqlx::Error) -> StoreError {
    let sqlx::Error::Database(said) = error else {
        return match error {
            sqlx::Error::Io(error) => StoreError::Unavailable(error.to_string()),
            sqlx::Error::PoolTimedOut => {
                StoreError::Unavailable("no connection was free in time".to_owned())
            }
            sqlx::Error::PoolClosed => StoreError::Unavailable("the ledger was closed".to_owned()),
            sqlx::Error::WorkerCrashed => {
                StoreError::Unsure("the connection's thread ended".to_owned())
            }
            _ => {
                StoreError::Corrupt("a row does not have the columns or types expected".to_owned())
            }
        };
    };
    // Extended result codes carry the primary code in their low byte.
    let code = said
        .code()
        .and_then(|code| code.parse::<u32>().ok())
        .unwrap_or_default()
        & 0xff;
    let why = format!("SQLite says: {}", said.message());
    match code {
        FULL => StoreError::Full(why),
        BUSY | LOCKED | NOMEM | READONLY | IOERR | CANTOPEN => StoreError::Unavailable(why),
        CORRUPT | NOTADB => StoreError::Corrupt(why),
        _ => StoreError::Rejected(why),
    }
}

// Result codes: https://www.sqlite.org/rescode.html
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const NOMEM: u32 = 7;
const READONLY: u32 = 8;
const IOERR: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
const NOTADB: u32 = 26;

/// What an error of sqlite-es means: it boxes that of the driver.
fn repository(error: PersistenceError) -> StoreError {
    match error {
        PersistenceError::ConnectionError(inner)
        | PersistenceError::UnknownError(inner)
        | PersistenceError::DeserializationError(inner) => {
            inner.downcast_ref::<sqlx::Error>().map_or_else(
                || StoreError::Corrupt("a stream does not decode".to_owned()),
                failed,
            )
        }
        PersistenceError::OptimisticLockError => {
            StoreError::Corrupt("a read reported a conflict".to_owned())
        }
    }
}
