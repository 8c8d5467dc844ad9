//! Documents that an account asks for: its own requests, what the office has to hand out, and which tickets wait.

use super::Answer;
use crate::{
    account::Account,
    document_request::{
        DocumentKey, DocumentOffice, DocumentOfficeCommand, DocumentRequest, DocumentRequests,
        DocumentRequestsCommand, OfficeDocument, TicketAsked, WaitingTicket,
    },
    values::AccountId,
    work::{Stop, Work},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is asked of an account's requests for documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCommand {
    /// Whose.
    pub account: AccountId,
    /// What is asked.
    pub asked: DocumentRequest,
}

impl DocumentCommand {
    /// The API's `command`.
    pub const fn name(&self) -> &'static str {
        match self.asked {
            DocumentRequest::ApplyForCertificates { .. } => "apply_for_certificates",
            DocumentRequest::DownloadDocument { .. } => "download_document",
            DocumentRequest::OpenTicket { .. } => "open_ticket",
            DocumentRequest::ShowRequester { .. } => "show_requester",
            DocumentRequest::ConfirmRequester { .. } => "confirm_requester",
            DocumentRequest::SendDocuments { .. } => "send_documents",
            DocumentRequest::ReportMailed { .. } => "report_mailed",
            DocumentRequest::RejectTicket { .. } => "reject_ticket",
        }
    }
}

/// Decides what is asked.
pub(super) async fn request<W: Work>(
    command: &DocumentCommand,
    work: &mut W,
) -> Result<Answer, Stop> {
    let account = command.account;
    let mut asked = command.asked.clone();
    let named = match &mut asked {
        DocumentRequest::DownloadDocument { document } => vec![document.clone()],
        DocumentRequest::SendDocuments { documents, .. } => documents.clone(),
        DocumentRequest::OpenTicket { ticket } => {
            prefill(account, ticket, work).await?;
            Vec::new()
        }
        DocumentRequest::ApplyForCertificates { .. }
        | DocumentRequest::ShowRequester { .. }
        | DocumentRequest::ConfirmRequester { .. }
        | DocumentRequest::ReportMailed { .. }
        | DocumentRequest::RejectTicket { .. } => Vec::new(),
    };
    let mut shelf = BTreeMap::new();
    if !named.is_empty() {
        let office = work.read::<DocumentOffice>(DocumentOffice::STREAM).await?;
        for key in named {
            if let Some(document) = office.documents.get(&key) {
                shelf.insert(key, document.clone());
            }
        }
    }
    let stream = DocumentRequests::stream(account);
    let before = work.read::<DocumentRequests>(&stream).await?.clone();
    let run = DocumentRequestsCommand { asked, shelf };
    let after = work.run::<DocumentRequests>(&stream, run).await?.clone();
    queue(account, &before, &after, work).await?;
    let opened = after.tickets.keys().last().copied();
    Ok(Answer {
        ticket: opened.filter(|number| !before.tickets.contains_key(number)),
        ..Answer::default()
    })
}

/// An operator puts a document on the shelf.
pub(super) async fn publish<W: Work>(
    document: &DocumentKey,
    data: &OfficeDocument,
    work: &mut W,
) -> Result<Answer, Stop> {
    let (document, data) = (document.clone(), Box::new(data.clone()));
    shelve(DocumentOfficeCommand::Publish { document, data }, work).await
}

/// And takes it off.
pub(super) async fn withdraw<W: Work>(
    document: &DocumentKey,
    work: &mut W,
) -> Result<Answer, Stop> {
    let document = document.clone();
    shelve(DocumentOfficeCommand::Withdraw { document }, work).await
}

async fn shelve<W: Work>(change: DocumentOfficeCommand, work: &mut W) -> Result<Answer, Stop> {
    work.run::<DocumentOffice>(DocumentOffice::STREAM, change)
        .await?;
    Ok(Answer::default())
}

/// What is left out of a contact is that of the account (DRQ-8, DRQ-9).
async fn prefill<W: Work>(
    account: AccountId,
    ticket: &mut TicketAsked,
    work: &mut W,
) -> Result<(), Stop> {
    let account = work.read::<Account>(&account.to_string()).await?;
    if let Some(registered) = &account.contacts {
        let contact = &mut ticket.contact;
        contact
            .mobile
            .get_or_insert_with(|| registered.mobile.clone());
        contact
            .email
            .get_or_insert_with(|| registered.email.clone());
    }
    Ok(())
}

/// The specialists' list follows what became of the tickets.
async fn queue<W: Work>(
    account: AccountId,
    before: &DocumentRequests,
    after: &DocumentRequests,
    work: &mut W,
) -> Result<(), Stop> {
    for (number, ticket) in &after.tickets {
        let (was_open, is_open) = (before.open(*number).is_some(), ticket.end.is_none());
        let change = match (was_open, is_open) {
            (false, true) => DocumentOfficeCommand::Queue {
                ticket: WaitingTicket {
                    account,
                    ticket: *number,
                    ticket_type: ticket.form.ticket_type,
                    since: ticket.opened,
                },
            },
            (true, false) => DocumentOfficeCommand::Unqueue {
                account,
                ticket: *number,
            },
            _ => continue,
        };
        work.run::<DocumentOffice>(DocumentOffice::STREAM, change)
            .await?;
    }
    Ok(())
}
