//! What happens to a school: it closes, goes on, turns out to be a double, moves.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{School, SchoolId, Station};
use xuncha_core::wire::ProblemCode;

use crate::app::AppState;
use crate::dashboard::error::{Named, PageResult};
use crate::dashboard::look::{bad, csrf, dates};
use crate::dashboard::places::heir::{Merge, Moved, heir_list, merge_form, move_form};
use crate::dashboard::visitor::{Posted, Visitor};
use crate::error::HubError;
use crate::places::{
    Heir, close_school, heirs, known_schools, merge_schools, move_school, other_stations, school,
};
use crate::scope::{Area, Operation};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/places/schools/{id}/close", post(close))
        .route("/places/schools/{id}/merge", post(merge))
        .route("/places/schools/{id}/move", post(move_away))
}

/// A school with what its page offers.
pub(super) struct Known {
    /// It.
    pub school: School,
    today: NaiveDate,
    heirs: Vec<Heir<SchoolId>>,
    /// Those that a double may be merged into, each with its words.
    others: Vec<(SchoolId, String)>,
    /// The other stations, for those who may move it.
    stations: Vec<Station>,
}

impl Known {
    /// Whether it goes on as another, and stays as it is.
    fn ended(&self) -> bool {
        self.heirs.iter().any(|heir| heir.old == self.school.id)
    }
}

pub(super) async fn load(app: &AppState, visitor: &Visitor, id: SchoolId) -> PageResult<Known> {
    let (l, here) = (visitor.locale, visitor.station.id);
    let mut db = app.store.snapshot().await?;
    let today = app.world.clock.now().day();
    let school = school(&mut db, here, id).await?;
    let heirs = heirs(&mut db, here, id).await?;
    let may_keep = |other: &School| visitor.caller.may(Operation::KeepPlaces, Area::Station(other.station));
    let mut others = known_schools(&mut db, here).await?;
    others.retain(|other| other.id != id && other.open_on(today) && may_keep(other));
    others.sort_by(|a, b| (a.station != here, &a.name).cmp(&(b.station != here, &b.name)));
    let stations =
        if visitor.may(Operation::MovePlaces) { other_stations(&mut db, here).await? } else { Vec::new() };
    let words = |other: &School| {
        let mut words = format!("{} · {}", other.name, other.level.label(l));
        if let Some(keeper) = stations.iter().find(|station| station.id == other.station) {
            words = format!("{words} · {}", keeper.name);
        }
        (other.id, words)
    };
    let others = others.iter().map(words).collect();
    Ok(Known { school, today, heirs, others, stations })
}

#[derive(Deserialize)]
struct Closed {
    /// Empty if it goes on.
    last_day: String,
}

async fn close(
    State(app): State<AppState>,
    Named(id): Named<SchoolId>,
    Posted { visitor, form }: Posted<Closed>,
) -> PageResult<Redirect> {
    let last_day = (!form.last_day.is_empty()).then(|| form.last_day.parse()).transpose();
    let last_day = last_day.map_err(|_| HubError::told(ProblemCode::BadRequest, "last_day is no day"))?;
    close_school(&app, &visitor.caller, visitor.station.id, id, last_day).await?;
    Ok(Redirect::to(&visitor.at("/places", "")))
}

async fn merge(
    State(app): State<AppState>,
    Named(id): Named<SchoolId>,
    Posted { visitor, form }: Posted<Merge<SchoolId>>,
) -> PageResult<Redirect> {
    let heir = merge_schools(&app, &visitor.caller, visitor.station.id, id, form.into).await?;
    let path = format!("/places/schools/{}", heir.id);
    let its_own = heir.station == visitor.station.id;
    Ok(Redirect::to(&if its_own {
        visitor.at(&path, "")
    } else {
        format!("{path}?station={}", heir.station)
    }))
}

async fn move_away(
    State(app): State<AppState>,
    Named(id): Named<SchoolId>,
    Posted { visitor, form }: Posted<Moved>,
) -> PageResult<Response> {
    visitor.must(Operation::MovePlaces)?;
    let known = load(&app, &visitor, id).await?;
    if !known.ended()
        && let Some(wrong) = form.wrong(known.school.closed_on, known.today)
    {
        let told = bad(wrong.words(visitor.locale));
        return Ok(super::page(&visitor, &known, &told).into_response());
    }
    move_school(&app, &visitor.caller, visitor.station.id, id, form.to, form.first_day).await?;
    Ok(Redirect::to(&visitor.at("/places", "")).into_response())
}

/// The panels below the form.
pub(super) fn panels(known: &Known, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let id = known.school.id;
    let path = format!("/places/schools/{id}");
    let ended = known.ended();
    let warning = l.pick(
        "两条登记是同一所学校：本条不再计算参考距离，手机下次同步后只显示保留的那一条。那一条只有校门、本条有校园边界的，边界归那一条。此操作不能撤销。",
        "Both are one school: no distance to this entry is shown any more, and phones show the other only after their next sync. If that one has its gates only and this one a boundary, it gets the boundary. This cannot be undone.",
    );
    html! {
        @if !known.heirs.is_empty() {
            section.panel {
                h2 { (l.pick("登记的变化", "What became of it")) }
                (heir_list(id, &known.heirs, visitor, |id| format!("/places/schools/{id}")))
            }
        }
        @if !ended {
            (closing(known, visitor, &path))
            @if !known.others.is_empty() { (merge_form(&format!("{path}/merge"), &known.others, warning, visitor)) }
            @if !known.stations.is_empty() {
                section.panel {
                    h2 { (l.pick("移交其他工作站", "Move to another station")) }
                    details { summary { (l.pick("移交…", "Move…")) }
                        (move_form(&format!("{path}/move"), &known.stations, known.today, visitor)) }
                }
            }
        }
    }
}

fn closing(known: &Known, visitor: &Visitor, path: &str) -> Markup {
    let l = visitor.locale;
    html! {
        section.panel {
            h2 { (l.pick("停办", "Closed")) }
            @if let Some(last) = known.school.closed_on {
                p { (l.pick("最后一天：", "Last day: ")) (dates::full_day(last, l)) }
                form method="post" action={ (path) "/close" (visitor.scope()) } {
                    (csrf(&visitor.csrf)) input type="hidden" name="last_day" value="";
                    button.button.plain-button type="submit" { (l.pick("恢复", "It goes on")) }
                }
            } @else {
                details {
                    summary { (l.pick("登记最后一天…", "Give its last day…")) }
                    p.quiet { (l.pick("之后不再计算到它的参考距离。", "After it, no distance to it is shown.")) }
                    form method="post" action={ (path) "/close" (visitor.scope()) } {
                        (csrf(&visitor.csrf))
                        div.field { label for="last_day" { (l.pick("最后一天", "Last day")) }
                            input #last_day type="date" name="last_day" value=(known.today) required; }
                        button.button.warn type="submit" { (l.pick("登记", "Close")) }
                    }
                }
            }
        }
    }
}
