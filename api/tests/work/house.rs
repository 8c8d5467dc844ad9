//! An office with workers on either store, in the time of its story.

use crate::ports::Ledgered;
use api::{
    office::Office,
    workers::{Outside, SmsKeeper, Step, Work, runner::Runner, running, texts::Language, workers},
};
use domain::{
    account::Contacts,
    context::Context,
    desk::Command,
    law::Law,
    order::{Order, OrderEvent},
    secret::Secret,
    values::OrderId,
};
use fixtures::{
    play::{BEGIN, account_id, order_id, play},
    reference::Reference,
    scenario::{Front, Placed, Scenario, Step as Told},
};
use jiff::{SignedDuration, Timestamp};
use ledger::{Decision, KeyRing, Ledger, RecordedEvent, Settings, Terms};
use projections::ReadModels;
use serde::Deserialize;
use serde_json::json;
use std::{path::Path, sync::Arc};
use tempfile::TempDir;
use test_database::TestDatabase;

/// Which store.
#[derive(Clone, Copy, Debug)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

/// Each test on both stores.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite { $(#[tokio::test] async fn $name() { super::$name(crate::house::On::Sqlite).await; })* }
        mod postgres { $(#[tokio::test] async fn $name() { super::$name(crate::house::On::Postgres).await; })* }
    };
}
pub(crate) use on_both;

#[expect(dead_code, reason = "they are there to be dropped last")]
enum Keep {
    Folder(TempDir),
    Database(TestDatabase),
}

pub(crate) struct House {
    pub(crate) office: Office,
    url: String,
    keep: Keep,
}

/// The account's own phone, which no lead has.
pub(crate) const OWNER: &str = "18600186000";
/// Principal lead and service lead of the stories.
pub(crate) const PRINCIPAL_LEAD: &str = "13800138000";
pub(crate) const SERVICE_LEAD: &str = "19200000000";

/// A time of the year of the stories, in Shanghai.
pub(crate) fn on_day(day: &str) -> Timestamp {
    format!("2024-{day}+08:00").parse().unwrap()
}

/// What the registers know of a server that is paid until this day.
pub(crate) fn server(name: &str, paid_until: &str, address: &str) -> String {
    format!(
        r#"
        [servers.{name}]
        known = true
        server = "server/{name}"
        billing = "prepaid"
        term_months = 12
        paid_until = "{paid_until}"
        public_ips = ["{address}"]
        "#
    )
}

/// The account of the stories asks for the code of a transfer to another one.
pub(crate) const TRANSFER_ASKED: &str = r#"
    [[step]]
    at = "+100h"
    by = "operator"
    account = "beta"
    do = { command = "open_account", contacts = { mobile = "18600186001", email = "beta@example.com" } }
    [[step]]
    by = "applicant"
    do = { command = "request_account_code", purpose = { for = "transfer", to = "{account:beta}" } }
"#;

impl House {
    /// With workers.
    pub(crate) async fn open(on: On, outside: Outside, keeper: SmsKeeper) -> Self {
        let mut house = Self::bare(on).await;
        house.employ(outside, keeper).await;
        house
    }

