//! How fast Beian is, beside references that run in turn in the same minutes on the same machine.
//!
//! `cargo run --release -p bench` starts a PostgreSQL of its own, measures, prints a table with the bars and whether each is
//! reached, and with `--report docs` writes it down. An absolute figure says something about a machine; a ratio says something
//! about Beian. What is measured and what bounds it stands in docs/performance.md.

#![expect(
    clippy::print_stdout,
    reason = "a program whose output is what it is run for"
)]

mod desk;
mod drive;
mod limit;
mod lives;
mod measured;
mod processor;
mod raw;
mod report;
mod stock;

use clap::{Parser, ValueEnum};
use desk::Desk;
use drive::drive;
use limit::{Limit, fresh, limit};
use lives::{Life, Lives};
use measured::Measured;
use report::{Bar, Report};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use stock::Stock;
use test_database::{
    server::Server,
    stamp::{commit, ledger_digest},
};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Checkpoints stay out of what is measured, and the cluster has room.
const SETTINGS: [&str; 3] = [
    "shared_buffers=512MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=30min",
];

/// Measures Beian beside references of the same minutes.
#[derive(Parser)]
struct Arguments {
    /// How long each run takes, after a second that does not count.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How often everything is repeated; medians are told.
    #[arg(long, default_value_t = 3)]
    repeat: u32,
    /// How many whole lives are prepared: as many as the fastest run may need.
    #[arg(long, default_value_t = 6000)]
    lives: u32,
    /// Which parts; all of them unless said.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// With how many callers, where a part has several.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 32, 128])]
    callers: Vec<usize>,
    /// Where `performance.json` and the charts go; nowhere unless said.
    #[arg(long)]
    report: Option<PathBuf>,
}

/// A part of the measurements.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The desk in process on PostgreSQL.
    Postgres,
    /// The desk in process on SQLite.
    Sqlite,
}

#[tokio::main]
async fn main() -> ExitCode {
    match measure(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::from(2)
        }
    }
}

/// Answers whether every bar is reached.
async fn measure(arguments: Arguments) -> Result<bool, Failed> {
    commit();
    ledger_digest();
    let bench = Bench {
        server: Server::start(&SETTINGS).await?,
        lives: prepare(arguments.lives).await?,
        seconds: arguments.seconds,
    };
    let mut report = Report::default();
    let wants = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    for _ in 0..arguments.repeat {
        if wants(Part::Postgres) {
            for callers in &arguments.callers {
                bench.postgres(*callers, &mut report).await?;
            }
        }
        if wants(Part::Sqlite) {
            bench.sqlite(32, &mut report).await?;
        }
    }
    let rows = report.rows();
    let postgres = limit::version(&bench.server).await?;
    let stamp = report.stamp(&postgres);
    println!("\n{}\n{}\n", stamp.told(), report::table(&rows));
    if let Some(folder) = &arguments.report {
        report::write(folder, &stamp, &rows)?;
    }
    Ok(rows.iter().all(|row| row.pass != Some(false)))
}

async fn prepare(many: u32) -> Result<Arc<Vec<Life>>, Failed> {
    let story = Lives::read()?;
    let mut lives = Vec::new();
    for number in 0..many {
        lives.push(story.live(number).await?);
    }
    Ok(Arc::new(lives))
}

/// What all parts need.
struct Bench {
    server: Server,
    lives: Arc<Vec<Life>>,
    seconds: u64,
}

impl Bench {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    async fn insert_limit(&self, callers: usize) -> Result<Measured, Failed> {
        limit(&self.server, Limit::Insert, callers, self.seconds).await
    }

    /// The desk on PostgreSQL, between two runs of plain inserts, and stock cqrs-es after it.
    async fn postgres(&self, callers: usize, report: &mut Report) -> Result<(), Failed> {
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
        part.rate(
            "decisions",
            decided,
            ("one-row inserts", inserts),
            decisions,
        );
        part.rate(
            "events",
            ours.events_per_second,
            ("one-row inserts", inserts),
            events,
        );
        part.rate(
            "decisions",
            decided,
            ("stock cqrs-es + postgres-es", stock),
            over_stock,
        );
        part.rate(
            "decisions",
            decided,
            ("select + insert", reading),
            Bar::None,
        );
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
        part.took(
            "processor time a decision",
            ours.cpu_ms,
            ("1 ms", 1.0),
            Bar::None,
        );
        Ok(())
    }

    /// The desk on SQLite, between two runs of plain inserts, and stock cqrs-es after it.
    async fn sqlite(&self, callers: usize, report: &mut Report) -> Result<(), Failed> {
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
        part.rate(
            "decisions",
            decided,
            ("raw one-row inserts", inserts),
            Bar::AtLeast(0.7),
        );
        part.rate(
            "events",
            events,
            ("raw one-row inserts", inserts),
            Bar::AtLeast(1.8),
        );
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
        part.took(
            "processor time a decision",
            ours.cpu_ms,
            ("1 ms", 1.0),
            Bar::None,
        );
        Ok(())
    }
}
