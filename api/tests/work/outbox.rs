//! The outbox forgets what was settled long ago, and nothing else.

use crate::house::{House, On, at, house, on_both};
use crate::ports::{Fault, Ledgered};
use api::{ports::Trouble, workers::OUTBOX_DAYS};
use jiff::Timestamp;
use ledger::Head;
use projections::work::{Planned, Settled};
use uuid::Uuid;

on_both!(
    what_was_delivered_is_forgotten_in_time_and_dead_letters_stay,
    what_was_forgotten_is_not_done_again_after_a_restore,
    a_decision_that_took_its_place_after_a_restore_is_planned,
    a_batch_is_delivered_over_a_single_connection,
    each_effect_of_a_batch_ends_in_its_own_way,
);

const WORKER: &str = "notifications";

/// A session with its notices sent, but for one SMS that failed for good.
async fn told(on: On) -> (House, Ledgered) {
    let (house, ports) = house(on).await;
    house.play("openings/two-leads-in-sms.md", None).await;
    ports.fail([Fault::Says(Trouble::Answered(400))]);
    house
        .runner(house.work(), WORKER)
        .step(at(4, 5))
        .await
        .unwrap();
    house.settle(at(4, 5)).await;
    (house, ports)
}

fn later(days: i64) -> Timestamp {
    at(4 + 24 * days, 5)
}

/// How many settled effects a worker still has, told by forgetting them all.
async fn forget_all(house: &House, now: Timestamp) -> usize {
    let runner = house.runner(house.work(), WORKER);
    let lease = runner.lease(now).await.unwrap().unwrap();
    house.work().store.forget(&lease, now, 1000).await.unwrap()
}

