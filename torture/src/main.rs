//! `torture`: one command a campaign; prints counts, seed and verdict.

use clap::{Parser, Subcommand, ValueEnum};
use std::{path::PathBuf, process::ExitCode};
use test_database::{
    TestDatabase,
    server::Server,
    stamp::{commit, ledger_digest},
};
use torture::{
    Failed,
    campaigns::{
        Plan, Store, backup, clock, cut, failover, full, fuzz, hammer, hostile, kill, postmaster,
        power, simulate, workers,
    },
    report::{Row, keep},
    site::Programs,
};

/// Puts an office under load and under fire, and looks whether anything was lost or done twice.
#[derive(Parser)]
#[command(name = "torture", version, about)]
struct Arguments {
    /// The program under test; the one beside this program, if none is given.
    #[arg(long, global = true)]
    beian: Option<PathBuf>,
    /// What everything random comes from.
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    /// How often; the full form, if it is not said.
    #[arg(long, global = true)]
    count: Option<u64>,
    /// Clients at the same time.
    #[arg(long, global = true)]
    clients: Option<usize>,
    /// On which store; on each that the campaign is for, if it is not said.
    #[arg(long, global = true)]
    store: Option<Where>,
    /// A PostgreSQL server, as a URL whose role may create databases; one is started for the campaign, if none is given.
    #[arg(long, global = true)]
    server: Option<String>,
    /// A report that the result is put into, in place of an older one of the same campaign and store.
    #[arg(long, global = true)]
    json: Option<PathBuf>,
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Where {
    Sqlite,
    Postgres,
}

#[derive(Clone, Copy, Subcommand)]
enum What {
    /// Kills the office at random moments under load.
    Kill,
    /// Hammers one order with many clients, and sends the same key very often at once.
    Hammer,
    /// Cuts the line to PostgreSQL before, during and after a commit, so often each.
    Cut,
    /// Kills PostgreSQL's postmaster under load; always a server of its own.
    Postmaster,
    /// Lets the leader of three PostgreSQL fail under load, so that another one takes its place; as root, for it makes networks.
    Failover,
    /// Fills the disk of a ledger under load, and frees it; as root, for it mounts a tmpfs.
    Full,
    /// Lets the power fail under a SQLite ledger: what was not synced is gone.
    Power,
    /// Sets the clock of an office under load; on PostgreSQL that of one of two nodes.
    Clock,
    /// Takes backups under load, and restores each of them elsewhere.
    Backup,
    /// Sends whatever is malformed, strange, too large or too slow to every address of the office.
    Hostile,
    /// Lives random lives of every filing type on a disk that fails, beside a reference in memory.
    Simulate,
    /// Kills the office while its workers plan and deliver.
    Workers,
    /// Gives every parser, every reader of bytes from outside and the fold whatever a fuzzer thinks of; no office runs.
    Fuzz {
        /// Only one of the targets: values, headers, documents, events or files.
        target: Option<fuzz::Target>,
        /// Each target no longer than that, whatever the count.
        #[arg(long)]
        seconds: Option<u64>,
    },
}

impl What {
    /// How often the full form does it, and with how many clients.
    const fn full(self) -> (u64, usize) {
        match self {
            Self::Kill => (2000, 16),
            Self::Hammer => (100_000, 64),
            Self::Hostile => (100_000, 16),
            Self::Cut | Self::Postmaster => (500, 8),
            Self::Failover => (50, 8),
            Self::Full | Self::Backup => (100, 8),
            Self::Power => (200, 16),
            Self::Clock => (200, 8),
            Self::Workers => (2000, 8),
            Self::Simulate => (1_000_000, 1),
            Self::Fuzz { .. } => (100_000_000, 1),
        }
    }

