//! The reference for rebuilds: how fast one thread reads the rows of a ledger and decodes the documents in them, and nothing more.
//!
//! Decisions with who asked, what, what was read and how it ended, and their events, a thousand decisions at a time, each
//! document into a JSON value. Nothing is opened, upcast, folded or written.

use crate::{Failed, measured::count};
use serde_json::Value;
use sqlx::{
    ConnectOptions, Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions,
};
use std::{hint::black_box, time::Instant};

/// How many decisions at a time.
const PAGE: i64 = 1000;

/// A decision: its position, and its documents.
type DecisionRow = (i64, String, String, String, String);
/// An event: its documents.
type EventRow = (String, String);

/// One thread at one connection, to either store.
enum Reader {
    Postgres(Box<PgConnection>),
    Sqlite(Box<SqliteConnection>),
}

/// Answers decisions a second.
pub(crate) async fn decode(url: &str) -> Result<f64, Failed> {
    let mut reader = match url.strip_prefix("sqlite://") {
        None => Reader::Postgres(Box::new(PgConnection::connect(url).await?)),
        Some(path) => {
            let options = SqliteConnectOptions::new().filename(path).read_only(true);
            Reader::Sqlite(Box::new(options.connect().await?))
        }
    };
    let (begun, mut after, mut many) = (Instant::now(), 0, 0);
    loop {
        let decisions = reader.decisions(after).await?;
        let Some((last, ..)) = decisions.last() else {
            break;
        };
        let upto = *last;
        many += decisions.len();
        let events = reader.events(after, upto).await?;
        for (_, actor, command, loaded, outcome) in &decisions {
            for document in [actor, command, loaded, outcome] {
                black_box(serde_json::from_str::<Value>(document)?);
            }
        }
        for (payload, metadata) in &events {
            for document in [payload, metadata] {
                black_box(serde_json::from_str::<Value>(document)?);
            }
        }
        after = upto;
    }
    Ok(count(many) / begun.elapsed().as_secs_f64())
}

impl Reader {
    async fn decisions(&mut self, after: i64) -> Result<Vec<DecisionRow>, Failed> {
        const SQLITE: &str = "SELECT position, actor, command, loaded, coalesce(answer, refusal) FROM decisions \
            WHERE position > ? ORDER BY position LIMIT ?";
        const POSTGRES: &str = "SELECT position, actor::text, command::text, loaded::text, coalesce(answer, refusal)::text \
            FROM decisions WHERE position > $1 ORDER BY position LIMIT $2";
        Ok(match self {
            Self::Postgres(connection) => {
                let asked = sqlx::query_as(POSTGRES).bind(after).bind(PAGE);
                asked.fetch_all(&mut **connection).await?
            }
            Self::Sqlite(connection) => {
                let asked = sqlx::query_as(SQLITE).bind(after).bind(PAGE);
                asked.fetch_all(&mut **connection).await?
            }
        })
    }

    async fn events(&mut self, after: i64, upto: i64) -> Result<Vec<EventRow>, Failed> {
        const SQLITE: &str = "SELECT payload, metadata FROM events WHERE position > ? AND position <= ? ORDER BY position, ordinal";
        const POSTGRES: &str = "SELECT payload::text, metadata::text FROM events WHERE position > $1 AND position <= $2 \
            ORDER BY position, ordinal";
        Ok(match self {
            Self::Postgres(connection) => {
                let asked = sqlx::query_as(POSTGRES).bind(after).bind(upto);
                asked.fetch_all(&mut **connection).await?
            }
            Self::Sqlite(connection) => {
                let asked = sqlx::query_as(SQLITE).bind(after).bind(upto);
                asked.fetch_all(&mut **connection).await?
            }
        })
    }
}

/// How many bytes a ledger takes that nobody writes: on PostgreSQL its database with all indexes, on SQLite its file; none, where
/// there is no file yet.
pub(crate) async fn bytes(url: &str) -> Result<f64, Failed> {
    let bytes: i64 = if let Some(path) = url.strip_prefix("sqlite://") {
        if !std::fs::exists(path)? {
            return Ok(0.0);
        }
        let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
        // What still stands in the log beside the file is of it.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        i64::try_from(std::fs::metadata(path)?.len())?
    } else {
        let mut connection = PgConnection::connect(url).await?;
        let size = sqlx::query_scalar("SELECT pg_database_size(current_database())");
        size.fetch_one(&mut connection).await?
    };
    Ok(f64::from(u32::try_from(bytes / 1024)?) * 1024.0)
}
