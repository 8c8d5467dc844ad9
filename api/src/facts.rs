//! Gathering facts: what a command needs to know of the world outside, looked up before it is decided, for the version of
//! the order that it is decided on.

use crate::{
    office::{Office, random},
    ports::{Register, Registers, Silent},
    problem::Problem,
};
use domain::{
    context::Context,
    desk::Command,
    facts::{Facts, Filed},
    form::{Document, Resource, ServiceForm, ServiceKey, ServiceName},
    order::{Order, OrderCommand, Request, lifecycle::Move},
    values::{AccountId, OrderId},
};
use ledger::{LedgerError, Stream, StreamVersion, Terms};
use std::{future::Future, num::NonZeroU16, time::Duration};
use tokio::time::{Instant, timeout_at};

/// How long the registers may take over one command, all questions together. One question may take ten seconds; a form with
/// several services asks a dozen, and whoever waits in front of a browser has given up after half a minute.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How often facts are gathered for one command before its caller is told that the order does not hold still.
const ATTEMPTS: u32 = 3;

/// A register did not answer, or not in time; then nothing can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the register {} did not answer", .0.name())]
pub struct NoAnswer(pub Register);

impl From<NoAnswer> for Problem {
    fn from(NoAnswer(register): NoAnswer) -> Self {
        let name = register.name();
        tracing::warn!(register = name, "nothing was decided without a register");
        Self::silent(name)
    }
}

/// Decides a request about an order on facts of the version that it is decided on. If the order moves on while the registers
/// are asked, what they said is thrown away and they are asked again: facts of another version may be about other domains.
/// They are not asked about a move that the order does not permit: whatever they say, it is refused.
///
/// # Errors
/// 503 if a register does not answer in time; 409 if the order does not hold still; what `decide` says.
pub(crate) async fn decide_on<T, D>(
    office: &Office,
    context: &Context,
    about: (OrderId, AccountId),
    (request, terms): (&Request, &Terms),
    decide: impl Fn(Command, Terms) -> D,
) -> Result<T, Problem>
where
    D: Future<Output = Result<T, Problem>>,
{
    let until = Instant::now() + office.look_up_within;
    for _ in 0..ATTEMPTS {
        let (command, pin) = asked(office, context, about, request, until).await?;
        let Some(pin) = pin else {
            return decide(command, terms.clone()).await;
        };
        if let Some(asked) = &terms.expected {
            if asked.version > pin.version {
                let (stream, expected) = (asked.stream.clone(), asked.version);
                let actual = pin.version;
                return Err(LedgerError::Outdated {
                    stream,
                    expected,
                    actual,
                }
                .into());
            }
            // An older version than that is nobody's any more: the ledger says so.
            return decide(command, terms.clone()).await;
        }
        match decide(command, terms.clone().expecting(pin)).await {
            Err(problem) if problem.is_outdated() => {}
            settled => return settled,
        }
    }
    Err(Problem::restless())
}

/// The whole command: what was asked, with what was found out and fresh randomness; and the version of the order that it was
/// found out for, if what the order speaks of was looked up, or would have been if it could be of use.
async fn asked(
    office: &Office,
    context: &Context,
    (order, account): (OrderId, AccountId),
    request: &Request,
    until: Instant,
) -> Result<(Command, Option<StreamVersion>), Problem> {
    let id = order.to_string();
    let before = office.ledger.load::<Order>(&id).await?;
    let may = before.state.permits(request.by(), context).is_ok();
    let mut facts = if may {
        gather(&*office.registers, account, request, &before.state, until).await?
    } else {
        Facts::default()
    };
    let is_looked_up = !may || facts != Facts::default();
    let is_of_order = is_looked_up && request.by() != Move::Open;
    let pin = is_of_order.then(|| StreamVersion {
        stream: Stream::new("Order", id),
        version: before.version,
    });
    if matches!(request, Request::RecordReceipt { .. }) {
        facts.sms_session = office.sms_session;
    }
    if matches!(request, Request::ExpireDraft {}) {
        facts.draft_days = office.draft_days.map(NonZeroU16::get);
    }
    if matches!(request, Request::StartPassive { .. }) {
        facts.notice_days = Some(office.notice_days);
    }
    let command = Command::Order(Box::new(OrderCommand {
        order,
        account,
        request: request.clone(),
        facts,
        fresh: random().map_err(|_| Problem::unavailable())?,
    }));
    Ok((command, pin))
}

