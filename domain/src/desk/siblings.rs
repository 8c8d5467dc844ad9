//! One person who leads several companies has one mobile in all their filings (LED-9). A change may file another one, else no two
//! companies could ever change theirs (AMB-7): it is remarked on, and once it is on record the other filings are due.

use super::inspections;
use crate::{
    filings::CHANGE,
    hold::{Claim, Claimant, Contest, Hold, HoldKind},
    inspection::{Inspections, InspectionsCommand, NoticeCode},
    order::Order,
    refusal::Broken,
    rules::hold::ONE_MOBILE_A_PERSON,
    values::AccountId,
    work::{Stop, Work},
};
use std::collections::BTreeSet;

/// The notice that a contact on file may not be the right one any more.
const CONTACT: &str = "INS-P08";

/// Whether an order takes what others hold otherwise, instead of being refused.
pub(super) fn may_differ(order: &Order, claim: &Claim) -> bool {
    claim.kind == HoldKind::PersonMobile && CHANGE.contains(&order.filing())
}

/// What the other companies of the same person hold, where an order may differ from it.
async fn contest<W: Work>(
    claimant: &Claimant,
    order: &Order,
    work: &mut W,
) -> Result<Option<Contest>, Stop> {
    let claims = order.claims(work.context());
    let Some(claim) = claims.iter().find(|claim| may_differ(order, claim)) else {
        return Ok(None);
    };
    let hold = work.read::<Hold>(&claim.stream()).await?;
    Ok(Some(hold.contest(
        claimant,
        claim,
        (claimant.account, &BTreeSet::new()),
    )))
}

/// What is remarked on at submission.
pub(super) async fn remarks<W: Work>(
    claimant: &Claimant,
    order: &Order,
    work: &mut W,
) -> Result<Vec<Broken>, Stop> {
    let contest = contest(claimant, order, work).await?;
    let broken = contest.map(|contest| work.context().judge(&ONE_MOBILE_A_PERSON, &contest));
    Ok(broken.unwrap_or_default())
}

/// After a change was completed: the filings that have another mobile of the same person are due. No order of theirs is touched.
pub(super) async fn raise<W: Work>(
    claimant: &Claimant,
    order: &Order,
    work: &mut W,
) -> Result<(), Stop> {
    let Some(contest) = contest(claimant, order, work).await? else {
        return Ok(());
    };
    let differs = contest.others.iter().filter(|held| {
        let alone = Contest {
            others: vec![(*held).clone()],
            ..contest.clone()
        };
        held.owned
            && !work
                .context()
                .judge(&ONE_MOBILE_A_PERSON, &alone)
                .is_empty()
    });
    let accounts: BTreeSet<AccountId> = differs.map(|held| held.claimant.account).collect();
    let notice = NoticeCode::parse(CONTACT).map_err(|error| Stop::Failed(error.into()))?;
    for account in accounts {
        let Some(filing) = inspections::circumstances(account, work).await? else {
            continue;
        };
        let raise = InspectionsCommand::Raise {
            notice,
            service: None,
            filing,
            due: None,
        };
        work.run::<Inspections>(&Inspections::stream(account), raise)
            .await?;
    }
    Ok(())
}
