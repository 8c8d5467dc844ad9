//! Group commit: one task per process takes whatever decisions are waiting and hands them to the database in one go.
//!
//! It is a task of its own, so that a caller who goes away does not tear a group.

mod aftermath;

pub(crate) use aftermath::{Aftermath, AtHand};

use crate::{
    error::{LedgerError, Stream},
    record::Record,
    settings::Clock,
    store::{AnyStore, Store, StoreError, Verdict, Written},
};
use std::{
    collections::{HashMap, HashSet},
    mem,
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::yield_now,
    time::Instant,
};

/// The most decisions in a group, and about the most bytes.
const LARGEST_GROUP: usize = 256;
const HEAVIEST_GROUP: usize = 4 << 20;
/// How many decisions may wait before callers do.
const QUEUE: usize = 1024;
/// How long the fate of decisions is sought after the connection broke in the middle of a commit.
const PATIENCE: Duration = Duration::from_secs(5);

/// A decision that waits to be written.
struct Job {
    record: Record,
    aftermath: Aftermath,
    answer: oneshot::Sender<Result<Verdict, LedgerError>>,
}

enum Message {
    Append(Box<Job>),
    Close(oneshot::Sender<()>),
}

/// The way to the appending task.
pub(crate) struct Appender(mpsc::Sender<Message>);

impl Appender {
    /// Starts the task.
    pub(crate) fn start(store: Arc<AnyStore>, clock: Clock, at_hand: AtHand) -> Self {
        let (queue, messages) = mpsc::channel(QUEUE);
        tokio::spawn(
            Task {
                store,
                clock,
                at_hand,
            }
            .run(messages),
        );
        Self(queue)
    }

    /// Hands a decision over and waits for its verdict.
    pub(crate) async fn submit(
        &self,
        record: Record,
        aftermath: Aftermath,
    ) -> Result<Verdict, LedgerError> {
        let id = record.decision_id;
        let (answer, verdict) = oneshot::channel();
        let closed = || LedgerError::unavailable("the ledger was closed");
        self.0
            .send(Message::Append(Box::new(Job {
                record,
                aftermath,
                answer,
            })))
            .await
            .map_err(|_| closed())?;
        // The task answers every job; only the end of the runtime can keep it from that, in mid-commit perhaps.
        verdict.await.unwrap_or_else(|_| {
            Err(LedgerError::Unavailable {
                why: "the process is ending".to_owned(),
                undecided: Some(id),
            })
        })
    }

    /// Takes no more decisions and waits until those in hand are settled.
    pub(crate) async fn close(&self) {
        let (done, settled) = oneshot::channel();
        if self.0.send(Message::Close(done)).await.is_ok() {
            // An error means that the task has ended already.
            let _ = settled.await;
        }
    }
}

struct Task {
    store: Arc<AnyStore>,
    clock: Clock,
    at_hand: AtHand,
}

/// Takes what is there, up to a group.
fn take(queue: &mut mpsc::Receiver<Message>, messages: &mut Vec<Message>) {
    while messages.len() < LARGEST_GROUP
        && let Ok(message) = queue.try_recv()
    {
        messages.push(message);
    }
}

/// The new versions of the streams that a group wrote.
type Moved = HashMap<Stream, u64>;

