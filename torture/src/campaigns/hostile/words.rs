//! What nobody should send: values, texts, bytes; and documents with such things in them.

use crate::{Failed, campaigns::simulate::tapes, chance::Chance};
use domain::desk::Command;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Somebody's mobile, number and name, which stand in what is refused: no answer and no log may repeat them.
pub(super) const PERSONAL: [&str; 3] = ["13977365120", "110105194912317736", "卡纳里七七三"];
/// Stands for half a surrogate pair, which no text of ours can hold.
const LONE: char = '\u{e000}';
/// Stands for a number as JSON does not know it, or no double can hold.
const RAW: &str = "\"\u{e001}\"";
const NUMBERS: [&str; 9] = [
    "1e999",
    "-1e999",
    "01",
    "0x10",
    "NaN",
    "-Infinity",
    "1.",
    "18446744073709551616",
    "1e-999",
];
/// Texts that other programs have fallen over.
const TEXTS: [&str; 22] = [
    "",
    " ",
    "\0",
    "a\0b",
    "$erased",
    "\u{202e}evil",
    "\u{feff}",
    "\u{fffd}\u{ffff}",
    "\u{10ffff}",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}",
    "👩‍👩‍👧‍👦",
    "\r\nset-cookie: a=b",
    "../../../../etc/passwd",
    "' OR 1=1; --",
    "{{7*7}}${7*7}%s%n",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "１３８００１３８０００",
    "9999-12-31T23:59:60Z",
    "-009999-02-30T25:61:61+99:99",
    "2024-02-30",
    "00000000-0000-0000-0000-000000000000",
];

/// What sound requests are made of.
pub(super) struct Corpus {
    /// Commands about orders: some of each kind that is asked in the stories.
    pub(super) commands: Vec<Value>,
    /// Files that are imported.
    pub(super) files: Vec<Vec<u8>>,
}

impl Corpus {
    /// From one story in so many.
    const ONE_IN: usize = 12;
    /// How many commands of each name are kept.
    const EACH: usize = 4;

    pub(super) async fn read(files: Vec<Vec<u8>>) -> Result<Self, Failed> {
        let mut named: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let tapes = tapes::one_in(Self::ONE_IN).await?;
        for (command, _) in tapes.iter().flat_map(tapes::Tape::asked) {
            let Command::Order(command) = command else {
                continue;
            };
            let kept = named.entry(command.request.name()).or_default();
            if kept.len() < Self::EACH {
                kept.push(as_sent(serde_json::to_value(&command.request)?));
            }
        }
        let commands = named.into_values().flatten().collect();
        Ok(Self { commands, files })
    }
}

/// What is personal, and what was written in words of somebody's own, is marked so where it is kept.
const MARKS: [&str; 2] = ["$personal", "words"];

/// A document as a client sends it: what is personal is not marked there.
fn as_sent(value: Value) -> Value {
    match value {
        Value::Object(mut fields)
            if fields.len() == 1 && MARKS.iter().any(|mark| fields.contains_key(*mark)) =>
        {
            let marked = MARKS.iter().find_map(|mark| fields.remove(*mark));
            as_sent(marked.unwrap_or_default())
        }
        Value::Object(fields) => {
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name, as_sent(value)));
            Value::Object(fields.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(as_sent).collect()),
        other => other,
    }
}

/// Draws one.
pub(super) fn one_of<'t, T>(all: &'t [T], chance: &mut Chance) -> &'t T {
    let which = usize::try_from(chance.below(all.len() as u64)).unwrap_or_default();
    &all[which]
}

/// A text that nobody should send.
pub(super) fn text(chance: &mut Chance) -> String {
    match chance.below(8) {
        0..=2 => (*one_of(&PERSONAL, chance)).to_owned(),
        3 => "x".repeat(long(chance)),
        4 => format!("a{LONE}b"),
        5 => "页".repeat(long(chance) / 16),
        _ => (*one_of(&TEXTS, chance)).to_owned(),
    }
}

fn long(chance: &mut Chance) -> usize {
    *one_of(&[64, 65, 256, 300, 1000, 4096, 70_000], chance)
}

