//! AGR-4, DRQ: documents of the provider's own that an account asks for (§1.8, §1.9). What a ticket says is judged in
//! [`ticket`].

use super::{Card, Rule, ticket};
use crate::{
    document_request::{DocumentKind, TicketType},
    order::Agreement,
};
use std::collections::BTreeSet;

/// On which way a document is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// From the download page.
    Download,
    /// By a ticket of this type.
    Ticket(TicketType),
}

/// A download that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Download {
    /// What stands under the name, if anything does.
    pub kind: Option<DocumentKind>,
    /// The account has ticked the confidentiality commitment.
    pub ticked: bool,
}

/// What a specialist does about a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketAnswer {
    /// Looks who asks, or says that they have looked.
    Looks,
    /// Sends documents of these kinds; none: there is no document of that name.
    Sends(Vec<Option<DocumentKind>>),
    /// Rejects it.
    Rejects {
        /// With a reason.
        given: bool,
    },
}

/// How far a ticket is, where it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// There is no such ticket.
    Unknown,
    /// It has ended; how.
    Ended(&'static str),
    /// It waits.
    Open {
        /// What it asks for.
        wanted: DocumentKind,
        /// The requester's identity was confirmed.
        confirmed: bool,
    },
}

/// A ticket and its answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// How far the ticket is.
    pub ticket: TicketState,
    /// The answer.
    pub answer: TicketAnswer,
}

/// The tick that opens the download page.
pub const COMMITMENT_TICKED: Rule<BTreeSet<Agreement>> = Rule {
    card: Card::office(
        "AGR-4",
        "§1.8",
        "AGR_NOT_TICKED",
        "The compliance-certificate download needs a tick on the confidentiality commitment.",
        "下载合规证书须勾选同意《保密承诺函》。",
    )
    .cure(
        "Tick the confidentiality commitment.",
        "请勾选《保密承诺函》。",
    ),
    find: |ticked, flaws| {
        flaws.unless(
            ticked.contains(&Agreement::ConfidentialityCommitment),
            "/ticks",
        );
    },
};

/// Nobody has to be asked for a certificate.
pub const SELF_SERVICE: Card = Card::shape(
    "DRQ-1",
    "§1.8 s1–4",
    "The classified-protection certificate is self-service: apply, tick the confidentiality commitment, confirm, download.",
    "等保证明可自行下载：申请、勾选保密承诺函、确定、下载。",
);

/// An account that has not ticked is handed out nothing.
pub const SERVED_AFTER_TICK: Rule<Download> = Rule {
    card: Card::office(
        "DRQ-2",
        "§1.8 s3, Fig 1-36",
        "AGR_NOT_TICKED",
        "No download without the tick on the confidentiality commitment.",
        "未勾选保密承诺函的，不能下载。",
    )
    .cure(
        "Apply for the certificates and tick the confidentiality commitment first.",
        "请先申请并勾选《保密承诺函》。",
    ),
    find: |download, flaws| flaws.unless(download.ticked, "/ticks"),
};

/// The name stays, what stands under it is the newest.
pub const NEWEST_OFFERED: Card = Card::shown(
    "DRQ-3",
    "Fig 1-36",
    "When a newer certificate exists, the download page offers it automatically.",
    "有新的合规证书时，下载页自动更新。",
);

/// Behind the certificate is a report, which the security experts give out.
pub const REPORT_BY_TICKET: Rule<(DocumentKind, Route)> = Rule {
    card: Card::office(
        "DRQ-4",
        "§1.8 note",
        "DRQ_TICKET_NEEDED",
        "The detailed assessment report is not self-service; it needs a ticket to the security experts.",
        "详细测评报告不能自行下载，须向安全解决方案专家提交工单。",
    )
    .cure(
        "Open a ticket of the type `security_solution` that asks for the assessment report.",
        "请提交类型为“安全解决方案”的工单申请测评报告。",
    ),
    find: |(kind, route), flaws| {
        if *kind != DocumentKind::AssessmentReport {
            return;
        }
        match route {
            Route::Download => flaws.unless(false, "/document"),
            Route::Ticket(to) => flaws.unless(*to == TicketType::SecuritySolution, "/ticket/type"),
        }
    },
};

