//! What people write to one another about an order: read by whoever it is for, and by nobody once it is erased.

use crate::service::{Service, said, through};
use domain::context::Role;
use serde_json::{Value, json};

on_both_stores!(
    what_people_wrote_is_read_by_whoever_it_is_for_and_goes_with_an_erasure,
    a_rejected_order_says_why_beside_its_state,
);

const WRITTEN: [&str; 5] = [
    "canary reason",
    "canary error",
    "canary suggestion",
    "canary answer",
    "canary remark",
];

/// The order, its history, and the account's filings, as somebody is shown them.
async fn all(service: &Service, order: &str, role: Role) -> [Value; 3] {
    let filings = format!("/v1/accounts/{}/filings", service.account);
    let head = service.position().await;
    [
        format!("/v1/orders/{order}"),
        format!("/v1/orders/{order}/history"),
        format!("{filings}?wait_for={head}"),
    ]
    .map(async |path| service.get(&path, role).await.body)
    .into_iter()
    .collect::<futures::future::JoinAll<_>>()
    .await
    .try_into()
    .unwrap()
}

// covers: ORD-15, ORD-30
async fn what_people_wrote_is_read_by_whoever_it_is_for_and_goes_with_an_erasure(service: Service) {
    let order = service.open().await;
    let commands = format!("/v1/orders/{order}/commands");
    let form = through("enter_service");
    service.play(&order, 1..form - 1).await;
    let mut entered = said("enter_service");
    entered["form"]["remark"] = json!("canary remark");
    let answer = service.post(&commands, Role::Applicant, &entered).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    service.play(&order, form..through("claim_review")).await;
    // What stands in clear beside the words takes none.
    for (odd, at) in [
        (
            json!({"pointer": "/principal/canary reason", "error": "-"}),
            "/findings/0/pointer",
        ),
        (
            json!({"pointer": "/principal/13800138000", "error": "-"}),
            "/findings/0/pointer",
        ),
        (
            json!({"pointer": "/principal/name", "error": "-", "rule": "canary reason"}),
            "/findings/0/rule",
        ),
    ] {
        let head = service.position().await;
        let say = json!({"command": "reject", "reason": "-", "findings": [odd]});
        let refused = service.post(&commands, Role::Reviewer, &say).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(refused.body["mistakes"][0]["pointer"], at);
        assert!(!refused.body.to_string().contains("canary"));
        assert_eq!(service.position().await, head, "nothing is on record");
    }
    let finding = json!({"pointer": "/principal/remark", "error": "canary error", "suggestion": "canary suggestion", "rule": "PRN-5"});
    for (role, say) in [
        (
            Role::Reviewer,
            json!({"command": "request_info", "reason": "canary reason", "findings": [finding]}),
        ),
        (
            Role::Applicant,
            json!({"command": "answer_finding", "pointer": "/principal/remark", "answer": "canary answer"}),
        ),
    ] {
        let answer = service.post(&commands, role, &say).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    for role in [
        Role::Applicant,
        Role::Reviewer,
        Role::Support,
        Role::Auditor,
    ] {
        let [shown, history, filings] = all(&service, &order, role).await;
        for words in WRITTEN {
            assert!(
                shown.to_string().contains(words),
                "{role:?} {words}: {shown}"
            );
            assert!(
                history.to_string().contains(words),
                "{role:?} {words}: {history}"
            );
        }
        let stage = &shown["state"]["stage"];
        assert_eq!(stage["reason"], "canary reason");
        assert_eq!(stage["findings"][0]["answer"], "canary answer");
        if role == Role::Applicant {
            let asked = &filings["filings"][0]["asked"];
            assert_eq!(asked["reason"], "canary reason", "{filings}");
            assert_eq!(asked["findings"], stage["findings"]);
        }
    }
    // Others do their work without it.
    for role in [Role::Bureau, Role::Operator] {
        for shown in all(&service, &order, role).await {
            assert!(!shown.to_string().contains("canary"), "{role:?} {shown}");
        }
    }

    let ledger = &service.office.ledger;
    assert!(ledger.destroy_key(&format!("order/{order}")).await.unwrap());
    for role in [Role::Applicant, Role::Auditor] {
        let answers = all(&service, &order, role).await;
        for shown in &answers {
            assert!(!shown.to_string().contains("canary"), "{role:?} {shown}");
        }
        let [shown, history, _] = &answers;
        assert_eq!(shown["stage"]["name"], "NeedsInfo");
        let found = &shown["state"]["stage"]["findings"][0]["finding"];
        assert_eq!(
            *found,
            json!({"pointer": "/principal/remark", "error": "$erased", "suggestion": "$erased", "rule": "PRN-5"})
        );
        assert!(history.to_string().contains("PRN-5"));
    }
    let [_, _, filings] = all(&service, &order, Role::Applicant).await;
    let asked = &filings["filings"][0]["asked"];
    assert_eq!(asked["reason"], "$erased");
    assert_eq!(asked["findings"][0]["finding"]["rule"], "PRN-5");
}

// covers: ORD-12
async fn a_rejected_order_says_why_beside_its_state(service: Service) {
    let order = service.open().await;
    service.play(&order, 1..through("claim_review")).await;
    let asked = async || {
        let [shown, _, filings] = all(&service, &order, Role::Applicant).await;
        let filing = &filings["filings"][0];
        assert_eq!(filing["stage"]["name"], shown["stage"]["name"]);
        (filing["stage"]["name"].clone(), filing["asked"].clone())
    };
    assert_eq!(asked().await, (json!("InReview"), Value::Null));
    let finding = json!({"pointer": "/principal/lead/mobile", "error": "nobody answers"});
    let reject = json!({"command": "reject", "reason": "canary reason", "findings": [finding]});
    let rejected = service.say(&order, Role::Reviewer, &reject).await;
    assert_eq!(rejected.status, 200, "{}", rejected.body);
    let (stage, why) = asked().await;
    assert_eq!(
        (&stage, &why["reason"]),
        (&json!("Rejected"), &json!("canary reason"))
    );
    assert_eq!(why["findings"][0]["finding"], finding);
    let submitted = service.say(&order, Role::Applicant, &said("submit")).await;
    assert_eq!(submitted.status, 200, "{}", submitted.body);
    assert_eq!(asked().await, (json!("InReview"), Value::Null));
}
