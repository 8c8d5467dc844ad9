//! Inspections over HTTP: what an owner sees of an issue, and who reports.

use crate::service::{Service, story};
use domain::context::Role;
use serde_json::{Value, json};

on_both_stores!(
    an_owner_sees_what_is_wrong_why_and_what_cures_it,
    staff_report_and_nobody_else,
);

async fn filed(service: &Service) -> String {
    let order = service.open().await;
    service.play(&order, 1..story().len()).await;
    format!("/v1/accounts/{}/inspections", service.account)
}

// covers: INS-2, INS-3
async fn an_owner_sees_what_is_wrong_why_and_what_cures_it(service: Service) {
    let path = filed(&service).await;
    let seen = json!({"command": "report_sighting", "service": "闽ICP备2024000001号-1",
        "seen": {"title": "示例商城", "addresses": ["203.0.113.7"]}});
    let reported = service.post(&path, Role::Reviewer, &seen).await;
    assert_eq!(reported.status, 200, "{}", reported.body);
    let listed = service.get(&path, Role::Applicant).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    let [issue] = &listed.body["issues"].as_array().unwrap()[..] else {
        panic!("one issue: {}", listed.body);
    };
    assert_eq!(
        (&issue["issue"], &issue["notice"], &issue["breaks"]),
        (&json!(1), &json!("INS-C03"), &json!("SVC-11"))
    );
    for text in ["says", "cause", "remedy"] {
        for tongue in ["zh", "en"] {
            assert!(!issue[text][tongue].as_str().unwrap().is_empty(), "{text}");
        }
    }
    // A change of the service and what is done on the site: these and nothing else.
    let orders = issue["orders"].as_array().unwrap();
    let types: Vec<_> = orders.iter().map(|order| &order["type"]).collect();
    assert_eq!(types, ["CHG-S"]);
    assert_eq!(
        (&orders[0]["offered"], &orders[0]["because"]),
        (&json!(true), &Value::Null)
    );
    assert!(issue["outside"]["zh"].as_str().unwrap().contains("网站"));
    assert_eq!(issue["call"], false);
    assert_eq!(
        (&issue["due"], &issue["cured"]),
        (&Value::Null, &Value::Null)
    );

    let settled = json!({"command": "settle_issue", "issue": 1, "cure": {"by": "decision", "reason": "商标相同"}});
    let settled = service.post(&path, Role::Operator, &settled).await;
    assert_eq!(settled.status, 200, "{}", settled.body);
    let listed = service.get(&path, Role::Applicant).await;
    let cured = &listed.body["issues"][0]["cured"];
    assert_eq!(cured["cure"]["by"], "decision");
    assert_eq!(cured["cure"]["reason"], "商标相同");
}

async fn staff_report_and_nobody_else(service: Service) {
    let path = filed(&service).await;
    let raise = json!({"command": "raise_issue", "notice": "INS-P02"});
    for role in [Role::Applicant, Role::Support, Role::Auditor, Role::Bureau] {
        assert_eq!(
            service.post(&path, role, &raise).await.status,
            403,
            "{role:?}"
        );
    }
    let unknown = json!({"command": "raise_issue", "notice": "INS-X1"});
    let unknown = service.post(&path, Role::Reviewer, &unknown).await;
    assert_eq!(unknown.status, 422, "{}", unknown.body);
    assert_eq!(unknown.body["mistakes"][0]["pointer"], "/notice");
    let stranger =
        json!({"command": "report_sighting", "service": "闽ICP备2024000001号-9", "seen": {}});
    let refused = service.post(&path, Role::Reviewer, &stranger).await;
    assert_eq!(
        refused.body["rules"][0]["rule"], "INS-1",
        "{}",
        refused.body
    );
    let nobody = "/v1/accounts/nobody/inspections";
    assert_eq!(service.get(nobody, Role::Applicant).await.status, 404);
    let notices = service.get("/v1/inspection-notices", Role::Applicant).await;
    assert_eq!(notices.body["notices"].as_array().unwrap().len(), 35);
}
