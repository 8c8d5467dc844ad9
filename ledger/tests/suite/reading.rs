//! Reading back: in order, by subject, by id, as of a time; what is damaged or unknown is never passed over.

use crate::{
    house::{Guest, GuestEvent, book, context, note},
    site::{Site, settings},
};
use jiff::{SignedDuration, Timestamp};
use ledger::{Clock, Ledger, LedgerError, SealedDecision, Settings, Terms, Upcasters};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

test_database::on_both_stores!(
    pages_join_without_gap_or_overlap,
    a_history_holds_refusals_too,
    a_decision_is_found_by_its_id,
    an_aggregate_is_loaded_as_it_was,
    as_of_a_time_is_the_last_position_recorded_by_then,
    recorded_times_never_run_backwards,
    events_decode_to_their_type,
    old_events_are_raised,
    an_event_nobody_knows_stops_the_reader,
    a_missing_position_stops_the_reader,
    a_missing_event_stops_the_fold,
    what_was_changed_shows_in_its_leaf,
    the_database_refuses_changes,
    long_histories_are_read_whole,
);

async fn fill(ledger: &Ledger, notes: usize) {
    for n in 0..notes {
        let ask = note(&format!("g{}", n % 3), &format!("note {n}"));
        ledger
            .execute(&ask, &context(), &Terms::default())
            .await
            .unwrap();
    }
}

async fn pages_join_without_gap_or_overlap(site: &Site) {
    let ledger = site.open().await;
    assert!(ledger.read(0, 10).await.unwrap().is_empty());
    fill(&ledger, 25).await;
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let page = ledger.read(after, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.position;
        seen.extend(page.iter().map(|decision| decision.position));
    }
    assert_eq!(seen, (1..=25).collect::<Vec<_>>());
    assert!(ledger.read(25, 7).await.unwrap().is_empty());
    assert!(ledger.read(u64::MAX, 7).await.unwrap().is_empty());
    assert!(ledger.read(0, 0).await.unwrap().is_empty());
    assert_eq!(ledger.decision_at(7).await.unwrap().unwrap().position, 7);
    assert_eq!(ledger.decision_at(26).await.unwrap(), None);
    assert_eq!(ledger.decision_at(0).await.unwrap(), None);
}

async fn a_history_holds_refusals_too(site: &Site) {
    let ledger = site.open().await;
    for (guest, room) in [("g", "r"), ("h", "s"), ("h", "r"), ("g", "t")] {
        ledger
            .execute(&book(guest, room), &context(), &Terms::default())
            .await
            .unwrap();
    }
    let positions = async |kind: &str, id: &str, after: u64, limit: u32| {
        let history = ledger.history(kind, id, after, limit).await.unwrap();
        let positions: Vec<_> = history.iter().map(|decision| decision.position).collect();
        positions
    };
    assert_eq!(positions("order", "r", 0, 10).await, [1, 3]);
    assert_eq!(positions("account", "h", 0, 10).await, [2, 3]);
    assert_eq!(positions("account", "g", 1, 10).await, [4]);
    assert_eq!(positions("account", "g", 0, 1).await, [1]);
    assert!(positions("account", "r", 0, 10).await.is_empty());
    let history = ledger.history("order", "r", 0, 10).await.unwrap();
    let about: Vec<_> = history[1]
        .subjects
        .iter()
        .map(|about| (about.kind.as_str(), about.id.as_str()))
        .collect();
    assert_eq!(about, [("account", "h"), ("order", "r")]);
    assert!(!history[1].accepted());
}

async fn a_decision_is_found_by_its_id(site: &Site) {
    let ledger = site.open().await;
    let receipt = ledger
        .execute(&note("g", "1"), &context(), &Terms::default())
        .await
        .unwrap();
    let found = ledger.decision(receipt.decision_id).await.unwrap().unwrap();
    assert_eq!(found.position, 1);
    assert_eq!(ledger.decision(uuid::Uuid::now_v7()).await.unwrap(), None);
}

async fn an_aggregate_is_loaded_as_it_was(site: &Site) {
    let ledger = site.open().await;
    for text in ["1", "2", "3"] {
        ledger
            .execute(&note("g", text), &context(), &Terms::default())
            .await
            .unwrap();
        ledger
            .execute(&note("h", text), &context(), &Terms::default())
            .await
            .unwrap();
    }
    for (position, notes) in [(0, 0), (1, 1), (2, 1), (3, 2), (5, 3), (6, 3)] {
        let then = ledger.load_at::<Guest>("g", position).await.unwrap();
        assert_eq!(then.state.notes.len(), notes, "at {position}");
        assert_eq!(then.version, notes as u64);
    }
    let beyond = ledger.load_at::<Guest>("g", 7).await.map(drop);
    assert!(matches!(beyond, Err(LedgerError::Beyond { asked: 7, head }) if head.position == 6));
    for version in [0, 3, 1, 2, 1] {
        let then = ledger.load_version::<Guest>("g", version).await.unwrap();
        assert_eq!(then.notes.len() as u64, version);
    }
    let beyond = ledger.load_version::<Guest>("g", 4).await.map(drop);
    assert!(matches!(beyond, Err(LedgerError::Corrupt(_))));
    // What was loaded as it was is not taken for what is.
    assert_eq!(ledger.load::<Guest>("g").await.unwrap().version, 3);
}

