//! From decisions to what is told of them. The teller folds the orders it meets, so that it can say whose phone a
//! digest stands for and from which state to which an order went.

use crate::{
    entry::{About, BrokenRule, Entry, Happened, Moved, Refused, Who},
    failure::Failure,
    when::rfc3339,
};
use cqrs_es::Aggregate;
use domain::{
    desk::Command,
    happening::Happening,
    order::{
        CancellationEvent, Order, OrderEvent, Stage,
        lifecycle::{Move, ROWS, Row, StageName},
        sms::ReturnCause,
    },
    personal::legible,
    told::{Told, asked},
};
use jiff::Timestamp;
use ledger::{Decision, RecordedEvent};
use std::collections::HashMap;

/// Tells decisions in their order.
#[derive(Default)]
pub(crate) struct Teller {
    orders: HashMap<String, Order>,
    before: Option<Timestamp>,
}

impl Teller {
    /// An order as it stands after what was told so far.
    pub(crate) fn order(&self, id: &str) -> Option<&Order> {
        self.orders.get(id)
    }

    /// Forgets the orders met so far once there are more than this. What is told later says less of their phones and
    /// moves, and nothing wrong.
    pub(crate) fn forget_beyond(&mut self, most: usize) {
        if self.orders.len() > most {
            self.orders.clear();
        }
    }

    /// Tells the next decision.
    pub(crate) fn tell(&mut self, decision: &Decision) -> Result<Entry, Failure> {
        let stages_before: HashMap<String, StageName> = decision
            .events
            .iter()
            .filter(|event| event.stream.aggregate_type == Order::TYPE)
            .map(|event| {
                let id = event.stream.aggregate_id.clone();
                let stage = self
                    .orders
                    .get(&id)
                    .map_or(StageName::New, |order| order.stage.name());
                (id, stage)
            })
            .collect();
        let events = decision
            .events
            .iter()
            .map(|event| self.happened(event))
            .collect::<Result<Vec<_>, _>>()?;
        let moved = stages_before.iter().find_map(|(id, from)| {
            let order = self.orders.get(id)?;
            let to = order.stage.name();
            (order.opened.is_some() && *from != to)
                .then(|| moved(*from, to, order, &decision.command_type))
        });
        let gap = self.before.map(|before| decision.at.duration_since(before));
        self.before = Some(decision.at);
        // A command is kept to be decided again under its own edition; one of another shape still has its name.
        let asked = decision.command::<Command>().map_or_else(
            |_| Told::new(decision.command_type.clone(), decision.command_type.clone()),
            |command| asked(&command),
        );
        let role = decision.actor.role.told();
        Ok(Entry {
            position: decision.position,
            decision: decision.decision_id.to_string(),
            at: rfc3339(decision.at),
            recorded_at: rfc3339(decision.recorded_at),
            since_previous_seconds: gap.map(|gap| gap.as_secs()),
            actor: Who {
                role: decision.actor.role,
                id: decision.actor.id.clone(),
                channel: decision.actor.channel,
                told: role.into(),
            },
            command: decision.command_type.clone(),
            asked,
            subjects: decision
                .subjects
                .iter()
                .map(|about| About {
                    kind: about.kind.clone(),
                    id: about.id.clone(),
                })
                .collect(),
            accepted: decision.accepted(),
            moved,
            events,
            refused: decision.refusal()?.as_ref().map(Refused::from),
            rule_edition: decision.rule_edition.clone(),
            software: decision.software.clone(),
            time: decision.at,
            gap,
        })
    }

