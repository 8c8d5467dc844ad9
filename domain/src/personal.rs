//! Values about a person.
//!
//! The ledger finds them by their JSON form and seals them under the data key of the file they belong to;
//! nothing else in the house needs to know which fields are personal.

use crate::values::mask::{self, NOTHING};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
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

/// What somebody wrote in words of their own: a reason, an answer, a remark. Nobody knows whom such words speak of, so they
/// are personal wherever they stand: `Personal<Words<T>>`.
///
/// Stored as `{"words": …}`, by which it is told from names and numbers: those are masked for everybody, while words are read
/// by whoever they are for ([`legible`]). A client writes a plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Words<T>(pub T);

impl<T: Serialize> Serialize for Words<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(WORDS, &self.0)])
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Words<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Form<T> {
            type Value = Words<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                T::deserialize(text.into_deserializer()).map(Words)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                match map.next_key::<String>()?.as_deref() {
                    Some(WORDS) => map.next_value().map(Words),
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
/// The key of [`Words`] in their stored form.
const WORDS: &str = "words";

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
    each(value, &mut |personal| mask(&personal))
}

/// As [`masked`], but what somebody wrote in their own words stands there as it was written.
pub fn legible(value: Value) -> Value {
    each(value, &mut |personal| match words(personal) {
        Ok(words) => words,
        Err(other) => mask(&other),
    })
}

/// Takes the ledger's form off the personal values: for whoever receives them and knows nothing of it.
pub fn in_the_open(value: Value) -> Value {
    each(value, &mut |personal| match words(personal) {
        Ok(value) | Err(value) => value,
    })
}

/// What stands in the stored form of [`Words`], or the value back if it is none.
fn words(personal: Value) -> Result<Value, Value> {
    match personal {
        Value::Object(mut fields) if fields.len() == 1 && fields.contains_key(WORDS) => {
            Ok(fields.remove(WORDS).unwrap_or_default())
        }
        other => Err(other),
    }
}

/// Puts something else in place of every personal value.
fn each(value: Value, shown: &mut impl FnMut(Value) -> Value) -> Value {
    match value {
        Value::Object(mut fields) => match fields.remove(PERSONAL) {
            Some(personal) => shown(personal),
            None => Value::Object(
                fields
                    .into_iter()
                    .map(|(name, value)| (name, each(value, shown)))
                    .collect::<Map<_, _>>(),
            ),
        },
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| each(item, shown)).collect())
        }
        other => other,
    }
}

/// Its kind is not known here: only its form is.
fn mask(personal: &Value) -> Value {
    Value::String(match personal {
        Value::String(text) => mask::anything(text),
        _ => NOTHING.to_owned(),
    })
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

    #[test]
    fn words_are_kept_apart_from_names_and_read_by_whoever_they_are_for() {
        let reason: Personal<Words<String>> = serde_json::from_value(json!("请张三更正")).unwrap();
        let kept = json!({"$personal": {"words": "请张三更正"}});
        assert_eq!(serde_json::to_value(&reason).unwrap(), kept);
        let again: Personal<Words<String>> = serde_json::from_value(kept.clone()).unwrap();
        assert_eq!(again, reason);
        let value = json!({"reason": kept, "name": {"$personal": "张三"}, "gone": "$erased"});
        assert_eq!(
            masked(value.clone()),
            json!({"reason": "***", "name": "张***", "gone": "$erased"})
        );
        assert_eq!(
            legible(value.clone()),
            json!({"reason": "请张三更正", "name": "张***", "gone": "$erased"})
        );
        assert_eq!(
            in_the_open(value),
            json!({"reason": "请张三更正", "name": "张三", "gone": "$erased"})
        );
        for bad in [json!({"text": "x"}), json!(7), json!([])] {
            assert!(serde_json::from_value::<Personal<Words<String>>>(bad).is_err());
        }
    }
}
