//! A filing told step by step: what each party says, in the words of the API.
//!
//! The demo seeds itself by it and the tests play it over HTTP. What only the office knows (the QR code it issued, the
//! codes it sent, the submission it made, the reviewer's checklist) stands in braces and is looked up before it is said.

use crate::office::Office;
use domain::{
    context::{Actor, Channel, Context, Role},
    order::{Order, Stage, sms_code},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// One step.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Who speaks.
    pub by: Role,
    /// What they say: the body of a command.
    pub say: Value,
}

/// A first filing of a company's website, from opening to its number.
///
/// # Errors
/// It does not parse, which the tests would notice.
pub fn first_filing() -> Result<Vec<Step>, serde_json::Error> {
    serde_json::from_str(include_str!("demo/first-filing.json"))
}

/// What the step says, with the braces filled from the order as it stands.
pub fn filled(say: &Value, order: &Order, office: &Office) -> Value {
    match say {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, order, office)))
            .collect(),
        Value::Array(items) => items
            .iter()
            .map(|item| filled(item, order, office))
            .collect(),
        Value::String(text) if text.starts_with('{') => {
            known(text, order, office).unwrap_or_else(|| say.clone())
        }
        other => other.clone(),
    }
}

fn known(brace: &str, order: &Order, office: &Office) -> Option<Value> {
    let reader: Context = office.context(Actor {
        id: "story".to_owned(),
        role: Role::System,
        channel: Channel::System,
    });
    match brace {
        "{qr}" => order
            .verifications
            .values()
            .find_map(|check| check.qr.as_ref())
            .map(|qr| json!(qr.id)),
        "{contact code}" => {
            let mobile = order.principal.as_ref()?.lead.mobile.known()?;
            let sent = order
                .contact_codes
                .get(&office.secret.digest("mobile", mobile.as_str()))?;
            order
                .contact_code(mobile, sent.number, &reader)
                .map(Value::String)
        }
        "{checklist}" => Some(
            order
                .checklist(&reader)
                .into_iter()
                .map(|item| json!(item.card.id))
                .collect(),
        ),
        "{submission}" => match &order.stage {
            Stage::AwaitingBureauSubmission {
                submission: Some(id),
            }
            | Stage::BureauReview { submission: id } => Some(json!(id)),
            _ => None,
        },
        "{sms code}" => match &order.stage {
            Stage::SmsVerification(session) => {
                let target = session
                    .targets
                    .iter()
                    .find(|target| target.verified.is_none())?;
                Some(Value::String(sms_code(
                    &office.secret,
                    session.submission,
                    target,
                )))
            }
            _ => None,
        },
        _ => None,
    }
}
