//! A PostgreSQL server of one's own: durable, on loopback, gone afterwards; and it can be killed.

use crate::{Failed, site::signal};
use std::{
    fs::File,
    hash::{BuildHasher, RandomState},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);
/// How many ports are tried.
const TRIES: usize = 20;

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    /// `None`: it was killed.
    process: Option<Child>,
}

impl Server {
    /// Starts one with fsync on, as one keeps what must not be lost.
    pub async fn start() -> Result<Self, Failed> {
        let programs = programs()?;
        let folder = tempfile::tempdir()?;
        let mut command = as_owner(&programs.join("initdb"), folder.path()).await?;
        let made = command
            .args([
                "--pgdata=data",
                "--username=beian",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ])
            .output()
            .await?;
        if !made.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        let mut server = Self {
            programs,
            folder,
            port: 0,
            process: None,
        };
        for _ in 0..TRIES {
            // Below Linux's ephemeral range, so that no outgoing connection sits on it.
            server.port = 20_000 + u16::try_from(RandomState::new().hash_one(()) % 12_000)?;
            match server.restart().await {
                Ok(_) => return Ok(server),
                Err(why) if server.last_words().contains("could not bind") => drop(why),
                Err(why) => return Err(format!("PostgreSQL did not start: {why}").into()),
            }
        }
        Err("PostgreSQL found no free port".into())
    }

    /// Where it is: a URL whose role may create databases.
    pub fn url(&self) -> String {
        format!("postgres://beian@127.0.0.1:{}/postgres", self.port)
    }

    /// Kills the postmaster by SIGKILL. Its children notice by themselves, and end.
    pub async fn kill(&mut self) -> Result<(), Failed> {
        let mut process = self.process.take().ok_or("it was killed before")?;
        Ok(process.kill().await?)
    }

    /// Starts it again on the same data; answers how long that took, recovery included.
    pub async fn restart(&mut self) -> Result<Duration, Failed> {
        let begun = Instant::now();
        loop {
            let mut process = self.launch().await?;
            while matches!(process.try_wait(), Ok(None)) {
                if self.is_ready().await? {
                    self.process = Some(process);
                    return Ok(begun.elapsed());
                }
                if begun.elapsed() > PATIENCE {
                    return Err("PostgreSQL is not ready in time".into());
                }
                sleep(PAUSE).await;
            }
            // Until the last child of a killed postmaster has ended, its shared memory stands in the way.
            let words = self.last_words();
            if begun.elapsed() > PATIENCE
                || !(words.contains("shared memory") || words.contains("HINT"))
            {
                return Err(words.into());
            }
            sleep(PAUSE).await;
        }
    }

    async fn launch(&self) -> Result<Child, Failed> {
        let folder = self.folder.path();
        let mut command = as_owner(&self.programs.join("postgres"), folder).await?;
        command
            .args(["-D", "data", "-p", &self.port.to_string()])
            .args(["-c", "listen_addresses=127.0.0.1", "-c"])
            .arg(format!("unix_socket_directories={}", folder.display()))
            .args([
                "-c",
                "max_connections=200",
                "-c",
                "jit=off",
                "-c",
                "shared_buffers=256MB",
            ])
            .stdout(Stdio::null())
            .stderr(File::create(folder.join("server.log"))?);
        Ok(command.spawn()?)
    }

    async fn is_ready(&self) -> Result<bool, Failed> {
        let asked = Command::new(self.programs.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
            .status();
        Ok(asked.await?.success())
    }

    fn last_words(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// Stops it: sessions are cut off, nothing is waited for.
    pub async fn stop(mut self) -> Result<(), Failed> {
        if let Some(mut process) = self.process.take() {
            if let Some(id) = process.id() {
                signal("INT", id).await?;
            }
            timeout(PATIENCE, process.wait()).await??;
        }
        Ok(())
    }
}

/// The folder of the server programs: that of the first `initdb` in PATH, else the newest that Debian has installed.
fn programs() -> Result<PathBuf, Failed> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"));
    let mut installed: Vec<_> = installed.collect();
    installed.sort();
    std::env::split_paths(&path)
        .chain(installed.into_iter().rev())
        // What stands in PATH may be a link: the other programs are where it leads.
        .find_map(|folder| {
            Some(
                folder
                    .join("initdb")
                    .canonicalize()
                    .ok()?
                    .parent()?
                    .to_owned(),
            )
        })
        .ok_or_else(|| "PostgreSQL's initdb is missing: run ./test once, it installs it".into())
}

/// A program in a folder that ends with this one. PostgreSQL refuses to run as root, so root steps down to an ordinary user.
async fn as_owner(program: &Path, folder: &Path) -> Result<Command, Failed> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if number(&["-u"]).await.as_deref() == Some("0") {
        let (mut owner, mut group) = ("postgres", number(&["-g", "postgres"]).await);
        if group.is_none() {
            (owner, group) = ("nobody", number(&["-g", "nobody"]).await);
        }
        let group = group.ok_or("there is no ordinary user to run PostgreSQL as")?;
        Command::new("chown")
            .arg(owner)
            .arg(folder)
            .status()
            .await?;
        command.args(["--reuid", owner, "--regid", &group, "--clear-groups"]);
    }
    command
        .arg("--")
        .arg(program)
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    Ok(command)
}

async fn number(of: &[&str]) -> Option<String> {
    let said = Command::new("id")
        .args(of)
        .stderr(Stdio::null())
        .output()
        .await
        .ok()?;
    said.status
        .success()
        .then(|| String::from_utf8_lossy(&said.stdout).trim().to_owned())
}
