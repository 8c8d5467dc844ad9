//! What is shown: answers and states, with masks in place of personal values.

use crate::problem::{BrokenRule, refused};
use domain::desk::Answer;
pub use domain::personal::masked;
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
