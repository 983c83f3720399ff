//! A record's page: all that was told, how well it is proven, and its review.
//!
//! - `load`: what the page needs. `view`: how it is drawn. `answers`: what was answered, beside last time.
//!   `map`: venue, position and schools in a small drawing.

mod answers;
mod load;
mod map;
mod view;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::Markup;
use serde::Deserialize;
use xuncha_core::domain::{Reason, RecordId};
use xuncha_core::wire::{Decision, ProblemCode, ReviewState};

use super::error::{Named, PageResult};
use super::look::Place;
use super::visitor::{Posted, Visitor};
use crate::app::AppState;
use crate::error::HubError;
use crate::reviews::decide;

pub(super) use answers::photos;
pub(super) use load::{Before, Stretch, note_look, note_look_at, stretch};
pub(super) use view::review_state;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/records/{id}", get(show)).route("/records/{id}/review", post(review))
}

/// What a form that could not be taken is shown again with.
#[derive(Debug, Default, Deserialize)]
struct Again {
    /// Why it was not taken.
    #[serde(default)]
    wrong: String,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<RecordId>,
    Query(again): Query<Again>,
) -> PageResult<Markup> {
    let page = load::page(&app, &visitor, id).await?;
    let title = visitor.locale.pick("记录", "Record");
    let reason_missing = again.wrong == "reason";
    Ok(visitor.page(Some(Place::Reviews), title, &view::page(&page, &visitor, reason_missing)))
}

#[derive(Deserialize)]
struct Decided {
    decision: String,
    seen: ReviewState,
    #[serde(default)]
    reason: String,
}

async fn review(
    State(app): State<AppState>,
    Named(id): Named<RecordId>,
    Posted { visitor, form }: Posted<Decided>,
) -> PageResult<Redirect> {
    let decision = match form.decision.as_str() {
        "approved" => Decision::Approve,
        "returned" => match Reason::new(&form.reason) {
            Ok(reason) => Decision::Return { reason },
            Err(_) => return Ok(Redirect::to(&visitor.at(&format!("/records/{id}"), "wrong=reason"))),
        },
        _ => return Err(HubError::new(ProblemCode::BadRequest).into()),
    };
    let visit = decide(&app, &visitor.caller, visitor.station.id, id, decision, form.seen).await?;
    let done = ReviewState::of(&visit.review).code();
    Ok(Redirect::to(&visitor.at("/reviews", &format!("done={done}"))))
}
