//! Sealing: `{"$personal": v}` in memory, `{"$sealed": "<base64>", "key": "<file>"}` in storage, `"$erased"` once the
//! key of the file is destroyed.
//!
//! A box is bound to its place (stream and sequence, or decision) and to its JSON pointer there: moved elsewhere it
//! does not open.

use crate::{
    error::shape,
    keys::{self, KeyError, LiveKey, State},
    screen::{ERASED, PERSONAL, is_personal, step},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeSet, HashMap},
    fmt,
};
use uuid::Uuid;

const SEALED: &str = "$sealed";
const FILE: &str = "key";

/// Where a document stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// An event: aggregate type, aggregate id, sequence.
    Event(&'a str, &'a str, u64),
    /// The command of a decision.
    Command(Uuid),
    /// What its caller was told.
    Answer(Uuid),
    /// Why it was refused.
    Refusal(Uuid),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(kind, id, sequence) => write!(f, "event/{kind}/{id}/{sequence}"),
            Self::Command(id) => write!(f, "command/{id}"),
            Self::Answer(id) => write!(f, "answer/{id}"),
            Self::Refusal(id) => write!(f, "refusal/{id}"),
        }
    }
}

/// Whether there is anything to seal.
pub(crate) fn holds_personal(value: &Value) -> bool {
    match value {
        Value::Object(fields) => is_personal(fields) || fields.values().any(holds_personal),
        Value::Array(items) => items.iter().any(holds_personal),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Seals every personal value of a document. The document has passed [`crate::screen::recordable`].
pub(crate) fn seal(value: &mut Value, key: &LiveKey, place: Place<'_>) -> Result<(), KeyError> {
    walk(value, &mut pointer(place), &mut |value, pointer| {
        let Value::Object(fields) = value else {
            return Ok(false);
        };
        if !is_personal(fields) {
            return Ok(false);
        }
        let plain =
            zeroize::Zeroizing::new(fields.get(PERSONAL).unwrap_or(&Value::Null).to_string());
        let boxed = keys::seal(&key.key, pointer, plain.as_bytes())?;
        *value = Value::Object(Map::from_iter([
            (SEALED.to_owned(), Value::String(BASE64.encode(boxed))),
            (FILE.to_owned(), Value::String(key.file.clone())),
        ]));
        Ok(true)
    })
}

/// Opens every box of a document.
pub(crate) fn unseal(
    value: &mut Value,
    keys: &HashMap<String, State>,
    place: Place<'_>,
) -> Result<(), KeyError> {
    walk(value, &mut pointer(place), &mut |value, pointer| {
        let Some((sealed, file)) = sealed(value) else {
            return Ok(false);
        };
        *value = match keys.get(file) {
            None => {
                return Err(KeyError::Missing {
                    file: file.to_owned(),
                });
            }
            Some(State::Destroyed) => Value::String(ERASED.to_owned()),
            Some(State::Locked { wrapped_by }) => {
                return Err(KeyError::NotLoaded {
                    file: file.to_owned(),
                    wrapped_by: wrapped_by.clone(),
                });
            }
            Some(State::Live(key)) => {
                let broken = |_| KeyError::Broken {
                    place: pointer.to_owned(),
                };
                let plain = keys::open(&key.key, pointer, &BASE64.decode(sealed).map_err(broken)?)?;
                let plain = serde_json::from_slice(&plain).map_err(|error| KeyError::Broken {
                    place: format!("{pointer} ({})", shape(&error)),
                })?;
                Value::Object(Map::from_iter([(PERSONAL.to_owned(), plain)]))
            }
        };
        Ok(true)
    })
}

/// Gathers the files whose keys are needed to open a document.
pub(crate) fn files(value: &Value, into: &mut BTreeSet<String>) {
    if let Some((_, file)) = sealed(value) {
        if !into.contains(file) {
            into.insert(file.to_owned());
        }
        return;
    }
    match value {
        Value::Object(fields) => fields.values().for_each(|value| files(value, into)),
        Value::Array(items) => items.iter().for_each(|value| files(value, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The box and the file of a sealed value.
fn sealed(value: &Value) -> Option<(&str, &str)> {
    let fields = value.as_object()?;
    Some((fields.get(SEALED)?.as_str()?, fields.get(FILE)?.as_str()?))
}

/// The place and, behind a line break (which no name contains), the JSON pointer.
fn pointer(place: Place<'_>) -> String {
    format!("{place}\n")
}

/// Visits a document from the outside in; the visitor says whether it dealt with a value as a whole.
fn walk(
    value: &mut Value,
    pointer: &mut String,
    visit: &mut impl FnMut(&mut Value, &str) -> Result<bool, KeyError>,
) -> Result<(), KeyError> {
    if visit(value, pointer)? {
        return Ok(());
    }
    match value {
        Value::Object(fields) => fields
            .iter_mut()
            .try_for_each(|(key, value)| step(pointer, key, |pointer| walk(value, pointer, visit))),
        Value::Array(items) => items.iter_mut().enumerate().try_for_each(|(index, item)| {
            step(pointer, &index.to_string(), |pointer| {
                walk(item, pointer, visit)
            })
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyRing;
    use proptest::prelude::*;
    use serde_json::json;
    use std::sync::Arc;

    /// Any document, with personal values here and there.
    fn documents() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-(1_i64 << 53) + 1..1 << 53).prop_map(Value::from),
            "[^\0]{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            let key = "[a-z/~\"é]{0,6}";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(key, inner.clone(), 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
                inner.prop_map(|value| json!({"$personal": value})),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_opens_as_it_was(document in documents()) {
            prop_assume!(crate::recordable(&document).is_ok());
            let key = key();
            let mut sealed = document.clone();
            seal(&mut sealed, &key, HERE).unwrap();
            prop_assert!(!sealed.to_string().contains("\"$personal\":"));
            prop_assert_eq!(sealed != document, holds_personal(&document));
            let mut needed = BTreeSet::new();
            files(&sealed, &mut needed);
            prop_assert_eq!(needed.is_empty(), !holds_personal(&document));
            let keys = HashMap::from([("order/o".to_owned(), State::Live(Arc::new(key)))]);
            unseal(&mut sealed, &keys, HERE).unwrap();
            prop_assert_eq!(sealed, document);
        }
    }

    const HERE: Place<'_> = Place::Event("Order", "o", 1);

    fn key() -> LiveKey {
        LiveKey::make("order/o", &KeyRing::from_bytes([1; 32])).unwrap()
    }

    fn sealed_form(key: &LiveKey) -> Value {
        let mut form = json!({"lead": {"name": {"$personal": "张三"}, "duty": "tech"}, "all": [{"$personal": {"id": 1}}]});
        seal(&mut form, key, HERE).unwrap();
        form
    }

    #[test]
    fn what_is_sealed_shows_nothing_and_opens_again() {
        let key = key();
        let mut form = sealed_form(&key);
        let text = form.to_string();
        assert!(
            !text.contains("张三") && !text.contains("$personal") && text.contains("tech"),
            "{text}"
        );
        assert_eq!(form["lead"]["name"]["key"], "order/o");
        let mut needed = BTreeSet::new();
        files(&form, &mut needed);
        assert_eq!(needed.into_iter().collect::<Vec<_>>(), ["order/o"]);
        let keys = HashMap::from([("order/o".to_owned(), State::Live(Arc::new(key)))]);
        unseal(&mut form, &keys, HERE).unwrap();
        assert_eq!(
            form,
            json!({"lead": {"name": {"$personal": "张三"}, "duty": "tech"}, "all": [{"$personal": {"id": 1}}]})
        );
    }

    #[test]
    fn a_box_that_was_moved_does_not_open() {
        let key = key();
        let form = sealed_form(&key);
        let keys = HashMap::from([("order/o".to_owned(), State::Live(Arc::new(key)))]);
        for place in [
            Place::Event("Order", "o", 2),
            Place::Event("Order", "p", 1),
            Place::Event("Account", "o", 1),
            Place::Command(Uuid::nil()),
        ] {
            assert!(
                matches!(
                    unseal(&mut form.clone(), &keys, place),
                    Err(KeyError::Broken { .. })
                ),
                "{place}"
            );
        }
        let mut swapped = form.clone();
        swapped["lead"]["name"] = form["all"][0].clone();
        assert!(
            matches!(unseal(&mut swapped, &keys, HERE), Err(KeyError::Broken { place }) if place.ends_with("/lead/name"))
        );
    }

    #[test]
    fn destroyed_missing_and_locked_are_three_things() {
        let form = sealed_form(&key());
        let open = |state: Option<State>| {
            let mut form = form.clone();
            let keys = state
                .into_iter()
                .map(|state| ("order/o".to_owned(), state))
                .collect();
            unseal(&mut form, &keys, HERE).map(|()| form)
        };
        assert_eq!(
            open(Some(State::Destroyed)).unwrap(),
            json!({"lead": {"name": "$erased", "duty": "tech"}, "all": ["$erased"]})
        );
        assert!(matches!(open(None), Err(KeyError::Missing { .. })));
        assert!(matches!(
            open(Some(State::Locked {
                wrapped_by: "k".into()
            })),
            Err(KeyError::NotLoaded { .. })
        ));
    }
}
