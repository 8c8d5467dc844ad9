//! PRN: the principal (section 4), and whom the registry of domains names as holder.

use super::{
    Card, Judgement, Rule,
    matter::{DomainEntered, Submission},
};
use crate::{
    facts::DomainRecord,
    form::{MaterialKind, Place, ServiceKey, SubjectOf},
    order::Order,
    values::{Checksum, DocumentKind, DocumentNumber, Holder, PartyName},
};

fn has_principal(order: &Order) -> bool {
    order.principal.is_some()
}

/// Whether the registry names the principal as holder: name and document.
pub(super) fn is_held_by_principal(submission: &Submission, record: &DomainRecord) -> bool {
    submission.principal.as_ref().is_some_and(|principal| {
        record.holder_name.agrees(&principal.name, |a, b| a == b)
            && record.holder_document.same(&principal.document)
    })
}

/// Whether the registry names the principal's lead as holder: name and document.
pub(super) fn is_held_by_lead(submission: &Submission, record: &DomainRecord) -> bool {
    submission.principal.as_ref().is_some_and(|principal| {
        let lead = &principal.lead;
        record.holder_name.agrees(&lead.name, PartyName::is_of)
            && record.holder_document.same(&lead.document)
    })
}

/// Whether the registry names somebody who is neither the principal nor, for a website, its lead (AMB-11).
pub(super) fn is_held_by_stranger(submission: &Submission, domain: &DomainEntered<'_>) -> bool {
    domain.record.is_some_and(|record| {
        let lead = !domain.is_app && is_held_by_lead(submission, record);
        !lead && !is_held_by_principal(submission, record)
    })
}

/// Whether this rule asks for a proof of the holder's relation to the unit, and there is none for this service (PRN-8).
pub(super) fn lacks_proof(submission: &Submission, rule: &str, service: &ServiceKey) -> bool {
    submission.missing(rule).any(
        |needed| matches!(&needed.subject, SubjectOf::Service { service: of } if of == service),
    )
}

/// The name on the document.
pub const NAME_AS_PRINTED: Judgement = Judgement {
    card: Card::reviewer(
        "PRN-1",
        "T1-2, T3-2, §2.2.2",
        "PRN_NAME_MISMATCH",
        "The principal name equals the name on its document; an individual enters the name on the personal document.",
        "主办单位名称须与证件一致；个人须填写身份有效证件上的姓名。",
    )
    .cure("Enter the name as printed on the document.", "请按证件填写名称。"),
    applies: has_principal,
};

/// The address on the document.
pub const ADDRESS_AS_PRINTED: Judgement = Judgement {
    card: Card::reviewer(
        "PRN-2",
        "T1-2, §2.2.4",
        "PRN_ADDRESS_MISMATCH",
        "The document address equals the address printed on the document.",
        "证件住址须与证件上的地址一致。",
    )
    .cure(
        "Enter the address as printed on the document.",
        "请按证件填写住址。",
    ),
    applies: has_principal,
};

/// A real office or residence.
pub const REAL_ADDRESS: Judgement = Judgement {
    card: Card::reviewer(
        "PRN-3",
        "T1-2, §3 s3.3",
        "PRN_COMM_ADDRESS",
        "The correspondence address is the real office of a unit or the real residence of an individual.",
        "通讯地址须为单位实际办公地址或个人实际居住地址。",
    )
    .cure("Enter the address where the principal can be found.", "请填写实际办公或居住地址。"),
    applies: has_principal,
};

/// AMB-5: the same region means the same province.
pub const ADDRESS_IN_REGION: Rule<Submission> = Rule {
    card: Card::office(
        "PRN-4",
        "T1-2, T3-2, AMB-5",
        "PRN_COMM_REGION",
        "The correspondence address lies in the same province as the document's issuer and the filing.",
        "通讯地址须与证件签发地、备案地域为同一省（自治区、直辖市）。",
    )
    .cure(
        "Enter an address in the filing region, or file in the province of the address.",
        "请填写备案地域内的通讯地址，或改在该地址所在省备案。",
    ),
    find: |submission, flaws| {
        let Some(principal) = &submission.principal else {
            return;
        };
        let (is, region) = (principal.correspondence.province, submission.opened.principal.region);
        if is != region {
            flaws
                .at("/principal/correspondence/province")
                .fact("province", is.code())
                .fact("region", region.code());
        }
    },
};