    /// Without workers, and with the account of the stories.
    pub(crate) async fn bare(on: On) -> Self {
        let (url, keep) = match on {
            On::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}", folder.path().join("ledger.sqlite").display());
                (url, Keep::Folder(folder))
            }
            On::Postgres => {
                let database = TestDatabase::create().await.unwrap();
                (database.url().to_owned(), Keep::Database(database))
            }
        };
        let ledger = Ledger::open(&url, Settings::new(KeyRing::from_bytes([7; 32])))
            .await
            .unwrap();
        // The secret of the stories, so that the codes they enter are the codes that are sent.
        let models = ReadModels::open(&url, &ledger).await.unwrap();
        let secret = Secret::new([42; 32]);
        let office = Office::new(ledger, models, secret, Reference::default());
        let contacts: Contacts =
            serde_json::from_value(json!({"mobile": OWNER, "email": "owner@example.com"})).unwrap();
        let open = Command::OpenAccount {
            account: account_id("acme"),
            contacts,
        };
        let context = Context {
            at: BEGIN,
            ..office.context(Office::operator())
        };
        office
            .ledger
            .execute(&open, &context, &Terms::default())
            .await
            .unwrap()
            .outcome
            .unwrap();
        Self { office, url, keep }
    }

    pub(crate) async fn employ(&mut self, outside: Outside, keeper: SmsKeeper) {
        let work = Work::open(
            &self.url,
            &self.office.ledger,
            outside,
            keeper,
            Language::En,
        )
        .await
        .unwrap();
        self.office.work = Some(work);
    }

    /// The passive cancellations that an account has had, and where each stands.
    pub(crate) async fn passive(&self, account: &str) -> Vec<(OrderId, String)> {
        let account = account_id(account).to_string();
        let history = self.office.ledger.history("account", &account, 0, 1000);
        let mut stages = Vec::new();
        for decision in history.await.unwrap() {
            if decision.command_type != "start_passive" || !decision.accepted() {
                continue;
            }
            let of_order = |event: &&RecordedEvent| event.stream.aggregate_type == "Order";
            let event = decision.events.iter().find(of_order).unwrap();
            let OrderEvent::OrderOpened { order: id, .. } = event.decode().unwrap() else {
                panic!("a passive cancellation begins with its opening");
            };
            let order = self.office.ledger.load::<Order>(&id.to_string()).await;
            stages.push((id, format!("{:?}", order.unwrap().state.stage.name())));
        }
        stages
    }

    /// The office as a service has it, and what has to outlive it.
    pub(crate) fn share(self) -> (Arc<Office>, impl Sized) {
        (Arc::new(self.office), self.keep)
    }

    /// Another node on the same stores.
    pub(crate) async fn node(&self, outside: Outside) -> Work {
        Work::open(
            &self.url,
            &self.office.ledger,
            outside,
            SmsKeeper::Embedded,
            Language::En,
        )
        .await
        .unwrap()
    }

    pub(crate) fn work(&self) -> &Work {
        self.office.work.as_ref().unwrap()
    }

    pub(crate) fn runner<'h>(&'h self, work: &'h Work, name: &str) -> Runner<'h> {
        let worker = workers().iter().find(|worker| worker.name == name).unwrap();
        Runner {
            office: &self.office,
            work,
            worker,
        }
    }

    /// Plays a story, or the beginning of it: up to the step that gives `until`, not included.
    pub(crate) async fn play(&self, file: &str, until: Option<&str>) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fixtures/scenarios")
            .join(file);
        let mut story = Scenario::read(&path).unwrap();
        if let Some(until) = until {
            let end = story
                .steps
                .iter()
                .position(|placed| placed.step.what["command"] == until)
                .unwrap();
            story.steps.truncate(end);
        }
        play(&story, &self.office.ledger, Law::standing())
            .await
            .unwrap();
    }

    /// Goes on with it: steps as a story writes them, `[[step]]` before each.
    pub(crate) async fn say(&self, steps: &str) {
        #[derive(Deserialize)]
        struct Steps {
            step: Vec<Told>,
        }
        let Steps { step } = toml::from_str(steps).unwrap();
        let steps = step
            .into_iter()
            .map(|step| Placed {
                step,
                place: "test".to_owned(),
            })
            .collect();
        let front: Front = serde_json::from_value(json!({"title": "A test"})).unwrap();
        let story = Scenario {
            name: "test".to_owned(),
            front,
            steps,
            opening: 0,
        };
        play(&story, &self.office.ledger, Law::standing())
            .await
            .unwrap();
    }

    /// Lets every worker work until none has anything to do.
    pub(crate) async fn settle(&self, now: Timestamp) {
        let mut is_busy = true;
        while is_busy {
            is_busy = false;
            for worker in running(&self.office) {
                let step = self
                    .runner(self.work(), worker.name)
                    .step(now)
                    .await
                    .unwrap();
                assert_ne!(step, Step::Elsewhere, "{}", worker.name);
                is_busy |= step == Step::Worked;
            }
        }
    }

    pub(crate) async fn order(&self) -> Arc<Order> {
        let id = order_id("o1").to_string();
        self.office.ledger.load::<Order>(&id).await.unwrap().state
    }

    pub(crate) async fn stage(&self) -> String {
        format!("{:?}", self.order().await.stage.name())
    }

    /// The decisions about the order that were given by this command.
    pub(crate) async fn decisions(&self, command: &str) -> Vec<Decision> {
        let id = order_id("o1").to_string();
        let history = self
            .office
            .ledger
            .history("order", &id, 0, 1000)
            .await
            .unwrap();
        history
            .into_iter()
            .filter(|decision| decision.command_type == command)
            .collect()
    }
}

/// A time of the story.
pub(crate) fn at(hours: i64, minutes: i64) -> Timestamp {
    BEGIN + SignedDuration::from_hours(hours) + SignedDuration::from_mins(minutes)
}

/// An office whose ports keep what they were given, with a bureau that has its own receipt ready.
pub(crate) async fn house(on: On) -> (House, Ledgered) {
    let ports = Ledgered::default();
    (
        House::open(on, ports.outside(), SmsKeeper::Embedded).await,
        ports,
    )
}
