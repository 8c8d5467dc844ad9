//! Which filing type is this?

use crate::service::{Place, Service, opening, story};
use domain::context::Role;
use fixtures::reference::Reference;
use serde_json::{Value, json};

on_both_stores!(a_type_check_says_what_and_why_and_records_nothing);

/// What opens the story's order, as a type check asks for it.
fn asked() -> Value {
    let mut say = opening();
    say.as_object_mut().unwrap().remove("command");
    say
}

// covers: TYP-1, TYP-3, TYP-11, TYP-13
async fn a_type_check_says_what_and_why_and_records_nothing(service: Service) {
    let path = "/v1/type-checks";
    let head = service.position().await;
    let first = service.post(path, Role::Applicant, &asked()).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(
        first.body["filing"],
        json!({"code": "FST", "en": "first filing", "zh": "首次备案"})
    );
    assert_eq!(first.body["reason"]["rule"], "TYP-3");
    assert!(!first.body["reason"]["zh"].as_str().unwrap().is_empty());
    assert_eq!(first.body["next"]["step"], "product_verification");
    assert_eq!(first.body["rules"], json!([]));

    for field in ["region", "nature", "principal_name", "document", "product"] {
        let mut less = asked();
        less.as_object_mut().unwrap().remove(field);
        let answer = service.post(path, Role::Applicant, &less).await;
        assert_eq!(answer.status, 422, "{field}");
    }
    assert_eq!(
        service.post(path, Role::Reviewer, &asked()).await.status,
        403
    );
    assert_eq!(service.position().await, head);

    // Another principal than the one that the account holds by now.
    let order = service.open().await;
    let steps = story().len();
    service.play(&order, 1..steps).await;
    let mut other = asked();
    other["document"]["number"] = json!("914403001922038216");
    let second = service.post(path, Role::Applicant, &other).await;
    assert_eq!(second.body["filing"], Value::Null, "{}", second.body);
    assert_eq!(second.body["reason"]["rule"], "ACC-1");
    assert_eq!(second.body["next"]["step"], "stop");
}

// covers: NTF-10, TYP-8
#[tokio::test]
async fn whoever_checks_is_prompted_to_claim_or_to_verify_the_product() {
    for (service, step) in [("here", "claim"), ("nowhere", "product_verification")] {
        let record = json!({"miit": {"example.com": {"principal": service, "service": service, "same_principal": service == "here"}}});
        let registers = Reference::with(&record).unwrap();
        let service = Service::start_as(Place::sqlite(), registers, |office| office).await;
        let answer = service
            .post("/v1/type-checks", Role::Applicant, &asked())
            .await;
        let next = &answer.body["next"];
        assert_eq!(next["step"], step, "{}", answer.body);
        let names = |text: &str| next["zh"].as_str().unwrap().contains(text);
        assert_eq!(names("请先执行认领备案"), step == "claim");
        assert_eq!(names("请继续进行产品验证"), step != "claim");
    }
}

// covers: DNS-3, DNS-4, DNS-5
#[tokio::test]
async fn what_holds_for_the_domain_meanwhile_is_told_with_the_type() {
    for (principal, service, filing, notes) in [
        ("elsewhere", "elsewhere", "ACS-E", &["DNS-3", "DNS-4"][..]),
        ("elsewhere", "nowhere", "NSV-E", &["DNS-5"]),
        ("nowhere", "nowhere", "FST", &[]),
    ] {
        let record = json!({"miit": {"example.com": {"principal": principal, "service": service, "same_principal": service == "elsewhere"}}});
        let registers = Reference::with(&record).unwrap();
        let service = Service::start_as(Place::sqlite(), registers, |office| office).await;
        let answer = service
            .post("/v1/type-checks", Role::Applicant, &asked())
            .await;
        assert_eq!(answer.body["filing"]["code"], filing, "{}", answer.body);
        let told = answer.body["notes"].as_array().unwrap().iter();
        let told: Vec<_> = told.map(|note| note["rule"].as_str().unwrap()).collect();
        assert_eq!(told, notes, "{filing}");
    }
}
