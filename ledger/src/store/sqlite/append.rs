//! Writing a group on SQLite: one transaction in two calls, because each call costs a hop to the connection's thread and back.
//! The first begins it and asks everything that verdicts need; the second writes and commits. Rows travel as JSON arrays and are
//! taken apart by `json_each`.
//!
//! A call is several statements. sqlx hands the same arguments to each of them; they are named `$1`, `$2` …, because a plain `?1`
//! would count on from one statement to the next.

use super::{failed, read::json};
use crate::{
    canonical::Canonical,
    decision::StreamVersion,
    head::Head,
    record::Record,
    store::{
        StoreError, Verdict, Written,
        rows::{bound, counted},
    },
};
use serde::{Serialize, Serializer, ser::SerializeTuple};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use std::collections::HashMap;

/// The head and when the last decision was recorded (0); idempotency keys that are taken (1); streams that have moved, for
/// refusals count as well: on old state they would be wrong on record (2); decisions that were sealed with another key than the one
/// in force for their file (3). Each row says in front which of them it is.
const ASK: &str = "BEGIN IMMEDIATE;
    SELECT 0, h.epoch, h.position, coalesce((SELECT d.recorded_at FROM decisions d WHERE d.position = h.position), 0) FROM head h;
    SELECT 1, u.value->>0, d.position, 0 FROM json_each($1) u CROSS JOIN decisions d ON d.caller = u.value->>1 AND d.idempotency_key = u.value->>2;
    SELECT 2, c.key, coalesce((SELECT e.sequence FROM events e
            WHERE e.aggregate_type = c.value->>1->>0 AND e.aggregate_id = c.value->>1->>1 ORDER BY e.sequence DESC LIMIT 1), 0) AS actual, 0
        FROM json_each($2) c WHERE actual <> c.value->>1->>2;
    SELECT 3, u.value->>0, 0, 0 FROM json_each($3) u LEFT JOIN data_keys k ON k.file = u.value->>1
        WHERE CASE WHEN k.file IS NULL THEN NOT u.value->>4 ELSE k.wrapped IS NOT unhex(u.value->>2) END";

/// Stores the keys that come along, then the decisions, the events, the subjects, the new head.
const WRITE: &str = "INSERT INTO data_keys (file, wrapped, wrapped_by, created_at)
        SELECT value->>1, unhex(value->>2), value->>3, $5 FROM json_each($1) WHERE value->>4 ON CONFLICT DO NOTHING;
    INSERT INTO decisions (position, decision_id, at, recorded_at, caller, actor, command_type, command, loaded, outcome, answer,
            refusal, rule_edition, software, idempotency_key, request_digest, leaf)
        SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10,
            value->>11, value->>12, value->>13, value->>14, unhex(value->>15), unhex(value->>16) FROM json_each($2);
    INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, position, ordinal)
        SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8 FROM json_each($3);
    INSERT INTO subjects (kind, id, position) SELECT value->>0, value->>1, value->>2 FROM json_each($4);
    UPDATE head SET position = $6;
    COMMIT";

/// Writes a group. After an error the caller rolls back.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    group: &[Record],
    clock: i64,
    again: bool,
) -> Result<Written, StoreError> {
    let (head, last_recorded, verdicts) = ask(connection, group, again).await?;
    let recorded_at = clock.max(last_recorded);
    let mut position = head.position;
    let mut good = Vec::with_capacity(group.len());
    let verdicts = group
        .iter()
        .zip(verdicts)
        .map(|(record, verdict)| {
            verdict.unwrap_or_else(|| {
                position += 1;
                good.push((position, record));
                Verdict::Appended { position }
            })
        })
        .collect();
    if good.is_empty() {
        sqlx::query("COMMIT")
            .execute(connection)
            .await
            .map_err(|error| failed(&error))?;
    } else {
        write(connection, &good, (clock, recorded_at)).await?;
    }
    Ok(Written {
        verdicts,
        head: Head { position, ..head },
        recorded_at: (!again).then_some(recorded_at),
    })
}

