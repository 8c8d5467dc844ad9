//! What is to be done outside. Kept in the outbox as JSON: roles, keyed digests and ids only.

use super::texts::{Notice, Way};
use domain::{
    document_request::DocumentKey,
    form::ServiceKey,
    order::verification::attempt_or_former,
    values::{AccountId, AttemptId, DomainName, OrderId, SubmissionId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An effect of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Tell somebody something.
    Notice {
        /// What.
        notice: Notice,
        /// Whom.
        to: Recipient,
        /// How.
        by: Way,
        /// Only while this holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<WhileOpen>,
    },
    /// Tell an account's owner something that is about no order.
    TellOwner {
        /// Whose.
        account: AccountId,
        /// What.
        of: Tidings,
        /// How.
        by: Way,
    },
    /// Tell the lead whom it concerns what an inspection found (NTF-13).
    TellLead {
        /// In whose filing.
        account: AccountId,
        /// Its number among the issues of the account.
        issue: u32,
        /// How.
        by: Way,
    },
    /// Tell whoever opened a ticket how it goes (NTF-14).
    TellRequester {
        /// Whose ticket.
        account: AccountId,
        /// Its number.
        ticket: u32,
        /// How far it is.
        step: TicketStep,
        /// Where.
        to: RequesterAddress,
    },
    /// Send a document that a ticket asks for (NTF-15).
    SendDocument {
        /// Whose ticket.
        account: AccountId,
        /// Its number.
        ticket: u32,
        /// Which document.
        document: DocumentKey,
    },
    /// Send an account's own phone a code (NTF-16).
    AccountCode {
        /// Whose.
        account: AccountId,
        /// The how-manyeth.
        number: u32,
    },
    /// Send a target the code of its session (NTF-5, NTF-6).
    SessionCode {
        /// The submission whose session it is.
        submission: SubmissionId,
        /// The target, by keyed digest of its mobile.
        phone: String,
        /// 0, or the how-manyeth resend.
        resend: u32,
    },
    /// Send a contact code (NTF-16).
    ContactCode {
        /// Keyed digest of the mobile.
        phone: String,
        /// The how-manyeth.
        number: u32,
    },
    /// Hand the order to the bureau.
    Submit {
        /// This dispatch of it.
        submission: SubmissionId,
    },
    /// Approve, in the place of a bureau that is simulated.
    Approve {
        /// Which submission.
        submission: SubmissionId,
    },
    /// Close the 24-hour window (T19).
    ExpireSms {
        /// The submission whose session it is.
        submission: SubmissionId,
    },
    /// Archive a draft that was kept for as long as the office keeps drafts (SLA-11).
    ExpireDraft {
        /// Not before this time, where that is planned so late that its owner could not be reminded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_before: Option<Timestamp>,
    },
    /// Log and count that an answer is late, if it has not come by then.
    Alarm {
        /// Which answer.
        awaits: Awaited,
    },
    /// Tell whoever runs the office so by e-mail.
    AlarmMail {
        /// Which answer.
        awaits: Awaited,
    },
    /// Remind the applicant of a day, so many days before it.
    Remind {
        /// Of what.
        of: Reminder,
        /// How many days before.
        days: u16,
    },
    /// Remind the owner of a cancellation that waits for their confirmation (AMB-40).
    ConfirmationPending {
        /// What was asked for; a later round has another one.
        reference: String,
        /// How.
        by: Way,
    },
    /// Start to cancel access once the resource of a filed service has run out (T31).
    WatchResource {
        /// The service, as the order calls it that filed it.
        service: ServiceKey,
    },
    /// End a passive cancellation if its resource is renewed in time (T33).
    WatchRenewal {},
    /// Have a lead's face checked.
    CheckFace {
        /// Keyed digest of the lead's document.
        lead: String,
        /// Which attempt; what was planned before attempts had ids is over.
        #[serde(default, deserialize_with = "attempt_or_former")]
        attempt: Option<AttemptId>,
    },
}

/// What the owner of an account is told apart from any order. It says where to look; the words are read when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tidings", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tidings {
    /// An inspection found something (NTF-13).
    InspectionIssue {
        /// Its number among those of the account.
        issue: u32,
    },
    /// Another account's filing was transferred to it (NTF-19).
    TransferReceived {},
    /// It agreed to a migration of websites to it (NTF-19).
    MigrationAgreed {
        /// By which order.
        order: OrderId,
    },
    /// Those websites are its principal's now (NTF-19).
    MigrationReceived {
        /// By which order.
        order: OrderId,
    },
    /// Its principal, which had no services, was taken off the record.
    ShellRemoved {},
}

