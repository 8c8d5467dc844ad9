//! Reading on SQLite.

use super::failed;
use crate::{
    error::Stream,
    head::Head,
    sealed::SealedDecision,
    store::{
        CallersKey, Selection, StoreError,
        rows::{DecisionRow, bound, counted},
    },
};
use sqlx::SqlitePool;

/// The columns of a decision, as [`DecisionRow`] takes them.
const DECISION: &str = "SELECT d.position, d.decision_id, d.at, d.recorded_at, d.actor, d.command_type, d.command, d.loaded, d.outcome, d.answer,
    d.refusal, d.rule_edition, d.software, d.idempotency_key, d.request_digest, d.leaf FROM decisions d";

/// A JSON argument for `json_each`.
pub(super) fn json(argument: &(impl serde::Serialize + ?Sized)) -> Result<String, StoreError> {
    serde_json::to_string(argument)
        .map_err(|error| StoreError::Rejected(crate::error::shape(&error)))
}

pub(super) async fn head(pool: &SqlitePool) -> Result<Head, StoreError> {
    let (epoch, position): (i64, i64) = sqlx::query_as("SELECT epoch, position FROM head")
        .fetch_one(pool)
        .await
        .map_err(|error| failed(&error))?;
    Ok(Head {
        epoch: counted(epoch)?,
        position: counted(position)?,
    })
}

pub(super) async fn versions(
    pool: &SqlitePool,
    streams: &[Stream],
) -> Result<Vec<u64>, StoreError> {
    let names: Vec<_> = streams
        .iter()
        .map(|stream| (&stream.aggregate_type, &stream.aggregate_id))
        .collect();
    let sql = "SELECT coalesce((SELECT e.sequence FROM events e WHERE e.aggregate_type = u.value->>0 AND e.aggregate_id = u.value->>1
        ORDER BY e.sequence DESC LIMIT 1), 0) FROM json_each(?1) u ORDER BY u.key";
    let versions: Vec<i64> = sqlx::query_scalar(sql)
        .bind(json(&names)?)
        .fetch_all(pool)
        .await
        .map_err(|error| failed(&error))?;
    versions.into_iter().map(counted).collect()
}

pub(super) async fn version_at(
    pool: &SqlitePool,
    stream: &Stream,
    position: u64,
) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(sequence), 0) FROM events WHERE aggregate_type = ?1 AND aggregate_id = ?2 AND position <= ?3";
    let version = sqlx::query_scalar(sql)
        .bind(&stream.aggregate_type)
        .bind(&stream.aggregate_id)
        .bind(bound(position))
        .fetch_one(pool)
        .await;
    counted(version.map_err(|error| failed(&error))?)
}

pub(super) async fn positions_of_keys(
    pool: &SqlitePool,
    keys: &[CallersKey],
) -> Result<Vec<Option<u64>>, StoreError> {
    let sql = "SELECT (SELECT d.position FROM decisions d WHERE d.caller = u.value->>0 AND d.idempotency_key = u.value->>1)
        FROM json_each(?1) u ORDER BY u.key";
    let found: Vec<Option<i64>> = sqlx::query_scalar(sql)
        .bind(json(keys)?)
        .fetch_all(pool)
        .await
        .map_err(|error| failed(&error))?;
    found
        .into_iter()
        .map(|at| at.map(counted).transpose())
        .collect()
}

/// Positions have no gaps and `recorded_at` never falls, so a time is found by halving: no index is needed for it.
pub(super) async fn as_of(pool: &SqlitePool, time: i64) -> Result<u64, StoreError> {
    let sql = "WITH RECURSIVE span (low, high) AS (
            SELECT 0, position FROM head
            UNION ALL
            SELECT iif(m.recorded_at <= ?1, m.position, s.low), iif(m.recorded_at <= ?1, s.high, m.position - 1)
            FROM span s JOIN decisions m ON m.position = (s.low + s.high + 1) / 2 WHERE s.low < s.high)
        SELECT low FROM span WHERE low >= high";
    counted(
        sqlx::query_scalar(sql)
            .bind(time)
            .fetch_one(pool)
            .await
            .map_err(|error| failed(&error))?,
    )
}

/// Decisions with their events and subjects.
pub(super) async fn decisions(
    pool: &SqlitePool,
    which: &Selection,
    limit: u32,
) -> Result<Vec<SealedDecision>, StoreError> {
    let sql = match which {
        Selection::After(_) => {
            format!("{DECISION} WHERE d.position > ?1 ORDER BY d.position LIMIT ?2")
        }
        Selection::About(..) => format!(
            "{DECISION} JOIN subjects s ON s.position = d.position WHERE s.kind = ?3 AND s.id = ?4 AND s.position > ?1 ORDER BY s.position LIMIT ?2"
        ),
        Selection::Id(_) => format!("{DECISION} WHERE d.decision_id = ?1 LIMIT ?2"),
    };
    let query = sqlx::query_as(&sql);
    let query = match which {
        Selection::After(after) => query.bind(bound(*after)).bind(limit),
        Selection::About(after, kind, id) => {
            query.bind(bound(*after)).bind(limit).bind(kind).bind(id)
        }
        Selection::Id(id) => query.bind(id.to_string()).bind(limit),
    };
    let decisions: Vec<DecisionRow> = query
        .fetch_all(pool)
        .await
        .map_err(|error| failed(&error))?;
    if decisions.is_empty() {
        return Ok(Vec::new());
    }
    let positions = json(&decisions.iter().map(|row| row.position).collect::<Vec<_>>())?;
    let sql = "SELECT e.position, e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.payload, e.metadata
        FROM json_each(?1) u CROSS JOIN events e ON e.position = u.value ORDER BY e.position, e.ordinal";
    let events = sqlx::query_as(sql)
        .bind(&positions)
        .fetch_all(pool)
        .await
        .map_err(|error| failed(&error))?;
    let sql = "SELECT s.position, s.kind, s.id FROM json_each(?1) u CROSS JOIN subjects s ON s.position = u.value ORDER BY s.position, s.kind, s.id";
    let subjects = sqlx::query_as(sql)
        .bind(&positions)
        .fetch_all(pool)
        .await
        .map_err(|error| failed(&error))?;
    crate::store::rows::assemble(decisions, events, subjects)
}
