//! What becomes of open issues when websites go to another account by a migration.

use super::{Cure, Inspections, InspectionsEvent, Issue};
use crate::{
    context::Context,
    filings::FilingType,
    values::{AccountId, IcpNumber, OrderId},
};
use std::collections::{BTreeMap, BTreeSet};

impl Issue {
    /// Whether the completion of an order of this type is its cure, and nobody has to look.
    ///
    /// INS-8 against table 17.2, which names CHG-P or CHG-S alone where something of the principal, or of a service, is to be filed: one
    /// order of both (CHG-4) files the same and more, so it cures the same. It is not offered for it (INS-3): the smaller order does.
    pub(super) fn is_cured_by(&self, filing: FilingType, context: &Context) -> bool {
        let is_looked_at = self.notice.notice().is_some_and(|it| it.looked_at);
        let cures = self.cured_by(context);
        let part = |order: &FilingType| {
            matches!(
                order,
                FilingType::ChangePrincipal | FilingType::ChangeService
            )
        };
        let changes_it = filing == FilingType::ChangeBoth && cures.iter().any(part);
        !is_looked_at && (changes_it || cures.contains(&filing))
    }
}

impl Inspections {
    /// What is open of these services.
    fn going<'i>(
        &'i self,
        services: &'i BTreeSet<String>,
    ) -> impl Iterator<Item = (&'i u32, &'i Issue)> {
        self.open().filter(|(_, issue)| {
            let service = issue.service.as_ref();
            service.is_some_and(|service| services.contains(service.as_str()))
        })
    }

    /// What a migration of these services takes along, each under the number that its service gets.
    pub fn taken_along(
        &self,
        numbers: &BTreeMap<String, IcpNumber>,
        context: &Context,
    ) -> Vec<Issue> {
        let services = numbers.keys().cloned().collect();
        let going = self.going(&services);
        let going = going.filter(|(_, issue)| !issue.is_cured_by(FilingType::Migration, context));
        let renumbered = going.map(|(_, issue)| {
            let service = issue
                .service
                .as_ref()
                .and_then(|it| numbers.get(it.as_str()));
            Issue {
                service: service.cloned(),
                ..issue.clone()
            }
        });
        renumbered.collect()
    }

    /// The migration cures what it is a cure of; the rest goes along with the websites.
    pub(super) fn migrated(
        &self,
        (order, to): (OrderId, AccountId),
        services: &BTreeSet<String>,
        is_last: bool,
        context: &Context,
    ) -> Vec<InspectionsEvent> {
        let goes: BTreeSet<u32> = self.going(services).map(|(id, _)| *id).collect();
        let concerned = self.open().filter(|(id, issue)| {
            let is_cured = issue.is_cured_by(FilingType::Migration, context);
            goes.contains(*id) || is_last && issue.service.is_none() && is_cured
        });
        let cured = |(id, issue): (&u32, &Issue)| InspectionsEvent::InspectionIssueCured {
            issue: *id,
            cure: if issue.is_cured_by(FilingType::Migration, context) {
                Cure::Order { order }
            } else {
                Cure::Transferred { to }
            },
            at: context.at,
        };
        concerned.map(cured).collect()
    }
}