async fn what_was_delivered_is_forgotten_in_time_and_dead_letters_stay(on: On) {
    let (house, _) = told(on).await;
    let store = &house.work().store;
    let dead = store.dead_letters("", 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    let pending = store.waiting().await.unwrap().pending;
    assert!(pending > 0, "the session's deadline is still to come");
    let runner = house.runner(house.work(), WORKER);
    let days = i64::from(OUTBOX_DAYS.get());
    // A minute before its time nothing goes; then all that was settled goes by itself, and only once.
    let lease = runner.lease(later(days)).await.unwrap().unwrap();
    let too_early = at(4, 4);
    assert_eq!(store.forget(&lease, too_early, 10).await.unwrap(), 0);
    assert!(store.forget(&lease, at(4, 5), 1).await.unwrap() == 1);
    runner.step(later(days)).await.unwrap();
    assert_eq!(forget_all(&house, later(days)).await, 0);
    assert_eq!(store.dead_letters("", 10).await.unwrap(), dead);
    assert_eq!(store.waiting().await.unwrap().pending, pending);
    // What no name holds is no name, and comes before those that do not begin with what stands before it.
    assert!(!store.retry("\0", later(days)).await.unwrap());
    assert_eq!(store.dead_letters("\0", 10).await.unwrap(), dead);
    // The dead letter can still be given another life.
    assert!(store.retry(&dead[0].id, later(days)).await.unwrap());
}

/// As a restore leaves a worker: its checkpoint speaks of an epoch that is over, and it plans everything anew.
async fn restored(house: &House, now: Timestamp) {
    let runner = house.runner(house.work(), WORKER);
    let lease = runner.lease(now).await.unwrap().unwrap();
    let gone = Head {
        epoch: lease.checkpoint.epoch + 1,
        position: lease.checkpoint.position,
    };
    house.work().store.plan(&lease, gone, &[]).await.unwrap();
}

async fn what_was_forgotten_is_not_done_again_after_a_restore(on: On) {
    let (house, ports) = told(on).await;
    let now = later(2);
    assert!(forget_all(&house, now).await > 0);
    let attempts = ports.attempts();
    restored(&house, now).await;
    house.runner(house.work(), WORKER).step(now).await.unwrap();
    house.runner(house.work(), WORKER).step(now).await.unwrap();
    assert_eq!(ports.attempts(), attempts);
    let lease = house
        .runner(house.work(), WORKER)
        .lease(now)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(lease.checkpoint, house.office.ledger.head().await.unwrap());
}

async fn a_decision_that_took_its_place_after_a_restore_is_planned(on: On) {
    let (house, _) = told(on).await;
    assert!(forget_all(&house, later(2)).await > 0);
    let lease = house
        .runner(house.work(), WORKER)
        .lease(later(2))
        .await
        .unwrap()
        .unwrap();
    let head = house.office.ledger.head().await.unwrap().position;
    let first = house.office.ledger.decision_at(2).await.unwrap().unwrap();
    assert!(lease.has_forgotten(2, first.at));
    assert!(
        !lease.has_forgotten(2, later(3)),
        "decided after everything that was forgotten"
    );
    assert!(
        !lease.has_forgotten(head + 1, first.at),
        "beyond everything that was forgotten"
    );
}

/// Effects that follow from a decision which is nowhere.
fn of_nothing(how_many: u32, due: Timestamp) -> Vec<Planned> {
    let one = |n| Planned {
        decision: Uuid::nil(),
        position: 1,
        n,
        kind: "watch_renewal".to_owned(),
        order: String::new(),
        refs: r#"{"effect":"watch_renewal"}"#.to_owned(),
        due,
    };
    (0..how_many).map(one).collect()
}

async fn each_effect_of_a_batch_ends_in_its_own_way(on: On) {
    let (house, _) = house(on).await;
    let (now, soon) = (at(4, 5), at(4, 6));
    let runner = house.runner(house.work(), WORKER);
    let mut lease = runner.lease(now).await.unwrap().unwrap();
    while runner.plan(&mut lease).await.unwrap() {}
    let (store, effects) = (&house.work().store, of_nothing(6, now));
    store
        .plan(&lease, lease.checkpoint, &effects)
        .await
        .unwrap();
    let [sent, moot, not_yet, again, dead, left] =
        [0, 1, 2, 3, 4, 5].map(|n| effects[n].key(WORKER));
    let why = || "answered 503".to_owned();
    let ends = [
        (sent.clone(), Settled::Sent),
        (moot.clone(), Settled::Moot("over".to_owned())),
        (not_yet.clone(), Settled::NotYet(later(1))),
        (
            again.clone(),
            Settled::Later {
                at: soon,
                why: why(),
            },
        ),
        (dead.clone(), Settled::Dead(why())),
        ("nobody's".to_owned(), Settled::Sent),
    ];
    store.settle(&lease, &ends, now).await.unwrap();
    // What has ended stays as it ended.
    let once_more = [
        (
            sent,
            Settled::Later {
                at: soon,
                why: why(),
            },
        ),
        (moot, Settled::Dead(why())),
        (dead.clone(), Settled::Sent),
    ];
    store.settle(&lease, &once_more, now).await.unwrap();
    let due = store.due(WORKER, later(2), 10).await.unwrap().jobs;
    let due: Vec<_> = due.into_iter().map(|job| (job.id, job.attempts)).collect();
    assert_eq!(due, [(left, 0), (again, 1), (not_yet, 0)]);
    let letters = store.dead_letters("", 10).await.unwrap();
    let letters: Vec<_> = letters
        .into_iter()
        .map(|it| (it.id, it.attempts, it.why))
        .collect();
    assert_eq!(letters, [(dead, 1, why())]);
    assert_eq!(forget_all(&house, now).await, 2);
}

async fn a_batch_is_delivered_over_a_single_connection(on: On) {
    let (house, _) = house(on).await;
    let now = at(4, 5);
    let runner = house.runner(house.work(), WORKER);
    let mut lease = runner.lease(now).await.unwrap().unwrap();
    while runner.plan(&mut lease).await.unwrap() {}
    // Each has to look for its decision.
    let effects = of_nothing(20, now);
    let store = &house.work().store;
    let upto = lease.checkpoint;
    store.plan(&lease, upto, &effects).await.unwrap();
    // A busy office has hardly a connection left. Whoever stands in the queue for it must not wait for somebody behind.
    let mut taken = Vec::new();
    if let Some(pool) = house.office.ledger.postgres_pool() {
        for _ in 1..pool.options().get_max_connections() {
            taken.push(pool.acquire().await.unwrap());
        }
    }
    assert_eq!(runner.deliver_due(&lease, now).await.unwrap().0, 20);
    drop(taken);
    assert_eq!(store.due(WORKER, now, 1).await.unwrap().jobs, []);
    assert_eq!(store.dead_letters("", 1).await.unwrap(), []);
}
