//! What is shown: answers and states, with masks in place of personal values.

use crate::problem::{BrokenRule, refused};
pub use domain::personal::masked;
use domain::{context::Context, desk::Answer, order::Order};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// A command was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Taken {
    /// The order.
    order: Option<String>,
    /// Where it stands now.
    stage: Option<Value>,
    /// Its type (TYP-13).
    filing: Option<Value>,
    /// What was remarked without refusing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<BrokenRule>,
    /// Where the decision is on record.
    position: u64,
    /// The decision's id.
    decision: String,
    /// The order's version now, as in its ETag.
    version: Option<u64>,
}

impl Taken {
    /// What the caller is told.
    pub fn new(answer: &Answer, position: u64, decision: Uuid, version: Option<u64>) -> Self {
        Self {
            order: answer.order.map(|order| order.to_string()),
            stage: answer.stage.map(refused::stage),
            filing: answer.filing.map(|filing| json!(filing)),
            warnings: answer.warnings.iter().map(BrokenRule::of).collect(),
            position,
            decision: decision.to_string(),
            version,
        }
    }
}

/// What somebody who looks at an order is told, and where.
pub(crate) fn hints(order: &Order, context: &Context) -> Vec<Value> {
    order
        .hints(context)
        .iter()
        .map(|hint| json!({"rule": hint.card.id, "en": hint.card.en, "zh": hint.card.zh, "at": hint.at}))
        .collect()
}

/// The services of an order, each with the label of its type (SVC-3, APP-7).
pub(crate) fn services(order: &Order) -> Vec<Value> {
    order
        .services
        .iter()
        .map(|(key, service)| json!({"service": key, "type": {"name": service.kind, "zh": service.kind.zh(), "en": service.kind.en()}}))
        .collect()
}
