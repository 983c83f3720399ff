//! How often codes may be guessed. Kept in memory: each copy of the hub counts for itself and forgets
//! when it restarts, which leaves a guesser one try in hundreds of thousands an hour at best.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use xuncha_core::domain::Timestamp;

use crate::caller_address::CallerAddress;

/// Wrong codes one address may send in [`WINDOW_MS`].
const PER_ADDRESS: usize = 20;
/// Wrong codes all addresses together may send in [`WINDOW_MS`].
const IN_ALL: usize = 200;
/// Ten minutes.
const WINDOW_MS: i64 = 10 * 60_000;

/// The wrong codes of late.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<VecDeque<(Timestamp, CallerAddress)>>);

impl Attempts {
    /// Whether somebody at `address` may try a code now.
    #[must_use]
    pub fn may_try(&self, address: CallerAddress, now: Timestamp) -> bool {
        let failed = self.recent(now);
        let mut counts: HashMap<CallerAddress, usize> = HashMap::new();
        for (_, from) in failed.iter() {
            *counts.entry(*from).or_default() += 1;
        }
        failed.len() < IN_ALL && counts.get(&address).is_none_or(|count| *count < PER_ADDRESS)
    }

    /// Remembers a wrong code.
    pub fn failed(&self, address: CallerAddress, now: Timestamp) {
        self.recent(now).push_back((now, address));
    }

    fn recent(&self, now: Timestamp) -> MutexGuard<'_, VecDeque<(Timestamp, CallerAddress)>> {
        let mut failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failed.retain(|(at, _)| (0..WINDOW_MS).contains(&now.millis_since(*at)));
        failed
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn address(last: u8) -> CallerAddress {
        CallerAddress(Some(Ipv4Addr::new(192, 0, 2, last).into()))
    }

    #[test]
    fn an_address_that_guesses_waits_and_its_neighbour_does_not() {
        let attempts = Attempts::default();
        let now = Timestamp::from_millis(1_800_000_000_000);
        for _ in 0..PER_ADDRESS {
            assert!(attempts.may_try(address(1), now));
            attempts.failed(address(1), now);
        }
        assert!(!attempts.may_try(address(1), now));
        assert!(attempts.may_try(address(2), now));
        assert!(attempts.may_try(address(1), now.plus_millis(WINDOW_MS)));
    }

    #[test]
    fn many_addresses_together_are_stopped_too() {
        let attempts = Attempts::default();
        let now = Timestamp::from_millis(1_800_000_000_000);
        for number in 0..IN_ALL {
            attempts.failed(address(u8::try_from(number % 250).unwrap()), now);
        }
        assert!(!attempts.may_try(address(251), now));
    }
}
