//! What a change starts from can leave the record before the change does: the office takes its access off without asking (CXA-12),
//! and the slot of the account is no guard against that.

use crate::{
    account::{Account, FiledPrincipal},
    context::Context,
    facts::PrincipalRecord,
    filings::Basis,
    order::{Order, OrderCommand},
    refusal::Objections,
    rules::{
        Rule,
        change::FROM_A_FILING,
        matter::{FilingAsked, ServiceAsked},
        migration::SITES_CHOSEN,
    },
    work::{Stop, Work},
};

/// How much of what an order changes its account still has, as it was when the order was opened. `None`: it changes nothing
/// that is filed here, it files or cancels.
fn asked(order: &Order, held: Option<&FiledPrincipal>, context: &Context) -> Option<FilingAsked> {
    let plan = context.law.plan(order.filing())?;
    if !plan.basis.is_on_filing() || plan.cancels.is_some() {
        return None;
    }
    let record = order.on_record.as_ref();
    // A migration takes websites along; their principal stays what it is.
    let changes_hands = plan.basis == Basis::Services;
    let has_principal = |held: &FiledPrincipal| {
        let as_it_was =
            |it: &PrincipalRecord| it.number == held.number && it.order == Some(held.order);
        changes_hands || record.is_some_and(|it| as_it_was(it))
    };
    let chosen = order.services_on_record.iter();
    let chosen = chosen.filter(|(key, _)| order.services.contains_key(*key));
    let services = chosen.map(|(key, record)| {
        let filed = held.and_then(|held| held.services.get(&record.number));
        ServiceAsked {
            number: record.number.clone(),
            is_filed: filed.is_some_and(|filed| filed.order == record.order),
            is_website: !record.service.kind.is_app_like(),
            is_repeated: false,
            pointer: format!("/services/{key}"),
        }
    });
    Some(FilingAsked {
        about: plan.about,
        principal: held.is_some_and(has_principal),
        services: services.collect(),
        migration: None,
    })
}

/// What is judged of it.
fn rule(order: &Order) -> &'static Rule<FilingAsked> {
    match order.migration {
        Some(_) => &SITES_CHOSEN,
        None => &FROM_A_FILING,
    }
}

/// A change goes on only while its account has what it changes.
pub(super) async fn judge<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    let account = work.read::<Account>(&command.account.to_string()).await?;
    let held = account.principal.clone();
    if let Some(asked) = asked(order, held.as_ref(), work.context()) {
        objections.add(work.context().judge(rule(order), &asked));
    }
    Ok(())
}

/// An approved order without what has left the record meanwhile: that does not come back by it. `None`: all of it has.
pub(super) async fn left_of<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
) -> Result<Option<Order>, Stop> {
    let account = work.read::<Account>(&command.account.to_string()).await?;
    let held = account.principal.clone();
    let Some(asked) = asked(order, held.as_ref(), work.context()) else {
        return Ok(Some(order.clone()));
    };
    let gone = |number: &String| {
        let mut services = asked.services.iter();
        services.any(|service| service.number == *number && !service.is_filed)
    };
    let mut left = order.clone();
    left.services.retain(|key, _| {
        let record = order.services_on_record.get(key);
        !record.is_some_and(|record| gone(&record.number))
    });
    // A migration of nothing is none.
    let is_left = order.migration.is_none() || !left.services.is_empty();
    Ok((asked.principal && is_left).then_some(left))
}
