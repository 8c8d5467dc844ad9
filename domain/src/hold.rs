//! A thing that only one may hold: a domain, a principal's document, an emergency phone, an e-mail, a person's mobile.
//!
//! Reserved at submission, owned at approval, released on withdrawal, abandon or removal (AMB-59). The stream id is a
//! keyed digest where the thing is personal.

use crate::{
    context::Context,
    refusal::{Objections, Refusal},
    rules::hold as rules,
    secret::Secret,
    values::{AccountId, DomainName, IcpNumber, OrderId, PartyName},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What kind of thing is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldKind {
    /// A registrable domain (DOM-4, AMB-61).
    Domain,
    /// A principal's document (ACC-13).
    PrincipalDocument,
    /// An emergency phone (LED-11).
    EmergencyPhone,
    /// A lead's e-mail (LED-12, AMB-7).
    Email,
    /// The mobile that one person uses in all filings (LED-9, AMB-7).
    PersonMobile,
    /// The number of a principal that is filed here: no other one gets it (BUR-8), and a migration finds the principal by it (MIG-9).
    PrincipalNumber,
    /// The name of a unit that is filed here: a migration finds it by that as well; several may have it.
    UnitName,
}

/// One thing that an order wants to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What kind of thing.
    pub kind: HoldKind,
    /// The thing: a domain, or a keyed digest.
    pub key: String,
    /// What must be the same for two holders to agree: the person's document for an e-mail, the mobile for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bond: Option<String>,
    /// For a domain: whether a website wants it (and which), rather than an App.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// JSON pointer to the field that names it.
    pub pointer: String,
}

impl Claim {
    /// The stream of the thing.
    pub fn stream(&self) -> String {
        let kind = match self.kind {
            HoldKind::Domain => "domain",
            HoldKind::PrincipalDocument => "principal-document",
            HoldKind::EmergencyPhone => "emergency-phone",
            HoldKind::Email => "email",
            HoldKind::PersonMobile => "person-mobile",
            HoldKind::PrincipalNumber => "principal-number",
            HoldKind::UnitName => "unit-name",
        };
        format!("{kind}/{}", self.key)
    }

    /// The claim on a principal, by the keyed digest of its document.
    pub fn principal(document: String) -> Self {
        Self {
            kind: HoldKind::PrincipalDocument,
            key: document,
            bond: None,
            website: None,
            pointer: "/document".to_owned(),
        }
    }

    /// What a principal that is filed here is found by: its number.
    pub fn principal_number(number: &IcpNumber) -> Self {
        Self {
            kind: HoldKind::PrincipalNumber,
            key: number.to_string(),
            bond: None,
            website: None,
            pointer: String::new(),
        }
    }

    /// What a unit that is filed here is found by: its name.
    pub fn unit_name(name: &PartyName, secret: &Secret) -> Self {
        Self {
            kind: HoldKind::UnitName,
            key: secret.digest("unit-name", name.as_str()),
            bond: None,
            website: None,
            pointer: "/principal/name".to_owned(),
        }
    }

    /// The claim on a domain's registrable part.
    pub fn domain(domain: &DomainName, website: Option<String>, pointer: String) -> Self {
        Self {
            kind: HoldKind::Domain,
            key: domain.registrable().to_string(),
            bond: None,
            website,
            pointer,
        }
    }
}

/// Who claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimant {
    /// By which order.
    pub order: OrderId,
    /// In which account.
    pub account: AccountId,
    /// For which principal: keyed digest of its document.
    pub principal: String,
}

/// One who holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub claimant: Claimant,
    /// What they claimed.
    pub claim: Claim,
    /// Owned (approved) rather than reserved.
    pub owned: bool,
}

/// The thing, and who holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Everybody who holds it, in order of arrival. Several only where the rules let them share.
    pub holders: Vec<Holder>,
}

