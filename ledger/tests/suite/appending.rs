//! Group commit: who shares a group with whom, and what one of them can do to the others.

use crate::{
    deciding::two_processes,
    house::{Note, book, context, note},
    site::Site,
};
use ledger::{Ledger, LedgerError, Receipt, Terms};
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::collections::BTreeSet;
use tokio::task::JoinHandle;

test_database::on_both_stores!(
    those_who_wait_share_a_group,
    one_bad_row_does_not_sink_its_group,
    of_two_on_one_stream_in_a_group_both_count,
    a_caller_who_goes_away_tears_nothing,
    closing_settles_what_is_in_hand,
    positions_have_no_gaps_when_many_refuse_and_fail,
);

type Deciding = JoinHandle<Result<Receipt<usize>, LedgerError>>;

fn start(ledger: &Ledger, ask: Note) -> Deciding {
    let ledger = ledger.clone();
    tokio::spawn(async move { ledger.execute(&ask, &context(), &Terms::default()).await })
}

/// Keeps every appender waiting, as a slow disk would, until it is let go.
enum Held {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Held {
    async fn hold(site: &Site) -> Self {
        match &site.place {
            crate::site::Place::Sqlite(_) => {
                let url = format!("sqlite://{}", site.file().display());
                let mut connection = SqliteConnection::connect(&url).await.unwrap();
                sqlx::raw_sql("BEGIN IMMEDIATE")
                    .execute(&mut connection)
                    .await
                    .unwrap();
                Self::Sqlite(connection)
            }
            crate::site::Place::Postgres(_) => {
                let mut connection = PgConnection::connect(&site.url()).await.unwrap();
                let sql = "BEGIN; SELECT * FROM head FOR UPDATE";
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
                Self::Postgres(connection)
            }
        }
    }

    async fn release(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.unwrap(),
            Self::Postgres(connection) => connection.close().await.unwrap(),
        }
    }
}

/// Until half of so many were decided, and so are on their way to the appender. (Not all: some share a turn by chance, and
/// wait for one that is held up.)
async fn decided(ledger: &Ledger, count: u64) {
    while ledger.counts().decided < count / 2 {
        tokio::task::yield_now().await;
    }
}

async fn those_who_wait_share_a_group(site: &Site) {
    let ledger = site.open().await;
    let held = Held::hold(site).await;
    let tasks: Vec<_> = (0..64)
        .map(|guest| start(&ledger, note(&format!("g{guest}"), "x")))
        .collect();
    decided(&ledger, 64).await;
    held.release().await;
    let mut positions = BTreeSet::new();
    for task in tasks {
        positions.insert(task.await.unwrap().unwrap().position);
    }
    assert_eq!(positions, (1..=64).collect());
    let groups = ledger.counts().groups;
    assert!(groups < 64, "{groups} groups for 64 decisions at once");
}

async fn one_bad_row_does_not_sink_its_group(site: &Site) {
    let ledger = site.open().await;
    let poison = match &site.place {
        crate::site::Place::Sqlite(_) => {
            "CREATE TRIGGER poison BEFORE INSERT ON events WHEN instr(NEW.payload, 'poison') > 0
             BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
        }
        crate::site::Place::Postgres(_) => {
            "ALTER TABLE events ADD CONSTRAINT poison CHECK (strpos(payload::text, 'poison') = 0)"
        }
    };
    site.tamper(poison).await.unwrap();
    let held = Held::hold(site).await;
    let tasks: Vec<_> = (0..32)
        .map(|guest| {
            let text = if guest % 8 == 3 { "poison" } else { "fine" };
            start(&ledger, note(&format!("g{guest}"), text))
        })
        .collect();
    decided(&ledger, 32).await;
    held.release().await;
    for (guest, task) in tasks.into_iter().enumerate() {
        match task.await.unwrap() {
            Ok(_) => assert_ne!(guest % 8, 3),
            Err(LedgerError::Rejected(why)) => {
                assert_eq!(guest % 8, 3);
                assert!(why.contains("poison"), "{why}");
            }
            Err(other) => panic!("{other}"),
        }
    }
    let recorded = ledger.read(0, 100).await.unwrap();
    assert_eq!(recorded.len(), 28);
}

