//! What the office has to hand out, and which tickets wait for a specialist. One stream for the whole office.

use super::{DocumentKey, DocumentKind, TicketType};
use crate::{
    context::Context,
    form::MediaType,
    refusal::Refusal,
    values::{AccountId, MaterialId, Remark, Sha256},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a document is called.
pub type Title = Remark<60>;

/// Documents and waiting tickets as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentOffice {
    /// What is handed out, by name.
    pub documents: BTreeMap<DocumentKey, OfficeDocument>,
    /// Everything that was ever handed out, by its id in the object store: a mail on its way may still need a former one.
    #[serde(default)]
    pub published: BTreeSet<MaterialId>,
    /// The tickets that wait, the longest first.
    pub waiting: Vec<WaitingTicket>,
}

/// A document that the office hands out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeDocument {
    /// What kind it is.
    pub kind: DocumentKind,
    /// Its title in Chinese.
    pub zh: Title,
    /// Its title in English.
    pub en: Title,
    /// Its id in the object store.
    pub material: MaterialId,
    /// SHA-256 of its bytes.
    pub digest: Sha256,
    /// What the bytes are.
    pub media_type: MediaType,
    /// How many bytes.
    pub bytes: u64,
}

/// A ticket that waits for a specialist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingTicket {
    /// Whose.
    pub account: AccountId,
    /// Its number there.
    pub ticket: u32,
    /// Which specialists it is for.
    #[serde(rename = "type")]
    pub ticket_type: TicketType,
    /// Since when.
    pub since: Timestamp,
}

/// What can be asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentOfficeCommand {
    /// An operator puts a document in the place of the one before.
    Publish {
        /// Under which name.
        document: DocumentKey,
        /// The document.
        data: Box<OfficeDocument>,
    },
    /// An operator takes a document off; one that is not there is gone already.
    Withdraw {
        /// Under which name.
        document: DocumentKey,
    },
    /// A ticket was opened.
    Queue {
        /// Which.
        ticket: WaitingTicket,
    },
    /// A ticket waits no more.
    Unqueue {
        /// Whose.
        account: AccountId,
        /// Which.
        ticket: u32,
    },
}

crate::order::event::events! {
/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentOfficeEvent {
    /// A document was put in.
    DocumentPublished {
        /// Under which name.
        document: DocumentKey,
        /// The document.
        data: Box<OfficeDocument>,
        /// When.
        at: Timestamp,
    },
    /// A document is handed out no more.
    DocumentWithdrawn {
        /// Under which name.
        document: DocumentKey,
        /// When.
        at: Timestamp,
    },
    /// A ticket waits for a specialist.
    DocumentTicketQueued {
        /// Which.
        ticket: WaitingTicket,
    },
    /// A ticket waits no more.
    DocumentTicketUnqueued {
        /// Whose.
        account: AccountId,
        /// Which.
        ticket: u32,
    },
}
}

impl DocumentOffice {
    /// The one stream.
    pub const STREAM: &'static str = "office";
    /// The file that decisions about it are kept in. Nothing in it is personal, so that it has no key.
    pub const FILE: &'static str = "documents/office";

    /// Decides a command.
    pub fn decide(
        &self,
        command: &DocumentOfficeCommand,
        context: &Context,
    ) -> Result<Vec<DocumentOfficeEvent>, Refusal> {
        Ok(vec![match command.clone() {
            DocumentOfficeCommand::Publish { document, data } => {
                DocumentOfficeEvent::DocumentPublished {
                    document,
                    data,
                    at: context.at,
                }
            }
            DocumentOfficeCommand::Withdraw { document } => {
                if !self.documents.contains_key(&document) {
                    return Ok(Vec::new());
                }
                let at = context.at;
                DocumentOfficeEvent::DocumentWithdrawn { document, at }
            }
            DocumentOfficeCommand::Queue { ticket } => {
                DocumentOfficeEvent::DocumentTicketQueued { ticket }
            }
            DocumentOfficeCommand::Unqueue { account, ticket } => {
                DocumentOfficeEvent::DocumentTicketUnqueued { account, ticket }
            }
        }])
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: DocumentOfficeEvent) {
        match event {
            DocumentOfficeEvent::DocumentPublished {
                document,
                data,
                at: _,
            } => {
                self.published.insert(data.material);
                self.documents.insert(document, *data);
            }
            DocumentOfficeEvent::DocumentWithdrawn { document, at: _ } => {
                self.documents.remove(&document);
            }
            DocumentOfficeEvent::DocumentTicketQueued { ticket } => self.waiting.push(ticket),
            DocumentOfficeEvent::DocumentTicketUnqueued { account, ticket } => self
                .waiting
                .retain(|it| (it.account, it.ticket) != (account, ticket)),
        }
    }
}

crate::aggregate!(
    DocumentOffice,
    "DocumentOffice",
    DocumentOfficeCommand,
    DocumentOfficeEvent
);
