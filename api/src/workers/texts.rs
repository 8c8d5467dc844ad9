//! The words of notices, in both languages: `notices.zh.toml` and `notices.en.toml`.

use domain::values::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A notice, by the name that it has in the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// NTF-1.
    ReviewPassed,
    /// NTF-1.
    OrderRejected,
    /// NTF-1.
    InfoRequested,
    /// NTF-1, of a claim.
    ClaimGranted,
    /// NTF-1, of a claim.
    ClaimRejected,
    /// NTF-2, RVW-8.
    Advice,
    /// NTF-4, where the office sends the codes.
    Submitted,
    /// NTF-4, where MIIT sends them.
    SubmittedExternal,
    /// NTF-4, where nobody has to verify (SMS-2).
    SubmittedToReview,
    /// NTF-5.
    SessionCode,
    /// NTF-6.
    SessionCodeAgain,
    /// NTF-7.
    FilingApproved,
    /// NTF-7.
    FilingRejected,
    /// NTF-8, where the office stands in for MIIT.
    ResultToLeadApproved,
    /// NTF-8, where the office stands in for MIIT.
    ResultToLeadRejected,
    /// NTF-13.
    InspectionIssue,
    /// The same to the lead whom it concerns.
    IssueToLead,
    /// NTF-14.
    TicketOpened,
    /// NTF-14.
    TicketConfirmed,
    /// NTF-14.
    TicketSent,
    /// NTF-14.
    TicketRejected,
    /// NTF-15.
    DocumentSent,
    /// NTF-16.
    ContactCode,
    /// NTF-16, to the lead who confirms a cancellation by it.
    CancellationCode,
    /// NTF-9.
    ConfirmationRequested,
    /// NTF-9, AMB-40.
    ConfirmationPending,
    /// NTF-7, CAN-21, and the end of NTF-18.
    CancellationApproved,
    /// NTF-18, before: the resource has expired.
    PassiveExpired,
    /// NTF-18, before: a superior authority asks for it.
    PassiveOrdered,
    /// NTF-18, after: access stays.
    PassiveEnded,
    /// To whoever runs the office: the bureau rejected a passive cancellation.
    PassiveRejected,
    /// NTF-16.
    TransferCode,
    /// NTF-16.
    MigrationCode,
    /// NTF-17.
    WindowClosing,
    /// NTF-17.
    ReturnedDeadline,
    /// NTF-17.
    ReturnedSixthEntry,
    /// NTF-17.
    Withdrawn,
    /// NTF-17.
    Abandoned,
    /// SLA-11.
    DraftExpires,
    /// SLA-11.
    DraftExpired,
    /// NTF-19.
    TransferReceived,
    /// NTF-19.
    MigrationAgreed,
    /// NTF-19.
    MigrationReceived,
    /// A principal without services was taken off the record.
    ShellRemoved,
    /// NTF-20, SLA-9.
    PublicSecurityDue,
    /// NTF-20.
    DomainExpires,
    /// NTF-20.
    ServerExpires,
    /// NTF-20, SLA-8.
    LeadDocumentExpires,
    /// AMB-64: to whoever runs the office.
    ResultRefused,
    /// RVW-1: to whoever runs the office.
    ReviewLate,
    /// SLA-3: to whoever runs the office.
    ForwardingLate,
    /// BUR-2, SLA-7: to whoever runs the office.
    BureauLate,
}

impl Notice {
    /// The name that it has in the texts.
    pub fn name(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// A language that notices and papers are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// A phrase in it.
    pub const fn of(self, text: Text) -> &'static str {
        self.of_two(text.zh, text.en)
    }

    /// What stands there in Chinese, or what stands there in English.
    pub const fn of_two<'t>(self, zh: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// How a notice is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// As an SMS.
    Sms,
    /// As an e-mail.
    Email,
}

/// The words of one notice. What is absent is not sent that way.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    sms: Option<String>,
    subject: Option<String>,
    email: Option<String>,
}

/// The words of every notice in one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Texts(BTreeMap<Notice, Words>);

/// A notice's text, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Of an e-mail; empty for an SMS.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl Texts {
    /// The texts in a language.
    ///
    /// # Errors
    /// The file that was built in is not one of texts, which the tests would notice.
    pub fn read(language: Language) -> Result<Self, toml::de::Error> {
        toml::from_str(match language {
            Language::Zh => include_str!("notices.zh.toml"),
            Language::En => include_str!("notices.en.toml"),
        })
    }

    /// A notice with its braces filled. `None`: it is not sent that way, or something that it names is not known.
    pub fn render(
        &self,
        notice: Notice,
        way: Way,
        facts: &BTreeMap<&'static str, String>,
    ) -> Option<Rendered> {
        let words = self.0.get(&notice)?;
        Some(match way {
            Way::Sms => Rendered {
                subject: String::new(),
                text: filled(words.sms.as_deref()?, facts)?,
            },
            Way::Email => Rendered {
                subject: filled(words.subject.as_deref()?, facts)?,
                text: filled(words.email.as_deref()?.trim(), facts)?,
            },
        })
    }
}

