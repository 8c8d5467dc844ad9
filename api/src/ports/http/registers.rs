//! The registers of MIIT, of the provider's resources and of domains, behind addresses that take signed JSON.

use super::Endpoint;
use crate::ports::{Registers, Said, Silent, Trouble};
use domain::{
    facts::{DomainRecord, OnRecord, PrincipalRecord, ResourceRecord},
    form::{Document, Resource, ServiceName},
    values::{AccountId, DomainName, Mobile, Province},
};
use futures::FutureExt;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

/// Three directories, which may be one. Each question says in `ask` what it asks for; `null` says that there is no such
/// thing. Everything is a POST, because what is asked about may be personal and an address is logged.
#[derive(Clone, Debug)]
pub struct HttpRegisters {
    /// Answers `on_record`, `principal` and `mobile_region`.
    pub miit: Endpoint,
    /// Answers `resource`.
    pub resources: Endpoint,
    /// Answers `domain`.
    pub domains: Endpoint,
}

async fn ask<T: DeserializeOwned>(
    register: &Endpoint,
    question: impl Serialize,
) -> Result<T, Silent> {
    // A question changes nothing: each has a key of its own, only to be found in both logs.
    let key = Uuid::now_v7().to_string();
    register
        .ask(&key, &question)
        .await
        .map_err(|trouble: Trouble| {
            tracing::warn!(%trouble, "a register did not answer");
            Silent
        })
}

fn document(document: &Document) -> Value {
    json!({"kind": document.kind, "number": document.number.known().map(domain::values::DocumentNumber::as_str)})
}

impl Registers for HttpRegisters {
    fn on_record<'a>(
        &'a self,
        principal: &'a Document,
        service: &'a ServiceName,
    ) -> Said<'a, OnRecord> {
        let question =
            json!({"ask": "on_record", "principal": document(principal), "service": service});
        ask(&self.miit, question).boxed()
    }

    fn principal<'a>(&'a self, document: &'a Document) -> Said<'a, Option<PrincipalRecord>> {
        ask(
            &self.miit,
            json!({"ask": "principal", "document": self::document(document)}),
        )
        .boxed()
    }

    fn resource<'a>(
        &'a self,
        account: AccountId,
        resource: &'a Resource,
    ) -> Said<'a, Option<ResourceRecord>> {
        let question = json!({"ask": "resource", "account": account, "resource": resource});
        ask(&self.resources, question).boxed()
    }

    fn domain<'a>(&'a self, domain: &'a DomainName) -> Said<'a, Option<DomainRecord>> {
        ask(&self.domains, json!({"ask": "domain", "domain": domain})).boxed()
    }

    fn mobile_region<'a>(&'a self, mobile: &'a Mobile) -> Said<'a, Option<Province>> {
        ask(
            &self.miit,
            json!({"ask": "mobile_region", "mobile": mobile.as_str()}),
        )
        .boxed()
    }
}
