//! What is shown: answers and states, with masks in place of personal values.

use crate::problem::{BrokenRule, refused};
use domain::desk::Answer;
use serde::Serialize;
use serde_json::{Map, Value, json};
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

/// Puts a mask in place of every personal value, wherever it stands.
pub fn masked(value: Value) -> Value {
    match value {
        Value::Object(fields) => match fields.get("$personal") {
            Some(personal) => Value::String(mask(personal)),
            None => Value::Object(
                fields
                    .into_iter()
                    .map(|(name, value)| (name, masked(value)))
                    .collect::<Map<_, _>>(),
            ),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(masked).collect()),
        other => other,
    }
}

/// Enough to recognise one's own, not enough to learn another's: of six letters or fewer in ASCII (codes, endings of
/// numbers) nothing, else the first letter and, of long texts, the last.
fn mask(personal: &Value) -> String {
    let Value::String(text) = personal else {
        return "***".to_owned();
    };
    let letters: Vec<char> = text.chars().collect();
    match letters.as_slice() {
        [] | [_] => "***".to_owned(),
        all if all.len() <= 6 && text.is_ascii() => "***".to_owned(),
        [first, .., last] if letters.len() > 6 => format!("{first}***{last}"),
        [first, ..] => format!("{first}***"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_are_masked_wherever_they_stand() {
        let value = json!({"a": [{"name": {"$personal": "张三"}}], "code": {"$personal": "123456"}, "gone": "$erased",
            "mobile": {"$personal": "13800138000"}, "one": {"$personal": "李"}, "plain": "示例", "number": {"$personal": 7}});
        let shown = json!({"a": [{"name": "张***"}], "code": "***", "gone": "$erased", "mobile": "1***0", "one": "***", "plain": "示例", "number": "***"});
        assert_eq!(masked(value), shown);
    }
}
