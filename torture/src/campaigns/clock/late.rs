//! An office sleeps over a deadline, and opens two days later: it fires once, and stands there with the time for which it was set. Then it is
//! opened with its clock before its last decision, which it must not believe.
//!
//! The office is the demo, which has an order whose lead has a code to enter within 24 hours.

use super::{Dial, RESUMED, SAYS};
use crate::{
    Failed,
    audit::Findings,
    client::{Answer, Connection, Question, Told},
    shim::Shim,
    site::Programs,
};
use jiff::{SignedDuration, Timestamp};
use ledger::{KeyRing, LARGEST_PAGE, Ledger, Settings, read_key};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    net::SocketAddr,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};
use test_database::server::signal;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::{sleep, timeout},
};

/// How long it sleeps.
const SLEEPS: i64 = 2 * 86_400;
/// How long it is looked whether anything fires for a second time: longer than a worker rests.
const AGAIN: Duration = Duration::from_secs(7);
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);

/// What came of it.
#[derive(Default)]
pub(super) struct Late {
    pub(super) findings: Findings,
    /// Deadlines that fired late.
    pub(super) fired: usize,
}

pub(super) async fn run(programs: &Programs, shim: &Shim, dial: &Dial) -> Result<Late, Failed> {
    let place = tempfile::tempdir()?;
    let folder = place.path().join("demo");
    let open = async || Demo::open(programs, (shim, dial), &folder).await;
    dial.set(0)?;
    open().await?.stop().await?;
    let mut late = Late::default();
    dial.set(SLEEPS)?;
    let demo = open().await?;
    let begun = Instant::now();
    while sessions(&folder)
        .await?
        .iter()
        .all(|(_, fired)| fired.is_empty())
    {
        if begun.elapsed() > PATIENCE {
            late.findings
                .lost("a deadline was slept over, and never fired".to_owned());
            break;
        }
        sleep(PAUSE).await;
    }
    demo.stop().await?;
    // Nor does it fire again, now or for the next office.
    let demo = open().await?;
    sleep(AGAIN).await;
    late.look(&sessions(&folder).await?);
    demo.stop().await?;
    dial.set(0)?;
    let mut demo = open().await?;
    late.before_the_head(dial, &mut demo).await?;
    demo.stop().await?;
    Ok(late)
}

/// When a session would close, and when it was said to be due and when that was noticed, each time that it did.
type Session = (Timestamp, Vec<(Timestamp, Timestamp)>);

/// The sessions in which somebody has to enter a code.
async fn sessions(folder: &Path) -> Result<Vec<Session>, Failed> {
    let url = format!("sqlite://{}/ledger.sqlite", folder.display());
    let keys = KeyRing::from_bytes(read_key(&folder.join("encryption.key"))?);
    let ledger = Ledger::open_read_only(&url, Settings::new(keys)).await?;
    let (mut all, mut after) = (BTreeMap::<_, Session>::new(), 0);
    let time = |value: &Value| value.as_str().and_then(|time| time.parse().ok());
    loop {
        let page = ledger.read(after, LARGEST_PAGE).await?;
        for decision in &page {
            after = decision.position;
            for event in &decision.events {
                let order = event.stream.aggregate_id.clone();
                // The document stands under the name of its event, or is itself.
                let said = event
                    .payload
                    .get(&event.event_type)
                    .unwrap_or(&event.payload);
                match event.event_type.as_str() {
                    "SmsSessionOpened" => {
                        let deadline = time(&said["deadline"]).ok_or("a session has an end")?;
                        all.insert(order, (deadline, Vec::new()));
                    }
                    "SmsSessionReturned" if said["cause"] == "deadline" => {
                        let due = time(&said["due"]).ok_or("it was due at some time")?;
                        let session = all.get_mut(&order).ok_or("what returns was opened")?;
                        session.1.push((due, decision.at));
                    }
                    _ => {}
                }
            }
        }
        if page.is_empty() {
            ledger.close().await;
            return Ok(all.into_values().collect());
        }
    }
}

impl Late {
    fn look(&mut self, sessions: &[Session]) {
        for (deadline, fired) in sessions {
            if fired.len() > 1 {
                self.findings
                    .doubled(format!("the deadline {deadline} fired at {fired:?}"));
            }
            for (due, noticed) in fired {
                self.fired += 1;
                let late = noticed.duration_since(*due);
                if due != deadline || late < SignedDuration::from_hours(20) {
                    self.findings.is_wrong(format!(
                        "the deadline {deadline} stands there as due at {due}, noticed {late} later"
                    ));
                }
            }
        }
    }

    /// An office opens with its clock before what was decided last, and the clock is set right while it runs.
    async fn before_the_head(&mut self, dial: &Dial, demo: &mut Demo) -> Result<(), Failed> {
        match demo.opens_an_account().await {
            Told::Answered(Answer {
                status: 503, body, ..
            }) if body["type"] == SAYS => {}
            told => self.findings.is_wrong(format!(
                "its clock is before the head, and it says {told:?}"
            )),
        }
        dial.set(SLEEPS)?;
        let begun = Instant::now();
        while !matches!(
            demo.opens_an_account().await,
            Told::Answered(Answer { status: 201, .. })
        ) {
            if begun.elapsed() > RESUMED {
                let what = "its clock is right again, and it does not decide".to_owned();
                self.findings.is_wrong(what);
                break;
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }
}

/// The demo, as a process.
struct Demo {
    process: Child,
    at: SocketAddr,
    operator: Connection,
    /// What it has to say besides; nobody listens, and the pipe has to stay open.
    _rest: Lines<BufReader<ChildStdout>>,
}

impl Demo {
    /// Opens it in a folder, by the clock as it is set now.
    async fn open(
        programs: &Programs,
        (shim, dial): (&Shim, &Dial),
        folder: &Path,
    ) -> Result<Self, Failed> {
        let mut process = Command::new(&programs.beian)
            .args(["demo", "--listen", "127.0.0.1:0", "--folder"])
            .arg(folder)
            .env_clear()
            .env("LD_PRELOAD", shim.path())
            .env(Dial::VARIABLE, dial.path())
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let said = process.stdout.take().ok_or("its output is piped")?;
        let mut rest = BufReader::new(said).lines();
        let line = timeout(PATIENCE, rest.next_line()).await??;
        let line = line.ok_or("the demo did not open")?;
        let at = line.split("http://").nth(1).ok_or("it says where it is")?;
        let card: Value = serde_json::from_str(&fs::read_to_string(folder.join("card.json"))?)?;
        let token = card["tokens"]["operator"].as_str();
        Ok(Self {
            process,
            at: at.trim().parse()?,
            operator: Connection::new(token.ok_or("an operator has a token")?),
            _rest: rest,
        })
    }

    async fn opens_an_account(&mut self) -> Told {
        let question = Question {
            method: "POST",
            path: "/v1/accounts".to_owned(),
            key: None,
            body: json!({"contacts": {"mobile": "13800000001", "email": "late@example.com"}}),
        };
        self.operator.ask(self.at, &question).await
    }

    async fn stop(mut self) -> Result<(), Failed> {
        if let Some(id) = self.process.id() {
            signal("TERM", id).await?;
        }
        timeout(PATIENCE, self.process.wait()).await??;
        Ok(())
    }
}
