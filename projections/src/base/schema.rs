//! The schema of a side database: steps, each run once and in a transaction by sqlx's migrator, which refuses a database
//! whose steps this program does not know.

use super::failure::failed;
use crate::ReadError;
use sqlx::{
    ConnectOptions, Connection, PgPool, SqlitePool,
    migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator},
    sqlite::SqliteSynchronous,
};
use std::{borrow::Cow, future::Future, pin::Pin};

/// What a side database is called, how durable it is, and its schema.
#[derive(Debug)]
pub(crate) struct Side {
    /// `read`, `work`.
    pub(crate) name: &'static str,
    /// `FULL`, if what is committed must survive a power cut because it is known nowhere else; `NORMAL`, if it is derived: what
    /// is lost then is folded again, because its checkpoint is lost with it. (PostgreSQL does as its server is set.)
    pub(crate) synchronous: SqliteSynchronous,
    /// In order; never edited once released. One text serves both stores: tables are named without a schema.
    pub(crate) steps: &'static [Step],
}

/// One step of a schema: its number, its name, its statements.
pub(crate) type Step = (i64, &'static str, &'static str);

#[derive(Debug)]
struct Steps(&'static [Step]);

type Resolving<'s> = Pin<
    Box<
        dyn Future<Output = Result<Vec<Migration>, Box<dyn std::error::Error + Send + Sync>>>
            + Send
            + 's,
    >,
>;

impl<'s> MigrationSource<'s> for Steps {
    fn resolve(self) -> Resolving<'s> {
        let migration = |(version, name, sql): &Step| {
            let (name, sql) = (Cow::Borrowed(*name), Cow::Borrowed(*sql));
            Migration::new(*version, name, MigrationType::Simple, sql, false)
        };
        Box::pin(async move { Ok(self.0.iter().map(migration).collect()) })
    }
}

async fn migrator(side: &Side) -> Result<Migrator, ReadError> {
    let made = Migrator::new(Steps(side.steps)).await;
    made.map_err(|error| told(side, &error))
}

pub(super) async fn raise_sqlite(writer: &SqlitePool, side: &Side) -> Result<(), ReadError> {
    let raised = migrator(side).await?.run(writer).await;
    raised.map_err(|error| told(side, &error))
}

/// Several nodes may try at once: they take turns.
pub(super) async fn raise_postgres(
    pool: &PgPool,
    schema: &str,
    side: &Side,
) -> Result<(), ReadError> {
    let mut tx = pool.begin().await.map_err(|error| failed(&error))?;
    let turn = "SELECT pg_advisory_xact_lock(hashtext($1))";
    let turn = sqlx::query(turn).bind(schema).execute(&mut *tx).await;
    turn.map_err(|error| failed(&error))?;
    let statement = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
    let made = sqlx::raw_sql(&statement).execute(&mut *tx).await;
    made.map_err(|error| failed(&error))?;
    tx.commit().await.map_err(|error| failed(&error))?;
    // The steps name their tables without a schema: on this connection that means ours.
    let options = pool.connect_options();
    let options = options.as_ref().clone().options([("search_path", schema)]);
    let mut connection = options.connect().await.map_err(|error| failed(&error))?;
    let raised = migrator(side).await?.run(&mut connection).await;
    // Closing politely is all that is left to do; the schema stands either way.
    let _ = connection.close().await;
    raised.map_err(|error| told(side, &error))
}

fn told(side: &Side, error: &MigrateError) -> ReadError {
    let name = side.name;
    match error {
        MigrateError::VersionMissing(found) => ReadError::Schema(format!(
            "the `{name}` database was made by a newer program (its schema has step {found}); run that program, or a newer one"
        )),
        MigrateError::VersionMismatch(step) => ReadError::Schema(format!(
            "step {step} of the `{name}` database's schema was applied in another form than this program has"
        )),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failed(error),
        _ => ReadError::Schema(format!(
            "the schema of the `{name}` database could not be brought up to date"
        )),
    }
}
