//! LED-21, NTF-16: contact codes (section 5, AMB-65).

use super::{Card, Rule, matter::Submission};
use crate::one_time_code::CodeCheck;

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

/// Verified by now, or later by the applicant's own choice.
pub const VERIFIED_OR_LATER: Rule<Submission> = Rule {
    card: Card::office(
        "LED-21",
        "§3 s3.5, Fig 3-7, AMB-8",
        "LED_CONTACT_UNVERIFIED",
        "Contact entry is followed by a phone code check, or by the explicit option “verify later”.",
        "填写联系方式后须通过手机验证码验证，或选择“稍后验证手机”。",
    )
    .cure(
        "Ask for a contact code and enter it, or choose “verify later”.",
        "请获取验证码并完成验证，或选择“稍后验证手机”。",
    ),
    find: |submission, flaws| {
        for (pointer, lead) in submission.leads_entered() {
            let verified = submission.verified_contacts.contains(&pointer);
            flaws.unless(lead.verify_later || verified, &format!("{pointer}/mobile"));
        }
    },
};

/// Contact entry first, then the code that was sent, within ten minutes and five tries.
pub const RIGHT_CODE: Rule<ContactStep> = Rule {
    card: Card::office(
        "NTF-16",
        "§3 s3.5, Fig 3-7, AMB-65",
        "NTF_CONTACT_CODE",
        "A contact code is sent on request to a mobile that stands in the order; it is good for 10 minutes and 5 tries.",
        "联系方式验证码按申请发送至订单中填写的手机号，10分钟内有效，最多可输入5次。",
    )
    .cure("Enter the contact first, then ask for a new code and enter it within 10 minutes.", "请先填写联系方式，再重新获取验证码并在10分钟内输入。"),
    find: |step, flaws| match step {
        ContactStep::Asked { entered } => flaws.unless(*entered, "/mobile"),
        ContactStep::Typed(check) => flaws.unless(check.is_right(), "/code"),
    },
};
