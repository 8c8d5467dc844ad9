//! The audit finds what it is there for. What was told to real clients of a real office is changed on their record afterwards: that
//! looks as if the ledger had lost it, or had done what nobody asked for.

#![expect(
    clippy::unwrap_used,
    reason = "a campaign that cannot be carried out is a failed test"
)]

use serde_json::{Value, json};
use std::{fs, path::PathBuf};
use torture::{
    audit::{Findings, audit},
    client::Connection,
    crowd::Crowd,
    life::script,
    record::Record,
    site::{Programs, Site},
};

/// An office that stopped after a few lives, and the record of its clients.
struct Lived {
    site: Site,
    lines: Vec<Value>,
}

impl Lived {
    async fn begin() -> Self {
        let site = Site::sqlite(&Programs::find(None).unwrap()).unwrap();
        let record = Record::begin(&site.folder().join("record.jsonl")).unwrap();
        let mut operator = Connection::new(site.operator().await.unwrap());
        let mut office = site.start().await.unwrap();
        let applicant = office.applicant(&mut operator, 0).await.unwrap();
        let crowd = Crowd::begin(vec![applicant], script().unwrap(), &record);
        crowd.find(Some(office.at));
        let mut acknowledged = crowd.tally.acknowledged.subscribe();
        acknowledged.wait_for(|count| *count >= 20).await.unwrap();
        crowd.end().await.unwrap();
        office.stop().await.unwrap();
        let text = fs::read_to_string(record.path()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let lines = lines.collect();
        Self { site, lines }
    }

    /// What is found if the record says this.
    async fn with(&self, lines: &[Value]) -> Findings {
        let path: PathBuf = self.site.folder().join("another.jsonl");
        let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
        fs::write(&path, lines.join("\n")).unwrap();
        audit(&self.site, &path).await.unwrap()
    }

    /// The number of the command that was told this status last, and where on the record that stands.
    fn told(&self, status: u16) -> usize {
        let is_it = |line: &Value| line["status"] == status;
        self.lines.iter().rposition(is_it).unwrap()
    }
}

#[tokio::test]
async fn what_is_lost_doubled_or_otherwise_is_found() {
    let lived = Lived::begin().await;
    let clean = lived.with(&lived.lines).await;
    assert!(
        clean.is_clean() && clean.acknowledged >= 20 && clean.orders >= 2,
        "{clean:?}"
    );

    // Accepted and refused alike: another position, another answer.
    for status in [200, 409, 422] {
        let at = lived.told(status);
        for (field, value) in [("position", json!(1_000_000)), ("position", json!(1))] {
            let mut lines = lived.lines.clone();
            lines[at]["body"][field] = value;
            assert_eq!(lived.with(&lines).await.lost, 1, "{status}");
        }
    }
    let at = lived.told(200);
    for (field, value) in [
        ("decision", json!("another")),
        ("order", json!("another")),
        ("stage", json!({"name": "Completed"})),
    ] {
        let mut lines = lived.lines.clone();
        lines[at]["body"][field] = value;
        assert_eq!(lived.with(&lines).await.lost, 1, "{field}");
    }
    // Told that it was refused, and it was accepted.
    let mut lines = lived.lines.clone();
    lines[at]["status"] = json!(422);
    assert_eq!(lived.with(&lines).await.lost, 1);

    // Under a key that nobody used: acknowledged and nowhere, and there without having been asked for.
    let mut lines = lived.lines.clone();
    let asked = lines
        .iter()
        .position(|line| line["does"] == "issue_qr")
        .unwrap();
    lines[asked]["key"] = json!("another");
    let found = lived.with(&lines).await;
    assert_eq!((found.lost, found.doubled), (1, 1));
    // Another command under that key.
    let mut lines = lived.lines.clone();
    lines[asked]["does"] = json!("abandon");
    assert_eq!(lived.with(&lines).await.wrong, 1);
}