/// Whether the place says which door: some number, or the word for one. An erased line says nothing.
fn has_door_number(place: &Place) -> bool {
    place.detail.known().is_some_and(|detail| {
        detail
            .as_str()
            .contains(|c: char| c.is_numeric() || c == '号')
    })
}

/// What a remark says where there is no door number: the words of the form's hint (Fig 3-5).
const MOST_DETAILED: [&str; 2] = ["最详细", "most detailed"];

/// No door number, then a declaration. The 500 characters hold by the type of the remark.
pub const DOOR_NUMBER_OR_REMARK: Rule<Submission> = Rule {
    card: Card::office(
        "PRN-5",
        "Fig 3-5, 5-5",
        "PRN_NO_DOOR_NUMBER_REMARK",
        "If the address has no door number, the remark declares that it is the most detailed address; the remark holds at most 500 characters.",
        "通讯地址无具体门牌号的，须在备注中说明该地址为最详细的地址；备注不超过500字。",
    )
    .cure(
        "Add the door number, or write in the remark that this is the most detailed address (通讯地址为最详细的地址).",
        "请补充门牌号，或在备注中说明“通讯地址为最详细的地址”。",
    ),
    find: |submission, flaws| {
        let Some(principal) = &submission.principal else {
            return;
        };
        let remark = principal.remark.as_ref().and_then(|remark| remark.known());
        let declared = remark.is_some_and(|remark| MOST_DETAILED.iter().any(|words| remark.0.as_str().contains(words)));
        flaws.unless(has_door_number(&principal.correspondence) || declared, "/principal/remark");
    },
};

/// An individual's website stands on the individual's own domain.
pub const DOMAIN_OF_INDIVIDUAL: Rule<Submission> = Rule {
    card: Card::office(
        "PRN-6",
        "T1-2, T3-2",
        "DOM_HOLDER_MISMATCH",
        "Individual: the lead's name, document type and number equal the domain holder's real-name record.",
        "个人备案：负责人的姓名、证件类型、证件号码须与域名持有者实名认证信息一致。",
    )
    .cure(
        "Have the domain's real-name record changed to the lead, or use the lead's own domain.",
        "请将域名实名认证信息变更为负责人本人，或使用本人名下的域名。",
    ),
    find: |submission, flaws| {
        if !submission.is_individual() {
            return;
        }
        for domain in submission.domains().filter(|domain| !domain.is_app) {
            flaws.unless(domain.record.is_none_or(|record| is_held_by_lead(submission, record)), &domain.pointer);
        }
    },
};

/// A unit's website stands on the unit's domain, on its lead's, or on one whose relation to the unit was proven (PRN-8).
pub const DOMAIN_OF_UNIT: Rule<Submission> = Rule {
    card: Card::office(
        "PRN-7",
        "T1-2, T3-2",
        "DOM_HOLDER_MISMATCH",
        "Unit: the principal or the principal lead equals the domain holder's real-name record in name, document type and number.",
        "单位备案：主办单位或主体负责人的名称、证件类型、证件号码须与域名持有者实名认证信息一致。",
    )
    .cure(
        "Have the domain's real-name record changed, or upload a proof that the holder is a shareholder, main person in charge or senior manager.",
        "请变更域名实名认证信息；域名持有者为股东、单位主要负责人或高级管理人员的，请上传证明材料。",
    ),
    find: |submission, flaws| {
        if submission.is_individual() {
            return;
        }
        for domain in submission.domains().filter(|domain| !domain.is_app) {
            let unproven = lacks_proof(submission, "PRN-7", domain.service);
            flaws.unless(!(unproven && is_held_by_stranger(submission, &domain)), &domain.pointer);
        }
    },
};

