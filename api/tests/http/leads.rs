//! What a lead does without an account.

use crate::service::{Service, send, through};
use domain::{context::Role, order::Order, order::Stage, order::sms_code};
use reqwest::Method;
use serde_json::{Value, json};

on_both_stores!(
    a_wrong_entry_and_an_unknown_mobile_get_the_same_answer,
    a_code_is_sent_again_for_a_picture_and_not_a_third_time,
    an_answer_that_was_lost_is_given_again,
    a_sixth_entry_says_whom_to_ask,
    a_qr_code_opens_one_face_check_and_no_order,
    a_qr_code_is_shown_to_the_applicant_alone,
    nobody_gets_a_token_for_being_a_lead,
    many_requests_of_one_mobile_are_turned_away,
);

/// An order whose lead waits for the code.
async fn in_sms(service: &Service) -> String {
    let order = service.open().await;
    service.play(&order, 1..through("record_receipt")).await;
    order
}

async fn code(service: &Service, order: &str) -> String {
    let state = service.office.ledger.load::<Order>(order).await.unwrap();
    let Stage::SmsVerification(session) = &state.state.stage else {
        panic!("no session is open");
    };
    sms_code(
        &service.office.secret,
        session.submission,
        &session.targets[0],
    )
}

fn entry(code: &str, mobile: &str) -> Value {
    json!({"code": code, "mobile": mobile, "last6": "31002X"})
}

