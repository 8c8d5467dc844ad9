//! An account: one principal, one order in flight.

mod authorisation;
pub mod code;
mod event;
mod evolve;
mod filed;
pub mod offers;
mod shell;
mod touched;

pub use authorisation::{Authorisation, AuthorisationEnd};
pub use event::AccountEvent;
pub use filed::{FiledPrincipal, FiledService};
pub use shell::ShellRemoval;

use crate::{
    context::Context,
    personal::Personal,
    refusal::{Objections, Refusal},
    rules::{
        account::{ONE_ORDER_IN_FLIGHT, ONE_PRINCIPAL},
        cancel_access::NO_CONSENT_NEEDED,
    },
    values::{AccountId, Email, Mobile, OrderId, SmsCode},
};
use code::{AccountCode, CodePurpose};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An account (账号) as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its registered contacts, once opened.
    pub contacts: Option<Contacts>,
    /// The order in flight (ACC-8). A draft counts (ACC-7).
    pub in_flight: Option<OrderId>,
    /// The principal it holds (ACC-1).
    pub principal: Option<FiledPrincipal>,
    /// The migrations that ask for its consent, or have it, while they are under way: “my authorisations” (MIG-14).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub authorisations: BTreeMap<OrderId, Authorisation>,
    /// The code that was sent to its phone last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<AccountCode>,
}

/// Where notices to an account go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// The registered phone.
    pub mobile: Personal<Mobile>,
    /// The registered e-mail.
    pub email: Personal<Email>,
}

/// What can be asked of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "account_command", rename_all = "snake_case")]
pub enum AccountCommand {
    /// An operator opens it.
    Open {
        /// Where notices go.
        contacts: Contacts,
    },
    /// An order takes the slot.
    TakeOrderSlot {
        /// Which.
        order: OrderId,
        /// Keyed digest of the principal's document.
        document: String,
    },
    /// The order ended.
    FreeOrderSlot {
        /// Which.
        order: OrderId,
    },
    /// The bureau approved: the principal is this account's.
    AttachPrincipal {
        /// Keyed digest of its document.
        document: String,
        /// Its number.
        number: String,
        /// The order that was approved.
        order: OrderId,
        /// The services of that order, by their numbers.
        services: BTreeMap<String, FiledService>,
    },
    /// A service went off the record.
    DetachService {
        /// Its number.
        service: String,
        /// The order that was approved.
        order: OrderId,
    },
    /// The principal went off the record, with everything that it has here.
    DetachPrincipal {
        /// The order that was approved.
        order: OrderId,
    },
    /// The bureau has cancelled, in writing, a principal that had no services left (SMS-24).
    RemoveShell(ShellRemoval),
    /// The office starts to take a service off the record.
    LockService {
        /// Its number.
        service: String,
        /// The order that does.
        order: OrderId,
    },
    /// It does not any more.
    UnlockService {
        /// The order that did.
        order: OrderId,
    },
    /// A code goes to its phone.
    SendCode {
        /// What for.
        purpose: CodePurpose,
    },
    /// A code was typed.
    TryCode {
        /// Whose; part of what the code is bound to.
        account: AccountId,
        /// What for.
        purpose: CodePurpose,
        /// What was typed.
        code: Personal<SmsCode>,
    },
    /// An order asks for its consent to a migration.
    AskAuthorisation {
        /// Which.
        order: OrderId,
        /// The account whose order it is.
        from: AccountId,
    },
    /// It has agreed.
    NoteAuthorisation {
        /// To which order.
        order: OrderId,
    },
    /// That order does not need, or does not have, its consent any more.
    EndAuthorisation {
        /// Which.
        order: OrderId,
        /// How it ended.
        end: AuthorisationEnd,
    },
    /// All that it has filed goes to another account.
    HandOver {
        /// To which.
        to: AccountId,
    },
    /// What another account has filed is this one's now.
    Receive {
        /// Whose it was.
        from: AccountId,
        /// The principal with its services.
        principal: Box<FiledPrincipal>,
    },
}

/// What the account's rules are judged on.
#[derive(Clone, Debug)]
pub struct SlotAsked {
    /// The order that has the slot, unless it is the one asking.
    pub other_in_flight: Option<OrderId>,
    /// The account's principal is another one than the order's.
    pub other_principal: bool,
}

