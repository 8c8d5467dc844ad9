//! A ticket (工单) that asks for a document: what is written in it, and what becomes of it (§1.9).

use super::{DocumentKey, DocumentKind, OfficeDocument};
use crate::{
    form::ServiceName,
    order::{command::Ticked, review::Written},
    personal::Personal,
    values::{Email, Mobile, PartyName, RawText},
};
use jiff::{Timestamp, civil::Time};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// 问题类型: which specialists a ticket goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketType {
    /// 备案资料问题: to the filing specialists.
    FilingMaterialQuestions,
    /// 安全解决方案: to the security experts.
    SecuritySolution,
}

/// What a ticket asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Wanted {
    /// 接入商资质材料: qualification documents of the access provider, for a commercial licence.
    Qualification {
        /// 所需资质, as the requester says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        qualification: Option<Written>,
    },
    /// 测评报告: the detailed report behind the classified-protection certificate.
    AssessmentReport {},
}

crate::tagged::tag_inside!(Wanted, "document");

impl Wanted {
    /// What kind of document answers it.
    pub const fn kind(&self) -> DocumentKind {
        match self {
            Self::Qualification { .. } => DocumentKind::Qualification,
            Self::AssessmentReport {} => DocumentKind::AssessmentReport,
        }
    }
}

/// 联系时间.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum ContactTime {
    /// 任何时间.
    AnyTime {},
    /// 指定时间: within this period of a day, in the office's time zone.
    Between {
        /// From then on.
        from: Time,
        /// Until then.
        until: Time,
    },
}

crate::tagged::tag_inside!(ContactTime, "when");

impl Default for ContactTime {
    fn default() -> Self {
        Self::AnyTime {}
    }
}

/// 联系方式, as it is entered. What is left out is filled in from the account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactAsked {
    /// 手机号码.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<Personal<Mobile>>,
    /// 联系时间; any time unless said.
    #[serde(default)]
    pub time: ContactTime,
    /// 邮箱: where the documents go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Personal<Email>>,
    /// 抄送邮箱, as they are written: one text with `;` between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cc: Option<Personal<RawText>>,
}

/// A ticket as it is entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketAsked {
    /// 问题类型.
    #[serde(rename = "type")]
    pub ticket_type: TicketType,
    /// What is wanted.
    pub wanted: Wanted,
    /// 主体单位名称.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_name: Option<Personal<PartyName>>,
    /// 域名或APP名称.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<ServiceName>,
    /// 用途.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Written>,
    /// 联系方式.
    #[serde(default)]
    pub contact: ContactAsked,
    /// What was ticked.
    #[serde(default)]
    pub ticks: Vec<Ticked>,
}

/// 联系方式, complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Progress comes here, and engineers may call it.
    pub mobile: Personal<Mobile>,
    /// When they may.
    pub time: ContactTime,
    /// Progress and documents come here.
    pub email: Personal<Email>,
    /// Progress comes here as well.
    pub cc: Vec<Personal<Email>>,
}

/// What a ticket says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketForm {
    /// 问题类型.
    #[serde(rename = "type")]
    pub ticket_type: TicketType,
    /// What is wanted.
    pub wanted: Wanted,
    /// 主体单位名称.
    pub principal_name: Option<Personal<PartyName>>,
    /// 域名或APP名称.
    pub subject: Option<ServiceName>,
    /// 用途.
    pub purpose: Option<Written>,
    /// 联系方式.
    pub contact: Contact,
}

/// A ticket as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// What it says.
    pub form: TicketForm,
    /// When it was opened.
    pub opened: Timestamp,
    /// Who confirmed the requester's identity, and when.
    pub confirmed: Option<(String, Timestamp)>,
    /// What is on its way to the requester's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sending: Option<Sending>,
    /// How it ended.
    pub end: Option<TicketEnd>,
}

/// What a specialist gave to be sent. The ticket has ended when the mail server has taken all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// The documents, each as it was when it was given.
    pub documents: BTreeMap<DocumentKey, OfficeDocument>,
    /// Those that the mail server took.
    pub mailed: BTreeSet<DocumentKey>,
    /// Who gave them, the last time.
    pub reviewer: String,
}

/// How a ticket ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketEnd {
    /// The documents were sent to the requester's e-mail address: the mail server took them.
    Sent {
        /// Which.
        documents: Vec<DocumentKey>,
        /// When.
        at: Timestamp,
    },
    /// It was rejected.
    Rejected {
        /// Why.
        reason: Written,
        /// When.
        at: Timestamp,
    },
}

/// The most cc addresses (DRQ-11).
pub const MOST_CC: usize = 20;
/// The most characters that they may take together.
pub const LONGEST_CC: usize = 2580;

/// What is wrong with cc addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CcFlaw {
    /// More than 2 580 characters.
    TooLong(usize),
    /// More than 20.
    TooMany(usize),
    /// This one, counted from 1, is no address, or a space stands beside it.
    NoAddress(usize),
}

/// Reads cc addresses: `a@example.com;b@example.com`.
///
/// # Errors
/// See [`CcFlaw`].
pub fn cc(raw: &str) -> Result<Vec<Email>, CcFlaw> {
    if raw.is_empty() {
        return Ok(Vec::new());
    }
    let long = raw.chars().count();
    if long > LONGEST_CC {
        return Err(CcFlaw::TooLong(long));
    }
    let count = raw.split(';').count();
    if count > MOST_CC {
        return Err(CcFlaw::TooMany(count));
    }
    let mut all: Vec<Email> = Vec::new();
    for (place, address) in (1..).zip(raw.split(';')) {
        let address = Email::parse(address).map_err(|_| CcFlaw::NoAddress(place))?;
        // Nobody is told twice.
        if !all.contains(&address) {
            all.push(address);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cc_addresses_stand_between_semicolons() {
        let of = |count: usize| {
            let each: Vec<_> = (0..count).map(|at| format!("a{at}@example.com")).collect();
            each.join(";")
        };
        assert_eq!(
            cc("a@example.com;a@example.com").map(|all| all.len()),
            Ok(1)
        );
        assert_eq!(cc("").map(|all| all.len()), Ok(0));
        assert_eq!(cc(&of(20)).map(|all| all.len()), Ok(20));
        assert_eq!(cc(&of(21)), Err(CcFlaw::TooMany(21)));
        for (bad, place) in [
            ("a@example.com; b@example.com", 2),
            ("a@example.com,b@example.com", 1),
            ("a@example.com;", 2),
            ("a@example.com；b@example.com", 1),
        ] {
            assert_eq!(cc(bad), Err(CcFlaw::NoAddress(place)), "{bad}");
        }
        // 20 addresses of 128 characters and the 19 semicolons between them: 2 579.
        let long = format!("{}@{}.cn", "n".repeat(64), "h".repeat(60));
        assert_eq!(
            cc(&vec![long.as_str(); 20].join(";")).map(|all| all.len()),
            Ok(1)
        );
        let longer = format!("{}@{}.cn", "n".repeat(64), "h".repeat(62));
        assert_eq!(
            cc(&vec![longer.as_str(); 20].join(";")),
            Err(CcFlaw::TooLong(20 * 130 + 19))
        );
    }
}
