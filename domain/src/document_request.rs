//! Documents of the provider's own that an account asks for: the classified-protection certificate (等保证明, §1.8), which one
//! downloads, and qualification documents (接入商资质材料, §1.9), for which one opens a ticket.
//!
//! One stream an account. What there is to hand out, and which tickets wait, is in the [`DocumentOffice`].

mod decide;
mod key;
mod office;
mod ticket;

pub use key::DocumentKey;
pub use office::{
    DocumentOffice, DocumentOfficeCommand, DocumentOfficeEvent, OfficeDocument, Title,
    WaitingTicket,
};
pub use ticket::{
    CcFlaw, Contact, ContactAsked, ContactTime, LONGEST_CC, MOST_CC, Sending, Ticket, TicketAsked,
    TicketEnd, TicketForm, TicketType, Wanted, cc,
};

use crate::{
    order::{Agreement, command::Ticked, review::Written},
    values::{AccountId, Sha256, TextVersion},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What kind of document the office hands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 等保证明: to download.
    Certificate,
    /// 测评报告: by ticket to the security experts.
    AssessmentReport,
    /// 接入商资质材料: by ticket to the filing specialists.
    Qualification,
}

/// The requests of an account as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRequests {
    /// Which texts were ticked, in which version, by whom, and when (AGR-6); the newest last.
    pub ticks: Vec<DocumentTick>,
    /// All tickets by the number that each got when it was opened: 1, 2, 3 …
    pub tickets: BTreeMap<u32, Ticket>,
}

/// A text that was ticked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTick {
    /// Which text.
    pub text: Agreement,
    /// Which version of it was shown.
    pub version: TextVersion,
    /// Who ticked it: the account, as the caller was known.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What is asked about documents. The tag is the API's `command`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum DocumentRequest {
    /// 立即申请: opens the download page of the certificates.
    ApplyForCertificates {
        /// What was ticked.
        #[serde(default)]
        ticks: Vec<Ticked>,
    },
    /// Downloads what stands under a name now.
    DownloadDocument {
        /// Which.
        document: DocumentKey,
    },
    /// 新建工单.
    OpenTicket {
        /// What it says.
        ticket: Box<TicketAsked>,
    },
    /// A specialist is shown who asks, to check that they are who they say.
    ShowRequester {
        /// Of which ticket.
        ticket: u32,
    },
    /// A specialist has checked the requester's identity.
    ConfirmRequester {
        /// Of which ticket.
        ticket: u32,
    },
    /// A specialist sends the documents.
    SendDocuments {
        /// For which ticket.
        ticket: u32,
        /// Which.
        documents: Vec<DocumentKey>,
    },
    /// The office reports that the mail server took a document.
    ReportMailed {
        /// For which ticket.
        ticket: u32,
        /// Which.
        document: DocumentKey,
    },
    /// A specialist rejects a ticket.
    RejectTicket {
        /// Which.
        ticket: u32,
        /// Why.
        reason: Written,
    },
}

crate::tagged::tag_inside!(DocumentRequest, "command");

/// What can be asked of the aggregate: the request, and what the office has under the names in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRequestsCommand {
    /// What is asked.
    pub asked: DocumentRequest,
    /// What there is of the documents that it names.
    pub shelf: BTreeMap<DocumentKey, OfficeDocument>,
}

