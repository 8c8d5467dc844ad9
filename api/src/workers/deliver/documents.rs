//! Telling whoever opened a ticket how it goes (NTF-14), and sending what they asked for (NTF-15).

use super::{Delivered, Delivery, ERASED, LOST, OVER, notice::Facts};
use crate::{
    materials,
    ports::{Address, Attachment, Holder, ObjectName, Trouble},
    workers::{
        effect::{RequesterAddress, TicketStep},
        texts::{Notice, Way},
    },
};
use domain::{
    context::Role,
    desk::{Command, DocumentCommand},
    document_request::{
        DocumentKey, DocumentRequest, DocumentRequests, DocumentRequestsEvent, OfficeDocument,
        Sending, Ticket, TicketEnd,
    },
    happening::Happening,
    values::AccountId,
};

impl Delivery<'_> {
    pub(super) async fn tell_requester(
        &self,
        account: AccountId,
        ticket: u32,
        step: TicketStep,
        to: &RequesterAddress,
    ) -> Delivered {
        let Some(told) = self.ticket(account, ticket).await? else {
            return Ok(LOST);
        };
        let is_over = match step {
            TicketStep::Opened => told.confirmed.is_some() || told.end.is_some(),
            TicketStep::Confirmed => told.end.is_some(),
            TicketStep::Sent | TicketStep::Rejected => false,
        };
        if is_over && self.job.attempts > 0 {
            // It was delayed, and what came after it has been told, or is about to be.
            return Ok(OVER);
        }
        let contact = &told.form.contact;
        let (by, address) = match to {
            RequesterAddress::Mobile {} => {
                let mobile = contact.mobile.known().cloned();
                (Way::Sms, mobile.map(Address::Mobile))
            }
            RequesterAddress::Email {} => {
                let email = contact.email.known().cloned();
                (Way::Email, email.map(Address::Email))
            }
            RequesterAddress::Cc { place } => {
                let email = contact.cc.get(*place).and_then(|cc| cc.known().cloned());
                (Way::Email, email.map(Address::Email))
            }
        };
        let (Some(address), Some(facts)) = (address, self.ticket_facts(ticket, &told)) else {
            return Ok(ERASED);
        };
        self.send(step.notice(), by, address, &facts).await
    }

    pub(super) async fn send_document(
        &self,
        account: AccountId,
        ticket: u32,
        key: &DocumentKey,
    ) -> Delivered {
        let (Some(told), Some(document)) = (
            self.ticket(account, ticket).await?,
            self.document_then(ticket, key)?,
        ) else {
            return Ok(LOST);
        };
        let over = |it: &Sending| told.end.is_some() || it.mailed.contains(key);
        if told.sending.as_ref().is_some_and(over) {
            return Ok(OVER);
        }
        let Some(email) = told.form.contact.email.known().cloned() else {
            return Ok(ERASED);
        };
        let Some(mut facts) = self.ticket_facts(ticket, &told) else {
            return Ok(ERASED);
        };
        let title = self
            .work
            .language
            .of_two(document.zh.as_str(), document.en.as_str());
        facts.insert("document", title.to_owned());
        let name = ObjectName {
            of: Holder::Office,
            material: document.material,
        };
        let bytes = materials::opened(self.office, name, &document.digest).await;
        let bytes = bytes.map_err(|_| Trouble::OfficeBusy)?;
        let (media_type, ending) = materials::told_type(document.media_type);
        let attached = Attachment {
            name: format!("{key}.{ending}"),
            media_type,
            bytes: bytes.into(),
        };
        self.send_with(
            (Notice::DocumentSent, Way::Email),
            Address::Email(email),
            &facts,
            attached,
        )
        .await?;
        // What the mail server took and the desk could not hear of goes out once more: a ticket that hangs is worse.
        let document = key.clone();
        let asked = DocumentRequest::ReportMailed { ticket, document };
        let report = Command::Document(Box::new(DocumentCommand { account, asked }));
        self.tell_desk(report, Role::System, self.job.id.clone())
            .await
    }

    async fn ticket(&self, account: AccountId, ticket: u32) -> Result<Option<Ticket>, Trouble> {
        let stream = DocumentRequests::stream(account);
        let ledger = &self.office.ledger;
        let found = ledger.load::<DocumentRequests>(&stream).await?.state;
        Ok(found.tickets.get(&ticket).cloned())
    }

    /// The document as it was when it was decided to send it.
    fn document_then(&self, of: u32, key: &DocumentKey) -> Result<Option<OfficeDocument>, Trouble> {
        for event in &self.decision.events {
            if let Happening::DocumentRequests(
                DocumentRequestsEvent::DocumentsReleased {
                    ticket, documents, ..
                }
                | DocumentRequestsEvent::DocumentsSent {
                    ticket, documents, ..
                },
            ) = Happening::read(event)?
                && ticket == of
            {
                return Ok(documents.get(key).cloned());
            }
        }
        Ok(None)
    }

    /// What is known for the braces. `None`: what somebody wrote there was erased.
    fn ticket_facts(&self, number: u32, ticket: &Ticket) -> Option<Facts> {
        let wanted = self.work.language.of(ticket.form.wanted.kind().told());
        let mut facts = Facts::from([
            ("ticket", number.to_string()),
            ("wanted", wanted.to_owned()),
        ]);
        if let Some(TicketEnd::Rejected { reason, .. }) = &ticket.end {
            facts.insert("reason", reason.known()?.0.to_string());
        }
        Some(facts)
    }
}

impl TicketStep {
    /// The notice that tells it.
    const fn notice(self) -> Notice {
        match self {
            Self::Opened => Notice::TicketOpened,
            Self::Confirmed => Notice::TicketConfirmed,
            Self::Sent => Notice::TicketSent,
            Self::Rejected => Notice::TicketRejected,
        }
    }
}