/// What can be asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HoldCommand {
    /// An order was submitted.
    Reserve {
        /// Who.
        claimant: Claimant,
        /// What.
        claim: Claim,
        /// The orders whose services this one changes: what they hold is the claimant's own.
        replacing: BTreeSet<OrderId>,
        /// The account whose services those are: the claimant's own, or the one that a migration takes them from.
        of: AccountId,
    },
    /// The same, whoever else holds it: where the rules let them differ (AMB-7), or where nobody was asked.
    Take {
        /// Who.
        claimant: Claimant,
        /// What.
        claim: Claim,
    },
    /// A principal is filed here: this says which one it is (BUR-8, MIG-9).
    Note {
        /// By which order, and whose it is.
        claimant: Claimant,
        /// By what.
        claim: Claim,
    },
    /// The bureau approved.
    Own {
        /// Which order's reservation.
        order: OrderId,
    },
    /// Withdrawn, abandoned or removed.
    Release {
        /// Which order's reservation.
        order: OrderId,
    },
    /// What the order filed is not on record any more: another order has replaced it, or it was cancelled.
    LetGo {
        /// Which order's, reserved or owned.
        order: OrderId,
        /// What of it is still on record all the same.
        keep: Option<Claim>,
    },
    /// What an account owns is another account's now; the principal stays the same.
    HandOver {
        /// Whose it was.
        from: AccountId,
        /// Whose it is.
        to: AccountId,
    },
}

crate::order::event::events! {
/// What happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HoldEvent {
    /// It was reserved.
    HoldReserved {
        /// By whom.
        claimant: Claimant,
        /// What they claimed.
        claim: Claim,
    },
    /// A principal that is filed here is found by it. Nobody contests that; several may have it.
    HoldNoted {
        /// Whose principal.
        claimant: Claimant,
        /// By what.
        claim: Claim,
    },
    /// It is owned.
    HoldOwned {
        /// By which order.
        order: OrderId,
    },
    /// It is free again.
    HoldReleased {
        /// By which order.
        order: OrderId,
    },
    /// It went to another account with its principal.
    HoldHandedOver {
        /// Whose it was.
        from: AccountId,
        /// Whose it is.
        to: AccountId,
    },
}
}

/// What the rules of a hold are judged on.
#[derive(Clone, Debug)]
pub struct Contest {
    /// Who claims.
    pub claimant: Claimant,
    /// What.
    pub claim: Claim,
    /// Who holds it already, the claimant's own order left out.
    pub others: Vec<Holder>,
}

impl Hold {
    fn held_by(&self, order: OrderId) -> Option<&Holder> {
        self.holders
            .iter()
            .find(|holder| holder.claimant.order == order)
    }

    /// What a claim is judged on: whoever else holds it, but for what orders of this account hold that the claim replaces.
    pub fn contest(
        &self,
        claimant: &Claimant,
        claim: &Claim,
        (of, replacing): (AccountId, &BTreeSet<OrderId>),
    ) -> Contest {
        let is_other = |holder: &&Holder| {
            let held = &holder.claimant;
            let is_replaced = held.account == of && replacing.contains(&held.order);
            held.order != claimant.order && !is_replaced
        };
        Contest {
            claimant: claimant.clone(),
            claim: claim.clone(),
            others: self.holders.iter().filter(is_other).cloned().collect(),
        }
    }

    fn reserved(&self, claimant: &Claimant, claim: &Claim) -> Vec<HoldEvent> {
        match self.held_by(claimant.order) {
            Some(held) if &held.claim == claim => Vec::new(),
            _ => vec![HoldEvent::HoldReserved {
                claimant: claimant.clone(),
                claim: claim.clone(),
            }],
        }
    }

    /// The accounts whose it is.
    pub fn owners(&self) -> BTreeSet<AccountId> {
        let owned = self.holders.iter().filter(|holder| holder.owned);
        owned.map(|holder| holder.claimant.account).collect()
    }

