//! What the office is connected to: a trait each, an adapter over HTTP each, a simulator each.
//!
//! [`Registers`] are asked before the desk decides, [`Recognition`] after it has taken a picture. The others ([`Messages`], [`Bureau`], [`FaceCheck`]) are spoken to by
//! the workers, after it has: see `workers`.

mod bureau;
mod face_check;
mod failure;
pub mod http;
mod messages;
mod objects;
mod recognition;
pub mod signing;
mod simulator;
mod smtp;

pub use bureau::{Acknowledged, Bureau, Submission};
pub use face_check::{Check, FaceCheck, Found};
pub use failure::{Trouble, Unknown};
pub use http::NotAnEndpoint;
pub use messages::{Address, Attachment, Message, Messages, NoMessages};
pub use objects::{Folder, Holder, InMemory, ObjectName, Objects, Stored};
pub use recognition::{Picture, Recognised, Recognition};
pub use signing::PortKey;
pub use simulator::{Inbox, SimulatedBureau, SimulatedFaceCheck, SimulatedRecognition};
pub use smtp::{NoSmtp, Smtp};

use domain::{
    facts::{DomainRecord, OnRecord, PrincipalRecord, ResourceRecord},
    form::{Document, Resource, ServiceName},
    values::{AccountId, DomainName, Mobile, Province},
};
use futures::future::BoxFuture;

/// A register did not answer. Nothing was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a register did not answer; try again in a moment")]
pub struct Silent;

/// A register, by the table of the configuration that connects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// MIIT's.
    Miit,
    /// The provider's, of servers and authorisation codes.
    Resources,
    /// That of domains.
    Domains,
}

impl Register {
    /// As the configuration names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Miit => "ports.miit",
            Self::Resources => "ports.resources",
            Self::Domains => "ports.domains",
        }
    }
}

/// What a register says, when it says something.
pub type Said<'a, T> = BoxFuture<'a, Result<T, Silent>>;

/// What a port that is spoken to answers.
pub type Reply<'a, T> = BoxFuture<'a, Result<T, Trouble>>;

/// The registers that decisions rest on.
pub trait Registers: Send + Sync + 'static {
    /// What MIIT has on record for a principal and a domain or App name (section 2).
    fn on_record<'a>(
        &'a self,
        principal: &'a Document,
        service: &'a ServiceName,
    ) -> Said<'a, OnRecord>;
    /// The principal that MIIT has on record by this document, as it was filed last; `None`: MIIT does not say.
    fn principal<'a>(&'a self, document: &'a Document) -> Said<'a, Option<PrincipalRecord>>;
    /// What the provider knows of a server or an authorisation code of an account; `None`: there is no such thing.
    fn resource<'a>(
        &'a self,
        account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>>;
    /// What the registry says of a registrable domain; `None`: it is not registered.
    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>>;
    /// Home region of a mobile; `None` where it cannot be looked up (LED-14).
    fn mobile_region<'a>(&'a self, mobile: &'a Mobile) -> Said<'a, Option<Province>>;
}
