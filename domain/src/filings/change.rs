//! 变更备案 CHG-P, CHG-S and CHG-B: what is filed here becomes something else (section 16.4, §1.1). The form begins with the
//! record, and what is left alone there stays as it is.

use super::{About, Basis, FilingPlan, FilingType, MaterialRow};
use crate::rules::{
    Hint, Rule, change, materials,
    matter::{FilingAsked, FilingEdit, Submission},
};

/// What of a first filing is not asked of a service that runs: its domains resolve, and there may be several.
const ONLY_NEW: &[&str] = &["FST-5", "FST-6", "DNS-1", "DNS-2", "PRV-1"];

const OPENING: &[&Rule<FilingAsked>] = &[&change::KINDS, &change::FROM_A_FILING];

const RULES: &[&Rule<Submission>] = &[
    &change::NOT_EMPTY,
    &change::CONTACT_OF_INDIVIDUAL,
    &change::CONTACT_OF_ONE_LEAD,
    &change::LETTER_ANEW,
    &materials::LICENCE_ANEW,
    &materials::ADDRESS_WITH_LICENCE,
    &materials::SCREENSHOT,
];

const PRINCIPAL_EDITS: &[&Rule<FilingEdit>] = &[&change::PRINCIPAL_ONLY];
const SERVICE_EDITS: &[&Rule<FilingEdit>] = &[&change::SERVICES_ONLY, &change::CHOSEN_SERVICES];
const EDITS: &[&Rule<FilingEdit>] = &[&change::CHOSEN_SERVICES];

const MATERIALS: &[&MaterialRow] = &[&materials::DOMAIN_SCREENSHOT];

const HINTS: &[&Hint] = &[
    &change::THIRTY_DAYS_AHEAD,
    &change::TRUE_DATA,
    &change::STAYS_REACHABLE,
    &change::REMOVED_ON_APPROVAL,
];

/// The plans of changes.
pub fn plans() -> Vec<FilingPlan> {
    let both = FilingPlan {
        filing: FilingType::ChangeBoth,
        basis: Basis::Filing,
        about: About::Both,
        opening: OPENING.to_vec(),
        edits: EDITS.to_vec(),
        consent: Vec::new(),
        like: Some(FilingType::FirstFiling),
        except: ONLY_NEW.to_vec(),
        rules: RULES.to_vec(),
        checklist: Vec::new(),
        materials: MATERIALS.to_vec(),
        hints: HINTS.to_vec(),
        cancels: None,
    };
    let part = FilingPlan {
        like: Some(FilingType::ChangeBoth),
        except: Vec::new(),
        rules: Vec::new(),
        materials: Vec::new(),
        hints: Vec::new(),
        ..both.clone()
    };
    let service = FilingPlan {
        filing: FilingType::ChangeService,
        about: About::Services,
        edits: SERVICE_EDITS.to_vec(),
        ..part.clone()
    };
    let principal = FilingPlan {
        filing: FilingType::ChangePrincipal,
        about: About::Principal,
        edits: PRINCIPAL_EDITS.to_vec(),
        rules: vec![&change::LEAD_IN_BOTH],
        ..part
    };
    vec![both, service, principal]
}
