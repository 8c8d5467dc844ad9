//! What follows from where an order stands: things reserved, owned and released, slots, the account's slot and principal.

use super::stored_leads;
use crate::{
    account::{Account, AccountCommand, FiledService},
    context::Context,
    form::{Resource as ResourceAsked, ServiceKey},
    hold::{Claim, Claimant, Hold, HoldCommand},
    inspection::{Inspections, InspectionsCommand},
    order::{Order, OrderCommand, Stage},
    refusal::Objections,
    resource::{Resource, ResourceCommand},
    sms_phone::{SmsPhone, SmsPhoneCommand, waiting},
    work::{Stop, Work},
};
use std::collections::BTreeMap;

fn claimant(command: &OrderCommand, order: &Order, context: &Context) -> Claimant {
    let document = order
        .opened
        .as_ref()
        .and_then(|opened| opened.document.digest(&context.secret));
    Claimant {
        order: command.order,
        account: command.account,
        principal: document.unwrap_or_default(),
    }
}

/// The streams of servers and codes that an order uses, with the services that use them.
fn slots(order: &Order) -> BTreeMap<String, Vec<ServiceKey>> {
    let mut streams: BTreeMap<String, Vec<ServiceKey>> = BTreeMap::new();
    for (key, service) in &order.services {
        if let Some(server) = &service.server {
            streams.entry(server.clone()).or_default().push(key.clone());
        }
        if matches!(service.resource, ResourceAsked::AuthorisationCode { .. }) {
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
    let claimant = claimant(command, order, work.context());
    for claim in order.claims(&work.context().secret) {
        let reserve = HoldCommand::Reserve {
            claimant: claimant.clone(),
            claim: claim.clone(),
        };
        work.attempt::<Hold>(&claim.stream(), reserve, objections)
            .await?;
    }
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

/// What follows from where the order stands now.
pub(super) async fn follow<W: Work>(
    command: &OrderCommand,
    before: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    let after = work
        .read::<Order>(&command.order.to_string())
        .await?
        .clone();
    phones(before, &after, work).await?;
    match &after.stage {
        Stage::Completed {
            principal_number,
            service_numbers,
        } => complete(command, before, principal_number, service_numbers, work).await,
        Stage::Abandoned => {
            release(command, before, &Order::default(), work).await?;
            free_slot(command, work).await
        }
        // Withdrawn: everything goes. Edited in another of the applicant's states: what the edit dropped goes.
        Stage::Draft => release(command, before, &Order::default(), work).await,
        stage if stage.name().is_editable() => release(command, before, &after, work).await,
        _ => Ok(()),
    }
}

/// Keeps the mobiles' own lists of sessions that wait for them (AMB-63).
async fn phones<W: Work>(before: &Order, after: &Order, work: &mut W) -> Result<(), Stop> {
    let (waited, waits) = (waiting(before), waiting(after));
    for (phone, session) in &waited {
        if waits.get(phone) != Some(session) {
            let close = SmsPhoneCommand::Close {
                submission: session.submission,
            };
            work.run::<SmsPhone>(phone, close).await?;
        }
    }
    for (phone, session) in waits {
        if waited.get(&phone) != Some(&session) {
            work.run::<SmsPhone>(&phone, SmsPhoneCommand::Open { session })
                .await?;
        }
    }
    Ok(())
}

async fn complete<W: Work>(
    command: &OrderCommand,
    order: &Order,
    principal_number: &str,
    service_numbers: &BTreeMap<ServiceKey, String>,
    work: &mut W,
) -> Result<(), Stop> {
    for claim in order.claims(&work.context().secret) {
        work.run::<Hold>(
            &claim.stream(),
            HoldCommand::Own {
                order: command.order,
            },
        )
        .await?;
    }
    for stream in slots(order).into_keys() {
        work.run::<Resource>(
            &stream,
            ResourceCommand::Spend {
                order: command.order,
            },
        )
        .await?;
    }
    let services = service_numbers.iter().filter_map(|(key, number)| {
        let service = order.services.get(key)?;
        let filed = FiledService {
            order: command.order,
            service: key.clone(),
            kind: service.kind,
            name: service.name.clone(),
        };
        Some((number.clone(), filed))
    });
    let attach = AccountCommand::AttachPrincipal {
        document: claimant(command, order, work.context()).principal,
        number: principal_number.to_owned(),
        order: command.order,
        services: services.collect(),
    };
    work.run::<Account>(&command.account.to_string(), attach)
        .await?;
    stored_leads::keep(command, order, work).await?;
    let cures = InspectionsCommand::Complete {
        order: command.order,
        filing: order.filing(),
    };
    work.run::<Inspections>(&Inspections::stream(command.account), cures)
        .await?;
    free_slot(command, work).await
}

async fn free_slot<W: Work>(command: &OrderCommand, work: &mut W) -> Result<(), Stop> {
    let free = AccountCommand::FreeOrderSlot {
        order: command.order,
    };
    work.run::<Account>(&command.account.to_string(), free)
        .await?;
    Ok(())
}

/// Lets go of what `before` had reserved and `after` does not want any more. A draft has reserved nothing.
async fn release<W: Work>(
    command: &OrderCommand,
    before: &Order,
    after: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    if !before.reserved {
        return Ok(());
    }
    let secret = std::sync::Arc::clone(&work.context().secret);
    let wanted: Vec<String> = after.claims(&secret).iter().map(Claim::stream).collect();
    for claim in before.claims(&secret) {
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
