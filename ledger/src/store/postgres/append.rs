//! Writing a group on PostgreSQL: one call of `ledger_append`, see `migrations/postgres/0004_recorded.sql`.

use super::{failed, is_broken};
use crate::{
    canonical::Canonical,
    decision::StreamVersion,
    head::Head,
    keys::LiveKey,
    record::{EventRecord, Record},
    store::{
        StoreError, Verdict, Written,
        rows::{bound, counted},
    },
};
use sqlx::{PgConnection, Row, postgres::PgRow};

const CALL: &str = "SELECT d, verdict, number, which FROM ledger_append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,\
    $19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,$34,$35,$36,$37)";

pub(super) async fn append(
    connection: &mut PgConnection,
    group: &[Record],
    clock: Option<i64>,
    again: bool,
) -> Result<Written, StoreError> {
    let reads = flat(group, |record| &record.reads);
    let events = flat(group, |record| &record.events);
    let subjects = flat(group, |record| &record.subjects);
    let rows = sqlx::query(CALL)
        .bind(clock)
        .bind(again)
        .bind(column(group, |record| record.decision_id.to_string()))
        .bind(column(group, |record| record.at))
        .bind(column(group, |record| record.caller.as_str()))
        .bind(column(group, |record| record.actor.text()))
        .bind(column(group, |record| record.command_type.as_str()))
        .bind(column(group, |record| record.command.text()))
        .bind(column(group, |record| record.loaded.text()))
        .bind(column(group, |record| record.outcome))
        .bind(column(group, |record| {
            record.answer.as_ref().map(Canonical::text)
        }))
        .bind(column(group, |record| {
            record.refusal.as_ref().map(Canonical::text)
        }))
        .bind(column(group, |record| record.rule_edition.as_str()))
        .bind(column(group, |record| record.software.as_str()))
        .bind(column(group, |record| record.idempotency_key.as_deref()))
        .bind(column(group, |record| record.request_digest.as_slice()))
        .bind(column(group, |record| record.leaf.as_slice()))
        .bind(column(group, |record| {
            key(record).map(|key| key.file.as_str())
        }))
        .bind(column(group, |record| {
            key(record).map(|key| key.wrapped.as_slice())
        }))
        .bind(column(group, |record| {
            key(record).map(|key| key.wrapped_by.as_str())
        }))
        .bind(column(group, |record| {
            key(record).is_some_and(|key| !key.is_stored())
        }))
        .bind(column(&reads, |(of, _)| *of))
        .bind(column(&reads, |(_, read)| {
            read.stream.aggregate_type.as_str()
        }))
        .bind(column(&reads, |(_, read)| {
            read.stream.aggregate_id.as_str()
        }))
        .bind(column(&reads, |(_, read)| bound(read.version)))
        .bind(column(&events, |(of, _)| *of))
        .bind(ordinals(group))
        .bind(column(&events, |(_, row)| {
            row.stream.aggregate_type.as_str()
        }))
        .bind(column(&events, |(_, row)| row.stream.aggregate_id.as_str()))
        .bind(column(&events, |(_, row)| bound(row.sequence)))
        .bind(column(&events, |(_, row)| row.event_type.as_str()))
        .bind(column(&events, |(_, row)| row.event_version.as_str()))
        .bind(column(&events, |(_, row)| row.payload.text()))
        .bind(column(&events, |(_, row)| row.metadata.text()))
        .bind(column(&subjects, |(of, _)| *of))
        .bind(column(&subjects, |(_, about)| about.kind.as_str()))
        .bind(column(&subjects, |(_, about)| about.id.as_str()))
        // All rows, to the very end: only there the server says that the transaction is committed.
        .fetch_all(connection)
        .await
        .map_err(|error| sent(&error))?;
    written(&rows, group.len(), &reads)
}

/// Starts an epoch that was not given out before, also not after another restore of the same backup: it is the time in seconds.
pub(super) async fn begin_epoch(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE head SET epoch = greatest(epoch + 1, extract(epoch FROM clock_timestamp())::bigint)")
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| failed(&error))
}