/// A value that nobody should send.
fn value(chance: &mut Chance) -> Value {
    match chance.below(20) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(u64::MAX),
        4 => json!(i64::MIN),
        5 => json!(1.5e300),
        6 => json!("\u{e001}"),
        7 => json!([]),
        8 => json!({}),
        9 => json!({"$personal": one_of(&PERSONAL, chance)}),
        10 => json!({"$erased": true}),
        11 => nested(*one_of(&[60, 64, 65, 100, 126], chance)),
        12 => json!(vec![Value::Null; 5000]),
        13 => json!([text(chance), text(chance)]),
        14 => json!({"number": text(chance), "kind": text(chance)}),
        _ => json!(text(chance)),
    }
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, level| {
        if level % 2 == 0 {
            json!([inner])
        } else {
            json!({"a": inner})
        }
    })
}

/// A document in which something is not as it should be, as the bytes that are sent.
pub(super) fn damaged(document: &Value, chance: &mut Chance) -> Vec<u8> {
    let mut document = document.clone();
    for _ in 0..=chance.below(3) {
        damage(&mut document, chance);
    }
    let mut text = document.to_string();
    text = text.replace(
        LONE,
        one_of::<&str>(&["\\ud800", "\\udfff", "\\udc00\\ud800"], chance),
    );
    text = text.replace(RAW, one_of::<&str>(&NUMBERS, chance));
    let mut bytes = text.into_bytes();
    if chance.below(5) == 0 {
        broken(&mut bytes, chance);
    }
    bytes
}

/// Replaces, adds or takes out one thing, anywhere.
fn damage(at: &mut Value, chance: &mut Chance) {
    let goes_on = chance.below(3) > 0;
    match at {
        Value::Object(fields) if goes_on && !fields.is_empty() => {
            let which = usize::try_from(chance.below(fields.len() as u64)).unwrap_or_default();
            if let Some((_, field)) = fields.iter_mut().nth(which) {
                damage(field, chance);
            }
        }
        Value::Object(fields) => of_object(fields, chance),
        Value::Array(items) if goes_on && !items.is_empty() => {
            let which = usize::try_from(chance.below(items.len() as u64)).unwrap_or_default();
            damage(&mut items[which], chance);
        }
        Value::Array(items) => {
            let copies = *one_of(&[1, 2, 30, 3000], chance);
            let item = items.first().cloned().unwrap_or_else(|| value(chance));
            items.extend(vec![item; copies]);
        }
        other => *other = value(chance),
    }
}

fn of_object(fields: &mut Map<String, Value>, chance: &mut Chance) {
    let which = usize::try_from(chance.below(fields.len() as u64)).unwrap_or_default();
    let name = fields.keys().nth(which).cloned().unwrap_or_default();
    match chance.below(4) {
        0 => drop(fields.remove(&name)),
        1 => {
            let taken = fields.remove(&name).unwrap_or_default();
            fields.insert(format!("{name}{LONE}"), taken);
        }
        2 => {
            let strange = [
                "$personal",
                "$erased",
                "$ref",
                "",
                "a\0b",
                "__proto__",
                "row",
            ];
            let name = (*one_of(&strange, chance)).to_owned();
            fields.insert(name, value(chance));
        }
        _ => drop(fields.insert(name, value(chance))),
    }
}

/// Bytes of which something is missing, changed or added.
pub(super) fn broken(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let at = usize::try_from(chance.below(bytes.len() as u64 + 1)).unwrap_or_default();
    match chance.below(9) {
        0 => bytes.truncate(at),
        1 => drop(bytes.splice(at..at, [0xff, 0xfe, 0xc0, 0x80])),
        2 => drop(bytes.splice(at..at, [0])),
        3 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
        4 => drop(bytes.splice(0..0, *b"\xef\xbb\xbf")),
        5 => bytes.extend_from_slice(b"{}"),
        6 => drop(bytes.splice(at..at, vec![b'['; 200_000])),
        7 => bytes.resize(bytes.len() + 300_000, b' '),
        _ => {
            let twice = bytes.clone();
            bytes.extend_from_slice(&twice);
        }
    }
}
