//! Once a day, by one copy of the hub: whoever takes the row of the chore does it.

use std::time::Duration;

use xuncha_core::domain::{StationId, Timestamp};

use super::{Counts, erase_due};
use crate::app::App;
use crate::error::HubResult;
use crate::store::{RowExt as _, Store, StoreError};

/// The chore of erasing what is due.
pub const RETENTION: &str = "retention";
/// The chore of copying the hub; done by `xuncha backup`.
pub const BACKUP: &str = "backup";

const DAY_MS: i64 = 86_400_000;
/// A clock that went further since the last run is more likely wrong than right, and erasing can't be undone: then a
/// person has to say so.
const JUMP_MS: i64 = 30 * DAY_MS;
/// How long a copy holds a chore without saying so again; one that died lets go then.
const HOLD: Duration = Duration::from_mins(10);

/// Erases what is due, if a day has passed since it was done (and not more than a month) and no other copy is at it.
///
/// # Errors
/// What was erased before the failure stays erased; the chore is taken up again.
pub async fn retain(app: &App) -> HubResult<Option<Counts>> {
    let now = app.true_now().await?;
    if !take(&app.store, RETENTION, now, DAY_MS).await? {
        let last = done_at(&app.store, RETENTION).await?;
        if last.is_some_and(|last| last.millis() <= now.millis() - JUMP_MS) {
            tracing::error!(
                "nothing was erased for a month, or the clock is wrong: look, and run `xuncha hub retention`"
            );
        }
        return Ok(None);
    }
    let mut counts = Counts::default();
    for station in stations(&app.store).await? {
        hold(&app.store, RETENTION, app.world.clock.now()).await?;
        counts += erase_due(app, station).await?;
    }
    done(&app.store, RETENTION, app.world.clock.now()).await?;
    Ok(Some(counts))
}

/// Takes a chore that was not done for some time and that nobody holds.
async fn take(store: &Store, name: &'static str, now: Timestamp, every: i64) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    sqlx::query("INSERT INTO chores (name, held_until) VALUES ($1, 0) ON CONFLICT DO NOTHING")
        .bind(name)
        .execute(&mut *tx)
        .await?;
    let taken = sqlx::query(
        "UPDATE chores SET held_until = $1 WHERE name = $2 AND held_until <= $3 \
         AND (done_at IS NULL OR (done_at <= $4 AND done_at > $5) OR done_at > $3)",
    )
    .bind(until(now))
    .bind(name)
    .bind(now.millis())
    .bind(now.millis() - every)
    .bind(now.millis() - JUMP_MS)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(taken > 0)
}

async fn hold(store: &Store, name: &'static str, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    sqlx::query("UPDATE chores SET held_until = $1 WHERE name = $2")
        .bind(until(now))
        .bind(name)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

/// Notes that a chore is done.
///
/// # Errors
/// [`StoreError`]; it counts as not done then.
pub async fn done(store: &Store, name: &str, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    sqlx::query(
        "INSERT INTO chores (name, held_until, done_at) VALUES ($1, 0, $2) \
         ON CONFLICT (name) DO UPDATE SET held_until = 0, done_at = excluded.done_at",
    )
    .bind(name.to_owned())
    .bind(now.millis())
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// When a chore was done last.
pub(crate) async fn done_at(store: &Store, name: &str) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query("SELECT done_at FROM chores WHERE name = $1")
        .bind(name.to_owned())
        .fetch_optional(&mut *store.read().await?)
        .await?;
    Ok(row.map(|row| row.opt_time("done_at")).transpose()?.flatten())
}

async fn stations(store: &Store) -> Result<Vec<StationId>, StoreError> {
    let rows = sqlx::query("SELECT station_id FROM stations").fetch_all(&mut *store.read().await?).await?;
    rows.iter().map(|row| row.id("station_id")).collect()
}

fn until(now: Timestamp) -> i64 {
    now.millis() + i64::try_from(HOLD.as_millis()).unwrap_or(i64::MAX / 2)
}
