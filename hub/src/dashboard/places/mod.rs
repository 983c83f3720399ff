//! The station's venues and schools: a list of both, and a page for each.
//!
//! - `field`: reading what people type. `venue`, `school`: the forms. `sure`: asking once more. `heir`: where
//!   one goes on as another.

mod field;
mod heir;
mod school;
mod sure;
mod venue;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Locale, NEVER, School, Venue, VenueLife};

use super::error::PageResult;
use super::look::{Place, dates};
use super::placard::make_for_all;
use super::visitor::Visitor;
use crate::app::AppState;
use crate::places::{going_on, lacks_placard, schools, venues};
use crate::scope::Operation;
use crate::search::{self, Sought};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/places", get(show)).merge(venue::router()).merge(school::router())
}

#[derive(Deserialize)]
struct Asked {
    /// Only places of this name or address.
    #[serde(default)]
    q: String,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    visitor.must(Operation::KeepPlaces)?;
    let mut db = app.store.snapshot().await?;
    let mut venues = venues(&mut db, visitor.station.id).await?;
    let mut schools = schools(&mut db, visitor.station.id).await?;
    let today = app.world.clock.now().day();
    let going_on = going_on(&mut db, visitor.station.id).await?;
    let lacking = venues.iter().filter(|venue| lacks_placard(venue, &going_on, today)).count();
    let sought = Sought::new(&asked.q);
    if !sought.is_empty() {
        venues.retain(|venue| sought.is_in(&search::key([venue.name.as_str(), venue.address.as_str()])));
        schools.retain(|school| sought.is_in(&search::key([school.name.as_str()])));
    }
    let title = visitor.locale.pick("场所与学校", "Venues and schools");
    let body = view(&visitor, (&venues, &schools), &sought, lacking, today);
    Ok(visitor.page(Some(Place::Manage), title, &body))
}

fn view(
    visitor: &Visitor,
    (venues, schools): (&[Venue], &[School]),
    sought: &Sought,
    lacking: usize,
    today: NaiveDate,
) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    html! {
        a.back.no-print href={ "/manage" (scope) } { "‹ " (l.pick("管理", "Manage")) }
        div.head {
            div {
                h1 { (visitor.station.name) " · " (l.pick("场所与学校", "venues and schools")) }
                p.quiet { (venues.len()) " " (l.pick("个场所", "venues")) " · " (schools.len()) " " (l.pick("所学校", "schools")) }
            }
            div.row.no-print {
                a.button href={ "/places/venues/new" (scope) } { (l.pick("新增场所", "Add a venue")) }
                a.button.plain-button href={ "/places/schools/new" (scope) } { (l.pick("新增学校", "Add a school")) }
                a.button.plain-button href={ "/placards" (scope) } { (l.pick("打印标牌", "Print placards")) }
            }
        }
        (make_for_all(lacking, visitor))
        form.row.narrowing.no-print method="get" action="/places" role="search" {
            @if visitor.caller.oversees() { input type="hidden" name="station" value=(visitor.station.id); }
            div { label for="q" { (l.pick("名称、地址或拼音", "Name, address or pinyin")) }
                input #q type="search" name="q" value=(sought.text()) maxlength="60" size="18"; }
            button.button.plain-button type="submit" { (l.pick("查找", "Find")) }
            @if !sought.is_empty() { a href={ "/places" (scope) } { (l.pick("全部显示", "Show all")) } }
        }
        @if venues.is_empty() { div.panel { p.empty {
            @if sought.is_empty() { (l.pick("还没有登记场所。", "No venues are on file yet.")) }
            @else { (l.pick("没有这样的场所。", "There are no such venues.")) }
        } } }
        @else {
            div.sheet { table {
                thead { tr {
                    th scope="col" { (l.pick("场所", "Venue")) }
                    th scope="col" { (l.pick("类型", "Kind")) }
                    th scope="col" { (l.pick("地址", "Address")) }
                    th scope="col" { (l.pick("状态", "State")) }
                } }
                tbody { @for venue in venues { tr {
                    th scope="row" { a href={ "/places/venues/" (venue.id) (scope) } { (venue.name) } }
                    td { (venue.kind.label(l)) }
                    td { (venue.address)
                        @if venue.position.is_none() { span.quiet { (l.pick("位置未登记", "position not on file")) } } }
                    td { (life(venue, today, l)) }
                } } }
            } }
        }
        @if schools.is_empty() { div.panel { p.empty {
            @if sought.is_empty() { (l.pick("还没有登记学校。", "No schools are on file yet.")) }
            @else { (l.pick("没有这样的学校。", "There are no such schools.")) }
        } } }
        @else {
            div.sheet { table {
                thead { tr {
                    th scope="col" { (l.pick("学校", "School")) }
                    th scope="col" { (l.pick("学段", "Level")) }
                    th scope="col" { (l.pick("状态", "State")) }
                } }
                tbody { @for school in schools { tr {
                    th scope="row" { a href={ "/places/schools/" (school.id) (scope) } { (school.name) } }
                    td { (school.level.label(l)) }
                    td {
                        @if school.closed_on == NEVER { (a_double(l)) }
                        @else if let Some(last) = school.closed_on { (l.pick("最后一天 ", "last day ")) (dates::full_day(last, l)) }
                    }
                } } }
            } }
        }
    }
}

/// Whether a venue is to be checked today, and if not, why: sign and words.
fn life(venue: &Venue, today: NaiveDate, l: Locale) -> Markup {
    let life = &venue.life;
    html! {
        @if *life == VenueLife::never() {
            (a_double(l))
        } @else if let Some(last) = life.closed_on.filter(|last| *last < today) {
            span.state.exempt { i aria-hidden="true" { "–" } (l.pick("已停业", "closed")) }
            span.quiet { (l.pick("最后一天 ", "last day ")) (dates::full_day(last, l)) }
        } @else if let Some(first) = life.opened_on.filter(|first| *first > today) {
            span.state.exempt { i aria-hidden="true" { "–" } (l.pick("未开业", "not open yet")) }
            span.quiet { (dates::full_day(first, l)) }
        } @else if let Some(range) = life.suspended.iter().find(|range| range.contains(today)) {
            span.state.due { i aria-hidden="true" { "!" } (l.pick("暂停", "suspended")) }
            span.quiet { (l.pick("到 ", "until ")) (dates::full_day(range.to(), l)) }
        } @else {
            span.state.met { i aria-hidden="true" { "✓" } (l.pick("应检查", "to be checked")) }
            @if let Some(last) = life.closed_on { span.quiet { (l.pick("停业：", "closes ")) (dates::full_day(last, l)) } }
        }
    }
}

fn a_double(l: Locale) -> Markup {
    html! { span.state.exempt { i aria-hidden="true" { "–" } (l.pick("重复登记", "a double")) } }
}
