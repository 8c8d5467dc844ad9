//! The line between the office and PostgreSQL is cut before, during and after a commit.

use super::{Plan, scene::Scene};
use crate::{
    Failed,
    chance::Chance,
    proxy::{Cut, Point, Proxy},
    report::{Row, times},
    site::{Programs, Site},
};
use serde_json::json;
use std::time::Instant;

const POINTS: [Point; 3] = [Point::Before, Point::Sent, Point::After];
/// One cut in so many breaks every connection, not only the one that appends.
const EVERYTHING: u64 = 4;
/// What the office says when it has to ask the database what became of decisions.
const ASKS: &str = "asking what became of it";

/// Cuts so often at each point. `url` is that of an empty database.
pub async fn run(programs: &Programs, url: &str, plan: &Plan) -> Result<Row, Failed> {
    let (proxy, url) = between(url).await?;
    let mut scene = Scene::begin(Site::at(programs, &url)?).await?;
    let crowd = scene.crowd(plan.clients).await?;
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
        let point = format!("{point:?}");
        let note = json!({"cut": number, "point": point, "everything": everything});
        scene.record.note(&note).await?;
        crowd.tally.goes_on().await?;
        recovered.push(begun.elapsed());
    }
    let all = Plan {
        count: plan.count * u64::try_from(POINTS.len())?,
        ..*plan
    };
    let asked = scene.site.log()?.matches(ASKS).count();
    let row = scene.end(crowd, ("cut", &all)).await?;
    Ok(row
        .with("cuts_a_point", plan.count)
        .with("office_asked_what_became", asked)
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
