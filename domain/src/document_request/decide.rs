//! What is decided about an account's requests for documents.

use super::{
    Contact, DocumentKey, DocumentRequest, DocumentRequests, DocumentRequestsCommand,
    DocumentRequestsEvent, OfficeDocument, TicketAsked, TicketEnd, TicketForm,
};
use crate::{
    context::Context,
    order::{Agreement, command::Ticked},
    refusal::{Objections, Refusal},
    rules::{
        document_request::{
            Answered, COMMITMENT_TICKED, Download, IDENTITY_FIRST, QUALIFICATION_BY_TICKET,
            REPORT_BY_TICKET, Route, SERVED_AFTER_TICK, TicketAnswer, TicketState,
        },
        ticket::{
            CC_FORM, DESCRIPTION, EMAIL_GIVEN, PHONE_GIVEN, TERMS, TICKED_FIRST, TIME_GIVEN,
            TicketMatter,
        },
    },
};

impl DocumentRequests {
    /// Decides a command.
    pub fn decide(
        &self,
        command: &DocumentRequestsCommand,
        context: &Context,
    ) -> Result<Vec<DocumentRequestsEvent>, Refusal> {
        let (at, reviewer) = (context.at, context.actor.id.clone());
        match &command.asked {
            DocumentRequest::ApplyForCertificates { ticks } => {
                let texts = ticks.iter().map(|tick| tick.text).collect();
                let mut objections = Objections::default();
                objections.add(context.judge(&COMMITMENT_TICKED, &texts));
                objections.settle()?;
                let tick = ticked(ticks, Agreement::ConfidentialityCommitment, context);
                Ok(tick.into_iter().collect())
            }
            DocumentRequest::DownloadDocument { document } => {
                self.download(document, command.shelf.get(document), context)
            }
            DocumentRequest::OpenTicket { ticket } => self.open_ticket(ticket, context),
            DocumentRequest::ShowRequester { ticket } => {
                let ticket = *ticket;
                self.answered(ticket, TicketAnswer::Looks, context)?;
                Ok(vec![DocumentRequestsEvent::RequesterShown {
                    ticket,
                    reviewer,
                    at,
                }])
            }
            DocumentRequest::ConfirmRequester { ticket } => {
                let ticket = *ticket;
                let cc = self.answered(ticket, TicketAnswer::Looks, context)?;
                if self
                    .tickets
                    .get(&ticket)
                    .is_some_and(|it| it.confirmed.is_some())
                {
                    return Ok(Vec::new());
                }
                Ok(vec![DocumentRequestsEvent::RequesterConfirmed {
                    ticket,
                    cc,
                    reviewer,
                    at,
                }])
            }
            DocumentRequest::SendDocuments { ticket, documents } => {
                let ticket = *ticket;
                let kinds = documents
                    .iter()
                    .map(|key| command.shelf.get(key).map(|document| document.kind))
                    .collect();
                self.answered(ticket, TicketAnswer::Sends(kinds), context)?;
                let mut documents = command.shelf.clone();
                if let Some(sending) = self.open(ticket).and_then(|it| it.sending.as_ref()) {
                    documents.retain(|key, _| !sending.documents.contains_key(key));
                }
                if documents.is_empty() {
                    return Ok(Vec::new());
                }
                Ok(vec![DocumentRequestsEvent::DocumentsReleased {
                    ticket,
                    documents,
                    reviewer,
                    at,
                }])
            }
            DocumentRequest::ReportMailed { ticket, document } => {
                Ok(self.mailed(*ticket, document, context))
            }
            DocumentRequest::RejectTicket { ticket, reason } => {
                let (ticket, reason) = (*ticket, reason.clone());
                let given = reason.known().is_some_and(|reason| !reason.0.is_blank());
                let cc = self.answered(ticket, TicketAnswer::Rejects { given }, context)?;
                Ok(vec![DocumentRequestsEvent::DocumentTicketRejected {
                    ticket,
                    cc,
                    reason,
                    reviewer,
                    at,
                }])
            }
        }
    }

    /// What was sent. After the end, and of what was not given to be sent, there is nothing to report.
    fn mailed(
        &self,
        ticket: u32,
        document: &DocumentKey,
        context: &Context,
    ) -> Vec<DocumentRequestsEvent> {
        let at = context.at;
        let Some((open, sending)) = self
            .open(ticket)
            .and_then(|open| Some((open, open.sending.as_ref()?)))
        else {
            return Vec::new();
        };
        if !sending.documents.contains_key(document) || sending.mailed.contains(document) {
            return Vec::new();
        }
        let mut events = vec![DocumentRequestsEvent::DocumentMailed {
            ticket,
            document: document.clone(),
            at,
        }];
        if sending.mailed.len() + 1 == sending.documents.len() {
            events.push(DocumentRequestsEvent::DocumentsSent {
                ticket,
                documents: sending.documents.clone(),
                cc: open.form.contact.cc.len(),
                reviewer: sending.reviewer.clone(),
                at,
            });
        }
        events
    }

