//! A fresh place for a ledger and its read models: a SQLite file, or a PostgreSQL database, of the test's own.

use domain::law::Law;
use fixtures::{play::play, scenario::Scenario};
use ledger::{KeyRing, LARGEST_PAGE, Ledger, Settings};
use projections::{Name, ReadModels};
use sqlx::{Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::{Path, PathBuf};
use test_database::TestDatabase;

pub(crate) enum Site {
    Sqlite(tempfile::TempDir),
    Postgres(TestDatabase),
}

/// The folder of the stories.
pub(crate) fn stories() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/scenarios")
}

/// A story or an opening, by its name.
pub(crate) fn story(name: &str) -> Scenario {
    let folders = [
        "03-first-filing",
        "openings",
        "01-cancel-principal",
        "01-cancel-access",
    ]
    .map(|folder| stories().join(folder));
    let path = folders
        .iter()
        .map(|folder| folder.join(format!("{name}.md")))
        .find(|path| path.exists());
    Scenario::read(&path.unwrap()).unwrap()
}

/// The same story, begun later, its steps a minute apart.
pub(crate) fn later(mut story: Scenario, begin: &str) -> Scenario {
    for step in &mut story.steps {
        step.step.at = None;
    }
    story.steps[0].step.at = Some(begin.to_owned());
    story
}

impl Site {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) async fn postgres() -> Self {
        Self::Postgres(TestDatabase::create().await.unwrap())
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}/ledger.db", folder.path().display()),
            Self::Postgres(database) => database.url().to_owned(),
        }
    }

    pub(crate) fn settings() -> Settings {
        Settings::new(KeyRing::from_bytes([5; 32]))
    }

    pub(crate) async fn ledger(&self) -> Ledger {
        Ledger::open(&self.url(), Self::settings()).await.unwrap()
    }

    pub(crate) async fn open(&self) -> (Ledger, ReadModels) {
        let ledger = self.ledger().await;
        let models = ReadModels::open(&self.url(), &ledger).await.unwrap();
        (ledger, models)
    }

    /// A ledger on which this story was played, and its read models at the head.
    pub(crate) async fn told(&self, story: &Scenario) -> (Ledger, ReadModels) {
        let (ledger, models) = self.open().await;
        tell(&ledger, story).await;
        catch_up(&models).await;
        (ledger, models)
    }

    /// Runs a statement past everybody; `read.` before a table is the read models' place.
    pub(crate) async fn tamper(&self, sql: &str) -> u64 {
        match self {
            Self::Sqlite(folder) => {
                let file = if sql.contains("read.") {
                    "ledger.db.read.sqlite"
                } else {
                    "ledger.db"
                };
                let options = SqliteConnectOptions::new().filename(folder.path().join(file));
                let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
                let sql = sql.replace("read.", "");
                let done = sqlx::query(&sql).execute(&mut connection).await;
                done.unwrap().rows_affected()
            }
            Self::Postgres(database) => {
                let mut connection = PgConnection::connect(database.url()).await.unwrap();
                let sql = sql.replace("read.", "beian_read.");
                let done = sqlx::query(&sql).execute(&mut connection).await;
                done.unwrap().rows_affected()
            }
        }
    }

    /// As [`Self::tamper`] on a table of the ledger, by somebody who switches its guard off first.
    pub(crate) async fn tamper_with_guard_off(&self, table: &str, sql: &str) -> u64 {
        let off = match self {
            Self::Sqlite(_) => format!("DROP TRIGGER {table}_are_not_updated"),
            Self::Postgres(_) => format!("ALTER TABLE {table} DISABLE TRIGGER USER"),
        };
        self.tamper(&off).await;
        self.tamper(sql).await
    }

    /// Everything that the read models store, as text.
    pub(crate) async fn everything(&self, models: &[(Name, i64)]) -> String {
        let mut all = String::new();
        for (name, generation) in models {
            let table = format!("{name}_{generation}");
            let sql = "SELECT subject || line || body FROM ";
            let rows: Vec<String> = match self {
                Self::Sqlite(folder) => {
                    let file = folder.path().join("ledger.db.read.sqlite");
                    let options = SqliteConnectOptions::new().filename(file);
                    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
                    let sql = format!("{sql}{table}");
                    sqlx::query_scalar(&sql).fetch_all(&mut connection).await
                }
                Self::Postgres(database) => {
                    let mut connection = PgConnection::connect(database.url()).await.unwrap();
                    let sql = format!("{sql}beian_read.{table}");
                    sqlx::query_scalar(&sql).fetch_all(&mut connection).await
                }
            }
            .unwrap();
            all.push_str(&rows.join("\n"));
        }
        all
    }
}

pub(crate) async fn tell(ledger: &Ledger, story: &Scenario) {
    play(story, ledger, Law::standing()).await.unwrap();
}

pub(crate) async fn catch_up(models: &ReadModels) {
    for name in Name::ALL {
        models.catch_up(name, LARGEST_PAGE).await.unwrap();
    }
}

/// Every read model says what the ledger says.
#[track_caller]
pub(crate) fn clean(verified: &projections::Verified) {
    assert_eq!(verified.different, 0, "{verified:?}");
}
