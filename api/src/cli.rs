//! What the operator does at the command line with read models.

use api::config::Config;
use projections::{Name, ReadModels};
use std::error::Error;

type Failed = Box<dyn Error>;

fn named(name: Option<Name>) -> Vec<Name> {
    name.map_or(Name::ALL.to_vec(), |name| vec![name])
}

/// `beian rebuild`: folds read models anew; what answered goes on answering until then.
pub(crate) async fn rebuild(config: &Config, name: Option<Name>) -> Result<(), Failed> {
    let office = config.open().await?;
    for name in named(name) {
        let at = office.models.rebuild(name).await?;
        println!("{name} was folded anew up to {at}");
    }
    office.models.close().await;
    office.ledger.close().await;
    Ok(())
}

/// `beian verify`: folds once more and compares; a service may go on meanwhile.
pub(crate) async fn verify(config: &Config, name: Option<Name>) -> Result<(), Failed> {
    let ledger = config.open_to_read().await?;
    let models = ReadModels::open(&config.ledger, &ledger).await?;
    let mut different = 0;
    for name in named(name) {
        let verified = models.verify(name).await?;
        let digest = hex::encode(verified.digest);
        println!(
            "{name}: {} rows as of {}, digest {digest}, {} differ",
            verified.rows, verified.at, verified.different
        );
        for found in &verified.differences {
            let line = if found.line.is_empty() {
                "-"
            } else {
                &found.line
            };
            println!("  {} {line}: {:?}", found.subject, found.wrong);
        }
        different += verified.different;
    }
    models.close().await;
    ledger.close().await;
    if different == 0 {
        Ok(())
    } else {
        Err(format!(
            "{different} rows are not what the ledger says; fold them anew with `beian rebuild`"
        )
        .into())
    }
}
