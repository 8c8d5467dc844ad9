//! The database goes away, in the middle of a commit above all. Nothing acknowledged is lost, nothing is written twice,
//! nothing is guessed, and the ledger recovers by itself.

use crate::{
    house::{Guest, context, note},
    proxy::Wire,
    site::{Door, Site, settings},
};
use ledger::{Ledger, LedgerError, Terms};
use std::{collections::BTreeMap, time::Duration};
use uuid::Uuid;

/// The answer is lost after the server committed: the ledger asks again and gets the position of the first time.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_in_mid_commit_is_found_again() {
    let site = Site::postgres().await;
    let (wire, url) = Wire::to(&site.url()).await;
    let ledger = Ledger::open(&url, settings()).await.unwrap();
    // Statements are prepared by now, so that the next answer is that to the call itself.
    ledger
        .execute(&note("g", "first"), &context(), &Terms::default())
        .await
        .unwrap();
    for round in 1..=3 {
        wire.swallow_next_answer();
        let receipt = ledger
            .execute(&note("g", "swallow me"), &context(), &Terms::default())
            .await
            .unwrap();
        assert_eq!(wire.swallowed(), round);
        assert_eq!(receipt.position, round + 1);
        let recorded = ledger.decision(receipt.decision_id).await.unwrap().unwrap();
        assert_eq!(recorded.position, receipt.position);
    }
    let guest = ledger.load::<Guest>("g").await.unwrap();
    assert_eq!((guest.version, guest.state.notes.len()), (4, 4));
    ledger.close().await;
}

/// The answer is lost and the server cannot be reached any more: the caller is told that nobody knows, and by which id to
/// ask later.
#[tokio::test(flavor = "multi_thread")]
async fn a_fate_that_cannot_be_found_out_is_told_as_such() {
    let site = Site::postgres().await;
    let (wire, url) = Wire::to(&site.url()).await;
    let ledger = Ledger::open(&url, settings()).await.unwrap();
    ledger
        .execute(&note("g", "first"), &context(), &Terms::default())
        .await
        .unwrap();
    wire.swallow_next_answer();
    let executing = {
        let ledger = ledger.clone();
        tokio::spawn(async move {
            ledger
                .execute(&note("g", "swallow me"), &context(), &Terms::default())
                .await
        })
    };
    while wire.swallowed() == 0 {
        tokio::task::yield_now().await;
    }
    wire.cut();
    let told = executing.await.unwrap();
    match told {
        Err(LedgerError::Unavailable {
            undecided: Some(id),
            ..
        }) => {
            wire.mend();
            let recorded = ledger.decision(id).await.unwrap().unwrap();
            assert_eq!(recorded.position, 2);
        }
        // The ledger was faster than the knife: then it knows.
        Ok(receipt) => assert_eq!(receipt.position, 2),
        Err(other) => panic!("{other}"),
    }
    wire.mend();
    let receipt = ledger
        .execute(&note("g", "third"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(receipt.outcome, Ok(3));
    ledger.close().await;
}

/// Connections are cut again and again while 16 callers work. Every acknowledged decision is there, once.
#[tokio::test(flavor = "multi_thread")]
async fn cut_connections_lose_and_double_nothing() {
    const CALLERS: usize = 16;
    const EACH: usize = 40;
    let site = Site::postgres().await;
    let ledger = site.open().await;
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let ledger = ledger.clone();
            tokio::spawn(async move { work(ledger, caller, EACH).await })
        })
        .collect();
    for cut in 1..20 {
        while ledger.counts().appended < cut * (CALLERS * EACH / 20) as u64 {
            tokio::task::yield_now().await;
        }
        site.cut_connections().await;
    }
    let mut told = BTreeMap::new();
    let mut unknown = Vec::new();
    for caller in callers {
        let (known, undecided) = caller.await.unwrap();
        told.extend(known);
        unknown.extend(undecided);
    }
    // The last cut may have left cut connections in the pool: each is told of once, and gone then.
    let decisions = loop {
        match ledger.read(0, 1000).await {
            Err(LedgerError::Unavailable { .. }) => {}
            read => break read.unwrap(),
        }
    };
    let recorded: BTreeMap<u64, Uuid> = decisions
        .into_iter()
        .map(|decision| (decision.position, decision.decision_id))
        .collect();
    for (position, id) in &told {
        assert_eq!(recorded.get(position), Some(id));
    }
    // What is recorded was acknowledged, or its caller was told that it is not known.
    for (position, id) in &recorded {
        assert!(told.contains_key(position) || unknown.contains(id));
    }
    // Every caller wrote each of its notes until it was acknowledged.
    assert!(told.len() == CALLERS * EACH);
    ledger.close().await;
}

