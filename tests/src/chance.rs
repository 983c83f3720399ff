//! Chance from a seed, so that a run that failed can be run again.

use xuncha::demo::Seeded;

/// A seeded source of numbers.
#[derive(Debug, Clone)]
pub struct Chance(Seeded);

impl Chance {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(Seeded::new(seed))
    }

    /// Any number.
    pub fn bits(&mut self) -> u64 {
        self.0.bits()
    }

    /// A number from 0 up to, not including, `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.below(end as u64)).unwrap_or(0)
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}
