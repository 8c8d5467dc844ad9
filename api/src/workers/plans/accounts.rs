//! What follows for an account apart from its orders: of `notifications`, what its owner is told (NTF-13, NTF-19), and whoever
//! opened a ticket (NTF-14, NTF-15); of `sms`, the codes that go to its phone (NTF-16).

use super::OfAccounts;
use crate::workers::{
    effect::{Due, Effect, RequesterAddress, TicketStep, Tidings},
    seen::SeenAccount,
    texts::Way,
};
use domain::{
    account::{AccountEvent, AuthorisationEnd},
    document_request::DocumentRequestsEvent,
    happening::Happening,
    inspection::InspectionsEvent,
};

/// What owners are told.
pub(super) const NOTICES: OfAccounts = OfAccounts {
    hears: |event| {
        matches!(
            event,
            "InspectionIssueRaised"
                | "PrincipalReceived"
                | "AuthorisationNoted"
                | "AuthorisationEnded"
                | "ShellRemoved"
                | "DocumentTicketOpened"
                | "RequesterConfirmed"
                | "DocumentsReleased"
                | "DocumentsSent"
                | "DocumentTicketRejected"
        )
    },
    plan: |seen| {
        seen.events
            .iter()
            .flat_map(|event| told(event, seen))
            .collect()
    },
};

/// Codes.
pub(super) const CODES: OfAccounts = OfAccounts {
    hears: |event| event == "AccountCodeSent",
    plan: |seen| {
        seen.events
            .iter()
            .filter_map(|event| code(event, seen))
            .collect()
    },
};

fn code(event: &Happening, seen: &SeenAccount) -> Option<Due> {
    let Happening::Account(AccountEvent::AccountCodeSent { number, .. }) = event else {
        return None;
    };
    let (account, number) = (seen.account, *number);
    Some(Effect::AccountCode { account, number }.into())
}

fn told(event: &Happening, seen: &SeenAccount) -> Vec<Due> {
    match event {
        Happening::Inspections(InspectionsEvent::InspectionIssueRaised {
            issue, notice, ..
        }) => {
            let mut due = owner(seen, &Tidings::InspectionIssue { issue: *issue });
            // Where the contact itself is in doubt it may be somebody else's by now: the lead is called (INS-5).
            if !notice.notice().is_some_and(|it| it.contact) {
                due.extend(lead(seen, *issue));
            }
            due
        }
        Happening::DocumentRequests(event) => of_ticket(event, seen),
        Happening::Account(AccountEvent::PrincipalReceived { .. }) => {
            owner(seen, &Tidings::TransferReceived {})
        }
        Happening::Account(AccountEvent::AuthorisationNoted { order, .. }) => {
            owner(seen, &Tidings::MigrationAgreed { order: *order })
        }
        Happening::Account(AccountEvent::AuthorisationEnded {
            order,
            end: AuthorisationEnd::Completed,
            ..
        }) => owner(seen, &Tidings::MigrationReceived { order: *order }),
        Happening::Account(AccountEvent::ShellRemoved { .. }) => {
            owner(seen, &Tidings::ShellRemoved {})
        }
        _ => Vec::new(),
    }
}

fn of_ticket(event: &DocumentRequestsEvent, seen: &SeenAccount) -> Vec<Due> {
    use DocumentRequestsEvent as E;
    match event {
        E::DocumentTicketOpened { ticket, form, .. } => {
            requester(seen, *ticket, TicketStep::Opened, form.contact.cc.len())
        }
        E::RequesterConfirmed { ticket, cc, .. } => {
            requester(seen, *ticket, TicketStep::Confirmed, *cc)
        }
        E::DocumentTicketRejected { ticket, cc, .. } => {
            requester(seen, *ticket, TicketStep::Rejected, *cc)
        }
        // An e-mail each: several together are more than many a mail server takes.
        E::DocumentsReleased {
            ticket, documents, ..
        } => documents
            .keys()
            .map(|document| {
                Due::from(Effect::SendDocument {
                    account: seen.account,
                    ticket: *ticket,
                    document: document.clone(),
                })
            })
            .collect(),
        E::DocumentsSent { ticket, cc, .. } => requester(seen, *ticket, TicketStep::Sent, *cc),
        E::DocumentAgreementTicked { .. }
        | E::DocumentDownloaded { .. }
        | E::DocumentMailed { .. }
        | E::RequesterShown { .. } => Vec::new(),
    }
}

/// To the contact of the ticket, by SMS and e-mail, and to the cc addresses.
fn requester(seen: &SeenAccount, ticket: u32, step: TicketStep, cc: usize) -> Vec<Due> {
    let contact = [RequesterAddress::Mobile {}, RequesterAddress::Email {}];
    let copies = (0..cc).map(|place| RequesterAddress::Cc { place });
    let each = contact.into_iter().chain(copies);
    each.map(|to| Effect::TellRequester {
        account: seen.account,
        ticket,
        step,
        to,
    })
    .map(Due::from)
    .collect()
}

/// To the lead of what an issue is about, by SMS and e-mail.
fn lead(seen: &SeenAccount, issue: u32) -> impl Iterator<Item = Due> {
    let account = seen.account;
    let effect = move |by| Effect::TellLead { account, issue, by };
    [Way::Sms, Way::Email]
        .into_iter()
        .map(effect)
        .map(Due::from)
}

/// To the account's registered contacts, by SMS and e-mail.
fn owner(seen: &SeenAccount, of: &Tidings) -> Vec<Due> {
    let effect = |by| Effect::TellOwner {
        account: seen.account,
        of: of.clone(),
        by,
    };
    [Way::Sms, Way::Email].map(effect).map(Due::from).into()
}
