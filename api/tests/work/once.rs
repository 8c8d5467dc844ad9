//! An effect is planned once and recorded once, whenever a node dies and whoever takes over.

use crate::house::{House, On, at, house, on_both};
use crate::ports::{Fault, Ledgered};
use api::ports::Trouble;
use api::workers::{Step, Work, runner::Hand};
use fixtures::play::order_id;
use jiff::{SignedDuration, Timestamp};
use ledger::Head;
use projections::work::{Planned, Settled, WorkError};
use std::{
    collections::BTreeSet,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};
use uuid::Uuid;

const STORY: &str = "openings/two-leads-in-sms.md";

on_both!(
    a_node_that_dies_anywhere_neither_loses_nor_doubles_a_record,
    one_node_works_and_the_other_waits,
    a_worker_in_hand_writes_its_checkpoint_when_it_has_to,
    a_worker_in_hand_asks_again_before_long,
    a_holder_that_was_overtaken_moves_nothing,
    who_knows_that_no_other_node_lives_takes_up_its_workers_at_once,
    trouble_is_tried_again_later_and_later_and_then_laid_aside,
    a_new_epoch_repeats_nothing,
    what_follows_from_a_decision_that_a_restore_lost_is_put_aside,
    a_refusal_is_asked_anew_in_another_life,
    a_port_that_hangs_is_asked_again_by_the_next_node,
);

/// Lives for so many polls and dies at the next.
struct Mortal<F> {
    life: Pin<Box<F>>,
    polls: usize,
}

impl<F: Future> Future for Mortal<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        self.life.as_mut().poll(context).map(Some)
    }
}

/// Takes a step and dies after so many polls. Answers whether it lived to see the end.
async fn lives(
    house: &House,
    node: &Work,
    worker: &str,
    now: Timestamp,
    polls: usize,
) -> Option<Step> {
    let runner = house.runner(node, worker);
    let life = Mortal {
        life: Box::pin(runner.step(now)),
        polls,
    };
    life.await.map(Result::unwrap)
}

async fn a_node_that_dies_anywhere_neither_loses_nor_doubles_a_record(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    let mut now = at(3, 0);
    for worker in ["bureau", "sms", "notifications"] {
        // Each life is a little longer than the one before, and each is another node's: the first dies before it has read
        // anything, the last one finds nothing left to do.
        for polls in 0.. {
            now += SignedDuration::from_mins(2);
            let node = house.node(ports.outside()).await;
            if matches!(
                lives(&house, &node, worker, now, polls).await,
                Some(Step::Idle { .. })
            ) {
                break;
            }
        }
    }
    assert_eq!(house.stage().await, "SmsVerification");
    assert_eq!(house.decisions("record_receipt").await.len(), 1);
    // However often it was handed over, it was under one key.
    assert_eq!(
        ports
            .submissions()
            .into_iter()
            .collect::<BTreeSet<_>>()
            .len(),
        1
    );
    // ReviewPassed: SMS and e-mail. Dispatch: account and two leads. Session: two codes.
    assert_eq!(ports.attempts().len(), 2 + 3 + 2, "{:?}", ports.attempts());
    let waiting = house.work().store.waiting().await.unwrap();
    assert_eq!((waiting.pending, waiting.dead), (0, 0));
}

async fn one_node_works_and_the_other_waits(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    let other = house.node(ports.outside()).await;
    let (mine, theirs) = (
        house.runner(house.work(), "bureau"),
        house.runner(&other, "bureau"),
    );
    assert_eq!(mine.step(at(3, 0)).await.unwrap(), Step::Worked);
    assert_eq!(theirs.step(at(3, 0)).await.unwrap(), Step::Elsewhere);
    let held = at(3, 0) + SignedDuration::from_secs(59);
    assert_eq!(theirs.step(held).await.unwrap(), Step::Elsewhere);
    // Put down in order, it is free at once.
    let lease = mine.lease(held).await.unwrap().unwrap();
    house.work().store.release(&lease).await.unwrap();
    assert_ne!(theirs.step(held).await.unwrap(), Step::Elsewhere);
    assert_eq!(mine.step(held).await.unwrap(), Step::Elsewhere);
    assert_eq!(ports.submissions().len(), 1);
}

