//! The values of a filing: one newtype a file, and parsing is the only way in.
//!
//! Every value is read by `T::parse(&str)` (also `FromStr`, and on reading JSON), is written by `Display`, and what is
//! written is read back as the same value. Nothing is trimmed or corrected on the way except what a type says of
//! itself: letters whose case carries no meaning, the one canonical spelling of a domain or an IPv6 address.
//!
//! What cannot be read gives a [`ValueError`]: what was expected, what came, what to do, in Chinese and in English.
//! It never repeats the text that came. Values about a person have a `mask()`, and `Debug` prints nothing else.
//!
//! | about | values |
//! |---|---|
//! | things the office names | [`AccountId`] [`OrderId`] [`ServiceId`] [`MaterialId`] [`SubmissionId`] [`SessionId`] [`VerificationId`] [`QrId`] [`ResourceId`] |
//! | people and units | [`PersonName`] [`PartyName`] [`Address`] [`Mobile`] [`EmergencyPhone`] [`Email`] [`Nature`] [`Province`] |
//! | their documents | [`DocumentKind`] [`DocumentNumber`] [`ResidentId`] [`ResidencePermit`] [`CreditCode`] [`Last6`] |
//! | services | [`DomainName`] [`IpBlock`] [`PrincipalRemark`] [`ServiceRemark`] |
//! | the SMS verification | [`SmsCode`] |

mod address;
mod citizen_number;
mod credit_code;
mod document;
mod document_kind;
mod domain_name;
mod email;
mod error;
mod ids;
mod ip_block;
mod listed;
mod nature;
mod party_name;
mod permits;
mod person_name;
mod phone;
mod province;
mod remark;
mod resident_id;
mod sms_code;
mod text;
mod written;

pub use address::Address;
pub use credit_code::{Checksum, CreditCode};
pub use document::DocumentNumber;
pub use document_kind::{DocumentKind, Holder};
pub use domain_name::DomainName;
pub use email::Email;
pub use error::{Form, Problem, ValueError};
pub use ids::{
    AccountId, MaterialId, OrderId, QrId, ResourceId, ServiceId, SessionId, SubmissionId,
    VerificationId,
};
pub use ip_block::{IpBlock, IpFamily};
pub use nature::Nature;
pub use party_name::PartyName;
pub use person_name::PersonName;
pub use phone::{EmergencyPhone, Mobile};
pub use province::Province;
pub use remark::{PrincipalRemark, Remark, ServiceRemark};
pub use resident_id::{ResidencePermit, ResidentId};
pub use sms_code::{Last6, SmsCode};
pub use text::Text;