/// Starts an epoch that was not given out before, also not after another restore of the same backup: it is the time in seconds.
pub(super) async fn begin_epoch(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE head SET epoch = max(epoch + 1, unixepoch())")
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| failed(&error))
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

async fn rows(
    connection: &mut SqliteConnection,
    sql: &'static str,
    arguments: Vec<String>,
) -> Result<Vec<SqliteRow>, StoreError> {
    let query = arguments
        .into_iter()
        .fold(sqlx::query(sql), sqlx::query::Query::bind);
    query
        .fetch_all(connection)
        .await
        .map_err(|error| failed(&error))
}

fn number(row: &SqliteRow, column: usize) -> Result<i64, StoreError> {
    row.try_get(column).map_err(|error| failed(&error))
}

/// Gives a decision its verdict, unless it has one.
fn judge(verdicts: &mut [Option<Verdict>], index: i64, verdict: Verdict) {
    let slot = usize::try_from(index)
        .ok()
        .and_then(|index| verdicts.get_mut(index));
    if let Some(slot) = slot {
        slot.get_or_insert(verdict);
    }
}

/// Begins, and answers the head, when the last decision was recorded, and which decisions of the group are not to be written.
async fn ask(
    connection: &mut SqliteConnection,
    group: &[Record],
    again: bool,
) -> Result<(Head, i64, Vec<Option<Verdict>>), StoreError> {
    let keyed: Vec<_> = group
        .iter()
        .enumerate()
        .filter_map(|(index, record)| {
            Some((index, &record.caller, record.idempotency_key.as_ref()?))
        })
        .collect();
    let reads: Vec<(usize, &StreamVersion)> = group
        .iter()
        .enumerate()
        .flat_map(|(index, record)| record.reads.iter().map(move |read| (index, read)))
        .collect();
    let sealed: Vec<_> = group
        .iter()
        .enumerate()
        .filter_map(|(index, record)| key(index, record))
        .collect();
    let arguments = vec![json(&keyed)?, json(&reads)?, json(&sealed)?];
    let found = rows(connection, ASK, arguments).await?;
    let mut verdicts: Vec<Option<Verdict>> = vec![None; group.len()];
    if again {
        find_written(connection, group, &mut verdicts).await?;
    }
    let mut head = None;
    for row in found {
        let (what, index, value) = (number(&row, 0)?, number(&row, 1)?, number(&row, 2)?);
        match what {
            0 => {
                let (epoch, position) = (counted(index)?, counted(value)?);
                head = Some((Head { epoch, position }, number(&row, 3)?));
            }
            1 => {
                let position = counted(value)?;
                judge(&mut verdicts, index, Verdict::Replayed { position });
            }
            2 => {
                let check = usize::try_from(index)
                    .ok()
                    .and_then(|check| reads.get(check));
                if let Some((index, read)) = check {
                    let (stream, actual) = (read.stream.clone(), counted(value)?);
                    judge(
                        &mut verdicts,
                        bound(*index as u64),
                        Verdict::Stale { stream, actual },
                    );
                }
            }
            _ => judge(&mut verdicts, index, Verdict::Rekey),
        }
    }
    of_one_file_the_first(group, &mut verdicts);
    let (head, last_recorded) =
        head.ok_or_else(|| StoreError::Corrupt("the ledger has no head".to_owned()))?;
    Ok((head, last_recorded, verdicts))
}

/// Decisions that an earlier attempt has written.
async fn find_written(
    connection: &mut SqliteConnection,
    group: &[Record],
    verdicts: &mut [Option<Verdict>],
) -> Result<(), StoreError> {
    let ids: Vec<_> = group.iter().map(|record| record.decision_id).collect();
    let sql = "SELECT u.key, d.position FROM json_each($1) u CROSS JOIN decisions d ON d.decision_id = u.value";
    for row in rows(connection, sql, vec![json(&ids)?]).await? {
        let position = counted(number(&row, 1)?)?;
        judge(verdicts, number(&row, 0)?, Verdict::Appended { position });
    }
    Ok(())
}

