//! Deciding the provider's review, the way to the bureau, and the bureau's result.

use super::{
    CancellationEvent, Order, OrderCommand, OrderEvent, Request, Stage,
    lifecycle::Move,
    review::{CLAIM_LEASE, Finding, OpenFinding, Review, Written},
};
use crate::{
    context::Context,
    refusal::{Broken, Objections, Refusal, RuleId},
    rules::{
        Judgement, Rule,
        bureau::{Approval, NUMBERS_GIVEN},
        card,
        draft::{KEPT_UNTIL, Retention},
        matter::Reason,
        review::{
            ClaimCheck, FindingNamed, ITEM_NAMED, NOT_ANOTHERS_CLAIM, NUMBERS_FOR_THE_CALLER,
            REASON_BY_FIELD, REASON_GIVEN,
        },
    },
    values::{Pointer, SubmissionId},
};

type Decided = Result<Vec<OrderEvent>, Refusal>;

impl Order {
    pub(super) fn decide_review(&self, command: &OrderCommand, context: &Context) -> Decided {
        let reviewer = context.actor.id.clone();
        let claimed = self.review().and_then(|review| review.claimed.clone());
        let mut objections = Objections::default();
        objections.add(context.judge(
            &NOT_ANOTHERS_CLAIM,
            &ClaimCheck {
                claim: claimed.clone(),
                reviewer: reviewer.clone(),
                now: context.at,
            },
        ));
        objections.settle()?;
        let event = match &command.request {
            Request::ClaimReview {} => OrderEvent::ReviewClaimed {
                reviewer,
                at: context.at,
                until: context.at.saturating_add(CLAIM_LEASE).unwrap_or(context.at),
            },
            Request::ReleaseReview {} => match claimed {
                Some(claim) if claim.reviewer == reviewer => {
                    OrderEvent::ReviewReleased { reviewer }
                }
                // Nothing of theirs to give back.
                _ => return Ok(Vec::new()),
            },
            Request::Correct { pointer, to } => return self.correct(pointer, to, context),
            Request::ShowContacts {} => {
                let mut objections = Objections::default();
                objections.add(context.judge(
                    &NUMBERS_FOR_THE_CALLER,
                    &ClaimCheck {
                        claim: claimed,
                        reviewer: reviewer.clone(),
                        now: context.at,
                    },
                ));
                objections.settle()?;
                OrderEvent::ContactsShown {
                    reviewer,
                    at: context.at,
                }
            }
            Request::Pass { judged } => {
                self.judge_checklist(judged, context)?;
                if self.awaits_owner_after(Move::Pass, context) {
                    return Ok(vec![self.confirmation_requested(reviewer, judged, context)]);
                }
                OrderEvent::ReviewPassed {
                    reviewer,
                    judged: judged.clone(),
                }
            }
            Request::Reject { reason, findings } => {
                let given = reason_of(reason, findings.len());
                let mut objections = Objections::default();
                objections.add(context.judge(&REASON_GIVEN, &given));
                objections.add(judge_findings(findings, context));
                objections.settle()?;
                OrderEvent::OrderRejected {
                    reviewer,
                    reason: reason.clone(),
                    findings: findings.clone(),
                }
            }
            Request::RequestInfo { reason, findings } => {
                let given = reason_of(reason, findings.len());
                let mut objections = Objections::default();
                objections.add(context.judge(&REASON_GIVEN, &given));
                objections.add(context.judge(&ITEM_NAMED, &given));
                objections.add(judge_findings(findings, context));
                objections.settle()?;
                OrderEvent::InfoRequested {
                    reviewer,
                    reason: reason.clone(),
                    findings: findings.clone(),
                }
            }
            _ => return Ok(Vec::new()),
        };
        Ok(vec![event])
    }

    /// Out of the review: back to the applicant, on to the bureau, and what the bureau says.
    pub(super) fn decide_passage(&self, command: &OrderCommand, context: &Context) -> Decided {
        let at = context.at;
        let event = match &command.request {
            Request::Withdraw {} => OrderEvent::OrderWithdrawn {
                from: self.stage.name(),
                at: Some(at),
            },
            Request::ExpireDraft {} => self.expire_draft(command.facts.draft_days, context)?,
            Request::Dispatch {} => {
                self.judge_notice(&command.facts, context)?;
                OrderEvent::OrderDispatched {
                    submission: SubmissionId::new(at, command.fresh),
                    at,
                }
            }
            Request::Abandon {} => OrderEvent::OrderAbandoned { at },
            Request::Approve {
                submission,
                principal_number,
                service_numbers,
            } => {
                self.current(*submission, Move::Approve, context)?;
                let approval = Approval {
                    services: self
                        .services
                        .iter()
                        .map(|(key, service)| (key.clone(), service.kind))
                        .collect(),
                    cancels: self.cancellation.is_some(),
                    on_record: self.on_record.as_ref().map(|record| record.number.clone()),
                    services_on_record: self.numbers_kept(),
                    taken: command.facts.numbers_taken.clone(),
                    is_of_another: command.facts.number_of_another,
                    principal_number: principal_number.clone(),
                    service_numbers: service_numbers.clone(),
                };
                let mut objections = Objections::default();
                objections.add(context.judge(&NUMBERS_GIVEN, &approval));
                objections.settle()?;
                if let Some(cancelled) = &self.cancellation {
                    return Ok(vec![
                        CancellationEvent::CancellationApproved {
                            submission: *submission,
                            principal: cancelled.principal.clone(),
                            services: cancelled.services.clone(),
                            at,
                        }
                        .into(),
                    ]);
                }
                let (principal_number, service_numbers) =
                    (principal_number.clone(), service_numbers.clone());
                OrderEvent::FilingApproved {
                    submission: *submission,
                    principal_number,
                    service_numbers,
                    at,
                }
            }
            Request::BureauReject { submission, reason } => {
                self.current(*submission, Move::BureauReject, context)?;
                with_reason(reason, 0, context)?;
                OrderEvent::FilingRejected {
                    submission: *submission,
                    reason: reason.clone(),
                    at,
                }
            }
            _ => return Ok(Vec::new()),
        };
        Ok(vec![event])
    }

