//! Writing a group on SQLite: one transaction of few statements, because each costs a hop to the connection's thread.
//! Rows travel as JSON arrays and are taken apart by `json_each`.

use super::{failed, read::json};
use crate::{
    decision::StreamVersion,
    head::Head,
    record::Record,
    store::{
        StoreError, Verdict,
        rows::{bound, counted},
    },
};
use serde_json::{Value, json};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

/// Writes a group. After an error the caller rolls back.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    group: &[Record],
    clock: i64,
    again: bool,
) -> Result<(Vec<Verdict>, Head), StoreError> {
    run(connection, "BEGIN IMMEDIATE").await?;
    let (head, last_recorded) = head(connection).await?;
    let mut verdicts: Vec<Option<Verdict>> = vec![None; group.len()];
    if again {
        find_written(connection, group, &mut verdicts).await?;
    }
    find_replayed(connection, group, &mut verdicts).await?;
    find_stale(connection, group, &mut verdicts).await?;
    check_keys(connection, group, &mut verdicts, clock).await?;
    let mut position = head.position;
    let mut good = Vec::with_capacity(group.len());
    for (record, verdict) in group.iter().zip(&mut verdicts) {
        if verdict.is_none() {
            position += 1;
            *verdict = Some(Verdict::Appended { position });
            good.push((position, record));
        }
    }
    if !good.is_empty() {
        insert(connection, &good, clock.max(last_recorded)).await?;
        sqlx::query("UPDATE head SET position = ?1")
            .bind(bound(position))
            .execute(&mut *connection)
            .await
            .map_err(|error| failed(&error))?;
    }
    commit(connection).await?;
    Ok((
        verdicts.into_iter().flatten().collect(),
        Head { position, ..head },
    ))
}

/// Destroys a file's data key. The tombstone stays, also for a file that never had a key.
pub(super) async fn destroy_key(
    connection: &mut SqliteConnection,
    file: &str,
    clock: i64,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO data_keys (file, created_at, destroyed_at) VALUES (?1, ?2, ?2)
         ON CONFLICT (file) DO UPDATE SET wrapped = NULL, wrapped_by = NULL, destroyed_at = ?2 WHERE wrapped IS NOT NULL",
    )
    .bind(file)
    .bind(clock)
    .execute(connection)
    .await
    .map_err(|error| failed(&error))?;
    Ok(done.rows_affected() > 0)
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), StoreError> {
    sqlx::query(sql)
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| failed(&error))
}

async fn commit(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("COMMIT")
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| match failed(&error) {
            // A commit that failed on the disk may stand in the log nevertheless.
            StoreError::Unavailable(why) => StoreError::Unsure(why),
            other => other,
        })
}

async fn rows(
    connection: &mut SqliteConnection,
    sql: &'static str,
    argument: &impl serde::Serialize,
) -> Result<Vec<SqliteRow>, StoreError> {
    sqlx::query(sql)
        .bind(json(argument)?)
        .fetch_all(connection)
        .await
        .map_err(|error| failed(&error))
}

fn number(row: &SqliteRow, column: usize) -> Result<i64, StoreError> {
    row.try_get(column).map_err(|error| failed(&error))
}

/// The head, and when the last decision was recorded.
async fn head(connection: &mut SqliteConnection) -> Result<(Head, i64), StoreError> {
    let row = sqlx::query("SELECT h.epoch, h.position, coalesce((SELECT d.recorded_at FROM decisions d WHERE d.position = h.position), 0) FROM head h")
        .fetch_one(connection)
        .await
        .map_err(|error| failed(&error))?;
    Ok((
        Head {
            epoch: counted(number(&row, 0)?)?,
            position: counted(number(&row, 1)?)?,
        },
        number(&row, 2)?,
    ))
}

/// Gives a decision its verdict, unless it has one.
fn judge(verdicts: &mut [Option<Verdict>], index: i64, verdict: impl FnOnce() -> Verdict) {
    if let Some(slot) = usize::try_from(index)
        .ok()
        .and_then(|index| verdicts.get_mut(index))
    {
        slot.get_or_insert_with(verdict);
    }
}

/// Decisions that an earlier attempt has written.
async fn find_written(
    connection: &mut SqliteConnection,
    group: &[Record],
    verdicts: &mut [Option<Verdict>],
) -> Result<(), StoreError> {
    let ids: Vec<_> = group.iter().map(|record| record.decision_id).collect();
    let found = rows(connection, "SELECT u.key, d.position FROM json_each(?1) u CROSS JOIN decisions d ON d.decision_id = u.value", &ids).await?;
    for row in found {
        let position = counted(number(&row, 1)?)?;
        judge(verdicts, number(&row, 0)?, || Verdict::Appended {
            position,
        });
    }
    Ok(())
}

/// Decisions whose idempotency key is taken.
async fn find_replayed(
    connection: &mut SqliteConnection,
    group: &[Record],
    verdicts: &mut [Option<Verdict>],
) -> Result<(), StoreError> {
    let keys: Vec<_> = group
        .iter()
        .enumerate()
        .filter_map(|(index, record)| {
            Some((index, &record.caller, record.idempotency_key.as_ref()?))
        })
        .collect();
    if keys.is_empty() {
        return Ok(());
    }
    let sql = "SELECT u.value->>0, d.position FROM json_each(?1) u CROSS JOIN decisions d ON d.caller = u.value->>1 AND d.idempotency_key = u.value->>2";
    for row in rows(connection, sql, &keys).await? {
        let position = counted(number(&row, 1)?)?;
        judge(verdicts, number(&row, 0)?, || Verdict::Replayed {
            position,
        });
    }
    Ok(())
}

