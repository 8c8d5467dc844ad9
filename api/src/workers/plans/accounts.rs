//! What follows for an account apart from its orders: of `notifications`, what its owner is told (NTF-13).

use super::OfAccounts;
use crate::workers::{
    effect::{Due, Effect, Tidings},
    seen::SeenAccount,
    texts::Way,
};
use domain::{happening::Happening, inspection::InspectionsEvent};

/// What owners are told.
pub(super) const NOTICES: OfAccounts = OfAccounts {
    hears: |event| event == "InspectionIssueRaised",
    plan: |seen| {
        seen.events
            .iter()
            .flat_map(|event| told(event, seen))
            .collect()
    },
};

fn told(event: &Happening, seen: &SeenAccount) -> Vec<Due> {
    match event {
        Happening::Inspections(InspectionsEvent::InspectionIssueRaised { issue, .. }) => {
            owner(seen, &Tidings::InspectionIssue { issue: *issue })
        }
        _ => Vec::new(),
    }
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
