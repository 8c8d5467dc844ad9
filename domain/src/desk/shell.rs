//! A principal without services that the bureau has cancelled in writing goes off the record (SMS-24, AMB-36).

use super::{Answer, replaced};
use crate::{
    account::{Account, AccountCommand, ShellRemoval},
    inspection::{Cure, Inspections, InspectionsCommand},
    order::review::Written,
    values::{AccountId, IcpNumber},
    work::{Stop, Work},
};
use serde::{Deserialize, Serialize};

/// What an operator says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShellCommand {
    /// In whose record.
    pub account: AccountId,
    /// The number of the principal.
    pub number: IcpNumber,
    /// Why it goes.
    pub reason: Written,
}

/// Takes it off, with what it held; what inspections found of it is settled.
pub(super) async fn remove<W: Work>(command: &ShellCommand, work: &mut W) -> Result<Answer, Stop> {
    let account = command.account.to_string();
    let before = work.read::<Account>(&account).await?.principal.clone();
    let removal = ShellRemoval {
        number: command.number.clone(),
        reason: command.reason.clone(),
    };
    work.run::<Account>(&account, AccountCommand::RemoveShell(removal))
        .await?;
    if let Some(before) = before {
        replaced::let_go(command.account, None, &before, work).await?;
    }
    let stream = Inspections::stream(command.account);
    let found = work.read::<Inspections>(&stream).await?;
    let open: Vec<u32> = found.open().map(|(issue, _)| *issue).collect();
    for issue in open {
        let reason = command.reason.clone();
        let cure = Cure::Decision { reason };
        work.run::<Inspections>(&stream, InspectionsCommand::Settle { issue, cure })
            .await?;
    }
    Ok(Answer::default())
}
