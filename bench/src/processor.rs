//! Processor time and memory, as the kernel counts them.

use crate::Failed;
use std::{fs, time::Duration};

/// The kernel counts in hundredths of a second, on every machine that Linux tells user space about.
const TICK: Duration = Duration::from_millis(10);

/// What a process and its living children have used so far.
pub(crate) fn spent(process: u32) -> Result<Duration, Failed> {
    let mut all = of(process)?;
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    for child in children.unwrap_or_default().split(' ') {
        // One that ended meanwhile is counted with its parent.
        all += child
            .parse()
            .ok()
            .and_then(|child| of(child).ok())
            .unwrap_or_default();
    }
    Ok(all)
}

/// A process, and those of its children that it has waited for.
fn of(process: u32) -> Result<Duration, Failed> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name
        .split(' ')
        .skip(12)
        .take(4)
        .map(str::parse::<u32>);
    let ticks: u32 = ticks.sum::<Result<_, _>>()?;
    Ok(TICK * ticks)
}

/// What of a process is in memory, in MiB.
pub(crate) fn resident_mib(process: u32) -> Result<f64, Failed> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
    let kib: u32 = line.ok_or("the kernel says no memory")?.parse()?;
    Ok(f64::from(kib) / 1024.0)
}
