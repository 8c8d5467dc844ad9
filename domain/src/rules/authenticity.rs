//! VER: authenticity verification (section 11).

use super::{
    Card, Judgement, Rule,
    matter::{Edit, QrScan, Submission},
};
use crate::{
    context::Channel,
    form::SubjectOf,
    order::verification::{FaceReport, OLDEST_APP, QR_LIFE},
};

/// What a face check is judged on: the report, and whether the person is the lead.
#[derive(Clone, Debug)]
pub struct FaceCheck {
    /// What the camera saw.
    pub report: FaceReport,
    /// The person is the service lead.
    pub is_lead: bool,
}

/// Every service lead has a passed check before the order is submitted.
pub const PASSED: Rule<Submission> = Rule {
    card: Card::office(
        "VER-1",
        "§3 s4–5",
        "VER_NOT_PASSED",
        "An order is submitted for initial review only after authenticity verification has passed.",
        "真实性核验通过后才能提交初审。",
    )
    .cure(
        "Have the service lead pass the face check in the App.",
        "请互联网信息服务负责人在APP完成真实性核验。",
    ),
    find: |submission, flaws| {
        for (service, lead) in &submission.leads {
            if !submission
                .verifications
                .get(lead)
                .is_some_and(|check| check.passed)
            {
                flaws.at(format!("/services/{service}/form/lead"));
            }
        }
    },
};

/// A passed check counts once the lead confirmed the photo.
pub const PHOTO_CONFIRMED: Rule<Submission> = Rule {
    card: Card::office(
        "VER-11",
        "§3 s4",
        "VER_PHOTO_NOT_CONFIRMED",
        "A passed check becomes usable only after the lead confirms the photo.",
        "核验通过后须确认使用该核验照。",
    )
    .cure(
        "Confirm the photo (确认使用该核验照), or take it again.",
        "请点击“确认使用该核验照”，或重新核验。",
    ),
    find: |submission, flaws| {
        for (service, lead) in &submission.leads {
            if submission
                .verifications
                .get(lead)
                .is_some_and(|check| check.passed && !check.confirmed)
            {
                flaws.at(format!("/services/{service}/form/lead"));
            }
        }
    },
};

/// Ten minutes.
pub const QR_FRESH: Rule<QrScan> = Rule {
    card: Card::office(
        "VER-5",
        "§3 s4",
        "VER_QR_EXPIRED",
        "A QR code is valid for 10 minutes from creation.",
        "“核验二维码”有效时间为十分钟。",
    )
    .cure("Refresh the QR code.", "请刷新二维码。"),
    find: |scan, flaws| flaws.unless(scan.now.duration_since(scan.created) < QR_LIFE, ""),
};

/// One scan.
pub const QR_UNUSED: Rule<QrScan> = Rule {
    card: Card::office(
        "VER-6",
        "§3 s4",
        "VER_QR_USED",
        "A QR code is dead after its first scan, even inside the 10 minutes.",
        "“核验二维码”被扫描后即失效。",
    )
    .cure("Refresh the QR code.", "请刷新二维码。"),
    find: |scan, flaws| flaws.unless(!scan.scanned, ""),
};

/// The newest one.
pub const QR_NEWEST: Rule<QrScan> = Rule {
    card: Card::office(
        "VER-7",
        "§3 s4, decision",
        "VER_QR_REPLACED",
        "A refresh creates a new QR code with a new 10-minute life and kills the old one.",
        "刷新后生成新的二维码，旧二维码同时失效。",
    )
    .cure("Scan the newest QR code.", "请扫描最新的二维码。"),
    find: |scan, flaws| flaws.unless(scan.newest, ""),
};

/// Everything that a scan is judged by.
pub const SCAN_RULES: [&Rule<QrScan>; 3] = [&QR_FRESH, &QR_UNUSED, &QR_NEWEST];

/// Only the lead in person.
pub const LEAD_IN_PERSON: Rule<FaceCheck> = Rule {
    card: Card::office(
        "VER-2",
        "§3 s4",
        "VER_NOT_SERVICE_LEAD",
        "Only the service lead in person performs the face check.",
        "须由互联网信息服务负责人本人操作。",
    )
    .cure(
        "The service lead does the check in person.",
        "请互联网信息服务负责人本人重新核验。",
    ),
    find: |check, flaws| {
        flaws.unless(
            check.is_lead && check.report.matched && check.report.live,
            "",
        );
    },
};

/// White background.
pub const WHITE_BACKGROUND: Rule<FaceCheck> = Rule {
    card: Card::office(
        "VER-8",
        "§3 s4",
        "VER_BACKGROUND",
        "The background of the face video is white.",
        "背景必须为白色背景。",
    )
    .cure(
        "Try again in front of a white wall.",
        "请在白色背景前重新核验。",
    ),
    find: |check, flaws| flaws.unless(check.report.white_background, ""),
};

/// Uncovered face.
pub const FACE_UNCOVERED: Rule<FaceCheck> = Rule {
    card: Card::office(
        "VER-9",
        "§3 s4",
        "VER_FACE_COVERED",
        "The face is not covered.",
        "面部无遮挡。",
    )
    .cure(
        "Take off what covers the face and try again.",
        "请去除面部遮挡后重新核验。",
    ),
    find: |check, flaws| flaws.unless(check.report.face_uncovered, ""),
};

