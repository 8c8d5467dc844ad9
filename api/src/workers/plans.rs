//! The workers: what each plans, from which decisions, and from where on.

mod accounts;
mod alarms;
mod bureau;
mod codes;
mod deadlines;
mod drafts;
mod expiries;
mod faces;
mod notices;
mod reminders;
mod warnings;

pub(crate) use reminders::LATE;

use super::{
    effect::Due,
    seen::{Seen, SeenAccount},
};
use crate::office::Office;

/// From where on a worker that is new to an office plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From the first decision: whatever has lost its point meanwhile is put aside when it is due.
    Beginning,
    /// From the head: nobody wants to be told, or warned of, what happened before.
    Head,
}

/// A worker.
pub struct Worker {
    /// Its name, for ever: its checkpoint goes by it, and so do the keys that other sides have seen.
    pub name: &'static str,
    /// From where on it plans.
    pub start: Start,
    /// Whether an office has it at all. Where it is switched on later, it begins where it always would have.
    pub(crate) runs: fn(&Office) -> bool,
    /// Whether it wants to hear of an event, by its name.
    pub(crate) hears: fn(&str) -> bool,
    /// What follows from a decision. Pure, and the order of its effects is part of their names.
    pub(crate) plan: fn(&Seen) -> Vec<Due>,
    /// What it does about accounts, apart from their orders; `None`: nothing. Its effects come after those of the order.
    pub(crate) accounts: Option<OfAccounts>,
}

/// What a worker does about accounts.
pub(crate) struct OfAccounts {
    /// Whether it wants to hear of an event, by its name.
    pub(crate) hears: fn(&str) -> bool,
    /// What follows for one account. Pure, and the order of its effects is part of their names.
    pub(crate) plan: fn(&SeenAccount) -> Vec<Due>,
}

const fn always(_: &Office) -> bool {
    true
}

static WORKERS: [Worker; 10] = [
    Worker {
        name: "notifications",
        start: Start::Head,
        runs: always,
        hears: notices::hears,
        plan: notices::plan,
        accounts: Some(accounts::NOTICES),
    },
    Worker {
        name: "sms",
        start: Start::Beginning,
        runs: always,
        hears: codes::hears,
        plan: codes::plan,
        accounts: Some(accounts::CODES),
    },
    Worker {
        name: "bureau",
        start: Start::Beginning,
        runs: always,
        hears: bureau::hears,
        plan: bureau::plan,
        accounts: None,
    },
    Worker {
        name: "deadlines",
        start: Start::Beginning,
        runs: always,
        hears: deadlines::hears,
        plan: deadlines::plan,
        accounts: None,
    },
    Worker {
        name: "warnings",
        start: Start::Head,
        runs: always,
        hears: warnings::hears,
        plan: warnings::plan,
        accounts: None,
    },
    Worker {
        name: "reminders",
        start: Start::Beginning,
        runs: always,
        hears: reminders::hears,
        plan: reminders::plan,
        accounts: None,
    },
    Worker {
        name: "drafts",
        start: Start::Beginning,
        runs: |office| office.draft_days.is_some(),
        hears: drafts::hears,
        plan: drafts::plan,
        accounts: None,
    },
    Worker {
        name: "face_checks",
        start: Start::Beginning,
        runs: always,
        hears: faces::hears,
        plan: faces::plan,
        accounts: None,
    },
    Worker {
        name: "alarms",
        start: Start::Beginning,
        runs: always,
        hears: alarms::hears,
        plan: alarms::plan,
        accounts: None,
    },
    Worker {
        name: "expiries",
        start: Start::Beginning,
        runs: always,
        hears: expiries::hears,
        plan: expiries::plan,
        accounts: None,
    },
];

/// All of them.
pub fn workers() -> &'static [Worker] {
    &WORKERS
}

/// Those that an office has.
pub fn running(office: &Office) -> impl Iterator<Item = &'static Worker> {
    WORKERS.iter().filter(|worker| (worker.runs)(office))
}
