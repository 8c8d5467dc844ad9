//! Why the office said no: every broken rule at once, or a move that the lifecycle does not list.

use crate::{
    context::Role,
    order::lifecycle::{Move, StageName},
    values::{Form, Problem, Text, ValueError, written},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// The id of a rule in the catalogue, e.g. `SMS-36`. Clients name rules as well, and what they write stands in clear: nothing
/// but what looks like an id is read as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RuleId(pub Cow<'static, str>);

impl RuleId {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("规则编号", "rule id"),
        expected: Text::new(
            "两至四个大写字母、连字符、最多三位数字（前可有一个大写字母），如SMS-36、INS-P03",
            "two to four capital letters, a hyphen and at most three digits, with a capital letter before them or not, such as SMS-36 or INS-P03",
        ),
        cure: Text::new("请从/v1/rules中选择", "take it from /v1/rules"),
    };

    /// Reads it. Whether there is such a rule the catalogue knows.
    ///
    /// # Errors
    /// It does not look like one.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        let (chapter, number) = raw.split_once('-').unwrap_or_default();
        let letters = chapter.bytes().all(|letter| letter.is_ascii_uppercase());
        let digits = number.strip_prefix(|letter: char| letter.is_ascii_uppercase());
        let digits = digits.unwrap_or(number);
        let is_numbered = digits.bytes().all(|digit| digit.is_ascii_digit());
        let fits = (2..=4).contains(&chapter.len()) && (1..=3).contains(&digits.len());
        if letters && is_numbered && fits {
            return Ok(Self(Cow::Owned(raw.to_owned())));
        }
        Err(Self::FORM.refuse(Problem::Says(Text::new(
            "格式不符",
            "it is written otherwise",
        ))))
    }
}

impl<'de> Deserialize<'de> for RuleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        written::read(deserializer, Self::FORM, Self::parse)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for RuleId {
    fn from(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }
}

/// One place where a rule does not hold. The catalogue has the sentence, the citation and the cure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Which rule.
    pub rule: RuleId,
    /// JSON pointer (RFC 6901) to the field, relative to the order; empty for the order as a whole.
    pub pointer: String,
    /// What the rule read. Never a personal value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Value>,
}

/// A "no" with its reasons. It is an outcome, kept in the ledger like any other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "refused", rename_all = "snake_case")]
pub enum Refusal {
    /// Rules are broken: all of them are listed.
    Rules {
        /// At least one.
        broken: Vec<Broken>,
    },
    /// The lifecycle (12.3) does not list this move in this state.
    NotNow {
        /// The rule that closes the move here.
        rule: RuleId,
        /// What was asked.
        command: Move,
        /// The state the order is in.
        stage: StageName,
        /// What this caller may do instead.
        allowed: Vec<Move>,
    },
    /// The move exists here, for somebody else.
    NotYours {
        /// The rule that reserves the move.
        rule: RuleId,
        /// What was asked.
        command: Move,
        /// Who may.
        reserved_for: Vec<Role>,
    },
}

impl Refusal {
    /// The rules this refusal names, in order, with repetitions.
    pub fn rules(&self) -> Vec<&RuleId> {
        match self {
            Self::Rules { broken } => broken.iter().map(|broken| &broken.rule).collect(),
            Self::NotNow { rule, .. } | Self::NotYours { rule, .. } => vec![rule],
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules: Vec<_> = self.rules().iter().map(ToString::to_string).collect();
        write!(f, "refused by {}", rules.join(", "))
    }
}

impl std::error::Error for Refusal {}

/// Gathers what several parties object to, so that a caller learns everything at once (ORD-4).
#[derive(Debug, Default)]
pub struct Objections {
    broken: Vec<Broken>,
    closed: Option<Refusal>,
}

impl Objections {
    /// Adds broken rules.
    pub fn add(&mut self, broken: Vec<Broken>) {
        self.broken.extend(broken);
    }

    /// Adds a whole refusal. A move that is closed outweighs broken rules: curing those would not help.
    pub fn hear(&mut self, refusal: Refusal) {
        match refusal {
            Refusal::Rules { broken } => self.add(broken),
            closed => {
                self.closed.get_or_insert(closed);
            }
        }
    }

    /// Nothing was objected to, or the refusal that says it all.
    pub fn settle(self) -> Result<(), Refusal> {
        match self {
            Self {
                closed: Some(refusal),
                ..
            } => Err(refusal),
            Self { broken, .. } if !broken.is_empty() => Err(Refusal::Rules { broken }),
            Self { .. } => Ok(()),
        }
    }
}
