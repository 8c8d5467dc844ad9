//! A decision as the read models see it: with the events they fold as types, decoded once for all of them.

use domain::{account::AccountEvent, order::OrderEvent};
use ledger::{Decision, RecordedEvent};
use std::sync::Arc;

/// What a read model cannot take, in words without personal values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Poison(pub(crate) String);

/// A decision and what happened in it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) decision: Arc<Decision>,
    happened: Result<Vec<Happened>, Poison>,
}

/// An event of a kind that some read model folds. What only guards others (holds, slots, tokens) is shown nowhere.
#[derive(Debug)]
pub(crate) enum Happened {
    /// To an order, by its id.
    Order(String, Box<OrderEvent>),
    /// To an account, by its id.
    Account(String, AccountEvent),
}

impl Seen {
    pub(crate) fn new(decision: Arc<Decision>) -> Self {
        let happened = decision.events.iter().filter_map(|event| {
            decoded(event)
                .map_err(|error| Poison(error.to_string()))
                .transpose()
        });
        let happened = happened.collect();
        Self { decision, happened }
    }

    /// What happened, in order. Nothing, if it was refused.
    pub(crate) fn happened(&self) -> Result<&[Happened], Poison> {
        self.happened.as_deref().map_err(Clone::clone)
    }

    /// The events of orders, with the orders' ids.
    pub(crate) fn to_orders(&self) -> Result<impl Iterator<Item = (&str, &OrderEvent)>, Poison> {
        Ok(self.happened()?.iter().filter_map(|event| match event {
            Happened::Order(order, event) => Some((order.as_str(), &**event)),
            Happened::Account(..) => None,
        }))
    }

    /// The ids of the subjects of a kind.
    pub(crate) fn subjects(&self, kind: &str) -> impl Iterator<Item = &str> {
        let of_kind = move |about: &&ledger::About| about.kind == kind;
        let subjects = self.decision.subjects.iter().filter(of_kind);
        subjects.map(|about| about.id.as_str())
    }
}

fn decoded(event: &RecordedEvent) -> Result<Option<Happened>, ledger::LedgerError> {
    let id = || event.stream.aggregate_id.clone();
    Ok(match event.stream.aggregate_type.as_str() {
        "Order" => Some(Happened::Order(id(), Box::new(event.decode()?))),
        "Account" => Some(Happened::Account(id(), event.decode()?)),
        _ => None,
    })
}
