//! Backups: taken while the office runs, restored where nothing is yet.
//!
//! A backup is a folder: the ledger, what the workers have done and have to do, and a manifest, which is written last. What is
//! left out on purpose is named by the manifest or the command: the key-encryption key and the office's secret (whoever has a backup shall
//! not be able to read it), the materials (sealed files, to be copied afterwards by any means), the read models (they are folded anew),
//! the list of erasures (it must outlive every backup).
//!
//! A restore starts a new epoch, which is a decision of its own, and destroys the keys of everybody who was erased since.

mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;
mod verify;

pub use verify::{Verified, verify};

use crate::{
    clock::Clock,
    config::{Config, NoStart},
    keys,
    office::Office,
};
use domain::{
    context::{Context, Witness},
    desk::Command,
    law::Law,
    secret::Secret,
};
use jiff::Timestamp;
use ledger::{Erasures, Head, KeyRing, Ledger, LedgerError, NoKey, Settings, Terms};
use projections::ReadError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

const MANIFEST: &str = "backup.json";
const LEDGER: &str = "ledger.sqlite";
const WORK: &str = "work.sqlite";
const DUMP: &str = "ledger.dump";
const FORMAT: u32 = 1;

/// What a backup holds, and what it needs besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of this document.
    pub format: u32,
    /// When it was begun.
    pub taken: Timestamp,
    /// The end of the ledger then: everything up to it is in the backup, and maybe more.
    pub at_least: String,
    /// `sqlite` or `postgres`.
    pub store: String,
    /// By which program.
    pub software: String,
    /// The fingerprint of the key-encryption key, without which nobody's values can be read.
    pub key: String,
    /// The SHA-256 of each file.
    pub files: BTreeMap<String, String>,
}

/// What came of a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The backup's last decision.
    pub upto: u64,
    /// The end of the ledger now: the restore is a decision, in a new epoch.
    pub head: Head,
    /// How many files were erased again.
    pub erased: usize,
}