async fn a_worker_in_hand_asks_again_before_long(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    ports.fail([Fault::Says(Trouble::Answered(403))]);
    let (runner, store) = (house.runner(house.work(), "bureau"), &house.work().store);
    let after = |seconds| at(3, 0) + SignedDuration::from_secs(seconds);
    let mut hand = Hand::default();
    // What it plans itself it does at once. Then it knows that nothing is due,
    let step = runner.step_in(&mut hand, after(0)).await.unwrap();
    assert_eq!(step, Step::Worked);
    let idle = runner.step_in(&mut hand, after(0)).await.unwrap();
    assert!(matches!(idle, Step::Idle { next_due: None, .. }));
    // and nothing of what an operator does, before it asks again.
    let dead = store.dead_letters("", 10).await.unwrap();
    assert!(store.retry(&dead[0].id, after(1)).await.unwrap());
    let idle = runner.step_in(&mut hand, after(3)).await.unwrap();
    assert!(matches!(idle, Step::Idle { next_due: None, .. }));
    assert_eq!(ports.submissions().len(), 1);
    let step = runner.step_in(&mut hand, after(4)).await.unwrap();
    assert_eq!((step, ports.submissions().len()), (Step::Worked, 2));
}

async fn a_worker_in_hand_writes_its_checkpoint_when_it_has_to(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("dispatch")).await;
    let other = house.node(ports.outside()).await;
    let (mine, theirs) = (
        house.runner(house.work(), "bureau"),
        house.runner(&other, "bureau"),
    );
    let head = house.office.ledger.head().await.unwrap();
    let written = async |now| mine.lease(now).await.unwrap().unwrap().checkpoint.position;
    let mut hand = Hand::default();
    let step = mine.step_in(&mut hand, at(3, 0)).await.unwrap();
    assert_eq!((step, hand.is_full), (Step::Worked, false));
    // Nothing follows from what it passed: that it did is in its hand only.
    assert_eq!(written(at(3, 0)).await, 0);
    let idle = mine.step_in(&mut hand, at(3, 0)).await.unwrap();
    assert!(matches!(idle, Step::Idle { checkpoint, .. } if checkpoint == head));
    assert_eq!(theirs.step(at(3, 0)).await.unwrap(), Step::Elsewhere);
    // Written when the lease is made longer,
    let later = at(3, 0) + SignedDuration::from_secs(9);
    mine.step_in(&mut hand, later).await.unwrap();
    assert_eq!(written(later).await, head.position);
    // with what follows,
    let dispatch = r#"
        [[step]]
        at = "+3h"
        by = "reviewer"
        do = { command = "dispatch" }
    "#;
    house.say(dispatch).await;
    mine.step_in(&mut hand, later).await.unwrap();
    assert!(written(later).await > head.position);
    assert_eq!(ports.submissions().len(), 1);
    // and when it is put down: then it is anybody's.
    mine.step_in(&mut hand, later).await.unwrap();
    mine.put_down(&mut hand).await.unwrap();
    assert!(matches!(
        theirs.step(later).await.unwrap(),
        Step::Idle { .. }
    ));
    // Who was overtaken goes on by taking it again, once it is free.
    let taken = mine.step_in(&mut hand, later).await.unwrap();
    assert_eq!(taken, Step::Elsewhere);
    let free = later + SignedDuration::from_secs(61);
    let again = mine.step_in(&mut hand, free).await.unwrap();
    assert!(matches!(again, Step::Idle { .. }));
}

async fn a_holder_that_was_overtaken_moves_nothing(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    let other = house.node(ports.outside()).await;
    let (mine, theirs) = (
        house.runner(house.work(), "bureau"),
        house.runner(&other, "bureau"),
    );
    let mut stale = mine.lease(at(3, 0)).await.unwrap().unwrap();
    assert!(mine.plan(&mut stale).await.unwrap());
    // It pauses for longer than its lease; the other one takes over and does what was planned.
    assert_eq!(theirs.step(at(3, 2)).await.unwrap(), Step::Worked);
    let checkpoint = theirs.lease(at(3, 2)).await.unwrap().unwrap().checkpoint;
    let store = &house.work().store;
    let back = Head {
        position: 1,
        ..checkpoint
    };
    assert!(matches!(
        store.plan(&stale, back, &[effect(1)]).await,
        Err(WorkError::Overtaken(_))
    ));
    let done = [("bureau:x:0".to_owned(), Settled::Sent)];
    let done = store.settle(&stale, &done, at(3, 2)).await;
    assert!(matches!(done, Err(WorkError::Overtaken(_))));
    store.release(&stale).await.unwrap();
    assert_eq!(
        theirs.lease(at(3, 2)).await.unwrap().unwrap().checkpoint,
        checkpoint
    );
    assert_eq!(mine.step(at(3, 2)).await.unwrap(), Step::Elsewhere);
    assert_eq!(house.decisions("record_receipt").await.len(), 1);
    assert_eq!(store.due("bureau", at(99, 0), 10).await.unwrap().jobs, []);
}

