//! Backups are taken under load, and each is restored somewhere else: what was acknowledged before it was begun is in it, it holds
//! the beginning of the ledger and nothing else, whoever was erased since stays erased, and an office goes on with it.

use super::{Plan, Store, scene::Scene};
use crate::{
    Failed,
    audit::{Findings, against, open},
    chance::Chance,
    client::{Answer, Connection, Question, Told},
    life::{Step, script},
    record::{self, Asked},
    report::{Row, times},
    site::{Applicant, Programs, Site},
};
use ledger::LARGEST_PAGE;
use serde_json::{Value, json};
use std::{
    fs,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// The longest that is waited between a restore and the next backup.
const LONGEST_LIFE: Duration = Duration::from_millis(400);
/// The epoch of a ledger that was never restored.
const FIRST: u64 = 1;

/// Backs up and restores so often.
pub async fn run(programs: &Programs, store: &Store, plan: &Plan) -> Result<Row, Failed> {
    let mut scene = Scene::begin(store.site(programs)?).await?;
    let forgetful = scene.applicant(plan.clients).await?;
    let crowd = scene.crowd(plan.clients).await?;
    let (mut chance, script) = (Chance::new(plan.seed), script()?);
    let mut seen = Seen::default();
    for round in 0..plan.count {
        crowd.tally.goes_on().await?;
        sleep(chance.shorter_than(LONGEST_LIFE)).await;
        let lead = stored(scene.office.at, &forgetful).await?;
        let known = record::length(scene.record.path())?;
        let folder = scene.site.folder().join(format!("backup-{round}"));
        let begun = Instant::now();
        scene.site.back_up(&folder).await?;
        seen.taken.push(begun.elapsed());
        scene.record.note(&json!({"backup": round})).await?;
        forgotten(scene.office.at, &forgetful, &lead).await?;
        let asked = record::read_told_before(scene.record.path(), known)?;
        let elsewhere = store.beside().await?;
        let place = elsewhere.site(programs)?;
        let begun = Instant::now();
        place.restore(&folder, &scene.site).await?;
        seen.restored.push(begun.elapsed());
        seen.look(&scene.site, &place, &asked).await?;
        seen.goes_on(&place, &script).await?;
        fs::remove_dir_all(&folder)?;
    }
    let mut row = scene.end(crowd, ("backup", plan)).await?;
    row.findings.add(seen.findings);
    Ok(row
        .with("decisions_restored", seen.decisions)
        .with("erased_again", seen.erased)
        .with("taken_after", times(seen.taken))
        .with("restored_and_verified_after", times(seen.restored)))
}

/// What was seen of all backups.
#[derive(Default)]
struct Seen {
    findings: Findings,
    decisions: u64,
    /// Leads that a backup held and a restore took away again.
    erased: u64,
    taken: Vec<Duration>,
    restored: Vec<Duration>,
}

impl Seen {
    /// Compares what was restored with what had been told, and with where it comes from.
    async fn look(&mut self, from: &Site, place: &Site, asked: &[Asked]) -> Result<(), Failed> {
        self.findings.add(against(place, asked).await?);
        let (original, restored) = (open(from).await?, open(place).await?);
        let head = restored.head().await?;
        if head.epoch <= FIRST {
            self.findings
                .is_wrong(format!("the restored ledger is at {head}"));
        }
        // The last decision is the restore itself.
        let upto = head.position.saturating_sub(1);
        let mut after = 0;
        while after < upto {
            let mut here = restored.survey(after, LARGEST_PAGE).await?;
            let there = original.survey(after, LARGEST_PAGE).await?;
            here.retain(|decision| decision.position() <= upto);
            for (one, other) in here.iter().zip(&there) {
                if (one.position(), one.leaf()) != (other.position(), other.leaf()) {
                    let at = one.position();
                    self.findings
                        .is_wrong(format!("the restored position {at} is another decision"));
                }
            }
            let last = here.last().map_or(after, ledger::SealedDecision::position);
            if here.len() > there.len() || last == after {
                self.findings
                    .is_wrong(format!("after position {after} the two do not run alike"));
                break;
            }
            after = last;
        }
        self.decisions += upto;
        self.leads(&restored, head.position).await?;
        original.close().await;
        restored.close().await;
        for difference in place.second_opinion().await? {
            self.findings
                .is_wrong(format!("the replay tool, of a backup: {difference}"));
        }
        Ok(())
    }

    /// Nobody who was taken out of the lead book can be read in what was restored.
    async fn leads(&mut self, restored: &ledger::Ledger, head: u64) -> Result<(), Failed> {
        let mut after = 0;
        while after < head {
            let page = restored.read(after, LARGEST_PAGE).await?;
            if page.is_empty() {
                return Err(format!("nothing stands after position {after}").into());
            }
            for decision in page {
                after = decision.position;
                if decision.command_type != "store_lead" {
                    continue;
                }
                if decision.command.to_string().contains("$erased") {
                    self.erased += 1;
                } else {
                    self.findings.is_wrong(format!(
                        "position {after}: a lead who was erased can be read again"
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether an office opens there, reads, and decides.
    async fn goes_on(&mut self, place: &Site, script: &[Step]) -> Result<(), Failed> {
        let mut operator = Connection::new(place.operator().await?);
        let mut office = place.start().await?;
        let newcomer = office.applicant(&mut operator, 0).await?;
        let mut asks = Connection::new(&newcomer.token);
        let path = format!("/v1/accounts/{}", newcomer.account);
        let open = script.first().ok_or("a life begins")?;
        for (question, expected) in [
            (
                Question::command(format!("{path}/orders"), "first", open.body.clone()),
                open.status,
            ),
            (Question::get(format!("{path}/filings")), 200),
        ] {
            let told = asks.ask(office.at, &question).await;
            if !matches!(&told, Told::Answered(Answer { status, .. }) if *status == expected) {
                self.findings.is_wrong(format!(
                    "the restored office answers {question:?} with {told:?}"
                ));
            }
        }
        office.stop().await
    }
}

/// Puts somebody into the lead book; answers his address there.
async fn stored(at: SocketAddr, who: &Applicant) -> Result<String, Failed> {
    let lead = json!({"lead": {"name": "王五", "document": {"kind": "resident_id_card", "number": "110101202311012176"},
        "validity": {"long_term": true, "from": "2023-12-01"}, "mobile": "19200000000", "emergency_phone": "13700137000",
        "email": "wang.wu@example.com"}});
    let path = format!("/v1/accounts/{}/leads", who.account);
    let question = Question {
        method: "POST",
        path: path.clone(),
        key: None,
        body: lead,
    };
    match Connection::new(&who.token).ask(at, &question).await {
        Told::Answered(Answer {
            status: 201, body, ..
        }) => {
            let id = body["lead"].as_str().ok_or("a lead has an id")?;
            Ok(format!("{path}/{id}"))
        }
        other => Err(format!("the lead is not stored: {other:?}").into()),
    }
}

/// Takes somebody out of the lead book, which erases him.
async fn forgotten(at: SocketAddr, who: &Applicant, lead: &str) -> Result<(), Failed> {
    let question = Question {
        method: "DELETE",
        path: lead.to_owned(),
        key: None,
        body: Value::Null,
    };
    match Connection::new(&who.token).ask(at, &question).await {
        Told::Answered(Answer { status: 204, .. }) => Ok(()),
        other => Err(format!("the lead is not forgotten: {other:?}").into()),
    }
}
