//! Values about a person.
//!
//! The ledger finds them by their JSON form and seals them under the data key of the file they belong to;
//! nothing else in the house needs to know which fields are personal.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, IntoDeserializer, MapAccess, Visitor},
};
use serde_json::{Map, Value};
use std::{fmt, marker::PhantomData};

/// A value about a person: a name, a number, an address.
///
/// It serialises as `{"$personal": value}`. Once the data key of its file is destroyed it loads as `"$erased"`:
/// the history keeps its shape and loses the person. `Debug` never shows the value.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub enum Personal<T> {
    /// The value is known.
    #[serde(rename = "$personal")]
    Known(T),
    /// The key was destroyed; nobody can read the value any more.
    #[serde(rename = "$erased")]
    Erased,
}

impl<T> Personal<T> {
    /// The value, unless it was erased.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Erased => None,
        }
    }

    /// Whether both are known and `same` says that they agree. Erased values agree with nothing.
    pub fn agrees<U>(&self, other: &Personal<U>, same: impl FnOnce(&T, &U) -> bool) -> bool {
        matches!((self, other), (Self::Known(a), Personal::Known(b)) if same(a, b))
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

/// Reads the stored forms, and a plain text as the known value: a client writes `"name": "张三"` and knows nothing of
/// the form. The stored forms themselves are refused at the edge (see [`holds_reserved`]).
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Form<T> {
            type Value = Personal<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                if text == ERASED {
                    return Ok(Personal::Erased);
                }
                T::deserialize(text.into_deserializer()).map(Personal::Known)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                match map.next_key::<String>()?.as_deref() {
                    Some(PERSONAL) => map.next_value().map(Personal::Known),
                    _ => Err(de::Error::custom("expected a text")),
                }
            }
        }
        deserializer.deserialize_any(Form(PhantomData))
    }
}

/// The key of the stored form.
pub const PERSONAL: &str = "$personal";
/// The stored form of an erased value.
pub const ERASED: &str = "$erased";

/// Whether something a client sent uses a form that only the ledger may write: a key that begins with `$`, or the text
/// `$erased`.
pub fn holds_reserved(value: &Value) -> bool {
    match value {
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key.starts_with('$') || holds_reserved(value)),
        Value::Array(items) => items.iter().any(holds_reserved),
        Value::String(text) => text == ERASED,
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Puts a mask in place of every personal value, wherever it stands.
pub fn masked(value: Value) -> Value {
    match value {
        Value::Object(fields) => match fields.get(PERSONAL) {
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

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known(_) => "Personal(…)",
            Self::Erased => "Personal(erased)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn clients_may_not_write_the_stored_forms() {
        for (json, reserved) in [
            (r#"{"a":[{"$personal":"x"}]}"#, true),
            (r#"{"a":"$erased"}"#, true),
            (r#"{"a":"$5 a month","b":[1,null]}"#, false),
        ] {
            assert_eq!(
                holds_reserved(&serde_json::from_str(json).unwrap()),
                reserved,
                "{json}"
            );
        }
    }

    #[test]
    fn is_told_apart_by_its_json_form_and_never_printed() {
        let name: Personal<String> = "张三".to_owned().into();
        assert_eq!(
            serde_json::to_string(&name).unwrap(),
            r#"{"$personal":"张三"}"#
        );
        assert_eq!(format!("{name:?}"), "Personal(…)");
        let gone: Personal<String> = serde_json::from_str(r#""$erased""#).unwrap();
        assert_eq!(gone, Personal::Erased);
        let plain: Personal<String> = serde_json::from_str(r#""张三""#).unwrap();
        assert_eq!(plain, name);
        assert_eq!(
            serde_json::from_str::<Personal<String>>(r#"{"$personal":"张三"}"#).unwrap(),
            name
        );
        assert!(!gone.agrees(&gone.clone(), |a, b| a == b));
    }

    #[test]
    fn personal_values_are_masked_wherever_they_stand() {
        let value = json!({"a": [{"name": {"$personal": "张三"}}], "code": {"$personal": "123456"}, "gone": "$erased",
            "mobile": {"$personal": "13800138000"}, "one": {"$personal": "李"}, "plain": "示例", "number": {"$personal": 7}});
        let shown = json!({"a": [{"name": "张***"}], "code": "***", "gone": "$erased", "mobile": "1***0", "one": "***", "plain": "示例", "number": "***"});
        assert_eq!(masked(value), shown);
    }
}