    fn expire_draft(&self, days: Option<u16>, context: &Context) -> Result<OrderEvent, Refusal> {
        let retention = Retention {
            days,
            since: self.draft_since,
            now: context.at,
        };
        let mut objections = Objections::default();
        objections.add(context.judge(&KEPT_UNTIL, &retention));
        objections.settle()?;
        Ok(OrderEvent::DraftExpired {
            days: days.unwrap_or_default(),
            at: context.at,
        })
    }

    pub(super) fn closed(&self, by: Move, context: &Context) -> Refusal {
        context.law.not_now(&self.standing(), by, &context.actor)
    }

    pub(super) fn closed_by(&self, rule: &'static str, by: Move, context: &Context) -> Refusal {
        context
            .law
            .closed_by(rule, &self.standing(), by, &context.actor)
    }

    /// Only a result for the submission that the bureau has now counts (AMB-64).
    fn current(
        &self,
        submission: SubmissionId,
        by: Move,
        context: &Context,
    ) -> Result<(), Refusal> {
        match &self.stage {
            Stage::BureauReview { submission: now } if *now == submission => Ok(()),
            _ => Err(self.closed(by, context)),
        }
    }

    /// The review, while there is one.
    pub fn review(&self) -> Option<&Review> {
        self.stage.review()
    }

    /// What a reviewer found, while the order is with the applicant for it.
    pub fn findings(&self) -> &[OpenFinding] {
        match &self.stage {
            Stage::NeedsInfo { findings, .. }
            | Stage::Rejected { findings, .. }
            | Stage::ClaimRejected { findings, .. } => findings,
            _ => &[],
        }
    }

    /// The items of the reviewer's checklist that this order has.
    pub fn checklist(&self, context: &Context) -> Vec<&'static Judgement> {
        let items = context
            .law
            .plan(self.filing())
            .map(|plan| plan.checklist)
            .unwrap_or_default();
        items
            .into_iter()
            .filter(|item| (item.applies)(self))
            .collect()
    }

    /// Something is answered, and it is something that was found.
    pub(super) fn judge_answer(
        &self,
        pointer: &Pointer,
        answer: &Written,
        context: &Context,
    ) -> Result<(), Refusal> {
        let mut found = self.findings().iter();
        let named = FindingNamed {
            pointer: "/pointer".to_owned(),
            is_known: found.any(|open| open.finding.pointer == *pointer),
        };
        let mut objections = Objections::default();
        objections.add(context.judge(&REASON_GIVEN, &reason_of(answer, 0)));
        objections.add(context.judge(&REASON_BY_FIELD, &named));
        objections.settle()
    }

    pub(super) fn judge_checklist(
        &self,
        judged: &[RuleId],
        context: &Context,
    ) -> Result<(), Refusal> {
        let mut objections = Objections::default();
        for item in self.checklist(context) {
            let rule = Rule::<bool> {
                card: item.card.clone(),
                find: |judged, flaws| flaws.unless(*judged, "/judged"),
            };
            objections.add(context.judge(&rule, &judged.iter().any(|id| id.0 == item.card.id)));
        }
        objections.settle()
    }
}

/// Each names a rule that there is, or none.
pub(super) fn judge_findings(findings: &[Finding], context: &Context) -> Vec<Broken> {
    let mut broken = Vec::new();
    for (place, finding) in findings.iter().enumerate() {
        let named = FindingNamed {
            pointer: format!("/findings/{place}/rule"),
            is_known: finding
                .rule
                .as_ref()
                .is_none_or(|rule| card(&rule.0).is_some()),
        };
        broken.extend(context.judge(&REASON_BY_FIELD, &named));
    }
    broken
}

fn with_reason(reason: &Written, findings: usize, context: &Context) -> Result<(), Refusal> {
    let mut objections = Objections::default();
    objections.add(context.judge(&REASON_GIVEN, &reason_of(reason, findings)));
    objections.settle()
}

pub(super) fn reason_of(reason: &Written, findings: usize) -> Reason {
    Reason {
        given: reason.known().is_some_and(|words| !words.0.is_blank()),
        findings,
    }
}
