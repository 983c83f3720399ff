//! Coverage (覆盖): what is kept, and what is told.
//!
//! - `tally`: what counts for a venue in a month, kept in the transaction that changes it.
//! - `recount`: the same from nothing but the visits; it must equal what is kept.
//! - `station`: the venues of one station. `city`: the sums of many, remembered until a station changes.

mod city;
mod recount;
mod station;
mod tally;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use xuncha_core::domain::{CoverageState, Month, StationId};
use xuncha_core::wire::ProblemCode;

pub use city::{StationTotals, overseen};
pub use recount::{Difference, recount};
pub(crate) use station::stations_coverage;
pub use station::{StationCoverage, VenueCoverage, station_coverage};
pub(crate) use tally::{Pair, recount_all, recount_from, recount_pairs, recount_venue};

use crate::app::AppState;
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::params::Params;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/coverage", get(coverage))
}

/// How many venues stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// They have their visits.
    pub met: u64,
    /// Nothing to be done today.
    pub on_track: u64,
    /// A visit is wanted now.
    pub due: u64,
    /// Behind, and can still get their visits.
    pub late: u64,
    /// They can't get their visits any more.
    pub missed: u64,
    /// No visit is expected.
    pub exempt: u64,
}

impl Totals {
    /// Adds some venues in one state.
    pub const fn add(&mut self, state: CoverageState, venues: u64) {
        match state {
            CoverageState::Met => self.met += venues,
            CoverageState::OnTrack { .. } => self.on_track += venues,
            CoverageState::Due { .. } => self.due += venues,
            CoverageState::Late { .. } => self.late += venues,
            CoverageState::Missed => self.missed += venues,
            CoverageState::Exempt => self.exempt += venues,
        }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            met: self.met + other.met,
            on_track: self.on_track + other.on_track,
            due: self.due + other.due,
            late: self.late + other.late,
            missed: self.missed + other.missed,
            exempt: self.exempt + other.exempt,
        }
    }

    /// All venues.
    #[must_use]
    pub const fn venues(&self) -> u64 {
        self.met + self.on_track + self.due + self.late + self.missed + self.exempt
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    month: Option<Month>,
    station: Option<StationId>,
}

/// What is answered: the venues of one station, or the sums of all that the caller may read.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Station(Box<StationCoverage>),
    Stations { month: Month, stations: Vec<StationTotals> },
}

async fn coverage(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> HubResult<Json<Answer>> {
    let today = app.world.clock.now().day();
    let month = asked.month.unwrap_or(Month::of(today));
    let Some(station) = asked.station.or((!caller.oversees()).then_some(caller.station())) else {
        let stations = overseen(&app, &caller, month, today).await?.stations;
        return Ok(Json(Answer::Stations { month, stations }));
    };
    caller.must_read(station)?;
    let told = station_coverage(&app.store, station, month, today).await?;
    let told = told.ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
    Ok(Json(Answer::Station(Box::new(told))))
}