/// A proof is looked at by a person.
pub const HOLDER_PROOF: Judgement = Judgement {
    card: Card::reviewer(
        "PRN-8",
        "T1-2, T3-2",
        "DOM_HOLDER_PROOF_REQUIRED",
        "If a unit's domain is held by a shareholder, main person in charge or senior manager, uploaded proof shows the relation.",
        "域名持有者为公司股东、单位主要负责人或高级管理人员的，须上传相关证明材料。",
    )
    .cure("Upload a proof that shows the holder's relation to the unit.", "请上传能证明域名持有者与单位关系的材料。"),
    applies: |order| order.materials.iter().any(|material| material.kind == MaterialKind::HolderProof),
};

/// What recognition read from a picture is the applicant's to check: it goes into the form, not into the order, and LED-22 asks
/// for the tick.
pub const RECOGNITION_CHECKED: Card = Card::shown(
    "PRN-9",
    "§3 s2.2, T1-2",
    "Document upload triggers recognition that pre-fills the form; the user checks the result.",
    "上传证件后系统自动识别并填充信息，用户须核对识别结果。",
);

/// A unit's document for a unit, a person's for people.
pub const DOCUMENT_KINDS: Rule<Submission> = Rule {
    card: Card::office(
        "PRN-11",
        "§3–7 prerequisites",
        "PRN_DOC_KIND",
        "Units file with a business licence or its like; individuals and leads show a personal document such as ID card or passport.",
        "单位使用营业执照等单位证件；个人及负责人使用身份证、护照等个人有效证件。",
    )
    .cure("Choose a kind of document that fits its holder.", "请选择与持有人相符的证件类型。"),
    find: |submission, flaws| {
        if let Some(principal) = &submission.principal {
            let fits = principal.document.kind.is_allowed_for(submission.opened.principal.nature);
            flaws.unless(fits, "/principal/document/kind");
        }
        for (pointer, lead) in submission.leads_entered() {
            let personal = lead.document.kind.holder() == Holder::Person;
            flaws.unless(personal, &format!("{pointer}/document/kind"));
        }
    },
};

/// Certificates of the old code are still shown; a reviewer looks at what else the unit has.
pub const NEW_CODE: Rule<Submission> = Rule {
    card: Card::warning(
        "PRN-12",
        "§2.2.3",
        "PRN_OLD_CODE",
        "Since the three-in-one reform of 2015-10-01 a unit files with its unified social credit code, in place of an organisation code.",
        "2015年10月1日“三证合一”后，单位证件号码须由组织机构代码变更为统一社会信用代码。",
    )
    .cure(
        "Enter the unified social credit code and upload the newest licence.",
        "请填写统一社会信用代码，并上传最新的营业执照等证件。",
    ),
    find: |submission, flaws| {
        let kind = submission.principal.as_ref().map(|principal| principal.document.kind);
        flaws.unless(kind != Some(DocumentKind::OrganisationCodeCertificate), "/principal/document");
    },
};

/// VAL-4: some genuine early codes fail their own check digit, so a doubt is remarked on and a reviewer decides.
pub const CHECK_DIGIT: Rule<Submission> = Rule {
    card: Card::warning(
        "VAL-4",
        "GB 32100-2015",
        "VAL_CHECK_DIGIT",
        "A unit's document number has the check digit that its other digits give; early codes may not.",
        "单位证件号码的校验位须与其他位相符；个别早期代码除外。",
    )
    .cure("Compare the number with the document, digit by digit.", "请对照证件逐位核对号码。"),
    find: |submission, flaws| {
        let number = submission.principal.as_ref().and_then(|principal| principal.document.number.known());
        let doubtful = number.and_then(DocumentNumber::checksum) == Some(Checksum::Doubtful);
        flaws.unless(!doubtful, "/principal/document/number");
    },
};
