//! Doing what was planned: looking up what the effect means, speaking to the port, telling the desk what came back.

mod account;
mod alarm;
mod bureau;
mod codes;
mod desk;
mod documents;
mod expiry;
mod faces;
mod notice;
mod reminder;

use super::{effect::Effect, outside::Work, seen::after};
use crate::{office::Office, ports::Trouble};
use domain::order::{Order, OrderEvent};
use jiff::Timestamp;
use ledger::{Decision, LedgerError};
use projections::work::Job;
use std::sync::Arc;

/// How a delivery ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// It was done.
    Sent,
    /// There is no point in it any more; why.
    Moot(&'static str),
    /// It is to be done later than it was planned for.
    NotYet(Timestamp),
}

/// How a delivery ended.
pub(crate) type Delivered = Result<Done, Trouble>;

/// The session, code or stage that it was for is over.
pub(crate) const OVER: Done = Done::Moot("over");
/// The decision that it follows from is not on record any more: a restore lost it.
const LOST: Done = Done::Moot("lost");
/// Whoever it was for was erased.
pub(crate) const ERASED: Done = Done::Moot("erased");

/// A delivery in hand.
pub(crate) struct Delivery<'d> {
    pub(crate) office: &'d Office,
    pub(crate) work: &'d Work,
    /// The worker's name, as the desk and the ports see it.
    pub(crate) worker: &'static str,
    pub(crate) job: &'d Job,
    /// The decision it follows from.
    decision: Arc<Decision>,
    pub(crate) now: Timestamp,
}

/// Delivers an effect, once more or for the first time.
pub(crate) async fn deliver(
    office: &Office,
    work: &Work,
    worker: &'static str,
    job: &Job,
    now: Timestamp,
) -> Delivered {
    // An effect that a newer program planned: that program, or an operator, has to see to it.
    let effect: Effect = serde_json::from_str(&job.refs).map_err(|_| Trouble::Unsendable)?;
    // By its id: after a restore another decision may stand at its position.
    let Some(decision) = decision(office, job).await? else {
        return Ok(LOST);
    };
    let delivery = Delivery {
        office,
        work,
        worker,
        job,
        decision,
        now,
    };
    match effect {
        Effect::Notice {
            notice,
            to,
            by,
            only,
        } => delivery.notice(notice, &to, by, only.as_ref()).await,
        Effect::TellOwner { account, of, by } => delivery.tell_owner(account, &of, by).await,
        Effect::TellLead { account, issue, by } => delivery.tell_lead(account, issue, by).await,
        Effect::TellRequester {
            account,
            ticket,
            step,
            to,
        } => delivery.tell_requester(account, ticket, step, &to).await,
        Effect::SendDocument {
            account,
            ticket,
            document,
        } => delivery.send_document(account, ticket, &document).await,
        Effect::AccountCode { account, number } => delivery.account_code(account, number).await,
        Effect::SessionCode {
            submission,
            phone,
            resend,
        } => delivery.session_code(submission, &phone, resend).await,
        Effect::ContactCode { phone, number } => delivery.contact_code(&phone, number).await,
        Effect::Submit { submission } => delivery.submit(submission).await,
        Effect::Approve { submission } => delivery.approve(submission).await,
        Effect::ExpireSms { submission } => delivery.expire_sms(submission).await,
        Effect::ExpireDraft { not_before } => delivery.expire_draft(not_before).await,
        Effect::Alarm { awaits } => delivery.alarm(&awaits).await,
        Effect::AlarmMail { awaits } => delivery.alarm_mail(&awaits).await,
        Effect::Remind { of, days } => delivery.remind(&of, days).await,
        Effect::ConfirmationPending { reference, by } => {
            delivery.confirmation_pending(&reference, by).await
        }
        Effect::WatchResource { service } => delivery.watch_resource(&service).await,
        Effect::WatchRenewal {} => delivery.watch_renewal().await,
        Effect::CheckFace { lead, attempt } => delivery.check_face(&lead, attempt).await,
    }
}

async fn decision(office: &Office, job: &Job) -> Result<Option<Arc<Decision>>, Trouble> {
    let id = job.decision().ok_or(Trouble::Unsendable)?;
    Ok(office.ledger.decision_followed(id).await?)
}

impl Delivery<'_> {
    /// The order as it stands.
    async fn order(&self) -> Result<Arc<Order>, Trouble> {
        Ok(self
            .office
            .ledger
            .load::<Order>(&self.job.order)
            .await?
            .state)
    }

    /// The order as it stood when the effect was planned.
    async fn order_then(&self) -> Result<Arc<Order>, Trouble> {
        Ok(after(self.office, &self.decision, &self.job.order).await?)
    }

    /// What had happened to the order then.
    fn events_then(&self) -> Result<Vec<OrderEvent>, Trouble> {
        let mut events = Vec::new();
        for event in &self.decision.events {
            if event.stream.aggregate_type == "Order" && event.stream.aggregate_id == self.job.order
            {
                events.push(event.decode()?);
            }
        }
        Ok(events)
    }
}

impl From<LedgerError> for Trouble {
    fn from(error: LedgerError) -> Self {
        tracing::warn!(%error, "the ledger did not answer a worker");
        Self::OfficeBusy
    }
}
