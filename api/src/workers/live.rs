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

/// How long a worker takes at least from one step to the next: so that a busy office has several decisions in a page. Nobody who
/// waits for a message notices.
const PACE: Duration = Duration::from_millis(100);

/// How long a node leaves a worker alone that it cannot plan for: longer than [`REST`], so that another node comes by first.
const AFTER_STUCK: Duration = Duration::from_secs(10);

/// Starts every worker of an office; none if it has no work store. They end by themselves once the office stops.
pub fn start(office: &Arc<Office>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    if office.work.is_some() {
        for worker in running(office) {
            tasks.spawn(run(Arc::clone(office), worker));
        }
    }
    tasks
}

async fn run(office: Arc<Office>, worker: &'static Worker) {
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
            Ok(Step::Worked) => rest(&mut stopping, PACE.saturating_sub(begun.elapsed())).await,
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
                        rest(&mut stopping, PACE.saturating_sub(begun.elapsed())).await;
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