    /// Decides a command.
    pub fn decide(
        &self,
        command: &HoldCommand,
        context: &Context,
    ) -> Result<Vec<HoldEvent>, Refusal> {
        Ok(match command {
            HoldCommand::Reserve {
                claimant,
                claim,
                replacing,
                of,
            } => {
                let dispute = self.contest(claimant, claim, (*of, replacing));
                let rule = match claim.kind {
                    HoldKind::Domain => &rules::ONE_PRINCIPAL_A_DOMAIN,
                    HoldKind::PrincipalDocument => &rules::ONE_ACCOUNT_A_PRINCIPAL,
                    HoldKind::EmergencyPhone => &rules::OWN_EMERGENCY_PHONE,
                    HoldKind::Email => &rules::OWN_EMAIL,
                    HoldKind::PersonMobile => &rules::ONE_MOBILE_A_PERSON,
                    // By these it is found; they are noted, and nobody contests them.
                    HoldKind::PrincipalNumber | HoldKind::UnitName => return Ok(Vec::new()),
                };
                let mut objections = Objections::default();
                objections.add(context.judge(rule, &dispute));
                objections.settle()?;
                self.reserved(claimant, claim)
            }
            HoldCommand::Take { claimant, claim } => self.reserved(claimant, claim),
            HoldCommand::Note { claimant, claim } => match self.held_by(claimant.order) {
                Some(_) => Vec::new(),
                None => vec![HoldEvent::HoldNoted {
                    claimant: claimant.clone(),
                    claim: claim.clone(),
                }],
            },
            HoldCommand::Own { order } => match self.held_by(*order) {
                Some(held) if !held.owned => vec![HoldEvent::HoldOwned { order: *order }],
                _ => Vec::new(),
            },
            HoldCommand::Release { order } => match self.held_by(*order) {
                Some(held) if !held.owned => vec![HoldEvent::HoldReleased { order: *order }],
                _ => Vec::new(),
            },
            HoldCommand::LetGo { order, keep } => match (self.held_by(*order), keep) {
                (None, _) => Vec::new(),
                (Some(_), None) => vec![HoldEvent::HoldReleased { order: *order }],
                // A domain that a website and an App shared, for example: the App's title stays.
                (Some(held), Some(keep)) if held.claim.website == keep.website => Vec::new(),
                (Some(held), Some(keep)) => vec![
                    HoldEvent::HoldReserved {
                        claimant: held.claimant.clone(),
                        claim: keep.clone(),
                    },
                    HoldEvent::HoldOwned { order: *order },
                ],
            },
            HoldCommand::HandOver { from, to } => {
                let theirs = |holder: &Holder| holder.claimant.account == *from;
                let (from, to) = (*from, *to);
                let moved = self.holders.iter().any(theirs);
                moved
                    .then_some(HoldEvent::HoldHandedOver { from, to })
                    .into_iter()
                    .collect()
            }
        })
    }

    /// Applies an event.
    pub fn evolve(&mut self, event: HoldEvent) {
        match event {
            HoldEvent::HoldNoted { claimant, claim } => {
                self.holders.push(Holder {
                    claimant,
                    claim,
                    owned: true,
                });
            }
            HoldEvent::HoldReserved { claimant, claim } => {
                self.holders
                    .retain(|holder| holder.claimant.order != claimant.order);
                self.holders.push(Holder {
                    claimant,
                    claim,
                    owned: false,
                });
            }
            HoldEvent::HoldOwned { order } => {
                for holder in self
                    .holders
                    .iter_mut()
                    .filter(|holder| holder.claimant.order == order)
                {
                    holder.owned = true;
                }
            }
            HoldEvent::HoldReleased { order } => {
                self.holders.retain(|holder| holder.claimant.order != order);
            }
            HoldEvent::HoldHandedOver { from, to } => {
                for holder in &mut self.holders {
                    if holder.claimant.account == from {
                        holder.claimant.account = to;
                    }
                }
            }
        }
    }
}

crate::aggregate!(Hold, "Hold", HoldCommand, HoldEvent, mostly absent);