// covers: SMS-33, SMS-35, SMS-42
async fn a_wrong_entry_and_an_unknown_mobile_get_the_same_answer(service: Service) {
    let order = in_sms(&service).await;
    let before = service.position().await;
    let path = "/v1/sms-verifications";
    for malformed in [
        json!({"code": "12345", "mobile": "13800138000", "last6": "31002X"}),
        json!({"mobile": "13800138000", "last6": "31002X"}),
        json!({"code": "123456", "mobile": "13800138000", "last6": "31002X", "order": order}),
    ] {
        let answer = service.public(Method::POST, path, &malformed).await;
        assert_eq!(answer.status, 422, "{malformed}");
        assert_eq!(answer.body["type"], "urn:beian:problem:malformed");
    }
    let unknown = service
        .public(Method::POST, path, &entry("000000", "13700000000"))
        .await;
    assert_eq!(service.position().await, before, "nothing was recorded");
    let wrong = service
        .public(Method::POST, path, &entry("000000", "13800138000"))
        .await;
    assert_eq!(service.position().await, before + 1);
    assert_eq!((unknown.status, &unknown.body), (wrong.status, &wrong.body));
    assert_eq!(wrong.body["rules"][0]["rule"], "SMS-35");
    assert!(
        wrong.body["rules"][0]["zh"]
            .as_str()
            .unwrap()
            .contains("该条验证库里找不到记录")
    );

    let right = service
        .public(
            Method::POST,
            path,
            &entry(&code(&service, &order).await, "13800138000"),
        )
        .await;
    assert_eq!(right.status, 200, "{}", right.body);
    assert_eq!(right.body["still_open"], 0);
    assert!(!right.body.to_string().contains(&order));
    let again = service
        .public(Method::POST, path, &entry("000000", "13800138000"))
        .await;
    assert_eq!(again.body, unknown.body);
    // The order's history has the lead's two entries, and nobody's number.
    let history = service
        .get(&format!("/v1/orders/{order}/history"), Role::Support)
        .await
        .body;
    let entries = history["decisions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|decision| decision["command"] == "enter_sms_by_mobile")
        .count();
    assert_eq!(entries, 2, "{history}");
    assert!(!history.to_string().contains("13800138000"));
    // What the lead typed lies in the order's file, and goes with it.
    let file = format!("order/{order}");
    assert!(service.office.ledger.destroy_key(&file).await.unwrap());
    let decision = service.office.ledger.decision_at(before + 1).await.unwrap();
    assert_eq!(decision.unwrap().command["entry"]["mobile"], "$erased");
}

// covers: SMS-38, SMS-39, SMS-40, SMS-41
async fn a_code_is_sent_again_for_a_picture_and_not_a_third_time(service: Service) {
    let _order = in_sms(&service).await;
    let again = async |solve: bool| {
        let picture = service
            .public(Method::GET, "/v1/captchas", &Value::Null)
            .await
            .body;
        assert!(picture["svg"].as_str().unwrap().starts_with("<svg"));
        let id = picture["id"].as_str().unwrap();
        let answer = service.office.captchas.answer(id).unwrap();
        let answer = if solve { answer } else { "x".to_owned() };
        let body = json!({"mobile": "13800138000", "last6": "31002X", "captcha": {"id": id, "answer": answer}});
        let first = service
            .public(Method::POST, "/v1/sms-verifications/resend", &body)
            .await;
        (first, body)
    };
    let (unsolved, _) = again(false).await;
    assert_eq!(
        (unsolved.status.as_u16(), &unsolved.body["rules"][0]["rule"]),
        (422, &Value::from("SMS-38"))
    );
    let (sent, body) = again(true).await;
    assert_eq!(
        (sent.status.as_u16(), &sent.body["sent"]),
        (200, &Value::from(true))
    );
    let twice = service
        .public(Method::POST, "/v1/sms-verifications/resend", &body)
        .await;
    assert_eq!(
        twice.body["rules"][0]["rule"], "SMS-38",
        "a picture is good once"
    );
    assert_eq!(again(true).await.0.status, 200);
    let third = again(true).await.0;
    assert_eq!(
        (third.status.as_u16(), &third.body["rules"][0]["rule"]),
        (422, &Value::from("SMS-39"))
    );
}

async fn an_answer_that_was_lost_is_given_again(service: Service) {
    let order = in_sms(&service).await;
    let keyed = |path: &str, key: &str, body: &Value| {
        let address = format!("{}/v1/{path}", service.address);
        let request = service.client.post(address).header("idempotency-key", key);
        send(request.json(body))
    };
    let picture = service
        .public(Method::GET, "/v1/captchas", &Value::Null)
        .await
        .body;
    let id = picture["id"].as_str().unwrap();
    let answer = service.office.captchas.answer(id).unwrap();
    let resend = json!({"mobile": "13800138000", "last6": "31002X", "captcha": {"id": id, "answer": answer}});
    let retried = async |path: &str, said: &str, body: &Value| {
        let first = keyed(path, said, body).await;
        assert_eq!(first.body[said], true, "{}", first.body);
        let head = service.position().await;
        // More often than a mobile may try: a repetition is no try.
        for _ in 0..8 {
            let again = keyed(path, said, body).await;
            assert_eq!((again.status, &again.body), (first.status, &first.body));
        }
        assert_eq!(service.position().await, head);
    };
    retried("sms-verifications/resend", "sent", &resend).await;
    let right = entry(&code(&service, &order).await, "13800138000");
    retried("sms-verifications", "verified", &right).await;
    // Without the key it is an entry for a session that is closed.
    let late = service
        .public(Method::POST, "/v1/sms-verifications", &right)
        .await;
    assert_eq!(late.body["rules"][0]["rule"], "SMS-35");
}

// covers: SMS-36, SMS-37
async fn a_sixth_entry_says_whom_to_ask(service: Service) {
    let order = in_sms(&service).await;
    let right = code(&service, &order).await;
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let path = "/v1/sms-verifications";
    for _ in 0..5 {
        let answer = service
            .public(Method::POST, path, &entry(wrong, "13800138000"))
            .await;
        assert_eq!(answer.body["rules"][0]["rule"], "SMS-35");
    }
    let sixth = service
        .public(Method::POST, path, &entry(&right, "13800138000"))
        .await;
    assert_eq!(sixth.body["rules"][0]["rule"], "SMS-37", "{}", sixth.body);
    assert!(
        sixth.body["rules"][0]["zh"]
            .as_str()
            .unwrap()
            .contains("短信核验失败，请联系接入商查询核验结果")
    );
    let shown = service
        .get(&format!("/v1/orders/{order}"), Role::Applicant)
        .await;
    assert_eq!(shown.body["stage"]["name"], "SmsReturned");
}

// covers: VER-3, VER-6
async fn a_qr_code_opens_one_face_check_and_no_order(service: Service) {
    let order = service.open().await;
    service.play(&order, 1..through("issue_qr")).await;
    let state = service.office.ledger.load::<Order>(&order).await.unwrap();
    let qr = state
        .state
        .verifications
        .values()
        .find_map(|check| check.qr.as_ref())
        .unwrap()
        .id
        .to_string();
    let before = service.position().await;
    let stranger = "019363b0-8c00-7000-8000-00000000000f";
    for (order, qr) in [(stranger, qr.as_str()), (order.as_str(), stranger)] {
        let body = json!({"order": order, "qr": qr, "app_version": "3.2"});
        let answer = service
            .public(Method::POST, "/v1/face-checks/scan", &body)
            .await;
        assert_eq!(answer.status, 404, "{}", answer.body);
    }
    let held = json!({"order": order, "qr": qr});
    let early = service
        .public(Method::POST, "/v1/face-checks/confirm", &held)
        .await;
    assert_eq!(early.status, 404, "nothing was scanned");
    assert_eq!(service.position().await, before, "nothing was recorded");
    let scan = json!({"order": order, "qr": qr, "app_version": "3.2"});
    let first = service
        .public(Method::POST, "/v1/face-checks/scan", &scan)
        .await;
    assert_eq!(first.status, 200, "{}", first.body);
    let state = service.office.ledger.load::<Order>(&order).await.unwrap();
    let check = state.state.verifications.values().next().unwrap();
    assert_eq!(first.body["attempt"], json!(check.attempt.unwrap()));
    let second = service
        .public(Method::POST, "/v1/face-checks/scan", &scan)
        .await;
    assert_eq!(
        (second.status.as_u16(), &second.body["rules"][0]["rule"]),
        (422, &Value::from("VER-6"))
    );
    let unpassed = service
        .public(Method::POST, "/v1/face-checks/confirm", &held)
        .await;
    assert_eq!(unpassed.status, 409, "{}", unpassed.body);
    service
        .play(&order, through("scan_qr")..through("confirm_photo"))
        .await;
}

// covers: VER-3
async fn a_qr_code_is_shown_to_the_applicant_alone(service: Service) {
    let order = service.open().await;
    service.play(&order, 1..through("issue_qr")).await;
    let state = service.office.ledger.load::<Order>(&order).await.unwrap();
    let check = state.state.verifications.values().next().unwrap();
    let qr = check.qr.as_ref().unwrap().id.to_string();
    let scan = json!({"order": order, "qr": qr, "app_version": "3.2"});
    let scanned = service
        .public(Method::POST, "/v1/face-checks/scan", &scan)
        .await;
    assert_eq!(scanned.status, 200, "{}", scanned.body);
    let looks = ["", "/history", "/timeline"].map(|look| format!("/v1/orders/{order}{look}"));
    for role in [
        Role::Reviewer,
        Role::Support,
        Role::Auditor,
        Role::Bureau,
        Role::Operator,
    ] {
        for look in &looks {
            let shown = service.get(look, role).await;
            assert!(!shown.body.to_string().contains(&qr), "{role:?} {look}");
        }
    }
    for look in &looks[..2] {
        let shown = service.get(look, Role::Applicant).await;
        assert!(shown.body.to_string().contains(&qr), "{look}");
    }
}

async fn nobody_gets_a_token_for_being_a_lead(service: Service) {
    let head = service.position().await;
    for role in ["lead", "system"] {
        let grant = json!({"role": role, "holder": "x-1", "channel": "app"});
        let answer = service.post("/v1/tokens", Role::Operator, &grant).await;
        assert!(answer.status.is_client_error(), "{role}");
    }
    assert_eq!(service.position().await, head);
}

async fn many_requests_of_one_mobile_are_turned_away(service: Service) {
    let path = "/v1/sms-verifications";
    for _ in 0..6 {
        let answer = service
            .public(Method::POST, path, &entry("000000", "13700000000"))
            .await;
        assert_eq!(answer.status, 422);
    }
    let seventh = service
        .public(Method::POST, path, &entry("000000", "13700000000"))
        .await;
    assert_eq!(
        (seventh.status.as_u16(), &seventh.body["type"]),
        (429, &Value::from("urn:beian:problem:too-often"))
    );
    let other = service
        .public(Method::POST, path, &entry("000000", "13700000001"))
        .await;
    assert_eq!(other.status, 422);
}
