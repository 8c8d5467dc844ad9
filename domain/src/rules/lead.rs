//! LED, SMS-48: principal lead and service lead: who they are and how they are reached (section 5).

use super::{Card, Judgement, Rule, materials::note_missing, matter::Submission};
use crate::{form::Lead, order::Order, policy::PolicyKind, values::PartyName};

fn has_leads(order: &Order) -> bool {
    order.principal.is_some()
}

fn is_unit_with_services(order: &Order) -> bool {
    let unit = order
        .opened
        .as_ref()
        .is_some_and(|opened| !opened.principal.nature.is_individual());
    unit && !order.services.is_empty()
}

const LEGAL_REPRESENTATIVE: &str = "/principal/lead_is_legal_representative";

/// Whether a unit is led by somebody other than its legal representative.
pub(super) fn is_led_by_another(submission: &Submission) -> bool {
    let principal = submission.principal.as_ref();
    !submission.is_individual()
        && principal.is_some_and(|principal| !principal.lead_is_legal_representative)
}

/// AMB-6: a letter by default, so this is remarked on and no more; LED-3 refuses where a province insists.
pub const NORMALLY_LEGAL_REPRESENTATIVE: Rule<Submission> = Rule {
    card: Card::warning(
        "LED-1",
        "T1-2, T3-2, AMB-6",
        "LED_NOT_LEGAL_REPRESENTATIVE",
        "The principal lead is normally the legal representative.",
        "主体负责人一般情况下须为法定代表人。",
    )
    .cure(
        "Enter the legal representative as principal lead, or keep the authorisation letter at hand.",
        "请填写法定代表人为主体负责人，或备好授权书。",
    ),
    find: |submission, flaws| flaws.unless(!is_led_by_another(submission), LEGAL_REPRESENTATIVE),
};

/// Another principal lead needs a letter.
pub const PRINCIPAL_LEAD_AUTHORISED: Rule<Submission> = Rule {
    card: Card::office(
        "LED-2",
        "§3 s3.4, §5 s3.3, §6 s3.3",
        "LED_AUTH_LETTER_REQUIRED",
        "The form states whether the principal lead is the legal representative; if not, an authorisation letter of the legal representative is uploaded.",
        "须说明主体负责人是否为法定代表人；不是的，须上传法定代表人授权书。",
    )
    .cure("Upload the signed authorisation letter.", "请上传法定代表人签署的授权书。"),
    find: |submission, flaws| note_missing(submission, "LED-2", flaws),
};

/// Some provinces insist (PRV-9): there a letter does not help.
pub const LEGAL_REPRESENTATIVE_WHERE_ASKED: Rule<Submission> = Rule {
    card: Card::office(
        "LED-3",
        "§3 s3.4, Fig 3-9, AMB-6",
        "PRV_LEGAL_REP_ONLY",
        "In provinces that insist on the legal representative, the principal lead is the legal representative.",
        "当地管局要求主体负责人为法定代表人的，主体负责人须为法定代表人。",
    )
    .cure("Enter the legal representative as principal lead.", "请将主体负责人改为法定代表人。"),
    find: |submission, flaws| {
        let asked = submission.policy.has(PolicyKind::LegalRepresentativeOnly);
        flaws.unless(!(asked && is_led_by_another(submission)), LEGAL_REPRESENTATIVE);
    },
};

/// A unit's service lead belongs to the unit.
pub const MEMBER_OF_UNIT: Judgement = Judgement {
    card: Card::reviewer(
        "LED-4",
        "§3 s3.7, §4 s2.6",
        "LED_NOT_EMPLOYEE",
        "A unit's service lead is a member of the unit: its legal representative or site manager.",
        "单位的互联网信息服务负责人须为本单位人员（法定代表人或网站负责人）。",
    )
    .cure(
        "Enter a member of the unit as service lead.",
        "请填写本单位人员为负责人。",
    ),
    applies: is_unit_with_services,
};

/// An individual leads in person.
pub const INDIVIDUAL_IN_PERSON: Rule<Submission> = Rule {
    card: Card::office(
        "LED-5",
        "§3 s3.7, §4 s2.6",
        "LED_INDIVIDUAL_MUST_BE_SELF",
        "An individual's service lead is the principal in person.",
        "个人备案的互联网信息服务负责人须为主办者本人。",
    )
    .cure(
        "Reuse the principal lead, and enter the principal as that lead.",
        "请复用主体负责人信息，且主体负责人为本人。",
    ),
    find: |submission, flaws| {
        if !submission.is_individual() {
            return;
        }
        for (key, _, form) in submission.forms() {
            let named = submission
                .principal
                .as_ref()
                .map(|principal| &principal.name);
            let named = named.unwrap_or(&submission.opened.principal.principal_name);
            let in_person = submission.lead_of(form).is_some_and(|lead| {
                lead.document.same(&submission.opened.principal.document)
                    && named.agrees(&lead.name, PartyName::is_of)
            });
            flaws.unless(in_person, &format!("/services/{key}/form/lead"));
        }
    },
};

