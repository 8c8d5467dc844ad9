//! Random migrations of a filed website between three accounts, with codes, answers and mistakes in between.

use crate::{
    context, law, requests, state,
    transfers::{accounts, filed},
};
use domain::{
    account::{Account, code::CodePurpose},
    context::Role,
    desk::Command,
    facts::Facts,
    hold::{Claim, Hold},
    memory::Memory,
    order::{Order, OrderCommand, Request, Stage, sms_code},
    values::{AccountId, DomainName, OrderId},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What happens to the newest migration, or to a new one; by which account and towards which.
#[derive(Clone, Copy, Debug)]
struct Step {
    what: u8,
    by: usize,
    to: usize,
    minutes: i64,
}

fn any_step() -> impl Strategy<Value = Step> {
    (0..18_u8, 0..3_usize, 0..3_usize, 0..4_i64).prop_map(|(what, by, to, minutes)| Step {
        what,
        by,
        to,
        minutes,
    })
}

/// Under which documents the accounts file, so that there is a way back; the first one is filed.
const DOCUMENTS: [&str; 3] = [
    "91350100M000100Y43",
    "914403001922038216",
    "91350600M00010145T",
];
/// How far away the reviewer and the bureau are from a draft.
const TO_THE_END: u8 = 15;

struct Life {
    memory: Memory,
    at: Timestamp,
    orders: Vec<OrderId>,
    moved: u32,
}

impl Life {
    async fn order(&self) -> Option<(OrderId, Order)> {
        let id = *self.orders.last()?;
        Some((id, state(&self.memory, &id.to_string()).await))
    }

    /// Asks, and answers whether it was done.
    async fn ask(&mut self, role: Role, command: &Command) -> bool {
        self.at += SignedDuration::from_secs(1);
        let who = context(&law(), self.at, role);
        let decided = self.memory.execute(command, &who).await.unwrap();
        assert!(decided.outcome.is_ok() || decided.events.is_empty());
        decided.outcome.is_ok()
    }

    async fn about(
        &mut self,
        role: Role,
        account: AccountId,
        order: OrderId,
        asked: Value,
    ) -> bool {
        let request: Request = serde_json::from_value(asked).unwrap();
        let number = u8::try_from(self.orders.len()).unwrap();
        let command = Command::Order(Box::new(OrderCommand {
            order,
            account,
            request,
            facts: Facts::default(),
            fresh: [number; 10],
        }));
        self.ask(role, &command).await
    }

    async fn open(&mut self, step: Step) {
        let by = accounts()[step.by];
        let held: Account = state(&self.memory, &by.to_string()).await;
        let services = held.principal.map(|it| it.services).unwrap_or_default();
        let services: Vec<String> = services.into_keys().collect();
        let number = u8::try_from(self.orders.len()).unwrap();
        let order = requests::order_id(50 + number);
        let found = if step.minutes % 2 == 0 {
            json!({"found_by": "number", "number": format!("闽ICP备202400000{}号", step.to + 1)})
        } else {
            json!({"found_by": "entered", "region": "福建", "nature": "enterprise", "principal_name": format!("第{}有限公司", step.to),
                "document": {"kind": "business_licence", "number": DOCUMENTS[step.to]}})
        };
        let open = json!({"command": "open_migration", "services": services, "to": found});
        self.orders.push(order);
        if !self.about(Role::Applicant, by, order, open).await {
            self.orders.pop();
        }
    }

    async fn play(&mut self, step: Step) {
        self.at += SignedDuration::from_mins(step.minutes);
        let to = accounts()[step.to];
        if step.what < 3 {
            return self.open(step).await;
        }
        let Some((id, order)) = self.order().await else {
            return;
        };
        let owner = order.opened.as_ref().map(|opened| opened.account).unwrap();
        match step.what {
            3..5 => {
                let purpose = CodePurpose::Migration { order: id, to };
                let account = owner;
                let send = Command::SendAccountCode { account, purpose };
                self.ask(Role::Applicant, &send).await;
            }
            5..8 => {
                let asks: Account = state(&self.memory, &owner.to_string()).await;
                let secret = context(&law(), self.at, Role::Applicant).secret;
                let code = asks.code_sent(owner, &secret).filter(|_| step.what < 7);
                let code = code.unwrap_or_else(|| "000000".to_owned());
                let ask = json!({"command": "request_authorisation", "to": to, "code": code});
                self.about(Role::Applicant, owner, id, ask).await;
            }
            8..11 => {
                let agree = json!({"command": "agree"});
                self.about(Role::Target, to, id, agree).await;
            }
            11 => {
                let refuse = json!({"command": "refuse"});
                self.about(Role::Target, to, id, refuse).await;
            }
            12 => {
                let recall = json!({"command": "recall"});
                self.about(Role::Applicant, owner, id, recall).await;
            }
            13 => {
                let service = order.services.keys().next().map(ToString::to_string);
                let remove = json!({"command": "remove_service", "service": service.unwrap_or_else(|| "site-1".to_owned())});
                self.about(Role::Applicant, owner, id, remove).await;
            }
            14 => {
                let abandon = json!({"command": "abandon"});
                self.about(Role::Applicant, owner, id, abandon).await;
            }
            TO_THE_END.. => self.go_to_the_end(id, owner).await,
            _ => {}
        }
    }

    /// From a draft that is agreed to, to the new number.
    async fn go_to_the_end(&mut self, id: OrderId, owner: AccountId) {
        let (_, order) = self.order().await.unwrap();
        let document = order
            .opened
            .as_ref()
            .and_then(|it| it.principal.document.number.known().cloned());
        let Some(place) =
            document.and_then(|it| DOCUMENTS.iter().position(|known| *known == it.as_str()))
        else {
            return;
        };
        let agreed = order.has_consent();
        let lead = json!({"name": "张三", "document": {"kind": "resident_id_card", "number": "11010519491231002X"}, "validity": {"long_term": true},
            "mobile": "13800138000", "emergency_phone": format!("1390013900{place}"), "email": "lead@example.com"});
        let principal = json!({"name": order.opened.as_ref().map(|it| &it.principal.principal_name), "document": {"kind": "business_licence", "number": DOCUMENTS[place]},
            "document_address": "福州市某路1号", "lead": lead, "lead_is_legal_representative": true,
            "correspondence": {"province": "福建", "city": "福州市", "district": "鼓楼区", "detail": "某路1号"}});
        let enter = json!({"command": "enter_principal", "principal": principal});
        self.about(Role::Applicant, owner, id, enter).await;
        for service in order.services.keys() {
            let form = json!({"form": "website", "site_name": "示例科技", "domains": ["example.com"], "addresses": ["203.0.113.7"], "content": "other",
                "lead": {"who": "principal_lead"}});
            let enter = json!({"command": "enter_service", "service": service, "form": form});
            self.about(Role::Applicant, owner, id, enter).await;
        }
        let submit = json!({"command": "submit", "ticks": []});
        let submitted = self.about(Role::Applicant, owner, id, submit).await;
        assert!(agreed || !submitted, "submitted without the consent");
        self.about(
            Role::Reviewer,
            owner,
            id,
            json!({"command": "pass", "judged": []}),
        )
        .await;
        self.about(Role::Reviewer, owner, id, json!({"command": "dispatch"}))
            .await;
        let (_, order) = self.order().await.unwrap();
        if let Stage::AwaitingBureauSubmission {
            submission: Some(submission),
        } = order.stage
        {
            let receipt = json!({"command": "record_receipt", "submission": submission});
            self.about(Role::Bureau, owner, id, receipt).await;
        }
        let (_, order) = self.order().await.unwrap();
        if let Stage::SmsVerification(session) = &order.stage {
            let secret = context(&law(), self.at, Role::Lead).secret;
            for target in session.targets.clone() {
                let code = sms_code(&secret, session.submission, &target);
                let entry = json!({"command": "enter_sms_code", "entry": {"code": code, "mobile": "13800138000", "last6": "31002X"}});
                self.about(Role::Lead, owner, id, entry).await;
            }
        }
        let (_, order) = self.order().await.unwrap();
        if let Stage::BureauReview { submission } = order.stage {
            let principal = format!("闽ICP备202400000{}号", place + 1);
            // No number comes back.
            let numbers: BTreeMap<_, _> = order
                .services
                .keys()
                .zip(1..)
                .map(|(key, n)| (key, format!("{principal}-{}", self.orders.len() * 10 + n)))
                .collect();
            let approve = json!({"command": "approve", "submission": submission, "principal_number": principal, "service_numbers": numbers});
            self.moved += u32::from(self.about(Role::Bureau, owner, id, approve).await);
        }
    }

    /// One place an account, one account a website, and “my authorisations” are what orders say.
    async fn check(&self) -> Result<(), TestCaseError> {
        let (mut sites, mut owners) = (0, Vec::new());
        let domain = DomainName::parse("example.com").unwrap();
        let stream = Claim::domain(&domain, None, String::new()).stream();
        let of_domain: Hold = state(&self.memory, &stream).await;
        for account in accounts() {
            let stands: Account = state(&self.memory, &account.to_string()).await;
            if let Some(order) = stands.in_flight {
                let order: Order = state(&self.memory, &order.to_string()).await;
                let is_own = order
                    .opened
                    .as_ref()
                    .is_some_and(|it| it.account == account);
                let agreed = order.has_consent() && order.consent_of() == Some(account);
                prop_assert!(is_own || agreed, "a place is taken by a stranger");
                prop_assert!(!order.stage.name().is_terminal());
            }
            let mut asked = BTreeMap::new();
            for id in &self.orders {
                let order: Order = state(&self.memory, &id.to_string()).await;
                if order.consent_of() == Some(account) {
                    asked.insert(*id, order.has_consent());
                    if order.has_consent() {
                        prop_assert_eq!(
                            stands.in_flight,
                            Some(*id),
                            "agreed, and its place is free"
                        );
                    }
                }
            }
            let mine = stands.authorisations.iter();
            let mine: BTreeMap<_, _> = mine.map(|(id, it)| (*id, it.given.is_some())).collect();
            prop_assert_eq!(mine, asked);
            let held = stands.principal.map_or(0, |it| it.services.len());
            sites += held;
            owners.extend((held > 0).then_some(account));
        }
        prop_assert_eq!(sites, 1, "the website is filed once");
        let held: Vec<_> = of_domain.owners().into_iter().collect();
        prop_assert_eq!(held, owners, "its domain is held where it is filed");
        Ok(())
    }
}

/// Plays a life and answers how often the website moved.
async fn live(steps: &[Step]) -> Result<u32, TestCaseError> {
    let mut life = Life {
        memory: Memory::default(),
        at: Timestamp::UNIX_EPOCH + SignedDuration::from_hours(100),
        orders: Vec::new(),
        moved: 0,
    };
    filed(&life.memory).await;
    for step in steps {
        life.play(*step).await;
        life.check().await?;
    }
    Ok(life.moved)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    // covers: MIG-4, MIG-14, MIG-18
    #[test]
    fn a_website_is_filed_in_one_account_whatever_is_asked_and_answered(steps in prop::collection::vec(any_step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(live(&steps))?;
    }
}

/// There and back, so that a change of the generator cannot make the property shallow without being noticed.
#[tokio::test]
async fn a_website_goes_there_and_back() {
    let step = |what, by, to, minutes| Step {
        what,
        by,
        to,
        minutes,
    };
    let there = |by, to, minutes| {
        [
            step(0, by, to, minutes),
            step(3, by, to, 1),
            step(5, by, to, 1),
            step(8, by, to, 1),
            step(TO_THE_END, by, to, 1),
        ]
    };
    // First to a principal that is entered, then back to one that is a shell, found by its number.
    let steps = [there(0, 1, 1), there(1, 0, 2)].concat();
    assert_eq!(live(&steps).await.unwrap(), 2);
}
