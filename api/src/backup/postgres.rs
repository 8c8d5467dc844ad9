//! Backups on PostgreSQL are made by its own programs: `pg_dump` takes everything as of one moment, whoever writes meanwhile.

use super::NoBackup;
use percent_encoding::percent_decode_str;
use std::{collections::BTreeMap, path::Path, process::Stdio};
use tokio::process::Command;
use url::Url;

/// The read models, which are folded anew.
const LEFT_OUT: &str = "--exclude-schema=beian_read";

/// Dumps the ledger and the workers' work into a file.
pub(super) async fn dump(url: &str, to: &Path) -> Result<(), NoBackup> {
    let mut command = program("pg_dump", url)?;
    command
        .args(["--format=custom", "--no-owner", "--no-privileges", LEFT_OUT])
        .arg("--file")
        .arg(to);
    run("pg_dump", command).await?;
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .map_err(super::at(to))
}

/// Restores a dump into an empty database, whole or not at all.
pub(super) async fn restore(url: &str, from: &Path) -> Result<(), NoBackup> {
    let mut command = program("pg_restore", url)?;
    command
        .args([
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            // Without a database it would only write a script: this one says that there is one, and the environment says which.
            "--dbname=application_name=beian",
        ])
        .arg(from);
    run("pg_restore", command).await
}

/// A program of PostgreSQL's that is told by its environment where the database is: arguments are shown to everybody on the machine.
fn program(name: &'static str, url: &str) -> Result<Command, NoBackup> {
    let told = environment(url).map_err(|why| NoBackup::Program { program: name, why })?;
    let mut command = Command::new(name);
    command.stdin(Stdio::null());
    if told.contains_key("PGHOST") {
        command.env_remove("PGHOSTADDR");
    }
    command.envs(told);
    Ok(command)
}

async fn run(program: &'static str, mut command: Command) -> Result<(), NoBackup> {
    let failed = |why: String| NoBackup::Program { program, why };
    let ended = command.output().await.map_err(|why| match why.kind() {
        std::io::ErrorKind::NotFound => {
            failed("it is not in PATH; install PostgreSQL's client programs".to_owned())
        }
        _ => failed(why.to_string()),
    })?;
    if ended.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    Err(failed(said.trim().to_owned()))
}

/// What an address says, as PostgreSQL's programs read it. The ledger's own driver knows the same parameters.
fn environment(url: &str) -> Result<BTreeMap<&'static str, String>, String> {
    // What is wrong with it is not quoted: it may hold the password.
    let url = Url::parse(url).map_err(|why| {
        format!("`ledger` is no address of the form postgres://<user>@<host>/<database>: {why}")
    })?;
    let mut told = BTreeMap::new();
    let port = url.port().map(|port| port.to_string());
    for (name, value) in [
        ("PGHOST", url.host_str()),
        ("PGPORT", port.as_deref()),
        ("PGUSER", Some(url.username())),
        ("PGPASSWORD", url.password()),
        ("PGDATABASE", Some(url.path().trim_start_matches('/'))),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            told.insert(
                name,
                percent_decode_str(value).decode_utf8_lossy().into_owned(),
            );
        }
    }
    for (key, value) in url.query_pairs() {
        let name = match &*key {
            "host" | "hostaddr" => "PGHOST",
            "port" => "PGPORT",
            "user" => "PGUSER",
            "password" => "PGPASSWORD",
            "dbname" => "PGDATABASE",
            "sslmode" | "ssl-mode" => "PGSSLMODE",
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
            "sslcert" | "ssl-cert" => "PGSSLCERT",
            "sslkey" | "ssl-key" => "PGSSLKEY",
            "options" => "PGOPTIONS",
            _ => continue,
        };
        told.insert(name, value.into_owned());
    }
    if let Some(host) = told.get_mut("PGHOST") {
        // An address of version 6 stands in brackets in a URL only.
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        if let Some(bare) = bare.map(str::to_owned) {
            *host = bare;
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_by_the_environment() {
        for (url, expected) in [
            (
                "postgres://beian@127.0.0.1:5432/beian",
                "PGDATABASE=beian PGHOST=127.0.0.1 PGPORT=5432 PGUSER=beian",
            ),
            (
                "postgres://beian:a%40b%25@db/beian?sslmode=require",
                "PGDATABASE=beian PGHOST=db PGPASSWORD=a@b% PGSSLMODE=require PGUSER=beian",
            ),
            (
                "postgresql://beian@db/b?password=p@ss%20word&application_name=x",
                "PGDATABASE=b PGHOST=db PGPASSWORD=p@ss word PGUSER=beian",
            ),
            (
                "postgres:///b?host=/run/postgresql&user=me&port=1",
                "PGDATABASE=b PGHOST=/run/postgresql PGPORT=1 PGUSER=me",
            ),
            ("postgres://[::1]/b", "PGDATABASE=b PGHOST=::1"),
            (
                "postgres://u@%2Frun%2Fpg/b",
                "PGDATABASE=b PGHOST=/run/pg PGUSER=u",
            ),
        ] {
            let told: Vec<_> = environment(url)
                .unwrap()
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            assert_eq!(told.join(" "), expected, "{url}");
        }
    }

    #[test]
    fn no_argument_holds_the_password() {
        for url in [
            "postgres://u:secret@db/b",
            "postgres://u@db/b?password=secret",
        ] {
            let command = program("pg_dump", url).unwrap();
            assert!(!command.as_std().get_args().any(|_| true), "{url}");
        }
        let refused = environment("postgres://u:secret@[/b").unwrap_err();
        assert!(!refused.contains("secret"), "{refused}");
    }
}