/// Everything that a face check is judged by.
pub const FACE_RULES: [&Rule<FaceCheck>; 3] = [&LEAD_IN_PERSON, &WHITE_BACKGROUND, &FACE_UNCOVERED];

/// The App is recent enough.
pub const RECENT_APP: Rule<str> = Rule {
    card: Card::office(
        "VER-14",
        "§3 prerequisites",
        "VER_APP_TOO_OLD",
        "The latest App version is needed.",
        "需使用最新版本APP。",
    )
    .cure("Update the App.", "请更新APP后重试。"),
    find: |version, flaws| {
        let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        let is = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if is < OLDEST_APP {
            flaws
                .at("/app_version")
                .fact("needed", format!("{}.{}", OLDEST_APP.0, OLDEST_APP.1));
        }
    },
};

/// A new identity voids the check.
pub const VOID_ON_NEW_IDENTITY: Card = Card::shape(
    "VER-17",
    "AMB-17",
    "Changing the service lead's identity after a passed check invalidates it.",
    "核验通过后更换互联网信息服务负责人的，核验结果失效。",
);
/// One check a lead.
pub const ONE_CHECK_A_LEAD: Card = Card::shape(
    "VER-18",
    "AMB-17",
    "An order with several distinct service leads needs one passed check per lead.",
    "订单内有多名互联网信息服务负责人的，每人均需通过核验。",
);
/// Route A.
pub const ROUTE_A: Card = Card::shape(
    "VER-3",
    "§3 s4",
    "Route A: the service lead scans the QR code with the App; no login to the filing account is needed.",
    "方式一：负责人使用APP扫描核验二维码，无需登录备案账号。",
);
/// Route B.
pub const ROUTE_B: Card = Card::shape(
    "VER-4",
    "§3 s4",
    "Route B: the check is started from the filing account in the App, and the service lead does it.",
    "方式二：在APP登录备案账号后发起，由负责人完成核验。",
);
/// Failing is not final.
pub const AGAIN: Card = Card::shape(
    "VER-10",
    "§3 s4",
    "A failed check can be taken again; the number of retakes is not limited.",
    "真实性核验未通过的，可重新核验，次数不限。",
);
/// A start, whoever had passed before, opens the check again and has it done again (VER-10: without limit). Until the new
/// check passes, the photo that was confirmed stands: a retake that fails, or that nobody finishes, takes nothing away. Once
/// it passes its photo replaces the old one and has to be confirmed (VER-11). A reviewer who doubts a photo (VER-16) has
/// said so in a finding; whether the applicant's answer, new photo or old, holds up is judged again in the next round.
pub const RETAKE: Card = Card::shape(
    "VER-12",
    "§3 s4, decision",
    "Before confirming, the lead may retake the photo; afterwards a retake replaces it while the order is editable.",
    "确认前可重新核验；确认后在可修改状态下重新核验将替换核验照。",
);

/// PRV-4 asks for the papers; without them a check in that province does not stand.
pub const CHECK_WITH_PAPERS: Rule<Submission> = Rule {
    card: Card::office(
        "VER-13",
        "§1.1, §3–7 notes",
        "VER_JIANGSU_DOCS",
        "The verification of a Jiangsu website, since 2021-06-01, also follows the Jiangsu requirements: its service lead has signed the province's papers.",
        "江苏地区自2021年6月1日起，网站的真实性核验还须符合江苏省要求：互联网信息服务负责人须签署真实性核验材料。",
    )
    .cure(
        "Upload the papers that this service lead signed.",
        "请上传该负责人签署的真实性核验材料。",
    ),
    find: |submission, flaws| {
        for needed in submission.missing("PRV-4") {
            if let SubjectOf::Service { service } = &needed.subject {
                flaws.at(format!("/services/{service}/form/lead"));
            }
        }
    },
};

/// The lifecycle has no such move for them.
pub const NOT_FOR_ALL: Card = Card::shape(
    "VER-19",
    "§1.2, §1.4–1.7",
    "Transfers, claims and cancellations need no authenticity verification.",
    "转移备案、认领备案、注销备案和取消接入无需真实性核验。",
);

/// What the machine passed, a person may doubt.
pub const HOLDS_UP: Judgement = Judgement {
    card: Card::reviewer(
        "VER-16",
        "T1-3, T3-3",
        "VER_DOUBTFUL",
        "The authenticity verification holds up: photo, person and document are the service lead's.",
        "真实性核验属实：核验照、本人与证件均为互联网信息服务负责人。",
    )
    .cure(
        "Have the service lead verify again in the App.",
        "请互联网信息服务负责人在APP重新核验。",
    ),
    applies: |order| !order.verifications.is_empty(),
};

/// A change to verification data, and where it is made.
pub const IN_THE_APP: Rule<Edit> = Rule {
    card: Card::office(
        "VER-15",
        "§8 s3.2, AMB-66",
        "VER_EDIT_ON_APP_ONLY",
        "Verification data is given and changed in the App only; principal, services and materials are changed on the PC.",
        "真实性核验信息仅可在APP端办理和修改；主体信息、互联网信息和资料在PC端修改。",
    )
    .cure(
        "Open the App and verify there.",
        "请在APP端进行真实性核验。",
    ),
    find: |edit, flaws| flaws.unless(!(edit.is_verification() && edit.channel == Channel::Pc), ""),
};
