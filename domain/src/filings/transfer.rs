//! 转移备案 TRF: everything that an account has filed goes to another account (section 16.5, §1.2). No order and no form: it is
//! decided at once, by the rules of `rules/transfer.rs` and the one row that the lifecycle has for it (T30).

use super::{About, Basis, FilingPlan, FilingType};

/// The plan of a transfer.
pub fn plan() -> FilingPlan {
    FilingPlan {
        filing: FilingType::Transfer,
        basis: Basis::Filing,
        about: About::Both,
        opening: Vec::new(),
        edits: Vec::new(),
        consent: Vec::new(),
        cancels: None,
        like: None,
        except: Vec::new(),
        rules: Vec::new(),
        checklist: Vec::new(),
        materials: Vec::new(),
        hints: Vec::new(),
    }
}