/// Another service lead needs a letter.
pub const SERVICE_LEAD_AUTHORISED: Rule<Submission> = Rule {
    card: Card::office(
        "LED-6",
        "§3–7, Fig 3-9",
        "LED_AUTH_LETTER_REQUIRED",
        "The service lead need not be the legal representative; if not, an authorisation letter is uploaded.",
        "互联网信息服务负责人可以不是法定代表人；不是的，须上传授权书。",
    )
    .cure("Upload the signed authorisation letter for this service lead.", "请上传该负责人的授权书。"),
    find: |submission, flaws| note_missing(submission, "LED-6", flaws),
};

/// Reuse shares all data; the type of the form leaves no second copy to disagree.
pub const REUSED: Card = Card::shape(
    "LED-7",
    "§3 s3.7, §4 s2.6",
    "If both leads are the same person, “reuse” is ticked and all data is shared.",
    "两个负责人为同一人的，勾选“复用”，信息一致。",
);

/// Every service lead that was entered apart, with the pointer.
fn service_leads(submission: &Submission) -> Vec<(String, &Lead)> {
    submission
        .leads_entered()
        .into_iter()
        .filter(|(pointer, _)| pointer.starts_with("/services/"))
        .collect()
}

fn share_mobile(a: &Lead, b: &Lead) -> bool {
    a.mobile.agrees(&b.mobile, |a, b| a == b)
}

/// Two leads, two phones, two mailboxes.
pub const CONTACTS_DISTINCT: Rule<Submission> = Rule {
    card: Card::office(
        "LED-8",
        "§3 s3.7, §4 s2.6",
        "LED_CONTACT_NOT_DISTINCT",
        "If the leads are different persons, both their phones and their e-mails differ.",
        "两个负责人不是同一人的，电话、邮箱不能相同。",
    )
    .cure(
        "Enter each lead's own mobile and e-mail.",
        "请填写各负责人本人的手机号和邮箱。",
    ),
    find: |submission, flaws| {
        let Some(principal) = &submission.principal else {
            return;
        };
        for (pointer, lead) in service_leads(submission) {
            let first = &principal.lead;
            if lead.same_person(first) {
                continue;
            }
            flaws.unless(!share_mobile(lead, first), &format!("{pointer}/mobile"));
            let mailbox = lead
                .email
                .agrees(&first.email, |a, b| a.folded() == b.folded());
            flaws.unless(!mailbox, &format!("{pointer}/email"));
        }
    },
};

/// AMB-27: whoever holds the phone would verify for two people, so it is refused before it comes to that.
pub const ONE_PERSON_A_MOBILE: Rule<Submission> = Rule {
    card: Card::office(
        "SMS-48",
        "LED-8, AMB-27",
        "LED_CONTACT_NOT_DISTINCT",
        "One mobile number stands for one identity document within an order.",
        "同一订单内，一个手机号码只能对应一个证件。",
    )
    .cure(
        "Enter each lead's own mobile number.",
        "请填写各负责人本人的手机号。",
    ),
    find: |submission, flaws| {
        let leads = submission.leads_entered();
        for (at, (pointer, lead)) in leads.iter().enumerate() {
            let earlier = leads
                .iter()
                .take(at)
                .any(|(_, other)| share_mobile(lead, other) && !lead.same_person(other));
            flaws.unless(!earlier, &format!("{pointer}/mobile"));
        }
    },
};

/// The emergency phone is the principal's.
pub const EMERGENCY_PHONE_REAL: Judgement = Judgement {
    card: Card::reviewer(
        "LED-10",
        "T1-2, T3-2",
        "LED_EMERGENCY_INVALID",
        "The emergency phone is real, in long-term use by the principal, and not another company's.",
        "应急电话必须真实、有效，为备案主体长期使用的号码，不能填写其他公司的电话。",
    )
    .cure("Enter a number that the principal itself keeps.", "请填写备案主体长期使用的号码。"),
    applies: has_leads,
};

/// The mobile is the lead's. Its form holds by its type.
pub const MOBILE_REAL: Judgement = Judgement {
    card: Card::reviewer(
        "LED-13",
        "T1-2, T3-2",
        "LED_MOBILE_INVALID",
        "The mobile number is real, reachable and the person's own.",
        "手机号码须真实、有效，为本人所有。",
    )
    .cure(
        "Enter the lead's own mobile number.",
        "请填写负责人本人的手机号。",
    ),
    applies: has_leads,
};

/// The mobile's home region, where a province asks (PRV-6).
pub const MOBILE_FROM_REGION: Rule<Submission> = Rule {
    card: Card::office(
        "LED-14",
        "T1-2, T3-2",
        "LED_MOBILE_REGION",
        "Where a province asks for it, the principal lead's mobile belongs to the filing region and its home region can be looked up.",
        "当地管局有要求的，主体负责人手机号码归属地须与备案地域一致，且可查询。",
    )
    .cure("Enter a mobile number of the filing region.", "请更换为备案地域归属的手机号。"),
    find: |submission, flaws| {
        let home = submission.facts.mobile_region;
        let asked = submission.policy.has(PolicyKind::MobileFromRegion);
        if asked && home != Some(submission.opened.principal.region) {
            flaws.at("/principal/lead/mobile").fact("looked_up", home.is_some());
        }
    },
};
