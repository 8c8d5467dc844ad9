//! Every story once more, over HTTP: through the router, with the tokens of those who speak in it, by the story's clock.
//! On SQLite and on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    reason = "a service that cannot be set up is a failed test"
)]

mod over_http;

use domain::law::Law;
use fixtures::{
    play::{in_provinces, play},
    scenario::Scenario,
};
use libtest_mimic::{Arguments, Failed, Trial};
use over_http::OverHttp;
use std::{future::Future, path::Path, sync::Arc};
use test_database::TestDatabase;

/// Stories with steps that cannot be said over HTTP: how many, and why. The desk is asked for those directly, as it is for
/// what the office says to itself (timers, the face check's report) and for resends, with which a picture goes. It may
/// only shrink.
const NOT_OVER_HTTP: &[(&str, usize, &str)] = &[
    ("pc-and-app-edit-their-own-parts", 2, NEVER_OPENED),
    ("what-is-closed-in-each-state", 2, NEVER_OPENED),
];

const NEVER_OPENED: &str = "an order that was never opened is unknown, and a receipt that comes again is answered as the first time";

async fn told(scenario: &Scenario, url: &str) -> Result<(), String> {
    let law = in_provinces(scenario, Law::standing()).map_err(|astray| astray.to_string())?;
    let office = OverHttp::open(url, &scenario.front, law).await;
    let played = play(scenario, &office, Law::standing()).await;
    let inside = office.close().await;
    played.map_err(|astray| astray.to_string())?;
    let listed = NOT_OVER_HTTP
        .iter()
        .find(|(name, ..)| *name == scenario.name);
    match (inside, listed) {
        (0, None) => Ok(()),
        (inside, Some((_, steps, _))) if inside == *steps => Ok(()),
        _ => Err(format!(
            "{inside} steps cannot be said over HTTP, which is not what NOT_OVER_HTTP lists"
        )),
    }
}

async fn on_sqlite(scenario: &Scenario) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/ledger.sqlite", folder.path().display());
    told(scenario, &url).await
}

async fn on_postgres(scenario: &Scenario) -> Result<(), String> {
    let database = TestDatabase::create().await.unwrap();
    told(scenario, database.url()).await
}

fn run(told: impl Future<Output = Result<(), String>>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(told).map_err(Failed::from)
}

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/scenarios");
    let mut trials = Vec::new();
    for scenario in Scenario::all(&folder).unwrap().into_iter().map(Arc::new) {
        let (sqlite, postgres) = (Arc::clone(&scenario), Arc::clone(&scenario));
        trials.push(Trial::test(
            format!("sqlite::{}", scenario.name),
            move || run(on_sqlite(&sqlite)),
        ));
        trials.push(Trial::test(
            format!("postgres::{}", scenario.name),
            move || run(on_postgres(&postgres)),
        ));
    }
    libtest_mimic::run(&arguments, trials).exit();
}
