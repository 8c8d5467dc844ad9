//! PostgreSQL's postmaster is killed by SIGKILL under load, and started again; the office goes on.

use super::{Plan, scene::Scene};
use crate::{
    Failed,
    chance::Chance,
    report::{Row, times},
    site::{Programs, Site},
};
use serde_json::json;
use std::time::{Duration, Instant};
use test_database::{TestDatabase, server::Server};
use tokio::time::sleep;

/// The longest that the server is let alone.
const LONGEST_LIFE: Duration = Duration::from_millis(500);

/// Kills a server of its own so often.
pub async fn run(programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let mut server = Server::start(&[]).await?;
    let database = TestDatabase::create_on(Ok(server.url())).await?;
    let row = on(Site::at(programs, database.url())?, &mut server, plan).await;
    drop(database);
    server.stop().await?;
    row
}

async fn on(site: Site, server: &mut Server, plan: &Plan) -> Result<Row, Failed> {
    let mut scene = Scene::begin(site).await?;
    let crowd = scene.crowd(plan.clients).await?;
    let mut chance = Chance::new(plan.seed);
    let (mut back, mut recovered, mut in_flight) = (Vec::new(), Vec::new(), 0);
    for round in 0..plan.count {
        sleep(chance.shorter_than(LONGEST_LIFE)).await;
        let flying = *crowd.tally.flying.borrow();
        server.kill().await?;
        let note = json!({"kill": round, "in_flight": flying});
        scene.record.note(&note).await?;
        in_flight += u64::from(flying > 0);
        back.push(server.restart().await?);
        let begun = Instant::now();
        crowd.tally.goes_on().await?;
        recovered.push(begun.elapsed());
    }
    let row = scene.end(crowd, ("postmaster", plan)).await?;
    Ok(row
        .with("kills_with_commands_in_flight", in_flight)
        .with("server_back_after", times(back))
        .with("answered_again_after", times(recovered)))
}
