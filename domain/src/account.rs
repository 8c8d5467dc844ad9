//! An account: one principal, one order in flight.

pub mod code;
mod evolve;
pub mod offers;
mod touched;

use crate::{
    context::Context,
    form::{ServiceKey, ServiceKind, ServiceName},
    personal::Personal,
    refusal::{Objections, Refusal},
    rules::{
        account::{ONE_ORDER_IN_FLIGHT, ONE_PRINCIPAL},
        cancel_access::NO_CONSENT_NEEDED,
    },
    values::{AccountId, Email, Mobile, OrderId, SmsCode},
};
use code::{AccountCode, CodePurpose};
use jiff::Timestamp;
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

/// A principal with a filing number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledPrincipal {
    /// Keyed digest of its document.
    pub document: String,
    /// Its number.
    pub number: String,
    /// The order that put its data on record last: there it can be read, as filed.
    pub order: OrderId,
    /// Its services, by their numbers.
    pub services: BTreeMap<String, FiledService>,
    /// Services that the office takes off the record of its own accord, by their numbers, and the order that does: no other
    /// order touches them meanwhile (AMB-39).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub locked: BTreeMap<String, OrderId>,
}

/// A service with a filing number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiledService {
    /// The order that put its data on record last: there it can be read, as filed.
    pub order: OrderId,
    /// What that order calls it.
    pub service: ServiceKey,
    /// Its kind.
    pub kind: ServiceKind,
    /// Domain or App name.
    pub name: ServiceName,
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
        code: SmsCode,
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

crate::order::event::events! {
/// What happens to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountEvent {
    /// It was opened.
    AccountOpened {
        /// Where notices go.
        contacts: Contacts,
        /// When.
        at: Timestamp,
    },
    /// An order took the slot.
    OrderSlotTaken {
        /// Which.
        order: OrderId,
    },
    /// The slot is free again (ACC-6).
    OrderSlotFreed {
        /// Which order had it.
        order: OrderId,
    },
    /// A principal was filed.
    PrincipalAttached {
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
    ServiceDetached {
        /// Its number.
        service: String,
        /// The order that was approved.
        order: OrderId,
    },
    /// The principal went off the record, with everything that it had here.
    PrincipalDetached {
        /// Its number.
        number: String,
        /// The order that was approved.
        order: OrderId,
    },
    /// The office takes a service off the record: no other order touches it meanwhile.
    ServiceLocked {
        /// Its number.
        service: String,
        /// The order that does.
        order: OrderId,
    },
    /// It does not any more.
    ServiceUnlocked {
        /// Its number.
        service: String,
        /// The order that did.
        order: OrderId,
    },
    /// A code was sent to its phone.
    AccountCodeSent {
        /// What for.
        purpose: CodePurpose,
        /// The how-manyeth of the account.
        number: u32,
        /// When.
        at: Timestamp,
    },
    /// The code was entered wrongly.
    AccountCodeFailed {
        /// What for.
        purpose: CodePurpose,
    },
    /// The code was entered rightly, and is spent.
    AccountCodeUsed {
        /// What for.
        purpose: CodePurpose,
    },
    /// Its principal went to another account with all services (TRF-1).
    PrincipalHandedOver {
        /// The principal's number.
        number: String,
        /// To which account.
        to: AccountId,
        /// When.
        at: Timestamp,
    },
    /// It got another account's principal with all services (TRF-1).
    PrincipalReceived {
        /// Whose it was.
        from: AccountId,
        /// The principal with its services, each with the order that filed it.
        principal: Box<FiledPrincipal>,
        /// When.
        at: Timestamp,
    },
}
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
            AccountCommand::LockService { service, order } => {
                let touched = self.touched(std::slice::from_ref(service), *order);
                objections.add(context.judge(&NO_CONSENT_NEEDED, &touched));
                AccountEvent::ServiceLocked {
                    service: service.clone(),
                    order: *order,
                }
            }
            AccountCommand::UnlockService { order } => {
                let locked = self.principal.iter().flat_map(|held| &held.locked);
                let mut mine = locked.filter(|(_, by)| *by == order);
                let Some((service, _)) = mine.next() else {
                    return Ok(Vec::new());
                };
                AccountEvent::ServiceUnlocked {
                    service: service.clone(),
                    order: *order,
                }
            }
            AccountCommand::SendCode { purpose } => self.send_code(purpose, context)?,
            AccountCommand::TryCode {
                account,
                purpose,
                code,
            } => self.try_code(*account, purpose, code, context)?,
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
