//! Every value that is parsed from a text. What is read is written and read again as the same, and can be shown.
//!
//! The first byte says which value, the second the kind of document where that matters.

use super::stories;
use api::ports::Trouble;
use domain::{
    form::ServiceKey,
    policy::Policies,
    values::{
        AccountId, Address, AppName, AttemptId, ConfirmationReference, ContentCategory, CreditCode,
        DocumentKind, DocumentNumber, DomainName, Email, EmergencyPhone, IcpNumber, IpBlock,
        Language, Last6, LeadId, MaterialId, Md5Signature, Mobile, Nature, Note, OrderId,
        PackageName, PartyName, PersonName, Platform, Pointer, PrincipalRemark, Province,
        PublicKey, QrId, RawText, ResidencePermit, ResidentId, ResourceId, SecurityNumber,
        ServiceId, ServiceRemark, SessionId, Sha256, SiteName, SmsCode, StaffId, SubmissionId,
        TextVersion, calendar,
    },
};
use jiff::{Timestamp, civil::Date};
use std::fmt;

/// What reads a text and answers whether that is one, told a kind where it asks for one. Inputs that are kept name it by its place: new
/// ones come last.
const READS: &[fn(u8, &str) -> bool] = &[
    number,
    days,
    holidays,
    policies,
    again::<AccountId>,
    again::<Address>,
    again::<AppName>,
    again::<AttemptId>,
    again::<ConfirmationReference>,
    again::<ContentCategory>,
    again::<CreditCode>,
    again::<DocumentKind>,
    again::<DomainName>,
    again::<Email>,
    again::<EmergencyPhone>,
    again::<IcpNumber>,
    again::<IpBlock>,
    again::<Language>,
    again::<Last6>,
    again::<LeadId>,
    again::<MaterialId>,
    again::<Md5Signature>,
    again::<Mobile>,
    again::<Nature>,
    again::<Note>,
    again::<OrderId>,
    again::<PackageName>,
    again::<PartyName>,
    again::<PersonName>,
    again::<Platform>,
    again::<Pointer>,
    again::<PrincipalRemark>,
    again::<Province>,
    again::<PublicKey>,
    again::<QrId>,
    again::<RawText>,
    again::<ResidencePermit>,
    again::<ResidentId>,
    again::<ResourceId>,
    again::<SecurityNumber>,
    again::<ServiceId>,
    again::<ServiceKey>,
    again::<ServiceRemark>,
    again::<SessionId>,
    again::<Sha256>,
    again::<SiteName>,
    again::<SmsCode>,
    again::<StaffId>,
    again::<SubmissionId>,
    again::<TextVersion>,
    troubles,
    masks,
];

/// Reads a text as a value.
///
/// # Panics
/// A parser does, or a value is not read as it was written.
pub fn read(bytes: &[u8]) {
    let [which, kind, text @ ..] = bytes else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    READS[usize::from(*which) % READS.len()](*kind, text);
}

/// Reads, writes, reads again, and shows.
fn again<T>(_: u8, text: &str) -> bool
where
    T: TryFrom<String, Error: fmt::Display> + fmt::Display + fmt::Debug + PartialEq,
{
    match T::try_from(text.to_owned()) {
        Ok(value) => {
            let read = T::try_from(value.to_string());
            assert!(
                read.is_ok_and(|read| read == value),
                "not read as it was written: {value}"
            );
            drop(format!("{value:?}"));
            true
        }
        Err(error) => is_said(&error),
    }
}

/// It was not read; why must be said, in English and in Chinese.
fn is_said(error: &impl fmt::Display) -> bool {
    for said in [format!("{error}"), format!("{error:#}")] {
        assert!(!said.trim().is_empty(), "nobody is told why");
    }
    false
}

/// The number of a document of some kind.
fn number(kind: u8, text: &str) -> bool {
    let kinds = DocumentKind::ALL;
    let kind = kinds[usize::from(kind) % kinds.len()];
    match DocumentNumber::parse(kind, text) {
        Ok(number) => {
            let read = DocumentNumber::parse(kind, number.as_str());
            assert_eq!(read.as_ref(), Ok(&number), "not read as it was written");
            drop((number.province(), number.checksum(), number.last6()));
            drop((number.mask(), format!("{number:?}")));
            true
        }
        Err(error) => is_said(&error),
    }
}

fn masks(_: u8, text: &str) -> bool {
    drop(PersonName::parse(text).map(|value| value.mask()));
    drop(PartyName::parse(text).map(|value| value.mask()));
    drop(Address::parse(text).map(|value| value.mask()));
    drop(Email::parse(text).map(|value| value.mask()));
    drop(Mobile::parse(text).map(|value| value.mask()));
    drop(EmergencyPhone::parse(text).map(|value| value.mask()));
    drop(ResidentId::parse(text).map(|value| value.mask()));
    false
}

/// Working days from a time on, however far that is away.
fn days(_: u8, text: &str) -> bool {
    if let Ok(at) = text.parse::<Timestamp>() {
        assert!(calendar::end_of_limit(at, 300).at >= at);
        assert!(calendar::end_of_days(at, u16::MAX) >= at);
    }
    let Ok(day) = text.parse::<Date>() else {
        return false;
    };
    assert_ne!(calendar::midnight_after(day), Timestamp::MIN);
    let today = calendar::shanghai_date(Timestamp::UNIX_EPOCH);
    let there = calendar::working_days_between(day, today);
    let back = calendar::working_days_between(today, day);
    assert_eq!(there.count, -back.count, "there and back");
    true
}

fn holidays(_: u8, text: &str) -> bool {
    calendar::WorkingCalendar::from_csv(text).map_or_else(|error| is_said(&error), |_| true)
}

fn policies(_: u8, text: &str) -> bool {
    Policies::from_toml(text).map_or_else(|error| is_said(&error), |_| true)
}

/// Why a port did not answer, as it is kept.
fn troubles(_: u8, text: &str) -> bool {
    text.parse::<Trouble>().is_ok_and(|trouble| {
        assert_eq!(trouble.to_string().parse(), Ok(trouble));
        true
    })
}

/// Texts that stand in the stories, a few for each value that reads them; and what no story tells, for all.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let texts = stories::texts();
    let with = |which: u8, kind: u8, text: &str| [&[which, kind], text.as_bytes()].concat();
    let kinds = 0..u8::try_from(DocumentKind::ALL.len()).unwrap_or(u8::MAX);
    let mut seeds = Vec::new();
    for (which, reads) in (0..).zip(READS) {
        for kind in kinds.clone().take(if which == 0 { 64 } else { 1 }) {
            let read = texts.iter().filter(|text| reads(kind, text));
            seeds.extend(read.take(FEW).map(|text| with(which, kind, text)));
        }
        seeds.extend(OTHER.iter().map(|text| with(which, 0, text)));
    }
    seeds
}

/// How many texts a value begins with.
const FEW: usize = 4;
const OTHER: [&str; 12] = [
    "",
    "\u{feff}",
    "2024-11-26T12:00:00+08:00",
    "9999-12-30T22:00:00.999Z",
    "-009999-01-02T01:59:59Z",
    "9999-12-31",
    "-009999-01-01",
    "date,kind,occasion\n2024-10-01,off,x\n2024-10-12,work,x\n",
    "[[row]]\nprovince = \"北京\"\nrule = \"one-service-only\"\nsource = \"x\"\n",
    "2001:db8::/32",
    "192.0.2.0/24",
    "answered 503",
];
