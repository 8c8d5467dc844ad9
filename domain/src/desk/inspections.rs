//! Inspections: what staff report of a filed service, and what follows for the account's issues.

use super::{Answer, own_record};
use crate::{
    account::Account,
    form::{Document, ServiceForm, ServiceKey, ServiceKind},
    inspection::{
        Circumstances, InspectionRequest, Inspections, InspectionsCommand, NoticeCode, Seen,
    },
    order::Order,
    refusal::Objections,
    rules::{
        app_platform::PACKAGE_SEEN,
        inspection::{GROUP_FITS, IssueAsked, Sight},
        network::RESOLVED_SEEN,
        website::TITLE_SEEN,
    },
    values::{AccountId, IcpNumber},
    work::{Stop, Work},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is asked of an account's inspections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionCommand {
    /// Whose.
    pub account: AccountId,
    /// What is asked.
    pub asked: InspectionRequest,
}

impl InspectionCommand {
    /// The API's `command`.
    pub const fn name(&self) -> &'static str {
        match self.asked {
            InspectionRequest::RaiseIssue { .. } => "raise_issue",
            InspectionRequest::ReportSighting { .. } => "report_sighting",
            InspectionRequest::SettleIssue { .. } => "settle_issue",
        }
    }
}

/// What is on file, as far as inspections read it.
struct Filed {
    circumstances: Circumstances,
    service: Option<(ServiceKind, ServiceForm)>,
}

/// What the account has filed: the service that is named, or the principal. `None`: it has no such thing.
async fn filed<W: Work>(
    account: AccountId,
    named: Option<&IcpNumber>,
    work: &mut W,
) -> Result<Option<Filed>, Stop> {
    let id = account;
    let account = work.read::<Account>(&id.to_string()).await?;
    let Some(held) = account.principal.clone() else {
        return Ok(None);
    };
    let service = match named.map(|number| held.services.get(number.as_str())) {
        Some(Some(filed)) => Some(filed.clone()),
        Some(None) => return Ok(None),
        None => None,
    };
    let leads = own_record::service_leads(&held, id, work).await?;
    let order = work.read::<Order>(&held.order.to_string()).await?;
    let (Some(opened), Some(principal)) = (&order.opened, &order.principal) else {
        return Ok(None);
    };
    let circumstances = Circumstances {
        province: opened.principal.region,
        individual: opened.principal.nature.is_individual(),
        one_lead: is_led_by_one(&principal.lead.document, named, &leads),
    };
    let service = match service {
        None => None,
        Some(filed) => {
            let order = work.read::<Order>(&filed.order.to_string()).await?;
            let service = order.services.get(&filed.service);
            service.and_then(|service| Some((service.kind, service.form.clone()?)))
        }
    };
    Ok(Some(Filed {
        circumstances,
        service,
    }))
}

/// The same of a service, or of the principal.
pub(super) async fn circumstances_of<W: Work>(
    account: AccountId,
    service: Option<&IcpNumber>,
    work: &mut W,
) -> Result<Option<Circumstances>, Stop> {
    let filed = filed(account, service, work).await?;
    Ok(filed.map(|filed| filed.circumstances))
}

/// What decides which orders cure an issue about an account's principal. `None`: it has none.
pub(super) async fn circumstances<W: Work>(
    account: AccountId,
    work: &mut W,
) -> Result<Option<Circumstances>, Stop> {
    circumstances_of(account, None, work).await
}

/// Whether one person leads the principal and what an issue is about: the service that is named, or else any (INS-11).
fn is_led_by_one(
    principal: &Document,
    named: Option<&IcpNumber>,
    leads: &BTreeMap<ServiceKey, Document>,
) -> bool {
    match named {
        Some(number) => ServiceKey::of_number(number.as_str())
            .and_then(|key| leads.get(&key))
            .is_some_and(|lead| lead.same(principal)),
        None => leads.values().any(|lead| lead.same(principal)),
    }
}

