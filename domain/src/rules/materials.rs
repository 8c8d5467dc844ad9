//! DOC: materials (section 10).

use super::{
    Card, EDITABLE, Hint, Judgement, Rule, ShownAt, lead,
    matter::{Requirement, Submission},
    principal,
};
use crate::{
    context::Role,
    filings::MaterialRow,
    form::{MaterialKind, ServiceLead, SubjectOf},
};

/// Where in the third step of the form the materials of a subject stand.
pub(super) fn place_of(subject: &SubjectOf) -> String {
    match subject {
        SubjectOf::Principal {} => "/materials/principal".to_owned(),
        SubjectOf::Service { service } => format!("/materials/services/{service}"),
    }
}

/// Notes every material that a rule asks for and that is not there.
pub(super) fn note_missing(submission: &Submission, rule: &str, flaws: &mut super::Flaws) {
    for needed in submission.missing(rule) {
        flaws.at(place_of(&needed.subject)).fact(
            "missing",
            serde_json::to_value(needed.kind).unwrap_or_default(),
        );
    }
}

/// Papers are offered to whoever has to fill them in.
pub const OFFERED: Hint = Hint {
    card: Card::shown(
        "DOC-4",
        "§3–7",
        "Letters, commitments and reports have a template to download and a sample that shows how it is filled in.",
        "授权书、承诺书、评估报告等表格类材料可下载模板，并可查看填写样例。",
    ),
    at: ShownAt::Materials,
    stages: EDITABLE,
    applies: |order, actor| actor.role == Role::Applicant && order.principal.is_some(),
};

/// The rule that asks for identity documents: DOC-3 of individuals, DOC-2 of everybody else.
fn document_rule(submission: &Submission) -> &'static str {
    if submission.opened.principal.nature.is_individual() {
        "DOC-3"
    } else {
        "DOC-2"
    }
}

/// Units supply their documents.
pub const UNIT_DOCUMENTS: Rule<Submission> = Rule {
    card: Card::office(
        "DOC-2",
        "§3–7",
        "DOC_MISSING",
        "Enterprises supply licence, legal representative's and service lead's ID, and domain certificate where asked.",
        "企业须提供营业执照、法定代表人/互联网信息服务负责人身份证，以及管局要求的域名证书。",
    )
    .cure("Upload the missing document.", "请上传缺少的证件。"),
    find: |submission, flaws| note_missing(submission, "DOC-2", flaws),
};

/// Individuals supply theirs.
pub const INDIVIDUAL_DOCUMENTS: Rule<Submission> = Rule {
    card: Card::office(
        "DOC-3",
        "§3–7",
        "DOC_MISSING",
        "Individuals supply ID card or passport.",
        "个人须提供身份证或护照。",
    )
    .cure("Upload the missing document.", "请上传缺少的证件。"),
    find: |submission, flaws| note_missing(submission, "DOC-3", flaws),
};

/// What is printed on the licence comes with the licence.
pub const LICENCE_ANEW: Rule<Submission> = Rule {
    card: Card::office(
        "DOC-9",
        "§1.1 materials, example",
        "DOC_MISSING",
        "In a change only the materials touched by the change are uploaded; a changed licence is always uploaded again.",
        "变更备案只需上传变更涉及的资料；证件内容有变更的，须重新上传证件。",
    )
    .cure("Upload the newest document in colour.", "请上传最新证件的彩色扫描件。"),
    find: |submission, flaws| note_missing(submission, "DOC-9", flaws),
};

/// Its address too.
pub const ADDRESS_WITH_LICENCE: Rule<Submission> = Rule {
    card: Card::office(
        "DOC-10",
        "§1.1 example",
        "DOC_MISSING",
        "Another address on the licence is changed in the field “document address”, and the new licence is uploaded.",
        "营业执照地址变更的，修改“证件住址”，并上传新的营业执照。",
    )
    .cure("Upload the new licence in colour.", "请上传新的营业执照彩色扫描件。"),
    find: |submission, flaws| note_missing(submission, "DOC-10", flaws),
};

