//! FST: what is particular to a first filing (section 16.1). FST-1 is judged by the type check.

use super::{Card, Hint, Rule, ShownAt, matter::Submission};
use crate::{context::Channel, order::lifecycle::StageName};

/// The order of the steps is the order of the lifecycle and of the form.
pub const STEPS: Card = Card::shape(
    "FST-2",
    "§3",
    "A first filing goes through these steps: type check and principal, product verification, internet information, materials, authenticity verification, initial review, SMS verification, bureau review.",
    "首次备案依次经过：验证备案类型和填写主体信息、产品验证、填写互联网信息、上传资料、真实性核验、初审、短信核验、管局审核。",
);

/// Whoever sits at a PC is offered the App.
pub const PC_OR_APP: Hint = Hint {
    card: Card::shown(
        "FST-3",
        "§3 s2.1, Fig 3-2",
        "A first filing can be started on the PC or in the App. On the PC you may go on in the App, or stay here.",
        "首次备案可在PC端或APP端发起。您可以改用APP继续，也可以留在PC端办理。",
    ),
    at: ShownAt::Start,
    stages: &[StageName::New],
    applies: |_, who| who.channel == Channel::Pc,
};

/// What is advised is remarked on; TYP-14 and TYP-15 refuse what is not allowed.
pub const PROVINCE_OF_DOCUMENT: Rule<Submission> = Rule {
    card: Card::warning(
        "FST-4",
        "§3 s2.1, VAL-10, AMB-51",
        "FST_OTHER_PROVINCE",
        "A unit files in the province that issued its document; for an individual the province of the document is advised.",
        "单位应在证件签发地所在省份备案；个人建议选择证件所在省份。",
    )
    .cure(
        "Make sure that the bureau of the chosen region takes this document; otherwise abandon the order and start again in the province of the document.",
        "请确认所选地域的管局接受该证件；不接受的，请放弃备案后按证件所在省份重新申请。",
    ),
    find: |submission, flaws| {
        let region = submission.opened.principal.region;
        let of_document = submission.opened.principal.province_of_document();
        if let Some(province) = of_document.filter(|province| *province != region) {
            flaws
                .at("/region")
                .fact("region", region.code())
                .fact("document", province.code());
        }
    },
};

/// DNS-1 is what is judged; this is what the applicant is told while there is still time.
pub const STOP_RESOLUTION: Hint = Hint {
    card: Card::shown(
        "FST-5",
        "T3-1",
        "Stop the resolution of the domain before filing; a domain that still resolves may be rejected at initial review.",
        "备案前请停止域名解析；仍在解析的域名可能被初审驳回。",
    ),
    at: ShownAt::Services,
    stages: super::EDITABLE,
    applies: |order, _| {
        order
            .services
            .values()
            .any(|service| !service.kind.is_app_like())
    },
};

/// The end is a beginning.
pub const MAY_OPEN: Hint = Hint {
    card: Card::shown(
        "FST-6",
        "§3 follow-up",
        "The filing is complete: the website or App may open. Public-security filing (公安备案) follows.",
        "备案已完成，网站或APP可以开通；开通后请办理公安备案。",
    ),
    at: ShownAt::After,
    stages: &[StageName::Completed],
    applies: |_, _| true,
};
