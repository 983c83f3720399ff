//! The coverage pages: a station's venues, or for those who look at all stations their sums.
//!
//! - `query`: what the page can be asked for. `load`: a station's rows.
//! - `view`: a station's page. `schools`: what it says of schools. `map`: the same for a map.
//! - `city`: the page over all stations. `listed`: what it says of venues. `area`: the same for a map.

mod area;
mod city;
mod listed;
mod load;
mod map;
mod query;
mod schools;
mod view;

use std::collections::HashSet;

use axum::Router;
use axum::extract::{Query as Asking, State};
use axum::response::Redirect;
use axum::routing::get;
use maud::{Markup, html};
use xuncha_core::domain::{Month, StationId};

use super::error::PageResult;
use super::look::Place;
use super::visitor::Visitor;
use crate::app::AppState;
use crate::coverage::overseen;
use crate::search::find;
use crate::sums::Overseen;
pub(super) use city::shares;
pub(super) use load::{lines, visits};
use query::{Asked, Query};
pub(super) use view::{Line, visit as visit_line};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(|| async { Redirect::to("/coverage") }))
        .route("/coverage", get(coverage))
        .route("/coverage/map.json", get(map::show))
        .route("/coverage/area.json", get(area::show))
        .route(map::TILES, get(map::tiles))
}

async fn coverage(
    State(app): State<AppState>,
    visitor: Visitor,
    Asking(asked): Asking<Asked>,
) -> PageResult<Markup> {
    let (l, now) = (visitor.locale, app.world.clock.now());
    let query = Query::from(asked);
    let month = query.month.unwrap_or(Month::of(now.day()));
    let title = l.pick("覆盖", "Coverage");
    if visitor.looks_at_all() {
        let Overseen { stations, as_of } = overseen(&app, &visitor.caller, month, now.day()).await?;
        let (theirs, when) = (city::of_bureau(&stations, &query), (month, now.day()));
        let found = if query.sought.is_empty() {
            None
        } else {
            let ids: HashSet<StationId> = theirs.iter().map(|row| row.station.id).collect();
            let found = find(&app, |id| ids.contains(&id), &query.sought, city::FOUND).await?;
            Some(listed::found(&mut *app.store.snapshot().await?, &stations, &found, when).await?)
        };
        let in_state = match query.state {
            None => Vec::new(),
            Some(state) => {
                listed::in_state(&mut *app.store.snapshot().await?, &theirs, state, when, query.page).await?
            }
        };
        let has_tiles = app.config.map_tiles.is_some();
        let page = city::Page { month, now, stations, found, in_state, query, has_tiles };
        return Ok(visitor.live_page_of_all(Place::Coverage, title, &city::page(&page, l), as_of));
    }
    let page = load::page(&app, &visitor, month, query).await?;
    let body = html! { (visitor.back_to_all("/coverage")) (view::page(&page, l)) };
    Ok(visitor.live_page(Place::Coverage, title, &body))
}
