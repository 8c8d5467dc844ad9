//! What the stories give to begin with: what is asked in them, what happens, and every text that stands in either.

use crate::campaigns::simulate::tapes::{self, Tape};
use domain::{desk::Command, memory::Memory};
use ledger::{CarriedEvent, IdempotencyKey, KeyRing, Ledger, Settings, Terms};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs, panic,
    path::Path,
    sync::{LazyLock, OnceLock},
    thread,
};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/events");
/// The key that what is carried was sealed with.
const KEY: [u8; 32] = [5; 32];

/// An event, and the type of what it happened to.
pub(super) type Happened = (String, Value);

/// What the stories give.
struct Stories {
    documents: Vec<Value>,
    happened: Vec<Happened>,
}

/// One story in so many is played, where nobody says otherwise: all of them take a fuzzer a minute, and each event stands among the golden
/// ones.
const FEW: usize = 5;
/// Of how many stories one is played.
static ONE_IN: OnceLock<usize> = OnceLock::new();

/// Has one story in so many played, unless they were played already.
pub(super) fn play_one_in(so_many: usize) {
    ONE_IN.get_or_init(|| so_many);
}

/// Played once in a process.
static STORIES: LazyLock<Stories> = LazyLock::new(|| {
    // In a thread of its own: whoever asks may be in the middle of a task, as the campaign is, and none can wait for another one there.
    let played = thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let told = runtime
            .map_err(crate::Failed::from)
            .and_then(|runtime| runtime.block_on(Stories::play()));
        told.unwrap_or_else(|why| panic!("the stories cannot be played: {why}"))
    });
    let played = played.join();
    played.unwrap_or_else(|why| panic::resume_unwind(why))
});

impl Stories {
    async fn play() -> Result<Self, crate::Failed> {
        let tapes = tapes::one_in(*ONE_IN.get_or_init(|| FEW)).await?;
        let (mut documents, mut happened) = (Vec::new(), golden()?);
        for tape in &tapes {
            let office = Memory::default();
            for (command, context) in tape.asked() {
                documents.push(serde_json::to_value(command)?);
                if let Command::Order(about) = command {
                    documents.push(serde_json::to_value(&about.request)?);
                }
                let decided = office.execute(command, context).await;
                let decided = decided.map_err(|fault| fault.to_string())?;
                let events = decided.events.into_iter();
                happened
                    .extend(events.map(|event| (event.aggregate_type.to_owned(), event.payload)));
            }
        }
        let first = tapes.first().ok_or("there is no story")?;
        documents.extend(carried(first).await?);
        Ok(Self {
            documents,
            happened,
        })
    }
}

/// The golden events: each that there is, in each version.
fn golden() -> Result<Vec<Happened>, crate::Failed> {
    let mut events = Vec::new();
    for folder in fs::read_dir(Path::new(GOLDEN))? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder)? {
            let mut event: Value = serde_json::from_str(&fs::read_to_string(file?.path())?)?;
            let aggregate = event["aggregate_type"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            events.push((aggregate, event["payload"].take()));
        }
    }
    events.sort_by_cached_key(|(_, payload)| payload.to_string());
    Ok(events)
}

/// A story's events as they are carried elsewhere: sealed, with the keys that open them.
async fn carried(tape: &Tape) -> Result<Vec<Value>, crate::Failed> {
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite://{}", folder.path().join("ledger.sqlite").display());
    let ledger = Ledger::open(&url, Settings::new(ring())).await?;
    for (number, (command, context)) in tape.asked().iter().enumerate() {
        let key = number.to_string().parse::<IdempotencyKey>()?;
        ledger
            .execute(command, context, &Terms::default().with_key(key))
            .await?;
    }
    let mut carried = Vec::new();
    for decision in ledger.survey(0, 200).await? {
        for event in ledger.carry(&decision).await? {
            carried.push(serde_json::to_value::<CarriedEvent>(event)?);
        }
    }
    ledger.close().await;
    Ok(carried)
}

/// The ring that opens what is carried.
pub(super) fn ring() -> KeyRing {
    KeyRing::from_bytes(KEY)
}

/// Documents to be changed: commands, requests, and events as they are carried.
pub(super) fn documents() -> &'static [Value] {
    &STORIES.documents
}

/// What happened in the stories, one after the other; before them each event that there is.
pub(super) fn happened() -> &'static [Happened] {
    &STORIES.happened
}

/// Texts that stand in documents and events, the shorter ones first.
pub(super) fn texts() -> Vec<String> {
    let mut texts = BTreeSet::new();
    let events = happened().iter().map(|(_, event)| event);
    for document in documents().iter().chain(events) {
        gather(document, &mut texts);
    }
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by_key(String::len);
    texts
}

fn gather(document: &Value, into: &mut BTreeSet<String>) {
    match document {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, into)),
        Value::Object(fields) => fields.values().for_each(|field| gather(field, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Puts a value at a place of a document: each number says which way to go on; with none left, here.
pub(super) fn change(document: &mut Value, places: &[u8], with: Value) {
    let below = places.split_first().and_then(|(place, rest)| {
        let place = usize::from(*place);
        let below = match document {
            Value::Object(fields) if !fields.is_empty() => {
                let place = place % fields.len();
                fields.values_mut().nth(place)
            }
            Value::Array(items) if !items.is_empty() => {
                let place = place % items.len();
                items.get_mut(place)
            }
            _ => None,
        };
        below.map(|below| (below, rest))
    });
    match below {
        Some((below, rest)) => change(below, rest, with),
        None => *document = with,
    }
}
