//! How often somebody without a token may ask: per mobile and per peer address.

use crate::{clock::Clock, peer::Peer, problem::Problem};
use domain::values::AccountId;
use governor::{
    Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use std::{
    hash::Hash,
    num::NonZeroU32,
    time::{Duration, Instant},
};

/// Entries and resends of one mobile: six at once (five wrong ones and the sixth), then one in twenty seconds.
const ENTRIES: (NonZeroU32, Duration) = (at_once(6), Duration::from_secs(20));
/// Requests of one peer address: thirty at once, then one a second. Many leads may sit behind one address.
const REQUESTS: (NonZeroU32, Duration) = (at_once(30), Duration::from_secs(1));
/// Contact codes to one mobile (AMB-65): five at once, then one in twelve minutes, which is five an hour.
const CONTACT_CODES: (NonZeroU32, Duration) = (at_once(5), Duration::from_mins(12));
/// Contact codes that one account has sent, to whomever: twenty at once, which is a form with many leads, then one in three
/// minutes. Without it an applicant could text the world, a code a mobile.
const CODES_OF_ACCOUNT: (NonZeroU32, Duration) = (at_once(20), Duration::from_mins(3));
/// Tickets that one account opens, each of which tells somebody by SMS and e-mail: ten at once, then one in ten minutes.
const TICKETS: (NonZeroU32, Duration) = (at_once(10), Duration::from_mins(10));
/// So many keys are remembered before those that are at rest are forgotten.
const KEYS: usize = 10_000;

const fn at_once(times: u32) -> NonZeroU32 {
    match NonZeroU32::new(times) {
        Some(times) => times,
        None => NonZeroU32::MIN,
    }
}

/// By which time the counters go on.
#[derive(Clone)]
enum Pace {
    /// The machine's monotonic clock: a clock that is set must neither free nor lock anybody.
    Machine(Instant),
    /// The time that is given: then it is the only one there is.
    Given(Clock),
}

impl Pace {
    fn of(clock: &Clock) -> Self {
        match clock {
            Clock::System => Self::Machine(Instant::now()),
            Clock::Given(_) => Self::Given(clock.clone()),
        }
    }
}

impl governor::clock::Clock for Pace {
    type Instant = Duration;

    fn now(&self) -> Duration {
        match self {
            Self::Machine(since) => since.elapsed(),
            Self::Given(clock) => Duration::try_from(clock.now().as_duration()).unwrap_or_default(),
        }
    }
}

type Counters<K> = RateLimiter<K, DefaultKeyedStateStore<K>, Pace, NoOpMiddleware<Duration>>;

/// The counters of one node. In memory: what a restart forgets, a few more tries, is no harm.
pub struct Throttle {
    entries: Counters<String>,
    requests: Counters<Peer>,
    contact_codes: Counters<String>,
    codes_of_account: Counters<AccountId>,
    tickets: Counters<AccountId>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self::by(&Clock::System)
    }
}

fn counters<K: Hash + Eq + Clone>(limit: (NonZeroU32, Duration), pace: &Pace) -> Counters<K> {
    Counters::new(
        quota(limit),
        DefaultKeyedStateStore::default(),
        pace.clone(),
    )
}

fn quota((at_once, each): (NonZeroU32, Duration)) -> Quota {
    Quota::with_period(each)
        .unwrap_or_else(|| Quota::per_minute(at_once))
        .allow_burst(at_once)
}

impl Throttle {
    /// Counters that go by a clock.
    pub fn by(clock: &Clock) -> Self {
        let pace = Pace::of(clock);
        Self {
            entries: counters(ENTRIES, &pace),
            requests: counters(REQUESTS, &pace),
            contact_codes: counters(CONTACT_CODES, &pace),
            codes_of_account: counters(CODES_OF_ACCOUNT, &pace),
            tickets: counters(TICKETS, &pace),
        }
    }

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

    /// A ticket that an account opens, and the mobile that is told of it unless it is the account's own, by its keyed digest.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn ticket(&self, account: AccountId, phone: Option<&str>) -> Result<(), Problem> {
        check(&self.tickets, &account)?;
        phone.map_or(Ok(()), |phone| {
            check(&self.contact_codes, &phone.to_owned())
        })
    }

    /// A request of a peer.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn request(&self, peer: Peer) -> Result<(), Problem> {
        check(&self.requests, &peer)
    }
}

fn check<K: Hash + Eq + Clone>(limiter: &Counters<K>, key: &K) -> Result<(), Problem> {
    if limiter.len() > KEYS {
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(limiter.clock().now());
        Problem::too_often(wait.as_secs() + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_given_time_frees_a_mobile_as_the_machine_s_would() {
        let now = Arc::new(Mutex::new(Timestamp::from_second(1_717_376_400).unwrap()));
        let given = Arc::clone(&now);
        let clock = Clock::Given(Arc::new(move || *given.lock().unwrap()));
        let throttle = Throttle::by(&clock);
        for _ in 0..6 {
            assert!(throttle.entry("a").is_ok());
        }
        assert_eq!(throttle.entry("a").unwrap_err().status(), 429);
        *now.lock().unwrap() += SignedDuration::from_secs(19);
        assert_eq!(throttle.entry("a").unwrap_err().status(), 429);
        *now.lock().unwrap() += SignedDuration::from_secs(1);
        assert!(throttle.entry("a").is_ok());
        assert_eq!(throttle.entry("a").unwrap_err().status(), 429);
    }

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
    fn tickets_are_counted_by_account_and_by_the_mobile_that_is_told() {
        let throttle = Throttle::default();
        let account = |last: u8| AccountId::new(Timestamp::UNIX_EPOCH, [last; 10]);
        for _ in 0..10 {
            assert!(throttle.ticket(account(1), None).is_ok());
        }
        let eleventh = throttle.ticket(account(1), None);
        assert_eq!(eleventh.unwrap_err().status(), 429);
        for _ in 0..5 {
            assert!(throttle.ticket(account(2), Some("a")).is_ok());
        }
        let sixth = throttle.ticket(account(3), Some("a"));
        assert_eq!(sixth.unwrap_err().status(), 429, "whoever asks");
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
