//! What a decision may know besides the state and the command.

use crate::{law::Law, refusal::Broken, rules::Rule, secret::Secret};
use jiff::{Timestamp, civil, tz::Offset};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

/// The part somebody plays. A caller's token carries exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The owner of an account (账号): enters, submits, withdraws, abandons.
    Applicant,
    /// A filing specialist (备案专员).
    Reviewer,
    /// Support staff: read and replay, decide nothing.
    Support,
    /// An auditor: reads everything that is not personal, decides nothing.
    Auditor,
    /// The competent bureau (管局), through its port.
    Bureau,
    /// Who runs the service: accounts, tokens, dead letters.
    Operator,
    /// A service lead or principal lead in person, without an account: SMS entry, face check.
    Lead,
    /// The office itself: timers and other workers.
    System,
    /// The owner of the account that a migration goes to, about that order alone. No token carries it: it is an applicant's
    /// part towards somebody else's order.
    Target,
}

/// Where a caller sits. An attribute of the token (AMB-66); rules that name a channel check it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The console in a browser.
    Pc,
    /// The provider's App.
    App,
    /// Another system (a worker, a port).
    System,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// A stable name without personal data, e.g. `reviewer:r-7` or `applicant:<account>`.
    pub id: String,
    /// The part they play.
    pub role: Role,
    /// Where they sit.
    pub channel: Channel,
}

/// Everything a decision may know besides the state and the command: the time, who asks, the law.
#[derive(Clone, Debug)]
pub struct Context {
    /// When the command was received. Stamped once; the aggregates judge by it.
    pub at: Timestamp,
    /// Who asks.
    pub actor: Actor,
    /// The law in force: rules, lifecycle, plans, SMS matrix, province rows.
    pub law: Arc<Law>,
    /// For keyed digests and codes.
    pub secret: Arc<Secret>,
    /// Which rules were looked at, for the scenarios that claim to cover them.
    pub witness: Witness,
}

impl Context {
    /// The day of the decision in the office's time zone (Asia/Shanghai, +08:00 without summer time since 1992).
    pub fn day(&self) -> civil::Date {
        office_date(self.at)
    }

    /// Judges one rule. Empty: the rule holds.
    pub fn judge<M: ?Sized>(&self, rule: &Rule<M>, matter: &M) -> Vec<Broken> {
        let broken = self.law.judge(rule, matter);
        self.witness.saw(rule.card.id, !broken.is_empty());
        broken
    }
}

/// The calendar day in Asia/Shanghai at an instant.
pub fn office_date(at: Timestamp) -> civil::Date {
    Offset::constant(8).to_datetime(at).date()
}

/// Takes note of the rules that were evaluated and of those that were broken. Costs nothing unless asked for.
#[derive(Clone, Debug, Default)]
pub struct Witness(Option<Arc<Mutex<Seen>>>);

/// What a [`Witness`] saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Ids of the rules that were evaluated.
    pub evaluated: BTreeSet<String>,
    /// Ids of the rules that were broken.
    pub broken: BTreeSet<String>,
}

impl Witness {
    /// A witness that remembers.
    pub fn watching() -> Self {
        Self(Some(Arc::default()))
    }

    /// Takes note of one evaluation.
    pub fn saw(&self, rule: &str, broken: bool) {
        let Some(Ok(mut seen)) = self.0.as_ref().map(|seen| seen.lock()) else {
            return;
        };
        seen.evaluated.insert(rule.to_owned());
        if broken {
            seen.broken.insert(rule.to_owned());
        }
    }

    /// What was seen so far.
    pub fn seen(&self) -> Seen {
        self.0
            .as_ref()
            .and_then(|seen| seen.lock().ok().map(|seen| seen.clone()))
            .unwrap_or_default()
    }
}
