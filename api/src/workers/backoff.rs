//! When to try again.

use jiff::SignedDuration;

/// How often an effect is tried before an operator has to look at it: over about half a day.
pub(crate) const ATTEMPTS: u32 = 20;
const FIRST: SignedDuration = SignedDuration::from_secs(5);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// How long to wait after so many attempts: twice as long each time, an hour at most, less up to a half by `share` (0 to
/// 255), so that what failed together does not come back together.
pub(crate) fn pause(attempts: u32, share: u8) -> SignedDuration {
    let doubled = FIRST
        .checked_mul(1 << attempts.saturating_sub(1).min(20))
        .unwrap_or(LONGEST);
    let whole = doubled.min(LONGEST);
    let less = whole.checked_mul(share.into()).unwrap_or_default() / 512;
    whole.saturating_sub(less)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_twice_the_one_before_up_to_an_hour_and_never_less_than_half_of_that() {
        let seconds = |attempts, share| pause(attempts, share).as_secs();
        assert_eq!(
            [1, 2, 3, 4].map(|attempts| seconds(attempts, 0)),
            [5, 10, 20, 40]
        );
        assert_eq!(
            [11, 20, 4_000_000].map(|attempts| seconds(attempts, 0)),
            [3600, 3600, 3600]
        );
        assert_eq!(seconds(11, 255), 1807);
        let all: i64 = (1..ATTEMPTS).map(|attempts| seconds(attempts, 0)).sum();
        assert!((9 * 3600..14 * 3600).contains(&all), "{all}");
    }
}