/// What the registers say about the things that a request will be judged on. Other requests are judged without them.
///
/// # Errors
/// A register does not answer until then; nothing can be decided.
pub(crate) async fn gather(
    registers: &dyn Registers,
    account: AccountId,
    request: &Request,
    order: &Order,
    until: Instant,
) -> Result<Facts, NoAnswer> {
    let mut facts = Facts::default();
    let principal = order
        .opened
        .as_ref()
        .map(|opened| &opened.principal.document);
    let look_up = LookUp {
        registers,
        account,
        order,
        until,
    };
    let (document, product) = match (request, principal) {
        (Request::Open(asked) | Request::OpenClaim(asked), _) => (&asked.document, &asked.product),
        (Request::VerifyProduct { product }, Some(document)) => (document, product),
        (Request::Submit { .. }, Some(document)) => {
            look_up.submission(document, order, &mut facts).await?;
            return Ok(facts);
        }
        // Whether it was renewed meanwhile (T33).
        (Request::Dispatch {}, _) if order.rests_on_expiry() => {
            for (key, service) in &order.services {
                look_up.resource(key, &service.resource, &mut facts).await?;
            }
            return Ok(facts);
        }
        _ => return Ok(facts),
    };
    let asked = Asked {
        key: &product.service,
        name: &product.name,
        resource: &product.resource,
    };
    look_up.service(document, &asked, &mut facts).await?;
    let mut records = facts.on_record.values();
    let is_elsewhere = records.any(|record| record.principal == Filed::Elsewhere);
    let is_claim = matches!(request, Request::OpenClaim { .. });
    if is_claim || is_elsewhere && matches!(request, Request::Open { .. }) {
        let record = registers.principal(document);
        facts.principal = look_up.ask(Register::Miit, record).await?.map(Box::new);
    }
    Ok(facts)
}

struct Asked<'a> {
    key: &'a ServiceKey,
    name: &'a ServiceName,
    resource: &'a Resource,
}

/// The registers, on whose behalf they are asked, and until when they may answer.
struct LookUp<'a> {
    registers: &'a dyn Registers,
    account: AccountId,
    order: &'a Order,
    until: Instant,
}

impl LookUp<'_> {
    async fn ask<T>(
        &self,
        register: Register,
        said: impl Future<Output = Result<T, Silent>>,
    ) -> Result<T, NoAnswer> {
        match timeout_at(self.until, said).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Silent)) | Err(_) => Err(NoAnswer(register)),
        }
    }

    async fn service(
        &self,
        principal: &Document,
        asked: &Asked<'_>,
        facts: &mut Facts,
    ) -> Result<(), NoAnswer> {
        let on_record = self.registers.on_record(principal, asked.name);
        let on_record = self.ask(Register::Miit, on_record).await?;
        facts.on_record.insert(asked.key.clone(), on_record);
        self.resource(asked.key, asked.resource, facts).await
    }

    async fn resource(
        &self,
        of: &ServiceKey,
        resource: &Resource,
        facts: &mut Facts,
    ) -> Result<(), NoAnswer> {
        // A filing that went to another account runs on the server of the one that it came from, as long as it does not move.
        let mut accounts = vec![self.account];
        let server_of = self.order.server_of(of, resource);
        accounts.extend(server_of.filter(|it| *it != self.account));
        for account in accounts {
            let record = self.registers.resource(account, resource);
            if let Some(record) = self.ask(Register::Resources, record).await? {
                facts.resources.insert(of.clone(), record);
                break;
            }
        }
        Ok(())
    }

    /// A submission is judged on everything at once, so everything is looked up again (AMB-68).
    async fn submission(
        &self,
        principal: &Document,
        order: &Order,
        facts: &mut Facts,
    ) -> Result<(), NoAnswer> {
        for (key, entered) in &order.services {
            let asked = Asked {
                key,
                name: &entered.name,
                resource: &entered.resource,
            };
            self.service(principal, &asked, facts).await?;
            let filed = facts
                .on_record
                .get(key)
                .map(|record| record.domains.clone());
            let filed = filed.unwrap_or_default();
            let forms = entered.form.iter().flat_map(ServiceForm::domains);
            for domain in forms.chain(&filed) {
                let registrable = domain.registrable();
                if facts.domains.contains_key(&registrable) {
                    continue;
                }
                let record = self.registers.domain(&registrable);
                if let Some(record) = self.ask(Register::Domains, record).await? {
                    facts.domains.insert(registrable, record);
                }
            }
        }
        if let Some(mobile) = order
            .principal
            .as_ref()
            .and_then(|principal| principal.lead.mobile.known())
        {
            let region = self.registers.mobile_region(mobile);
            facts.mobile_region = self.ask(Register::Miit, region).await?;
        }
        Ok(())
    }
}
