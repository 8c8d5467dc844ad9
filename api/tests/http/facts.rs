//! What is looked up before a command is decided: it is of the version of the order that is decided on, or nothing is decided.

use crate::service::{Place, Service, said, send, through};
use api::{office::Office, ports::Registers, ports::Said};
use domain::{
    context::{Actor, Channel, Context, Role},
    desk::Command,
    facts::{DomainRecord, Facts, OnRecord, PrincipalRecord, ResourceRecord},
    form::{Document, Resource, ServiceName},
    order::{Order, OrderCommand, Request},
    refusal::Refusal,
    values::{AccountId, DomainName, Mobile, OrderId, Province},
};
use fixtures::reference::{REGISTERS, Reference};
use futures::future::{FutureExt, pending};
use jiff::Timestamp;
use ledger::{Ledger, Terms};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

macro_rules! on_both_places {
    ($($name:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test] async fn $name() { super::$name(crate::service::Place::sqlite()).await; })* }
        mod postgres { $(#[tokio::test] async fn $name() { super::$name(crate::service::Place::postgres().await).await; })* }
    };
}

on_both_places!(
    an_order_that_changes_while_the_registers_are_asked_is_judged_on_new_facts,
    an_order_that_never_holds_still_is_not_decided,
    a_version_that_was_expected_is_still_expected_after_the_look_up,
    what_nobody_looked_up_is_no_pass,
    a_register_that_is_silent_is_named_and_nothing_is_decided,
    no_register_is_asked_about_what_it_cannot_change,
);

/// Who changes an order behind the office's back, and what is entered.
struct Other {
    ledger: Ledger,
    command: Command,
    context: Context,
}

/// Registers during whose look-up of a domain somebody enters the service again, so often still.
#[derive(Clone)]
struct Restless {
    knows: Reference,
    other: Arc<Mutex<Option<Arc<Other>>>>,
    left: Arc<AtomicU32>,
    is_silent: Arc<AtomicBool>,
}

impl Restless {
    fn new(is_silent: bool) -> Self {
        Self {
            knows: Reference::read(REGISTERS).unwrap(),
            other: Arc::default(),
            left: Arc::default(),
            is_silent: Arc::new(AtomicBool::new(is_silent)),
        }
    }

    /// From now on: `times` look-ups are disturbed by somebody who enters `form`.
    fn disturb(&self, service: &Service, order: OrderId, form: &Value, times: u32) {
        let asked = OrderCommand {
            order,
            account: service.account,
            request: serde_json::from_value(form.clone()).unwrap(),
            facts: Facts::default(),
            fresh: [3; 10],
        };
        let actor = applicant(service.account);
        *self.other.lock().unwrap() = Some(Arc::new(Other {
            ledger: service.office.ledger.clone(),
            command: Command::Order(Box::new(asked)),
            context: service.office.context(actor),
        }));
        self.left.store(times, Ordering::Relaxed);
    }
}

fn applicant(account: AccountId) -> Actor {
    Actor {
        id: format!("applicant:{account}"),
        role: Role::Applicant,
        channel: Channel::Pc,
    }
}

impl Registers for Restless {
    fn on_record<'a>(
        &'a self,
        principal: &'a Document,
        name: &'a ServiceName,
    ) -> Said<'a, OnRecord> {
        Registers::on_record(&self.knows, principal, name)
    }
    fn principal<'a>(&'a self, document: &'a Document) -> Said<'a, Option<PrincipalRecord>> {
        Registers::principal(&self.knows, document)
    }

    fn resource<'a>(
        &'a self,
        account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>> {
        Registers::resource(&self.knows, account, resource)
    }
    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>> {
        async move {
            let other = self.other.lock().unwrap().clone();
            let left = self.left.load(Ordering::Relaxed);
            if let Some(other) = other.filter(|_| left > 0) {
                self.left.store(left - 1, Ordering::Relaxed);
                let terms = Terms::default();
                let done = other.ledger.execute(&other.command, &other.context, &terms);
                done.await.unwrap().outcome.unwrap();
            }
            if self.is_silent.load(Ordering::Relaxed) {
                pending::<()>().await;
            }
            Registers::domain(&self.knows, domain).await
        }
        .boxed()
    }
    fn mobile_region<'a>(&'a self, mobile: &'a Mobile) -> Said<'a, Option<Province>> {
        Registers::mobile_region(&self.knows, mobile)
    }
}

