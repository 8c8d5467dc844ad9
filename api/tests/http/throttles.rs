//! Who asks too often is turned away: by account, and by address behind proxies that are trusted.

use crate::service::{Place, Service, said, send};
use api::{clock::Clock, peer::Proxies};
use domain::context::Role;
use fixtures::{
    play::BEGIN,
    reference::{REGISTERS, Reference},
};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

on_both_stores!(many_contact_codes_of_one_account_are_turned_away);

/// Codes go to mobiles that stand in the order only.
async fn enter(service: &Service, order: &str, mobile: u32) {
    let mut say = said("enter_principal");
    say["principal"]["lead"]["mobile"] = json!(format!("138001380{mobile:02}"));
    let entered = service.say(order, Role::Applicant, &say).await;
    assert_eq!(entered.status, 200, "{}", entered.body);
}

// covers: NTF-16
async fn many_contact_codes_of_one_account_are_turned_away(service: Service) {
    let order = service.open().await;
    let path = format!("/v1/orders/{order}/commands");
    let say = |mobile: u32| json!({"command": "request_contact_code", "mobile": format!("138001380{mobile:02}")});
    service.play(&order, 1..2).await;
    enter(&service, &order, 0).await;
    // What sends nothing is not counted: dry runs, and what is refused.
    let dry = format!("{path}?dry_run=true");
    for _ in 0..25 {
        let tried = service.post(&dry, Role::Applicant, &say(0)).await;
        assert_eq!(tried.status, 200, "{}", tried.body);
        let refused = service.post(&path, Role::Support, &say(0)).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
    }
    for mobile in 0..20 {
        enter(&service, &order, mobile).await;
        let keyed = || {
            let request = service.request(Method::POST, &path, Role::Applicant);
            let request = request.header("idempotency-key", format!("k-{mobile}"));
            send(request.json(&say(mobile)))
        };
        let sent = keyed().await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        assert!(keyed().await.replayed);
    }
    enter(&service, &order, 20).await;
    let head = service.position().await;
    let another = service.post(&path, Role::Applicant, &say(20)).await;
    assert_eq!(
        (another.status.as_u16(), &another.body["type"]),
        (429, &Value::from("urn:beian:problem:too-often"))
    );
    assert_eq!(service.position().await, head);
}

/// Draws pictures, each as if forwarded for another address; how many until one was refused.
async fn until_turned_away(service: &Service, forwarded_for: impl Fn(u8) -> String) -> Option<u8> {
    for number in 0..=254 {
        let address = format!("{}/v1/captchas", service.address);
        let request = service.client.get(address);
        let answer = send(request.header("x-forwarded-for", forwarded_for(number))).await;
        if answer.status == 429 {
            return Some(number);
        }
    }
    None
}

#[tokio::test]
async fn a_forged_header_gives_nobody_a_throttle_of_their_own() {
    let service = Service::start(Place::sqlite()).await;
    let turned_away = until_turned_away(&service, |number| format!("203.0.113.{number}")).await;
    assert!(
        turned_away.is_some_and(|after| after >= 30),
        "{turned_away:?}"
    );
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_caller_has_a_throttle() {
    let loopback = Proxies::try_from(vec!["127.0.0.0/8".to_owned()]).unwrap();
    let service = Service::start_behind(Place::sqlite(), loopback).await;
    let one = until_turned_away(&service, |number| format!("203.0.113.{number}")).await;
    assert_eq!(one, None);
    // What the caller wrote in front is not what the proxy wrote.
    let forged = until_turned_away(&service, |number| {
        format!("203.0.113.{number}, 198.51.100.1")
    });
    assert!(forged.await.is_some_and(|after| after >= 30));
}

/// A service whose time passes when the test says so.
async fn by_hand() -> (Service, impl Fn(i64)) {
    let now = Arc::new(Mutex::new(BEGIN));
    let given = Arc::clone(&now);
    let clock = Clock::Given(Arc::new(move || *given.lock().unwrap()));
    let registers = Reference::read(REGISTERS).unwrap();
    let service =
        Service::start_as(Place::sqlite(), registers, |office| office.by_clock(clock)).await;
    let pass = move |seconds| *now.lock().unwrap() += SignedDuration::from_secs(seconds);
    (service, pass)
}

/// The status, and after how many seconds to ask again.
async fn knock(service: &Service, method: &Method, path: &str, body: &Value) -> (u16, Option<u64>) {
    let address = format!("{}{path}", service.address);
    let request = service.client.request(method.clone(), address).json(body);
    let answer = request.send().await.unwrap();
    let after = answer.headers().get("retry-after");
    let seconds = after.map(|value| value.to_str().unwrap().parse().unwrap());
    (answer.status().as_u16(), seconds)
}

/// Where leads go who have no token.
const DOORS: [(Method, &str); 5] = [
    (Method::GET, "/v1/captchas"),
    (Method::POST, "/v1/sms-verifications"),
    (Method::POST, "/v1/sms-verifications/resend"),
    (Method::POST, "/v1/face-checks/scan"),
    (Method::POST, "/v1/face-checks/confirm"),
];

/// What a stranger says there, each time of another mobile.
fn of_a_stranger(path: &str, number: u32) -> Value {
    let mobile = format!("137{number:08}");
    let unknown = "019363b0-8c00-7000-8000-00000000000f";
    match path {
        "/v1/sms-verifications" => json!({"code": "000000", "mobile": mobile, "last6": "31002X"}),
        "/v1/sms-verifications/resend" => {
            json!({"mobile": mobile, "last6": "31002X", "captcha": {"id": "x", "answer": "x"}})
        }
        "/v1/face-checks/scan" => json!({"order": unknown, "qr": unknown, "app_version": "3.2"}),
        "/v1/face-checks/confirm" => json!({"order": unknown, "qr": unknown}),
        _ => Value::Null,
    }
}

#[tokio::test]
async fn every_door_for_leads_closes_to_an_address_and_opens_again() {
    let (service, pass) = by_hand().await;
    let head = service.position().await;
    for (method, path) in DOORS {
        for number in 0..30 {
            let said = of_a_stranger(path, number);
            let (status, _) = knock(&service, &method, path, &said).await;
            assert_ne!(status, 429, "{path} {number}");
        }
        let (status, after) = knock(&service, &method, path, &of_a_stranger(path, 30)).await;
        assert_eq!(status, 429, "{path}");
        pass(i64::try_from(after.unwrap()).unwrap());
        let (status, _) = knock(&service, &method, path, &of_a_stranger(path, 31)).await;
        assert_ne!(status, 429, "{path} after {after:?} s");
        pass(60);
    }
    assert_eq!(service.position().await, head, "nothing was recorded");
}

#[tokio::test]
async fn a_mobile_that_was_turned_away_may_try_again_when_it_is_told() {
    let (service, pass) = by_hand().await;
    let entry = json!({"code": "000000", "mobile": "13700000000", "last6": "31002X"});
    let path = "/v1/sms-verifications";
    for _ in 0..6 {
        assert_eq!(knock(&service, &Method::POST, path, &entry).await.0, 422);
    }
    let (status, after) = knock(&service, &Method::POST, path, &entry).await;
    assert_eq!(status, 429);
    let after = i64::try_from(after.unwrap()).unwrap();
    pass(after - 2);
    assert_eq!(knock(&service, &Method::POST, path, &entry).await.0, 429);
    pass(2);
    assert_eq!(knock(&service, &Method::POST, path, &entry).await.0, 422);
}
