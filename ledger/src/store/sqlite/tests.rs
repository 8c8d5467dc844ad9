//! What only shows from inside: the settings of the writing connection, a full disk, a group that is sent twice.

use super::{Sqlite, failed};
use crate::{
    About, Ledger, LedgerError, RecordedEvent, Settings, Stream, StreamVersion, Terms,
    head::Head,
    keys::{KeyRing, LiveKey},
    record::{Draft, Record},
    store::{AnyStore, Store, Verdict, Written},
    together::Together,
};
use domain::{
    context::{Actor, Channel, Context, Role, Witness},
    law::Law,
    secret::Secret,
    work::{Ask, Stop, Subject, Work},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

fn actor() -> Actor {
    Actor {
        id: "applicant:a".to_owned(),
        role: Role::Applicant,
        channel: Channel::Pc,
    }
}

async fn pragma(store: &Sqlite, name: &str) -> i64 {
    let mut writer = store.writer.lock().await;
    let connection = writer.connection(&store.path).await.unwrap();
    let sql = format!("PRAGMA {name}");
    let value = sqlx::query_scalar(&sql).fetch_one(connection);
    value.await.unwrap()
}

#[tokio::test]
async fn a_commit_is_on_disk_and_an_erased_key_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("l.db")).await.unwrap();
    // 2: FULL, https://www.sqlite.org/pragma.html#pragma_synchronous
    assert_eq!(pragma(&store, "synchronous").await, 2);
    assert_eq!(pragma(&store, "secure_delete").await, 1);
    // Also on a connection that was opened again after an error.
    store.writer.lock().await.connection = None;
    assert_eq!(pragma(&store, "synchronous").await, 2);
}

/// A command that brings a lot of text and changes nothing.
#[derive(Serialize, Deserialize)]
struct Keep {
    text: String,
}

impl Ask for Keep {
    type Answer = ();

    fn name(&self) -> &'static str {
        "keep"
    }

    fn file(&self) -> String {
        "order/o".to_owned()
    }

    fn turn(&self) -> String {
        "o".to_owned()
    }

    fn subjects(&self) -> Vec<Subject> {
        Vec::new()
    }

    async fn desk<W: Work>(&self, _work: &mut W) -> Result<(), Stop> {
        Ok(())
    }
}

#[tokio::test]
async fn a_full_disk_is_told_loses_nothing_and_is_recovered_from() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("l.db").display());
    let settings = Settings::new(KeyRing::from_bytes([1; 32]));
    let ledger = Ledger::open(&url, settings).await.unwrap();
    let AnyStore::Sqlite(store) = &*ledger.0.store else {
        panic!("not on SQLite")
    };
    let context = Context {
        at: jiff::Timestamp::UNIX_EPOCH,
        actor: actor(),
        law: Law::standing(),
        secret: Arc::new(Secret::new([1; 32])),
        witness: Witness::default(),
    };
    let keep = Keep {
        text: "x".repeat(10_000),
    };
    let terms = Terms::default();
    // The file may grow by a few pages only, as if the disk were full then.
    let pages = pragma(store, "page_count").await;
    pragma(store, &format!("max_page_count = {}", pages + 20)).await;
    let mut recorded = 0;
    let told = loop {
        match ledger.execute(&keep, &context, &terms).await {
            Ok(receipt) => recorded = receipt.position,
            Err(error) => break error,
        }
    };
    let full = |error: LedgerError| matches!(error, LedgerError::Unavailable { why, undecided: None } if why.contains("full"));
    assert!(recorded > 0 && full(told));
    // It stays so, reading goes on, and what was acknowledged is there.
    assert!(full(
        ledger.execute(&keep, &context, &terms).await.unwrap_err()
    ));
    assert_eq!(ledger.head().await.unwrap().position, recorded);
    assert_eq!(ledger.read(0, 100).await.unwrap().len() as u64, recorded);
    // Room again: it goes on by itself.
    pragma(store, "max_page_count = 1000000").await;
    let receipt = ledger.execute(&keep, &context, &terms).await.unwrap();
    assert_eq!(receipt.position, recorded + 1);
}

/// A decision that read a stream at a version and adds an event to it.
fn record(id: &str, version: u64, key: Option<&str>) -> Record {
    let stream = Stream::new("Order", id);
    let event = RecordedEvent {
        stream: stream.clone(),
        sequence: version + 1,
        event_type: "Noted".to_owned(),
        event_version: "1.0".to_owned(),
        payload: json!({}),
        metadata: json!({}),
    };
    let draft = Draft {
        decision_id: Uuid::now_v7(),
        at: 0,
        actor: &actor(),
        command_type: "note",
        command: json!({}),
        reads: vec![StreamVersion { stream, version }],
        outcome: Ok(json!(null)),
        events: vec![event],
        subjects: vec![About {
            kind: "order".to_owned(),
            id: id.to_owned(),
        }],
        rule_edition: "1",
        software: "test",
        idempotency_key: key,
        request_digest: [0; 32],
    };
    draft.into_record(None, None).unwrap().0
}

fn appended(positions: impl IntoIterator<Item = u64>) -> Vec<Verdict> {
    let verdict = |position| Verdict::Appended { position };
    positions.into_iter().map(verdict).collect()
}

