//! On SQLite a backup is made of copies of files, and a restore is made under other names until it is whole.

use super::{LEDGER, Manifest, NoBackup, Restored, WORK, at, begin, settle};
use crate::config::Config;
use ledger::{Place, copy_file};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// What SQLite keeps beside a database: its last changes, until they are folded in.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Copies the ledger and the work; answers the names of the copies.
pub(super) async fn copy(
    path: &Path,
    folder: &Path,
    has_history: bool,
) -> Result<&'static [&'static str], NoBackup> {
    // The work lies beside the one name of the ledger, whatever path it is reached by.
    let path = path.canonicalize().map_err(at(path))?;
    let work = work_beside(&path);
    // The work first: it must not know of decisions that the ledger beside it does not hold.
    let has_work = exists(&work)?;
    if has_work {
        copy_file(&work, &folder.join(WORK)).await?;
    } else if has_history {
        return Err(NoBackup::NoWork(work));
    }
    copy_file(&path, &folder.join(LEDGER)).await?;
    Ok(if has_work { &[WORK, LEDGER] } else { &[LEDGER] })
}

/// Restores a backup that was examined.
pub(super) async fn restore(
    config: &Config,
    path: &Path,
    (folder, manifest): (&Path, &Manifest),
    erased: &[String],
) -> Result<Restored, NoBackup> {
    // From here to the end nobody can begin a ledger there.
    let place = Place::take(path)?;
    let path = place.path();
    let work = work_beside(path);
    // Under other names until it is whole, so that no office is ever opened on half of it.
    let staged = Staged::beside(path);
    staged.make_room(path, &work)?;
    for (name, to) in [(WORK, &staged.work), (LEDGER, &staged.ledger)] {
        if manifest.files.contains_key(name) {
            fs::copy(folder.join(name), to)
                .and_then(|_| File::open(to)?.sync_all())
                .map_err(at(to))?;
        }
    }
    let url = format!("sqlite://{}", staged.ledger.display());
    let restored = begin(config, &url, manifest, erased).await?;
    // Once more copied: what was decided last may still stand in the log beside it, which a new name would part it from.
    copy_file(&staged.ledger, &staged.whole).await?;
    staged.put(path, &work)?;
    Ok(restored)
}

/// The names under which a restore goes on.
struct Staged {
    ledger: PathBuf,
    work: PathBuf,
    /// The ledger once all was done to it.
    whole: PathBuf,
    folder: PathBuf,
}

impl Staged {
    fn beside(path: &Path) -> Self {
        let ledger = with_suffix(path, ".restoring");
        Self {
            work: work_beside(&ledger),
            whole: with_suffix(path, ".restored"),
            folder: path.parent().unwrap_or(Path::new(".")).to_owned(),
            ledger,
        }
    }

    /// Makes sure that nothing is there, and takes away what an attempt left over that was stopped.
    fn make_room(&self, path: &Path, work: &Path) -> Result<(), NoBackup> {
        if is_same(&self.whole, path) {
            self.clear()?;
            return Err(NoBackup::Done(path.to_owned()));
        }
        if is_same(&self.work, work) {
            // Stopped between the two: the work has its name, the ledger has not.
            fs::remove_file(work).map_err(at(work))?;
        }
        for database in [path, work] {
            if exists(database)? {
                return Err(NoBackup::NotEmpty(database.to_owned()));
            }
            for suffix in BESIDE {
                let log = with_suffix(database, suffix);
                if exists(&log)? {
                    let database = database.to_owned();
                    return Err(NoBackup::LeftOver { log, database });
                }
            }
        }
        self.clear()
    }

    /// Gives what is whole its names. The ledger comes last: without it there is no office.
    fn put(&self, path: &Path, work: &Path) -> Result<(), NoBackup> {
        for (from, to) in [(&self.work, work), (&self.whole, path)] {
            if !exists(from)? {
                continue;
            }
            if exists(to)? {
                return Err(NoBackup::NotEmpty(to.to_owned()));
            }
            // A second name first: by it the next attempt knows how far this one came. Not every file system has second names.
            if fs::hard_link(from, to).is_err() {
                fs::rename(from, to).map_err(at(to))?;
            }
            settle(&self.folder)?;
        }
        self.clear()
    }

    fn clear(&self) -> Result<(), NoBackup> {
        let mut names = vec![with_suffix(&self.ledger, ".lock")];
        for database in [&self.ledger, &self.work, &self.whole] {
            names.push(database.clone());
            names.extend(BESIDE.map(|suffix| with_suffix(database, suffix)));
        }
        for name in names {
            if exists(&name)? {
                fs::remove_file(&name).map_err(at(&name))?;
            }
        }
        settle(&self.folder)
    }
}

/// Whether there is something of that name, be it a link to nothing.
fn exists(path: &Path) -> Result<bool, NoBackup> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(why) => Err(at(path)(why)),
    }
}

/// Whether two names are of one file.
#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |path| {
        let found = fs::symlink_metadata(path).ok()?;
        Some((found.dev(), found.ino()))
    };
    place(one).is_some_and(|found| place(other) == Some(found))
}

/// Whether two names are of one file: not known here.
#[cfg(not(unix))]
fn is_same(_one: &Path, _other: &Path) -> bool {
    false
}

/// Where the workers keep what they do, beside a SQLite ledger.
fn work_beside(ledger: &Path) -> PathBuf {
    with_suffix(ledger, ".work.sqlite")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
