//! The demo: an office that one can walk into. Its orders are those of `fixtures`' stories, told through the same desk that
//! answers requests, and each has an account with a token; so has every role of the house.

mod teller;

use crate::{
    auth,
    clock::Clock,
    config::{Config, Log, NoStart, Ports},
    keys,
    office::Office,
    problem::Problem,
};
use domain::{
    access::Grant,
    context::{Channel, Role},
    law::Law,
    values::{AccountId, StaffId},
};
use fixtures::{
    play::{Astray, Setting, play_in},
    reference::REGISTERS,
    scenario::ScenarioError,
    seed::{SEEDS, together},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use teller::Teller;

/// What whoever tries the demo needs to know; kept beside its ledger, readable by its owner only.
#[derive(Debug, Serialize, Deserialize)]
pub struct Card {
    /// The orders that it opened with.
    pub orders: Vec<Told>,
    /// A token a role of the house.
    pub tokens: BTreeMap<String, String>,
}

/// An order of the demo.
#[derive(Debug, Serialize, Deserialize)]
pub struct Told {
    /// Where it stood when the demo opened, in a word.
    pub stood: String,
    /// Its account.
    pub account: String,
    /// The order.
    pub order: String,
    /// The token of its applicant.
    pub token: String,
}

/// The demo cannot start.
#[derive(Debug, thiserror::Error)]
pub enum NoDemo {
    /// The service cannot.
    #[error("{0}")]
    Start(#[from] NoStart),
    /// Its folder cannot be used.
    #[error("the demo's folder cannot be used: {0}")]
    Folder(#[from] io::Error),
    /// Its card is not one.
    #[error("the demo's card cannot be read: {0}; remove the folder and start again")]
    Card(#[from] serde_json::Error),
    /// It has a ledger and no card.
    #[error(
        "the demo in {0} was not finished when it was first opened: remove the folder and start again"
    )]
    Unfinished(PathBuf),
    /// A story cannot be read.
    #[error("a story of the demo cannot be read: {0}")]
    Story(#[from] ScenarioError),
    /// The office decided otherwise than its own stories tell.
    #[error("a story of the demo went another way than it is told: {0}")]
    Astray(#[from] Astray),
    /// The office did not answer.
    #[error("the demo's office did not answer: {0}")]
    Office(String),
}

impl From<Problem> for NoDemo {
    fn from(problem: Problem) -> Self {
        Self::Office(said(&problem))
    }
}

/// A problem in one line.
fn said(problem: &Problem) -> String {
    serde_json::to_string(problem.document()).unwrap_or_default()
}

/// How the demo in a folder is set up.
fn config(folder: &Path, listen: SocketAddr) -> Config {
    Config {
        ledger: format!("sqlite://{}", folder.join("ledger.sqlite").display()),
        listen,
        secret_file: folder.join("office.key"),
        key_file: folder.join("encryption.key"),
        erasures_file: folder.join("erasures.list"),
        registers: Some(folder.join("registers.toml")),
        materials: folder.join("materials"),
        log: Log::Pretty,
        ports: Ports {
            simulate: true,
            ..Ports::default()
        },
        ..Config::default()
    }
}

/// Opens the demo in a folder: makes it and tells its stories the first time, finds it as it was left after that.
///
/// # Errors
/// See [`NoDemo`].
pub async fn open(folder: &Path, listen: SocketAddr) -> Result<(Office, Card), NoDemo> {
    fs::create_dir_all(folder)?;
    let (config, path) = (config(folder, listen), folder.join("card.json"));
    let card = if path.try_exists()? {
        serde_json::from_str(&fs::read_to_string(path)?)?
    } else if folder.join("ledger.sqlite").try_exists()? {
        return Err(NoDemo::Unfinished(folder.to_owned()));
    } else {
        fs::write(folder.join("registers.toml"), REGISTERS)?;
        let card = seed(&config, Timestamp::now()).await?;
        keys::private(&path)?.write_all(serde_json::to_string_pretty(&card)?.as_bytes())?;
        card
    };
    // Only now, so that nobody is told of what happened before.
    Ok((config.open().await?, card))
}

/// Tells the stories so that they end at `now`, by a clock that goes along with them, and issues the tokens.
async fn seed(config: &Config, now: Timestamp) -> Result<Card, NoDemo> {
    let (story, length) = together()?;
    let begin = now - length;
    let time = Arc::new(Mutex::new(begin));
    let clock = {
        let time = Arc::clone(&time);
        Clock::Given(Arc::new(move || {
            *time.lock().unwrap_or_else(PoisonError::into_inner)
        }))
    };
    let office = config.without_workers(clock).await?;
    let mut teller = Teller::new(&office, Arc::clone(&time));
    for seed in SEEDS {
        teller.open_account(seed).await?;
    }
    let setting = Setting {
        law: Law::standing(),
        secret: Arc::clone(&office.secret),
        begin,
    };
    play_in(&story, &teller, &setting).await?;
    teller.is(now);
    let mut orders = Vec::new();
    for seed in SEEDS {
        let account = teller.account(seed.account());
        orders.push(Told {
            stood: seed.name.to_owned(),
            account: account.to_string(),
            order: teller.known(seed.order()).to_string(),
            token: token(&office, Role::Applicant, Some(account)).await?,
        });
    }
    let mut tokens = BTreeMap::new();
    for role in [
        Role::Reviewer,
        Role::Support,
        Role::Auditor,
        Role::Bureau,
        Role::Operator,
    ] {
        tokens.insert(
            auth::role_name(role).to_owned(),
            token(&office, role, None).await?,
        );
    }
    office.ledger.close().await;
    Ok(Card { orders, tokens })
}

/// Issues a token: an applicant's of an account, or one of the house, whose holder is the first of the role.
async fn token(office: &Office, role: Role, account: Option<AccountId>) -> Result<String, NoDemo> {
    let holder = StaffId::parse(&holder(role)).ok();
    let grant = Grant {
        role,
        account,
        holder: holder.filter(|_| account.is_none()),
        channel: match role {
            Role::Bureau | Role::Operator => Channel::System,
            _ => Channel::Pc,
        },
    };
    let token = auth::issue(office, Office::operator(), grant).await?;
    Ok(token.reveal().to_owned())
}

/// Who of a role is here.
fn holder(role: Role) -> String {
    format!("{}-1", auth::role_name(role))
}

/// What is said to whoever opened the demo.
pub struct Welcome<'c> {
    /// Where it listens.
    pub at: SocketAddr,
    /// Its folder.
    pub folder: &'c Path,
    /// Its card.
    pub card: &'c Card,
}

impl fmt::Display for Welcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, folder, card } = self;
        writeln!(f, "The office is open (已启动): http://{at}\n")?;
        writeln!(
            f,
            "Orders, each of an account of its own (订单及其账号的令牌):"
        )?;
        for told in &card.orders {
            writeln!(f, "  {:<11} {}  {}", told.stood, told.order, told.token)?;
        }
        writeln!(f, "\nThe house (内部人员的令牌):")?;
        for (role, token) in &card.tokens {
            writeln!(f, "  {role:<11} {token}")?;
        }
        let Some(first) = card.orders.first() else {
            return Ok(());
        };
        let (ledger, key) = (folder.join("ledger.sqlite"), folder.join("encryption.key"));
        writeln!(f, "\nThree things to try (可以试试):")?;
        writeln!(
            f,
            "  how a filing went, refusals included (一次备案的全过程):\n    curl -s -H 'Authorization: Bearer {}' http://{at}/v1/orders/{}/history",
            first.token, first.order
        )?;
        writeln!(
            f,
            "  what else can be asked (接口文档):\n    http://{at}/docs"
        )?;
        write!(
            f,
            "  why it ended so (为何如此; --lang zh):\n    cargo run --release --bin replay-tool -- why {} --ledger {} --key-file {}",
            first.order,
            quoted(&format!("sqlite://{}", ledger.display())),
            quoted(&key.display().to_string())
        )
    }
}

/// As a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/:._-".contains(c));
    if is_plain {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_a_space_is_still_one_word() {
        assert_eq!(quoted("sqlite://a-b/c.sqlite"), "sqlite://a-b/c.sqlite");
        assert_eq!(quoted("it's here"), r"'it'\''s here'");
    }
}
