//! What follows from where an order stands: things reserved, owned and released, slots, the account's slot and principal.

use super::{
    holdings::{claimant, found_by, own, release, slots, take_principal},
    migration, removals, replaced, siblings, still_filed, stored_leads,
};
use crate::{
    account::{Account, AccountCommand, FiledService},
    form::ServiceKey,
    inspection::{Inspections, InspectionsCommand},
    order::{Order, OrderCommand, Stage},
    refusal::Objections,
    resource::{Resource, ResourceCommand},
    rules::cancel_access::NO_CONSENT_NEEDED,
    sms_phone::{SmsPhone, SmsPhoneCommand, waiting},
    values::IcpNumber,
    work::{Stop, Work},
};
use std::collections::BTreeMap;

/// The command with what is remarked on before it is decided.
pub(super) async fn with_remarks<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
) -> Result<OrderCommand, Stop> {
    let claimant = claimant(command, order, work.context());
    let mut command = command.clone();
    command.facts.remarks = siblings::remarks(&claimant, order, work).await?;
    Ok(command)
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
    settled(command, before, &after, work).await?;
    migration::follow(command, before, &after, work).await
}

/// What holds, slots and the account's record are by where the order stands now.
async fn settled<W: Work>(
    command: &OrderCommand,
    before: &Order,
    after: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    match &after.stage {
        Stage::Completed {
            principal_number,
            service_numbers,
        } => {
            let complete = complete(command, before, principal_number, service_numbers, work);
            Box::pin(complete).await
        }
        Stage::Cancelled { .. } => cancel(command, before, work).await,
        // A cancellation has reserved nothing; a passive one has locked what it is about.
        Stage::Abandoned if after.cancellation.is_some() => end_cancellation(command, work).await,
        Stage::Claimed {
            principal_number,
            service_numbers,
        } => {
            own(command, before, work).await?;
            stand(command, before, principal_number, service_numbers, work).await
        }
        Stage::Abandoned => {
            release(command, before, &Order::default(), work).await?;
            free_slot(command, work).await
        }
        _ if after.cancellation.is_some() => Ok(()),
        // Withdrawn, or a claim that was not granted: everything goes. Edited in another of the applicant's states: what the
        // edit dropped goes.
        Stage::Draft | Stage::ClaimRejected { .. } => {
            release(command, before, &Order::default(), work).await
        }
        stage if stage.name().is_editable() => release(command, before, after, work).await,
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
    let Some(left) = still_filed::left_of(command, order, work).await? else {
        release(command, order, &Order::default(), work).await?;
        return free_slot(command, work).await;
    };
    if left.services.len() < order.services.len() {
        release(command, order, &left, work).await?;
    }
    let order = &left;
    own(command, order, work).await?;
    for stream in slots(order).into_keys() {
        work.run::<Resource>(
            &stream,
            ResourceCommand::Spend {
                order: command.order,
            },
        )
        .await?;
    }
    stand(command, order, principal_number, service_numbers, work).await?;
    let claimant = claimant(command, order, work.context());
    Box::pin(siblings::raise(&claimant, order, work)).await
}

/// Principal and services stand under the account from now on, its lead book knows their leads, and it may open another order.
async fn stand<W: Work>(
    command: &OrderCommand,
    order: &Order,
    principal_number: &str,
    service_numbers: &BTreeMap<ServiceKey, String>,
    work: &mut W,
) -> Result<(), Stop> {
    let services = service_numbers.iter().filter_map(|(key, number)| {
        let service = order.services.get(key)?;
        let filed = FiledService {
            order: command.order,
            service: key.clone(),
            kind: service.kind,
            name: service.filed_name(),
        };
        Some((number.clone(), filed))
    });
    let parts = order.parts(work.context());
    let files_for = order.files_for(command.account);
    let account = files_for.to_string();
    let before = work.read::<Account>(&account).await?.principal.clone();
    // A principal that was to stay as it is filed, and went off the record meanwhile, comes back by this order.
    let is_gone = before.is_none() && order.principal_stands();
    if is_gone {
        take_principal(command, order, work).await?;
    }
    // What the order is not about stays where it was filed last.
    let filed_by = before.as_ref().filter(|_| !parts.principal);
    let attach = AccountCommand::AttachPrincipal {
        document: claimant(command, order, work.context()).principal,
        number: principal_number.to_owned(),
        order: filed_by.map_or(command.order, |held| held.order),
        services: services.collect(),
    };
    work.run::<Account>(&account, attach).await?;
    if let Some(before) = before {
        replaced::let_go(files_for, Some(command.order), &before, work).await?;
    }
    if parts.principal || is_gone {
        found_by(command, order, work).await?;
    }
    stored_leads::keep(command, order, work).await?;
    if order.migration.is_some() {
        migration::leave(command, order, files_for, service_numbers, work).await?;
        return free_slot(command, work).await;
    }
    let cures = InspectionsCommand::Complete {
        order: command.order,
        filing: order.filing(),
        services: (!parts.services.is_empty()).then(|| service_numbers.values().cloned().collect()),
    };
    work.run::<Inspections>(&Inspections::stream(command.account), cures)
        .await?;
    free_slot(command, work).await
}

/// What an approved cancellation takes off the record, and the issues that it cures.
async fn cancel<W: Work>(command: &OrderCommand, order: &Order, work: &mut W) -> Result<(), Stop> {
    let gone = match order.cancels(work.context()) {
        Some(cancels) => removals::remove(command, order, cancels.what, work).await?,
        None => Vec::new(),
    };
    let held = work.read::<Account>(&command.account.to_string()).await?;
    let is_all = held.principal.is_none();
    let number = |text: &String| IcpNumber::parse(text).ok();
    let cures = InspectionsCommand::TakenOff {
        order: command.order,
        services: (!is_all).then(|| gone.iter().filter_map(number).collect()),
    };
    work.run::<Inspections>(&Inspections::stream(command.account), cures)
        .await?;
    end_cancellation(command, work).await
}

async fn end_cancellation<W: Work>(command: &OrderCommand, work: &mut W) -> Result<(), Stop> {
    let unlock = AccountCommand::UnlockService {
        order: command.order,
    };
    work.run::<Account>(&command.account.to_string(), unlock)
        .await?;
    free_slot(command, work).await
}

/// Nobody else touches what the office takes off the record itself.
pub(super) async fn lock<W: Work>(
    command: &OrderCommand,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    let order = work.read::<Order>(&command.order.to_string()).await?;
    let services = order.touches();
    for service in services {
        let lock = AccountCommand::LockService {
            service,
            order: command.order,
        };
        work.attempt::<Account>(&command.account.to_string(), lock, objections)
            .await?;
    }
    Ok(())
}

/// No order crosses what the office takes off the record itself (AMB-39).
pub(super) async fn judge_locks<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    let services = order.touches();
    if services.is_empty() {
        return Ok(());
    }
    let account = work.read::<Account>(&command.account.to_string()).await?;
    let touched = account.touched(&services, command.order);
    objections.add(work.context().judge(&NO_CONSENT_NEEDED, &touched));
    Ok(())
}

async fn free_slot<W: Work>(command: &OrderCommand, work: &mut W) -> Result<(), Stop> {
    let free = AccountCommand::FreeOrderSlot {
        order: command.order,
    };
    work.run::<Account>(&command.account.to_string(), free)
        .await?;
    Ok(())
}
