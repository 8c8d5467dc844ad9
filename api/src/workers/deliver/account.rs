//! What goes to an account's registered contacts and is about no order.

use super::{Delivered, Delivery, Done, ERASED, OVER, notice::Facts};
use crate::{
    ports::{Address, Trouble},
    workers::{
        effect::Tidings,
        leads,
        texts::{Language, Notice, Way},
    },
};
use domain::{
    account::{Account, AccountEvent, Contacts, code::CodePurpose},
    form::Lead,
    happening::Happening,
    hold::{Claim, Hold},
    inspection::{Inspections, Issue},
    order::{Order, Stage},
    values::{AccountId, IcpNumber, OrderId, Text},
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

    /// NTF-13: the lead of what an issue is about hears of it, unless that is whom the account's own contacts reach.
    pub(super) async fn tell_lead(&self, account: AccountId, issue: u32, by: Way) -> Delivered {
        let Some(issue) = self.open_issue(account, issue).await? else {
            return Ok(OVER);
        };
        let Some(lead) = self.lead_of(account, issue.service.as_ref()).await? else {
            return Ok(OVER);
        };
        let to = match by {
            Way::Sms => lead.mobile.known().cloned().map(Address::Mobile),
            Way::Email => lead.email.known().cloned().map(Address::Email),
        };
        let Some(to) = to else {
            return Ok(ERASED);
        };
        if self.reach(account, by).await?.as_ref() == Some(&to) {
            return Ok(Done::Moot("told as the owner"));
        }
        let facts = inspected(&issue, self.work.language);
        self.send(Notice::IssueToLead, by, to, &facts).await
    }

    async fn open_issue(&self, account: AccountId, issue: u32) -> Result<Option<Issue>, Trouble> {
        let stream = Inspections::stream(account);
        let kept = self.office.ledger.load::<Inspections>(&stream).await?.state;
        let issue = kept.issues.get(&issue);
        Ok(issue.filter(|it| it.cured.is_none()).cloned())
    }

    /// Who leads what an account has filed: the service of this number, or the principal.
    async fn lead_of(
        &self,
        account: AccountId,
        service: Option<&IcpNumber>,
    ) -> Result<Option<Lead>, Trouble> {
        let account = self.account(account).await?;
        let Some(held) = &account.principal else {
            return Ok(None);
        };
        let ledger = &self.office.ledger;
        let now = ledger.load::<Order>(&held.order.to_string()).await?.state;
        let Some(number) = service else {
            return Ok(now.principal.as_ref().map(|it| it.lead.clone()));
        };
        let Some(filed) = held.services.get(number.as_str()) else {
            return Ok(None);
        };
        let order = ledger.load::<Order>(&filed.order.to_string()).await?.state;
        let service = order.services.get(&filed.service);
        let Some(lead) = service.and_then(|service| leads::of_service(&order, service)) else {
            return Ok(None);
        };
        let leads_both = |order: &Order| {
            order
                .principal
                .as_ref()
                .is_some_and(|it| it.lead.same_person(lead))
        };
        if leads_both(&now) || leads_both(&order) {
            return Ok(Some(self.as_principal_lead(lead, now).await?));
        }
        Ok(Some(lead.clone()))
    }

    /// The same person as filed last as the lead of the principal: their contacts may have changed with the principal, also where
    /// somebody else has come to lead it since.
    async fn as_principal_lead(&self, lead: &Lead, mut order: Arc<Order>) -> Result<Lead, Trouble> {
        loop {
            let filed = order.principal.as_ref().map(|principal| &principal.lead);
            if let Some(filed) = filed.filter(|filed| filed.same_person(lead)) {
                return Ok(filed.clone());
            }
            let before = order.on_record.as_ref().and_then(|record| record.order);
            let Some(before) = before else {
                return Ok(lead.clone());
            };
            let before = before.to_string();
            order = self.office.ledger.load::<Order>(&before).await?.state;
        }
    }

    /// NTF-16: a code goes to the account's phone, while it is the newest and may still be tried.
    pub(super) async fn account_code(&self, account: AccountId, number: u32) -> Delivered {
        let (id, account) = (account, self.account(account).await?);
        let newest = account
            .code
            .as_ref()
            .filter(|code| code.sent.number == number);
        let Some(code) = newest.filter(|code| code.sent.is_open(self.now)) else {
            return Ok(OVER);
        };
        let contacts = account.contacts.as_ref();
        let to = contacts.and_then(|contacts| address(contacts, Way::Sms));
        let (Some(to), Some(digits)) = (to, account.code_sent(id, &self.office.secret)) else {
            return Ok(ERASED);
        };
        let mut facts = Facts::from([("code", digits)]);
        let notice = match &code.purpose {
            CodePurpose::Transfer { to } => {
                facts.insert("account", to.to_string());
                Notice::TransferCode
            }
            CodePurpose::Migration { to, .. } => {
                facts.insert("account", to.to_string());
                Notice::MigrationCode
            }
        };
        self.send(notice, Way::Sms, to, &facts).await
    }

    /// What is known for the braces. `None`: there is no point in telling it any more.
    async fn tidings(&self, account: AccountId, of: &Tidings) -> Result<Option<Facts>, Trouble> {
        let language = self.work.language;
        match of {
            Tidings::InspectionIssue { issue } => {
                let open = self.open_issue(account, *issue).await?;
                Ok(open.map(|issue| inspected(&issue, language)))
            }
            Tidings::TransferReceived {} => Ok(self.received(account)?),
            Tidings::MigrationAgreed { order } | Tidings::MigrationReceived { order } => {
                self.migrated(account, of, *order).await
            }
            Tidings::ShellRemoved {} => Ok(self.shell_removed(account)?),
        }
    }

    /// What comes to the account by a migration that it has agreed to, or came by it.
    async fn migrated(
        &self,
        account: AccountId,
        of: &Tidings,
        id: OrderId,
    ) -> Result<Option<Facts>, Trouble> {
        let order = self
            .office
            .ledger
            .load::<Order>(&id.to_string())
            .await?
            .state;
        let (Some(opened), Some(migration)) = (&order.opened, &order.migration) else {
            return Ok(None);
        };
        let (number, sites) = if matches!(of, Tidings::MigrationAgreed { .. }) {
            if order.consent_of() != Some(account) {
                return Ok(None);
            }
            (migration.leaves.clone(), order.sites())
        } else {
            let account = self.account(account).await?;
            let Some(held) = &account.principal else {
                return Ok(None);
            };
            let came = held.services.iter().filter(|(_, filed)| filed.order == id);
            let came: Vec<_> = came.map(|(number, _)| number.clone()).collect();
            (held.number.clone(), came)
        };
        if sites.is_empty() {
            return Ok(None);
        }
        Ok(Some(Facts::from([
            ("number", number),
            ("sites", sites.join("、")),
            ("account", opened.account.to_string()),
        ])))
    }

    /// What happened to the account by this decision, as far as `pick` takes it.
    fn happened<T>(
        &self,
        account: AccountId,
        pick: impl Fn(AccountEvent) -> Option<T>,
    ) -> Result<Option<T>, Trouble> {
        let id = account.to_string();
        for event in &self.decision.events {
            if event.stream.aggregate_id == id
                && let Happening::Account(event) = Happening::read(event)?
                && let Some(picked) = pick(event)
            {
                return Ok(Some(picked));
            }
        }
        Ok(None)
    }

    /// What came to the account by a transfer.
    fn received(&self, account: AccountId) -> Result<Option<Facts>, Trouble> {
        self.happened(account, |event| match event {
            AccountEvent::PrincipalReceived {
                from, principal, ..
            } => Some(Facts::from([
                ("number", principal.number),
                ("count", principal.services.len().to_string()),
                ("account", from.to_string()),
            ])),
            _ => None,
        })
    }

    /// Which principal of the account was taken off the record, and why. `None`: what somebody wrote there was erased.
    fn shell_removed(&self, account: AccountId) -> Result<Option<Facts>, Trouble> {
        self.happened(account, |event| match event {
            AccountEvent::ShellRemoved { number, reason, .. } => {
                let words = reason.known().map(|words| words.0.to_string());
                words.map(|reason| Facts::from([("number", number), ("reason", reason)]))
            }
            _ => None,
        })
    }

    /// Whose the filing of an order is by now: a principal is one account's, and it may have been transferred since. What was not
    /// filed stays with the account that opened the order.
    pub(super) async fn holding(&self, order: &Order) -> Result<Option<AccountId>, Trouble> {
        let Some(opened) = &order.opened else {
            return Ok(None);
        };
        if !matches!(order.stage, Stage::Completed { .. } | Stage::Claimed { .. }) {
            return Ok(Some(opened.account));
        }
        let Some(document) = opened.principal.document.digest(&self.office.secret) else {
            return Ok(Some(opened.account));
        };
        let stream = Claim::principal(document).stream();
        let hold = self.office.ledger.load::<Hold>(&stream).await?.state;
        let owner = hold.holders.iter().find(|holder| holder.owned);
        Ok(Some(owner.map_or(opened.account, |it| it.claimant.account)))
    }

    /// Where the account's owner is reached. `None`: the contacts were erased, or the account was never opened.
    pub(super) async fn reach(
        &self,
        account: AccountId,
        by: Way,
    ) -> Result<Option<Address>, Trouble> {
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
