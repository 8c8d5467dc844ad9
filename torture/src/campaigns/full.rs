//! The disk under a ledger runs full under load, and is freed again: commands are answered 503 and nothing else, what is read is
//! answered all the same, and the office goes on by itself. Needs the right to mount a tmpfs.
//!
//! On PostgreSQL it is the disk of the server, which may give up where it has no room for its log, and is started again once it has, as a
//! supervisor does. While it is away nothing can be read either.

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
use test_database::{TestDatabase, server::Server};
use tokio::time::sleep;

/// How large the disk is, in MiB: to begin with, and for every time that it is filled, for the ledger grows meanwhile.
const SIZE: (u64, u64) = (48, 2);
/// The same for a server, which takes 50 for itself, and for its log what it is told to.
const SERVER_SIZE: (u64, u64) = (200, 3);
const LOG: [&str; 2] = ["min_wal_size=32MB", "max_wal_size=64MB"];
/// How long until the office notices that its disk is full.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether a disk can be mounted here.
pub fn can_mount() -> bool {
    Disk::mount(1).is_ok()
}

/// Fills and frees so often.
pub async fn on_sqlite(programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let disk = Disk::mount(SIZE.0 + SIZE.1 * plan.count)?;
    let url = format!("sqlite://{}/ledger.sqlite", disk.path().display());
    on(Site::at(programs, &url)?, (&disk, None), plan).await
}

/// The same under a server of its own.
pub async fn on_postgres(programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let disk = Disk::mount(SERVER_SIZE.0 + SERVER_SIZE.1 * plan.count)?;
    let mut server = Server::start_in(disk.path(), &LOG).await?;
    let database = TestDatabase::create_on(Ok(server.url())).await?;
    let site = Site::at(programs, database.url())?;
    let row = on(site, (&disk, Some(&mut server)), plan).await;
    drop(database);
    server.stop().await?;
    row
}

async fn on(
    site: Site,
    (disk, mut server): (&Disk, Option<&mut Server>),
    plan: &Plan,
) -> Result<Row, Failed> {
    let mut scene = Scene::begin(site).await?;
    let mut reader = Reader::new(&scene.applicant(plan.clients).await?, server.as_deref());
    let crowd = scene.crowd(plan.clients).await?;
    let (mut noticed, mut recovered, mut given_up) = (Vec::new(), Vec::new(), 0);
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
        if let Some(server) = &mut server {
            given_up += u64::from(server.revive().await?);
        }
        crowd.tally.goes_on().await?;
        recovered.push(begun.elapsed());
    }
    let row = scene.end(crowd, ("full", plan)).await?;
    let row = match server {
        Some(_) => row.with("server_given_up", given_up),
        None => row,
    };
    Ok(row
        .with("noticed_after", times(noticed))
        .with("answered_again_after", times(recovered)))
}

/// Somebody who only reads.
struct Reader {
    question: Question,
    connection: Connection,
    /// The database may have given up.
    may_be_away: bool,
}

impl Reader {
    fn new(who: &Applicant, server: Option<&Server>) -> Self {
        Self {
            may_be_away: server.is_some(),
            question: Question::get(format!("/v1/accounts/{}/filings", who.account)),
            connection: Connection::new(&who.token),
        }
    }

    async fn reads(&mut self, office: &Office, crowd: &Crowd) {
        let told = self.connection.ask(office.at, &self.question).await;
        let is_away =
            self.may_be_away && matches!(told, Told::Answered(Answer { status: 503, .. }));
        if !is_away && !matches!(told, Told::Answered(Answer { status: 200, .. })) {
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
