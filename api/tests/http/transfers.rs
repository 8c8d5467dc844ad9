//! A transfer over HTTP: what both owners see before and afterwards, and who may ask.

use crate::service::{Answer, Service, story};
use api::{auth, commands, office::Office};
use domain::{
    access::Grant,
    account::Account,
    context::{Channel, Role},
    values::AccountId,
};
use reqwest::Method;
use serde_json::{Value, json};

on_both_stores!(
    what_is_transferred_is_the_other_accounts,
    whoever_had_a_filing_before_reads_not_where_it_goes_later,
    a_wrong_code_is_counted_and_a_repetition_is_answered_as_before,
    nobody_but_the_owner_transfers,
);

const NUMBER: &str = "闽ICP备2024000001号";

/// The other account, and a token of its owner.
pub(crate) async fn other(service: &Service) -> (AccountId, String) {
    let contacts = json!({"mobile": "18600186001", "email": "other@example.com"});
    let contacts = serde_json::from_value(contacts).unwrap();
    let account = commands::open_account_for(&service.office, contacts)
        .await
        .unwrap();
    let grant = Grant {
        role: Role::Applicant,
        account: Some(account),
        holder: None,
        channel: Channel::Pc,
    };
    let token = auth::issue(&service.office, Office::operator(), grant)
        .await
        .unwrap();
    (account, token.reveal().to_owned())
}

pub(crate) async fn filed(service: &Service) -> String {
    let order = service.open().await;
    service.play(&order, 1..story().len()).await;
    order
}

/// The code that came to the phone of the account.
pub(crate) async fn code(service: &Service) -> String {
    let ledger = &service.office.ledger;
    let account = ledger.load::<Account>(&service.account.to_string()).await;
    let code = account
        .unwrap()
        .state
        .code_sent(service.account, &service.office.secret);
    code.unwrap()
}

async fn ask(service: &Service, to: AccountId) -> Answer {
    let path = format!("/v1/accounts/{}/codes", service.account);
    let body = json!({"for": "transfer", "to": to});
    service.post(&path, Role::Applicant, &body).await
}

pub(crate) async fn as_owner(service: &Service, token: &str, path: &str) -> Value {
    let url = service.url(path);
    let answer = reqwest::Client::new().get(url).bearer_auth(token).send();
    answer.await.unwrap().json().await.unwrap()
}

// covers: TRF-7, NTF-12
async fn what_is_transferred_is_the_other_accounts(service: Service) {
    let order = filed(&service).await;
    let (to, token) = other(&service).await;
    assert_eq!(ask(&service, to).await.status, 200);
    let path = format!("/v1/accounts/{}/transfers", service.account);
    let body = json!({"to": to, "number": NUMBER, "code": code(&service).await});
    let done = service.post(&path, Role::Applicant, &body).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.body["stage"]["zh"], "转移成功");
    assert_eq!(done.body["stage"]["en"], "transferred");

    // "My filings" of both follow.
    let position = &done.body["position"];
    let filings =
        |account: AccountId| format!("/v1/accounts/{account}/filings?wait_for={position}");
    let gave = service
        .get(&filings(service.account), Role::Applicant)
        .await;
    assert_eq!(gave.body["principal_number"], Value::Null);
    assert_eq!(gave.body["service_numbers"], json!({}));
    let got = as_owner(&service, &token, &filings(to)).await;
    assert_eq!(got["principal_number"], NUMBER, "{got}");
    let numbers: Vec<_> = got["service_numbers"]
        .as_object()
        .unwrap()
        .values()
        .collect();
    assert_eq!(numbers, [&json!(format!("{NUMBER}-1"))]);
    assert_eq!(got["filings"], json!([]), "the orders stay where they were");
    let offers = got["offers"].as_array().unwrap();
    let transfer = offers.iter().find(|offer| offer["action"] == "transfer");
    assert_eq!(transfer.unwrap()["offered"], true);

    // Who has the filing reads what is filed, masked; the order and its history stay with the account that made them.
    let record = |account: AccountId| format!("/v1/accounts/{account}/record");
    let got = as_owner(&service, &token, &record(to)).await;
    assert_eq!(
        got["services"][0]["data"]["domains"],
        json!(["example.com"])
    );
    assert!(!got.to_string().contains("13800138000"), "{got}");
    let gave = service.get(&record(service.account), Role::Applicant).await;
    assert_eq!(gave.body["principal"], Value::Null);
    let history = format!("/v1/orders/{order}/history");
    let theirs = as_owner(&service, &token, &history).await;
    assert_eq!(theirs["status"], 404);
    for role in [Role::Applicant, Role::Auditor] {
        let told = service.get(&history, role).await.body;
        let last = told["decisions"].as_array().unwrap().last().unwrap();
        assert_eq!(last["command"], "transfer", "{last}");
        assert_eq!(last["request"], json!({"to": to, "number": NUMBER}));
    }
}

