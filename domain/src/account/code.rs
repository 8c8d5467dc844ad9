//! Codes that are sent to an account's own phone, so that whoever acts for it also holds the phone (NTF-16, AMB-65).
//!
//! One is out at a time: the next one takes its place, whatever it is for. Each is bound to the account, to its purpose and to
//! what the purpose is about, and counts once.

use super::{Account, AccountEvent};
use crate::{
    context::Context,
    one_time_code::{CodeCheck, SentCode, one_time_code},
    personal::Personal,
    refusal::{Objections, Refusal},
    rules::{Rule, migration, transfer},
    secret::Secret,
    values::{AccountId, OrderId, SmsCode},
};
use serde::{Deserialize, Serialize};

/// What a code is for, and of what; it counts for nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case", deny_unknown_fields)]
pub enum CodePurpose {
    /// A transfer of all that is filed (TRF-6).
    Transfer {
        /// To which account.
        to: AccountId,
    },
    /// A migration's request for authorisation (MIG-13).
    Migration {
        /// Of which order.
        order: OrderId,
        /// To which account.
        to: AccountId,
    },
}

impl CodePurpose {
    /// What the code is derived from.
    fn bound_to(&self) -> [String; 2] {
        match self {
            Self::Transfer { to } => ["transfer".to_owned(), to.to_string()],
            Self::Migration { order, to } => ["migration".to_owned(), format!("{order}/{to}")],
        }
    }

    /// The rule that asks for it.
    pub const fn rule(&self) -> &'static Rule<AccountCodeStep> {
        match self {
            Self::Transfer { .. } => &transfer::RIGHT_CODE,
            Self::Migration { .. } => &migration::RIGHT_CODE,
        }
    }
}

/// The code that an account was sent last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCode {
    /// What for.
    pub purpose: CodePurpose,
    /// When, and what became of it.
    pub sent: SentCode,
}

/// A step with a code of the account.
#[derive(Clone, Copy, Debug)]
pub enum AccountCodeStep {
    /// It is asked for.
    Asked {
        /// The account has a phone that it can be sent to.
        reachable: bool,
    },
    /// It is about to be used, or was typed.
    Typed(CodeCheck),
}

impl Account {
    /// What the account's code of this number is. `None`: it has no phone.
    fn code_of(
        &self,
        account: AccountId,
        purpose: &CodePurpose,
        number: u32,
        secret: &Secret,
    ) -> Option<String> {
        let mobile = self.contacts.as_ref()?.mobile.known()?;
        let (account, [purpose, about]) = (account.to_string(), purpose.bound_to());
        let bound_to = ["account", &account, &purpose, &about];
        Some(one_time_code(secret, &bound_to, mobile.as_str(), number))
    }

    /// The code that was sent last, for whoever sends it. `None`: none was, or the phone was erased.
    pub fn code_sent(&self, account: AccountId, secret: &Secret) -> Option<String> {
        let code = self.code.as_ref()?;
        self.code_of(account, &code.purpose, code.sent.number, secret)
    }

    fn sent_for(&self, purpose: &CodePurpose) -> Option<&SentCode> {
        let code = self.code.as_ref().filter(|code| code.purpose == *purpose);
        code.map(|code| &code.sent)
    }

    /// What is objected to before anything is typed: no code is out that could be right.
    pub fn code_awaited(
        &self,
        purpose: &CodePurpose,
        context: &Context,
    ) -> Vec<crate::refusal::Broken> {
        let check = CodeCheck::awaited(self.sent_for(purpose), context.at);
        context.judge(purpose.rule(), &AccountCodeStep::Typed(check))
    }

    pub(super) fn send_code(
        &self,
        purpose: &CodePurpose,
        context: &Context,
    ) -> Result<AccountEvent, Refusal> {
        let contacts = self.contacts.as_ref();
        let reachable = contacts.is_some_and(|contacts| contacts.mobile.known().is_some());
        let mut objections = Objections::default();
        objections.add(context.judge(purpose.rule(), &AccountCodeStep::Asked { reachable }));
        objections.settle()?;
        Ok(AccountEvent::AccountCodeSent {
            purpose: purpose.clone(),
            number: SentCode::next(self.code.as_ref().map(|code| &code.sent)),
            at: context.at,
        })
    }

    /// A wrong try is counted, which is a decision; where no code is out that could be tried, it is a refusal.
    pub(super) fn try_code(
        &self,
        account: AccountId,
        purpose: &CodePurpose,
        typed: &Personal<SmsCode>,
        context: &Context,
    ) -> Result<AccountEvent, Refusal> {
        let check = CodeCheck::of(typed, self.sent_for(purpose), context.at, |number| {
            self.code_of(account, purpose, number, &context.secret)
        });
        let broken = context.judge(purpose.rule(), &AccountCodeStep::Typed(check));
        if broken.is_empty() {
            return Ok(AccountEvent::AccountCodeUsed {
                purpose: purpose.clone(),
            });
        }
        if check.open {
            return Ok(AccountEvent::AccountCodeFailed {
                purpose: purpose.clone(),
            });
        }
        let mut objections = Objections::default();
        objections.add(broken);
        objections.settle()?;
        Ok(AccountEvent::AccountCodeFailed {
            purpose: purpose.clone(),
        })
    }

    pub(super) fn code_event(&mut self, change: impl FnOnce(&mut SentCode)) {
        if let Some(code) = &mut self.code {
            change(&mut code.sent);
        }
    }
}
