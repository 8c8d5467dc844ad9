//! Who gets in: the whole table of addresses, asked by somebody without a token in force.

use crate::service::{Service, send};
use domain::context::Role;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both_stores!(
    every_address_asks_for_a_token_in_force,
    everything_that_is_served_is_in_one_of_the_two_tables,
);

/// What leads do without an account, and the law with what it asks for, which is everybody's.
const PUBLIC: [&str; 12] = [
    "GET /v1/captchas",
    "GET /v1/imports/template/{format}",
    "GET /v1/inspection-notices",
    "GET /v1/materials/kinds",
    "GET /v1/materials/kinds/{kind}/{copy}",
    "GET /v1/rules",
    "GET /v1/rules/{id}",
    "GET /v1/sms-verifications",
    "POST /v1/face-checks/confirm",
    "POST /v1/face-checks/scan",
    "POST /v1/sms-verifications",
    "POST /v1/sms-verifications/resend",
];

/// What is no part of the described interface: how the service is, and the description itself. None of it knows of a filing.
const BESIDE: [&str; 6] = [
    "/docs",
    "/docs/scalar.js",
    "/livez",
    "/metrics",
    "/openapi.json",
    "/readyz",
];

/// Every operation that is described: `POST /v1/tokens`.
async fn operations(service: &Service) -> Vec<(Method, String)> {
    let described = service
        .public(Method::GET, "/openapi.json", &Value::Null)
        .await;
    let paths = described.body["paths"].as_object().unwrap();
    let mut operations = Vec::new();
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            operations.push((method, path.clone()));
        }
    }
    operations
}

/// An address of this kind that leads somewhere.
fn filled(path: &str, service: &Service, order: &str) -> String {
    path.replace("{account}", &service.account.to_string())
        .replace("{order}", order)
        .replace("{material}", "019363b0-8c00-7000-8000-000000000001")
        .replace("{lead}", "019363b0-8c00-7000-8000-000000000002")
        .replace("{digest}", "00")
        .replace("{format}", "csv")
        .replace("{kind}", "holder_proof")
        .replace("{copy}", "sample")
        .replace("{id}", "ACC-2")
}

// covers: ACC-2
async fn every_address_asks_for_a_token_in_force(service: Service) {
    let order = service.open().await;
    let grant = json!({"role": "operator", "holder": "gone-1", "channel": "pc"});
    let issued = service.post("/v1/tokens", Role::Operator, &grant).await;
    let revoked = issued.body["token"].as_str().unwrap();
    let path = format!("/v1/tokens/{}", issued.body["digest"].as_str().unwrap());
    let gone = send(service.request(Method::DELETE, &path, Role::Operator)).await;
    assert_eq!(gone.status, 204);
    let unknown = format!("beian_{}", "0".repeat(64));
    let headers = [
        None,
        Some("Bearer".to_owned()),
        Some(format!("Bearer {unknown}")),
        Some(format!("Bearer {revoked}")),
        Some(format!("Basic {revoked}")),
    ];
    let head = service.position().await;
    let mut open = BTreeSet::new();
    let operations = operations(&service).await;
    assert!(operations.len() > 20);
    for (method, path) in operations {
        let address = format!("{}{}", service.address, filled(&path, &service, &order));
        let mut answers = BTreeSet::new();
        for header in &headers {
            let mut request = service.client.request(method.clone(), &address);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            answers.insert(send(request).await.status.as_u16());
        }
        if answers != BTreeSet::from([401]) {
            assert!(!answers.contains(&401), "{method} {path}: {answers:?}");
            open.insert(format!("{method} {path}"));
        }
    }
    assert_eq!(open, PUBLIC.map(str::to_owned).into());
    assert_eq!(service.position().await, head);
}

/// An address that is served and not described would escape the table above.
async fn everything_that_is_served_is_in_one_of_the_two_tables(service: Service) {
    let sources = [
        include_str!("../../src/router.rs"),
        include_str!("../../src/docs.rs"),
    ];
    let beside: BTreeSet<_> = sources
        .into_iter()
        .flat_map(|source| source.split(".route(\"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(beside, BESIDE.into());
    for path in BESIDE {
        let answer = service.public(Method::GET, path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            !answer
                .body
                .to_string()
                .contains(&service.account.to_string())
        );
    }
}
