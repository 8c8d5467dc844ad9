//! What the office watches of a filing that went to another account: the server that it runs on stayed where it was (0035).

use crate::house::{House, On, TRANSFER_ASKED, house, on_both, on_day, server};
use crate::operations::Open;
use api::{
    auth,
    office::Office,
    ports::{Registers, Said},
};
use domain::{
    access::Grant,
    account::Account,
    context::{Channel, Role},
    facts::{DomainRecord, OnRecord, PrincipalRecord, ResourceRecord},
    form::{Document, Resource, ServiceName},
    values::{AccountId, DomainName, Mobile, Province},
};
use fixtures::{play::account_id, reference::Reference};
use futures::future::{FutureExt, ready};
use reqwest::StatusCode;
use serde_json::json;

on_both!(
    what_was_transferred_is_watched_where_its_server_is,
    what_was_renewed_in_the_last_moment_is_not_forwarded,
    another_server_of_the_account_that_gave_is_nobodys,
);

/// Registers that know of a server in the account alone that has it.
struct OfOneAccount {
    account: AccountId,
    known: Reference,
}

impl Registers for OfOneAccount {
    fn on_record<'a>(&'a self, of: &'a Document, service: &'a ServiceName) -> Said<'a, OnRecord> {
        Registers::on_record(&self.known, of, service)
    }

    fn principal<'a>(&'a self, document: &'a Document) -> Said<'a, Option<PrincipalRecord>> {
        Registers::principal(&self.known, document)
    }

    fn resource<'a>(
        &'a self,
        account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>> {
        if account == self.account {
            Registers::resource(&self.known, account, resource)
        } else {
            ready(Ok(None)).boxed()
        }
    }

    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>> {
        Registers::domain(&self.known, domain)
    }

    fn mobile_region<'a>(&'a self, mobile: &'a Mobile) -> Said<'a, Option<Province>> {
        Registers::mobile_region(&self.known, mobile)
    }
}

/// The account that took the server into use has it still, paid until this day, and another one.
fn paid_until(day: &str) -> Box<OfOneAccount> {
    let other = server("ecs-9", "2099-12-31", "203.0.113.9");
    let text = server("ecs-1", day, "203.0.113.7") + &other;
    Box::new(OfOneAccount {
        account: account_id("acme"),
        known: Reference::read(&text).unwrap(),
    })
}

/// A company whose filing went to another account and whose server did not.
async fn transferred(on: On) -> House {
    let (mut house, _) = house(on).await;
    house.play("openings/company-filed.md", None).await;
    house.say(TRANSFER_ASKED).await;
    let transfer = r#"
        [[step]]
        by = "applicant"
        do = { command = "transfer", to = "{account:beta}", number = "闽ICP备2024000001号", code = "{account-code}" }
    "#;
    house.say(transfer).await;
    house.office.registers = paid_until("2024-07-10");
    house
}

// covers: RES-12, CXA-10
async fn what_was_transferred_is_watched_where_its_server_is(on: On) {
    let mut house = transferred(on).await;
    house.settle(on_day("07-10T23:00")).await;
    assert!(house.passive("beta").await.is_empty());
    house.settle(on_day("07-11T00:00")).await;
    let started = house.passive("beta").await;
    assert_eq!(started.len(), 1);
    assert_eq!(started[0].1, "AwaitingBureauSubmission");
    house.office.registers = paid_until("2024-08-10");
    house.settle(on_day("07-12T00:00")).await;
    assert_eq!(house.passive("beta").await[0].1, "Abandoned");
    let id = account_id("beta").to_string();
    let account = house.office.ledger.load::<Account>(&id).await.unwrap();
    let held = account.state.principal.clone().unwrap();
    assert!(held.locked.is_empty() && held.services.len() == 1);
}

// covers: RES-12
async fn what_was_renewed_in_the_last_moment_is_not_forwarded(on: On) {
    let mut house = transferred(on).await;
    house.settle(on_day("07-11T00:00")).await;
    let (order, _) = house.passive("beta").await.remove(0);
    // Nobody has looked since, and nobody will.
    house.office.registers = paid_until("2099-12-31");
    house.office.work = None;
    let (office, _keep) = house.share();
    let open = Open::serve(office).await;
    let reviewer = open.token(Role::Reviewer).await;
    let path = format!("/v1/orders/{order}/commands");
    let forward = json!({"command": "dispatch"});
    let (status, refused) = open.post(&path, &reviewer, &forward).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    assert_eq!(refused["rules"][0]["rule"], "RES-12", "{refused}");
}

/// What a service runs on stays where it is; what it shall run on is the own account's.
async fn another_server_of_the_account_that_gave_is_nobodys(on: On) {
    let mut house = transferred(on).await;
    house.office.registers = paid_until("2099-12-31");
    let beta = account_id("beta");
    let (office, _keep) = house.share();
    let grant = Grant {
        role: Role::Applicant,
        account: Some(beta),
        holder: None,
        channel: Channel::Pc,
    };
    let token = auth::issue(&office, Office::operator(), grant).await;
    let token = token.unwrap().reveal().to_owned();
    let open = Open::serve(office).await;
    let change =
        json!({"command": "open_change", "what": "service", "services": ["闽ICP备2024000001号-1"]});
    let path = format!("/v1/accounts/{beta}/orders");
    let (status, opened) = open.post(&path, &token, &change).await;
    assert_eq!(status, StatusCode::CREATED, "{opened}");
    let path = format!("/v1/orders/{}/commands", opened["order"].as_str().unwrap());
    for (server, expected) in [
        ("ecs-1", StatusCode::OK),
        ("ecs-9", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let product = json!({"service": "site-1", "kind": "website", "name": {"domain": "example.com"},
            "resource": {"kind": "cloud_server", "id": server}});
        let verify = json!({"command": "verify_product", "product": product});
        let (status, answer) = open.post(&path, &token, &verify).await;
        assert_eq!(status, expected, "{server}: {answer}");
    }
}
