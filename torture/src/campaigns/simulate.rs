//! Simulated lives: whatever is asked in the stories of all filing types, with steps left out, swapped, asked twice or taken from elsewhere, decided by a
//! ledger on a disk that fails, and by the reference: the same desk on streams in memory, a hundred lines without a database.
//!
//! The disk fails below SQLite, and so below the store trait: writes and syncs end with EIO or ENOSPC, or half done. Whoever is told that the ledger is not
//! available asks again under the same key. Each decision must come out as in the reference, event for event, and in the end every stream must.
//! It is the ledger that is looked at here, not the rules: the reference has the same.

mod faults;
pub mod tapes;

pub use faults::again;

use super::Plan;
use crate::{Failed, audit::Findings, chance::Chance, report::Row};
use domain::{
    account::Account,
    context::Context,
    desk::Command,
    memory::Memory,
    order::Order,
    work::{House, Load},
};
use faults::Faults;
use ledger::{IdempotencyKey, KeyRing, Ledger, LedgerError, Settings, Terms};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use tapes::{Asked, Tape};

/// One in so many writes and syncs fails; 0: a life on a sound disk.
const RATES: [u64; 4] = [0, 200, 60, 25];
/// After one step in so many the ledger is closed and opened again.
const REOPENED: u64 = 25;
/// One step in so many is asked again under its key although it was answered.
const ASKED_AGAIN: u64 = 10;
/// How often is asked until it is certain that no answer will come.
const TRIES: u32 = 400;

/// Whether this process has the disk for it; if not, [`again`] starts one that has.
pub fn is_prepared() -> Result<bool, Failed> {
    Ok(Faults::of_this_process()?.is_some())
}

/// Lives so many lives. Life `n` of seed `s` is the first of seed `s + n`.
pub async fn run(plan: &Plan) -> Result<Row, Failed> {
    let faults = Faults::of_this_process()?.ok_or("nothing was preloaded")?;
    let tapes = tapes::all().await?;
    let (mut all, mut transcript) = (Seen::default(), Sha256::new());
    let mut database = String::new();
    for number in 0..plan.count {
        let seed = plan.seed.wrapping_add(number);
        let mut life = Life::begin(&faults, seed).await?;
        if number == 0 {
            database = life.ledger.database_version().await?;
        }
        if let Err(why) = life.live(&tapes, &faults).await {
            life.seen.findings.is_wrong(why.to_string());
        }
        for told in &mut life.seen.findings.told {
            *told = format!("{told} · torture simulate --seed {seed} --count 1");
        }
        transcript.update(life.transcript.finalize_reset());
        life.end().await?;
        all.add(life.seen);
    }
    let more = [
        ("decisions", json!(all.decisions)),
        ("refusals", json!(all.refusals)),
        ("stories", json!(tapes.len())),
        ("writes_failed", json!(faults.failed()?)),
        ("told_unavailable", json!(all.unavailable)),
        ("asked_again", json!(all.again)),
        ("reopened", json!(all.reopened)),
    ];
    Ok(Row {
        campaign: "simulate",
        store: "sqlite".to_owned(),
        count: plan.count,
        seed: plan.seed,
        findings: all.findings,
        more: more
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect::<Map<_, _>>(),
        database,
        log: hex::encode(transcript.finalize()),
    })
}

/// What was counted.
#[derive(Default)]
struct Seen {
    findings: Findings,
    decisions: u64,
    refusals: u64,
    unavailable: u64,
    again: u64,
    reopened: u64,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.findings.add(other.findings);
        self.decisions += other.decisions;
        self.refusals += other.refusals;
        self.unavailable += other.unavailable;
        self.again += other.again;
        self.reopened += other.reopened;
    }
}

/// A life, on a ledger of its own.
struct Life {
    path: PathBuf,
    ledger: Ledger,
    reference: Memory,
    chance: Chance,
    /// The streams that it is about: orders and accounts.
    orders: BTreeSet<String>,
    accounts: BTreeSet<String>,
    seen: Seen,
    transcript: Sha256,
}

async fn open(path: &Path) -> Result<Ledger, LedgerError> {
    let url = format!("sqlite://{}", path.display());
    let settings = Settings::new(KeyRing::from_bytes([5; 32]));
    Ledger::open(&url, settings).await
}

impl Life {
    async fn begin(faults: &Faults, seed: u64) -> Result<Self, Failed> {
        faults.set(seed, 0)?;
        let path = faults.live().join(format!("{seed}.sqlite"));
        Ok(Self {
            ledger: open(&path).await?,
            path,
            reference: Memory::default(),
            chance: Chance::new(seed),
            orders: BTreeSet::new(),
            accounts: BTreeSet::new(),
            seen: Seen::default(),
            transcript: Sha256::new(),
        })
    }

