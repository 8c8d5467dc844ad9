//! The line between the office and PostgreSQL is cut before, during and after a commit.

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
    proxy::{Cut, Point, Proxy},
    record::Record,
    report::{Row, times},
    site::{Programs, Site},
};
use serde_json::json;
use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

const POINTS: [Point; 3] = [Point::Before, Point::Sent, Point::After];
/// One cut in so many breaks every connection, not only the one that appends.
const EVERYTHING: u64 = 4;
/// What the office says when it has to ask the database what became of decisions.
const ASKS: &str = "asking what became of it";

/// Cuts so often at each point. `url` is that of an empty database.
pub async fn run(programs: &Programs, url: &str, plan: &Plan) -> Result<Row, Failed> {
    let (proxy, url) = between(url).await?;
    let site = Site::at(programs, &url)?;
    let record = Record::begin(&site.folder().join("record.jsonl"))?;
    let mut operator = Connection::new(site.operator().await?);
    let office = site.start().await?;
    let mut applicants = Vec::new();
    for number in 0..plan.clients {
        applicants.push(office.applicant(&mut operator, number).await?);
    }
    let crowd = Crowd::begin(applicants, script()?, &record);
    crowd.find(Some(office.at));
    let (mut chance, mut recovered) = (Chance::new(plan.seed), Vec::new());
    for (number, point) in (0..plan.count).flat_map(|number| POINTS.map(|point| (number, point))) {
        let point = match point {
            // During: what was sent arrives in part, or whole.
            Point::Sent if chance.below(2) == 0 => Point::HalfSent,
            other => other,
        };
        let everything = chance.below(EVERYTHING) == 0;
        proxy.cut(Cut { point, everything }).await;
        let begun = Instant::now();
        record
            .note(&json!({"cut": number, "point": format!("{point:?}"), "everything": everything}))
            .await?;
        crowd.tally.goes_on().await?;
        recovered.push(begun.elapsed());
    }
    let tally = Arc::clone(&crowd.tally);
    let wrong = finish(&office, crowd).await?;
    let findings = end(&site, office, &record, wrong).await?;
    let asked = site.log()?.matches(ASKS).count();
    let count = plan.count * u64::try_from(POINTS.len())?;
    let row = Row::new(
        ("cut", "postgres"),
        (count, plan.seed),
        &site,
        record.path(),
        findings,
    )
    .await?;
    Ok(row
        .with("cuts_a_point", plan.count)
        .with("office_asked_what_became", asked)
        .with("unavailable", tally.unavailable.load(Ordering::Relaxed))
        .with(
            "unknown_commands_done",
            tally.unknown_done.load(Ordering::Relaxed),
        )
        .with("answered_again_after", times(recovered)))
}

/// A proxy in front of a database, and the database's URL through it.
async fn between(url: &str) -> Result<(Proxy, String), Failed> {
    let (before, rest) = url.split_once('@').ok_or("a URL names its user")?;
    let (host, database) = rest.split_once('/').ok_or("a URL names its database")?;
    let server = tokio::net::lookup_host(host).await?.next();
    let proxy = Proxy::start(server.ok_or("the server has no address")?).await?;
    let url = format!("{before}@{}/{database}", proxy.at);
    Ok((proxy, url))
}
