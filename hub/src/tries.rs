//! How often secrets may be guessed. Counted in the database, so that all copies of the hub count
//! together and a restart forgets nothing. What is counted (names, addresses) is kept only as a hash
//! under the hub's key, for an hour.
//!
//! # Enrolment codes
//! Nine random digits, which hold for three days: while K of them wait to be used, one guess hits with K / 10⁹. A city
//! that hands out a card in two hours has K ≈ 36; one that begins, with 200 cards a day, K ≈ 600. A network of its own
//! guesses five times, then waits longer and longer: 12 times in its first hour, some 5 in each after it. All together
//! guess 500 times an hour, so constant guessing hits once in 6 years (K = 36) or 20 weeks (K = 600), whatever it has.
//! It takes a hundred networks to use that up; even then nobody is kept out who has their card at hand, as those of the
//! last half hour hold on: of them, one or two are out, a dozen on the days of the beginning. So a thousand networks
//! that guess on hit once in 11 years, or 2 years. That all cards but these have to wait does not show which is right:
//! right and wrong get one answer, and are counted alike.

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

/// What guesses are counted against. Whoever knows a name can guess at it, so what comes from strangers is counted
/// apart from what comes from a browser that its owner has signed in from before (OWASP's device cookies): strangers
/// can't keep the owner out, and from no browser is there more than a few guesses an hour.
#[derive(Debug, Clone, Copy)]
pub enum Against<'a> {
    /// A name or code that somebody signs in by, from one address.
    NameFrom(&'a str, CallerAddress),
    /// The same from all addresses together.
    Name(&'a str),
    /// Whoever the name or code may mean, from one address: their id. They can be called in several ways.
    MemberFrom(&'a str, CallerAddress),
    /// The same from all addresses together.
    Member(&'a str),
    /// A browser that its owner has signed in from before.
    KnownBrowser(&'a str),
    /// Where passwords come from.
    Address(CallerAddress),
    /// The password that somebody signed in says once more: their id.
    Again(&'a str),
    /// The second factor of whoever this is: their id.
    SecondFactor(&'a str),
    /// The network that enrolment codes come from.
    EnrolNetwork(CallerAddress),
    /// Enrolment codes from everywhere.
    Enrolments,
}

/// How many wrong ones there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// So many without a wait, then each after a longer one.
    Waits(i64),
    /// So many in an hour. One address alone never gets there: it waits long before.
    AnHour(i64),
}

impl Against<'_> {
    /// A person mistypes a few times; a station has one PC for all.
    const fn limit(self) -> Limit {
        match self {
            Self::NameFrom(..)
            | Self::MemberFrom(..)
            | Self::KnownBrowser(_)
            | Self::Again(_)
            | Self::SecondFactor(_)
            | Self::EnrolNetwork(_) => Limit::Waits(5),
            Self::Address(_) => Limit::Waits(20),
            Self::Name(_) | Self::Member(_) => Limit::AnHour(100),
            Self::Enrolments => Limit::AnHour(500),
        }
    }

    /// Whether a right one clears all; else others may share what is counted, and only this one is taken back.
    const fn is_of_one(self) -> bool {
        matches!(
            self,
            Self::NameFrom(..)
                | Self::MemberFrom(..)
                | Self::KnownBrowser(_)
                | Self::Again(_)
                | Self::SecondFactor(_)
        )
    }

    fn key(self, app: &App) -> Sha256Hash {
        let (kind, value) = match self {
            Self::NameFrom(name, address) => {
                ("name from", format!("{}\n{}", address.network(), folded(name)))
            }
            Self::Name(name) => ("name from all", folded(name)),
            Self::MemberFrom(id, address) => ("member from", format!("{}\n{id}", address.network())),
            Self::Member(id) => ("member from all", id.to_owned()),
            Self::KnownBrowser(browser) => ("known browser", browser.to_owned()),
            Self::Address(address) => ("address", address.network()),
            Self::Again(id) => ("again", id.to_owned()),
            Self::SecondFactor(id) => ("second factor", id.to_owned()),
            Self::EnrolNetwork(address) => ("enrol network", address.wide_network()),
            Self::Enrolments => ("enrolments of an hour", String::new()),
        };
        app.keys.keyed_hash(&format!("tries\n{kind}\n{value}"))
    }
}

/// A name as it is counted: more white space makes no other name of it.
pub fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Wrong ones of late: how many, and when the last was; of those that are counted by the hour, when the first was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Wrong {
    times: i64,
    since: i64,
}

impl Wrong {
    /// Counts one more at a moment, if one may be made then.
    fn counted(self, limit: Limit, now: Timestamp) -> Option<Self> {
        let now = now.millis();
        if !(0..MEMORY_MS).contains(&(now - self.since)) {
            return Some(Self { times: 1, since: now });
        }
        match limit {
            Limit::AnHour(most) => (self.times < most).then_some(Self { times: self.times + 1, ..self }),
            Limit::Waits(free) => {
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
    }
}

/// Counts a guess before it is made, so that many at once gain nothing; whether it may be made.
pub async fn may_try(app: &App, against: &[Against<'_>]) -> Result<bool, StoreError> {
    let now = app.world.clock.now();
    let mut counters: Vec<_> = against.iter().map(|what| (what.key(app), what.limit())).collect();
    // Always in one order, so that two guesses never wait for each other.
    counters.sort_by_key(|(key, _)| *key);
    let mut tx = app.store.begin().await?;
    let mut counted = Vec::with_capacity(counters.len());
    for (key, limit) in counters {
        match locked(&mut tx, &key).await?.counted(limit, now) {
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

/// Takes back what was counted for a guess that was right.
pub async fn was_right(app: &App, against: &[Against<'_>]) -> Result<(), StoreError> {
    take_back(app, against, |what| what.is_of_one()).await
}

/// Takes back what was counted for a guess that was at somebody else: what was guessed before stays counted.
pub async fn was_at_another(app: &App, against: &[Against<'_>]) -> Result<(), StoreError> {
    take_back(app, against, |_| false).await
}

async fn take_back(
    app: &App,
    against: &[Against<'_>],
    clears: impl Fn(&Against<'_>) -> bool,
) -> Result<(), StoreError> {
    let mut counters: Vec<_> = against.iter().map(|what| (what.key(app), *what)).collect();
    counters.sort_by_key(|(key, _)| *key);
    let mut tx = app.store.begin().await?;
    for (key, what) in counters {
        let query = if clears(&what) {
            "DELETE FROM tries WHERE key = $1"
        } else {
            "UPDATE tries SET times = times - 1 WHERE key = $1 AND times > 0"
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

    const FIVE: Limit = Limit::Waits(5);

    fn after(tries: usize, limit: Limit) -> Wrong {
        (0..tries).fold(Wrong::default(), |wrong, _| wrong.counted(limit, START).unwrap())
    }

    #[test]
    fn after_the_free_ones_each_more_waits_longer_and_longer() {
        let wrong = after(5, FIVE);
        assert_eq!(wrong.counted(FIVE, START.plus_millis(59_999)), None);
        let sixth = wrong.counted(FIVE, START.plus_millis(60_000)).unwrap();
        assert_eq!(sixth.counted(FIVE, START.plus_millis(179_999)), None);
        assert!(sixth.counted(FIVE, START.plus_millis(180_000)).is_some());
    }

    #[test]
    fn an_hour_later_all_is_forgotten() {
        let wrong = Wrong { times: 40, since: START.millis() };
        let later = START.plus_millis(MEMORY_MS);
        assert_eq!(wrong.counted(FIVE, later), Some(Wrong { times: 1, since: later.millis() }));
    }

    #[test]
    fn what_is_bounded_by_the_hour_is_open_again_when_the_hour_is_over_whoever_goes_on() {
        let hour = Limit::AnHour(100);
        let full = after(100, hour);
        assert_eq!(full.counted(hour, START.plus_millis(MEMORY_MS - 1)), None);
        assert!(full.counted(hour, START.plus_millis(MEMORY_MS)).is_some());
    }

    #[test]
    fn a_network_guesses_as_often_as_the_figures_say() {
        let (mut at, mut own, mut hours) = (START, Wrong::default(), [0; 48]);
        while at < START.plus_millis(48 * MEMORY_MS) {
            let limit = Against::EnrolNetwork(CallerAddress(None)).limit();
            if let Some(counted) = own.counted(limit, at) {
                own = counted;
                hours[usize::try_from((at.millis() - START.millis()) / MEMORY_MS).unwrap()] += 1;
            }
            at = at.plus_millis(1_000);
        }
        assert!(hours[0] <= 12 && hours[1..].iter().all(|guesses| *guesses <= 5), "{hours:?}");
        assert_eq!(Against::Enrolments.limit(), Limit::AnHour(500));
    }

    #[test]
    fn one_address_alone_never_uses_up_what_all_may_have_in_an_hour() {
        let (hour, mut at, mut own, mut all) =
            (Limit::AnHour(100), START, Wrong::default(), Wrong::default());
        // Two days of an address that guesses as soon as it may.
        while at < START.plus_millis(48 * MEMORY_MS) {
            if let Some(counted) = own.counted(Limit::Waits(20), at) {
                own = counted;
                all = all.counted(hour, at).unwrap();
            }
            at = at.plus_millis(10_000);
        }
    }

    proptest! {
        #[test]
        fn nobody_waits_longer_than_a_quarter_of_an_hour(tries in 0_i64..60, free in 1_i64..30) {
            let wrong = Wrong { times: tries, since: START.millis() };
            prop_assert!(wrong.counted(Limit::Waits(free), START.plus_millis(LONGEST_WAIT_MS)).is_some());
        }
    }
}
