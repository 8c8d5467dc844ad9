//! Who is asking: a bearer token.
//!
//! A token is 32 random bytes. Only its keyed digest is kept, as a stream of the ledger; looking a token up means computing
//! that digest, so nothing is compared byte by byte with something secret.

use crate::{
    office::{Office, random},
    problem::{Problem, outcome},
};
use axum::{extract::FromRequestParts, http::header::AUTHORIZATION, http::request::Parts};
use domain::{
    access::{Access, Grant},
    context::{Actor, Role},
    desk::Command,
    secret::Secret,
    values::AccountId,
};
use ledger::Terms;
use std::{fmt, sync::Arc};

/// A bearer token: `beian_` and 64 hexadecimal digits. Shown once, to whom it is issued.
pub struct Token(String);

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// The operating system has no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        Ok(Self(format!("beian_{}", hex::encode(random::<32>()?))))
    }

    /// Reads one. `None` if it cannot be a token.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("beian_")?;
        (digits.len() == 64
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
        .then(|| Self(text.to_owned()))
    }

    /// What stands for it in the ledger.
    pub fn digest(&self, secret: &Secret) -> String {
        secret.digest("token", &self.0)
    }

    /// As its holder sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Somebody with a token in force.
#[derive(Clone, Debug)]
pub struct Caller {
    /// As decisions name them.
    pub actor: Actor,
    /// Whose filings an applicant sees.
    pub account: Option<AccountId>,
}

impl Caller {
    fn new(digest: &str, grant: &Grant) -> Self {
        let role = role_name(grant.role);
        let id = match (grant.account, &grant.holder) {
            (Some(account), _) => format!("{role}:{account}"),
            (None, Some(holder)) => format!("{role}:{holder}"),
            // A token of before holders had ids. Eight digits of a keyed digest are no step towards the token.
            (None, None) => format!("{role}:{}", digest.get(..8).unwrap_or(digest)),
        };
        Self {
            actor: Actor {
                id,
                role: grant.role,
                channel: grant.channel,
            },
            account: grant.account,
        }
    }

    /// Whether this caller may know of what belongs to an account.
    pub fn sees(&self, account: AccountId) -> bool {
        match self.actor.role {
            Role::Applicant => self.account == Some(account),
            Role::Reviewer
            | Role::Support
            | Role::Auditor
            | Role::Bureau
            | Role::Operator
            | Role::Lead
            | Role::System => true,
            // Nobody comes as one: it is a part that an applicant plays towards one order.
            Role::Target => false,
        }
    }

    /// The account of an address, if this caller may know of it.
    ///
    /// # Errors
    /// 404 for another one, as for none.
    pub fn visible_account(&self, id: &str) -> Result<AccountId, Problem> {
        match AccountId::parse(id) {
            Ok(account) if self.sees(account) => Ok(account),
            _ => Err(Problem::not_found()),
        }
    }

    /// Only whoever has this role goes on.
    ///
    /// # Errors
    /// 403 for everybody else.
    pub fn must_be(&self, role: Role) -> Result<(), Problem> {
        if self.actor.role == role {
            Ok(())
        } else {
            Err(Problem::forbidden())
        }
    }

    /// Only operators go on.
    ///
    /// # Errors
    /// 403 for everybody else.
    pub fn must_be_operator(&self) -> Result<(), Problem> {
        self.must_be(Role::Operator)
    }
}

/// A role, as ids name it.
pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Applicant => "applicant",
        Role::Reviewer => "reviewer",
        Role::Support => "support",
        Role::Auditor => "auditor",
        Role::Bureau => "bureau",
        Role::Operator => "operator",
        Role::Lead => "lead",
        Role::System => "system",
        Role::Target => "target",
    }
}

impl FromRequestParts<Arc<Office>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let header = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| Token::parse(value.strip_prefix("Bearer ")?.trim()))
            .ok_or_else(Problem::unauthorised)?;
        let digest = token.digest(&office.secret);
        let access = office.ledger.load::<Access>(&digest).await?;
        let grant = access.state.in_force().ok_or_else(Problem::unauthorised)?;
        Ok(Self::new(&digest, grant))
    }
}

/// Whether somebody outside may be given such a token: nobody for being a lead, who needs none (a token of that role could
/// name any order).
///
/// # Errors
/// 422 for a lead's, and a target's.
pub fn may_be_given(grant: &Grant) -> Result<(), Problem> {
    if grant.role == Role::Target {
        return Err(
            Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "malformed").say(
                "No token is issued for `target`: whoever is asked for an authorisation answers with their account's own token.",
                "不签发迁入账号（target）令牌：被申请授权的账号使用自己的令牌答复。",
            ),
        );
    }
    if grant.role == Role::Lead {
        return Err(
            Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "malformed").say(
                "No token is issued for `lead`: leads use /v1/sms-verifications and /v1/face-checks without one.",
                "不向负责人（lead）签发令牌：负责人无需令牌，使用/v1/sms-verifications和/v1/face-checks。",
            ),
        );
    }
    Ok(())
}

/// Issues a token. An applicant's grant names an account, everybody else's a holder.
///
/// # Errors
/// 422 for a grant that fits no role, 503 if the ledger does not answer.
pub async fn issue(office: &Office, operator: Actor, grant: Grant) -> Result<Token, Problem> {
    let is_applicant = grant.role == Role::Applicant;
    if is_applicant != grant.account.is_some() || is_applicant == grant.holder.is_some() {
        return Err(
            Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "malformed").say(
                "An applicant's token names an `account` and no `holder`; a token of any other role names a `holder`, a staff id such as r-7, and no account.",
                "申请人令牌须指定账号（account），不得指定持有人（holder）；其他角色的令牌须指定持有人编号（如r-7），不得指定账号。",
            ),
        );
    }
    let token = Token::random().map_err(|_| Problem::unavailable())?;
    let command = Command::IssueToken {
        digest: token.digest(&office.secret),
        grant,
    };
    settle(office, operator, &command).await?;
    Ok(token)
}

/// Revokes a token by the digest that was told when it was issued. Unknown ones are revoked already.
///
/// # Errors
/// 503 if the ledger does not answer.
pub async fn revoke(office: &Office, operator: Actor, digest: String) -> Result<(), Problem> {
    settle(office, operator, &Command::RevokeToken { digest }).await
}

async fn settle(office: &Office, operator: Actor, command: &Command) -> Result<(), Problem> {
    let receipt = office
        .execute(command, &office.context(operator), &Terms::default())
        .await?;
    outcome(receipt).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_shown_and_never_printed() {
        let token = Token::random().unwrap();
        assert_eq!(token.reveal().len(), 70);
        assert_eq!(
            Token::parse(token.reveal()).unwrap().reveal(),
            token.reveal()
        );
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_ne!(Token::random().unwrap().reveal(), token.reveal());
        for bad in [
            "",
            "beian_",
            "x",
            &token.reveal().to_uppercase(),
            &token.reveal()[..69],
            &format!("{}0", token.reveal()),
        ] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }
}
