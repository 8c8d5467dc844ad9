//! Counts, seed and verdict, with what one must know to have them again.

use crate::{
    Failed,
    audit::{self, Findings},
    campaigns::Plan,
    site::Site,
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io,
    path::Path,
    time::Duration,
};
use test_database::stamp::{Machine, commit, ledger_digest, said};

/// What became of a campaign on a store.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which campaign.
    pub campaign: &'static str,
    /// `sqlite` or `postgres`.
    pub store: String,
    /// How often it was done, whatever it is.
    pub count: u64,
    /// What everything random came from.
    pub seed: u64,
    /// What was found.
    pub findings: Findings,
    /// What else was counted.
    pub more: Map<String, Value>,
    /// The database's version.
    pub database: String,
    /// SHA-256 of the record.
    pub log: String,
}

impl Row {
    /// A row, after the last audit.
    pub async fn new(
        campaign: &'static str,
        &Plan { count, seed, .. }: &Plan,
        (site, record): (&Site, &Path),
        findings: Findings,
    ) -> Result<Self, Failed> {
        let ledger = audit::open(site).await?;
        let database = ledger.database_version().await?;
        ledger.close().await;
        let more = [
            ("commands", json!(findings.acknowledged)),
            ("decisions", json!(findings.decisions)),
            ("orders", json!(findings.orders)),
        ];
        Ok(Self {
            campaign,
            store: site.store().to_owned(),
            count,
            seed,
            more: more
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            findings,
            database,
            log: digest(record)?,
        })
    }

    /// With another count.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Whether nothing was found.
    pub fn passes(&self) -> bool {
        self.findings.is_clean() && self.findings.unsettled == 0
    }

    /// For people: a line, and the findings below it.
    pub fn told(&self) -> String {
        let verdict = if self.passes() { "pass" } else { "FAIL" };
        let Findings {
            lost,
            doubled,
            wrong,
            unsettled,
            ..
        } = &self.findings;
        let more: Vec<_> = self
            .more
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        let (campaign, store) = (self.campaign, &self.store);
        let mut told = format!(
            "{verdict}  {campaign:<10} {store:<9} count {} seed {} · lost {lost}, doubled {doubled}, wrong {wrong}, unsettled {unsettled} · {}",
            self.count,
            self.seed,
            more.join(", ")
        );
        for finding in &self.findings.told {
            told.push_str("\n      ");
            told.push_str(finding);
        }
        told
    }

    /// As it stands in a report.
    pub fn document(&self) -> Value {
        let mut row = json!({
            "campaign": self.campaign, "store": self.store, "count": self.count, "seed": self.seed,
            "lost": self.findings.lost, "doubled": self.findings.doubled, "wrong": self.findings.wrong,
            "unsettled": self.findings.unsettled, "pass": self.passes(), "log_sha256": self.log,
            "commit": commit(), "ledger_sha256": ledger_digest(), "machine": Machine::this(), "database": self.database, "rustc": said("rustc", &["--version"]),
            "build": if cfg!(debug_assertions) { "debug" } else { "release" },
        });
        if let Value::Object(row) = &mut row {
            row.extend(self.more.clone());
        }
        row
    }
}

/// Puts a row into a report: in place of the one of the same campaign on the same store and of the same target, if there is one.
pub fn keep(path: &Path, row: &Value) -> Result<(), Failed> {
    let mut rows: Vec<Value> = match fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let is_about = |row: &Value| ["campaign", "store", "target"].map(|name| row[name].clone());
    rows.retain(|other| is_about(other) != is_about(row));
    rows.push(row.clone());
    let lines: Vec<_> = rows.iter().map(Value::to_string).collect();
    Ok(fs::write(path, format!("[\n{}\n]\n", lines.join(",\n")))?)
}

/// The median, the 99th of a hundred, and the longest, in milliseconds.
pub fn times(mut all: Vec<Duration>) -> Value {
    all.sort_unstable();
    let at = |share: usize| {
        let index = (all.len() * share / 100).min(all.len().saturating_sub(1));
        all.get(index).map_or(0, Duration::as_millis)
    };
    json!({"p50_ms": at(50), "p99_ms": at(99), "max_ms": at(100)})
}

fn digest(path: &Path) -> Result<String, Failed> {
    let mut hasher = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match io::Read::read(&mut file, &mut buffer)? {
            0 => return Ok(hex::encode(hasher.finalize())),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_the_place_of_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let row =
            |store: &str, count: u64| json!({"campaign": "kill", "store": store, "count": count});
        for row in [row("sqlite", 1), row("postgres", 2), row("sqlite", 3)] {
            keep(&path, &row).unwrap();
        }
        let kept: Vec<Value> = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(kept, [row("postgres", 2), row("sqlite", 3)]);
    }

    #[test]
    fn times_are_told_by_rank() {
        let all = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(
            times(all),
            json!({"p50_ms": 101, "p99_ms": 199, "max_ms": 200})
        );
        assert_eq!(times(Vec::new())["max_ms"], 0);
    }
}