/// Qualification documents come from the filing specialists.
pub const QUALIFICATION_BY_TICKET: Rule<(DocumentKind, Route)> = Rule {
    card: Card::office(
        "DRQ-5",
        "§1.9",
        "DRQ_TYPE",
        "Access-provider qualification documents are requested by ticket, of the type “filing material questions” (备案资料问题).",
        "接入商资质材料须通过类型为“备案资料问题”的工单申请。",
    )
    .cure(
        "Open a ticket of the type `filing_material_questions`.",
        "请提交类型为“备案资料问题”的工单。",
    ),
    find: |(kind, route), flaws| {
        if *kind != DocumentKind::Qualification {
            return;
        }
        match route {
            Route::Download => flaws.unless(false, "/document"),
            Route::Ticket(to) => {
                flaws.unless(*to == TicketType::FilingMaterialQuestions, "/ticket/type");
            }
        }
    },
};

/// Who asks is checked before anything is sent, and whoever is sent nothing is told why.
pub const IDENTITY_FIRST: Rule<Answered> = Rule {
    card: Card::office(
        "DRQ-13",
        "§1.9, s5 note",
        "DRQ_IDENTITY",
        "The specialist checks the requester's identity, then sends the documents that were asked for by e-mail, or rejects the ticket with a reason.",
        "备案专员核实申请人身份后，以邮件发送所需材料；不予提供的，说明原因后驳回。",
    )
    .cure(
        "Confirm the requester first, then send documents of the kind that was asked for, or reject the ticket with a reason. A ticket that has ended (sent, rejected) is not answered again: a new one is opened.",
        "请先完成身份核实，再发送所申请类型的材料，或说明原因后驳回。已办结的工单（已发送、已驳回）不能再处理，请重新提交工单。",
    ),
    find: |answered, flaws| {
        let (wanted, confirmed) = match answered.ticket {
            TicketState::Open { wanted, confirmed } => (wanted, confirmed),
            TicketState::Ended(how) => {
                flaws.at("/ticket").fact("ticket", how);
                return;
            }
            TicketState::Unknown => {
                flaws.at("/ticket").fact("ticket", "unknown");
                return;
            }
        };
        match &answered.answer {
            TicketAnswer::Looks => {}
            TicketAnswer::Rejects { given } => flaws.unless(*given, "/reason"),
            TicketAnswer::Sends(kinds) => {
                if !confirmed {
                    flaws.at("/ticket").fact("ticket", "unconfirmed");
                }
                flaws.unless(!kinds.is_empty(), "/documents");
                for (place, kind) in kinds.iter().enumerate() {
                    flaws.unless(*kind == Some(wanted), &format!("/documents/{place}"));
                }
            }
        }
    },
};

/// Whoever asked hears of it.
pub const PROGRESS_TOLD: Card = Card::shown(
    "DRQ-14",
    "Fig 1-41",
    "Ticket progress is announced by SMS and e-mail; engineers may call.",
    "工单进展通过短信和邮件提醒；必要时工程师会致电联系。",
);

/// What the rules above say, and those of the ticket itself, in the order of the law.
pub const CARDS: &[&Card] = &[
    &COMMITMENT_TICKED.card,
    &ticket::TERMS.card,
    &SELF_SERVICE,
    &SERVED_AFTER_TICK.card,
    &NEWEST_OFFERED,
    &REPORT_BY_TICKET.card,
    &QUALIFICATION_BY_TICKET.card,
    &ticket::DESCRIPTION.card,
    &ticket::PURPOSE_OPTIONAL,
    &ticket::PHONE_GIVEN.card,
    &ticket::EMAIL_GIVEN.card,
    &ticket::TIME_GIVEN.card,
    &ticket::CC_FORM.card,
    &ticket::TICKED_FIRST.card,
    &IDENTITY_FIRST.card,
    &PROGRESS_TOLD,
];
