//! The disk of a SQLite office runs full under load, and is freed again: commands are answered 503 and nothing else, what is read is
//! answered all the same, and the office goes on by itself. Needs the right to mount a tmpfs.

use super::{
    Plan,
    ending::{end, finish},
};
use crate::{
    Failed,
    client::{Answer, Connection, Question, Told},
    crowd::Crowd,
    life::script,
    record::Record,
    report::{Row, times},
    site::{Office, Programs, Site},
};
use serde_json::json;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::sleep;

/// How large the disk is, in MiB: to begin with, and for every time that it is filled, for the ledger grows meanwhile.
const SIZE: (u64, u64) = (48, 2);
/// How long until the office notices that its disk is full.
const PATIENCE: Duration = Duration::from_mins(1);

/// Fills and frees so often.
pub async fn run(programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let disk = Disk::mount(SIZE.0 + SIZE.1 * plan.count)?;
    let url = format!("sqlite://{}/ledger.sqlite", disk.path().display());
    let site = Site::at(programs, &url)?;
    let record = Record::begin(&site.folder().join("record.jsonl"))?;
    let mut operator = Connection::new(site.operator().await?);
    let office = site.start().await?;
    let mut applicants = Vec::new();
    for number in 0..plan.clients {
        applicants.push(office.applicant(&mut operator, number).await?);
    }
    let mut reader = Reader {
        account: applicants
            .first()
            .map(|first| first.account.clone())
            .unwrap_or_default(),
        connection: Connection::new(
            applicants
                .first()
                .map(|first| first.token.clone())
                .unwrap_or_default(),
        ),
        wrong: Vec::new(),
    };
    let crowd = Crowd::begin(applicants, script()?, &record);
    crowd.find(Some(office.at));
    let (mut noticed, mut recovered) = (Vec::new(), Vec::new());
    for round in 0..plan.count {
        crowd.tally.goes_on().await?;
        let refused = crowd.tally.unavailable.load(Ordering::Relaxed);
        let begun = Instant::now();
        disk.fill()?;
        while crowd.tally.unavailable.load(Ordering::Relaxed) == refused {
            if begun.elapsed() > PATIENCE {
                return Err("the disk is full, and the office does not notice".into());
            }
            sleep(Duration::from_millis(2)).await;
            // A checkpoint may have given back a little.
            disk.fill()?;
        }
        noticed.push(begun.elapsed());
        reader.reads(&office).await;
        record.note(&json!({"full": round})).await?;
        disk.free()?;
        let begun = Instant::now();
        crowd.tally.goes_on().await?;
        recovered.push(begun.elapsed());
    }
    let tally = Arc::clone(&crowd.tally);
    let mut wrong = finish(&office, crowd).await?;
    wrong.extend(reader.wrong);
    let findings = end(&site, office, &record, wrong).await?;
    let row = Row::new(
        ("full", "sqlite"),
        (plan.count, plan.seed),
        &site,
        record.path(),
        findings,
    )
    .await?;
    Ok(row
        .with("unavailable", tally.unavailable.load(Ordering::Relaxed))
        .with(
            "unavailable_and_done",
            tally.unknown_done.load(Ordering::Relaxed),
        )
        .with("noticed_after", times(noticed))
        .with("answered_again_after", times(recovered)))
}

/// Somebody who only reads.
struct Reader {
    account: String,
    connection: Connection,
    wrong: Vec<String>,
}

impl Reader {
    async fn reads(&mut self, office: &Office) {
        let question = Question::get(format!("/v1/accounts/{}/filings", self.account));
        let told = self.connection.ask(office.at, &question).await;
        if !matches!(told, Told::Answered(Answer { status: 200, .. })) {
            self.wrong
                .push(format!("read while the disk was full: {told:?}"));
        }
    }
}

/// A small disk, which goes when this is dropped.
struct Disk(TempDir);

impl Disk {
    fn mount(size: u64) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}m"), "none"])
            .arg(folder.path())
            .status()?;
        if mounted.success() {
            Ok(Self(folder))
        } else {
            Err("a tmpfs cannot be mounted here; run this as root".into())
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn balloon(&self) -> PathBuf {
        self.path().join("balloon")
    }

    /// Takes what is left of it.
    fn fill(&self) -> Result<(), Failed> {
        let mut file = fs::File::options()
            .create(true)
            .append(true)
            .open(self.balloon())?;
        let block = [0; 4096];
        // That it ends with an error is the point.
        while file.write_all(&block).is_ok() {}
        Ok(())
    }

    fn free(&self) -> Result<(), Failed> {
        Ok(fs::remove_file(self.balloon())?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whoever still has a file open there keeps it until he ends.
        drop(Command::new("umount").arg("-l").arg(self.path()).status());
    }
}
