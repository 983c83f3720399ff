//! Venues' placards: a code to scan, large, on a sheet to print; of one venue, or of all of a station.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Locale, Venue, VenueId};

use super::error::{Named, PageResult};
use super::look::{Place, csrf, qr};
use super::visitor::{Nothing, Posted, Visitor};
use crate::app::AppState;
use crate::places::{self, lacks_placard};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/venues/{id}/placard", get(show).post(make))
        .route("/placards", get(all).post(make_all))
}

/// The venue's placard on a sheet of its own, to print and put up where the record is made.
async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(id): Named<VenueId>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    let mut db = app.store.snapshot().await?;
    let venue = places::venue(&mut db, visitor.station.id, id).await?;
    let going_on = places::going_on(&mut db, visitor.station.id).await?;
    drop(db);
    let (l, scope) = (visitor.locale, visitor.scope());
    let needs = lacks_placard(&venue, &going_on, app.world.clock.now().day());
    let body = html! {
        a.back.no-print href={ "/venues/" (id) (scope) } { "‹ " (venue.name) }
        @if let Some(sheet) = sheet(&venue, &html! { h1 { (venue.name) } }, &visitor) { (how_to_print(l)) (sheet) }
        @else {
            div.panel {
                p.empty { (l.pick("这个场所还没有标牌编号。", "This venue has no placard code yet.")) }
                @if needs && visitor.may(Operation::KeepPlaces) {
                    form method="post" action={ "/venues/" (id) "/placard" (scope) } {
                        (csrf(&visitor.csrf))
                        button.button type="submit" { (l.pick("生成编号", "Make a code")) }
                    }
                }
            }
        }
    };
    Ok(visitor.page(Some(Place::Coverage), l.pick("场所标牌", "Placard"), &body))
}

async fn make(
    State(app): State<AppState>,
    Named(id): Named<VenueId>,
    Posted { visitor, form: Nothing {} }: Posted<Nothing>,
) -> PageResult<Redirect> {
    places::make_placard(&app, &visitor.caller, visitor.station.id, id).await?;
    Ok(Redirect::to(&visitor.at(&format!("/venues/{id}/placard"), "")))
}

/// Sheets that a page has room for: each is a drawing of its own.
const SHEETS: usize = 50;

#[derive(Deserialize)]
struct Asked {
    /// Which part of the sheets, counted from 1; what is none is the first.
    #[serde(default)]
    part: String,
}

/// Those of all venues that are still to be checked, a sheet of paper each.
async fn all(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    let mut db = app.store.snapshot().await?;
    let mut venues = places::venues(&mut db, visitor.station.id).await?;
    let going_on = places::going_on(&mut db, visitor.station.id).await?;
    drop(db);
    let today = app.world.clock.now().day();
    let lacking = venues.iter().filter(|venue| lacks_placard(venue, &going_on, today)).count();
    venues.retain(|venue| !venue.life.closed_by(today) && venue.placard.is_some());
    let (count, parts) = (venues.len(), venues.len().div_ceil(SHEETS).max(1));
    let part = asked.part.parse().unwrap_or(1).clamp(1, parts);
    let here = venues.iter().skip((part - 1) * SHEETS).take(SHEETS);
    let sheets: Vec<Markup> =
        here.filter_map(|venue| sheet(venue, &html! { h2 { (venue.name) } }, &visitor)).collect();
    let l = visitor.locale;
    let body = html! {
        @if visitor.may(Operation::KeepPlaces) {
            a.back.no-print href={ "/places" (visitor.scope()) } { "‹ " (l.pick("场所与学校", "Venues and schools")) }
        }
        div.head.no-print { div {
            h1 { (visitor.station.name) " · " (l.pick("场所标牌", "placards")) }
            p.quiet { (count) " " (l.pick("张", "sheets")) }
        } }
        (make_for_all(lacking, &visitor))
        @if sheets.is_empty() { div.panel { p.empty { (l.pick("还没有场所有标牌编号。", "No venue has a placard code yet.")) } } }
        @else { (how_to_print(l)) (which_part(part, parts, &visitor)) @for sheet in &sheets { (sheet) } }
    };
    Ok(visitor.page(Some(Place::Manage), l.pick("场所标牌", "Placards"), &body))
}

/// Which part of the sheets this is, where there are more than a page has room for, and the way to the others.
fn which_part(part: usize, parts: usize, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let to = |part: usize| visitor.at("/placards", &format!("part={part}"));
    html! { @if parts > 1 {
        p.told.due.no-print { i.sign aria-hidden="true" { "!" } @match l {
            Locale::ZhHans => { "每页最多 " (SHEETS) " 张，这是第 " (part) " 页，共 " (parts) " 页，请逐页打印。" }
            Locale::En => { "At most " (SHEETS) " sheets a page: this is page " (part) " of " (parts) ". Print them one by one." }
        } }
        nav.row.no-print aria-label=(l.pick("标牌的各页", "Pages of placards")) {
            @if part > 1 { a.button.plain-button href=(to(part - 1)) { "‹ " (l.pick("上一页", "Before")) } }
            @if part < parts { a.button.plain-button href=(to(part + 1)) { (l.pick("下一页", "After")) " ›" } }
        }
    } }
}

async fn make_all(
    State(app): State<AppState>,
    Posted { visitor, form: Nothing {} }: Posted<Nothing>,
) -> PageResult<Redirect> {
    places::make_placards(&app, &visitor.caller, visitor.station.id).await?;
    Ok(Redirect::to(&visitor.at("/placards", "")))
}

/// The button that makes a code for every venue that lacks one, for those who may.
pub(super) fn make_for_all(lacking: usize, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! { @if lacking > 0 && visitor.may(Operation::KeepPlaces) {
        form.no-print method="post" action={ "/placards" (visitor.scope()) } {
            (csrf(&visitor.csrf))
            button.button.plain-button type="submit" { @match l {
                Locale::ZhHans => { "为没有标牌编号的 " (lacking) " 个场所生成编号" }
                Locale::En => { "Make placard codes for the venues without one: " (lacking) }
            } }
        }
    } }
}

fn how_to_print(l: Locale) -> Markup {
    html! { p.no-print { (l.pick("用 A4 或 A5 纸打印，贴在场所内志愿者能扫到的地方。", "Print on A4 or A5 and put it up inside, where volunteers can scan it.")) } }
}

/// The sheet of a venue that has a code, under a heading with its name.
fn sheet(venue: &Venue, heading: &Markup, visitor: &Visitor) -> Option<Markup> {
    let l = visitor.locale;
    let code = venue.placard.as_ref()?;
    let drawn = qr(code.as_str())?;
    Some(html! {
        article.panel.placard {
            p.placard-title { (l.pick("关爱工作站 · 巡查点", "Care station · inspection point")) }
            (heading)
            (drawn)
            p.placard-code { (code) }
            p { (l.pick("志愿者检查时，请用“巡查”扫描此码。", "Volunteers: scan this code with Xuncha at each inspection.")) }
            p.quiet { (visitor.station.name) " · " (l.pick("看、劝、记、报", "look, dissuade, record, report")) }
        }
    })
}
