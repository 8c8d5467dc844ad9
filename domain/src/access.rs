//! Who may ask: a bearer token, known here only by its keyed digest.
//!
//! A stream for each token, so that issuing and revoking are decisions like any other: dated, attributed, on record.

use crate::{
    context::{Channel, Context, Role},
    refusal::Refusal,
    values::{AccountId, StaffId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A token as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// What it allows; `None` while there is no such token.
    pub grant: Option<Grant>,
    /// When it was revoked. A revoked token never comes back: another is issued.
    pub revoked: Option<Timestamp>,
}

/// What a token allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The part its holder plays.
    pub role: Role,
    /// Whose filings an applicant sees; nobody else has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Who holds it, unless it is an applicant: the id stays when the token is exchanged, and with it whatever hangs on
    /// the person, such as a reviewer's claim. Tokens of before there were ids have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<StaffId>,
    /// Where its holder sits (AMB-66).
    pub channel: Channel,
}

/// What can be asked of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "access_command", rename_all = "snake_case")]
pub enum AccessCommand {
    /// An operator issues it.
    Issue {
        /// What it allows.
        grant: Grant,
    },
    /// An operator revokes it.
    Revoke {},
}

crate::order::event::events! {
/// What happens to a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessEvent {
    /// It was issued.
    TokenIssued {
        /// What it allows.
        grant: Grant,
        /// When.
        at: Timestamp,
    },
    /// It was revoked.
    TokenRevoked {
        /// When.
        at: Timestamp,
    },
}
}

impl Access {
    /// What the token allows now: nothing once it is revoked.
    pub fn in_force(&self) -> Option<&Grant> {
        match self.revoked {
            Some(_) => None,
            None => self.grant.as_ref(),
        }
    }

    /// Decides a command. What is so already stays so: neither command is refused, and neither is recorded twice.
    pub fn decide(
        &self,
        command: &AccessCommand,
        context: &Context,
    ) -> Result<Vec<AccessEvent>, Refusal> {
        Ok(match (command, &self.grant, self.revoked) {
            (AccessCommand::Issue { grant }, None, _) => vec![AccessEvent::TokenIssued {
                grant: grant.clone(),
                at: context.at,
            }],
            (AccessCommand::Revoke {}, Some(_), None) => {
                vec![AccessEvent::TokenRevoked { at: context.at }]
            }
            _ => Vec::new(),
        })
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: AccessEvent) {
        match event {
            AccessEvent::TokenIssued { grant, at: _ } => self.grant = Some(grant),
            AccessEvent::TokenRevoked { at } => self.revoked = Some(at),
        }
    }
}

crate::aggregate!(Access, "Access", AccessCommand, AccessEvent);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        context::{Actor, Witness},
        law::Law,
        secret::Secret,
    };
    use std::sync::Arc;

    fn context(at: i64) -> Context {
        Context {
            at: Timestamp::from_second(at).unwrap(),
            actor: Actor {
                id: "operator:console".into(),
                role: Role::Operator,
                channel: Channel::System,
            },
            law: Law::standing(),
            secret: Arc::new(Secret::new([1; 32])),
            witness: Witness::default(),
        }
    }

    fn after(access: &mut Access, command: &AccessCommand, at: i64) -> usize {
        let events = access.decide(command, &context(at)).unwrap();
        let count = events.len();
        for event in events {
            access.evolve(event);
        }
        count
    }

    #[test]
    fn a_revoked_token_allows_nothing_and_never_comes_back() {
        let grant = Grant {
            role: Role::Reviewer,
            account: None,
            holder: StaffId::parse("r-7").ok(),
            channel: Channel::Pc,
        };
        let issue = AccessCommand::Issue {
            grant: grant.clone(),
        };
        let (mut access, revoke) = (Access::default(), AccessCommand::Revoke {});
        assert_eq!(after(&mut access, &revoke, 1), 0);
        assert_eq!(access.in_force(), None);
        assert_eq!(after(&mut access, &issue, 2), 1);
        assert_eq!(access.in_force(), Some(&grant));
        assert_eq!(after(&mut access, &issue, 3), 0);
        assert_eq!(after(&mut access, &revoke, 4), 1);
        assert_eq!(after(&mut access, &revoke, 5), 0);
        assert_eq!(after(&mut access, &issue, 6), 0);
        assert_eq!(access.in_force(), None);
        assert_eq!(access.revoked, Timestamp::from_second(4).ok());
    }
}