    const fn stores(self) -> &'static [Where] {
        match self {
            Self::Kill
            | Self::Hammer
            | Self::Hostile
            | Self::Full
            | Self::Workers
            | Self::Backup
            | Self::Clock => &[Where::Sqlite, Where::Postgres],
            Self::Cut | Self::Postmaster | Self::Failover => &[Where::Postgres],
            Self::Power | Self::Simulate => &[Where::Sqlite],
            // No office runs.
            Self::Fuzz { .. } => &[],
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("torture: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<bool, Failed> {
    // As they are now: a long run is of what it began with.
    commit();
    ledger_digest();
    if matches!(arguments.what, What::Simulate) && !simulate::is_prepared()? {
        return simulate::again().await;
    }
    if matches!(arguments.what, What::Failover) && !failover::is_prepared() {
        return failover::again().await;
    }
    let (count, clients) = arguments.what.full();
    let plan = Plan {
        count: arguments.count.unwrap_or(count),
        seed: arguments.seed,
        clients: arguments.clients.unwrap_or(clients),
    };
    let mut passes = true;
    let mut done = |row: Row| {
        println!("{}", row.told());
        passes &= row.passes();
        arguments
            .json
            .as_ref()
            .map_or(Ok(()), |report| keep(report, &row.document()))
    };
    if let What::Fuzz { target, seconds } = arguments.what {
        fuzz::run(&plan, target, seconds, done).await?;
        return Ok(passes);
    }
    let programs = Programs::find(arguments.beian.clone())?;
    let stores = arguments.what.stores().iter().copied();
    for place in stores.filter(|place| arguments.store.is_none_or(|only| only == *place)) {
        let row = match place {
            Where::Sqlite => on_sqlite(arguments.what, &programs, &plan).await?,
            Where::Postgres => on_postgres(arguments, &programs, &plan).await?,
        };
        done(row)?;
    }
    Ok(passes)
}

async fn on_sqlite(what: What, programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    match what {
        What::Kill => kill::run(programs, &Store::Sqlite, plan).await,
        What::Hammer => hammer::run(programs, &Store::Sqlite, plan).await,
        What::Hostile => hostile::run(programs, &Store::Sqlite, plan).await,
        What::Backup => backup::run(programs, &Store::Sqlite, plan).await,
        What::Clock => clock::run(programs, &Store::Sqlite, plan).await,
        What::Simulate => simulate::run(plan).await,
        What::Power => power::run(programs, plan).await,
        What::Full => full::on_sqlite(programs, plan).await,
        What::Workers => workers::run(programs, &Store::Sqlite, plan).await,
        What::Cut | What::Postmaster | What::Failover | What::Fuzz { .. } => {
            Err("this campaign is not for SQLite".into())
        }
    }
}

async fn on_postgres(
    arguments: &Arguments,
    programs: &Programs,
    plan: &Plan,
) -> Result<Row, Failed> {
    let own = match &arguments.server {
        None if !matches!(
            arguments.what,
            What::Postmaster | What::Failover | What::Full
        ) =>
        {
            Some(Server::start(&[]).await?)
        }
        _ => None,
    };
    let url = arguments
        .server
        .clone()
        .or_else(|| own.as_ref().map(Server::url));
    let database = TestDatabase::create_on(Ok(url.unwrap_or_default()));
    let row = match arguments.what {
        What::Cut => cut::run(programs, database.await?.url(), plan).await,
        What::Kill => kill::run(programs, &Store::Postgres(database.await?), plan).await,
        What::Hammer => hammer::run(programs, &Store::Postgres(database.await?), plan).await,
        What::Hostile => hostile::run(programs, &Store::Postgres(database.await?), plan).await,
        What::Backup => backup::run(programs, &Store::Postgres(database.await?), plan).await,
        What::Clock => clock::run(programs, &Store::Postgres(database.await?), plan).await,
        What::Postmaster => postmaster::run(programs, plan).await,
        What::Failover => failover::run(programs, plan).await,
        What::Full => full::on_postgres(programs, plan).await,
        What::Workers => workers::run(programs, &Store::Postgres(database.await?), plan).await,
        What::Power | What::Simulate | What::Fuzz { .. } => {
            return Err("this campaign is not for PostgreSQL".into());
        }
    };
    if let Some(own) = own {
        own.stop().await?;
    }
    row
}
