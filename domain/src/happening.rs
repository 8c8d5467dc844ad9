//! Every aggregate of the office with its events, in one list. Whatever must know them all goes by it: reading what was
//! stored, telling it, and the golden files of `fixtures/events`.

use crate::{
    access::{Access, AccessEvent},
    account::{Account, AccountEvent},
    document_request::{
        DocumentOffice, DocumentOfficeEvent, DocumentRequests, DocumentRequestsEvent,
    },
    hold::{Hold, HoldEvent},
    inspection::{Inspections, InspectionsEvent},
    lead_book::{LeadBook, LeadBookEvent},
    order::{Order, OrderEvent},
    resource::{Resource, ResourceEvent},
    sms_phone::{SmsPhone, SmsPhoneEvent},
};
use cqrs_es::{Aggregate, DomainEvent};
use serde_json::Value;

/// An event by its stored name, and the version in which it is written today.
pub type Named = (&'static str, &'static str);

/// An event as somebody stored it, who can read it once its type is known.
pub trait Stored {
    /// Why it cannot be read.
    type Error;
    /// The type of the aggregate that it happened to.
    fn aggregate_type(&self) -> &str;
    /// The event as this type; an error unless it is one of this type, in today's version.
    fn read<E: DomainEvent>(&self) -> Result<E, Self::Error>;
    /// The error of an aggregate that nobody knows.
    fn stranger(&self) -> Self::Error;
}

macro_rules! aggregates {
    ($($(#[$doc:meta])* $aggregate:ident: $event:ident),* $(,)?) => {
        /// Something that happened to any aggregate of the office.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Happening { $($(#[$doc])* $aggregate($event)),* }

        impl Happening {
            /// All that can happen: the events of each aggregate, by its type.
            pub const ALL: &'static [(&'static str, &'static [Named])] =
                &[$((<$aggregate as Aggregate>::TYPE, $event::NAMED)),*];

            /// What was stored, as what it is. An aggregate that this program does not know is not passed over.
            ///
            /// # Errors
            /// Nobody knows it, in this version or at all.
            pub fn read<S: Stored>(stored: &S) -> Result<Self, S::Error> {
                match stored.aggregate_type() {
                    $(<$aggregate as Aggregate>::TYPE => stored.read::<$event>().map(Self::$aggregate),)*
                    _ => Err(stored.stranger()),
                }
            }

            /// As it is stored today, personal values still open.
            ///
            /// # Errors
            /// It has no JSON form, which the golden files would notice.
            pub fn payload(&self) -> serde_json::Result<Value> {
                match self { $(Self::$aggregate(event) => serde_json::to_value(event)),* }
            }
        }
    };
}

aggregates! {
    /// To an order.
    Order: OrderEvent,
    /// To an account.
    Account: AccountEvent,
    /// To a thing that only one may hold.
    Hold: HoldEvent,
    /// To a server or an authorisation code.
    Resource: ResourceEvent,
    /// To a mobile that must verify.
    SmsPhone: SmsPhoneEvent,
    /// To an account's lead book.
    LeadBook: LeadBookEvent,
    /// To what inspections found of an account's filings.
    Inspections: InspectionsEvent,
    /// To an account's requests for documents.
    DocumentRequests: DocumentRequestsEvent,
    /// To what the office has to hand out.
    DocumentOffice: DocumentOfficeEvent,
    /// To a token.
    Access: AccessEvent,
}
