//! Reading on PostgreSQL. Lists are looked up with `unnest … LATERAL`: a plan for `= ANY` that was made while the table
//! was young would read all of it.

use super::{
    another, reading,
    spare::{Spare, asked},
};
use crate::{
    error::Stream,
    head::Head,
    keys::StoredKey,
    sealed::SealedDecision,
    store::{
        CallersKey, Selection, StoreError,
        rows::{DecisionRow, KeyRow, assemble, bound, counted},
    },
};
use sqlx::PgPool;

/// The columns of a decision, as [`DecisionRow`] takes them.
const DECISION: &str = "SELECT d.position, d.decision_id::text AS decision_id, d.at, d.recorded_at, d.actor::text AS actor, d.command_type,
    d.command::text AS command, d.loaded::text AS loaded, d.outcome, d.answer::text AS answer, d.refusal::text AS refusal, d.rule_edition,
    d.software, d.idempotency_key, d.request_digest, d.leaf";

pub(super) async fn head(spare: &Spare) -> Result<Head, StoreError> {
    let sql = "SELECT epoch, position FROM head";
    let (epoch, position): (i64, i64) = asked!(spare, sqlx::query_as(sql).fetch_one);
    Ok(Head {
        epoch: counted(epoch)?,
        position: counted(position)?,
    })
}

pub(super) async fn versions(spare: &Spare, streams: &[Stream]) -> Result<Vec<u64>, StoreError> {
    let types: Vec<_> = streams
        .iter()
        .map(|stream| stream.aggregate_type.as_str())
        .collect();
    let ids: Vec<_> = streams
        .iter()
        .map(|stream| stream.aggregate_id.as_str())
        .collect();
    let sql = "SELECT coalesce(m.sequence, 0) FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u(t, i, o)
        LEFT JOIN LATERAL (SELECT e.sequence FROM events e WHERE e.aggregate_type = u.t AND e.aggregate_id = u.i
            ORDER BY e.sequence DESC LIMIT 1) m ON true
        ORDER BY u.o";
    let versions: Vec<i64> = asked!(
        spare,
        sqlx::query_scalar(sql).bind(&types).bind(&ids).fetch_all
    );
    versions.into_iter().map(counted).collect()
}

pub(super) async fn version_at(
    pool: &PgPool,
    stream: &Stream,
    position: u64,
) -> Result<u64, StoreError> {
    let sql = "SELECT coalesce(max(sequence), 0) FROM events WHERE aggregate_type = $1 AND aggregate_id = $2 AND position <= $3";
    let version = reading(|| async {
        sqlx::query_scalar(sql)
            .bind(&stream.aggregate_type)
            .bind(&stream.aggregate_id)
            .bind(bound(position))
            .fetch_one(pool)
            .await
    });
    counted(version.await?)
}

pub(super) async fn positions_of_keys(
    spare: &Spare,
    keys: &[CallersKey],
) -> Result<Vec<Option<u64>>, StoreError> {
    let (callers, keys): (Vec<&str>, Vec<&str>) = keys
        .iter()
        .map(|(caller, key)| (caller.as_str(), key.as_str()))
        .unzip();
    let sql = "SELECT m.position FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u(c, k, o)
        LEFT JOIN LATERAL (SELECT d.position FROM decisions d WHERE d.caller = u.c AND d.idempotency_key = u.k LIMIT 1) m ON true
        ORDER BY u.o";
    let found: Vec<Option<i64>> = asked!(
        spare,
        sqlx::query_scalar(sql).bind(&callers).bind(&keys).fetch_all
    );
    found
        .into_iter()
        .map(|at| at.map(counted).transpose())
        .collect()
}

/// Positions have no gaps and `recorded_at` never falls, so a time is found by halving: no index is needed for it.
pub(super) async fn as_of(pool: &PgPool, time: i64) -> Result<u64, StoreError> {
    let sql = "WITH RECURSIVE span (low, high) AS (
            SELECT 0::bigint, position FROM head
            UNION ALL
            SELECT CASE WHEN m.recorded_at <= $1 THEN m.position ELSE s.low END, CASE WHEN m.recorded_at <= $1 THEN s.high ELSE m.position - 1 END
            FROM span s, LATERAL (SELECT d.recorded_at, d.position FROM decisions d WHERE d.position = (s.low + s.high + 1) / 2 LIMIT 1) m
            WHERE s.low < s.high)
        SELECT low FROM span WHERE low >= high";
    counted(reading(|| async { sqlx::query_scalar(sql).bind(time).fetch_one(pool).await }).await?)
}

pub(super) async fn data_keys(
    pool: &PgPool,
    files: &[String],
) -> Result<Vec<StoredKey>, StoreError> {
    let sql = "SELECT k.file, k.wrapped, k.wrapped_by FROM unnest($1::text[]) AS u(f),
        LATERAL (SELECT * FROM data_keys x WHERE x.file = u.f LIMIT 1) k";
    let rows: Vec<KeyRow> =
        reading(|| async { sqlx::query_as(sql).bind(files).fetch_all(pool).await }).await?;
    Ok(rows.into_iter().map(StoredKey::from).collect())
}

/// Decisions with their events and subjects. They are read one after the other, which is no risk: a decision is committed
/// with all that belongs to it, and never changes.
pub(super) async fn decisions(
    pool: &PgPool,
    which: &Selection,
    limit: u32,
) -> Result<Vec<SealedDecision>, StoreError> {
    let (sql, limit) = (selection(which), i64::from(limit));
    let decisions: Vec<DecisionRow> = reading(|| async {
        let query = sqlx::query_as(&sql);
        let query = match which {
            Selection::After(after) => query.bind(bound(*after)).bind(limit),
            Selection::About(after, kind, id) => {
                query.bind(bound(*after)).bind(limit).bind(kind).bind(id)
            }
            Selection::Id(id) => query.bind(id.to_string()).bind(limit),
        };
        query.fetch_all(pool).await
    })
    .await?;
    let positions: Vec<i64> = decisions.iter().map(|row| row.position).collect();
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT e.position, e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version, e.payload::text AS payload,
            e.metadata::text AS metadata
        FROM unnest($1::bigint[]) AS u(p), LATERAL (SELECT * FROM events x WHERE x.position = u.p ORDER BY x.ordinal OFFSET 0) e
        ORDER BY e.position, e.ordinal";
    let events =
        reading(|| async { sqlx::query_as(sql).bind(&positions).fetch_all(pool).await }).await?;
    let sql = "SELECT s.position, s.kind, s.id
        FROM unnest($1::bigint[]) AS u(p), LATERAL (SELECT * FROM subjects x WHERE x.position = u.p ORDER BY x.kind, x.id OFFSET 0) s
        ORDER BY s.position, s.kind, s.id";
    let subjects =
        reading(|| async { sqlx::query_as(sql).bind(&positions).fetch_all(pool).await }).await?;
    assemble(decisions, events, subjects)
}

fn selection(which: &Selection) -> String {
    match which {
        Selection::After(_) => format!("{DECISION} FROM decisions d WHERE d.position > $1 ORDER BY d.position LIMIT $2"),
        Selection::About(..) => format!(
            "{DECISION} FROM (SELECT x.position FROM subjects x WHERE x.kind = $3 AND x.id = $4 AND x.position > $1 ORDER BY x.position LIMIT $2) s,
                LATERAL (SELECT * FROM decisions y WHERE y.position = s.position LIMIT 1) d ORDER BY s.position"
        ),
        Selection::Id(_) => format!("{DECISION} FROM decisions d WHERE d.decision_id = $1::uuid LIMIT $2"),
    }
}
