//! The phone numbers of an order, for the reviewer who calls.

use crate::service::{Service, send, through};
use domain::context::Role;
use reqwest::Method;
use serde_json::{Value, json};

on_both_stores!(whoever_holds_the_claim_is_shown_the_numbers_and_it_is_on_record);

/// The filing's own.
const MOBILE: &str = "13800138000";

async fn history(service: &Service, order: &str) -> Value {
    let path = format!("/v1/orders/{order}/history");
    service.get(&path, Role::Applicant).await.body
}

// covers: NTF-3
async fn whoever_holds_the_claim_is_shown_the_numbers_and_it_is_on_record(service: Service) {
    let order = service.open().await;
    service.play(&order, 1..through("submit")).await;
    let path = format!("/v1/orders/{order}/contacts");
    let ask = |by| {
        let request = service.request(Method::POST, &path, by);
        async { request.send().await.unwrap() }
    };
    let unclaimed = ask(Role::Reviewer).await;
    assert_eq!(unclaimed.status(), 422);
    assert!(unclaimed.text().await.unwrap().contains("NTF-3"));
    let claim = json!({"command": "claim_review"});
    let claimed = service.say(&order, Role::Reviewer, &claim).await;
    assert_eq!(claimed.status, 200, "{}", claimed.body);

    let shown = ask(Role::Reviewer).await;
    assert_eq!(shown.status(), 200);
    assert_eq!(shown.headers()["cache-control"], "no-store");
    let shown: Value = shown.json().await.unwrap();
    let contacts = shown["contacts"].as_array().unwrap();
    assert_eq!(contacts[0]["who"], "principal_lead", "{shown}");
    for contact in contacts {
        for field in ["name", "mobile", "emergency_phone"] {
            let value = contact[field].as_str().unwrap();
            assert!(!value.is_empty() && !value.contains('*'), "{shown}");
        }
    }

    // The applicant reads that it was shown, and to whom, but nobody reads the numbers there.
    let told = history(&service, &order).await.to_string();
    assert!(told.contains("ContactsShown") && told.contains("reviewer:"));
    for contact in contacts {
        let mobile = contact["mobile"].as_str().unwrap();
        assert!(!told.contains(mobile), "{mobile} stands in the history");
    }
    let filed = service
        .get(&format!("/v1/orders/{order}"), Role::Reviewer)
        .await;
    assert!(!filed.body.to_string().contains(MOBILE));

    for by in [Role::Applicant, Role::Support, Role::Auditor] {
        assert_eq!(ask(by).await.status(), 403, "{by:?}");
    }
    // As a command it would be on record without being shown.
    let head = service.position().await;
    let said = service.request(
        Method::POST,
        &format!("/v1/orders/{order}/commands"),
        Role::Reviewer,
    );
    let said = send(said.json(&json!({"command": "show_contacts"}))).await;
    assert_eq!(said.status, 400, "{}", said.body);
    assert!(said.body.to_string().contains("/contacts"));
    assert_eq!(service.position().await, head);
}
