//! The registers of the stories: what MIIT, the provider and the registry of domains would say in them.

use super::{Registers, Said};
use domain::{
    facts::{DomainRecord, OnRecord, ResourceRecord},
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
        ready(Ok(Reference::on_record(self, service))).boxed()
    }

    fn resource<'a>(
        &'a self,
        _account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>> {
        ready(Ok(Reference::resource(self, resource))).boxed()
    }

    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>> {
        ready(Ok(Reference::domain(self, domain))).boxed()
    }

    fn mobile_region<'a>(&'a self, mobile: &'a Mobile) -> Said<'a, Option<Province>> {
        ready(Ok(Reference::mobile_region(self, mobile))).boxed()
    }
}
