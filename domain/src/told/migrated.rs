//! What happened to a migration, and where its consent stands, as sentences.

use super::{Told, masked};
use crate::{
    context::Role,
    order::{
        MigrationEvent, Order, Request,
        migration::{Consent, Incoming},
    },
    values::PartyName,
};

pub(super) fn migrated(event: &MigrationEvent) -> Told {
    use MigrationEvent as E;
    match event {
        E::MigrationOpened {
            leaves,
            others: 0,
            found: _,
        } => Told::new(
            format!("所选网站将从主体{leaves}迁出，该主体下没有其他服务。"),
            format!("The websites leave principal {leaves}, which has no other service."),
        ),
        E::MigrationOpened {
            leaves,
            others,
            found: _,
        } => Told::new(
            format!("所选网站将从主体{leaves}迁出，该主体下另有{others}项服务。"),
            format!("The websites leave principal {leaves}, which keeps {others} other services."),
        ),
        E::AuthorisationRequested {
            target,
            sites,
            at: _,
        } => Told::new(
            format!("已就{}向账号{target}申请授权。", sites.join("、")),
            format!(
                "Account {target} was asked to authorise {}.",
                sites.join(", ")
            ),
        ),
        E::AuthorisationGiven { target, at: _ } => Told::new(
            format!("账号{target}同意授权。"),
            format!("Account {target} agreed."),
        ),
        E::AuthorisationRefused { target, at: _ } => Told::new(
            format!("账号{target}拒绝授权。"),
            format!("Account {target} refused."),
        ),
        E::AuthorisationRecalled { target, at: _ } => Told::new(
            format!("向账号{target}的授权申请已撤回。"),
            format!("The request to account {target} was recalled."),
        ),
        E::AuthorisationVoided { target, at: _ } => Told::new(
            format!("所授权的内容已变更，账号{target}的授权失效。"),
            format!(
                "What was authorised was changed; the authorisation of account {target} is void."
            ),
        ),
    }
}

/// What was asked, behind the name of the move. `None`: it is about no migration.
pub(super) fn asked(request: &Request) -> Option<Told> {
    Some(match request {
        Request::OpenMigration { services, to } => {
            let whose = match to {
                Incoming::Number { number } => Told::new(number.to_string(), number.to_string()),
                Incoming::Name { name } => masked(name, PartyName::mask),
                Incoming::Entered(entered) => masked(&entered.principal_name, PartyName::mask),
            };
            Told::new(
                format!("迁移备案，{}，新主体{}", services.join("、"), whose.zh),
                format!("migration, {}, to {}", services.join(", "), whose.en),
            )
        }
        Request::RequestAuthorisation { to, code: _ } => {
            Told::new(format!("账号{to}"), format!("account {to}"))
        }
        _ => return None,
    })
}

/// Why, by which rules, whose turn, and what comes next.
type Reason = (Told, &'static [&'static str], Option<Role>, Option<Told>);

/// Why a migration waits for the target.
pub(super) fn awaiting(target: impl std::fmt::Display) -> Reason {
    (
        Told::new(
            format!("已向账号{target}申请授权，等待其同意。"),
            format!("Account {target} was asked for its authorisation and has not answered."),
        ),
        &["MIG-14", "MIG-13"],
        Some(Role::Target),
        Some(Told::new(
            "目标账号在“我的授权”中同意或拒绝；申请人可撤回申请。",
            "The target account agrees or refuses under “My authorisations”; the applicant may recall the request.",
        )),
    )
}

/// Why a migration is a draft. `None`: it is none, or one that was taken back with everything that it needs.
pub(super) fn draft(order: &Order) -> Option<Reason> {
    let migration = order.migration.as_ref()?;
    if order.has_consent() && order.rounds > 0 {
        return None;
    }
    let (told, rules, next): (_, &[_], _) = match migration.consent {
        Consent::Given { target } => (
            Told::new(
                format!("账号{target}已同意授权，订单尚未提交。"),
                format!("Account {target} agreed; the order is not submitted."),
            ),
            &["MIG-14", "ORD-4", "ACC-7"],
            Told::new(
                "申请人上传资料、完成真实性核验并提交。",
                "The applicant uploads the materials, has the lead verified, and submits.",
            ),
        ),
        Consent::Void => (
            Told::new(
                "所授权的内容已变更，授权失效，订单回到待完善状态。",
                "What was authorised was changed: the authorisation is void, and the order is a draft again.",
            ),
            &["MIG-18", "MIG-14"],
            Told::new(
                "申请人就订单当前内容重新申请授权。",
                "The applicant asks for the authorisation again.",
            ),
        ),
        Consent::NotGiven | Consent::Asked { .. } => (
            Told::new(
                "迁移备案订单已创建，目标账号尚未同意授权。",
                "The migration was opened; no account has agreed to it.",
            ),
            &["MIG-14", "ORD-4", "ACC-7"],
            Told::new(
                "申请人确认主体和网站信息，并向目标账号申请授权。",
                "The applicant checks principal and websites, and asks the target account.",
            ),
        ),
    };
    Some((told, rules, Some(Role::Applicant), Some(next)))
}
