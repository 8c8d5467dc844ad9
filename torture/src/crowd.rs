//! Clients that ask on and on: a closed loop each, which goes on with its next command only when the last one is answered,
//! and asks again under the same key when no answer came.

use crate::{
    Failed,
    client::{Answer, Connection, Question, Told},
    life::Step,
    record::Record,
    site::Applicant,
};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

/// How long a client waits before it tries again to connect, or asks again after it was told that there is no answer now.
const PAUSE: Duration = Duration::from_millis(5);
/// How long nobody is answered before it is certain that nobody will be.
const PATIENCE: Duration = Duration::from_mins(2);
/// How many of its last commands a client remembers, to ask them again in the end.
const REMEMBERED: usize = 30;

/// What the clients are to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    Go,
    /// Finish what was begun, then wait.
    Hold,
    /// Finish what was begun, then end.
    End,
}

/// What is counted.
#[derive(Debug)]
pub struct Tally {
    /// Commands that were sent and are not answered yet.
    pub flying: watch::Sender<usize>,
    /// Clients that are not at rest.
    busy: watch::Sender<usize>,
    /// Commands that were answered.
    pub acknowledged: watch::Sender<u64>,
    /// Times that no answer came.
    pub unknown: AtomicU64,
    /// Commands without an answer that turned out to be done when they were asked again.
    pub unknown_done: AtomicU64,
    /// Times that the office said it cannot answer just now.
    pub unavailable: AtomicU64,
    wrong: Mutex<Vec<String>>,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            flying: watch::Sender::new(0),
            busy: watch::Sender::new(0),
            acknowledged: watch::Sender::new(0),
            unknown: AtomicU64::new(0),
            unknown_done: AtomicU64::new(0),
            unavailable: AtomicU64::new(0),
            wrong: Mutex::default(),
        }
    }
}

impl Tally {
    /// Notes an answer that must not be.
    pub fn is_wrong(&self, what: String) {
        self.wrong
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(what);
    }

    /// The answers that must not be.
    pub fn wrong(&self) -> Vec<String> {
        self.wrong
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until no command is under way.
    pub async fn landed(&self) {
        // The sender lives in here, so waiting cannot fail.
        drop(
            self.flying
                .subscribe()
                .wait_for(|flying| *flying == 0)
                .await,
        );
    }

    /// Waits until something that is asked from now on is answered, or until it is certain that nothing will be.
    pub async fn goes_on(&self) -> Result<(), Failed> {
        let mut acknowledged = self.acknowledged.subscribe();
        let before = *acknowledged.borrow_and_update();
        // What is answered next may have been decided before; not everything that each client had under way was.
        let enough = before + u64::try_from(*self.busy.borrow())? + 1;
        let answered = acknowledged.wait_for(|count| *count >= enough);
        if timeout(PATIENCE, answered).await.is_err() {
            let wrong = self.wrong();
            return Err(format!("nobody is answered any more: {wrong:?}").into());
        }
        Ok(())
    }

    async fn rested(&self) {
        drop(self.busy.subscribe().wait_for(|busy| *busy == 0).await);
    }
}

/// A command that was answered, and the answer: to be asked again.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// Whose.
    pub token: String,
    /// What was asked.
    pub question: Question,
    /// What was answered.
    pub answer: Answer,
}

/// Asks a question until it is answered, across whatever happens to the office.
#[derive(Debug)]
pub struct Asker {
    /// The connection.
    pub connection: Connection,
    address: watch::Receiver<Option<SocketAddr>>,
    tally: Arc<Tally>,
    record: Record,
}

impl Asker {
    /// The answer to a question that stands on the record under this number; and whether an answer failed to come before.
    pub async fn settle(
        &mut self,
        number: u64,
        question: &Question,
    ) -> Result<(Answer, bool), Failed> {
        let mut was_unknown = false;
        loop {
            let at = *self.address.wait_for(Option::is_some).await?;
            let at = at.ok_or("an address was waited for")?;
            self.tally.flying.send_modify(|flying| *flying += 1);
            let told = self.connection.ask(at, question).await;
            self.tally.flying.send_modify(|flying| *flying -= 1);
            match told {
                Told::Answered(answer) if answer.status == 503 => {
                    // It may be done all the same: the office itself may not know.
                    was_unknown = true;
                    self.tally.unavailable.fetch_add(1, Ordering::Relaxed);
                    sleep(PAUSE * 4).await;
                }
                Told::Answered(answer) => {
                    self.tally.acknowledged.send_modify(|count| *count += 1);
                    if was_unknown && answer.is_replayed {
                        self.tally.unknown_done.fetch_add(1, Ordering::Relaxed);
                    }
                    return Ok((answer, was_unknown));
                }
                Told::Unsent => sleep(PAUSE).await,
                Told::Unknown => {
                    was_unknown = true;
                    self.tally.unknown.fetch_add(1, Ordering::Relaxed);
                    self.record.note(&json!({"unknown": number})).await?;
                }
            }
        }
    }
}

