//! What is decided about an account by itself, and about the tokens that let somebody speak.

use super::Answer;
use crate::{
    access::{Access, AccessCommand, Grant},
    account::{Account, AccountCommand, Contacts, code::CodePurpose},
    values::AccountId,
    work::{Stop, Work},
};

pub(super) async fn open<W: Work>(
    account: AccountId,
    contacts: &Contacts,
    work: &mut W,
) -> Result<Answer, Stop> {
    let contacts = contacts.clone();
    work.run::<Account>(&account.to_string(), AccountCommand::Open { contacts })
        .await?;
    Ok(Answer::default())
}

pub(super) async fn send_code<W: Work>(
    account: AccountId,
    purpose: &CodePurpose,
    work: &mut W,
) -> Result<Answer, Stop> {
    let purpose = purpose.clone();
    work.run::<Account>(&account.to_string(), AccountCommand::SendCode { purpose })
        .await?;
    Ok(Answer::default())
}

/// By the keyed digest of a token.
pub(super) async fn issue<W: Work>(
    digest: &str,
    grant: &Grant,
    work: &mut W,
) -> Result<Answer, Stop> {
    let grant = grant.clone();
    work.run::<Access>(digest, AccessCommand::Issue { grant })
        .await?;
    Ok(Answer::default())
}

/// By the keyed digest of a token.
pub(super) async fn revoke<W: Work>(digest: &str, work: &mut W) -> Result<Answer, Stop> {
    work.run::<Access>(digest, AccessCommand::Revoke {}).await?;
    Ok(Answer::default())
}
