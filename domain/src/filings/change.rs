//! 变更备案 CHG-P, CHG-S and CHG-B: what is filed here becomes something else (section 16.4, §1.1). The form begins with the
//! record, and what is left alone there stays as it is.

use super::{About, Basis, FilingPlan, FilingType};
use crate::rules::{Rule, change, matter::FilingAsked};

const OPENING: &[&Rule<FilingAsked>] = &[&change::KINDS, &change::FROM_A_FILING];

/// The plans of changes.
pub fn plans() -> Vec<FilingPlan> {
    let principal = FilingPlan {
        filing: FilingType::ChangePrincipal,
        basis: Basis::Filing,
        about: About::Principal,
        opening: OPENING.to_vec(),
        like: Some(FilingType::FirstFiling),
        except: Vec::new(),
        rules: Vec::new(),
        checklist: Vec::new(),
        materials: Vec::new(),
        hints: Vec::new(),
    };
    let service = FilingPlan {
        filing: FilingType::ChangeService,
        about: About::Services,
        ..principal.clone()
    };
    let both = FilingPlan {
        filing: FilingType::ChangeBoth,
        about: About::Both,
        ..principal.clone()
    };
    vec![principal, service, both]
}
