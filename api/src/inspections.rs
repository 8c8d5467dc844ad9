//! Inspections (备案核查) of what an account has filed: what was found, why, and what cures it (chapter 2).

use crate::{
    auth::Caller,
    office::Office,
    problem::{Problem, ProblemDocument, outcome},
    queries::filings,
    request,
    terms::Frame,
    view::shown,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
};
use domain::{
    account::{
        Account,
        offers::{Held, Offer, offers},
    },
    context::{Context, Role},
    desk::{Command, InspectionCommand},
    filings::FilingType,
    inspection::{InspectionRequest, Inspections, Issue, NOTICES, Notice},
    values::Text,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The issues that inspections found of an account's filings, the newest last: what is wrong, why, what to do, and the orders
/// that cure it, each with the reason if it is not offered now (INS-2, INS-3, INS-9).
#[utoipa::path(get, path = "/v1/accounts/{account}/inspections", tag = "inspections", params(("account" = String, Path)), responses((status = 200, body = Value)))]
pub(crate) async fn list(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
) -> Result<Json<Value>, Problem> {
    let account = caller.visible_account(&of)?;
    let found = office
        .ledger
        .load::<Inspections>(&Inspections::stream(account))
        .await?
        .state;
    let holds = office
        .ledger
        .load::<Account>(&account.to_string())
        .await?
        .state;
    let context = office.context(caller.actor.clone());
    let number = holds.principal.as_ref().map(|filed| filed.number.as_str());
    let services = holds.principal.as_ref().map_or(0, |it| it.services.len());
    let locked = holds
        .principal
        .as_ref()
        .is_some_and(|held| !held.locked.is_empty());
    let held = Held::of(
        (holds.in_flight.is_some(), locked),
        number,
        services,
        &context,
    );
    let offers = offers(held, &office.law);
    let issues: Vec<_> = found
        .issues
        .iter()
        .map(|(number, issue)| {
            let mut told = told(issue, held, &offers, &context);
            told["issue"] = json!(number);
            told["cured"] = shown(
                json!(
                    issue
                        .cured
                        .as_ref()
                        .map(|(cure, at)| json!({"cure": cure, "at": at}))
                ),
                &caller,
            );
            told
        })
        .collect();
    Ok(Json(json!({"account": account, "issues": issues})))
}

fn told(issue: &Issue, held: Held, offers: &[Offer], context: &Context) -> Value {
    let orders: Vec<_> = issue
        .cured_by(context)
        .into_iter()
        .map(|filing| order(filing, held, offers))
        .collect();
    let notice = issue.notice.notice();
    let mut told = notice.map_or_else(|| json!({}), row);
    told["service"] = json!(issue.service);
    told["raised"] = json!(issue.raised);
    told["due"] = json!(issue.due);
    told["orders"] = json!(orders);
    told
}

/// An order that cures an issue, and whether the account may start it now.
fn order(filing: FilingType, held: Held, offers: &[Offer]) -> Value {
    let leads_there = |offer: &&Offer| offer.action.leads_to(held).contains(&filing);
    let because = match offers.iter().find(leads_there) {
        Some(offer) => offer.because.as_ref().map(filings::because),
        None => Some(filings::not_taken()),
    };
    json!({"type": filing, "zh": filing.zh(), "en": filing.en(), "offered": because.is_none(), "because": because})
}

/// A notice of the catalogue.
fn row(notice: &Notice) -> Value {
    let text = |text: Text| json!({"zh": text.zh, "en": text.en});
    json!({"notice": notice.code, "section": notice.section, "group": {"name": notice.group, "zh": notice.group.text().zh, "en": notice.group.text().en},
        "says": text(notice.says), "cause": text(notice.cause), "remedy": text(notice.remedy), "outside": notice.outside.map(text),
        "call": notice.contact, "breaks": notice.breaks})
}

/// The notices that there are (17.2): each says what is wrong, what probably happened, and what to do.
#[utoipa::path(get, path = "/v1/inspection-notices", tag = "inspections", responses((status = 200, body = Value)))]
pub(crate) async fn notices() -> Json<Value> {
    let notices: Vec<_> = NOTICES.iter().map(row).collect();
    Json(json!({"notices": notices}))
}

/// What staff report: `raise_issue`, `report_sighting` (what a look at the live service showed: what differs from the filing becomes
/// an issue, what does not any more is cured), `settle_issue`. For reviewers and operators.
#[utoipa::path(post, path = "/v1/accounts/{account}/inspections", tag = "inspections", params(("account" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = Value, example = json!({"command": "report_sighting", "service": "闽ICP备2024000001号-1",
        "seen": {"title": "示例科技", "addresses": ["203.0.113.7"]}})),
    responses((status = 200, body = Value), (status = 422, body = ProblemDocument, content_type = "application/problem+json")))]
pub(crate) async fn report(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(of): Path<String>,
    frame: Frame,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let account = caller.visible_account(&of)?;
    if !matches!(caller.actor.role, Role::Reviewer | Role::Operator) {
        return Err(Problem::forbidden());
    }
    let asked: InspectionRequest = request::read(&frame.headers, &body)?;
    let context = office.context(caller.actor);
    let terms = frame.terms(&office, &body, None)?;
    let command = Command::Inspection(Box::new(InspectionCommand { account, asked }));
    let receipt = office.execute(&command, &context, &terms).await?;
    let position = receipt.position;
    outcome(receipt)?;
    Ok(Json(json!({"position": position})))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{account::offers::OnFile, law::Law};

    // covers: INS-9
    #[test]
    fn an_order_in_flight_blocks_the_curing_order_and_the_reason_is_told() {
        let law = Law::standing();
        for in_flight in [true, false] {
            let held = Held {
                in_flight,
                locked: false,
                filed: OnFile::Services,
                may_migrate: true,
            };
            let told = order(FilingType::ChangeService, held, &offers(held, &law));
            assert_eq!(told["offered"], !in_flight);
            if in_flight {
                assert_eq!(told["because"]["rule"], "ACC-3", "{told}");
            }
        }
    }
}
