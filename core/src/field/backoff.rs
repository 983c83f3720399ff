//! How long to wait before trying again: twice as long each time, up to a ceiling, and never in step
//! with the other phones of a station whose signal came back at the same moment.

use std::time::Duration;

/// A way of waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    ceiling: Duration,
}

impl Backoff {
    /// Between the attempts of one request, while the volunteer may be watching.
    pub const WITHIN_SYNC: Self = Self::new(Duration::from_secs(1), Duration::from_secs(8));
    /// Between one sync that got stuck and the next.
    pub const BETWEEN_SYNCS: Self = Self::new(Duration::from_secs(30), Duration::from_mins(30));

    /// Waits about `first` after the first failure and never more than `ceiling`.
    #[must_use]
    pub const fn new(first: Duration, ceiling: Duration) -> Self {
        Self { first, ceiling }
    }

    /// How long to wait after so many failures in a row: between half and the whole of the doubled
    /// time, where in between is for 64 random bits to say. Nothing after none.
    #[must_use]
    pub fn delay(self, failures: u32, random: u64) -> Duration {
        let Some(doublings) = failures.checked_sub(1) else { return Duration::ZERO };
        let whole = self.first.saturating_mul(2_u32.saturating_pow(doublings)).min(self.ceiling);
        let half = whole / 2;
        let nanos = u64::try_from(whole.saturating_sub(half).as_nanos()).unwrap_or(u64::MAX);
        half + Duration::from_nanos(random.checked_rem(nanos.saturating_add(1)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_delay_is_at_least_half_of_the_doubled_time_and_at_most_the_ceiling(
            first in 1u64..100_000, more in 0u64..10_000_000, failures in 1u32..1_000, random: u64,
        ) {
            let backoff = Backoff::new(Duration::from_millis(first), Duration::from_millis(first + more));
            let delay = backoff.delay(failures, random);
            let doubled = first.saturating_mul(2_u64.saturating_pow(failures - 1)).min(first + more);
            prop_assert!(delay <= Duration::from_millis(doubled));
            prop_assert!(delay >= Duration::from_millis(doubled) / 2);
        }

        #[test]
        fn more_failures_never_wait_less(random: u64, failures in 0u32..100) {
            for backoff in [Backoff::WITHIN_SYNC, Backoff::BETWEEN_SYNCS] {
                prop_assert!(backoff.delay(failures + 1, 0) >= backoff.delay(failures, 0));
                prop_assert!(backoff.delay(failures, random) <= backoff.delay(failures + 1, u64::MAX).max(backoff.ceiling));
            }
        }
    }

    #[test]
    fn phones_with_other_random_bits_wait_differently() {
        let delays = [0, u64::MAX / 3, 1 << 20].map(|random| Backoff::BETWEEN_SYNCS.delay(3, random));
        assert_ne!(delays[0], delays[1]);
        assert_ne!(delays[1], delays[2]);
        assert_eq!(Backoff::BETWEEN_SYNCS.delay(0, 7), Duration::ZERO);
    }
}
