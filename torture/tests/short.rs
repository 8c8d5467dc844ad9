//! The short form of every campaign. What they look at is the same as in the full form; they only do it less often.

#![expect(
    clippy::unwrap_used,
    reason = "a campaign that cannot be carried out is a failed test"
)]

use test_database::TestDatabase;
use torture::{
    Failed,
    campaigns::{
        Plan, Store, backup, clock, cut, failover, full, hammer, hostile, kill, postmaster, power,
        workers,
    },
    report::Row,
    site::Programs,
};

const PLAN: Plan = Plan {
    count: 12,
    seed: 1,
    clients: 8,
};

async fn postgres() -> Store {
    Store::Postgres(TestDatabase::create().await.unwrap())
}

/// The programs of this workspace, which `./test` builds before it runs any test.
fn programs() -> Programs {
    Programs::find(None).unwrap()
}

async fn kills(store: Store) {
    let row = kill::run(&programs(), &store, &PLAN).await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(
        row.count >= PLAN.count && row.findings.acknowledged > 0,
        "{}",
        row.told()
    );
}

#[tokio::test]
async fn kills_on_sqlite() {
    kills(Store::Sqlite).await;
}

#[tokio::test]
async fn kills_on_postgres() {
    kills(postgres().await).await;
}

async fn hammers(store: Store) {
    let plan = Plan {
        count: 400,
        clients: 64,
        ..PLAN
    };
    let row = hammer::run(&programs(), &store, &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
}

#[tokio::test]
async fn hammers_on_sqlite() {
    hammers(Store::Sqlite).await;
}

#[tokio::test]
async fn hammers_on_postgres() {
    hammers(postgres().await).await;
}

async fn hostile_callers(store: Store) {
    let plan = Plan {
        count: 1000,
        ..PLAN
    };
    let row = hostile::run(&programs(), &store, &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(row.more["answers"]["422"] != 0, "{}", row.told());
}

#[tokio::test]
async fn hostile_callers_on_sqlite() {
    hostile_callers(Store::Sqlite).await;
}

#[tokio::test]
async fn hostile_callers_on_postgres() {
    hostile_callers(postgres().await).await;
}

async fn backups(store: Store) {
    let plan = Plan { count: 2, ..PLAN };
    let row = backup::run(&programs(), &store, &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(
        row.more["erased_again"] != 0 && row.more["decisions_restored"] != 0,
        "{}",
        row.told()
    );
}

#[tokio::test]
async fn backups_on_sqlite() {
    backups(Store::Sqlite).await;
}

#[tokio::test]
async fn backups_on_postgres() {
    backups(postgres().await).await;
}

#[tokio::test]
async fn cuts() {
    let database = TestDatabase::create().await.unwrap();
    let plan = Plan { count: 8, ..PLAN };
    let row = cut::run(&programs(), database.url(), &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(row.more["office_asked_what_became"] != 0, "{}", row.told());
}

#[tokio::test]
async fn kills_of_the_postmaster() {
    let plan = Plan { count: 3, ..PLAN };
    let row = postmaster::run(&programs(), &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
}

async fn kills_of_workers(store: Store) {
    let plan = Plan { count: 6, ..PLAN };
    let row = workers::run(&programs(), &store, &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(row.more["messages"] != 0, "{}", row.told());
}

#[tokio::test]
async fn kills_of_workers_on_sqlite() {
    kills_of_workers(Store::Sqlite).await;
}

#[tokio::test]
async fn kills_of_workers_on_postgres() {
    kills_of_workers(postgres().await).await;
}

#[tokio::test]
async fn failures_of_power() {
    let plan = Plan { count: 6, ..PLAN };
    let row = power::run(&programs(), &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(row.more["sectors_gone"] != 0, "{}", row.told());
}

/// A program of its own: the disk that fails is preloaded into it.
#[test]
fn simulated_lives() {
    let program = env!("CARGO_BIN_EXE_torture");
    let lived = std::process::Command::new(program)
        .args(["simulate", "--count", "15"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&lived.stdout).into_owned();
    assert!(
        lived.status.success() && said.contains("pass"),
        "{said}{}",
        String::from_utf8_lossy(&lived.stderr)
    );
    assert!(!said.contains("writes_failed 0"), "{said}");
}

/// A program of its own, that runs itself once more where it can make networks.
#[test]
fn failovers() {
    if let Some(missing) = failover::missing() {
        eprintln!("SKIPPED: failover needs more than there is here: {missing}");
        return;
    }
    let program = env!("CARGO_BIN_EXE_torture");
    let failed = std::process::Command::new(program)
        .args(["failover", "--count", "3"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&failed.stdout).into_owned();
    assert!(
        failed.status.success() && said.contains("pass"),
        "{said}{}",
        String::from_utf8_lossy(&failed.stderr)
    );
    for fault in ["killed", "isolated", "paused"] {
        let after = format!("answered_again_after_{fault}");
        assert!(said.contains(&after), "{said}");
    }
    assert!(!said.contains("faults_with_commands_in_flight 0"), "{said}");
}

async fn clocks(store: Store) {
    let plan = Plan { count: 4, ..PLAN };
    let row = clock::run(&programs(), &store, &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(row.more["not_believed"] != 0, "{}", row.told());
}

#[tokio::test]
async fn clocks_on_sqlite() {
    clocks(Store::Sqlite).await;
}

#[tokio::test]
async fn clocks_on_postgres() {
    clocks(postgres().await).await;
}

/// Only root may mount the small disks that run full; for anybody else the test says so, and passes.
async fn full_disks(row: impl Future<Output = Result<Row, Failed>>) {
    if !full::can_mount() {
        eprintln!("SKIPPED: only root may mount a tmpfs, and a disk that runs full is one");
        return;
    }
    let row = row.await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(row.more["unavailable"] != 0, "{}", row.told());
}

#[tokio::test]
async fn full_disks_on_sqlite() {
    let plan = Plan { count: 2, ..PLAN };
    full_disks(full::on_sqlite(&programs(), &plan)).await;
}

#[tokio::test]
async fn full_disks_on_postgres() {
    let plan = Plan { count: 2, ..PLAN };
    full_disks(full::on_postgres(&programs(), &plan)).await;
}
