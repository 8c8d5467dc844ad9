//! 认领备案 CLM: a filing of the old system, brought into an account (section 16.7, §1.4). It changes nothing that is on record.

use super::{About, Basis, FilingPlan, FilingType, MaterialRow};
use crate::rules::{Judgement, Rule, claim, matter::Submission};

const RULES: &[&Rule<Submission>] = &[&claim::LEAD_DOCUMENT, &claim::TERMS];

const CHECKLIST: &[&Judgement] = &[&claim::LEAD_ON_RECORD];

const MATERIALS: &[&MaterialRow] = &[&claim::LEAD_DOCUMENT_ROW];

/// The plan of a claim.
pub fn plan() -> FilingPlan {
    FilingPlan {
        filing: FilingType::Claim,
        basis: Basis::Principal,
        about: About::Both,
        opening: Vec::new(),
        edits: Vec::new(),
        consent: Vec::new(),
        cancels: None,
        like: None,
        except: Vec::new(),
        rules: RULES.to_vec(),
        checklist: CHECKLIST.to_vec(),
        materials: MATERIALS.to_vec(),
        hints: Vec::new(),
    }
}
