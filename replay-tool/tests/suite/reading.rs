//! On both stores, beside a running office, at every position: the tool says what the ledger says.

use crate::site::{Site, order};
use domain::{order::Order, personal::legible};
use fixtures::play::account_id;
use serde_json::{Value, json};

const STORY: &str = "company-website-from-draft-to-number";

async fn at_every_position_the_state_is_the_fold_of_what_was_before(site: Site) {
    let site = site.play(STORY).await;
    // The office goes on while it is looked at.
    let ledger = site.open().await;
    let (order, mut folded) = (order(), Order::default());
    let history = ledger.history("order", &order, 0, 1000).await.unwrap();
    assert!(history.len() > 15);
    for decision in &history {
        for event in &decision.events {
            if event.stream.aggregate_type == "Order" {
                folded.evolve(event.decode().unwrap());
            }
        }
        let at = decision.position.to_string();
        let shown = site.ask_json(&["state", &order, "--at", &at]);
        assert_eq!(
            shown[0]["state"],
            legible(serde_json::to_value(&folded).unwrap()),
            "at {at}"
        );
        assert_eq!(shown[0]["stage"]["name"], json!(folded.stage.name()));
        assert_eq!(shown[0]["position"], json!(decision.position));
        // By the time it was recorded as well as by its position.
        let time = decision.recorded_at.to_string();
        assert_eq!(
            site.ask_json(&["state", &order, "--at", &time]),
            shown,
            "at {time}"
        );
    }
    let now = site.ask_json(&["state", &order]);
    assert_eq!(now[0]["stage"]["name"], "Completed");
    ledger.close().await;
}

async fn a_history_is_shown_whole(site: Site) {
    let site = site.play(STORY).await;
    let ledger = site.open().await;
    let order = order();
    let history = ledger.history("order", &order, 0, 1000).await.unwrap();
    let shown = site.ask_json(&["show", &order]);
    let of = |field: &str| {
        shown
            .iter()
            .map(|entry| entry[field].clone())
            .collect::<Vec<_>>()
    };
    let positions: Vec<Value> = history
        .iter()
        .map(|decision| json!(decision.position))
        .collect();
    assert_eq!(of("position"), positions);
    let accepted: Vec<Value> = history
        .iter()
        .map(|decision| json!(decision.accepted()))
        .collect();
    assert_eq!(of("accepted"), accepted);
    for (entry, decision) in shown.iter().zip(&history) {
        assert_eq!(
            entry["events"].as_array().unwrap().len(),
            decision.events.len()
        );
    }
    assert_eq!(
        shown.last().unwrap()["refused"]["rules"][0]["rule"],
        "ORD-27"
    );
    let account = account_id("acme").to_string();
    assert_eq!(site.ask_json(&["show", "--account", &account]), shown);
    ledger.close().await;
}

macro_rules! on_both_stores {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(crate::site::Site::sqlite()).await; })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(crate::site::Site::postgres().await).await; })+
        }
    };
}
on_both_stores!(
    at_every_position_the_state_is_the_fold_of_what_was_before,
    a_history_is_shown_whole,
);
