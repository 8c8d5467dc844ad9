//! Addresses and the schema: which tables a program expects, and how a database gets them.
//!
//! The steps are embedded SQL files, numbered, never edited once released. They are run by sqlx's migrator, which takes a
//! lock (so that several nodes may start at once), runs each step once and in a transaction, and refuses a database whose
//! steps this program does not know or knows differently.

use crate::error::LedgerError;
use sqlx::{
    migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator},
    postgres::PgConnectOptions,
};
use std::{borrow::Cow, future::Future, path::PathBuf, pin::Pin, str::FromStr};

/// Where a ledger is.
#[derive(Debug)]
pub(crate) enum Address {
    Postgres(Box<PgConnectOptions>),
    Sqlite(PathBuf),
}

impl FromStr for Address {
    type Err = LedgerError;

    fn from_str(url: &str) -> Result<Self, LedgerError> {
        let wrong = |why: &str| LedgerError::Address {
            given: without_password(url),
            why: why.to_owned(),
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // The driver's message may quote the password.
            return url
                .parse()
                .map(|options| Self::Postgres(Box::new(options)))
                .map_err(|_| wrong("it does not parse"));
        }
        match url.strip_prefix("sqlite://") {
            None => Err(wrong("it starts with neither sqlite:// nor postgres://")),
            Some("") => Err(wrong("it names no file")),
            Some(path) if path.contains('?') || path.contains('#') => {
                Err(wrong("parameters are not taken"))
            }
            Some(path) if path.contains(":memory:") => {
                Err(wrong("a ledger in memory would not be durable"))
            }
            Some(path) => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_owned(),
    }
}

/// One step of a schema.
type Step = (i64, &'static str, &'static str);

pub(crate) const POSTGRES: &[Step] = &[
    (
        1,
        "tables",
        include_str!("../migrations/postgres/0001_tables.sql"),
    ),
    (
        2,
        "append",
        include_str!("../migrations/postgres/0002_append.sql"),
    ),
    (
        3,
        "collation",
        include_str!("../migrations/postgres/0003_collation.sql"),
    ),
    (
        4,
        "recorded",
        include_str!("../migrations/postgres/0004_recorded.sql"),
    ),
];

pub(crate) const SQLITE: &[Step] = &[(
    1,
    "tables",
    include_str!("../migrations/sqlite/0001_tables.sql"),
)];

/// The steps as a source for the migrator.
#[derive(Debug)]
struct Embedded(&'static [Step]);

type Resolving<'s> = Pin<
    Box<
        dyn Future<Output = Result<Vec<Migration>, Box<dyn std::error::Error + Send + Sync>>>
            + Send
            + 's,
    >,
>;

impl<'s> MigrationSource<'s> for Embedded {
    fn resolve(self) -> Resolving<'s> {
        let migration = |(version, name, sql): &Step| {
            Migration::new(
                *version,
                Cow::Borrowed(*name),
                MigrationType::Simple,
                Cow::Borrowed(*sql),
                false,
            )
        };
        Box::pin(async move { Ok(self.0.iter().map(migration).collect()) })
    }
}

pub(crate) async fn migrator(steps: &'static [Step]) -> Result<Migrator, LedgerError> {
    Migrator::new(Embedded(steps))
        .await
        .map_err(|error| told(&error))
}

/// What to tell about a schema that could not be brought up to date.
pub(crate) fn told(error: &MigrateError) -> LedgerError {
    match error {
        MigrateError::VersionMissing(found) => newer(*found),
        MigrateError::VersionMismatch(step) => LedgerError::Schema(format!(
            "step {step} of the ledger's schema was applied in another form than this program has; it is not a release of this program that made it"
        )),
        MigrateError::Dirty(step) => LedgerError::Schema(format!(
            "step {step} of the ledger's schema was applied in part; restore the database from before the upgrade"
        )),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => match error {
            sqlx::Error::Database(said) => LedgerError::Schema(format!(
                "the ledger's schema could not be brought up to date: {}",
                said.message()
            )),
            _ => LedgerError::unavailable(
                "the connection broke while the schema was brought up to date",
            ),
        },
        _ => LedgerError::Schema("the ledger's schema could not be brought up to date".to_owned()),
    }
}

fn newer(found: i64) -> LedgerError {
    LedgerError::Schema(format!(
        "the ledger was made by a newer program (its schema has step {found}); run that program, or a newer one"
    ))
}

/// A step that a database has, with the digest of the form it was applied in.
pub(crate) type Applied = (i64, Vec<u8>);

/// Whether a database has exactly the steps of this program, in their order.
pub(crate) async fn must_fit(
    applied: &[Applied],
    steps: &'static [Step],
) -> Result<(), LedgerError> {
    let migrator = migrator(steps).await?;
    let known: Vec<_> = migrator
        .iter()
        .map(|step| (step.version, &*step.checksum))
        .collect();
    let last = |versions: Option<i64>| versions.unwrap_or_default();
    let (found, expected) = (
        last(applied.last().map(|step| step.0)),
        last(known.last().map(|step| step.0)),
    );
    if applied.is_empty() {
        return Err(LedgerError::Schema(
            "there is no ledger in this database; open it for writing once, which makes its tables"
                .to_owned(),
        ));
    }
    if found > expected {
        return Err(newer(found));
    }
    for ((version, checksum), known) in applied.iter().zip(&known) {
        if (*version, checksum.as_slice()) != *known {
            return Err(told(&MigrateError::VersionMismatch(*version)));
        }
    }
    if found < expected {
        return Err(LedgerError::Schema(format!(
            "the ledger's schema is at step {found}, this program reads step {expected}; open it for writing once, which brings it up to date"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart() {
        assert!(
            matches!("sqlite://data/beian.db".parse(), Ok(Address::Sqlite(path)) if path.as_path() == std::path::Path::new("data/beian.db"))
        );
        assert!(
            matches!("sqlite:///var/lib/beian.db".parse(), Ok(Address::Sqlite(path)) if path.is_absolute())
        );
        assert!(matches!(
            "postgres://beian@localhost/beian".parse(),
            Ok(Address::Postgres(_))
        ));
        assert!(matches!(
            "postgresql://beian@localhost/beian".parse(),
            Ok(Address::Postgres(_))
        ));
        for bad in [
            "",
            "beian.db",
            "mysql://x",
            "sqlite://",
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite://a?mode=ro",
        ] {
            assert!(
                matches!(bad.parse::<Address>(), Err(LedgerError::Address { .. })),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_password_is_not_repeated() {
        let error = "postgres://beian:s3cret@[::1/x"
            .parse::<Address>()
            .unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }

    #[tokio::test]
    async fn readers_take_their_own_schema_only() {
        let own: Vec<Applied> = migrator(POSTGRES)
            .await
            .unwrap()
            .iter()
            .map(|step| (step.version, step.checksum.to_vec()))
            .collect();
        assert!(must_fit(&own, POSTGRES).await.is_ok());
        let (mut newer, mut other) = (own.clone(), own.clone());
        newer.push((own.last().unwrap().0 + 1, Vec::new()));
        other[0].1[0] ^= 1;
        for (applied, says) in [
            (&[][..], "no ledger"),
            (&own[..1], "at step 1"),
            (&newer, "newer program"),
            (&other, "another form"),
        ] {
            let error = must_fit(applied, POSTGRES).await.unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
