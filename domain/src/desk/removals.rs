//! What leaves the record when a cancellation is complete: services, the principal, and the title to what only one may hold. Slots
//! stay spent (RES-8).

use super::replaced;
use crate::{
    account::{Account, AccountCommand},
    filings::Removes,
    order::{Order, OrderCommand},
    work::{Stop, Work},
};

/// Takes what an order cancels off its account's record. Answers the numbers of the services that went.
pub(super) async fn remove<W: Work>(
    command: &OrderCommand,
    order: &Order,
    what: Removes,
    work: &mut W,
) -> Result<Vec<String>, Stop> {
    let account = command.account.to_string();
    let held = work.read::<Account>(&account).await?.principal.clone();
    let Some(held) = held else {
        return Ok(Vec::new());
    };
    let of_order = command.order;
    let services = order.cancellation.iter().flat_map(|it| it.services.clone());
    let detached: Vec<String> = match what {
        Removes::Principal => held.services.keys().cloned().collect(),
        Removes::Service | Removes::Access => services.collect(),
    };
    for service in &detached {
        let detach = AccountCommand::DetachService {
            service: service.clone(),
            order: of_order,
        };
        work.run::<Account>(&account, detach).await?;
    }
    // What is elsewhere by now takes nothing along.
    let is_here = detached
        .iter()
        .any(|number| held.services.contains_key(number));
    let left = &work.read::<Account>(&account).await?.principal;
    let is_last = left.as_ref().is_none_or(|left| left.services.is_empty());
    // MIIT keeps a principal whose last service was cancelled. This provider keeps no record of one that it gives no access.
    let goes = match what {
        Removes::Principal => true,
        Removes::Access => is_last && is_here,
        Removes::Service => false,
    };
    if goes {
        let detach = AccountCommand::DetachPrincipal { order: of_order };
        work.run::<Account>(&account, detach).await?;
    }
    replaced::let_go(command.account, Some(of_order), &held, work).await?;
    Ok(detached)
}
