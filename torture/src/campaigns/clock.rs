//! The clock of an office is set while it works, years on or back, or by less than a minute, which is nothing: it must say that the clock
//! cannot be believed, decide nothing by it, let no timer fire, and go on by itself when it is right again. On PostgreSQL it is one of
//! two nodes, and the other must not notice. At last an office sleeps over a deadline.

mod late;

use super::{Plan, Store, scene::Scene};
use crate::{
    Failed,
    audit::{Findings, open},
    chance::Chance,
    client::{Answer, Connection, Question, Told},
    crowd::Crowd,
    report::{Row, times},
    shim::Shim,
    site::{Applicant, Office, Programs},
};
use jiff::{SignedDuration, Timestamp};
use ledger::LARGEST_PAGE;
use serde_json::json;
use std::{
    fs::File,
    net::SocketAddr,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio::time::sleep;

const SHIM: &str = include_str!("../shims/clock.c");
/// How far the clock is set, in seconds: ten years, a day, an hour, a bit more than is tolerated. One way or the other.
const JUMPS: [i64; 4] = [315_576_000, 86_400, 3_600, 75];
/// What is tolerated: a clock that is corrected.
const SLIGHT: i64 = 45;
/// One round in so many sets it by no more than that.
const SLIGHTLY: u64 = 8;
/// One jump in so many lasts for longer than the office takes from one look at all clocks to the next.
const LASTING: u64 = 4;
const LONG: Duration = Duration::from_millis(5_500);
const BRIEF: Duration = Duration::from_millis(400);
/// How long it may take until an office says so, and until it decides again.
const NOTICED: Duration = Duration::from_secs(10);
const RESUMED: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(10);
/// What it says.
const SAYS: &str = "urn:beian:problem:clock-disagrees";

/// Sets clocks so often.
pub async fn run(programs: &Programs, store: &Store, plan: &Plan) -> Result<Row, Failed> {
    let (shim, dials) = (Shim::compile(SHIM).await?, tempfile::tempdir()?);
    let dial = Dial::at(&dials.path().join("one"))?;
    let site = shim.before(store.site(programs)?);
    let begun = Timestamp::now();
    let mut scene = Scene::begin(site.with(Dial::VARIABLE, dial.path())).await?;
    let other = match store {
        Store::Sqlite => None,
        Store::Postgres(_) => Some(Node::start(&scene, &dials.path().join("two")).await?),
    };
    let witness = scene.applicant(plan.clients).await?;
    let crowd = scene.crowd(plan.clients).await?;
    let (mut chance, mut seen) = (Chance::new(plan.seed), Seen::default());
    for round in 0..plan.count {
        crowd.tally.goes_on().await?;
        let set = Set::draw(&mut chance);
        scene
            .record
            .note(&json!({"clock": round, "seconds": set.seconds}))
            .await?;
        match &other {
            None => {
                seen.alone(&scene.office, (&dial, set), &crowd, &witness)
                    .await?;
            }
            Some(other) => seen.one_of_two(other, set, &crowd, &witness).await?,
        }
    }
    if let Some(mut other) = other {
        other.office.stop().await?;
    }
    let ended = Timestamp::now();
    seen.recorded(&scene, (begun, ended)).await?;
    let mut row = scene.end(crowd, ("clock", plan)).await?;
    row.findings.add(seen.findings);
    if matches!(store, Store::Sqlite) {
        let late = late::run(programs, &shim, &dial).await?;
        row.findings.add(late.findings);
        row = row.with("deadlines_slept_over", late.fired);
    }
    Ok(row
        .with("not_believed", seen.noticed.len())
        .with("noticed_after", times(seen.noticed))
        .with("decides_again_after", times(seen.resumed)))
}

/// How a clock is set.
#[derive(Clone, Copy)]
struct Set {
    seconds: i64,
    lasts: Duration,
}

impl Set {
    fn draw(chance: &mut Chance) -> Self {
        let far = if chance.below(SLIGHTLY) == 0 {
            SLIGHT
        } else {
            let which = chance.below(JUMPS.len() as u64);
            usize::try_from(which).map_or(SLIGHT, |which| JUMPS[which])
        };
        let seconds = if chance.below(2) == 0 { far } else { -far };
        let lasts = if chance.below(LASTING) == 0 {
            LONG
        } else {
            chance.shorter_than(BRIEF)
        };
        Self { seconds, lasts }
    }

    const fn is_slight(self) -> bool {
        self.seconds.abs() <= SLIGHT
    }
}

/// What sets the clock of a process.
struct Dial {
    file: File,
    path: PathBuf,
}

impl Dial {
    /// By this it finds its dial.
    const VARIABLE: &str = "CLOCK_OFFSET";

    fn at(path: &Path) -> Result<Self, Failed> {
        let file = File::create_new(path)?;
        let dial = Self {
            file,
            path: path.to_owned(),
        };
        dial.set(0)?;
        Ok(dial)
    }

    fn path(&self) -> String {
        self.path.display().to_string()
    }

    /// Sets it so many seconds ahead of the time.
    fn set(&self, seconds: i64) -> Result<(), Failed> {
        let ahead = i64::try_from(SignedDuration::from_secs(seconds).as_nanos())?;
        Ok(self.file.write_all_at(&ahead.to_ne_bytes(), 0)?)
    }
}

/// Another node of the office, with a clock of its own.
struct Node {
    office: Office,
    dial: Dial,
}

impl Node {
    async fn start(scene: &Scene, dial: &Path) -> Result<Self, Failed> {
        let dial = Dial::at(dial)?;
        let path = dial.path();
        let office = scene
            .site
            .start_with(&[(Dial::VARIABLE, path.as_str())])
            .await?;
        Ok(Self { office, dial })
    }
}

/// What was seen.
#[derive(Default)]
struct Seen {
    findings: Findings,
    noticed: Vec<Duration>,
    resumed: Vec<Duration>,
}

impl Seen {
    /// The clock of the only node is set under everybody.
    async fn alone(
        &mut self,
        office: &Office,
        (dial, set): (&Dial, Set),
        crowd: &Crowd,
        witness: &Applicant,
    ) -> Result<(), Failed> {
        let refused = crowd.tally.unavailable.load(Ordering::Relaxed);
        dial.set(set.seconds)?;
        if set.is_slight() {
            sleep(set.lasts).await;
            crowd.tally.goes_on().await?;
            if crowd.tally.unavailable.load(Ordering::Relaxed) > refused {
                self.findings
                    .is_wrong(format!("a clock {} seconds off stopped it", set.seconds));
            }
        } else {
            self.says_so(office.at, witness).await?;
            sleep(set.lasts).await;
        }
        dial.set(0)?;
        let begun = Instant::now();
        crowd.tally.goes_on().await?;
        self.has_resumed(begun, set);
        Ok(())
    }

    /// The clock of one node is set; whoever asks the other one is answered as ever.
    async fn one_of_two(
        &mut self,
        other: &Node,
        set: Set,
        crowd: &Crowd,
        witness: &Applicant,
    ) -> Result<(), Failed> {
        let refused = crowd.tally.unavailable.load(Ordering::Relaxed);
        other.dial.set(set.seconds)?;
        if set.is_slight() {
            sleep(set.lasts).await;
            if decides(other.office.at, witness).await?.is_err() {
                self.findings
                    .is_wrong(format!("a clock {} seconds off stopped it", set.seconds));
            }
        } else {
            self.says_so(other.office.at, witness).await?;
            sleep(set.lasts).await;
        }
        crowd.tally.goes_on().await?;
        if crowd.tally.unavailable.load(Ordering::Relaxed) > refused {
            self.findings
                .is_wrong("the node with the right clock was not available".to_owned());
        }
        other.dial.set(0)?;
        let begun = Instant::now();
        while decides(other.office.at, witness).await?.is_err() && begun.elapsed() < RESUMED {
            sleep(PAUSE).await;
        }
        self.has_resumed(begun, set);
        Ok(())
    }

    /// Waits until an office says that its clock is off; what is read is answered all the same.
    async fn says_so(&mut self, at: SocketAddr, witness: &Applicant) -> Result<(), Failed> {
        let begun = Instant::now();
        while let Ok(()) = decides(at, witness).await? {
            if begun.elapsed() > NOTICED {
                let what = "a clock was set, and the office went on deciding".to_owned();
                self.findings.is_wrong(what);
                return Ok(());
            }
            sleep(PAUSE).await;
        }
        self.noticed.push(begun.elapsed());
        if let Err(says) = decides(at, witness).await?
            && says != SAYS
        {
            self.findings
                .is_wrong(format!("its clock is off, and it says {says}"));
        }
        let reads = Question::get(format!("/v1/accounts/{}/filings", witness.account));
        let told = Connection::new(&witness.token).ask(at, &reads).await;
        if !matches!(told, Told::Answered(Answer { status: 200, .. })) {
            self.findings
                .is_wrong(format!("read while the clock was off: {told:?}"));
        }
        let health = Connection::new("").ask(at, &Question::get("/readyz")).await;
        if !matches!(health, Told::Answered(Answer { status: 503, .. })) {
            self.findings
                .is_wrong(format!("its clock is off, and it is ready: {health:?}"));
        }
        Ok(())
    }

    fn has_resumed(&mut self, begun: Instant, set: Set) {
        let after = begun.elapsed();
        if after > RESUMED {
            let (seconds, after) = (set.seconds, after.as_secs());
            self.findings.is_wrong(format!(
                "the clock was {seconds} seconds off, and {after} seconds later it does not decide"
            ));
        }
        if !set.is_slight() {
            self.resumed.push(after);
        }
    }

    /// No decision was received or recorded at a time that was not.
    async fn recorded(
        &mut self,
        scene: &Scene,
        (begun, ended): (Timestamp, Timestamp),
    ) -> Result<(), Failed> {
        let slack = SignedDuration::from_secs(SLIGHT + 5);
        let (first, last) = (begun.saturating_sub(slack)?, ended.saturating_add(slack)?);
        let ledger = open(&scene.site).await?;
        let (mut after, head) = (0, ledger.head().await?.position);
        while after < head {
            let page = ledger.read(after, LARGEST_PAGE).await?;
            if page.is_empty() {
                return Err(format!("nothing stands after position {after}").into());
            }
            for decision in page {
                after = decision.position;
                for (time, what) in [
                    (decision.at, "received"),
                    (decision.recorded_at, "recorded"),
                ] {
                    if time < first || time > last {
                        self.findings
                            .is_wrong(format!("position {after} was {what} at {time}"));
                    }
                }
            }
        }
        ledger.close().await;
        Ok(())
    }
}

/// Whether an office decides; if not, what it says. What it is asked changes nothing.
async fn decides(at: SocketAddr, who: &Applicant) -> Result<Result<(), String>, Failed> {
    let asks = Question {
        method: "POST",
        path: format!("/v1/accounts/{}/orders", who.account),
        key: None,
        body: crate::life::script()?.swap_remove(0).body,
    };
    let asks = Question {
        path: format!("{}?dry_run=true", asks.path),
        ..asks
    };
    match Connection::new(&who.token).ask(at, &asks).await {
        Told::Answered(Answer {
            status: 503, body, ..
        }) => Ok(Err(body["type"].as_str().unwrap_or_default().to_owned())),
        Told::Answered(_) => Ok(Ok(())),
        other => Err(format!("the office is gone: {other:?}").into()),
    }
}
