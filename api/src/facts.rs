//! Gathering facts: what a command needs to know of the world outside, looked up before it is decided.

use crate::ports::{Registers, Silent};
use domain::{
    facts::Facts,
    form::{Document, Resource, ServiceForm, ServiceKey, ServiceName},
    order::{Order, Request},
    values::AccountId,
};

/// What the registers say about the things that a request will be judged on. Other requests are judged without them.
///
/// # Errors
/// A register does not answer; then nothing can be decided.
pub async fn gather(
    registers: &dyn Registers,
    account: AccountId,
    request: &Request,
    order: &Order,
) -> Result<Facts, Silent> {
    let mut facts = Facts::default();
    let principal = order.opened.as_ref().map(|opened| &opened.document);
    let (document, product) = match (request, principal) {
        (
            Request::Open {
                document, product, ..
            },
            _,
        )
        | (Request::VerifyProduct { product }, Some(document)) => (document, product),
        (Request::Submit { .. }, Some(document)) => {
            submission(registers, account, document, order, &mut facts).await?;
            return Ok(facts);
        }
        _ => return Ok(facts),
    };
    let asked = Asked {
        key: &product.service,
        name: &product.name,
        resource: &product.resource,
    };
    service(registers, account, document, &asked, &mut facts).await?;
    Ok(facts)
}

struct Asked<'a> {
    key: &'a ServiceKey,
    name: &'a ServiceName,
    resource: &'a Resource,
}

async fn service(
    registers: &dyn Registers,
    account: AccountId,
    principal: &Document,
    asked: &Asked<'_>,
    facts: &mut Facts,
) -> Result<(), Silent> {
    let on_record = registers.on_record(principal, asked.name).await?;
    facts.on_record.insert(asked.key.clone(), on_record);
    if let Some(record) = registers.resource(account, asked.resource).await? {
        facts.resources.insert(asked.key.clone(), record);
    }
    Ok(())
}

/// A submission is judged on everything at once, so everything is looked up again (AMB-68).
async fn submission(
    registers: &dyn Registers,
    account: AccountId,
    principal: &Document,
    order: &Order,
    facts: &mut Facts,
) -> Result<(), Silent> {
    for (key, entered) in &order.services {
        let asked = Asked {
            key,
            name: &entered.name,
            resource: &entered.resource,
        };
        service(registers, account, principal, &asked, facts).await?;
        for domain in entered.form.iter().flat_map(ServiceForm::domains) {
            let registrable = domain.registrable();
            if facts.domains.contains_key(&registrable) {
                continue;
            }
            if let Some(record) = registers.domain(&registrable).await? {
                facts.domains.insert(registrable, record);
            }
        }
    }
    if let Some(mobile) = order
        .principal
        .as_ref()
        .and_then(|principal| principal.lead.mobile.known())
    {
        facts.mobile_region = registers.mobile_region(mobile).await?;
    }
    Ok(())
}
