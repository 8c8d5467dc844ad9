//! Many callers who want the same thing at once.

use crate::{
    deciding::two_processes,
    house::{Guest, Note, book, context, note},
    site::{Site, settings},
};
use ledger::{Ledger, Terms};
use std::collections::BTreeSet;

test_database::on_both_stores!(
    one_of_many_gets_the_room,
    writers_of_one_stream_take_turns,
    writers_who_do_not_wait_are_retried,
    what_somebody_else_adds_to_is_not_read_whole_again,
);

async fn one_of_many_gets_the_room(site: &Site) {
    let (here, there) = two_processes(site).await;
    let tasks: Vec<_> = (0..64)
        .map(|guest| {
            let ledger = if guest % 2 == 0 {
                here.clone()
            } else {
                there.clone()
            };
            tokio::spawn(async move {
                let ask = book(&format!("g{guest}"), "r");
                ledger
                    .execute(&ask, &context(), &Terms::default())
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut receipts = Vec::new();
    for task in tasks {
        receipts.push(task.await.unwrap());
    }
    let winners = receipts
        .iter()
        .filter(|receipt| receipt.outcome.is_ok())
        .count();
    assert_eq!(winners, 1);
    let positions: BTreeSet<_> = receipts.iter().map(|receipt| receipt.position).collect();
    assert_eq!(positions, (1..=64).collect());
    assert_eq!(
        site.number("SELECT count(*) FROM decisions WHERE outcome = 'refused'")
            .await,
        63
    );
    assert_eq!(site.number("SELECT count(*) FROM events").await, 3);
    assert_eq!(site.number("SELECT position FROM head").await, 64);
}

async fn writers_of_one_stream_take_turns(site: &Site) {
    let ledger = site.open().await;
    write_at_once(&ledger, 64, |_| "one turn".to_owned()).await;
    // Each is decided once: nobody is overtaken by somebody of the same process.
    assert_eq!(ledger.counts().decided, 64);
    assert_eq!(ledger.counts().stale, 0);
}

async fn writers_who_do_not_wait_are_retried(site: &Site) {
    let (here, there) = two_processes(site).await;
    let (other, ours) = tokio::join!(
        write_at_once(&there, 8, |writer| format!("there {writer}")),
        write_at_once(&here, 8, |writer| format!("here {writer}")),
    );
    let mut answers = [other, ours].concat();
    answers.sort_unstable();
    assert_eq!(answers, (1..=16).collect::<Vec<_>>());
}

async fn what_somebody_else_adds_to_is_not_read_whole_again(site: &Site) {
    let here = site.open().await;
    let there = Ledger::open_read_only(&site.url(), settings()).await;
    let there = there.unwrap();
    for version in 1..=100 {
        let ask = note("g", &format!("{version}"));
        here.execute(&ask, &context(), &Terms::default())
            .await
            .unwrap();
        let seen = there.load::<Guest>("g").await.unwrap();
        assert_eq!(seen.version, version);
        assert_eq!(seen.state, here.load::<Guest>("g").await.unwrap().state);
    }
    assert_eq!(there.counts().folded, 100);
    there.forget_states();
    there.load::<Guest>("g").await.unwrap();
    assert_eq!(there.counts().folded, 200);
}

/// `writers` notes on one guest at once; answers what each was told.
async fn write_at_once(
    ledger: &Ledger,
    writers: usize,
    turn: impl Fn(usize) -> String,
) -> Vec<usize> {
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let ledger = ledger.clone();
            let ask = Note {
                turn: turn(writer),
                ..note("g", "x")
            };
            tokio::spawn(async move {
                let receipt = ledger.execute(&ask, &context(), &Terms::default()).await;
                receipt.unwrap().outcome.unwrap()
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}
