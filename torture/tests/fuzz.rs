//! The short form of `fuzz`, a target each: what they begin with, what was ever found, and changes of both.

#![expect(
    clippy::unwrap_used,
    reason = "a campaign that cannot be carried out is a failed test"
)]

use torture::campaigns::fuzz::{Target, shortly};

/// So much of the machine's memory a process may take, in MiB, in which a test runs.
const MOST_MEMORY: u64 = 1024;

#[track_caller]
fn takes_anything(target: &str, changes: u64) {
    let target: Target = target.parse().unwrap();
    let count = shortly(&target, 1, changes).unwrap();
    assert!(count > changes, "it begins with nothing");
    let memory = most_memory();
    assert!(memory < MOST_MEMORY, "{memory} MiB");
}

/// The most that this process ever took. (nextest has one for each test.)
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line
        .and_then(|line| line.split_whitespace().next())
        .unwrap();
    kib.parse::<u64>().unwrap() / 1024
}

#[test]
fn fuzz_values() {
    takes_anything("values", 20_000);
}

#[test]
fn fuzz_headers() {
    takes_anything("headers", 20_000);
}

/// Asked from within a task, as the campaign asks.
#[tokio::test]
async fn fuzz_documents() {
    takes_anything("documents", 3_000);
}

#[test]
fn fuzz_events() {
    takes_anything("events", 1_000);
}

#[test]
fn fuzz_files() {
    takes_anything("files", 2_000);
}
