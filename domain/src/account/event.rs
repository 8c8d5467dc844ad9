//! What happens to an account. The names are the storage format.

use super::{AuthorisationEnd, Contacts, FiledPrincipal, FiledService, code::CodePurpose};
use crate::{
    order::review::Written,
    values::{AccountId, OrderId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// The principal went off the record without an order: it had no services left, and the bureau has cancelled it in writing.
    ShellRemoved {
        /// Its number.
        number: String,
        /// Why.
        reason: Written,
        /// Who says so.
        by: String,
        /// When.
        at: Timestamp,
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
    /// An order asked for its consent to a migration (T03).
    AuthorisationAsked {
        /// Which.
        order: OrderId,
        /// The account whose order it is.
        from: AccountId,
        /// When.
        at: Timestamp,
    },
    /// It agreed (T04).
    AuthorisationNoted {
        /// To which order.
        order: OrderId,
        /// When.
        at: Timestamp,
    },
    /// That order needs, or has, its consent no more.
    AuthorisationEnded {
        /// Which.
        order: OrderId,
        /// How it ended.
        end: AuthorisationEnd,
        /// When.
        at: Timestamp,
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
