//! 迁移备案 MIG: websites that are filed here become another principal's (section 16.6, §1.3). As a first filing of that principal,
//! but that the websites run, with all their domains, and that its account consents first.

use super::{About, Basis, FilingPlan, FilingType, MaterialRow};
use crate::rules::{
    Hint, Rule, materials,
    matter::{FilingAsked, FilingEdit, Submission},
    migration, province,
};

/// What of a first filing does not concern a website that runs: its domains resolve, and there may be several.
const ONLY_NEW: &[&str] = &["FST-5", "FST-6", "DNS-1", "DNS-2", "SVC-10", "PRV-1"];

const OPENING: &[&Rule<FilingAsked>] = &[
    &migration::WITHOUT_CANCELLING,
    &migration::AT_THE_PC,
    &migration::NOT_TO_AN_INDIVIDUAL,
    &migration::SITES_CHOSEN,
    &migration::ANOTHER_PRINCIPAL,
    &migration::FOUND_BY,
    &migration::SAME_PROVINCE,
];

const EDITS: &[&Rule<FilingEdit>] = &[&migration::CHOSEN_SITES];

const CONSENT: &[&Rule<migration::ConsentStep>] = &[
    &migration::STILL_AT_THE_PC,
    &migration::AUTHORISED,
    &migration::STILL_AUTHORISED,
];

const RULES: &[&Rule<Submission>] = &[
    &province::MIGRATION_STILL_OPEN,
    &migration::LEAVES_A_SHELL,
    &materials::SCREENSHOT,
];

const MATERIALS: &[&MaterialRow] = &[&materials::DOMAIN_SCREENSHOT];

const HINTS: &[&Hint] = &[&migration::STAYS_REACHABLE];

/// The plan of a migration.
pub fn plan() -> FilingPlan {
    FilingPlan {
        filing: FilingType::Migration,
        basis: Basis::Services,
        about: About::Both,
        opening: OPENING.to_vec(),
        edits: EDITS.to_vec(),
        consent: CONSENT.to_vec(),
        like: Some(FilingType::FirstFiling),
        except: ONLY_NEW.to_vec(),
        rules: RULES.to_vec(),
        checklist: Vec::new(),
        materials: MATERIALS.to_vec(),
        hints: HINTS.to_vec(),
        cancels: None,
    }
}
