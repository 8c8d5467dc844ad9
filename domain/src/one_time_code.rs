//! One-time codes (NTF-16, AMB-65): six digits that are sent to a phone, good for ten minutes and five tries.
//!
//! The one home of how such a code comes about and is checked, whoever has it sent: an order to a contact's mobile, an account
//! to its own phone. A code is derived, so that whoever sends it again sends the
//! same, and a decision can be made again. What somebody typed is kept with what they asked, sealed like everything of a person.

use crate::{personal::Personal, secret::Secret, values::SmsCode};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A code lives ten minutes.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// A code can be tried this often.
pub const CODE_TRIES: u32 = 5;

/// A code that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// The how-manyeth it is; part of what it is derived from.
    pub number: u32,
    /// When it was sent.
    pub at: Timestamp,
    /// Wrong tries.
    pub wrong: u32,
    /// It was entered rightly; a code counts once.
    pub used: bool,
}

impl SentCode {
    /// One that is sent now.
    pub const fn new(number: u32, at: Timestamp) -> Self {
        Self {
            number,
            at,
            wrong: 0,
            used: false,
        }
    }

    /// The number of the one that is sent after it: never one that was sent before.
    pub fn next(before: Option<&Self>) -> u32 {
        before.map_or(1, |before| before.number.saturating_add(1))
    }

    /// Whether it may be tried: it is alive, was not used, and has tries left.
    pub fn is_open(&self, now: Timestamp) -> bool {
        !self.used && self.wrong < CODE_TRIES && self.is_alive(now)
    }

    /// Whether its ten minutes are not over.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < CODE_LIFE
    }

    /// How many tries are left.
    pub const fn tries_left(&self) -> u32 {
        CODE_TRIES.saturating_sub(self.wrong)
    }
}

/// What somebody typed, as it is judged.
#[derive(Clone, Copy, Debug)]
pub struct CodeCheck {
    /// A code is out that may be tried.
    pub open: bool,
    /// What was typed is that code.
    pub matches: bool,
}

impl CodeCheck {
    /// Of what was typed, against the code that was sent last, if one was; `code` says which one is of this number. What is not
    /// known any more is not it.
    pub fn of(
        typed: &Personal<SmsCode>,
        sent: Option<&SentCode>,
        now: Timestamp,
        code: impl FnOnce(u32) -> Option<String>,
    ) -> Self {
        let sent = sent.filter(|sent| sent.is_open(now));
        let is_it = |sent: &SentCode| Some(typed.known()?.as_str() == code(sent.number)?);
        Self {
            open: sent.is_some(),
            matches: sent.and_then(is_it) == Some(true),
        }
    }

    /// Of what is to be typed yet, as if it were right.
    pub fn awaited(sent: Option<&SentCode>, now: Timestamp) -> Self {
        let open = sent.is_some_and(|sent| sent.is_open(now));
        Self {
            open,
            matches: open,
        }
    }

    /// Whether it is right.
    pub const fn is_right(self) -> bool {
        self.open && self.matches
    }
}

/// The code of a number that goes to a mobile or a mailbox, for what it is bound to: it is another one for anything else.
pub fn one_time_code(secret: &Secret, bound_to: &[&str], address: &str, number: u32) -> String {
    let number = number.to_string();
    secret.code(&[bound_to, &[address, &number]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    // covers: NTF-16
    #[test]
    fn a_code_is_good_once_for_ten_minutes_and_five_tries() {
        let at = Timestamp::UNIX_EPOCH;
        let code = SentCode::new(1, at);
        let later = |seconds| at + SignedDuration::from_secs(seconds);
        assert!(code.is_open(later(599)) && !code.is_open(later(600)));
        let wrong = |wrong| SentCode { wrong, ..code };
        assert!(wrong(4).is_open(at) && !wrong(5).is_open(at));
        assert_eq!((wrong(4).tries_left(), wrong(6).tries_left()), (1, 0));
        assert!(!SentCode { used: true, ..code }.is_open(at));
        assert_eq!((SentCode::next(None), SentCode::next(Some(&code))), (1, 2));
        let typed = |code| Personal::Known(SmsCode::parse(code).unwrap());
        let check =
            |typed: &Personal<SmsCode>, sent, is| CodeCheck::of(typed, sent, at, |_| is).is_right();
        let (one, other) = (typed("123456"), typed("123457"));
        let is = || Some("123456".to_owned());
        assert!(check(&one, Some(&code), is()));
        assert!(!check(&other, Some(&code), is()) && !check(&one, None, is()));
        // Neither is nothing the same as nothing.
        assert!(!check(&one, Some(&code), None) && !check(&Personal::Erased, Some(&code), None));
        assert!(CodeCheck::awaited(Some(&code), at).is_right());
        assert!(!CodeCheck::awaited(None, at).is_right());
    }

    #[test]
    fn a_code_is_another_one_for_anything_else() {
        let (secret, address) = (Secret::new([1; 32]), "13800138000");
        let code = |bound: &[&str], number| one_time_code(&secret, bound, address, number);
        let one = code(&["account", "a", "transfer", "b"], 1);
        assert_eq!(one, code(&["account", "a", "transfer", "b"], 1));
        for other in [
            code(&["account", "a", "transfer", "b"], 2),
            code(&["account", "a", "transfer", "c"], 1),
            code(&["account", "b", "transfer", "b"], 1),
            code(&["contact", "a"], 1),
        ] {
            assert_ne!(one, other);
        }
    }
}
