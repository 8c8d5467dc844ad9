//! What is told of one decision. The field names are the tool's JSON; they are stable (`docs/replay-tool.md`).

use domain::{
    context::{Channel, Role},
    order::{lifecycle::StageName, review::Finding},
    personal::legible,
    refusal::{Broken, Refusal, RuleId},
    rules,
    told::{Told, refused},
};
use serde::{Serialize, Serializer, ser::Error};
use serde_json::Value;
use std::collections::BTreeMap;

/// One decision.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) position: u64,
    pub(crate) decision: String,
    /// When it was asked, by which it was judged.
    pub(crate) at: String,
    /// When it was written.
    pub(crate) recorded_at: String,
    /// Since the decision told before this one.
    pub(crate) since_previous_seconds: Option<i64>,
    pub(crate) actor: Who,
    /// The command's name, as in the API.
    pub(crate) command: String,
    pub(crate) asked: Told,
    pub(crate) subjects: Vec<About>,
    pub(crate) accepted: bool,
    /// The move of the lifecycle, if the order went from one state to another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moved: Option<Moved>,
    pub(crate) events: Vec<Happened>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Refused>,
    pub(crate) rule_edition: String,
    pub(crate) software: String,
    #[serde(skip)]
    pub(crate) time: jiff::Timestamp,
    #[serde(skip)]
    pub(crate) gap: Option<jiff::SignedDuration>,
}

/// Who asked.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Who {
    pub(crate) role: Role,
    pub(crate) id: String,
    pub(crate) channel: Channel,
    #[serde(flatten)]
    pub(crate) told: Told,
}

/// What a decision is about.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct About {
    pub(crate) kind: String,
    pub(crate) id: String,
}

/// A state, with its names.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StageShown {
    pub(crate) name: StageName,
    #[serde(flatten)]
    pub(crate) told: Told,
}

impl From<StageName> for StageShown {
    fn from(name: StageName) -> Self {
        Self {
            name,
            told: Told::new(name.zh(), name.en()),
        }
    }
}

/// A move from one state to another.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Moved {
    pub(crate) from: StageShown,
    pub(crate) to: StageShown,
    /// The row of the lifecycle (12.3), and where that comes from.
    pub(crate) row: Option<&'static str>,
    pub(crate) source: Option<&'static str>,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Happened {
    /// `Order/<id>`.
    pub(crate) stream: String,
    pub(crate) sequence: u64,
    pub(crate) event: String,
    #[serde(flatten)]
    pub(crate) told: Told,
    /// The event, with masks for personal values.
    pub(crate) data: Value,
    /// What a reviewer found, or what was remarked.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "in_words")]
    pub(crate) findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) remarks: Vec<BrokenRule>,
    /// It helps to explain a state; filling in the form does not.
    #[serde(skip)]
    pub(crate) explains: bool,
}

/// Findings as they were written.
fn in_words<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    let findings = serde_json::to_value(findings).map_err(S::Error::custom)?;
    legible(findings).serialize(serializer)
}

/// A refusal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Refused {
    #[serde(flatten)]
    pub(crate) told: Told,
    pub(crate) rules: Vec<BrokenRule>,
    /// What the caller could have done instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed: Vec<&'static str>,
}

/// A rule, and where it does not hold.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BrokenRule {
    #[serde(flatten)]
    pub(crate) rule: RuleShown,
    pub(crate) pointer: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) facts: BTreeMap<String, Value>,
}

/// A rule of the catalogue.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RuleShown {
    pub(crate) rule: String,
    /// Section of the guide, or the decision.
    pub(crate) section: &'static str,
    #[serde(flatten)]
    pub(crate) told: Told,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cure: Option<Told>,
}

impl From<&RuleId> for RuleShown {
    fn from(id: &RuleId) -> Self {
        let card = rules::card(&id.0);
        Self {
            rule: id.to_string(),
            section: card.map_or("", |card| card.section),
            told: card.map_or_else(
                || {
                    Told::new(
                        "目录中没有这条规则。",
                        "This rule is not in the catalogue of this program.",
                    )
                },
                |card| Told::new(card.zh, card.en),
            ),
            cure: card
                .filter(|card| !card.cure_en.is_empty())
                .map(|card| Told::new(card.cure_zh, card.cure_en)),
        }
    }
}

impl From<&Broken> for BrokenRule {
    fn from(broken: &Broken) -> Self {
        Self {
            rule: RuleShown::from(&broken.rule),
            pointer: broken.pointer.clone(),
            facts: broken.facts.clone(),
        }
    }
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        let alone = |rule: &RuleId| {
            vec![BrokenRule {
                rule: RuleShown::from(rule),
                pointer: String::new(),
                facts: BTreeMap::new(),
            }]
        };
        let (rules, allowed) = match refusal {
            Refusal::Rules { broken } => {
                (broken.iter().map(BrokenRule::from).collect(), Vec::new())
            }
            Refusal::NotNow { rule, allowed, .. } => {
                (alone(rule), allowed.iter().map(|by| by.name()).collect())
            }
            Refusal::NotYours { rule, .. } => (alone(rule), Vec::new()),
        };
        Self {
            told: refused(refusal),
            rules,
            allowed,
        }
    }
}
