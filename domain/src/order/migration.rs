//! A migration (迁移备案): websites of one account's principal that become another principal's, in another account (§1.3).
//!
//! The order is that of the account that gives. What it claims and files is the target's, which has to consent (decision 0036).

use super::{Order, OrderEvent, Request, Stage, command::PrincipalAsked};
use crate::{
    personal::Personal,
    values::{AccountId, IcpNumber, PartyName},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose the websites shall be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case", deny_unknown_fields)]
pub enum Incoming {
    /// A principal that is filed here, found by its number (MIG-9).
    Number {
        /// Its number.
        number: IcpNumber,
    },
    /// A principal that is filed here, found by the unit's name (MIG-9).
    Name {
        /// Its name, as filed.
        name: Personal<PartyName>,
    },
    /// A principal that is not filed here: it is entered (MIG-10).
    Entered(PrincipalAsked),
}

crate::tagged::tag_inside!(Incoming, "found_by");

/// What is particular to a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// The number of the principal that the websites leave.
    pub leaves: String,
    /// How many other services that principal had when the order was opened.
    pub others: usize,
    /// The number of the new principal, where that is filed here; none: it is entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Whether the target's account consents.
    pub consent: Consent,
}

/// How it stands with the consent of the account that shall have the websites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "consent", rename_all = "snake_case")]
pub enum Consent {
    /// Nobody was asked yet, or whoever was has refused, or the request was recalled.
    #[default]
    NotGiven,
    /// This account is asked.
    Asked {
        /// Which.
        target: AccountId,
    },
    /// This account agreed to these websites.
    Given {
        /// Which.
        target: AccountId,
    },
    /// It was given, and what it was given for was changed (MIG-18).
    Void,
}

super::event::events! {
/// What happens to a migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "snake_case")]
pub enum MigrationEvent {
    /// Websites shall leave a principal.
    MigrationOpened {
        /// The principal's number.
        leaves: String,
        /// How many other services it has.
        others: usize,
        /// The number of the new principal, where that is filed here.
        found: Option<String>,
    },
    /// The account that shall have them is asked (T03).
    AuthorisationRequested {
        /// Which.
        target: AccountId,
        /// For these websites, by their numbers.
        sites: Vec<String>,
        /// When.
        at: Timestamp,
    },
    /// It agreed (T04).
    AuthorisationGiven {
        /// Which.
        target: AccountId,
        /// When.
        at: Timestamp,
    },
    /// It refused (T05).
    AuthorisationRefused {
        /// Which.
        target: AccountId,
        /// When.
        at: Timestamp,
    },
    /// The applicant recalled the request (T05).
    AuthorisationRecalled {
        /// Who had been asked.
        target: AccountId,
        /// When.
        at: Timestamp,
    },
    /// What was agreed to was changed (MIG-18).
    AuthorisationVoided {
        /// Who had agreed.
        target: AccountId,
        /// When.
        at: Timestamp,
    },
}
}

impl From<MigrationEvent> for OrderEvent {
    fn from(event: MigrationEvent) -> Self {
        Self::Migration(event)
    }
}

impl Order {
    /// The account that is asked for its consent, or has given it, as long as the order is under way.
    pub fn consent_of(&self) -> Option<AccountId> {
        let migration = self.migration.as_ref()?;
        match migration.consent {
            _ if self.stage.name().is_terminal() => None,
            Consent::Asked { target } | Consent::Given { target } => Some(target),
            Consent::NotGiven | Consent::Void => None,
        }
    }

    /// Whether that account has given it.
    pub fn has_consent(&self) -> bool {
        let migration = self.migration.as_ref();
        migration.is_some_and(|it| matches!(it.consent, Consent::Given { .. }))
    }

    /// Whose filing it will be: that of the account whose order it is, or of the one that a migration goes to.
    pub fn files_for(&self, own: AccountId) -> AccountId {
        match self.migration.as_ref().map(|it| it.consent) {
            Some(Consent::Given { target }) => target,
            _ => own,
        }
    }

    /// Who may ask this of it: for an answer to a request for authorisation the account that was asked, else its own.
    pub fn asked_by(&self, request: &Request) -> Option<AccountId> {
        match request {
            Request::Agree {} | Request::Refuse {} => self.consent_of(),
            _ => None,
        }
        .or_else(|| self.opened.as_ref().map(|opened| opened.account))
    }

    /// Whether the principal stands as it is filed here: a migration to it changes nothing of it (MIG-9).
    pub fn principal_stands(&self) -> bool {
        let migration = self.migration.as_ref();
        migration.is_some_and(|it| it.found.is_some())
    }

    /// Whether the principal that the websites leave has none any more once they have gone (MIG-6, AMB-36).
    pub fn leaves_a_shell(&self) -> bool {
        let stays = self.services_on_record.keys();
        let stays = stays.filter(|key| !self.services.contains_key(*key));
        let migration = self.migration.as_ref();
        migration.is_some_and(|it| it.others == 0) && stays.count() == 0
    }

    /// The numbers of the websites that go.
    pub fn sites(&self) -> Vec<String> {
        let going = self.services_on_record.iter();
        let going = going.filter(|(key, _)| self.services.contains_key(*key));
        going.map(|(_, record)| record.number.clone()).collect()
    }

    pub(super) fn evolve_migration(&mut self, event: MigrationEvent) {
        use MigrationEvent as E;
        match event {
            E::MigrationOpened {
                leaves,
                others,
                found,
            } => {
                self.migration = Some(Box::new(Migration {
                    leaves,
                    others,
                    found,
                    consent: Consent::NotGiven,
                }));
            }
            E::AuthorisationRequested {
                target,
                at,
                sites: _,
            } => {
                self.consents(Consent::Asked { target });
                self.stage = Stage::AwaitingAuthorisation { target, since: at };
            }
            E::AuthorisationGiven { target, at } => {
                self.draft_again(Consent::Given { target }, at);
            }
            E::AuthorisationRefused { target: _, at }
            | E::AuthorisationRecalled { target: _, at } => {
                self.draft_again(Consent::NotGiven, at);
            }
            E::AuthorisationVoided { target: _, at } => self.draft_again(Consent::Void, at),
        }
    }

    fn draft_again(&mut self, consent: Consent, at: Timestamp) {
        self.consents(consent);
        self.draft_since = Some(at);
        // A draft has reserved nothing (AMB-59).
        self.reserved = false;
        self.stage = Stage::Draft;
    }

    fn consents(&mut self, consent: Consent) {
        if let Some(migration) = &mut self.migration {
            migration.consent = consent;
        }
    }
}
