//! A fresh place for a ledger: a SQLite file, or a PostgreSQL database, of the test's own.

use ledger::{KeyRing, Ledger, LedgerError, Settings};
use sqlx::{
    Connection, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteRow},
};
use std::path::PathBuf;
use test_database::TestDatabase;

/// Which store.
pub(crate) enum Place {
    Sqlite(tempfile::TempDir),
    Postgres(TestDatabase),
}

pub(crate) struct Site {
    pub(crate) place: Place,
}

/// The key-encryption key of these tests.
pub(crate) const KEY: [u8; 32] = [7; 32];

pub(crate) fn settings() -> Settings {
    Settings::new(KeyRing::from_bytes(KEY))
}

impl Site {
    pub(crate) fn sqlite() -> Self {
        let place = Place::Sqlite(tempfile::tempdir().unwrap());
        Self { place }
    }

    pub(crate) async fn postgres() -> Self {
        let place = Place::Postgres(TestDatabase::create().await.unwrap());
        Self { place }
    }

    pub(crate) fn url(&self) -> String {
        match &self.place {
            Place::Sqlite(_) => format!("sqlite://{}", self.file().display()),
            Place::Postgres(database) => database.url().to_owned(),
        }
    }

    /// The SQLite file.
    pub(crate) fn file(&self) -> PathBuf {
        match &self.place {
            Place::Sqlite(folder) => folder.path().join("ledger.db"),
            Place::Postgres(_) => panic!("not a file"),
        }
    }

    pub(crate) async fn open(&self) -> Ledger {
        self.try_open().await.unwrap()
    }

    pub(crate) async fn try_open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.url(), settings()).await
    }

    /// The database's name, and a connection to another one of the same server.
    async fn beside(&self) -> (&str, PgConnection) {
        let Place::Postgres(database) = &self.place else {
            panic!("not on a server")
        };
        let server = std::env::var(test_database::SERVER_VARIABLE).unwrap();
        (
            database.name(),
            PgConnection::connect(&server).await.unwrap(),
        )
    }

    /// Cuts every connection to this database.
    pub(crate) async fn cut_connections(&self) {
        let (name, mut connection) = self.beside().await;
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        sqlx::query(sql)
            .bind(name)
            .execute(&mut connection)
            .await
            .unwrap();
    }

    /// Takes new connections to this database, or takes none.
    pub(crate) async fn let_connect(&self, answer: Door) {
        let (name, mut connection) = self.beside().await;
        let allowed = match answer {
            Door::Open => "true",
            Door::Shut => "false",
        };
        let sql = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}");
        sqlx::raw_sql(&sql).execute(&mut connection).await.unwrap();
    }

    /// Runs a statement past the ledger, as somebody with the database's password could.
    pub(crate) async fn tamper(&self, sql: &str) -> Result<(), String> {
        let done = match &self.place {
            Place::Sqlite(_) => {
                let mut connection = self.connect_sqlite().await;
                sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
            }
            Place::Postgres(_) => {
                let mut connection = PgConnection::connect(&self.url()).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.map(drop)
            }
        };
        done.map_err(|error| error.to_string())
    }

    /// As [`Self::tamper`], by somebody who switches the guards of a table off first.
    pub(crate) async fn tamper_with_guards_off(&self, table: &str, sql: &str) {
        let off = match &self.place {
            Place::Sqlite(_) => format!(
                "DROP TRIGGER {table}_are_not_updated; DROP TRIGGER {table}_are_not_deleted"
            ),
            Place::Postgres(_) => format!("ALTER TABLE {table} DISABLE TRIGGER USER"),
        };
        self.tamper(&format!("{off}; {sql}")).await.unwrap();
    }

    /// One number out of the database.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        match &self.place {
            Place::Sqlite(_) => {
                let mut connection = self.connect_sqlite().await;
                sqlx::query_scalar(sql).fetch_one(&mut connection).await
            }
            Place::Postgres(_) => {
                let mut connection = PgConnection::connect(&self.url()).await.unwrap();
                sqlx::query_scalar(sql).fetch_one(&mut connection).await
            }
        }
        .unwrap()
    }

    /// Everything that is stored, as text: what a thief of the database would have.
    pub(crate) async fn everything(&self) -> String {
        let tables = ["decisions", "events", "subjects", "data_keys", "head"];
        let mut all = String::new();
        for table in tables {
            let rows: Vec<String> = match &self.place {
                Place::Sqlite(_) => {
                    let mut connection = self.connect_sqlite().await;
                    let rows: Vec<SqliteRow> = sqlx::query(&format!("SELECT * FROM {table}"))
                        .fetch_all(&mut connection)
                        .await
                        .unwrap();
                    rows.iter().map(row_text).collect()
                }
                Place::Postgres(_) => {
                    let mut connection = PgConnection::connect(&self.url()).await.unwrap();
                    sqlx::query_scalar(&format!("SELECT t::text FROM {table} t"))
                        .fetch_all(&mut connection)
                        .await
                        .unwrap()
                }
            };
            all.push_str(&rows.join("\n"));
        }
        all
    }

    async fn connect_sqlite(&self) -> SqliteConnection {
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(self.file()))
            .await
            .unwrap()
    }
}

/// Whether a database takes connections.
#[derive(Clone, Copy)]
pub(crate) enum Door {
    Open,
    Shut,
}

fn row_text(row: &SqliteRow) -> String {
    use sqlx::{Row, ValueRef};
    let mut text = String::new();
    for column in 0..row.len() {
        let value = row.try_get_raw(column).unwrap();
        if !value.is_null()
            && let Ok(value) = row.try_get::<String, _>(column)
        {
            text.push_str(&value);
            text.push('|');
        }
    }
    text
}
