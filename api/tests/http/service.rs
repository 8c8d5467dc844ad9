//! A running service, and callers of every role.

use api::{auth, commands, office::Office, peer::Proxies, ports::Registers, server};
use domain::{
    access::Grant,
    context::{Actor, Channel, Context, Role, Witness},
    desk::Command,
    facts::Facts,
    law::Law,
    order::{Order, OrderCommand, Request},
    secret::Secret,
    values::{AccountId, OrderId, StaffId},
};
use fixtures::{
    forms::fill,
    play::BEGIN,
    reference::{REGISTERS, Reference},
    scenario::{Scenario, Step},
};
use ledger::{KeyRing, Ledger, Settings, Terms};
use projections::ReadModels;
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use std::{collections::HashMap, path::Path, sync::Arc};
use tempfile::TempDir;
use test_database::TestDatabase;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

pub(crate) struct Service {
    pub(crate) office: Arc<Office>,
    pub(crate) account: AccountId,
    pub(crate) client: Client,
    pub(crate) address: String,
    pub(crate) stop: oneshot::Sender<()>,
    pub(crate) served: JoinHandle<()>,
    pub(crate) tokens: HashMap<Role, String>,
    pub(crate) place: Place,
}

/// Where its ledger is: a file or a database that goes when the test is over.
pub(crate) enum Place {
    Sqlite(TempDir),
    Postgres(TestDatabase),
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    pub(crate) async fn postgres() -> Self {
        Self::Postgres(TestDatabase::create().await.unwrap())
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => {
                format!("sqlite://{}", folder.path().join("ledger.sqlite").display())
            }
            Self::Postgres(database) => database.url().to_owned(),
        }
    }
}

/// The smallest thing that is taken for a PNG.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and the rest";

/// A status and a JSON body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) etag: Option<String>,
    pub(crate) replayed: bool,
    pub(crate) body: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let (status, etag, replayed) = (
            response.status(),
            header("etag"),
            header("idempotency-replayed").is_some(),
        );
        if !status.is_success() {
            assert_eq!(
                header("content-type").as_deref(),
                Some("application/problem+json")
            );
        }
        let text = response.text().await.unwrap();
        Self {
            status,
            etag,
            replayed,
            body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }
    }
}

impl Service {
    pub(crate) async fn start(place: Place) -> Self {
        Self::start_behind(place, Proxies::default()).await
    }

    /// A service that takes the word of these proxies.
    pub(crate) async fn start_behind(place: Place, proxies: Proxies) -> Self {
        let registers = Reference::read(REGISTERS).unwrap();
        Self::start_as(place, registers, |office| office.behind(proxies)).await
    }

    /// A service with registers of its own, and what else is different.
    pub(crate) async fn start_as(
        place: Place,
        registers: impl Registers,
        different: impl FnOnce(Office) -> Office,
    ) -> Self {
        let opened = Ledger::open(&place.url(), Settings::new(KeyRing::from_bytes([7; 32])))
            .await
            .unwrap();
        let models = ReadModels::open(&place.url(), &opened).await.unwrap();
        let secret = Secret::new([8; 32]);
        let office = different(Office::new(opened, models, secret, registers));
        let office = Arc::new(office);
        let contacts = json!({"mobile": "13800138000", "email": "owner@example.com"});
        let contacts = serde_json::from_value(contacts).unwrap();
        let account = commands::open_account_for(&office, contacts).await.unwrap();
        let mut tokens = HashMap::new();
        for role in [
            Role::Applicant,
            Role::Reviewer,
            Role::Support,
            Role::Auditor,
            Role::Bureau,
            Role::Operator,
        ] {
            let account = (role == Role::Applicant).then_some(account);
            let token = auth::issue(
                &office,
                Office::operator(),
                Grant {
                    role,
                    account,
                    holder: account
                        .is_none()
                        .then(|| StaffId::parse("staff-1").unwrap()),
                    // Leads verify in the App.
                    channel: if role == Role::Lead {
                        Channel::App
                    } else {
                        Channel::Pc
                    },
                },
            )
            .await
            .unwrap();
            tokens.insert(role, token.reveal().to_owned());
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server::serve(Arc::clone(&office), listener, async {
            // A dropped sender stops the service as well.
            drop(stopped.await);
        }));
        Self {
            office,
            account,
            client: Client::new(),
            address,
            stop,
            served,
            tokens,
            place,
        }
    }

