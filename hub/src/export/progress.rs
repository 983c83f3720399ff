//! How far an export is, for whoever waits for it. A workbook is put together before its first byte leaves, so a
//! browser by itself would show nothing until then.

use std::time::{Duration, Instant};

use sqlx::AnyConnection;
use uuid::Uuid;
use xuncha_core::domain::{MemberId, StationId, Timestamp};

use super::{Ask, What};
use crate::app::AppState;
use crate::auth::Caller;
use crate::store::{Key as _, RowExt as _, Sql, StoreError, month_number};

/// How often it is written down.
const PACE: Duration = Duration::from_secs(1);
/// One of which nothing was heard for so long has ended with its hub or its line.
const SILENCE_MS: i64 = 2 * 60_000;
/// How long it is remembered.
const LIFE_MS: i64 = 24 * 3_600_000;

/// How far an export is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Whether it goes on.
    pub state: State,
    /// Rows written.
    pub written: u64,
    /// Rows that there will be, where they can be counted beforehand.
    pub expected: Option<u64>,
}

/// Whether an export goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does.
    Running,
    /// All of it has left.
    Whole,
    /// It ended before its end.
    CutOff,
}

impl State {
    const fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Whole => "whole",
            Self::CutOff => "cut_off",
        }
    }
}

/// How far an export of the caller's is; `None` if they have none of that id.
pub async fn progress(app: &AppState, caller: &Caller, id: Uuid) -> Result<Option<Progress>, StoreError> {
    let row = sqlx::query(
        "SELECT state, written, expected, told_at FROM export_progress \
         WHERE station_id = $1 AND member_id = $2 AND export_id = $3",
    )
    .bind(caller.station().key())
    .bind(caller.member.id.key())
    .bind(id.key())
    .fetch_optional(&mut *app.store.read().await?)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let state = row.text("state")?;
    let known = [State::Running, State::Whole, State::CutOff].into_iter().find(|known| known.code() == state);
    let state = known.ok_or_else(|| StoreError::Row(format!("an export that is {state}")))?;
    let silent = app.world.clock.now().millis() - row.time("told_at")?.millis() > SILENCE_MS;
    Ok(Some(Progress {
        state: if silent && state == State::Running { State::CutOff } else { state },
        written: row.count("written")?,
        expected: row.opt_int("expected")?.and_then(|rows| rows.try_into().ok()),
    }))
}

/// An export that somebody waits for.
pub(super) struct Watched {
    app: AppState,
    station: StationId,
    member: MemberId,
    id: Uuid,
    told: Instant,
    written: u64,
}

impl Watched {
    /// Writes down that it begins.
    pub(super) async fn begin(
        app: &AppState,
        caller: &Caller,
        id: Uuid,
        ask: &Ask,
    ) -> Result<Self, StoreError> {
        let (station, member, now) = (caller.station(), caller.member.id, app.world.clock.now());
        let expected = expected(&mut *app.store.read().await?, ask).await?;
        let mut tx = app.store.begin().await?;
        sqlx::query("DELETE FROM export_progress WHERE station_id = $1 AND told_at <= $2")
            .bind(station.key())
            .bind(now.millis() - LIFE_MS)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO export_progress (station_id, member_id, export_id, what, state, written, expected, told_at) \
             VALUES ($1, $2, $3, $4, $5, 0, $6, $7) ON CONFLICT (station_id, member_id, export_id) DO UPDATE SET \
             what = excluded.what, state = excluded.state, written = 0, expected = excluded.expected, \
             told_at = excluded.told_at",
        )
        .bind(station.key())
        .bind(member.key())
        .bind(id.key())
        .bind(ask.what.code())
        .bind(State::Running.code())
        .bind(expected)
        .bind(now.millis())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Self { app: app.clone(), station, member, id, told: Instant::now(), written: 0 })
    }

    /// So many rows are written. Not every time is it written down.
    pub(super) async fn note(&mut self, written: u64) {
        self.written = written;
        if self.told.elapsed() >= PACE {
            self.told = Instant::now();
            self.tell(State::Running).await;
        }
    }

    /// It ended.
    pub(super) async fn end(self, state: State) {
        self.tell(state).await;
    }

    /// That it can't be written down is no reason to end the export.
    async fn tell(&self, state: State) {
        if let Err(error) = self.write(state, self.app.world.clock.now()).await {
            tracing::warn!(%error, "the progress of an export can't be written down");
        }
    }

    async fn write(&self, state: State, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.app.store.begin().await?;
        sqlx::query(
            "UPDATE export_progress SET state = $1, written = $2, told_at = $3 \
             WHERE station_id = $4 AND member_id = $5 AND export_id = $6",
        )
        .bind(state.code())
        .bind(i64::try_from(self.written).unwrap_or(i64::MAX))
        .bind(now.millis())
        .bind(self.station.key())
        .bind(self.member.key())
        .bind(self.id.key())
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}

/// How many rows there will be, where each is a row of a table: what is new meanwhile comes on top.
async fn expected(db: &mut AnyConnection, ask: &Ask) -> Result<Option<i64>, StoreError> {
    let mut query = Sql::new(match ask.what {
        What::Records => "SELECT COUNT(*) AS rows_of_it FROM visits WHERE station_id IN ",
        What::Coverage | What::Venues => "SELECT COUNT(*) AS rows_of_it FROM venues WHERE station_id IN ",
        What::Members => "SELECT COUNT(*) AS rows_of_it FROM members WHERE station_id IN ",
        What::Schools => "SELECT COUNT(*) AS rows_of_it FROM schools WHERE station_id IN ",
        What::Findings | What::Ledger | What::Report | What::Stations => return Ok(None),
    });
    query.list(ask.stations.iter().map(|station| station.id.key()));
    if let (What::Records, Some(month)) = (ask.what, ask.month) {
        query.push(" AND month = ").bind(month_number(month));
    }
    let rows = query.fetch_all(db).await?;
    rows.first().map(|row| row.int("rows_of_it")).transpose()
}
