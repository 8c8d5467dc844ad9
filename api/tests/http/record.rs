//! What is on record of an account, now and then.

use crate::service::{Service, through};
use domain::context::Role;
use serde_json::{Value, json};

on_both_stores!(what_is_filed_is_on_record_from_the_approval_on);

async fn what_is_filed_is_on_record_from_the_approval_on(service: Service) {
    let path = format!("/v1/accounts/{}/record", service.account);
    let order = service.open().await;
    service.play(&order, 1..through("dispatch")).await;
    let before = service.position().await;
    let nothing = service.get(&path, Role::Applicant).await.body;
    assert_eq!(
        (&nothing["principal"], &nothing["services"]),
        (&Value::Null, &json!([]))
    );
    service
        .play(&order, through("dispatch")..through("approve"))
        .await;

    let filed = service.get(&path, Role::Applicant).await.body;
    let principal = &filed["principal"];
    assert_eq!(principal["number"], "闽ICP备2024000001号");
    assert_eq!(principal["region"], "fujian");
    assert_eq!(principal["order"], order);
    assert_eq!(
        principal["data"]["correspondence"]["city"], "福州市",
        "{filed}"
    );
    let services = filed["services"].as_array().unwrap();
    assert_eq!(services.len(), 1);
    assert_eq!(services[0]["number"], "闽ICP备2024000001号-1");
    assert_eq!(services[0]["type"]["zh"], "网站");
    assert_eq!(services[0]["data"]["domains"], json!(["example.com"]));
    let text = filed.to_string();
    for personal in ["张三", "13800138000", "91350100M000100Y43", "示例路"] {
        assert!(!text.contains(personal), "{personal} is shown: {text}");
    }

    // Then it was not there yet.
    let then = service
        .get(&format!("{path}?as_of={before}"), Role::Auditor)
        .await;
    assert_eq!(then.body["principal"], Value::Null);
    assert_eq!(then.body["at"], before);
    let later = service.get(&path, Role::Support).await;
    assert_eq!(later.body["principal"]["number"], principal["number"]);
}
