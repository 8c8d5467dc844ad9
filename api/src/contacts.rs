//! The phone numbers of an order, for the reviewer who calls to clarify (NTF-3, RVW-7).
//!
//! Everywhere else they are masked. Here each showing is a decision about the order, which the applicant can read in its
//! history, and only whoever holds the claim is shown them.

use crate::{
    auth::Caller,
    commands::{execute, known},
    office::Office,
    problem::{Problem, ProblemDocument, outcome},
};
use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    form::{Lead, ServiceKey, ServiceLead},
    order::{Order, Request},
    personal::{Personal, in_the_open},
};
use ledger::Terms;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

/// Somebody to call.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Contact {
    /// `principal_lead` or `service_lead`.
    who: &'static str,
    /// The service, of a service lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    /// Their name.
    name: Value,
    /// Their mobile.
    mobile: Value,
    /// The emergency phone.
    emergency_phone: Value,
}

/// The numbers, and where it is on record that they were shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Shown {
    /// The order.
    order: String,
    /// The decision that shows them.
    position: u64,
    /// Whom to call; the principal lead first.
    contacts: Vec<Contact>,
}

/// Shows the reviewer who has claimed an order whom to call, with names and numbers in full (NTF-3). Each time it is shown is a
/// decision of its own, which the applicant sees in the history; there is nothing to send and nothing to repeat.
#[utoipa::path(post, path = "/v1/orders/{order}/contacts", tag = "orders", params(("order" = String, Path)),
    responses((status = 200, body = Shown), (status = 409, body = ProblemDocument, content_type = "application/problem+json"), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(order): Path<String>,
) -> Result<Response, Problem> {
    let (order, account) = known(&office, &caller, &order).await?;
    let context = office.context(caller.actor);
    let receipt = execute(
        &office,
        &context,
        (order, account),
        &Request::ShowContacts {},
        &Terms::default(),
    )
    .await?;
    let position = receipt.position;
    outcome(receipt)?;
    // As it stood then: what was entered since is not what this reviewer had claimed.
    let then = office
        .ledger
        .load_at::<Order>(&order.to_string(), position)
        .await?;
    let shown = Shown {
        order: order.to_string(),
        position,
        contacts: contacts(&then.state),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(shown)).into_response())
}

fn contacts(order: &Order) -> Vec<Contact> {
    let principal = order.principal.iter().map(|it| contact(&it.lead, None));
    let services = order.services.iter().filter_map(|(key, service)| {
        // The principal lead stands there already.
        match service.form.as_ref()?.lead() {
            ServiceLead::PrincipalLead {} => None,
            ServiceLead::Other { lead, .. } => Some(contact(lead, Some(key))),
        }
    });
    principal.chain(services).collect()
}

fn contact(lead: &Lead, service: Option<&ServiceKey>) -> Contact {
    Contact {
        who: service.map_or("principal_lead", |_| "service_lead"),
        service: service.map(ToString::to_string),
        name: open(&lead.name),
        mobile: open(&lead.mobile),
        emergency_phone: open(&lead.emergency_phone),
    }
}

/// In full; null once it was erased.
fn open<T: Serialize>(value: &Personal<T>) -> Value
where
    Personal<T>: Serialize,
{
    value
        .known()
        .map_or(Value::Null, |_| in_the_open(json!(value)))
}
