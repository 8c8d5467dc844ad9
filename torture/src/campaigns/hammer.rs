//! One order hammered by many clients at once, and one key sent by very many at once: one effect each, no update lost, and
//! nobody waits for ever.

mod storm;

use super::{Plan, Store, scene::Scene};
use crate::{
    Failed,
    audit::open,
    client::{Answer, Connection, Question, Told},
    life::{Step, filled, script},
    record::Record,
    report::{Row, times},
    site::{Applicant, Programs, Site},
};
use domain::order::Order;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::sleep};

/// A command that is overtaken by so many rounds of everybody else is starved.
const STARVED: u64 = 50;

/// How often each client changes an order before everybody goes on to the next: no order is changed for ever, and to compare its
/// read models takes longer with every change.
const EACH: u64 = 16;

/// Half of the commands go to one order at a time; the other half are repetitions of one key each.
pub async fn run(programs: &Programs, store: &Store, plan: &Plan) -> Result<Row, Failed> {
    let mut scene = Scene::begin(store.site(programs)?).await?;
    let script = script()?;
    let clients = u64::try_from(plan.clients)?;
    let orders = (plan.count / 2).div_ceil(clients * EACH);
    let each = (plan.count / 2).div_ceil(clients * orders);
    let mut seen = Seen::default();
    for number in 0..orders {
        let hot = scene.applicant(usize::try_from(number)? + 1).await?;
        seen.add(one_order(&scene, &hot, &script, (plan.clients, each)).await?);
    }
    let stormed = scene.applicant(0).await?;
    let at_once = plan.count.div_ceil(100).clamp(10, 1000);
    let storms = (plan.count / 2).div_ceil(at_once);
    let wrong = storm::run(&scene, &stormed, &script, (storms, at_once)).await?;
    seen.wrong.extend(wrong);
    let starved = STARVED * clients;
    if seen.overtaken > starved {
        seen.wrong.push(format!(
            "a command was overtaken by {} others, more than {starved}",
            seen.overtaken
        ));
    }
    let findings = scene.close(seen.wrong).await?;
    let all = Plan {
        count: orders * each * clients + storms * at_once,
        ..*plan
    };
    let row = scene.row("hammer", &all, findings).await?;
    Ok(row
        .with("one_order_clients", plan.clients)
        .with("one_order_commands", each * clients)
        .with("hammered_orders", orders)
        .with("one_order_asked_again", seen.again)
        .with("one_order_overtaken_at_most", seen.overtaken)
        .with("one_order_answered_after", times(seen.took))
        .with("keys", storms)
        .with("requests_a_key", at_once))
}

/// What was seen of the one order.
#[derive(Default)]
struct Seen {
    wrong: Vec<String>,
    /// Times that a client was told to ask again.
    again: u64,
    /// The most commands of others that were answered while one waited.
    overtaken: u64,
    took: Vec<Duration>,
    /// Versions and positions as they were told, and what was said.
    told: Vec<(u64, u64, String)>,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.wrong.extend(other.wrong);
        self.again += other.again;
        self.overtaken = self.overtaken.max(other.overtaken);
        self.took.extend(other.took);
        self.told.extend(other.told);
    }
}

/// Lets everybody change the same order.
async fn one_order(
    scene: &Scene,
    hot: &Applicant,
    script: &[Step],
    (clients, each): (usize, u64),
) -> Result<Seen, Failed> {
    let path = begun(scene, hot, script).await?;
    let company = filled(json!("{form:company}"))?;
    let answered = Arc::new(AtomicU64::new(0));
    let mut crowd = JoinSet::new();
    for number in 0..clients {
        let client = Client {
            at: scene.office.at,
            connection: Connection::new(&hot.token),
            who: hot.who(),
            path: path.clone(),
            company: company.clone(),
            record: scene.record.clone(),
            answered: Arc::clone(&answered),
            seen: Seen::default(),
        };
        crowd.spawn(client.run(number, each));
    }
    let mut all = Seen::default();
    while let Some(seen) = crowd.join_next().await {
        all.add(seen??);
    }
    no_update_lost(&scene.site, &path, &mut all).await?;
    Ok(all)
}

