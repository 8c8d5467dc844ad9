//! PRV: what single provinces ask for (section 9). Which of them ask is data: the dated rows of `policy/provinces.toml`.
//! An order is judged by the rows valid on its day of submission.

use super::{
    Card, Flaws, Rule,
    materials::place_of,
    matter::{Requirement, Submission},
};
use crate::{
    filings::MaterialRow,
    form::{MaterialKind, SubjectOf},
    policy::{PolicyKind, ProvincePolicy},
};

/// Notes every material that a rule asks for and that is not there, and where it is written that the province asks.
fn note_asked(submission: &Submission, rule: &str, kind: PolicyKind, flaws: &mut Flaws) {
    let source = submission.policy.row(kind).map(|row| row.source.as_str());
    for needed in submission.missing(rule) {
        flaws
            .at(place_of(&needed.subject))
            .fact("missing", needed.kind.name())
            .fact("source", source.unwrap_or_default());
    }
}

fn asked_of_principal(kind: MaterialKind, rule: &'static str) -> Vec<Requirement> {
    let subject = SubjectOf::Principal {};
    vec![Requirement {
        kind,
        subject,
        rule,
    }]
}

/// One requirement for each entered service that is concerned.
fn asked_of_services(
    submission: &Submission,
    kind: MaterialKind,
    rule: &'static str,
    concerns: fn(&crate::form::Service) -> bool,
) -> Vec<Requirement> {
    submission
        .forms()
        .filter(|(_, service, _)| concerns(service))
        .map(|(key, _, _)| Requirement {
            kind,
            subject: SubjectOf::Service {
                service: key.clone(),
            },
            rule,
        })
        .collect()
}

/// One App, or one domain.
pub const ONE_SERVICE: Rule<Submission> = Rule {
    card: Card::office(
        "PRV-1",
        "§3–7 notes",
        "PRV_ONE_SERVICE_ONLY",
        "In Hunan and Hubei one order holds one App or one domain.",
        "湖南、湖北地区：一个订单只能提交一个APP或一个域名。",
    )
    .cure(
        "Keep one service in this order, and file the others one after the other.",
        "请在本订单中只保留一项服务，其余服务待本订单完成后逐一备案。",
    ),
    find: |submission, flaws| {
        if !submission.policy.has(PolicyKind::OneServiceOnly) {
            return;
        }
        if submission.services.len() > 1 {
            flaws
                .at("/services")
                .fact("services", submission.services.len());
        }
        for (key, service, form) in submission.forms() {
            // An App may use several domains; it is the App that counts.
            if !service.kind.is_app_like() && form.domains().len() > 1 {
                flaws
                    .at(format!("/services/{key}/form/domains"))
                    .fact("domains", form.domains().len());
            }
        }
    },
};

/// Guangdong, since 2021-06-21.
pub const COMMITMENT: Rule<Submission> = Rule {
    card: Card::office(
        "PRV-3",
        "§1.1, §1.3, §3–7",
        "DOC_GD_COMMITMENT",
        "In Guangdong, since 2021-06-21, every submission includes the signed filing commitment (互联网信息服务备案承诺书).",
        "广东地区自2021年6月21日起，提交备案须上传签署的《互联网信息服务备案承诺书》。",
    )
    .cure(
        "Download the commitment, sign it, and upload a colour scan.",
        "请下载承诺书，签署后上传彩色扫描件。",
    ),
    find: |submission, flaws| note_asked(submission, "PRV-3", PolicyKind::CommitmentLetter, flaws),
};

/// 广东《互联网信息服务备案承诺书》.
pub const COMMITMENT_LETTER: MaterialRow = MaterialRow {
    kind: MaterialKind::GuangdongCommitment,
    needed: |submission| {
        if submission.policy.has(PolicyKind::CommitmentLetter) {
            asked_of_principal(MaterialKind::GuangdongCommitment, "PRV-3")
        } else {
            Vec::new()
        }
    },
};

/// Jiangsu, since 2021-06-01. VER-13 says it of the verification.
pub const AUTHENTICITY_PAPERS: Rule<Submission> = Rule {
    card: Card::office(
        "PRV-4",
        "§1.1, §1.3, §3–7, EXT",
        "VER_JIANGSU_DOCS",
        "In Jiangsu, since 2021-06-01, a website comes with the province's authenticity papers: the signed notice and the commitment of the service lead.",
        "江苏地区自2021年6月1日起，网站备案须上传江苏省真实性核验材料：签署的告知书和互联网信息服务负责人承诺书。",
    )
    .cure(
        "Have the service lead sign the papers, and upload a colour scan.",
        "请由互联网信息服务负责人签署后，上传彩色扫描件。",
    ),
    find: |submission, flaws| note_asked(submission, "PRV-4", PolicyKind::WebsiteAuthenticityPapers, flaws),
};

/// 江苏真实性核验材料.
pub const PAPERS: MaterialRow = MaterialRow {
    kind: MaterialKind::JiangsuAuthenticityPapers,
    needed: |submission| {
        if submission.policy.has(PolicyKind::WebsiteAuthenticityPapers) {
            let (kind, websites) = (
                MaterialKind::JiangsuAuthenticityPapers,
                |service: &crate::form::Service| !service.kind.is_app_like(),
            );
            asked_of_services(submission, kind, "PRV-4", websites)
        } else {
            Vec::new()
        }
    },
};

