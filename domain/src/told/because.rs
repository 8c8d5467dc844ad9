//! Why an order is where it is: one sentence, the rules that put it there and hold it there, and whose turn it is.

use super::{Told, claims, details::returned, migrated, nth, written};
use crate::{
    context::Role,
    order::{Order, Stage, review::Written, sms::ReturnCause},
    refusal::RuleId,
};

/// Why an order is in its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// The sentence.
    pub told: Told,
    /// The rules, the one that says it best first. Each stands in the catalogue.
    pub rules: Vec<RuleId>,
    /// Who moves next; nobody once the order has ended.
    pub turn: Option<Role>,
    /// What is waited for; nothing once the order has ended.
    pub next: Option<Told>,
}

/// Why an order is in its state. Nothing is consulted but the order: an order is where its events put it.
#[expect(clippy::too_many_lines, reason = "one arm a state")]
pub fn because(order: &Order) -> Because {
    let say = |zh: &str, en: &str| Told::new(zh, en);
    let (told, rules, turn, next): (_, &[&'static str], _, _) = match &order.stage {
        Stage::New => (
            say("订单尚未创建。", "The order was never opened."),
            &["ORD-1"],
            Some(Role::Applicant),
            Some(say("申请人创建订单。", "The applicant opens it.")),
        ),
        Stage::AwaitingAuthorisation { target, .. } => migrated::awaiting(target),
        Stage::Draft if let Some(told) = migrated::draft(order) => told,
        Stage::Draft if order.rounds > 0 => (
            say(
                "申请人撤销了已提交的订单；信息、资料和核验照均保留。",
                "The applicant withdrew it after submission; data, materials and photo are kept.",
            ),
            &["ORD-8", "ORD-7"],
            Some(Role::Applicant),
            Some(say(
                "申请人修改后可重新提交。",
                "The applicant may change it and submit again.",
            )),
        ),
        Stage::Draft => (
            say(
                "订单已创建，尚未提交。",
                "It was opened and has not been submitted yet.",
            ),
            &["ORD-1", "ORD-4", "ACC-7"],
            Some(Role::Applicant),
            Some(say(
                "申请人填写信息、完成真实性核验并提交。",
                "The applicant fills it in, has the lead verified, and submits.",
            )),
        ),
        Stage::InReview(_) => (
            Told::new(
                format!("第{}次提交，等待接入商初审。", order.rounds),
                format!(
                    "It was submitted for the {} time and waits for the provider's review.",
                    nth(order.rounds)
                ),
            ),
            &["RVW-1", "ORD-5"],
            Some(Role::Reviewer),
            Some(say(
                "审核专员通过、驳回或要求补充。",
                "A reviewer passes it, rejects it, or asks for more.",
            )),
        ),
        Stage::Resubmitted(_) => (
            Told::new(
                format!(
                    "按审核意见修改后第{}次提交，等待接入商再次审核。",
                    order.rounds
                ),
                format!(
                    "It was corrected as asked, submitted for the {} time, and waits for the provider's review.",
                    nth(order.rounds)
                ),
            ),
            &["ORD-17", "RVW-1", "ORD-5"],
            Some(Role::Reviewer),
            Some(say(
                "审核专员通过、驳回或要求补充。",
                "A reviewer passes it, rejects it, or asks for more.",
            )),
        ),
        Stage::Rejected { reason, .. } => (
            about("审核专员初审驳回", "A reviewer rejected it", reason),
            &["RVW-4", "ORD-28", "ORD-13"],
            Some(Role::Applicant),
            Some(say(
                "申请人修改后重新提交初审，或放弃备案。",
                "The applicant corrects it and submits again, or abandons it.",
            )),
        ),
        Stage::NeedsInfo { reason, .. } => (
            about("审核专员要求补充资料", "A reviewer asked for more", reason),
            &["RVW-5", "ORD-16"],
            Some(Role::Applicant),
            Some(say(
                "申请人逐项修改或答复审核意见后提交。",
                "The applicant changes or answers every finding and submits.",
            )),
        ),
        Stage::AwaitingOwnerConfirmation { reference, .. } => (
            Told::new(
                format!("初审已通过，待用户凭确认编号{reference}确认。"),
                format!(
                    "The provider's review was passed; its owner has to confirm by the reference {reference}."
                ),
            ),
            &["CAN-11", "NTF-9"],
            Some(Role::Applicant),
            Some(say(
                "申请人确认，或撤销订单。",
                "The applicant confirms, or withdraws it.",
            )),
        ),
        Stage::AwaitingBureauSubmission { submission: None } => (
            say(
                "初审已通过，待审核专员提交管局。",
                "The provider's review was passed; a reviewer has to forward it.",
            ),
            &["RVW-3", "RVW-9"],
            Some(Role::Reviewer),
            Some(say(
                "审核专员提交管局。",
                "A reviewer forwards it to the bureau.",
            )),
        ),
        Stage::AwaitingBureauSubmission {
            submission: Some(_),
        } => (
            say(
                "已提交管局，等待管局回执。",
                "It is on its way to the bureau, whose receipt is awaited.",
            ),
            &["RVW-9", "SMS-3"],
            Some(Role::Bureau),
            Some(say(
                "管局收到后，短信核验开始。",
                "The SMS verification begins when the bureau has it.",
            )),
        ),
        Stage::SmsVerification(session) => {
            let left = session
                .targets
                .iter()
                .filter(|target| target.verified.is_none())
                .count();
            (
                Told::new(
                    format!("管局已收到，负责人须在24小时内完成短信核验，尚余{left}个手机号。"),
                    format!(
                        "The bureau has it; the leads verify by SMS within 24 hours, {left} of {} still to come.",
                        session.targets.len()
                    ),
                ),
                &["SMS-29", "SMS-3", "SMS-36"],
                Some(Role::Lead),
                Some(say(
                    "每位负责人输入收到的验证码。",
                    "Each lead enters the code that was sent.",
                )),
            )
        }
        Stage::SmsReturned { cause } => (
            returned(*cause),
            match cause {
                ReturnCause::SixthEntry => &["SMS-36", "SMS-44"],
                ReturnCause::Deadline => &["SMS-29", "SMS-30", "SMS-44"],
            },
            Some(Role::Applicant),
            Some(say(
                "申请人重新提交订单，届时开始新的短信核验。",
                "The applicant submits again; a new SMS verification begins then.",
            )),
        ),
        Stage::BureauReview { .. } => (
            say(
                "短信核验已完成，管局审核中。",
                "The SMS verification is complete and the bureau reviews it.",
            ),
            &["SMS-43", "BUR-1", "ORD-9"],
            Some(Role::Bureau),
            Some(say("管局通过或驳回。", "The bureau approves or rejects.")),
        ),
        Stage::BureauRejected { reason } if order.is_passive() => (
            about("管局驳回", "The bureau rejected it", reason),
            &["BUR-7", "CXA-12"],
            Some(Role::Operator),
            Some(say(
                "运营重新提交或结束被动取消接入。",
                "An operator submits it again, or closes it.",
            )),
        ),
        Stage::BureauRejected { reason } => (
            about("管局驳回", "The bureau rejected it", reason),
            &["BUR-7", "ORD-14"],
            Some(Role::Applicant),
            Some(say(
                "申请人修改后重新提交初审，或放弃备案。",
                "The applicant corrects it and submits again, or abandons it.",
            )),
        ),
        Stage::Completed {
            principal_number, ..
        } => (
            Told::new(
                format!("管局审核通过，备案号{principal_number}。"),
                format!("The bureau approved it under the number {principal_number}."),
            ),
            &["BUR-3", "ORD-29", "ORD-27"],
            None,
            None,
        ),
        Stage::Cancelled {
            principal,
            services,
        } => (
            Told::new(
                format!(
                    "管局审核通过，主体{principal}的备案信息已从本接入商的记录中移除：{}。",
                    services.join("、")
                ),
                format!(
                    "The bureau approved it; off the record of principal {principal} went {}.",
                    services.join(", ")
                ),
            ),
            &["BUR-3", "CAN-12", "ORD-27"],
            None,
            None,
        ),
        Stage::Abandoned if order.is_passive() => (
            say(
                "接入商终止了被动取消接入，接入保留。",
                "The provider gave its own cancellation up; access stays.",
            ),
            &["CXA-10", "ORD-27"],
            None,
            None,
        ),
        Stage::ClaimReview(_) => claims::waits(),
        Stage::Claimed {
            principal_number, ..
        } => claims::holds(principal_number),
        Stage::ClaimRejected { reason, .. } => claims::came_back(reason),
        Stage::Abandoned if order.archived_after.is_some() => (
            say(
                "草稿保留期届满未提交，已归档；信息与资料仍可查看。",
                "The draft was not submitted within the days that drafts are kept, and was archived; what was entered can still be read.",
            ),
            &["SLA-11", "ORD-27"],
            None,
            None,
        ),
        Stage::Abandoned => (
            say(
                "申请人放弃备案，占用已释放。",
                "The applicant abandoned it; what it held is free.",
            ),
            &["ORD-21", "ORD-27"],
            None,
            None,
        ),
    };
    Because {
        told,
        rules: rules.iter().copied().map(RuleId::from).collect(),
        turn,
        next,
    }
}

/// Who said no, and in which words.
pub(super) fn about(zh: &str, en: &str, reason: &Written) -> Told {
    let reason = written(reason);
    Told::new(
        format!("{zh}：{}", reason.zh),
        format!("{en}: {}", reason.en),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        order::{
            review::Review,
            sms::{SmsKeeper, SmsSession},
        },
        personal::Words,
        rules::card,
        values::{Note, SubmissionId},
    };
    use jiff::Timestamp;

    fn stages() -> Vec<Stage> {
        let at = Timestamp::UNIX_EPOCH;
        let submission = SubmissionId::new(at, [1; 10]);
        let (reason, review) = (
            Written::Known(Words(Note::parse("x").unwrap())),
            Review {
                since: at,
                claimed: None,
            },
        );
        vec![
            Stage::New,
            Stage::Draft,
            Stage::InReview(review.clone()),
            Stage::Rejected {
                reason: reason.clone(),
                findings: Vec::new(),
            },
            Stage::NeedsInfo {
                reason: reason.clone(),
                findings: Vec::new(),
            },
            Stage::Resubmitted(review.clone()),
            Stage::AwaitingOwnerConfirmation {
                reference: "123456".into(),
                since: Timestamp::UNIX_EPOCH,
            },
            Stage::Cancelled {
                principal: "闽ICP备2024000001号".into(),
                services: vec!["闽ICP备2024000001号-1".into()],
            },
            Stage::ClaimReview(review),
            Stage::ClaimRejected {
                reason: reason.clone(),
                findings: Vec::new(),
            },
            Stage::Claimed {
                principal_number: "闽ICP备2024000001号".into(),
                service_numbers: [].into(),
            },
            Stage::AwaitingBureauSubmission { submission: None },
            Stage::AwaitingBureauSubmission {
                submission: Some(submission),
            },
            Stage::SmsVerification(SmsSession {
                submission,
                deadline: at,
                targets: Vec::new(),
                keeper: SmsKeeper::Embedded,
            }),
            Stage::SmsReturned {
                cause: ReturnCause::Deadline,
            },
            Stage::SmsReturned {
                cause: ReturnCause::SixthEntry,
            },
            Stage::BureauReview { submission },
            Stage::BureauRejected { reason },
            Stage::Completed {
                principal_number: "闽ICP备2024000001号".into(),
                service_numbers: [].into(),
            },
            Stage::Abandoned,
        ]
    }

    #[test]
    fn every_state_has_a_reason_with_rules_of_the_catalogue_and_somebody_whose_turn_it_is() {
        for stage in stages() {
            for rounds in [0, 1] {
                let order = Order {
                    stage: stage.clone(),
                    rounds,
                    ..Order::default()
                };
                let because = because(&order);
                assert!(!because.rules.is_empty(), "{stage:?}");
                for rule in &because.rules {
                    assert!(card(&rule.0).is_some(), "{rule} is not in the catalogue");
                }
                assert_eq!(
                    because.turn.is_none(),
                    stage.name().is_terminal(),
                    "{stage:?}"
                );
                assert_eq!(
                    because.next.is_none(),
                    stage.name().is_terminal(),
                    "{stage:?}"
                );
            }
        }
    }
}
