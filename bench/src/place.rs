//! A place for an office that is measured: the real program with its files, its accounts and tokens there already.

use crate::{Failed, lives::Life, spoken::applicant};
use domain::{
    access::Grant,
    context::{Actor, Channel, Context, Role, Witness},
    desk::Command,
    law::Law,
    secret::Secret,
    values::{AccountId, StaffId},
};
use fixtures::play::BEGIN;
use ledger::{KeyRing, Ledger, Settings, Terms};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::task::JoinSet;
use torture::site::{Programs, Site};

/// What personal values are sealed with here.
const KEY: [u8; 32] = [7; 32];
/// The secret of the lives, from which codes and digests come.
const SECRET: [u8; 32] = [42; 32];
/// The same.
pub(crate) static OFFICE_SECRET: Secret = Secret::new(SECRET);
/// How many decide at the same time while a place is made ready.
const HANDS: usize = 64;
/// How many of each kind work here.
const DESKS: usize = 16;

/// Somebody who works at the office.
#[derive(Clone, Copy)]
pub(crate) struct Staff {
    role: Role,
    desk: usize,
}

impl Staff {
    /// Who looks after the life with this number.
    pub(crate) fn of(role: Role, number: usize) -> Self {
        let desk = number % DESKS;
        Self { role, desk }
    }

    /// The id that decisions know them by.
    pub(crate) fn name(self) -> String {
        let letter = match self.role {
            Role::Reviewer => 'r',
            Role::Bureau => 'b',
            Role::System => 's',
            Role::Support => 'h',
            Role::Operator | Role::Applicant | Role::Lead | Role::Auditor | Role::Target => 'o',
        };
        format!("{letter}-{}", self.desk)
    }

    fn grant(self) -> Result<Grant, Failed> {
        Ok(Grant {
            role: self.role,
            account: None,
            holder: Some(StaffId::parse(&self.name())?),
            channel: match self.role {
                Role::System | Role::Bureau => Channel::System,
                _ => Channel::Pc,
            },
        })
    }
}

/// The token that goes by a name.
pub(crate) fn token(name: &str) -> String {
    format!("beian_{}", hex::encode(Sha256::digest(name)))
}

/// What ledgers here are opened with.
pub(crate) fn settings() -> Settings {
    Settings::new(KeyRing::from_bytes(KEY))
}

/// A place whose ledger is at this address; on SQLite in its own folder, if none is given.
pub(crate) fn place(
    programs: &Programs,
    url: Option<&str>,
    lives: &[Life],
) -> Result<Site, Failed> {
    let site = match url {
        Some(url) => Site::at(programs, url)?,
        None => Site::sqlite(programs)?,
    };
    let folder = site.folder();
    for (name, bytes) in [("office.key", SECRET), ("encryption.key", KEY)] {
        let path = folder.join(name);
        fs::write(&path, hex::encode(bytes))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    }
    fs::write(folder.join("registers.toml"), registers(lives)?)?;
    // Leads come through a proxy that says whose they are. No gateway is connected: what would be sent becomes a dead letter,
    // and a line of the log for each would be measured as well.
    Ok(site
        .with("BEIAN_TRUSTED_PROXIES", "[\"127.0.0.1\"]")
        .with("RUST_LOG", "error"))
}

/// What the registers know of all these lives.
fn registers(lives: &[Life]) -> Result<String, Failed> {
    let mut all = Map::new();
    for life in lives {
        for (register, entries) in life.records.as_object().into_iter().flatten() {
            let known = all.entry(register.clone());
            let known = known.or_insert_with(|| Value::Object(Map::new()));
            if let (Some(known), Some(entries)) = (known.as_object_mut(), entries.as_object()) {
                known.extend(entries.clone());
            }
        }
    }
    Ok(toml::to_string(&all)?)
}

/// Opens the accounts of these lives on a ledger that nobody else has open, and issues tokens to their owners and to staff.
pub(crate) async fn seed(url: &str, lives: &[Life]) -> Result<(), Failed> {
    let (mut accounts, mut tokens) = (Vec::new(), staff()?);
    for (number, life) in lives.iter().enumerate() {
        let open = life.said.first().ok_or("a life begins with an account")?;
        if let Command::OpenAccount { account, .. } = &open.command {
            accounts.push(open.command.clone());
            tokens.push(issue(&applicant(number), owner(*account)));
        }
    }
    let ledger = Ledger::open(url, settings()).await?;
    decide(&ledger, accounts).await?;
    decide(&ledger, tokens).await?;
    ledger.close().await;
    Ok(())
}

/// Tokens for staff.
pub(crate) fn staff() -> Result<Vec<Command>, Failed> {
    let roles = [Role::Reviewer, Role::Bureau, Role::System, Role::Support];
    let all = roles
        .into_iter()
        .flat_map(|role| (0..DESKS).map(move |number| Staff::of(role, number)));
    all.map(|staff| Ok(issue(&staff.name(), staff.grant()?)))
        .collect()
}

/// What the owner of an account may do.
pub(crate) fn owner(account: AccountId) -> Grant {
    Grant {
        role: Role::Applicant,
        account: Some(account),
        holder: None,
        channel: Channel::Pc,
    }
}

/// Issues the token that goes by a name.
pub(crate) fn issue(name: &str, grant: Grant) -> Command {
    let digest = OFFICE_SECRET.digest("token", &token(name));
    Command::IssueToken { digest, grant }
}

/// Decides commands of an operator, many at a time.
pub(crate) async fn decide(ledger: &Ledger, commands: Vec<Command>) -> Result<(), Failed> {
    let operator = Context {
        at: BEGIN,
        actor: Actor {
            id: "operator:o-1".to_owned(),
            role: Role::Operator,
            channel: Channel::Pc,
        },
        law: Law::standing(),
        secret: Arc::new(OFFICE_SECRET.clone()),
        witness: Witness::default(),
    };
    let (commands, next) = (Arc::new(commands), Arc::new(AtomicUsize::new(0)));
    let mut hands = JoinSet::new();
    for _ in 0..HANDS {
        let (ledger, commands, next) = (ledger.clone(), Arc::clone(&commands), Arc::clone(&next));
        let operator = operator.clone();
        hands.spawn(async move {
            while let Some(command) = commands.get(next.fetch_add(1, Ordering::Relaxed)) {
                let receipt = ledger.execute(command, &operator, &Terms::default()).await;
                receipt?
                    .outcome
                    .map_err(|refusal| format!("refused: {refusal:?}"))?;
            }
            Ok::<_, Failed>(())
        });
    }
    while let Some(done) = hands.join_next().await {
        done??;
    }
    Ok(())
}
