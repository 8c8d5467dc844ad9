//! 新增接入 ACS-H and ACS-E: the service is filed with another provider and shall be reached here as well (section 16.2,
//! chapters 4 and 5). As a first filing, but that the service runs, and comes with all its domains.

use super::{About, Basis, FilingPlan, FilingType};
use crate::rules::{Hint, Rule, access, change, matter::Submission};

/// What of a first filing does not concern a service that runs elsewhere already.
const ONLY_NEW: &[&str] = &["FST-5", "FST-6", "DNS-1", "DNS-2", "SVC-10"];

const RULES: &[&Rule<Submission>] = &[
    &access::ALL_DOMAINS,
    &access::DOMAINS_RUN,
    &change::LEAD_IN_BOTH,
];

const HINTS: &[&Hint] = &[
    &access::AT_HAND,
    &access::BOTH_IN_FORCE,
    &access::STAYS_REACHABLE,
    &access::MAY_RESOLVE_HERE,
    &access::CANCEL_THERE_AFTERWARDS,
];

/// The plans of new access.
pub fn plans() -> Vec<FilingPlan> {
    let elsewhere = FilingPlan {
        filing: FilingType::NewAccessElsewhere,
        basis: Basis::Principal,
        about: About::Both,
        opening: Vec::new(),
        edits: Vec::new(),
        consent: Vec::new(),
        like: Some(FilingType::FirstFiling),
        except: ONLY_NEW.to_vec(),
        rules: RULES.to_vec(),
        checklist: Vec::new(),
        materials: Vec::new(),
        hints: [HINTS, &[&access::DATA_CHANGES_THERE]].concat(),
        cancels: None,
    };
    let here = FilingPlan {
        filing: FilingType::NewAccessHere,
        like: Some(FilingType::NewAccessElsewhere),
        except: vec!["ACS-8"],
        rules: Vec::new(),
        hints: Vec::new(),
        ..elsewhere.clone()
    };
    vec![elsewhere, here]
}
