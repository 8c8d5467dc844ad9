//! 注销 CAN-S and CAN-P, 取消接入 CXA-A and CXA-P: what is on record goes off it (sections 16.8 and 16.9, chapters 1.5 to 1.7).

use super::{About, Basis, Cancels, FilingPlan, FilingType, Removes};
use crate::{
    order::sms::LeadRole,
    rules::{Hint, Rule, cancel_access as cxa, cancellation as can, matter::Submission},
};

/// What every cancellation asks of its owner and says to them.
const RULES: &[&Rule<Submission>] = &[&can::REASON_GIVEN, &can::DIALOG_CONFIRMED];
const HINTS: &[&Hint] = &[
    &can::IRREVERSIBLE,
    &can::SLOTS_STAY_SPENT,
    &can::CONFIRM_AS_NOTIFIED,
];

/// The plans of the cancellations.
pub fn plans() -> Vec<FilingPlan> {
    let service = FilingPlan {
        filing: FilingType::CancelService,
        basis: Basis::Filing,
        about: About::Services,
        opening: Vec::new(),
        edits: Vec::new(),
        consent: Vec::new(),
        like: None,
        except: Vec::new(),
        rules: [RULES, &[&can::SERVICE_LEAD_CODE]].concat(),
        checklist: Vec::new(),
        materials: Vec::new(),
        hints: HINTS.to_vec(),
        cancels: Some(Cancels {
            what: Removes::Service,
            code_of: Some(LeadRole::ServiceLead),
            confirmed_by: Some(&can::OWNER_CONFIRMS),
            forwarded_within_days: None,
        }),
    };
    let principal = FilingPlan {
        filing: FilingType::CancelPrincipal,
        about: About::Principal,
        like: Some(FilingType::CancelService),
        except: vec!["CAN-8"],
        rules: vec![&can::PRINCIPAL_LEAD_CODE],
        hints: vec![
            &can::ONE_OF_SEVERAL,
            &can::UNREACHABLE_AND_FINAL,
            &can::FORWARDED_SOON,
        ],
        cancels: Some(Cancels {
            what: Removes::Principal,
            code_of: Some(LeadRole::PrincipalLead),
            confirmed_by: Some(&can::OWNER_CONFIRMS),
            forwarded_within_days: Some(1),
        }),
        ..service.clone()
    };
    let access = FilingPlan {
        filing: FilingType::CancelAccess,
        like: None,
        rules: vec![&cxa::CODE_REASON_DIALOG, &cxa::BECOMES_A_SHELL],
        hints: vec![&cxa::ACCESS_ELSEWHERE_FIRST, &cxa::CONFIRM_AS_NOTIFIED],
        cancels: Some(Cancels {
            what: Removes::Access,
            code_of: Some(LeadRole::ServiceLead),
            confirmed_by: Some(&cxa::OWNER_CONFIRMS),
            forwarded_within_days: None,
        }),
        ..service.clone()
    };
    let passive = FilingPlan {
        filing: FilingType::CancelAccessPassive,
        rules: Vec::new(),
        hints: vec![&cxa::PASSIVE_TOLD],
        cancels: Some(Cancels {
            what: Removes::Access,
            code_of: None,
            confirmed_by: None,
            forwarded_within_days: None,
        }),
        ..access.clone()
    };
    vec![service, principal, access, passive]
}
