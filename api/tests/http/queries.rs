//! What one can see: my filings, the queue, timelines, the SMS board, the timers; fresh, tagged, and only by whom it concerns.

use crate::service::Service;
use domain::context::Role;
use reqwest::{Method, StatusCode};
use serde_json::Value;

on_both_stores!(
    a_filing_is_seen_from_every_side,
    who_must_see_its_own_write_waits_for_it,
    a_tag_spares_the_body,
    others_do_not_see_it,
    an_operator_sees_how_far_the_views_are,
);

/// The position of the last decision about an order.
async fn last(service: &Service, order: &str) -> u64 {
    let history = service
        .get(&format!("/v1/orders/{order}/history"), Role::Reviewer)
        .await;
    let decisions = history.body["decisions"].as_array().unwrap().clone();
    decisions.last().unwrap()["position"].as_u64().unwrap()
}

async fn a_filing_is_seen_from_every_side(service: Service) {
    let order = service.open().await;
    let at = last(&service, &order).await;
    let filings = service
        .get(
            &format!("/v1/accounts/{}/filings?wait_for={at}", service.account),
            Role::Applicant,
        )
        .await;
    assert_eq!(filings.status, StatusCode::OK, "{}", filings.body);
    assert_eq!(filings.body["in_flight"], Value::String(order.clone()));
    let filing = &filings.body["filings"][0];
    assert_eq!(filing["stage"]["name"], "Draft", "{filing}");
    assert_eq!(filing["turn"], "applicant");
    let may: Vec<_> = filing["may"].as_array().unwrap().iter().collect();
    assert!(may.iter().any(|by| *by == "submit"), "{may:?}");
    // Nothing else may be opened, and the rule is named.
    let offers = filings.body["offers"].as_array().unwrap();
    assert!(offers.iter().all(|offer| offer["offered"] == false));
    assert_eq!(offers[0]["because"]["rule"], "ACC-8");
    let timeline = service
        .get(
            &format!("/v1/orders/{order}/timeline?wait_for={at}"),
            Role::Applicant,
        )
        .await;
    assert_eq!(
        timeline.body["entries"][0]["command"], "open",
        "{}",
        timeline.body
    );
    assert_eq!(timeline.body["entries"][0]["after"]["name"], "Draft");
    for (path, list) in [
        (
            format!("/v1/orders/{order}/sms-board?wait_for={at}"),
            "targets",
        ),
        (
            format!("/v1/review-queue?wait_for={at}&region=福建&held_by=nobody"),
            "waiting",
        ),
        (
            format!("/v1/review-queue?wait_for={at}&awaits=forwarding"),
            "waiting",
        ),
        (
            format!("/v1/deadlines?wait_for={at}&kind=review&late=true"),
            "deadlines",
        ),
    ] {
        let answer = service.get(&path, Role::Reviewer).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        assert_eq!(answer.body[list], serde_json::json!([]), "{path}");
    }
}

async fn who_must_see_its_own_write_waits_for_it(service: Service) {
    let order = service.open().await;
    let at = last(&service, &order).await;
    let path = format!("/v1/orders/{order}/timeline");
    let beyond = service
        .get(&format!("{path}?wait_for={}", at + 1000), Role::Applicant)
        .await;
    assert_eq!(beyond.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(beyond.body["type"], "urn:beian:problem:beyond-head");
    for bad in ["?wait_for=soon", "?after=x", "?colour=red"] {
        let answer = service.get(&format!("{path}{bad}"), Role::Applicant).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    for bad in [
        "?region=Atlantis",
        "?after=x",
        "?held_by=her",
        "?filing=none",
        "?awaits=godot",
    ] {
        let answer = service
            .get(&format!("/v1/review-queue{bad}"), Role::Reviewer)
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

async fn a_tag_spares_the_body(service: Service) {
    let order = service.open().await;
    let at = last(&service, &order).await;
    let path = format!("/v1/orders/{order}/timeline?wait_for={at}");
    let tag = service.get(&path, Role::Applicant).await.etag.unwrap();
    let again = service
        .request(Method::GET, &path, Role::Applicant)
        .header("If-None-Match", &tag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.text().await.unwrap(), "");
    let other = service
        .request(Method::GET, &path, Role::Applicant)
        .header("If-None-Match", "\"another\"")
        .send()
        .await
        .unwrap();
    assert_eq!(other.status(), StatusCode::OK);
}

async fn others_do_not_see_it(service: Service) {
    let stranger = "018fdcf5-8c00-7000-8000-000000000099";
    for path in [
        format!("/v1/accounts/{stranger}/filings"),
        "/v1/accounts/nobody/filings".to_owned(),
        format!("/v1/orders/{stranger}/timeline"),
        format!("/v1/orders/{stranger}/sms-board"),
    ] {
        let answer = service.get(&path, Role::Applicant).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/v1/review-queue", "/v1/deadlines"] {
        for (role, status) in [
            (Role::Applicant, StatusCode::FORBIDDEN),
            (Role::Bureau, StatusCode::FORBIDDEN),
            (Role::Reviewer, StatusCode::OK),
            (Role::Support, StatusCode::OK),
            (Role::Operator, StatusCode::OK),
        ] {
            let head = service.office.ledger.head().await.unwrap().position;
            let answer = service.get(&format!("{path}?wait_for={head}"), role).await;
            assert_eq!(answer.status, status, "{path} {role:?}: {}", answer.body);
        }
    }
}

async fn an_operator_sees_how_far_the_views_are(service: Service) {
    let head = service.office.ledger.head().await.unwrap().position;
    for name in projections::Name::ALL {
        let patience = std::time::Duration::from_mins(1);
        let models = &service.office.models;
        models.wait_for(name, head, patience).await.unwrap();
    }
    let metrics = service.get("/metrics", Role::Operator).await.body;
    let metrics = metrics.as_str().unwrap();
    for name in projections::Name::ALL {
        for (gauge, value) in [("lag", 0), ("paused", 0)] {
            let line = format!("beian_projection_{gauge}{{projection=\"{name}\"}} {value}");
            assert!(metrics.contains(&line), "{line}\n{metrics}");
        }
    }
    for awaits in ["review", "forwarding"] {
        for gauge in ["waiting", "late"] {
            let line = format!("beian_orders_{gauge}{{awaits=\"{awaits}\"}} 0");
            assert!(metrics.contains(&line), "{line}\n{metrics}");
        }
    }
}
