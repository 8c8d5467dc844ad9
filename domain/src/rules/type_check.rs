//! TYP: which filing type is this? (section 2, 验证备案类型)

use super::{
    Card, Judgement, Rule, claim,
    filing_type::{CLAIM_BEFORE_SUBMISSION, TYPE_FIXED},
    matter::{Submission, TypeCheck},
    order::FieldChange,
};
use crate::{
    facts::{Filed, OnRecord},
    filings::FilingType,
    form::ServiceName,
    order::command::{PrincipalAsked, ProductAsked},
    policy::PolicyKind,
    values::{DocumentNumber, Nature, Province},
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
    /// Nobody looked it up: not even that nothing is on record is known.
    Unknown,
}

/// Reads the decision table for one service. What is not known passes for nothing.
pub fn detect(record: Option<&OnRecord>, in_this_account: bool) -> Detected {
    let Some(record) = record else {
        return Detected::Unknown;
    };
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
                detect(record.as_ref(), self.account_has_this_principal),
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

/// An order is opened for a type that the office can take from opening to the end, and a first filing stays one: ORD-2 names
/// the type that it has become.
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
            match detected {
                Detected::Type(detected)
                    if check.filing == Some(FilingType::FirstFiling)
                        && detected != FilingType::FirstFiling =>
                {
                    flaws.at(pointer).fact("detected", detected.code());
                }
                _ if check.filing.is_some() => {}
                Detected::Unknown => {
                    flaws.at(pointer).fact("looked_up", false);
                }
                Detected::Type(detected) if !check.planned.contains(&detected) => {
                    flaws.at(pointer).fact("detected", detected.code());
                }
                _ => {}
            }
        }
    },
};

/// The document type is one of those allowed for the nature.
pub const DOCUMENT_FOR_NATURE: Rule<PrincipalAsked> = Rule {
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
    find: |asked, flaws| {
        flaws.unless(
            asked.document.kind.is_allowed_for(asked.nature),
            "/document/kind",
        );
    },
};

/// A website is checked by its domain, an App by its name. That everything else is there holds by the form of the request.
pub const INPUT_COMPLETE: Rule<ProductAsked> = Rule {
    card: Card::office(
        "TYP-1",
        "T1-6, T3-1",
        "TYP_INPUT_MISSING",
        "The type check needs region, principal nature, principal name, document type and number, resource, service type, and the domain of a website or the name of an App.",
        "验证备案类型须填写地域、主办单位性质、主办单位名称、证件类型和号码、资源类型、互联网信息服务类型，以及网站的域名或APP的名称。",
    )
    .cure(
        "Enter the domain of a website, or the name of an App, quick app or quick game.",
        "网站请填写域名，APP、快应用、快游戏请填写名称。",
    ),
    find: |product, flaws| {
        let by_name = matches!(product.name, ServiceName::AppName(_));
        flaws.unless(product.kind.is_app_like() == by_name, "/product/name");
    },
};

/// A unit files where its document was issued. VAL-10: what is declared counts, not what the number says.
pub const REGION_OF_ISSUE: Rule<PrincipalAsked> = Rule {
    card: Card::office(
        "TYP-14",
        "T1-4, T1-6, §3 s2.1",
        "TYP_REGION_NOT_ISSUING_PROVINCE",
        "A unit's region is the province that issued its document.",
        "单位备案的地域须为其证件签发地所在省份。",
    )
    .cure(
        "Choose the province that issued the document as region.",
        "请将地域改为证件签发地所在省份。",
    ),
    find: |asked, flaws| {
        let elsewhere = asked.issued_in.filter(|issued| *issued != asked.region);
        if let Some(issued) = elsewhere.filter(|_| !asked.nature.is_individual()) {
            flaws
                .at("/region")
                .fact("region", asked.region.code())
                .fact("issued_in", issued.code());
        }
    },
};

/// AMB-51: refused where a row of the province says so; FST-4 remarks on it everywhere.
pub const CROSS_PROVINCE: Rule<TypeCheck> = Rule {
    card: Card::office(
        "TYP-15",
        "T1-6, §3 s2.1, AMB-51",
        "TYP_CROSS_PROVINCE_NOT_ALLOWED",
        "An individual's region is the province of the ID document or of actual residence; another province's document is refused where the bureau does not take it.",
        "个人备案的地域为身份证所在地或实际居住地；当地管局不接受外省证件的，不能跨省备案。",
    )
    .cure(
        "Choose the province of the ID document as region.",
        "请将地域改为身份证所在省份。",
    ),
    find: |check, flaws| {
        let asked = &check.principal;
        let of_document = asked.province_of_document();
        let refused = check.policy.row(PolicyKind::CrossProvinceIndividualsRefused);
        let elsewhere = of_document != Some(asked.region);
        if let Some(row) = refused.filter(|_| asked.nature.is_individual() && elsewhere) {
            flaws
                .at("/region")
                .fact("region", asked.region.code())
                .fact("document", of_document.map_or("unknown", Province::code))
                .fact("source", row.source.as_str());
        }
    },
};

