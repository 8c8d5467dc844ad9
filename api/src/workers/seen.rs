//! A decision as the plans see it: what happened, and the order before and after; or what happened to an account apart from
//! its orders.

use super::{SmsKeeper, Work};
use crate::office::Office;
use domain::{
    account::Account,
    context::{Actor, Channel, Context, Role},
    happening::Happening,
    order::{Order, OrderCommand, OrderEvent, Request},
    values::AccountId,
};
use jiff::Timestamp;
use ledger::{Decision, LedgerError, Stream};
use std::{num::NonZeroU16, sync::Arc};

/// A decision about an order.
pub(crate) struct Seen {
    /// The order's id.
    pub(crate) order: String,
    /// What happened to it. Empty if it was refused.
    pub(crate) events: Vec<OrderEvent>,
    /// What was asked and refused; `None` if it was accepted.
    pub(crate) refused: Option<(Role, Request)>,
    pub(crate) before: Arc<Order>,
    pub(crate) after: Arc<Order>,
    pub(crate) account: Arc<Account>,
    /// The law and the secret.
    pub(crate) context: Context,
    pub(crate) keeper: SmsKeeper,
    /// When it is looked at.
    pub(crate) planned: Timestamp,
    /// How many days drafts are kept; `None`: for ever.
    pub(crate) draft_days: Option<u16>,
    /// How long a simulated bureau thinks, in minutes; `None`: it is not simulated, or waits to be told.
    pub(crate) approval_minutes: Option<u32>,
    pub(crate) has_bureau: bool,
    pub(crate) has_face_check: bool,
}

impl Seen {
    /// Looks a decision up. `None`: it is not about an order, or nothing happened that `hears` wants to hear of.
    pub(crate) async fn look(
        (office, work): (&Office, &Work),
        decision: &Decision,
        hears: fn(&str) -> bool,
        planned: Timestamp,
    ) -> Result<Option<Self>, LedgerError> {
        let Some(order) = subject(decision, "order") else {
            return Ok(None);
        };
        let is_wanted = if decision.accepted() {
            decision
                .events
                .iter()
                .any(|event| event.stream.aggregate_type == "Order" && hears(&event.event_type))
        } else {
            hears(REFUSED)
        };
        if !is_wanted {
            return Ok(None);
        }
        let mut events = Vec::new();
        for event in decision
            .events
            .iter()
            .filter(|event| event.stream.aggregate_type == "Order")
        {
            events.push(event.decode::<OrderEvent>()?);
        }
        let refused = if decision.accepted() {
            None
        } else {
            match decision.command::<domain::desk::Command>()? {
                domain::desk::Command::Order(command) => {
                    let OrderCommand { request, .. } = *command;
                    Some((decision.actor.role, request))
                }
                _ => None,
            }
        };
        let (before, after) = around(office, decision, order).await?;
        // Whose order it is, not whom else the decision concerns: a migration has two accounts. What was never opened is nobody's.
        let account = match &after.opened {
            Some(opened) => {
                let account = opened.account.to_string();
                office.ledger.load::<Account>(&account).await?.state
            }
            None => Arc::default(),
        };
        Ok(Some(Self {
            order: order.to_owned(),
            events,
            refused,
            before,
            after,
            account,
            context: Context {
                at: decision.at,
                ..office.context(worker("plan", Role::System))
            },
            keeper: work.keeper,
            planned,
            draft_days: office.draft_days.map(NonZeroU16::get),
            approval_minutes: work.outside.approval_minutes,
            has_bureau: work.outside.bureau.is_some(),
            has_face_check: work.outside.face_check.is_some(),
        }))
    }
}

/// A decision about an account, apart from its orders. One decision may be about several accounts: each is seen by itself.
pub(crate) struct SeenAccount {
    pub(crate) account: AccountId,
    /// What happened to it, as far as somebody wants to hear of it, in order.
    pub(crate) events: Vec<Happening>,
}

impl SeenAccount {
    /// The accounts to which something happened that `hears` wants to hear of, in the order in which it happened.
    pub(crate) fn all(
        decision: &Decision,
        hears: fn(&str) -> bool,
    ) -> Result<Vec<Self>, LedgerError> {
        let mut all: Vec<Self> = Vec::new();
        for event in decision.events.iter().filter(|it| hears(&it.event_type)) {
            // Every stream of an account's own goes by the account's id. An order may have told something of another account
            // than its own, which is none of the decision's subjects (AMB-7).
            let Ok(account) = AccountId::parse(&event.stream.aggregate_id) else {
                continue;
            };
            let happened = Happening::read(event)?;
            match all.iter_mut().find(|seen| seen.account == account) {
                Some(seen) => seen.events.push(happened),
                None => all.push(Self {
                    account,
                    events: vec![happened],
                }),
            }
        }
        Ok(all)
    }
}

/// An order before a decision and after it.
async fn around(
    office: &Office,
    decision: &Decision,
    order: &str,
) -> Result<(Arc<Order>, Arc<Order>), LedgerError> {
    let after = after(office, decision, order).await?;
    let is_turned = decision
        .events
        .iter()
        .any(|event| is_of(&event.stream, order));
    let found = decision
        .loaded
        .iter()
        .find(|read| is_of(&read.stream, order));
    match found {
        Some(found) if is_turned => {
            let before = office
                .ledger
                .load_version::<Order>(order, found.version)
                .await?;
            Ok((before, after))
        }
        _ => Ok((Arc::clone(&after), after)),
    }
}

fn is_of(stream: &Stream, order: &str) -> bool {
    stream.aggregate_type == "Order" && stream.aggregate_id == order
}

/// An order after a decision. The decision says which version that is, so that the state at hand is found.
pub(crate) async fn after(
    office: &Office,
    decision: &Decision,
    order: &str,
) -> Result<Arc<Order>, LedgerError> {
    let written = decision
        .events
        .iter()
        .filter(|event| is_of(&event.stream, order));
    let written = written.map(|event| event.sequence).max();
    let mut read = decision.loaded.iter();
    let read = || {
        read.find(|read| is_of(&read.stream, order))
            .map(|read| read.version)
    };
    if let Some(version) = written.or_else(read) {
        office.ledger.load_version::<Order>(order, version).await
    } else {
        // It was refused without a look at the order.
        let then = office.ledger.load_at::<Order>(order, decision.position);
        Ok(then.await?.state)
    }
}

/// What `hears` is asked with for a decision that was refused.
pub(crate) const REFUSED: &str = "(refused)";

pub(crate) fn subject<'d>(decision: &'d Decision, kind: &str) -> Option<&'d str> {
    decision
        .subjects
        .iter()
        .find(|about| about.kind == kind)
        .map(|about| about.id.as_str())
}

/// A worker, as one who asks the desk.
pub(crate) fn worker(name: &str, role: Role) -> Actor {
    Actor {
        id: format!("worker:{name}"),
        role,
        channel: Channel::System,
    }
}
