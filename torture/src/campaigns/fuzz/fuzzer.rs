//! `cargo fuzz`: built once, run for each target, and what it says in the end.

use super::{MOST_MEMORY, Target};
use crate::Failed;
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};
use tempfile::TempDir;
use tokio::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// What anybody calls to give a target one input.
pub(super) const AGAIN: &str =
    "RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none --target-dir target/fuzz";
/// Longer than that no input may take, in seconds.
const LONGEST: u64 = 20;

/// When a target has had enough.
pub(super) struct Limit {
    pub(super) count: u64,
    pub(super) seconds: Option<u64>,
    pub(super) seed: u64,
}

/// What became of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) executions: u64,
    pub(super) a_second: u64,
    pub(super) memory_mib: u64,
    /// How many inputs led somewhere new.
    pub(super) inputs: u64,
    /// The inputs that were not taken.
    pub(super) kept: Vec<PathBuf>,
    pub(super) ended_well: bool,
    pub(super) last_words: String,
    pub(super) log_sha256: String,
}

/// Builds the targets.
pub(super) async fn build() -> Result<(), Failed> {
    let version = cargo(&["fuzz", "--version"]).output().await?;
    if !version.status.success() {
        return Err(
            "expected cargo-fuzz and a C++ compiler: `cargo install cargo-fuzz`, and a package such as g++".into(),
        );
    }
    let arguments = [
        "fuzz",
        "build",
        "--sanitizer",
        "none",
        "--target-dir",
        "target/fuzz",
    ];
    let built = cargo(&arguments).status().await?;
    if !built.success() {
        return Err("the targets cannot be built".into());
    }
    Ok(())
}

/// Runs one of them, from its own beginning: what an earlier run came to has no part in it.
pub(super) async fn run(target: &Target, limit: &Limit) -> Result<Run, Failed> {
    let corpus = TempDir::new()?;
    for (number, input) in target.begins_with()?.into_iter().enumerate() {
        fs::write(corpus.path().join(number.to_string()), input)?;
    }
    let mut command = cargo(&[
        "fuzz",
        "run",
        "--sanitizer",
        "none",
        "--target-dir",
        "target/fuzz",
    ]);
    command.arg(target.name).arg(corpus.path()).arg("--").args([
        format!("-runs={}", limit.count),
        format!("-seed={}", limit.seed),
        format!("-max_len={}", target.longest),
        format!("-timeout={LONGEST}"),
        format!("-rss_limit_mb={MOST_MEMORY}"),
        // What is called takes microseconds; to weigh how rare each of its turns is would take longer.
        "-entropic=0".to_owned(),
        "-print_final_stats=1".to_owned(),
    ]);
    if let Some(seconds) = limit.seconds {
        command.arg(format!("-max_total_time={seconds}"));
    }
    Ok(said(&command.output().await?))
}

/// Cargo, as a stable toolchain takes flags of an unstable one. No sanitizer: nothing here is unsafe for one to find.
fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command
        .args(arguments)
        .current_dir(ROOT)
        .env("RUSTC_BOOTSTRAP", "1")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

fn said(output: &Output) -> Run {
    let log = String::from_utf8_lossy(&output.stderr);
    let number = |name: &str| {
        let line = log.lines().rev().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.trim().parse().ok())
            .unwrap_or_default()
    };
    let kept = log
        .lines()
        .filter_map(|line| line.split_once("Test unit written to "));
    let last: Vec<_> = log.lines().rev().take(20).collect();
    Run {
        executions: number("stat::number_of_executed_units:"),
        a_second: number("stat::average_exec_per_sec:"),
        memory_mib: number("stat::peak_rss_mb:"),
        inputs: number("stat::new_units_added:"),
        kept: kept
            .map(|(_, path)| Path::new(ROOT).join(path.trim()))
            .collect(),
        ended_well: output.status.success(),
        last_words: last.into_iter().rev().collect::<Vec<_>>().join("\n      "),
        log_sha256: hex::encode(Sha256::digest(&output.stderr)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

    fn output(code: i32, log: &str) -> Output {
        Output {
            status: ExitStatus::from_raw(code << 8),
            stdout: Vec::new(),
            stderr: log.into(),
        }
    }

    const STATISTICS: &str = "stat::number_of_executed_units: 20000\nstat::average_exec_per_sec:     10000\n\
        stat::new_units_added:          31\nstat::slowest_unit_time_sec:    0\nstat::peak_rss_mb:              50\n";

    #[test]
    fn what_the_fuzzer_says_is_read() {
        let run = said(&output(0, STATISTICS));
        let counts = (run.executions, run.a_second, run.memory_mib, run.inputs);
        assert_eq!(counts, (20_000, 10_000, 50, 31));
        assert!(run.ended_well && run.kept.is_empty());
    }

    #[test]
    fn a_crash_is_a_crash() {
        let log = format!(
            "artifact_prefix='x/'; Test unit written to fuzz/artifacts/values/crash-0f\n{STATISTICS}"
        );
        let run = said(&output(77, &log));
        assert!(!run.ended_well && run.kept[0].ends_with("fuzz/artifacts/values/crash-0f"));
    }
}
