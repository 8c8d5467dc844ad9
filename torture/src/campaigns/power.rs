//! The power fails under an office on SQLite: what was written and not synced is gone, or is there in part. Nothing that was acknowledged
//! may be. The control promises a log only when a checkpoint begins, as SQLite with `synchronous=NORMAL`: it must lose something, or
//! the power did not fail.

mod disk;

use super::{Plan, scene::Scene};
use crate::{
    Failed,
    audit::{Findings, audit},
    chance::Chance,
    report::{Row, times},
    shim::Shim,
    site::{Programs, Site},
};
use disk::{Disk, Left};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

const SHIM: &str = concat!(
    include_str!("../shims/disk.h"),
    include_str!("../shims/power.c")
);
/// The longest that the power is there.
const LONGEST_LIFE: Duration = Duration::from_millis(500);
/// After so many failures the ledger is compared with the record.
const COMPARED: u64 = 50;
/// How often the control is done: a life each.
const CONTROLS: u64 = 5;

/// Lets the power fail so often.
pub async fn run(programs: &Programs, plan: &Plan) -> Result<Row, Failed> {
    let shim = Shim::compile(SHIM).await?;
    let disk = Disk::new()?;
    let mut scene = Scene::begin(disk.site(programs, &shim)?).await?;
    let crowd = scene.crowd(plan.clients).await?;
    let mut chance = Chance::new(plan.seed);
    let (mut left, mut ready_after, mut in_flight) = (Left::default(), Vec::new(), 0);
    for round in 0..plan.count {
        crowd.tally.goes_on().await?;
        sleep(chance.shorter_than(LONGEST_LIFE)).await;
        in_flight += u64::from(*crowd.tally.flying.borrow() > 0);
        scene.kill(&crowd).await?;
        let now = disk.fails(&mut chance)?;
        let note = json!({"power": round, "sectors_gone": now.gone, "sectors_kept": now.kept});
        scene.record.note(&note).await?;
        left.add(now);
        scene.restart(&crowd).await?;
        ready_after.push(scene.office.ready_after);
        if (round + 1) % COMPARED == 0 && round + 1 < plan.count {
            crowd.hold().await;
            if !audit(&scene.site, scene.record.path()).await?.is_clean() {
                break;
            }
            crowd.go_on();
        }
    }
    let mut row = scene.end(crowd, ("power", plan)).await?;
    let control = control(programs, &shim, plan).await?;
    if control.lost == 0 {
        let what = "the control promises less than it says, and lost nothing".to_owned();
        row.findings.is_wrong(what);
    }
    if (control.doubled, control.wrong) != (0, 0) {
        let what = format!("what the control left is not whole: {:?}", control.told);
        row.findings.is_wrong(what);
    }
    Ok(row
        .with("failures_with_commands_in_flight", in_flight)
        .with("sectors_gone", left.gone)
        .with("sectors_kept_unsynced", left.kept)
        .with("control_failures", CONTROLS)
        .with("control_lost", control.lost)
        .with("ready_after", times(ready_after)))
}

/// The same with a promise that is not kept, a life each: nobody could go on with what is left.
async fn control(programs: &Programs, shim: &Shim, plan: &Plan) -> Result<Findings, Failed> {
    let mut all = Findings::default();
    let chance = Chance::new(plan.seed);
    for round in 0..CONTROLS {
        let mut chance = chance.part(round);
        let disk = Disk::new()?;
        let site = disk.site(programs, shim)?.with("POWER_LAZY", "1");
        let mut scene = Scene::begin(site).await?;
        let crowd = scene.crowd(plan.clients).await?;
        for _ in 0..3 {
            crowd.tally.goes_on().await?;
        }
        sleep(chance.shorter_than(LONGEST_LIFE)).await;
        scene.kill(&crowd).await?;
        disk.fails(&mut chance)?;
        // Whoever asks on would be told what cannot be: of orders that are gone.
        let record = scene.record.path().to_owned();
        drop(crowd);
        scene.office = scene.site.start().await?;
        scene.office.stop().await?;
        all.add(audit(&scene.site, &record).await?);
    }
    Ok(all)
}

impl Disk {
    /// A fresh place with its ledger on it.
    fn site(&self, programs: &Programs, shim: &Shim) -> Result<Site, Failed> {
        let url = format!("sqlite://{}/ledger.sqlite", self.live().display());
        Ok(shim
            .before(Site::at(programs, &url)?)
            .with("DISK_LIVE", self.live().display().to_string())
            .with("POWER_KEPT", self.kept().display().to_string()))
    }
}
