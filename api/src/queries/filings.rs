//! "My filings": an account's orders, where each stands, what is asked and by when; and what is filed.

use super::answer::{PAGE, fresh, tagged};
use crate::{
    auth::Caller,
    office::Office,
    problem::{BrokenRule, Problem, refused},
    view,
};
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::Response,
};
use domain::{
    account::offers::{Held, NotOffered, Offer, offers},
    context::Role,
    order::{Order, Stage, lifecycle::Standing},
    rules::filing_type::told_before,
    values::OrderId,
};
use jiff::Timestamp;
use projections::{Filing, Name};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which page of them.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    /// Only orders opened before this one: `next_before` of the page before.
    before: Option<String>,
    /// Only once this position of the ledger is in it: five seconds at most.
    wait_for: Option<u64>,
}

/// An account's orders, the newest first, and what it holds. `turn` says whose turn it is, `asked` what is asked and why,
/// `due` by when; `may` are the commands that the applicant has now, from where the applicant sits who asks. `offers` says what the
/// account may start, and why not what else there is; `hints` what is told before the first order.
#[utoipa::path(get, path = "/v1/accounts/{account}/filings", tag = "queries", params(("account" = String, Path), Which, ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Value), (status = 304)))]
pub(crate) async fn filings(
    State(office): State<Arc<Office>>,
    caller: Caller,
    Path(account): Path<String>,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = caller.visible_account(&account)?;
    let before = which.before.as_deref().map(OrderId::parse).transpose();
    let before = before.map_err(|_| {
        Problem::bad_request(
            "`before`: expected the `next_before` of a page before.",
            "“before”应为前一页返回的“next_before”。",
        )
    })?;
    fresh(&office, Name::MyFilings, which.wait_for).await?;
    let answered = office.models.filings(account, before, PAGE).await?;
    let (held, now) = (answered.what.holding, office.now());
    let mut orders = Vec::new();
    for mut filing in answered.what.filings {
        filing.stage = with_words(&office, &filing, answered.at.position).await?;
        orders.push(shown(&office, &filing, &caller, now));
    }
    // While an order is in flight nothing else is offered, and the reason is given (ACC-3, ACC-4, ACC-5, ACC-8, ACC-9, ACC-10); afterwards it is
    // again (ACC-6).
    let context = office.context(caller.actor.clone());
    let number = held.principal_number.as_deref();
    let services = held.service_numbers.len();
    let under_way = (held.in_flight.is_some(), !held.locked.is_empty());
    let holds = Held::of(under_way, number, services, &context);
    let offers: Vec<_> = offers(holds, &office.law)
        .iter()
        .map(|it| offer(it, holds))
        .collect();
    // Before anything is filed, what is told before a first order is opened.
    let hints = if holds.in_flight || holds.filed.is_some() {
        Vec::new()
    } else {
        view::hints(&Order::default(), &context)
    };
    let body = json!({"account": account, "in_flight": held.in_flight, "offers": offers, "hints": hints,
        "principal_number": held.principal_number, "service_numbers": held.service_numbers, "filings": orders, "next_before": answered.what.next_before});
    Ok(tagged(&headers, answered.at, body))
}

fn offer(offer: &Offer, held: Held) -> Value {
    let label = offer.action.label();
    let because = offer.because.as_ref().map(because);
    // One entry may lead to several types: what is told of the one that is decided on, the type check says.
    let notes: Vec<_> = match offer.action.leads_to(held) {
        [one] => told_before(*one).map(view::note).collect(),
        _ => Vec::new(),
    };
    json!({"action": offer.action, "en": label.en, "zh": label.zh, "offered": because.is_none(), "because": because, "notes": notes})
}

/// Why something is not offered.
pub(crate) fn because(because: &NotOffered) -> Value {
    match because {
        NotOffered::InFlight(rule) | NotOffered::NotThere(rule) => json!(BrokenRule::named(rule)),
        NotOffered::NothingFiled => reason(
            "nothing_filed",
            "This account has no filing yet that it could be about.",
            "该账号下尚无已备案信息。",
        ),
        NotOffered::NoServices => reason(
            "no_services",
            "The principal of this account has no services on record that it could be about.",
            "该账号的主体下没有已备案的互联网信息服务。",
        ),
        NotOffered::NotTaken => not_taken(),
    }
}

