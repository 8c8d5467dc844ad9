//! The desk: which aggregates a command touches, and in what order.
//!
//! Whatever spans aggregates is decided here, inside one unit of work: all of it lands in one decision, or none of it.

mod accounts;
mod answer;
mod by_mobile;
mod document_requests;
mod effects;
mod former_leads;
mod holdings;
mod inspections;
mod migration;
mod orders;
mod own_record;
mod removals;
mod replaced;
mod shell;
mod siblings;
mod sms_outcome;
mod still_filed;
mod stored_leads;
mod transfer;
mod type_check;

pub use answer::{Answer, StoredLead, WrongCode};
pub use document_requests::DocumentCommand;
pub use inspections::InspectionCommand;
pub use own_record::with_own_filings;
pub use shell::ShellCommand;
pub use sms_outcome::SmsOutcome;
pub use transfer::TransferCommand;
pub use type_check::TypeAsked;

use crate::{
    access::Grant,
    account::{Account, Contacts, code::CodePurpose},
    document_request::{DocumentKey, DocumentOffice, OfficeDocument},
    form::Lead,
    lead_book::LeadBook,
    order::{Order, OrderCommand, lifecycle::Move, sms::SmsEntry},
    personal::Personal,
    values::{AccountId, Last6, LeadId, Mobile},
    work::{Ask, Stop, Subject, Work},
};
use cqrs_es::Aggregate;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Everything the office can be asked to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Command {
    /// Something about an order.
    Order(Box<OrderCommand>),
    /// A lead, known by nothing but a mobile, enters a code (AMB-63).
    EnterSmsByMobile {
        /// Keyed digest of the mobile.
        phone: String,
        /// What was entered.
        entry: SmsEntry,
    },
    /// A lead, known by nothing but a mobile, asks for the code again; the captcha was checked at the edge (SMS-38).
    ResendSmsByMobile {
        /// Keyed digest of the mobile.
        phone: String,
        /// The mobile.
        mobile: Personal<Mobile>,
        /// Last six of the document number.
        last6: Personal<Last6>,
    },
    /// An operator opens an account.
    OpenAccount {
        /// Which.
        account: AccountId,
        /// Where its notices go.
        contacts: Contacts,
    },
    /// The owner of an account has a code sent to the account's phone.
    SendAccountCode {
        /// Whose.
        account: AccountId,
        /// What for.
        purpose: CodePurpose,
    },
    /// The owner transfers all that is filed to another account (§1.2).
    Transfer(TransferCommand),
    /// An operator takes a principal without services off the record.
    RemoveShell(ShellCommand),
    /// Stores a lead in the account's book.
    StoreLead {
        /// Whose book.
        account: AccountId,
        /// Which lead; one whose document is there already keeps its id.
        lead: LeadId,
        /// The data.
        data: Box<Lead>,
    },
    /// Changes a lead of the account's book.
    ChangeLead {
        /// Whose book.
        account: AccountId,
        /// Which lead.
        lead: LeadId,
        /// The data.
        data: Box<Lead>,
    },
    /// Takes a lead out of the account's book.
    ForgetLead {
        /// Whose book.
        account: AccountId,
        /// Which lead.
        lead: LeadId,
    },
    /// Something about the inspection of an account's filings (chapter 2).
    Inspection(Box<InspectionCommand>),
    /// Something about the documents that an account asks for (§1.8, §1.9).
    Document(Box<DocumentCommand>),
    /// An operator puts a document in that the office hands out.
    PublishDocument {
        /// Under which name; one that is there gives way.
        document: DocumentKey,
        /// The document.
        data: Box<OfficeDocument>,
    },
    /// An operator takes a document off that the office hands out.
    WithdrawDocument {
        /// Under which name.
        document: DocumentKey,
    },
    /// An operator issues a token.
    IssueToken {
        /// Keyed digest of the token: all that is ever kept of it.
        digest: String,
        /// What it allows.
        grant: Grant,
    },
    /// An operator revokes a token.
    RevokeToken {
        /// Keyed digest of the token.
        digest: String,
    },
    /// The ledger was restored from a backup: what was decided after that is gone, and a new epoch begins.
    RestoreLedger {
        /// When the backup was begun.
        backup: Timestamp,
        /// The epoch that begins.
        epoch: u64,
    },
}

impl Ask for Command {
    type Answer = Answer;

    fn name(&self) -> &str {
        match self {
            Self::Order(command) => command.request.name(),
            Self::EnterSmsByMobile { .. } => "enter_sms_by_mobile",
            Self::ResendSmsByMobile { .. } => "resend_sms_by_mobile",
            Self::OpenAccount { .. } => "open_account",
            Self::SendAccountCode { .. } => "request_account_code",
            Self::Transfer(_) => Move::Transfer.name(),
            Self::RemoveShell(_) => "remove_shell",
            Self::StoreLead { .. } => "store_lead",
            Self::ChangeLead { .. } => "change_lead",
            Self::ForgetLead { .. } => "forget_lead",
            Self::Inspection(command) => command.name(),
            Self::Document(command) => command.name(),
            Self::PublishDocument { .. } => "publish_document",
            Self::WithdrawDocument { .. } => "withdraw_document",
            Self::IssueToken { .. } => "issue_token",
            Self::RevokeToken { .. } => "revoke_token",
            Self::RestoreLedger { .. } => "restore_ledger",
        }
    }