    /// Where an address of the service is.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    pub(crate) fn request(&self, method: Method, path: &str, by: Role) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.address))
            .bearer_auth(&self.tokens[&by])
    }

    pub(crate) async fn get(&self, path: &str, by: Role) -> Answer {
        Answer::of(self.request(Method::GET, path, by).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, by: Role, body: &Value) -> Answer {
        send(self.request(Method::POST, path, by).json(body)).await
    }

    /// Opens the order of the story.
    pub(crate) async fn open(&self) -> String {
        let answer = self
            .post(
                &format!("/v1/accounts/{}/orders", self.account),
                Role::Applicant,
                &opening(),
            )
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["order"].as_str().unwrap().to_owned()
    }

    /// Uploads a material of the principal.
    pub(crate) async fn upload(&self, order: &str, about: &Value, bytes: &[u8]) -> Answer {
        let mut form = Form::new();
        for word in ["kind", "side"] {
            if let Some(value) = about[word].as_str() {
                form = form.text(word, value.to_owned());
            }
        }
        let form = form.part("file", Part::bytes(bytes.to_vec()).file_name("a name.png"));
        let path = format!("/v1/orders/{order}/materials");
        let request = self.request(Method::POST, &path, Role::Applicant);
        send(request.multipart(form)).await
    }

    /// Plays steps of the story after its opening.
    pub(crate) async fn play(&self, order: &str, steps: std::ops::Range<usize>) {
        for step in &story()[steps] {
            let by: Role = serde_json::from_value(json!(step.by)).unwrap();
            let state = self.office.ledger.load::<Order>(order).await.unwrap().state;
            let context = self.office.context(Office::operator());
            let say = fill(step.what.clone(), &state, &context).unwrap();
            if say["command"] == "attach_material" {
                let answer = self.upload(order, &say["material"], PNG).await;
                assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
                continue;
            }
            let answer = self.say(order, by, &say).await;
            assert_eq!(
                answer.status,
                StatusCode::OK,
                "{}: {}",
                say["command"],
                answer.body
            );
        }
    }

    /// Lets somebody say something about an order, by the way that they have: those with a token by their command, a
    /// lead at the public addresses, the office's own workers from inside.
    pub(crate) async fn say(&self, order: &str, by: Role, say: &Value) -> Answer {
        match by {
            Role::Lead => {
                let state = self.office.ledger.load::<Order>(order).await.unwrap().state;
                let qr = state
                    .verifications
                    .values()
                    .find_map(|check| check.qr.as_ref())
                    .map(|qr| qr.id.to_string());
                let (path, body) = match say["command"].as_str().unwrap() {
                    "scan_qr" => (
                        "face-checks/scan",
                        json!({"order": order, "qr": say["qr"], "app_version": say["app_version"]}),
                    ),
                    "confirm_photo" => ("face-checks/confirm", json!({"order": order, "qr": qr})),
                    "enter_sms_code" => ("sms-verifications", say["entry"].clone()),
                    other => panic!("a lead does not say {other}"),
                };
                self.public(Method::POST, &format!("/v1/{path}"), &body)
                    .await
            }
            Role::System => {
                let id: OrderId = order.parse().unwrap();
                let request: Request = serde_json::from_value(say.clone()).unwrap();
                let command = Command::Order(Box::new(OrderCommand {
                    order: id,
                    account: self.account,
                    request,
                    facts: Facts::default(),
                    fresh: [9; 10],
                }));
                let actor = Actor {
                    id: "system:worker".to_owned(),
                    role: Role::System,
                    channel: Channel::System,
                };
                let context = self.office.context(actor);
                let receipt = self
                    .office
                    .ledger
                    .execute(&command, &context, &Terms::default())
                    .await
                    .unwrap();
                receipt.outcome.unwrap();
                Answer {
                    status: StatusCode::OK,
                    etag: None,
                    replayed: false,
                    body: Value::Null,
                }
            }
            _ => {
                self.post(&format!("/v1/orders/{order}/commands"), by, say)
                    .await
            }
        }
    }

    /// Asks without a token.
    pub(crate) async fn public(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self
            .client
            .request(method, format!("{}{path}", self.address));
        send(request.json(body)).await
    }

    pub(crate) async fn position(&self) -> u64 {
        self.office.ledger.head().await.unwrap().position
    }
}

/// The story that is told here: a first filing of a company's website, from opening to its number.
pub(crate) fn story() -> Vec<Step> {
    let file = "../fixtures/scenarios/openings/company-filed.md";
    let story = Scenario::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    story.steps.into_iter().map(|placed| placed.step).collect()
}

/// How many of its steps lead up to this command, it included.
pub(crate) fn through(command: &str) -> usize {
    let steps = story();
    let says = |step: &Step| step.what["command"] == command;
    1 + steps.iter().position(says).unwrap()
}

/// What opens its order.
pub(crate) fn opening() -> Value {
    said("open")
}

/// What it says by a command that needs to know nothing of the order.
pub(crate) fn said(command: &str) -> Value {
    let context = Context {
        at: BEGIN,
        actor: Office::operator(),
        law: Law::standing(),
        secret: Arc::new(Secret::new([8; 32])),
        witness: Witness::default(),
    };
    let step = &story()[through(command) - 1];
    fill(step.what.clone(), &Order::default(), &context).unwrap()
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

/// Runs each of these functions, `async fn(Service)`, with the ledger on SQLite and on PostgreSQL.
macro_rules! on_both_stores {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    let place = crate::service::Place::sqlite();
                    super::$name(crate::service::Service::start(place).await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test]
                async fn $name() {
                    let place = crate::service::Place::postgres().await;
                    super::$name(crate::service::Service::start(place).await).await;
                }
            )*
        }
    };
}
