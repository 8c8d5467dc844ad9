//! What may be recorded. Checked before anything is decided, so that one bad value cannot sink a group of decisions.

use crate::error::Unacceptable;
use serde_json::{Map, Value};

/// The one key with a `$` that domain values use: see `domain::personal`.
pub(crate) const PERSONAL: &str = "$personal";
/// What a personal value loads as once the key of its file is destroyed.
pub(crate) const ERASED: &str = "$erased";
/// Deeper documents could be written but not read back: the decoder stops at 128 levels, and storage adds some.
const DEEPEST: usize = 64;
/// RFC 8785 writes numbers as IEEE doubles; beyond this an integer is not exact (RFC 7493, 2.2).
const LARGEST: u64 = (1 << 53) - 1;
/// Names are indexed; a B-tree page of PostgreSQL does not hold much longer ones.
const LONGEST_NAME: usize = 255;

/// Whether a document can be kept: no NUL bytes, no reserved fields except `$personal` alone in its object, no integer
/// beyond 2^53 − 1, at most 64 levels deep. The first offence is answered.
pub fn recordable(value: &Value) -> Result<(), Unacceptable> {
    Screen { client: false }.walk(value, &mut String::new(), 0)
}

/// Whether a document from outside can be taken: as [`recordable`], and nothing in it may look like the ledger's own
/// forms: no field starts with `$`, no text is `$erased`.
pub fn from_client(value: &Value) -> Result<(), Unacceptable> {
    Screen { client: true }.walk(value, &mut String::new(), 0)
}

/// Whether a name (stream id, subject id, file, caller) can be kept: 1 to 255 bytes, no control characters.
pub(crate) fn name(name: &str, what: &'static str) -> Result<(), Unacceptable> {
    let fault = |why| {
        Err(Unacceptable {
            pointer: what.to_owned(),
            why,
        })
    };
    match name {
        "" => fault("it is empty; expected 1 to 255 bytes"),
        _ if name.len() > LONGEST_NAME => fault("it is longer than 255 bytes"),
        _ if name.chars().any(char::is_control) => {
            fault("it holds a control character (NUL, line break, …); remove it")
        }
        _ => Ok(()),
    }
}

struct Screen {
    /// Whether the document comes from outside.
    client: bool,
}

impl Screen {
    fn walk(&self, value: &Value, pointer: &mut String, depth: usize) -> Result<(), Unacceptable> {
        let fault = |pointer: &str, why| {
            Err(Unacceptable {
                pointer: pointer.to_owned(),
                why,
            })
        };
        if depth > DEEPEST {
            return fault(pointer, "it is nested more than 64 levels deep");
        }
        match value {
            Value::String(text) if text.contains('\0') => {
                fault(pointer, "it holds a NUL byte; remove it")
            }
            Value::String(text) if self.client && text == ERASED => {
                fault(pointer, "`$erased` is reserved")
            }
            Value::Number(number)
                if number
                    .as_i64()
                    .map(i64::unsigned_abs)
                    .or(number.as_u64())
                    .is_some_and(|n| n > LARGEST) =>
            {
                fault(
                    pointer,
                    "the number is beyond 2^53 - 1 and would not stay exact; send it as text",
                )
            }
            Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
                step(pointer, key, |pointer| {
                    if key.contains('\0') {
                        return fault(pointer, "the field's name holds a NUL byte; remove it");
                    }
                    if key.starts_with('$') && (self.client || !is_personal(fields)) {
                        return fault(pointer, "fields that start with `$` are reserved");
                    }
                    self.walk(value, pointer, depth + 1)
                })
            }),
            Value::Array(items) => items.iter().enumerate().try_for_each(|(index, item)| {
                step(pointer, &index.to_string(), |pointer| {
                    self.walk(item, pointer, depth + 1)
                })
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
        }
    }
}

/// Whether an object is a personal value, `{"$personal": …}`.
pub(crate) fn is_personal(fields: &Map<String, Value>) -> bool {
    fields.len() == 1 && fields.contains_key(PERSONAL)
}

/// Goes one reference token down (RFC 6901) and comes back.
pub(crate) fn step<T>(pointer: &mut String, token: &str, then: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    for letter in token.chars() {
        match letter {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
    let result = then(pointer);
    pointer.truncate(length);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointer(result: Result<(), Unacceptable>) -> Option<String> {
        result.err().map(|fault| fault.pointer)
    }

    #[test]
    fn ordinary_documents_pass() {
        let fine = json!({"a": [1, -2.5, null, true, "￥ $5"], "price$": 9_007_199_254_740_991_u64, "n": -9_007_199_254_740_991_i64});
        assert_eq!(recordable(&fine), Ok(()));
        assert_eq!(from_client(&fine), Ok(()));
    }

    #[test]
    fn the_offence_is_pointed_at() {
        for (value, at) in [
            (json!({"a": ["x", "nul\0"]}), "/a/1"),
            (json!({"a/b~c": {"nul\0": 1}}), "/a~1b~0c/nul\0"),
            (json!({"n": 9_007_199_254_740_992_u64}), "/n"),
            (json!({"n": -9_007_199_254_740_992_i64}), "/n"),
            (
                json!({"x": {"$sealed": "…", "key": "order/1"}}),
                "/x/$sealed",
            ),
            (json!({"x": {"$personal": 1, "more": 2}}), "/x/$personal"),
            (json!({"$ref": 1}), "/$ref"),
        ] {
            assert_eq!(pointer(recordable(&value)).as_deref(), Some(at));
            assert_eq!(pointer(from_client(&value)).as_deref(), Some(at));
        }
    }

    #[test]
    fn only_the_house_itself_may_say_personal_or_erased() {
        for value in [
            json!({"name": {"$personal": "张三"}}),
            json!({"name": "$erased"}),
        ] {
            assert_eq!(recordable(&value), Ok(()));
            assert!(from_client(&value).is_err());
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nest = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(recordable(&nest(64)), Ok(()));
        assert!(recordable(&nest(65)).is_err());
    }

    #[test]
    fn names_are_short_and_printable() {
        assert_eq!(name("order/0192", "file"), Ok(()));
        assert_eq!(name(&"x".repeat(255), "file"), Ok(()));
        for bad in ["", "a\0", "a\nb", &"x".repeat(256)] {
            assert!(name(bad, "file").is_err(), "{bad:?}");
        }
    }
}
