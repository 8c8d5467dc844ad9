//! An office for stories that is spoken to over HTTP alone. Only what a story looks up to go on (the codes that were sent,
//! the QR code on the screen) is read past it, from the ledger.

use api::{
    auth,
    clock::Clock,
    office::Office,
    ports::{Registers, Said},
    router::router,
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use domain::{
    access::Grant,
    context::{Actor, Channel, Context, Role},
    desk::{Answer, Command},
    facts::{DomainRecord, OnRecord, ResourceRecord},
    form::{Document, Material, MediaType, Resource, ServiceName, SubjectOf},
    law::Law,
    order::{self, Order},
    personal::in_the_open,
    refusal::{Broken, Refusal, RuleId},
    values::{AccountId, DomainName, MaterialId, Mobile, OrderId, Province, StaffId},
    work::Fault,
};
use fixtures::{
    play::{self, BEGIN, Played},
    reference::Reference,
    scenario::Front,
};
use futures::future::{FutureExt, ready};
use jiff::Timestamp;
use ledger::{KeyRing, Ledger, Settings};
use projections::ReadModels;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};
use tower::ServiceExt;

/// As long as any answer of a story is.
const LONGEST: usize = 1024 * 1024;

pub(crate) struct OverHttp {
    office: Arc<Office>,
    service: Router,
    registers: Shared,
    now: Arc<Mutex<Timestamp>>,
    /// The office gives an order its id; the story has a name for it.
    orders: Mutex<HashMap<OrderId, String>>,
    /// So it does with materials.
    materials: Mutex<HashMap<MaterialId, String>>,
    tokens: Mutex<HashMap<String, String>>,
    /// By account, as the story names them.
    applicants: Mutex<HashMap<AccountId, String>>,
    /// Steps that cannot be said over HTTP.
    inside: AtomicUsize,
}

impl OverHttp {
    pub(crate) async fn open(url: &str, front: &Front, law: Arc<Law>) -> Self {
        let now = Arc::new(Mutex::new(BEGIN));
        let clock = {
            let now = Arc::clone(&now);
            Clock::Given(Arc::new(move || *now.lock().unwrap()))
        };
        let opened = Ledger::open(url, Settings::new(KeyRing::from_bytes([5; 32])))
            .await
            .unwrap();
        let registers = Reference::with(&front.records).unwrap();
        let registers = Shared(Arc::new(RwLock::new(registers)));
        let models = ReadModels::open(url, &opened).await.unwrap();
        let mut office = Office::new(opened, models, play::secret(), registers.clone())
            .with_sms_kept_by(front.sms_session)
            .by_clock(clock);
        office.law = law;
        let office = Arc::new(office);
        Self {
            service: router(&office),
            office,
            registers,
            now,
            orders: Mutex::default(),
            materials: Mutex::default(),
            tokens: Mutex::default(),
            applicants: Mutex::default(),
            inside: AtomicUsize::new(0),
        }
    }