#[tokio::test]
async fn each_decision_of_a_group_gets_its_own_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("l.db")).await.unwrap();
    let first = [record("a", 0, Some("k"))];
    let verdicts = store.append(&first, None, false).await.unwrap().verdicts;
    assert_eq!(verdicts, appended([1]));
    let group = [
        record("b", 0, None),
        record("a", 0, None),
        record("c", 0, None),
        record("d", 5, None),
        // A repetition is one, even if it is stale as well.
        record("z", 9, Some("k")),
        record("e", 0, None),
    ];
    let Written { verdicts, head, .. } = store.append(&group, None, false).await.unwrap();
    let stale = |id, actual| Verdict::Stale {
        stream: Stream::new("Order", id),
        actual,
    };
    let at = |position| Verdict::Appended { position };
    let replayed = Verdict::Replayed { position: 1 };
    assert_eq!(
        verdicts,
        [at(2), stale("a", 1), at(3), stale("d", 0), replayed, at(4)]
    );
    assert_eq!(
        head,
        Head {
            epoch: 1,
            position: 4
        }
    );
}

#[tokio::test]
async fn a_group_that_is_sent_again_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("l.db")).await.unwrap();
    let group = [record("a", 0, Some("k")), record("b", 0, None)];
    // The first time never arrived: it is written now.
    let verdicts = store.append(&group, None, true).await.unwrap().verdicts;
    assert_eq!(verdicts, appended([1, 2]));
    // It had arrived, beside others: its positions are those of the first time.
    let more = [record("c", 0, None)];
    store.append(&more, None, false).await.unwrap();
    let Written { verdicts, head, .. } = store.append(&group, None, true).await.unwrap();
    assert_eq!(verdicts, appended([1, 2]));
    assert_eq!(head.position, 3);
}

#[tokio::test]
async fn of_two_first_keys_of_a_file_the_first_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("l.db")).await.unwrap();
    let ring = KeyRing::from_bytes([3; 32]);
    let key = |file| Arc::new(LiveKey::make(file, &ring).unwrap());
    let sealed = |id, version, key: &Arc<LiveKey>| Record {
        sealed_with: Some(Arc::clone(key)),
        ..record(id, version, None)
    };
    let (mine, theirs, other, late) = (key("f"), key("f"), key("g"), key("h"));
    // Both come in one group, before either is stored: what the second sealed could be read by nobody.
    let group = [
        sealed("a", 0, &mine),
        sealed("b", 0, &theirs),
        sealed("c", 0, &other),
        sealed("d", 0, &mine),
        // What is not written brings no key.
        sealed("e", 7, &late),
    ];
    let verdicts = store.append(&group, None, false).await.unwrap().verdicts;
    let at = |position| Verdict::Appended { position };
    let stale = Verdict::Stale {
        stream: Stream::new("Order", "e"),
        actual: 0,
    };
    assert_eq!(verdicts, [at(1), Verdict::Rekey, at(2), at(3), stale]);
    let files = ["f", "g", "h"].map(str::to_owned);
    let stored = store.data_keys(&files).await.unwrap();
    let stored: Vec<_> = stored
        .into_iter()
        .map(|row| (row.file, row.wrapped.unwrap().0))
        .collect();
    let expected = [("f", &mine), ("g", &other)];
    assert_eq!(
        stored,
        expected.map(|(file, key)| (file.to_owned(), key.wrapped.clone()))
    );
    // Nor is another one taken later, nor one that was destroyed, nor one that is said to be stored and is not.
    assert!(store.destroy_key("g", None).await.unwrap());
    late.was_stored();
    let group = [
        sealed("b", 0, &theirs),
        sealed("c", 1, &other),
        sealed("e", 0, &late),
    ];
    let Written { verdicts, head, .. } = store.append(&group, None, false).await.unwrap();
    assert_eq!(verdicts, [Verdict::Rekey, Verdict::Rekey, Verdict::Rekey]);
    assert_eq!(head.position, 3);
}

#[tokio::test]
async fn whoever_asks_together_with_others_is_told_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("l.db")).await.unwrap();
    // Stream i has i events, the last of them with key i.
    let streams: Vec<_> = (0..9).map(|i| (i.to_string(), i)).collect();
    let mut last = vec![None];
    for (id, events) in &streams {
        for version in 0..*events {
            let is_last = version + 1 == *events;
            let group = [record(id, version, is_last.then_some(id.as_str()))];
            let head = store.append(&group, None, false).await.unwrap().head;
            if is_last {
                last.push(Some(head.position));
            }
        }
    }
    let end = store.head().await.unwrap();
    let together = Together::start(Arc::new(AnyStore::Sqlite(Box::new(store))));
    let together = &together;
    let each = (0..90).map(|n| {
        let (of, key) = (n % 9, (actor().id, (n % 9).to_string()));
        let streams = streams.iter().skip(of).take(n % 3);
        let expected: Vec<u64> = streams.clone().map(|(_, events)| *events).collect();
        let streams = streams.map(|(id, _)| Stream::new("Order", id)).collect();
        let last = &last;
        async move {
            let (versions, position, head) = tokio::join!(
                together.versions(streams),
                together.position_of_key(key),
                together.head()
            );
            assert_eq!(versions.unwrap(), expected);
            assert_eq!(position.unwrap(), last[of]);
            assert_eq!(head.unwrap(), end);
        }
    });
    futures::future::join_all(each).await;
}

#[tokio::test]
async fn errors_are_told_apart_by_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(&folder.path().join("l.db")).await.unwrap();
    let none = sqlx::query("SELECT * FROM none").execute(&store.readers);
    let error = failed(&none.await.unwrap_err());
    assert!(matches!(error, crate::store::StoreError::Rejected(_)));
    let write = sqlx::query("UPDATE head SET position = 9").execute(&store.readers);
    let error = failed(&write.await.unwrap_err());
    assert!(matches!(error, crate::store::StoreError::Unavailable(_)));
    store.close().await;
    let closed = store.head().await.unwrap_err();
    assert!(matches!(closed, crate::store::StoreError::Unavailable(_)));
}
