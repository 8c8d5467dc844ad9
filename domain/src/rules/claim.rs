//! CLM, AGR-3, DOC-8, RVW-12: the claim of an old filing (认领备案, section 16.7, §1.4).

use super::{
    Card, Judgement, Rule,
    matter::{Requirement, Submission, TypeCheck},
    type_check::Detected,
};
use crate::{
    context::Channel,
    filings::{FilingType, MaterialRow},
    form::{MaterialKind, SubjectOf},
    order::Agreement,
};

/// From before the upgrade of September 2018. What refuses is the type check: TYP-8, and TYP-22 at submission.
pub const OLD_SYSTEM: Card = Card::shape(
    "CLM-1",
    "§1.4",
    "A filing with a number, made in the provider's old system (before September 2018), is claimed before any new service or change.",
    "2018年9月前在原备案系统取得备案号的，新增或变更前须先认领备案。",
);

/// The same holds for what was changed elsewhere; it is found in the same way.
pub const AFTER_CHANGE_ELSEWHERE: Card = Card::shape(
    "CLM-2",
    "§1.4, §3 s2.3",
    "After a site migration or cross-province change at another provider, a claim is needed.",
    "在其他接入商处迁移网站或跨省变更后，须认领备案。",
);

/// What is claimed is what the type check found, and MIIT says what it is.
pub const MATCH_FOUND: Rule<TypeCheck> = Rule {
    card: Card::office(
        "CLM-3",
        "§1.4 s3",
        "CLM_NO_MATCH",
        "The type check finds the match (principal and domain, or principal and App name) and offers the claim.",
        "系统检测到主体和域名（或APP名称）已在本接入商备案的，提示认领备案。",
    )
    .cure(
        "Claim only what the type check says is to be claimed, with name and document as they are on record.",
        "请仅对系统提示认领的备案发起认领，主体名称和证件以备案信息为准。",
    ),
    find: |check, flaws| {
        if check.filing != Some(FilingType::Claim) {
            return;
        }
        for (pointer, detected) in check.detected() {
            match detected {
                Detected::Type(detected) => {
                    flaws.at(pointer).fact("detected", detected.code());
                }
                Detected::Unknown => {
                    flaws.at(pointer).fact("looked_up", false);
                }
                Detected::ClaimFirst if check.claimable.is_none() => {
                    flaws.at(pointer).fact("on_record", false);
                }
                Detected::ClaimFirst | Detected::OtherPrincipal | Detected::AlreadyFiledHere => {}
            }
        }
    },
};

/// DOC-8 judges it.
pub const DOCUMENT_UPLOADED: Card = Card::shape(
    "CLM-4",
    "§1.4 s4",
    "The claimant uploads the principal lead's document.",
    "认领备案须上传主体负责人的证件。",
);

/// Whose lead it is, the document says.
pub const LEAD_DOCUMENT: Rule<Submission> = Rule {
    card: Card::office(
        "DOC-8",
        "§1.4 s4",
        "DOC_MISSING",
        "A claim needs the principal lead's document.",
        "认领备案须提供主体负责人证件。",
    )
    .cure(
        "Upload the principal lead's document.",
        "请上传主体负责人的证件。",
    ),
    find: |submission, flaws| super::materials::note_missing(submission, "DOC-8", flaws),
};

/// 主体负责人证件, of whatever kind of principal.
pub const LEAD_DOCUMENT_ROW: MaterialRow = MaterialRow {
    kind: MaterialKind::PrincipalLeadDocument,
    needed: |_| {
        vec![Requirement {
            kind: MaterialKind::PrincipalLeadDocument,
            subject: SubjectOf::Principal {},
            rule: "DOC-8",
        }]
    },
};

