//! The records that wait for review: the gravest first, then the oldest.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use xuncha_core::domain::{Locale, Severity, Visit};

use super::error::PageResult;
use super::look::signs;
use super::look::{Place, dates};
use super::visitor::{JustDone, Names, Visitor};
use crate::app::AppState;
use crate::store::{Key as _, RowExt as _};

/// More are shown once these are done.
const SHOWN: i64 = 200;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/reviews", get(show))
}

struct Waiting {
    venue: String,
    visit: Visit,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    let l = visitor.locale;
    let mut db = app.store.snapshot().await?;
    let rows = sqlx::query(
        "SELECT v.body, w.name FROM visits v \
         JOIN venues w ON w.station_id = v.station_id AND w.venue_id = v.venue_id \
         WHERE v.station_id = $1 AND v.review = 'pending' AND v.kind = 'inspection' \
         ORDER BY CASE v.severity WHEN 'S' THEN 0 WHEN 'R' THEN 1 WHEN 'N' THEN 2 ELSE 3 END, v.moment LIMIT $2",
    )
    .bind(visitor.station.id.key())
    .bind(SHOWN)
    .fetch_all(&mut *db)
    .await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        waiting.push(Waiting { venue: row.text("name")?, visit: row.json("body")? });
    }
    let names = Names::of(&mut db, visitor.station.id).await?;
    let body = view(&visitor, &waiting, &names, &asked.done);
    Ok(visitor.page(Some(Place::Reviews), l.pick("待审核", "To review"), &body))
}

fn view(visitor: &Visitor, waiting: &[Waiting], names: &Names, done: &str) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    html! {
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("待审核", "to review")) }
            p.quiet { (l.pick("通过后计入不变；退回后不计入，直到更正送来。",
                "An approved record counts on; a returned one does not until its correction arrives.")) }
        } }
        @if let Some(words) = told(done, l) { p.told.good role="status" { i.sign aria-hidden="true" { "✓" } (words) } }
        @if waiting.is_empty() {
            div.panel { p.empty { (l.pick("没有等待审核的记录。", "No record waits for review.")) } }
        } @else {
            div.sheet { table {
                thead { tr {
                    th scope="col" { (l.pick("检查时间", "Inspected")) }
                    th scope="col" { (l.pick("场所", "Venue")) }
                    th scope="col" { (l.pick("人员", "People")) }
                    th scope="col" { (l.pick("现场凭据", "Evidence")) }
                    th scope="col" { (l.pick("发现", "Found")) }
                } }
                tbody { @for Waiting { venue, visit } in waiting { tr {
                    td.nowrap { a href={ "/records/" (visit.record) (scope) } { (dates::moment(visit.happened_at, l)) } }
                    th scope="row" { (venue) @if visit.corrects.is_some() { span.quiet { (l.pick("更正", "correction")) } } }
                    td { (names.team(visit.member, &visit.companions).join(l.pick("、", ", "))) }
                    td { (signs::grade(visit.grade, l)) }
                    td { (gravest(visit, l)) }
                } } }
            } }
        }
    }
}

fn told(done: &str, l: Locale) -> Option<&'static str> {
    match done {
        "approved" => Some(l.pick("已通过。", "Approved.")),
        "returned" => Some(l.pick(
            "已退回，志愿者下次联网时会看到原因。",
            "Returned; the volunteer reads why at the next sync.",
        )),
        _ => None,
    }
}

fn gravest(visit: &Visit, l: Locale) -> Markup {
    let gravest: Option<Severity> = visit.findings.iter().map(|finding| finding.severity).max();
    html! {
        @if let Some(severity) = gravest { (signs::severity(severity, l)) " × " (visit.findings.len()) }
        @else { span.not { (l.pick("无", "nothing")) } }
    }
}
