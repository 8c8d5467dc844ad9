//! A first filing from opening to number, and what can be read of it afterwards.

use crate::service::{Service, story};
use domain::context::Role;
use serde_json::Value;

on_both_stores!(
    a_first_filing_goes_from_opening_to_its_number,
    a_refusal_says_every_broken_rule_and_stands_in_the_history,
    what_is_not_possible_now_is_told_with_what_is,
);

async fn a_first_filing_goes_from_opening_to_its_number(service: Service) {
    let order = service.open().await;
    let steps = story().len();
    service.play(&order, 1..steps).await;

    let shown = service
        .get(&format!("/v1/orders/{order}"), Role::Applicant)
        .await;
    assert_eq!(shown.body["stage"]["name"], "Completed");
    assert_eq!(
        shown.body["state"]["stage"]["principal_number"],
        "闽ICP备2024000001号"
    );
    assert_eq!(shown.etag, Some(format!("\"{}\"", shown.body["version"])));
    let text = shown.body.to_string();
    for personal in [
        "张三",
        "13800138000",
        "11010519491231002X",
        "zhang.san@example.com",
    ] {
        assert!(!text.contains(personal), "{personal} is shown");
    }

    let history = service
        .get(&format!("/v1/orders/{order}/history"), Role::Support)
        .await
        .body;
    let decisions = history["decisions"].as_array().unwrap();
    assert_eq!(decisions.len(), steps);
    assert!(
        decisions
            .iter()
            .all(|decision| decision["accepted"] == true)
    );
    assert!(!history.to_string().contains("13800138000"));

    // As it stood right after it was opened.
    let opened = decisions[0]["position"].as_u64().unwrap();
    let then = service
        .get(&format!("/v1/orders/{order}?as_of={opened}"), Role::Auditor)
        .await;
    assert_eq!(
        (
            &then.body["stage"]["name"],
            &then.body["state"]["principal"]
        ),
        (&Value::from("Draft"), &Value::Null)
    );
    let before = service
        .get(
            &format!("/v1/orders/{order}?as_of={}", opened - 1),
            Role::Auditor,
        )
        .await;
    assert_eq!(before.status, 404);
    let beyond = service
        .get(&format!("/v1/orders/{order}?as_of=999999"), Role::Auditor)
        .await;
    assert_eq!(
        (beyond.status.as_u16(), &beyond.body["type"]),
        (422, &Value::from("urn:beian:problem:beyond-head"))
    );
}

async fn a_refusal_says_every_broken_rule_and_stands_in_the_history(service: Service) {
    let order = service.open().await;
    let say = serde_json::json!({"command": "submit", "ticks": []});
    let refused = service
        .post(
            &format!("/v1/orders/{order}/commands"),
            Role::Applicant,
            &say,
        )
        .await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body["type"], "urn:beian:problem:rules-broken");
    let rules = refused.body["rules"].as_array().unwrap();
    assert!(rules.len() > 1, "{}", refused.body);
    for rule in rules {
        assert!(
            ["rule", "section", "en", "zh", "cure", "cure_zh"]
                .iter()
                .all(|word| !rule[word].as_str().unwrap().is_empty()),
            "{rule}"
        );
    }
    let history = service
        .get(&format!("/v1/orders/{order}/history"), Role::Applicant)
        .await
        .body;
    let last = history["decisions"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (&last["accepted"], &last["position"]),
        (&Value::from(false), &refused.body["position"])
    );
    assert_eq!(last["refused"]["rules"], refused.body["rules"]);
}

async fn what_is_not_possible_now_is_told_with_what_is(service: Service) {
    let order = service.open().await;
    let commands = format!("/v1/orders/{order}/commands");
    let refused = service
        .post(
            &commands,
            Role::Applicant,
            &serde_json::json!({"command": "withdraw"}),
        )
        .await;
    assert_eq!(refused.status, 409);
    let mut shown = refused.body;
    shown["position"].take();
    insta::assert_json_snapshot!("a_closed_move", shown);

    let allowed = service
        .get(
            &format!("/v1/orders/{order}/allowed-commands"),
            Role::Applicant,
        )
        .await
        .body;
    assert!(
        allowed["allowed"]
            .as_array()
            .unwrap()
            .contains(&Value::from("enter_principal"))
    );
    let closed = allowed["not_allowed"].as_array().unwrap();
    let withdraw = closed
        .iter()
        .find(|closed| closed["command"] == "withdraw")
        .unwrap();
    assert_eq!(withdraw["because"]["rule"], "ORD-7");
    assert!(
        closed.iter().all(|closed| closed["because"]["zh"]
            .as_str()
            .is_some_and(|zh| !zh.is_empty())),
        "{closed:?}"
    );
}
