//! What the caller is told when the answer is yes.

use super::SmsOutcome;
use crate::{
    account::{Account, code::CodePurpose},
    filings::FilingType,
    order::lifecycle::StageName,
    refusal::{Broken, RuleId},
    values::{LeadId, OrderId},
};
use serde::{Deserialize, Serialize};

/// What the caller is told when the answer is yes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The order, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Where it stands now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageName>,
    /// Its type, and why it is that one (TYP-13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<FilingType>,
    /// What was remarked without refusing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Broken>,
    /// What became of a lead's entry or request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms: Option<SmsOutcome>,
    /// The number of the ticket that was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<u32>,
    /// Where the lead book has whom it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<StoredLead>,
    /// The account's code was wrong: nothing was done but to count that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong_code: Option<WrongCode>,
}

/// A code of the account that was entered wrongly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongCode {
    /// The rule that asks for it.
    pub rule: RuleId,
    /// How many tries are left.
    pub tries_left: u32,
}

impl WrongCode {
    /// As the account stands after a try. `None`: the code was right.
    pub(super) fn of(account: &Account, purpose: &CodePurpose) -> Option<Self> {
        let sent = account.code.as_ref().map(|code| code.sent)?;
        (!sent.used).then(|| Self {
            rule: purpose.rule().card.id.into(),
            tries_left: sent.tries_left(),
        })
    }
}

/// A place in a lead book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLead {
    /// Its id.
    pub id: LeadId,
    /// Nobody was there before.
    pub is_new: bool,
}
