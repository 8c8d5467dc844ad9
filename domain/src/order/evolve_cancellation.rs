//! Folding what happens to cancellations alone.

use super::{Order, Stage, cancellation::Cancellation, cancellation_event::CancellationEvent};
use crate::one_time_code::SentCode;

impl Order {
    pub(super) fn evolve_cancellation(&mut self, event: CancellationEvent) {
        use CancellationEvent as E;
        match event {
            E::CancellationChosen {
                principal,
                services,
            } => {
                self.cancellation = Some(Box::new(Cancellation {
                    principal,
                    services,
                    reason: None,
                    ground: None,
                    notice_until: None,
                }));
            }
            E::CancellationReasonGiven { reason } => {
                self.on_cancellation(|it| it.reason = Some(reason));
            }
            E::LeadCodeMailed {
                address,
                number,
                at,
                email: _,
            } => {
                self.contact_codes
                    .insert(address, SentCode::new(number, at));
            }
            E::ConfirmationRequested {
                reference,
                at,
                reviewer: _,
                judged: _,
            } => {
                self.stage = Stage::AwaitingOwnerConfirmation {
                    reference,
                    since: at,
                };
            }
            E::OwnerConfirmed {
                reference: _,
                forward_days: _,
                at: _,
            }
            | E::PassiveCancellationRetried { at: _ } => {
                self.stage = Stage::AwaitingBureauSubmission { submission: None };
            }
            E::CancellationApproved {
                principal,
                services,
                submission: _,
                at: _,
            } => {
                self.stage = Stage::Cancelled {
                    principal,
                    services,
                };
            }
            E::PassiveCancellationStarted {
                ground,
                notice_until,
                at: _,
            } => {
                self.on_cancellation(|it| {
                    (it.ground, it.notice_until) = (Some(ground), notice_until);
                });
                self.stage = Stage::AwaitingBureauSubmission { submission: None };
            }
            E::PassiveCancellationLapsed {
                paid_until: _,
                at: _,
            }
            | E::PassiveCancellationClosed { at: _ } => {
                self.stage = Stage::Abandoned;
            }
        }
    }

    fn on_cancellation(&mut self, change: impl FnOnce(&mut Cancellation)) {
        if let Some(cancellation) = &mut self.cancellation {
            change(cancellation);
        }
    }
}