    fn file(&self) -> String {
        match self {
            Self::Order(command) => format!("order/{}", command.order),
            // Where no session is found; else the file is that of the order which is found.
            Self::EnterSmsByMobile { phone, .. } | Self::ResendSmsByMobile { phone, .. } => {
                format!("sms-phone/{phone}")
            }
            Self::OpenAccount { account, .. } | Self::SendAccountCode { account, .. } => {
                format!("account/{account}")
            }
            Self::Transfer(command) => format!("account/{}", command.from),
            Self::RemoveShell(command) => format!("account/{}", command.account),
            // Where the book has the same person under another id, the file is theirs.
            Self::StoreLead { lead, .. }
            | Self::ChangeLead { lead, .. }
            | Self::ForgetLead { lead, .. } => LeadBook::file(*lead),
            Self::Inspection(command) => format!("account/{}", command.account),
            Self::Document(command) => format!("account/{}", command.account),
            Self::PublishDocument { .. } | Self::WithdrawDocument { .. } => {
                DocumentOffice::FILE.to_owned()
            }
            Self::IssueToken { digest, .. } | Self::RevokeToken { digest } => {
                format!("token/{digest}")
            }
            Self::RestoreLedger { .. } => "ledger".to_owned(),
        }
    }

    fn turn(&self) -> String {
        match self {
            Self::Order(command) => command.account.to_string(),
            Self::EnterSmsByMobile { phone, .. } | Self::ResendSmsByMobile { phone, .. } => {
                phone.clone()
            }
            Self::OpenAccount { account, .. }
            | Self::SendAccountCode { account, .. }
            | Self::StoreLead { account, .. }
            | Self::ChangeLead { account, .. }
            | Self::ForgetLead { account, .. } => account.to_string(),
            Self::Transfer(command) => command.from.to_string(),
            Self::RemoveShell(command) => command.account.to_string(),
            Self::Inspection(command) => command.account.to_string(),
            Self::Document(command) => command.account.to_string(),
            Self::PublishDocument { .. } | Self::WithdrawDocument { .. } => {
                DocumentOffice::STREAM.to_owned()
            }
            Self::IssueToken { digest, .. } | Self::RevokeToken { digest } => digest.clone(),
            Self::RestoreLedger { .. } => "ledger".to_owned(),
        }
    }

    fn subjects(&self) -> Vec<Subject> {
        let account = |id: &AccountId| Subject::account(*id);
        let token = |digest: &String| Subject {
            kind: "token",
            id: digest.clone(),
        };
        match self {
            Self::Order(command) => order_subjects(command),
            Self::EnterSmsByMobile { .. }
            | Self::ResendSmsByMobile { .. }
            | Self::PublishDocument { .. }
            | Self::WithdrawDocument { .. }
            | Self::RestoreLedger { .. } => Vec::new(),
            Self::OpenAccount { account: id, .. }
            | Self::SendAccountCode { account: id, .. }
            | Self::StoreLead { account: id, .. }
            | Self::ChangeLead { account: id, .. }
            | Self::ForgetLead { account: id, .. } => vec![account(id)],
            // Whoever shall have it hears of it when they have.
            Self::Transfer(command) => vec![account(&command.from)],
            Self::RemoveShell(command) => vec![account(&command.account)],
            Self::Inspection(command) => vec![account(&command.account)],
            Self::Document(command) => vec![account(&command.account)],
            Self::IssueToken { digest, grant } => grant
                .account
                .iter()
                .map(account)
                .chain([token(digest)])
                .collect(),
            Self::RevokeToken { digest } => vec![token(digest)],
        }
    }

    fn begins(&self) -> Option<(&'static str, String)> {
        match self {
            Self::OpenAccount { account, .. } => Some((Account::TYPE, account.to_string())),
            Self::Order(command) if command.request.by() == Move::Open => {
                Some((Order::TYPE, command.order.to_string()))
            }
            _ => None,
        }
    }

    async fn desk<W: Work>(&self, work: &mut W) -> Result<Answer, Stop> {
        match self {
            Self::OpenAccount { account, contacts } => {
                accounts::open(*account, contacts, work).await
            }
            Self::SendAccountCode { account, purpose } => {
                accounts::send_code(*account, purpose, work).await
            }
            Self::Transfer(command) => transfer::transfer(command, work).await,
            Self::RemoveShell(command) => shell::remove(command, work).await,
            Self::StoreLead {
                account,
                lead,
                data,
            } => stored_leads::store(*account, *lead, data, work).await,
            Self::ChangeLead {
                account,
                lead,
                data,
            } => stored_leads::change(*account, *lead, data, work).await,
            Self::ForgetLead { account, lead } => stored_leads::forget(*account, *lead, work).await,
            Self::Inspection(command) => inspections::inspect(command, work).await,
            Self::Document(command) => document_requests::request(command, work).await,
            Self::PublishDocument { document, data } => {
                document_requests::publish(document, data, work).await
            }
            Self::WithdrawDocument { document } => {
                document_requests::withdraw(document, work).await
            }
            Self::IssueToken { digest, grant } => accounts::issue(digest, grant, work).await,
            Self::RevokeToken { digest } => accounts::revoke(digest, work).await,
            // Nothing to decide: it is on record that it was done.
            Self::RestoreLedger { .. } => Ok(Answer::default()),
            Self::EnterSmsByMobile { entry, .. } => by_mobile::enter(entry, work).await,
            Self::ResendSmsByMobile { mobile, last6, .. } => {
                by_mobile::resend(mobile, last6, work).await
            }
            Self::Order(command) => orders::order(command, work).await,
        }
    }
}

fn order_subjects(command: &OrderCommand) -> Vec<Subject> {
    vec![
        Subject::order(command.order),
        Subject::account(command.account),
    ]
}
