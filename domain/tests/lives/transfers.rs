//! Random transfers of a filing between three accounts, with drafts, codes and mistakes in between.

use crate::{
    context, law,
    requests::{self, Asked, account_id, order_id},
    state,
};
use domain::{
    account::{Account, Contacts, code::CodePurpose},
    context::Role,
    desk::{Command, TransferCommand},
    facts::Facts,
    hold::Hold,
    memory::Memory,
    order::{Order, OrderCommand, Request},
    values::{AccountId, IcpNumber, SmsCode},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;

/// What happens, between which two accounts, and how much later.
#[derive(Clone, Copy, Debug)]
struct Step {
    what: u8,
    from: usize,
    to: usize,
    minutes: i64,
}

pub(crate) fn accounts() -> [AccountId; 3] {
    let other = |byte| AccountId::new(Timestamp::UNIX_EPOCH, [byte; 10]);
    [account_id(), other(7), other(8)]
}

fn any_step() -> impl Strategy<Value = Step> {
    (0..12_u8, 0..3_usize, 0..3_usize, 0..4_i64).prop_map(|(what, from, to, minutes)| Step {
        what,
        from,
        to,
        minutes,
    })
}

/// An office with a filing in the first account, and what that holds.
pub(crate) async fn filed(memory: &Memory) -> BTreeSet<String> {
    let (law, mut at, mut held) = (law(), Timestamp::UNIX_EPOCH, BTreeSet::new());
    for account in accounts() {
        let contacts = json!({"mobile": "18600186000", "email": "owner@example.com"});
        let contacts: Contacts = serde_json::from_value(contacts).unwrap();
        let open = Command::OpenAccount { account, contacts };
        memory
            .execute(&open, &context(&law, at, Role::Operator))
            .await
            .unwrap();
    }
    for step in requests::straight() {
        at += SignedDuration::from_mins(i64::from(step.minutes));
        let who = context(&law, at, Asked::role(step));
        let order = state::<Order>(memory, &order_id(0).to_string()).await;
        let command = requests::command(step, &order, &who);
        let decided = memory.execute(&command, &who).await.unwrap();
        let owned = decided
            .events
            .into_iter()
            .filter(|it| it.event_type == "HoldOwned");
        held.extend(owned.map(|event| event.aggregate_id));
    }
    held
}

impl Step {
    async fn command(self, memory: &Memory, drafts: u8) -> Option<Command> {
        let [from, to] = [self.from, self.to].map(|at| accounts()[at]);
        let account = state::<Account>(memory, &from.to_string()).await;
        let draft = |document: &str, name: &str| {
            let request = json!({"command": "open", "region": "福建", "nature": "enterprise", "principal_name": name,
                "document": {"kind": "business_licence", "number": document},
                "product": {"service": "site-1", "kind": "website", "name": {"domain": "example.cn"}, "resource": {"kind": "cloud_server", "id": "ecs-1"}}});
            let order = order_id(10 + drafts);
            let request: Request = serde_json::from_value(request).unwrap();
            let facts = Facts {
                on_record: [(requests::service(), domain::facts::OnRecord::default())].into(),
                ..Facts::default()
            };
            Command::Order(Box::new(OrderCommand {
                order,
                account: from,
                request,
                facts,
                fresh: [drafts; 10],
            }))
        };
        Some(match self.what {
            0..4 => Command::SendAccountCode {
                account: from,
                purpose: CodePurpose::Transfer { to },
            },
            4..9 => {
                let right = account.code_sent(
                    from,
                    &context(&law(), Timestamp::UNIX_EPOCH, Role::Applicant).secret,
                );
                let code = if self.what == 8 { None } else { right };
                Command::Transfer(TransferCommand {
                    from,
                    to,
                    number: IcpNumber::parse("闽ICP备2024000001号").unwrap(),
                    code: SmsCode::parse(&code.unwrap_or_else(|| "000000".to_owned()))
                        .unwrap()
                        .into(),
                })
            }
            9 => draft("91350100M000100Y43", "示例科技有限公司"),
            10 => draft("914403001922038216", "另一示例有限公司"),
            _ => {
                let request: Request =
                    serde_json::from_value(json!({"command": "abandon"})).unwrap();
                let (order, facts) = (account.in_flight?, Facts::default());
                Command::Order(Box::new(OrderCommand {
                    order,
                    account: from,
                    request,
                    facts,
                    fresh: [0; 10],
                }))
            }
        })
    }
}

/// Plays a life and answers how often the filing moved.
async fn live(steps: &[Step]) -> Result<u32, TestCaseError> {
    let (law, memory, mut moved) = (law(), Memory::default(), 0);
    let things = filed(&memory).await;
    prop_assert!(things.len() >= 4, "{things:?}");
    let mut at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(100);
    for (step, drafts) in steps.iter().zip(0_u8..) {
        at += SignedDuration::from_mins(step.minutes);
        let Some(command) = step.command(&memory, drafts).await else {
            continue;
        };
        let who = context(&law, at, Role::Applicant);
        let decided = memory.execute(&command, &who).await.unwrap();
        let is_moved = decided
            .events
            .iter()
            .any(|event| event.event_type == "PrincipalReceived");
        moved += u32::from(is_moved);
        let mut holders = Vec::new();
        for account in accounts() {
            let stands = state::<Account>(&memory, &account.to_string()).await;
            if is_moved && (account == accounts()[step.from] || account == accounts()[step.to]) {
                prop_assert_eq!(stands.in_flight, None, "moved beside an order in flight");
            }
            holders.extend(stands.principal.map(|_| account));
        }
        prop_assert_eq!(holders.len(), 1, "the filing is in one account");
        for stream in &things {
            let hold = state::<Hold>(&memory, stream).await;
            let of_it = hold.holders.iter().filter(|holder| holder.owned);
            for holder in of_it {
                prop_assert_eq!(
                    holder.claimant.account,
                    holders[0],
                    "{} stayed behind",
                    stream
                );
            }
        }
    }
    Ok(moved)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    // covers: TRF-3, TRF-4
    #[test]
    fn a_filing_is_in_one_account_with_all_that_it_holds(steps in prop::collection::vec(any_step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(live(&steps))?;
    }
}

/// There and back, so that a change of the generator cannot make the property shallow without being noticed.
#[tokio::test]
async fn a_filing_goes_there_and_back() {
    let step = |what, from, to| Step {
        what,
        from,
        to,
        minutes: 1,
    };
    let steps = [
        step(0, 0, 1),
        step(8, 0, 1),
        step(4, 0, 1),
        step(0, 1, 0),
        step(4, 1, 0),
        step(4, 0, 1),
    ];
    assert_eq!(live(&steps).await.unwrap(), 2);
}
