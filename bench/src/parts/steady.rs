//! Half of what it can do, for long: how late the last of a hundred is, and whether the read models keep up.

use crate::{
    Bench, Failed,
    drive::drive,
    lag::Lag,
    limit::fresh,
    measured::count,
    over_http::{Acknowledged, OverHttp},
    pace::Pace,
    processor::resident_mib,
    report::{Bar, Report},
};
use std::{
    mem,
    sync::{PoisonError, atomic::Ordering},
    time::Duration,
};

/// How many connections find the top rate.
const CONNECTIONS: usize = 32;
/// How many there are at half of it: so many that none is waited for.
const WAITING: usize = 64;
/// Commands of a life over HTTP.
const COMMANDS: usize = 20;

impl Bench {
    /// The top rate first, then half of it in an open loop, on one office that runs on.
    pub(crate) async fn steady(&self, report: &mut Report) -> Result<(), Failed> {
        let single = self.insert_limit(1).await?.p50_ms;
        let url = fresh(&self.server, "steady").await?;
        let site = self.office_place(Some(&url)).await?;
        let mut office = site.start().await?;
        let process = office.id().ok_or("the office runs")?;
        office.caught_up().await?;
        let (lag, acknowledged) = (Lag::watch(&url).await?, Acknowledged::default());
        let lag_of_all = || {
            let mut all = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
            lag.of(&mem::take(&mut *all))
        };
        let spoken = self.spoken()?;
        let lived = OverHttp::new(vec![office.at], &spoken).noting(&acknowledged);
        let begun = lived.begun();
        let top = drive(lived, CONNECTIONS, self.time()).await?;
        office.caught_up().await?;
        // A look after the last is needed to see that it is there.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let at_top = lag_of_all();

        let (rate, first) = (top.per_second / 2.0, begun.load(Ordering::Relaxed));
        let left = count(spoken.len().saturating_sub(first + WAITING) * COMMANDS);
        // The first second does not count.
        let seconds = (left / rate - 2.0).min(self.steady).max(1.0);
        let time = Duration::from_secs_f64(seconds);
        let lived = OverHttp::new(vec![office.at], &spoken)
            .noting(&acknowledged)
            .paced(first, Pace::new(rate));
        let at_half_time = tokio::spawn(async move {
            tokio::time::sleep(time / 2).await;
            resident_mib(process)
        });
        let half = drive(lived, WAITING, time).await?;
        let (at_half_time, at_end) = (at_half_time.await??, resident_mib(process)?);
        office.caught_up().await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let at_half = lag_of_all();
        office.stop().await?;

        let mut part = report.with("steady", "PostgreSQL, half the top rate".to_owned());
        let bar = Bar::AtMost(10.0);
        part.rate(
            "commands",
            half.per_second,
            ("top rate", top.per_second),
            Bar::None,
        );
        part.took(
            "99 % of commands",
            half.p99_ms,
            ("a single insert", single),
            bar,
        );
        let bar = Bar::AtMost(1.0);
        let limit = ("250 ms", 250.0);
        part.took("slowest command", half.slowest_ms, limit, bar);
        part.took("99 % are in the read models", at_half.p99_ms, limit, bar);
        let beside = ("half-time", at_half_time);
        part.note("resident memory", (at_end, "MiB"), beside, Bar::AtMost(1.1));
        part.note("duration", (seconds, "s"), ("a minute", 60.0), Bar::None);
        let mut part = report.with("steady", "PostgreSQL, top rate".to_owned());
        part.took(
            "99 % are in the read models",
            at_top.p99_ms,
            limit,
            Bar::None,
        );
        Ok(())
    }
}
