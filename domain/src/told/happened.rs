//! What happened, as a sentence an applicant and an auditor both understand.

use super::{
    Told,
    cancelled::cancelled,
    claims, count,
    details::{corrected, failed, found_en, found_zh, handled, kept, opened, returned, submitted},
    masked,
    migrated::migrated,
    nth,
    phones::{all, whose},
    written,
};
use crate::{
    order::{
        Order, OrderEvent,
        sms::{RESENDS, WRONG_ENTRIES},
    },
    values::{Mobile, PartyName},
};

/// What happened to an order. `before` is the order as it stood; it tells whose phone a digest stands for, and may be
/// the default where nobody knows.
#[expect(
    clippy::too_many_lines,
    reason = "one arm an event; splitting the match would hide one from the others"
)]
pub fn happened(event: &OrderEvent, before: &Order) -> Told {
    use OrderEvent as E;
    match event {
        E::OrderOpened {
            filing,
            region,
            nature,
            principal_name,
            order: _,
            account: _,
            document: _,
            issued_in: _,
            at: _,
        } => opened(*filing, *region, *nature, principal_name),
        E::PrincipalTaken { record } => Told::new(
            format!("主体{}已备案，表单以备案信息开始。", record.number),
            format!(
                "The principal {} is on record; the form begins with what is filed.",
                record.number
            ),
        ),
        E::PrincipalFound { record } => Told::new(
            format!("主体{}以其他名称备案，主体信息须重新填写。", record.number),
            format!(
                "The principal {} is on record under another name; its data is to be entered.",
                record.number
            ),
        ),
        E::LeadsTaken { leads } => Told::new(
            format!(
                "已备案服务的负责人（{}项服务）可办理真实性核验。",
                leads.len()
            ),
            format!(
                "Whoever leads a service on record may do the face check; there {}.",
                match leads.len() {
                    1 => "is 1 service".to_owned(),
                    many => format!("are {many} services"),
                }
            ),
        ),
        E::ServiceTaken { service, record } => Told::new(
            format!(
                "服务{service}（{}）已备案，表单以备案信息开始。",
                record.number
            ),
            format!(
                "Service {service} ({}) is on record; its form begins with what is filed.",
                record.number
            ),
        ),
        E::ServiceNamed {
            service,
            kind,
            name,
            resource,
        } => {
            let (kind, name, on) = (kind.told(), name.shown(), resource.told());
            Told::new(
                format!("登记服务{service}：{}{name}，使用{}。", kind.zh, on.zh),
                format!(
                    "Service {service} was named: {} {name} on {}.",
                    kind.en, on.en
                ),
            )
        }
        E::ProductVerified {
            service,
            server,
            public_ips: _,
        } => Told::new(
            format!("服务{service}通过产品验证，占用{server}。"),
            format!("The product of {service} was verified; it runs on {server}."),
        ),
        E::PrincipalEntered { principal } => {
            let who = masked(&principal.name, PartyName::mask);
            Told::new(
                format!("已填写主体信息：{}。", who.zh),
                format!("The principal was entered: {}.", who.en),
            )
        }
        E::ServiceEntered { service, form: _ } => Told::new(
            format!("已填写服务{service}的信息。"),
            format!("The form of service {service} was entered."),
        ),
        E::ServiceRemoved { service } => Told::new(
            format!("已删除服务{service}。"),
            format!("Service {service} was taken out."),
        ),
        E::MaterialAttached { material } => {
            let (kind, size) = (material.kind.told(), material.bytes.div_ceil(1024));
            Told::new(
                format!("已上传资料：{}（{size} KB）。", kind.zh),
                format!("A material was attached: {} ({size} KB).", kind.en),
            )
        }
        E::MaterialRemoved { material } => Told::new(
            format!("已删除资料{material}。"),
            format!("Material {material} was taken out."),
        ),
        E::ContactCodeSent {
            mobile,
            number,
            phone: _,
            at: _,
        } => {
            let mobile = masked(mobile, Mobile::mask);
            Told::new(
                format!("已向{}发送第{number}条联系方式验证码。", mobile.zh),
                format!(
                    "The {} contact code was sent to {}.",
                    nth(*number),
                    mobile.en
                ),
            )
        }
        E::ContactCodeFailed { phone: _ } => Told::new(
            "联系方式验证码输入错误。",
            "A contact code was entered wrongly.",
        ),
        E::ContactVerified { phone: _ } => {
            Told::new("联系方式验证通过。", "A contact's mobile was verified.")
        }
        E::AgreementTicked {
            text,
            version,
            by: _,
            at: _,
        } => Told::new(
            format!("已勾选{}（版本{version}）。", text.told().zh),
            format!("Ticked: the {} (version {version}).", text.told().en),
        ),
        E::QrIssued { .. } => Told::new(
            "已生成核验二维码，有效期10分钟，仅可扫描一次。",
            "A QR code was issued, for ten minutes and one scan.",
        ),
        E::FaceCheckStarted {
            qr,
            lead: _,
            attempt: _,
        } => {
            if qr.is_some() {
                Told::new(
                    "扫描二维码，开始人脸核验。",
                    "The QR code was scanned and the face check started.",
                )
            } else {
                Told::new(
                    "在App内开始人脸核验。",
                    "The face check was started inside the App.",
                )
            }
        }
        E::FaceCheckFailed { because, lead: _ } => failed(because),
        E::FaceCheckPassed { lead: _ } => Told::new("人脸核验通过。", "The face check passed."),
        E::PhotoConfirmed { lead: _ } => {
            Told::new("负责人确认使用该核验照。", "The lead confirmed the photo.")
        }
        E::VerificationVoided { lead: _ } => Told::new(
            "负责人身份已变更，原真实性核验失效。",
            "The lead's identity changed, so the passed check is void.",
        ),
        E::OrderSubmitted {
            round,
            warnings,
            at: _,
        } => submitted(*round, warnings.len(), "初审", "initial review"),
        E::OrderResubmitted {
            round,
            warnings,
            at: _,
        } => submitted(
            *round,
            warnings.len(),
            "接入商审核（修改后）",
            "provider review, corrected",
        ),
        E::ReviewClaimed {
            reviewer,
            at: _,
            until: _,
        } => Told::new(
            format!("{reviewer}领取了审核。"),
            format!("{reviewer} took the review."),
        ),
        E::OrderCorrected { correction } => corrected(correction),
        E::ReviewReleased { reviewer } => Told::new(
            format!("{reviewer}退回了审核领取。"),
            format!("{reviewer} gave the review back."),
        ),
        E::ContactsShown { reviewer, at: _ } => Told::new(
            format!("向{reviewer}显示了订单中的联系电话。"),
            format!("{reviewer} was shown the phone numbers of the order."),
        ),
        E::ReviewPassed { reviewer, judged } => Told::new(
            format!("初审通过：{reviewer}核对了{}项。", judged.len()),
            format!(
                "The review was passed: {reviewer} judged {}.",
                count(judged.len(), "item")
            ),
        ),
        E::OrderRejected {
            reviewer,
            reason,
            findings,
        } => {
            let reason = written(reason);
            Told::new(
                format!(
                    "初审驳回（{reviewer}）：{}{}",
                    reason.zh,
                    found_zh(findings)
                ),
                format!(
                    "The order was rejected by {reviewer}: {}{}",
                    reason.en,
                    found_en(findings)
                ),
            )
        }
        E::InfoRequested {
            reviewer,
            reason,
            findings,
        } => {
            let reason = written(reason);
            Told::new(
                format!(
                    "要求补充资料（{reviewer}）：{}{}",
                    reason.zh,
                    found_zh(findings)
                ),
                format!(
                    "{reviewer} asked for more: {}{}",
                    reason.en,
                    found_en(findings)
                ),
            )
        }
        E::ClaimSubmitted { round, at: _ } => claims::submitted(*round),
        E::ClaimGranted {
            reviewer,
            judged,
            principal_number,
            ..
        } => claims::granted(reviewer, judged.len(), principal_number),
        E::ClaimRejected {
            reviewer,
            reason,
            findings,
            ..
        } => claims::rejected(reviewer, reason, findings),
        E::OrderWithdrawn { from, at: _ } => Told::new(
            format!("申请人在“{}”时撤销订单，信息与资料均保留。", from.zh()),
            format!(
                "The order was withdrawn from: {}; everything entered is kept.",
                from.en()
            ),
        ),
        E::DraftExpired { days, at: _ } => Told::new(
            format!("草稿保留满{days}天未提交，已归档；信息与资料仍可查看。"),
            format!(
                "The draft was not submitted within {} and was archived; everything entered can still be read.",
                count(usize::from(*days), "day")
            ),
        ),
        E::OrderAbandoned { at: _ } => Told::new("已放弃备案。", "The filing was abandoned."),
        E::OrderDispatched { submission, at: _ } => Told::new(
            format!("已提交管局（提交编号{submission}）。"),
            format!("The order was forwarded to the bureau as submission {submission}."),
        ),
        E::SmsSessionOpened {
            targets,
            keeper,
            submission: _,
            deadline: _,
        } => {
            let (who, place) = (all(targets), kept(*keeper));
            Told::new(
                format!(
                    "管局已收到，短信核验开始{}，限24小时内完成：{}。",
                    place.zh, who.zh
                ),
                format!(
                    "The bureau has it; the 24 hours of SMS verification began{}, for {}.",
                    place.en, who.en
                ),
            )
        }
        E::SmsEntryFailed { wrong, phone } => {
            let lead = whose(before, phone);
            Told::new(
                format!(
                    "{}短信核验输入错误，第{wrong}次（共{WRONG_ENTRIES}次机会）。",
                    lead.zh
                ),
                format!(
                    "A wrong entry by {}, the {} of {WRONG_ENTRIES}.",
                    lead.en,
                    nth(*wrong)
                ),
            )
        }
        E::SmsCodeResent { number, phone } => {
            let lead = whose(before, phone);
            Told::new(
                format!(
                    "已向{}重发验证码，第{number}次（最多{RESENDS}次）。",
                    lead.zh
                ),
                format!(
                    "The code was sent again to {}, the {} time of {RESENDS}.",
                    lead.en,
                    nth(*number)
                ),
            )
        }
        E::SmsTargetVerified { phone, at: _ } => {
            let lead = whose(before, phone);
            Told::new(
                format!("{}完成短信核验。", lead.zh),
                format!("Verified by SMS: {}.", lead.en),
            )
        }
        E::SmsSessionReturned {
            cause,
            due: _,
            at: _,
        } => returned(*cause),
        E::BureauReviewStarted { .. } => Told::new("进入管局审核。", "The bureau's review began."),
        E::FilingApproved {
            principal_number,
            service_numbers,
            submission: _,
            at: _,
        } => {
            let numbers: Vec<_> = service_numbers.values().map(String::as_str).collect();
            Told::new(
                format!(
                    "管局审核通过，备案完成：{principal_number}（{}）。",
                    numbers.join("、")
                ),
                format!(
                    "The bureau approved; the filing is complete: {principal_number} ({}).",
                    numbers.join(", ")
                ),
            )
        }
        E::Cancellation(event) => cancelled(event),
        E::Migration(event) => migrated(event),
        E::Finding(event) => handled(event),
        E::FilingRejected {
            reason,
            submission: _,
            at: _,
        } => {
            let reason = written(reason);
            Told::new(
                format!("管局驳回：{}", reason.zh),
                format!("The bureau rejected: {}", reason.en),
            )
        }
    }
}
