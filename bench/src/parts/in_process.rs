//! The desk in this process, without HTTP: what deciding and keeping a decision costs.

use crate::{
    Bench, Failed,
    desk::Desk,
    drive::drive,
    limit::{Limit, fresh, limit},
    raw,
    report::{Bar, Report},
    stock::Stock,
};

impl Bench {
    /// The desk on PostgreSQL, between two runs of plain inserts, and stock cqrs-es after it.
    pub(crate) async fn postgres(&self, callers: usize, report: &mut Report) -> Result<(), Failed> {
        let (decisions, events, over_stock) = match callers {
            1 => (Bar::AtLeast(0.25), Bar::None, Bar::AtLeast(1.0)),
            8 => (Bar::AtLeast(0.3), Bar::None, Bar::None),
            32 => (Bar::AtLeast(0.45), Bar::AtLeast(0.8), Bar::AtLeast(2.5)),
            128 => (Bar::AtLeast(0.9), Bar::None, Bar::None),
            _ => (Bar::None, Bar::None, Bar::None),
        };
        let before = self.insert_limit(callers).await?;
        let desk = Desk::open(&fresh(&self.server, "desk").await?, &self.lives).await?;
        let ours = drive(desk, callers, self.time()).await?;
        let after = self.insert_limit(callers).await?;
        let inserts = f64::midpoint(before.per_second, after.per_second);
        let stock = Stock::postgres(&fresh(&self.server, "stock").await?).await?;
        let stock = drive(stock, callers, self.time()).await?.per_second;
        let reading = limit(&self.server, Limit::SelectInsert, callers, self.seconds).await?;
        let reading = reading.per_second;
        let mut part = report.part("postgres", callers);
        let decided = ours.per_second;
        let beside = ("one-row inserts", inserts);
        part.rate("decisions", decided, beside, decisions);
        part.rate("events", ours.events_per_second, beside, events);
        part.rate(
            "decisions",
            decided,
            ("stock cqrs-es + postgres-es", stock),
            over_stock,
        );
        let beside = ("select + insert", reading);
        part.rate("decisions", decided, beside, Bar::None);
        part.took(
            "half of all decisions",
            ours.p50_ms,
            ("an insert", before.p50_ms),
            Bar::None,
        );
        part.took(
            "99 % of decisions",
            ours.p99_ms,
            ("half of all", ours.p50_ms),
            Bar::None,
        );
        part.processor(&ours);
        Ok(())
    }

    /// The desk on SQLite, between two runs of plain inserts, and stock cqrs-es after it.
    pub(crate) async fn sqlite(&self, callers: usize, report: &mut Report) -> Result<(), Failed> {
        let folder = tempfile::tempdir()?;
        let place = |name: &str| folder.path().join(name);
        let time = self.time();
        let raw = |name: &str| {
            let file = place(name);
            tokio::task::spawn_blocking(move || raw::raw(&file, time))
        };
        let before = raw("before").await??.per_second;
        let url = format!("sqlite://{}", place("desk").display());
        let ours = drive(Desk::open(&url, &self.lives).await?, callers, time).await?;
        let inserts = f64::midpoint(before, raw("after").await??.per_second);
        let stock = drive(Stock::sqlite(&place("stock")).await?, callers, time).await?;
        let mut part = report.part("sqlite", callers);
        let (decided, events) = (ours.per_second, ours.events_per_second);
        let beside = ("raw one-row inserts", inserts);
        part.rate("decisions", decided, beside, Bar::AtLeast(0.7));
        part.rate("events", events, beside, Bar::AtLeast(1.8));
        part.rate(
            "decisions",
            decided,
            ("stock cqrs-es + sqlite-es", stock.per_second),
            Bar::None,
        );
        part.took(
            "99 % of decisions",
            ours.p99_ms,
            ("15 ms", 15.0),
            Bar::AtMost(1.0),
        );
        part.took(
            "99 % of stock's commands",
            stock.p99_ms,
            ("15 ms", 15.0),
            Bar::None,
        );
        part.processor(&ours);
        Ok(())
    }
}