impl Task {
    async fn run(self, mut queue: mpsc::Receiver<Message>) {
        let (mut messages, mut waiting, mut closers) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            // Whoever came while the last group was written, and with them those who were held back from it: they are written while
            // those who have just been answered decide what comes next.
            take(&mut queue, &mut messages);
            if waiting.is_empty() && messages.is_empty() {
                if queue.recv_many(&mut messages, LARGEST_GROUP).await == 0 {
                    break;
                }
                // Nobody was there. Whoever else is about to come, which takes them no time, comes along.
                yield_now().await;
                take(&mut queue, &mut messages);
            }
            for message in messages.drain(..) {
                match message {
                    Message::Append(job) => waiting.push(*job),
                    Message::Close(done) => {
                        queue.close();
                        closers.push(done);
                    }
                }
            }
            let (group, held) = choose(mem::take(&mut waiting));
            let moved = self.settle(group).await;
            waiting = overtaken(held, &moved);
        }
        for done in closers {
            let _ = done.send(());
        }
    }

    /// Writes a group and answers everybody in it.
    async fn settle(&self, group: Vec<Job>) -> Moved {
        let (mut records, mut aftermaths, mut answers) = (
            Vec::with_capacity(group.len()),
            Vec::with_capacity(group.len()),
            Vec::with_capacity(group.len()),
        );
        for job in group {
            records.push(job.record);
            aftermaths.push(job.aftermath);
            answers.push(Some(job.answer));
        }
        let mut moved = Moved::new();
        let mut answer = |index: usize, verdict: Result<Verdict, LedgerError>| {
            if let (Ok(Verdict::Appended { .. }), Some(record)) = (&verdict, records.get(index)) {
                moved.extend(
                    record
                        .events
                        .iter()
                        .map(|row| (row.stream.clone(), row.sequence)),
                );
            }
            if let Some(answer) = answers.get_mut(index).and_then(Option::take) {
                // The caller may have gone away; what is written stays written.
                let _ = answer.send(verdict);
            }
        };
        match self.write(&records, false).await {
            Ok(written) => {
                self.at_hand.keep(records.iter().zip(aftermaths), &written);
                let verdicts = written.verdicts.into_iter().enumerate();
                verdicts.for_each(|(index, verdict)| answer(index, Ok(verdict)));
            }
            // One bad row must not sink its group: the others go one by one.
            Err(Failure {
                error: StoreError::Rejected(_),
                again,
            }) if records.len() > 1 => {
                for (index, (record, aftermath)) in records.iter().zip(aftermaths).enumerate() {
                    let written = self.write(std::slice::from_ref(record), again).await;
                    if let Ok(written) = &written {
                        self.at_hand.keep([(record, aftermath)], written);
                    }
                    let verdict = written
                        .map_err(|failure| failure.tell(record))
                        .and_then(|mut it| it.verdicts.pop().ok_or_else(no_verdict));
                    answer(index, verdict);
                }
            }
            Err(failure) => records
                .iter()
                .enumerate()
                .for_each(|(index, record)| answer(index, Err(failure.tell(record)))),
        }
        moved
    }

    /// Writes, for the first time or `again`. If the connection breaks on the way, it finds out what became of it: the same
    /// decisions are sent again, and the database knows by their ids which of them it already has. Nothing is guessed.
    async fn write(&self, records: &[Record], mut again: bool) -> Result<Written, Failure> {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(10);
        loop {
            self.at_hand.tally.group();
            let error = match self.store.append(records, self.clock.micros(), again).await {
                Ok(written) if written.verdicts.len() != records.len() => {
                    return Err(Failure {
                        error: StoreError::Corrupt("a group came back incomplete".to_owned()),
                        again,
                    });
                }
                Ok(written) => return Ok(written),
                Err(error) => error,
            };
            match error {
                StoreError::Unsure(ref why) => {
                    self.at_hand.states.doubt();
                    tracing::warn!(
                        why,
                        decisions = records.len(),
                        "the connection broke while appending; asking what became of it"
                    );
                    again = true;
                }
                StoreError::Unavailable(_) | StoreError::Full(_) if again => {}
                StoreError::Unavailable(_)
                | StoreError::Full(_)
                | StoreError::Rejected(_)
                | StoreError::Corrupt(_) => return Err(Failure { error, again }),
            }
            if begun.elapsed() >= PATIENCE {
                return Err(Failure { error, again });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(500));
        }
    }
}

/// Why a group was not written.
struct Failure {
    error: StoreError,
    /// Whether an earlier attempt may have been.
    again: bool,
}

impl Failure {
    fn tell(&self, record: &Record) -> LedgerError {
        match self.error.clone() {
            StoreError::Unavailable(why) | StoreError::Full(why) | StoreError::Unsure(why) => {
                LedgerError::Unavailable {
                    why,
                    undecided: self.again.then_some(record.decision_id),
                }
            }
            other => other.into(),
        }
    }
}

fn no_verdict() -> LedgerError {
    LedgerError::Corrupt("a decision came back without a verdict".to_owned())
}

/// Picks a group of which no decision writes what a later one read, and no idempotency key comes twice; holds the rest back.
fn choose(waiting: Vec<Job>) -> (Vec<Job>, Vec<Job>) {
    let (mut written, mut keys, mut weight) = (HashSet::new(), HashSet::new(), 0);
    let (mut group, mut held) = (Vec::new(), Vec::new());
    for job in waiting {
        let record = &job.record;
        let key = record
            .idempotency_key
            .as_ref()
            .map(|key| (record.caller.clone(), key.clone()));
        let collides = record
            .reads
            .iter()
            .any(|read| written.contains(&read.stream))
            || key.as_ref().is_some_and(|key| keys.contains(key));
        weight += record.weight();
        // What is held back holds back what depends on it, or order among equals would be lost.
        written.extend(record.events.iter().map(|row| row.stream.clone()));
        keys.extend(key);
        if collides
            || (!group.is_empty() && (weight > HEAVIEST_GROUP || group.len() == LARGEST_GROUP))
        {
            held.push(job);
        } else {
            group.push(job);
        }
    }
    (group, held)
}

/// Tells those whose streams have just moved to decide again; the others wait for the next group.
fn overtaken(held: Vec<Job>, moved: &Moved) -> Vec<Job> {
    held.into_iter()
        .filter_map(|job| {
            let stale = job.record.reads.iter().find_map(|read| {
                moved
                    .get(&read.stream)
                    .filter(|now| **now != read.version)
                    .map(|now| (read.stream.clone(), *now))
            });
            match stale {
                // With a key it may be a repetition, which only the database can tell.
                Some((stream, actual)) if job.record.idempotency_key.is_none() => {
                    let _ = job.answer.send(Ok(Verdict::Stale { stream, actual }));
                    None
                }
                _ => Some(job),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_does_not_fit_into_a_group_stays_in_the_queue() {
        let (queue, mut came) = mpsc::channel(QUEUE);
        for _ in 0..=LARGEST_GROUP {
            let (done, _) = oneshot::channel();
            assert!(queue.send(Message::Close(done)).await.is_ok());
        }
        let mut messages = Vec::new();
        take(&mut came, &mut messages);
        assert_eq!((messages.len(), came.len()), (LARGEST_GROUP, 1));
    }
}
