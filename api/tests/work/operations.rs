//! Over HTTP: dead letters, the inbox of a demo, results that come again, and workers that start and stop with the service.

use crate::house::{House, On, at};
use crate::ports::{Fault, Ledgered};
use api::{
    auth,
    office::Office,
    ports::Trouble,
    server,
    workers::{Outside, SmsKeeper},
};
use domain::{
    access::Grant,
    context::{Channel, Role},
    values::StaffId,
};
use fixtures::play::order_id;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::timeout};

const STORY: &str = "openings/two-leads-in-sms.md";

pub(crate) struct Open {
    office: Arc<Office>,
    address: String,
    client: Client,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Open {
    pub(crate) async fn serve(office: Arc<Office>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server::serve(Arc::clone(&office), listener, async {
            drop(stopped.await);
        }));
        Self {
            office,
            address,
            client: Client::new(),
            stop,
            served,
        }
    }

    pub(crate) async fn token(&self, role: Role) -> String {
        let grant = Grant {
            role,
            account: None,
            holder: StaffId::parse("t-1").ok(),
            channel: Channel::System,
        };
        auth::issue(&self.office, Office::operator(), grant)
            .await
            .unwrap()
            .reveal()
            .to_owned()
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> (StatusCode, Value) {
        answer(
            self.client
                .get(format!("{}{path}", self.address))
                .bearer_auth(token),
        )
        .await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> (StatusCode, Value) {
        answer(
            self.client
                .post(format!("{}{path}", self.address))
                .bearer_auth(token)
                .json(body),
        )
        .await
    }
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    (
        status,
        serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default(),
    )
}

#[tokio::test]
async fn dead_letters_are_listed_and_retried_by_operators() {
    let ports = Ledgered::default();
    let house = House::open(On::Sqlite, ports.outside(), SmsKeeper::Embedded).await;
    house.play(STORY, Some("record_receipt")).await;
    ports.fail([Fault::Says(Trouble::Answered(403))]);
    house
        .runner(house.work(), "bureau")
        .step(at(3, 0))
        .await
        .unwrap();
    // Kept until the end: it holds the folder. The workers of the service are those of the house.
    let (office, _keep) = house.share();
    let open = Open::serve(office).await;
    let (operator, reviewer) = (
        open.token(Role::Operator).await,
        open.token(Role::Reviewer).await,
    );
    assert_eq!(open.get("/v1/dead-letters", &reviewer).await.0, 403);
    let (status, listed) = open.get("/v1/dead-letters", &operator).await;
    assert_eq!(status, 200);
    let letter = &listed["dead_letters"][0];
    assert_eq!(
        (&letter["worker"], &letter["kind"], &letter["attempts"]),
        (&json!("bureau"), &json!("submit"), &json!(1))
    );
    assert_eq!(letter["because"]["code"], "answered 403");
    assert!(
        letter["because"]["en"].as_str().unwrap().contains("key")
            && letter["because"]["zh"].as_str().unwrap().contains("密钥")
    );
    let retry = format!("/v1/dead-letters/{}/retry", letter["id"].as_str().unwrap());
    assert_eq!(open.post(&retry, &reviewer, &json!({})).await.0, 403);
    assert_eq!(
        open.post(
            "/v1/dead-letters/bureau:none:0/retry",
            &operator,
            &json!({})
        )
        .await
        .0,
        404
    );
    let head = open.office.ledger.head().await.unwrap();
    assert_eq!(open.post(&retry, &operator, &json!({})).await.0, 202);
    // The workers of the running service take it up.
    timeout(Duration::from_mins(1), open.office.ledger.wait_beyond(head))
        .await
        .unwrap();
    assert_eq!(
        open.get("/v1/dead-letters", &operator).await.1["dead_letters"],
        json!([])
    );
    // Nothing is simulated here, so there is no inbox.
    assert_eq!(open.get("/v1/simulator/messages", &operator).await.0, 404);
    open.stop.send(()).unwrap();
    open.served.await.unwrap();
}

#[tokio::test]
async fn a_demo_receives_submissions_and_shows_the_codes_it_would_have_sent() {
    let house = House::open(On::Sqlite, Outside::simulated(Some(0)), SmsKeeper::Embedded).await;
    house.play(STORY, Some("dispatch")).await;
    let (office, _keep) = house.share();
    let open = Open::serve(office).await;
    let (operator, reviewer) = (
        open.token(Role::Operator).await,
        open.token(Role::Reviewer).await,
    );
    let commands = format!("/v1/orders/{}/commands", order_id("o1"));
    let (status, body) = open
        .post(&commands, &reviewer, &json!({"command": "dispatch"}))
        .await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(open.get("/v1/simulator/messages", &reviewer).await.0, 403);
    for (mobile, mask, last6) in [
        ("13800138000", "138****8000", "31002X"),
        ("19200000000", "192****0000", "012176"),
    ] {
        let code = timeout(Duration::from_mins(1), async {
            loop {
                let shown = open.get("/v1/simulator/messages", &operator).await.1;
                assert!(!shown.to_string().contains(mobile), "{shown}");
                if let Some(code) = code_to(&shown, mask) {
                    break code;
                }
            }
        })
        .await
        .unwrap();
        let entry = json!({"code": code, "mobile": mobile, "last6": last6});
        // A lead has no token, so none is known by this one.
        let (status, body) = open.post("/v1/sms-verifications", "none", &entry).await;
        assert_eq!(status, 200, "{body}");
    }
    // The simulated bureau approves by itself, after no time at all.
    let order = format!("/v1/orders/{}", order_id("o1"));
    timeout(Duration::from_mins(1), async {
        while open.get(&order, &operator).await.1["stage"]["name"] != "Completed" {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    open.stop.send(()).unwrap();
    open.served.await.unwrap();
}

fn code_to(shown: &Value, mask: &str) -> Option<String> {
    let messages = shown["messages"].as_array()?;
    let text = messages
        .iter()
        .filter(|message| message["to"] == mask)
        .find_map(|message| message["text"].as_str()?.split_once("verification code: "))?;
    Some(text.1.chars().take(6).collect())
}

// covers: AMB-64
#[tokio::test]
async fn a_result_that_comes_again_is_answered_as_the_first_time() {
    let house = House::bare(On::Sqlite).await;
    house.play(STORY, Some("record_receipt")).await;
    let (office, _keep) = house.share();
    let open = Open::serve(office).await;
    let bureau = open.token(Role::Bureau).await;
    let commands = format!("/v1/orders/{}/commands", order_id("o1"));
    let order = open
        .get(&format!("/v1/orders/{}", order_id("o1")), &bureau)
        .await
        .1;
    let submission = &order["state"]["stage"]["submission"];
    let receipt = json!({"command": "record_receipt", "submission": submission});
    let first = open.post(&commands, &bureau, &receipt).await;
    assert_eq!(first.0, 200, "{}", first.1);
    let head = open.office.ledger.head().await.unwrap();
    assert_eq!(open.post(&commands, &bureau, &receipt).await, first);
    assert_eq!(open.office.ledger.head().await.unwrap(), head);
    // Nobody else is answered in the bureau's place, a version that is named has to hold, and a trial is a trial.
    let operator = open.token(Role::Operator).await;
    assert_eq!(open.post(&commands, &operator, &receipt).await.0, 409);
    let outdated = open
        .client
        .post(format!("{}{commands}", open.address))
        .header("if-match", "\"1\"");
    let outdated = answer(outdated.bearer_auth(&bureau).json(&receipt)).await;
    assert_eq!(outdated.0, 412, "{}", outdated.1);
    let trial = open
        .post(&format!("{commands}?dry_run=true"), &bureau, &receipt)
        .await;
    assert_eq!(trial.0, 409, "{}", trial.1);
    let head = open.office.ledger.head().await.unwrap();
    // A result for another submission is refused, and that is on record.
    let stray = json!({"command": "bureau_reject", "submission": "019363b0-8c00-7000-8000-000000000001", "reason": "x"});
    assert_eq!(open.post(&commands, &bureau, &stray).await.0, 409);
    assert_eq!(
        open.office.ledger.head().await.unwrap().position,
        head.position + 1
    );
    open.stop.send(()).unwrap();
    open.served.await.unwrap();
}
