//! LED: the documents that leads show (section 5).

use super::{Card, Flaws, Judgement, Rule, materials::place_of, matter::Submission};
use crate::{
    form::{Lead, MaterialKind, ServiceLead, Side, SubjectOf},
    values::{DocumentKind, Holder},
};

/// From when, and until when unless it is for good.
pub const VALIDITY_STATED: Rule<Submission> = Rule {
    card: Card::office(
        "LED-15",
        "T1-2, §3–7",
        "LED_VALIDITY_MISSING",
        "The form states whether a lead's document is long-term and, if not, until when; for an ID card the start date is required.",
        "须说明负责人证件是否长期有效，非长期的须填写截止日期；身份证须填写有效期起始日期。",
    )
    .cure("Enter the dates as printed on the document.", "请按证件填写有效期。"),
    find: |submission, flaws| {
        for (pointer, lead) in submission.leads_entered() {
            let is_id_card = lead.document.kind == DocumentKind::ResidentIdCard;
            flaws.unless(!is_id_card || lead.validity.from.is_some(), &format!("{pointer}/validity/from"));
            flaws.unless(lead.validity.long_term || lead.validity.until.is_some(), &format!("{pointer}/validity/until"));
        }
    },
};

/// Who lives on the mainland is seen on the document by a person.
pub const RESIDENTS_SHOW_ID_CARD: Judgement = Judgement {
    card: Card::reviewer(
        "LED-19",
        "Fig 3-6, 3-10",
        "LED_DOCTYPE",
        "Mainland residents choose “ID card”.",
        "中国大陆居民的证件类型须选择“居民身份证”。",
    )
    .cure(
        "Choose “ID card” and upload it.",
        "请选择“居民身份证”并上传。",
    ),
    applies: |order| {
        let others = |lead: &Lead| {
            lead.document.kind != DocumentKind::ResidentIdCard
                && lead.document.kind.holder() == Holder::Person
        };
        let forms = order
            .services
            .values()
            .filter_map(|service| service.form.as_ref());
        order
            .principal
            .as_ref()
            .is_some_and(|principal| others(&principal.lead))
            || forms
                .into_iter()
                .any(|form| matches!(form.lead(), ServiceLead::Other { lead, .. } if others(lead)))
    },
};

/// Which upload shows each lead's document: an individual's own serves as the principal's.
fn uploads_of_leads(submission: &Submission) -> Vec<(MaterialKind, SubjectOf, &Lead)> {
    let kind = if submission.is_individual() {
        MaterialKind::PrincipalDocument
    } else {
        MaterialKind::PrincipalLeadDocument
    };
    let principal = submission
        .principal
        .iter()
        .map(|principal| (kind, SubjectOf::Principal {}, &principal.lead));
    let services = submission
        .forms()
        .filter_map(|(key, _, form)| match form.lead() {
            ServiceLead::Other { lead, .. } => Some((
                MaterialKind::ServiceLeadDocument,
                SubjectOf::Service {
                    service: key.clone(),
                },
                &**lead,
            )),
            ServiceLead::PrincipalLead {} => None,
        });
    principal.chain(services).collect()
}

fn note_sides(submission: &Submission, kind: MaterialKind, subject: &SubjectOf, flaws: &mut Flaws) {
    let uploads = submission
        .materials
        .iter()
        .filter(|material| material.kind == kind && &material.subject == subject);
    let sides: Vec<Option<Side>> = uploads.map(|material| material.side).collect();
    // Nothing uploaded at all is DOC-2's or DOC-3's to say.
    if sides.is_empty() || sides.contains(&Some(Side::Both)) {
        return;
    }
    for (side, name) in [(Side::Portrait, "portrait"), (Side::Emblem, "emblem")] {
        if !sides.contains(&Some(side)) {
            flaws.at(place_of(subject)).fact("missing_side", name);
        }
    }
}

/// Both sides of an ID card. Colour is DOC-1's, and a reviewer's.
pub const BOTH_SIDES: Rule<Submission> = Rule {
    card: Card::office(
        "LED-20",
        "Fig 3-6, 3-10",
        "DOC_SIDE_MISSING",
        "Both sides of the ID card are uploaded; one image holding both sides is enough.",
        "须上传身份证正反两面；正反面在同一张图片上的，上传一张即可。",
    )
    .cure(
        "Upload the other side, or one image with both.",
        "请补充上传另一面，或上传含正反面的图片。",
    ),
    find: |submission, flaws| {
        for (kind, subject, lead) in uploads_of_leads(submission) {
            if lead.document.kind == DocumentKind::ResidentIdCard {
                note_sides(submission, kind, &subject, flaws);
            }
        }
    },
};

/// A recognised number is looked at.
pub const NUMBER_CONFIRMED: Rule<Submission> = Rule {
    card: Card::office(
        "LED-22",
        "T1-2",
        "LED_NUMBER_UNCONFIRMED",
        "A recognised document number is shown, and the user confirms or corrects it.",
        "系统识别的证件号码须由用户确认或更正。",
    )
    .cure(
        "Compare the number with the document and confirm it.",
        "请核对证件号码并确认。",
    ),
    find: |submission, flaws| {
        for (pointer, lead) in submission.leads_entered() {
            flaws.unless(
                lead.number_confirmed,
                &format!("{pointer}/number_confirmed"),
            );
        }
    },
};

/// Valid today.
pub const VALID_TODAY: Rule<Submission> = Rule {
    card: Card::office(
        "LED-23",
        "§2.2.6–2.2.7",
        "LED_DOC_EXPIRED",
        "A lead's ID document is valid on the day of submission.",
        "负责人证件在提交当日须在有效期内。",
    )
    .cure(
        "Upload the renewed document and enter its dates.",
        "请上传换发后的证件并更新有效期。",
    ),
    find: |submission, flaws| {
        for (pointer, lead) in submission.leads_entered() {
            let (validity, day) = (&lead.validity, submission.day);
            flaws.unless(
                validity.from.is_none_or(|from| from <= day),
                &format!("{pointer}/validity/from"),
            );
            let runs = validity.long_term || validity.until.is_none_or(|until| day <= until);
            flaws.unless(runs, &format!("{pointer}/validity/until"));
        }
    },
};