    fn happened(&mut self, event: &RecordedEvent) -> Result<Happened, Failure> {
        let happening = Happening::read(event)?;
        let id = event.stream.aggregate_id.as_str();
        let (mut findings, mut remarks, mut explains) = (Vec::new(), Vec::new(), false);
        let nobody = Order::default();
        let told = happening.told(id, self.orders.get(id).unwrap_or(&nobody));
        if let Happening::Order(event) = happening {
            match &event {
                OrderEvent::OrderRejected {
                    findings: found, ..
                }
                | OrderEvent::InfoRequested {
                    findings: found, ..
                } => findings.clone_from(found),
                OrderEvent::OrderSubmitted { warnings, .. }
                | OrderEvent::OrderResubmitted { warnings, .. } => {
                    remarks = warnings.iter().map(BrokenRule::from).collect();
                }
                _ => {}
            }
            explains = is_of_weight(&event);
            self.orders.entry(id.to_owned()).or_default().evolve(event);
        }
        Ok(Happened {
            stream: event.stream.to_string(),
            sequence: event.sequence,
            event: event.event_type.clone(),
            told,
            data: legible(event.payload.clone()),
            findings,
            remarks,
            explains,
        })
    }
}

/// Filling in the form, ticks and checks do not explain a state; everything that brings it or leads up to it does.
fn is_of_weight(event: &OrderEvent) -> bool {
    use OrderEvent as E;
    match event {
        E::ServiceNamed { .. }
        | E::ProductVerified { .. }
        | E::PrincipalEntered { .. }
        | E::ServiceEntered { .. }
        | E::ServiceRemoved { .. }
        | E::MaterialAttached { .. }
        | E::MaterialRemoved { .. }
        | E::ContactCodeSent { .. }
        | E::ContactCodeFailed { .. }
        | E::ContactVerified { .. }
        | E::AgreementTicked { .. }
        | E::QrIssued { .. }
        | E::FaceCheckStarted { .. }
        | E::FaceCheckFailed { .. }
        | E::FaceCheckPassed { .. }
        | E::Cancellation(CancellationEvent::LeadCodeMailed { .. })
        | E::PhotoConfirmed { .. } => false,
        E::OrderOpened { .. }
        | E::Migration(_)
        | E::PrincipalTaken { .. }
        | E::PrincipalFound { .. }
        | E::ServiceTaken { .. }
        | E::LeadsTaken { .. }
        | E::Finding(_)
        | E::VerificationVoided { .. }
        | E::OrderSubmitted { .. }
        | E::OrderResubmitted { .. }
        | E::ReviewClaimed { .. }
        | E::ReviewReleased { .. }
        | E::OrderCorrected { .. }
        | E::ContactsShown { .. }
        | E::ReviewPassed { .. }
        | E::ClaimSubmitted { .. }
        | E::ClaimGranted { .. }
        | E::ClaimRejected { .. }
        | E::OrderRejected { .. }
        | E::InfoRequested { .. }
        | E::OrderWithdrawn { .. }
        | E::DraftExpired { .. }
        | E::OrderAbandoned { .. }
        | E::OrderDispatched { .. }
        | E::SmsSessionOpened { .. }
        | E::SmsEntryFailed { .. }
        | E::SmsCodeResent { .. }
        | E::SmsTargetVerified { .. }
        | E::SmsSessionReturned { .. }
        | E::BureauReviewStarted { .. }
        | E::Cancellation(_)
        | E::FilingApproved { .. }
        | E::FilingRejected { .. } => true,
    }
}

/// The row of the lifecycle that a move went by. An entry that came too late went by the clock's row.
fn moved(from: StageName, to: StageName, order: &Order, command: &str) -> Moved {
    let fits = |row: &&Row| {
        row.from.contains(&from) && row.to == Some(to) && row.types.contains(&order.filing())
    };
    let is_late = matches!(
        order.stage,
        Stage::SmsReturned {
            cause: ReturnCause::Deadline
        }
    );
    let by = match command {
        "enter_sms_code" | "enter_sms_by_mobile" if is_late => Move::ExpireSms.name(),
        "enter_sms_by_mobile" => Move::EnterSmsCode.name(),
        other => other,
    };
    let row = ROWS.iter().filter(fits).find(|row| row.by.name() == by);
    Moved {
        from: from.into(),
        to: to.into(),
        row: row.map(|row| row.id),
        source: row.map(|row| row.source),
    }
}
