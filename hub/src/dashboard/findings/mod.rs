//! The findings board (问题台): what was found and what becomes of it, with the next step of each.
//!
//! - `query`: what the board can be asked for. `view`: a station's board. `way`: one finding with its way
//!   and the form of its next step. `slip`: the paper that a finding is handed over with. `city`: the sums
//!   of many stations, for those who supervise.

mod city;
mod query;
mod slip;
mod view;
mod way;

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query as Asking, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;
use maud::Markup;
use serde::Deserialize;
use xuncha_core::domain::{FollowUpAct, ItemId, Note, RecordId, Route, Venue, VenueId};
use xuncha_core::wire::ProblemCode;

use super::error::{PageResult, not_done};
use super::look::Place;
use super::visitor::{Names, Posted, Visitor};
use crate::app::{App, AppState};
use crate::error::{HubError, HubResult};
use crate::follow_ups::{self, Asked, MadeBy, Within, first_month};
use crate::places::venues;
use crate::scope::Operation;
use crate::sums::Overseen;
use query::{Query, Undone};
pub(super) use way::{Drawn, way};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/findings", get(show))
        .route("/findings/steps", post(step))
        .route("/findings/close", post(close))
        .route("/findings/{record}/{item}/slip", get(slip::show))
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Asking(asked): Asking<query::Asked>,
) -> PageResult<Markup> {
    let l = visitor.locale;
    let title = l.pick("问题台", "Findings");
    let query = Query::from(asked);
    if visitor.looks_at_all() {
        let today = app.world.clock.now().day();
        let since = first_month(today, query.month);
        let Overseen { stations, as_of } = follow_ups::overseen(&app, &visitor.caller, since, today).await?;
        return Ok(visitor.live_page_of_all(Place::Findings, title, &city::page(&stations, l), as_of));
    }
    let body = board(&app, &visitor, &query, None).await?;
    Ok(visitor.live_page(Place::Findings, title, &body))
}

/// A station's board, with a step that was not taken if there is one.
async fn board(
    app: &App,
    visitor: &Visitor,
    query: &Query,
    not_taken: Option<&NotTaken>,
) -> PageResult<Markup> {
    let (station, today) = (visitor.station.id, app.world.clock.now().day());
    let since = first_month(today, query.month);
    let mut db = app.store.snapshot().await?;
    let all = follow_ups::load(&mut db, station, Within::UnsettledOrSince(since)).await?;
    let venues: HashMap<VenueId, Venue> =
        venues(&mut db, station).await?.into_iter().map(|venue| (venue.id, venue)).collect();
    let shown: Vec<_> = all.iter().filter(|way| query.takes(way, &venues, today)).collect();
    let board = view::Board { all: &all, shown: &shown, venues: &venues, query };
    let acted = board.told().flat_map(|way| &way.steps).map(|step| step.by);
    let names = Names::of(&mut db, station).await?.with(&mut db, acted).await?;
    let made_by = MadeBy::of(&mut db, station, &visitor.lists, board.told()).await?;
    let handling = follow_ups::handling(&mut db, station).await?;
    drop(db);
    let subject = station.to_string();
    let (caller, anew) = (&visitor.caller, visitor.reads_anew);
    follow_ups::note_look(app, caller, station, shown.iter().copied(), &subject, anew).await?;
    let may = visitor.may(Operation::FollowUp);
    let (names, made_by, handling) = (&names, &made_by, &handling);
    Ok(view::page(&board, &Drawn { visitor, names, made_by, today, handling, may, not_taken }))
}

/// Findings that are named when they were not closed together with others.
const NAMED: usize = 40;

/// A step as it was typed.
#[derive(Deserialize)]
pub(super) struct Step {
    record: RecordId,
    item: ItemId,
    seen: u16,
    act: String,
    #[serde(default)]
    to: Option<Route>,
    #[serde(default)]
    due: String,
    #[serde(default)]
    note: String,
    /// The query of the board, to come back to.
    #[serde(default)]
    back: String,
}

/// A step that was not taken, with which the board is shown again.
pub(super) struct NotTaken {
    why: Why,
    step: Step,
}

/// Why it was not.
#[derive(Clone, Copy)]
enum Why {
    /// Somebody else was faster.
    Overtaken,
    /// It can't be done so.
    Wrong,
}