fn effect(n: u32) -> Planned {
    Planned {
        decision: Uuid::nil(),
        position: 1,
        n,
        kind: "notice".to_owned(),
        order: String::new(),
        refs: "{}".to_owned(),
        due: at(0, 0),
    }
}

async fn who_knows_that_no_other_node_lives_takes_up_its_workers_at_once(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    let (dead, next) = (
        house.node(ports.outside()).await,
        house.node(ports.outside()).await,
    );
    let (dead, theirs) = (house.runner(&dead, "sms"), house.runner(&next, "sms"));
    let mut stale = dead.lease(at(3, 0)).await.unwrap().unwrap();
    assert_eq!(theirs.lease(at(3, 0)).await.unwrap(), None);
    next.store.put_all_down().await.unwrap();
    let taken = theirs.lease(at(3, 0)).await.unwrap();
    assert!(taken.is_some());
    // It lived after all.
    let moved = dead.plan(&mut stale).await;
    assert!(matches!(moved, Err(WorkError::Overtaken(_))), "{moved:?}");
}

async fn trouble_is_tried_again_later_and_later_and_then_laid_aside(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    let runner = house.runner(house.work(), "bureau");
    let store = &house.work().store;
    ports.fail((0..20).map(|_| Fault::Says(Trouble::Answered(503))));
    let mut now = at(3, 0);
    for attempt in 1..20_u32 {
        assert_eq!(
            runner.step(now).await.unwrap(),
            Step::Worked,
            "attempt {attempt}"
        );
        let next = store.due("bureau", now, 1).await.unwrap().next.unwrap();
        let whole = SignedDuration::from_secs(5)
            .checked_mul(1 << (attempt - 1))
            .unwrap()
            .min(SignedDuration::from_hours(1));
        let pause = next.duration_since(now);
        assert!(
            pause <= whole && pause * 2 >= whole,
            "attempt {attempt}: {pause:?}"
        );
        // Not a moment sooner.
        let Step::Idle { .. } = runner
            .step(next - SignedDuration::from_micros(1))
            .await
            .unwrap()
        else {
            panic!("attempt {attempt} came too soon");
        };
        now = next;
    }
    assert_eq!(store.dead_letters("", 10).await.unwrap(), []);
    runner.step(now).await.unwrap();
    let dead = store.dead_letters("", 10).await.unwrap();
    assert_eq!(
        (
            dead.len(),
            dead[0].attempts,
            dead[0].why.as_str(),
            dead[0].kind.as_str()
        ),
        (1, 20, "answered 503", "submit")
    );
    assert_eq!(store.dead_letters(&dead[0].id, 10).await.unwrap(), []);
    assert_eq!(house.stage().await, "AwaitingBureauSubmission");

    // The bureau is back; somebody retries by hand.
    assert!(store.retry(&dead[0].id, now).await.unwrap());
    assert!(!store.retry(&dead[0].id, now).await.unwrap());
    runner.step(now).await.unwrap();
    assert_eq!(house.stage().await, "SmsVerification");
    assert_eq!(
        ports
            .submissions()
            .into_iter()
            .collect::<BTreeSet<_>>()
            .len(),
        1
    );
    // What cannot get better by waiting is laid aside at once.
    ports.fail((0..9).map(|_| Fault::Says(Trouble::Answered(400))));
    house.runner(house.work(), "sms").step(now).await.unwrap();
    assert_eq!(store.dead_letters("", 10).await.unwrap().len(), 2);
}

