//! Reviews (审核): a head approves a record or returns it with a reason. A returned one stops counting
//! until its correction arrives.

use std::collections::{BTreeSet, HashMap};

use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::HeaderMap;
use xuncha_core::domain::{RecordId, Review, StationId, Visit};
use xuncha_core::wire::{Decision, ProblemCode, ReviewRequest, ReviewState};

use crate::app::{App, AppState};
use crate::audit::{Action, note};
use crate::auth::Caller;
use crate::body;
use crate::coverage::recount_pairs;
use crate::error::{HubError, HubResult};
use crate::records::can_be_read;
use crate::scope::Operation;
use crate::store::reference::{expected, policies, to_json};
use crate::store::{Key as _, RowExt as _, StoreError, month_of_number};

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/reviews", post(review))
}

async fn review(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> HubResult<Json<Visit>> {
    let asked: ReviewRequest = body::json(&headers, body).await?;
    let station = asked.station.unwrap_or(caller.station());
    Ok(Json(decide(&app, &caller, station, asked.record, asked.decision, asked.seen).await?))
}

/// Reviews a record of a station. `seen` is the state the reviewer decided on; if somebody was faster,
/// nothing changes and the problem says so. Gives the visit as it stands then.
pub async fn decide(
    app: &App,
    caller: &Caller,
    station: StationId,
    record: RecordId,
    decision: Decision,
    seen: ReviewState,
) -> HubResult<Visit> {
    let decision = Review::from(decision);
    caller.must(Operation::Review, station)?;
    let now = app.now_as_known().await?;
    let not_found = || HubError::new(ProblemCode::NotFound);
    let mut tx = app.store.begin().await?;
    let mut locked = tx.lock_station(station).await?.ok_or_else(not_found)?;
    let row =
        sqlx::query("SELECT body, month, reviewed_by FROM visits WHERE station_id = $1 AND record_id = $2")
            .bind(station.key())
            .bind(record.key())
            .fetch_optional(&mut *tx)
            .await
            .map_err(StoreError::from)?
            .ok_or_else(not_found)?;
    let mut visit: Visit = row.json("body")?;
    let month = month_of_number(row.int("month")?)?;
    let stands = ReviewState::of(&visit.review);
    // The same again is nothing new, unless somebody else decided it meanwhile.
    let own = row.opt_id("reviewed_by")? == Some(caller.member.id);
    if visit.review == decision && (own || stands == seen) {
        return Ok(visit);
    }
    if stands != seen {
        return Err(HubError::told(ProblemCode::AlreadyReviewed, format!("it is {} now", stands.code())));
    }
    if decision == Review::Approved && !can_be_read(&mut tx, station, record).await? {
        let why = "nobody can read it any more: it can only be returned";
        return Err(HubError::told(ProblemCode::BadRequest, why));
    }
    visit.review = decision;
    sqlx::query(
        "UPDATE visits SET review = $1, reviewed_by = $2, reviewed_at = $3, body = $4, change_no = $5 \
         WHERE station_id = $6 AND record_id = $7",
    )
    .bind(ReviewState::of(&visit.review).code())
    .bind(caller.member.id.key())
    .bind(now.millis())
    .bind(to_json(&visit)?)
    .bind(locked.next_change())
    .bind(station.key())
    .bind(record.key())
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;

    let expected: HashMap<_, _> = expected(&mut tx, station, [visit.venue]).await?;
    let policies = policies(&mut tx, station).await?;
    recount_pairs(&mut tx, station, &BTreeSet::from([(visit.venue, month)]), &expected, &policies).await?;
    let action = Action::reviewed(ReviewState::of(&visit.review));
    note(app, &mut tx, station, Some(caller.member.id), action, record).await?;
    locked.save(&mut tx).await?;
    tx.commit().await?;
    Ok(visit)
}
