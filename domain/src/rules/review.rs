//! RVW: the provider's initial review (section 13), and reasons (ORD-28).

use super::{Card, Hint, Rule, ShownAt, matter::Reason};
use crate::{
    context::Role,
    order::{lifecycle::StageName, review::ReviewClaim},
    values::Pointer,
};
use jiff::Timestamp;

const UNDER_REVIEW: &[StageName] = &[StageName::InReview, StageName::Resubmitted];

/// What a reviewer's step is judged on.
#[derive(Clone, Debug)]
pub struct ClaimCheck {
    /// The last claim, if it was not given back.
    pub claim: Option<ReviewClaim>,
    /// Who asks.
    pub reviewer: String,
    /// When.
    pub now: Timestamp,
}

/// A field that a reviewer wants to correct.
#[derive(Clone, Debug)]
pub struct FieldCorrection {
    /// Which field.
    pub pointer: Pointer,
    /// The applicant ticked the assisted-modification terms with this submission.
    pub ticked: bool,
    /// What shall stand there can stand there.
    pub fits: bool,
}

/// What a finding or an answer names.
#[derive(Clone, Debug)]
pub struct FindingNamed {
    /// Where in the command.
    pub pointer: String,
    /// Whether there is such a rule, or such a finding.
    pub is_known: bool,
}

/// The fields that hold small mistakes: addresses, remarks, the kind of content. `*` stands for one step. Never a name,
/// a phone, an e-mail, a document or its number: whoever may change those is the applicant.
pub const CORRECTABLE: &[&str] = &[
    "/principal/document_address",
    "/principal/correspondence/city",
    "/principal/correspondence/district",
    "/principal/correspondence/detail",
    "/principal/remark",
    "/services/*/form/content",
    "/services/*/form/remark",
];

fn is_correctable(pointer: &str) -> bool {
    CORRECTABLE.iter().any(|pattern| {
        let (mut pattern, mut pointer) = (pattern.split('/'), pointer.split('/'));
        loop {
            match (pattern.next(), pointer.next()) {
                (None, None) => return true,
                (Some(asked), Some(came)) if asked == "*" || asked == came => {}
                _ => return false,
            }
        }
    })
}

/// A reason is given.
pub const REASON_GIVEN: Rule<Reason> = Rule {
    card: Card::office(
        "ORD-28",
        "decision",
        "ORD_REASON_REQUIRED",
        "Every reject, needs-info and return carries a non-empty reason.",
        "驳回、待完善和退回均须填写原因。",
    )
    .cure(
        "Write a reason that the applicant can act on.",
        "请填写申请人可据此修改的原因。",
    ),
    find: |reason, flaws| flaws.unless(reason.given, "/reason"),
};

/// Needs-info names at least one item.
pub const ITEM_NAMED: Rule<Reason> = Rule {
    card: Card::office(
        "RVW-5",
        "T3-3",
        "RVW_ITEM_REQUIRED",
        "Needs-info names what is missing or incomplete: at least one item.",
        "待完善资料须列明缺失或不完整的项目，至少一项。",
    )
    .cure(
        "Name the field or material, what is wrong, and what to do.",
        "请注明字段或材料、问题及修改建议。",
    ),
    find: |reason, flaws| flaws.unless(reason.findings > 0, "/findings"),
};

/// Reasons are kept field by field.
pub const REASON_BY_FIELD: Rule<FindingNamed> = Rule {
    card: Card::office(
        "ORD-30",
        "EXT",
        "ORD_FINDING_UNKNOWN",
        "Reasons of reject and needs-info are kept field by field (what is wrong, what to do), with free text besides; a finding names a rule of the catalogue, if any, and an answer names a finding.",
        "驳回和待完善的原因按字段或资料逐项记录（问题、修改建议），并附文字说明；所列规则须在规则目录中，答复须对应审核意见。",
    )
    .cure(
        "Name a rule of /v1/rules or none; answer a finding by its own pointer.",
        "请填写/v1/rules中的规则编号或留空；答复时请使用该项意见的“pointer”。",
    ),
    find: |named, flaws| flaws.unless(named.is_known, &named.pointer),
};

