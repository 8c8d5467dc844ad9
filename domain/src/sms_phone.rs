//! A mobile that must verify: in which sessions it stands open now (AMB-63).
//!
//! A lead verifies without an account and names no order; by this stream, whose id is a keyed digest of the mobile, the desk
//! finds the sessions that an entry can belong to. Only sessions that this office keeps stand here (AMB-62).

use crate::{
    context::Context,
    order::{
        Order, Stage,
        sms::{SmsEntry, SmsSession, Target},
        sms_code,
    },
    personal::Personal,
    refusal::Refusal,
    values::{AccountId, Last6, OrderId, SubmissionId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A mobile as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsPhone {
    /// The sessions in which it has not verified yet, in order of their opening.
    pub open: Vec<OpenSession>,
}

/// A session that waits for this mobile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// The order.
    pub order: OrderId,
    /// Whose it is.
    pub account: AccountId,
    /// The submission that the session belongs to.
    pub submission: SubmissionId,
    /// When the window closes.
    pub deadline: Timestamp,
}

/// What can be asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SmsPhoneCommand {
    /// A session waits for it.
    Open {
        /// Which.
        session: OpenSession,
    },
    /// It verified, or the session ended.
    Close {
        /// Which.
        submission: SubmissionId,
    },
}

crate::order::event::events! {
/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SmsPhoneEvent {
    /// A session waits for it.
    SmsPhoneOpened {
        /// Which.
        session: OpenSession,
    },
    /// The session waits no more.
    SmsPhoneClosed {
        /// Which.
        submission: SubmissionId,
    },
}
}

impl SmsPhone {
    /// Decides a command. What is so already stays so.
    pub fn decide(
        &self,
        command: &SmsPhoneCommand,
        _context: &Context,
    ) -> Result<Vec<SmsPhoneEvent>, Refusal> {
        let stands = |submission: &SubmissionId| {
            self.open
                .iter()
                .any(|session| session.submission == *submission)
        };
        Ok(match command {
            SmsPhoneCommand::Open { session } if !stands(&session.submission) => {
                vec![SmsPhoneEvent::SmsPhoneOpened {
                    session: session.clone(),
                }]
            }
            SmsPhoneCommand::Close { submission } if stands(submission) => {
                vec![SmsPhoneEvent::SmsPhoneClosed {
                    submission: *submission,
                }]
            }
            SmsPhoneCommand::Open { .. } | SmsPhoneCommand::Close { .. } => Vec::new(),
        })
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: SmsPhoneEvent) {
        match event {
            SmsPhoneEvent::SmsPhoneOpened { session } => self.open.push(session),
            SmsPhoneEvent::SmsPhoneClosed { submission } => {
                self.open.retain(|session| session.submission != submission);
            }
        }
    }
}

crate::aggregate!(
    SmsPhone,
    "SmsPhone",
    SmsPhoneCommand,
    SmsPhoneEvent,
    mostly absent
);

/// The mobiles that an order waits for, by their digests.
pub fn waiting(order: &Order) -> BTreeMap<String, OpenSession> {
    let (Stage::SmsVerification(session), Some(opened)) = (&order.stage, &order.opened) else {
        return BTreeMap::new();
    };
    if !session.keeper.is_embedded() {
        return BTreeMap::new();
    }
    let open = |target: &Target| {
        (
            target.phone.clone(),
            OpenSession {
                order: opened.order,
                account: opened.account,
                submission: session.submission,
                deadline: session.deadline,
            },
        )
    };
    session
        .targets
        .iter()
        .filter(|target| target.verified.is_none())
        .map(open)
        .collect()
}

/// What a lead typed, by which the session is told.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// The whole entry; none: the code was asked for again.
    pub entry: Option<&'a SmsEntry>,
    /// Last six of the document number.
    pub last6: &'a Personal<Last6>,
}

/// How well a session fits what was typed: the code and the last six, the code, the last six, nothing. The more, the better.
pub fn fit(session: &SmsSession, phone: &str, typed: Typed<'_>, context: &Context) -> u8 {
    let Some(target) = session.target(phone) else {
        return 0;
    };
    let code = typed
        .entry
        .and_then(|entry| entry.code.known())
        .is_some_and(|code| code.as_str() == sms_code(&context.secret, session.submission, target));
    let last6 = typed.last6.agrees(&target.last6, |a, b| a == b);
    2 * u8::from(code) + u8::from(last6)
}
