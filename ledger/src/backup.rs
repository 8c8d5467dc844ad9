//! What a backup needs of the ledger: a consistent copy of a SQLite file while it is written, the list of erasures, which is kept
//! outside of every backup, and the epoch that begins with a restore.
//!
//! On PostgreSQL `pg_dump` makes the copy.

use crate::{error::LedgerError, head::Head, ledger::Ledger, store::Store};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{
    fs::{self, File},
    io::{self, Write},
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

/// The list of the files whose data keys were destroyed, one a line. A backup holds the keys of those who were erased after it was
/// taken, so the list lies outside of the database, and a restore destroys them again before anybody can read.
#[derive(Clone, Debug)]
pub struct Erasures(PathBuf);

impl Erasures {
    /// A list at a path; it need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The files that were erased.
    ///
    /// # Errors
    /// The list is there and cannot be read.
    pub fn read(&self) -> io::Result<Vec<String>> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        // A line without an end was being written when the machine stopped: its key had not been destroyed yet.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let mut files: Vec<String> = whole.lines().map(str::to_owned).collect();
        files.sort_unstable();
        files.dedup();
        Ok(files)
    }

    /// Puts a file on the list, on disk. Nodes of one office share the list: a line is one write.
    pub(crate) fn add(&self, file: &str) -> io::Result<()> {
        if self.read()?.iter().any(|one| one == file) {
            return Ok(());
        }
        let mut list = File::options().create(true).append(true).open(&self.0)?;
        list.write_all(format!("{file}\n").as_bytes())?;
        list.sync_all()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_each_file_once_and_no_half_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("erasures.list");
        let list = Erasures::at(&path);
        assert!(list.read().unwrap().is_empty());
        for file in ["order/2", "lead/1", "order/2"] {
            list.add(file).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "order/2\nlead/1\n");
        let mut half = File::options().append(true).open(&path).unwrap();
        half.write_all(b"order/33").unwrap();
        assert_eq!(list.read().unwrap(), ["lead/1", "order/2"]);
    }
}
