//! SVC: what the form says of a website, and what it shares with that of an App (section 6).

use super::{
    Card, Hint, Judgement, Rule, ShownAt,
    completion::{self, COMPLETED},
    inspection::Sight,
    matter::Submission,
};
use crate::{
    form::{MaterialKind, ServiceForm, ServiceKind, SubjectOf},
    order::Order,
};

fn has_website(order: &Order) -> bool {
    order
        .services
        .values()
        .any(|service| service.kind == ServiceKind::Website)
}

const NAME: Card = Card::reviewer(
    "SVC-1",
    "§1.1, §4–7",
    "SVC_NAME_RULE",
    "The website name follows the naming rules for individuals or units.",
    "网站名称须符合个人或单位网站名称的填写要求。",
)
.cure(
    "Choose a name that the naming rules allow.",
    "请按网站名称填写要求修改。",
);

/// What can be seen of a name is remarked on, for the reviewer; the rules themselves are on a page that bureaus change.
pub const NAME_FORM: Rule<Submission> = Rule {
    card: NAME,
    find: |submission, flaws| {
        for (key, _, form) in submission.forms() {
            if let ServiceForm::Website(form) = form
                && let Some(flaw) = form.site_name.naming_flaw()
            {
                flaws
                    .at(format!("/services/{key}/form/site_name"))
                    .fact("remark", flaw.en);
            }
        }
    },
};

/// Whether the words suit this principal.
pub const NAME_WORDS: Judgement = Judgement {
    card: NAME,
    applies: has_website,
};

const CONTENT: Card = Card::reviewer(
    "SVC-2",
    "§1.1, §4–7",
    "SVC_CONTENT",
    "The website's content matches the nature of the principal.",
    "网站内容须与主办单位性质相符。",
)
.cure(
    "Choose what the principal may offer, or file as the unit that offers it.",
    "请选择与主办单位性质相符的服务内容，或以实际提供服务的单位备案。",
);

/// Content that is no individual's is remarked on, for the reviewer.
pub const CONTENT_OF_NATURE: Rule<Submission> = Rule {
    card: CONTENT,
    find: |submission, flaws| note_unsuited(submission, ServiceKind::is_app_like, false, flaws),
};

/// Notes every service of one group whose content is not for a principal of this nature.
pub(super) fn note_unsuited(
    submission: &Submission,
    group: fn(ServiceKind) -> bool,
    wanted: bool,
    flaws: &mut super::Flaws,
) {
    for (key, service, form) in submission.forms() {
        if group(service.kind) == wanted
            && !form.content().suits(submission.opened.principal.nature)
        {
            flaws
                .at(format!("/services/{key}/form/content"))
                .fact("content", form.content().code());
        }
    }
}

/// What the site really offers.
pub const CONTENT_JUDGED: Judgement = Judgement {
    card: CONTENT,
    applies: has_website,
};

/// The label is the kind's own.
pub const KIND_SHOWN: Card = Card::shape(
    "SVC-3",
    "§1.1, §4–7",
    "The service type is shown as 网站 and is not editable.",
    "服务类型显示为“网站”，不可修改。",
);

/// One language, for websites and Apps (APP-8).
pub const MAIN_LANGUAGE: Rule<Submission> = Rule {
    card: Card::warning(
        "SVC-4",
        "§1.1, §4–7",
        "SVC_LANGUAGES",
        "The language is the main one of the content; choosing several is discouraged.",
        "语言选择内容使用的主要语言，不建议选择多种。",
    )
    .cure("Choose the one main language.", "请只选择主要语言。"),
    find: |submission, flaws| {
        for (key, _, form) in submission.forms() {
            let chosen = form.languages().len();
            if chosen != 1 {
                flaws
                    .at(format!("/services/{key}/form/languages"))
                    .fact("chosen", chosen);
            }
        }
    },
};

