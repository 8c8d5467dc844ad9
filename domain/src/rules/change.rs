//! CHG: what is particular to a change (section 16.4).

use super::{
    Card, EDITABLE, Hint, IN_PROGRESS, Rule, ShownAt,
    completion::has_website,
    materials::{self, note_missing},
    matter::{FilingAsked, FilingEdit, Submission},
    touched::contact_differs,
};
use crate::{
    filings::About,
    form::{Lead, ServiceLead},
    order::Order,
    policy::PolicyKind,
    values::IcpNumber,
};

/// Each kind has what it is about, and nothing else.
pub const KINDS: Rule<FilingAsked> = Rule {
    card: Card::office(
        "CHG-1",
        "T1-1",
        "CHG_KIND",
        "There are three kinds of change: of the principal only, of services only, and of both.",
        "变更备案分为三种：变更主体、变更互联网信息服务、变更备案（同时变更两者）。",
    )
    .cure(
        "Choose no service to change the principal alone, and at least one for the other two kinds.",
        "仅变更主体时不选择服务；变更互联网信息服务或变更备案时至少选择一项服务。",
    ),
    find: |asked, flaws| flaws.unless(asked.about.is_services() != asked.services.is_empty(), "/services"),
};

/// Of this account, and in force.
pub const FROM_A_FILING: Rule<FilingAsked> = Rule {
    card: Card::office(
        "CHG-5",
        "§1.1 s2.1",
        "CHG_NOTHING_FILED",
        "A change starts from a completed filing of this account.",
        "变更须从本账号已完成的备案开始。",
    )
    .cure(
        "Choose services by the numbers that the account's filings show; what is not filed yet is filed first. Where the filing was taken off the record after the order was opened, abandon the order.",
        "请按“已完成备案”中显示的备案号选择；尚未备案的，请先备案。订单创建后备案已被取消接入的，请放弃本订单。",
    ),
    find: |asked, flaws| {
        flaws.unless(asked.principal, "");
        for asked in asked.services.iter().filter(|asked| !asked.is_filed) {
            // Whatever is no filing number is not repeated: nobody knows what it is.
            let is_number = IcpNumber::parse(&asked.number).is_ok();
            flaws.at(&asked.pointer).fact("is_filing_number", is_number);
        }
    },
};

/// A change of the principal leaves the services alone.
pub const PRINCIPAL_ONLY: Rule<FilingEdit> = Rule {
    card: Card::office(
        "CHG-2",
        "T1-1",
        "CHG_FIELD_NOT_IN_KIND",
        "A change of the principal changes data of the principal only, such as its address or its lead.",
        "变更主体只能修改主体中的信息，如通信地址、主体负责人信息等。",
    )
    .cure(
        "Abandon this change and open one of principal and services (变更备案), or change the service afterwards.",
        "请放弃本订单后选择“变更备案”，或在本订单完成后变更互联网信息服务。",
    ),
    find: |edit, flaws| flaws.unless(edit.service.is_none(), &edit.pointer),
};

/// A change of services leaves the principal alone.
pub const SERVICES_ONLY: Rule<FilingEdit> = Rule {
    card: Card::office(
        "CHG-3",
        "T1-1",
        "CHG_FIELD_NOT_IN_KIND",
        "A change of services changes data of websites and Apps only, such as name, service lead or address.",
        "变更互联网信息服务只能修改网站或APP中的信息，如网站名称、互联网信息服务负责人、IP等。",
    )
    .cure(
        "Abandon this change and open one of principal and services (变更备案), or change the principal afterwards.",
        "请放弃本订单后选择“变更备案”，或在本订单完成后变更主体。",
    ),
    find: |edit, flaws| flaws.unless(edit.service.is_some(), &edit.pointer),
};

/// What was chosen is changed; what is new is filed as new.
pub const CHOSEN_SERVICES: Rule<FilingEdit> = Rule {
    card: Card::office(
        "CHG-12",
        "§1.1 s2.3",
        "CHG_NOT_CHOSEN",
        "One or more websites or Apps on record are chosen, and each is changed; none is added, and none becomes another one.",
        "变更互联网信息时选择一个或多个已备案的网站或APP，分别单击“变更”修改；不能新增服务，也不能换成其他服务。",
    )
    .cure(
        "Change one of the services that the order was opened on; file a new one as a new service.",
        "请修改本订单所选的服务；新的网站或APP请通过“新增互联网信息服务”备案。",
    ),
    find: |edit, flaws| flaws.unless(edit.service.is_none() || edit.is_chosen, &edit.pointer),
};

/// Something is changed. A newer document is something.
pub const NOT_EMPTY: Rule<Submission> = Rule {
    card: Card::office(
        "CHG-11",
        "§1.1 s2.2–2.3",
        "CHG_EMPTY",
        "Fields that do not change are left alone; a change without any difference is refused.",
        "不需变更的项不做修改；没有任何变更的订单不能提交。",
    )
    .cure(
        "Change what has changed, or upload the newer document; if nothing has, abandon the order.",
        "请修改需变更的项，或上传更新后的证件；没有变更的，请放弃本订单。",
    ),
    find: |submission, flaws| flaws.unless(submission.touches_something(), ""),
};

