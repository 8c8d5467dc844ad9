//! The workers while the service runs: a task each, that ends when the service stops.

use super::{
    plans::{Worker, running},
    runner::{Hand, Runner, Step},
};
use crate::office::Office;
use std::{sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::Instant};

/// How long a worker rests at most: then it looks whether it may take over, and whether something became due.
const REST: Duration = Duration::from_secs(5);
/// How long it waits after trouble with the ledger or its own store.
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// How far the turns of a worker are apart that has something to do again and again: so that a busy office has several decisions in a
/// page. Nobody who waits for a message notices.
const PACE: Duration = Duration::from_millis(100);
/// How far the turns of one worker are from those of the next: if all had theirs at once, a busy office would do nothing else for a
/// moment, over and over, and whoever wants an answer just then would wait for all of them.
const TURN: Duration = Duration::from_millis(10);

/// How long a node leaves a worker alone that it cannot plan for: longer than [`REST`], so that another node comes by first.
const AFTER_STUCK: Duration = Duration::from_secs(10);

/// Starts every worker of an office; none if it has no work store. They end by themselves once the office stops.
pub fn start(office: &Arc<Office>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    if office.work.is_some() {
        let began = Instant::now();
        for (worker, turn) in running(office).zip(0..) {
            let turn = began + TURN * turn;
            tasks.spawn(run(Arc::clone(office), worker, turn));
        }
    }
    tasks
}

/// How long until the next turn of a worker whose first one was at a time.
fn until_turn(first: Instant, now: Instant) -> Duration {
    let past = now.duration_since(first).as_micros() % PACE.as_micros();
    PACE.saturating_sub(Duration::from_micros(
        u64::try_from(past).unwrap_or_default(),
    ))
}

async fn run(office: Arc<Office>, worker: &'static Worker, turn: Instant) {
    let Some(work) = &office.work else {
        return;
    };
    let runner = Runner {
        office: &office,
        work,
        worker,
    };
    let mut hand = Hand::default();
    let mut stopping = office.stopping.subscribe();
    while !*stopping.borrow_and_update() {
        let now = office.now();
        if office.can_decide_by(now).is_err() {
            // No timer fires by a clock that cannot be believed; the watch over it says so in the log.
            rest(&mut stopping, AFTER_TROUBLE).await;
            continue;
        }
        let begun = Instant::now();
        match runner.step_in(&mut hand, now).await {
            Ok(Step::Worked) if hand.is_full => {}
            Ok(Step::Worked) => rest(&mut stopping, until_turn(turn, Instant::now())).await,
            Ok(Step::Elsewhere) => rest(&mut stopping, REST).await,
            Ok(Step::Stuck { checkpoint, why }) => {
                tracing::error!(worker = worker.name, after = checkpoint.position, %why, "a worker cannot plan what comes next; another node may take it");
                rest(&mut stopping, AFTER_STUCK).await;
            }
            Ok(Step::Idle {
                checkpoint,
                next_due,
            }) => {
                let until_due =
                    next_due.and_then(|due| Duration::try_from(due.duration_since(now)).ok());
                tokio::select! {
                    () = rest(&mut stopping, until_due.map_or(REST, |wait| wait.min(REST))) => {}
                    _ = office.ledger.wait_beyond(checkpoint) => {
                        // Who has rested for long begins at once.
                        if begun.elapsed() < PACE {
                            rest(&mut stopping, until_turn(turn, Instant::now())).await;
                        }
                    }
                }
            }
            Err(error) => {
                tracing::error!(worker = worker.name, %error, "a worker could not go on; it tries again");
                rest(&mut stopping, AFTER_TROUBLE).await;
            }
        }
    }
    // So that another node need not wait for the lease to end.
    if let Err(error) = runner.put_down(&mut hand).await {
        tracing::warn!(worker = worker.name, %error, "a worker could not be put down; its lease ends by itself");
    }
}

async fn rest(stopping: &mut tokio::sync::watch::Receiver<bool>, time: Duration) {
    tokio::select! {
        // The sender lives in the office.
        _ = stopping.changed() => {}
        () = tokio::time::sleep(time) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_at_one_pace_however_long_a_step_takes() {
        let first = Instant::now();
        let after = |milliseconds| until_turn(first, first + Duration::from_millis(milliseconds));
        assert_eq!(after(30), Duration::from_millis(70));
        assert_eq!(after(199), Duration::from_millis(1));
        assert_eq!(after(230), Duration::from_millis(70));
        // Before its first turn, and at a turn, a whole pace is left.
        let early = until_turn(first + TURN, first);
        assert_eq!((early, after(200)), (PACE, PACE));
    }
}
