//! A disk that forgets what it has not promised.

use crate::{Failed, chance::Chance};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// What is written whole, or not at all.
const SECTOR: usize = 512;
/// Of what was not promised, so many quarters are kept at most.
const QUARTERS: u64 = 4;

/// A folder with what was written, and its twin with what was promised.
pub(super) struct Disk(TempDir);

/// What became of the sectors that were written and not promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) gone: u64,
    pub(super) kept: u64,
}

impl Left {
    pub(super) fn add(&mut self, other: Self) {
        self.gone += other.gone;
        self.kept += other.kept;
    }
}

impl Disk {
    pub(super) fn new() -> Result<Self, Failed> {
        // Without links in its name: as the office calls it.
        let disk = Self(TempDir::new_in(std::env::temp_dir().canonicalize()?)?);
        fs::create_dir(disk.live())?;
        fs::create_dir(disk.kept())?;
        Ok(disk)
    }

    /// What was written.
    pub(super) fn live(&self) -> PathBuf {
        self.0.path().join("live")
    }

    /// What was promised.
    pub(super) fn kept(&self) -> PathBuf {
        self.0.path().join("kept")
    }

    /// The power fails: what was promised stays, and of the rest some sectors, all or none. Nobody may be writing.
    pub(super) fn fails(&self, chance: &mut Chance) -> Result<Left, Failed> {
        // Of every sector that was not promised: how likely it is there.
        let quarters = chance.below(QUARTERS + 1);
        let mut left = Left::default();
        let mut names: Vec<_> = fs::read_dir(self.live())?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<Result<_, _>>()?;
        // In an order of their own, or the seed would not say what is lost.
        names.sort();
        for name in names {
            let (live, kept) = (self.live().join(&name), self.kept().join(&name));
            let promised = read(&kept)?;
            if name.to_string_lossy().ends_with(".lock") {
                continue;
            }
            let Some(promised) = promised else {
                // Not even its name was promised; or it is shared memory.
                fs::remove_file(&live)?;
                continue;
            };
            let written = read(&live)?.unwrap_or_default();
            let survives = survivor(&promised, &written, &mut left, || {
                chance.below(QUARTERS) < quarters
            });
            fs::write(&live, &survives)?;
            fs::write(&kept, &survives)?;
        }
        Ok(left)
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Failed> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What is promised, with those sectors of what was written that are kept by chance.
fn survivor(
    promised: &[u8],
    written: &[u8],
    left: &mut Left,
    mut is_kept: impl FnMut() -> bool,
) -> Vec<u8> {
    let mut survives = promised.to_vec();
    for (number, sector) in written.chunks(SECTOR).enumerate() {
        let from = number * SECTOR;
        let before = promised.get(from..).unwrap_or_default();
        if before.get(..sector.len()) == Some(sector) {
            continue;
        }
        if is_kept() {
            left.kept += 1;
            if survives.len() < from + sector.len() {
                survives.resize(from + sector.len(), 0);
            }
            survives[from..from + sector.len()].copy_from_slice(sector);
        } else {
            left.gone += 1;
        }
    }
    survives
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_promised_is_left_and_of_the_rest_what_is_kept() {
        let promised = [1; 1000];
        let mut written = vec![1; 1800];
        written[600..1800].fill(2);
        let mut left = Left::default();
        assert_eq!(survivor(&promised, &written, &mut left, || false), promised);
        assert_eq!((left.gone, left.kept), (3, 0));
        let mut left = Left::default();
        assert_eq!(survivor(&promised, &written, &mut left, || true), written);
        assert_eq!((left.gone, left.kept), (0, 3));
        let mut turns = [false, false, true].into_iter();
        let some = survivor(&promised, &written, &mut left, || turns.next().unwrap());
        assert_eq!(some[..1000], promised);
        assert!(some[1000..1536].iter().all(|byte| *byte == 0) && some[1536..] == written[1536..]);
    }

    #[test]
    fn a_seed_loses_the_same_again() {
        let lost = |seed| {
            let disk = Disk::new().unwrap();
            for name in ["a", "b", "c"] {
                fs::write(disk.live().join(name), vec![7; 50_000]).unwrap();
            }
            fs::write(disk.kept().join("a"), vec![1; 10_000]).unwrap();
            fs::write(disk.kept().join("b"), vec![7; 50_000]).unwrap();
            let left = disk.fails(&mut Chance::new(seed)).unwrap();
            assert!(!disk.live().join("c").exists());
            (left, fs::read(disk.live().join("a")).unwrap())
        };
        assert_eq!(lost(5), lost(5));
        assert_ne!(lost(5), lost(6));
    }
}
