//! Filling a ledger with many lives, through the desk, as fast as it goes.
//!
//! Lives are played by a thread of its own a little ahead of those that live them, so that no more of them are in memory than
//! are needed. Nine of ten go on to the bureau's approval; the tenth waits for a reviewer, so that the queue grows as well.

use crate::{
    Failed,
    lives::{Life, Lives, Said},
};
use domain::{context::Context, desk::Command, order::Request};
use ledger::{Ledger, Terms};
use std::{ops::Range, sync::Arc};
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

/// How many lives are lived at the same time.
const CALLERS: usize = 64;
/// How many lives are ready and not begun, at most.
const AHEAD: usize = 256;
/// Which of so many waits for a reviewer.
const WAITS: u32 = 10;

/// Lives the lives with these numbers.
pub(crate) async fn fill(ledger: &Ledger, numbers: Range<u32>) -> Result<(), Failed> {
    let (ready, lives) = mpsc::channel(AHEAD);
    let playing = std::thread::spawn(move || play(numbers, &ready));
    let lives = Arc::new(Mutex::new(lives));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (ledger, lives) = (ledger.clone(), Arc::clone(&lives));
        callers.spawn(async move {
            loop {
                let next = lives.lock().await.recv().await;
                let Some((number, life)): Option<(u32, Life)> = next else {
                    return Ok::<_, Failed>(());
                };
                for (place, said) in life.said.iter().enumerate() {
                    say(&ledger, said, &format!("fill-{number}-{place}")).await?;
                }
            }
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    playing.join().map_err(|_| "a life ended in a panic")?
}

fn play(numbers: Range<u32>, ready: &mpsc::Sender<(u32, Life)>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let story = Lives::read()?;
    for number in numbers {
        let mut life = runtime.block_on(story.live(number))?;
        if number % WAITS == 0 {
            let claimed = |said: &Said| matches!(&said.command, Command::Order(asked) if matches!(asked.request, Request::ClaimReview { .. }));
            let claimed = life.said.iter().position(claimed);
            life.said
                .truncate(claimed.ok_or("an order is claimed in each life")?);
        }
        if ready.blocking_send((number, life)).is_err() {
            // Whoever lives them has failed, and says so.
            break;
        }
    }
    Ok(())
}

async fn say(ledger: &Ledger, said: &Said, key: &str) -> Result<(), Failed> {
    let Said { command, by, wrote } = said;
    let terms = Terms::default().with_key(key.parse()?);
    let receipt = ledger.execute(command, &Context::clone(by), &terms).await?;
    if receipt.outcome.is_ok() == wrote.is_some() {
        Ok(())
    } else {
        let answer = receipt.outcome.map(|_| "accepted");
        Err(format!("answered another way than in memory: {answer:?}").into())
    }
}
