//! The demo: an office that one can walk into, with one filing done and a token for every role.

use crate::{
    auth,
    commands::order_ask,
    config::{Config, Log, NoStart, Ports},
    keys,
    office::{Office, random},
    problem::Problem,
    request, story,
};
use domain::{
    access::Grant,
    account::Contacts,
    context::{Actor, Channel, Role},
    desk::Command,
    order::{Order, Request},
    values::{AccountId, OrderId, StaffId},
};
use ledger::Terms;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    net::SocketAddr,
    path::Path,
};

/// What the registers of the demo know.
const REGISTERS: &str = include_str!("demo/registers.toml");

/// What whoever tries the demo needs to know; kept beside its ledger, readable by its owner only.
#[derive(Debug, Serialize, Deserialize)]
pub struct Card {
    /// The account whose filings the applicant's token shows.
    pub account: String,
    /// Its order.
    pub order: String,
    /// A token a role.
    pub tokens: BTreeMap<String, String>,
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
    /// The office said no to its own story.
    #[error("the demo's story was refused: {0}")]
    Story(String),
}

impl From<Problem> for NoDemo {
    fn from(problem: Problem) -> Self {
        Self::Story(serde_json::to_string(problem.document()).unwrap_or_default())
    }
}

/// Opens the demo in a folder: makes and seeds it the first time, finds it as it was left after that.
///
/// # Errors
/// See [`NoDemo`].
pub async fn open(folder: &Path, listen: SocketAddr) -> Result<(Office, Card), NoDemo> {
    fs::create_dir_all(folder)?;
    let registers = folder.join("registers.toml");
    if !registers.try_exists()? {
        fs::write(&registers, REGISTERS)?;
    }
    let config = Config {
        ledger: format!("sqlite://{}", folder.join("ledger.sqlite").display()),
        listen,
        secret_file: folder.join("office.key"),
        key_file: folder.join("encryption.key"),
        registers: Some(registers),
        materials: folder.join("materials"),
        log: Log::Pretty,
        ports: Ports {
            simulate: true,
            ..Ports::default()
        },
        ..Config::default()
    };
    let office = config.open().await?;
    let path = folder.join("card.json");
    if path.try_exists()? {
        return Ok((office, serde_json::from_str(&fs::read_to_string(path)?)?));
    }
    let card = seed(&office).await?;
    keys::private(&path)?.write_all(serde_json::to_string_pretty(&card)?.as_bytes())?;
    Ok((office, card))
}

/// Opens an account, plays its first filing to the end, and issues a token a role.
async fn seed(office: &Office) -> Result<Card, NoDemo> {
    let filed = open_account(office).await?;
    let order = play(office, filed).await?;
    let mut tokens = BTreeMap::new();
    for (name, role, channel) in [
        ("applicant", Role::Applicant, Channel::Pc),
        ("reviewer", Role::Reviewer, Channel::Pc),
        ("support", Role::Support, Channel::Pc),
        ("auditor", Role::Auditor, Channel::Pc),
        ("bureau", Role::Bureau, Channel::System),
        ("operator", Role::Operator, Channel::System),
    ] {
        let grant = Grant {
            role,
            account: (role == Role::Applicant).then_some(filed),
            holder: (role != Role::Applicant)
                .then(|| StaffId::parse(&format!("{name}-1")).ok())
                .flatten(),
            channel,
        };
        let token = auth::issue(office, Office::operator(), grant).await?;
        tokens.insert(name.to_owned(), token.reveal().to_owned());
    }
    Ok(Card {
        account: filed.to_string(),
        order: order.to_string(),
        tokens,
    })
}

/// Opens an account by the way that operators have.
///
/// # Errors
/// The ledger does not answer.
pub async fn open_account(office: &Office) -> Result<AccountId, Problem> {
    let contacts: Contacts =
        request::parse(json!({"mobile": "13800138000", "email": "owner@example.com"}))?;
    let context = office.context(Office::operator());
    let account = AccountId::new(context.at, random().map_err(|_| Problem::unavailable())?);
    let receipt = office
        .execute(
            &Command::OpenAccount { account, contacts },
            &context,
            &Terms::default(),
        )
        .await?;
    receipt
        .outcome
        .map_err(|refusal| Problem::refused(&refusal, Some(receipt.position)))?;
    Ok(account)
}

/// Plays the story through the desk, as whoever speaks in it.
async fn play(office: &Office, account: AccountId) -> Result<OrderId, NoDemo> {
    let at = office.context(Office::operator()).at;
    let order = OrderId::new(at, random().map_err(|_| Problem::unavailable())?);
    for step in story::first_filing()? {
        let state = office
            .ledger
            .load::<Order>(&order.to_string())
            .await
            .map_err(Problem::from)?
            .state;
        let request: Request = request::parse(story::filled(&step.say, &state, office))?;
        let id = if step.by == Role::Applicant {
            format!("applicant:{account}")
        } else {
            "demo".to_owned()
        };
        let context = office.context(Actor {
            id,
            role: step.by,
            channel: if step.by == Role::Lead {
                Channel::App
            } else {
                Channel::Pc
            },
        });
        let command = order_ask(office, (order, account), request).await?;
        let receipt = office
            .execute(&command, &context, &Terms::default())
            .await?;
        receipt
            .outcome
            .map_err(|refusal| Problem::refused(&refusal, Some(receipt.position)))?;
    }
    Ok(order)
}
