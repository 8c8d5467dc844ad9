//! Whatever cannot be read is refused with the place of the mistake, and changes nothing.

use crate::service::{Service, send};
use domain::context::Role;
use reqwest::Method;
use serde_json::Value;

on_both_stores!(
    a_malformed_field_is_pointed_at_in_both_languages,
    a_malformed_frame_is_a_problem_document_too,
    a_personal_value_is_never_repeated,
);

const OPEN: &str = r#"{"command":"open","region":"福建","nature":"enterprise","principal_name":"示例科技有限公司","document":{"kind":"business_licence","number":"91350100M000100Y43"},"product":{"service":"site-1","kind":"website","name":{"domain":"example.com"},"resource":{"kind":"cloud_server","id":"ecs-1"}}}"#;

/// What is replaced in a good request, by what, and the pointer that the answer names.
const ROWS: [(&str, &str, &str); 14] = [
    ("\"福建\"", "\"火星\"", "/region"),
    ("\"福建\"", "7", "/region"),
    ("\"enterprise\"", "null", "/nature"),
    ("91350100M000100Y43", "9135", "/document"),
    ("\"number\":", "\"nummer\":", "/document/nummer"),
    ("example.com", "-example", "/product/name/domain"),
    ("site-1", "Site 1", "/product/service"),
    ("ecs-1", "-x", "/product/resource/id"),
    ("cloud_server", "cloud", "/product/resource"),
    ("\"kind\":\"website\"", "\"kind\":\"page\"", "/product/kind"),
    ("\"region\":\"福建\",", "", "/region"),
    ("\"region\":", "\"colour\":1,\"region\":", "/colour"),
    (
        "\"示例科技有限公司\"",
        "{\"$personal\":\"x\"}",
        "/principal_name/$personal",
    ),
    ("示例科技有限公司", "示例\\u0000", "/principal_name"),
];

async fn a_malformed_field_is_pointed_at_in_both_languages(service: Service) {
    let (path, before) = (
        format!("/v1/accounts/{}/orders", service.account),
        service.position().await,
    );
    for (good, bad, pointer) in ROWS {
        let body: Value = serde_json::from_str(&OPEN.replacen(good, bad, 1)).unwrap();
        let answer = service.post(&path, Role::Applicant, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["type"]),
            (422, &Value::from("urn:beian:problem:malformed")),
            "{bad}: {}",
            answer.body
        );
        let mistake = &answer.body["mistakes"][0];
        assert_eq!(mistake["pointer"], pointer, "{bad}: {}", answer.body);
        assert!(
            mistake["en"].as_str().is_some_and(|en| !en.is_empty())
                && mistake["zh"].as_str().is_some_and(|zh| !zh.is_ascii()),
            "{}",
            answer.body
        );
    }
    assert_eq!(service.position().await, before);
}

async fn a_malformed_frame_is_a_problem_document_too(service: Service) {
    let (path, before) = (
        format!("/v1/accounts/{}/orders", service.account),
        service.position().await,
    );
    let post = || service.request(Method::POST, &path, Role::Applicant);
    let json = |body: String| post().header("content-type", "application/json").body(body);
    let padded = format!("{OPEN}{}", " ".repeat(300 * 1024));
    for (request, status, kind) in [
        (json("{\"command\":".to_owned()), 400, "not-json"),
        (json(String::new()), 400, "not-json"),
        (json(padded), 413, "too-large"),
        (json("[".repeat(200)), 400, "not-json"),
        (
            json(r#"{"command":"withdraw"}"#.to_owned()),
            400,
            "bad-request",
        ),
        (json(r#"{"command":"vanish"}"#.to_owned()), 422, "malformed"),
        (post().body(OPEN), 415, "not-json-type"),
        (
            json(OPEN.to_owned()).header("idempotency-key", "two words"),
            400,
            "bad-request",
        ),
        (
            service
                .request(
                    Method::POST,
                    &format!("{path}?dry_run=perhaps"),
                    Role::Applicant,
                )
                .json(&Value::Null),
            400,
            "bad-request",
        ),
        (
            service.request(Method::PUT, &path, Role::Applicant),
            405,
            "method-not-allowed",
        ),
        (
            service.request(Method::GET, "/v1/nothing", Role::Applicant),
            404,
            "not-found",
        ),
        (
            service.client.post(format!("{}{path}", service.address)),
            401,
            "unauthorised",
        ),
        (
            service
                .client
                .post(format!("{}{path}", service.address))
                .bearer_auth(format!("beian_{}", "0".repeat(64))),
            401,
            "unauthorised",
        ),
    ] {
        let answer = send(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body["type"].as_str()),
            (status, Some(format!("urn:beian:problem:{kind}").as_str())),
            "{}",
            answer.body
        );
        assert!(!answer.body["detail_zh"].as_str().unwrap().is_empty());
    }
    assert_eq!(service.position().await, before);
}

async fn a_personal_value_is_never_repeated(service: Service) {
    let order = service.open().await;
    let body = serde_json::json!({"command": "request_contact_code", "mobile": 13_800_138_000_u64});
    let answer = service
        .post(
            &format!("/v1/orders/{order}/commands"),
            Role::Applicant,
            &body,
        )
        .await;
    assert!(
        !answer.body.to_string().contains("13800138000"),
        "{}",
        answer.body
    );
    insta::assert_json_snapshot!("a_malformed_mobile", answer.body);
}
