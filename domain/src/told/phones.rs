//! Whose phone: who must verify by SMS, by their roles and a mask.

use super::{Told, masked};
use crate::{
    order::{Order, Stage, sms::Target},
    values::Mobile,
};

/// Everybody who must verify.
pub(super) fn all(targets: &[Target]) -> Told {
    let told: Vec<_> = targets.iter().map(target).collect();
    let zh: Vec<_> = told.iter().map(|told| told.zh.as_str()).collect();
    let en: Vec<_> = told.iter().map(|told| told.en.as_str()).collect();
    Told::new(zh.join("、"), en.join(" and "))
}

/// Who stands behind the digest of a phone, as far as the order tells.
pub(super) fn whose(order: &Order, phone: &str) -> Told {
    let known = match &order.stage {
        Stage::SmsVerification(session) => session.target(phone),
        _ => None,
    };
    known.map_or_else(|| Told::new("负责人", "a lead"), target)
}

/// Who a phone stands for, and its mask.
pub fn target(target: &Target) -> Told {
    let mobile = masked(&target.mobile, Mobile::mask);
    let roles: Vec<_> = target.roles.iter().map(|role| role.told()).collect();
    let zh: Vec<_> = roles.iter().map(|role| role.zh).collect();
    let en: Vec<_> = roles.iter().map(|role| role.en).collect();
    Told::new(
        format!("{}（{}）", zh.join("兼"), mobile.zh),
        format!("the {} ({})", en.join(" and "), mobile.en),
    )
}