    async fn live(&mut self, tapes: &[Tape], faults: &Faults) -> Result<(), Failed> {
        let (story, steps) = tapes::life(tapes, &mut self.chance);
        self.transcript.update(story);
        let which = usize::try_from(self.chance.below(RATES.len() as u64))?;
        let rate = RATES[which];
        faults.set(self.chance.draw(), rate)?;
        for (number, asked) in steps.into_iter().enumerate() {
            self.step(number, asked).await?;
            if self.chance.below(REOPENED) == 0 {
                faults.set(0, 0)?;
                self.ledger.close().await;
                self.ledger = open(&self.path).await?;
                faults.set(self.chance.draw(), rate)?;
                self.seen.reopened += 1;
            }
        }
        faults.set(0, 0)?;
        // Once more from the file, and not from what this process has in mind.
        self.ledger.close().await;
        self.ledger = open(&self.path).await?;
        let head = self.ledger.head().await?.position;
        if head != self.seen.decisions {
            let decided = self.seen.decisions;
            self.seen
                .findings
                .is_wrong(format!("{decided} were decided, and the head is {head}"));
        }
        for order in std::mem::take(&mut self.orders) {
            self.same::<Order>(&order).await?;
        }
        for account in std::mem::take(&mut self.accounts) {
            self.same::<Account>(&account).await?;
        }
        Ok(())
    }

    /// Has something decided by both.
    async fn step(&mut self, number: usize, (command, context): &Asked) -> Result<(), Failed> {
        if let Command::Order(about) = command {
            self.orders.insert(about.order.to_string());
            self.accounts.insert(about.account.to_string());
        }
        let meant = self.reference.execute(command, context).await;
        let meant = meant.map_err(|fault| fault.to_string())?;
        let key = format!("{number}").parse::<IdempotencyKey>()?;
        let receipt = self.settle(command, context, &key).await?;
        self.seen.decisions += 1;
        self.seen.refusals += u64::from(receipt.outcome.is_err());
        let position = receipt.position;
        let said = told(&receipt.outcome);
        self.transcript.update(said.to_string());
        if said != told(&meant.outcome) {
            self.seen.findings.is_wrong(format!(
                "step {number}, {command:?}: {said} instead of {}",
                told(&meant.outcome)
            ));
        }
        let written = self.ledger.decision_at(position).await?;
        let written = written.ok_or_else(|| format!("nothing stands at {position}"))?;
        let events = written.events.iter().map(|event| {
            let stream = &event.stream;
            json!([stream.aggregate_type, stream.aggregate_id, event.payload])
        });
        let meant = meant
            .events
            .iter()
            .map(|event| json!([event.aggregate_type, event.aggregate_id, event.payload]));
        let (events, meant): (Vec<_>, Vec<_>) = (events.collect(), meant.collect());
        if position != self.seen.decisions || events != meant {
            self.seen.findings.is_wrong(format!(
                "step {number} stands at {position} with {events:?} instead of {meant:?}"
            ));
        }
        if self.chance.below(ASKED_AGAIN) == 0 {
            let second = self.settle(command, context, &key).await?;
            self.seen.again += 1;
            if !second.replayed || (second.position, told(&second.outcome)) != (position, said) {
                self.seen
                    .findings
                    .doubled(format!("step {number} was decided again"));
            }
        }
        Ok(())
    }

    /// Asks until it is answered.
    async fn settle(
        &mut self,
        command: &Command,
        context: &Context,
        key: &IdempotencyKey,
    ) -> Result<ledger::Receipt<domain::desk::Answer>, Failed> {
        let terms = Terms::default().with_key(key.clone());
        for _ in 0..TRIES {
            match self.ledger.execute(command, context, &terms).await {
                Err(LedgerError::Unavailable { .. }) => self.seen.unavailable += 1,
                other => return Ok(other?),
            }
        }
        Err(format!("never answered: {command:?}").into())
    }

    /// A stream of the ledger against the one of the reference.
    async fn same<A: House + PartialEq>(&mut self, id: &str) -> Result<(), Failed> {
        let here = self.ledger.load::<A>(id).await?;
        let meant = self.reference.load::<A>(id).await;
        let meant = meant.map_err(|fault| fault.to_string())?;
        if here.version != meant.version || *here.state != *meant.state {
            let (found, expected) = (here.version, meant.version);
            self.seen.findings.is_wrong(format!(
                "{} {id} is at {found} and not what it is in the reference, at {expected}",
                A::TYPE
            ));
        }
        Ok(())
    }

    /// Takes its ledger away.
    async fn end(&self) -> Result<(), Failed> {
        self.ledger.close().await;
        let name = self.path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        for entry in std::fs::read_dir(self.path.parent().unwrap_or(Path::new(".")))? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&name) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

/// An outcome as a document.
fn told<T: serde::Serialize>(outcome: &Result<T, domain::refusal::Refusal>) -> Value {
    match outcome {
        Ok(answer) => json!({"accepted": answer}),
        Err(refusal) => json!({"refused": refusal}),
    }
}