/// Of the seven kinds that the step lists, the one that no other filing asks for.
pub const SCREENSHOT: Rule<Submission> = Rule {
    card: Card::office(
        "DOC-5",
        "§1.1 s4, §1.3 s11",
        "DOC_MISSING",
        "A change or a migration lists seven kinds of material: documents of principal and service, pre-approval file, screenshot of the domain's real-name record, domain certificate, App fraud report, Guangdong commitment, other certificates. The screenshot comes with every service that is changed or migrates.",
        "变更备案、迁移备案的资料包括：主体和互联网信息资料、前置审批文件、域名实名认证截图、域名证书、APP涉诈风险自评估报告、广东省备案承诺书、其他证件；凡有变更或迁移的服务均须上传域名实名认证截图。",
    )
    .cure("Upload a screenshot of the real-name record of the service's domains.", "请上传该服务域名的实名认证截图。"),
    find: |submission, flaws| note_missing(submission, "DOC-5", flaws),
};

/// 主体证件.
pub const PRINCIPAL_DOCUMENT: MaterialRow = MaterialRow {
    kind: MaterialKind::PrincipalDocument,
    needed: |submission| {
        let own_card = submission.is_individual() && submission.touches_lead();
        let rule = match &submission.before {
            None => document_rule(submission),
            Some(_) if submission.touches_address() => "DOC-10",
            Some(_) if submission.touches_licence() || own_card => "DOC-9",
            Some(_) => return Vec::new(),
        };
        vec![Requirement {
            kind: MaterialKind::PrincipalDocument,
            subject: SubjectOf::Principal {},
            rule,
        }]
    },
};

/// 主体负责人证件; an individual's own document serves.
pub const PRINCIPAL_LEAD_DOCUMENT: MaterialRow = MaterialRow {
    kind: MaterialKind::PrincipalLeadDocument,
    needed: |submission| {
        let asked = Requirement {
            kind: MaterialKind::PrincipalLeadDocument,
            subject: SubjectOf::Principal {},
            rule: "DOC-2",
        };
        if submission.is_individual() || !submission.touches_lead() {
            Vec::new()
        } else {
            vec![asked]
        }
    },
};

/// 互联网信息服务负责人证件, where the lead is another person than the principal lead.
pub const SERVICE_LEAD_DOCUMENT: MaterialRow = MaterialRow {
    kind: MaterialKind::ServiceLeadDocument,
    needed: |submission| {
        let own_lead = submission
            .forms()
            .filter(|(key, _, form)| match form.lead() {
                ServiceLead::Other { lead, .. } => submission.touches_service_lead(key, lead),
                ServiceLead::PrincipalLead {} => false,
            });
        own_lead
            .map(|(key, _, _)| Requirement {
                kind: MaterialKind::ServiceLeadDocument,
                subject: SubjectOf::Service {
                    service: key.clone(),
                },
                rule: document_rule(submission),
            })
            .collect()
    },
};

/// 法定代表人授权书: for a principal lead, and for every service lead, who is not the legal representative.
///
/// A service lead who is the principal lead, entered again, acts under the letter of LED-2.
pub const AUTHORISATION_LETTER: MaterialRow = MaterialRow {
    kind: MaterialKind::AuthorisationLetter,
    needed: |submission| {
        let asked = |subject, rule| Requirement {
            kind: MaterialKind::AuthorisationLetter,
            subject,
            rule,
        };
        let mut needed = Vec::new();
        if lead::is_led_by_another(submission) && submission.touches_letter() {
            needed.push(asked(SubjectOf::Principal {}, "LED-2"));
        }
        let first = submission
            .principal
            .as_ref()
            .map(|principal| &principal.lead);
        let anew = submission.replaces_lead_in_both();
        for (key, _, form) in submission.forms() {
            if let ServiceLead::Other {
                lead,
                is_legal_representative: false,
            } = form.lead()
                && !submission.is_individual()
                && !first.is_some_and(|first| lead.same_person(first))
                && (anew || submission.replaces_service_lead(key, lead))
            {
                needed.push(asked(
                    SubjectOf::Service {
                        service: key.clone(),
                    },
                    if anew { "CHG-8" } else { "LED-6" },
                ));
            }
        }
        needed
    },
};

