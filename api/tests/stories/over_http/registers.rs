//! What is known outside, as the story tells it.

use api::ports::{Registers, Said};
use domain::{
    facts::{DomainRecord, OnRecord, PrincipalRecord, ResourceRecord},
    form::{Document, Resource, ServiceName},
    values::{AccountId, DomainName, Mobile, Province},
};
use fixtures::reference::Reference;
use futures::future::{FutureExt, ready};
use std::sync::{Arc, RwLock};

/// Registers that a story may change as it goes on.
#[derive(Clone)]
pub(super) struct Shared(pub(super) Arc<RwLock<Reference>>);

impl Registers for Shared {
    fn on_record<'a>(
        &'a self,
        _principal: &'a Document,
        service: &'a ServiceName,
    ) -> Said<'a, OnRecord> {
        ready(Ok(self.0.read().unwrap().on_record(service))).boxed()
    }

    fn principal<'a>(&'a self, document: &'a Document) -> Said<'a, Option<PrincipalRecord>> {
        ready(Ok(self.0.read().unwrap().principal(document))).boxed()
    }

    fn resource<'a>(
        &'a self,
        _account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>> {
        ready(Ok(self.0.read().unwrap().resource(resource))).boxed()
    }

    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>> {
        ready(Ok(self.0.read().unwrap().domain(domain))).boxed()
    }

    fn mobile_region<'a>(&'a self, mobile: &'a Mobile) -> Said<'a, Option<Province>> {
        ready(Ok(self.0.read().unwrap().mobile_region(mobile))).boxed()
    }
}
