//! Whoever led a service as the lead of its principal leads it still where somebody else leads the principal by now.

use crate::{
    account::FiledPrincipal,
    form::{Document, Principal},
    order::Order,
    values::OrderId,
    work::{Stop, Work},
};
use std::collections::BTreeMap;

/// The services that are led by a former lead of the principal, by their numbers: each with the order that says how that person is
/// reached. That is the last one by which they led the principal, and need not be the one that filed the service.
pub(super) async fn former_leads<W: Work>(
    held: &FiledPrincipal,
    work: &mut W,
) -> Result<BTreeMap<String, OrderId>, Stop> {
    let mut found = BTreeMap::new();
    let filed = work.read::<Order>(&held.order.to_string()).await?;
    let Some(now) = lead(filed.principal.as_ref()) else {
        return Ok(found);
    };
    for (number, filed) in &held.services {
        let order = work.read::<Order>(&filed.order.to_string()).await?;
        let is_led = order.is_led_by_principal_lead(&[filed.service.clone()].into());
        let Some(then) = lead(order.principal.as_ref()).filter(|_| is_led) else {
            continue;
        };
        if !then.same(&now) {
            let last = last_led_by(&then, held.order, work).await?;
            found.insert(number.clone(), last.unwrap_or(filed.order));
        }
    }
    Ok(found)
}

/// Of the orders that put the principal on record, this one and those before it, the last with this lead.
async fn last_led_by<W: Work>(
    person: &Document,
    from: OrderId,
    work: &mut W,
) -> Result<Option<OrderId>, Stop> {
    let mut next = Some(from);
    while let Some(id) = next {
        let order = work.read::<Order>(&id.to_string()).await?;
        if lead(order.principal.as_ref()).is_some_and(|lead| lead.same(person)) {
            return Ok(Some(id));
        }
        next = order.on_record.as_ref().and_then(|record| record.order);
    }
    Ok(None)
}

fn lead(principal: Option<&Principal>) -> Option<Document> {
    principal.map(|principal| principal.lead.document.clone())
}
