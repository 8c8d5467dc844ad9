//! The SMS session (短信核验) of one submission.

use crate::{
    personal::Personal,
    values::{Last6, Mobile, SmsCode, SubmissionId},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A lead verifies within 24 hours (SMS-29); at exactly 24 hours it is late (AMB-30).
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// After this many wrong entries the next one returns the order (SMS-36, AMB-28).
pub const WRONG_ENTRIES: u32 = 5;
/// A code can be sent again this often (SMS-39).
pub const RESENDS: u32 = 2;

/// A code has come within about so long of being sent (SLA-4); whoever still waits then asks for it again.
pub const CODE_ARRIVES_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// What a lead is to the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadRole {
    /// 主体负责人.
    PrincipalLead,
    /// 互联网信息服务负责人.
    ServiceLead,
}

/// One phone that must verify. Roles with the same mobile are one target (SMS-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Keyed digest of the mobile: the target's name.
    pub phone: String,
    /// The mobile the code goes to.
    pub mobile: Personal<Mobile>,
    /// Last six of the lead's document number.
    pub last6: Personal<Last6>,
    /// The roles it stands for.
    pub roles: Vec<LeadRole>,
    /// How often the code was sent again.
    pub resends: u32,
    /// How many entries were wrong.
    pub wrong: u32,
    /// When it verified.
    pub verified: Option<Timestamp>,
}

/// Who keeps the sessions (AMB-62). A setting of the office; each session remembers the one it was opened under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsKeeper {
    /// This office: it sends the codes, counts the entries and watches the clock.
    #[default]
    Embedded,
    /// MIIT: it does all that and reports to us.
    External,
}

impl SmsKeeper {
    /// Whether it is the office, as everywhere where nothing else is said.
    pub fn is_embedded(&self) -> bool {
        *self == Self::Embedded
    }
}

/// A session: one deadline for all its targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsSession {
    /// The submission it belongs to; each has a session of its own (SMS-46).
    pub submission: SubmissionId,
    /// The bureau's receipt + 24 h.
    pub deadline: Timestamp,
    /// Who must verify.
    pub targets: Vec<Target>,
    /// Who keeps it.
    #[serde(default)]
    pub keeper: SmsKeeper,
}

impl SmsSession {
    /// The open target of a mobile.
    pub fn target(&self, phone: &str) -> Option<&Target> {
        self.targets.iter().find(|target| target.phone == phone)
    }
}

/// Why a session came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnCause {
    /// 24 hours passed (T19).
    Deadline,
    /// The sixth entry after five wrong ones (T20).
    SixthEntry,
}

/// What MIIT says of a session that it keeps (AMB-62): everything so far, at whatever length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsReport {
    /// The submission that the session belongs to.
    pub submission: SubmissionId,
    /// Who verified.
    #[serde(default)]
    pub verified: Vec<ReportedVerified>,
    /// Who entered something wrong.
    #[serde(default)]
    pub wrong_entries: Vec<ReportedWrong>,
    /// That the session came back, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<ReportedReturn>,
}

/// A mobile that verified at MIIT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedVerified {
    /// Which.
    pub mobile: Personal<Mobile>,
    /// When, by MIIT's clock.
    pub at: Timestamp,
}

/// Wrong entries that MIIT counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedWrong {
    /// For which mobile.
    pub mobile: Personal<Mobile>,
    /// How many so far.
    pub wrong: u32,
}

/// A session that MIIT returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedReturn {
    /// Why.
    pub cause: ReturnCause,
    /// When, by MIIT's clock.
    pub at: Timestamp,
}

/// What a lead enters (SMS-33): the code, the mobile, the last six of the document number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsEntry {
    /// 验证码.
    pub code: Personal<SmsCode>,
    /// 手机号.
    pub mobile: Personal<Mobile>,
    /// 证件号码后六位.
    pub last6: Personal<Last6>,
}
