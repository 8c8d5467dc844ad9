//! Backups on PostgreSQL are made by its own programs: `pg_dump` takes everything as of one moment, whoever writes meanwhile.

use super::NoBackup;
use std::{path::Path, process::Stdio};
use tokio::process::Command;

/// The read models, which are folded anew.
const LEFT_OUT: &str = "--exclude-schema=beian_read";

/// Dumps the ledger and the workers' work into a file.
pub(super) async fn dump(url: &str, to: &Path) -> Result<(), NoBackup> {
    let mut command = program("pg_dump", url);
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
    let mut command = program("pg_restore", url);
    command
        .args([
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
        ])
        .arg(from);
    run("pg_restore", command).await
}

/// A program of PostgreSQL's with the address of a database. The password goes where the system does not show it to everybody.
fn program(name: &'static str, url: &str) -> Command {
    let (url, password) = without_password(url);
    let mut command = Command::new(name);
    command.arg("--dbname").arg(url).stdin(Stdio::null());
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    command
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

/// A URL without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = || {
        let (scheme, rest) = url.split_once("://")?;
        let (user, host) = rest.rsplit_once('@')?;
        let (user, password) = user.split_once(':')?;
        Some((format!("{scheme}://{user}@{host}"), decoded(password)))
    };
    parts().map_or_else(
        || (url.to_owned(), None),
        |(url, password)| (url, Some(password)),
    )
}

/// What stands behind percent signs.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(b'%');
            rest = after;
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_of_an_address() {
        for (url, shown, password) in [
            (
                "postgres://beian@127.0.0.1:5432/beian",
                "postgres://beian@127.0.0.1:5432/beian",
                None,
            ),
            (
                "postgres://beian:a%40b%25@db/beian?sslmode=require",
                "postgres://beian@db/beian?sslmode=require",
                Some("a@b%"),
            ),
            (
                "postgres://beian:50%@db/b",
                "postgres://beian@db/b",
                Some("50%"),
            ),
        ] {
            let expected = (shown.to_owned(), password.map(str::to_owned));
            assert_eq!(without_password(url), expected, "{url}");
        }
    }
}
