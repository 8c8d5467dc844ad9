//! LED: leads that are picked from the account's book (section 5).

use super::{Card, Rule};

/// What is judged when a form names a stored lead.
#[derive(Clone, Debug)]
pub struct Picked {
    /// JSON pointer to the lead.
    pub pointer: String,
    /// There is such a lead in the account's own book.
    pub known: bool,
    /// The document is that of somebody else in the book.
    pub is_another: bool,
    /// The document's type is another one than is stored.
    pub kind_differs: bool,
}

/// A stored lead on the day of submission.
#[derive(Clone, Debug)]
pub struct PickedContact {
    /// JSON pointer to the lead.
    pub pointer: String,
    /// The mobile is another one than the person was last filed with, or they were not filed yet.
    pub differs: bool,
    /// The mobile was verified by a code in this order.
    pub verified: bool,
}

/// Stored leads are those of the account.
pub const PICKED_FROM_OWN_BOOK: Rule<Picked> = Rule {
    card: Card::office(
        "LED-16",
        "§3–7",
        "LED_NOT_STORED",
        "The applicant picks a lead that the account has stored, or enters a new one.",
        "可选择账号下已保存的负责人，或填写新负责人。",
    )
    .cure(
        "Pick one of /v1/accounts/{account}/leads, each with their own document, or enter the lead without `stored`.",
        "请从账号已保存的负责人中选择并使用其本人证件，或不带“stored”填写新负责人。",
    ),
    find: |picked, flaws| {
        flaws.unless(picked.known, &format!("{}/stored", picked.pointer));
        flaws.unless(
            !picked.is_another,
            &format!("{}/document/number", picked.pointer),
        );
    },
};

/// The type of the document stays.
pub const DOCUMENT_KIND_LOCKED: Rule<Picked> = Rule {
    card: Card::office(
        "LED-17",
        "§3–7 notes",
        "LED_DOCTYPE_LOCKED",
        "A stored lead's document type is locked (证件类型不支持修改).",
        "已保存负责人的证件类型不支持修改。",
    )
    .cure(
        "Keep the document type, or enter the person as a new lead.",
        "请保留原证件类型，或作为新负责人填写。",
    ),
    find: |picked, flaws| {
        flaws.unless(
            !picked.kind_differs,
            &format!("{}/document/kind", picked.pointer),
        );
    },
};

/// A contact that was not filed before is verified now, not later: also one that was changed in the book first. The document itself is uploaded anew with every order.
pub const CHANGED_CONTACT_VERIFIED: Rule<PickedContact> = Rule {
    card: Card::office(
        "LED-18",
        "§3–7",
        "LED_CONTACT_UNVERIFIED",
        "A stored lead's document is replaced by uploading it again; a changed contact is verified.",
        "已保存负责人的证件须重新上传替换；修改联系方式的，须验证。",
    )
    .cure(
        "Ask for a contact code for the new mobile and enter it.",
        "请获取新手机号的验证码并完成验证。",
    ),
    find: |contact, flaws| {
        flaws.unless(
            !contact.differs || contact.verified,
            &format!("{}/mobile", contact.pointer),
        );
    },
};
