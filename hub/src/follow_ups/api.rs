//! Findings and their steps, for programs.

use axum::body::Body;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::NaiveDate;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use xuncha_core::domain::{
    FollowUp, FollowUpAct, FollowUpStage, ItemId, Month, Note, RecordId, Severity, StationId, VenueId,
};

use super::{Asked, Within, load, note_look, take};
use crate::app::AppState;
use crate::auth::Caller;
use crate::body;
use crate::error::HubResult;
use crate::params::Params;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/findings", get(findings)).route("/findings/steps", post(step))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    station: Option<StationId>,
    venue: Option<VenueId>,
    /// The month they were found in.
    month: Option<Month>,
    stage: Option<FollowUpStage>,
    severity: Option<Severity>,
    /// Only those whose day has passed, or only the others.
    overdue: Option<bool>,
}

#[derive(Serialize)]
struct Answer {
    findings: Vec<FollowUp>,
}

async fn findings(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Filter>,
) -> HubResult<Json<Answer>> {
    let station = asked.station.unwrap_or(caller.station());
    caller.must_read(station)?;
    let today = app.world.clock.now().day();
    let within = match asked.venue {
        Some(venue) => Within::Venue(venue),
        None => Within::UnsettledOrSince(first_month(today, asked.month)),
    };
    let mut findings = load(&mut *app.store.snapshot().await?, station, within).await?;
    findings.retain(|way| {
        asked.month.is_none_or(|month| way.found_at.month() == month)
            && asked.stage.is_none_or(|stage| way.stage == stage)
            && asked.severity.is_none_or(|severity| way.finding.severity == severity)
            && asked.overdue.is_none_or(|overdue| way.is_overdue(today) == overdue)
    });
    note_look(&app, &caller, station, &findings, &station.to_string(), false).await?;
    Ok(Json(Answer { findings }))
}

/// Of what is settled a year is looked at, or from an older month on if one is asked for.
pub(crate) fn first_month(today: NaiveDate, asked: Option<Month>) -> Month {
    let year = (0..11).fold(Month::of(today), |month, _| month.previous());
    asked.map_or(year, |month| month.min(year))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepRequest {
    record: RecordId,
    item: ItemId,
    act: FollowUpAct,
    #[serde(default)]
    seen: u16,
    due: Option<NaiveDate>,
    note: Option<Note>,
    station: Option<StationId>,
}

async fn step(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> HubResult<Json<FollowUp>> {
    let StepRequest { record, item, act, seen, due, note, station } = body::json(&headers, body).await?;
    let station = station.unwrap_or(caller.station());
    let way = take(&app, &caller, station, Asked { record, item, act, seen, due, note }).await?;
    Ok(Json(way))
}
