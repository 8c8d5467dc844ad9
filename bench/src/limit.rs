//! What the same server takes of plain rows, one a commit: the references that everything is told beside.

use crate::{Failed, measured::Measured};
use sqlx::{Connection, Executor, PgConnection};
use std::{fs, time::Duration};
use test_database::server::Server;
use tokio::process::Command;

/// A row of the size of an event.
pub(crate) const PAYLOAD: usize = 390;
const TABLE: &str = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint NOT NULL, \
    payload json NOT NULL, metadata json NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence))";
const INSERT: &str =
    "INSERT INTO events VALUES ('Order', :run || '-' || :client_id, :k, (:payload)::json, '{}');\n";
const SELECT: &str = "SELECT payload FROM events WHERE aggregate_type = 'Order' AND aggregate_id = :run || '-' || :client_id AND sequence > :k - 10;\n";

/// Which reference.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// One row a commit.
    Insert,
    /// The same after reading ten rows.
    SelectInsert,
}

/// Runs `pgbench` for so long with so many clients.
pub(crate) async fn limit(
    server: &Server,
    which: Limit,
    clients: usize,
    seconds: u64,
) -> Result<Measured, Failed> {
    let url = fresh(server, "reference").await?;
    PgConnection::connect(&url).await?.execute(TABLE).await?;
    let script = match which {
        Limit::Insert => format!("\\set k :k + 1\n{INSERT}"),
        Limit::SelectInsert => format!("\\set k :k + 1\n{SELECT}{INSERT}"),
    };
    let (file, log) = (
        server.folder().join("limit"),
        server.folder().join("latency"),
    );
    fs::write(&file, script)?;
    let mut pgbench = server.client("pgbench");
    pgbench.args(["-n", "-M", "prepared"]);
    pgbench
        .args([
            "-c",
            &clients.to_string(),
            "-j",
            &clients.min(2).to_string(),
        ])
        .args(["-T", &seconds.to_string(), "-D", "k=0", "-D", "run=1"])
        .arg("-D")
        .arg(format!("payload={{\"data\": \"{}\"}}", "x".repeat(PAYLOAD)))
        .args(["-l", "--sampling-rate=0.2"])
        .arg(format!("--log-prefix={}", log.display()))
        .arg("-f")
        .arg(&file)
        .arg("reference");
    let said = output(pgbench).await?;
    let per_second = said
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
        .ok_or("pgbench said no rate")?;
    Ok(Measured {
        per_second,
        events_per_second: per_second,
        ..Measured::of(latencies(server)?, Duration::from_secs(seconds))
    })
}

/// An empty database of this name; one that was there is dropped.
pub(crate) async fn fresh(server: &Server, database: &str) -> Result<String, Failed> {
    let mut connection = PgConnection::connect(&server.url()).await?;
    for sql in [
        format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"),
        format!("CREATE DATABASE {database}"),
        "CHECKPOINT".to_owned(),
    ] {
        connection.execute(&*sql).await?;
    }
    Ok(server.database(database))
}

/// What the server calls itself.
pub(crate) async fn version(server: &Server) -> Result<String, Failed> {
    let mut connection = PgConnection::connect(&server.url()).await?;
    let version = sqlx::query_scalar("SELECT current_setting('server_version')");
    Ok(version.fetch_one(&mut connection).await?)
}

async fn output(mut command: Command) -> Result<String, Failed> {
    let said = command.output().await?;
    if said.status.success() {
        return Ok(String::from_utf8(said.stdout)?);
    }
    Err(format!(
        "{}: {}",
        command.as_std().get_program().display(),
        String::from_utf8_lossy(&said.stderr)
    )
    .into())
}

/// Of every fifth transaction: `pgbench` writes them to files of its own, in microseconds.
fn latencies(server: &Server) -> Result<Vec<Duration>, Failed> {
    let mut latencies = Vec::new();
    for file in fs::read_dir(server.folder())? {
        let file = file?.path();
        let is_log = |name: &str| name.starts_with("latency.");
        if !file
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(is_log)
        {
            continue;
        }
        for line in fs::read_to_string(&file)?.lines() {
            let took = line.split(' ').nth(2).and_then(|took| took.parse().ok());
            latencies.extend(took.map(Duration::from_micros));
        }
        fs::remove_file(file)?;
    }
    Ok(latencies)
}