/// Fills braces in one pass, so that a brace in what somebody wrote stays as it is.
fn filled(template: &str, facts: &BTreeMap<&'static str, String>) -> Option<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        text.push_str(before);
        text.push_str(facts.get(name)?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Notice; 52] = [
        Notice::ReviewPassed,
        Notice::OrderRejected,
        Notice::InfoRequested,
        Notice::ClaimGranted,
        Notice::ClaimRejected,
        Notice::Advice,
        Notice::Submitted,
        Notice::SubmittedExternal,
        Notice::SubmittedToReview,
        Notice::SessionCode,
        Notice::SessionCodeAgain,
        Notice::FilingApproved,
        Notice::FilingRejected,
        Notice::ResultToLeadApproved,
        Notice::ResultToLeadRejected,
        Notice::InspectionIssue,
        Notice::IssueToLead,
        Notice::TicketOpened,
        Notice::TicketConfirmed,
        Notice::TicketSent,
        Notice::TicketRejected,
        Notice::DocumentSent,
        Notice::ContactCode,
        Notice::CancellationCode,
        Notice::ConfirmationRequested,
        Notice::ConfirmationPending,
        Notice::CancellationApproved,
        Notice::PassiveExpired,
        Notice::PassiveOrdered,
        Notice::PassiveEnded,
        Notice::PassiveRejected,
        Notice::TransferCode,
        Notice::TransferReceived,
        Notice::MigrationCode,
        Notice::MigrationAgreed,
        Notice::MigrationReceived,
        Notice::ShellRemoved,
        Notice::WindowClosing,
        Notice::ReturnedDeadline,
        Notice::ReturnedSixthEntry,
        Notice::Withdrawn,
        Notice::Abandoned,
        Notice::DraftExpires,
        Notice::DraftExpired,
        Notice::PublicSecurityDue,
        Notice::DomainExpires,
        Notice::ServerExpires,
        Notice::LeadDocumentExpires,
        Notice::ResultRefused,
        Notice::ReviewLate,
        Notice::ForwardingLate,
        Notice::BureauLate,
    ];

    fn facts() -> BTreeMap<&'static str, String> {
        [
            "order",
            "reason",
            "findings",
            "deadline",
            "code",
            "number",
            "numbers",
            "phones",
            "hours",
            "position",
            "since",
            "date",
            "days",
            "domain",
            "service",
            "lead",
            "notice",
            "says",
            "remedy",
            "due",
            "ticket",
            "wanted",
            "document",
            "reference",
            "account",
            "count",
            "sites",
        ]
        .map(|name| (name, format!("<{name}>")))
        .into()
    }

    // covers: BUR-6
    #[test]
    fn every_notice_has_its_words_in_both_languages_and_none_speaks_of_a_password() {
        for language in [Language::Zh, Language::En] {
            let texts = Texts::read(language).unwrap();
            assert_eq!(texts.0.len(), ALL.len());
            for notice in ALL {
                let ways = [Way::Sms, Way::Email].map(|way| texts.render(notice, way, &facts()));
                assert!(ways.iter().any(Option::is_some), "{notice:?}");
                for rendered in ways.into_iter().flatten() {
                    let said = format!("{}\n{}", rendered.subject, rendered.text).to_lowercase();
                    assert!(!said.contains(['{', '}']), "{said}");
                    assert!(
                        !said.contains("密码") && !said.contains("password"),
                        "{said}"
                    );
                    assert!(!rendered.text.is_empty() && !rendered.text.ends_with('\n'));
                }
            }
        }
    }

    #[test]
    fn both_languages_send_the_same_notices_the_same_ways() {
        let [zh, en] = [Language::Zh, Language::En].map(|language| Texts::read(language).unwrap());
        for notice in ALL {
            for way in [Way::Sms, Way::Email] {
                let sent = [&zh, &en].map(|texts| texts.render(notice, way, &facts()).is_some());
                assert_eq!(sent[0], sent[1], "{notice:?} {way:?}");
            }
        }
    }

    #[test]
    fn what_somebody_wrote_is_not_taken_for_a_brace() {
        let facts = [
            ("order", "1 {code}".to_owned()),
            ("code", "123456".to_owned()),
        ]
        .into();
        assert_eq!(
            filled("a {order} b {code}", &facts).unwrap(),
            "a 1 {code} b 123456"
        );
        for bad in ["{unknown}", "{order"] {
            assert_eq!(filled(bad, &facts), None, "{bad}");
        }
    }
}
