//! Deciding what only cancellations do once they are open: the reason, the lead's code, the owner's word, and the office's own.

use super::{
    CancellationEvent, Order, OrderCommand, OrderEvent, Request, Stage,
    cancellation::CodeWay,
    lifecycle::{Move, StageName},
    open_cancellation::open_cancellation,
};
use crate::{
    context::Context,
    facts::Facts,
    filings::Cancels,
    form::{Lead, ServiceLead},
    one_time_code::{CodeCheck, SentCode},
    order::sms::LeadRole,
    personal::Personal,
    refusal::{Objections, Refusal, RuleId},
    rules::{
        cancel_access::{NOTICE_GIVEN, Notice},
        cancellation::{Cancelling, OwnersWord},
        contact::{ContactStep, RIGHT_CODE},
        resource::{EXPIRED_IS_A_GROUND, PaidFor},
    },
    values::{ConfirmationReference, SmsCode},
};
use jiff::civil::Date;

type Decided = Result<Vec<OrderEvent>, Refusal>;

impl Order {
    pub(super) fn decide_cancellation(&self, command: &OrderCommand, context: &Context) -> Decided {
        let at = context.at;
        let event = match &command.request {
            Request::GiveReason { reason } => {
                CancellationEvent::CancellationReasonGiven { reason: *reason }.into()
            }
            Request::RequestLeadCode { to } => return self.send_lead_code(*to, context),
            Request::CheckLeadCode { to, code } => return self.check_lead_code(*to, code, context),
            Request::Confirm { reference } => return self.confirm(reference, context),
            Request::ClosePassive {} => CancellationEvent::PassiveCancellationClosed { at }.into(),
            Request::RetryPassive {} => CancellationEvent::PassiveCancellationRetried { at }.into(),
            Request::RenewResource { paid_until } => return self.renew(*paid_until, context),
            opens => return open_cancellation(command, opens, context),
        };
        Ok(vec![event])
    }

    /// What the order's plan takes off the record.
    pub fn cancels(&self, context: &Context) -> Option<Cancels> {
        context.law.plan(self.filing())?.cancels
    }

    /// How a cancellation stands, for the rules of its plan.
    pub(super) fn cancelling(&self, context: &Context) -> Option<Cancelling> {
        let cancellation = (**self.cancellation.as_ref()?).clone();
        let code_entered = [CodeWay::Mobile, CodeWay::Email].into_iter().any(|to| {
            let address = self.code_address(to, context);
            address.is_some_and(|(digest, _)| self.verified_mobiles.contains(&digest))
        });
        Some(Cancelling {
            cancellation,
            code_entered,
        })
    }

    /// The lead who confirms the cancellation by a code.
    fn coded_lead(&self, context: &Context) -> Option<&Lead> {
        let principal = self.principal.as_ref().map(|principal| &principal.lead);
        match self.cancels(context)?.code_of? {
            LeadRole::PrincipalLead => principal,
            LeadRole::ServiceLead => {
                let form = self.services.values().next()?.form.as_ref()?;
                match form.lead() {
                    ServiceLead::PrincipalLead {} => principal,
                    ServiceLead::Other { lead, .. } => Some(lead),
                }
            }
        }
    }

    /// Where the lead's code goes: keyed digest, and the address itself. `None`: nobody is known, or was erased.
    pub fn code_address(&self, to: CodeWay, context: &Context) -> Option<(String, String)> {
        let lead = self.coded_lead(context)?;
        let (kind, address) = match to {
            CodeWay::Mobile => ("mobile", lead.mobile.known()?.as_str().to_owned()),
            CodeWay::Email => ("email", lead.email.known()?.folded()),
        };
        Some((context.secret.digest(kind, &address), address))
    }

    fn send_lead_code(&self, to: CodeWay, context: &Context) -> Decided {
        let address = self.code_address(to, context);
        let mut objections = Objections::default();
        let entered = address.is_some();
        objections.add(context.judge(&RIGHT_CODE, &ContactStep::Asked { entered }));
        objections.settle()?;
        let (Some((digest, _)), Some(lead)) = (address, self.coded_lead(context)) else {
            return Ok(Vec::new());
        };
        let number = SentCode::next(self.contact_codes.get(&digest));
        let at = context.at;
        Ok(vec![match to {
            CodeWay::Mobile => OrderEvent::ContactCodeSent {
                phone: digest,
                mobile: lead.mobile.clone(),
                number,
                at,
            },
            CodeWay::Email => CancellationEvent::LeadCodeMailed {
                address: digest,
                email: lead.email.clone(),
                number,
                at,
            }
            .into(),
        }])
    }

