//! Telling whoever runs the office that an answer is late.

use super::{Delivered, Delivery, Done, ERASED, OVER, notice::office_time};
use crate::{
    ports::{Address, Trouble},
    workers::{
        effect::Awaited,
        texts::{Notice, Way},
    },
};
use domain::order::{Order, Stage};

impl Delivery<'_> {
    /// Into the log, and counted. An effect of its own, apart from the e-mail: whatever either runs into, both are done once.
    pub(super) async fn alarm(&self, awaits: &Awaited) -> Delivered {
        if let Some(instead) = self.not_now(awaits).await? {
            return Ok(instead);
        }
        let (since, due) = (self.decision.at, awaits.late_from(self.decision.at));
        tracing::warn!(order = self.job.order, notice = ?awaits.notice(), %since, %due, "an answer is late; somebody has to look");
        self.count_alarm();
        Ok(Done::Sent)
    }

    /// By e-mail, where there is an address.
    pub(super) async fn alarm_mail(&self, awaits: &Awaited) -> Delivered {
        if let Some(instead) = self.not_now(awaits).await? {
            return Ok(instead);
        }
        let (since, due) = (self.decision.at, awaits.late_from(self.decision.at));
        let Some(email) = self.work.operations.clone() else {
            return Ok(Done::Moot("logged"));
        };
        let Some(mut facts) = self.facts()? else {
            return Ok(ERASED);
        };
        facts.insert("since", office_time(since));
        facts.insert("deadline", office_time(due));
        self.send(awaits.notice(), Way::Email, Address::Email(email), &facts)
            .await
    }

    /// Why nothing is said now, if so: the answer came, or it is not late yet.
    async fn not_now(&self, awaits: &Awaited) -> Result<Option<Done>, Trouble> {
        if !awaits.is_still_open(&*self.order().await?) {
            return Ok(Some(OVER));
        }
        // It may have been planned by a calendar that did not know the holidays yet.
        let due = awaits.late_from(self.decision.at);
        Ok((self.now < due).then_some(Done::NotYet(due)))
    }

    pub(super) fn count_alarm(&self) {
        metrics::with_local_recorder(&self.office.metrics, || {
            metrics::counter!("beian_alarms_total").increment(1);
        });
    }
}

impl Awaited {
    fn notice(&self) -> Notice {
        match self {
            Self::Review { .. } => Notice::ReviewLate,
            Self::Forwarding { .. } => Notice::ForwardingLate,
            Self::Beginning { .. } | Self::Result { .. } => Notice::BureauLate,
        }
    }

    /// Whether the order still waits for it.
    fn is_still_open(&self, order: &Order) -> bool {
        match (self, &order.stage) {
            (Self::Review { round }, stage) => stage.review().is_some() && order.rounds == *round,
            (
                Self::Forwarding { round, .. },
                Stage::AwaitingBureauSubmission { submission: None },
            ) => order.rounds == *round,
            (
                Self::Beginning { submission },
                Stage::AwaitingBureauSubmission { submission: of },
            ) => of.as_ref() == Some(submission),
            (Self::Beginning { submission }, Stage::SmsVerification(session)) => {
                session.submission == *submission
            }
            (Self::Result { submission }, Stage::BureauReview { submission: of }) => {
                of == submission
            }
            _ => false,
        }
    }
}