/// Notes `each` times, every one until it is acknowledged; answers what was acknowledged and what was left open.
async fn work(ledger: Ledger, caller: usize, each: usize) -> (BTreeMap<u64, Uuid>, Vec<Uuid>) {
    let (mut known, mut unknown) = (BTreeMap::new(), Vec::new());
    for n in 0..each {
        let ask = note(&format!("g{caller}"), &n.to_string());
        loop {
            match ledger.execute(&ask, &context(), &Terms::default()).await {
                Ok(receipt) => {
                    known.insert(receipt.position, receipt.decision_id);
                    break;
                }
                Err(LedgerError::Unavailable { undecided, .. }) => unknown.extend(undecided),
                Err(other) => panic!("{other}"),
            }
        }
    }
    (known, unknown)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_is_told_and_its_return_noticed() {
    let site = Site::postgres().await;
    let ledger = site.open().await;
    ledger
        .execute(&note("g", "1"), &context(), &Terms::default())
        .await
        .unwrap();
    site.let_connect(Door::Shut).await;
    site.cut_connections().await;
    let waiting = {
        let ledger = ledger.clone();
        let after = ledger::Head {
            epoch: 1,
            position: 1,
        };
        tokio::spawn(async move { ledger.wait_beyond(after).await })
    };
    let gone = |error: LedgerError| matches!(error, LedgerError::Unavailable { .. });
    assert!(gone(ledger.head().await.unwrap_err()));
    assert!(gone(ledger.read(0, 10).await.unwrap_err()));
    assert!(gone(ledger.load::<Guest>("h").await.map(drop).unwrap_err()));
    let executed = ledger
        .execute(&note("g", "2"), &context(), &Terms::default())
        .await;
    assert!(gone(executed.unwrap_err()));
    site.let_connect(Door::Open).await;
    // Nothing was written by what failed; what comes now goes through, and wakes the follower.
    let receipt = ledger
        .execute(&note("g", "3"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!((receipt.position, receipt.outcome), (2, Ok(2)));
    let head = tokio::time::timeout(Duration::from_secs(30), waiting)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(head.position, 2);
    ledger.close().await;
}

/// Somebody holds the lock on `head` by hand and goes to lunch: callers are told, nobody hangs, nothing is half done.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_held_by_hand_does_not_hang_the_office() {
    use sqlx::Connection;
    let site = Site::postgres().await;
    let ledger = site.open().await;
    let mut hand = sqlx::PgConnection::connect(&site.url()).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT * FROM head FOR UPDATE")
        .execute(&mut hand)
        .await
        .unwrap();
    let told = ledger
        .execute(&note("g", "1"), &context(), &Terms::default())
        .await;
    assert!(
        matches!(&told, Err(LedgerError::Unavailable { why, undecided: None }) if why.contains("lock")),
        "{told:?}"
    );
    hand.close().await.unwrap();
    ledger
        .execute(&note("g", "2"), &context(), &Terms::default())
        .await
        .unwrap();
    assert_eq!(ledger.head().await.unwrap().position, 1);
    ledger.close().await;
}
