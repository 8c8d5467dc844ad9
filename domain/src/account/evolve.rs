//! Folding: what an event means for an account. Never fails, never consults a rule.

use super::{Account, AccountEvent, Authorisation, FiledPrincipal, code::AccountCode};
use crate::one_time_code::SentCode;

impl Account {
    /// Applies an event.
    pub fn evolve(&mut self, event: AccountEvent) {
        match event {
            AccountEvent::AccountOpened { contacts, at: _ } => self.contacts = Some(contacts),
            AccountEvent::OrderSlotTaken { order } => self.in_flight = Some(order),
            AccountEvent::OrderSlotFreed { order: _ } => self.in_flight = None,
            AccountEvent::PrincipalAttached {
                document,
                number,
                order,
                services,
            } => {
                let before = self.principal.take();
                let (mut all, locked) = before
                    .map(|held| (held.services, held.locked))
                    .unwrap_or_default();
                all.extend(services);
                self.principal = Some(FiledPrincipal {
                    document,
                    number,
                    order,
                    services: all,
                    locked,
                });
            }
            AccountEvent::ServiceDetached { service, order: _ } => {
                if let Some(held) = &mut self.principal {
                    held.services.remove(&service);
                }
            }
            AccountEvent::PrincipalDetached { .. }
            | AccountEvent::ShellRemoved { .. }
            | AccountEvent::PrincipalHandedOver { .. } => {
                self.principal = None;
            }
            AccountEvent::ServiceLocked { service, order } => {
                if let Some(held) = &mut self.principal {
                    held.locked.insert(service, order);
                }
            }
            AccountEvent::ServiceUnlocked { service, order: _ } => {
                if let Some(held) = &mut self.principal {
                    held.locked.remove(&service);
                }
            }
            AccountEvent::AccountCodeSent {
                purpose,
                number,
                at,
            } => {
                let sent = SentCode::new(number, at);
                self.code = Some(AccountCode { purpose, sent });
            }
            AccountEvent::AccountCodeFailed { purpose: _ } => {
                self.code_event(|code| code.wrong = code.wrong.saturating_add(1));
            }
            AccountEvent::AccountCodeUsed { purpose: _ } => {
                self.code_event(|code| code.used = true);
            }
            AccountEvent::AuthorisationAsked { order, from, at } => {
                let asked = Authorisation {
                    from,
                    asked: at,
                    given: None,
                };
                self.authorisations.insert(order, asked);
            }
            AccountEvent::AuthorisationNoted { order, at } => {
                if let Some(asked) = self.authorisations.get_mut(&order) {
                    asked.given = Some(at);
                }
            }
            AccountEvent::AuthorisationEnded { order, .. } => {
                self.authorisations.remove(&order);
            }
            AccountEvent::PrincipalReceived { principal, .. } => self.principal = Some(*principal),
        }
    }
}
