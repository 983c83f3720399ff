//! All visits to a venue, page by page from the newest back: those of its own station, and those it brings along
//! from where it was before.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Locale, Station, Venue, VenueId};

use super::{record, visit};
use crate::app::AppState;
use crate::dashboard::error::{Named, PageError, PageResult};
use crate::dashboard::look::Place;
use crate::dashboard::record::{Before, Stretch, note_look_at, stretch};
use crate::dashboard::visitor::{Names, Visitor};
use crate::places::{self, came_from};
use crate::scope::Operation;
use crate::store::reference;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// The how manieth of those that it came from: none for the venue's own.
    #[serde(default)]
    back: String,
    /// Only what lies before this; anything else is as if it were not there.
    #[serde(default)]
    before: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<VenueId>,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    let station = visitor.station.id;
    let back: usize = asked.back.parse().unwrap_or_default();
    let mut db = app.store.snapshot().await?;
    let venue = places::venue(&mut db, station, id).await?;
    let (whose, at) = if back == 0 {
        (visitor.station.clone(), id)
    } else {
        visitor.must(Operation::ReadEarlier)?;
        let earlier = came_from(&mut db, station, id).await?;
        let (whose, at) = *earlier.get(back - 1).ok_or_else(PageError::not_found)?;
        (reference::station(&mut db, whose).await?.ok_or_else(PageError::not_found)?, at)
    };
    let told = stretch(&mut db, whose.id, at, asked.before.parse().ok()).await?;
    let names = Names::of(&mut db, whose.id).await?;
    drop(db);
    if told.visits.iter().any(|told| told.about_minors(&visitor.lists)) {
        note_look_at(&app, &visitor, whose.id, &at.to_string()).await?;
    }
    let page = view(&venue, &whose, back, &told, &names, &visitor);
    Ok(visitor.page(Some(Place::Coverage), venue.name.as_str(), &page))
}

fn view(
    venue: &Venue,
    whose: &Station,
    back: usize,
    told: &Stretch,
    names: &Names,
    visitor: &Visitor,
) -> Markup {
    let l = visitor.locale;
    html! {
        a.back.no-print href=(visitor.at(&format!("/venues/{}", venue.id), "")) { "‹ " (venue.name) }
        div.head { div {
            h1 { (venue.name) " · " (l.pick("历次检查与签到", "history")) }
            @if back > 0 { p.quiet { (l.pick("移交前：", "Before it was moved here: ")) (whose.name) } }
        } }
        section.panel {
            @if told.visits.is_empty() { p.empty { (l.pick("没有更早的记录。", "There are no earlier records.")) } }
            ul.history { @for told in &told.visits {
                @if back == 0 { (record(told, &venue.kind, names, visitor)) } @else { li { (visit(told, &venue.kind, names, None, visitor)) } }
            } }
            (older(venue.id, back, told.older, visitor))
        }
    }
}

/// The way to what lies before, if anything does.
pub(super) fn older(venue: VenueId, back: usize, before: Option<Before>, visitor: &Visitor) -> Markup {
    let l: Locale = visitor.locale;
    html! { @if let Some(before) = before {
        p.no-print { a href=(visitor.at(&format!("/venues/{venue}/history"), &format!("back={back}&before={before}"))) {
            (l.pick("更早的 ›", "Earlier ones ›"))
        } }
    } }
}
