//! `kill -9` of the office at random moments under load, also while it starts.

use super::{Plan, Store, scene::Scene};
use crate::{
    Failed,
    audit::audit,
    chance::Chance,
    crowd::Crowd,
    report::{Row, times},
    site::Programs,
};
use serde_json::json;
use std::{sync::atomic::Ordering, time::Duration};
use tokio::time::sleep;

/// The longest that an office is let alone.
const LONGEST_LIFE: Duration = Duration::from_millis(250);
/// One kill in so many comes while the office starts.
const EARLY: u64 = 10;
/// After so many kills everything is compared, so that what is lost is known before the end.
const COMPARED: u64 = 250;

/// Kills, restarts and compares.
pub async fn run(programs: &Programs, store: &Store, plan: &Plan) -> Result<Row, Failed> {
    let mut scene = Scene::begin(store.site(programs)?).await?;
    let crowd = scene.crowd(plan.clients).await?;
    let mut chance = Chance::new(plan.seed);
    let mut seen = Seen::default();
    for round in 0..plan.count {
        seen.kill(&mut scene, &crowd, (round, &mut chance)).await?;
        if (round + 1) % COMPARED == 0 && round + 1 < plan.count {
            crowd.hold().await;
            let so_far = audit(&scene.site, scene.record.path()).await?;
            if !so_far.is_clean() {
                break;
            }
            crowd.go_on();
        }
    }
    let all = Plan {
        count: seen.kills,
        ..*plan
    };
    let row = scene.end(crowd, ("kill", &all)).await?;
    Ok(row
        .with("kills_with_commands_in_flight", seen.in_flight)
        .with("kills_with_unknown_outcome", seen.unknown)
        .with("kills_while_starting", seen.early)
        .with("ready_after", times(seen.ready_after)))
}

/// What was counted.
#[derive(Default)]
struct Seen {
    kills: u64,
    /// Kills while a command was under way.
    in_flight: u64,
    /// Kills after which somebody did not know what became of a command.
    unknown: u64,
    /// Kills before the office was ready.
    early: u64,
    ready_after: Vec<Duration>,
}

impl Seen {
    /// One kill, and a new office after it.
    async fn kill(
        &mut self,
        scene: &mut Scene,
        crowd: &Crowd,
        (round, chance): (u64, &mut Chance),
    ) -> Result<(), Failed> {
        sleep(chance.shorter_than(LONGEST_LIFE)).await;
        let flying = *crowd.tally.flying.borrow();
        let before = crowd.tally.unknown.load(Ordering::Relaxed);
        scene.kill(crowd).await?;
        let unknown = crowd.tally.unknown.load(Ordering::Relaxed) - before;
        let note = json!({"kill": round, "in_flight": flying, "unknown": unknown});
        scene.record.note(&note).await?;
        self.kills += 1;
        self.in_flight += u64::from(flying > 0);
        self.unknown += u64::from(unknown > 0);
        if chance.below(EARLY) == 0 {
            let life = chance.shorter_than(LONGEST_LIFE / 2);
            scene.site.start_and_kill(life).await?;
            self.kills += 1;
            self.early += 1;
        }
        scene.restart(crowd).await?;
        self.ready_after.push(scene.office.ready_after);
        Ok(())
    }
}
