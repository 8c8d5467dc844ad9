//! How fast Beian is, beside references that run in turn in the same minutes on the same machine.
//!
//! `cargo run --release -p bench` starts a PostgreSQL of its own, measures, prints a table with the bars and whether each is
//! reached, and with `--report docs` writes it down. An absolute figure says something about a machine; a ratio says something
//! about Beian. What is measured and what bounds it stands in docs/performance.md.

#![expect(
    clippy::print_stdout,
    reason = "a program whose output is what it is run for"
)]

mod answering;
mod decode;
mod desk;
mod drive;
mod fill;
mod lag;
mod limit;
mod lives;
mod measured;
mod over_http;
mod pace;
mod parts;
mod place;
mod processor;
mod raw;
mod report;
mod spoken;
mod stock;
mod wire;

use clap::{Parser, ValueEnum};
use limit::{Limit, limit};
use lives::{Life, Lives};
use measured::Measured;
use report::Report;
use spoken::Spoken;
use std::{
    ops::Range,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};
use test_database::{
    server::Server,
    stamp::{commit, ledger_digest},
};
use torture::site::Programs;

/// As in the office itself. JSON is put together and taken apart all day long: with this one a decision costs less of the processor than with the system's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    /// How many orders the growing ledgers end with.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=900_000))]
    orders: u32,
    /// For how many seconds half of the top rate is kept up.
    #[arg(long, default_value_t = 60.0)]
    steady: f64,
    /// Where `beian` is, with `replay-tool` in the same folder; beside this program unless said.
    #[arg(long)]
    beian: Option<PathBuf>,
    /// Answers as a reference does, instead of measuring: what this program starts itself as.
    #[arg(long, hide = true)]
    answer: Option<Reference>,
    /// The database of the reference.
    #[arg(long, hide = true)]
    database: Option<String>,
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
    /// The office over HTTP.
    Http,
    /// Two offices on one PostgreSQL.
    Processes,
    /// Half of the top rate, for long.
    Steady,
    /// One order of fifty events.
    OneOrder,
    /// Many orders.
    Growth,
}

/// What answers over HTTP beside the office.
#[derive(Clone, Copy, ValueEnum)]
enum Reference {
    /// An endpoint that reads the document and answers.
    Bare,
    /// Stock cqrs-es + postgres-es.
    Stock,
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
    if let Some(reference) = arguments.answer {
        answering::answer(reference, arguments.database).await?;
        return Ok(true);
    }
    commit();
    ledger_digest();
    let story = Lives::read()?;
    let lives = Arc::new(play(&story, 0..arguments.lives).await?);
    let bench = Bench {
        server: Server::start(&SETTINGS).await?,
        story,
        lives,
        spoken: OnceLock::new(),
        seconds: arguments.seconds,
        repeat: arguments.repeat,
        orders: arguments.orders,
        steady: arguments.steady,
        beian: arguments.beian,
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
        if wants(Part::Http) {
            bench.http(&mut report).await?;
        }
        if wants(Part::Processes) {
            bench.processes(&mut report).await?;
        }
        if wants(Part::Steady) {
            bench.steady(&mut report).await?;
        }
        if wants(Part::OneOrder) {
            bench.one_order(&mut report).await?;
        }
    }
    if wants(Part::Growth) {
        // Once: filling takes longer than all the rest.
        bench.growth(&mut report).await?;
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

async fn play(story: &Lives, numbers: Range<u32>) -> Result<Vec<Life>, Failed> {
    let mut lives = Vec::new();
    for number in numbers {
        lives.push(story.live(number).await?);
    }
    Ok(lives)
}

/// What all parts need.
struct Bench {
    server: Server,
    story: Lives,
    lives: Arc<Vec<Life>>,
    /// The same lives as they are said over HTTP, once somebody needs them.
    spoken: OnceLock<Arc<Vec<Spoken>>>,
    seconds: u64,
    repeat: u32,
    orders: u32,
    steady: f64,
    beian: Option<PathBuf>,
}

impl Bench {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    async fn insert_limit(&self, callers: usize) -> Result<Measured, Failed> {
        limit(&self.server, Limit::Insert, callers, self.seconds).await
    }

    fn programs(&self) -> Result<Programs, Failed> {
        Programs::find(self.beian.clone())
    }

    async fn play(&self, numbers: Range<u32>) -> Result<Vec<Life>, Failed> {
        play(&self.story, numbers).await
    }

    fn spoken(&self) -> Result<Arc<Vec<Spoken>>, Failed> {
        if let Some(spoken) = self.spoken.get() {
            return Ok(Arc::clone(spoken));
        }
        let lives = self.lives.iter().enumerate();
        let spoken = lives.map(|(number, life)| Spoken::of(life, number));
        let spoken = Arc::new(spoken.collect::<Result<Vec<_>, _>>()?);
        Ok(Arc::clone(self.spoken.get_or_init(|| spoken)))
    }
}
