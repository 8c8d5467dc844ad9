//! An account's lead book (常用负责人): people who were entered before and can be picked again (LED-16).
//!
//! One stream an account. A lead that is stored by itself is sealed under a file of its own, so that one person can be
//! forgotten alone; one that comes from a completed filing is sealed with that filing, and goes with it.

use crate::{
    context::Context,
    form::Lead,
    refusal::{Objections, Refusal},
    rules::stored_lead::{DOCUMENT_KIND_LOCKED, PICKED_FROM_OWN_BOOK, Picked},
    values::{AccountId, LeadId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The book as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadBook {
    /// Who is in it.
    pub leads: BTreeMap<LeadId, Lead>,
}

/// What can be asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "lead_book_command", rename_all = "snake_case")]
pub enum LeadBookCommand {
    /// Stores a lead, or what changed of one.
    Store {
        /// Which; one whose document is there already keeps the id that it has.
        lead: LeadId,
        /// The data.
        data: Box<Lead>,
    },
    /// Changes a lead that is there.
    Change {
        /// Which.
        lead: LeadId,
        /// The data.
        data: Box<Lead>,
    },
    /// Forgets a lead.
    Forget {
        /// Which.
        lead: LeadId,
    },
}

crate::order::event::events! {
/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeadBookEvent {
    /// A lead was stored, or stored anew.
    LeadStored {
        /// Which.
        lead: LeadId,
        /// The data.
        data: Box<Lead>,
        /// When.
        at: Timestamp,
    },
    /// A lead was forgotten.
    LeadForgotten {
        /// Which.
        lead: LeadId,
        /// When.
        at: Timestamp,
    },
}
}

impl LeadBook {
    /// Its stream.
    pub fn stream(account: AccountId) -> String {
        account.to_string()
    }

    /// The file under whose key a lead is sealed that is stored by itself.
    pub fn file(lead: LeadId) -> String {
        format!("lead/{lead}")
    }

    /// A lead as it is stored, unless the person was erased.
    pub fn lead(&self, lead: LeadId) -> Option<&Lead> {
        let stored = self.leads.get(&lead)?;
        stored.document.number.known().map(|_| stored)
    }

    /// The lead with this document.
    pub fn known_by_document(&self, lead: &Lead) -> Option<LeadId> {
        let mut known = self.leads.iter();
        known
            .find(|(_, stored)| stored.same_person(lead))
            .map(|(id, _)| *id)
    }

    /// What the rules are judged on when a form names a stored lead.
    pub fn picked(&self, lead: LeadId, entered: &Lead, pointer: &str) -> Picked {
        let stored = self.lead(lead);
        Picked {
            pointer: pointer.to_owned(),
            known: stored.is_some(),
            kind_differs: stored.is_some_and(|it| it.document.kind != entered.document.kind),
            contact_differs: stored.is_some_and(|it| it.mobile != entered.mobile),
        }
    }

    /// Decides a command.
    pub fn decide(
        &self,
        command: &LeadBookCommand,
        context: &Context,
    ) -> Result<Vec<LeadBookEvent>, Refusal> {
        let (lead, data) = match command {
            LeadBookCommand::Store { lead, data } => {
                (self.known_by_document(data).unwrap_or(*lead), data)
            }
            LeadBookCommand::Change { lead, data } => {
                let picked = self.picked(*lead, data, "/lead");
                let mut objections = Objections::default();
                objections.add(context.judge(&PICKED_FROM_OWN_BOOK, &picked));
                objections.add(context.judge(&DOCUMENT_KIND_LOCKED, &picked));
                objections.settle()?;
                (*lead, data)
            }
            LeadBookCommand::Forget { lead } => {
                let (lead, at) = (*lead, context.at);
                let is_there = self.leads.contains_key(&lead);
                let forgotten = is_there.then_some(LeadBookEvent::LeadForgotten { lead, at });
                return Ok(forgotten.into_iter().collect());
            }
        };
        // What is said of one order stays with it: where the lead was picked from, and what was promised there.
        let mut data = data.clone();
        (data.stored, data.verify_later, data.number_confirmed) = (None, false, false);
        if self.leads.get(&lead) == Some(&data) {
            return Ok(Vec::new());
        }
        let at = context.at;
        Ok(vec![LeadBookEvent::LeadStored { lead, data, at }])
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: LeadBookEvent) {
        match event {
            LeadBookEvent::LeadStored { lead, data, at: _ } => {
                self.leads.insert(lead, *data);
            }
            LeadBookEvent::LeadForgotten { lead, at: _ } => {
                self.leads.remove(&lead);
            }
        }
    }
}

crate::aggregate!(LeadBook, "LeadBook", LeadBookCommand, LeadBookEvent);
