//! Random lives of orders: whatever is asked, in whatever order, by whomever.
//!
//! The plan's own rules are left out here, so that a life gets past submission without a perfect form; what a form must
//! hold is the stories' business.

#![expect(
    clippy::unwrap_used,
    reason = "a life that cannot be played is a broken test"
)]

mod migrations;
mod requests;
mod transfers;

use domain::{
    account::Account,
    context::{Actor, Channel, Context, Role, Witness},
    hold::Hold,
    law::Law,
    memory::Memory,
    order::{
        Order, OrderEvent,
        lifecycle::{Move, ROWS, StageName},
    },
    secret::Secret,
    sms_phone::{SmsPhone, waiting},
    work::{House, Load},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use requests::{Asked, Person};
use std::sync::Arc;

fn law() -> Arc<Law> {
    let mut law = (*Law::standing()).clone();
    for plan in &mut law.plans {
        plan.rules.clear();
        plan.checklist.clear();
    }
    Arc::new(law)
}

fn context(law: &Arc<Law>, at: Timestamp, role: Role) -> Context {
    Context {
        at,
        actor: Actor {
            id: format!("{role:?}"),
            role,
            channel: Channel::System,
        },
        law: Arc::clone(law),
        secret: Arc::new(Secret::new([3; 32])),
        witness: Witness::default(),
    }
}

async fn state<A: House>(memory: &Memory, id: &str) -> A {
    A::clone(&*memory.load::<A>(id).await.unwrap().state)
}

/// Whether the table lists the way from one state to another by this move for this role.
fn listed(from: StageName, by: Move, to: StageName, role: Role) -> bool {
    ROWS.iter().any(|row| {
        row.by == by
            && row.from.contains(&from)
            && row.who.contains(&role)
            && row.to.unwrap_or(from) == to
    })
}

#[derive(Default, Debug)]
struct Reached {
    stages: std::collections::BTreeSet<StageName>,
    decided: u32,
}

/// Plays one life and checks it after every decision.
async fn live(steps: &[Asked]) -> Result<Reached, TestCaseError> {
    let (law, memory, mut at) = (law(), Memory::default(), Timestamp::UNIX_EPOCH);
    let mut reached = Reached::default();
    let mut folded = [Order::default(), Order::default()];
    for step in steps {
        at = at
            .checked_add(SignedDuration::from_mins(i64::from(step.minutes)))
            .unwrap();
        let step = &Asked {
            order: aimed(&memory, *step).await,
            ..*step
        };
        let id = requests::order_id(step.order).to_string();
        let before = state::<Order>(&memory, &id).await;
        let who = context(&law, at, step.role());
        let command = requests::command(*step, &before, &who);
        let decided = memory
            .execute(&command, &who)
            .await
            .map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let after = state::<Order>(&memory, &id).await;
        reached.stages.insert(after.stage.name());
        if decided.outcome.is_err() {
            prop_assert_eq!(&before, &after, "a refusal changed the order");
            prop_assert!(decided.events.is_empty());
            continue;
        }
        reached.decided += 1;
        let returned_late = decided
            .events
            .iter()
            .any(|event| event.event_type == "SmsSessionReturned");
        let by = step.request_move(&before);
        let (from, to) = (before.stage.name(), after.stage.name());
        prop_assert!(
            listed(from, by, to, step.role())
                || (returned_late && listed(from, Move::ExpireSms, to, Role::System)),
            "{from:?} -{by:?}-> {to:?} by {:?} is not listed",
            step.role()
        );
        // The state is the fold of the events, prefix by prefix.
        for event in decided
            .events
            .iter()
            .filter(|event| event.aggregate_type == "Order")
        {
            folded[usize::from(step.order)]
                .evolve(serde_json::from_value::<OrderEvent>(event.payload.clone()).unwrap());
        }
        prop_assert_eq!(&folded[usize::from(step.order)], &after);
        one_order_in_flight(&memory).await?;
    }
    Ok(reached)
}

/// Which order a step is about: one that names none is about the one whose session is open.
async fn aimed(memory: &Memory, step: Asked) -> u8 {
    let id = requests::order_id(0).to_string();
    let verifies = state::<Order>(memory, &id).await.stage.name() == StageName::SmsVerification;
    match (step.what, verifies) {
        (requests::BY_MOBILE, true) => 0,
        (requests::BY_MOBILE, false) => 1,
        _ => step.order,
    }
}

/// One account: at most one order lives, and the account knows which.
async fn one_order_in_flight(memory: &Memory) -> Result<(), TestCaseError> {
    let account = state::<Account>(memory, &requests::account_id().to_string()).await;
    let mut alive = Vec::new();
    for order in [0, 1] {
        let id = requests::order_id(order);
        let stage = state::<Order>(memory, &id.to_string()).await.stage.name();
        if stage != StageName::New && !stage.is_terminal() {
            alive.push(id);
        }
    }
    prop_assert!(alive.len() <= 1, "two orders in flight");
    prop_assert_eq!(account.in_flight, alive.first().copied());
    let phone = Secret::new([3; 32]).digest("mobile", "13800138000");
    let mut waits = Vec::new();
    for order in [0, 1] {
        let id = requests::order_id(order).to_string();
        waits.extend(waiting(&state::<Order>(memory, &id).await).remove(&phone));
    }
    let listed = state::<SmsPhone>(memory, &phone).await.open;
    prop_assert_eq!(listed, waits, "the mobile does not know who waits for it");
    let domain = state::<Hold>(memory, "domain/example.com").await;
    let owned = domain.holders.iter().filter(|holder| holder.owned).count();
    let reserved = domain.holders.len() - owned;
    prop_assert!(reserved <= 1, "two have reserved one domain");
    // What is filed is held, from the approval on, and by the order that filed it last.
    let filed = account.principal.map(|held| held.services);
    let mut by = Vec::new();
    for filed in filed.iter().flat_map(|services| services.values()) {
        let order = state::<Order>(memory, &filed.order.to_string()).await;
        // Without the rules of a plan a service may be filed that was never entered, and so has no domain.
        if order.services[&filed.service].form.is_some() {
            by.push(filed.order);
        }
    }
    let owners = domain.holders.iter().filter(|holder| holder.owned);
    let owners: Vec<_> = owners.map(|holder| holder.claimant.order).collect();
    prop_assert_eq!(
        owners,
        by,
        "a domain that is filed is not held by who filed it"
    );
    Ok(())
}

fn any_step() -> impl Strategy<Value = Asked> {
    let who = prop_oneof![8 => Just(Person::Right), 1 => Just(Person::Applicant), 1 => Just(Person::Reviewer)];
    (
        0..requests::STEPS,
        prop_oneof![9 => Just(0_u8), 1 => Just(1)],
        prop_oneof![12 => 0..30_u32, 1 => Just(1440)],
        who,
    )
        .prop_map(|(what, order, minutes, who)| Asked {
            what,
            order,
            minutes,
            who,
        })
}

/// Random steps alone hardly ever get past the draft: a life begins with a part of the straight way.
fn any_life() -> impl Strategy<Value = Vec<Asked>> {
    let begun = (0..=requests::with_change().len())
        .prop_map(|steps| requests::with_change()[..steps].to_vec());
    (begun, prop::collection::vec(any_step(), 1..80)).prop_map(|(mut begun, mut rest)| {
        begun.append(&mut rest);
        begun
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    // covers: ACC-7, ACC-8, ORD-27
    #[test]
    fn only_listed_moves_happen_and_the_fold_is_the_state(steps in any_life()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(live(&steps))?;
    }
}

/// The straight way, so that a change of the generator cannot make the property shallow without being noticed.
#[tokio::test]
async fn a_straight_life_reaches_completion() {
    let reached = live(&requests::straight()).await.unwrap();
    assert!(
        reached.stages.contains(&StageName::Completed),
        "{reached:?}"
    );
    assert_eq!(reached.decided as usize, requests::straight().len());
    assert!(reached.stages.contains(&StageName::SmsVerification));
}

/// The same, for the change that may follow.
#[tokio::test]
async fn a_life_goes_on_with_a_change() {
    let reached = live(&requests::with_change()).await.unwrap();
    assert_eq!(reached.decided as usize, requests::with_change().len());
}
