//! Leads that are picked from the account's book, and leads that go into it.

use crate::{
    form::{Lead, Principal, ServiceForm, ServiceLead},
    lead_book::{LeadBook, LeadBookCommand},
    order::{Order, OrderCommand, Request},
    refusal::Objections,
    rules::stored_lead::{
        CHANGED_CONTACT_VERIFIED, DOCUMENT_KIND_LOCKED, PICKED_FROM_OWN_BOOK, PickedContact,
    },
    values::{AccountId, LeadId},
    work::{Stop, Work},
};

/// A lead in a form, with its pointer, and the stored one that it was picked from.
type PickedLead<'f> = (String, &'f Lead, LeadId);

fn of_principal(principal: &Principal) -> Option<PickedLead<'_>> {
    let lead = &principal.lead;
    Some(("/principal/lead".to_owned(), lead, lead.stored?))
}

fn of_form<'f>(pointer: &str, form: &'f ServiceForm) -> Option<PickedLead<'f>> {
    match form.lead() {
        ServiceLead::Other { lead, .. } => {
            Some((format!("{pointer}/lead/lead"), &**lead, lead.stored?))
        }
        ServiceLead::PrincipalLead {} => None,
    }
}

/// What is entered of a stored lead is judged by the book (LED-16, LED-17).
pub(super) async fn entered<W: Work>(
    command: &OrderCommand,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    let picked = match &command.request {
        Request::EnterPrincipal { principal } => of_principal(principal),
        Request::EnterService { service, form } => {
            of_form(&format!("/services/{service}/form"), form)
        }
        _ => None,
    };
    let Some((pointer, lead, stored)) = picked else {
        return Ok(());
    };
    let book = work
        .read::<LeadBook>(&LeadBook::stream(command.account))
        .await?;
    let picked = book.picked(stored, lead, &pointer);
    let context = work.context();
    objections.add(context.judge(&PICKED_FROM_OWN_BOOK, &picked));
    objections.add(context.judge(&DOCUMENT_KIND_LOCKED, &picked));
    Ok(())
}

/// A stored lead whose contact is another one by now was verified with it (LED-18). Who was forgotten meanwhile is like
/// anybody else who was entered.
pub(super) async fn submitted<W: Work>(
    account: AccountId,
    order: &Order,
    work: &mut W,
    objections: &mut Objections,
) -> Result<(), Stop> {
    let mut all: Vec<_> = order.principal.iter().filter_map(of_principal).collect();
    all.extend(order.services.iter().filter_map(|(key, service)| {
        of_form(&format!("/services/{key}/form"), service.form.as_ref()?)
    }));
    if all.is_empty() {
        return Ok(());
    }
    let book = work
        .read::<LeadBook>(&LeadBook::stream(account))
        .await?
        .clone();
    let context = work.context();
    for (pointer, lead, stored) in all {
        let contact = PickedContact {
            picked: book.picked(stored, lead, &pointer),
            verified: order.has_verified(&lead.mobile, &context.secret),
        };
        objections.add(context.judge(&CHANGED_CONTACT_VERIFIED, &contact));
    }
    Ok(())
}

/// A completed filing leaves its leads in the book, each person once.
pub(super) async fn keep<W: Work>(
    command: &OrderCommand,
    order: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    let mut each: Vec<&Lead> = Vec::new();
    for lead in order.leads() {
        let is_known = lead.document.number.known().is_some();
        if is_known && !each.iter().any(|kept| kept.same_person(lead)) {
            each.push(lead);
        }
    }
    for (number, lead) in (0_u8..).zip(each) {
        let mut fresh = command.fresh;
        fresh[0] = fresh[0].wrapping_add(number);
        let store = LeadBookCommand::Store {
            lead: LeadId::new(work.context().at, fresh),
            data: Box::new(lead.clone()),
        };
        work.run::<LeadBook>(&LeadBook::stream(command.account), store)
            .await?;
    }
    Ok(())
}
