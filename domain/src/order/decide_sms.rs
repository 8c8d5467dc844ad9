//! Deciding the SMS session: receipt, entries, resends, the clock (section 14).

use super::{
    Order, OrderEvent, Stage,
    lifecycle::Move,
    sms::{LeadRole, ReturnCause, SmsEntry, SmsKeeper, SmsSession, Target, WINDOW},
};
use crate::{
    context::Context,
    filings::SmsRow,
    form::{Lead, Service, ServiceKind, ServiceLead},
    personal::Personal,
    refusal::{Objections, Refusal},
    rules::{
        matter::{SmsClock, SmsTally},
        sms::{ENTRY_MATCHES, FIVE_WRONG_ENTRIES, TWO_RESENDS, WITHIN_24_HOURS},
    },
    secret::Secret,
    values::{Last6, Mobile, SubmissionId},
};

type Decided = Result<Vec<OrderEvent>, Refusal>;

/// The code of a target: derived, so that whoever restarts sends what is expected. A resend replaces it (AMB-31).
pub fn sms_code(secret: &Secret, submission: SubmissionId, target: &Target) -> String {
    secret.code(&[
        "sms",
        &submission.to_string(),
        &target.phone,
        &target.resends.to_string(),
    ])
}

impl Order {
    /// The row of the SMS matrix (14.1) that speaks of one of the services, or of an order without any.
    fn sms_row<'l>(&self, kind: Option<ServiceKind>, context: &'l Context) -> Option<&'l SmsRow> {
        let changed = self.changes_principal();
        context.law.sms_matrix.iter().find(|row| {
            row.filings.contains(&self.filing())
                && (row.services.is_empty()
                    || kind.is_some_and(|kind| row.services.contains(&kind)))
                && row.principal_changed.is_none_or(|is| is == changed)
        })
    }

    /// What the matrix is asked about: each kind of service, or that there is none.
    fn sms_kinds(&self) -> Vec<Option<ServiceKind>> {
        if self.services.is_empty() {
            return vec![None];
        }
        let kinds = self.services.values().map(|service| Some(service.kind));
        kinds.collect()
    }

    /// Who must verify, by the SMS matrix (14.1), each phone once (SMS-9).
    pub fn sms_targets(&self, context: &Context) -> Vec<Target> {
        let mut targets: Vec<Target> = Vec::new();
        let mut add = |lead: &Lead, role: LeadRole| {
            let (Some(mobile), Some(last6)) = (
                lead.mobile.known(),
                lead.document
                    .number
                    .known()
                    .and_then(crate::values::DocumentNumber::last6),
            ) else {
                return;
            };
            let phone = context.secret.digest("mobile", mobile.as_str());
            match targets.iter_mut().find(|target| target.phone == phone) {
                Some(target) if target.roles.contains(&role) => {}
                Some(target) => target.roles.push(role),
                None => targets.push(Target {
                    phone,
                    mobile: lead.mobile.clone(),
                    last6: Personal::Known(last6),
                    roles: vec![role],
                    resends: 0,
                    wrong: 0,
                    verified: None,
                }),
            }
        };
        let Some(principal) = &self.principal else {
            return targets;
        };
        let row = |service: &Service| self.sms_row(Some(service.kind), context);
        let speaks = |kind: Option<ServiceKind>| {
            let row = self.sms_row(kind, context);
            row.is_some_and(|row| row.principal_lead)
        };
        if self.sms_kinds().into_iter().any(speaks) {
            add(&principal.lead, LeadRole::PrincipalLead);
        }
        for service in self.services.values() {
            if row(service).is_some_and(|row| row.service_lead) {
                match service.form.as_ref().map(crate::form::ServiceForm::lead) {
                    Some(ServiceLead::Other { lead, .. }) => add(lead, LeadRole::ServiceLead),
                    Some(ServiceLead::PrincipalLead {}) => {
                        add(&principal.lead, LeadRole::ServiceLead);
                    }
                    None => {}
                }
            }
        }
        targets
    }

    /// T15, T16: the bureau has the submission.
    pub(super) fn receive(
        &self,
        submission: SubmissionId,
        keeper: SmsKeeper,
        context: &Context,
    ) -> Decided {
        match &self.stage {
            Stage::AwaitingBureauSubmission {
                submission: Some(sent),
            } if *sent == submission => {
                // A matrix that is silent lets nobody pass.
                let mut kinds = self.sms_kinds().into_iter();
                if kinds.any(|kind| self.sms_row(kind, context).is_none()) {
                    return Err(self.closed_by("SMS-1", Move::RecordReceipt, context));
                }
                let targets = self.sms_targets(context);
                Ok(vec![if targets.is_empty() {
                    OrderEvent::BureauReviewStarted {
                        submission,
                        at: context.at,
                    }
                } else {
                    OrderEvent::SmsSessionOpened {
                        submission,
                        deadline: context.at.saturating_add(WINDOW).unwrap_or(context.at),
                        targets,
                        keeper,
                    }
                }])
            }
            _ => Err(self.closed(Move::RecordReceipt, context)),
        }
    }

    /// T17, T18, T19, T20: a lead enters code, mobile and last six.
    pub(super) fn enter_sms_code(&self, entry: &SmsEntry, context: &Context) -> Decided {
        let session = self.kept_here(Move::EnterSmsCode, "SMS-45", context)?;
        if let Some(returned) = late(session, context) {
            return Ok(vec![returned]);
        }
        let Some(target) = target_of(session, &entry.mobile, context) else {
            return Err(no_such_record(context));
        };
        if target.verified.is_some() {
            return Err(no_such_record(context));
        }
        let matches = entry.code.known().is_some_and(|code| {
            code.as_str() == sms_code(&context.secret, session.submission, target)
        }) && entry.last6.agrees(&target.last6, |a, b| a == b);
        let tally = SmsTally {
            wrong: target.wrong,
            resends: target.resends,
            matches,
        };
        // The count comes before the comparison: the sixth entry returns the order even if right (AMB-28).
        if !context.judge(&FIVE_WRONG_ENTRIES, &tally).is_empty() {
            return Ok(vec![OrderEvent::SmsSessionReturned {
                cause: ReturnCause::SixthEntry,
                due: context.at,
                at: context.at,
            }]);
        }
        if !context.judge(&ENTRY_MATCHES, &tally).is_empty() {
            return Ok(vec![OrderEvent::SmsEntryFailed {
                phone: target.phone.clone(),
                wrong: target.wrong.saturating_add(1),
            }]);
        }
        let mut events = vec![OrderEvent::SmsTargetVerified {
            phone: target.phone.clone(),
            at: context.at,
        }];
        if session
            .targets
            .iter()
            .all(|other| other.phone == target.phone || other.verified.is_some())
        {
            events.push(OrderEvent::BureauReviewStarted {
                submission: session.submission,
                at: context.at,
            });
        }
        Ok(events)
    }

    /// A lead asks for the code again (SMS-38 … SMS-40).
    pub(super) fn resend_sms_code(
        &self,
        mobile: &Personal<Mobile>,
        last6: &Personal<Last6>,
        context: &Context,
    ) -> Decided {
        let session = self.kept_here(Move::ResendSmsCode, "SMS-45", context)?;
        let mut objections = Objections::default();
        let clock = SmsClock {
            now: context.at,
            deadline: session.deadline,
        };
        objections.add(context.judge(&WITHIN_24_HOURS, &clock));
        let Some(target) = target_of(session, mobile, context) else {
            return Err(no_such_record(context));
        };
        if target.verified.is_some() || !last6.agrees(&target.last6, |a, b| a == b) {
            return Err(no_such_record(context));
        }
        let tally = SmsTally {
            wrong: target.wrong,
            resends: target.resends,
            matches: true,
        };
        objections.add(context.judge(&TWO_RESENDS, &tally));
        objections.settle()?;
        Ok(vec![OrderEvent::SmsCodeResent {
            phone: target.phone.clone(),
            number: target.resends.saturating_add(1),
        }])
    }

    /// T19: the clock. Before the deadline there is nothing to return.
    pub(super) fn expire_sms(&self, context: &Context) -> Decided {
        let session = self.kept_here(Move::ExpireSms, "SMS-30", context)?;
        late(session, context)
            .map(|event| vec![event])
            .ok_or_else(|| self.closed_by("SMS-29", Move::ExpireSms, context))
    }

    /// The session, if this office keeps it. Where MIIT does, `rule` says why the move is not ours (AMB-62).
    fn kept_here(
        &self,
        by: Move,
        rule: &'static str,
        context: &Context,
    ) -> Result<&SmsSession, Refusal> {
        match &self.stage {
            Stage::SmsVerification(session) if session.keeper.is_embedded() => Ok(session),
            Stage::SmsVerification(_) => Err(self.closed_by(rule, by, context)),
            _ => Err(self.closed(by, context)),
        }
    }
}

fn late(session: &SmsSession, context: &Context) -> Option<OrderEvent> {
    let clock = SmsClock {
        now: context.at,
        deadline: session.deadline,
    };
    let returned = OrderEvent::SmsSessionReturned {
        cause: ReturnCause::Deadline,
        due: session.deadline,
        at: context.at,
    };
    (!context.judge(&WITHIN_24_HOURS, &clock).is_empty()).then_some(returned)
}

pub(super) fn target_of<'s>(
    session: &'s SmsSession,
    mobile: &Personal<Mobile>,
    context: &Context,
) -> Option<&'s Target> {
    session.target(&context.secret.digest("mobile", mobile.known()?.as_str()))
}

/// An entry that belongs to no open target is not counted: it cannot be attributed (AMB-29).
pub(crate) fn no_such_record(context: &Context) -> Refusal {
    Refusal::Rules {
        broken: context.judge(
            &ENTRY_MATCHES,
            &SmsTally {
                wrong: 0,
                resends: 0,
                matches: false,
            },
        ),
    }
}
