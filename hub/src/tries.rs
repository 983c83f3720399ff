//! How often secrets may be guessed. Counted in the database, so that all copies of the hub count
//! together and a restart forgets nothing. What is counted (names, addresses) is kept only as a hash
//! under the hub's key, for an hour.

use xuncha_core::domain::{Sha256Hash, Timestamp};

use crate::app::App;
use crate::caller_address::CallerAddress;
use crate::store::{Key as _, RowExt as _, Store, StoreError, Tx};

/// The first wait; each one after is twice as long.
const FIRST_WAIT_MS: i64 = 60_000;
/// The longest wait: a head must not be kept out for a day by somebody who knows their name.
const LONGEST_WAIT_MS: i64 = 15 * 60_000;
/// After an hour without a wrong one all is forgotten.
const MEMORY_MS: i64 = 3_600_000;

/// What guesses are counted against.
#[derive(Debug, Clone, Copy)]
pub enum Against<'a> {
    /// A name or code that somebody signs in by.
    Name(&'a str),
    /// Where passwords come from.
    Address(CallerAddress),
    /// The second factor of whoever this is: their id.
    SecondFactor(&'a str),
    /// Where enrolment codes come from.
    EnrolAddress(CallerAddress),
    /// Enrolment codes from everywhere.
    Enrolments,
}

impl Against<'_> {
    /// Wrong ones that cost no wait. A person mistypes a few times; a station has one PC for all.
    const fn free(self) -> i64 {
        match self {
            Self::Name(_) | Self::SecondFactor(_) => 5,
            Self::Address(_) | Self::EnrolAddress(_) => 20,
            Self::Enrolments => 200,
        }
    }

    fn key(self, app: &App) -> Sha256Hash {
        let (kind, value) = match self {
            Self::Name(name) => ("name", name.trim().to_owned()),
            Self::Address(address) => ("address", format!("{:?}", address.0)),
            Self::SecondFactor(id) => ("second factor", id.to_owned()),
            Self::EnrolAddress(address) => ("enrol address", format!("{:?}", address.0)),
            Self::Enrolments => ("enrolments", String::new()),
        };
        app.keys.keyed_hash(&format!("tries\n{kind}\n{value}"))
    }
}

/// Wrong ones of late: how many, and when the last was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wrong {
    times: i64,
    since: i64,
}

impl Wrong {
    /// Counts one more at a moment, if one may be made then.
    fn counted(self, free: i64, now: Timestamp) -> Option<Self> {
        let now = now.millis();
        if !(0..MEMORY_MS).contains(&(now - self.since)) {
            return Some(Self { times: 1, since: now });
        }
        let beyond = self.times - free;
        if beyond >= 0 {
            let wait = FIRST_WAIT_MS.saturating_mul(1 << beyond.min(16)).min(LONGEST_WAIT_MS);
            if now < self.since.saturating_add(wait) {
                return None;
            }
        }
        Some(Self { times: self.times + 1, since: now })
    }
}

/// Counts a guess before it is made, so that many at once gain nothing; whether it may be made.
pub async fn may_try(app: &App, against: &[Against<'_>]) -> Result<bool, StoreError> {
    let now = app.world.clock.now();
    let mut counters: Vec<_> = against.iter().map(|what| (what.key(app), what.free())).collect();
    // Always in one order, so that two guesses never wait for each other.
    counters.sort();
    let mut tx = app.store.begin().await?;
    let mut counted = Vec::with_capacity(counters.len());
    for (key, free) in counters {
        match locked(&mut tx, &key).await?.counted(free, now) {
            Some(wrong) => counted.push((key, wrong)),
            None => return Ok(false),
        }
    }
    for (key, wrong) in counted {
        sqlx::query("UPDATE tries SET times = $1, since = $2 WHERE key = $3")
            .bind(wrong.times)
            .bind(wrong.since)
            .bind(key.key())
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// A counter, held until the transaction ends.
async fn locked(tx: &mut Tx, key: &Sha256Hash) -> Result<Wrong, StoreError> {
    // An update that changes nothing still takes the row's lock.
    let row = sqlx::query(
        "INSERT INTO tries (key, times, since) VALUES ($1, 0, 0) \
         ON CONFLICT (key) DO UPDATE SET times = tries.times RETURNING times, since",
    )
    .bind(key.key())
    .fetch_one(&mut **tx)
    .await?;
    Ok(Wrong { times: row.int("times")?, since: row.int("since")? })
}

/// Takes back what was counted for a guess that was right. A name is cleared; others may share an
/// address, so there only this one guess is taken back.
pub async fn was_right(app: &App, against: &[Against<'_>]) -> Result<(), StoreError> {
    let mut counters: Vec<_> = against.iter().map(|what| (what.key(app), *what)).collect();
    counters.sort_by_key(|(key, _)| *key);
    let mut tx = app.store.begin().await?;
    for (key, what) in counters {
        let query = match what {
            Against::Name(_) | Against::SecondFactor(_) => "DELETE FROM tries WHERE key = $1",
            Against::Address(_) | Against::EnrolAddress(_) | Against::Enrolments => {
                "UPDATE tries SET times = times - 1 WHERE key = $1 AND times > 0"
            }
        };
        sqlx::query(query).bind(key.key()).execute(&mut *tx).await?;
    }
    tx.commit().await
}

/// Forgets what was guessed long ago.
pub async fn sweep(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM tries WHERE since < $1")
        .bind(now.plus_millis(-MEMORY_MS).millis())
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn after(tries: usize, free: i64) -> Wrong {
        (0..tries).fold(Wrong::default(), |wrong, _| wrong.counted(free, START).unwrap())
    }

    #[test]
    fn after_the_free_ones_each_more_waits_longer_and_longer() {
        let wrong = after(5, 5);
        assert_eq!(wrong.counted(5, START.plus_millis(59_999)), None);
        let sixth = wrong.counted(5, START.plus_millis(60_000)).unwrap();
        assert_eq!(sixth.counted(5, START.plus_millis(179_999)), None);
        assert!(sixth.counted(5, START.plus_millis(180_000)).is_some());
    }

    #[test]
    fn an_hour_later_all_is_forgotten() {
        let wrong = Wrong { times: 40, since: START.millis() };
        let later = START.plus_millis(MEMORY_MS);
        assert_eq!(wrong.counted(5, later), Some(Wrong { times: 1, since: later.millis() }));
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_a_quarter_of_an_hour(tries in 0_i64..60, free in 1_i64..30) {
            let wrong = Wrong { times: tries, since: START.millis() };
            prop_assert!(wrong.counted(free, START.plus_millis(LONGEST_WAIT_MS)).is_some());
        }
    }
}
