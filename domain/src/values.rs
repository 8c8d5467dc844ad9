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
//! | things the office names | [`AccountId`] [`OrderId`] [`ServiceId`] [`MaterialId`] [`LeadId`] [`SubmissionId`] [`SessionId`] [`AttemptId`] [`QrId`] [`ResourceId`] [`StaffId`] |
//! | people and units | [`PersonName`] [`PartyName`] [`Address`] [`Mobile`] [`EmergencyPhone`] [`Email`] [`Nature`] [`Province`] |
//! | their documents | [`DocumentKind`] [`DocumentNumber`] [`ResidentId`] [`ResidencePermit`] [`CreditCode`] |
//! | services | [`SiteName`] [`AppName`] [`DomainName`] [`IpBlock`] [`ContentCategory`] [`Language`] [`PrincipalRemark`] [`ServiceRemark`] |
//! | an App on a platform | [`Platform`] [`PackageName`] [`PublicKey`] [`Md5Signature`] |
//! | filings that exist | [`IcpNumber`] [`SecurityNumber`] |
//! | verification and materials | [`SmsCode`] [`Last6`] [`Sha256`] |
//! | time | [`calendar`]: working days |

mod address;
mod app_name;
pub mod calendar;
mod citizen_number;
mod confirmation_reference;
mod content_category;
mod credit_code;
mod document;
mod document_kind;
mod domain_name;
mod email;
mod error;
mod icp_number;
mod ids;
mod ip_block;
mod language;
mod listed;
pub(crate) mod mask;
mod md5_signature;
mod nature;
mod note;
mod package_name;
mod party_name;
mod permits;
mod person_name;
mod phone;
mod platform;
mod pointer;
mod province;
mod public_key;
mod raw_text;
mod remark;
mod resident_id;
mod security_number;
mod sha256;
mod site_name;
mod sms_code;
mod staff_id;
mod text;
mod text_version;
pub(crate) mod written;

pub use address::Address;
pub use app_name::AppName;
pub use confirmation_reference::ConfirmationReference;
pub use content_category::ContentCategory;
pub use credit_code::{Checksum, CreditCode};
pub use document::DocumentNumber;
pub use document_kind::{DocumentKind, Holder};
pub use domain_name::DomainName;
pub use email::Email;
pub use error::{Form, Problem, ValueError};
pub use icp_number::{IcpKind, IcpNumber};
pub use ids::{
    AccountId, AttemptId, LeadId, MaterialId, OrderId, QrId, ResourceId, ServiceId, SessionId,
    SubmissionId,
};
pub use ip_block::{IpBlock, IpFamily};
pub use language::Language;
pub use md5_signature::Md5Signature;
pub use nature::Nature;
pub use note::Note;
pub use package_name::PackageName;
pub use party_name::PartyName;
pub use person_name::PersonName;
pub use phone::{EmergencyPhone, Mobile};
pub use platform::Platform;
pub use pointer::Pointer;
pub use province::Province;
pub use public_key::PublicKey;
pub use raw_text::RawText;
pub use remark::{PrincipalRemark, Remark, ServiceRemark};
pub use resident_id::{ResidencePermit, ResidentId};
pub use security_number::SecurityNumber;
pub use sha256::Sha256;
pub use site_name::SiteName;
pub use sms_code::{Last6, SmsCode};
pub use staff_id::StaffId;
pub use text::Text;
pub use text_version::TextVersion;
