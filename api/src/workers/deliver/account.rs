//! What goes to an account's registered contacts and is about no order.

use super::{Delivered, Delivery, ERASED, OVER, notice::Facts};
use crate::{
    ports::{Address, Trouble},
    workers::{
        effect::Tidings,
        texts::{Language, Way},
    },
};
use domain::{
    account::{Account, Contacts},
    inspection::{Inspections, Issue},
    values::{AccountId, Text},
};
use std::sync::Arc;

const THE_PRINCIPAL: Text = Text::new("备案主体", "the principal");
const NO_DATE: Text = Text::new("未规定", "no date is set");

impl Delivery<'_> {
    pub(super) async fn tell_owner(&self, account: AccountId, of: &Tidings, by: Way) -> Delivered {
        let Some(facts) = self.tidings(account, of).await? else {
            return Ok(OVER);
        };
        let Some(to) = self.reach(account, by).await? else {
            return Ok(ERASED);
        };
        self.send(of.notice(), by, to, &facts).await
    }

    /// What is known for the braces. `None`: there is no point in telling it any more.
    async fn tidings(&self, account: AccountId, of: &Tidings) -> Result<Option<Facts>, Trouble> {
        let language = self.work.language;
        match of {
            Tidings::InspectionIssue { issue } => {
                let stream = Inspections::stream(account);
                let kept = self.office.ledger.load::<Inspections>(&stream).await?.state;
                let open = kept.issues.get(issue).filter(|it| it.cured.is_none());
                Ok(open.map(|issue| inspected(issue, language)))
            }
        }
    }

    /// Where the account's owner is reached. `None`: the contacts were erased, or the account was never opened.
    async fn reach(&self, account: AccountId, by: Way) -> Result<Option<Address>, Trouble> {
        let account = self.account(account).await?;
        Ok(account.contacts.as_ref().and_then(|to| address(to, by)))
    }

    async fn account(&self, account: AccountId) -> Result<Arc<Account>, Trouble> {
        let ledger = &self.office.ledger;
        Ok(ledger.load::<Account>(&account.to_string()).await?.state)
    }
}

fn address(contacts: &Contacts, by: Way) -> Option<Address> {
    match by {
        Way::Sms => contacts.mobile.known().cloned().map(Address::Mobile),
        Way::Email => contacts.email.known().cloned().map(Address::Email),
    }
}

fn inspected(issue: &Issue, language: Language) -> Facts {
    let notice = issue.notice.notice();
    let words = |text: Option<Text>| text.map_or("", |text| language.of(text)).to_owned();
    let service = issue.service.as_ref().map(ToString::to_string);
    let due = issue.due.map(|due| due.to_string());
    Facts::from([
        ("notice", issue.notice.to_string()),
        ("says", words(notice.map(|notice| notice.says))),
        ("remedy", words(notice.map(|notice| notice.remedy))),
        (
            "service",
            service.unwrap_or_else(|| language.of(THE_PRINCIPAL).to_owned()),
        ),
        (
            "due",
            due.unwrap_or_else(|| language.of(NO_DATE).to_owned()),
        ),
    ])
}
