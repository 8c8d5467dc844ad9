//! TYP: which filing type is this? (section 2, 验证备案类型)

use super::{
    Card, Rule,
    filing_type::{CLAIM_BEFORE_SUBMISSION, TYPE_FIXED},
    matter::TypeCheck,
};
use crate::{
    facts::{Filed, OnRecord},
    filings::FilingType,
};

/// What the decision table of section 2 says of one service. The rows fit in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    /// The domain is filed under another principal (TYP-10).
    OtherPrincipal,
    /// The pair is filed here and in this account (TYP-9).
    AlreadyFiledHere,
    /// The pair is filed here, and not in this account's records (TYP-8).
    ClaimFirst,
    /// A filing type.
    Type(FilingType),
}

/// Reads the decision table for one service.
pub fn detect(record: OnRecord, in_this_account: bool) -> Detected {
    match (record.principal, record.service) {
        (_, Filed::Here | Filed::Elsewhere) if !record.same_principal => Detected::OtherPrincipal,
        (Filed::Here, Filed::Here) if in_this_account => Detected::AlreadyFiledHere,
        (_, Filed::Here) => Detected::ClaimFirst,
        // Filed here in the old system and in no account's records: the claim brings it into this one.
        (Filed::Here, _) if !in_this_account => Detected::ClaimFirst,
        (Filed::Here, Filed::Elsewhere) => Detected::Type(FilingType::NewAccessHere),
        (_, Filed::Elsewhere) => Detected::Type(FilingType::NewAccessElsewhere),
        (Filed::Nowhere, Filed::Nowhere) => Detected::Type(FilingType::FirstFiling),
        (Filed::Here, Filed::Nowhere) => Detected::Type(FilingType::NewServiceHere),
        (Filed::Elsewhere, Filed::Nowhere) => Detected::Type(FilingType::NewServiceElsewhere),
    }
}

impl TypeCheck {
    /// What the table says, service by service, with the pointer to the service's name.
    pub fn detected(&self) -> impl Iterator<Item = (String, Detected)> {
        self.on_record.iter().map(|(service, record)| {
            (
                format!("/services/{service}/name"),
                detect(*record, self.account_has_this_principal),
            )
        })
    }
}

/// A domain under another principal stops the check.
pub const NOT_ANOTHERS: Rule<TypeCheck> = Rule {
    card: Card::office(
        "TYP-10",
        "T1-2, T3-2",
        "TYP_DOMAIN_OF_OTHER_PRINCIPAL",
        "A domain that is filed under a different principal stops the check.",
        "域名已备案，证件未备案：域名已在其他主体下备案的，不能继续。",
    )
    .cure(
        "Have the present holder cancel or migrate the filing first, or use another domain.",
        "请先由原主体注销或迁移备案，或更换域名。",
    ),
    find: |check, flaws| {
        for (pointer, _) in check
            .detected()
            .filter(|(_, detected)| *detected == Detected::OtherPrincipal)
        {
            flaws.at(pointer);
        }
    },
};

/// A domain already filed here cannot be submitted again.
pub const NOT_FILED_TWICE: Rule<TypeCheck> = Rule {
    card: Card::office(
        "TYP-9",
        "§1.4 s3",
        "TYP_DUPLICATE_FILING",
        "A domain that is already filed here cannot be submitted again.",
        "已在本接入商备案的域名不能重复提交备案。",
    )
    .cure(
        "Change the existing filing instead.",
        "请对已有备案办理变更。",
    ),
    find: |check, flaws| {
        for (pointer, _) in check
            .detected()
            .filter(|(_, detected)| *detected == Detected::AlreadyFiledHere)
        {
            flaws.at(pointer);
        }
    },
};

/// An old filing is claimed first.
pub const CLAIM_FIRST: Rule<TypeCheck> = Rule {
    card: Card::office(
        "TYP-8",
        "§1.4, §3 s2.3",
        "TYP_CLAIM_FIRST",
        "A principal and service already filed here but not in this account's records are claimed first.",
        "主体和域名（或APP名称）已在本接入商备案但不在本账号下的，需先认领备案。",
    )
    .cure("Claim the old filing (认领备案), then go on.", "请先执行认领备案，再继续备案申请。"),
    find: |check, flaws| {
        // At submission it is TYP-22 that says so.
        if check.filing.is_some() {
            return;
        }
        for (pointer, _) in check.detected().filter(|(_, detected)| *detected == Detected::ClaimFirst) {
            flaws.at(pointer);
        }
    },
};

/// An order is opened for a type that the office can take from opening to the end.
pub const TYPE_AS_DETECTED: Rule<TypeCheck> = Rule {
    card: Card::office(
        "FST-1",
        "§3, AMB-68",
        "TYP_NOT_FIRST",
        "In a first filing neither principal nor domain or App has any record at MIIT.",
        "首次备案：主体和域名（或APP名称）在工信部均查无备案信息。",
    )
    .cure(
        "Abandon the order and start one of the detected type.",
        "请放弃该订单，并按系统检测到的备案类型重新申请。",
    ),
    find: |check, flaws| {
        for (pointer, detected) in check.detected() {
            if let (None, Detected::Type(detected)) = (check.filing, detected)
                && !check.planned.contains(&detected)
            {
                flaws.at(pointer).fact("detected", detected.code());
            }
        }
    },
};

/// The document type is one of those allowed for the nature.
pub const DOCUMENT_FOR_NATURE: Rule<TypeCheck> = Rule {
    card: Card::office(
        "TYP-17",
        "T1-4, T1-6",
        "TYP_DOCTYPE_FOR_NATURE",
        "The document type is one allowed for the chosen nature.",
        "证件类型须与主办单位性质相符。",
    )
    .cure(
        "Choose a document type of the list for this nature, or the nature that fits the document.",
        "请选择该单位性质允许的证件类型，或更正主办单位性质。",
    ),
    find: |check, flaws| {
        flaws.unless(
            check.document.kind.is_allowed_for(check.nature),
            "/document/kind",
        );
    },
};

/// Everything that a type check judges, in the order of precedence of section 2.
pub const TYPE_RULES: [&Rule<TypeCheck>; 7] = [
    &DOCUMENT_FOR_NATURE,
    &NOT_ANOTHERS,
    &NOT_FILED_TWICE,
    &CLAIM_FIRST,
    &TYPE_AS_DETECTED,
    &CLAIM_BEFORE_SUBMISSION,
    &TYPE_FIXED,
];

/// The system decides the type.
pub const SYSTEM_DECIDES: Card = Card::shape(
    "TYP-2",
    "§1.4 s2–3, §3 s2.2",
    "The system, not the user, decides the filing type.",
    "备案类型由系统校验判定，而非用户选择。",
);
/// Nothing on record: a first filing.
pub const FIRST: Card = Card::shape(
    "TYP-3",
    "§3",
    "Principal unfiled and domain or App unfiled at MIIT: first filing.",
    "主体和域名（或APP）在工信部均无备案：首次备案。",
);
