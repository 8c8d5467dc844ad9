//! Malformed and hostile input, by the hundred million: every parser of a value, every reader of documents, files, forms and headers, and the fold
//! of events, each a function that takes any bytes at all and must neither panic, nor take its time, nor grow without bound.
//!
//! In full `cargo fuzz` calls them, which looks where the code was and goes on from there; in short ([`shortly`]) they are called with what they begin with,
//! with what was ever found, and with changes of both. Everything comes from a seed.
//!
//! | target | what is read |
//! |---|---|
//! | [`values`] | every value of a filing from a text |
//! | [`documents`] | commands, answers of ports, what is kept, events as they are carried elsewhere |
//! | [`events`] | stored events: raised, told, folded |
//! | [`files`] | imports (CSV, workbooks), forms, uploads |
//! | [`headers`] | keys, cursors, tokens, signatures, addresses |
//!
//! An input that was ever found stands in `torture/found/TARGET` and is read again each time; one that is no text as hexadecimal digits, under a
//! name that ends with `.hex`.

pub mod documents;
pub mod events;
pub mod files;
mod fuzzer;
pub mod headers;
mod short;
mod stories;
pub mod values;

pub use short::shortly;

use super::Plan;
use crate::{Failed, audit::Findings, report::Row};
use fuzzer::{Limit, Run};
use std::{
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

const FOUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/found");
/// What a target may take of the machine's memory, in MiB.
const MOST_MEMORY: u64 = 512;

/// A function that reads anything.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of the program in `fuzz/` as well.
    pub name: &'static str,
    read: fn(&[u8]),
    /// What it begins with.
    seeds: fn() -> Vec<Vec<u8>>,
    /// What an input says, whatever the stories do.
    spelled: fn(&[u8]) -> Vec<u8>,
    /// Of a thousand executions so many are its own: each takes about as long as the others then.
    share: u64,
    /// The longest input, in bytes.
    longest: usize,
}

/// All of them.
pub const TARGETS: [Target; 5] = [
    Target {
        name: "values",
        read: values::read,
        seeds: values::seeds,
        spelled: <[u8]>::to_vec,
        share: 600,
        longest: 1024,
    },
    Target {
        name: "headers",
        read: headers::read,
        seeds: headers::seeds,
        spelled: <[u8]>::to_vec,
        share: 250,
        longest: 4096,
    },
    Target {
        name: "documents",
        read: documents::read,
        seeds: documents::seeds,
        spelled: |bytes| documents::document(bytes).into_owned(),
        share: 60,
        longest: 4096,
    },
    Target {
        name: "events",
        read: events::fold,
        seeds: events::seeds,
        spelled: events::list,
        share: 40,
        longest: 160,
    },
    Target {
        name: "files",
        read: files::read,
        seeds: files::seeds,
        spelled: <[u8]>::to_vec,
        share: 50,
        longest: 8192,
    },
];

impl FromStr for Target {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        TARGETS
            .into_iter()
            .find(|target| target.name == name)
            .ok_or_else(|| {
                let names = TARGETS.map(|target| target.name);
                format!("expected one of {}", names.join(", "))
            })
    }
}

impl Target {
    /// What it begins with, and what was ever found.
    fn begins_with(&self) -> Result<Vec<Vec<u8>>, Failed> {
        let mut inputs = (self.seeds)();
        for path in self.found()? {
            let kept = fs::read(&path)?;
            inputs.push(if path.extension().is_some_and(|end| end == "hex") {
                let mut digits = kept;
                digits.retain(|byte| !byte.is_ascii_whitespace());
                hex::decode(digits)?
            } else {
                kept
            });
        }
        Ok(inputs)
    }

    fn found(&self) -> Result<Vec<PathBuf>, Failed> {
        let folder = Path::new(FOUND).join(self.name);
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        let mut paths = entries.collect::<Result<Vec<_>, io::Error>>()?;
        paths.sort();
        Ok(paths)
    }
}

/// Has the stories played, which a fuzzer would take for an input that takes its time.
pub fn prepare() {
    stories::documents();
}

/// Fuzzes one target or all, and says of each what became of it as soon as that is known. `seconds`: each no longer than that.
///
/// # Errors
/// There is no `cargo fuzz`, or the targets cannot be built.
pub async fn run(
    plan: &Plan,
    only: Option<Target>,
    seconds: Option<u64>,
    mut done: impl FnMut(Row) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let targets = only.map_or_else(|| TARGETS.to_vec(), |only| vec![only]);
    fuzzer::build().await?;
    let shares: u64 = targets.iter().map(|target| target.share).sum();
    for target in targets {
        let count = plan.count.saturating_mul(target.share).div_ceil(shares);
        let limit = Limit {
            count,
            seconds,
            seed: plan.seed,
        };
        done(row(&target, &limit, fuzzer::run(&target, &limit).await?)?)?;
    }
    Ok(())
}

/// What became of a target.
fn row(target: &Target, limit: &Limit, run: Run) -> Result<Row, Failed> {
    let mut findings = Findings::default();
    for path in &run.kept {
        findings.is_wrong(finding(target, path)?);
    }
    if run.kept.is_empty() && !run.ended_well {
        findings.is_wrong(format!("it ended before its time: {}", run.last_words));
    }
    if run.memory_mib > MOST_MEMORY {
        findings.is_wrong(format!(
            "it took {} MiB; expected at most {MOST_MEMORY}",
            run.memory_mib
        ));
    }
    if limit.seconds.is_none() && run.executions < limit.count {
        findings.is_wrong(format!(
            "{} executions instead of {}",
            run.executions, limit.count
        ));
    }
    let row = Row {
        campaign: "fuzz",
        // No office runs, and so no database.
        store: "none".to_owned(),
        count: run.executions,
        seed: limit.seed,
        findings,
        more: serde_json::Map::new(),
        database: String::new(),
        log: run.log_sha256,
    };
    Ok(row
        .with("target", target.name)
        .with("crashes", run.kept.len())
        .with("executions_a_second", run.a_second)
        .with("most_memory_mib", run.memory_mib)
        .with("inputs", run.inputs))
}

/// An input that was found, in words; beside it as it says the same whatever the stories do.
fn finding(target: &Target, path: &Path) -> Result<String, Failed> {
    let spelled = path.with_extension("spelled");
    fs::write(&spelled, (target.spelled)(&fs::read(path)?))?;
    Ok(format!(
        "{} is not taken. Again: {} {} {}. To keep: {} to torture/found/{} (no text: through xxd -p to NAME.hex)",
        path.display(),
        fuzzer::AGAIN,
        target.name,
        path.display(),
        spelled.display(),
        target.name,
    ))
}
