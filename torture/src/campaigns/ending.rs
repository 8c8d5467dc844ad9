//! How every campaign ends: whatever was begun is finished, and everything is compared with everything.

use crate::{
    Failed,
    audit::{Findings, audit},
    client::{Connection, Told},
    crowd::{Crowd, Remembered},
    record::Record,
    site::{Office, Site},
};
use std::sync::Arc;

/// Lets the crowd finish what it began, and asks once more what it remembers; answers what is wrong.
pub(super) async fn finish(office: &Office, crowd: Crowd) -> Result<Vec<String>, Failed> {
    let tally = Arc::clone(&crowd.tally);
    let remembered = crowd.end().await?;
    let mut wrong = tally.wrong();
    wrong.extend(again(office, remembered).await);
    Ok(wrong)
}

/// Ends a campaign when nobody asks any more: the read models catch up, and ledger, read models and record are compared.
pub(super) async fn end(
    site: &Site,
    office: Office,
    record: &Record,
    wrong: Vec<String>,
) -> Result<Findings, Failed> {
    office.caught_up().await?;
    office.stop().await?;
    let mut findings = audit(site, record.path()).await?;
    for what in wrong {
        findings.is_wrong(what);
    }
    for difference in site.second_opinion().await? {
        findings.is_wrong(format!("the replay tool: {difference}"));
    }
    for line in site.log()?.lines().filter(|line| line.contains("panicked")) {
        findings.is_wrong(format!("the office: {line}"));
    }
    Ok(findings)
}

/// Asks once more what was answered: the answer must be the same, to the letter, and say that it is a repetition.
async fn again(office: &Office, remembered: Vec<Remembered>) -> Vec<String> {
    let mut wrong = Vec::new();
    for Remembered {
        token,
        question,
        answer,
    } in remembered
    {
        let told = Connection::new(token).ask(office.at, &question).await;
        match &told {
            Told::Answered(second)
                if second.is_replayed
                    && (second.status, &second.body) == (answer.status, &answer.body) => {}
            // A refusal says by its position that it is the one on record; it has no header for that.
            Told::Answered(second)
                if answer.status >= 400
                    && (second.status, &second.body) == (answer.status, &answer.body) => {}
            _ => wrong.push(format!(
                "{question:?} was answered {answer:?}, and again {told:?}"
            )),
        }
    }
    wrong
}