    /// Lets go of the ledger. Answers how many steps the desk had to be asked for directly.
    pub(crate) async fn close(&self) -> usize {
        self.office.ledger.close().await;
        self.inside.load(Ordering::Relaxed)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        token: &str,
        (media_type, body): (&str, Body),
    ) -> Result<(StatusCode, bool, Value), Fault> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, media_type);
        let request = if token.is_empty() {
            request
        } else {
            request.header(header::AUTHORIZATION, format!("Bearer {token}"))
        }
        .body(body)?;
        let response = self.service.clone().oneshot(request).await?;
        let status = response.status();
        let replayed = response.headers().contains_key("idempotency-replayed");
        let bytes = to_bytes(response.into_body(), LONGEST).await?;
        Ok((status, replayed, serde_json::from_slice(&bytes)?))
    }

    /// The token of whoever speaks, issued when they first do.
    async fn token(&self, actor: &Actor, account: AccountId) -> Result<String, Fault> {
        let whose = (actor.role == Role::Applicant).then_some(account);
        if let Some(account) = whose {
            self.applicants
                .lock()
                .unwrap()
                .insert(account, actor.id.clone());
        }
        let speaker = format!("{} {:?}", actor.id, actor.channel);
        let known = self.tokens.lock().unwrap().get(&speaker).cloned();
        if let Some(token) = known {
            return Ok(token);
        }
        let name = actor.id.rsplit(':').next().unwrap_or_default();
        let grant = Grant {
            role: actor.role,
            account: whose,
            holder: whose
                .is_none()
                .then(|| StaffId::parse(name))
                .transpose()
                .map_err(|error| error.to_string())?,
            channel: actor.channel,
        };
        let token = auth::issue(&self.office, Office::operator(), grant)
            .await
            .map_err(|problem| format!("no token: {problem:?}"))?;
        let token = token.reveal().to_owned();
        self.tokens.lock().unwrap().insert(speaker, token.clone());
        Ok(token)
    }

    /// Where a request about an order goes.
    fn address(&self, order: OrderId, account: AccountId, body: &Value) -> String {
        let known = self.orders.lock().unwrap().get(&order).cloned();
        match known {
            Some(id) => format!("/v1/orders/{id}/commands"),
            None if body["command"] == "open" => format!("/v1/accounts/{account}/orders"),
            // It was never opened: there is nothing under its own id either.
            None => format!("/v1/orders/{order}/commands"),
        }
    }

    /// What a lead says, who has no token: the face check with the QR code, the SMS entry with the code. `None`: it is
    /// said by somebody else.
    ///
    /// The answer names no order, so what was decided is read off the ledger. What nobody waits for is answered like a
    /// wrong entry and is not on record: then only the desk can say what the story knows of it.
    async fn as_a_lead(
        &self,
        command: &Command,
        context: &Context,
    ) -> Result<Option<Played>, Fault> {
        let (path, body) = match command {
            Command::EnterSmsByMobile { entry, .. } => ("sms-verifications", json!(entry)),
            Command::Order(asked) if context.actor.role == Role::Lead => {
                let known = self.orders.lock().unwrap().get(&asked.order).cloned();
                match &asked.request {
                    order::Request::ScanQr { qr, app_version } => (
                        "face-checks/scan",
                        json!({"order": known, "qr": qr, "app_version": app_version}),
                    ),
                    order::Request::ConfirmPhoto { .. } => {
                        let state = play::Office::order(self, asked.order).await?;
                        let mut checks = state.verifications.values();
                        let qr = checks.find_map(|check| check.qr.as_ref()).map(|qr| qr.id);
                        ("face-checks/confirm", json!({"order": known, "qr": qr}))
                    }
                    order::Request::EnterSmsCode { entry } => ("sms-verifications", json!(entry)),
                    // A picture goes with a resend, and its answer is nobody's to look up.
                    _ => return self.inside(command, context).await.map(Some),
                }
            }
            _ => return Ok(None),
        };
        let before = self.office.ledger.head().await?.position;
        let (path, body) = (format!("/v1/{path}"), in_the_open(body));
        let (status, _, answer) = self.send(Method::POST, &path, "", as_json(&body)).await?;
        let after = self.office.ledger.head().await?.position;
        if before == after {
            if !status.is_client_error() || answer["type"].is_null() {
                return Err(format!("nothing was decided, but the answer is {answer}").into());
            }
            return self.inside(command, context).await.map(Some);
        }
        let decided = self.office.ledger.decision_at(after).await?;
        let decided = decided.ok_or("the head has no decision")?;
        let outcome = match decided.refusal()? {
            Some(refusal) => Err(refusal),
            None => Ok(Answer::default()),
        };
        let events = decided.events.into_iter().map(|event| event.event_type);
        Ok(Some(Played {
            outcome,
            events: events.collect(),
        }))
    }

    /// Asks the desk directly.
    async fn inside(&self, command: &Command, context: &Context) -> Result<Played, Fault> {
        let mut command = command.clone();
        if let Command::Order(asked) = &mut command {
            let known = self.orders.lock().unwrap().get(&asked.order).cloned();
            if let Some(known) = known {
                asked.order = OrderId::parse(&known)?;
            }
        }
        play::Office::decide(&self.office.ledger, &command, context).await
    }

    /// A request that names a material, with the id that the office gave it.
    fn with_materials(&self, mut body: Value) -> Value {
        let said = body["material"]
            .as_str()
            .and_then(|id| MaterialId::parse(id).ok());
        let known = said.and_then(|id| self.materials.lock().unwrap().get(&id).cloned());
        if let Some(known) = known {
            body["material"] = Value::String(known);
        }
        body
    }

    /// The events of a decision, as the history tells them.
    async fn events(&self, order: &str, position: u64) -> Result<Vec<String>, Fault> {
        let auditor = Actor {
            id: "auditor:story".to_owned(),
            role: Role::Auditor,
            channel: Channel::Pc,
        };
        let token = self.token(&auditor, play::account_id("nobody")).await?;
        let path = format!("/v1/orders/{order}/history?after={}", position - 1);
        let (_, _, history) = self
            .send(Method::GET, &path, &token, as_json(&Value::Null))
            .await?;
        let decision = &history["decisions"][0];
        if decision["position"] != position {
            return Err(format!("position {position} is not in the history: {history}").into());
        }
        let names = decision["events"].as_array().into_iter().flatten();
        Ok(names
            .map(|event| event["type"].as_str().unwrap_or_default().to_owned())
            .collect())
    }
}

