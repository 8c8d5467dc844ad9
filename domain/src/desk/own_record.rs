//! What this office itself has on record, beside what the registers say.

use super::{former_leads::former_leads, migration};
use crate::{
    account::{Account, FiledPrincipal},
    context::Context,
    facts::{Facts, Filed, PrincipalRecord, ServiceRecord},
    filings::{About, Basis},
    form::{Document, ServiceKey, ServiceLead},
    hold::{Claim, Hold},
    order::{Order, OrderCommand, Request},
    secret::Secret,
    values::{AccountId, IcpNumber, OrderId},
    work::{Stop, Work},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Completes what the registers said by what the account has filed itself: that counts even where MIIT's register is behind.
/// Answers the account's principal, if the request is about it.
pub fn with_own_filings(
    account: &Account,
    request: &Request,
    before: &Order,
    secret: &Secret,
    facts: &mut Facts,
) -> Option<FiledPrincipal> {
    let digest = document(request, before)?.digest(secret)?;
    let held = account.principal.as_ref();
    let held = held.filter(|held| held.document == digest)?;
    for (key, record) in &mut facts.on_record {
        let name = match request {
            Request::Open(asked) | Request::OpenClaim(asked) => Some(&asked.product.name),
            _ => before.services.get(key).map(|service| &service.name),
        };
        record.principal = Filed::Here;
        if held
            .services
            .values()
            .any(|filed| Some(&filed.name) == name)
        {
            record.also_elsewhere |= record.service == Filed::Elsewhere;
            (record.service, record.same_principal) = (Filed::Here, true);
        }
    }
    Some(held.clone())
}

/// The command, its facts completed. At opening, the principal is read from the order that filed it last, and so is every
/// service that the order is about.
pub(super) async fn with_own_record<W: Work>(
    command: &OrderCommand,
    before: &Order,
    work: &mut W,
) -> Result<OrderCommand, Stop> {
    let mut command = command.clone();
    if let Request::Approve {
        principal_number, ..
    } = &command.request
    {
        let number = IcpNumber::parse(principal_number).ok();
        let files_for = before.files_for(command.account);
        let account = work.read::<Account>(&files_for.to_string()).await?;
        command.facts.numbers_taken = numbers_taken(account, before);
        if let Some(number) = number {
            let hold = work
                .read::<Hold>(&Claim::principal_number(&number).stream())
                .await?;
            let hold = hold.clone();
            let own = before
                .opened
                .as_ref()
                .map(|opened| &opened.principal.document);
            let own = own.and_then(|document| document.digest(&work.context().secret));
            let mut holders = hold.holders.iter();
            command.facts.number_of_another =
                holders.any(|it| Some(&it.claimant.principal) != own.as_ref());
        }
        return Ok(command);
    }
    if matches!(command.request, Request::Agree {}) {
        let account = work.read::<Account>(&command.account.to_string()).await?;
        if let Some(held) = account.principal.clone() {
            let reader = before
                .opened
                .as_ref()
                .map_or(command.account, |it| it.account);
            command.facts.principal = principal(&held, reader, work).await?;
        }
        return Ok(command);
    }
    let chosen = command.request.on_filing();
    if chosen.is_none() && document(&command.request, before).is_none() {
        return Ok(command);
    }
    let secret = Arc::clone(&work.context().secret);
    let account = work.read::<Account>(&command.account.to_string()).await?;
    let reader = command.account;
    if let Some((filing, numbers)) = chosen {
        let held = account.principal.clone();
        let plan = work.context().law.plan(filing);
        let is_principal_alone = plan
            .as_ref()
            .is_some_and(|plan| plan.about == About::Principal);
        // Whatever else is said to be on record: what this account has filed counts.
        command.facts.principal = None;
        command.facts.services = BTreeMap::new();
        command.facts.filed = None;
        let changes_hands = plan.is_some_and(|plan| plan.basis == Basis::Services);
        if let Some(held) = &held {
            command.facts.principal = principal(held, reader, work).await?;
            command.facts.services =
                services(held, (reader, &numbers), changes_hands, work).await?;
            if is_principal_alone {
                command.facts.service_leads = service_leads(held, reader, work).await?;
            }
            command.facts.filed = Some(Box::new(held.clone()));
        }
        migration::looked_up(&mut command, held.as_ref(), work).await?;
        return Ok(command);
    }
    let (request, facts) = (&command.request, &mut command.facts);
    let held = with_own_filings(account, request, before, &secret, facts);
    if let Some(held) = held.filter(|_| matches!(command.request, Request::Open { .. }))
        && let Some(record) = principal(&held, reader, work).await?
    {
        command.facts.principal = Some(record);
    }
    Ok(command)
}

/// The numbers of what the account has filed and the order is not about.
fn numbers_taken(account: &Account, order: &Order) -> BTreeSet<String> {
    let filed = account
        .principal
        .iter()
        .flat_map(|held| held.services.keys());
    let is_its = |number: &&String| {
        let mut own = order.services_on_record.values();
        !own.any(|record| record.number == **number)
    };
    filed.filter(is_its).cloned().collect()
}

/// The principal as the order has it that filed it last, for an account to go on with.
pub(super) async fn principal<W: Work>(
    held: &FiledPrincipal,
    reader: AccountId,
    work: &mut W,
) -> Result<Option<Box<PrincipalRecord>>, Stop> {
    let filed = work.read::<Order>(&held.order.to_string()).await?;
    let (Some(opened), Some(principal)) = (&filed.opened, &filed.principal) else {
        return Ok(None);
    };
    let mut principal = principal.clone();
    if opened.account != reader {
        // Another account's lead book is not this one's to pick from (LED-16).
        principal.lead.stored = None;
    }
    Ok(Some(Box::new(PrincipalRecord {
        number: held.number.clone(),
        region: opened.principal.region,
        nature: opened.principal.nature,
        principal,
        order: Some(held.order),
        services: BTreeMap::new(),
    })))
}

/// The services of these numbers; a number that the account does not hold is left out. Where they shall be another principal's,
/// whoever leads them as the lead of this one leads them in their own right.
pub(super) async fn services<W: Work>(
    held: &FiledPrincipal,
    (reader, numbers): (AccountId, &[String]),
    changes_hands: bool,
    work: &mut W,
) -> Result<BTreeMap<ServiceKey, ServiceRecord>, Stop> {
    let former = former_leads(held, work).await?;
    let now = principal(held, reader, work).await?;
    let mut records = BTreeMap::new();
    for number in numbers {
        let (Some(filed), Some(key)) = (held.services.get(number), ServiceKey::of_number(number))
        else {
            continue;
        };
        let order = work.read::<Order>(&filed.order.to_string()).await?;
        let Some(service) = order.services.get(&filed.service) else {
            continue;
        };
        let mut service = service.clone();
        service.name = service.filed_name();
        let is_strange = order.opened.as_ref().is_some_and(|it| it.account != reader);
        let server_of = order.server_of(&filed.service, &service.resource);
        if let Some(order) = former.get(number) {
            let order = work.read::<Order>(&order.to_string()).await?;
            if let Some(then) = &order.principal {
                // Of the new principal nobody is known to represent it.
                let represents = then.lead_is_legal_representative && !changes_hands;
                service.led_by(&then.lead, represents);
            }
        } else if let Some(now) = now.as_ref().filter(|_| changes_hands) {
            service.led_by(&now.principal.lead, false);
        }
        if is_strange {
            service.led_by_a_stranger();
        }
        let record = ServiceRecord {
            number: number.clone(),
            order: filed.order,
            filed_as: filed.service.clone(),
            service,
            server_of,
        };
        records.insert(key, record);
    }
    Ok(records)
}

/// The documents of those who lead the services of an account.
pub(super) async fn service_leads<W: Work>(
    held: &FiledPrincipal,
    reader: AccountId,
    work: &mut W,
) -> Result<BTreeMap<ServiceKey, Document>, Stop> {
    let numbers: Vec<String> = held.services.keys().cloned().collect();
    let now = principal(held, reader, work).await?;
    let leads = services(held, (reader, &numbers), false, work).await?;
    let document = |record: &ServiceRecord| match record.service.form.as_ref()?.lead() {
        ServiceLead::PrincipalLead {} => {
            now.as_ref().map(|now| now.principal.lead.document.clone())
        }
        ServiceLead::Other { lead, .. } => Some(lead.document.clone()),
    };
    Ok(leads
        .iter()
        .filter_map(|(key, record)| Some((key.clone(), document(record)?)))
        .collect())
}

/// Every order that took part in putting this on record: those that filed the principal and its services last, and those before
/// them, as far as each says what it began with. By order, as they stand.
pub(super) async fn filing_orders<W: Work>(
    principal: &FiledPrincipal,
    work: &mut W,
) -> Result<BTreeMap<OrderId, Order>, Stop> {
    let of_services = principal.services.values().map(|service| service.order);
    let mut ahead: Vec<OrderId> = [principal.order].into_iter().chain(of_services).collect();
    let mut found = BTreeMap::new();
    while let Some(id) = ahead.pop() {
        if found.contains_key(&id) {
            continue;
        }
        let order = work.read::<Order>(&id.to_string()).await?.clone();
        ahead.extend(order.on_record.iter().filter_map(|record| record.order));
        // What a migration took its websites from is another principal's filing.
        let before = order.services_on_record.values().map(|record| record.order);
        ahead.extend(before.filter(|_| order.migration.is_none()));
        found.insert(id, order);
    }
    Ok(found)
}

/// The document of the principal that a request speaks of, where it is judged on what is on record.
fn document<'a>(request: &'a Request, before: &'a Order) -> Option<&'a Document> {
    match request {
        Request::Open(asked) | Request::OpenClaim(asked) => Some(&asked.document),
        Request::Submit { .. } => before
            .opened
            .as_ref()
            .map(|opened| &opened.principal.document),
        _ => None,
    }
}

/// Whose filing an opened order will be: keyed digest of the principal's document, as asked or as it is on record.
pub(super) fn principal_opened(command: &OrderCommand, context: &Context) -> String {
    // What migrates is another principal's in the end; until then it takes the slot of the account that has it.
    if let (Request::OpenMigration { .. }, Some(filed)) = (&command.request, &command.facts.filed) {
        return filed.document.clone();
    }
    let document = match &command.request {
        Request::Open(asked) | Request::OpenClaim(asked) => Some(&asked.document),
        _ => command
            .facts
            .principal
            .as_ref()
            .map(|record| &record.principal.document),
    };
    document
        .and_then(|document| document.digest(&context.secret))
        .unwrap_or_default()
}
