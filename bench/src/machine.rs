//! On what and of what a report is. No names: whoever reads it needs to know what the machine can do, not whose it is.

use crate::{Failed, limit::version, report::Stamp};
use sha2::{Digest, Sha256};
use std::{fs, process::Command};
use test_database::server::Server;

/// Of this run.
pub(crate) async fn stamp(server: &Server, log: &str) -> Result<Stamp, Failed> {
    let changed = !said("git", &["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    let sqlite = rusqlite::version();
    Ok(Stamp {
        commit: said("git", &["rev-parse", "HEAD"])? + if changed { "+" } else { "" },
        machine: machine()?,
        versions: format!(
            "{}; PostgreSQL {}; SQLite {sqlite}",
            said("rustc", &["--version"])?,
            version(server).await?
        ),
        command: std::env::args()
            .skip(1)
            .fold("bench".to_owned(), |said, word| format!("{said} {word}")),
        log_digest: hex::encode(Sha256::digest(log)),
    })
}

fn machine() -> Result<String, Failed> {
    let memory = fs::read_to_string("/proc/meminfo")?;
    let memory: u64 = memory
        .split_whitespace()
        .nth(1)
        .and_then(|kilobytes| kilobytes.parse().ok())
        .unwrap_or_default();
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    Ok(format!(
        "{} processors ({}), {} GiB, Linux {}",
        std::thread::available_parallelism()?,
        model.unwrap_or("of a model that is not told"),
        memory / (1 << 20),
        said("uname", &["-r"])?
    ))
}

fn said(program: &str, arguments: &[&str]) -> Result<String, Failed> {
    let said = Command::new(program).args(arguments).output()?;
    if !said.status.success() {
        return Err(format!(
            "{program} failed: {}",
            String::from_utf8_lossy(&said.stderr)
        )
        .into());
    }
    Ok(String::from_utf8(said.stdout)?.trim().to_owned())
}