/// Destroys a file's data key. The tombstone stays, also for a file that never had a key. The lock makes sure that no
/// append which was let through with the key commits later.
pub(super) async fn destroy_key(
    connection: &mut PgConnection,
    file: &str,
    clock: Option<i64>,
) -> Result<bool, StoreError> {
    let sql = "WITH turn AS MATERIALIZED (SELECT 1 FROM head FOR UPDATE),
            now AS (SELECT coalesce($2, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) AS at FROM turn)
        INSERT INTO data_keys AS k (file, created_at, destroyed_at) SELECT $1, at, at FROM now
        ON CONFLICT (file) DO UPDATE SET wrapped = NULL, wrapped_by = NULL, destroyed_at = excluded.destroyed_at WHERE k.wrapped IS NOT NULL";
    let done = sqlx::query(sql)
        .bind(file)
        .bind(clock)
        .execute(connection)
        .await
        .map_err(|error| failed(&error))?;
    Ok(done.rows_affected() > 0)
}

/// After a group was sent, a broken connection leaves open what became of it.
fn sent(error: &sqlx::Error) -> StoreError {
    if is_broken(error) {
        StoreError::Unsure("the connection to PostgreSQL broke".to_owned())
    } else {
        failed(error)
    }
}

/// The data key that sealed a decision.
fn key(record: &Record) -> Option<&LiveKey> {
    record.sealed_with.as_deref()
}

fn column<'g, R, T>(rows: &'g [R], of: impl Fn(&'g R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}

/// What belongs to each decision, in one list, with the decision's place in the group (from 1).
fn flat<'g, T>(group: &'g [Record], of: impl Fn(&'g Record) -> &'g Vec<T>) -> Vec<(i32, &'g T)> {
    group
        .iter()
        .zip(1..)
        .flat_map(|(record, place)| of(record).iter().map(move |item| (place, item)))
        .collect()
}

fn ordinals(group: &[Record]) -> Vec<i64> {
    group
        .iter()
        .flat_map(|record| {
            record
                .events
                .iter()
                .zip(1..)
                .map(|(_, ordinal): (&EventRecord, i64)| ordinal)
        })
        .collect()
}

fn written(
    rows: &[PgRow],
    decisions: usize,
    reads: &[(i32, &StreamVersion)],
) -> Result<Written, StoreError> {
    let mut verdicts: Vec<Option<Verdict>> = vec![None; decisions];
    let (mut head, mut times) = (None, Vec::new());
    for row in rows {
        let answer = Answer::read(row).map_err(|error| failed(&error))?;
        let number = || counted(answer.number.unwrap_or_default());
        let verdict = match answer.verdict {
            "head" => {
                head = Some(Head {
                    epoch: counted(answer.which.unwrap_or_default())?,
                    position: number()?,
                });
                continue;
            }
            "appended" => {
                times.push(answer.which);
                Verdict::Appended {
                    position: number()?,
                }
            }
            "replayed" => Verdict::Replayed {
                position: number()?,
            },
            "rekey" => Verdict::Rekey,
            "stale" => {
                let read = answer
                    .which
                    .and_then(|which| reads.get(usize::try_from(which - 1).ok()?))
                    .ok_or_else(strange)?;
                Verdict::Stale {
                    stream: read.1.stream.clone(),
                    actual: number()?,
                }
            }
            _ => return Err(strange()),
        };
        let slot = usize::try_from(answer.decision - 1)
            .ok()
            .and_then(|index| verdicts.get_mut(index))
            .ok_or_else(strange)?;
        // A decision may be stale for several streams; one is enough.
        slot.get_or_insert(verdict);
    }
    let verdicts: Option<Vec<_>> = verdicts.into_iter().collect();
    let (verdicts, head) = verdicts.zip(head).ok_or_else(strange)?;
    Ok(Written {
        verdicts,
        head,
        // All that are written now are written at one time; those that an earlier attempt had written have none here.
        recorded_at: times.into_iter().reduce(Option::and).flatten(),
    })
}

fn strange() -> StoreError {
    StoreError::Corrupt("ledger_append answered what it cannot answer".to_owned())
}

struct Answer<'r> {
    decision: i32,
    verdict: &'r str,
    number: Option<i64>,
    which: Option<i64>,
}

impl<'r> Answer<'r> {
    fn read(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            decision: row.try_get(0)?,
            verdict: row.try_get(1)?,
            number: row.try_get(2)?,
            which: row.try_get(3)?,
        })
    }
}
