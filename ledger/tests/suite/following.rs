//! Following: being woken, by this process and by others, and missing nothing.

use crate::{
    deciding::two_processes,
    house::{context, note},
    site::{Site, settings},
};
use ledger::{Head, Ledger, Terms};
use std::time::Duration;
use tokio::time::timeout;

test_database::on_both_stores!(
    what_is_there_already_is_answered_at_once,
    an_append_wakes_followers,
    an_append_of_another_process_wakes_followers,
    a_follower_from_another_epoch_is_told,
    many_followers_see_everything_in_order,
);

/// No test waits for this; it only turns a hang into a failure.
const HANG: Duration = Duration::from_secs(30);

async fn append(ledger: &Ledger) {
    ledger
        .execute(&note("g", "x"), &context(), &Terms::default())
        .await
        .unwrap();
}

fn at(position: u64) -> Head {
    Head { epoch: 1, position }
}

async fn what_is_there_already_is_answered_at_once(site: &Site) {
    let ledger = site.open().await;
    append(&ledger).await;
    let head = timeout(HANG, ledger.wait_beyond(at(0))).await.unwrap();
    assert_eq!(head, at(1));
}

async fn an_append_wakes_followers(site: &Site) {
    let ledger = site.open().await;
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let ledger = ledger.clone();
            tokio::spawn(async move { ledger.wait_beyond(at(0)).await })
        })
        .collect();
    append(&ledger).await;
    for follower in waiting {
        let head = timeout(HANG, follower).await.unwrap().unwrap();
        assert_eq!(head, at(1));
    }
}

async fn an_append_of_another_process_wakes_followers(site: &Site) {
    let writer = site.open().await;
    let reader = Ledger::open_read_only(&site.url(), settings())
        .await
        .unwrap();
    let (_, other) = two_processes_beside(site, &writer).await;
    for follower in [reader, other] {
        let after = follower.head().await.unwrap();
        let waiting = {
            let follower = follower.clone();
            tokio::spawn(async move { follower.wait_beyond(after).await })
        };
        append(&writer).await;
        let head = timeout(HANG, waiting).await.unwrap().unwrap();
        assert!(head > after);
        // What it was woken for can be read.
        assert_eq!(follower.read(after.position, 10).await.unwrap().len(), 1);
    }
}

/// A second process where the store allows one, else the same.
async fn two_processes_beside(site: &Site, writer: &Ledger) -> (Ledger, Ledger) {
    match site.place {
        crate::site::Place::Sqlite(_) => (writer.clone(), writer.clone()),
        crate::site::Place::Postgres(_) => two_processes(site).await,
    }
}

async fn a_follower_from_another_epoch_is_told(site: &Site) {
    let ledger = site.open().await;
    append(&ledger).await;
    ledger.close().await;
    site.tamper("UPDATE head SET epoch = 2").await.unwrap();
    let ledger = site.open().await;
    let head = timeout(HANG, ledger.wait_beyond(at(99))).await.unwrap();
    assert_eq!(
        head,
        Head {
            epoch: 2,
            position: 1
        }
    );
}

async fn many_followers_see_everything_in_order(site: &Site) {
    const DECISIONS: u64 = 300;
    let (here, there) = two_processes(site).await;
    let followers: Vec<_> = [&here, &there, &here]
        .into_iter()
        .cloned()
        .map(|ledger| tokio::spawn(follow(ledger, DECISIONS)))
        .collect();
    let writers: Vec<_> = (0..6)
        .map(|writer| {
            let ledger = if writer % 2 == 0 {
                here.clone()
            } else {
                there.clone()
            };
            tokio::spawn(async move {
                for n in 0..DECISIONS / 6 {
                    let ask = note(&format!("g{writer}"), &n.to_string());
                    ledger
                        .execute(&ask, &context(), &Terms::default())
                        .await
                        .unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for follower in followers {
        let seen = timeout(HANG, follower).await.unwrap().unwrap();
        assert_eq!(seen, (1..=DECISIONS).collect::<Vec<_>>());
    }
}

/// Follows from the start until so many positions were seen.
async fn follow(ledger: Ledger, until: u64) -> Vec<u64> {
    let mut seen: Vec<u64> = Vec::new();
    while (seen.len() as u64) < until {
        let after = at(seen.last().copied().unwrap_or_default());
        let head = ledger.wait_beyond(after).await;
        // A whole page up to the head at least: nothing that the head promised may be missing.
        let page = ledger.read(after.position, 1000).await.unwrap();
        assert!(
            page.last()
                .is_some_and(|last| last.position >= head.position)
        );
        seen.extend(page.iter().map(|decision| decision.position));
    }
    seen
}
