//! A read model that lags behind the ledger.

use crate::service::{Service, said, through};
use api::{office::Office, router::router};
use domain::{context::Role, secret::Secret};
use fixtures::reference::{REGISTERS, Reference};
use ledger::{KeyRing, Ledger, Settings};
use projections::ReadModels;
use serde_json::json;
use std::{mem, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot};

on_both_stores!(words_are_there_while_the_filings_lag);

/// The service once more, on the same ledger; its read models stand still from now on.
async fn at_rest(mut service: Service) -> Service {
    let (stop, _) = oneshot::channel();
    mem::replace(&mut service.stop, stop).send(()).unwrap();
    (&mut service.served).await.unwrap();
    let url = service.place.url();
    let opened = Ledger::open(&url, Settings::new(KeyRing::from_bytes([7; 32])));
    let ledger = opened.await.unwrap();
    let models = ReadModels::open(&url, &ledger).await.unwrap();
    let registers = Reference::read(REGISTERS).unwrap();
    let office = Office::new(ledger, models, Secret::new([8; 32]), registers);
    service.office = Arc::new(office);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    service.address = format!("http://{}", listener.local_addr().unwrap());
    let routes = router(&service.office).into_make_service_with_connect_info::<SocketAddr>();
    service.served = tokio::spawn(async move {
        axum::serve(listener, routes).await.unwrap();
    });
    service
}

async fn words_are_there_while_the_filings_lag(service: Service) {
    let order = service.open().await;
    service.play(&order, 1..through("claim_review")).await;
    let finding = json!({"pointer": "/principal/remark", "error": "too short"});
    let ask =
        json!({"command": "request_info", "reason": "a remark is missing", "findings": [finding]});
    let asked = service.say(&order, Role::Reviewer, &ask).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let path = format!("/v1/accounts/{}/filings", service.account);
    let head = service.position().await;
    let seen = format!("{path}?wait_for={head}");
    let before = service.get(&seen, Role::Applicant).await;

    let service = at_rest(service).await;
    let answer = json!({"command": "answer_finding", "pointer": "/principal/remark", "answer": "there is none"});
    for say in [answer, said("submit")] {
        let done = service.say(&order, Role::Applicant, &say).await;
        assert_eq!(done.status, 200, "{}", done.body);
    }
    let filings = service.get(&path, Role::Applicant).await;
    assert_eq!(
        filings.body["filings"][0]["asked"]["reason"],
        "a remark is missing"
    );
    assert_eq!(filings.body["filings"], before.body["filings"]);
}
