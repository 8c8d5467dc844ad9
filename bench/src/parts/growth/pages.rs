//! Pages of an office with many orders, and how it starts.

use crate::{
    Failed,
    measured::Measured,
    place::{Staff, token},
    processor::{resident_mib, spent},
    wire::Wire,
};
use domain::context::Role;
use fixtures::play::{account_id, order_id};
use std::time::{Duration, Instant};
use torture::site::{Office, Site};

/// How many orders are looked at.
const SAMPLE: usize = 100;
/// How often each page is asked for, the first round not counted.
const ROUNDS: usize = 4;
/// How long an office may take to have done what was left to do.
const PATIENCE: Duration = Duration::from_mins(10);
/// What is no work: of a second.
const CALM: Duration = Duration::from_millis(60);

/// The orders that are looked at: the names of their owners' tokens, and their numbers.
pub(super) struct Sample {
    pub(super) tokens: Vec<(String, u32)>,
}

impl Sample {
    /// Spread over all of these.
    pub(super) fn of(filled: &[u32], step: u32) -> Self {
        let every = (filled.len() / SAMPLE).max(1);
        let numbers = filled.iter().step_by(every);
        let tokens = numbers.map(|number| (format!("growth-{step}-{number}"), *number));
        Self {
            tokens: tokens.collect(),
        }
    }
}

/// What half of the requests for each page stayed below, in milliseconds.
#[derive(Clone)]
pub(super) struct Pages([f64; 3]);

const NAMES: [&str; 3] = ["review queue page", "my filings page", "history page"];

impl Pages {
    /// Each page, what it takes, and what it took before.
    pub(super) fn beside(&self, before: &Self) -> Vec<(&'static str, f64, f64)> {
        let both = self.0.iter().zip(before.0);
        let named = NAMES.iter().zip(both);
        named
            .map(|(name, (now, then))| (*name, *now, then))
            .collect()
    }
}

/// Starts an office, waits until it has done what was left to do, and asks for its pages.
pub(super) async fn ask(site: &Site, sample: &Sample) -> Result<Pages, Failed> {
    let mut office = site.start().await?;
    calm(&office).await?;
    let support = token(&Staff::of(Role::Support, 0).name());
    let reviewer = token(&Staff::of(Role::Reviewer, 0).name());
    let mut pages = [0.0; 3];
    let wire = Wire::new(vec![office.at]);
    let mut connection = wire.take().await?;
    for (place, took) in pages.iter_mut().enumerate() {
        let mut all = Vec::new();
        for round in 0..ROUNDS {
            for (name, number) in &sample.tokens {
                let (path, bearer) = match place {
                    0 => ("/v1/review-queue".to_owned(), reviewer.clone()),
                    1 => {
                        let account = account_id(&format!("a{number:08}"));
                        (format!("/v1/accounts/{account}/filings"), token(name))
                    }
                    _ => {
                        let order = order_id(&format!("o{number:08}"));
                        (format!("/v1/orders/{order}/history"), support.clone())
                    }
                };
                let request = format!(
                    "GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {bearer}\r\n\r\n"
                );
                let begun = Instant::now();
                let answer = connection.ask(request.as_bytes()).await?;
                if answer.status != 200 {
                    let why = String::from_utf8_lossy(answer.body);
                    return Err(format!("{path}: {why}").into());
                }
                if round > 0 {
                    all.push(begun.elapsed());
                }
            }
        }
        *took = Measured::of(all, Duration::from_secs(1)).p50_ms;
    }
    office.stop().await?;
    Ok(Pages(pages))
}

/// Waits until the read models are at the head and the workers have nothing to do.
async fn calm(office: &Office) -> Result<(), Failed> {
    office.caught_up().await?;
    let process = office.id().ok_or("the office runs")?;
    let begun = Instant::now();
    loop {
        let before = spent(process)?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        if spent(process)?.saturating_sub(before) < CALM {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err("the office does not come to rest".into());
        }
    }
}

/// Starts an office that has nothing left to do: how long until it is ready, in milliseconds, and its memory a moment after.
pub(super) async fn start(site: &Site) -> Result<(f64, f64), Failed> {
    let mut office = site.start().await?;
    let ready = office.ready_after.as_secs_f64() * 1e3;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let resident = resident_mib(office.id().ok_or("the office runs")?)?;
    office.stop().await?;
    Ok((ready, resident))
}
