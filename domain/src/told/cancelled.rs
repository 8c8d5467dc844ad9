//! What happened to a cancellation, as a sentence.

use super::{Told, count, masked, nth};
use crate::{order::CancellationEvent, values::Email};

#[expect(
    clippy::too_many_lines,
    reason = "one arm an event; splitting the match would hide one from the others"
)]
pub(super) fn cancelled(event: &CancellationEvent) -> Told {
    use CancellationEvent as E;
    match event {
        E::CancellationChosen {
            principal,
            services,
        } => {
            let (zh, en) = (services.join("、"), services.join(", "));
            Told::new(
                format!("待移除的备案信息：主体{principal}，服务{zh}。"),
                format!("What shall go off the record: of principal {principal}, {en}."),
            )
        }
        E::CancellationReasonGiven { reason } => {
            let reason = reason.told();
            Told::new(
                format!("已选择原因：{}。", reason.zh),
                format!("The reason was given: {}.", reason.en),
            )
        }
        E::LeadCodeMailed {
            email,
            number,
            address: _,
            at: _,
        } => {
            let email = masked(email, Email::mask);
            Told::new(
                format!("已向{}发送第{number}条负责人验证码。", email.zh),
                format!("The {} code was sent to {}.", nth(*number), email.en),
            )
        }
        E::ConfirmationRequested {
            reviewer,
            reference,
            judged,
            at: _,
        } => Told::new(
            format!(
                "{reviewer}初审通过（核对{}项），待用户确认，确认编号{reference}。",
                judged.len()
            ),
            format!(
                "{reviewer} passed the review ({} judged); the owner is asked to confirm, reference {reference}.",
                count(judged.len(), "item")
            ),
        ),
        E::OwnerConfirmed {
            reference,
            forward_days,
            at: _,
        } => match forward_days {
            Some(days) => Told::new(
                format!("用户已确认（确认编号{reference}），须在{days}个工作日内提交管局。"),
                format!(
                    "The owner confirmed (reference {reference}); it goes to the bureau within {}.",
                    count(usize::from(*days), "working day")
                ),
            ),
            None => Told::new(
                format!("用户已确认（确认编号{reference}），待提交管局。"),
                format!("The owner confirmed (reference {reference}); it goes to the bureau."),
            ),
        },
        E::CancellationApproved {
            principal,
            services,
            submission: _,
            at: _,
        } => Told::new(
            format!(
                "管局审核通过，主体{principal}的下列备案信息已从本接入商的记录中移除：{}。",
                services.join("、")
            ),
            format!(
                "The bureau approved; off the record of principal {principal} went {}.",
                services.join(", ")
            ),
        ),
        E::PassiveCancellationStarted {
            ground,
            notice_until,
            at: _,
        } => {
            let ground = ground.told();
            match notice_until {
                Some(until) => Told::new(
                    format!("接入商发起取消接入：{}，通知期至{until}。", ground.zh),
                    format!(
                        "The provider started to cancel access: {}; its notice runs until {until}.",
                        ground.en
                    ),
                ),
                None => Told::new(
                    format!("接入商发起取消接入：{}，无通知期。", ground.zh),
                    format!(
                        "The provider started to cancel access: {}; no notice is waited for.",
                        ground.en
                    ),
                ),
            }
        }
        E::PassiveCancellationLapsed { paid_until, at: _ } => Told::new(
            format!("资源已续费至{paid_until}，取消接入终止。"),
            format!("The resource was renewed until {paid_until}; access is not cancelled."),
        ),
        E::PassiveCancellationClosed { at: _ } => Told::new(
            "接入商结束了被动取消接入，接入保留。",
            "The provider closed the passive cancellation; access stays.",
        ),
        E::PassiveCancellationRetried { at: _ } => Told::new(
            "接入商将重新提交被动取消接入。",
            "The provider tries the passive cancellation again.",
        ),
    }
}
