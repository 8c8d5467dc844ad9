//! Randomness that can be had again: everything random of a campaign comes from its seed.

use std::time::Duration;

/// A generator (SplitMix64). Not for secrets.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another generator, for a part that draws on its own: what one part draws must not move what another one gets.
    #[must_use]
    pub fn part(&self, number: u64) -> Self {
        let mut part = Self(self.0 ^ number.wrapping_add(1).wrapping_mul(0xd134_2543_de82_ef95));
        part.draw();
        part
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if that is 0. The bias of the remainder is nothing for the small numbers drawn here.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw().checked_rem(end).unwrap_or(0)
    }

    /// A time shorter than this one, to the microsecond.
    pub fn shorter_than(&mut self, longest: Duration) -> Duration {
        let longest = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.below(longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_again_and_parts_do_not_move_one_another() {
        let drawn = |mut chance: Chance| [chance.draw(), chance.draw(), chance.draw()];
        let chance = Chance::new(7);
        assert_eq!(drawn(chance.clone()), drawn(Chance::new(7)));
        assert_ne!(drawn(chance.clone()), drawn(Chance::new(8)));
        assert_ne!(drawn(chance.part(0)), drawn(chance.part(1)));
        let mut moved = chance.part(0);
        moved.draw();
        assert_eq!(drawn(chance.part(1)), drawn(Chance::new(7).part(1)));
    }

    #[test]
    fn below_stays_below() {
        let mut chance = Chance::new(1);
        assert!((0..1000).all(|_| chance.below(10) < 10));
        assert_eq!(chance.below(0), 0);
    }
}
