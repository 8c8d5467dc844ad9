//! 首次备案 FST: neither principal nor service is on record anywhere (section 16.1, chapter 3).

use super::{FilingPlan, FilingType};
use crate::rules::{authenticity, materials, order, resource};

/// The plan of a first filing.
pub fn plan() -> FilingPlan {
    FilingPlan {
        filing: FilingType::FirstFiling,
        rules: vec![
            &order::ALL_STEPS,
            &order::THREE_TICKS,
            &order::FINDINGS_HANDLED,
            &authenticity::PASSED,
            &authenticity::PHOTO_CONFIRMED,
            &resource::ADDRESS_OF_CODE_SERVER,
            &resource::ADDRESS_OF_SERVER,
            &materials::UNIT_DOCUMENTS,
            &materials::INDIVIDUAL_DOCUMENTS,
        ],
        checklist: vec![&materials::COLOUR_ORIGINALS],
        materials: vec![
            &materials::PRINCIPAL_DOCUMENT,
            &materials::PRINCIPAL_LEAD_DOCUMENT,
            &materials::SERVICE_LEAD_DOCUMENT,
        ],
    }
}
