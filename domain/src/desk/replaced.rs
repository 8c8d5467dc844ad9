//! What is on record no more because another order has replaced it, or it was cancelled: the orders that filed it let go of what
//! they held for it.

use super::former_leads::former_leads;
use crate::{
    account::{Account, FiledPrincipal},
    form::ServiceKey,
    hold::{Hold, HoldCommand},
    order::{Order, OrderCommand, claims::Parts},
    values::OrderId,
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

/// After an order was completed: what was on record `before` and is not any more, is held no more. What other parts of the same
/// order still need stays: they may share a domain, a phone, a mailbox.
pub(super) async fn let_go<W: Work>(
    command: &OrderCommand,
    before: &FiledPrincipal,
    work: &mut W,
) -> Result<(), Stop> {
    let account = work.read::<Account>(&command.account.to_string()).await?;
    let after = account.principal.clone();
    // Whoever led a service as the principal's lead leads it still where somebody else leads the principal by now: so their contacts
    // are on record, by the order that filed them last, whatever else of it is.
    let led_then = former_leads(before, work).await?;
    let led_now = match &after {
        Some(held) => former_leads(held, work).await?,
        None => BTreeMap::new(),
    };
    let filed = before.services.values().map(|filed| filed.order);
    let led = led_then.values().chain(led_now.values()).copied();
    let orders: BTreeSet<OrderId> = filed.chain([before.order]).chain(led).collect();
    for id in orders.into_iter().filter(|id| *id != command.order) {
        let (mut was, mut is) = (on_record(id, Some(before)), on_record(id, after.as_ref()));
        was.lead = led_then.values().any(|order| *order == id);
        is.lead = led_now.values().any(|order| *order == id);
        if was == is {
            continue;
        }
        let order = work.read::<Order>(&id.to_string()).await?.clone();
        let secret = &work.context().secret;
        let needed = order.claims_of(&is, secret);
        let held = order.claims_of(&was, secret);
        for claim in &held {
            let stream = claim.stream();
            // A website's title says which one it is; the App that shares the domain keeps it without that.
            let keep = needed.iter().find(|kept| kept.stream() == stream).cloned();
            let let_go = HoldCommand::LetGo { order: id, keep };
            work.run::<Hold>(&stream, let_go).await?;
        }
    }
    Ok(())
}
