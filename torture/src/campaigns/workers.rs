//! The office is killed while its workers plan and deliver: what follows from a decision outside is asked for under one key, as often
//! as it takes, and none is left out; the read models, folded in the same moments, come out as if nothing had been.

use super::{
    Plan, Store,
    ending::{end, finish},
};
use crate::{
    Failed,
    audit::{Findings, open},
    chance::Chance,
    client::{Connection, Question, Told},
    crowd::Crowd,
    gateway::{Deliveries, Gateway},
    life::script,
    record::{self, Record},
    report::{Row, times},
    site::{Office, Programs, Site},
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

/// Kills so often. On PostgreSQL the leases of a killed office have to run out first, which takes a minute: it is not done there.
pub async fn run(programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let (gateway, site) = (Gateway::start().await?, Store::Sqlite.site(programs)?);
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
    let record = Record::begin(&site.folder().join("record.jsonl"))?;
    let mut operator = Connection::new(site.operator().await?);
    let mut office = site.start().await?;
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
    let (mut at_work, mut ready_after) = (0, Vec::new());
    for round in 0..plan.count {
        crowd.tally.goes_on().await?;
        let before = deliveries(&gateway.came());
        sleep(Duration::from_micros(chance.below(longest))).await;
        office.kill().await?;
        crowd.find(None);
        crowd.tally.landed().await;
        at_work += u64::from(deliveries(&gateway.came()) > before);
        record.note(&json!({"kill": round})).await?;
        office = site.start().await?;
        ready_after.push(office.ready_after);
        crowd.find(Some(office.at));
    }
    let wrong = finish(&office, crowd).await?;
    delivered(&office, &mut operator).await?;
    let mut findings = end(&site, office, &record, wrong).await?;
    let came = gateway.came();
    each_once(&site, &record, &came, &mut findings).await?;
    let again = came.values().filter(|(times, _)| *times > 1).count();
    let row = Row::new(
        ("workers", "sqlite"),
        (plan.count, plan.seed),
        &site,
        record.path(),
        findings,
    )
    .await?;
    Ok(row
        .with("kills_while_delivering", at_work)
        .with("messages", came.len())
        .with("messages_repeated", again)
        .with("ready_after", times(ready_after)))
}

fn deliveries(came: &Deliveries) -> u64 {
    came.values().map(|(times, _)| times).sum()
}

/// Waits until nothing is to be delivered any more.
async fn delivered(office: &Office, operator: &mut Connection) -> Result<(), Failed> {
    let begun = Instant::now();
    loop {
        let told = operator
            .ask(office.at, &Question::get("/v1/dead-letters"))
            .await;
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
    site: &Site,
    record: &Record,
    came: &Deliveries,
    findings: &mut Findings,
) -> Result<(), Failed> {
    let mut expected = BTreeSet::new();
    for asked in record::read(record.path())?
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
    let ledger = open(site).await?;
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
