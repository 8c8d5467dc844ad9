//! “My authorisations” over HTTP: what whoever is asked sees of a migration, and what they can say.

use crate::{
    service::Service,
    transfers::{as_owner, code, filed, other},
};
use domain::{
    account::{AccountEvent, AuthorisationEnd},
    context::Role,
    values::AccountId,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both_stores!(
    whoever_is_asked_sees_what_it_is_about_and_answers,
    the_account_that_is_to_be_asked_is_looked_up,
    how_it_ended_is_told_to_whoever_was_asked,
    nobody_answers_for_another,
);

/// A migration of the filed website to a principal that is entered.
async fn migration(service: &Service) -> String {
    filed(service).await;
    let path = format!("/v1/accounts/{}/orders", service.account);
    let body = json!({"command": "open_migration", "services": ["闽ICP备2024000001号-1"], "to": {"found_by": "entered",
        "region": "福建", "nature": "enterprise", "principal_name": "第三示例有限公司",
        "document": {"kind": "business_licence", "number": "91350600M00010145T"}}});
    let opened = service.post(&path, Role::Applicant, &body).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    opened.body["order"].as_str().unwrap().to_owned()
}

async fn ask(service: &Service, order: &str, to: AccountId) -> Value {
    let codes = format!("/v1/accounts/{}/codes", service.account);
    let purpose = json!({"for": "migration", "order": order, "to": to});
    let sent = service.post(&codes, Role::Applicant, &purpose).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let commands = format!("/v1/orders/{order}/commands");
    let body = json!({"command": "request_authorisation", "to": to, "code": code(service).await});
    let asked = service.post(&commands, Role::Applicant, &body).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    asked.body
}

async fn say(service: &Service, token: &str, path: &str, command: &str) -> (StatusCode, Value) {
    let request = reqwest::Client::new()
        .request(Method::POST, service.url(path))
        .bearer_auth(token)
        .json(&json!({"command": command}));
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

// covers: NTF-11
async fn whoever_is_asked_sees_what_it_is_about_and_answers(service: Service) {
    let order = migration(&service).await;
    let (to, token) = other(&service).await;
    let page = format!("/v1/accounts/{to}/authorisations");
    assert_eq!(
        as_owner(&service, &token, &page).await["authorisations"],
        json!([])
    );

    let asked = ask(&service, &order, to).await;
    assert_eq!(asked["stage"]["zh"], "申请授权中");
    let shown = as_owner(&service, &token, &page).await;
    let one = &shown["authorisations"][0];
    assert_eq!(one["order"], order, "{shown}");
    assert_eq!(one["from"], json!(service.account));
    assert_eq!(one["leaves"], "闽ICP备2024000001号");
    assert_eq!(one["sites"][0]["number"], "闽ICP备2024000001号-1");
    assert_eq!(one["may"], json!(["agree", "refuse"]));
    // Nothing else of the order, and nobody's name in full.
    assert!(!shown.to_string().contains("第三示例有限公司"), "{shown}");
    assert!(!shown.to_string().contains("13800138000"), "{shown}");
    let theirs = as_owner(&service, &token, &format!("/v1/orders/{order}")).await;
    assert_eq!(theirs["status"], 404);

    // The account that asks waits, and is told for whom.
    let allowed = service
        .get(
            &format!("/v1/orders/{order}/allowed-commands"),
            Role::Applicant,
        )
        .await
        .body;
    assert_eq!(
        allowed["allowed"],
        json!(["recall", "abandon"]),
        "{allowed}"
    );
    let filings = format!(
        "/v1/accounts/{}/filings?wait_for={}",
        service.account, asked["position"]
    );
    let filings = service.get(&filings, Role::Applicant).await.body;
    assert_eq!(
        filings["filings"][0]["asked"]["authorisation_of"],
        json!(to)
    );

    let path = format!("{page}/{order}");
    let (status, said) = say(&service, &token, &path, "withdraw").await;
    assert_eq!(status, 400, "{said}");
    let (status, said) = say(&service, &token, &path, "agree").await;
    assert_eq!(status, 200, "{said}");
    assert_eq!(said["stage"]["name"], "Draft");
    let shown = as_owner(&service, &token, &page).await;
    assert!(shown["authorisations"][0]["given"].is_string(), "{shown}");
    assert_eq!(shown["authorisations"][0]["may"], json!([]));
    // While it is under way, its place is taken.
    let filings = format!("/v1/accounts/{to}/filings?wait_for={}", said["position"]);
    assert_eq!(
        as_owner(&service, &token, &filings).await["in_flight"],
        order
    );
}

// covers: MIG-12
async fn the_account_that_is_to_be_asked_is_looked_up(service: Service) {
    let order = migration(&service).await;
    let (to, _) = other(&service).await;
    let path = format!("/v1/orders/{order}/targets");
    let found = service.get(&format!("{path}/{to}"), Role::Applicant).await;
    assert_eq!(found.status, 200, "{}", found.body);
    assert_eq!(found.body["mobile"], "186****6001");
    for unknown in ["01936372-e280-7000-8000-000000000099", "somebody"] {
        let found = service
            .get(&format!("{path}/{unknown}"), Role::Applicant)
            .await;
        assert_eq!(found.status, 422, "{}", found.body);
        assert_eq!(found.body["rules"][0]["rule"], "MIG-12");
    }
}

async fn nobody_answers_for_another(service: Service) {
    let order = migration(&service).await;
    let (to, _) = other(&service).await;
    let (stranger, token) = other(&service).await;
    ask(&service, &order, to).await;
    for account in [to, stranger] {
        let path = format!("/v1/accounts/{account}/authorisations/{order}");
        let (status, said) = say(&service, &token, &path, "agree").await;
        assert_eq!(status, 404, "{said}");
    }
    // Staff reads what is asked, and answers nothing.
    let page = format!("/v1/accounts/{to}/authorisations");
    let read = service.get(&page, Role::Support).await;
    assert_eq!(read.body["authorisations"][0]["order"], order);
    let body = json!({"command": "agree"});
    let said = service
        .post(&format!("{page}/{order}"), Role::Support, &body)
        .await;
    assert_eq!(said.status, 403);
    // Whoever asks does not agree in the other's name.
    let own = service
        .post(
            &format!("/v1/orders/{order}/commands"),
            Role::Applicant,
            &body,
        )
        .await;
    assert_eq!(own.status, 403, "{}", own.body);
}

async fn how_it_ended_is_told_to_whoever_was_asked(service: Service) {
    let order = migration(&service).await;
    let (to, token) = other(&service).await;
    let commands = format!("/v1/orders/{order}/commands");
    let page = format!("/v1/accounts/{to}/authorisations/{order}");
    let mut ends = Vec::new();
    for answer in ["recall", "refuse", "abandon"] {
        ask(&service, &order, to).await;
        if answer == "refuse" {
            let (status, said) = say(&service, &token, &page, answer).await;
            assert_eq!(status, 200, "{said}");
        } else {
            let body = json!({"command": answer});
            let said = service.post(&commands, Role::Applicant, &body).await;
            assert_eq!(said.status, 200, "{}", said.body);
        }
        let ledger = &service.office.ledger;
        let decided = ledger.history("account", &to.to_string(), 0, 100).await;
        let last = decided.unwrap().pop().unwrap();
        let ended = last
            .events
            .iter()
            .find(|it| it.event_type == "AuthorisationEnded");
        match ended.unwrap().decode::<AccountEvent>().unwrap() {
            AccountEvent::AuthorisationEnded { end, .. } => ends.push(end),
            other => panic!("{other:?}"),
        }
    }
    let (recalled, refused) = (AuthorisationEnd::Recalled, AuthorisationEnd::Refused);
    assert_eq!(ends, [recalled, refused, recalled]);
    // It hears of what is decided between both, and of nothing else of the order.
    let heard = service
        .office
        .ledger
        .history("account", &to.to_string(), 0, 100)
        .await;
    let heard: Vec<_> = heard
        .unwrap()
        .into_iter()
        .map(|it| it.command_type)
        .collect();
    assert_eq!(
        heard,
        [
            "open_account",
            "issue_token",
            "request_authorisation",
            "recall",
            "request_authorisation",
            "refuse",
            "request_authorisation",
            "abandon"
        ]
    );
}