crate::order::event::events! {
/// What happens to an account's requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentRequestsEvent {
    /// A text was ticked.
    DocumentAgreementTicked {
        /// Which.
        text: Agreement,
        /// Which version of it was shown.
        version: TextVersion,
        /// Who ticked it.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// A document was downloaded.
    DocumentDownloaded {
        /// Which.
        document: DocumentKey,
        /// SHA-256 of what stood under that name then.
        digest: Sha256,
        /// When.
        at: Timestamp,
    },
    /// A ticket was opened.
    DocumentTicketOpened {
        /// Its number.
        ticket: u32,
        /// What it says.
        form: Box<TicketForm>,
        /// When.
        at: Timestamp,
    },
    /// A specialist was shown the requester's name and contact.
    RequesterShown {
        /// Of which ticket.
        ticket: u32,
        /// To whom.
        reviewer: String,
        /// When.
        at: Timestamp,
    },
    /// The requester's identity was confirmed.
    RequesterConfirmed {
        /// Of which ticket.
        ticket: u32,
        /// How many cc addresses are told.
        cc: usize,
        /// By whom.
        reviewer: String,
        /// When.
        at: Timestamp,
    },
    /// A specialist gave documents to be sent to the requester's e-mail address.
    DocumentsReleased {
        /// For which ticket.
        ticket: u32,
        /// Which, each as it was then; those that were given before are left out.
        documents: BTreeMap<DocumentKey, OfficeDocument>,
        /// By whom.
        reviewer: String,
        /// When.
        at: Timestamp,
    },
    /// The mail server took a document.
    DocumentMailed {
        /// For which ticket.
        ticket: u32,
        /// Which.
        document: DocumentKey,
        /// When.
        at: Timestamp,
    },
    /// All of the documents were sent to the requester's e-mail address.
    DocumentsSent {
        /// For which ticket.
        ticket: u32,
        /// Which, each as it was then.
        documents: BTreeMap<DocumentKey, OfficeDocument>,
        /// How many cc addresses are told.
        cc: usize,
        /// By whom.
        reviewer: String,
        /// When.
        at: Timestamp,
    },
    /// The ticket was rejected.
    DocumentTicketRejected {
        /// Which.
        ticket: u32,
        /// How many cc addresses are told.
        cc: usize,
        /// Why.
        reason: Written,
        /// By whom.
        reviewer: String,
        /// When.
        at: Timestamp,
    },
}
}

impl DocumentRequests {
    /// Its stream.
    pub fn stream(account: AccountId) -> String {
        account.to_string()
    }

    /// Whether the account has ticked a text.
    pub fn has_ticked(&self, text: Agreement) -> bool {
        self.ticks.iter().any(|tick| tick.text == text)
    }

    /// A ticket that waits for an answer.
    pub fn open(&self, ticket: u32) -> Option<&Ticket> {
        self.tickets.get(&ticket).filter(|it| it.end.is_none())
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: DocumentRequestsEvent) {
        use DocumentRequestsEvent as E;
        match event {
            E::DocumentAgreementTicked {
                text,
                version,
                by,
                at,
            } => self.ticks.push(DocumentTick {
                text,
                version,
                by,
                at,
            }),
            E::DocumentDownloaded { .. } | E::RequesterShown { .. } => {}
            E::DocumentTicketOpened { ticket, form, at } => {
                let opened = Ticket {
                    form: *form,
                    opened: at,
                    confirmed: None,
                    sending: None,
                    end: None,
                };
                self.tickets.insert(ticket, opened);
            }
            E::RequesterConfirmed {
                ticket,
                cc: _,
                reviewer,
                at,
            } => {
                if let Some(ticket) = self.tickets.get_mut(&ticket) {
                    ticket.confirmed = Some((reviewer, at));
                }
            }
            E::DocumentsReleased {
                ticket,
                documents,
                reviewer,
                at: _,
            } => {
                if let Some(ticket) = self.tickets.get_mut(&ticket) {
                    let sending = ticket.sending.get_or_insert_default();
                    sending.documents.extend(documents);
                    sending.reviewer = reviewer;
                }
            }
            E::DocumentMailed {
                ticket,
                document,
                at: _,
            } => {
                let ticket = self.tickets.get_mut(&ticket);
                if let Some(sending) = ticket.and_then(|ticket| ticket.sending.as_mut()) {
                    sending.mailed.insert(document);
                }
            }
            E::DocumentsSent {
                ticket,
                documents,
                cc: _,
                reviewer: _,
                at,
            } => {
                let documents = documents.into_keys().collect();
                self.end(ticket, TicketEnd::Sent { documents, at });
            }
            E::DocumentTicketRejected {
                ticket,
                cc: _,
                reason,
                reviewer: _,
                at,
            } => self.end(ticket, TicketEnd::Rejected { reason, at }),
        }
    }

    fn end(&mut self, ticket: u32, end: TicketEnd) {
        if let Some(ticket) = self.tickets.get_mut(&ticket) {
            ticket.end = Some(end);
        }
    }
}

crate::aggregate!(
    DocumentRequests,
    "DocumentRequests",
    DocumentRequestsCommand,
    DocumentRequestsEvent
);
