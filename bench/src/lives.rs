//! The work that is measured: whole lives of first filings, each of a company and a website of its own.
//!
//! A life is the story of `scenarios/openings/company-filed.md`, from opening the account to the bureau's approval, with two
//! submissions that come too early and are refused: 21 commands, two of them refused. It is played once beforehand, in memory,
//! with what must be unique made so; what is measured is only what the office does with its commands.

use domain::{
    account::Contacts,
    context::{Actor, Channel, Context, Role, Witness},
    desk::Command,
    law::Law,
    memory::Memory,
    order::Order,
    values::{DocumentKind, DocumentNumber, OrderId},
    work::Fault,
};
use fixtures::{
    play::{BEGIN, Office, Played, account_id, play, secret},
    scenario::{Placed, Scenario},
};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};

/// One filing.
pub(crate) struct Life {
    /// What is said in it, in order. First of all the account is opened.
    pub(crate) said: Vec<Said>,
    /// What the registers know of its server and its domain.
    pub(crate) records: Value,
}

/// One command and who says it.
#[derive(Clone)]
pub(crate) struct Said {
    /// What.
    pub(crate) command: Command,
    /// By whom and when.
    pub(crate) by: Arc<Context>,
    /// How many events it brings; `None`: it is refused.
    pub(crate) wrote: Option<usize>,
}

/// After which commands the applicant submits too early, and which rules refuse it.
const EARLY: [(&str, &[&str]); 2] = [
    ("verify_product", &["DOC-2", "ORD-3"]),
    ("enter_service", &["DOC-2", "VER-1"]),
];

/// Makes lives.
pub(crate) struct Lives {
    story: Scenario,
    /// What the registers know of the story's server and domain.
    known: Value,
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

impl Lives {
    /// Reads the story.
    pub(crate) fn read() -> Result<Self, Failed> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fixtures/scenarios/openings/company-filed.md");
        let mut story = Scenario::read(&file)?;
        let early = story
            .steps
            .iter()
            .find(|placed| placed.step.what["command"] == "submit")
            .map(|placed| {
                let mut early = placed.clone();
                early.step.then = None;
                early.step.stage = None;
                early
            })
            .ok_or("nobody submits in the story")?;
        for (after, rules) in EARLY {
            let place = story
                .steps
                .iter()
                .position(|placed| placed.step.what["command"] == after);
            let place = place.ok_or("the story is another one now")?;
            let mut early = early.clone();
            early.step.refused = Some(rules.iter().map(ToString::to_string).collect());
            story.steps.insert(place + 1, early);
        }
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/reference/registers.toml");
        let registers: Value = toml::from_str(&std::fs::read_to_string(file)?)?;
        let known = json!({
            "servers": {"ecs-1": registers["servers"]["ecs-1"]},
            "domains": {"example.com": registers["domains"]["example.com"]},
        });
        Ok(Self { story, known })
    }

    /// The life with this number.
    pub(crate) async fn live(&self, number: u32) -> Result<Life, Failed> {
        let (account, order) = (format!("a{number:08}"), format!("o{number:08}"));
        let mut story = Scenario {
            name: self.story.name.clone(),
            front: self.story.front.clone(),
            steps: self.story.steps.clone(),
            opening: 0,
        };
        for Placed { step, .. } in &mut story.steps {
            account.clone_into(&mut step.account);
            order.clone_into(&mut step.order);
        }
        let recorder = Recorder::new(names(number)?);
        story.front.records = self.known.clone();
        rename(&mut story.front.records, &recorder.names);
        let open = Command::OpenAccount {
            account: account_id(&account),
            contacts: contacts(number)?,
        };
        recorder.decide(&open, &context()).await?;
        play(&story, &recorder, Law::standing()).await?;
        let said = recorder.said.into_inner();
        Ok(Life {
            said: said.map_err(|_| "a life ended in a panic")?,
            records: story.front.records,
        })
    }
}

