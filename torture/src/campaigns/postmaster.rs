//! PostgreSQL's postmaster is killed by SIGKILL under load, and started again; the office goes on.

use super::{
    Plan,
    ending::{end, finish},
};
use crate::{
    Failed,
    chance::Chance,
    client::Connection,
    crowd::Crowd,
    life::script,
    record::Record,
    report::{Row, times},
    site::{Programs, Site},
};
use serde_json::json;
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use test_database::TestDatabase;
use test_database::server::Server;
use tokio::time::sleep;

/// The longest that the server is let alone.
const LONGEST_LIFE: Duration = Duration::from_millis(500);

/// Kills a server of its own so often.
pub async fn run(programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let mut server = Server::start(&[]).await?;
    let database = TestDatabase::create_on(Ok(server.url())).await?;
    let row = on(programs, &mut server, database.url(), plan).await;
    drop(database);
    server.stop().await?;
    row
}

async fn on(
    programs: &Programs,
    server: &mut Server,
    url: &str,
    plan: &Plan,
) -> Result<Row, Failed> {
    let site = Site::at(programs, url)?;
    let record = Record::begin(&site.folder().join("record.jsonl"))?;
    let mut operator = Connection::new(site.operator().await?);
    let office = site.start().await?;
    let mut applicants = Vec::new();
    for number in 0..plan.clients {
        applicants.push(office.applicant(&mut operator, number).await?);
    }
    let crowd = Crowd::begin(applicants, script()?, &record);
    crowd.find(Some(office.at));
    let (mut chance, longest) = (
        Chance::new(plan.seed),
        u64::try_from(LONGEST_LIFE.as_micros())?,
    );
    let (mut back, mut recovered, mut in_flight) = (Vec::new(), Vec::new(), 0);
    for round in 0..plan.count {
        sleep(Duration::from_micros(chance.below(longest))).await;
        let flying = *crowd.tally.flying.borrow();
        server.kill().await?;
        record
            .note(&json!({"kill": round, "in_flight": flying}))
            .await?;
        in_flight += u64::from(flying > 0);
        back.push(server.restart().await?);
        let begun = Instant::now();
        crowd.tally.goes_on().await?;
        recovered.push(begun.elapsed());
    }
    let tally = Arc::clone(&crowd.tally);
    let wrong = finish(&office, crowd).await?;
    let findings = end(&site, office, &record, wrong).await?;
    let row = Row::new(
        ("postmaster", "postgres"),
        (plan.count, plan.seed),
        &site,
        record.path(),
        findings,
    )
    .await?;
    Ok(row
        .with("kills_with_commands_in_flight", in_flight)
        .with("unavailable", tally.unavailable.load(Ordering::Relaxed))
        .with(
            "unknown_commands_done",
            tally.unknown_done.load(Ordering::Relaxed),
        )
        .with("server_back_after", times(back))
        .with("answered_again_after", times(recovered)))
}
