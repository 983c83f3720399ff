//! How often passwords may be guessed: after a few wrong ones each more has to wait longer. Kept in
//! memory: each copy of the hub counts for itself, which leaves a guesser a few tries an hour for each.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use xuncha_core::domain::{Sha256Hash, Timestamp};

use crate::caller_address::CallerAddress;

/// Wrong passwords of one name that cost no wait. A person mistypes a few times.
const FREE_PER_NAME: u32 = 5;
/// Wrong passwords from one address that cost no wait. A station has one PC for all.
const FREE_PER_ADDRESS: u32 = 20;
/// The first wait; each one after is twice as long.
const FIRST_WAIT_MS: i64 = 60_000;
/// The longest wait: a head must not be kept out for a day by somebody who knows their name.
const LONGEST_WAIT_MS: i64 = 15 * 60_000;
/// After an hour without a wrong one all is forgotten.
const MEMORY_MS: i64 = 3_600_000;
/// More names and addresses than this are not remembered.
const MAX_ENTRIES: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Of {
    /// The hash of a name: what was typed there may be a password in the wrong field.
    Name(Sha256Hash),
    Address(CallerAddress),
}

#[derive(Debug, Clone, Copy)]
struct Wrong {
    times: u32,
    last: Timestamp,
}

impl Wrong {
    /// When the next one may be tried.
    fn until(self, free: u32) -> Timestamp {
        match self.times.checked_sub(free) {
            None => self.last,
            Some(beyond) => {
                let wait = FIRST_WAIT_MS.saturating_mul(1 << beyond.min(16));
                self.last.plus_millis(wait.min(LONGEST_WAIT_MS))
            }
        }
    }
}

/// The wrong passwords of late.
#[derive(Debug, Default)]
pub struct SignIns(Mutex<HashMap<Of, Wrong>>);

impl SignIns {
    /// Counts a try before it is made, so that many at once gain nothing; whether it may be made.
    #[must_use]
    pub(super) fn may_try(&self, name: &str, address: CallerAddress, now: Timestamp) -> bool {
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.retain(|_, entry| (0..MEMORY_MS).contains(&now.millis_since(entry.last)));
        let both = [(Of::Name(hash(name)), FREE_PER_NAME), (Of::Address(address), FREE_PER_ADDRESS)];
        let free = both.iter().all(|(of, free)| wrong.get(of).is_none_or(|entry| entry.until(*free) <= now));
        if !free || wrong.len() >= MAX_ENTRIES {
            return false;
        }
        for (of, _) in both {
            let entry = wrong.entry(of).or_insert(Wrong { times: 0, last: now });
            *entry = Wrong { times: entry.times.saturating_add(1), last: now };
        }
        true
    }

    /// Forgets what was counted against somebody who knew their password.
    pub(super) fn succeeded(&self, name: &str, address: CallerAddress) {
        let mut wrong = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.remove(&Of::Name(hash(name)));
        // Others may share the address: only this one try is taken back.
        if let Some(entry) = wrong.get_mut(&Of::Address(address)) {
            entry.times = entry.times.saturating_sub(1);
        }
    }
}

fn hash(name: &str) -> Sha256Hash {
    Sha256Hash::of(name.trim().as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(last: u8) -> CallerAddress {
        CallerAddress(Some(std::net::Ipv4Addr::new(192, 0, 2, last).into()))
    }

    fn start() -> Timestamp {
        Timestamp::from_millis(1_800_000_000_000)
    }

    #[test]
    fn after_five_wrong_ones_a_name_waits_longer_and_longer_wherever_they_come_from() {
        let tries = SignIns::default();
        for from in 0..5 {
            assert!(tries.may_try("祁静姝", address(from), start()));
        }
        assert!(!tries.may_try("祁静姝", address(9), start().plus_millis(59_999)));
        assert!(tries.may_try("卫长安", address(9), start()));
        assert!(tries.may_try("祁静姝", address(9), start().plus_millis(60_000)));
        assert!(!tries.may_try("祁静姝", address(9), start().plus_millis(179_999)));
        assert!(tries.may_try("祁静姝", address(9), start().plus_millis(180_000)));
    }

    #[test]
    fn a_right_one_clears_the_name() {
        let tries = SignIns::default();
        for _ in 0..50 {
            assert!(tries.may_try("祁静姝", address(1), start()));
            tries.succeeded("祁静姝", address(1));
        }
    }

    #[test]
    fn an_address_that_tries_many_names_waits_too() {
        let tries = SignIns::default();
        for number in 0..FREE_PER_ADDRESS {
            assert!(tries.may_try(&number.to_string(), address(1), start()));
        }
        assert!(!tries.may_try("another", address(1), start()));
        assert!(tries.may_try("another", address(2), start()));
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_a_quarter_of_an_hour(tries in 0_usize..60) {
            let counted = SignIns::default();
            let mut now = start();
            for _ in 0..tries {
                let _ = counted.may_try("x", address(1), now);
                now = now.plus_millis(LONGEST_WAIT_MS);
                prop_assert!(counted.may_try("x", address(1), now));
            }
        }
    }
}
