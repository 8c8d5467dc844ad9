//! An account's lead book.

use crate::service::{Service, said, send, story};
use api::office::Office;
use domain::{context::Role, desk::Command, lead_book::LeadBook, values::LeadId};
use ledger::Terms;
use reqwest::Method;
use serde_json::{Value, json};

on_both_stores!(
    a_stored_lead_is_shown_with_masks_and_picked_by_its_id,
    a_book_is_its_accounts_own,
    who_is_forgotten_is_gone,
    who_is_forgotten_by_half_is_forgotten_on_the_next_try,
    a_repetition_is_answered_as_the_first_time,
    the_book_keeps_the_manners_of_the_house,
    a_full_book_takes_nobody_more,
    a_completed_filing_leaves_its_leads_in_the_book,
);

fn lead() -> Value {
    json!({"name": "王五", "document": {"kind": "resident_id_card", "number": "110101202311012176"},
        "validity": {"long_term": true, "from": "2023-12-01"}, "mobile": "19200000000", "emergency_phone": "13700137000",
        "email": "wang.wu@example.com"})
}

async fn store(service: &Service) -> String {
    let path = format!("/v1/accounts/{}/leads", service.account);
    let said = json!({"lead": lead()});
    let stored = service.post(&path, Role::Applicant, &said).await;
    assert!(stored.status.is_success(), "{}", stored.body);
    stored.body["lead"].as_str().unwrap().to_owned()
}

async fn leads(service: &Service) -> Vec<Value> {
    let path = format!("/v1/accounts/{}/leads", service.account);
    let listed = service.get(&path, Role::Applicant).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    listed.body["leads"].as_array().unwrap().clone()
}

/// The story's command that enters the website, led by somebody who is picked.
fn website(lead: &Value) -> Value {
    let mut say = said("enter_service");
    say["form"]["lead"] = json!({"who": "other", "lead": lead});
    say
}

// covers: LED-16, LED-17
async fn a_stored_lead_is_shown_with_masks_and_picked_by_its_id(service: Service) {
    let id = store(&service).await;
    assert_eq!(store(&service).await, id, "the same person is there once");
    let [shown] = &leads(&service).await[..] else {
        panic!("one lead is stored");
    };
    assert_eq!(shown["lead"], *id);
    assert_eq!(shown["data"]["document"]["kind"], "resident_id_card");
    let text = shown.to_string();
    for personal in [
        "王五",
        "110101202311012176",
        "19200000000",
        "wang.wu@example.com",
    ] {
        assert!(!text.contains(personal), "{text}");
    }

    let order = service.open().await;
    service.play(&order, 1..3).await;
    // Whatever is left out is filled in from the book; what is said stands.
    let picked = json!({"stored": id, "emergency_phone": "13700137001", "verify_later": true});
    let entered = service
        .say(&order, Role::Applicant, &website(&picked))
        .await;
    assert_eq!(entered.status, 200, "{}", entered.body);
    let loaded = service.office.ledger.load::<domain::order::Order>(&order);
    let state = loaded.await.unwrap().state;
    let entered = state.leads().last().unwrap();
    let number = entered.document.number.known().unwrap();
    assert_eq!(number.as_str(), "110101202311012176");
    let phone = entered.emergency_phone.known().unwrap();
    assert_eq!(phone.as_str(), "13700137001");

    let other = json!({"stored": id, "document": {"kind": "passport", "number": "E12345678"}});
    let refused = service.say(&order, Role::Applicant, &website(&other)).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["rules"][0]["rule"]),
        (422, &json!("LED-17")),
        "{}",
        refused.body
    );
    // Who is in no book cannot be filled in; what is missing is named.
    let stranger = json!({"stored": "019363b0-8c00-7000-8000-000000000001"});
    let refused = service
        .say(&order, Role::Applicant, &website(&stranger))
        .await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let pointer = &refused.body["mistakes"][0]["pointer"];
    assert!(pointer.as_str().unwrap().starts_with("/form/lead/lead"));
}

async fn a_book_is_its_accounts_own(service: Service) {
    let id = store(&service).await;
    let contacts = json!({"contacts": {"mobile": "13900139001", "email": "other@example.com"}});
    let opened = service
        .post("/v1/accounts", Role::Operator, &contacts)
        .await;
    let grant = json!({"role": "applicant", "account": opened.body["account"], "channel": "pc"});
    let issued = service.post("/v1/tokens", Role::Operator, &grant).await;
    let other = issued.body["token"].as_str().unwrap();
    let head = service.position().await;
    let path = format!("/v1/accounts/{}/leads", service.account);
    let theirs = format!(
        "/v1/accounts/{}/leads/{id}",
        opened.body["account"].as_str().unwrap()
    );
    let body = json!({"lead": lead()});
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::POST, path.clone()),
        (Method::PUT, format!("{path}/{id}")),
        (Method::DELETE, format!("{path}/{id}")),
        (Method::PUT, theirs.clone()),
        (Method::DELETE, theirs),
    ] {
        let request = service
            .client
            .request(method.clone(), format!("{}{path}", service.address));
        let answer = send(request.bearer_auth(other).json(&body)).await;
        assert_eq!(answer.status, 404, "{method} {path}");
    }
    for role in [Role::Reviewer, Role::Support, Role::Operator] {
        assert_eq!(service.post(&path, role, &body).await.status, 403);
        let forget = service.request(Method::DELETE, &format!("{path}/{id}"), role);
        assert_eq!(send(forget).await.status, 403);
    }
    assert_eq!(service.position().await, head);
}

