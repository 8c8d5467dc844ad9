//! A place for an office: a folder, a ledger's address, the programs; and the office itself as a process.

mod numbers;
mod programs;

pub use programs::Programs;

use crate::{
    Failed,
    client::{Answer, Connection, Question, Told},
};
use numbers::is_at_the_head;
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use test_database::server::signal;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{sleep, timeout},
};

/// How long an office may take to be ready, or to stop.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long nobody asks whether it is ready yet.
const PAUSE: Duration = Duration::from_millis(2);

/// A place for one office.
#[derive(Debug)]
pub struct Site {
    folder: TempDir,
    ledger: String,
    programs: Programs,
    more: Vec<(&'static str, String)>,
}

impl Site {
    /// A fresh place on SQLite.
    pub fn sqlite(programs: &Programs) -> Result<Self, Failed> {
        let folder = tempfile::tempdir()?;
        let ledger = format!("sqlite://{}/ledger.sqlite", folder.path().display());
        Self::new(programs, folder, ledger)
    }

    /// A fresh place with its ledger at an address where there is none yet: an empty PostgreSQL database, a path.
    pub fn at(programs: &Programs, url: &str) -> Result<Self, Failed> {
        Self::new(programs, tempfile::tempdir()?, url.to_owned())
    }

    fn new(programs: &Programs, folder: TempDir, ledger: String) -> Result<Self, Failed> {
        fs::write(
            folder.path().join("registers.toml"),
            fixtures::reference::REGISTERS,
        )?;
        let programs = programs.clone();
        Ok(Self {
            folder,
            ledger,
            programs,
            more: Vec::new(),
        })
    }

    /// With another setting of the office.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.more.push((name, value.into()));
        self
    }

    /// The folder, which goes when this is dropped.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The ledger's address.
    pub fn ledger(&self) -> &str {
        &self.ledger
    }

    /// The store that it is on: `sqlite` or `postgres`.
    pub fn store(&self) -> &str {
        self.ledger.split(':').next().unwrap_or_default()
    }

    /// The file with the key for personal values.
    pub fn key_file(&self) -> PathBuf {
        self.folder().join("encryption.key")
    }

    /// The list of erasures.
    pub fn erasures_file(&self) -> PathBuf {
        self.folder().join("erasures.list")
    }

    /// What the offices here have written to their error streams.
    pub fn log(&self) -> Result<String, Failed> {
        Ok(fs::read_to_string(self.folder().join("office.log"))?)
    }

