//! `sms`: the codes that the office sends itself.

use crate::workers::{
    effect::{Due, Effect},
    seen::Seen,
};
use domain::order::{CancellationEvent, OrderEvent, Stage};

pub(super) fn hears(event: &str) -> bool {
    matches!(
        event,
        "SmsSessionOpened" | "SmsCodeResent" | "ContactCodeSent" | "LeadCodeMailed"
    )
}

/// Session codes go out once the bureau has the submission (SMS-3), and only where the office keeps the session: elsewhere
/// MIIT sends them (NTF-5, NTF-6). Contact codes are the office's own (NTF-16).
pub(super) fn plan(seen: &Seen) -> Vec<Due> {
    let mut due = Vec::new();
    for event in &seen.events {
        match event {
            OrderEvent::SmsSessionOpened {
                submission,
                targets,
                keeper,
                ..
            } if keeper.is_embedded() => {
                due.extend(targets.iter().map(|target| {
                    Due::from(Effect::SessionCode {
                        submission: *submission,
                        phone: target.phone.clone(),
                        resend: 0,
                    })
                }));
            }
            OrderEvent::SmsCodeResent { phone, number } => {
                if let Stage::SmsVerification(session) = &seen.after.stage {
                    let (submission, phone) = (session.submission, phone.clone());
                    due.push(
                        Effect::SessionCode {
                            submission,
                            phone,
                            resend: *number,
                        }
                        .into(),
                    );
                }
            }
            OrderEvent::ContactCodeSent { phone, number, .. }
            | OrderEvent::Cancellation(CancellationEvent::LeadCodeMailed {
                address: phone,
                number,
                ..
            }) => {
                due.push(
                    Effect::ContactCode {
                        phone: phone.clone(),
                        number: *number,
                    }
                    .into(),
                );
            }
            _ => {}
        }
    }
    due
}
