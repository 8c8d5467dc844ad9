//! The disk below the ledger fails when it is told to.

use crate::{Failed, shim::Shim};
use std::{
    env,
    fs::File,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::process::Command;

const SHIM: &str = concat!(
    include_str!("../../shims/disk.h"),
    include_str!("../../shims/faults.c")
);
const LIVE: &str = "DISK_LIVE";
const CONTROL: &str = "FAULTS_CONTROL";

/// What the library that is preloaded into this process is told.
pub(super) struct Faults {
    control: File,
    live: PathBuf,
}

impl Faults {
    /// Those of this process; `None`: nothing was preloaded into it.
    pub(super) fn of_this_process() -> Result<Option<Self>, Failed> {
        let (Some(live), Some(control)) = (env::var_os(LIVE), env::var_os(CONTROL)) else {
            return Ok(None);
        };
        Ok(Some(Self {
            control: File::options().read(true).write(true).open(control)?,
            live: live.into(),
        }))
    }

    /// The folder on the disk that fails.
    pub(super) fn live(&self) -> &Path {
        &self.live
    }

    /// From now on one in so many writes and syncs fails, by this seed; 0: none.
    pub(super) fn set(&self, seed: u64, one_in: u64) -> Result<(), Failed> {
        self.control.write_all_at(&seed.to_ne_bytes(), 0)?;
        Ok(self.control.write_all_at(&one_in.to_ne_bytes(), 8)?)
    }

    /// How many have failed.
    pub(super) fn failed(&self) -> Result<u64, Failed> {
        let mut bytes = [0; 8];
        self.control.read_exact_at(&mut bytes, 16)?;
        Ok(u64::from_ne_bytes(bytes))
    }
}

/// Runs this program once more, with the same arguments, on a disk that fails. Answers whether it ended well.
pub async fn again() -> Result<bool, Failed> {
    let shim = Shim::compile(SHIM).await?;
    let folder = TempDir::new_in(env::temp_dir().canonicalize()?)?;
    let (live, control) = (folder.path().join("live"), folder.path().join("control"));
    std::fs::create_dir(&live)?;
    std::fs::write(&control, [0; 24])?;
    let ended = Command::new(env::current_exe()?)
        .args(env::args_os().skip(1))
        .env("LD_PRELOAD", shim.path())
        .env(LIVE, live)
        .env(CONTROL, control)
        .kill_on_drop(true)
        .status()
        .await?;
    Ok(ended.success())
}
