//! The disk of a SQLite office runs full under load, and is freed again: commands are answered 503 and nothing else, what is read is
//! answered all the same, and the office goes on by itself. Needs the right to mount a tmpfs.

use super::{Plan, scene::Scene};
use crate::{
    Failed,
    client::{Answer, Connection, Question, Told},
    crowd::Crowd,
    report::{Row, times},
    site::{Applicant, Office, Programs, Site},
};
use serde_json::json;
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::Ordering,
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
    let mut scene = Scene::begin(Site::at(programs, &url)?).await?;
    let mut reader = Reader::new(&scene.applicant(plan.clients).await?);
    let crowd = scene.crowd(plan.clients).await?;
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
        reader.reads(&scene.office, &crowd).await;
        scene.record.note(&json!({"full": round})).await?;
        disk.free()?;
        let begun = Instant::now();
        crowd.tally.goes_on().await?;
        recovered.push(begun.elapsed());
    }
    let row = scene.end(crowd, ("full", plan)).await?;
    Ok(row
        .with("noticed_after", times(noticed))
        .with("answered_again_after", times(recovered)))
}

/// Somebody who only reads.
struct Reader {
    question: Question,
    connection: Connection,
}

impl Reader {
    fn new(who: &Applicant) -> Self {
        Self {
            question: Question::get(format!("/v1/accounts/{}/filings", who.account)),
            connection: Connection::new(&who.token),
        }
    }

    async fn reads(&mut self, office: &Office, crowd: &Crowd) {
        let told = self.connection.ask(office.at, &self.question).await;
        if !matches!(told, Told::Answered(Answer { status: 200, .. })) {
            crowd
                .tally
                .is_wrong(format!("read while the disk was full: {told:?}"));
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
