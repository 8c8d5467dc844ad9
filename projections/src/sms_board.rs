//! `sms_board`: who has verified by SMS, and who has not: one row a phone of an order's last session (SMS-47).

use crate::{
    Name, ReadError,
    model::{Column, Loads, ReadModel},
    read_models::{Answered, ReadModels},
    rows::Rows,
    seen::{Poison, Seen},
};
use domain::{
    order::{
        OrderEvent,
        sms::{CODE_ARRIVES_WITHIN, LeadRole, RESENDS, ReturnCause, Target, WRONG_ENTRIES},
    },
    values::{Mobile, OrderId, SubmissionId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A phone that must verify.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsTarget {
    /// The submission that the session belongs to.
    pub submission: SubmissionId,
    /// The phone as it may be shown, e.g. `138****8000`; none, if the number was erased.
    pub phone: Option<String>,
    /// Whom it stands for.
    pub roles: Vec<LeadRole>,
    /// When the code was sent last: the first time with the bureau's receipt, then at each resend.
    pub sent: Timestamp,
    /// How often the code can be sent again (SMS-39).
    pub resends_left: u32,
    /// How many wrong entries are left; at none, the next entry returns the order, even if right (SMS-36, AMB-28).
    pub attempts_left: u32,
    /// When the session closes (SLA-5).
    pub deadline: Timestamp,
    /// When it verified.
    pub verified: Option<Timestamp>,
    /// Why the session came back, if it did.
    pub returned: Option<ReturnCause>,
}

impl SmsTarget {
    /// From when on a lead whose code has not come asks for it again (SLA-4); none, if there is nothing to wait for, or nothing
    /// more is sent.
    pub fn ask_again_from(&self) -> Option<Timestamp> {
        let waits = self.verified.is_none() && self.returned.is_none() && self.resends_left > 0;
        waits.then(|| {
            self.sent
                .saturating_add(CODE_ARRIVES_WITHIN)
                .unwrap_or(self.sent)
        })
    }
}

pub(crate) struct SmsBoard;

impl ReadModel for SmsBoard {
    type Row = SmsTarget;
    const NAME: Name = Name::SmsBoard;
    const VERSION: u32 = 1;
    const COLUMNS: &'static [Column] = &[];
    const INDEXES: &'static str = "";
    const LOADS: Loads = Loads::All;

    fn subjects(seen: &Seen) -> Vec<String> {
        seen.subjects("order").map(str::to_owned).collect()
    }

    fn apply(rows: &mut Rows<SmsTarget>, seen: &Seen) -> Result<(), Poison> {
        let at = seen.decision.at;
        for (order, event) in seen.to_orders()? {
            match event {
                OrderEvent::SmsSessionOpened {
                    submission,
                    deadline,
                    targets,
                    ..
                } => {
                    // Each submission has a session of its own (SMS-46).
                    rows.remove_where(order, |_, _| true);
                    for target in targets {
                        let row = opened(target, *submission, *deadline, at);
                        rows.put(order, &target.phone, row);
                    }
                }
                OrderEvent::SmsEntryFailed { phone, wrong } => {
                    if let Some(target) = rows.change(order, phone) {
                        target.attempts_left = WRONG_ENTRIES.saturating_sub(*wrong);
                    }
                }
                OrderEvent::SmsCodeResent { phone, number } => {
                    if let Some(target) = rows.change(order, phone) {
                        target.resends_left = RESENDS.saturating_sub(*number);
                        target.sent = at;
                    }
                }
                OrderEvent::SmsTargetVerified { phone, at } => {
                    if let Some(target) = rows.change(order, phone) {
                        target.verified = Some(*at);
                    }
                }
                OrderEvent::SmsSessionReturned { cause, .. } => {
                    for target in rows.change_all(order) {
                        target.returned = Some(*cause);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn columns(_: &SmsTarget) -> Vec<Value> {
        Vec::new()
    }
}

fn opened(
    target: &Target,
    submission: SubmissionId,
    deadline: Timestamp,
    at: Timestamp,
) -> SmsTarget {
    SmsTarget {
        submission,
        phone: target.mobile.known().map(Mobile::mask),
        roles: target.roles.clone(),
        sent: at,
        resends_left: RESENDS.saturating_sub(target.resends),
        attempts_left: WRONG_ENTRIES.saturating_sub(target.wrong),
        deadline,
        verified: target.verified,
        returned: None,
    }
}

impl ReadModels {
    /// The phones of an order's last SMS session; none, if it never had one.
    ///
    /// # Errors
    /// [`ReadError::Rebuilding`], [`ReadError::Unavailable`], [`ReadError::Corrupt`].
    pub async fn sms_board(&self, order: OrderId) -> Result<Answered<Vec<SmsTarget>>, ReadError> {
        let mut query = self.query(&SmsBoard).await?;
        let sql = format!(
            "SELECT body FROM {} WHERE subject = $1 ORDER BY line",
            query.table
        );
        let targets = query.rows(&sql, &[order.to_string().into()]).await?;
        Ok(query.answer(targets))
    }
}