/// From the first account to the second, and from there to a third.
async fn whoever_had_a_filing_before_reads_not_where_it_goes_later(service: Service) {
    let order = filed(&service).await;
    let (second, token) = other(&service).await;
    let (third, _) = other(&service).await;
    assert_eq!(ask(&service, second).await.status, 200);
    let path = format!("/v1/accounts/{}/transfers", service.account);
    let body = json!({"to": second, "number": NUMBER, "code": code(&service).await});
    let done = service.post(&path, Role::Applicant, &body).await;
    assert_eq!(done.status, 200, "{}", done.body);

    let say = |path: String, body: Value| {
        let request = reqwest::Client::new().post(service.url(&path));
        crate::service::send(request.bearer_auth(&token).json(&body))
    };
    let asked = json!({"for": "transfer", "to": third});
    let asked = say(format!("/v1/accounts/{second}/codes"), asked).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let ledger = &service.office.ledger;
    let gives = ledger.load::<Account>(&second.to_string()).await.unwrap();
    let code = gives.state.code_sent(second, &service.office.secret);
    let body = json!({"to": third, "number": NUMBER, "code": code});
    let done = say(format!("/v1/accounts/{second}/transfers"), body).await;
    assert_eq!(done.status, 200, "{}", done.body);

    let history = format!("/v1/orders/{order}/history");
    let told = service.get(&history, Role::Applicant).await.body;
    let decisions = told["decisions"].as_array().unwrap();
    let [.., to_second, to_third] = &decisions[..] else {
        panic!("both transfers: {told}");
    };
    assert_eq!(
        to_second["request"],
        json!({"to": second, "number": NUMBER})
    );
    assert_eq!(to_third["request"], json!({"to": null, "number": NUMBER}));
    assert_eq!(to_third["actor"]["id"], "***");
    assert!(!told.to_string().contains(&third.to_string()), "{told}");
    let told = service.get(&history, Role::Auditor).await.body;
    let last = told["decisions"].as_array().unwrap().last().unwrap();
    assert_eq!(last["request"], json!({"to": third, "number": NUMBER}));
    assert_eq!(last["actor"]["id"], format!("applicant:{second}"));
}

async fn a_wrong_code_is_counted_and_a_repetition_is_answered_as_before(service: Service) {
    filed(&service).await;
    let (to, _) = other(&service).await;
    ask(&service, to).await;
    let path = format!("/v1/accounts/{}/transfers", service.account);
    let right = code(&service).await;
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let say = |code: &str| json!({"to": to, "number": NUMBER, "code": code});
    let send = |body: Value, key: &'static str| {
        let request = service.request(Method::POST, &path, Role::Applicant);
        crate::service::send(request.header("idempotency-key", key).json(&body))
    };
    // Nothing tells whether a code is right without counting it.
    for code in [wrong, right.as_str()] {
        let trial = format!("{path}?dry_run=true");
        let tried = service.post(&trial, Role::Applicant, &say(code)).await;
        assert_eq!(tried.status, 400, "{}", tried.body);
    }
    for _ in 0..2 {
        // The repetition costs no try.
        let refused = send(say(wrong), "\"one\"").await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(refused.body["rules"][0]["rule"], "TRF-6");
        assert_eq!(refused.body["rules"][0]["facts"]["tries_left"], 4);
    }
    let done = send(say(&right), "\"two\"").await;
    assert_eq!(done.status, 200, "{}", done.body);
    let again = send(say(&right), "\"two\"").await;
    assert_eq!((again.status, &again.body), (done.status, &done.body));
    // Without its key it is another request, and there is nothing left to give.
    let anew = service.post(&path, Role::Applicant, &say(&right)).await;
    assert_eq!(anew.status, 422);
}

async fn nobody_but_the_owner_transfers(service: Service) {
    let (to, _) = other(&service).await;
    let body = json!({"to": to, "number": NUMBER, "code": "123456"});
    for role in [Role::Reviewer, Role::Operator, Role::Support] {
        let path = format!("/v1/accounts/{}/transfers", service.account);
        assert_eq!(service.post(&path, role, &body).await.status, 403);
        let path = format!("/v1/accounts/{}/codes", service.account);
        let body = json!({"for": "transfer", "to": to});
        assert_eq!(service.post(&path, role, &body).await.status, 403);
    }
    let strange = format!("/v1/accounts/{to}/transfers");
    let answer = service.post(&strange, Role::Applicant, &body).await;
    assert_eq!(answer.status, 404, "another's account is not there");
    // What is sent to a phone is limited.
    let mut answered = Vec::new();
    for _ in 0..7 {
        answered.push(ask(&service, to).await.status.as_u16());
    }
    assert_eq!(answered.iter().filter(|status| **status == 200).count(), 5);
    assert_eq!(answered.last(), Some(&429));
}
