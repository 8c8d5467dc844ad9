//! A ledger on which a story was played, and the tool run on it.

use fixtures::{
    play::{BEGIN, order_id, play},
    scenario::Scenario,
};
use jiff::SignedDuration;
use ledger::{Clock, KeyRing, Ledger, Settings};
use projections::{Name, ReadModels};
use sqlx::{Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;
use test_database::TestDatabase;

const KEY: [u8; 32] = [5; 32];

/// A ledger of its own, and the key file beside it.
pub(crate) struct Site {
    folder: TempDir,
    database: Option<TestDatabase>,
}

/// What the tool did.
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}

impl Site {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("encryption.key");
        fs::write(&key, KEY.map(|byte| format!("{byte:02x}")).concat()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        Self {
            folder,
            database: None,
        }
    }

    pub(crate) async fn postgres() -> Self {
        Self {
            database: Some(TestDatabase::create().await.unwrap()),
            ..Self::sqlite()
        }
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.path().join("encryption.key")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ledger.sqlite")
    }

    pub(crate) fn url(&self) -> String {
        match &self.database {
            None => format!("sqlite://{}", self.file().display()),
            Some(database) => database.url().to_owned(),
        }
    }

    /// The ledger, opened for deciding. It records one second after the other, from the beginning of the stories.
    pub(crate) async fn open(&self) -> Ledger {
        let mut settings = Settings::new(KeyRing::from_bytes(KEY));
        let seconds = AtomicI64::new(0);
        settings.clock = Clock::Given(Arc::new(move || {
            BEGIN + SignedDuration::from_secs(seconds.fetch_add(1, Ordering::Relaxed))
        }));
        Ledger::open(&self.url(), settings).await.unwrap()
    }

    /// Plays a story of a first filing.
    pub(crate) async fn play(self, story: &str) -> Self {
        let ledger = self.open().await;
        play(&read(story), &ledger, domain::law::Law::standing())
            .await
            .unwrap();
        ledger.close().await;
        self
    }

    /// The tool, on this ledger.
    pub(crate) fn tool(&self) -> Command {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_replay-tool"));
        tool.env_clear()
            .env("COLUMNS", "100")
            .env("BEIAN_LEDGER", self.url())
            .env("BEIAN_KEY_FILE", self.key_file());
        tool
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.tool().args(arguments).output().unwrap().into()
    }

    /// As [`Self::run`]; it must end well.
    pub(crate) fn ask(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{arguments:?}");
        ran.out
    }

    /// As [`Self::ask`], read as JSON.
    pub(crate) fn ask_json(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let lines = self.ask(&arguments);
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Folds every read model, as the office does.
    pub(crate) async fn fold(&self) {
        let ledger = self.open().await;
        let models = ReadModels::open(&self.url(), &ledger).await.unwrap();
        for name in Name::ALL {
            models.catch_up(name, 1000).await.unwrap();
        }
        models.close().await;
        ledger.close().await;
    }

    /// Empties the first table of a read model.
    pub(crate) async fn empty(&self, name: Name) {
        if self.database.is_some() {
            let mut connection = PgConnection::connect(&self.url()).await.unwrap();
            let sql = format!("DELETE FROM beian_read.{name}_1");
            sqlx::raw_sql(&sql).execute(&mut connection).await.unwrap();
        } else {
            let file = format!("{}.read.sqlite", self.file().display());
            let options = SqliteConnectOptions::new().filename(file);
            let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
            let sql = format!("DELETE FROM {name}_1");
            sqlx::raw_sql(&sql).execute(&mut connection).await.unwrap();
        }
    }

    /// Changes a table past the ledger, as somebody with the database's password could who switches its guards off.
    pub(crate) async fn tamper(&self, table: &str, sql: &str) {
        if self.database.is_some() {
            let mut connection = PgConnection::connect(&self.url()).await.unwrap();
            let sql = format!("ALTER TABLE {table} DISABLE TRIGGER USER; {sql}");
            sqlx::raw_sql(&sql).execute(&mut connection).await.unwrap();
        } else {
            let options = SqliteConnectOptions::new().filename(self.file());
            let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
            let sql = format!(
                "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; DROP TRIGGER {table}_are_not_updated; DROP TRIGGER {table}_are_not_deleted; {sql}"
            );
            sqlx::raw_sql(&sql).execute(&mut connection).await.unwrap();
        }
    }
}

/// A story of a first filing, by its file name.
pub(crate) fn read(story: &str) -> Scenario {
    let stories =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/scenarios/03-first-filing");
    Scenario::read(&stories.join(format!("{story}.md"))).unwrap()
}

/// The order that a story tells of.
pub(crate) fn order() -> String {
    order_id("o1").to_string()
}
