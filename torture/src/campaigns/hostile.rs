//! Whatever anybody can send: to every address and method that the office describes, what is malformed, strange, too large, too slow, or no HTTP at all,
//! beside a client who goes about its business.
//!
//! The office must not fall over nor fail (no 5xx but what is 503 by design), must say what is wrong in a problem document that repeats nobody's
//! data, must change nothing for what it does not take, must hang up on whoever is slow, and must stay within its memory.

mod book;
mod cases;
mod drafts;
mod endpoints;
mod forms;
mod frames;
mod line;
mod slow;
mod words;

use super::{Plan, Store, scene::Scene};
use crate::{
    Failed,
    audit::open,
    chance::Chance,
    client::{Connection, Question, Told},
    crowd::Crowd,
    life::script,
    report::Row,
    site::Programs,
};
use book::Book;
use cases::World;
use line::{Heard, Line, Then};
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    fs,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{sync::mpsc, task::JoinSet};

/// What the office may take of the machine's memory, in MiB.
const MOST_MEMORY: u64 = 512;
/// One case in so many is somebody who is slow.
const SLOW: u64 = 100;
/// Those who have accounts among the callers, besides the client who does nothing wrong.
const APPLICANTS: usize = 3;
const STAFF: [&str; 5] = ["operator", "reviewer", "support", "auditor", "bureau"];

/// Sends so many cases.
pub async fn run(programs: &Programs, store: &Store, plan: &Plan) -> Result<Row, Failed> {
    let site = store
        .site(programs)?
        // So that throttles do not take all callers for one.
        .with("BEIAN_TRUSTED_PROXIES", "[\"127.0.0.0/8\"]")
        .with("BEIAN_REQUEST_SECONDS", slow::SECONDS.to_string());
    let mut scene = Scene::begin(site).await?;
    let crowd = scene.crowd(1).await?;
    crowd.tally.goes_on().await?;
    let honest = HashSet::from([honest(&scene).await?]);
    crowd.hold().await;
    let world = world(&mut scene).await?;
    let since = head(&scene).await?;
    let shared = Arc::new(Shared {
        at: scene.office.at,
        chance: Chance::new(plan.seed),
        count: plan.count,
        next: AtomicU64::new(0),
        world,
        book: Mutex::default(),
    });
    let mut clients = JoinSet::new();
    for _ in 0..plan.clients {
        clients.spawn(ask(Arc::clone(&shared)));
    }
    let mut held = 0;
    while held < (plan.count / SLOW).max(slow::AT_ONCE / 2) {
        held += be_slow(&shared, &crowd, held).await?;
    }
    while let Some(ended) = clients.join_next().await {
        ended??;
    }
    // It decides as if nothing had been.
    crowd.go_on();
    crowd.tally.goes_on().await?;
    let id = scene.office.id().filter(|_| scene.office.runs());
    let memory = id.map(memory).transpose()?.ok_or("the office ended")?;
    let wrong = scene.disperse(crowd).await?;
    let mut findings = scene.close(wrong).await?;
    let shared = Arc::into_inner(shared).ok_or("somebody still asks")?;
    let book = shared
        .book
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let answers = book.answers();
    let recorded = book
        .close(&scene.site, (since, &honest), &mut findings)
        .await?;
    if memory > MOST_MEMORY {
        findings.is_wrong(format!(
            "the office took {memory} MiB; expected at most {MOST_MEMORY}"
        ));
    }
    let row = scene.row("hostile", plan, findings).await?;
    Ok(row
        .with("endpoints", shared.world.endpoints.len())
        .with("slow", held)
        .with("answers", answers)
        .with("recorded", recorded)
        .with("most_memory_mib", memory))
}

/// What all callers share.
struct Shared {
    at: SocketAddr,
    chance: Chance,
    count: u64,
    next: AtomicU64,
    world: World,
    book: Mutex<Book>,
}

/// Says one case after the other.
async fn ask(shared: Arc<Shared>) -> Result<(), Failed> {
    let mut line = Line::default();
    loop {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        if number >= shared.count {
            return Ok(());
        }
        let case = shared.world.case(number, &mut shared.chance.part(number));
        let heard = line
            .say(shared.at, &case.bytes, (case.then, case.is_head))
            .await;
        let heard = heard.map_err(|why| format!("case {number} ({}): {why}", case.about))?;
        let mut book = shared.book.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(order) = book.note(&case, &heard) {
            drop(book);
            let orders = shared.world.orders.lock();
            orders.unwrap_or_else(PoisonError::into_inner).push(order);
        }
    }
}

