//! The office is killed while its workers plan and deliver: what follows from a decision outside is asked for under one key, as often
//! as it takes, and none is left out; the read models, folded in the same moments, come out as if nothing had been.

use super::{Plan, Store, scene::Scene};
use crate::{
    Failed,
    audit::{Findings, open},
    chance::Chance,
    client::{Question, Told},
    gateway::{Deliveries, Gateway},
    record,
    report::{Row, times},
    site::Programs,
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    fs::File,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// The longest that an office is let alone, once somebody was answered.
const LONGEST_LIFE: Duration = Duration::from_millis(400);
/// How many notices an order that is given up leads to: by SMS, and by e-mail.
const NOTICES: u32 = 2;
/// How long until everything is delivered.
const PATIENCE: Duration = Duration::from_mins(3);

/// Kills so often.
pub async fn run(programs: &Programs, store: &Store, plan: &Plan) -> Result<Row, Failed> {
    let (gateway, site) = (Gateway::start().await?, store.site(programs)?);
    let key = site.folder().join("gateway.key");
    // The office takes no key that others can read.
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&key)?;
    file.write_all("07".repeat(32).as_bytes())?;
    let site = site
        .with(
            "BEIAN_PORTS__MESSAGES__URL",
            format!("http://{}/", gateway.at),
        )
        .with("BEIAN_PORTS__MESSAGES__KEY_FILE", key.display().to_string());
    let mut scene = Scene::begin(site).await?;
    let crowd = scene.crowd(plan.clients).await?;
    let mut chance = Chance::new(plan.seed);
    let (mut at_work, mut ready_after) = (0, Vec::new());
    for round in 0..plan.count {
        crowd.tally.goes_on().await?;
        let before = deliveries(&gateway.came());
        sleep(chance.shorter_than(LONGEST_LIFE)).await;
        scene.kill(&crowd).await?;
        leases_end(store).await?;
        at_work += u64::from(deliveries(&gateway.came()) > before);
        scene.record.note(&json!({"kill": round})).await?;
        scene.restart(&crowd).await?;
        ready_after.push(scene.office.ready_after);
    }
    let wrong = scene.disperse(crowd).await?;
    delivered(&mut scene).await?;
    let mut findings = scene.close(wrong).await?;
    let came = gateway.came();
    each_once(&scene, &came, &mut findings).await?;
    let again = came.values().filter(|(times, _)| *times > 1).count();
    let row = scene.row("workers", plan, findings).await?;
    Ok(row
        .with("kills_while_delivering", at_work)
        .with("messages", came.len())
        .with("messages_repeated", again)
        .with("ready_after", times(ready_after)))
}

/// On PostgreSQL another node may live, so the next office waits until the leases of the killed one end, a minute later. It is known
/// here that it is dead, and nobody has to wait.
async fn leases_end(store: &Store) -> Result<(), Failed> {
    match store {
        Store::Sqlite => Ok(()),
        Store::Postgres(database) => {
            let end = "UPDATE beian_work.workers SET leased_until = 0";
            Ok(database.execute(end).await?)
        }
    }
}

fn deliveries(came: &Deliveries) -> u64 {
    came.values().map(|(times, _)| times).sum()
}

/// Waits until nothing is to be delivered any more.
async fn delivered(scene: &mut Scene) -> Result<(), Failed> {
    let (begun, pending) = (Instant::now(), Question::get("/v1/dead-letters"));
    loop {
        let told = scene.operator.ask(scene.office.at, &pending).await;
        if let Told::Answered(answer) = &told
            && answer.body["pending"] == 0
        {
            return match answer.body["dead"].as_u64() {
                Some(0) => Ok(()),
                _ => Err(format!("the gateway takes everything, and yet: {told:?}").into()),
            };
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("not everything is delivered: {told:?}").into());
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Each notice that follows from what was acknowledged came, under one key, and nothing came that follows from nothing.
async fn each_once(
    scene: &Scene,
    came: &Deliveries,
    findings: &mut Findings,
) -> Result<(), Failed> {
    let mut expected = BTreeSet::new();
    for asked in record::read(scene.record.path())?
        .iter()
        .filter(|asked| asked.does == "abandon")
    {
        if let Some((200, body)) = &asked.told {
            let decision = body["decision"].as_str().unwrap_or_default();
            expected.extend((0..NOTICES).map(|n| format!("notifications:{decision}:{n}")));
        }
    }
    for key in expected.iter().filter(|key| !came.contains_key(*key)) {
        findings.lost(format!("the notice {key} never came"));
    }
    let ledger = open(&scene.site).await?;
    for (key, (_, documents)) in came {
        if documents.len() > 1 {
            findings.is_wrong(format!("{key} stood for {documents:?}"));
        }
        let decision = key.split(':').nth(1).and_then(|id| id.parse().ok());
        let follows = match decision {
            Some(decision) => ledger.decision(decision).await?.is_some(),
            None => false,
        };
        if !follows || (key.starts_with("notifications:") && !expected.contains(key)) {
            findings.doubled(format!(
                "{key} follows from nothing that was acknowledged: {documents:?}"
            ));
        }
    }
    ledger.close().await;
    Ok(())
}