/// A service with an order that is ready to be submitted.
async fn ready(place: Place, registers: Restless) -> (Service, String) {
    let service = Service::start_as(place, registers, |office| Office {
        look_up_within: Duration::from_millis(500),
        ..office
    })
    .await;
    let order = service.open().await;
    service.play(&order, 1..through("submit") - 1).await;
    (service, order)
}

/// The form of the service, with another domain in it.
fn other_domain() -> Value {
    let mut form = said("enter_service");
    form["form"]["domains"] = json!(["example.net"]);
    form
}

async fn submissions(service: &Service, order: &str) -> Vec<ledger::Decision> {
    let history = service.office.ledger.history("order", order, 0, 1000).await;
    history
        .unwrap()
        .into_iter()
        .filter(|decision| decision.command_type == "submit")
        .collect()
}

async fn an_order_that_changes_while_the_registers_are_asked_is_judged_on_new_facts(place: Place) {
    let registers = Restless::new(false);
    let (service, order) = ready(place, registers.clone()).await;
    let id: OrderId = order.parse().unwrap();
    let path = format!("/v1/orders/{order}/commands");
    let dry = format!("{path}?dry_run=true");
    // Of the old version it would be said that the new domain is not registered.
    registers.disturb(&service, id, &other_domain(), 1);
    let answer = service.post(&dry, Role::Applicant, &said("submit")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(submissions(&service, &order).await.is_empty());

    registers.disturb(&service, id, &said("enter_service"), 1);
    let answer = service.post(&path, Role::Applicant, &said("submit")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let [submitted] = submissions(&service, &order).await.try_into().unwrap();
    let looked_up = submitted.command["facts"]["domains"].as_object().unwrap();
    let looked_up: Vec<_> = looked_up.keys().map(String::as_str).collect();
    assert_eq!(looked_up, ["example.com"]);
}

async fn an_order_that_never_holds_still_is_not_decided(place: Place) {
    let registers = Restless::new(false);
    let (service, order) = ready(place, registers.clone()).await;
    registers.disturb(&service, order.parse().unwrap(), &said("enter_service"), 9);
    let path = format!("/v1/orders/{order}/commands");
    let answer = service.post(&path, Role::Applicant, &said("submit")).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert_eq!(answer.body["type"], "urn:beian:problem:order-changing");
    assert!(submissions(&service, &order).await.is_empty());
    // Not tried for ever.
    assert_eq!(registers.left.load(Ordering::Relaxed), 6);

    registers.left.store(0, Ordering::Relaxed);
    let answer = service.post(&path, Role::Applicant, &said("submit")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn a_version_that_was_expected_is_still_expected_after_the_look_up(place: Place) {
    let registers = Restless::new(false);
    let (service, order) = ready(place, registers.clone()).await;
    registers.disturb(&service, order.parse().unwrap(), &said("enter_service"), 1);
    let version = service
        .office
        .ledger
        .load::<Order>(&order)
        .await
        .unwrap()
        .version;
    let path = format!("/v1/orders/{order}/commands");
    let submit = async |expected: u64| {
        let request = service.request(Method::POST, &path, Role::Applicant);
        let request = request.header("if-match", format!("\"{expected}\""));
        send(request.json(&said("submit"))).await
    };
    assert_eq!(submit(version).await.status, 412);
    // One that has never been is not expected of facts of before it.
    assert_eq!(submit(version + 2).await.status, 412);
    assert!(submissions(&service, &order).await.is_empty());
    assert_eq!(submit(version + 1).await.status, 200);
}

async fn what_nobody_looked_up_is_no_pass(place: Place) {
    let (service, order) = ready(place, Restless::new(false)).await;
    let decide = async |order: OrderId, say: &Value| {
        let request: Request = serde_json::from_value(say.clone()).unwrap();
        let asked = OrderCommand {
            order,
            account: service.account,
            request,
            facts: Facts::default(),
            fresh: [3; 10],
        };
        let context = service.office.context(applicant(service.account));
        let command = Command::Order(Box::new(asked));
        let ledger = &service.office.ledger;
        let trial = ledger.dry_run(&command, &context, &Terms::default()).await;
        match trial.unwrap().outcome {
            Err(Refusal::Rules { broken }) => broken,
            other => panic!("{other:?}"),
        }
    };
    let submitted = decide(order.parse().unwrap(), &said("submit")).await;
    for (rule, pointer) in [
        ("ORD-2", "/services/site-1/name"),
        ("RES-3", "/services/site-1/resource"),
        ("DOM-1", "/services/site-1/form/domains/0"),
    ] {
        let broken = submitted.iter().find(|one| one.rule.0 == rule);
        let broken = broken.unwrap_or_else(|| panic!("{rule} in {submitted:?}"));
        assert_eq!(broken.pointer, pointer);
        if rule == "ORD-2" {
            assert_eq!(broken.facts["looked_up"], false);
        }
    }
    let fresh = OrderId::new(Timestamp::now(), [4; 10]);
    let opened = decide(fresh, &said("open")).await;
    let detected = opened.iter().find(|one| one.rule.0 == "FST-1").unwrap();
    assert_eq!(detected.facts["looked_up"], false);
}

async fn a_register_that_is_silent_is_named_and_nothing_is_decided(place: Place) {
    let registers = Restless::new(true);
    let (service, order) = ready(place, registers).await;
    let path = format!("/v1/orders/{order}/commands");
    let request = service.request(Method::POST, &path, Role::Applicant);
    let response = request.json(&said("submit")).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "5");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["type"], "urn:beian:problem:register-silent");
    assert_eq!(problem["port"], "ports.domains");
    for words in ["detail", "detail_zh"] {
        assert!(problem[words].as_str().unwrap().contains("ports.domains"));
    }
    assert!(submissions(&service, &order).await.is_empty());
}

/// A repetition, and a move that the order does not permit, are answered while the registers are silent.
async fn no_register_is_asked_about_what_it_cannot_change(place: Place) {
    let registers = Restless::new(false);
    let is_silent = Arc::clone(&registers.is_silent);
    let (service, order) = ready(place, registers).await;
    let path = format!("/v1/orders/{order}/commands");
    let submit = |key: &'static str| {
        let request = service.request(Method::POST, &path, Role::Applicant);
        send(request.header("idempotency-key", key).json(&said("submit")))
    };
    let first = submit("once").await;
    assert_eq!(first.status, 200, "{}", first.body);
    is_silent.store(true, Ordering::Relaxed);
    let again = submit("once").await;
    assert_eq!((again.status, again.replayed), (first.status, true));
    assert_eq!(again.body, first.body);
    let twice = submit("twice").await;
    assert_eq!(
        (twice.status.as_u16(), &twice.body["type"]),
        (409, &json!("urn:beian:problem:not-now")),
        "{}",
        twice.body
    );
    // Withdrawn, it may be submitted again, by the applicant: then they are asked, and nobody answers.
    let withdraw = json!({"command": "withdraw"});
    let withdrawn = service.say(&order, Role::Applicant, &withdraw).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.body);
    let by_another = service.say(&order, Role::Bureau, &said("submit")).await;
    assert_eq!(by_another.status, 403, "{}", by_another.body);
    assert_eq!(submit("thrice").await.status, 503);
}
