//! What the operator does at the command line with read models.

use api::{
    backup::{self, NoList},
    config::Config,
};
use projections::{Name, ReadModels};
use std::{error::Error, path::Path};

type Failed = Box<dyn Error>;

fn named(name: Option<Name>) -> Vec<Name> {
    name.map_or(Name::ALL.to_vec(), |name| vec![name])
}

/// `beian rebuild`: folds read models anew; what answered goes on answering until then.
pub(crate) async fn rebuild(config: &Config, name: Option<Name>) -> Result<(), Failed> {
    let office = config.open().await?;
    let mut failed = Ok(());
    for (name, rebuilt) in office.models.rebuild_all(&named(name)).await {
        match rebuilt {
            Ok(at) => println!("{name} was folded anew up to {at}"),
            Err(error) if failed.is_ok() => failed = Err(error.into()),
            Err(error) => eprintln!("{error}"),
        }
    }
    office.models.close().await;
    office.ledger.close().await;
    failed
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

/// `beian backup`: copies what must not be lost into a new folder; a service may go on meanwhile.
pub(crate) async fn backup(config: &Config, folder: &Path) -> Result<(), Failed> {
    let taken = backup::take(config, folder).await?;
    let files: Vec<_> = taken.files.keys().map(String::as_str).collect();
    println!(
        "{} holds everything up to {} at least: {}",
        folder.display(),
        taken.at_least,
        files.join(", ")
    );
    println!(
        "keep elsewhere what it needs: {} (key {}), {}, {}, and the materials in {}",
        config.key_file.display(),
        taken.key,
        config.secret_file.display(),
        config.erasures_file.display(),
        config.materials.display()
    );
    Ok(())
}

/// `beian restore`: restores a backup where nothing is yet.
pub(crate) async fn restore(config: &Config, folder: &Path, no_list: NoList) -> Result<(), Failed> {
    let restored = backup::restore(config, folder, no_list).await?;
    println!(
        "restored up to position {}; the ledger goes on at {}, {} erased again",
        restored.upto, restored.head, restored.erased
    );
    Ok(())
}

/// `beian restore --verify`: looks whether what was restored is whole.
pub(crate) async fn verify_restored(config: &Config) -> Result<(), Failed> {
    let verified = backup::verify(config).await?;
    println!(
        "{} decisions and {} rows of read models verified",
        verified.decisions, verified.rows
    );
    for wrong in &verified.wrong {
        println!("  {wrong}");
    }
    match verified.wrong.len() {
        0 => Ok(()),
        wrong => Err(format!("{wrong} findings: this backup is not to be relied on").into()),
    }
}
