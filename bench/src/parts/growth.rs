//! Many orders: what grows with them, and what must not.
//!
//! One ledger on each store is filled step by step. At each step the desk is measured, the read models are caught up, an office
//! is started on it, and its pages are asked for. At the end all read models are folded anew.

use crate::{
    Bench, Failed,
    decode::{bytes, decode},
    desk::Desk,
    drive::drive,
    fill::fill,
    limit::fresh,
    measured::{Measured, count},
    place::{decide, issue, owner, place, settings, staff},
    report::{Bar, Report},
};
use fixtures::play::account_id;
use jiff::{SignedDuration, Timestamp};
use ledger::{LARGEST_PAGE, Ledger};
use pages::{Pages, Sample};
use projections::{Name, ReadModels, work::WorkStore};
use std::{sync::Arc, time::Instant};
use torture::site::Site;

mod pages;

/// Where it is measured, as far as it is asked for; and where it ends.
const STEPS: [u32; 4] = [1_000, 10_000, 100_000, 300_000];
/// How many callers at the desk.
const CALLERS: usize = 32;
/// How many decisions a second the desk is thought to take at most, where lives are prepared.
const FASTEST: u64 = 12_000;
/// Decisions of a life.
const DECISIONS: u64 = 21;

/// A ledger that grows.
struct Growing {
    site: Site,
    store: &'static str,
    /// The numbers of the lives it was filled with.
    filled: Vec<u32>,
    /// The number of the next life.
    next: u32,
    /// What the desk and the pages took when there were a thousand orders.
    at_first: Option<(Measured, Pages)>,
}

impl Bench {
    /// On both stores.
    pub(crate) async fn growth(&self, report: &mut Report) -> Result<(), Failed> {
        let url = fresh(&self.server, "growth").await?;
        for (store, url) in [("PostgreSQL", Some(url.as_str())), ("SQLite", None)] {
            let mut growing = Growing {
                site: place(&self.programs()?, url, &[])?,
                store,
                filled: Vec::new(),
                next: 0,
                at_first: None,
            };
            let steps = STEPS.into_iter().filter(|step| *step < self.orders);
            for step in steps.chain([self.orders]) {
                self.step(&mut growing, step, report).await?;
            }
            growing.rebuild(report).await?;
        }
        Ok(())
    }

    async fn step(
        &self,
        growing: &mut Growing,
        step: u32,
        report: &mut Report,
    ) -> Result<(), Failed> {
        let orders = format!("{step} orders, {}", growing.store);
        // Beside itself everything would be as fast.
        let is_compared = step == self.orders && growing.at_first.is_some();
        let url = growing.site.ledger().to_owned();
        growing.fill(step, &orders, report).await?;
        let ledger = Ledger::open(&url, settings()).await?;
        let desk = self.desk_at(growing, &ledger).await?;
        let sample = growing.sample(step);
        let tokens = sample.tokens.iter().map(|(name, number)| {
            let account = account_id(&format!("a{number:08}"));
            issue(name, owner(account))
        });
        let tokens = tokens.collect();
        if growing.at_first.is_none() {
            decide(&ledger, staff()?).await?;
        }
        decide(&ledger, tokens).await?;
        let decisions = ledger.head().await?.position;
        catch_up(&url, &ledger).await?;
        ledger.close().await;
        let pages = pages::ask(&growing.site, &sample).await?;
        let first = growing
            .at_first
            .get_or_insert((desk.clone(), pages.clone()));
        let mut part = report.with("growth", orders);
        let beside = ("at the first step", first.0.per_second);
        part.rate("decisions", desk.per_second, beside, Bar::None);
        let beside = ("at the first step", first.0.p99_ms);
        part.took("99 % of decisions", desk.p99_ms, beside, Bar::None);
        let bar = if is_compared {
            Bar::AtMost(3.0)
        } else {
            Bar::None
        };
        for (page, took, at_first) in pages.beside(&first.1) {
            part.took(page, took, ("at the first step", at_first), bar);
        }
        let mut part = report.with("start", format!("{decisions} decisions, {}", growing.store));
        for _ in 0..self.repeat {
            let (ready, resident) = pages::start(&growing.site).await?;
            let bar = if step == self.orders {
                Bar::AtMost(1.0)
            } else {
                Bar::None
            };
            part.took("start to ready", ready, ("1 s", 1000.0), bar);
            part.note(
                "resident memory",
                (resident, "MiB"),
                ("200 MiB", 200.0),
                bar,
            );
        }
        Ok(())
    }