/// One text, ticked at every submission.
pub const TERMS: Rule<Submission> = Rule {
    card: Card::office(
        "AGR-3",
        "§1.4 s5",
        "AGR_NOT_TICKED",
        "A claim needs a tick before submission.",
        "提交认领前须勾选同意协议。",
    )
    .cure("Tick the claim agreement.", "请勾选《认领备案协议》。"),
    find: |submission, flaws| {
        flaws.unless(submission.ticks.contains(&Agreement::ClaimTerms), "/ticks");
    },
};

/// AGR-3 judges it.
pub const TICKED_AND_SUBMITTED: Card = Card::shape(
    "CLM-5",
    "§1.4 s5",
    "The claimant ticks the agreement and submits.",
    "勾选同意协议后提交认领。",
);

/// AMB-52: whoever claims shows the document of the lead on record; the eye of a reviewer compares the two.
pub const LEAD_ON_RECORD: Judgement = Judgement {
    card: Card::reviewer(
        "CLM-6",
        "§1.4 s5, AMB-52",
        "CLM_LEAD_MISMATCH",
        "Staff decide within 1–2 working days whether the uploaded document is that of the principal lead on record.",
        "工作人员在1~2个工作日内审核所上传证件是否与备案的主体负责人一致。",
    )
    .cure(
        "Reject the claim if the document is not that of the lead on record.",
        "证件与备案的主体负责人不一致的，请驳回认领。",
    ),
    applies: |order| order.on_record.is_some(),
};

/// What was filed is there to read and to change.
pub const UNDER_MY_FILING: Card = Card::shape(
    "CLM-7",
    "§1.4 s5",
    "On approval the old data appears under “My filing”.",
    "认领成功后，原备案数据显示在“我的备案”中。",
);

/// From the claim to its result in one step.
pub const NOTHING_ELSE: Card = Card::shape(
    "CLM-8",
    "§1.4",
    "A claim has no authenticity verification, SMS or bureau step.",
    "认领备案无需真实性核验、短信核验和管局审核。",
);

/// Where it is claimed.
pub const ON_THE_PC_ONLY: Rule<Channel> = Rule {
    card: Card::office(
        "CLM-9",
        "§1.4 s1",
        "CLM_PC_ONLY",
        "The claim runs on the PC.",
        "认领备案须在PC端进行。",
    )
    .cure("Claim on the PC.", "请在PC端认领备案。"),
    find: |channel, flaws| flaws.unless(*channel != Channel::App, ""),
};

/// One account, one principal.
pub const ACCOUNT_IS_FREE: Rule<TypeCheck> = Rule {
    card: Card::office(
        "CLM-10",
        "§1.2 notes, ACC-1",
        "ACC_PRINCIPAL_EXISTS",
        "The claiming account does not hold another principal.",
        "发起认领的账号下不能已有其他主体。",
    )
    .cure(
        "Claim from an account without a principal.",
        "请使用尚无主体的账号认领。",
    ),
    find: |check, flaws| {
        let is_claim = check.filing == Some(FilingType::Claim);
        flaws.unless(!is_claim || !check.account_has_other_principal, "/document");
    },
};

/// The clock runs from the submission of the claim, and from each one anew.
pub const OWN_CLOCK: Card = Card::shape(
    "RVW-12",
    "§1.4 s5",
    "A claim has its own 1–2-working-day review.",
    "认领备案的审核时限为1~2个工作日，单独计算。",
);

/// What the rules above say, in the order of the law.
pub const CARDS: &[&Card] = &[
    &LEAD_DOCUMENT.card,
    &TERMS.card,
    &OWN_CLOCK,
    &OLD_SYSTEM,
    &AFTER_CHANGE_ELSEWHERE,
    &MATCH_FOUND.card,
    &DOCUMENT_UPLOADED,
    &TICKED_AND_SUBMITTED,
    &LEAD_ON_RECORD.card,
    &UNDER_MY_FILING,
    &NOTHING_ELSE,
    &ON_THE_PC_ONLY.card,
    &ACCOUNT_IS_FREE.card,
];