    /// `beian`, with nothing of the caller's environment but where programs are.
    pub fn beian(&self, arguments: &[&str]) -> Command {
        let folder = self.folder();
        let mut command = Command::new(&self.programs.beian);
        command
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("BEIAN_LEDGER", &self.ledger)
            .env("BEIAN_SECRET_FILE", folder.join("office.key"))
            .env("BEIAN_KEY_FILE", self.key_file())
            .env("BEIAN_ERASURES_FILE", self.erasures_file())
            .env("BEIAN_REGISTERS", folder.join("registers.toml"))
            .env("BEIAN_MATERIALS", folder.join("materials"))
            .env("BEIAN_LISTEN", "127.0.0.1:0")
            .env("RUST_LOG", "warn")
            .envs(self.more.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// The last thing that an office here had to say.
    pub fn last_words(&self) -> String {
        let log = self.log().unwrap_or_default();
        log.lines().last().unwrap_or_default().to_owned()
    }

    /// An operator's token, issued at the machine. No office may be running on a SQLite ledger.
    pub async fn operator(&self) -> Result<String, Failed> {
        let issued = self
            .beian(&["token", "issue", "operator", "--holder", "o-1"])
            .output()
            .await?;
        let said = String::from_utf8(issued.stdout)?;
        let token = said.lines().find_map(|line| line.strip_prefix("token  "));
        token
            .map(str::to_owned)
            .ok_or_else(|| format!("no token: {}", String::from_utf8_lossy(&issued.stderr)).into())
    }

    /// Takes a backup into a new folder, beside an office that may run.
    pub async fn back_up(&self, folder: &Path) -> Result<(), Failed> {
        let folder = folder.display().to_string();
        self.done(&["backup", &folder]).await.map(drop)
    }

    /// Restores a backup of another place here, with the keys and the list of erasures from there, and has it verified.
    pub async fn restore(&self, folder: &Path, from: &Self) -> Result<(), Failed> {
        for name in ["office.key", "encryption.key", "erasures.list"] {
            if from.folder().join(name).exists() {
                fs::copy(from.folder().join(name), self.folder().join(name))?;
            }
        }
        let folder = folder.display().to_string();
        self.done(&["restore", &folder, "--verify"]).await.map(drop)
    }

    /// What `beian` says when it has done something.
    async fn done(&self, arguments: &[&str]) -> Result<String, Failed> {
        let ended = self.beian(arguments).output().await?;
        if ended.status.success() {
            return Ok(String::from_utf8(ended.stdout)?);
        }
        let said = [ended.stdout, ended.stderr].concat();
        Err(format!(
            "{}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&said)
        )
        .into())
    }

    /// Starts an office and waits until it is ready.
    pub async fn start(&self) -> Result<Office, Failed> {
        self.start_with(&[]).await
    }

    /// The same with more settings: one of several nodes.
    pub async fn start_with(&self, more: &[(&str, &str)]) -> Result<Office, Failed> {
        let begun = Instant::now();
        let mut process = self
            .beian(&["serve"])
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .stderr(self.log_file()?)
            .spawn()?;
        let greeting = process.stdout.take().ok_or("its output is piped")?;
        let mut greeting = BufReader::new(greeting).lines();
        let line = timeout(PATIENCE, greeting.next_line()).await??;
        let Some(line) = line else {
            return Err(format!("the office did not start: {}", self.last_words()).into());
        };
        let at = line
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split(',').next());
        let at: SocketAddr = at.ok_or("a greeting names the address")?.parse()?;
        let mut asks = Connection::new("");
        while !is_ready(&asks.ask(at, &Question::get("/readyz")).await) {
            if begun.elapsed() > PATIENCE {
                return Err("the office listens and is not ready".into());
            }
            sleep(PAUSE).await;
        }
        Ok(Office {
            process,
            at,
            ready_after: begun.elapsed(),
        })
    }

    /// Starts an office and kills it after a while, ready or not.
    pub async fn start_and_kill(&self, after: Duration) -> Result<(), Failed> {
        let mut process = self
            .beian(&["serve"])
            .stdout(Stdio::null())
            .stderr(self.log_file()?)
            .spawn()?;
        sleep(after).await;
        Ok(process.kill().await?)
    }

    fn log_file(&self) -> Result<File, Failed> {
        let path = self.folder().join("office.log");
        Ok(File::options().create(true).append(true).open(path)?)
    }

    /// What the replay tool makes of the ledger and the read models: its findings, none if all is well.
    pub async fn second_opinion(&self) -> Result<Vec<String>, Failed> {
        let verified = Command::new(&self.programs.replay_tool)
            .args(["--json", "verify"])
            .env_clear()
            .env("BEIAN_LEDGER", &self.ledger)
            .env("BEIAN_KEY_FILE", self.key_file())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await?;
        let said = String::from_utf8(verified.stdout)?;
        let mut lines: Vec<_> = said.lines().map(str::to_owned).collect();
        let summary: Value = lines
            .pop()
            .as_deref()
            .map_or(Ok(Value::Null), serde_json::from_str)?;
        let read_models = summary["read_models"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        let left_out = |model: &&Value| model["rows"].is_null();
        lines.extend(read_models.iter().filter(left_out).map(Value::to_string));
        if read_models.is_empty() || (lines.is_empty() && !verified.status.success()) {
            let why = String::from_utf8_lossy(&verified.stderr).into_owned();
            lines.push(format!("the replay tool could not verify: {why}"));
        }
        Ok(lines)
    }
}

fn is_ready(told: &Told) -> bool {
    matches!(told, Told::Answered(Answer { status: 200, .. }))
}

/// An office that runs, until it is killed, stopped or dropped.
#[derive(Debug)]
pub struct Office {
    process: Child,
    /// Where it listens.
    pub at: SocketAddr,
    /// How long it took from its start until it was ready.
    pub ready_after: Duration,
}

impl Office {
    /// Its process; none, once it has ended.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// `kill -9`.
    pub async fn kill(&mut self) -> Result<(), Failed> {
        Ok(self.process.kill().await?)
    }

    /// Stops it as an operator does, by SIGTERM.
    pub async fn stop(&mut self) -> Result<(), Failed> {
        if let Some(id) = self.process.id() {
            signal("TERM", id).await?;
        }
        let ended = timeout(PATIENCE, self.process.wait()).await??;
        if ended.success() {
            Ok(())
        } else {
            Err(format!("the office ended with {ended}").into())
        }
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Waits until every read model has folded, and every worker that this office has in hand has planned, up to the head.
    pub async fn caught_up(&self) -> Result<(), Failed> {
        let begun = Instant::now();
        let mut asks = Connection::new("");
        loop {
            let told = asks.ask(self.at, &Question::get("/metrics")).await;
            if let Told::Answered(answer) = &told {
                let numbers = answer.body.as_str().unwrap_or_default();
                if is_at_the_head(numbers) {
                    return Ok(());
                }
            }
            if begun.elapsed() > PATIENCE * 4 {
                return Err(
                    format!("the read models or the workers do not catch up: {told:?}").into(),
                );
            }
            sleep(PAUSE * 10).await;
        }
    }

    /// Opens an account and issues a token for its applicant.
    pub async fn applicant(
        &self,
        operator: &mut Connection,
        number: usize,
    ) -> Result<Applicant, Failed> {
        let contacts = json!({"contacts": {"mobile": format!("138{number:08}"), "email": format!("owner-{number}@example.com")}});
        let mut post = async |path: &str, body: Value| {
            let question = Question {
                method: "POST",
                path: path.to_owned(),
                key: None,
                body,
            };
            match operator.ask(self.at, &question).await {
                Told::Answered(answer) if answer.status == 201 => Ok(answer.body),
                other => Err(Failed::from(format!("{path}: {other:?}"))),
            }
        };
        let account = post("/v1/accounts", contacts).await?;
        let account = account["account"]
            .as_str()
            .ok_or("an account has an id")?
            .to_owned();
        let grant = json!({"role": "applicant", "channel": "pc", "account": account});
        let token = post("/v1/tokens", grant).await?;
        let token = token["token"]
            .as_str()
            .ok_or("a token is shown")?
            .to_owned();
        Ok(Applicant { account, token })
    }
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct Applicant {
    /// The account's id.
    pub account: String,
    /// The token.
    pub token: String,
}

impl Applicant {
    /// The name by which decisions know this caller.
    pub fn who(&self) -> String {
        format!("applicant:{}", self.account)
    }
}
