//! The short form of every campaign. What they look at is the same as in the full form; they only do it less often.

#![expect(
    clippy::unwrap_used,
    reason = "a campaign that cannot be carried out is a failed test"
)]

use test_database::TestDatabase;
use torture::{
    campaigns::{Plan, Store, cut, hammer, kill, postmaster, workers},
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

#[tokio::test]
async fn kills_of_workers() {
    let plan = Plan { count: 6, ..PLAN };
    let row = workers::run(&programs(), &plan).await.unwrap();
    assert!(row.passes(), "{}", row.told());
    assert!(row.more["messages"] != 0, "{}", row.told());
}
