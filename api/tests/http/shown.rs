//! What somebody who looks at an order is told: hints, labels, and what they may do from where they sit.

use crate::service::{Service, send, through};
use domain::context::Role;
use reqwest::Method;
use serde_json::{Value, json};

on_both_stores!(
    everybody_is_told_what_concerns_them,
    the_type_of_a_service_is_shown_and_not_edited,
    what_may_be_done_depends_on_where_one_sits,
    what_an_account_may_start_is_offered_with_the_reason_why_not,
    what_an_action_does_for_good_is_told_beside_it,
);

/// The rules that somebody is told of, each with its place; every one says it in both languages.
fn told(hints: &Value) -> Vec<(&str, &str)> {
    hints
        .as_array()
        .unwrap()
        .iter()
        .map(|hint| {
            for word in ["en", "zh"] {
                assert!(!hint[word].as_str().unwrap().is_empty(), "{hint}");
            }
            (hint["rule"].as_str().unwrap(), hint["at"].as_str().unwrap())
        })
        .collect()
}

async fn everybody_is_told_what_concerns_them(service: Service) {
    let head = service.position().await;
    let path = format!("/v1/accounts/{}/filings", service.account);
    let before = service
        .get(&format!("{path}?wait_for={head}"), Role::Applicant)
        .await;
    assert_eq!(
        told(&before.body["hints"]),
        [("FST-3", "start"), ("RES-11", "start")]
    );

    let order = service.open().await;
    let path = format!("/v1/orders/{order}");
    let sms = [
        ("SMS-32", "sms_page"),
        ("SMS-34", "sms_page"),
        ("SMS-45", "sms_page"),
        ("SLA-4", "sms_page"),
    ];
    let after = [
        ("FST-6", "after"),
        ("DNS-2", "after"),
        ("DNS-8", "after"),
        ("SVC-11", "after"),
        ("POST-1", "after"),
        ("POST-2", "after"),
        ("POST-3", "after"),
        ("POST-4", "after"),
        ("POST-5", "after"),
        ("POST-6", "after"),
    ];
    let (fst_5, rvw_7, ord_26) = (
        [("FST-5", "services")],
        [("RVW-7", "status")],
        [("ORD-26", "review_desk")],
    );
    let states: [(&str, &str, &[_], &[_]); 4] = [
        ("open", "Draft", &fst_5, &fst_5),
        ("submit", "InReview", &rvw_7, &ord_26),
        ("record_receipt", "SmsVerification", &sms, &sms),
        ("approve", "Completed", &after, &after),
    ];
    let mut played = 1;
    for (command, stage, applicant, reviewer) in states {
        let until = through(command);
        service.play(&order, played..until).await;
        played = until;
        for (role, expected) in [(Role::Applicant, applicant), (Role::Reviewer, reviewer)] {
            let shown = service.get(&path, role).await.body;
            assert_eq!(shown["stage"]["name"], stage);
            assert_eq!(told(&shown["hints"]), expected, "{stage} {role:?}");
        }
    }
}

