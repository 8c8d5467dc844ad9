//! LED-21, NTF-16: contact codes (section 5, AMB-65).

use super::{Card, Rule};
use jiff::{SignedDuration, Timestamp};

/// A contact code lives ten minutes (AMB-65).
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// A contact code can be tried this often (AMB-65).
pub const CODE_TRIES: u32 = 5;

/// A step of the check of a contact.
#[derive(Clone, Copy, Debug)]
pub enum ContactStep {
    /// A code is asked for.
    Asked {
        /// The mobile stands in the order, as some lead's.
        entered: bool,
    },
    /// A code is typed in.
    Typed(CodeCheck),
}

/// What a contact code is judged on.
#[derive(Clone, Copy, Debug)]
pub struct CodeCheck {
    /// When it was sent, if one is out.
    pub sent: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
    /// Wrong tries so far.
    pub wrong: u32,
    /// What was typed is the code.
    pub matches: bool,
}

impl CodeCheck {
    /// Whether a wrong try counts: a code is out, alive, and has tries left.
    pub fn is_countable(&self) -> bool {
        self.wrong < CODE_TRIES
            && self
                .sent
                .is_some_and(|sent| self.now.duration_since(sent) < CODE_LIFE)
    }
}

/// Contact entry first, then the code that was sent, within ten minutes and five tries.
pub const RIGHT_CODE: Rule<ContactStep> = Rule {
    card: Card::office(
        "LED-21",
        "§3 s3.5, Fig 3-7, AMB-8, AMB-65",
        "LED_CONTACT_UNVERIFIED",
        "Contact entry is followed by a phone code check, or by the explicit option “verify later”.",
        "填写联系方式后须通过手机验证码验证，或选择“稍后验证手机”。",
    )
    .cure("Enter the contact, ask for a code and enter it within 10 minutes, or choose “verify later”.", "请先填写联系方式，再获取验证码并在10分钟内输入，或选择“稍后验证手机”。"),
    find: |step, flaws| match step {
        ContactStep::Asked { entered } => flaws.unless(*entered, "/mobile"),
        ContactStep::Typed(check) => flaws.unless(check.is_countable() && check.matches, "/code"),
    },
};