/// Notes where the contact of one who leads principal and service becomes another one.
fn note_contacts(submission: &Submission, flaws: &mut super::Flaws) {
    let Some(before) = &submission.before else {
        return;
    };
    let (filed, entered) = (
        &before.principal.principal.lead,
        submission.principal.as_ref(),
    );
    let changed =
        |filed: &Lead, lead: &Lead| filed.same_person(lead) && contact_differs(filed, lead);
    let principal = entered.is_some_and(|entered| changed(filed, &entered.lead));
    flaws.unless(!principal, "/principal/lead");
    for (key, _, form) in submission.forms() {
        if let (ServiceLead::Other { lead, .. }, Some(of_service)) =
            (form.lead(), before.lead_of(key))
        {
            let is_one = of_service.same_person(filed);
            let flawed = is_one && changed(of_service, lead);
            flaws.unless(!flawed, &format!("/services/{key}/form/lead/lead"));
        }
    }
}

/// Notes where one person has two contacts in a change of both.
fn note_split(submission: &Submission, flaws: &mut super::Flaws) {
    let entered = submission.leads_entered();
    for (at, (pointer, lead)) in entered.iter().enumerate() {
        let is_split = entered
            .iter()
            .take(at)
            .any(|(_, other)| lead.same_person(other) && contact_differs(lead, other));
        flaws.unless(!is_split, pointer);
    }
}

/// An individual has one contact, in both places.
pub const CONTACT_OF_INDIVIDUAL: Rule<Submission> = Rule {
    card: Card::office(
        "CHG-9",
        "§1.1 notice",
        "CHG_MUST_BE_B",
        "An individual changes contact data (emergency phone, e-mail, phone) of principal and service in one order.",
        "个人备案的联系方式（包括紧急联系人、邮箱、固定电话等）变更，须提交“变更备案”。",
    )
    .cure(
        "Open a change of principal and services (变更备案) instead, and enter the same contact in both places.",
        "请改为提交“变更备案”，并在两处填写相同的联系方式。",
    ),
    find: |submission, flaws| {
        match (submission.is_individual(), submission.about) {
            (false, _) => {}
            (true, About::Both) => note_split(submission, flaws),
            (true, _) => note_contacts(submission, flaws),
        }
    },
};

/// So has a unit that one person leads in both roles.
pub const CONTACT_OF_ONE_LEAD: Rule<Submission> = Rule {
    card: Card::office(
        "CHG-10",
        "§1.1 notice",
        "CHG_MUST_BE_B",
        "A unit whose two leads are one person changes that person's contact data in principal and service in one order.",
        "主体负责人和互联网信息服务负责人为同一人的单位，联系方式变更须提交“变更备案”。",
    )
    .cure(
        "Open a change of principal and services (变更备案) instead, and enter the same contact in both places.",
        "请改为提交“变更备案”，并在两处填写相同的联系方式。",
    ),
    find: |submission, flaws| {
        let by_one = submission.before.as_ref().is_some_and(super::touched::Before::is_led_by_one);
        match (submission.is_individual(), submission.about) {
            (false, About::Both) => note_split(submission, flaws),
            (false, _) if by_one => note_contacts(submission, flaws),
            _ => {}
        }
    },
};

/// Hunan and Guizhou. No other order brings another lead along, neither a change of the principal nor a new service or access.
pub const LEAD_IN_BOTH: Rule<Submission> = Rule {
    card: Card::office(
        "PRV-2",
        "§1.1 notice",
        "PRV_MUST_USE_CHG_B",
        "In Hunan and Guizhou another principal lead is filed as a change of principal and services together.",
        "湖南、贵州地区变更主体负责人（即法定代表人），须提交“变更备案”，不能选择“变更主体”。",
    )
    .cure(
        "Leave the lead as on record, or abandon this order; file the new lead as a change of principal and services (变更备案) where the principal is filed, with a new authorisation letter for the service lead.",
        "请保留已备案的主体负责人，或放弃本订单；新的主体负责人请在主体备案所在接入商处通过“变更备案”办理，并提供新的互联网信息服务负责人授权书。",
    ),
    find: |submission, flaws| {
        let source = submission.policy.row(PolicyKind::LeadChangeChangesBoth).map(|row| row.source.as_str());
        if submission.brings_lead_for_both() {
            flaws.at("/principal/lead").fact("source", source.unwrap_or_default());
        }
    },
};

/// With the letter of the new one.
pub const LETTER_ANEW: Rule<Submission> = Rule {
    card: Card::office(
        "CHG-8",
        "§1.1 notice",
        "LED_AUTH_LETTER_REQUIRED",
        "In Hunan and Guizhou a change of the principal lead includes a new authorisation letter for the service lead.",
        "湖南、贵州地区变更主体负责人的，须提供新的互联网信息服务负责人授权书。",
    )
    .cure(
        "Upload the letter by which the new legal representative authorises this service lead.",
        "请上传新的法定代表人签署的该负责人授权书。",
    ),
    find: |submission, flaws| note_missing(submission, "CHG-8", flaws),
};

