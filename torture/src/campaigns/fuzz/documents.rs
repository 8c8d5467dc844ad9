//! Documents: as what callers ask, as what ports answer, and as what is kept or carried elsewhere.
//!
//! An input is a document, if it begins as one. Any other is a document of the stories with something else at one place: two bytes say
//! which document, one how many bytes say where, the rest is what stands there.

use super::stories;
use api::{
    doors,
    ports::{Found, Recognised},
    workers::effect::Effect,
};
use domain::{
    access::Grant,
    account::{Contacts, code::CodePurpose},
    desk::Command,
    document_request,
    facts::{DomainRecord, Facts, OnRecord, PrincipalRecord, ResourceRecord},
    form, inspection,
    order::Request,
    told,
    values::Province,
};
use ledger::{CarriedEvent, KeyRing, Upcasters};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::{borrow::Cow, fmt, sync::LazyLock};

static RING: LazyLock<KeyRing> = LazyLock::new(stories::ring);
static UPCASTERS: LazyLock<Upcasters> = LazyLock::new(Upcasters::standing);

/// Reads a document as everything that it may be.
///
/// # Panics
/// Something does, or is not read as it was written.
pub fn read(bytes: &[u8]) {
    let bytes = &*document(bytes);
    kept::<OnRecord>(bytes);
    kept::<Option<PrincipalRecord>>(bytes);
    kept::<Option<ResourceRecord>>(bytes);
    kept::<Option<DomainRecord>>(bytes);
    kept::<Option<Province>>(bytes);
    kept::<Option<Recognised>>(bytes);
    kept::<Effect>(bytes);
    drop(serde_json::from_slice::<Found>(bytes));
    if let Some(event) = kept::<CarriedEvent>(bytes)
        && let Err(error) = event.open(&RING, &UPCASTERS)
    {
        drop(error.to_string());
    }
    if let Some(command) = kept::<Command>(bytes) {
        drop(told::asked(&command));
    }
    if let Some(value) = doors::json(bytes) {
        asked(&value);
    }
}

/// From callers, who are told what is wrong.
fn asked(value: &Value) {
    assert_eq!(
        ledger::recordable(value),
        Ok(()),
        "what is taken from outside can be kept"
    );
    doors::typed::<Request>(value);
    doors::typed::<Contacts>(value);
    doors::typed::<CodePurpose>(value);
    doors::typed::<Grant>(value);
    doors::typed::<document_request::DocumentRequest>(value);
    doors::typed::<inspection::InspectionRequest>(value);
    doors::typed::<form::Lead>(value);
    doors::typed::<Facts>(value);
}

/// What is kept is read again as it was written.
fn kept<T: DeserializeOwned + Serialize + PartialEq + fmt::Debug>(bytes: &[u8]) -> Option<T> {
    let value = serde_json::from_slice::<T>(bytes).ok()?;
    let written = serde_json::to_vec(&value);
    let read = written.and_then(|written| serde_json::from_slice::<T>(&written));
    assert_eq!(
        read.ok().as_ref(),
        Some(&value),
        "not read as it was written"
    );
    Some(value)
}

/// What an input says, whatever the stories do: to be kept.
pub(super) fn document(bytes: &[u8]) -> Cow<'_, [u8]> {
    if matches!(bytes, [b'{' | b'[' | b' ' | b'"', ..]) {
        return Cow::Borrowed(bytes);
    }
    let [high, low, depth, rest @ ..] = bytes else {
        return Cow::Borrowed(bytes);
    };
    let (places, with) = rest.split_at(rest.len().min(usize::from(*depth % 8)));
    let with = serde_json::from_slice(with);
    let with = with.unwrap_or_else(|_| json!(String::from_utf8_lossy(rest)));
    let all = stories::documents();
    let mut document = all[usize::from(u16::from_be_bytes([*high, *low])) % all.len()].clone();
    stories::change(&mut document, places, with);
    Cow::Owned(document.to_string().into_bytes())
}

/// Documents of the stories, and some with a change.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let all = stories::documents();
    let mut seeds = vec![b"null".to_vec(), b"{}".to_vec(), b"\"$erased\"".to_vec()];
    for (at, document) in (0_u16..).zip(all).step_by(all.len() / MANY + 1) {
        let [high, low] = at.to_be_bytes();
        seeds.push(document.to_string().into_bytes());
        seeds.push([&[high, low, 2, 0, 1], &b"null"[..]].concat());
        seeds.push([&[high, low, 3, 1, 2, 3], &b"\"\\u0000\""[..]].concat());
    }
    seeds
}

/// How many documents are begun with.
const MANY: usize = 300;