/// One specialist at a time reviews a submitted order.
pub const NOT_ANOTHERS_CLAIM: Rule<ClaimCheck> = Rule {
    card: Card::office(
        "RVW-1",
        "§3 s5, 12.3",
        "RVW_CLAIMED_BY_OTHER",
        "A filing specialist reviews a submitted order within 1–2 working days; while one has claimed it, no other acts on it.",
        "备案专员在1-2个工作日内对已提交的订单进行初审；一位专员领取期间，其他专员不得处理。",
    )
    .cure(
        "Wait until the claim ends or is given back, or take another order.",
        "请等待领取到期或释放，或处理其他订单。",
    ),
    find: |check, flaws| {
        if let Some(claim) = &check.claim
            && claim.keeps_out(&check.reviewer, check.now)
        {
            flaws
                .at("")
                .fact("claimed_by", claim.reviewer.as_str())
                .fact("until", claim.until.to_string());
        }
    },
};

/// Whoever calls to clarify sees whom to call, and nobody else does.
pub const NUMBERS_FOR_THE_CALLER: Rule<ClaimCheck> = Rule {
    card: Card::office(
        "NTF-3",
        "§1.1 s4, §1.3, §3–7",
        "RVW_NUMBERS_NEED_CLAIM",
        "To clarify, the reviewer calls the contacts in the order; their numbers are shown only to the reviewer who holds its claim, and that they were shown is on record.",
        "审核期间备案专员拨打订单中的联系电话核实信息；号码仅向正在领取该订单的专员显示，并记录在案。",
    )
    .cure(
        "Claim the order first: claim_review.",
        "请先领取该订单：claim_review。",
    ),
    find: |check, flaws| {
        let is_theirs = check
            .claim
            .as_ref()
            .is_some_and(|claim| claim.reviewer == check.reviewer && claim.holds(check.now));
        flaws.unless(is_theirs, "");
    },
};

/// Small mistakes only, and only with the applicant's leave.
pub const SMALL_MISTAKES: Rule<FieldCorrection> = Rule {
    card: Card::office(
        "RVW-10",
        "§1.1 s2.5, Fig 1-3",
        "RVW_EDIT_FORBIDDEN",
        "A specialist corrects small mistakes only, under the assisted-modification terms that the applicant ticked; never identity, phone or document number.",
        "备案专员仅可在申请人勾选《协助修改备案在线服务条款》后修改细微错误，不得修改身份、电话及证件号码。",
    )
    .cure(
        "Ask the applicant to change it: reject, or ask for more information.",
        "请驳回或要求补充资料，由申请人自行修改。",
    ),
    find: |correction, flaws| {
        if !is_correctable(correction.pointer.as_str()) {
            flaws
                .at(correction.pointer.as_str())
                .fact("field", correction.pointer.as_str());
        } else if !correction.fits {
            flaws.at("/to").fact("field", correction.pointer.as_str());
        }
        if !correction.ticked {
            flaws
                .at("/ticks")
                .fact("missing", "assisted_modification_terms");
        }
    },
};
/// One of three outcomes.
pub const THREE_OUTCOMES: Card = Card::shape(
    "RVW-2",
    "T3-3",
    "The outcome is exactly one of pass, reject, needs-info.",
    "审核结果为通过、驳回、待完善资料之一。",
);
/// Pass.
pub const PASS: Card = Card::shape(
    "RVW-3",
    "T3-3",
    "Pass sets 待提交管局; the applicant has nothing to do.",
    "通过：待提交管局，申请人无需操作。",
);
/// Reject.
pub const REJECT: Card = Card::shape("RVW-4", "T3-3", "Reject sets 初审驳回.", "驳回：初审驳回。");
/// Forwarding.
pub const FORWARDED: Card = Card::shape(
    "RVW-9",
    "§3 s5",
    "After a pass the specialist forwards the order to the competent bureau.",
    "初审通过后，由审核专员提交至对应管局。",
);

/// Which of the two refusals fits.
pub const REJECT_OR_ASK: Hint = Hint {
    card: Card::shown(
        "ORD-26",
        "T1-3 … T7-1",
        "If the data is wrong, reject; if material is missing or data incomplete, ask for more information.",
        "信息有误的，予以驳回；缺少资料或信息不完整的，要求补充完善。",
    ),
    at: ShownAt::ReviewDesk,
    stages: UNDER_REVIEW,
    applies: |_, who| who.role == Role::Reviewer,
};

/// Phones are answered.
pub const REACHABLE: Hint = Hint {
    card: Card::shown(
        "RVW-7",
        "§1.1 s4, §3–7",
        "Reviewers may call the phone numbers in the order; keep them reachable. An order whose phones nobody answers may be rejected.",
        "审核期间备案专员可能拨打备案电话核实信息，请保持电话畅通；无法接通的，可能被驳回。",
    ),
    at: ShownAt::Status,
    stages: UNDER_REVIEW,
    applies: |_, who| who.role != Role::Reviewer,
};
