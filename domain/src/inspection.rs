//! Inspections (备案核查) of what an account has filed: what was found, and what became of it (chapter 2).
//!
//! One stream an account: an order that completes finds what it cures in the same decision.

mod migrated;
pub mod notice;
mod notices;

pub use notice::{Circumstances, Group, Notice, NoticeCode};
pub use notices::NOTICES;

use crate::{
    context::Context,
    filings::FilingType,
    order::review::Written,
    refusal::{Objections, Refusal},
    rules::inspection::{CALL_FOR_CONTACTS, CURE_FITS, CureAsked, NOTHING_CHANGED},
    values::{AccountId, IcpNumber, IpBlock, OrderId, PackageName, SiteName},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The issues of an account as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspections {
    /// All of them, cured ones included, by the number that each got when it was raised: 1, 2, 3 …
    pub issues: BTreeMap<u32, Issue>,
}

/// Something that an inspection found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Which notice.
    pub notice: NoticeCode,
    /// The number of the service that it is about; none: the principal.
    pub service: Option<IcpNumber>,
    /// What decides which orders cure it.
    pub filing: Circumstances,
    /// By when it shall be cured, where that was said (INS-7).
    pub due: Option<Date>,
    /// When it was raised.
    pub raised: Timestamp,
    /// What cured it, and when.
    pub cured: Option<(Cure, Timestamp)>,
}

/// What cured an issue (INS-4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Cure {
    /// A matching order was completed.
    Order {
        /// Which.
        order: OrderId,
    },
    /// What was to be done elsewhere is done: somebody looked again.
    Recheck {},
    /// The lead answered the verification call, or called (INS-5).
    Call {
        /// The contact on file is still right.
        unchanged: bool,
    },
    /// It went to the account to which the filing was transferred, and is open there.
    Transferred {
        /// To which account.
        to: AccountId,
    },
    /// A reviewer decided.
    Decision {
        /// Why.
        reason: Written,
    },
}

crate::tagged::tag_inside!(Cure, "by");

/// What a look at a service showed. What was not looked at is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seen {
    /// The title of the live site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<SiteName>,
    /// The package names on the shelf.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<Vec<PackageName>>,
    /// The addresses that the domains resolve to; none: they do not resolve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Vec<IpBlock>>,
}

/// What staff ask of an account's inspections. The tag is the API's `command`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum InspectionRequest {
    /// Raises an issue.
    RaiseIssue {
        /// Which notice.
        notice: NoticeCode,
        /// The service that it is about; without it, the principal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<IcpNumber>,
        /// By when it shall be cured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Date>,
    },
    /// Reports a look at a service: what differs from the filing becomes an issue, what does not any more is cured.
    ReportSighting {
        /// The service.
        service: IcpNumber,
        /// What was seen.
        seen: Seen,
    },
    /// Says that an issue is cured.
    SettleIssue {
        /// Which.
        issue: u32,
        /// By what.
        cure: Cure,
    },
}

crate::tagged::tag_inside!(InspectionRequest, "command");

/// What can be asked of the aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InspectionsCommand {
    /// A notice applies. One that is open already is not raised twice.
    Raise {
        /// Which notice.
        notice: NoticeCode,
        /// The service that it is about.
        service: Option<IcpNumber>,
        /// What decides which orders cure it.
        filing: Circumstances,
        /// By when.
        due: Option<Date>,
    },
    /// Somebody looked, and a notice does not apply (any more).
    Clear {
        /// Which notice.
        notice: NoticeCode,
        /// The service that it would be about.
        service: IcpNumber,
    },
    /// Somebody says that an issue is cured.
    Settle {
        /// Which.
        issue: u32,
        /// By what.
        cure: Cure,
    },
    /// The filing goes to another account, and what is open with it.
    HandOver {
        /// To which account.
        to: AccountId,
    },
    /// Websites go to another account by a migration, and what is open of them with it, unless the migration cures it.
    Migrate {
        /// The order that was completed.
        order: OrderId,
        /// To which account.
        to: AccountId,
        /// The numbers that they had.
        services: BTreeSet<String>,
        /// Their principal has none any more.
        is_last: bool,
    },
    /// What was open of a filing that came from another account is open here.
    Receive {
        /// The issues.
        issues: Vec<Issue>,
    },
    /// An order was completed.
    Complete {
        /// Which.
        order: OrderId,
        /// Its type.
        filing: FilingType,
        /// The numbers of the services that it was about; none: it was about the principal alone.
        services: Option<BTreeSet<String>>,
    },
    /// What issues were about is off the record.
    TakenOff {
        /// By which order.
        order: OrderId,
        /// These services; none: the principal with everything.
        services: Option<Vec<IcpNumber>>,
    },
}

crate::order::event::events! {
/// What happens to an account's issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InspectionsEvent {
    /// An issue was raised.
    InspectionIssueRaised {
        /// Its number.
        issue: u32,
        /// Which notice.
        notice: NoticeCode,
        /// The service that it is about; none: the principal.
        service: Option<IcpNumber>,
        /// What decides which orders cure it.
        filing: Circumstances,
        /// By when.
        due: Option<Date>,
        /// When.
        at: Timestamp,
    },
    /// An issue was cured.
    InspectionIssueCured {
        /// Which.
        issue: u32,
        /// By what.
        cure: Cure,
        /// When.
        at: Timestamp,
    },
}
}