/// A backup cannot be taken, or not be restored.
#[derive(Debug, thiserror::Error)]
pub enum NoBackup {
    /// The folder for it exists.
    #[error("{0} exists already; name a folder that does not, one for each backup")]
    Exists(PathBuf),
    /// A folder that is none, or was not finished.
    #[error("{0} is no complete backup: {1}")]
    Incomplete(PathBuf, String),
    /// A file of the backup is not what it was.
    #[error("{0} is damaged: its digest is not the one in {MANIFEST}")]
    Damaged(PathBuf),
    /// The ledger's address is of the other store.
    #[error("this is a backup of a ledger on {0}; set `ledger` to an address there")]
    OtherStore(String),
    /// Another key-encryption key.
    #[error(
        "the backup needs the key-encryption key {needed}, and `key_file` holds {held}; without the right one no personal value can be read"
    )]
    OtherKey {
        /// Its fingerprint.
        needed: String,
        /// That of the key that is there.
        held: String,
    },
    /// Something is there already.
    #[error("{0} exists; a backup is restored where nothing is yet")]
    NotEmpty(PathBuf),
    /// A database was moved away without what SQLite keeps beside it.
    #[error(
        "{log} was left over when {database} was moved away, and SQLite would put its changes into what is restored there; move it to where \
         that database is now, under that database's name (it may hold its last decisions), or remove it if that database is not needed any more"
    )]
    LeftOver {
        /// What was left over.
        log: PathBuf,
        /// What it belonged to.
        database: PathBuf,
    },
    /// An earlier attempt was stopped after its last step.
    #[error(
        "{0} was restored completely by an earlier attempt, which was stopped before it could say so; start the office on it, after `beian verify`"
    )]
    Done(PathBuf),
    /// A ledger without the workers' work.
    #[error(
        "the ledger has history, and {0} is missing, which knows what was sent and is to be sent; put it back beside the ledger, or start the \
         office once, which makes a new one and sends what it cannot know to be sent"
    )]
    NoWork(PathBuf),
    /// Nobody knows who was erased.
    #[error(
        "there is no list of erasures at {0}, and whoever was erased after the backup would be back; put the list there (`erasures_file`), or \
         say `--no-erasures` if nobody was ever erased"
    )]
    NoErasures(PathBuf),
    /// A program of PostgreSQL failed.
    #[error("{program}: {why}")]
    Program {
        /// Which.
        program: &'static str,
        /// What it said.
        why: String,
    },
    /// The decision was not taken.
    #[error("that it was restored could not be recorded")]
    NotRecorded,
    /// The office does not open.
    #[error("{0}")]
    Start(#[from] NoStart),
    /// The ledger fails.
    #[error("{0}")]
    Ledger(#[from] LedgerError),
    /// The read models fail.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// A key cannot be read.
    #[error("{0}")]
    Key(#[from] NoKey),
    /// A file fails.
    #[error("{path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
}

/// Says which file it was.
fn at(path: &Path) -> impl FnOnce(io::Error) -> NoBackup {
    let path = path.to_owned();
    move |why| NoBackup::File { path, why }
}

/// Takes a backup into a new folder, beside an office that may run.
///
/// # Errors
/// See [`NoBackup`]. What is in the folder then is no backup: it has no manifest.
pub async fn take(config: &Config, folder: &Path) -> Result<Manifest, NoBackup> {
    let ledger = config.open_to_read().await?;
    make_folder(folder)?;
    let (taken, at_least) = (Clock::System.now(), ledger.head().await?);
    let names = if let Some(path) = config.ledger.strip_prefix("sqlite://") {
        sqlite::copy(Path::new(path), folder, at_least.position > 0).await?
    } else {
        postgres::dump(&config.ledger, &folder.join(DUMP)).await?;
        &[DUMP]
    };
    ledger.close().await;
    let mut files = BTreeMap::new();
    for name in names {
        files.insert((*name).to_owned(), digest(&folder.join(name))?);
    }
    let manifest = Manifest {
        format: FORMAT,
        taken,
        at_least: at_least.to_string(),
        store: store(&config.ledger).to_owned(),
        software: concat!("beian ", env!("CARGO_PKG_VERSION")).to_owned(),
        key: fingerprint(config)?,
        files,
    };
    let path = folder.join(MANIFEST);
    let text = serde_json::to_string_pretty(&manifest)
        .map_err(|error| NoBackup::Incomplete(folder.to_owned(), error.to_string()))?;
    File::create_new(&path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .map_err(at(&path))?;
    settle(folder)?;
    Ok(manifest)
}

/// What a restore does where there is no list of erasures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoList {
    /// It stops: whoever was erased since the backup would be back.
    Stops,
    /// It goes on: whoever asks for it knows that nobody was erased.
    Goes,
}

/// Restores a backup at the ledger's address, where nothing may be yet, and nobody may open an office meanwhile.
///
/// # Errors
/// See [`NoBackup`]. On SQLite nothing is at the address then; on PostgreSQL, if it was the last step that failed, an empty database has
/// to be made for the next attempt.
pub async fn restore(
    config: &Config,
    folder: &Path,
    no_list: NoList,
) -> Result<Restored, NoBackup> {
    let manifest = examined(config, folder)?;
    // Read before anything is restored: without it nothing may be.
    let erased = listed(&config.erasures_file, no_list)?;
    if let Some(path) = config.ledger.strip_prefix("sqlite://") {
        return sqlite::restore(config, Path::new(path), (folder, &manifest), &erased).await;
    }
    postgres::restore(&config.ledger, &folder.join(DUMP)).await?;
    begin(config, &config.ledger, &manifest, &erased).await
}

/// Who was erased.
fn listed(path: &Path, no_list: NoList) -> Result<Vec<String>, NoBackup> {
    match Erasures::at(path).read() {
        Err(why) if why.kind() == io::ErrorKind::NotFound => match no_list {
            NoList::Goes => Ok(Vec::new()),
            // Where it was looked for, whatever folder the command was given in.
            NoList::Stops => Err(NoBackup::NoErasures(
                std::path::absolute(path).map_err(at(path))?,
            )),
        },
        read => read.map_err(at(path)),
    }
}

/// The manifest of a backup that is whole, and fits what it shall be restored to.
fn examined(config: &Config, folder: &Path) -> Result<Manifest, NoBackup> {
    let path = folder.join(MANIFEST);
    let incomplete = |why: String| NoBackup::Incomplete(folder.to_owned(), why);
    let text = fs::read_to_string(&path).map_err(|why| incomplete(format!("{MANIFEST}: {why}")))?;
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|why| incomplete(format!("{MANIFEST}: {why}")))?;
    if manifest.format != FORMAT {
        let found = manifest.format;
        return Err(incomplete(format!(
            "it has form {found}, and this program reads {FORMAT}"
        )));
    }
    if manifest.store != store(&config.ledger) {
        return Err(NoBackup::OtherStore(manifest.store));
    }
    let held = fingerprint(config)?;
    if manifest.key != held {
        let needed = manifest.key;
        return Err(NoBackup::OtherKey { needed, held });
    }
    // The office's secret is as indispensable: without it nobody's token is known.
    keys::load(&config.secret_file)?;
    for (name, expected) in &manifest.files {
        let path = folder.join(name);
        if digest(&path)? != *expected {
            return Err(NoBackup::Damaged(path));
        }
    }
    Ok(manifest)
}

/// Begins the epoch after a restore: whoever was erased since is erased again, and all of it is a decision.
async fn begin(
    config: &Config,
    url: &str,
    manifest: &Manifest,
    listed: &[String],
) -> Result<Restored, NoBackup> {
    let keys = KeyRing::from_bytes(keys::load(&config.key_file)?);
    let ledger = Ledger::open(url, Settings::new(keys)).await?;
    let upto = ledger.head().await?.position;
    let epoch = ledger.begin_epoch().await?.epoch;
    let mut erased = 0;
    for file in listed {
        erased += usize::from(ledger.destroy_key(file).await?);
    }
    let context = Context {
        at: Clock::System.now(),
        actor: Office::operator(),
        law: Law::standing(),
        secret: Arc::new(Secret::new(keys::load(&config.secret_file)?)),
        witness: Witness::default(),
    };
    let backup = manifest.taken;
    let command = Command::RestoreLedger { backup, epoch };
    let receipt = ledger
        .execute(&command, &context, &Terms::default())
        .await?;
    if receipt.outcome.is_err() {
        return Err(NoBackup::NotRecorded);
    }
    let head = ledger.head().await?;
    ledger.close().await;
    Ok(Restored { upto, head, erased })
}

fn store(url: &str) -> &'static str {
    if url.starts_with("sqlite://") {
        "sqlite"
    } else {
        "postgres"
    }
}

fn fingerprint(config: &Config) -> Result<String, NoBackup> {
    let ring = KeyRing::from_bytes(keys::load(&config.key_file)?);
    Ok(ring.fingerprints().concat())
}

fn make_folder(folder: &Path) -> Result<(), NoBackup> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {
            Err(NoBackup::Exists(folder.to_owned()))
        }
        made => made.map_err(at(folder)),
    }
}

/// Has the names in a folder on disk.
fn settle(folder: &Path) -> Result<(), NoBackup> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at(folder))
}

fn digest(path: &Path) -> Result<String, NoBackup> {
    let mut hasher = Sha256::new();
    let mut file = File::open(path).map_err(at(path))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match io::Read::read(&mut file, &mut buffer).map_err(at(path))? {
            0 => return Ok(hex::encode(hasher.finalize())),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}
