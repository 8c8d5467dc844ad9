//! The whole way: the real program, over HTTP, with token and idempotency key.

use crate::{
    Bench, Failed,
    answering::{Answering, StockOverHttp},
    drive::drive,
    limit::fresh,
    measured::Measured,
    over_http::OverHttp,
    place::{place, seed},
    raw,
    report::{Bar, Report},
};
use torture::site::{Office, Site};

/// How many connections.
const CONNECTIONS: usize = 32;
/// How many, where two processes share them.
const SHARED: usize = 64;

impl Bench {
    /// A place for offices on a fresh ledger where these lives have their accounts and tokens.
    pub(crate) async fn office_place(&self, url: Option<&str>) -> Result<Site, Failed> {
        let site = place(&self.programs()?, url, &self.lives)?;
        seed(site.ledger(), &self.lives).await?;
        Ok(site)
    }

    /// So many offices on one ledger, each with its share of the connections, until the time is over.
    async fn offices(
        &self,
        url: Option<&str>,
        many: usize,
        connections: usize,
    ) -> Result<Measured, Failed> {
        let (site, spoken) = (self.office_place(url).await?, self.spoken()?);
        let mut offices: Vec<Office> = Vec::new();
        for _ in 0..many {
            offices.push(site.start().await?);
        }
        // That all these accounts were opened is no work of the callers who come now.
        for office in &offices {
            office.caught_up().await?;
        }
        let to = offices.iter().map(|office| office.at).collect();
        let work = OverHttp::new(to, &spoken);
        let measured = drive(work, connections, self.time()).await?;
        for mut office in offices {
            office.stop().await?;
        }
        Ok(measured)
    }

    /// Commands over HTTP beside what the same database takes of plain rows, and beside other services.
    pub(crate) async fn http(&self, report: &mut Report) -> Result<(), Failed> {
        let before = self.insert_limit(CONNECTIONS).await?;
        let url = fresh(&self.server, "http").await?;
        let ours = self.offices(Some(&url), 1, CONNECTIONS).await?;
        let after = self.insert_limit(CONNECTIONS).await?;
        let inserts = f64::midpoint(before.per_second, after.per_second);
        let url = fresh(&self.server, "stock").await?;
        let stock = Answering::start("stock", Some(&url)).await?;
        let stock = drive(StockOverHttp::at(stock.at), CONNECTIONS, self.time()).await?;
        let bare = Answering::start("bare", None).await?;
        let bare = OverHttp::new(vec![bare.at], &self.spoken()?).at_reference();
        let bare = drive(bare, CONNECTIONS, self.time()).await;
        let mut part = report.with("http", format!("PostgreSQL, {CONNECTIONS} connections"));
        let rate = ours.per_second;
        for (beside, its, bar) in [
            ("one-row inserts", inserts, Bar::AtLeast(0.35)),
            (
                "stock cqrs-es behind axum",
                stock.per_second,
                Bar::AtLeast(2.0),
            ),
            ("a bare axum endpoint", bare?.per_second, Bar::None),
        ] {
            part.rate("commands", rate, (beside, its), bar);
        }
        part.rate(
            "events",
            ours.events_per_second,
            ("one-row inserts", inserts),
            Bar::None,
        );
        let half = ("half of all", ours.p50_ms);
        part.took("99 % of commands", ours.p99_ms, half, Bar::AtMost(3.0));
        let insert = ("an insert", before.p50_ms);
        part.took("half of all commands", ours.p50_ms, insert, Bar::None);
        self.http_on_sqlite(report).await
    }

    async fn http_on_sqlite(&self, report: &mut Report) -> Result<(), Failed> {
        let folder = tempfile::tempdir()?;
        let (file, time) = (folder.path().join("raw"), self.time());
        let raw = tokio::task::spawn_blocking(move || raw::raw(&file, time)).await??;
        let ours = self.offices(None, 1, CONNECTIONS).await?;
        let mut part = report.with("http", format!("SQLite, {CONNECTIONS} connections"));
        let inserts = ("raw one-row inserts", raw.per_second);
        part.rate("commands", ours.per_second, inserts, Bar::None);
        let half = ("half of all", ours.p50_ms);
        part.took("99 % of commands", ours.p99_ms, half, Bar::None);
        Ok(())
    }

    /// Two offices on one PostgreSQL, beside one with as many connections.
    pub(crate) async fn processes(&self, report: &mut Report) -> Result<(), Failed> {
        let url = fresh(&self.server, "http").await?;
        let one = self.offices(Some(&url), 1, SHARED).await?;
        let url = fresh(&self.server, "http").await?;
        let two = self.offices(Some(&url), 2, SHARED).await?;
        let mut part = report.with("processes", format!("{SHARED} connections"));
        let beside = ("one process", one.per_second);
        let bar = Bar::AtLeast(0.8);
        part.rate("commands of two processes", two.per_second, beside, bar);
        let beside = ("one process", one.p99_ms);
        part.took("99 % of commands of two", two.p99_ms, beside, Bar::None);
        Ok(())
    }
}
