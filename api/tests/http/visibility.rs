//! Who sees what, and who may do what.

use crate::service::{Service, send};
use domain::context::Role;
use reqwest::Method;
use serde_json::{Value, json};

on_both_stores!(
    a_code_that_somebody_typed_is_shown_to_nobody,
    a_foreign_order_is_as_unknown_as_none,
    a_move_of_another_role_is_refused_and_on_record,
    only_operators_open_accounts_and_issue_tokens,
    the_law_and_the_interface_are_there_for_everybody,
    what_a_caller_invents_is_no_series_of_the_numbers,
);

async fn a_foreign_order_is_as_unknown_as_none(service: Service) {
    let order = service.open().await;
    let opened = service
        .post(
            "/v1/accounts",
            Role::Operator,
            &json!({"contacts": {"mobile": "13900139001", "email": "other@example.com"}}),
        )
        .await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    let grant = json!({"role": "applicant", "account": opened.body["account"], "channel": "pc"});
    let issued = service.post("/v1/tokens", Role::Operator, &grant).await;
    let other = issued.body["token"].as_str().unwrap().to_owned();
    let get = |path: String| {
        send(
            service
                .client
                .get(format!("{}{path}", service.address))
                .bearer_auth(&other),
        )
    };
    let none = get("/v1/orders/019363b0-8c00-7000-8000-000000000009".to_owned()).await;
    for path in ["", "/history", "/allowed-commands"] {
        let foreign = get(format!("/v1/orders/{order}{path}")).await;
        assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &none.body));
    }
    for of in ["filings", "record"] {
        let foreign = get(format!("/v1/accounts/{}/{of}", service.account)).await;
        assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &none.body));
    }
    let head = service.position().await;
    for path in [
        format!("/v1/orders/{order}/commands"),
        format!("/v1/accounts/{}/orders", service.account),
    ] {
        let request = service
            .client
            .post(format!("{}{path}", service.address))
            .bearer_auth(&other)
            .json(&json!({"command": "abandon"}));
        assert_eq!(send(request).await.status, 404);
    }
    assert_eq!(service.position().await, head);

    // Revoked, the token opens nothing any more.
    let digest = issued.body["digest"].as_str().unwrap();
    let revoked = service
        .request(
            Method::DELETE,
            &format!("/v1/tokens/{digest}"),
            Role::Operator,
        )
        .send()
        .await
        .unwrap();
    assert_eq!(revoked.status(), 204);
    assert_eq!(
        get("/v1/orders/019363b0-8c00-7000-8000-000000000009".to_owned())
            .await
            .status,
        401
    );
}

async fn a_move_of_another_role_is_refused_and_on_record(service: Service) {
    let order = service.open().await;
    for role in [
        Role::Reviewer,
        Role::Support,
        Role::Auditor,
        Role::Bureau,
        Role::Operator,
    ] {
        let refused = service
            .post(
                &format!("/v1/orders/{order}/commands"),
                role,
                &json!({"command": "abandon"}),
            )
            .await;
        assert_eq!(
            (refused.status.as_u16(), &refused.body["rules"][0]["rule"]),
            (403, &json!("ORD-23")),
            "{role:?}: {}",
            refused.body
        );
        assert_eq!(refused.body["position"], service.position().await);
    }
}

async fn only_operators_open_accounts_and_issue_tokens(service: Service) {
    let head = service.position().await;
    for role in [
        Role::Applicant,
        Role::Reviewer,
        Role::Support,
        Role::Auditor,
        Role::Bureau,
    ] {
        let account = service
            .post(
                "/v1/accounts",
                role,
                &json!({"contacts": {"mobile": "13900139001", "email": "a@example.com"}}),
            )
            .await;
        let token = service
            .post(
                "/v1/tokens",
                role,
                &json!({"role": "operator", "channel": "pc"}),
            )
            .await;
        assert_eq!(
            (account.status.as_u16(), token.status.as_u16()),
            (403, 403),
            "{role:?}"
        );
    }
    let without_account = service
        .post(
            "/v1/tokens",
            Role::Operator,
            &json!({"role": "applicant", "channel": "pc"}),
        )
        .await;
    assert_eq!(without_account.status, 422);
    assert_eq!(service.position().await, head);
}

async fn the_law_and_the_interface_are_there_for_everybody(service: Service) {
    let get = async |path: &str| {
        service
            .client
            .get(format!("{}{path}", service.address))
            .send()
            .await
            .unwrap()
    };
    let rule: Value = get("/v1/rules/ACC-8").await.json().await.unwrap();
    assert_eq!(rule["rule"], "ACC-8");
    assert_eq!(get("/v1/rules/XYZ-1").await.status(), 404);
    let rules: Value = get("/v1/rules").await.json().await.unwrap();
    assert_eq!(
        rules.as_array().unwrap().len(),
        domain::rules::cards().count()
    );
    let described: Value = get("/openapi.json").await.json().await.unwrap();
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(described["paths"]["/v1/orders/{order}/commands"]["post"].is_object());
    let page = get("/docs").await.text().await.unwrap();
    assert!(
        page.contains("/docs/scalar.js") && !page.contains("https://"),
        "{page}"
    );
    assert!(get("/docs/scalar.js").await.bytes().await.unwrap().len() > 100_000);
    assert_eq!(get("/livez").await.status(), 200);
    assert!(
        get("/readyz")
            .await
            .text()
            .await
            .unwrap()
            .starts_with("ready at 1:")
    );
    let metrics = get("/metrics").await.text().await.unwrap();
    assert!(
        metrics.contains("beian_ledger_appended_total 7")
            && metrics.contains("beian_http_answers_total"),
        "{metrics}"
    );
}

async fn what_a_caller_invents_is_no_series_of_the_numbers(service: Service) {
    for invented in ["INVENTED-1", "INVENTED-2"] {
        let method = Method::from_bytes(invented.as_bytes()).unwrap();
        let path = format!("/v1/{invented}");
        assert_eq!(
            service.public(method, &path, &Value::Null).await.status,
            404
        );
    }
    let metrics = service.public(Method::GET, "/metrics", &Value::Null).await;
    let metrics = metrics.body.as_str().unwrap();
    assert!(!metrics.contains("INVENTED"), "{metrics}");
    let counted = "beian_http_answers_total{method=\"other\",status=\"404\"} 2";
    assert!(metrics.contains(counted), "{metrics}");
}

async fn a_code_that_somebody_typed_is_shown_to_nobody(service: Service) {
    let order = service.open().await;
    let path = format!("/v1/orders/{order}/commands");
    let typed = json!({"command": "check_contact_code", "mobile": "13800138000", "code": "314159"});
    // None was sent; what was refused is on record as well.
    let refused = service.post(&path, Role::Applicant, &typed).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    for role in [Role::Applicant, Role::Auditor, Role::Support] {
        let history = format!("/v1/orders/{order}/history");
        let told = service.get(&history, role).await.body;
        let last = told["decisions"].as_array().unwrap().last().unwrap();
        assert_eq!(last["command"], "check_contact_code", "{last}");
        assert!(!told.to_string().contains("314159"), "{role:?}: {told}");
    }
}