/// Two decisions of a group may each have made the first key of the same file: the first one's holds.
fn of_one_file_the_first(group: &[Record], verdicts: &mut [Option<Verdict>]) {
    let mut first: HashMap<&str, &[u8]> = HashMap::new();
    for (record, verdict) in group.iter().zip(verdicts) {
        if let (None, Some(key)) = (&verdict, &record.sealed_with)
            && **first.entry(&key.file).or_insert(&key.wrapped) != *key.wrapped
        {
            *verdict = Some(Verdict::Rekey);
        }
    }
}

/// The data key of a decision: whose, what, wrapped by what, and whether it is not stored yet.
fn key(index: usize, record: &Record) -> Option<(usize, &str, String, &str, bool)> {
    let key = record.sealed_with.as_ref()?;
    let wrapped = hex::encode(&key.wrapped);
    Some((index, &key.file, wrapped, &key.wrapped_by, !key.is_stored()))
}

/// Writes what has its position, and commits.
async fn write(
    connection: &mut SqliteConnection,
    good: &[(u64, &Record)],
    (clock, recorded_at): (i64, i64),
) -> Result<(), StoreError> {
    let (mut decisions, mut events, mut subjects, mut keys) = (
        Vec::with_capacity(good.len()),
        Vec::new(),
        Vec::new(),
        Vec::new(),
    );
    for (position, record) in good {
        keys.extend(key(0, record).filter(|key| key.4));
        decisions.push(DecisionRow {
            position: *position,
            recorded_at,
            record,
        });
        for (row, ordinal) in record.events.iter().zip(1_u64..) {
            events.push((
                &row.stream.aggregate_type,
                &row.stream.aggregate_id,
                row.sequence,
                &row.event_type,
                &row.event_version,
                row.payload.text(),
                row.metadata.text(),
                position,
                ordinal,
            ));
        }
        let about = record.subjects.iter();
        subjects.extend(about.map(|about| (&about.kind, &about.id, position)));
    }
    let last = good.last().map_or(0, |(position, _)| *position);
    sqlx::query(WRITE)
        .bind(json(&keys)?)
        .bind(json(&decisions)?)
        .bind(json(&events)?)
        .bind(json(&subjects)?)
        .bind(clock)
        .bind(bound(last))
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| match failed(&error) {
            // A commit that failed on the disk may stand in the log nevertheless; whether it was the commit that failed, or a
            // statement before it, is not told.
            StoreError::Unavailable(why) => StoreError::Unsure(why),
            other => other,
        })
}

/// A row of `decisions`, in the order in which [`WRITE`] takes it apart.
struct DecisionRow<'r> {
    position: u64,
    recorded_at: i64,
    record: &'r Record,
}

impl Serialize for DecisionRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.record;
        let mut row = serializer.serialize_tuple(17)?;
        row.serialize_element(&self.position)?;
        row.serialize_element(&record.decision_id)?;
        row.serialize_element(&record.at)?;
        row.serialize_element(&self.recorded_at)?;
        row.serialize_element(&record.caller)?;
        row.serialize_element(record.actor.text())?;
        row.serialize_element(&record.command_type)?;
        row.serialize_element(record.command.text())?;
        row.serialize_element(record.loaded.text())?;
        row.serialize_element(record.outcome)?;
        row.serialize_element(&record.answer.as_ref().map(Canonical::text))?;
        row.serialize_element(&record.refusal.as_ref().map(Canonical::text))?;
        row.serialize_element(&record.rule_edition)?;
        row.serialize_element(&record.software)?;
        row.serialize_element(&record.idempotency_key)?;
        row.serialize_element(&hex::encode(record.request_digest))?;
        row.serialize_element(&hex::encode(record.leaf))?;
        row.end()
    }
}
