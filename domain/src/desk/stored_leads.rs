//! The account's lead book: who goes into it and out of it, and who is picked from it.

use super::{Answer, StoredLead};
use crate::{
    form::{Lead, Principal, ServiceForm, ServiceLead},
    lead_book::{LeadBook, LeadBookCommand},
    order::{Order, OrderCommand, Request},
    refusal::Objections,
    rules::stored_lead::{
        CHANGED_CONTACT_VERIFIED, DOCUMENT_KIND_LOCKED, PICKED_FROM_OWN_BOOK, PickedContact,
    },
    values::{AccountId, LeadId},
    work::{Stop, Subject, Work},
};

/// Stores a lead; whoever is in the book keeps the id.
pub(super) async fn store<W: Work>(
    account: AccountId,
    fresh: LeadId,
    data: &Lead,
    work: &mut W,
) -> Result<Answer, Stop> {
    let known = speaks_of(account, data, work).await?;
    let (id, data) = (known.unwrap_or(fresh), Box::new(data.clone()));
    work.run::<LeadBook>(
        &LeadBook::stream(account),
        LeadBookCommand::Store { lead: id, data },
    )
    .await?;
    let is_new = known.is_none();
    Ok(answer(StoredLead { id, is_new }))
}

/// Changes a lead that is there.
pub(super) async fn change<W: Work>(
    account: AccountId,
    id: LeadId,
    data: &Lead,
    work: &mut W,
) -> Result<Answer, Stop> {
    speaks_of(account, data, work).await?;
    let (lead, data) = (id, Box::new(data.clone()));
    work.run::<LeadBook>(
        &LeadBook::stream(account),
        LeadBookCommand::Change { lead, data },
    )
    .await?;
    let is_new = false;
    Ok(answer(StoredLead { id, is_new }))
}

/// Takes a lead out of the book.
pub(super) async fn forget<W: Work>(
    account: AccountId,
    id: LeadId,
    work: &mut W,
) -> Result<Answer, Stop> {
    let forget = LeadBookCommand::Forget { lead: id };
    work.run::<LeadBook>(&LeadBook::stream(account), forget)
        .await?;
    let is_new = false;
    Ok(answer(StoredLead { id, is_new }))
}

fn answer(lead: StoredLead) -> Answer {
    Answer {
        lead: Some(lead),
        ..Answer::default()
    }
}

/// Whom of the book this data is of. Whatever is said of a person who is there is sealed in that person's file, also when
/// it is said under another id, and also when it is refused: so that nothing of it stays when the person is forgotten.
async fn speaks_of<W: Work>(
    account: AccountId,
    data: &Lead,
    work: &mut W,
) -> Result<Option<LeadId>, Stop> {
    let book = work.read::<LeadBook>(&LeadBook::stream(account)).await?;
    let known = book.known_by_document(data);
    if let Some(lead) = known {
        work.about(LeadBook::file(lead), vec![Subject::account(account)]);
    }
    Ok(known)
}

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

/// A stored lead with another contact than was filed of them was verified with it (LED-18). Who was forgotten meanwhile is like
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
            differs: book.contact_differs(stored, lead, &context.secret),
            verified: order.has_verified(&lead.mobile, &context.secret),
            pointer,
        };
        objections.add(context.judge(&CHANGED_CONTACT_VERIFIED, &contact));
    }
    Ok(())
}

/// A completed filing leaves its leads in the book, each person once, and the contacts that they were filed with.
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
    for (number, lead) in (0_u32..).zip(each) {
        let keep = LeadBookCommand::Keep {
            lead: LeadId::new(work.context().at, numbered(command.fresh, number)),
            data: Box::new(lead.clone()),
        };
        let account = order.files_for(command.account);
        work.run::<LeadBook>(&LeadBook::stream(account), keep)
            .await?;
    }
    Ok(())
}

/// Another randomness for each. The last bytes: in the first ones an id has bits that are not random.
fn numbered(mut fresh: [u8; 10], number: u32) -> [u8; 10] {
    if let Some(last) = fresh.last_chunk_mut::<4>() {
        *last = u32::from_be_bytes(*last).wrapping_add(number).to_be_bytes();
    }
    fresh
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use std::collections::BTreeSet;

    #[test]
    fn every_lead_of_a_large_filing_has_an_id_of_its_own() {
        let id = |number| LeadId::new(Timestamp::UNIX_EPOCH, numbered([0xff; 10], number));
        assert_eq!(id(0), LeadId::new(Timestamp::UNIX_EPOCH, [0xff; 10]));
        assert_eq!((0..1000).map(id).collect::<BTreeSet<_>>().len(), 1000);
    }
}