impl Tidings {
    /// The notice that tells it.
    pub const fn notice(&self) -> Notice {
        match self {
            Self::InspectionIssue { .. } => Notice::InspectionIssue,
            Self::TransferReceived {} => Notice::TransferReceived,
            Self::MigrationAgreed { .. } => Notice::MigrationAgreed,
            Self::MigrationReceived { .. } => Notice::MigrationReceived,
            Self::ShellRemoved {} => Notice::ShellRemoved,
        }
    }
}

/// How far a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStep {
    /// It was taken in.
    Opened,
    /// The requester's identity was confirmed.
    Confirmed,
    /// What it asks for was sent.
    Sent,
    /// It was rejected.
    Rejected,
}

/// Where somebody who opened a ticket is told of it: what stands in the ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case", deny_unknown_fields)]
pub enum RequesterAddress {
    /// The contact mobile, by SMS.
    Mobile {},
    /// The contact e-mail address.
    Email {},
    /// A cc address.
    Cc {
        /// Which of them, counted from 0.
        place: usize,
    },
}

/// What an applicant is reminded of once a filing is complete (NTF-20).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reminder", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reminder {
    /// The draft is archived (SLA-11).
    Draft {
        /// As for [`Effect::ExpireDraft`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        not_before: Option<Timestamp>,
    },
    /// The public-security filing (SLA-9).
    PublicSecurity {},
    /// A domain's registration ends.
    Domain {
        /// Which, as it is registered.
        domain: DomainName,
    },
    /// A server is paid for no longer.
    Server {
        /// The service that runs on it.
        service: ServiceKey,
    },
    /// A lead's document is valid no longer (POST-6).
    LeadDocument {
        /// Keyed digest of the document.
        document: String,
    },
}

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "snake_case", deny_unknown_fields)]
pub enum Recipient {
    /// The applicant: the account's registered contacts.
    Account {},
    /// The principal lead.
    PrincipalLead {},
    /// The lead with this mobile.
    Lead {
        /// Keyed digest of the mobile.
        phone: String,
    },
    /// Whoever runs the office.
    Operations {},
}

/// An answer that is due within working days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case", deny_unknown_fields)]
pub enum Awaited {
    /// Our own review of what was submitted (RVW-1, SLA-1; of a claim RVW-12, SLA-2).
    Review {
        /// The how-manyeth submission of the order.
        round: u32,
    },
    /// A confirmed cancellation was to go to the bureau (SLA-3).
    Forwarding {
        /// The how-manyeth submission of the order.
        round: u32,
        /// Within how many working days.
        days: u16,
    },
    /// The bureau's review was to begin: by the clock from the submission (AMB-41).
    Beginning {
        /// Which submission.
        submission: SubmissionId,
    },
    /// The bureau's result, by the later clock: from the end of the SMS verification (BUR-2, SLA-7).
    Result {
        /// Which submission.
        submission: SubmissionId,
    },
}

/// A condition on a notice about an SMS session: it is still open, and so is the target it goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhileOpen {
    /// Whose session.
    pub submission: SubmissionId,
    /// From this time on it is too late to say so.
    pub until: Timestamp,
    /// How many hours are left, at most.
    pub hours: u32,
}

impl Effect {
    /// What kind it is, for whoever reads the list of dead letters: `submit`, `notice review_passed`.
    pub fn kind(&self) -> String {
        let kind = match self {
            Self::Notice { notice, .. } => return format!("notice {}", notice.name()),
            Self::TellLead { .. } => return format!("notice {}", Notice::IssueToLead.name()),
            Self::TellRequester { .. } => "tell_requester",
            Self::SendDocument { .. } => "send_document",
            Self::TellOwner { of, .. } => return format!("notice {}", of.notice().name()),
            Self::SessionCode { .. } => "session_code",
            Self::ContactCode { .. } => "contact_code",
            Self::AccountCode { .. } => "account_code",
            Self::Submit { .. } => "submit",
            Self::Approve { .. } => "approve",
            Self::ExpireSms { .. } => "expire_sms",
            Self::ExpireDraft { .. } => "expire_draft",
            Self::Alarm { .. } => "alarm",
            Self::AlarmMail { .. } => "alarm_mail",
            Self::Remind { .. } => "remind",
            Self::ConfirmationPending { .. } => "confirmation_pending",
            Self::WatchResource { .. } => "watch_resource",
            Self::WatchRenewal {} => "watch_renewal",
            Self::CheckFace { .. } => "check_face",
        };
        kind.to_owned()
    }
}

/// An effect and when it is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub effect: Effect,
    /// When; `None`: at once.
    pub at: Option<Timestamp>,
}

impl From<Effect> for Due {
    fn from(effect: Effect) -> Self {
        Self { effect, at: None }
    }
}