/// Decisions that read a stream which has moved. Refusals count as well: on old state they would be wrong on record.
async fn find_stale(
    connection: &mut SqliteConnection,
    group: &[Record],
    verdicts: &mut [Option<Verdict>],
) -> Result<(), StoreError> {
    let reads: Vec<(usize, &StreamVersion)> = group
        .iter()
        .enumerate()
        .flat_map(|(index, record)| record.reads.iter().map(move |read| (index, read)))
        .collect();
    let sql = "SELECT c.key, coalesce((SELECT e.sequence FROM events e
            WHERE e.aggregate_type = c.value->>1->>0 AND e.aggregate_id = c.value->>1->>1 ORDER BY e.sequence DESC LIMIT 1), 0) AS actual
        FROM json_each(?1) c WHERE actual <> c.value->>1->>2";
    for row in rows(connection, sql, &reads).await? {
        let actual = counted(number(&row, 1)?)?;
        if let Some((index, read)) = usize::try_from(number(&row, 0)?)
            .ok()
            .and_then(|check| reads.get(check))
        {
            judge(verdicts, bound(*index as u64), || Verdict::Stale {
                stream: read.stream.clone(),
                actual,
            });
        }
    }
    Ok(())
}

/// Stores the keys that come along, and finds decisions that were sealed with another key than the one in force.
async fn check_keys(
    connection: &mut SqliteConnection,
    group: &[Record],
    verdicts: &mut [Option<Verdict>],
    clock: i64,
) -> Result<(), StoreError> {
    let sealed = group
        .iter()
        .zip(verdicts.iter())
        .enumerate()
        .filter(|(_, (_, verdict))| verdict.is_none());
    let keys: Vec<_> = sealed
        .filter_map(|(index, (record, _))| {
            let key = record.sealed_with.as_ref()?;
            Some((
                index,
                &key.file,
                hex::encode(&key.wrapped),
                &key.wrapped_by,
                !key.is_stored(),
            ))
        })
        .collect();
    if keys.is_empty() {
        return Ok(());
    }
    if keys.iter().any(|key| key.4) {
        let sql = "INSERT INTO data_keys (file, wrapped, wrapped_by, created_at)
            SELECT value->>1, unhex(value->>2), value->>3, ?2 FROM json_each(?1) WHERE value->>4 ON CONFLICT DO NOTHING";
        sqlx::query(sql)
            .bind(json(&keys)?)
            .bind(clock)
            .execute(&mut *connection)
            .await
            .map_err(|error| failed(&error))?;
    }
    let sql = "SELECT u.value->>0 FROM json_each(?1) u LEFT JOIN data_keys k ON k.file = u.value->>1 WHERE k.wrapped IS NOT unhex(u.value->>2)";
    for row in rows(connection, sql, &keys).await? {
        judge(verdicts, number(&row, 0)?, || Verdict::Rekey);
    }
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    good: &[(u64, &Record)],
    recorded_at: i64,
) -> Result<(), StoreError> {
    let (mut decisions, mut events, mut subjects) =
        (Vec::with_capacity(good.len()), Vec::new(), Vec::new());
    for (position, record) in good {
        decisions.push(decision(*position, record, recorded_at));
        for (row, ordinal) in record.events.iter().zip(1_u64..) {
            let event = &row.event;
            events.push(json!([
                event.stream.aggregate_type,
                event.stream.aggregate_id,
                event.sequence,
                event.event_type,
                event.event_version,
                row.payload,
                row.metadata,
                position,
                ordinal,
            ]));
        }
        subjects.extend(
            record
                .subjects
                .iter()
                .map(|about| (&about.kind, &about.id, position)),
        );
    }
    let sql = "INSERT INTO decisions (position, decision_id, at, recorded_at, caller, actor, command_type, command, loaded, outcome, answer,
            refusal, rule_edition, software, idempotency_key, request_digest, leaf)
        SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10,
            value->>11, value->>12, value->>13, value->>14, unhex(value->>15), unhex(value->>16) FROM json_each(?1)";
    fill(connection, sql, &decisions).await?;
    let sql = "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, position, ordinal)
        SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8 FROM json_each(?1)";
    fill(connection, sql, &events).await?;
    fill(connection, "INSERT INTO subjects (kind, id, position) SELECT value->>0, value->>1, value->>2 FROM json_each(?1)", &subjects).await
}

fn decision(position: u64, record: &Record, recorded_at: i64) -> Value {
    json!([
        position,
        record.decision_id,
        record.at,
        recorded_at,
        record.caller,
        record.actor,
        record.command_type,
        record.command,
        record.loaded,
        record.outcome,
        record.answer,
        record.refusal,
        record.rule_edition,
        record.software,
        record.idempotency_key,
        hex::encode(record.request_digest),
        hex::encode(record.leaf),
    ])
}

async fn fill<T: serde::Serialize>(
    connection: &mut SqliteConnection,
    sql: &'static str,
    rows: &[T],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(sql)
        .bind(json(&rows)?)
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| failed(&error))
}
