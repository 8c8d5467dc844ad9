//! Tells stories to an office: what a story's people say goes the way that what clients say goes, at the time of the story.

use super::{holder, said};
use crate::{
    auth, commands, leads, materials,
    office::{Office, random},
    problem::Problem,
    request,
    workers::worker,
};
use axum::body::Bytes;
use domain::{
    account::Contacts,
    context::{Actor, Context, Role},
    desk::Command,
    form::Material,
    order::{Order, OrderCommand, Request, sms::SmsEntry},
    personal::Personal,
    values::{AccountId, MaterialId, Mobile, OrderId},
    work::Fault,
};
use fixtures::{
    play::{self, Played},
    reference::specimen,
    seed::Seed,
};
use jiff::Timestamp;
use ledger::Terms;
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Tells stories.
pub(super) struct Teller<'o> {
    office: &'o Office,
    /// The office's clock.
    time: Arc<Mutex<Timestamp>>,
    /// By the ids that stories give them.
    accounts: HashMap<AccountId, AccountId>,
    orders: Mutex<HashMap<OrderId, OrderId>>,
}

impl<'o> Teller<'o> {
    pub(super) fn new(office: &'o Office, time: Arc<Mutex<Timestamp>>) -> Self {
        Self {
            office,
            time,
            accounts: HashMap::new(),
            orders: Mutex::default(),
        }
    }

    /// Sets the office's clock.
    pub(super) fn is(&self, now: Timestamp) {
        *self.time.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Opens the account of a story by the way that operators have.
    pub(super) async fn open_account(&mut self, seed: Seed) -> Result<(), Problem> {
        let contacts: Contacts = request::parse(json!({
            "mobile": format!("1380013801{}", self.accounts.len()),
            "email": format!("{}@example.com", seed.name),
        }))?;
        let account = commands::open_account_for(self.office, contacts).await?;
        self.accounts.insert(seed.account(), account);
        Ok(())
    }

    /// The account that a story means.
    pub(super) fn account(&self, of_story: AccountId) -> AccountId {
        self.accounts.get(&of_story).copied().unwrap_or(of_story)
    }

    /// The order that a story means, if it was spoken of.
    pub(super) fn known(&self, of_story: OrderId) -> OrderId {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.get(&of_story).copied().unwrap_or(of_story)
    }

    /// The same, with an id of its own from when it is first spoken of.
    fn order_of(&self, asked: &OrderCommand, at: Timestamp) -> Result<OrderId, Fault> {
        let fresh = OrderId::new(at, random()?);
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(*orders.entry(asked.order).or_insert(fresh))
    }

    /// Who speaks, as decisions name those who have a token, a mobile, or a task of the office.
    fn speaker(
        &self,
        context: &Context,
        account: AccountId,
        request: &Request,
        order: &Order,
    ) -> Actor {
        let said = &context.actor;
        let phone = |mobile: &Personal<Mobile>| {
            let mobile = mobile.known().map_or("", Mobile::as_str);
            self.office.secret.digest("mobile", mobile)
        };
        let id = match (said.role, request) {
            (Role::Applicant, _) => format!("applicant:{account}"),
            (Role::Lead, Request::EnterSmsCode { entry }) => {
                return leads::lead(&phone(&entry.mobile), said.channel);
            }
            (Role::Lead, _) => {
                let digests = order.lead_digests(&self.office.secret);
                let digest = digests.into_values().next();
                return leads::lead(&digest.unwrap_or_default(), said.channel);
            }
            (Role::System, Request::ReportFaceCheck { .. }) => {
                return worker("face_checks", said.role);
            }
            (Role::System, _) => return worker("deadlines", said.role),
            (role, _) => format!("{}:{}", auth::role_name(role), holder(role)),
        };
        Actor { id, ..said.clone() }
    }

    /// A lead names no order, only the mobile that the code came to.
    fn by_mobile(&self, entry: &SmsEntry) -> Command {
        let mobile = entry.mobile.known().map_or("", Mobile::as_str);
        Command::EnterSmsByMobile {
            phone: self.office.secret.digest("mobile", mobile),
            entry: entry.clone(),
        }
    }
}

impl play::Office for Teller<'_> {
    async fn decide(&self, command: &Command, context: &Context) -> Result<Played, Fault> {
        let Command::Order(asked) = command else {
            return Err("the demo's stories speak of orders alone".into());
        };
        self.is(context.at);
        let order = self.order_of(asked, context.at)?;
        let account = self.account(asked.account);
        let before = self.office.ledger.load::<Order>(&order.to_string()).await?;
        let context = Context {
            actor: self.speaker(context, account, &asked.request, &before.state),
            ..context.clone()
        };
        let (office, about, terms) = (self.office, (order, account), Terms::default());
        let told = |problem: Problem| Fault::from(said(&problem));
        let receipt = match asked.request.clone() {
            Request::AttachMaterial { material } => {
                let bytes = specimen(material.media_type).ok_or("there is no specimen of it")?;
                let material = Material {
                    id: MaterialId::new(context.at, random()?),
                    digest: materials::digest(Bytes::from_static(bytes))
                        .await
                        .map_err(told)?,
                    bytes: bytes.len() as u64,
                    ..material
                };
                let upload = (material, Bytes::from_static(bytes));
                materials::attach(office, &context, about, upload, &terms).await
            }
            Request::EnterSmsCode { entry } => {
                let command = self.by_mobile(&entry);
                office.execute(&command, &context, &terms).await
            }
            request => commands::execute(office, &context, about, &request, &terms).await,
        }
        .map_err(told)?;
        let written = office.ledger.decision_at(receipt.position).await?;
        let events = written.ok_or("what was decided is not on record")?.events;
        Ok(Played {
            outcome: receipt.outcome,
            events: events.into_iter().map(|event| event.event_type).collect(),
        })
    }

    async fn order(&self, order: OrderId) -> Result<Order, Fault> {
        let id = self.known(order).to_string();
        let loaded = self.office.ledger.load::<Order>(&id).await?;
        Ok(Order::clone(&loaded.state))
    }
}
