//! An account's lead book (常用负责人): people who were entered before and can be picked again (LED-16).
//!
//! One stream an account. A lead that is stored by itself is sealed under a file of its own, so that one person can be
//! forgotten alone; one that comes from a completed filing is sealed with that filing, and goes with it.

use crate::{
    context::Context,
    form::Lead,
    refusal::{Objections, Refusal},
    rules::stored_lead::{DOCUMENT_KIND_LOCKED, PICKED_FROM_OWN_BOOK, Picked},
    secret::Secret,
    values::{AccountId, LeadId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The book as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadBook {
    /// Who is in it.
    pub leads: BTreeMap<LeadId, Lead>,
    /// Who was, by id: no person can be told from it.
    pub forgotten: BTreeSet<LeadId>,
    /// Keyed digest of the mobile with which somebody was last filed. Any other one has yet to be verified (LED-18), whatever
    /// is stored.
    pub filed: BTreeMap<LeadId, String>,
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
    /// Keeps a lead of a filing that was completed. What is stored of the same person is newer, or the same.
    Keep {
        /// Which, if the person is not there.
        lead: LeadId,
        /// The data as it was filed.
        data: Box<Lead>,
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
    /// A lead was filed with this mobile.
    LeadContactFiled {
        /// Which.
        lead: LeadId,
        /// Keyed digest of the mobile.
        phone: String,
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

    /// The most people that it takes.
    pub const MOST: usize = 200;

    /// Who is in it and was not erased.
    pub fn persons(&self) -> impl Iterator<Item = (LeadId, &Lead)> {
        let all = self.leads.keys();
        all.filter_map(|id| Some((*id, self.lead(*id)?)))
    }

    /// Whether it takes this person: one who is there always.
    pub fn has_room_for(&self, lead: &Lead) -> bool {
        self.persons().count() < Self::MOST || self.known_by_document(lead).is_some()
    }

    /// Whether this id is or was one of the book's.
    pub fn ever_held(&self, lead: LeadId) -> bool {
        self.leads.contains_key(&lead) || self.forgotten.contains(&lead)
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
            is_another: stored.is_some()
                && self.known_by_document(entered).is_some_and(|it| it != lead),
            kind_differs: stored.is_some_and(|it| it.document.kind != entered.document.kind),
        }
    }

    /// Whether a stored lead is entered with another mobile than they were last filed with, or was not filed yet.
    pub fn contact_differs(&self, lead: LeadId, entered: &Lead, secret: &Secret) -> bool {
        let phone = entered.mobile.known();
        let phone = phone.map(|mobile| secret.digest("mobile", mobile.as_str()));
        self.lead(lead).is_some() && self.filed.get(&lead) != phone.as_ref()
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
            LeadBookCommand::Keep { lead, data } => return Ok(self.keep(*lead, data, context)),
        };
        let data = of_no_order(data);
        if self.leads.get(&lead) == Some(&data) {
            return Ok(Vec::new());
        }
        let at = context.at;
        Ok(vec![LeadBookEvent::LeadStored { lead, data, at }])
    }

    /// Whoever was taken out of the book before stays out of it; a full one takes nobody more, which is no reason not to file.
    fn keep(&self, lead: LeadId, data: &Lead, context: &Context) -> Vec<LeadBookEvent> {
        if data
            .stored
            .is_some_and(|from| self.forgotten.contains(&from))
        {
            return Vec::new();
        }
        let (known, at) = (self.known_by_document(data), context.at);
        let mut events = Vec::new();
        if known.is_none() && !self.has_room_for(data) {
            return Vec::new();
        }
        if known.is_none() {
            let data = of_no_order(data);
            events.push(LeadBookEvent::LeadStored { lead, data, at });
        }
        let lead = known.unwrap_or(lead);
        let phone = data.mobile.known();
        let phone = phone.map(|mobile| context.secret.digest("mobile", mobile.as_str()));
        if let Some(phone) = phone.filter(|phone| self.filed.get(&lead) != Some(phone)) {
            events.push(LeadBookEvent::LeadContactFiled { lead, phone, at });
        }
        events
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: LeadBookEvent) {
        match event {
            LeadBookEvent::LeadStored { lead, data, at: _ } => {
                self.leads.insert(lead, *data);
            }
            LeadBookEvent::LeadContactFiled { lead, phone, at: _ } => {
                self.filed.insert(lead, phone);
            }
            LeadBookEvent::LeadForgotten { lead, at: _ } => {
                self.leads.remove(&lead);
                self.filed.remove(&lead);
                self.forgotten.insert(lead);
            }
        }
    }
}

/// What is said of one order stays with it: where the lead was picked from, and what was promised there.
fn of_no_order(data: &Lead) -> Box<Lead> {
    Box::new(Lead {
        stored: None,
        verify_later: false,
        number_confirmed: false,
        ..data.clone()
    })
}

crate::aggregate!(
    LeadBook,
    "LeadBook",
    LeadBookCommand,
    LeadBookEvent,
    mostly absent
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        context::{Actor, Channel, Role, Witness},
        law::Law,
        values::Mobile,
    };
    use serde_json::{Value, json};
    use std::sync::Arc;

    const OLD: &str = "13800138000";
    const NEW: &str = "13800138001";

    fn context() -> Context {
        Context {
            at: Timestamp::UNIX_EPOCH,
            actor: Actor {
                id: "applicant:1".to_owned(),
                role: Role::Applicant,
                channel: Channel::Pc,
            },
            law: Law::standing(),
            secret: Arc::new(Secret::new([3; 32])),
            witness: Witness::default(),
        }
    }

    fn id(n: u8) -> LeadId {
        LeadId::new(Timestamp::UNIX_EPOCH, [n; 10])
    }

    fn lead(number: &str, mobile: &str, stored: Option<LeadId>) -> Box<Lead> {
        let data: Value = json!({"name": "张三", "document": {"kind": "resident_id_card", "number": number},
            "validity": {"long_term": true, "from": "2023-12-01"}, "mobile": mobile, "emergency_phone": "13900139000",
            "email": "lead@example.com", "stored": stored});
        serde_json::from_value(data).unwrap()
    }

    const ZHANG: &str = "11010519491231002X";
    const WANG: &str = "110101202311012176";

    fn decide(book: &mut LeadBook, command: &LeadBookCommand) -> Result<usize, Refusal> {
        let events = book.decide(command, &context())?;
        let count = events.len();
        for event in events {
            book.evolve(event);
        }
        Ok(count)
    }

    fn keep(lead: LeadId, data: Box<Lead>) -> LeadBookCommand {
        LeadBookCommand::Keep { lead, data }
    }

    // covers: LED-18
    #[test]
    fn a_contact_that_was_not_filed_differs_whatever_the_book_has() {
        let mut book = LeadBook::default();
        let differs = |book: &LeadBook, mobile: &str| {
            book.contact_differs(id(1), &lead(ZHANG, mobile, None), &context().secret)
        };
        let store = |mobile| LeadBookCommand::Store {
            lead: id(1),
            data: lead(ZHANG, mobile, None),
        };
        decide(&mut book, &store(OLD)).unwrap();
        assert!(differs(&book, OLD), "stored, and never filed");
        decide(&mut book, &keep(id(2), lead(ZHANG, OLD, None))).unwrap();
        assert!(!differs(&book, OLD));
        decide(&mut book, &store(NEW)).unwrap();
        assert!(differs(&book, NEW) && !differs(&book, OLD));
        let change = LeadBookCommand::Change {
            lead: id(1),
            data: lead(ZHANG, OLD, None),
        };
        decide(&mut book, &change).unwrap();
        assert!(differs(&book, NEW) && !differs(&book, OLD));
    }

    #[test]
    fn a_completed_filing_adds_whom_the_book_does_not_have() {
        let mut book = LeadBook::default();
        let store = LeadBookCommand::Store {
            lead: id(1),
            data: lead(ZHANG, NEW, None),
        };
        decide(&mut book, &store).unwrap();
        // What was filed is older than what is stored.
        assert_eq!(
            decide(&mut book, &keep(id(2), lead(ZHANG, OLD, None))),
            Ok(1)
        );
        let stored = &book.leads[&id(1)];
        assert_eq!(stored.mobile.known().map(Mobile::as_str), Some(NEW));
        assert_eq!(book.leads.len(), 1);
        assert_eq!(
            decide(&mut book, &keep(id(2), lead(ZHANG, OLD, None))),
            Ok(0)
        );
        // Somebody else.
        assert_eq!(
            decide(&mut book, &keep(id(3), lead(WANG, OLD, None))),
            Ok(2)
        );
        assert_eq!(book.leads.len(), 2);
        // Whoever was picked and then forgotten is not brought back.
        decide(&mut book, &LeadBookCommand::Forget { lead: id(1) }).unwrap();
        let filed = lead(ZHANG, OLD, Some(id(1)));
        assert_eq!(decide(&mut book, &keep(id(4), filed)), Ok(0));
        assert!(book.leads.len() == 1 && book.ever_held(id(1)) && !book.ever_held(id(4)));
    }
}
