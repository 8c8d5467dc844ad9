//! What is shown: answers and states, with masks in place of personal values.

use crate::{
    auth::Caller,
    problem::{BrokenRule, refused},
};
use domain::{
    context::{Context, Role},
    desk::Answer,
    order::Order,
    personal::{legible, masked},
    rules::Card,
};
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
    /// What was read off a document that was uploaded, to be checked (PRN-9).
    #[serde(skip_serializing_if = "Option::is_none")]
    recognition: Option<Value>,
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
            recognition: None,
        }
    }

    /// The same beside what was read off a document.
    pub(crate) fn beside(mut self, recognition: Option<Value>) -> Self {
        self.recognition = recognition;
        self
    }
}

/// What a rule says, to somebody who is about to start something.
pub(crate) fn note(card: &Card) -> Value {
    json!({"rule": card.id, "en": card.en, "zh": card.zh})
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

/// What of an order this caller is shown: personal values masked, and the ids of QR codes for the applicant only, on whose
/// screen they stand. Whoever holds one does the lead's face check (VER-3), so that nobody else is given it. What people wrote
/// in their own words is for those who write to one another, and for those who explain or examine it afterwards.
pub fn shown(value: Value, to: &Caller) -> Value {
    match to.actor.role {
        Role::Applicant | Role::Target => legible(value),
        Role::Reviewer | Role::Support | Role::Auditor => without_codes(legible(value)),
        Role::Lead | Role::Bureau | Role::Operator | Role::System => without_codes(masked(value)),
    }
}

/// Hides what stands under `qr`: an id, or a code with its id.
fn without_codes(value: Value) -> Value {
    let hidden = |name: &str, value: Value| match value {
        Value::String(_) if name == "qr" => json!("***"),
        Value::Object(mut code) if name == "qr" => {
            code.insert("id".to_owned(), json!("***"));
            Value::Object(code)
        }
        other => without_codes(other),
    };
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                let value = hidden(&name, value);
                (name, value)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(without_codes).collect(),
        other => other,
    }
}
