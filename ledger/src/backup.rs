//! What a backup needs of the ledger: a consistent copy of a SQLite file while it is written, a place that nobody else writes to
//! during a restore, and the epoch that begins with one.
//!
//! On PostgreSQL `pg_dump` makes the copy.

use crate::{
    error::LedgerError,
    head::Head,
    ledger::Ledger,
    store::{Store, canonical, lock},
};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long to wait for a lock that a checkpoint holds.
const WAIT: Duration = Duration::from_secs(30);

/// Copies a SQLite file as of one moment, beside whoever writes it, and leaves the copy on disk. Not byte for byte: the copy is
/// compact, and needs no log beside it.
///
/// # Errors
/// [`LedgerError::Unavailable`]: there is no such file, it does not answer, or the copy is there already or cannot be written.
pub async fn copy_file(from: &Path, to: &Path) -> Result<(), LedgerError> {
    let failed = |why: String| LedgerError::unavailable(format!("{}: {why}", from.display()));
    let told = |error: sqlx::Error| match error {
        sqlx::Error::Database(said) => failed(format!("SQLite says: {}", said.message())),
        sqlx::Error::Io(error) => failed(error.to_string()),
        _ => failed("the connection broke".to_owned()),
    };
    let target = to
        .to_str()
        .ok_or_else(|| failed("the copy needs a name in UTF-8".to_owned()))?;
    let mut connection = SqliteConnectOptions::new()
        .filename(from)
        .read_only(true)
        .busy_timeout(WAIT)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(told)?;
    sqlx::query("VACUUM INTO ?1")
        .bind(target)
        .execute(&mut connection)
        .await
        .map_err(told)?;
    connection.close().await.map_err(told)?;
    File::open(to)
        .and_then(|copy| copy.sync_all())
        .map_err(|error| failed(error.to_string()))
}

/// A place where a SQLite ledger is or shall be, and the right to write there: nobody opens a ledger there for writing meanwhile.
#[derive(Debug)]
pub struct Place {
    path: PathBuf,
    /// Held; the system releases it when the process ends, however it ends.
    _lock: File,
}

impl Place {
    /// Takes it.
    ///
    /// # Errors
    /// [`LedgerError::Locked`]: another process writes there. [`LedgerError::Unavailable`]: there is no such folder, or nothing can be made in it.
    pub fn take(path: &Path) -> Result<Self, LedgerError> {
        let path = canonical(path)?;
        let lock = lock(&path)?;
        Ok(Self { path, _lock: lock })
    }

    /// Its one name.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Ledger {
    /// Starts a new epoch, as a restore must: whoever followed the ledger may have seen what it does not hold any more.
    ///
    /// # Errors
    /// [`LedgerError::ReadOnly`], [`LedgerError::Unavailable`].
    pub async fn begin_epoch(&self) -> Result<Head, LedgerError> {
        if self.is_read_only() {
            return Err(LedgerError::ReadOnly);
        }
        self.0.store.begin_epoch().await?;
        self.head().await
    }
}
