//! A record's page: all that was told, how well it is proven, and its review.
//!
//! - `load`: what the page needs. `view`: how it is drawn. `answers`: what was answered, beside last time.
//!   `map`: venue, position and schools in a small drawing.

mod answers;
mod load;
mod map;
mod view;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use maud::Markup;
use serde::Deserialize;
use xuncha_core::domain::{Reason, RecordId};
use xuncha_core::wire::{Decision, ProblemCode, ReviewState};

use super::error::{Named, PageResult};
use super::look::Place;
use super::visitor::{Posted, Visitor};
use crate::app::{App, AppState};
use crate::error::HubError;
use crate::reviews::decide;

pub(super) use answers::photos;
pub(super) use load::{Before, Stretch, note_look, note_look_at, stretch};
pub(super) use view::review_state;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/records/{id}", get(show)).route("/records/{id}/review", post(review))
}

/// A review that was not taken, with which the page is shown again.
struct NotTaken {
    why: Why,
    /// The reason as it was typed.
    reason: String,
}

/// Why it was not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// A record is not returned without a reason that the volunteer can read.
    Reason,
    /// Somebody else was faster.
    Overtaken,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<RecordId>,
) -> PageResult<Markup> {
    page(&app, &visitor, id, None).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    id: RecordId,
    not_taken: Option<&NotTaken>,
) -> PageResult<Markup> {
    let page = load::page(app, visitor, id).await?;
    let title = visitor.locale.pick("记录", "Record");
    Ok(visitor.page(Some(Place::Reviews), title, &view::page(&page, visitor, not_taken)))
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
) -> PageResult<Response> {
    let again = async |why, reason| {
        let html = page(&app, &visitor, id, Some(&NotTaken { why, reason })).await?;
        PageResult::Ok(html.into_response())
    };
    let decision = match form.decision.as_str() {
        "approved" => Decision::Approve,
        "returned" => match Reason::new(&form.reason) {
            Ok(reason) => Decision::Return { reason },
            Err(_) => return again(Why::Reason, form.reason).await,
        },
        _ => return Err(HubError::new(ProblemCode::BadRequest).into()),
    };
    match decide(&app, &visitor.caller, visitor.station.id, id, decision, form.seen).await {
        Ok(visit) => {
            let done = ReviewState::of(&visit.review).code();
            Ok(Redirect::to(&visitor.at("/reviews", &format!("done={done}"))).into_response())
        }
        Err(error) if error.problem().code == ProblemCode::AlreadyReviewed => {
            again(Why::Overtaken, form.reason).await
        }
        Err(error) => Err(error.into()),
    }
}