/// Many clients, each with an account of its own, who live the script again and again.
pub struct Crowd {
    address: watch::Sender<Option<SocketAddr>>,
    pace: watch::Sender<Pace>,
    /// What is counted.
    pub tally: Arc<Tally>,
    clients: JoinSet<Result<VecDeque<Remembered>, Failed>>,
}

impl Crowd {
    /// Begins. Nobody asks anything before [`Self::find`].
    pub fn begin(applicants: Vec<Applicant>, script: Vec<Step>, record: &Record) -> Self {
        let (address, pace) = (watch::Sender::new(None), watch::Sender::new(Pace::Go));
        let (tally, script) = (Arc::<Tally>::default(), Arc::new(script));
        let mut clients = JoinSet::new();
        for applicant in applicants {
            let asker = Asker {
                connection: Connection::new(&applicant.token),
                address: address.subscribe(),
                tally: Arc::clone(&tally),
                record: record.clone(),
            };
            let client = Client {
                asker,
                applicant,
                pace: pace.subscribe(),
                script: Arc::clone(&script),
                remembered: VecDeque::new(),
            };
            tally.busy.send_modify(|busy| *busy += 1);
            let tally = Arc::clone(&tally);
            clients.spawn(async move {
                let lived = client.live().await;
                tally.busy.send_modify(|busy| *busy -= 1);
                lived
            });
        }
        Self {
            address,
            pace,
            tally,
            clients,
        }
    }

    /// Says where the office is; `None`: nowhere just now.
    pub fn find(&self, at: Option<SocketAddr>) {
        self.address.send_replace(at);
    }

    /// Lets everybody finish what was begun, and then wait. An office must be there.
    pub async fn hold(&self) {
        self.pace.send_replace(Pace::Hold);
        self.tally.rested().await;
    }

    /// Lets everybody go on.
    pub fn go_on(&self) {
        self.pace.send_replace(Pace::Go);
    }

    /// Lets everybody finish what was begun, and end; answers what they remember.
    pub async fn end(mut self) -> Result<Vec<Remembered>, Failed> {
        self.pace.send_replace(Pace::End);
        let mut all = Vec::new();
        while let Some(lived) = self.clients.join_next().await {
            all.extend(lived??);
        }
        Ok(all)
    }
}

/// One client.
struct Client {
    asker: Asker,
    applicant: Applicant,
    pace: watch::Receiver<Pace>,
    script: Arc<Vec<Step>>,
    remembered: VecDeque<Remembered>,
}

impl Client {
    async fn live(mut self) -> Result<VecDeque<Remembered>, Failed> {
        let (who, record) = (self.applicant.who(), self.asker.record.clone());
        let script = Arc::clone(&self.script);
        let mut told = None;
        for life in 0_u64.. {
            let mut path = format!("/v1/accounts/{}/orders", self.applicant.account);
            for (number, step) in script.iter().enumerate() {
                if !self.goes_on(&mut told).await? {
                    return Ok(self.remembered);
                }
                let key = format!("{life}-{number}");
                let question = Question::command(&path, key, step.body.clone());
                let asked = record
                    .ask(&who, step.does(), &question, told.take())
                    .await?;
                let (answer, was_unknown) = self.asker.settle(asked, &question).await?;
                told = Some(Record::told(asked, &answer));
                if answer.status != step.status || (answer.is_replayed && !was_unknown) {
                    let what = format!(
                        "{who} asked {} ({}) and was told {answer:?}",
                        step.does(),
                        question.path
                    );
                    self.asker.tally.is_wrong(what);
                    record.note(&Record::told(asked, &answer)).await?;
                    return Ok(self.remembered);
                }
                if number == 0 {
                    let order = answer.body["order"].as_str().unwrap_or_default();
                    path = format!("/v1/orders/{order}/commands");
                }
                self.remember(question, answer);
            }
        }
        Ok(self.remembered)
    }

    fn remember(&mut self, question: Question, answer: Answer) {
        if self.remembered.len() == REMEMBERED {
            self.remembered.pop_front();
        }
        self.remembered.push_back(Remembered {
            token: self.applicant.token.clone(),
            question,
            answer,
        });
    }

    /// Waits while the crowd is held; what was told is put on record before. Answers whether to go on at all.
    async fn goes_on(&mut self, told: &mut Option<Value>) -> Result<bool, Failed> {
        if *self.pace.borrow_and_update() == Pace::Go {
            return Ok(true);
        }
        if let Some(told) = told.take() {
            self.asker.record.note(&told).await?;
        }
        self.asker.tally.busy.send_modify(|busy| *busy -= 1);
        let pace = *self.pace.wait_for(|pace| *pace != Pace::Hold).await?;
        self.asker.tally.busy.send_modify(|busy| *busy += 1);
        Ok(pace == Pace::Go)
    }
}
