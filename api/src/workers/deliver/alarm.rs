//! Telling whoever runs the office that an answer is late.

use super::{Delivered, Delivery, Done, ERASED, OVER, notice::office_time};
use crate::{
    ports::Address,
    workers::{
        effect::Awaited,
        texts::{Notice, Way},
    },
};
use domain::order::{Order, Stage};

impl Delivery<'_> {
    /// Into the log first, and counted; then by e-mail, where there is an address.
    pub(super) async fn alarm(&self, awaits: &Awaited) -> Delivered {
        if !awaits.is_still_open(&*self.order().await?) {
            return Ok(OVER);
        }
        // It may have been planned by a calendar that did not know the holidays yet.
        let (since, due) = (self.decision.at, awaits.late_from(self.decision.at));
        if self.now < due {
            return Ok(Done::NotYet(due));
        }
        let notice = match awaits {
            Awaited::Review { .. } => Notice::ReviewLate,
            Awaited::Beginning { .. } | Awaited::Result { .. } => Notice::BureauLate,
        };
        if self.job.attempts == 0 && self.job.retries == 0 {
            tracing::warn!(order = self.job.order, ?notice, %since, %due, "an answer is late; somebody has to look");
            self.count_alarm();
        }
        let Some(email) = self.work.operations.clone() else {
            return Ok(Done::Moot("logged"));
        };
        let Some(mut facts) = self.facts()? else {
            return Ok(ERASED);
        };
        facts.insert("since", office_time(since));
        facts.insert("deadline", office_time(due));
        self.send(notice, Way::Email, Address::Email(email), &facts)
            .await
    }

    pub(super) fn count_alarm(&self) {
        metrics::with_local_recorder(&self.office.metrics, || {
            metrics::counter!("beian_alarms_total").increment(1);
        });
    }
}

impl Awaited {
    /// Whether the order still waits for it.
    fn is_still_open(&self, order: &Order) -> bool {
        match (self, &order.stage) {
            (Self::Review { round }, Stage::InReview(_) | Stage::Resubmitted(_)) => {
                order.rounds == *round
            }
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