/// A clock that a test moves, and a ledger that goes by it.
async fn clocked(site: &Site) -> (Arc<AtomicI64>, Ledger) {
    let now = Arc::new(AtomicI64::new(0));
    let clock = {
        let now = Arc::clone(&now);
        Clock::Given(Arc::new(move || second(now.load(Ordering::SeqCst))))
    };
    let settings = Settings {
        clock,
        ..settings()
    };
    (now, Ledger::open(&site.url(), settings).await.unwrap())
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

async fn as_of_a_time_is_the_last_position_recorded_by_then(site: &Site) {
    let (now, ledger) = clocked(site).await;
    assert_eq!(ledger.as_of(second(0)).await.unwrap(), 0);
    // Two decisions at 10, 20, 30, 40 and 50 seconds.
    for at in [10, 10, 20, 20, 30, 30, 40, 40, 50, 50] {
        now.store(at, Ordering::SeqCst);
        fill(&ledger, 1).await;
    }
    let just_before = |at| second(at) - SignedDuration::from_micros(1);
    for (time, position) in [
        (second(0), 0),
        (just_before(10), 0),
        (second(10), 2),
        (just_before(20), 2),
        (second(20), 4),
        (second(35), 6),
        (just_before(50), 8),
        (second(50), 10),
        (second(999), 10),
    ] {
        assert_eq!(ledger.as_of(time).await.unwrap(), position, "{time}");
    }
}

async fn recorded_times_never_run_backwards(site: &Site) {
    let (now, ledger) = clocked(site).await;
    for at in [10, 5, 20, 0, 20] {
        now.store(at, Ordering::SeqCst);
        fill(&ledger, 1).await;
    }
    let recorded: Vec<_> = ledger
        .read(0, 10)
        .await
        .unwrap()
        .iter()
        .map(|decision| decision.recorded_at)
        .collect();
    assert_eq!(recorded, [10, 10, 20, 20, 20].map(second));
    // The store's own clock is this machine's here; it is far ahead of the given one.
    assert!(ledger.database_clock().await.unwrap() > second(1000));
}

async fn events_decode_to_their_type(site: &Site) {
    let ledger = site.open().await;
    fill(&ledger, 1).await;
    let [decision] = ledger.read(0, 10).await.unwrap().try_into().unwrap();
    let event: GuestEvent = decision.events[0].decode().unwrap();
    assert_eq!(
        event,
        GuestEvent::Noted {
            text: "note 0".to_owned()
        }
    );
    let wrong = decision.events[0].decode::<crate::house::RoomEvent>();
    assert!(matches!(wrong, Err(LedgerError::UnknownEvent(_))));
}

/// Writes an event as an older or a newer program would have.
async fn write_event(site: &Site, event_type: &str, version: &str, payload: &str) {
    let ledger = site.open().await;
    fill(&ledger, 1).await;
    ledger.close().await;
    let sql = format!(
        "UPDATE events SET event_type = '{event_type}', event_version = '{version}', payload = '{payload}'"
    );
    site.tamper_with_guards_off("events", &sql).await;
}

async fn old_events_are_raised(site: &Site) {
    write_event(site, "GuestNoted", "0.9", r#"{"Noted": "plain text"}"#).await;
    let upcasters = Upcasters::new()
        .with("Guest", "GuestNoted", "0.9", "1.0", |mut payload| {
            let text = payload["Noted"].take();
            Ok(serde_json::json!({"Noted": {"text": text}}))
        })
        .unwrap();
    let settings = Settings {
        upcasters,
        ..settings()
    };
    let ledger = Ledger::open(&site.url(), settings).await.unwrap();
    let guest = ledger.load::<Guest>("g0").await.unwrap();
    assert_eq!(guest.state.notes, ["plain text"]);
    let [decision] = ledger.read(0, 10).await.unwrap().try_into().unwrap();
    assert_eq!(decision.events[0].event_version, "1.0");
    assert!(matches!(
        decision.events[0].decode().unwrap(),
        GuestEvent::Noted { text } if text == "plain text"
    ));
}

async fn an_event_nobody_knows_stops_the_reader(site: &Site) {
    write_event(site, "GuestNoted", "9.0", r#"{"Noted": {"text": "x"}}"#).await;
    let ledger = site.open().await;
    let error = ledger.load::<Guest>("g0").await.map(drop).unwrap_err();
    let told = error.to_string();
    assert!(matches!(error, LedgerError::UnknownEvent(_)), "{told}");
    for part in ["Guest/g0", "event 1", "GuestNoted", "version 9.0", "1.0"] {
        assert!(told.contains(part), "{told}");
    }
    // Neither is a command decided on a state that lacks it.
    let failed = ledger
        .execute(&note("g0", "more"), &context(), &Terms::default())
        .await;
    assert!(matches!(failed, Err(LedgerError::UnknownEvent(_))));
    let [decision] = ledger.read(0, 10).await.unwrap().try_into().unwrap();
    let decoded = decision.events[0].decode::<GuestEvent>();
    assert!(matches!(decoded, Err(LedgerError::UnknownEvent(_))));
}

async fn a_missing_position_stops_the_reader(site: &Site) {
    let ledger = site.open().await;
    fill(&ledger, 3).await;
    site.tamper_with_guards_off("decisions", "DELETE FROM decisions WHERE position = 2")
        .await;
    let error = ledger.read(0, 10).await.map(drop).unwrap_err();
    assert!(
        matches!(&error, LedgerError::Corrupt(what) if what.contains("position 2")),
        "{error}"
    );
}

async fn a_missing_event_stops_the_fold(site: &Site) {
    let ledger = site.open().await;
    for _ in 0..3 {
        ledger
            .execute(&note("g", "x"), &context(), &Terms::default())
            .await
            .unwrap();
    }
    site.tamper_with_guards_off("events", "DELETE FROM events WHERE sequence = 2")
        .await;
    ledger.forget_states();
    let error = ledger.load::<Guest>("g").await.map(drop).unwrap_err();
    assert!(
        matches!(&error, LedgerError::Corrupt(what) if what.contains("Guest/g")),
        "{error}"
    );
}

async fn what_was_changed_shows_in_its_leaf(site: &Site) {
    let ledger = site.open().await;
    fill(&ledger, 8).await;
    let broken = async || {
        let sealed = ledger.read_sealed(0, 10).await.unwrap();
        let broken: Vec<_> = sealed
            .iter()
            .filter(|decision| !decision.is_intact())
            .map(SealedDecision::position)
            .collect();
        broken
    };
    assert!(broken().await.is_empty());
    // Neither position nor recorded_at is covered: both are given after the digest.
    site.tamper_with_guards_off(
        "decisions",
        "UPDATE decisions SET recorded_at = recorded_at + 1 WHERE position = 8",
    )
    .await;
    assert!(broken().await.is_empty());
    let changes = [
        (1, "at = at - 1"),
        (
            2,
            "actor = '{\"id\":\"somebody\",\"role\":\"applicant\",\"channel\":\"pc\"}'",
        ),
        (3, "command = '{}'"),
        (4, "outcome = 'refused', refusal = answer, answer = NULL"),
        (5, "rule_edition = 'another'"),
        (6, "request_digest = leaf"),
    ];
    for (position, change) in changes {
        site.tamper(&format!(
            "UPDATE decisions SET {change} WHERE position = {position}"
        ))
        .await
        .unwrap();
    }
    assert_eq!(broken().await, [1, 2, 3, 4, 5, 6]);
    site.tamper_with_guards_off("subjects", "DELETE FROM subjects WHERE position = 7")
        .await;
    site.tamper_with_guards_off("events", "DELETE FROM events WHERE position = 8")
        .await;
    assert_eq!(broken().await, [1, 2, 3, 4, 5, 6, 7, 8]);
}

async fn the_database_refuses_changes(site: &Site) {
    let ledger = site.open().await;
    fill(&ledger, 1).await;
    let before = site.everything().await;
    let mut attempts = vec![
        "UPDATE decisions SET at = 0",
        "DELETE FROM decisions",
        "UPDATE events SET sequence = 9",
        "DELETE FROM events",
        "UPDATE subjects SET id = 'x'",
        "DELETE FROM subjects",
        // What brings no row that is not there already is refused as well.
        "INSERT INTO decisions SELECT * FROM decisions",
        "INSERT INTO events SELECT * FROM events",
    ];
    match &site.place {
        crate::site::Place::Sqlite(_) => attempts.extend([
            "INSERT OR REPLACE INTO decisions SELECT * FROM decisions",
            "INSERT OR REPLACE INTO events SELECT * FROM events",
        ]),
        crate::site::Place::Postgres(_) => attempts.extend([
            "TRUNCATE decisions",
            "TRUNCATE events",
            "TRUNCATE subjects",
            "TRUNCATE data_keys",
            "INSERT INTO events SELECT * FROM events ON CONFLICT (aggregate_type, aggregate_id, sequence) DO UPDATE SET payload = '{}'",
        ]),
    }
    for attempt in attempts {
        assert!(site.tamper(attempt).await.is_err(), "{attempt}");
    }
    assert_eq!(site.everything().await, before);
}

async fn long_histories_are_read_whole(site: &Site) {
    let ledger = site.open().await;
    let tasks: Vec<_> = (0..1100)
        .map(|n| {
            let ledger = ledger.clone();
            let ask = note(&format!("g{n}"), "x");
            tokio::spawn(async move { ledger.execute(&ask, &context(), &Terms::default()).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let first = ledger.read(0, u32::MAX).await.unwrap();
    assert_eq!(first.len() as u64, u64::from(ledger::LARGEST_PAGE));
    let rest = ledger
        .read(u64::from(ledger::LARGEST_PAGE), 1000)
        .await
        .unwrap();
    assert_eq!(rest.len(), 100);
}