fn has_several_domains(order: &Order) -> bool {
    let mut filed = order.services_on_record.values();
    filed.any(|record| {
        let form = record.service.form.as_ref();
        form.is_some_and(|form| form.domains().len() > 1)
    })
}

/// In time.
pub const THIRTY_DAYS_AHEAD: Hint = Hint {
    card: Card::shown(
        "CHG-6",
        "§1.1 scenario",
        "Apply thirty days ahead of the change of what is filed.",
        "备案信息发生变更的，请提前三十日申请变更备案。",
    ),
    at: ShownAt::Preview,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// And truly. What an inspection finds to be untrue is an issue (INS-2).
pub const TRUE_DATA: Hint = Hint {
    card: Card::shown(
        "CHG-7",
        "§1.1 scenario",
        "Data that is not true may lead to the closure of the website or App and to the cancellation of the filing.",
        "备案信息不真实的，将关闭网站或APP并注销备案。",
    ),
    at: ShownAt::Preview,
    stages: EDITABLE,
    applies: |_, _| true,
};

/// Nothing stops.
pub const STAYS_REACHABLE: Hint = Hint {
    card: Card::shown(
        "CHG-13",
        "§1.1 note",
        "A site with one domain stays reachable while it is changed.",
        "网站仅对应一个域名的，变更备案期间已备案的域名可继续访问。",
    ),
    at: ShownAt::Status,
    stages: IN_PROGRESS,
    applies: |order, _| has_website(order) && !has_several_domains(order),
};

/// Unless it is taken out.
pub const REMOVED_ON_APPROVAL: Hint = Hint {
    card: Card::shown(
        "CHG-14",
        "§1.1 note",
        "A domain that a change takes out of a site becomes unfiled when the bureau approves, and is not reachable any more; the others stay reachable.",
        "变更删除的域名待管局审核通过后将变成未备案域名，不可继续访问；其他域名可正常访问。",
    ),
    at: ShownAt::Services,
    stages: EDITABLE,
    applies: |order, _| has_several_domains(order),
};

/// Both in one.
pub const BOTH_IN_ONE: Card = Card::shape(
    "CHG-4",
    "T1-1",
    "A change of principal and services changes both in one order.",
    "变更备案可在同一订单中同时变更主体信息和互联网信息。",
);

/// A domain is no service.
pub const DOMAINS_BY_CHANGE: Card = Card::shape(
    "CHG-15",
    "§1.1, §1.5, §1.6 notices",
    "Some domains of a site are taken out by a change, never by a cancellation: a cancellation names whole services.",
    "仅删除网站的部分域名的，通过变更备案办理，不能办理注销。",
);

/// DOC-10 judges it.
pub const NEW_ADDRESS: Card = Card::shape(
    "CHG-16",
    "§1.1 example",
    "A new licence address is changed in the principal's document address, in a change of the principal or of both, with the new licence uploaded in colour.",
    "营业执照地址变更的，在“变更主体”或“变更备案”中修改“证件住址”，并上传新营业执照的彩色扫描件。",
);

/// DOC-9 judges it.
pub const TOUCHED_MATERIALS: Card = Card::shape(
    "CHG-17",
    "§1.1",
    "The materials of a change are those that the change touches.",
    "变更备案的资料为变更涉及的资料。",
);

/// The hold of the domain ends with the approval, not before.
pub const UNFILED_ON_APPROVAL: Card = Card::shape(
    "DNS-7",
    "§1.1 note",
    "A domain taken out by a change becomes unfiled when the bureau approves; the others stay filed.",
    "变更删除的域名在管局审核通过后变为未备案，其余域名保持备案。",
);

/// What the group says.
pub const CARDS: &[&Card] = &[
    &KINDS.card,
    &PRINCIPAL_ONLY.card,
    &SERVICES_ONLY.card,
    &BOTH_IN_ONE,
    &FROM_A_FILING.card,
    &THIRTY_DAYS_AHEAD.card,
    &TRUE_DATA.card,
    &LETTER_ANEW.card,
    &CONTACT_OF_INDIVIDUAL.card,
    &CONTACT_OF_ONE_LEAD.card,
    &NOT_EMPTY.card,
    &CHOSEN_SERVICES.card,
    &STAYS_REACHABLE.card,
    &REMOVED_ON_APPROVAL.card,
    &DOMAINS_BY_CHANGE,
    &NEW_ADDRESS,
    &TOUCHED_MATERIALS,
    &LEAD_IN_BOTH.card,
    &materials::LICENCE_ANEW.card,
    &materials::ADDRESS_WITH_LICENCE.card,
    &materials::SCREENSHOT.card,
    &UNFILED_ON_APPROVAL,
];
