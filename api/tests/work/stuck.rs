//! A node that does not know a decision: what was planned is delivered, and another node takes over.

use crate::house::{On, at, house, on_both};
use api::workers::Step;
use cqrs_es::EventStore;
use domain::{context::Context, refusal::Refusal};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

on_both!(
    a_node_that_cannot_plan_delivers_and_lets_go,
    what_comes_before_an_unknown_decision_is_planned,
);

/// An order as a newer program writes it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Newer;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum NewerEvent {
    SmsSessionOpened { elsewhere: bool },
}

#[expect(
    clippy::unused_self,
    reason = "the shape that `domain::aggregate!` calls"
)]
impl NewerEvent {
    fn name(&self) -> &'static str {
        "SmsSessionOpened"
    }

    fn version(&self) -> &'static str {
        "99.0"
    }
}

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    reason = "the shape that `domain::aggregate!` calls"
)]
impl Newer {
    fn decide(&self, (): &(), _: &Context) -> Result<Vec<NewerEvent>, Refusal> {
        Ok(Vec::new())
    }

    fn evolve(&mut self, _: NewerEvent) {}
}

domain::aggregate!(Newer, "Order", (), NewerEvent);

async fn newer(house: &crate::house::House) {
    let ledger = &house.office.ledger;
    let id = fixtures::play::order_id("of a newer program").to_string();
    let opened = EventStore::<Newer>::load_aggregate(ledger, &id)
        .await
        .unwrap();
    let event = NewerEvent::SmsSessionOpened { elsewhere: true };
    ledger
        .commit(vec![event], opened, HashMap::new())
        .await
        .unwrap();
}

async fn a_node_that_cannot_plan_delivers_and_lets_go(on: On) {
    let (house, ports) = house(on).await;
    house.play("openings/two-leads-in-sms.md", None).await;
    house.settle(at(4, 5)).await;
    newer(&house).await;
    let clock = house.runner(house.work(), "deadlines");
    let head = house.office.ledger.head().await.unwrap();
    let behind = || house.work().lag("deadlines", head);
    assert_eq!(behind(), Some(1));
    assert_eq!(clock.step(at(28, 0)).await.unwrap(), Step::Worked);
    assert_eq!(behind(), Some(1));
    assert_eq!(house.stage().await, "SmsReturned");
    let stuck = clock.step(at(28, 0)).await.unwrap();
    assert!(
        matches!(&stuck, Step::Stuck { why, .. } if why.contains("99.0")),
        "{stuck:?}"
    );
    assert!(house.work().stuck().contains_key("deadlines"));
    assert_eq!(behind(), Some(1));
    // It is free at once, and whoever sees another node at it need not look any more.
    let other = house.node(ports.outside()).await;
    let theirs = house.runner(&other, "deadlines");
    assert!(theirs.lease(at(28, 0)).await.unwrap().is_some());
    assert_eq!(clock.step(at(28, 0)).await.unwrap(), Step::Elsewhere);
    assert!(house.work().stuck().is_empty());
    // How far it is behind, the other one tells.
    assert_eq!(behind(), Some(0));
}

async fn what_comes_before_an_unknown_decision_is_planned(on: On) {
    let (house, _) = house(on).await;
    house.play("openings/two-leads-in-sms.md", None).await;
    newer(&house).await;
    let clock = house.runner(house.work(), "deadlines");
    assert_eq!(clock.step(at(4, 5)).await.unwrap(), Step::Worked);
    let due = house.work().store.due("deadlines", at(28, 0), 10).await;
    assert_eq!(due.unwrap().jobs.len(), 1);
    let stuck = clock.step(at(4, 5)).await.unwrap();
    assert!(matches!(stuck, Step::Stuck { .. }), "{stuck:?}");
}