/// Holds many connections at once, has somebody answered meanwhile, and waits until the office has hung up.
async fn be_slow(shared: &Arc<Shared>, crowd: &Crowd, number: u64) -> Result<u64, Failed> {
    let (begun, mut all_begun) = mpsc::channel(1);
    let mut slow = JoinSet::new();
    for one in 0..slow::AT_ONCE {
        let orders = shared
            .world
            .orders
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let order = orders.last().cloned().unwrap_or_default();
        drop(orders);
        let chance = shared.chance.part(shared.count + number + one);
        let who = (shared.world.tokens[0].clone(), order);
        slow.spawn(slow::hold(shared.at, chance, who, begun.clone()));
    }
    drop(begun);
    while all_begun.recv().await.is_some() {}
    crowd.go_on();
    crowd.tally.goes_on().await?;
    crowd.hold().await;
    while let Some(held) = slow.join_next().await {
        if let Some(what) = held?? {
            let mut book = shared.book.lock().unwrap_or_else(PoisonError::into_inner);
            book.is_wrong(what);
        }
    }
    Ok(slow::AT_ONCE)
}

/// What cases are made of: who asks, and about what.
async fn world(scene: &mut Scene) -> Result<World, Failed> {
    let steps = script()?;
    let opens = steps.first().ok_or("a life begins")?.body.clone();
    let (mut tokens, mut accounts, mut orders) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..APPLICANTS {
        let applicant = scene.applicant(1 + number).await?;
        let path = format!("/v1/accounts/{}/orders", applicant.account);
        let question = Question::command(path, format!("begin-{number}"), opens.clone());
        let mut asks = Connection::new(&applicant.token);
        orders.push(said(scene, &mut asks, &question, "order").await?);
        tokens.push(applicant.token);
        accounts.push(applicant.account);
    }
    for role in STAFF {
        let grant = json!({"role": role, "channel": "pc", "holder": format!("h-{role}")});
        let question = Question {
            method: "POST",
            path: "/v1/tokens".to_owned(),
            key: None,
            body: grant,
        };
        let mut operator = std::mem::replace(&mut scene.operator, Connection::new(""));
        tokens.push(said(scene, &mut operator, &question, "token").await?);
        scene.operator = operator;
    }
    // Whose order is worked on most is asked about by whoever asks most.
    orders.reverse();
    let mut world = World {
        endpoints: endpoints::all(scene.office.at).await?,
        corpus: endpoints::corpus(scene.office.at).await?,
        tokens,
        heard: Vec::new(),
        accounts,
        opens,
        orders: Mutex::new(orders),
    };
    world.heard = heard(&world, scene.office.at).await?;
    Ok(world)
}

/// Who is heard where: what a role may not do is soon said, and little is learnt from saying it wrong.
async fn heard(world: &World, at: SocketAddr) -> Result<Vec<Vec<usize>>, Failed> {
    let (mut all, mut line, mut chance) = (Vec::new(), Line::default(), Chance::new(0));
    for endpoint in &world.endpoints {
        let mut heard = Vec::new();
        for (number, token) in world.tokens.iter().enumerate() {
            let mut draft = world.sound(endpoint, number as u64, &mut chance);
            draft.set("authorization", format!("Bearer {token}"));
            draft.set("idempotency-key", format!("before-{number}-{}", all.len()));
            if let Heard::Reply(reply) = line.say(at, &draft.bytes(), (Then::Listen, false)).await?
                && !matches!(reply.status, 401 | 403 | 404)
            {
                heard.push(number);
            }
        }
        all.push(heard);
    }
    Ok(all)
}

/// A word of what is answered to something that must be done.
async fn said(
    scene: &Scene,
    asks: &mut Connection,
    question: &Question,
    word: &str,
) -> Result<String, Failed> {
    match asks.ask(scene.office.at, question).await {
        Told::Answered(answer) if answer.status == 201 => {
            let said = answer.body.get(word).and_then(Value::as_str);
            Ok(said.ok_or("it is answered with that word")?.to_owned())
        }
        other => Err(format!("{}: {other:?}", question.path).into()),
    }
}

/// The one caller so far who has an account.
async fn honest(scene: &Scene) -> Result<String, Failed> {
    let ledger = open(&scene.site).await?;
    let page = ledger.survey(0, ledger::LARGEST_PAGE).await?;
    let mut who = None;
    for sealed in page {
        let decision = ledger.open_sealed(sealed).await?;
        who = who.or(Some(decision.actor.id).filter(|id| id.starts_with("applicant:")));
    }
    ledger.close().await;
    who.ok_or_else(|| "the client has not begun".into())
}

async fn head(scene: &Scene) -> Result<u64, Failed> {
    let ledger = open(&scene.site).await?;
    let head = ledger.head().await?.position;
    ledger.close().await;
    Ok(head)
}

/// The most that a process ever had in memory, in MiB.
fn memory(id: u32) -> Result<u64, Failed> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    let kib: u64 = kib
        .ok_or("Linux tells how much memory a process has")?
        .parse()?;
    Ok(kib / 1024)
}
