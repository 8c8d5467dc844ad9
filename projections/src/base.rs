//! A database beside the ledger: where things live that are derived from it, or that work for it.
//!
//! On SQLite it is a file of its own, `<ledger file>.<name>.sqlite`, with one writing connection, so that whatever happens in
//! there never stalls an append. On PostgreSQL it is a schema of its own, `beian_<name>`, in the ledger's database.
//!
//! One statement serves both stores: parameters are `$1`, `$2` …, columns are text and 64-bit integers, lists travel as
//! one JSON parameter. Where the two differ, [`Base::dialect`] says which it is.

mod failure;
mod schema;
mod tx;

pub(crate) use schema::Side;
pub(crate) use tx::{Cell, Tx};

use crate::{
    ReadError,
    model::{Column, Kind},
};
use failure::failed;
use ledger::Ledger;
use sqlx::{
    ConnectOptions, PgPool, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// How long to wait for a connection, or for a lock that a checkpoint of the file holds.
const WAIT: Duration = Duration::from_secs(5);
const READERS: u32 = 8;

/// Which store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// A list of JSON objects that comes as a parameter, as a query that answers a row each.
    pub(crate) fn listed(self, parameter: &str, columns: &[Column]) -> String {
        let each = |said: &dyn Fn(&Column) -> String| {
            let each: Vec<_> = columns.iter().map(said).collect();
            each.join(", ")
        };
        match self {
            Self::Sqlite => format!(
                "SELECT {} FROM json_each({parameter})",
                each(&|column| format!("value->>'{0}' AS {0}", column.name))
            ),
            Self::Postgres => format!(
                "SELECT {} FROM json_to_recordset({parameter}::json) AS r({})",
                each(&|column| column.name.to_owned()),
                each(&|column| match column.kind {
                    Kind::Text => format!("{} text", column.name),
                    Kind::Int => format!("{} bigint", column.name),
                })
            ),
        }
    }
}

/// A database beside the ledger. Clones share the connections.
#[derive(Clone)]
pub(crate) struct Base(Store);

#[derive(Clone)]
enum Store {
    Sqlite {
        /// One connection; `None`: open for reading.
        writer: Option<SqlitePool>,
        readers: SqlitePool,
    },
    Postgres {
        pool: PgPool,
        schema: String,
        may_write: bool,
    },
}

impl Base {
    /// Opens the side database of a ledger and brings its schema up to date; if the ledger is open for reading, so is
    /// this, and nothing is made.
    pub(crate) async fn open(url: &str, ledger: &Ledger, side: &Side) -> Result<Self, ReadError> {
        let may_write = !ledger.is_read_only();
        if let Some(pool) = ledger.postgres_pool() {
            let schema = format!("beian_{}", side.name);
            if may_write {
                schema::raise_postgres(&pool, &schema, side).await?;
            }
            return Ok(Self(Store::Postgres {
                pool,
                schema,
                may_write,
            }));
        }
        let path = beside(url, side.name)?;
        if may_write {
            Self::open_file(&path, side).await
        } else {
            Ok(Self(Store::Sqlite {
                writer: None,
                readers: readers(&path),
            }))
        }
    }

    /// Opens a SQLite file as such a database.
    pub(crate) async fn open_file(path: &Path, side: &Side) -> Result<Self, ReadError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(side.synchronous)
            .busy_timeout(WAIT)
            .disable_statement_logging();
        // A pool of one: who wants to write waits for the connection, and a writer that is dropped half-way is rolled back.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(WAIT)
            .connect_lazy_with(options);
        schema::raise_sqlite(&writer, side).await?;
        Ok(Self(Store::Sqlite {
            writer: Some(writer),
            readers: readers(path),
        }))
    }

    /// The name of a table, as statements use it.
    pub(crate) fn table(&self, name: &str) -> String {
        match &self.0 {
            Store::Sqlite { .. } => name.to_owned(),
            Store::Postgres { schema, .. } => format!("{schema}.{name}"),
        }
    }

    /// Which store it is on.
    pub(crate) fn dialect(&self) -> Dialect {
        match &self.0 {
            Store::Sqlite { .. } => Dialect::Sqlite,
            Store::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// Begins to write. On SQLite there is one writer at a time; on PostgreSQL, lock what must not move meanwhile.
    pub(crate) async fn begin(&self) -> Result<Tx, ReadError> {
        self.begin_with("BEGIN").await
    }

    /// The same for lists of rows that are known by their keys; every table that is asked has an index by which it is. PostgreSQL keeps
    /// the plan of a statement that it was given often, and while a table is young, to read all of it, or to join with all of it, looks cheapest:
    /// that is made to look dear here.
    pub(crate) async fn begin_by_key(&self) -> Result<Tx, ReadError> {
        self.begin_with(
            "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off",
        )
        .await
    }

    /// What PostgreSQL is told; SQLite needs no telling.
    async fn begin_with(&self, statement: &'static str) -> Result<Tx, ReadError> {
        match &self.0 {
            Store::Sqlite {
                writer: Some(writer),
                ..
            } => Ok(Tx::Sqlite(writer.begin().await.map_err(|e| failed(&e))?)),
            Store::Postgres {
                pool,
                may_write: true,
                ..
            } => begin_postgres(pool, statement).await,
            Store::Sqlite { .. } | Store::Postgres { .. } => Err(ReadError::ReadOnly),
        }
    }

    /// Begins to read: all that is read in it is as of one moment.
    pub(crate) async fn snapshot(&self) -> Result<Tx, ReadError> {
        match &self.0 {
            Store::Sqlite { readers, .. } => {
                Ok(Tx::Sqlite(readers.begin().await.map_err(|e| failed(&e))?))
            }
            Store::Postgres { pool, .. } => {
                begin_postgres(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
            }
        }
    }

    /// Lets go of the connections that are its own; the ledger closes its pool itself.
    pub(crate) async fn close(&self) {
        if let Store::Sqlite { writer, readers } = &self.0 {
            readers.close().await;
            if let Some(writer) = writer {
                // The last connection folds the log into the file.
                writer.close().await;
            }
        }
    }
}

/// In a task of its own: were the caller dropped while `BEGIN` is on its way, sqlx 0.8 would give the connection back to the
/// pool with a transaction on it that nobody knows of, and whoever gets it next would read an old snapshot.
async fn begin_postgres(pool: &PgPool, statement: &'static str) -> Result<Tx, ReadError> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await }).await;
    let begun = begun.map_err(|_| ReadError::Unavailable("the runtime is stopping".to_owned()))?;
    Ok(Tx::Postgres(begun.map_err(|error| failed(&error))?))
}

fn readers(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(WAIT)
        .disable_statement_logging();
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(WAIT)
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

/// The file beside the ledger's. One ledger has one name, whatever path it is reached by.
fn beside(url: &str, name: &str) -> Result<PathBuf, ReadError> {
    let ledger = url.strip_prefix("sqlite://").map(Path::new);
    let path = ledger
        .and_then(|path| path.canonicalize().ok())
        .ok_or_else(|| {
            ReadError::Unavailable("the ledger's file is not where its address says".to_owned())
        })?;
    let mut file = path.into_os_string();
    file.push(format!(".{name}.sqlite"));
    Ok(file.into())
}
