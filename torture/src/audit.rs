//! The ledger against the record: nothing acknowledged is lost, nothing is done twice, nothing is missing in between, every
//! order is where the lifecycle can have led it, and the evidence is intact.

mod findings;

pub use findings::Findings;

use crate::{
    Failed,
    record::{self, Asked},
    site::Site,
};
use domain::{
    happening::Happening,
    order::{
        Order,
        lifecycle::{ROWS, StageName},
    },
};
use ledger::{Decision, KeyRing, LARGEST_PAGE, Ledger, Outcome, Settings, Stream, read_key};
use serde_json::Value;
use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

/// Opens the ledger of a site for reading, beside whoever writes it.
pub async fn open(site: &Site) -> Result<Ledger, Failed> {
    let keys = KeyRing::from_bytes(read_key(&site.key_file())?);
    Ok(Ledger::open_read_only(site.ledger(), Settings::new(keys)).await?)
}

/// Compares the whole ledger with the record. Nobody may be asking meanwhile: what is told would not be on record yet.
pub async fn audit(site: &Site, record: &Path) -> Result<Findings, Failed> {
    against(site, &record::read(record)?).await
}

/// Compares the whole ledger with what is known to have been asked and told.
pub async fn against(site: &Site, asked: &[Asked]) -> Result<Findings, Failed> {
    let ledger = open(site).await?;
    let mut walk = Walk::new(asked);
    let head = ledger.head().await?.position;
    while walk.findings.decisions < head {
        let page = ledger.survey(walk.position, LARGEST_PAGE).await?;
        if page.is_empty() {
            break;
        }
        for sealed in page {
            if !sealed.is_intact() {
                walk.findings.is_wrong(format!(
                    "position {}: not what its digest was made over",
                    sealed.position()
                ));
            }
            walk.decision(&ledger.open_sealed(sealed).await?);
        }
    }
    if walk.position != head {
        let at = walk.position;
        walk.findings
            .is_wrong(format!("the head is {head}, the last decision {at}"));
    }
    walk.acknowledged();
    for (id, folded) in &walk.orders {
        if *ledger.load::<Order>(id).await?.state != *folded {
            walk.findings
                .is_wrong(format!("order {id} is not the fold of its decisions"));
        }
    }
    ledger.close().await;
    walk.findings.orders = walk.orders.len();
    Ok(walk.findings)
}

/// A pass over the ledger.
struct Walk<'r> {
    /// What was asked, by caller and key.
    asked: HashMap<(&'r str, &'r str), &'r Asked>,
    /// Who asks under keys only.
    callers: HashSet<&'r str>,
    /// Where each key was found, and what stands there, as far as its caller was told.
    found: HashMap<(&'r str, &'r str), Stands>,
    streams: HashMap<Stream, u64>,
    orders: HashMap<String, Order>,
    position: u64,
    findings: Findings,
}

/// A decision, as far as its caller was told.
struct Stands {
    position: u64,
    decision: String,
    /// The order and its stage; null, null: it was refused.
    answer: Option<(Value, Value)>,
}

impl<'r> Walk<'r> {
    fn new(asked: &'r [Asked]) -> Self {
        Self {
            asked: asked
                .iter()
                .map(|asked| ((asked.who.as_str(), asked.key.as_str()), asked))
                .collect(),
            callers: asked.iter().map(|asked| asked.who.as_str()).collect(),
            found: HashMap::new(),
            streams: HashMap::new(),
            orders: HashMap::new(),
            position: 0,
            findings: Findings::default(),
        }
    }

    fn decision(&mut self, decision: &Decision) {
        self.findings.decisions += 1;
        if decision.position != self.position + 1 {
            let (at, after) = (decision.position, self.position);
            self.findings
                .is_wrong(format!("position {at} follows {after}"));
        }
        self.position = decision.position;
        self.key(decision);
        for event in &decision.events {
            let last = self.streams.entry(event.stream.clone()).or_default();
            if event.sequence != *last + 1 {
                self.findings.is_wrong(format!(
                    "{} has event {} after {last}",
                    event.stream, event.sequence
                ));
            }
            *last = event.sequence;
            match Happening::read(event) {
                Ok(Happening::Order(happened)) => {
                    let order = self
                        .orders
                        .entry(event.stream.aggregate_id.clone())
                        .or_default();
                    let from = order.stage.name();
                    order.evolve(happened);
                    let to = order.stage.name();
                    if !is_reachable(from, to) {
                        self.findings
                            .is_wrong(format!("{} went from {from:?} to {to:?}", event.stream));
                    }
                }
                Ok(_) => {}
                Err(error) => self
                    .findings
                    .is_wrong(format!("position {}: {error}", self.position)),
            }
        }
    }

    /// Whether it is what somebody asked for, and for the first time.
    fn key(&mut self, decision: &Decision) {
        let Some(who) = self.callers.get(decision.actor.id.as_str()) else {
            return;
        };
        let key = decision.idempotency_key.as_deref().unwrap_or_default();
        let Some(asked) = self.asked.get(&(*who, key)) else {
            self.findings.doubled(format!(
                "position {}: {who} never asked {key:?}",
                self.position
            ));
            return;
        };
        if decision.command_type != asked.does && !decision.command_type.ends_with(&asked.does) {
            self.findings.is_wrong(format!(
                "position {}: {} under the key of {}",
                self.position, decision.command_type, asked.does
            ));
        }
        let answer = match &decision.outcome {
            Outcome::Accepted(answer) => Some((answer["order"].clone(), answer["stage"].clone())),
            Outcome::Refused(_) => None,
        };
        let stands = Stands {
            position: decision.position,
            decision: decision.decision_id.to_string(),
            answer,
        };
        if self
            .found
            .insert((*who, asked.key.as_str()), stands)
            .is_some()
        {
            self.findings.doubled(format!(
                "position {}: {key} of {who} for a second time",
                self.position
            ));
        }
    }

    /// Whether everything that was told stands where it was said to stand.
    fn acknowledged(&mut self) {
        for (about, asked) in &self.asked {
            let Some((status, body)) = &asked.told else {
                self.findings.unsettled += 1;
                continue;
            };
            let Some(position) = body["position"].as_u64() else {
                // Nothing was said to be decided.
                self.findings.unrecorded += 1;
                continue;
            };
            self.findings.acknowledged += 1;
            let what = format!("{} of {} ({})", asked.key, asked.who, asked.does);
            match self.found.get(about) {
                None => self
                    .findings
                    .lost(format!("{what}: acknowledged at {position}, and nowhere")),
                Some(stands) if !stands.is_told(*status, body) => {
                    self.findings.lost(format!(
                        "{what}: told {body}, and position {} says otherwise",
                        stands.position
                    ));
                }
                Some(_) => {}
            }
        }
    }
}

impl Stands {
    fn is_told(&self, status: u16, body: &Value) -> bool {
        let same = body["position"] == self.position;
        match &self.answer {
            None => same && status >= 400,
            Some((order, stage)) => {
                same && status < 300
                    && body["decision"] == self.decision.as_str()
                    && body["order"] == *order
                    && body["stage"]["name"] == *stage
            }
        }
    }
}

fn is_reachable(from: StageName, to: StageName) -> bool {
    from == to
        || ROWS
            .iter()
            .any(|row| row.from.contains(&from) && row.to == Some(to))
}
