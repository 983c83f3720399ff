//! The hub's clock, held against what the hub wrote by it. One that is behind would put arrivals before those
//! that came earlier, carry visits into other months, and set every phone wrong that asks it; so while it is,
//! phones are asked to come again, and keep what they have. A few minutes are borne: there an arrival is said to
//! be no earlier than the one before it.
//!
//! One that runs ahead does the same harm, and makes every other copy of the hub seem behind. Where the copies share
//! a `PostgreSQL`, its clock is the witness for both, also while nothing new was written; a file of `SQLite` has only
//! this machine's.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use sqlx::AnyConnection;
use xuncha_core::domain::Timestamp;
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::error::{HubError, HubResult};
use crate::store::{LockedStation, RowExt as _, Store, StoreError};

/// By how much clocks of several copies, or one that is set, may differ.
pub const BORNE_MS: i64 = 5 * 60_000;

/// No hub in use is without a record for so long.
const LONG_MS: i64 = 31 * 86_400_000;

const BEHIND: &str = "the hub's clock is behind what it wrote before, or behind its database's";
const AHEAD: &str = "the hub's clock runs ahead of its database's";

/// What this process knows of the times that are written, and of the clock that it writes them by.
#[derive(Debug, Default)]
pub struct Written {
    newest: AtomicI64,
    /// By how much the clock was ahead of the database's when that was asked last, below 0 if it was behind; 0 for
    /// what is borne.
    ahead: AtomicI64,
    told: AtomicBool,
}

impl Written {
    /// Notes a time that lies in the database.
    pub(crate) fn saw(&self, at: Option<Timestamp>) {
        self.newest.fetch_max(at.map_or(0, Timestamp::millis), Ordering::Relaxed);
    }

    /// By how much a clock that says `now` is behind, if that is too much.
    fn behind_ms(&self, now: Timestamp) -> Option<i64> {
        let behind = self.newest.load(Ordering::Relaxed).saturating_sub(now.millis());
        (behind > BORNE_MS).then_some(behind)
    }

    /// By how much the clock that says `now` is behind, and ahead, where that is too much.
    pub(crate) fn off_ms(&self, now: Timestamp) -> (Option<i64>, Option<i64>) {
        let ahead = self.ahead.load(Ordering::Relaxed);
        let behind = (ahead < 0).then(|| ahead.saturating_neg());
        (self.behind_ms(now).max(behind), (ahead > 0).then_some(ahead))
    }
}

/// The clock beside what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// What the clock says.
    pub now: Timestamp,
    /// The latest arrival that was written; none in a new hub.
    pub newest: Option<Timestamp>,
    /// By how many milliseconds it is behind, if phones are turned away for it.
    pub behind_ms: Option<i64>,
    /// What the clock of the database says; none of a file's, which is this one.
    pub database: Option<Timestamp>,
    /// By how many milliseconds it is ahead of that, if phones are turned away for it.
    pub ahead_ms: Option<i64>,
}

impl Clocks {
    /// Whether the database's clock, if it has one, does not speak against this one.
    #[must_use]
    pub fn agree(&self) -> bool {
        self.database.is_none_or(|database| (self.now.millis() - database.millis()).abs() <= BORNE_MS)
    }
}

/// Compares the clock with the database.
///
/// # Errors
/// If the database can't be read.
pub async fn clocks(app: &App) -> Result<Clocks, StoreError> {
    let now = app.world.clock.now();
    let database = ask_witness(app, now).await?;
    let newest = load(&mut *app.store.read().await?, &app.written).await?;
    let (behind_ms, ahead_ms) = app.written.off_ms(now);
    Ok(Clocks { now, newest, behind_ms, database, ahead_ms })
}

/// Holds the clock, which said `now` before the database's was asked, against that: waiting makes nobody seem ahead,
/// and nobody behind. Of a clock that was set for a test the database's knows nothing.
async fn ask_witness(app: &App, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    if !app.world.clock.is_the_machines() {
        return Ok(None);
    }
    let database = app.store.now().await?;
    let ahead_of =
        |at: Timestamp| database.map_or(0, |database| at.millis().saturating_sub(database.millis()));
    let ahead = match (ahead_of(now), ahead_of(app.world.clock.now())) {
        (before, _) if before > BORNE_MS => before,
        (_, after) if after < -BORNE_MS => after,
        _ => 0,
    };
    app.written.ahead.store(ahead, Ordering::Relaxed);
    Ok(database)
}

/// Notes that whatever was written later than now was written by a clock that ran ahead: this one is right. What was
/// written keeps its time; nothing goes by it any more.
///
/// # Errors
/// If it can't be written.
pub async fn note_ran_ahead(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    sqlx::query("UPDATE stations SET log_at = $1 WHERE log_at > $1")
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

async fn load(db: &mut AnyConnection, written: &Written) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query("SELECT MAX(log_at) AS newest FROM stations").fetch_one(db).await?;
    let newest = row.opt_time("newest")?;
    written.newest.store(newest.map_or(0, Timestamp::millis), Ordering::Relaxed);
    Ok(newest)
}

impl App {
    /// Whether the clock is known to be wrong, without asking anybody.
    pub(crate) fn clock_is_off(&self) -> bool {
        self.written.off_ms(self.world.clock.now()) != (None, None)
    }

    /// Now, for what phones go by.
    ///
    /// # Errors
    /// Code `unavailable` while the clock is behind or ahead: it passes once the clock is set.
    pub async fn true_now(&self) -> HubResult<Timestamp> {
        ask_witness(self, self.world.clock.now()).await?;
        self.now_as_known().await
    }

    /// The same without asking the database's clock again.
    ///
    /// # Errors
    /// As for [`App::true_now`].
    pub(crate) async fn now_as_known(&self) -> HubResult<Timestamp> {
        let now = self.world.clock.now();
        if self.written.behind_ms(now).is_some() {
            // Somebody may have said meanwhile that it is right.
            load(&mut *self.store.read().await?, &self.written).await?;
        }
        self.believed(now)
    }

    /// When a record arrives that is written now, under the station's lock.
    ///
    /// # Errors
    /// As for [`App::true_now`].
    pub(crate) fn arrival(&self, station: &LockedStation) -> HubResult<Timestamp> {
        let now = self.world.clock.now();
        self.written.saw(station.log_at());
        let newest = self.written.newest.load(Ordering::Relaxed);
        if newest > 0 && now.millis().saturating_sub(newest) > LONG_MS {
            tracing::warn!(%now, "no record came for a month, or the clock jumped: `xuncha hub clock`");
        }
        let now = self.believed(now)?;
        Ok(station.log_at().map_or(now, |last| now.max(last)))
    }

    fn believed(&self, now: Timestamp) -> HubResult<Timestamp> {
        let (off_ms, why) = match self.written.off_ms(now) {
            (_, Some(ahead)) => (ahead, AHEAD),
            (Some(behind), None) => (behind, BEHIND),
            (None, None) => {
                self.written.told.store(false, Ordering::Relaxed);
                return Ok(now);
            }
        };
        if !self.written.told.swap(true, Ordering::Relaxed) {
            tracing::error!(%now, off_ms, "{why}: set it; see `xuncha hub clock`");
        }
        Err(HubError::told(ProblemCode::Unavailable, why))
    }
}