async fn of_two_on_one_stream_in_a_group_both_count(site: &Site) {
    let ledger = site.open().await;
    let held = Held::hold(site).await;
    // Different turns: they decide at once on the same state.
    let tasks: Vec<_> = (0..8)
        .map(|turn| {
            let turn = format!("turn {turn}");
            start(
                &ledger,
                Note {
                    turn,
                    ..note("g", "x")
                },
            )
        })
        .collect();
    decided(&ledger, 8).await;
    held.release().await;
    let mut answers = BTreeSet::new();
    for task in tasks {
        answers.insert(task.await.unwrap().unwrap().outcome.unwrap());
    }
    // Each saw those before it: nobody wrote over anybody.
    assert_eq!(answers, (1..=8).collect());
    assert_eq!(site.number("SELECT max(sequence) FROM events").await, 8);
}

async fn a_caller_who_goes_away_tears_nothing(site: &Site) {
    let ledger = site.open().await;
    let held = Held::hold(site).await;
    let tasks: Vec<_> = (0..16)
        .map(|guest| {
            let ledger = ledger.clone();
            let ask = book(&format!("g{guest}"), &format!("r{guest}"));
            tokio::spawn(async move { ledger.execute(&ask, &context(), &Terms::default()).await })
        })
        .collect();
    decided(&ledger, 16).await;
    for task in tasks.iter().skip(1).step_by(2) {
        task.abort();
    }
    held.release().await;
    for (guest, task) in tasks.into_iter().enumerate() {
        match task.await {
            Ok(receipt) => assert_eq!(
                receipt.unwrap().outcome,
                Ok(format!("g{guest} has r{guest}"))
            ),
            Err(gone) => assert!(gone.is_cancelled() && guest % 2 == 1),
        }
    }
    ledger.close().await;
    // Whoever stayed is recorded; whoever left is recorded whole or not at all.
    let reader = Ledger::open_read_only(&site.url(), crate::site::settings())
        .await
        .unwrap();
    let recorded = reader.read(0, 100).await.unwrap();
    assert!((8..=16).contains(&recorded.len()));
    assert!(recorded.iter().all(|decision| decision.events.len() == 3));
}

async fn closing_settles_what_is_in_hand(site: &Site) {
    let ledger = site.open().await;
    let held = Held::hold(site).await;
    let tasks: Vec<_> = (0..16)
        .map(|guest| start(&ledger, note(&format!("g{guest}"), "x")))
        .collect();
    decided(&ledger, 16).await;
    let closing = {
        let ledger = ledger.clone();
        tokio::spawn(async move { ledger.close().await })
    };
    held.release().await;
    closing.await.unwrap();
    let mut recorded = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => recorded += 1,
            // It came after the door was shut, and knows it.
            Err(LedgerError::Unavailable {
                undecided: None, ..
            }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    let late = ledger
        .execute(&note("late", "x"), &context(), &Terms::default())
        .await;
    assert!(matches!(
        late,
        Err(LedgerError::Unavailable {
            undecided: None,
            ..
        })
    ));
    // Everything is let go of: it can be opened again, and holds what was acknowledged, nothing else.
    let ledger = site.open().await;
    assert_eq!(ledger.head().await.unwrap().position, recorded);
}

async fn positions_have_no_gaps_when_many_refuse_and_fail(site: &Site) {
    let (here, there) = two_processes(site).await;
    let tasks: Vec<_> = (0..96)
        .map(|n| {
            let ledger = if n % 2 == 0 {
                here.clone()
            } else {
                there.clone()
            };
            tokio::spawn(async move {
                let ask = book(&format!("g{}", n % 5), &format!("r{}", n % 7));
                let terms = if n % 11 == 0 {
                    Terms::default().expecting(ledger::StreamVersion {
                        stream: ledger::Stream::new("Room", "none"),
                        version: 9,
                    })
                } else {
                    Terms::default()
                };
                ledger.execute(&ask, &context(), &terms).await
            })
        })
        .collect();
    let mut positions = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(receipt) => positions.push(receipt.position),
            Err(LedgerError::Outdated { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=87).collect::<Vec<_>>());
    let read: Vec<_> = here
        .read(0, 1000)
        .await
        .unwrap()
        .iter()
        .map(|decision| decision.position)
        .collect();
    assert_eq!(read, positions);
    assert_eq!(
        site.number("SELECT count(*) FROM decisions WHERE outcome = 'accepted'")
            .await,
        7
    );
}
