//! Deciding a claim of an old filing (认领备案, §1.4): opened on the record that MIIT has, submitted with the principal lead's
//! document, granted or rejected by staff. Nobody verifies, and no bureau is asked (CLM-8).

use super::{
    Order, OrderCommand, OrderEvent, Request,
    decide_review::{judge_findings, reason_of},
    decide_submission::ticked,
    on_record::{fixed, opened},
};
use crate::{
    context::Context,
    facts::ServiceRecord,
    filings::FilingType,
    form::ServiceKey,
    refusal::{Objections, Refusal},
    rules::{claim::ON_THE_PC_ONLY, review::REASON_GIVEN, type_check::INPUT_COMPLETE},
};

type Decided = Result<Vec<OrderEvent>, Refusal>;

/// Opens a claim. What the type check found is judged by the desk; without a record there is nothing to take.
pub(super) fn open_claim(command: &OrderCommand, context: &Context) -> Decided {
    let Some(asked) = command.request.opening_asked() else {
        return Ok(Vec::new());
    };
    let product = &asked.product;
    let mut objections = Objections::default();
    objections.add(context.judge(&ON_THE_PC_ONLY, &context.actor.channel));
    objections.add(context.judge(&INPUT_COMPLETE, product));
    fixed(command, context, &mut objections);
    objections.settle()?;
    let mut events = vec![opened(command, FilingType::Claim, asked.into(), context)];
    let Some(record) = &command.facts.principal else {
        return Ok(events);
    };
    let mut taken = record.clone();
    let services = std::mem::take(&mut taken.services);
    events.push(OrderEvent::PrincipalTaken { record: taken });
    for (number, service) in services {
        let Some(key) = ServiceKey::of_number(&number) else {
            continue;
        };
        // This order is where the service can be read from now on.
        let record = ServiceRecord {
            number,
            order: command.order,
            filed_as: key.clone(),
            service,
            server_of: None,
        };
        events.push(OrderEvent::ServiceTaken {
            service: key,
            record: Box::new(record),
        });
    }
    Ok(events)
}

impl Order {
    pub(super) fn decide_claim(&self, command: &OrderCommand, context: &Context) -> Decided {
        let (reviewer, at) = (context.actor.id.clone(), context.at);
        let mut objections = Objections::default();
        match &command.request {
            Request::SubmitClaim { ticks } => {
                objections.add(context.judge(&ON_THE_PC_ONLY, &context.actor.channel));
                let plan = context.law.plan(self.filing());
                let submission = self.submission(&command.facts, ticks, context);
                if let (Some(plan), Some(submission)) = (plan, submission) {
                    for rule in &plan.rules {
                        objections.add(context.judge(rule, &submission));
                    }
                }
                objections.settle()?;
                let (mut events, round) = (ticked(ticks, context), self.rounds + 1);
                events.push(OrderEvent::ClaimSubmitted { round, at });
                Ok(events)
            }
            Request::GrantClaim { judged } => {
                self.judge_checklist(judged, context)?;
                let number = self.on_record.as_ref().map(|record| record.number.clone());
                let services = self.services_on_record.iter();
                let numbers = services.map(|(key, record)| (key.clone(), record.number.clone()));
                Ok(vec![OrderEvent::ClaimGranted {
                    reviewer,
                    judged: judged.clone(),
                    principal_number: number.unwrap_or_default(),
                    service_numbers: numbers.collect(),
                    at,
                }])
            }
            Request::RejectClaim { reason, findings } => {
                objections.add(context.judge(&REASON_GIVEN, &reason_of(reason, findings.len())));
                objections.add(judge_findings(findings, context));
                objections.settle()?;
                Ok(vec![OrderEvent::ClaimRejected {
                    reviewer,
                    reason: reason.clone(),
                    findings: findings.clone(),
                    at,
                }])
            }
            _ => Ok(Vec::new()),
        }
    }
}
