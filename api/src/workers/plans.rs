//! The workers: what each plans, from which decisions, and from where on.

mod alarms;
mod bureau;
mod codes;
mod deadlines;
mod faces;
mod notices;
mod reminders;
mod warnings;

pub(crate) use reminders::LATE;

use super::{effect::Due, seen::Seen};

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
    /// Whether it wants to hear of an event, by its name.
    pub(crate) hears: fn(&str) -> bool,
    /// What follows from a decision. Pure, and the order of its effects is part of their names.
    pub(crate) plan: fn(&Seen) -> Vec<Due>,
}

static WORKERS: [Worker; 8] = [
    Worker {
        name: "notifications",
        start: Start::Head,
        hears: notices::hears,
        plan: notices::plan,
    },
    Worker {
        name: "sms",
        start: Start::Beginning,
        hears: codes::hears,
        plan: codes::plan,
    },
    Worker {
        name: "bureau",
        start: Start::Beginning,
        hears: bureau::hears,
        plan: bureau::plan,
    },
    Worker {
        name: "deadlines",
        start: Start::Beginning,
        hears: deadlines::hears,
        plan: deadlines::plan,
    },
    Worker {
        name: "warnings",
        start: Start::Head,
        hears: warnings::hears,
        plan: warnings::plan,
    },
    Worker {
        name: "reminders",
        start: Start::Beginning,
        hears: reminders::hears,
        plan: reminders::plan,
    },
    Worker {
        name: "face_checks",
        start: Start::Beginning,
        hears: faces::hears,
        plan: faces::plan,
    },
    Worker {
        name: "alarms",
        start: Start::Beginning,
        hears: alarms::hears,
        plan: alarms::plan,
    },
];

/// All of them.
pub fn workers() -> &'static [Worker] {
    &WORKERS
}
