//! Who asks too often is turned away: by account, and by address behind proxies that are trusted.

use crate::service::{Place, Service, said, send};
use api::peer::Proxies;
use domain::context::Role;
use reqwest::Method;
use serde_json::{Value, json};

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