const NATURE: Card = Card::reviewer(
    "TYP-16",
    "T1-4, T1-6",
    "TYP_NATURE_MISMATCH",
    "The principal's nature is what the principal really is: an enterprise files as enterprise, a public institution as public institution.",
    "主办单位性质须与实际相符：企业法人选择企业，事业单位选择事业单位。",
)
.cure(
    "Abandon the order and start again with the true nature.",
    "请放弃备案后按实际性质重新申请。",
);

/// What the credit code says of the unit is remarked on, for the reviewer.
pub const NATURE_OF_CODE: Rule<Submission> = Rule {
    card: NATURE,
    find: |submission, flaws| {
        let asked = &submission.opened.principal;
        let number = asked.document.number.known();
        let category = number.and_then(DocumentNumber::unit_category);
        let usual = natures_of(category.unwrap_or_default());
        if !usual.is_empty() && !usual.contains(&asked.nature) {
            flaws
                .at("/nature")
                .fact("nature", asked.nature.code())
                .fact("category", category);
        }
    },
};

/// What the principal really is.
pub const NATURE_JUDGED: Judgement = Judgement {
    card: NATURE,
    applies: |order| order.opened.is_some(),
};

/// What a unit is whose credit code (GB 32100) begins so; empty where it does not tell.
const fn natures_of(category: &str) -> &'static [Nature] {
    match category.as_bytes() {
        b"91" | b"92" | b"93" => &[
            Nature::Enterprise,
            Nature::LawFirm,
            Nature::Medical,
            Nature::PrivateNonEnterprise,
        ],
        b"11" => &[Nature::Government],
        b"12" => &[
            Nature::PublicInstitution,
            Nature::Medical,
            Nature::NotaryOffice,
            Nature::JudicialAppraisal,
            Nature::Arbitration,
        ],
        b"13" => &[Nature::MassOrganisation],
        b"51" => &[Nature::SocialOrganisation, Nature::Religious],
        b"52" => &[
            Nature::PrivateNonEnterprise,
            Nature::Medical,
            Nature::JudicialAppraisal,
        ],
        b"53" => &[Nature::Foundation],
        b"N1" | b"N2" | b"N3" => &[Nature::CollectiveEconomy],
        _ => &[],
    }
}

/// Judged when an order is opened; later no form has them, and ORD-20 locks the document.
pub const FIXED_WITH_PRINCIPAL: Rule<FieldChange> = Rule {
    card: Card::office(
        "TYP-18",
        "§4 s2.3, §7 s2.3",
        "ORD_FIELD_LOCKED",
        "When the principal is filed here already, region, nature, document type and name are those of its filing; they cannot be edited.",
        "主体已存在的，地域、主办单位性质、证件类型和名称以已备案信息为准，不支持修改。",
    )
    .cure(
        "Use the values on record; what has really changed is changed by a change order (变更备案) first.",
        "请使用已备案的信息；实际已变化的，请先办理变更备案。",
    ),
    find: |change, flaws| flaws.unless(!change.differs, &change.pointer),
};

/// The kinds are a list.
pub const KINDS: Card = Card::shape(
    "TYP-21",
    "T1-6, Fig 4-3, AMB-3",
    "Service kinds are website, App, quick app and quick game; the last two follow every App rule.",
    "互联网信息服务类型为网站、APP、快应用、快游戏；快应用和快游戏适用APP的全部规则。",
);

/// What is judged of a principal by its name, document and region alone, wherever one is named: the first of what a type check judges.
pub const PRINCIPAL_RULES: [&Rule<PrincipalAsked>; 2] = [&DOCUMENT_FOR_NATURE, &REGION_OF_ISSUE];

/// Everything else that a type check judges, in the order of precedence of section 2.
pub const TYPE_RULES: [&Rule<TypeCheck>; 9] = [
    &CROSS_PROVINCE,
    &NOT_ANOTHERS,
    &NOT_FILED_TWICE,
    &CLAIM_FIRST,
    &TYPE_AS_DETECTED,
    &CLAIM_BEFORE_SUBMISSION,
    &TYPE_FIXED,
    &claim::MATCH_FOUND,
    &claim::ACCOUNT_IS_FREE,
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
