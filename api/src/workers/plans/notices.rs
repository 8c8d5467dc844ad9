//! `notifications`: who is told what (section 21).

use crate::workers::{
    SmsKeeper,
    effect::{Due, Effect, Recipient},
    leads,
    seen::{REFUSED, Seen},
    texts::{Notice, Way},
};
use domain::{
    context::Role,
    order::{
        CancellationEvent, OrderEvent, Request, Stage, cancellation::Ground, sms::ReturnCause,
    },
};
use std::collections::BTreeSet;

const BOTH: [Way; 2] = [Way::Sms, Way::Email];

pub(super) fn hears(event: &str) -> bool {
    matches!(
        event,
        "ReviewPassed"
            | "OrderRejected"
            | "InfoRequested"
            | "OrderDispatched"
            | "ClaimGranted"
            | "ClaimRejected"
            | "FilingApproved"
            | "FilingRejected"
            | "SmsSessionReturned"
            | "ConfirmationRequested"
            | "CancellationApproved"
            | "PassiveCancellationStarted"
            | "PassiveCancellationLapsed"
            | "PassiveCancellationClosed"
            | "OrderWithdrawn"
            | "OrderAbandoned"
            | "DraftExpired"
            | REFUSED
    )
}

pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let mut due: Vec<Due> = seen
        .events
        .iter()
        .flat_map(|event| of(event, seen))
        .map(Due::from)
        .collect();
    // AMB-64: a result that fits nothing is on record as a refusal; somebody has to look at it.
    if let Some((Role::Bureau, Request::Approve { .. } | Request::BureauReject { .. })) =
        &seen.refused
    {
        due.push(tell(Notice::ResultRefused, Recipient::Operations {}, Way::Email).into());
    }
    due
}

fn of(event: &OrderEvent, seen: &Seen) -> Vec<Effect> {
    match event {
        OrderEvent::ReviewPassed { .. } => applicant(Notice::ReviewPassed),
        OrderEvent::OrderRejected { .. } => with_advice(applicant(Notice::OrderRejected)),
        OrderEvent::InfoRequested { .. } => with_advice(applicant(Notice::InfoRequested)),
        OrderEvent::ClaimGranted { .. } => applicant(Notice::ClaimGranted),
        OrderEvent::ClaimRejected { .. } => applicant(Notice::ClaimRejected),
        OrderEvent::OrderDispatched { .. } => submitted(seen),
        OrderEvent::FilingApproved { .. } => result(
            Notice::FilingApproved,
            Notice::ResultToLeadApproved,
            kept_by(seen),
        ),
        OrderEvent::Cancellation(CancellationEvent::ConfirmationRequested { .. }) => {
            applicant(Notice::ConfirmationRequested)
        }
        OrderEvent::Cancellation(CancellationEvent::CancellationApproved { .. }) => {
            applicant(Notice::CancellationApproved)
        }
        OrderEvent::Cancellation(CancellationEvent::PassiveCancellationStarted {
            ground, ..
        }) => applicant(match ground {
            Ground::ResourceExpired { .. } => Notice::PassiveExpired,
            Ground::SuperiorOrder {} => Notice::PassiveOrdered,
        }),
        OrderEvent::Cancellation(
            CancellationEvent::PassiveCancellationLapsed { .. }
            | CancellationEvent::PassiveCancellationClosed { .. },
        ) => applicant(Notice::PassiveEnded),
        // What the office started itself, the office closes or tries again.
        OrderEvent::FilingRejected { .. } if seen.after.is_passive() => vec![tell(
            Notice::PassiveRejected,
            Recipient::Operations {},
            Way::Email,
        )],
        OrderEvent::FilingRejected { .. } => result(
            Notice::FilingRejected,
            Notice::ResultToLeadRejected,
            kept_by(seen),
        ),
        OrderEvent::SmsSessionReturned { cause, .. } => returned(*cause, seen),
        OrderEvent::OrderWithdrawn { .. } => applicant(Notice::Withdrawn),
        OrderEvent::OrderAbandoned { .. } => applicant(Notice::Abandoned),
        OrderEvent::DraftExpired { .. } => applicant(Notice::DraftExpired),
        _ => Vec::new(),
    }
}

fn tell(notice: Notice, to: Recipient, by: Way) -> Effect {
    Effect::Notice {
        notice,
        to,
        by,
        only: None,
    }
}

/// NTF-1, NTF-7, NTF-17: to the account's registered contacts, by SMS and e-mail.
fn applicant(notice: Notice) -> Vec<Effect> {
    BOTH.map(|by| tell(notice, Recipient::Account {}, by))
        .into()
}

/// NTF-2: what to change, by e-mail to the address registered in the filing system.
fn with_advice(mut effects: Vec<Effect>) -> Vec<Effect> {
    effects.push(tell(Notice::Advice, Recipient::Account {}, Way::Email));
    effects
}

/// NTF-4: the service lead, the account's registered phone, and every target (SMS-4, AMB-32); each number once.
fn submitted(seen: &Seen) -> Vec<Effect> {
    let targets = seen.after.sms_targets(&seen.context);
    let notice = match seen.keeper {
        _ if targets.is_empty() => Notice::SubmittedToReview,
        SmsKeeper::Embedded => Notice::Submitted,
        SmsKeeper::External => Notice::SubmittedExternal,
    };
    let secret = &seen.context.secret;
    let mobiles = leads::of_services(&seen.after).filter_map(|lead| lead.mobile.known());
    let mut phones: BTreeSet<_> = mobiles
        .map(|mobile| secret.digest("mobile", mobile.as_str()))
        .collect();
    phones.extend(targets.into_iter().map(|target| target.phone));
    let account = seen
        .account
        .contacts
        .as_ref()
        .and_then(|contacts| contacts.mobile.known());
    if let Some(account) = account {
        phones.remove(&secret.digest("mobile", account.as_str()));
    }
    let leads = phones.into_iter().map(|phone| Recipient::Lead { phone });
    [Recipient::Account {}]
        .into_iter()
        .chain(leads)
        .map(|to| tell(notice, to, Way::Sms))
        .collect()
}

/// Who kept the order's session, whatever the office's setting is by now. An order without one has no keeper of its own.
fn kept_by(seen: &Seen) -> SmsKeeper {
    seen.after.sms_keeper.unwrap_or(seen.keeper)
}

/// NTF-7 to the applicant; NTF-8 to the principal lead is MIIT's own, so it is ours only where we stand in for MIIT.
fn result(to_applicant: Notice, to_lead: Notice, keeper: SmsKeeper) -> Vec<Effect> {
    let mut effects = applicant(to_applicant);
    if keeper.is_embedded() {
        effects.extend(BOTH.map(|by| tell(to_lead, Recipient::PrincipalLead {}, by)));
    }
    effects
}

/// NTF-17: the applicant, and whoever had not verified.
fn returned(cause: ReturnCause, seen: &Seen) -> Vec<Effect> {
    let notice = match cause {
        ReturnCause::Deadline => Notice::ReturnedDeadline,
        ReturnCause::SixthEntry => Notice::ReturnedSixthEntry,
    };
    let mut effects = applicant(notice);
    if let Stage::SmsVerification(session) = &seen.before.stage {
        let open = session
            .targets
            .iter()
            .filter(|target| target.verified.is_none());
        for target in open {
            let to = Recipient::Lead {
                phone: target.phone.clone(),
            };
            effects.extend(BOTH.map(|by| tell(notice, to.clone(), by)));
        }
    }
    effects
}
