//! BUR: what the bureau does with a submission (section 15).

use super::{Card, Hint, Rule, ShownAt};
use crate::{
    form::{ServiceKey, ServiceKind},
    order::lifecycle::StageName,
    values::{IcpKind, IcpNumber},
};
use std::collections::{BTreeMap, BTreeSet};

/// What the bureau gives with its approval, and what it was asked for.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The services of the order.
    pub services: BTreeMap<ServiceKey, ServiceKind>,
    /// It takes something off the record: then there is nothing to number.
    pub cancels: bool,
    /// The number that the principal has on record already.
    pub on_record: Option<String>,
    /// The numbers that services of the order have on record already.
    pub services_on_record: BTreeMap<ServiceKey, String>,
    /// The numbers of the account's other services.
    pub taken: BTreeSet<String>,
    /// Another principal that is filed here has that number.
    pub is_of_another: bool,
    /// The principal's number, as it came.
    pub principal_number: String,
    /// The services' numbers, as they came.
    pub service_numbers: BTreeMap<ServiceKey, String>,
}

/// What a number of this kind of service ends in (VAL-8, AMB-3).
const fn number_kind(service: ServiceKind) -> IcpKind {
    match service {
        ServiceKind::Website => IcpKind::Website,
        ServiceKind::App => IcpKind::App,
        ServiceKind::QuickApp | ServiceKind::QuickGame => IcpKind::QuickApp,
    }
}

/// One number for the principal, one for each service.
pub const NUMBERS_GIVEN: Rule<Approval> = Rule {
    card: Card::office(
        "BUR-8",
        "§8, VAL-8",
        "BUR_NUMBERS",
        "Approval gives or keeps a principal number, which no other principal that is filed here has, and gives or keeps one service number for each service, which no other service of the account has and which begins with the principal number and ends as the kind of service does (-1, -1A, -1K); the approval of a cancellation gives none.",
        "审核通过时给出（或保留）主体备案号（不与本接入商的其他主体重复），并为每项服务给出（或保留）一个服务备案号：不与账号内其他服务重复，以主体备案号开头，后缀与服务类型相符（-1、-1A、-1K）；注销、取消接入审核通过时不给出备案号。",
    )
    .cure(
        "Report the numbers as the bureau issued them: one for the principal, one different number for each service of the order.",
        "请按管局签发的备案号回报：一个主体备案号，订单内每项服务各一个不同的服务备案号。",
    ),
    find: |approval, flaws| {
        if approval.cancels {
            flaws.unless(approval.principal_number.is_empty(), "/principal_number");
            flaws.unless(approval.service_numbers.is_empty(), "/service_numbers");
            return;
        }
        let principal = IcpNumber::parse(&approval.principal_number).ok();
        let of_principal = principal.as_ref().filter(|number| number.kind() == IcpKind::Principal);
        let kept = approval.on_record.as_deref().is_none_or(|number| IcpNumber::parse(number).ok() == principal);
        flaws.unless(of_principal.is_some() && kept && !approval.is_of_another, "/principal_number");
        let mut given: Vec<_> = approval.taken.iter().filter_map(|number| IcpNumber::parse(number).ok()).collect();
        for (service, kind) in &approval.services {
            let number = approval.service_numbers.get(service).and_then(|number| IcpNumber::parse(number).ok());
            let filed = approval.services_on_record.get(service);
            let kept = filed.is_none_or(|filed| IcpNumber::parse(filed).ok() == number);
            let fits = kept && number.as_ref().is_some_and(|number| {
                number.kind() == number_kind(*kind)
                    && of_principal.is_none_or(|principal| number.principal() == *principal)
                    && !given.contains(number)
            });
            flaws.unless(fits, &format!("/service_numbers/{service}"));
            given.extend(number);
        }
        for stranger in approval.service_numbers.keys().filter(|key| !approval.services.contains_key(*key)) {
            flaws.at(format!("/service_numbers/{stranger}"));
        }
    },
};

/// The phone may ring.
pub const MAY_CALL: Hint = Hint {
    card: Card::shown(
        "BUR-9",
        "EXT",
        "The bureau may call the leads during its review; keep the phones of the filing reachable.",
        "管局审核期间可能致电负责人核实，请保持备案电话畅通。",
    ),
    at: ShownAt::Status,
    stages: &[StageName::BureauReview],
    applies: |_, _| true,
};
