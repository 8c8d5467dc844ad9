//! A migration (迁移备案) across two accounts: who the new principal is, the consent of its account, and what goes over when the
//! bureau has approved (§1.3, decision 0036).

use super::{Answer, WrongCode, inspections, own_record, replaced, still_filed};
use crate::{
    account::{Account, AccountCommand, AuthorisationEnd, FiledPrincipal, code::CodePurpose},
    facts::MigrationFacts,
    form::ServiceKey,
    hold::{Claim, Hold},
    inspection::{Inspections, InspectionsCommand},
    order::{
        Order, OrderCommand, Request,
        lifecycle::Move,
        migration::{Consent, Incoming},
    },
    personal::Personal,
    refusal::Objections,
    rules::migration::{SIDES, Sides},
    values::{AccountId, IcpNumber, OrderId, SmsCode},
    work::{Stop, Subject, Work},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Looks the new principal up among those that are filed here (MIG-9), whichever accounts have them. `held` is what the account
/// that asks has filed.
pub(super) async fn looked_up<W: Work>(
    command: &mut OrderCommand,
    held: Option<&FiledPrincipal>,
    work: &mut W,
) -> Result<(), Stop> {
    let Request::OpenMigration { to, .. } = &command.request else {
        return Ok(());
    };
    let secret = Arc::clone(&work.context().secret);
    let claim = match to {
        Incoming::Number { number } => Some(Claim::principal_number(number)),
        Incoming::Name { name } => name.known().map(|name| Claim::unit_name(name, &secret)),
        Incoming::Entered(entered) => entered.document.digest(&secret).map(Claim::principal),
    };
    let owners = match claim {
        Some(claim) => work.read::<Hold>(&claim.stream()).await?.owners(),
        None => BTreeSet::new(),
    };
    command.facts.principal = None;
    let mut is_own = owners.contains(&command.account) && owners.len() == 1;
    if let (Some(owner), 1) = (owners.first(), owners.len())
        && !matches!(to, Incoming::Entered(_))
    {
        let account = work.read::<Account>(&owner.to_string()).await?;
        if let Some(found) = account.principal.clone() {
            is_own |= held.is_some_and(|held| held.document == found.document);
            command.facts.principal = own_record::principal(&found, command.account, work).await?;
        }
    }
    let region = match held {
        Some(held) => own_record::principal(held, command.account, work)
            .await?
            .map(|it| it.region),
        None => None,
    };
    command.facts.migration = Some(MigrationFacts {
        region,
        found: owners.len(),
        is_own,
    });
    Ok(())
}

/// Judges both accounts, as they stand when the target is asked or agrees.
async fn sides<W: Work>(
    order: &Order,
    target: AccountId,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    let Some(opened) = &order.opened else {
        return Ok(());
    };
    let document = opened.principal.document.digest(&work.context().secret);
    let holder = match &document {
        Some(document) => {
            let stream = Claim::principal(document.clone()).stream();
            work.read::<Hold>(&stream).await?.owners()
        }
        None => BTreeSet::new(),
    };
    let found = order.migration.as_ref().and_then(|it| it.found.as_ref());
    let to = work.read::<Account>(&target.to_string()).await?;
    let has = to.principal.as_ref().map(|held| &held.number);
    let locked = to.principal.iter().any(|held| !held.locked.is_empty());
    let sides = Sides {
        known: to.contacts.is_some(),
        own_account: target != opened.account
            && has == found
            && holder.iter().all(|holder| *holder == target),
        in_flight: locked || to.in_flight.is_some_and(|held| held != opened.order),
    };
    let context = work.context();
    for rule in SIDES {
        objections.add(context.judge(rule, &sides));
    }
    Ok(())
}

/// What whoever agreed had then, they have still: the office may take their last service off the record meanwhile, and the
/// principal with it.
pub(super) async fn judge<W: Work>(
    order: &Order,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    match consent(order) {
        Some((target, true)) => sides(order, target, work, objections).await,
        _ => Ok(()),
    }
}

/// T03: the target is asked, once the code that went to the account's own phone was entered. The code is looked at only where nothing else is
/// objected to; a wrong one is counted.
pub(super) async fn request<W: Work>(
    command: &OrderCommand,
    before: &Order,
    (target, code): (AccountId, &Personal<SmsCode>),
    work: &mut W,
) -> Result<Option<Answer>, Stop> {
    before.permits(Move::RequestAuthorisation, work.context())?;
    let purpose = CodePurpose::Migration {
        order: command.order,
        to: target,
    };
    let mut objections = Objections::default();
    sides(before, target, work, &mut objections).await?;
    // What the other account shall agree to are websites that are there: at least one, and each as filed.
    still_filed::judge(command, before, work, &mut objections).await?;
    let account = command.account.to_string();
    let own = work.read::<Account>(&account).await?.clone();
    objections.add(own.code_awaited(&purpose, work.context()));
    objections.settle()?;
    let tried = AccountCommand::TryCode {
        account: command.account,
        purpose: purpose.clone(),
        code: code.clone(),
    };
    let after = work.run::<Account>(&account, tried).await?;
    Ok(WrongCode::of(after, &purpose).map(|wrong| Answer {
        order: Some(command.order),
        stage: Some(before.stage.name()),
        filing: Some(before.filing()),
        wrong_code: Some(wrong),
        ..Answer::default()
    }))
}

/// T04: the target may agree still, and its order slot is taken until the migration ends (AMB-60).
pub(super) async fn agree<W: Work>(
    command: &OrderCommand,
    before: &Order,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    sides(before, command.account, work, objections).await?;
    let document = before
        .opened
        .as_ref()
        .map(|opened| &opened.principal.document);
    let document = document.and_then(|it| it.digest(&work.context().secret));
    let mut unheard = Objections::default();
    let take = AccountCommand::TakeOrderSlot {
        order: command.order,
        document: document.unwrap_or_default(),
    };
    // What would close the slot was judged above, in the words of a migration.
    work.attempt::<Account>(&command.account.to_string(), take, &mut unheard)
        .await
}

/// Who is asked, or has agreed.
fn consent(order: &Order) -> Option<(AccountId, bool)> {
    Some((order.consent_of()?, order.has_consent()))
}

/// Keeps “my authorisations” of the accounts that are asked, and their slots. What was completed is on record by now.
pub(super) async fn follow<W: Work>(
    command: &OrderCommand,
    before: &Order,
    after: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    let (was, is) = (consent(before), consent(after));
    let (Some(opened), true) = (&after.opened, was != is) else {
        return Ok(());
    };
    let (order, from) = (opened.order, opened.account);
    // Whoever agreed and is asked again has agreed to something else.
    let goes_on = match (was, is) {
        (Some((old, given)), Some((new, still))) => old == new && (still || !given),
        _ => false,
    };
    if let Some((target, _)) = was.filter(|_| !goes_on) {
        let end = end(command, after, target, work).await?;
        let target = target.to_string();
        let end = AccountCommand::EndAuthorisation { order, end };
        work.run::<Account>(&target, end).await?;
        work.run::<Account>(&target, AccountCommand::FreeOrderSlot { order })
            .await?;
    }
    if let Some((target, _)) = is.filter(|_| !goes_on) {
        let ask = AccountCommand::AskAuthorisation { order, from };
        work.run::<Account>(&target.to_string(), ask).await?;
    }
    if let Some((target, true)) = is {
        let note = AccountCommand::NoteAuthorisation { order };
        work.run::<Account>(&target.to_string(), note).await?;
    }
    // Both accounts hear of what is decided between them, and the order with them.
    let others = [was, is].into_iter().flatten().map(|(target, _)| target);
    work.about(format!("order/{order}"), subjects(order, from, others));
    Ok(())
}

/// How it ended for the account that was asked.
async fn end<W: Work>(
    command: &OrderCommand,
    after: &Order,
    target: AccountId,
    work: &mut W,
) -> Result<AuthorisationEnd, Stop> {
    let account = work.read::<Account>(&target.to_string()).await?;
    let held = account
        .principal
        .iter()
        .flat_map(|held| held.services.values());
    let has_come = held.clone().any(|filed| filed.order == command.order);
    let consent = after.migration.as_ref().map(|it| it.consent);
    Ok(match &command.request {
        Request::Refuse {} => AuthorisationEnd::Refused,
        _ if has_come => AuthorisationEnd::Completed,
        _ if consent == Some(Consent::Void) => AuthorisationEnd::Void,
        _ => AuthorisationEnd::Recalled,
    })
}

fn subjects(
    order: OrderId,
    from: AccountId,
    others: impl Iterator<Item = AccountId>,
) -> Vec<Subject> {
    let mut accounts = vec![from];
    for other in others {
        if !accounts.contains(&other) {
            accounts.push(other);
        }
    }
    let accounts = accounts.into_iter().map(Subject::account);
    [Subject::order(order)]
        .into_iter()
        .chain(accounts)
        .collect()
}

/// The websites leave the account that had them; a principal without services stays as a shell (AMB-36).
pub(super) async fn leave<W: Work>(
    command: &OrderCommand,
    order: &Order,
    to: AccountId,
    service_numbers: &BTreeMap<ServiceKey, String>,
    work: &mut W,
) -> Result<(), Stop> {
    let Some(from) = order.opened.as_ref().map(|opened| opened.account) else {
        return Ok(());
    };
    let stream = from.to_string();
    let Some(before) = work.read::<Account>(&stream).await?.principal.clone() else {
        return Ok(());
    };
    let gone = order.sites();
    for service in &gone {
        let detach = AccountCommand::DetachService {
            service: service.clone(),
            order: command.order,
        };
        work.run::<Account>(&stream, detach).await?;
    }
    replaced::let_go(from, Some(command.order), &before, work).await?;
    let is_last = before.services.keys().all(|number| gone.contains(number));
    let new = |key: &ServiceKey| IcpNumber::parse(service_numbers.get(key)?).ok();
    let filed = order.services_on_record.iter();
    let filed = filed.filter(|(_, record)| gone.contains(&record.number));
    let numbers = filed.filter_map(|(key, record)| Some((record.number.clone(), new(key)?)));
    let numbers: BTreeMap<String, IcpNumber> = numbers.collect();
    let found = work
        .read::<Inspections>(&Inspections::stream(from))
        .await?
        .clone();
    let mut issues = found.taken_along(&numbers, work.context());
    // Which orders cure them from now on, the new principal decides.
    for issue in &mut issues {
        let of = inspections::circumstances_of(to, issue.service.as_ref(), work).await?;
        issue.filing = of.unwrap_or(issue.filing);
    }
    let migrate = InspectionsCommand::Migrate {
        order: command.order,
        to,
        services: gone.into_iter().collect(),
        is_last,
    };
    work.run::<Inspections>(&Inspections::stream(from), migrate)
        .await?;
    let receive = InspectionsCommand::Receive { issues };
    work.run::<Inspections>(&Inspections::stream(to), receive)
        .await?;
    Ok(())
}

/// Of each order that filed a website of this migration: what it holds for these websites alone. That is the claimant's to
/// take; what the old principal still needs is not.
pub(super) async fn leaving<W: Work>(
    order: &Order,
    work: &mut W,
) -> Result<BTreeMap<OrderId, BTreeSet<String>>, Stop> {
    let mut leaving = BTreeMap::new();
    let Some(opened) = order.opened.as_ref().filter(|_| order.migration.is_some()) else {
        return Ok(leaving);
    };
    let account = work.read::<Account>(&opened.account.to_string()).await?;
    let Some(held) = account.principal.clone() else {
        return Ok(leaving);
    };
    let mut after = held.clone();
    for number in order.sites() {
        after.services.remove(&number);
    }
    for (id, titles) in replaced::titles(&held, Some(&after), work).await? {
        let kept: BTreeSet<String> = titles.kept.iter().map(Claim::stream).collect();
        let held = titles.held.iter().map(Claim::stream);
        leaving.insert(id, held.filter(|stream| !kept.contains(stream)).collect());
    }
    Ok(leaving)
}