/// Registers that a story may change as it goes on.
#[derive(Clone)]
struct Shared(Arc<RwLock<Reference>>);

impl Registers for Shared {
    fn on_record<'a>(
        &'a self,
        _principal: &'a Document,
        service: &'a ServiceName,
    ) -> Said<'a, OnRecord> {
        ready(Ok(self.0.read().unwrap().on_record(service))).boxed()
    }

    fn resource<'a>(
        &'a self,
        _account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>> {
        ready(Ok(self.0.read().unwrap().resource(resource))).boxed()
    }

    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>> {
        ready(Ok(self.0.read().unwrap().domain(domain))).boxed()
    }

    fn mobile_region<'a>(&'a self, mobile: &'a Mobile) -> Said<'a, Option<Province>> {
        ready(Ok(self.0.read().unwrap().mobile_region(mobile))).boxed()
    }
}

impl play::Office for OverHttp {
    fn hear(&self, registers: &Reference) {
        registers.clone_into(&mut self.registers.0.write().unwrap());
    }

    async fn decide(&self, command: &Command, context: &Context) -> Result<Played, Fault> {
        *self.now.lock().unwrap() = context.at;
        if let Some(played) = self.as_a_lead(command, context).await? {
            return Ok(played);
        }
        let Command::Order(asked) = command else {
            return self.inside(command, context).await;
        };
        if context.actor.role == Role::System {
            return self.inside(command, context).await;
        }
        let command = asked;
        let body = in_the_open(serde_json::to_value(&command.request)?);
        let token = self.token(&context.actor, command.account).await?;
        let path = self.address(command.order, command.account, &body);
        let (status, replayed, answer) =
            if let order::Request::AttachMaterial { material } = &command.request {
                let path = path.replace("/commands", "/materials");
                let form = form(material);
                self.send(Method::POST, &path, &token, (FORM, form.into()))
                    .await?
            } else {
                let body = self.with_materials(body);
                self.send(Method::POST, &path, &token, as_json(&body))
                    .await?
            };
        // Only the desk can speak of an order that there is not, or decide once more what is answered as the first time.
        if status == StatusCode::NOT_FOUND || replayed {
            self.inside.fetch_add(1, Ordering::Relaxed);
            return self.inside(&Command::Order(command.clone()), context).await;
        }
        if !status.is_success() {
            return Ok(Played {
                outcome: Err(refusal(&answer, command)?),
                events: Vec::new(),
            });
        }
        let (order, position) = (
            answer["order"].as_str().unwrap_or_default().to_owned(),
            answer["position"].as_u64().unwrap_or_default(),
        );
        let events = self.events(&order, position).await?;
        if let order::Request::AttachMaterial { material } = &command.request {
            let state = self.office.ledger.load::<Order>(&order).await?.state;
            let last = state.materials.last().ok_or("nothing was attached")?;
            self.materials
                .lock()
                .unwrap()
                .insert(material.id, last.id.to_string());
        }
        self.orders.lock().unwrap().insert(command.order, order);
        let warnings = answer["warnings"].as_array().into_iter().flatten();
        let outcome = Answer {
            warnings: warnings.map(broken).collect(),
            ..Answer::default()
        };
        Ok(Played {
            outcome: Ok(outcome),
            events,
        })
    }

