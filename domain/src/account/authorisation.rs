//! “My authorisations” (我的授权): the migrations that an account is asked to agree to (§1.3 s10).

use super::{AccountCommand, AccountEvent};
use crate::values::AccountId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A migration that is about to bring websites into an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorisation {
    /// The account that they come from.
    pub from: AccountId,
    /// When it asked.
    pub asked: Timestamp,
    /// When this one agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<Timestamp>,
}

/// How a request for authorisation ended, for the account that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorisationEnd {
    /// The migration is complete: the websites are this account's.
    Completed,
    /// This account refused.
    Refused,
    /// The other account recalled it, asked another account, or gave the migration up.
    Recalled,
    /// What this account had agreed to was changed (MIG-18).
    Void,
}

/// What an account keeps of a request. Whether it may be made, and answered so, the desk judged on both accounts. `None`: it is
/// about something else.
pub(super) fn kept(command: &AccountCommand, at: Timestamp) -> Option<AccountEvent> {
    Some(match *command {
        AccountCommand::AskAuthorisation { order, from } => {
            AccountEvent::AuthorisationAsked { order, from, at }
        }
        AccountCommand::NoteAuthorisation { order } => {
            AccountEvent::AuthorisationNoted { order, at }
        }
        AccountCommand::EndAuthorisation { order, end } => {
            AccountEvent::AuthorisationEnded { order, end, at }
        }
        _ => return None,
    })
}
