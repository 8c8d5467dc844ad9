//! Many processes write one ledger: position order is commit order, and a follower misses nothing.
//!
//! The writing processes are this test program again, told by the environment what to do.

use crate::{
    house::{book, by, note},
    site::{Site, settings},
};
use ledger::{Ledger, LedgerError, Terms};
use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
};

const PROCESSES: u64 = 8;
/// Per process: tasks, and decisions of each.
const TASKS: u64 = 4;
const EACH: u64 = 25;
const ALL: u64 = PROCESSES * TASKS * EACH;

const ADDRESS: &str = "LEDGER_TEST_ADDRESS";
const NAME: &str = "LEDGER_TEST_WRITER";

/// Starts this program as a writing process.
fn writer(site: &Site, name: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::writing_process", "--ignored"])
        .env(ADDRESS, site.url())
        .env(NAME, name.to_string())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of the tests beside it, which start it as a process of its own"]
async fn writing_process() {
    let ledger = Ledger::open(&std::env::var(ADDRESS).unwrap(), settings())
        .await
        .unwrap();
    let name: u64 = std::env::var(NAME).unwrap().parse().unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                let caller = by(&format!("writer:{name}-{task}"));
                for n in 0..EACH {
                    // Some streams are this task's own, one is fought for by all processes, and rooms run out.
                    let result = match n % 5 {
                        0 => decide(&ledger, &note("shared", "x"), &caller).await,
                        1 => decide(&ledger, &book("g", &format!("r{n}")), &caller).await,
                        _ => decide(&ledger, &note(&format!("g{name}-{task}"), "x"), &caller).await,
                    };
                    result.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    ledger.close().await;
}

/// Decides, again and again if others are in the way.
async fn decide<Q: domain::work::Ask>(
    ledger: &Ledger,
    ask: &Q,
    caller: &domain::context::Context,
) -> Result<u64, LedgerError> {
    loop {
        match ledger.execute(ask, caller, &Terms::default()).await {
            Err(LedgerError::Contended { .. }) => {}
            other => return other.map(|receipt| receipt.position),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_writing_processes_and_a_follower_that_misses_nothing() {
    let site = Site::postgres().await;
    // The follower is there first: it sees the ledger grow, and would see a position that comes after a later one.
    let reader = site.open().await;
    let follower = {
        let reader = reader.clone();
        tokio::spawn(async move {
            let mut seen = Vec::new();
            let mut at = reader.head().await.unwrap();
            while (seen.len() as u64) < ALL {
                let head = reader.wait_beyond(at).await;
                // `read` itself fails on a gap; here it is that nothing below the head is missing.
                let page = reader.read(at.position, 1000).await.unwrap();
                assert!(page.last().unwrap().position >= head.position);
                at.position = page.last().unwrap().position;
                seen.extend(page);
            }
            seen
        })
    };
    let writers: Vec<_> = (0..PROCESSES).map(|name| writer(&site, name)).collect();
    for mut writer in writers {
        let ended = tokio::task::spawn_blocking(move || writer.wait())
            .await
            .unwrap();
        assert!(ended.unwrap().success());
    }
    let seen = follower.await.unwrap();

    let positions: Vec<_> = seen.iter().map(|decision| decision.position).collect();
    assert_eq!(positions, (1..=ALL).collect::<Vec<_>>());
    assert_eq!(seen, all(&reader).await);
    assert!(
        seen.iter()
            .zip(seen.iter().skip(1))
            .all(|(one, next)| one.recorded_at <= next.recorded_at)
    );
    // Each stream read was at the version that the decisions before it had brought it to.
    let mut versions = BTreeMap::new();
    for decision in &seen {
        for read in &decision.loaded {
            let now = versions.get(&read.stream).copied().unwrap_or_default();
            assert_eq!(
                read.version, now,
                "{} at {}",
                read.stream, decision.position
            );
        }
        for event in &decision.events {
            versions.insert(event.stream.clone(), event.sequence);
        }
    }
    // Nobody's decisions are missing or double.
    let mut callers: BTreeMap<_, u64> = BTreeMap::new();
    for decision in &seen {
        *callers.entry(decision.actor.id.clone()).or_default() += 1;
    }
    assert_eq!(callers.len() as u64, PROCESSES * TASKS);
    assert!(callers.values().all(|count| *count == EACH));
    reader.close().await;
}

async fn all(reader: &Ledger) -> Vec<ledger::Decision> {
    reader.read(0, 1000).await.unwrap()
}

/// On SQLite there is one writing process; a second is refused with a word on what to do, and gets its turn afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_writing_process_on_sqlite_is_refused() {
    let site = Site::sqlite();
    let ledger = site.open().await;
    let mut second = writer(&site, 0);
    let ended = tokio::task::spawn_blocking(move || second.wait());
    assert!(!ended.await.unwrap().unwrap().success());
    assert_eq!(ledger.head().await.unwrap().position, 0);
    ledger.close().await;

    // Alone it may write, and follow itself from another process.
    let mut alone = writer(&site, 1);
    assert!(
        tokio::task::spawn_blocking(move || alone.wait())
            .await
            .unwrap()
            .unwrap()
            .success()
    );
    let ledger = site.open().await;
    assert_eq!(ledger.head().await.unwrap().position, TASKS * EACH);
    ledger.close().await;
}

/// A writing process is killed outright. What it acknowledged is there, it leaves no lock behind, and nothing is half done.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_leaves_whole_decisions_and_no_lock() {
    let site = Site::sqlite();
    site.open().await.close().await;
    let reader = Ledger::open_read_only(&site.url(), settings())
        .await
        .unwrap();
    let mut doomed = writer(&site, 0);
    let start = reader.head().await.unwrap();
    let seen = reader.wait_beyond(start).await;
    doomed.kill().unwrap();
    doomed.wait().unwrap();
    let ledger = site.open().await;
    let decisions = ledger.read(0, 1000).await.unwrap();
    assert!(decisions.len() as u64 >= seen.position);
    assert_eq!(
        decisions.len() as u64,
        ledger.head().await.unwrap().position
    );
    let sealed = ledger.read_sealed(0, 1000).await.unwrap();
    assert!(sealed.iter().all(ledger::SealedDecision::is_intact));
    ledger.close().await;
}