/// LED-14 judges the mobile.
pub const MOBILE_ROWS: Card = Card::shape(
    "PRV-6",
    "T1-2, AMB-51",
    "Some provinces require the home region of the principal lead's mobile; which ones is kept as dated rows.",
    "部分省份对主体负责人手机号归属地有要求，具体省份按生效日期维护。",
);

/// AMB-16: of any App.
pub const FRAUD_REPORT: Rule<Submission> = Rule {
    card: Card::office(
        "PRV-7",
        "§1.1, §1.3, AMB-16, AMB-51",
        "DOC_APP_FRAUD_REPORT",
        "Where a province asks for it, an App comes with a fraud-risk self-assessment report.",
        "当地管局有要求的，APP备案须上传APP涉诈风险自评估报告。",
    )
    .cure(
        "Fill in the report for this App, sign it, and upload it.",
        "请填写该APP的自评估报告，签署后上传。",
    ),
    find: |submission, flaws| note_asked(submission, "PRV-7", PolicyKind::AppFraudReport, flaws),
};

/// APP涉诈风险自评估报告.
pub const REPORT: MaterialRow = MaterialRow {
    kind: MaterialKind::AppFraudReport,
    needed: |submission| {
        if submission.policy.has(PolicyKind::AppFraudReport) {
            let apps = |service: &crate::form::Service| service.kind.is_app_like();
            asked_of_services(submission, MaterialKind::AppFraudReport, "PRV-7", apps)
        } else {
            Vec::new()
        }
    },
};

/// TYP-15 refuses where a province takes no document of another at all.
pub const RESIDENCE_SHOWN: Rule<Submission> = Rule {
    card: Card::office(
        "PRV-8",
        "§3, §5, §6 s2.1, AMB-51",
        "PRV_RESIDENCE_PERMIT",
        "Some provinces refuse individuals with another province's document, or want a residence permit (居住证).",
        "部分省份不接受外省个人备案，或要求提供居住证。",
    )
    .cure(
        "Upload the residence permit of the filing region, or file in the province of the document.",
        "请上传备案地域的居住证，或改在证件所在省份备案。",
    ),
    find: |submission, flaws| note_asked(submission, "PRV-8", PolicyKind::ResidencePermitRequired, flaws),
};

/// 居住证, of an individual whose document is not known to be the region's own.
pub const RESIDENCE_PERMIT: MaterialRow = MaterialRow {
    kind: MaterialKind::ResidencePermit,
    needed: |submission| {
        let opened = &submission.opened;
        let elsewhere = opened.principal.province_of_document() != Some(opened.principal.region);
        let asked = submission.policy.has(PolicyKind::ResidencePermitRequired);
        if asked && elsewhere && submission.is_individual() {
            asked_of_principal(MaterialKind::ResidencePermit, "PRV-8")
        } else {
            Vec::new()
        }
    },
};

/// Where services may be moved to another principal.
pub const MIGRATION_OPEN: Rule<ProvincePolicy> = Rule {
    card: Card::office(
        "PRV-5",
        "§1.3 notice",
        "MIG_PROVINCE_CLOSED",
        "Migration is open only in the regions whose bureau allows it.",
        "迁移备案仅在管局支持的省份开放。",
    )
    .cure(
        "Cancel the filing, and have the new principal file anew.",
        "请注销原备案，由新主体重新备案。",
    ),
    find: |policy, flaws| flaws.unless(policy.has(PolicyKind::MigrationOpen), ""),
};

/// The same on the day of submission, as of every row (AMB-51).
pub const MIGRATION_STILL_OPEN: Rule<Submission> = Rule {
    card: MIGRATION_OPEN.card,
    find: |submission, flaws| flaws.unless(submission.policy.has(PolicyKind::MigrationOpen), ""),
};

/// LED-3 judges the lead.
pub const LEGAL_REPRESENTATIVE_ROWS: Card = Card::shape(
    "PRV-9",
    "§3, §5, §6, AMB-51",
    "Some provinces require the principal lead to be the legal representative; which ones is kept as dated rows.",
    "部分省份要求主体负责人须为法定代表人，具体省份按生效日期维护。",
);

/// DOC-6 lists it.
pub const CERTIFICATE: Rule<Submission> = Rule {
    card: Card::office(
        "PRV-10",
        "§3–7 prerequisites, AMB-51",
        "DOC_DOMAIN_CERT",
        "The domain certificate is required where the bureau asks for it.",
        "当地管局有要求的，须上传域名证书。",
    )
    .cure(
        "Download the certificate from the registrar, and upload it for this service.",
        "请从域名注册服务机构下载域名证书后上传。",
    ),
    find: |submission, flaws| {
        note_asked(submission, "PRV-10", PolicyKind::DomainCertificate, flaws);
    },
};

/// 域名证书, one a service.
pub const DOMAIN_CERTIFICATE: MaterialRow = MaterialRow {
    kind: MaterialKind::DomainCertificate,
    needed: |submission| {
        if submission.policy.has(PolicyKind::DomainCertificate) {
            asked_of_services(
                submission,
                MaterialKind::DomainCertificate,
                "PRV-10",
                |_| true,
            )
        } else {
            Vec::new()
        }
    },
};