impl Account {
    /// Its stream.
    pub fn stream(id: AccountId) -> String {
        id.to_string()
    }

    fn asked(&self, order: Option<OrderId>, document: &str) -> SlotAsked {
        SlotAsked {
            other_in_flight: self.in_flight.filter(|held| Some(*held) != order),
            other_principal: self
                .principal
                .as_ref()
                .is_some_and(|held| held.document != document),
        }
    }

    /// Decides a command.
    pub fn decide(
        &self,
        command: &AccountCommand,
        context: &Context,
    ) -> Result<Vec<AccountEvent>, Refusal> {
        let mut objections = Objections::default();
        let event = match command {
            AccountCommand::Open { contacts } => match self.contacts {
                Some(_) => return Ok(Vec::new()),
                None => AccountEvent::AccountOpened {
                    contacts: contacts.clone(),
                    at: context.at,
                },
            },
            AccountCommand::TakeOrderSlot { order, document } => {
                let asked = self.asked(Some(*order), document);
                objections.add(context.judge(&ONE_ORDER_IN_FLIGHT, &asked));
                objections.add(context.judge(&ONE_PRINCIPAL, &asked));
                AccountEvent::OrderSlotTaken { order: *order }
            }
            AccountCommand::FreeOrderSlot { order } => match self.in_flight {
                Some(held) if held == *order => AccountEvent::OrderSlotFreed { order: *order },
                _ => return Ok(Vec::new()),
            },
            AccountCommand::AttachPrincipal {
                document,
                number,
                order,
                services,
            } => {
                objections
                    .add(context.judge(&ONE_PRINCIPAL, &self.asked(self.in_flight, document)));
                AccountEvent::PrincipalAttached {
                    document: document.clone(),
                    number: number.clone(),
                    order: *order,
                    services: services.clone(),
                }
            }
            AccountCommand::DetachService { service, order } => {
                let held = self.principal.as_ref();
                if !held.is_some_and(|held| held.services.contains_key(service)) {
                    return Ok(Vec::new());
                }
                AccountEvent::ServiceDetached {
                    service: service.clone(),
                    order: *order,
                }
            }
            AccountCommand::DetachPrincipal { order } => match &self.principal {
                Some(held) => AccountEvent::PrincipalDetached {
                    number: held.number.clone(),
                    order: *order,
                },
                None => return Ok(Vec::new()),
            },
            AccountCommand::RemoveShell(removal) => self.remove_shell(removal, context)?,
            AccountCommand::LockService { service, order } => {
                let touched = self.touched(std::slice::from_ref(service), *order);
                objections.add(context.judge(&NO_CONSENT_NEEDED, &touched));
                AccountEvent::ServiceLocked {
                    service: service.clone(),
                    order: *order,
                }
            }
            AccountCommand::UnlockService { order } => match self.locked_by(*order) {
                Some(service) => AccountEvent::ServiceUnlocked {
                    service: service.clone(),
                    order: *order,
                },
                None => return Ok(Vec::new()),
            },
            AccountCommand::SendCode { purpose } => self.send_code(purpose, context)?,
            AccountCommand::TryCode {
                account,
                purpose,
                code,
            } => self.try_code(*account, purpose, code, context)?,
            AccountCommand::AskAuthorisation { .. }
            | AccountCommand::NoteAuthorisation { .. }
            | AccountCommand::EndAuthorisation { .. } => {
                return Ok(authorisation::kept(command, context.at)
                    .into_iter()
                    .collect());
            }
            AccountCommand::HandOver { to } => match &self.principal {
                Some(held) => AccountEvent::PrincipalHandedOver {
                    number: held.number.clone(),
                    to: *to,
                    at: context.at,
                },
                None => return Ok(Vec::new()),
            },
            AccountCommand::Receive { from, principal } => {
                objections
                    .add(context.judge(&ONE_PRINCIPAL, &self.asked(None, &principal.document)));
                AccountEvent::PrincipalReceived {
                    from: *from,
                    principal: principal.clone(),
                    at: context.at,
                }
            }
        };
        objections.settle()?;
        Ok(vec![event])
    }
}

crate::aggregate!(Account, "Account", AccountCommand, AccountEvent);
