//! How often somebody without a token may ask: per mobile and per peer address.

use crate::{peer::Peer, problem::Problem};
use domain::values::AccountId;
use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};
use std::{hash::Hash, num::NonZeroU32, time::Duration};

/// Entries and resends of one mobile: six at once (five wrong ones and the sixth), then one in twenty seconds.
const ENTRIES: (NonZeroU32, Duration) = (at_once(6), Duration::from_secs(20));
/// Requests of one peer address: thirty at once, then one a second. Many leads may sit behind one address.
const REQUESTS: (NonZeroU32, Duration) = (at_once(30), Duration::from_secs(1));
/// Contact codes to one mobile (AMB-65): five at once, then one in twelve minutes, which is five an hour.
const CONTACT_CODES: (NonZeroU32, Duration) = (at_once(5), Duration::from_mins(12));
/// Contact codes that one account has sent, to whomever: twenty at once, which is a form with many leads, then one in three
/// minutes. Without it an applicant could text the world, a code a mobile.
const CODES_OF_ACCOUNT: (NonZeroU32, Duration) = (at_once(20), Duration::from_mins(3));
/// So many keys are remembered before those that are at rest are forgotten.
const KEYS: usize = 10_000;

const fn at_once(times: u32) -> NonZeroU32 {
    match NonZeroU32::new(times) {
        Some(times) => times,
        None => NonZeroU32::MIN,
    }
}

/// The counters of one node. In memory: what a restart forgets, a few more tries, is no harm.
pub struct Throttle {
    entries: DefaultKeyedRateLimiter<String>,
    requests: DefaultKeyedRateLimiter<Peer>,
    contact_codes: DefaultKeyedRateLimiter<String>,
    codes_of_account: DefaultKeyedRateLimiter<AccountId>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            entries: DefaultKeyedRateLimiter::keyed(quota(ENTRIES)),
            requests: DefaultKeyedRateLimiter::keyed(quota(REQUESTS)),
            contact_codes: DefaultKeyedRateLimiter::keyed(quota(CONTACT_CODES)),
            codes_of_account: DefaultKeyedRateLimiter::keyed(quota(CODES_OF_ACCOUNT)),
        }
    }
}

fn quota((at_once, each): (NonZeroU32, Duration)) -> Quota {
    Quota::with_period(each)
        .unwrap_or_else(|| Quota::per_minute(at_once))
        .allow_burst(at_once)
}

impl Throttle {
    /// An entry or a resend of a mobile, by its keyed digest.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn entry(&self, phone: &str) -> Result<(), Problem> {
        check(&self.entries, &phone.to_owned())
    }

    /// A contact code that an account has sent to a mobile, by its keyed digest.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn contact_code(&self, account: AccountId, phone: &str) -> Result<(), Problem> {
        // The account first: one that may send nothing takes nothing from a mobile that others send to.
        check(&self.codes_of_account, &account)?;
        check(&self.contact_codes, &phone.to_owned())
    }

    /// A request of a peer.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn request(&self, peer: Peer) -> Result<(), Problem> {
        check(&self.requests, &peer)
    }
}

fn check<K: Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), Problem> {
    if limiter.len() > KEYS {
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        Problem::too_often(wait.as_secs() + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn a_mobile_has_six_tries_at_once_and_others_have_their_own() {
        let throttle = Throttle::default();
        for _ in 0..6 {
            assert!(throttle.entry("a").is_ok());
        }
        assert_eq!(throttle.entry("a").unwrap_err().status(), 429);
        assert!(throttle.entry("b").is_ok());
    }

    #[test]
    fn contact_codes_are_counted_by_mobile_and_by_account() {
        let throttle = Throttle::default();
        let account = |last: u8| AccountId::new(Timestamp::UNIX_EPOCH, [last; 10]);
        for _ in 0..5 {
            assert!(throttle.contact_code(account(1), "a").is_ok());
        }
        let sixth = throttle.contact_code(account(2), "a");
        assert_eq!(sixth.unwrap_err().status(), 429, "whoever asks");
        for phone in 5..20 {
            assert!(
                throttle
                    .contact_code(account(1), &phone.to_string())
                    .is_ok()
            );
        }
        let many = throttle.contact_code(account(1), "b");
        assert_eq!(many.unwrap_err().status(), 429, "whomever to");
        assert!(throttle.contact_code(account(2), "b").is_ok());
    }
}
