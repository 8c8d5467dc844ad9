//! An office for stories that is spoken to over HTTP alone. Only what a story looks up to go on (the codes that were sent,
//! the QR code on the screen) is read past it, from the ledger.

mod beside;
mod followed;
mod leads;
mod registers;
mod words;

use api::{auth, clock::Clock, office::Office, router::router};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use domain::{
    access::Grant,
    context::{Actor, Channel, Context, Role},
    desk::{Answer, Command},
    law::Law,
    order::{self, Order, OrderCommand},
    personal::in_the_open,
    values::{AccountId, OrderId, StaffId},
    work::Fault,
};
use fixtures::{
    play::{self, BEGIN, Played},
    reference::Reference,
    scenario::Front,
};
use jiff::Timestamp;
use ledger::{KeyRing, Ledger, Settings};
use projections::ReadModels;
use registers::Shared;
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, RwLock},
};
use tower::ServiceExt;
use words::{FORM, as_json, broken, form, refusal};

/// Why the desk is asked for a step directly: what it would say cannot be heard over HTTP.
pub(crate) const NEVER_OPENED: &str = "an order that was never opened is not found";
pub(crate) const COMES_AGAIN: &str =
    "a bureau's result that comes again is answered as the first time";
pub(crate) const NOBODYS_CODE: &str = "a QR code that is not a lead's newest is not found";
pub(crate) const NOBODY_WAITS: &str =
    "a lead for whom no session is open is answered like one who mistyped";

/// As long as any answer of a story is.
const LONGEST: usize = 1024 * 1024;

