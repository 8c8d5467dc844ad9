//! Canonical JSON (RFC 8785): one form of a document, written once, which is digested and stored.

use crate::error::{LedgerError, shape};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

/// Up to here an integer is exact as an IEEE double, as which RFC 8785 writes every number.
const LARGEST: u64 = (1 << 53) - 1;

/// A document in canonical form.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Canonical(Box<RawValue>);

impl Canonical {
    /// The canonical form of a document.
    pub(crate) fn of(value: &Value) -> Result<Self, LedgerError> {
        let raw = if is_written_so(value) {
            serde_json::value::to_raw_value(value)
        } else {
            serde_json_canonicalizer::to_string(value).and_then(RawValue::from_string)
        };
        raw.map(Self).map_err(|error| {
            LedgerError::Corrupt(format!(
                "a document has no canonical form: {}",
                shape(&error)
            ))
        })
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        self.0.get()
    }
}

/// Whether `serde_json` writes a document canonically as it is. It does, many times faster than the crate that can do it always,
/// where the document has what ours have: integers that are exact, and fields whose names are in the same order by code point
/// (as the map has them) and by UTF-16 unit (as the RFC wants them), which they are unless a name leaves the basic plane.
fn is_written_so(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => number
            .as_i64()
            .map(i64::unsigned_abs)
            .or(number.as_u64())
            .is_some_and(|whole| whole <= LARGEST),
        Value::Array(items) => items.iter().all(is_written_so),
        Value::Object(fields) => fields.iter().all(|(name, value)| {
            name.chars().all(|letter| letter <= '\u{ffff}') && is_written_so(value)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Number, json};

    /// Any document at all: any text, any number, names on both sides of the surrogates.
    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-1_000_000_i64..1_000_000).prop_map(Value::from),
            any::<f64>()
                .prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::from)),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            let name = prop_oneof![
                "[a-z_\"\\\\]{0,6}",
                "[\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{1f600}]{0,2}",
                any::<String>()
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(name, inner, 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_short_way_and_the_long_way_write_the_same(document in documents()) {
            let long = serde_json_canonicalizer::to_string(&document);
            match Canonical::of(&document) {
                Ok(canonical) => prop_assert_eq!(canonical.text(), long.unwrap()),
                Err(_) => prop_assert!(long.is_err()),
            }
        }
    }

    /// Were a map to keep the order in which its names came (a feature that any crate can turn on), digests would be wrong.
    #[test]
    fn the_order_in_which_names_come_does_not_matter() {
        let mut document = serde_json::Map::new();
        for name in ["b", "c", "a"] {
            document.insert(name.to_owned(), Value::Null);
        }
        let canonical = Canonical::of(&Value::Object(document)).unwrap();
        assert_eq!(canonical.text(), r#"{"a":null,"b":null,"c":null}"#);
    }

    #[test]
    fn names_are_in_the_order_of_their_utf_16_units() {
        let canonical =
            Canonical::of(&json!({"\u{ffff}": 1, "\u{1f600}": 2, "a": 1.0, "z": 1e21})).unwrap();
        assert_eq!(
            canonical.text(),
            "{\"a\":1,\"z\":1e+21,\"\u{1f600}\":2,\"\u{ffff}\":1}"
        );
    }
}
