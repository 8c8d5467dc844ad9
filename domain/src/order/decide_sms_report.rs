//! Deciding what MIIT reports of a session that it keeps itself (AMB-62). Its own times count, not that of the report.

use super::{
    Order, OrderEvent, Stage,
    decide_sms::{no_such_record, target_of},
    lifecycle::Move,
    sms::{SmsKeeper, SmsReport, SmsSession},
};
use crate::{
    context::Context,
    refusal::{Objections, Refusal},
    rules::{matter::SmsClock, sms::WITHIN_24_HOURS},
};

impl Order {
    /// S15, S16, S17. What was reported before is not recorded again.
    pub(super) fn report_sms_result(
        &self,
        report: &SmsReport,
        context: &Context,
    ) -> Result<Vec<OrderEvent>, Refusal> {
        let session = match &self.stage {
            Stage::SmsVerification(session)
                if session.keeper == SmsKeeper::External
                    && session.submission == report.submission =>
            {
                session
            }
            _ => return Err(self.closed(Move::ReportSmsResult, context)),
        };
        let mut events = wrong_entries(session, report, context)?;
        let mut ends = None;
        for (at, verified) in report.verified.iter().enumerate() {
            let target = target_of(session, &verified.mobile, context)
                .ok_or_else(|| no_such_record(context))?;
            let clock = SmsClock {
                now: verified.at,
                deadline: session.deadline,
            };
            let mut objections = Objections::default();
            let mut late = context.judge(&WITHIN_24_HOURS, &clock);
            for flaw in &mut late {
                flaw.pointer = format!("/report/verified/{at}");
            }
            objections.add(late);
            objections.settle()?;
            ends = ends.max(Some(verified.at));
            if target.verified.is_none() {
                events.push(OrderEvent::SmsTargetVerified {
                    phone: target.phone.clone(),
                    at: verified.at,
                });
            }
        }
        let is_complete = session.targets.iter().all(|target| {
            target.verified.is_some()
                || events.iter().any(|event| {
                    matches!(event, OrderEvent::SmsTargetVerified { phone, .. } if *phone == target.phone)
                })
        });
        match &report.returned {
            // Only a session with an open target comes back.
            Some(_) if is_complete => {
                return Err(self.closed_by("SMS-30", Move::ReportSmsResult, context));
            }
            Some(returned) => events.push(OrderEvent::SmsSessionReturned {
                cause: returned.cause,
                due: returned.at,
                at: context.at,
            }),
            None if is_complete => events.push(OrderEvent::BureauReviewStarted {
                submission: session.submission,
                at: ends.unwrap_or(context.at),
            }),
            None => {}
        }
        Ok(events)
    }
}

/// The counts that went up since the last report.
fn wrong_entries(
    session: &SmsSession,
    report: &SmsReport,
    context: &Context,
) -> Result<Vec<OrderEvent>, Refusal> {
    let mut events = Vec::new();
    for counted in &report.wrong_entries {
        let target =
            target_of(session, &counted.mobile, context).ok_or_else(|| no_such_record(context))?;
        if counted.wrong > target.wrong {
            events.push(OrderEvent::SmsEntryFailed {
                phone: target.phone.clone(),
                wrong: counted.wrong,
            });
        }
    }
    Ok(events)
}
