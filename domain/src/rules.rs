//! Rules are data with a citation.
//!
//! A rule is one `const` in exactly one file, the one named after the thing it is about. The same value answers the
//! API client, the reviewer's checklist, the replay tool and the generated `RULES.md`.
//!
//! To add one: write the const in its file, give it a line in the catalogue, name it in the plans it governs, and
//! tell a story that breaks it and one that keeps it.

pub mod access;
pub mod account;
pub mod app;
pub mod app_import;
pub mod app_platform;
pub mod authenticity;
pub mod bureau;
pub mod cancel_access;
pub mod cancellation;
pub mod cancellation_choice;
pub mod catalogue;
pub mod change;
pub mod claim;
pub mod completion;
pub mod contact;
pub mod document_request;
pub mod draft;
pub mod filing_type;
pub mod first_filing;
pub mod hold;
pub mod inspection;
pub mod lead;
pub mod lead_document;
pub mod materials;
pub mod matter;
pub mod migration;
pub mod network;
pub mod new_service;
pub mod order;
pub mod principal;
pub mod province;
pub mod resource;
pub mod review;
pub mod sms;
pub mod stored_lead;
pub mod ticket;
pub mod touched;
pub mod transfer;
pub mod type_check;
pub mod website;

pub use catalogue::{card, cards};

use crate::{
    context::Actor,
    order::{Order, lifecycle::StageName},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};

/// Who makes a rule true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enforcer {
    /// The office decides: a broken rule refuses the command.
    Office,
    /// The office remarks on it: the command goes through with a warning.
    Warning,
    /// A reviewer judges: the rule is an item of the reviewer's checklist.
    Reviewer,
    /// An inspection looks at the live service: a breach raises an issue.
    Inspection,
    /// It holds by the shape of the lifecycle, a plan, the SMS matrix or a type; there is nothing to evaluate.
    Shape,
    /// It says what somebody sees or is told: a read model, a hint or a notification makes it true.
    Shown,
}

/// What everybody may read about a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its id, e.g. `SMS-36`. Stable for ever.
    pub id: &'static str,
    /// Where it comes from: section of the guide, or the decided ambiguity.
    pub section: &'static str,
    /// Who makes it true.
    pub enforcer: Enforcer,
    /// The stable machine-readable code of a breach, e.g. `SMS_CODE_FORMAT`; empty where there can be none.
    pub code: &'static str,
    /// One positive sentence, English.
    pub en: &'static str,
    /// The same sentence, Chinese.
    pub zh: &'static str,
    /// What would cure a breach, English; empty where nothing can be broken.
    pub cure_en: &'static str,
    /// The same, Chinese.
    pub cure_zh: &'static str,
}

impl Card {
    const fn new(
        id: &'static str,
        section: &'static str,
        enforcer: Enforcer,
        code: &'static str,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        Self {
            id,
            section,
            enforcer,
            code,
            en,
            zh,
            cure_en: "",
            cure_zh: "",
        }
    }

    /// A rule that the office enforces.
    pub const fn office(
        id: &'static str,
        section: &'static str,
        code: &'static str,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        Self::new(id, section, Enforcer::Office, code, en, zh)
    }

    /// A rule whose breach is remarked on.
    pub const fn warning(
        id: &'static str,
        section: &'static str,
        code: &'static str,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        Self::new(id, section, Enforcer::Warning, code, en, zh)
    }

    /// A rule that a reviewer judges.
    pub const fn reviewer(
        id: &'static str,
        section: &'static str,
        code: &'static str,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        Self::new(id, section, Enforcer::Reviewer, code, en, zh)
    }

    /// A rule that an inspection looks at.
    pub const fn inspection(
        id: &'static str,
        section: &'static str,
        code: &'static str,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        Self::new(id, section, Enforcer::Inspection, code, en, zh)
    }

    /// A rule that holds by shape.
    pub const fn shape(
        id: &'static str,
        section: &'static str,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        Self::new(id, section, Enforcer::Shape, "", en, zh)
    }

    /// A rule that is shown or told.
    pub const fn shown(
        id: &'static str,
        section: &'static str,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        Self::new(id, section, Enforcer::Shown, "", en, zh)
    }

    /// What would cure a breach.
    #[must_use]
    pub const fn cure(mut self, en: &'static str, zh: &'static str) -> Self {
        self.cure_en = en;
        self.cure_zh = zh;
        self
    }
}

/// A rule over a matter: what it says and how to tell where it does not hold.
pub struct Rule<M: ?Sized> {
    /// What it says.
    pub card: Card,
    /// Notes every flaw in the matter. No flaw: the rule holds. Pure; reads the matter and nothing else.
    pub find: fn(&M, &mut Flaws),
}

impl<M: ?Sized> fmt::Debug for Rule<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({})", self.card.id)
    }
}

/// One place where a rule does not hold.
#[derive(Debug, Default)]
pub struct Flaw {
    /// JSON pointer to the field.
    pub pointer: String,
    /// What the rule read; never a personal value.
    pub facts: BTreeMap<String, Value>,
}

impl Flaw {
    /// Adds a fact the rule read. Never a personal value.
    pub fn fact(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

/// The flaws found so far.
#[derive(Debug, Default)]
pub struct Flaws(pub Vec<Flaw>);

impl Flaws {
    /// Notes a flaw at a field.
    pub fn at(&mut self, pointer: impl Into<String>) -> &mut Flaw {
        self.0.push(Flaw {
            pointer: pointer.into(),
            facts: BTreeMap::new(),
        });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Notes a flaw at a field unless the condition holds.
    pub fn unless(&mut self, holds: bool, pointer: &str) {
        if !holds {
            self.at(pointer);
        }
    }
}

/// An item of the reviewer's checklist: a rule that needs human judgement, and where it applies.
#[derive(Debug)]
pub struct Judgement {
    /// What it says.
    pub card: Card,
    /// Whether this order has anything to judge.
    pub applies: fn(&Order) -> bool,
}

/// Where somebody sees a [`Hint`]: a step of the form (ORD-3), or the page that says how things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownAt {
    /// 验证备案类型: before the order is opened.
    Start,
    /// 互联网信息: the second step of the form.
    Services,
    /// 上传资料: the third step of the form.
    Materials,
    /// 预览与提交: the last step of the form.
    Preview,
    /// 我的ICP备案: how the order stands.
    Status,
    /// 短信核验: what the leads are told.
    SmsPage,
    /// 初审: the reviewer's desk.
    ReviewDesk,
    /// 备案完成后: what is left to do once the order has ended well.
    After,
}

/// The states in which the applicant fills in the form (12.4).
const EDITABLE: &[StageName] = &[
    StageName::Draft,
    StageName::Rejected,
    StageName::NeedsInfo,
    StageName::SmsReturned,
    StageName::BureauRejected,
];

/// The states from the first word to the last, once there is an order (12.1).
const IN_PROGRESS: &[StageName] = &[
    StageName::Draft,
    StageName::InReview,
    StageName::Rejected,
    StageName::NeedsInfo,
    StageName::Resubmitted,
    StageName::AwaitingBureauSubmission,
    StageName::SmsVerification,
    StageName::SmsReturned,
    StageName::BureauReview,
    StageName::BureauRejected,
];

/// A rule that holds because somebody is told: what, where, and when.
#[derive(Debug)]
pub struct Hint {
    /// What it says.
    pub card: Card,
    /// Where it is shown.
    pub at: ShownAt,
    /// In which states of the order.
    pub stages: &'static [StageName],
    /// Whether it concerns this order and whoever looks at it.
    pub applies: fn(&Order, &Actor) -> bool,
}
