//! What is asked in a simulated life comes from the stories: every filing type is told there, and what is asked in them makes sense often enough to
//! lead somewhere.

use crate::{Failed, chance::Chance};
use domain::{
    context::Context,
    desk::Command,
    law::Law,
    memory::Memory,
    order::Order,
    values::{AccountId, OrderId},
    work::Fault,
};
use fixtures::{
    play::{Office, Played, play},
    scenario::{Scenario, told_in},
};
use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

const STORIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/scenarios");

/// One thing that was asked in a story, by whom and when.
pub type Asked = (Command, Context);

/// Everything that is asked in a story, in its order.
#[derive(Debug)]
pub struct Tape {
    /// The story's name.
    pub(super) name: String,
    asked: Vec<Asked>,
}

impl Tape {
    /// What is asked in it.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }
}

/// Plays in memory, and keeps what was asked.
#[derive(Default)]
struct Recorder {
    office: Memory,
    asked: Mutex<Vec<Asked>>,
}

impl Office for Recorder {
    async fn decide(&self, command: &Command, context: &Context) -> Result<Played, Fault> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((command.clone(), context.clone()));
        self.office.decide(command, context).await
    }

    async fn order(&self, order: OrderId) -> Result<Order, Fault> {
        self.office.order(order).await
    }

    async fn account_code(
        &self,
        account: AccountId,
        context: &Context,
    ) -> Result<Option<String>, Fault> {
        self.office.account_code(account, context).await
    }
}

/// The tapes of all stories.
///
/// # Errors
/// A story cannot be read, or goes another way than it says.
pub async fn all() -> Result<Vec<Tape>, Failed> {
    one_in(1).await
}

/// Those of one story in so many: they are played for it, and that takes its time.
///
/// # Errors
/// As [`all`].
pub async fn one_in(so_many: usize) -> Result<Vec<Tape>, Failed> {
    let mut tapes = Vec::new();
    for (name, path) in told_in(Path::new(STORIES))?.into_iter().step_by(so_many) {
        let recorder = Recorder::default();
        play(&Scenario::read(&path)?, &recorder, Law::standing()).await?;
        let asked = recorder.asked.into_inner();
        let asked = asked.unwrap_or_else(PoisonError::into_inner);
        if !asked.is_empty() {
            tapes.push(Tape { name, asked });
        }
    }
    if tapes.is_empty() {
        return Err("there are no stories to make lives of".into());
    }
    Ok(tapes)
}

/// What is done with a step of a story, in so many of a hundred.
const LEFT_OUT: u64 = 6;
const SWAPPED: u64 = 4;
const TWICE: u64 = 6;
const FROM_ELSEWHERE: u64 = 5;

/// A life: a story in which steps are left out, come too early or twice, and things are asked that belong into another story. Answers its name
/// as well.
pub(super) fn life<'t>(tapes: &'t [Tape], chance: &mut Chance) -> (&'t str, Vec<&'t Asked>) {
    let tape = one_of(tapes, chance);
    let mut steps: Vec<&Asked> = Vec::new();
    let mut rest = tape.asked.iter();
    while let Some(next) = rest.next() {
        let of_a_hundred = chance.below(100);
        let limits = [LEFT_OUT, SWAPPED, TWICE, FROM_ELSEWHERE];
        let mut sum = 0;
        let which = limits.iter().position(|share| {
            sum += share;
            of_a_hundred < sum
        });
        match which {
            Some(0) => {}
            Some(1) => steps.extend(rest.next().into_iter().chain([next])),
            Some(2) => steps.extend([next, next]),
            Some(3) => steps.extend([one_of(&one_of(tapes, chance).asked, chance), next]),
            _ => steps.push(next),
        }
    }
    (&tape.name, steps)
}

fn one_of<'t, T>(all: &'t [T], chance: &mut Chance) -> &'t T {
    let which = usize::try_from(chance.below(all.len() as u64)).unwrap_or_default();
    &all[which]
}
