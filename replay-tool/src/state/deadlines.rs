//! What may be late: the SMS window, the provider's review, the QR code.

use crate::when::{rfc3339, stamp};
use domain::{
    order::{Order, Stage, verification::QR_LIFE},
    told::Told,
};
use jiff::Timestamp;
use serde::Serialize;

/// A time after which something is late.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Deadline {
    /// `sms_window`, `initial_review`, `qr_code`.
    what: &'static str,
    #[serde(flatten)]
    pub(super) told: Told,
    at: String,
    /// Whether the calendar of that year was not announced yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    estimated: bool,
    #[serde(skip)]
    time: Timestamp,
}

/// What may be late, soonest first.
pub(crate) fn deadlines(order: &Order) -> Vec<Deadline> {
    let mut all = Vec::new();
    if let Some(review) = order.review() {
        let limit = review.due();
        let mut deadline = Deadline::new(
            "initial_review",
            Told::new("初审应于此前完成", "the provider's review is due"),
            limit.at,
        );
        deadline.estimated = limit.estimated;
        all.push(deadline);
    }
    match &order.stage {
        Stage::SmsVerification(session) => all.push(Deadline::new(
            "sms_window",
            Told::new("短信核验截止", "SMS verification closes"),
            session.deadline,
        )),
        stage if stage.name().is_editable() => {
            for qr in order
                .verifications
                .values()
                .filter_map(|check| check.qr.as_ref())
                .filter(|qr| !qr.scanned)
            {
                if let Ok(dies) = qr.created.checked_add(QR_LIFE) {
                    all.push(Deadline::new(
                        "qr_code",
                        Told::new("核验二维码失效", "the QR code dies"),
                        dies,
                    ));
                }
            }
        }
        _ => {}
    }
    all.sort_by_key(|deadline| deadline.time);
    all
}

impl Deadline {
    /// Its time.
    pub(super) fn when(&self) -> Told {
        let at = stamp(self.time);
        if self.estimated {
            Told::new(format!("{at}（预计）"), format!("{at} (estimated)"))
        } else {
            Told::new(at.clone(), at)
        }
    }

    /// `SMS verification closes: 2024-06-04 13:00:00`.
    pub(crate) fn line(&self) -> Told {
        let (told, when) = (&self.told, self.when());
        Told::new(
            format!("{}：{}", told.zh, when.zh),
            format!("{}: {}", told.en, when.en),
        )
    }

    fn new(what: &'static str, told: Told, time: Timestamp) -> Self {
        Self {
            what,
            told,
            at: rfc3339(time),
            estimated: false,
            time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::order::review::Review;

    // covers: SLA-2
    #[test]
    fn a_claim_is_due_like_any_review() {
        let review = Review {
            since: Timestamp::UNIX_EPOCH,
            claimed: None,
        };
        for stage in [
            Stage::InReview(review.clone()),
            Stage::Resubmitted(review.clone()),
            Stage::ClaimReview(review.clone()),
        ] {
            let order = Order {
                stage,
                ..Order::default()
            };
            let times: Vec<_> = deadlines(&order).iter().map(|it| it.time).collect();
            assert_eq!(times, [review.due().at]);
        }
    }
}
