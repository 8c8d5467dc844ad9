//! A refusal of the desk as a problem: the rules it names, in words, with their cures.

use super::{BrokenRule, Problem};
use axum::http::StatusCode;
use domain::{
    order::lifecycle::{Move, StageName},
    refusal::{Broken, Refusal, RuleId},
    rules,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl BrokenRule {
    /// What the catalogue says about a rule.
    pub(crate) fn of(broken: &Broken) -> Self {
        let card = rules::card(&broken.rule.0);
        let word = |word: fn(&rules::Card) -> &'static str| card.map_or("", word);
        Self {
            rule: broken.rule.to_string(),
            code: word(|card| card.code),
            section: word(|card| card.section),
            pointer: broken.pointer.clone(),
            facts: broken.facts.clone(),
            en: word(|card| card.en),
            zh: word(|card| card.zh),
            cure: word(|card| card.cure_en),
            cure_zh: word(|card| card.cure_zh),
        }
    }

    /// The rule as such, without a place where it is broken.
    pub(crate) fn named(rule: &RuleId) -> Self {
        Self::of(&Broken {
            rule: rule.clone(),
            pointer: String::new(),
            facts: BTreeMap::new(),
        })
    }
}

/// A state with its labels.
pub(crate) fn stage(name: StageName) -> Value {
    json!({"name": name, "en": name.en(), "zh": name.zh()})
}

impl Problem {
    /// A refusal, and where it is on record.
    pub fn refused(refusal: &Refusal, position: Option<u64>) -> Self {
        let mut problem = match refusal {
            Refusal::Rules { broken } => {
                let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "rules-broken").say(
                    format!(
                        "{} rule(s) do not hold; `rules` says where, and what would cure it.",
                        broken.len()
                    ),
                    format!(
                        "有{}处不符合规则，见“rules”中的位置与处理办法。",
                        broken.len()
                    ),
                );
                problem.body.rules = broken.iter().map(BrokenRule::of).collect();
                problem
            }
            Refusal::NotNow {
                rule,
                command,
                stage: at,
                allowed,
            } => {
                let mut problem = Self::new(StatusCode::CONFLICT, "not-now").say(
                    format!(
                        "`{}` is not possible while the order is: {}; see `allowed`.",
                        command.name(),
                        at.en()
                    ),
                    format!(
                        "订单处于“{}”时不能进行{}，可进行的操作见“allowed”。",
                        at.zh(),
                        command.name()
                    ),
                );
                problem.body.rules = vec![BrokenRule::named(rule)];
                problem.body.stage = Some(stage(*at));
                problem.body.allowed = Some(allowed.iter().map(|may| Move::name(*may)).collect());
                problem
            }
            Refusal::NotYours {
                rule,
                command,
                reserved_for,
            } => {
                let who = json!(reserved_for).to_string();
                let mut problem = Self::new(StatusCode::FORBIDDEN, "not-yours").say(
                    format!("`{}` is reserved for {who}.", command.name()),
                    format!("{}仅限{who}进行。", command.name()),
                );
                problem.body.rules = vec![BrokenRule::named(rule)];
                problem
            }
        };
        problem.body.position = position;
        problem
    }
}
