//! What stands in for the world outside: registers that read from a file, an inbox, a bureau and a face check. For the demo, for
//! tests, and for a provider who has not connected any yet. What the registers know is written as the stories' are.

mod inbox;
mod outside;
mod recognition;

pub use inbox::Inbox;
pub use outside::{SimulatedBureau, SimulatedFaceCheck};
pub use recognition::SimulatedRecognition;

use super::{Registers, Said};
use domain::{
    facts::{DomainRecord, OnRecord, PrincipalRecord, ResourceRecord},
    form::{Document, Resource, ServiceName},
    values::{AccountId, DomainName, Mobile, Province},
};
use fixtures::reference::Reference;
use futures::future::{FutureExt, ready};

impl Registers for Reference {
    fn on_record<'a>(
        &'a self,
        _principal: &'a Document,
        service: &'a ServiceName,
    ) -> Said<'a, OnRecord> {
        ready(Ok(self.on_record(service))).boxed()
    }

    fn principal<'a>(&'a self, document: &'a Document) -> Said<'a, Option<PrincipalRecord>> {
        ready(Ok(self.principal(document))).boxed()
    }

    fn resource<'a>(
        &'a self,
        _account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>> {
        ready(Ok(self.resource(resource))).boxed()
    }

    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>> {
        ready(Ok(self.domain(domain))).boxed()
    }

    fn mobile_region<'a>(&'a self, mobile: &'a Mobile) -> Said<'a, Option<Province>> {
        ready(Ok(self.mobile_region(mobile))).boxed()
    }
}