/// Decides what is asked.
pub(super) async fn inspect<W: Work>(
    command: &InspectionCommand,
    work: &mut W,
) -> Result<Answer, Stop> {
    let stream = Inspections::stream(command.account);
    match &command.asked {
        InspectionRequest::RaiseIssue {
            notice,
            service,
            due,
        } => {
            let filed = filed(command.account, service.as_ref(), work).await?;
            let circumstances = fits(*notice, service.as_ref(), filed.as_ref(), work)?;
            let raise = InspectionsCommand::Raise {
                notice: *notice,
                service: service.clone(),
                filing: circumstances,
                due: *due,
            };
            work.run::<Inspections>(&stream, raise).await?;
        }
        InspectionRequest::ReportSighting { service, seen } => {
            let filed = filed(command.account, Some(service), work).await?;
            let found = found(service, seen, filed.as_ref(), work)?;
            for (notice, applies) in found {
                let service = service.clone();
                let then = match (applies, &filed) {
                    (true, Some(filed)) => InspectionsCommand::Raise {
                        notice,
                        service: Some(service),
                        filing: filed.circumstances,
                        due: None,
                    },
                    _ => InspectionsCommand::Clear { notice, service },
                };
                work.run::<Inspections>(&stream, then).await?;
            }
        }
        InspectionRequest::SettleIssue { issue, cure } => {
            let settle = InspectionsCommand::Settle {
                issue: *issue,
                cure: cure.clone(),
            };
            work.run::<Inspections>(&stream, settle).await?;
        }
    }
    Ok(Answer::default())
}

/// A notice is about something that is on file (INS-1).
fn fits<W: Work>(
    notice: NoticeCode,
    service: Option<&IcpNumber>,
    filed: Option<&Filed>,
    work: &mut W,
) -> Result<Circumstances, Stop> {
    let mut objections = Objections::default();
    if let Some(notice) = notice.notice() {
        let asked = IssueAsked {
            group: notice.group,
            names_service: service.is_some(),
            kind: filed.and_then(|filed| Some(filed.service.as_ref()?.0)),
            filed: filed.is_some(),
        };
        objections.add(work.context().judge(&GROUP_FITS, &asked));
    }
    objections.settle()?;
    filed
        .map(|filed| filed.circumstances)
        .ok_or_else(|| Stop::Failed("an issue about nothing that is filed".into()))
}

/// Which notices apply to what was seen, and which do not; of what was not looked at, neither is said.
fn found<W: Work>(
    service: &IcpNumber,
    seen: &Seen,
    filed: Option<&Filed>,
    work: &mut W,
) -> Result<Vec<(NoticeCode, bool)>, Stop> {
    let notice = |code| NoticeCode::parse(code).map_err(|error| Stop::Failed(error.into()));
    let is_app = filed.is_some_and(|filed| {
        let kind = filed.service.as_ref().map(|(kind, _)| *kind);
        kind.is_some_and(ServiceKind::is_app_like)
    });
    let sample = notice(if is_app { "INS-A05" } else { "INS-S10" })?;
    fits(sample, Some(service), filed, work)?;
    let Some((_, form)) = filed.and_then(|filed| filed.service.clone()) else {
        return Ok(Vec::new());
    };
    let sight = Sight {
        form,
        seen: seen.clone(),
    };
    let context = work.context();
    let mut found = Vec::new();
    if seen.title.is_some() && !is_app {
        let differs = !context.judge(&TITLE_SEEN, &sight).is_empty();
        found.push((notice("INS-C03")?, differs));
    }
    if seen.packages.is_some() && is_app {
        let differs = !context.judge(&PACKAGE_SEEN, &sight).is_empty();
        found.push((notice("INS-A02")?, differs));
    }
    if let Some(addresses) = &seen.addresses {
        let differs = !context.judge(&RESOLVED_SEEN, &sight).is_empty();
        if is_app {
            found.push((notice("INS-A05")?, differs));
        } else {
            found.push((notice("INS-S08")?, differs && addresses.is_empty()));
            found.push((notice("INS-S10")?, differs && !addresses.is_empty()));
        }
        if !differs && !is_app {
            found.push((notice("INS-S09")?, false));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(number: &str) -> Document {
        let written = serde_json::json!({ "kind": "resident_id_card", "number": number });
        serde_json::from_value(written).unwrap()
    }

    // covers: INS-11
    #[test]
    fn an_issue_of_a_service_is_about_the_lead_of_that_service() {
        let (one, other) = (card("11010519491231002X"), card("110101202311012176"));
        let key = |text| ServiceKey::parse(text).unwrap();
        let leads = BTreeMap::from([(key("site-1"), one.clone()), (key("site-2"), other)]);
        let asked = |number: Option<&str>| {
            let named = number.map(|number| IcpNumber::parse(number).unwrap());
            is_led_by_one(&one, named.as_ref(), &leads)
        };
        assert!(asked(Some("闽ICP备2024000001号-1")));
        assert!(!asked(Some("闽ICP备2024000001号-2")));
        assert!(asked(None), "of the principal: any service");
    }
}