async fn who_is_forgotten_is_gone(service: Service) {
    let id = store(&service).await;
    let all = format!("/v1/accounts/{}/leads", service.account);
    let path = format!("{all}/{id}");
    let mut changed = lead();
    changed["mobile"] = json!("19200000001");
    let put = service.request(Method::PUT, &path, Role::Applicant);
    let put = send(put.json(&json!({"lead": changed}))).await;
    assert_eq!(put.status, 200, "{}", put.body);
    // Stored once more, with a change and without one.
    changed["email"] = json!("wang.wu.2@example.com");
    for _ in 0..2 {
        let again = json!({ "lead": changed });
        let again = service.post(&all, Role::Applicant, &again).await;
        assert_eq!(
            (again.status.as_u16(), &again.body["lead"]),
            (200, &json!(id))
        );
    }
    let forget = || send(service.request(Method::DELETE, &path, Role::Applicant));
    assert_eq!(forget().await.status, 204);
    assert!(leads(&service).await.is_empty());
    assert_eq!(forget().await.status, 204, "it may come again");
    let (decisions, text) = said_of_leads(&service).await;
    assert_eq!(decisions, 6);
    is_erased(&text);
}

/// How many decisions there are about leads, and whatever is kept of them.
async fn said_of_leads(service: &Service) -> (usize, String) {
    let account = service.account.to_string();
    let history = service.office.ledger.history("account", &account, 0, 100);
    let decisions = history.await.unwrap();
    let kept: Vec<_> = decisions
        .iter()
        .filter(|decision| decision.command_type.ends_with("_lead"))
        .map(|decision| {
            let events = decision.events.iter().map(|event| &event.payload);
            (&decision.command, events.collect::<Vec<_>>())
        })
        .collect();
    (kept.len(), json!(kept).to_string())
}

/// What was stored is sealed for nobody any more: the record keeps its shape and loses the person.
fn is_erased(text: &str) {
    assert!(text.contains("$erased"));
    for personal in ["王五", "110101202311012176", "1920000000", "wang.wu"] {
        assert!(!text.contains(personal), "{text}");
    }
}

/// As when the service stopped between the decision and the key.
async fn who_is_forgotten_by_half_is_forgotten_on_the_next_try(service: Service) {
    let id = store(&service).await;
    let forget = Command::ForgetLead {
        account: service.account,
        lead: LeadId::parse(&id).unwrap(),
    };
    let context = service.office.context(Office::operator());
    let terms = Terms::default();
    let decided = service.office.execute(&forget, &context, &terms).await;
    decided.unwrap().outcome.unwrap();
    assert!(said_of_leads(&service).await.1.contains("王五"));
    let path = format!("/v1/accounts/{}/leads/{id}", service.account);
    let again = send(service.request(Method::DELETE, &path, Role::Applicant)).await;
    assert_eq!(again.status, 204, "{}", again.body);
    is_erased(&said_of_leads(&service).await.1);
}

async fn a_repetition_is_answered_as_the_first_time(service: Service) {
    let all = format!("/v1/accounts/{}/leads", service.account);
    let ask = |method: Method, path: &str, key: &str, body: Option<Value>| {
        let request = service.request(method, path, Role::Applicant);
        let request = request.header("idempotency-key", key);
        send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
    };
    let said = json!({"lead": lead()});
    let stored = ask(Method::POST, &all, "store", Some(said.clone())).await;
    assert_eq!((stored.status.as_u16(), stored.replayed), (201, false));
    let id = stored.body["lead"].as_str().unwrap().to_owned();
    let path = format!("{all}/{id}");
    let changed = ask(Method::PUT, &path, "change", Some(said.clone())).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let order = service.open().await;
    service.play(&order, 1..3).await;
    let pick = website(&json!({"stored": id}));
    let commands = format!("/v1/orders/{order}/commands");
    let picked = ask(Method::POST, &commands, "pick", Some(pick.clone())).await;
    assert_eq!(picked.status, 200, "{}", picked.body);
    let forgotten = ask(Method::DELETE, &path, "forget", None).await;
    assert_eq!(forgotten.status, 204);

    // The book has forgotten; the answers stand.
    let head = service.position().await;
    for (method, path, key, body, first) in [
        (Method::POST, &all, "store", Some(said.clone()), &stored),
        (Method::PUT, &path, "change", Some(said), &changed),
        (Method::POST, &commands, "pick", Some(pick), &picked),
        (Method::DELETE, &path, "forget", None, &forgotten),
    ] {
        let again = ask(method, path, key, body).await;
        assert!(again.replayed, "{key}: {}", again.body);
        assert_eq!((again.status, &again.body), (first.status, &first.body));
    }
    assert_eq!(service.position().await, head);
    let other = ask(Method::POST, &all, "store", Some(json!({}))).await;
    assert_eq!(other.body["type"], "urn:beian:problem:key-reused");
}