/// A licence for licensed content, and for no other; for websites and Apps (APP-8).
pub const PRE_APPROVAL: Rule<Submission> = Rule {
    card: Card::office(
        "SVC-5",
        "§1.1, §3–7",
        "SVC_PREAPPROVAL",
        "Content of a pre-approval category comes with its licence; otherwise the field stays empty and no licence is uploaded.",
        "涉及前置或专项审批内容的，须上传审批文件；不涉及的不选择、不上传。",
    )
    .cure(
        "Upload the approval for this category; or choose the category that the uploaded approval is for, or take the file out.",
        "请上传该项审批文件；或选择与文件对应的审批内容，或删除该文件。",
    ),
    find: |submission, flaws| {
        for needed in submission.missing("SVC-5") {
            flaws
                .at(super::materials::place_of(&needed.subject))
                .fact("problem", "SVC_PREAPPROVAL_REQUIRED");
        }
        for (key, _, form) in submission.forms() {
            let subject = SubjectOf::Service { service: key.clone() };
            if form.pre_approval().is_none() && submission.has(MaterialKind::PreApprovalFile, &subject) {
                flaws
                    .at(format!("/services/{key}/form/pre_approval"))
                    .fact("problem", "SVC_PREAPPROVAL_UNEXPECTED");
            }
        }
    },
};

/// AMB-9: required of individuals. The 1 000 characters hold by the type of the remark. For websites and Apps (APP-8).
pub const REMARK: Rule<Submission> = Rule {
    card: Card::office(
        "SVC-6",
        "§1.1, Fig 3-11, AMB-9",
        "SVC_REMARK",
        "The remark describes what will actually be offered; individuals always write one, of at most 1000 characters.",
        "备注须说明实际提供的服务内容；个人备案必填，不超过1000字。",
    )
    .cure("Write what the service will offer.", "请填写开通后实际提供的服务内容。"),
    find: |submission, flaws| {
        for (key, _, form) in submission.forms() {
            let written = form.remark().is_some() || !submission.is_individual();
            flaws.unless(written, &format!("/services/{key}/form/remark"));
        }
    },
};

/// More websites.
pub const CONTINUE_TO_ADD: Card = Card::shape(
    "SVC-7",
    "§3–7",
    "More websites are added with “continue to add”, to the same order.",
    "可通过“继续新增”在同一订单中添加多个网站。",
);

/// Not while somebody reviews.
pub const WITHDRAW_TO_ADD: Card = Card::shape(
    "SVC-8",
    "§3–7",
    "Adding a service to an order already submitted for initial review requires withdrawing it first.",
    "订单已提交初审的，须先撤销才能继续新增。",
);

/// AMB-10: a new website takes one domain; one that is filed with several keeps them, or some of them.
pub const ONE_DOMAIN: Rule<Submission> = Rule {
    card: Card::office(
        "SVC-10",
        "EXT, MIIT 2019-633, AMB-10",
        "SVC_ONE_DOMAIN",
        "A new website holds one domain; a website that is filed with several may keep or drop them, and adds none.",
        "新备案的一个网站只能填写一个域名；已备案多个域名的网站可保留或减少域名，不能增加。",
    )
    .cure(
        "Enter one domain, and the others as websites of their own; in a change keep domains that are filed.",
        "请只填写一个域名，其余域名作为其他网站备案；变更时只能保留已备案的域名。",
    ),
    find: |submission, flaws| {
        for (key, _, form) in submission.forms() {
            let before = submission.before.as_ref();
            let filed = before.and_then(|before| before.services.get(key)?.service.form.as_ref());
            let entered = form.domains();
            let fits = match filed {
                None => entered.len() == 1,
                Some(filed) => !entered.is_empty() && entered.iter().all(|domain| filed.domains().contains(domain)),
            };
            if matches!(form, ServiceForm::Website(_)) && !fits {
                flaws
                    .at(format!("/services/{key}/form/domains"))
                    .fact("domains", entered.len());
            }
        }
    },
};

const TITLE: Card = Card::inspection(
    "SVC-11",
    "§2.4.3",
    "SVC_TITLE",
    "The filed website name equals the title that the live site shows.",
    "网站开通后显示的名称须与备案的网站名称一致。",
)
.cure(
    "Correct the title of the site, or file the new name as a change.",
    "请修改网站标签页及名称，与备案一致；名称已变更的，请办理变更备案。",
);

/// What is looked at later is told beforehand.
pub const TITLE_AS_FILED: Hint = Hint {
    card: TITLE,
    at: ShownAt::After,
    stages: COMPLETED,
    applies: |order, _| completion::has_website(order),
};

/// What an inspection sees of it.
pub const TITLE_SEEN: Rule<Sight> = Rule {
    card: TITLE,
    find: |sight, flaws| {
        if let (ServiceForm::Website(form), Some(title)) = (&sight.form, &sight.seen.title) {
            flaws.unless(*title == form.site_name, "/seen/title");
        }
    },
};