/// 域名持有者关系证明: where the registry names somebody other than the unit or its lead (PRN-8).
pub const HOLDER_PROOF: MaterialRow = MaterialRow {
    kind: MaterialKind::HolderProof,
    needed: |submission| {
        let mut needed: Vec<Requirement> = Vec::new();
        for domain in submission.domains().filter(|_| !submission.is_individual()) {
            let strange = principal::is_held_by_stranger(submission, &domain);
            let asked = Requirement {
                kind: MaterialKind::HolderProof,
                subject: SubjectOf::Service {
                    service: domain.service.clone(),
                },
                rule: if domain.is_app { "APP-16" } else { "PRN-7" },
            };
            let touched = submission.touches_holder(domain.service, domain.name);
            if strange && touched && !needed.contains(&asked) {
                needed.push(asked);
            }
        }
        needed
    },
};

/// 前置审批文件, for content of a licensed category.
pub const PRE_APPROVAL_FILE: MaterialRow = MaterialRow {
    kind: MaterialKind::PreApprovalFile,
    needed: |submission| {
        let licensed = submission.forms().filter(|(key, _, form)| {
            form.pre_approval().is_some() && submission.touches_pre_approval(key, form)
        });
        licensed
            .map(|(key, _, _)| Requirement {
                kind: MaterialKind::PreApprovalFile,
                subject: SubjectOf::Service {
                    service: key.clone(),
                },
                rule: "SVC-5",
            })
            .collect()
    },
};

/// 域名实名认证截图, of every service that is changed.
pub const DOMAIN_SCREENSHOT: MaterialRow = MaterialRow {
    kind: MaterialKind::DomainScreenshot,
    needed: |submission| {
        let changed = submission.forms().filter(|(key, service, form)| {
            !form.domains().is_empty() && submission.touches_service(key, service)
        });
        changed
            .map(|(key, _, _)| Requirement {
                kind: MaterialKind::DomainScreenshot,
                subject: SubjectOf::Service {
                    service: key.clone(),
                },
                rule: "DOC-5",
            })
            .collect()
    },
};

/// Colour originals.
pub const COLOUR_ORIGINALS: Judgement = Judgement {
    card: Card::reviewer(
        "DOC-1",
        "§1.1, §3–7",
        "DOC_NOT_ORIGINAL",
        "Materials are colour photos or scans of originals.",
        "资料须为原件的彩色照片或扫描件。",
    )
    .cure(
        "Upload a colour photo or scan of the original.",
        "请上传原件的彩色照片或扫描件。",
    ),
    applies: |order| !order.materials.is_empty(),
};

/// What the step lists is the plan's rows: PRV-3 and PRV-10 ask, DOC-7 is judged.
pub const LISTED_ON_TOP: Card = Card::shape(
    "DOC-6",
    "§3–7",
    "A first filing lists domain certificate, Guangdong commitment and other certificates on top of the identity documents.",
    "首次备案在身份证件之外，还列有域名证书、广东省备案承诺书和其他证件。",
);

/// Sector approvals: finance, insurance, medicine and the like.
pub const OTHER_CERTIFICATES: Judgement = Judgement {
    card: Card::reviewer(
        "DOC-7",
        "§1.1, §3–7",
        "DOC_SECTOR_APPROVAL",
        "A business of a regulated sector (finance, insurance, medicine …) comes with the sector's approval; no other business needs other certificates.",
        "涉及金融、保险、医药等行业的，须上传行业主管部门的批文；不涉及的无需上传其他证件。",
    )
    .cure(
        "Upload the approval under “other certificates”, or change the content of the service.",
        "请在“其他证件”中上传批文，或修改服务内容。",
    ),
    applies: |order| !order.services.is_empty(),
};
