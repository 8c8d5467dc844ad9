//! What was answered, and whether it may be.

use super::{
    cases::Case,
    line::{Heard, Reply, Then},
    words::PERSONAL,
};
use crate::{
    Failed,
    audit::{Findings, open},
    site::Site,
};
use domain::context::Role;
use ledger::{Decision, LARGEST_PAGE};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

/// Problems that come with 503 by design: what is read is asked for as of a position that is not there yet.
const BY_DESIGN: [&str; 1] = ["urn:beian:problem:not-yet"];
/// Problems that name the position of something else than a refusal.
const OF_OTHERS: [&str; 3] = [
    "urn:beian:problem:not-yet",
    "urn:beian:problem:key-reused",
    "urn:beian:problem:beyond-head",
];
/// What is read along with a head. Whoever sends more to an address that does not want it may be reset before the answer is heard.
const LARGE: usize = 8 * 1024;

/// The book of a campaign.
#[derive(Default)]
pub(super) struct Book {
    answers: BTreeMap<String, u64>,
    wrong: Vec<String>,
    /// Positions that were told.
    told: HashSet<u64>,
    /// Cases that were answered as if nothing was recorded.
    unrecorded: HashSet<u64>,
    /// Times that something may have been recorded without a word of where.
    silent: u64,
}

impl Book {
    /// Notes what became of a case; answers an order that was opened.
    pub(super) fn note(&mut self, case: &Case, heard: &Heard) -> Option<String> {
        let about = |what: &str| {
            let said = case.bytes.get(..case.bytes.len().min(400));
            let said = said.unwrap_or_default().escape_ascii();
            format!(
                "case {} ({}): {what}; said: {said}",
                case.number, case.about
            )
        };
        let reply = match heard {
            Heard::Reply(reply) => reply,
            Heard::Closed => {
                self.count("closed");
                self.silent += 1;
                let may_be =
                    !case.is_sound || case.then != Then::Listen || case.bytes.len() > LARGE;
                if !may_be {
                    self.wrong.push(about("closed without an answer"));
                }
                return None;
            }
            Heard::Nothing => {
                self.silent += 1;
                self.wrong.push(about("neither an answer nor an end"));
                return None;
            }
        };
        self.count(&reply.status.to_string());
        if let Some(what) = objection(case, reply) {
            let body = String::from_utf8_lossy(
                reply
                    .body
                    .get(..reply.body.len().min(600))
                    .unwrap_or_default(),
            );
            self.wrong
                .push(about(&format!("{what}; answered {} {body}", reply.status)));
        }
        let document = reply.document();
        let kind = document["type"].as_str().unwrap_or_default();
        let position = document["position"]
            .as_u64()
            .filter(|_| !OF_OTHERS.contains(&kind));
        match position {
            Some(position) => drop(self.told.insert(position)),
            None if reply.status < 400 || !case.is_sound || is_of_a_lead(case) => self.silent += 1,
            None => drop(self.unrecorded.insert(case.number)),
        }
        let order = document["order"].as_str().filter(|_| reply.status == 201);
        order.map(str::to_owned)
    }

    fn count(&mut self, what: &str) {
        *self.answers.entry(what.to_owned()).or_default() += 1;
    }

    pub(super) fn is_wrong(&mut self, what: String) {
        self.wrong.push(what);
    }

    /// How often what was answered.
    pub(super) fn answers(&self) -> Value {
        json!(self.answers)
    }

    /// Compares with what was recorded since a position by others than these callers, and with the log.
    pub(super) async fn close(
        mut self,
        site: &Site,
        (since, except): (u64, &HashSet<String>),
        findings: &mut Findings,
    ) -> Result<u64, Failed> {
        let ledger = open(site).await?;
        let (mut position, mut recorded, mut strays) = (since, 0, Vec::new());
        loop {
            let page = ledger.survey(position, LARGEST_PAGE).await?;
            let Some(last) = page.last() else { break };
            position = last.position();
            for sealed in page {
                let decision = ledger.open_sealed(sealed).await?;
                let is_theirs =
                    decision.actor.role != Role::System && !except.contains(&decision.actor.id);
                recorded += u64::from(is_theirs);
                if is_theirs && !self.told.contains(&decision.position) {
                    self.stray(&decision, &mut strays);
                }
            }
        }
        ledger.close().await;
        if strays.len() as u64 > self.silent {
            let (some, silent) = (
                strays.get(..5.min(strays.len())).unwrap_or_default(),
                self.silent,
            );
            self.wrong.push(format!(
                "{} decisions that nobody was told of, and {silent} answers that say nothing of one: {some:?}",
                strays.len()
            ));
        }
        let log = site.log()?;
        for personal in PERSONAL.iter().filter(|personal| log.contains(**personal)) {
            self.wrong.push(format!("the log repeats {personal}"));
        }
        for what in self.wrong {
            findings.is_wrong(what);
        }
        Ok(recorded)
    }

    /// A decision whose position nobody was told.
    fn stray(&mut self, decision: &Decision, strays: &mut Vec<String>) {
        let what = format!("{} at {}", decision.command_type, decision.position);
        let key = decision.idempotency_key.as_deref().unwrap_or_default();
        let case = key
            .strip_prefix("hostile-")
            .and_then(|number| number.parse().ok());
        if case.is_some_and(|case: u64| self.unrecorded.contains(&case)) {
            self.wrong.push(format!(
                "{key} was answered as if nothing was recorded, and there is {what}"
            ));
        }
        strays.push(what);
    }
}

/// Leads are not told where it stands what they did: it is of somebody else's order.
fn is_of_a_lead(case: &Case) -> bool {
    ["/v1/sms-verifications", "/v1/face-checks"]
        .iter()
        .any(|path| case.about.contains(path))
}

/// What is wrong with an answer.
fn objection(case: &Case, reply: &Reply) -> Option<String> {
    let problem = reply.document();
    let kind = problem["type"].as_str().unwrap_or_default();
    if reply.status >= 500 && !(reply.status == 503 && BY_DESIGN.contains(&kind)) {
        return Some("a failure of the office".to_owned());
    }
    if reply.status < 400 {
        return None;
    }
    let text = String::from_utf8_lossy(&reply.body);
    if let Some(personal) = PERSONAL.iter().find(|personal| text.contains(**personal)) {
        return Some(format!("it repeats {personal}"));
    }
    if !case.is_sound || case.is_head {
        return None;
    }
    let is_problem = reply.field("content-type") == Some("application/problem+json")
        && kind.starts_with("urn:beian:problem:")
        && problem["status"] == reply.status
        && ["detail", "detail_zh"]
            .iter()
            .all(|name| problem[*name].as_str().is_some_and(|text| !text.is_empty()));
    (!is_problem).then(|| "it is no problem document".to_owned())
}
