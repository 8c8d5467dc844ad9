//! Telling the desk what came back. Recorded once, however often it is told: the effect's own name is the idempotency key,
//! with the number of its life: what the desk refused in one life it decides anew when an operator gives it another.

use super::{Delivered, Delivery, Done, OVER};
use crate::{ports::Trouble, workers::seen};
use domain::{
    context::{Context, Role},
    desk::Command,
    facts::Facts,
    order::{OrderCommand, Request, Stage},
    rules::draft::Retention,
    values::{AccountId, OrderId, SubmissionId},
};
use jiff::Timestamp;
use ledger::Terms;
use std::num::NonZeroU16;

impl Delivery<'_> {
    pub(super) fn context(&self, role: Role) -> Context {
        Context {
            at: self.now,
            ..self.office.context(seen::worker(self.worker, role))
        }
    }

    /// Gives a command about the order.
    pub(super) async fn tell(&self, role: Role, request: Request) -> Delivered {
        let order = self.order().await?;
        let (Some(opened), Ok(id)) = (&order.opened, OrderId::parse(&self.job.order)) else {
            return Ok(OVER);
        };
        let name = self.job.id.clone();
        self.tell_about((id, opened.account), role, request, name)
            .await
    }

    /// Gives a command about an order, this one or another, under a name that it is recorded by once.
    pub(super) async fn tell_about(
        &self,
        (order, account): (OrderId, AccountId),
        role: Role,
        request: Request,
        name: String,
    ) -> Delivered {
        let command = Command::Order(Box::new(OrderCommand {
            order,
            account,
            request,
            facts: Facts {
                sms_session: self.work.keeper,
                draft_days: self.office.draft_days.map(NonZeroU16::get),
                notice_days: Some(self.office.notice_days),
                ..Facts::default()
            },
            fresh: crate::office::random().map_err(|_| Trouble::OfficeBusy)?,
        }));
        self.tell_desk(command, role, name).await
    }

    /// Gives any command under a name that it is recorded by once.
    pub(super) async fn tell_desk(&self, command: Command, role: Role, name: String) -> Delivered {
        let name = match self.job.retries {
            0 => name,
            retries => format!("{name}:retry-{retries}"),
        };
        let key = name.parse().map_err(|_| Trouble::Unsendable)?;
        // Of the effect, not of the command: a repetition has other random bytes and is the same request all the same.
        let digest = self.office.secret.fingerprint(name.as_bytes());
        let terms = Terms::default().with_key(key).with_digest(digest);
        let context = self.context(role);
        // While the clock cannot be believed nothing is decided: then this is tried again as well.
        let told = self.office.execute(&command, &context, &terms).await;
        let receipt = told.map_err(|_| Trouble::OfficeBusy)?;
        match receipt.outcome {
            Ok(_) => Ok(Done::Sent),
            Err(refusal) => {
                let rules: Vec<_> = refusal.rules().iter().map(ToString::to_string).collect();
                Err(Trouble::Refused(rules.join(", ")))
            }
        }
    }

    /// The day on which the draft is archived that this effect was planned for, with the setting of today. `None`: it is a
    /// draft no more, or a newer one, or drafts are kept for ever.
    pub(super) async fn draft_end(
        &self,
        not_before: Option<Timestamp>,
    ) -> Result<Option<Timestamp>, Trouble> {
        let order = self.order().await?;
        let is_the_same =
            order.stage == Stage::Draft && order.draft_since == Some(self.decision.at);
        let retention = Retention {
            days: self.office.draft_days.map(NonZeroU16::get),
            since: order.draft_since,
            now: self.now,
        };
        let end = retention.end().filter(|_| is_the_same);
        Ok(end.map(|end| not_before.map_or(end, |earliest| end.max(earliest))))
    }

    /// SLA-11: the days of a draft are over.
    pub(super) async fn expire_draft(&self, not_before: Option<Timestamp>) -> Delivered {
        match self.draft_end(not_before).await? {
            Some(end) if self.now < end => Ok(Done::NotYet(end)),
            Some(_) => self.tell(Role::System, Request::ExpireDraft {}).await,
            None => Ok(OVER),
        }
    }

    /// T19: the clock strikes. Late or not, the aggregate judges by the deadline itself.
    pub(super) async fn expire_sms(&self, submission: SubmissionId) -> Delivered {
        match &self.order().await?.stage {
            Stage::SmsVerification(session) if session.submission == submission => {
                self.tell(Role::System, Request::ExpireSms {}).await
            }
            _ => Ok(OVER),
        }
    }
}
