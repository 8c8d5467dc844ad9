//! Deciding: what is recorded, what the receipt says, preconditions, dry runs, contention.

use crate::{
    house::{Book, Guest, Room, book, context, note, taken},
    site::Site,
};
use domain::work::{Ask, Loaded, Stop, Subject, Work};
use ledger::{Head, LedgerError, Outcome, Stream, StreamVersion, Terms};
use serde::{Deserialize, Serialize};

test_database::on_both_stores!(
    both_outcomes_are_recorded,
    a_receipt_tells_the_versions,
    a_precondition_that_does_not_hold_records_nothing,
    a_precondition_may_be_about_a_stream_the_desk_does_not_read,
    a_stale_cache_is_not_taken_for_a_broken_precondition,
    a_dry_run_records_nothing_and_sees_what_others_did,
    a_desk_that_fails_records_nothing,
    what_cannot_be_kept_is_refused_at_the_edge,
    a_read_only_ledger_decides_nothing,
);

fn version(kind: &str, id: &str, version: u64) -> StreamVersion {
    StreamVersion {
        stream: Stream::new(kind, id),
        version,
    }
}

async fn both_outcomes_are_recorded(site: &Site) {
    let ledger = site.open().await;
    let accepted = ledger
        .execute(&book("g", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    let refused = ledger
        .execute(&book("h", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!((accepted.position, refused.position), (1, 2));
    assert_eq!(accepted.outcome, Ok("g has r".to_owned()));
    assert_eq!(refused.outcome, Err(taken()));

    let [first, second] = ledger.read(0, 10).await.unwrap().try_into().unwrap();
    assert_eq!(first.decision_id, accepted.decision_id);
    assert_eq!(first.decision_id.get_version_num(), 7);
    assert_eq!(first.actor, context().actor);
    assert_eq!(first.command_type, "book");
    assert_eq!(first.command::<Book>().unwrap().room, "r");
    assert_eq!(first.rule_edition, context().law.edition);
    assert!(first.software.starts_with("beian "), "{}", first.software);
    // Kept to the microsecond; the aggregates judged by the same.
    assert_eq!(first.at, "2026-03-01T01:00:00.123456Z".parse().unwrap());
    assert_eq!(
        first.loaded,
        [version("Guest", "g", 0), version("Room", "r", 0)]
    );
    let events: Vec<_> = first
        .events
        .iter()
        .map(|event| {
            (
                event.stream.to_string(),
                event.sequence,
                event.event_type.as_str(),
            )
        })
        .collect();
    // In the order decided, not in that of the streams' names.
    assert_eq!(
        events,
        [
            ("Room/r".to_owned(), 1, "RoomBooked"),
            ("Room/r".to_owned(), 2, "RoomCleaned"),
            ("Guest/g".to_owned(), 1, "RoomTaken"),
        ]
    );
    assert_eq!(
        first.answer::<String>().unwrap().as_deref(),
        Some("g has r")
    );

    assert!(!second.accepted() && matches!(second.outcome, Outcome::Refused(_)));
    assert_eq!(second.refusal().unwrap(), Some(taken()));
    assert!(second.events.is_empty());
    assert_eq!(second.loaded, [version("Room", "r", 2)]);
}

async fn a_receipt_tells_the_versions(site: &Site) {
    let ledger = site.open().await;
    let receipt = ledger
        .execute(&book("g", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(
        receipt.versions,
        [version("Guest", "g", 1), version("Room", "r", 2)]
    );
    assert_eq!(receipt.version("Room", "r"), Some(2));
    assert_eq!(receipt.version("Room", "s"), None);
    let refused = ledger
        .execute(&book("h", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(refused.versions, [version("Room", "r", 2)]);
}

async fn a_precondition_that_does_not_hold_records_nothing(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&note("g", "1"), &context(), &Terms::default())
        .await
        .unwrap();
    for (expected, holds) in [(0, false), (2, false), (1, true)] {
        let terms = Terms::default().expecting(version("Guest", "g", expected));
        match ledger.execute(&note("g", "2"), &context(), &terms).await {
            Ok(receipt) => assert!(holds && receipt.version("Guest", "g") == Some(2)),
            Err(LedgerError::Outdated {
                stream,
                expected: told,
                actual,
            }) => {
                assert!(!holds);
                assert_eq!(
                    (stream, told, actual),
                    (Stream::new("Guest", "g"), expected, 1)
                );
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(ledger.head().await.unwrap().position, 2);
}

async fn a_precondition_may_be_about_a_stream_the_desk_does_not_read(site: &Site) {
    let ledger = site.open().await;
    ledger
        .execute(&book("g", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    let about_room = |seen| Terms::default().expecting(version("Room", "r", seen));
    let outdated = ledger
        .execute(&note("g", "1"), &context(), &about_room(1))
        .await;
    assert!(matches!(
        outdated,
        Err(LedgerError::Outdated { actual: 2, .. })
    ));
    let outdated = ledger
        .dry_run(&note("g", "1"), &context(), &about_room(1))
        .await;
    assert!(matches!(
        outdated,
        Err(LedgerError::Outdated { actual: 2, .. })
    ));
    ledger
        .execute(&note("g", "1"), &context(), &about_room(2))
        .await
        .unwrap();
}

/// The cache of a process knows nothing of what other processes wrote.
async fn a_stale_cache_is_not_taken_for_a_broken_precondition(site: &Site) {
    let (here, there) = two_processes(site).await;
    here.execute(&note("g", "1"), &context(), &Terms::default())
        .await
        .unwrap();
    there
        .execute(&note("g", "2"), &context(), &Terms::default())
        .await
        .unwrap();
    let terms = Terms::default().expecting(version("Guest", "g", 2));
    let receipt = here
        .execute(&note("g", "3"), &context(), &terms)
        .await
        .unwrap();
    assert_eq!(receipt.outcome, Ok(3));
    let terms = Terms::default().expecting(version("Guest", "g", 2));
    let outdated = there.execute(&note("g", "4"), &context(), &terms).await;
    assert!(matches!(
        outdated,
        Err(LedgerError::Outdated { actual: 3, .. })
    ));
}

/// Two handles that know nothing of each other: two processes on PostgreSQL. On SQLite there is one writer, so one handle.
pub(crate) async fn two_processes(site: &Site) -> (ledger::Ledger, ledger::Ledger) {
    let here = site.open().await;
    match site.try_open().await {
        Ok(there) => (here, there),
        Err(LedgerError::Locked { .. }) => (here.clone(), here),
        Err(other) => panic!("{other}"),
    }
}

async fn a_dry_run_records_nothing_and_sees_what_others_did(site: &Site) {
    let (here, there) = two_processes(site).await;
    here.execute(&note("g", "1"), &context(), &Terms::default())
        .await
        .unwrap();
    there
        .execute(&note("g", "2"), &context(), &Terms::default())
        .await
        .unwrap();
    let trial = here
        .dry_run(&note("g", "3"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(trial.outcome, Ok(3));
    assert_eq!(trial.versions, [version("Guest", "g", 3)]);
    assert_eq!(trial.events.len(), 1);
    assert_eq!(
        here.head().await.unwrap(),
        Head {
            epoch: 1,
            position: 2
        }
    );
    here.execute(&book("g", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    let refused = there
        .dry_run(&book("h", "r"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(refused.outcome, Err(taken()));
    assert!(refused.events.is_empty());
}

/// A command whose desk breaks down after it decided something.
#[derive(Serialize, Deserialize)]
struct BreakDown {}

impl Ask for BreakDown {
    type Answer = ();

    fn name(&self) -> &'static str {
        "break_down"
    }

    fn file(&self) -> String {
        "guest/g".to_owned()
    }

    fn turn(&self) -> String {
        "g".to_owned()
    }

    fn subjects(&self) -> Vec<Subject> {
        Vec::new()
    }

    async fn desk<W: Work>(&self, work: &mut W) -> Result<(), Stop> {
        let text = "half".to_owned();
        work.run::<Guest>("g", crate::house::GuestCommand::Note { text })
            .await?;
        Err(Stop::Failed("the directory does not answer".into()))
    }
}

async fn a_desk_that_fails_records_nothing(site: &Site) {
    let ledger = site.open().await;
    let failed = ledger
        .execute(&BreakDown {}, &context(), &Terms::default())
        .await;
    assert!(
        matches!(failed, Err(LedgerError::Desk(fault)) if fault.to_string().contains("directory"))
    );
    assert_eq!(ledger.head().await.unwrap().position, 0);
    // Neither is the cache touched by what was decided half.
    let Loaded { version, state } = ledger.load::<Guest>("g").await.unwrap();
    assert_eq!((version, &*state), (0, &Guest::default()));
}

async fn what_cannot_be_kept_is_refused_at_the_edge(site: &Site) {
    let ledger = site.open().await;
    for (ask, says) in [
        (note("g", "nul\0"), "/text"),
        (note("g\0", "x"), "/guest"),
        (note("", "x"), "an aggregate's id"),
        (note(&"g".repeat(256), "x"), "an aggregate's id"),
    ] {
        let error = ledger
            .execute(&ask, &context(), &Terms::default())
            .await
            .unwrap_err();
        assert!(
            matches!(error, LedgerError::Unacceptable(_)) && error.to_string().contains(says),
            "{error}"
        );
    }
    assert!(matches!(
        ledger.load::<Room>("r\0").await,
        Err(LedgerError::Unacceptable(_))
    ));
    assert_eq!(ledger.head().await.unwrap().position, 0);
}

async fn a_read_only_ledger_decides_nothing(site: &Site) {
    let writer = site.open().await;
    writer
        .execute(&note("g", "1"), &context(), &Terms::default())
        .await
        .unwrap();
    let reader = ledger::Ledger::open_read_only(&site.url(), crate::site::settings())
        .await
        .unwrap();
    assert_eq!(reader.read(0, 10).await.unwrap().len(), 1);
    let refused = reader
        .execute(&note("g", "2"), &context(), &Terms::default())
        .await;
    assert!(matches!(refused, Err(LedgerError::ReadOnly)));
    assert!(matches!(
        reader.destroy_key("guest/g").await,
        Err(LedgerError::ReadOnly)
    ));
    // A dry run needs no right to write.
    let trial = reader
        .dry_run(&note("g", "2"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(trial.outcome, Ok(2));
}