impl Step {
    fn asked(&self) -> HubResult<Asked> {
        let bad = |why: &str| HubError::told(ProblemCode::BadRequest, why);
        let act = match (self.act.as_str(), self.to) {
            ("handed_over", Some(to)) => FollowUpAct::HandedOver { to },
            ("mended", _) => FollowUpAct::Mended,
            ("rechecked", _) => FollowUpAct::Rechecked,
            ("open", _) => FollowUpAct::Reopened,
            ("closed", _) => FollowUpAct::Closed,
            _ => return Err(bad("no such step")),
        };
        let due = match self.due.trim() {
            "" => None,
            text => Some(text.parse::<NaiveDate>().map_err(|_| bad("no such day"))?),
        };
        let note = match self.note.trim() {
            "" => None,
            text => Some(Note::new(text).map_err(|error| bad(&error.to_string()))?),
        };
        Ok(Asked { record: self.record, item: self.item.clone(), act, seen: self.seen, due, note })
    }
}

async fn step(
    State(app): State<AppState>,
    Posted { visitor, form: step }: Posted<Step>,
) -> PageResult<Response> {
    let query = Query::read(&step.back);
    let taken = match step.asked() {
        Ok(asked) => follow_ups::take(&app, &visitor.caller, visitor.station.id, asked).await,
        Err(error) => Err(error),
    };
    let why = match taken {
        Ok(way) => return Ok(back(&visitor, &query, &format!("done={}", way.stage.code())).into_response()),
        Err(error) => match error.problem().code {
            ProblemCode::AlreadyFollowedUp => Why::Overtaken,
            ProblemCode::BadRequest => Why::Wrong,
            _ => return Err(error.into()),
        },
    };
    let body = board(&app, &visitor, &query, Some(&NotTaken { why, step })).await?;
    let title = visitor.locale.pick("问题台", "Findings");
    Ok(visitor.page(Some(Place::Findings), title, &body).into_response())
}

/// To the board as it was asked for, with what was done.
fn back(visitor: &Visitor, query: &Query, done: &str) -> Redirect {
    let query = query.text();
    let and = if query.is_empty() { "" } else { "&" };
    Redirect::to(&visitor.at("/findings", &format!("{query}{and}{done}")))
}

/// Closes many that were rechecked: each by itself, so that one that changed meanwhile, or that can't be closed, stays
/// as it is and keeps none of the others back.
async fn close(
    State(app): State<AppState>,
    Posted { visitor, form }: Posted<Vec<(String, String)>>,
) -> PageResult<Redirect> {
    visitor.must(Operation::FollowUp)?;
    let chosen = form.iter().filter(|(name, _)| name == "each").map(|(_, chosen)| closing(chosen));
    let chosen: Option<Vec<Asked>> = chosen.collect();
    let chosen = chosen.ok_or_else(|| HubError::new(ProblemCode::BadRequest))?;
    let (many, mut undone) = (chosen.len(), Vec::new());
    for asked in chosen {
        let (record, item) = (asked.record, asked.item.clone());
        if let Err(error) = follow_ups::take(&app, &visitor.caller, visitor.station.id, asked).await {
            undone.push(Undone { code: not_done(&error), record, item });
        }
    }
    let done = if undone.len() < many { "done=closed" } else { "done=" };
    let more = match undone.as_slice() {
        [] => done.to_owned(),
        undone => {
            let undone: Vec<_> = undone.iter().take(NAMED).map(ToString::to_string).collect();
            format!("{done}&undone={}", undone.join(","))
        }
    };
    let query = form.iter().find(|(name, _)| name == "back").map(|(_, query)| Query::read(query));
    Ok(back(&visitor, &query.unwrap_or_default(), &more))
}

/// `record item seen`: a finding that is to be closed.
fn closing(chosen: &str) -> Option<Asked> {
    let mut parts = chosen.split(' ');
    let (record, item, seen) = (parts.next()?, parts.next()?, parts.next()?);
    let (record, item, seen) = (record.parse().ok()?, item.parse().ok()?, seen.parse().ok()?);
    Some(Asked { record, item, act: FollowUpAct::Closed, seen, due: None, note: None })
}
