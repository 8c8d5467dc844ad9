//! What only one may hold, and slots of servers and codes: reserved, owned and released as an order goes on (AMB-59, RES-10).

use super::{migration, siblings};
use crate::{
    context::Context,
    filings::FilingType,
    form::{Resource as ResourceAsked, ServiceKey},
    hold::{Claim, Claimant, Hold, HoldCommand, HoldKind},
    order::{Order, OrderCommand, claims::Parts},
    refusal::Objections,
    resource::{Resource, ResourceCommand},
    values::OrderId,
    work::{Stop, Work},
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn claimant(command: &OrderCommand, order: &Order, context: &Context) -> Claimant {
    let document = order
        .opened
        .as_ref()
        .and_then(|opened| opened.principal.document.digest(&context.secret));
    Claimant {
        order: command.order,
        account: order.files_for(command.account),
        principal: document.unwrap_or_default(),
    }
}

/// The streams of servers and codes that an order takes into use, with the services that use them. A service that is filed
/// has its slot and its code; it needs others only where it moves.
pub(super) fn slots(order: &Order) -> BTreeMap<String, Vec<ServiceKey>> {
    let mut streams: BTreeMap<String, Vec<ServiceKey>> = BTreeMap::new();
    for (key, service) in &order.services {
        let filed = order.services_on_record.get(key);
        let filed = filed.map(|record| &record.service);
        if let Some(server) = &service.server
            && filed.is_none_or(|filed| filed.server.as_ref() != Some(server))
        {
            streams.entry(server.clone()).or_default().push(key.clone());
        }
        let is_new = filed.is_none_or(|filed| filed.resource != service.resource);
        if is_new && matches!(service.resource, ResourceAsked::AuthorisationCode { .. }) {
            streams
                .entry(service.resource.stream())
                .or_default()
                .push(key.clone());
        }
    }
    streams
}

/// Reserves what only one may hold (AMB-59) and the slots (RES-10).
pub(super) async fn reserve<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    hold(command, order, work, objections).await?;
    for (stream, services) in slots(order) {
        for service in services {
            let is_code = stream.starts_with("code/");
            let reserve = ResourceCommand::Reserve {
                order: command.order,
                service,
                is_code,
            };
            work.attempt::<Resource>(&stream, reserve, objections)
                .await?;
        }
    }
    Ok(())
}

/// Reserves what only one may hold (AMB-59). A claim changes nothing, so it contests only what it is about, the principal and
/// its domains: contacts that the old record shares with somebody are theirs until a change is judged (LED-9, LED-11, LED-12).
pub(super) async fn hold<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    let claimant = claimant(command, order, work.context());
    let services = order.services_on_record.values();
    let replacing: BTreeSet<OrderId> = services.map(|record| record.order).collect();
    let leaving = migration::leaving(order, work).await?;
    for claim in order.claims(work.context()) {
        let replacing = match order.migration {
            // What the old principal still needs is not the new one's to take.
            Some(_) => {
                let stream = claim.stream();
                let gives = |(_, titles): &(&OrderId, &BTreeSet<String>)| titles.contains(&stream);
                let leaving = leaving.iter().filter(gives);
                leaving.map(|(order, _)| *order).collect()
            }
            None => replacing.clone(),
        };
        let claimant = claimant.clone();
        let reserve = match claim.clone() {
            claim if siblings::may_differ(order, &claim) => HoldCommand::Take { claimant, claim },
            claim => HoldCommand::Reserve {
                claimant,
                claim,
                replacing,
                of: command.account,
            },
        };
        let is_old = order.filing() == FilingType::Claim;
        let mut unheard = Objections::default();
        let objections = match claim.kind {
            HoldKind::EmergencyPhone | HoldKind::Email | HoldKind::PersonMobile if is_old => {
                &mut unheard
            }
            _ => &mut *objections,
        };
        work.attempt::<Hold>(&claim.stream(), reserve, objections)
            .await?;
    }
    Ok(())
}

/// What was reserved is held for good.
pub(super) async fn own<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    for claim in order.claims(work.context()) {
        work.run::<Hold>(
            &claim.stream(),
            HoldCommand::Own {
                order: command.order,
            },
        )
        .await?;
    }
    Ok(())
}

/// Holds what a principal holds, for an order that did not contest it.
pub(super) async fn take_principal<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    let parts = Parts {
        principal: true,
        services: BTreeSet::new(),
        lead: false,
    };
    let claimant = claimant(command, order, work.context());
    for claim in order.claims_of(&parts, &work.context().secret) {
        let (stream, claimant) = (claim.stream(), claimant.clone());
        work.run::<Hold>(&stream, HoldCommand::Take { claimant, claim })
            .await?;
        let order = command.order;
        work.run::<Hold>(&stream, HoldCommand::Own { order })
            .await?;
    }
    Ok(())
}

/// By its number, and a unit by its name, a principal that is filed here is known from now on (BUR-8, MIG-9).
pub(super) async fn found_by<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    let filed = work
        .read::<Order>(&command.order.to_string())
        .await?
        .clone();
    for claim in filed.found_by(&work.context().secret) {
        let stream = claim.stream();
        let claimant = claimant(command, order, work.context());
        work.run::<Hold>(&stream, HoldCommand::Note { claimant, claim })
            .await?;
    }
    Ok(())
}

/// Lets go of what `before` had reserved and `after` does not want any more. A draft has reserved nothing.
pub(super) async fn release<W: Work>(
    command: &OrderCommand,
    before: &Order,
    after: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    if !before.reserved {
        return Ok(());
    }
    let context = work.context();
    let wanted: Vec<String> = after.claims(context).iter().map(Claim::stream).collect();
    for claim in before.claims(context) {
        if !wanted.contains(&claim.stream()) {
            work.run::<Hold>(
                &claim.stream(),
                HoldCommand::Release {
                    order: command.order,
                },
            )
            .await?;
        }
    }
    let mut kept = slots(after);
    for stream in slots(before).into_keys() {
        let keep = kept.remove(&stream).unwrap_or_default();
        work.run::<Resource>(
            &stream,
            ResourceCommand::Release {
                order: command.order,
                keep,
            },
        )
        .await?;
    }
    Ok(())
}