async fn a_completed_filing_leaves_its_leads_in_the_book(service: Service) {
    let order = service.open().await;
    let steps = story().len();
    service.play(&order, 1..steps).await;
    let kept = leads(&service).await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    // Erased with the filing, erased from the book.
    let file = format!("order/{order}");
    assert!(service.office.ledger.destroy_key(&file).await.unwrap());
    service.office.ledger.forget_states();
    assert!(leads(&service).await.is_empty());
}

async fn the_book_keeps_the_manners_of_the_house(service: Service) {
    let all = format!("/v1/accounts/{}/leads", service.account);
    let ask = |method: Method, path: &str, version: Option<&str>, body: &Value| {
        let request = service.request(method, path, Role::Applicant);
        let request = match version {
            Some(version) => request.header("if-match", version),
            None => request,
        };
        request.json(body)
    };
    let said = json!({"lead": lead()});
    let stored = ask(Method::POST, &all, None, &said).send().await.unwrap();
    assert_eq!(stored.status(), 201);
    let path = stored.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(stored.headers()["etag"], "\"1\"");
    let shown = service.get(&path, Role::Applicant).await;
    assert_eq!(
        (shown.status.as_u16(), shown.etag.as_deref()),
        (200, Some("\"1\""))
    );
    assert_eq!(shown.body, leads(&service).await[0]);
    // There already: nothing is new, and nothing is created.
    let again = send(ask(Method::POST, &all, Some("\"1\""), &said)).await;
    assert_eq!(
        (again.status.as_u16(), again.etag.as_deref()),
        (200, Some("\"1\""))
    );

    let mut changed = lead();
    changed["email"] = json!("wang.wu.2@example.com");
    let changed = json!({ "lead": changed });
    let put = send(ask(Method::PUT, &path, Some("\"1\""), &changed)).await;
    assert_eq!(
        (put.status.as_u16(), put.etag.as_deref()),
        (200, Some("\"2\""))
    );
    let head = service.position().await;
    for (method, at) in [
        (Method::POST, &all),
        (Method::PUT, &path),
        (Method::DELETE, &path),
    ] {
        let stale = send(ask(method, at, Some("\"1\""), &changed)).await;
        assert_eq!(
            (stale.status.as_u16(), &stale.body["type"]),
            (412, &json!("urn:beian:problem:outdated"))
        );
    }
    assert_eq!(service.position().await, head);

    // What the description gives as an example can be said.
    let described = service
        .public(Method::GET, "/openapi.json", &Value::Null)
        .await;
    let media = &described.body["paths"]["/v1/accounts/{account}/leads/{lead}"]["put"]["requestBody"]
        ["content"];
    let example = &media["application/json"]["example"];
    let put = send(ask(Method::PUT, &path, None, example)).await;
    assert_eq!(put.status, 200, "{}", put.body);

    // Erased while it is changed.
    let id = path.rsplit('/').next().unwrap();
    let ledger = &service.office.ledger;
    assert!(ledger.destroy_key(&format!("lead/{id}")).await.unwrap());
    let gone = send(ask(Method::PUT, &path, None, &changed)).await;
    assert_eq!(
        (gone.status.as_u16(), &gone.body["type"]),
        (410, &json!("urn:beian:problem:erased"))
    );
    assert_eq!(service.get(&path, Role::Applicant).await.status, 404);
}

async fn a_full_book_takes_nobody_more(service: Service) {
    let context = service.office.context(Office::operator());
    let person = |n: usize| {
        let mut lead = lead();
        lead["document"] = json!({"kind": "passport", "number": format!("E{n:08}")});
        lead
    };
    for n in 0..LeadBook::MOST {
        let mut random = [0; 10];
        random[9] = u8::try_from(n).unwrap();
        let store = Command::StoreLead {
            account: service.account,
            lead: LeadId::new(context.at, random),
            data: serde_json::from_value(person(n)).unwrap(),
        };
        let terms = Terms::default();
        let stored = service.office.execute(&store, &context, &terms).await;
        stored.unwrap().outcome.unwrap();
    }
    let all = format!("/v1/accounts/{}/leads", service.account);
    let store = async |n: usize| {
        let said = json!({"lead": person(n)});
        service.post(&all, Role::Applicant, &said).await
    };
    let refused = store(LeadBook::MOST).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["type"]),
        (409, &json!("urn:beian:problem:lead-book-full"))
    );
    let known = store(7).await;
    assert_eq!(known.status, 200, "{}", known.body);
    let path = format!("{all}/{}", known.body["lead"].as_str().unwrap());
    let forgotten = send(service.request(Method::DELETE, &path, Role::Applicant)).await;
    assert_eq!(forgotten.status, 204);
    assert_eq!(store(LeadBook::MOST).await.status, 201);
}
