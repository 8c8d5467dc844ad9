//! A run's figures.

use std::time::Duration;

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    /// Commands answered a second.
    pub(crate) per_second: f64,
    /// Events written a second.
    pub(crate) events_per_second: f64,
    /// Latency that half of the commands stayed below, in milliseconds.
    pub(crate) p50_ms: f64,
    /// The same for 99 of 100.
    pub(crate) p99_ms: f64,
    /// The latency of the slowest command, in milliseconds.
    pub(crate) slowest_ms: f64,
    /// Processor time a command, in milliseconds: of this process alone.
    pub(crate) cpu_ms: f64,
}

impl Measured {
    /// From the latency of every command of a run.
    pub(crate) fn of(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        let below = |share: usize| {
            let at = (latencies.len() * share / 100).min(latencies.len().saturating_sub(1));
            latencies.get(at).map_or(0.0, |it| it.as_secs_f64() * 1e3)
        };
        Self {
            per_second: count(latencies.len()) / elapsed.as_secs_f64(),
            p50_ms: below(50),
            p99_ms: below(99),
            slowest_ms: below(100),
            ..Self::default()
        }
    }
}

/// A count as a number to calculate with.
pub(crate) fn count(many: usize) -> f64 {
    u32::try_from(many).map_or(f64::INFINITY, f64::from)
}

/// The one in the middle.
pub(crate) fn median(mut of: Vec<f64>) -> f64 {
    of.sort_unstable_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or_default()
}