/// An order of which the principal can be entered.
async fn begun(scene: &Scene, hot: &Applicant, script: &[Step]) -> Result<String, Failed> {
    let mut connection = Connection::new(&hot.token);
    let mut path = format!("/v1/accounts/{}/orders", hot.account);
    for (number, step) in script.iter().take(2).enumerate() {
        let question = Question::command(&path, format!("begin-{number}"), step.body.clone());
        let asked = scene
            .record
            .ask(&hot.who(), step.does(), &question, None)
            .await?;
        let Told::Answered(answer) = connection.ask(scene.office.at, &question).await else {
            return Err("the order could not be begun".into());
        };
        scene.record.note(&Record::told(asked, &answer)).await?;
        if number == 0 {
            let order = answer.body["order"].as_str().unwrap_or_default();
            path = format!("/v1/orders/{order}/commands");
        }
    }
    Ok(path)
}

/// Each change has a version of its own, versions go up with positions, and what was said last is what stands.
async fn no_update_lost(site: &Site, path: &str, seen: &mut Seen) -> Result<(), Failed> {
    seen.told.sort();
    let versions: BTreeSet<_> = seen.told.iter().map(|(version, ..)| version).collect();
    if versions.len() != seen.told.len() {
        let (told, different) = (seen.told.len(), versions.len());
        seen.wrong
            .push(format!("{told} changes were told {different} versions"));
    }
    if !seen.told.is_sorted_by_key(|(_, position, _)| *position) {
        seen.wrong
            .push("a later version stands at an earlier position".to_owned());
    }
    let last = seen.told.last().map_or("", |(_, _, said)| said.as_str());
    let ledger = open(site).await?;
    let order = path.split('/').nth(3).unwrap_or_default();
    let stands = ledger.load::<Order>(order).await?;
    ledger.close().await;
    if last.is_empty() || !serde_json::to_string(&*stands.state)?.contains(last) {
        seen.wrong.push(format!(
            "{last:?} was said last, and the order does not say so"
        ));
    }
    Ok(())
}

/// One of many at the same order.
struct Client {
    at: std::net::SocketAddr,
    connection: Connection,
    who: String,
    path: String,
    company: Value,
    record: Record,
    /// Commands of everybody that were answered.
    answered: Arc<AtomicU64>,
    seen: Seen,
}

impl Client {
    async fn run(mut self, number: usize, each: u64) -> Result<Seen, Failed> {
        let mut before = None;
        for turn in 0..each {
            let said = format!("示范路{number}号{turn}层");
            let mut principal = self.company.clone();
            principal["correspondence"]["detail"] = json!(said);
            let body = json!({"command": "enter_principal", "principal": principal});
            let question = Question::command(&self.path, format!("{number}-{turn}"), body);
            let asked = self
                .record
                .ask(&self.who, "enter_principal", &question, before.take())
                .await?;
            let (begun, others) = (Instant::now(), self.answered.load(Ordering::Relaxed));
            let answer = self.settle(&question).await?;
            self.seen.took.push(begun.elapsed());
            let overtaken = self.answered.fetch_add(1, Ordering::Relaxed) - others;
            self.seen.overtaken = self.seen.overtaken.max(overtaken);
            let number_of = |name: &str| answer.body[name].as_u64().unwrap_or_default();
            if answer.status == 200 && !answer.is_replayed {
                self.seen
                    .told
                    .push((number_of("version"), number_of("position"), said));
            } else {
                self.seen
                    .wrong
                    .push(format!("{question:?} was answered {answer:?}"));
            }
            before = Some(Record::told(asked, &answer));
        }
        if let Some(told) = before {
            self.record.note(&told).await?;
        }
        Ok(self.seen)
    }

    /// Asks until there is an answer. The office may say that others were faster each time; nothing was decided then.
    async fn settle(&mut self, question: &Question) -> Result<Answer, Failed> {
        let begun = Instant::now();
        loop {
            match self.connection.ask(self.at, question).await {
                Told::Answered(answer)
                    if answer.status == 503
                        || answer.body["type"] == "urn:beian:problem:order-changing" =>
                {
                    self.seen.again += 1;
                    sleep(Duration::from_millis(1)).await;
                }
                Told::Answered(answer) => return Ok(answer),
                other => {
                    let after = begun.elapsed();
                    return Err(format!("nobody was killed, and after {after:?}: {other:?}").into());
                }
            }
        }
    }
}