async fn a_new_epoch_repeats_nothing(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, None).await;
    house.settle(at(4, 5)).await;
    let attempts = ports.attempts();
    // As a restore would leave it: the checkpoint speaks of an epoch that is over.
    let runner = house.runner(house.work(), "notifications");
    let lease = runner.lease(at(4, 6)).await.unwrap().unwrap();
    let gone = Head {
        epoch: lease.checkpoint.epoch + 1,
        position: lease.checkpoint.position + 7,
    };
    house.work().store.plan(&lease, gone, &[]).await.unwrap();
    house.settle(at(4, 7)).await;
    let lease = runner.lease(at(4, 8)).await.unwrap().unwrap();
    assert_eq!(lease.checkpoint, house.office.ledger.head().await.unwrap());
    assert_eq!(ports.attempts(), attempts);
}

/// As a restore leaves it: another decision stands at the position for which the effect was planned.
async fn what_follows_from_a_decision_that_a_restore_lost_is_put_aside(on: On) {
    let (house, ports) = house(on).await;
    house.play(STORY, None).await;
    house.settle(at(4, 5)).await;
    let (told, store) = (ports.attempts(), &house.work().store);
    let passed = &house.decisions("pass").await[0];
    let runner = house.runner(house.work(), "notifications");
    let lease = runner.lease(at(4, 6)).await.unwrap().unwrap();
    let lost = Planned {
        decision: Uuid::from_u128(7),
        position: passed.position,
        n: 0,
        kind: "notice review_passed".to_owned(),
        order: order_id("o1").to_string(),
        refs: r#"{"effect": "notice", "notice": "review_passed", "to": {"who": "account"}, "by": "sms"}"#.to_owned(),
        due: at(4, 6),
    };
    store.plan(&lease, lease.checkpoint, &[lost]).await.unwrap();
    house.settle(at(4, 7)).await;
    assert_eq!(ports.attempts(), told);
    let due = store.due("notifications", at(99, 0), 10).await.unwrap();
    assert_eq!(due.jobs, []);
    assert_eq!(store.dead_letters("", 10).await.unwrap(), []);
}

/// What the desk refused is on record under the effect's key; an operator's retry is another question.
async fn a_refusal_is_asked_anew_in_another_life(on: On) {
    let (house, _) = house(on).await;
    house.play(STORY, None).await;
    house.settle(at(4, 5)).await;
    let (clock, store) = (house.runner(house.work(), "deadlines"), &house.work().store);
    // A clock that runs ahead strikes too early, and the desk says so.
    let [job] = store
        .due("deadlines", at(28, 0), 10)
        .await
        .unwrap()
        .jobs
        .try_into()
        .unwrap();
    let lease = clock.lease(at(4, 6)).await.unwrap().unwrap();
    let early = Settled::Later {
        at: at(5, 0),
        why: String::new(),
    };
    let early = [(job.id.clone(), early)];
    store.settle(&lease, &early, at(4, 6)).await.unwrap();
    clock.step(at(5, 0)).await.unwrap();
    let dead = store.dead_letters("", 10).await.unwrap();
    assert!(dead[0].why.starts_with("refused"), "{dead:?}");
    assert!(store.retry(&job.id, at(28, 0)).await.unwrap());
    clock.step(at(28, 0)).await.unwrap();
    assert_eq!(house.stage().await, "SmsReturned");
    assert_eq!(store.dead_letters("", 10).await.unwrap(), []);
}

/// The port takes the submission and never answers: the node is stopped in the middle of it.
async fn a_port_that_hangs_is_asked_again_by_the_next_node(on: On) {
    let (house, _) = house(on).await;
    house.play(STORY, Some("record_receipt")).await;
    let hanging = Ledgered::default();
    hanging.fail([Fault::Hangs]);
    let node = house.node(hanging.outside()).await;
    let runner = house.runner(&node, "bureau");
    {
        let step = runner.step(at(3, 0));
        tokio::pin!(step);
        // Until it has the submission.
        while hanging.submissions().is_empty() {
            tokio::select! { biased; _ = &mut step => panic!("it answered"), () = tokio::task::yield_now() => {} }
        }
    }
    house.settle(at(3, 2)).await;
    assert_eq!(house.stage().await, "SmsVerification");
    assert_eq!(house.decisions("record_receipt").await.len(), 1);
}