pub(crate) struct OverHttp {
    office: Arc<Office>,
    service: Router,
    registers: Shared,
    now: Arc<Mutex<Timestamp>>,
    /// The office gives orders, materials and leads their ids; the story has its own.
    ids: Mutex<HashMap<String, String>>,
    tokens: Mutex<HashMap<String, String>>,
    /// By account, as the story names them.
    applicants: Mutex<HashMap<AccountId, String>>,
    /// How many steps the desk had to be asked for directly, and why.
    inside: Mutex<BTreeMap<&'static str, usize>>,
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
            .keeping_drafts_for(front.draft_days)
            .by_clock(clock);
        office.law = law;
        let office = Arc::new(office);
        let it = Self {
            service: router(&office),
            office,
            registers,
            now,
            ids: Mutex::default(),
            tokens: Mutex::default(),
            applicants: Mutex::default(),
            inside: Mutex::default(),
        };
        it.follow().await;
        it
    }

    /// Lets go of the ledger. Answers how many steps the desk had to be asked for directly, and why.
    pub(crate) async fn close(&self) -> BTreeMap<&'static str, usize> {
        self.office.ledger.close().await;
        self.inside.lock().unwrap().clone()
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
        // What is downloaded is none.
        let media_type = response.headers().get(header::CONTENT_TYPE);
        let is_json = media_type.is_some_and(|it| it.as_bytes().ends_with(b"json"));
        let bytes = to_bytes(response.into_body(), LONGEST).await?;
        let answer = if bytes.is_empty() || !is_json {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)?
        };
        Ok((status, replayed, answer))
    }

    /// The token of whoever speaks, issued when they first do.
    async fn token(&self, actor: &Actor, account: AccountId) -> Result<String, Fault> {
        // Whoever is asked for an authorisation comes as the owner of their account.
        let role = match actor.role {
            Role::Target => Role::Applicant,
            role => role,
        };
        let whose = (role == Role::Applicant).then_some(account);
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
            role,
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

    /// What the office calls what the story calls so.
    fn id(&self, id: &impl ToString) -> String {
        let id = id.to_string();
        self.ids.lock().unwrap().get(&id).cloned().unwrap_or(id)
    }

    /// Keeps what the office calls it.
    fn call(&self, id: &impl ToString, office: &impl ToString) {
        let (id, office) = (id.to_string(), office.to_string());
        self.ids.lock().unwrap().insert(id, office);
    }

    /// A request with the ids that the office gave.
    fn with_ids(&self, said: Value) -> Value {
        match said {
            Value::String(text) => Value::String(self.id(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.with_ids(item)).collect(),
            Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (name, self.with_ids(value)))
                .collect(),
            plain => plain,
        }
    }

    /// Where a request about an order goes.
    fn address(&self, order: OrderId, account: AccountId, opens: bool) -> String {
        let is_known = self.ids.lock().unwrap().contains_key(&order.to_string());
        if opens && !is_known {
            format!("/v1/accounts/{account}/orders")
        } else {
            // One that was never opened has no other id either.
            format!("/v1/orders/{}/commands", self.id(&order))
        }
    }

    /// Asks the desk directly, because nobody can over HTTP.
    async fn inside(
        &self,
        why: &'static str,
        command: &Command,
        context: &Context,
    ) -> Result<Played, Fault> {
        self.count(why);
        self.desk(command, context).await
    }

    fn count(&self, why: &'static str) {
        *self.inside.lock().unwrap().entry(why).or_default() += 1;
    }

    async fn desk(&self, command: &Command, context: &Context) -> Result<Played, Fault> {
        let mut command = command.clone();
        if let Command::Order(asked) = &mut command {
            asked.order = OrderId::parse(&self.id(&asked.order))?;
        }
        play::Office::decide(&self.office.ledger, &command, context).await
    }

    /// Asks about an order with somebody's token. `None`: there is no such order, or it was answered as the first time.
    async fn ask(
        &self,
        asked: &OrderCommand,
        actor: &Actor,
    ) -> Result<Result<Played, &'static str>, Fault> {
        let body = in_the_open(serde_json::to_value(&asked.request)?);
        let token = self.token(actor, asked.account).await?;
        let opens = matches!(
            asked.request.by(),
            order::lifecycle::Move::Open | order::lifecycle::Move::StartPassive
        );
        let path = self.address(asked.order, asked.account, opens);
        let (status, replayed, answer) =
            if let order::Request::AttachMaterial { material } = &asked.request {
                let path = path.replace("/commands", "/materials");
                let form = form(material);
                self.send(Method::POST, &path, &token, (FORM, form.into()))
                    .await?
            } else {
                let path = match asked.request {
                    order::Request::ShowContacts {} => path.replace("/commands", "/contacts"),
                    order::Request::Agree {} | order::Request::Refuse {}
                        if actor.role == Role::Target =>
                    {
                        let order = self.id(&asked.order);
                        format!("/v1/accounts/{}/authorisations/{order}", asked.account)
                    }
                    _ => path,
                };
                let body = self.with_ids(body);
                self.send(Method::POST, &path, &token, as_json(&body))
                    .await?
            };
        if status == StatusCode::NOT_FOUND {
            return Ok(Err(NEVER_OPENED));
        }
        if replayed {
            return Ok(Err(COMES_AGAIN));
        }
        // A code of the account that was wrong is a decision, and told as a rule that does not hold.
        if answer["rules"][0]["facts"]["tries_left"].is_u64()
            && let Some(position) = answer["position"].as_u64()
        {
            return Ok(Ok(self.decided_at(position).await?));
        }
        if !status.is_success() {
            return Ok(Ok(Played {
                outcome: Err(refusal(&answer, &asked.request)?),
                events: Vec::new(),
            }));
        }
        let (order, position) = (
            answer["order"].as_str().unwrap_or_default().to_owned(),
            answer["position"].as_u64().unwrap_or_default(),
        );
        let events = self.events(&order, position).await?;
        if let order::Request::AttachMaterial { material } = &asked.request {
            let state = self.office.ledger.load::<Order>(&order).await?.state;
            let last = state.materials.last().ok_or("nothing was attached")?;
            self.call(&material.id, &last.id);
        }
        self.call(&asked.order, &order);
        let warnings = answer["warnings"].as_array().into_iter().flatten();
        let outcome = Ok(Answer {
            warnings: warnings.map(broken).collect(),
            ..Answer::default()
        });
        Ok(Ok(Played { outcome, events }))
    }

    /// What was decided at a position, where the answer does not say.
    async fn decided_at(&self, position: u64) -> Result<Played, Fault> {
        let decided = self.office.ledger.decision_at(position).await?;
        let decided = decided.ok_or("nothing was decided there")?;
        let outcome = match decided.refusal()? {
            Some(refusal) => Err(refusal),
            None => Ok(Answer::default()),
        };
        let events = decided.events.into_iter().map(|event| event.event_type);
        Ok(Played {
            outcome,
            events: events.collect(),
        })
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
            return self.beside_orders(command, context).await;
        };
        match self.ask(asked, &context.actor).await? {
            Ok(played) => Ok(played),
            Err(why) => self.inside(why, command, context).await,
        }
    }

    async fn order(&self, order: OrderId) -> Result<Order, Fault> {
        let loaded = self.office.ledger.load::<Order>(&self.id(&order)).await?;
        // The office names an applicant by the account; the story has a name for it.
        let mut state = serde_json::to_string(&*loaded.state)?;
        for (account, name) in self.applicants.lock().unwrap().iter() {
            state = state.replace(&format!("applicant:{account}"), name);
        }
        Ok(serde_json::from_str(&state)?)
    }

    async fn account_code(
        &self,
        account: AccountId,
        context: &Context,
    ) -> Result<Option<String>, Fault> {
        play::Office::account_code(&self.office.ledger, account, context).await
    }

    async fn unreadable(
        &self,
        order: OrderId,
        body: &Value,
        context: &Context,
        error: String,
    ) -> Result<String, Fault> {
        let (path, token, body) = if context.actor.role == Role::Lead {
            let path = "/v1/sms-verifications".to_owned();
            (path, String::new(), &body["entry"])
        } else {
            let account = play::account_id(context.actor.id.rsplit(':').next().unwrap_or_default());
            let token = self.token(&context.actor, account).await?;
            (
                self.address(order, account, body["command"] == "open"),
                token,
                body,
            )
        };
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