    fn download(
        &self,
        document: &DocumentKey,
        shelved: Option<&OfficeDocument>,
        context: &Context,
    ) -> Result<Vec<DocumentRequestsEvent>, Refusal> {
        let kind = shelved.map(|shelved| shelved.kind);
        let download = Download {
            kind,
            ticked: self.has_ticked(Agreement::ConfidentialityCommitment),
        };
        let mut objections = Objections::default();
        if let Some(kind) = kind {
            objections.add(context.judge(&REPORT_BY_TICKET, &(kind, Route::Download)));
            objections.add(context.judge(&QUALIFICATION_BY_TICKET, &(kind, Route::Download)));
        }
        objections.add(context.judge(&SERVED_AFTER_TICK, &download));
        objections.settle()?;
        let downloaded = shelved.map(|shelved| DocumentRequestsEvent::DocumentDownloaded {
            document: document.clone(),
            digest: shelved.digest,
            at: context.at,
        });
        Ok(downloaded.into_iter().collect())
    }

    fn open_ticket(
        &self,
        asked: &TicketAsked,
        context: &Context,
    ) -> Result<Vec<DocumentRequestsEvent>, Refusal> {
        let matter = TicketMatter::of(asked);
        let route = (asked.wanted.kind(), Route::Ticket(asked.ticket_type));
        let mut objections = Objections::default();
        objections.add(context.judge(&REPORT_BY_TICKET, &route));
        objections.add(context.judge(&QUALIFICATION_BY_TICKET, &route));
        for rule in [
            &DESCRIPTION,
            &PHONE_GIVEN,
            &EMAIL_GIVEN,
            &TIME_GIVEN,
            &CC_FORM,
            &TERMS,
            &TICKED_FIRST,
        ] {
            objections.add(context.judge(rule, &matter));
        }
        objections.settle()?;
        let asked = asked.clone();
        let (Some(mobile), Some(email), Ok(cc)) =
            (asked.contact.mobile, asked.contact.email, matter.cc)
        else {
            // The rules above have refused it; a law with one of them taken away opens nothing.
            return Ok(Vec::new());
        };
        let form = TicketForm {
            ticket_type: asked.ticket_type,
            wanted: asked.wanted,
            principal_name: asked.principal_name,
            subject: asked.subject,
            purpose: asked.purpose,
            contact: Contact {
                mobile,
                time: asked.contact.time,
                email,
                cc: cc.into_iter().map(Into::into).collect(),
            },
        };
        let tick = ticked(&asked.ticks, Agreement::TicketTerms, context);
        let mut events: Vec<_> = tick.into_iter().collect();
        events.push(DocumentRequestsEvent::DocumentTicketOpened {
            ticket: self.tickets.keys().last().map_or(1, |last| last + 1),
            form: Box::new(form),
            at: context.at,
        });
        Ok(events)
    }

    /// Whether a ticket may be answered so. Answers how many cc addresses it has.
    fn answered(
        &self,
        ticket: u32,
        answer: TicketAnswer,
        context: &Context,
    ) -> Result<usize, Refusal> {
        let found = self.tickets.get(&ticket);
        let state = match found.map(|found| (&found.end, found)) {
            None => TicketState::Unknown,
            Some((Some(TicketEnd::Sent { .. }), _)) => TicketState::Ended("sent"),
            Some((Some(TicketEnd::Rejected { .. }), _)) => TicketState::Ended("rejected"),
            Some((None, open)) => TicketState::Open {
                wanted: open.form.wanted.kind(),
                confirmed: open.confirmed.is_some(),
            },
        };
        let matter = Answered {
            ticket: state,
            answer,
        };
        let mut objections = Objections::default();
        objections.add(context.judge(&IDENTITY_FIRST, &matter));
        objections.settle()?;
        Ok(found.map_or(0, |open| open.form.contact.cc.len()))
    }
}

/// The tick that was asked for, and none that was not: each is kept for ever (AGR-6).
fn ticked(ticks: &[Ticked], text: Agreement, context: &Context) -> Option<DocumentRequestsEvent> {
    let tick = ticks.iter().find(|tick| tick.text == text)?;
    Some(DocumentRequestsEvent::DocumentAgreementTicked {
        text,
        version: tick.version.clone(),
        by: context.actor.id.clone(),
        at: context.at,
    })
}
