//! What stands in for the world outside: registers that read from a file, an inbox, a bureau and a face check. For the demo, for
//! tests, and for a provider who has not connected any yet.

mod inbox;
mod outside;

pub use inbox::Inbox;
pub use outside::{SimulatedBureau, SimulatedFaceCheck};

use super::{Registers, Said};
use domain::{
    facts::{DomainRecord, OnRecord, ResourceRecord},
    form::{Document, Resource, ServiceName},
    values::{AccountId, DomainName, Mobile, Province},
};
use futures::future::{FutureExt, ready};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file is not a register.
#[derive(Debug, thiserror::Error)]
#[error("the registers' file cannot be read: {0}")]
pub struct NotARegister(#[from] toml::de::Error);

/// What the simulated registers know. Written as TOML, with one table an entry:
///
/// ```
/// let registers = api::ports::Simulator::read(r#"
///     [resource."server/ecs-1"]
///     known = true
///     server = "server/ecs-1"
///     billing = "prepaid"
///     term_months = 12
///     public_ips = ["203.0.113.7"]
/// "#);
/// assert!(registers.is_ok());
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Simulator {
    /// Servers and authorisation codes, by stream id (`server/<id>`, `code/<code>`).
    resource: BTreeMap<String, ResourceRecord>,
    /// Registrable domains.
    domain: BTreeMap<DomainName, DomainRecord>,
    /// What MIIT has on record, by domain or App name; nothing for all others.
    on_record: BTreeMap<String, OnRecord>,
}

impl Simulator {
    /// Reads what the registers know.
    ///
    /// # Errors
    /// It is not TOML of that form; the message says where.
    pub fn read(text: &str) -> Result<Self, NotARegister> {
        Ok(toml::from_str(text)?)
    }
}

impl Registers for Simulator {
    fn on_record<'a>(
        &'a self,
        _principal: &'a Document,
        service: &'a ServiceName,
    ) -> Said<'a, OnRecord> {
        let name = match service {
            ServiceName::Domain(domain) => domain.to_string(),
            ServiceName::AppName(name) => name.to_string(),
        };
        ready(Ok(self.on_record.get(&name).copied().unwrap_or_default())).boxed()
    }

    fn resource<'a>(
        &'a self,
        _account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>> {
        ready(Ok(self.resource.get(&resource.stream()).cloned())).boxed()
    }

    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>> {
        ready(Ok(self.domain.get(domain).cloned())).boxed()
    }

    fn mobile_region<'a>(&'a self, _mobile: &'a Mobile) -> Said<'a, Option<Province>> {
        ready(Ok(None)).boxed()
    }
}
