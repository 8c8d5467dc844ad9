//! What SQLite itself takes of plain rows, one a commit, durably: no pool, no async, one connection.

use crate::{Failed, limit::PAYLOAD, measured::Measured};
use rusqlite::{Connection, params};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const SETTINGS: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
    CREATE TABLE events (aggregate_type TEXT NOT NULL, aggregate_id TEXT NOT NULL, sequence INTEGER NOT NULL,
        payload TEXT NOT NULL, metadata TEXT NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence));";

/// Inserts for so long.
pub(crate) fn raw(file: &Path, time: Duration) -> Result<Measured, Failed> {
    let connection = Connection::open(file)?;
    connection.execute_batch(SETTINGS)?;
    let mut insert = connection.prepare("INSERT INTO events VALUES ('Order', ?1, ?2, ?3, '{}')")?;
    let payload = format!("{{\"data\": \"{}\"}}", "x".repeat(PAYLOAD));
    let (begun, mut latencies) = (Instant::now(), Vec::new());
    for number in 0_i64.. {
        let asked = Instant::now();
        insert.execute(params![
            format!("order-{}", number / 12),
            number % 12,
            payload
        ])?;
        latencies.push(asked.elapsed());
        if begun.elapsed() >= time {
            break;
        }
    }
    Ok(Measured::of(latencies, begun.elapsed()))
}