    /// The desk as fast as it goes, on what is there.
    async fn desk_at(&self, growing: &mut Growing, ledger: &Ledger) -> Result<Measured, Failed> {
        let many = u32::try_from(FASTEST / DECISIONS * (self.seconds + 2))?;
        let first = growing.next;
        growing.next += many;
        let lives = self.play(first..growing.next).await?;
        let desk = Desk::on(ledger.clone(), &Arc::new(lives), usize::try_from(first)?);
        drive(desk, CALLERS, self.time()).await
    }
}

impl Growing {
    /// Fills it until there are so many orders, and notes how large a decision is: what it grew by, by so many decisions.
    async fn fill(&mut self, step: u32, orders: &str, report: &mut Report) -> Result<(), Failed> {
        let url = self.site.ledger();
        let missing = step - u32::try_from(self.filled.len())?;
        let numbers = self.next..self.next + missing;
        let (before, from) = (bytes(url).await?, self.head().await?);
        let ledger = Ledger::open(url, settings()).await?;
        fill(&ledger, numbers.clone()).await?;
        ledger.close().await;
        let decisions = self.head().await? - from;
        let each = (bytes(url).await? - before) / decisions;
        let mut part = report.with("growth", orders.to_owned());
        let beside = ("1 KiB", 1024.0);
        part.note("ledger, each decision", (each, "bytes"), beside, Bar::None);
        self.next = numbers.end;
        self.filled.extend(numbers);
        Ok(())
    }

    /// How many decisions there are.
    async fn head(&self) -> Result<f64, Failed> {
        let ledger = Ledger::open(self.site.ledger(), settings()).await?;
        let decisions = ledger.head().await?.position;
        ledger.close().await;
        Ok(count(usize::try_from(decisions)?))
    }

    /// Orders spread over all there are.
    fn sample(&self, step: u32) -> Sample {
        Sample::of(&self.filled, step)
    }

    /// Folds all read models anew, by the program that does it, and reads the same rows with nothing done to them.
    async fn rebuild(&self, report: &mut Report) -> Result<(), Failed> {
        let url = self.site.ledger();
        let decisions = self.head().await?;
        let read = decode(url).await?;
        let begun = Instant::now();
        let rebuilt = self.site.beian(&["rebuild"]).output().await?;
        let rate = decisions / begun.elapsed().as_secs_f64();
        if !rebuilt.status.success() {
            return Err(String::from_utf8_lossy(&rebuilt.stderr).into());
        }
        let mut part = report.with("rebuild", format!("{decisions} decisions, {}", self.store));
        let beside = ("one thread reads and decodes", read);
        part.rate("all five read models", rate, beside, Bar::AtLeast(0.5));
        Ok(())
    }
}

/// The workers of an office. One that is not named here plans all there is: that is slow, and no more.
const WORKERS: [&str; 10] = [
    "notifications",
    "sms",
    "bureau",
    "deadlines",
    "warnings",
    "reminders",
    "drafts",
    "face_checks",
    "alarms",
    "expiries",
];

/// Brings the read models and the workers to where those of an office are that was there all the time: at the head.
async fn catch_up(url: &str, ledger: &Ledger) -> Result<(), Failed> {
    let models = ReadModels::open(url, ledger).await?;
    for name in Name::ALL {
        models.catch_up(name, LARGEST_PAGE).await?;
    }
    models.close().await;
    let (store, head) = (WorkStore::open(url, ledger).await?, ledger.head().await?);
    for worker in WORKERS {
        store.enlist(worker, head).await?;
        let (now, term) = (Timestamp::now(), SignedDuration::from_secs(10));
        let lease = store.lease(worker, "bench", now, term).await?;
        let lease = lease.ok_or("nobody else works here")?;
        store.plan(&lease, head, &[]).await?;
        store.release(&lease).await?;
    }
    store.close().await;
    Ok(())
}