fn contacts(number: u32) -> Result<Contacts, serde_json::Error> {
    serde_json::from_value(
        json!({"mobile": format!("186{number:08}"), "email": format!("owner-{number}@example.com")}),
    )
}

fn context() -> Context {
    Context {
        at: BEGIN,
        actor: Actor {
            id: "operator:bench".to_owned(),
            role: Role::Operator,
            channel: Channel::Pc,
        },
        law: Law::standing(),
        secret: Arc::new(secret()),
        witness: Witness::default(),
    }
}

/// What the story says, and what this life says instead: whatever only one filing may hold.
fn names(number: u32) -> Result<Vec<(String, String)>, Failed> {
    let code = numbered(
        DocumentKind::BusinessLicence,
        &format!("91350100M{number:08}"),
    )?;
    // The person who leads everything in the story: here one for each company, born on one day of thirteen years or another.
    let (day, turn) = (number / 1000, number % 1000);
    let (year, month, day) = (1950 + day / 336, day / 28 % 12 + 1, day % 28 + 1);
    let stem = format!("110105{year}{month:02}{day:02}{turn:03}");
    let person = numbered(DocumentKind::ResidentIdCard, &stem)?;
    let last6 = person[12..].to_owned();
    Ok([
        ("91350100M000100Y43", code),
        ("示例科技有限公司", format!("示例科技{number}有限公司")),
        ("11010519491231002X", person),
        ("31002X", last6),
        ("13800138000", format!("138{number:08}")),
        ("13900139000", format!("139{number:08}")),
        ("19200000000", format!("192{number:08}")),
        ("example.com", format!("bench-{number}.com")),
        ("ecs-1", format!("ecs-{number}")),
        ("闽ICP备2024000001号", format!("闽ICP备2024{number:06}号")),
    ]
    .map(|(told, said)| (told.to_owned(), said))
    .into())
}

/// A number that begins like this and is one of its kind: with the check character that fits.
fn numbered(kind: DocumentKind, stem: &str) -> Result<String, Failed> {
    let checks = ('0'..='9').chain('A'..='Y');
    checks
        .map(|check| format!("{stem}{check}"))
        .find(|number| DocumentNumber::parse(kind, number).is_ok())
        .ok_or_else(|| format!("no check character fits {stem}").into())
}

/// An office in memory that writes down what it is asked.
struct Recorder {
    memory: Memory,
    names: Vec<(String, String)>,
    said: Mutex<Vec<Said>>,
}

impl Recorder {
    fn new(names: Vec<(String, String)>) -> Self {
        Self {
            memory: Memory::default(),
            names,
            said: Mutex::default(),
        }
    }

    fn renamed(&self, command: &Command) -> Result<Command, serde_json::Error> {
        let mut told: Value = serde_json::to_value(command)?;
        rename(&mut told, &self.names);
        serde_json::from_value(told)
    }
}

fn rename(told: &mut Value, names: &[(String, String)]) {
    match told {
        Value::String(text) => {
            for (told, said) in names {
                if text.contains(told.as_str()) {
                    *text = text.replace(told, said);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::Object(map) => {
            for (mut key, mut value) in std::mem::take(map) {
                for (told, said) in names {
                    key = key.replace(told, said);
                }
                rename(&mut value, names);
                map.insert(key, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Office for Recorder {
    async fn decide(&self, command: &Command, context: &Context) -> Result<Played, Fault> {
        let command = self.renamed(command)?;
        let played = self.memory.decide(&command, context).await?;
        let by = Arc::new(Context {
            witness: Witness::default(),
            ..context.clone()
        });
        let mut said = self.said.lock().map_err(|_| "a life ended in a panic")?;
        let wrote = played.outcome.is_ok().then_some(played.events.len());
        said.push(Said { command, by, wrote });
        Ok(played)
    }

    async fn order(&self, order: OrderId) -> Result<Order, Fault> {
        self.memory.order(order).await
    }
}
