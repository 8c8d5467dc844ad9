//! Every story, folded on SQLite and on PostgreSQL, is what the ledger says: one test a story and a store.

use domain::law::Law;
use fixtures::{
    play::play,
    scenario::{Scenario, told_in},
};
use ledger::{KeyRing, LARGEST_PAGE, Ledger, Settings};
use libtest_mimic::Arguments;
use projections::{Name, ReadModels, Verified};
use std::{error::Error, path::Path};
use test_database::on_each_store;

async fn folds(story: &Scenario, url: &str) -> Result<(), Box<dyn Error>> {
    let ledger = Ledger::open(url, Settings::new(KeyRing::from_bytes([5; 32]))).await?;
    let models = ReadModels::open(url, &ledger).await?;
    play(story, &ledger, Law::standing()).await?;
    let head = ledger.head().await?;
    for name in Name::ALL {
        let mut digests = Vec::new();
        for anew in [false, true] {
            let at = if anew {
                models.rebuild(name).await?
            } else {
                models.catch_up(name, LARGEST_PAGE / 50).await?
            };
            let verified = models.verify(name).await?;
            if at != head || verified.at != head || verified.different > 0 {
                return Err(format!("at {head}, {name} says: {verified:?}").into());
            }
            digests.push(verified);
        }
        let [Verified { digest, rows, .. }, anew] = digests.as_slice() else {
            return Err("two folds were made".into());
        };
        if (*digest, *rows) != (anew.digest, anew.rows) {
            return Err(format!("{name} folded anew is something else").into());
        }
        // Every decision of a story but those about the account, its lead book, inspections and documents is about one order, and
        // the order itself has a row.
        let (steps, beside) = (story.steps.len() as u64, beside(story));
        let order = u64::from(beside < steps);
        if name == Name::OrderTimeline && *rows + beside < head.position + order {
            return Err(format!("{rows} rows for {} decisions", head.position).into());
        }
    }
    models.close().await;
    ledger.close().await;
    Ok(())
}

/// The steps that are about no order.
fn beside(story: &Scenario) -> u64 {
    let steps = story.steps.iter();
    let commands = steps.filter_map(|placed| placed.step.what["command"].as_str());
    commands
        .filter(|command| {
            command.ends_with("_lead")
                || command.ends_with("_issue")
                || [
                    "report_sighting",
                    "report_mailed",
                    "remove_shell",
                    "transfer",
                ]
                .contains(command)
                || command.ends_with("_document")
                || *command == "apply_for_certificates"
                || command.ends_with("_ticket")
                || command.ends_with("_requester")
                || *command == "send_documents"
                || command.ends_with("_account")
                || command.ends_with("_account_code")
        })
        .fold(0, |count, _| count + 1)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/scenarios");
    let mut trials = Vec::new();
    // Each is read when it is told: the runner has a process for every one of them.
    for (name, path) in told_in(&folder)? {
        trials.extend(on_each_store(&name, move |url| {
            let story = path.clone();
            async move { folds(&Scenario::read(&story)?, &url).await }
        }));
    }
    libtest_mimic::run(&arguments, trials).exit()
}
