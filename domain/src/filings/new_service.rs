//! 新增互联网信息服务 NSV-H and NSV-E: the principal is filed, here or elsewhere; the service is new (section 16.3, chapters 6
//! and 7). As a first filing, on top of what is on record of the principal.

use super::{About, Basis, FilingPlan, FilingType};
use crate::rules::{Hint, change, new_service};

/// What of a first filing is particular to it.
const ONLY_FIRST: &[&str] = &["FST-5", "FST-6"];

const HINTS: &[&Hint] = &[
    &new_service::AT_HAND,
    &new_service::STOP_RESOLUTION,
    &new_service::OTHERS_GO_ON,
];

/// The plans of new services.
pub fn plans() -> Vec<FilingPlan> {
    let elsewhere = FilingPlan {
        filing: FilingType::NewServiceElsewhere,
        basis: Basis::Principal,
        about: About::Both,
        opening: Vec::new(),
        edits: Vec::new(),
        consent: Vec::new(),
        like: Some(FilingType::FirstFiling),
        except: ONLY_FIRST.to_vec(),
        rules: vec![&change::LEAD_IN_BOTH],
        checklist: Vec::new(),
        materials: Vec::new(),
        hints: HINTS.to_vec(),
        cancels: None,
    };
    let here = FilingPlan {
        filing: FilingType::NewServiceHere,
        like: Some(FilingType::NewServiceElsewhere),
        except: Vec::new(),
        rules: Vec::new(),
        hints: Vec::new(),
        ..elsewhere.clone()
    };
    vec![elsewhere, here]
}
