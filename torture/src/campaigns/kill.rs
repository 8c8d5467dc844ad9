//! `kill -9` of the office at random moments under load, also while it starts.

use super::{
    Plan, Store,
    ending::{end, finish},
};
use crate::{
    Failed,
    audit::audit,
    chance::Chance,
    client::Connection,
    crowd::Crowd,
    life::script,
    record::Record,
    report::{Row, times},
    site::{Office, Programs, Site},
};
use serde_json::json;
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::sleep;

/// The longest that an office is let alone.
const LONGEST_LIFE: Duration = Duration::from_millis(250);
/// One kill in so many comes while the office starts.
const EARLY: u64 = 10;
/// After so many kills everything is compared, so that what is lost is known before the end.
const COMPARED: u64 = 250;

/// Kills, restarts and compares.
pub async fn run(programs: &Programs, store: &Store, plan: &Plan) -> Result<Row, Failed> {
    let site = store.site(programs)?;
    let record = Record::begin(&site.folder().join("record.jsonl"))?;
    let mut operator = Connection::new(site.operator().await?);
    let mut office = site.start().await?;
    let mut applicants = Vec::new();
    for number in 0..plan.clients {
        applicants.push(office.applicant(&mut operator, number).await?);
    }
    let crowd = Crowd::begin(applicants, script()?, &record);
    crowd.find(Some(office.at));
    let mut chance = Chance::new(plan.seed);
    let mut seen = Seen::default();
    for round in 0..plan.count {
        office = seen
            .kill(&site, (office, &crowd), &record, (round, &mut chance))
            .await?;
        if (round + 1) % COMPARED == 0 && round + 1 < plan.count {
            crowd.hold().await;
            let so_far = audit(&site, record.path()).await?;
            if !so_far.is_clean() {
                break;
            }
            crowd.go_on();
        }
    }
    let tally = std::sync::Arc::clone(&crowd.tally);
    let wrong = finish(&office, crowd).await?;
    let findings = end(&site, office, &record, wrong).await?;
    let row = Row::new(
        ("kill", store.name()),
        (seen.kills, plan.seed),
        &site,
        record.path(),
        findings,
    )
    .await?;
    Ok(row
        .with("kills_with_commands_in_flight", seen.in_flight)
        .with("kills_with_unknown_outcome", seen.unknown)
        .with("kills_while_starting", seen.early)
        .with("unknown_commands", tally.unknown.load(Ordering::Relaxed))
        .with(
            "unknown_commands_done",
            tally.unknown_done.load(Ordering::Relaxed),
        )
        .with("ready_after", times(seen.ready_after)))
}

/// What was counted.
#[derive(Default)]
struct Seen {
    kills: u64,
    /// Kills while a command was under way.
    in_flight: u64,
    /// Kills after which somebody did not know what became of a command.
    unknown: u64,
    /// Kills before the office was ready.
    early: u64,
    ready_after: Vec<Duration>,
}

impl Seen {
    /// One kill, and a new office after it.
    async fn kill(
        &mut self,
        site: &Site,
        (office, crowd): (Office, &Crowd),
        record: &Record,
        (round, chance): (u64, &mut Chance),
    ) -> Result<Office, Failed> {
        let longest = u64::try_from(LONGEST_LIFE.as_micros())?;
        sleep(Duration::from_micros(chance.below(longest))).await;
        let tally = &crowd.tally;
        let (flying, unknown) = (
            *tally.flying.borrow(),
            tally.unknown.load(Ordering::Relaxed),
        );
        office.kill().await?;
        crowd.find(None);
        tally.landed().await;
        let unknown = tally.unknown.load(Ordering::Relaxed) - unknown;
        record
            .note(&json!({"kill": round, "in_flight": flying, "unknown": unknown}))
            .await?;
        self.kills += 1;
        self.in_flight += u64::from(flying > 0);
        self.unknown += u64::from(unknown > 0);
        if chance.below(EARLY) == 0 {
            let life = Duration::from_micros(chance.below(longest / 2));
            site.start_and_kill(life).await?;
            self.kills += 1;
            self.early += 1;
        }
        let office = site.start().await?;
        self.ready_after.push(office.ready_after);
        crowd.find(Some(office.at));
        Ok(office)
    }
}
