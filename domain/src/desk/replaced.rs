//! What is on record no more because another order has replaced it, or it was cancelled: the orders that filed it let go of what
//! they held for it.

use super::former_leads::former_leads;
use crate::{
    account::{Account, FiledPrincipal},
    form::ServiceKey,
    hold::{Claim, Hold, HoldCommand},
    order::{Order, claims::Parts},
    values::{AccountId, OrderId},
    work::{Stop, Work},
};
use std::collections::{BTreeMap, BTreeSet};

/// What of an order is on record in an account.
fn on_record(order: OrderId, held: Option<&FiledPrincipal>) -> Parts {
    let services = held.into_iter().flat_map(|held| held.services.values());
    let services = services.filter(|filed| filed.order == order);
    Parts {
        principal: held.is_some_and(|held| held.order == order),
        services: services
            .map(|filed| filed.service.clone())
            .collect::<BTreeSet<ServiceKey>>(),
        lead: false,
    }
}

/// What an order holds for what it has on record in an account, and what of it stays there.
pub(super) struct Titles {
    /// Held so far.
    pub held: Vec<Claim>,
    /// Still needed.
    pub kept: Vec<Claim>,
}

/// The orders some of whose filing leaves the record of an account: with what each holds `before`, and `after`. Other parts of the
/// same order may share a domain, a phone, a mailbox.
pub(super) async fn titles<W: Work>(
    before: &FiledPrincipal,
    after: Option<&FiledPrincipal>,
    work: &mut W,
) -> Result<BTreeMap<OrderId, Titles>, Stop> {
    // Whoever led a service as the principal's lead leads it still where somebody else leads the principal by now: so their contacts
    // are on record, by the order that filed them last, whatever else of it is.
    let led_then = former_leads(before, work).await?;
    let led_now = match after {
        Some(held) => former_leads(held, work).await?,
        None => BTreeMap::new(),
    };
    let filed = before.services.values().map(|filed| filed.order);
    let led = led_then.values().chain(led_now.values()).copied();
    let orders: BTreeSet<OrderId> = filed.chain([before.order]).chain(led).collect();
    let mut titles = BTreeMap::new();
    for id in orders {
        let (mut was, mut is) = (on_record(id, Some(before)), on_record(id, after));
        was.lead = led_then.values().any(|order| *order == id);
        is.lead = led_now.values().any(|order| *order == id);
        if was == is {
            continue;
        }
        let order = work.read::<Order>(&id.to_string()).await?.clone();
        let secret = &work.context().secret;
        let (held, kept) = (order.claims_of(&was, secret), order.claims_of(&is, secret));
        titles.insert(id, Titles { held, kept });
    }
    Ok(titles)
}

/// After an order was completed: what was on record of an account `before` and is not any more, is held no more.
/// `by`: that order, if it was one.
pub(super) async fn let_go<W: Work>(
    account: AccountId,
    by: Option<OrderId>,
    before: &FiledPrincipal,
    work: &mut W,
) -> Result<(), Stop> {
    let account = work.read::<Account>(&account.to_string()).await?;
    let after = account.principal.clone();
    for (id, titles) in titles(before, after.as_ref(), work).await? {
        if Some(id) == by {
            continue;
        }
        for claim in &titles.held {
            let stream = claim.stream();
            // A website's title says which one it is; the App that shares the domain keeps it without that.
            let kept = titles.kept.iter();
            let keep = kept.clone().find(|kept| kept.stream() == stream).cloned();
            let let_go = HoldCommand::LetGo { order: id, keep };
            work.run::<Hold>(&stream, let_go).await?;
        }
    }
    Ok(())
}