    fn check_lead_code(&self, to: CodeWay, code: &Personal<SmsCode>, context: &Context) -> Decided {
        let Some((digest, address)) = self.code_address(to, context) else {
            return Err(self.closed(Move::CheckLeadCode, context));
        };
        let sent = self.contact_codes.get(&digest);
        let check = CodeCheck::of(code, sent, context.at, |number| {
            self.code_to(&address, number, context)
        });
        let broken = context.judge(&RIGHT_CODE, &ContactStep::Typed(check));
        if broken.is_empty() {
            return Ok(vec![OrderEvent::ContactVerified { phone: digest }]);
        }
        if check.open {
            return Ok(vec![OrderEvent::ContactCodeFailed { phone: digest }]);
        }
        Err(Refusal::Rules { broken })
    }

    /// Whether a move leads to where an order waits for its owner's word.
    pub(super) fn awaits_owner_after(&self, by: Move, context: &Context) -> bool {
        let standing = self.standing();
        let mut ways = context.law.rows(&standing, by);
        ways.any(|row| row.to == Some(StageName::AwaitingOwnerConfirmation))
    }

    /// A reference for every round: the word that was asked for in an earlier one does not count for this one.
    pub(super) fn confirmation_requested(
        &self,
        reviewer: String,
        judged: &[RuleId],
        context: &Context,
    ) -> OrderEvent {
        CancellationEvent::ConfirmationRequested {
            reviewer,
            judged: judged.to_vec(),
            reference: self.reference(self.rounds, context),
            at: context.at,
        }
        .into()
    }

    /// What the confirmation of a round names.
    pub fn reference(&self, round: u32, context: &Context) -> String {
        let order = self.opened.as_ref().map(|opened| opened.order.to_string());
        let parts = [
            "confirmation",
            &order.unwrap_or_default(),
            &round.to_string(),
        ];
        context.secret.code(&parts)
    }

    fn confirm(&self, named: &ConfirmationReference, context: &Context) -> Decided {
        let (Stage::AwaitingOwnerConfirmation { reference, .. }, Some(cancels)) =
            (&self.stage, self.cancels(context))
        else {
            return Err(self.closed(Move::Confirm, context));
        };
        if let Some(rule) = cancels.confirmed_by {
            let matches = named.as_str() == reference;
            let mut objections = Objections::default();
            objections.add(context.judge(rule, &OwnersWord { matches }));
            objections.settle()?;
        }
        Ok(vec![
            CancellationEvent::OwnerConfirmed {
                reference: reference.clone(),
                forward_days: cancels.forwarded_within_days,
                at: context.at,
            }
            .into(),
        ])
    }

    /// The office takes access away of its own accord: then nothing is the applicant's to do.
    pub fn is_passive(&self) -> bool {
        let cancellation = self.cancellation.as_ref();
        cancellation.is_some_and(|it| it.ground.is_some())
    }

    /// Whether it takes access away because the resource has run out.
    pub fn rests_on_expiry(&self) -> bool {
        let cancellation = self.cancellation.as_ref();
        cancellation.is_some_and(|it| it.paid_until().is_some())
    }

    /// T34 of a passive cancellation waits until its notice has run, and does not come where the resource was renewed by then
    /// (T33).
    pub(super) fn judge_notice(&self, facts: &Facts, context: &Context) -> Result<(), Refusal> {
        let Some(cancellation) = self.cancellation.as_deref() else {
            return Ok(());
        };
        let notice = Notice {
            now: context.at,
            until: cancellation.notice_until,
        };
        let mut objections = Objections::default();
        objections.add(context.judge(&NOTICE_GIVEN, &notice));
        if let Some(paid_until) = cancellation.paid_until() {
            let known = facts.resources.values();
            let newest = known.filter_map(|record| record.paid_until).max();
            let paid = PaidFor {
                until: Some(newest.unwrap_or(paid_until)),
                day: context.day(),
                is_over: true,
            };
            objections.add(context.judge(&EXPIRED_IS_A_GROUND, &paid));
        }
        objections.settle()
    }

    /// T33: before T34, and only where the ground was that the resource had run out.
    fn renew(&self, paid_until: Date, context: &Context) -> Decided {
        let ground = self.cancellation.as_ref().and_then(|it| it.paid_until());
        let mut objections = Objections::default();
        let paid = PaidFor {
            until: ground.map(|_| paid_until),
            day: context.day(),
            is_over: false,
        };
        objections.add(context.judge(&EXPIRED_IS_A_GROUND, &paid));
        objections.settle()?;
        Ok(vec![
            CancellationEvent::PassiveCancellationLapsed {
                paid_until,
                at: context.at,
            }
            .into(),
        ])
    }
}