/// That this office does not take what is asked for.
pub(crate) fn not_taken() -> Value {
    reason(
        "not_taken",
        "This office does not take orders of this type.",
        "本系统暂不受理该类型的订单。",
    )
}

fn reason(code: &str, en: &str, zh: &str) -> Value {
    json!({"code": code, "en": en, "zh": zh})
}

/// The state with what people wrote in it, which no read model keeps: read off the order as it stood where the read model is,
/// so that words that are there are not taken for erased. An account has one such order at most, the one in flight.
async fn with_words(office: &Office, filing: &Filing, at: u64) -> Result<Stage, Problem> {
    if !matches!(
        filing.stage,
        Stage::Rejected { .. }
            | Stage::NeedsInfo { .. }
            | Stage::BureauRejected { .. }
            | Stage::ClaimRejected { .. }
    ) {
        return Ok(filing.stage.clone());
    }
    let id = filing.order.to_string();
    let then = office.ledger.load_at::<Order>(&id, at).await?.state;
    // It stands elsewhere only if the ledger was restored, and the read model does not know yet.
    let is_there = then.stage.clone().without_persons() == filing.stage;
    Ok(if is_there {
        then.stage.clone()
    } else {
        filing.stage.clone()
    })
}

/// An order of the account. To an applicant it says what may be done from where the applicant sits; to staff, what an
/// applicant may do at all.
fn shown(office: &Office, filing: &Filing, to: &Caller, now: Timestamp) -> Value {
    let (stage, kind) = (filing.stage.name(), filing.filing);
    let standing = Standing {
        stage,
        filing: kind,
        rounds: filing.rounds,
        is_dispatched: filing.stage.is_dispatched(),
    };
    let moves = if to.actor.role == Role::Applicant {
        office.law.open_to(&standing, &to.actor)
    } else {
        office.law.allowed(&standing, Role::Applicant)
    };
    // Where nobody has a move whose turn it would be, it is the office's own order: what it started, it ends.
    let has_moves = |role: &Role| !office.law.allowed(&standing, *role).is_empty();
    let turn = stage.turn().map(|role| {
        if has_moves(&role) {
            role
        } else {
            Role::Operator
        }
    });
    let may: Vec<_> = moves.iter().map(|by| by.name()).collect();
    let warnings: Vec<_> = filing.warnings.iter().map(BrokenRule::of).collect();
    let mut shown = json!({"order": filing.order, "filing": {"type": kind, "zh": kind.zh(), "en": kind.en()}, "region": filing.region,
        "nature": filing.nature, "opened": filing.opened, "stage": refused::stage(stage), "since": filing.since, "rounds": filing.rounds,
        "turn": turn, "may": may, "warnings": warnings});
    let due = |at: Timestamp, estimated: bool| json!({"at": at, "estimated": estimated, "late": now >= at});
    match &filing.stage {
        Stage::Rejected { reason, findings }
        | Stage::NeedsInfo { reason, findings }
        | Stage::ClaimRejected { reason, findings } => {
            shown["asked"] = view::shown(json!({"reason": reason, "findings": findings}), to);
        }
        Stage::BureauRejected { reason } => {
            shown["asked"] = view::shown(json!({"reason": reason}), to);
        }
        Stage::SmsReturned { cause } => shown["asked"] = json!({"cause": cause}),
        Stage::InReview(review) | Stage::Resubmitted(review) | Stage::ClaimReview(review) => {
            let end = review.due();
            shown["due"] = due(end.at, end.estimated);
        }
        Stage::SmsVerification(session) => shown["due"] = due(session.deadline, false),
        Stage::Completed {
            principal_number,
            service_numbers,
        }
        | Stage::Claimed {
            principal_number,
            service_numbers,
        } => {
            shown["principal_number"] = json!(principal_number);
            shown["service_numbers"] = json!(service_numbers);
        }
        Stage::AwaitingAuthorisation { target, since } => {
            shown["asked"] = json!({"authorisation_of": target, "since": since});
        }
        Stage::AwaitingOwnerConfirmation { reference, .. } => {
            shown["asked"] = json!({"reference": reference});
        }
        Stage::Cancelled {
            principal,
            services,
        } => shown["cancelled"] = json!({"principal": principal, "services": services}),
        Stage::New
        | Stage::Draft
        | Stage::AwaitingBureauSubmission { .. }
        | Stage::BureauReview { .. }
        | Stage::Abandoned => {}
    }
    shown
}
