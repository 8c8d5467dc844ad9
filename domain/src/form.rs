//! What an applicant fills in: the form of five steps (ORD-3), as data.
//!
//! The same types are the body of a command, the payload of an event and the state of an order, so a field has one name
//! everywhere. Every value is parsed on the way in; what is *required*, and what must agree with what, is the business
//! of the rules and is judged at submission, so that a draft can be saved half done.

mod filed;
pub mod import;
pub mod lead;
pub mod material;
mod paper;
pub mod principal;
pub mod service;

pub use import::{COLUMNS as IMPORT_COLUMNS, ImportRow, NotText};
pub use lead::{Document, Lead, ServiceLead, Validity};
pub use material::{Material, MaterialKind, MediaType, Side, SubjectOf};
pub use paper::{Line, PAPERS, Paper, paper};
pub use principal::{Place, Principal};
pub use service::{
    AppForm, PlatformForm, PreApproval, Resource, Sdk, Service, ServiceForm, ServiceKey,
    ServiceKind, ServiceName, WebsiteForm,
};
