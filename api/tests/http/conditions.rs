//! Idempotency keys, preconditions, dry runs.

use crate::service::{Service, opening, said, send, story};
use domain::context::Role;
use reqwest::Method;
use serde_json::{Value, json};

on_both_stores!(
    the_same_key_and_body_get_the_same_answer_and_another_body_is_refused,
    a_stale_version_changes_nothing,
    a_dry_run_answers_and_changes_nothing,
    a_dry_run_tries_no_code,
);

async fn the_same_key_and_body_get_the_same_answer_and_another_body_is_refused(service: Service) {
    let path = format!("/v1/accounts/{}/orders", service.account);
    let say = opening();
    let keyed = |body: &Value| {
        send(
            service
                .request(Method::POST, &path, Role::Applicant)
                .header("idempotency-key", "k-1")
                .json(body),
        )
    };
    let first = keyed(&say).await;
    let head = service.position().await;
    let again = keyed(&say).await;
    assert_eq!((first.status.as_u16(), first.replayed), (201, false));
    assert_eq!((again.status.as_u16(), again.replayed), (201, true));
    assert_eq!(first.body, again.body);
    let mut other = say.clone();
    other["principal_name"] = json!("另一家有限公司");
    let refused = keyed(&other).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["type"]),
        (422, &json!("urn:beian:problem:key-reused"))
    );
    assert_eq!(service.position().await, head);
}

async fn a_stale_version_changes_nothing(service: Service) {
    let order = service.open().await;
    let (path, step) = (
        format!("/v1/orders/{order}/commands"),
        said("verify_product"),
    );
    let if_match = |version: &'static str| {
        send(
            service
                .request(Method::POST, &path, Role::Applicant)
                .header("if-match", version)
                .json(&step),
        )
    };
    let head = service.position().await;
    let stale = if_match("\"1\"").await;
    assert_eq!(
        (stale.status.as_u16(), &stale.body["type"]),
        (412, &json!("urn:beian:problem:outdated"))
    );
    assert_eq!(if_match("yesterday").await.status, 400);
    assert_eq!(service.position().await, head);
    let shown = service
        .get(&format!("/v1/orders/{order}"), Role::Applicant)
        .await;
    assert_eq!(shown.etag.as_deref(), Some("\"2\""));
    let taken = if_match("\"2\"").await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_ne!(taken.etag.as_deref(), Some("\"2\""));
    assert_eq!(if_match("*").await.status, 200);
}

async fn a_dry_run_answers_and_changes_nothing(service: Service) {
    let order = service.open().await;
    let path = format!("/v1/orders/{order}/commands?dry_run=true");
    let (head, before) = (
        service.position().await,
        service
            .get(&format!("/v1/orders/{order}"), Role::Applicant)
            .await
            .body,
    );
    let would = service
        .post(&path, Role::Applicant, &json!({"command": "abandon"}))
        .await;
    assert_eq!(
        (would.status.as_u16(), &would.body["stage"]["name"]),
        (200, &json!("Abandoned"))
    );
    let would_not = service
        .post(&path, Role::Applicant, &json!({"command": "withdraw"}))
        .await;
    assert_eq!(
        (would_not.status.as_u16(), &would_not.body["position"]),
        (409, &Value::Null)
    );
    assert_eq!(service.position().await, head);
    assert_eq!(
        service
            .get(&format!("/v1/orders/{order}"), Role::Applicant)
            .await
            .body,
        before
    );
}

/// Else whoever asks could try as many codes as they like.
async fn a_dry_run_tries_no_code(service: Service) {
    let order = service.open().await;
    service.play(&order, 1..story().len()).await;
    let path = format!("/v1/orders/{order}/commands?dry_run=true");
    let target = service.account;
    for (by, tries) in [
        (
            Role::Applicant,
            json!({"command": "check_contact_code", "mobile": "13800138000", "code": "123456"}),
        ),
        (
            Role::Applicant,
            json!({"command": "check_lead_code", "to": "mobile", "code": "123456"}),
        ),
        (
            Role::Applicant,
            json!({"command": "request_authorisation", "to": target, "code": "123456"}),
        ),
        (
            Role::Operator,
            json!({"command": "enter_sms_code", "entry": {"code": "123456", "mobile": "13800138000", "last6": "31002X"}}),
        ),
    ] {
        let tried = service.post(&path, by, &tries).await;
        assert_eq!(tried.status, 400, "{tries}: {}", tried.body);
        let told = tried.body["detail"].as_str().unwrap();
        assert!(told.contains("each try of a code counts"), "{told}");
    }
}