// covers: SVC-3, APP-7
async fn the_type_of_a_service_is_shown_and_not_edited(service: Service) {
    let order = service.open().await;
    let commands = format!("/v1/orders/{order}/commands");
    let product = json!({"service": "app-1", "kind": "app", "name": {"app_name": "示例助手"}, "resource": {"kind": "cloud_server", "id": "ecs-1"}});
    let app = json!({"command": "verify_product", "product": product});
    service.play(&order, 1..2).await;
    let verified = service.post(&commands, Role::Applicant, &app).await;
    assert_eq!(verified.status, 200, "{}", verified.body);
    let labels = json!([
        {"service": "app-1", "type": {"name": "app", "zh": "APP应用", "en": "App"}},
        {"service": "site-1", "type": {"name": "website", "zh": "网站", "en": "website"}},
    ]);
    let services = async || {
        let path = format!("/v1/orders/{order}");
        service.get(&path, Role::Applicant).await.body["services"].clone()
    };
    assert_eq!(services().await, labels);

    let lead = json!({"who": "principal_lead"});
    let forms = [
        (
            "site-1",
            json!({"form": "app", "app_name": "示例助手", "content": "other", "lead": lead}),
        ),
        (
            "app-1",
            json!({"form": "website", "site_name": "示例科技", "domains": ["example.com"], "content": "other", "lead": lead}),
        ),
    ];
    for (key, form) in forms {
        let edit = json!({"command": "enter_service", "service": key, "form": form});
        let refused = service.post(&commands, Role::Applicant, &edit).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let rules = &refused.body["rules"];
        assert_eq!(
            (&rules[0]["rule"], &rules[0]["pointer"]),
            (
                &json!("ORD-20"),
                &json!(format!("/services/{key}/form/form"))
            ),
            "{rules}"
        );
    }
    assert_eq!(services().await, labels);
}

/// The commands that are open, and the rule that closes each other one.
async fn possible(service: &Service, order: &str, token: &str) -> Value {
    let path = format!("{}/v1/orders/{order}/allowed-commands", service.address);
    let answer = send(service.client.get(path).bearer_auth(token)).await.body;
    let mut possible = json!({});
    for open in answer["allowed"].as_array().unwrap() {
        possible[open.as_str().unwrap()] = json!("open");
    }
    for closed in answer["not_allowed"].as_array().unwrap() {
        possible[closed["command"].as_str().unwrap()] = closed["because"]["rule"].clone();
    }
    possible
}

// covers: VER-15, ORD-19
async fn what_may_be_done_depends_on_where_one_sits(service: Service) {
    let order = service.open().await;
    let mut tokens = Vec::new();
    for channel in ["pc", "app"] {
        let asked = json!({"role": "applicant", "channel": channel, "account": service.account});
        let issued = service.request(Method::POST, "/v1/tokens", Role::Operator);
        let issued = send(issued.json(&asked)).await.body;
        tokens.push(issued["token"].as_str().unwrap().to_owned());
    }
    let [pc, app] = tokens.as_slice() else {
        panic!("two tokens")
    };
    // A filing may be started in either; the face check is the App's.
    for by in ["start_face_check", "confirm_photo"] {
        assert_eq!(possible(&service, &order, pc).await[by], "VER-15", "{by}");
        assert_eq!(possible(&service, &order, app).await[by], "open", "{by}");
    }
    for token in [pc, app] {
        let possible = possible(&service, &order, token).await;
        assert_eq!(possible["enter_principal"], "open");
    }
    // Once it was submitted, the form is the PC's.
    service.play(&order, 1..through("submit")).await;
    let withdraw = json!({"command": "withdraw"});
    let withdrawn = service.say(&order, Role::Applicant, &withdraw).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.body);
    for by in ["enter_principal", "enter_service", "attach_material"] {
        assert_eq!(possible(&service, &order, pc).await[by], "open", "{by}");
        assert_eq!(possible(&service, &order, app).await[by], "ORD-19", "{by}");
    }
    // The list of filings and a refusal name the same moves.
    let at = service.position().await;
    for token in [pc, app] {
        let open = possible(&service, &order, token).await;
        let is_open = |by: &Value| open[by.as_str().unwrap()] == "open";
        let path = format!(
            "{}/v1/accounts/{}/filings?wait_for={at}",
            service.address, service.account
        );
        let filings = send(service.client.get(path).bearer_auth(token)).await.body;
        let path = format!("{}/v1/orders/{order}/commands", service.address);
        let refused = service.client.post(path).bearer_auth(token);
        let refused = send(refused.json(&withdraw)).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        for list in [&filings["filings"][0]["may"], &refused.body["allowed"]] {
            let list = list.as_array().unwrap();
            assert!(list.iter().all(is_open), "{list:?} of {open}");
            let all = open.as_object().unwrap().values();
            assert_eq!(list.len(), all.filter(|by| *by == "open").count());
        }
    }
}