    async fn order(&self, order: OrderId) -> Result<Order, Fault> {
        let known = self.orders.lock().unwrap().get(&order).cloned();
        let id = known.unwrap_or_else(|| order.to_string());
        let loaded = self.office.ledger.load::<Order>(&id).await?;
        // The office names an applicant by the account; the story has a name for it.
        let mut state = serde_json::to_string(&*loaded.state)?;
        for (account, name) in self.applicants.lock().unwrap().iter() {
            state = state.replace(&format!("applicant:{account}"), name);
        }
        Ok(serde_json::from_str(&state)?)
    }

    async fn unreadable(
        &self,
        order: OrderId,
        body: &Value,
        context: &Context,
        error: String,
    ) -> Result<String, Fault> {
        let account = play::account_id(context.actor.id.rsplit(':').next().unwrap_or_default());
        let token = self.token(&context.actor, account).await?;
        let path = self.address(order, account, body);
        let (status, _, answer) = self
            .send(Method::POST, &path, &token, as_json(body))
            .await?;
        if status != StatusCode::UNPROCESSABLE_ENTITY || answer["mistakes"][0].is_null() {
            return Err(format!("expected a place in `mistakes`, came {status}: {answer}").into());
        }
        // A field that is missing or too many is pointed at by its name.
        let named = error.split('`').nth(1).unwrap_or_default();
        let pointer = answer["mistakes"][0]["pointer"]
            .as_str()
            .unwrap_or_default();
        let about_fields = error.contains(" field `");
        if about_fields && !pointer.ends_with(&format!("/{named}")) {
            return Err(format!("{error}, but the answer points at {pointer:?}").into());
        }
        Ok(error)
    }
}

/// The frame of an upload.
const FORM: &str = "multipart/form-data; boundary=story";

/// What a story says of a material as an upload: bytes of that type and length.
fn form(material: &Material) -> Vec<u8> {
    let mut bytes = match material.media_type {
        MediaType::Png => b"\x89PNG\r\n\x1a\n".to_vec(),
        MediaType::Jpeg => b"\xff\xd8\xff\xe0".to_vec(),
        MediaType::Pdf => b"%PDF-1.7".to_vec(),
        MediaType::Other => b"GIF89a".to_vec(),
    };
    bytes.resize(usize::try_from(material.bytes).unwrap(), 0);
    let mut form = Vec::new();
    let mut field = |name: &str, value: &[u8]| {
        form.extend_from_slice(
            format!("--story\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n")
                .as_bytes(),
        );
        form.extend_from_slice(value);
        form.extend_from_slice(b"\r\n");
    };
    field("kind", material.kind.name().as_bytes());
    if let SubjectOf::Service { service } = &material.subject {
        field("service", service.to_string().as_bytes());
    }
    if let Some(side) = material.side {
        let side = serde_json::to_value(side).unwrap();
        field("side", side.as_str().unwrap().as_bytes());
    }
    field("file", &bytes);
    form.extend_from_slice(b"--story--\r\n");
    form
}

fn as_json(body: &Value) -> (&'static str, Body) {
    ("application/json", Body::from(body.to_string()))
}

fn broken(rule: &Value) -> Broken {
    let text = |name: &str| rule[name].as_str().unwrap_or_default().to_owned();
    Broken {
        rule: RuleId(text("rule").into()),
        pointer: text("pointer"),
        facts: serde_json::from_value(rule["facts"].clone()).unwrap_or_default(),
    }
}

/// The refusal that a problem document tells of.
fn refusal(problem: &Value, command: &order::OrderCommand) -> Result<Refusal, Fault> {
    let rules = problem["rules"].as_array().into_iter().flatten();
    let mut broken: Vec<_> = rules.map(broken).collect();
    match (problem["type"].as_str(), broken.pop()) {
        (Some("urn:beian:problem:rules-broken"), Some(last)) => {
            broken.push(last);
            Ok(Refusal::Rules { broken })
        }
        (Some("urn:beian:problem:not-now"), Some(closed)) => Ok(Refusal::NotNow {
            rule: closed.rule,
            command: command.request.by(),
            stage: serde_json::from_value(problem["stage"]["name"].clone())?,
            allowed: Vec::new(),
        }),
        (Some("urn:beian:problem:not-yours"), Some(closed)) => Ok(Refusal::NotYours {
            rule: closed.rule,
            command: command.request.by(),
            reserved_for: Vec::new(),
        }),
        _ => Err(format!("no refusal of the desk: {problem}").into()),
    }
}