impl Issue {
    /// The orders that cure it, by the rows that its province has on a day.
    pub fn cured_by(&self, context: &Context) -> Vec<FilingType> {
        let policy = context.law.policies.on(self.filing.province, context.day());
        let notice = self.notice.notice();
        notice.map_or_else(Vec::new, |notice| notice.cured_by(self.filing, &policy))
    }
}

impl Inspections {
    /// Its stream.
    pub fn stream(account: AccountId) -> String {
        account.to_string()
    }

    /// The issues that wait for a cure.
    pub fn open(&self) -> impl Iterator<Item = (&u32, &Issue)> {
        self.issues
            .iter()
            .filter(|(_, issue)| issue.cured.is_none())
    }

    fn open_of(&self, notice: NoticeCode, service: Option<&IcpNumber>) -> Option<u32> {
        self.open()
            .find(|(_, issue)| issue.notice == notice && issue.service.as_ref() == service)
            .map(|(id, _)| *id)
    }

    /// Decides a command.
    pub fn decide(
        &self,
        command: &InspectionsCommand,
        context: &Context,
    ) -> Result<Vec<InspectionsEvent>, Refusal> {
        let at = context.at;
        let cured =
            |issue: u32, cure: Cure| InspectionsEvent::InspectionIssueCured { issue, cure, at };
        Ok(match command.clone() {
            InspectionsCommand::Raise {
                notice,
                service,
                filing,
                due,
            } => match self.open_of(notice, service.as_ref()) {
                Some(_) => Vec::new(),
                None => vec![InspectionsEvent::InspectionIssueRaised {
                    issue: self.issues.keys().last().map_or(1, |last| last + 1),
                    notice,
                    service,
                    filing,
                    due,
                    at,
                }],
            },
            InspectionsCommand::Clear { notice, service } => {
                let issue = self.open_of(notice, Some(&service));
                let cleared = issue.map(|issue| cured(issue, Cure::Recheck {}));
                cleared.into_iter().collect()
            }
            InspectionsCommand::Settle { issue, cure } => {
                let asked = CureAsked {
                    open: self
                        .open()
                        .find(|(id, _)| **id == issue)
                        .map(|(_, it)| it.notice),
                    cure,
                };
                let mut objections = Objections::default();
                objections.add(context.judge(&CURE_FITS, &asked));
                objections.add(context.judge(&CALL_FOR_CONTACTS, &asked));
                objections.add(context.judge(&NOTHING_CHANGED, &asked));
                objections.settle()?;
                vec![cured(issue, asked.cure)]
            }
            InspectionsCommand::HandOver { to } => self
                .open()
                .map(|(issue, _)| cured(*issue, Cure::Transferred { to }))
                .collect(),
            InspectionsCommand::Migrate {
                order,
                to,
                services,
                is_last,
            } => self.migrated((order, to), &services, is_last, context),
            InspectionsCommand::Receive { issues } => issues
                .into_iter()
                .zip(self.issues.keys().last().map_or(1, |last| last + 1)..)
                .map(|(issue, number)| InspectionsEvent::InspectionIssueRaised {
                    issue: number,
                    notice: issue.notice,
                    service: issue.service,
                    filing: issue.filing,
                    due: issue.due,
                    // It is as old as it was.
                    at: issue.raised,
                })
                .collect(),
            InspectionsCommand::Complete {
                order,
                filing,
                services,
            } => self
                .open()
                .filter(|(_, issue)| issue.is_cured_by(filing, context))
                .filter(|(_, issue)| match (&issue.service, &services) {
                    (Some(service), Some(numbers)) => numbers.contains(service.as_str()),
                    _ => true,
                })
                .map(|(issue, _)| cured(*issue, Cure::Order { order }))
                .collect(),
            InspectionsCommand::TakenOff { order, services } => self
                .open()
                .filter(|(_, issue)| match (&services, &issue.service) {
                    (None, _) => true,
                    (Some(services), Some(service)) => services.contains(service),
                    (Some(_), None) => false,
                })
                .map(|(issue, _)| cured(*issue, Cure::Order { order }))
                .collect(),
        })
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: InspectionsEvent) {
        match event {
            InspectionsEvent::InspectionIssueRaised {
                issue,
                notice,
                service,
                filing,
                due,
                at,
            } => {
                let raised = Issue {
                    notice,
                    service,
                    filing,
                    due,
                    raised: at,
                    cured: None,
                };
                self.issues.insert(issue, raised);
            }
            InspectionsEvent::InspectionIssueCured { issue, cure, at } => {
                if let Some(issue) = self.issues.get_mut(&issue) {
                    issue.cured = Some((cure, at));
                }
            }
        }
    }
}

crate::aggregate!(
    Inspections,
    "Inspections",
    InspectionsCommand,
    InspectionsEvent,
    mostly absent
);