/// What is offered, and the code or rule that hides what is not.
async fn offers(service: &Service) -> Value {
    let at = service.position().await;
    let path = format!("/v1/accounts/{}/filings?wait_for={at}", service.account);
    let filings = service.get(&path, Role::Applicant).await.body;
    let mut offers = json!({});
    for offer in filings["offers"].as_array().unwrap() {
        let because = &offer["because"];
        assert_eq!(offer["offered"] == true, because.is_null(), "{offer}");
        for words in [offer, because]
            .into_iter()
            .filter(|words| !words.is_null())
        {
            for word in ["en", "zh"] {
                assert!(!words[word].as_str().unwrap().is_empty(), "{offer}");
            }
        }
        let why = because["rule"].as_str().or(because["code"].as_str());
        offers[offer["action"].as_str().unwrap()] = json!(why.unwrap_or("offered"));
    }
    offers
}

/// The rules that are told beside an action.
async fn notes(service: &Service, action: &str) -> Vec<String> {
    let at = service.position().await;
    let path = format!("/v1/accounts/{}/filings?wait_for={at}", service.account);
    let filings = service.get(&path, Role::Applicant).await.body;
    let mut offers = filings["offers"].as_array().unwrap().iter();
    let offer = offers.find(|offer| offer["action"] == action).unwrap();
    let notes = offer["notes"].as_array().unwrap().iter();
    notes
        .map(|note| note["rule"].as_str().unwrap().to_owned())
        .collect()
}

// covers: DNS-6, RES-8, ORD-11
async fn what_an_action_does_for_good_is_told_beside_it(service: Service) {
    assert_eq!(notes(&service, "change_service").await, ["DNS-6"]);
    assert_eq!(notes(&service, "change_principal").await, [""; 0]);
    assert_eq!(notes(&service, "cancel_service").await, ["RES-8"]);
    assert_eq!(
        notes(&service, "cancel_principal").await,
        ["RES-8", "ORD-11"]
    );
}

// covers: ACC-3, ACC-4, ACC-5, ACC-6
async fn what_an_account_may_start_is_offered_with_the_reason_why_not(service: Service) {
    let free = json!({"new_information": "offered", "claim": "offered",
        "change_principal": "nothing_filed", "change_service": "nothing_filed", "change_filing": "nothing_filed",
        "transfer": "nothing_filed", "migrate": "nothing_filed", "cancel_service": "nothing_filed",
        "cancel_principal": "nothing_filed", "cancel_access": "nothing_filed"});
    assert_eq!(offers(&service).await, free);
    let order = service.open().await;
    let in_flight = json!({"new_information": "ACC-8", "claim": "ACC-8",
        "change_principal": "ACC-3", "change_service": "ACC-3", "change_filing": "ACC-3",
        "transfer": "ACC-9", "migrate": "ACC-10", "cancel_service": "ACC-4", "cancel_principal": "ACC-4",
        "cancel_access": "ACC-5"});
    assert_eq!(offers(&service).await, in_flight);
    // Abandoned, it hides nothing any more; another one does.
    let abandon = json!({"command": "abandon"});
    let abandoned = service.say(&order, Role::Applicant, &abandon).await;
    assert_eq!(abandoned.status, 200, "{}", abandoned.body);
    assert_eq!(offers(&service).await, free);
    let order = service.open().await;
    assert_eq!(offers(&service).await, in_flight);
    service.play(&order, 1..through("dispatch")).await;
    assert_eq!(offers(&service).await, in_flight);
    service
        .play(&order, through("dispatch")..through("approve"))
        .await;
    // The filing is there: everything that is about one may follow.
    let filed = offers(&service).await;
    for (action, why) in filed.as_object().unwrap() {
        assert_eq!(why, "offered", "{action}");
    }
}
