//! What every campaign has: an office and the record of what its clients are told; how it begins, and how it ends, when everything is
//! compared with everything.

use crate::{
    Failed,
    audit::{Findings, audit},
    campaigns::Plan,
    client::{Connection, Told},
    crowd::{Crowd, Remembered},
    life::script,
    record::Record,
    report::Row,
    site::{Applicant, Office, Site},
};
use std::sync::{Arc, atomic::Ordering};

/// An office that runs, and what is known of it.
pub(super) struct Scene {
    pub(super) site: Site,
    pub(super) record: Record,
    pub(super) operator: Connection,
    pub(super) office: Office,
}

impl Scene {
    /// Starts an office at a fresh place.
    pub(super) async fn begin(site: Site) -> Result<Self, Failed> {
        Ok(Self {
            record: Record::begin(&site.folder().join("record.jsonl"))?,
            operator: Connection::new(site.operator().await?),
            office: site.start().await?,
            site,
        })
    }

    /// Somebody with an account; each number is another one.
    pub(super) async fn applicant(&mut self, number: usize) -> Result<Applicant, Failed> {
        self.office.applicant(&mut self.operator, number).await
    }

    /// Lets so many clients ask on and on, each with an account of its own.
    pub(super) async fn crowd(&mut self, clients: usize) -> Result<Crowd, Failed> {
        let mut applicants = Vec::new();
        for number in 0..clients {
            applicants.push(self.applicant(number).await?);
        }
        let crowd = Crowd::begin(applicants, script()?, &self.record);
        crowd.find(Some(self.office.at));
        Ok(crowd)
    }

    /// Kills the office under a crowd, and waits until nobody waits for an answer any more.
    pub(super) async fn kill(&mut self, crowd: &Crowd) -> Result<(), Failed> {
        self.office.kill().await?;
        crowd.find(None);
        crowd.tally.landed().await;
        Ok(())
    }

    /// Starts another office for a crowd, after a kill.
    pub(super) async fn restart(&mut self, crowd: &Crowd) -> Result<(), Failed> {
        self.office = self.site.start().await?;
        crowd.find(Some(self.office.at));
        Ok(())
    }

    /// Lets the crowd finish what it began, and asks once more what it remembers; answers what is wrong.
    pub(super) async fn disperse(&self, crowd: Crowd) -> Result<Vec<String>, Failed> {
        let tally = Arc::clone(&crowd.tally);
        let remembered = crowd.end().await?;
        let mut wrong = tally.wrong();
        wrong.extend(again(&self.office, remembered).await);
        Ok(wrong)
    }

    /// Closes the office when nobody asks any more: the read models catch up, and ledger, read models and record are compared.
    pub(super) async fn close(&mut self, wrong: Vec<String>) -> Result<Findings, Failed> {
        self.office.caught_up().await?;
        self.office.stop().await?;
        let mut findings = audit(&self.site, self.record.path()).await?;
        for what in wrong {
            findings.is_wrong(what);
        }
        for difference in self.site.second_opinion().await? {
            findings.is_wrong(format!("the replay tool: {difference}"));
        }
        let log = self.site.log()?;
        for line in log.lines().filter(|line| line.contains("panicked")) {
            findings.is_wrong(format!("the office: {line}"));
        }
        Ok(findings)
    }

    /// The row of a campaign that was closed.
    pub(super) async fn row(
        &self,
        campaign: &'static str,
        plan: &Plan,
        findings: Findings,
    ) -> Result<Row, Failed> {
        Row::new(campaign, plan, (&self.site, self.record.path()), findings).await
    }

    /// Ends a campaign that was one of a crowd: it disperses, the office closes, and what became of commands is counted.
    pub(super) async fn end(
        mut self,
        crowd: Crowd,
        (campaign, plan): (&'static str, &Plan),
    ) -> Result<Row, Failed> {
        let tally = Arc::clone(&crowd.tally);
        let wrong = self.disperse(crowd).await?;
        let findings = self.close(wrong).await?;
        let row = self.row(campaign, plan, findings).await?;
        let count = |of: &std::sync::atomic::AtomicU64| of.load(Ordering::Relaxed);
        Ok(row
            .with("unavailable", count(&tally.unavailable))
            .with("unknown_commands", count(&tally.unknown))
            .with("unknown_commands_done", count(&tally.unknown_done)))
    }
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
