//! The records that wait for review: the gravest first, then the oldest. Many are decided at once: each
//! by itself, so that one that somebody else decided meanwhile, or that can't be decided, keeps none of the others
//! back.

use std::fmt::Write as _;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use maud::{Markup, html};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{Locale, Reason, RecordId, Severity, StationId, Visit};
use xuncha_core::wire::{Decision, ProblemCode, ReviewState};

use super::error::{PageResult, not_done, why};
use super::live::sum_of_changes;
use super::look::signs;
use super::look::{Place, ROOM, bad, csrf, cut, dates, goes_on, good};
use super::visitor::{Names, Posted, Visitor};
use super::waiting;
use crate::app::{App, AppState};
use crate::error::HubError;
use crate::reviews::decide;
use crate::scope::Operation;
use crate::store::{Key, RowExt as _, Sql, StoreError};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/reviews", get(show).post(review))
}

/// A form's or an address's fields, as often as each stands in it.
type Fields = Vec<(String, String)>;

fn all<'a>(fields: &'a Fields, name: &'a str) -> impl Iterator<Item = &'a str> {
    fields.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
}

struct Waiting {
    venue: String,
    visit: Visit,
    /// Who decided it, if somebody did.
    reviewer: Option<String>,
}

/// What was just done, for the page that is led to after it.
#[derive(Default)]
struct Done {
    /// `approved` or `returned`.
    what: String,
    /// How many.
    count: usize,
    /// Those that somebody else had decided.
    late: Vec<Waiting>,
    /// Those that could not be decided, and why; some can't even be named.
    failed: Vec<(Option<Waiting>, ProblemCode)>,
    /// How many more there are of either.
    more: usize,
}

/// A decision that was not taken, with which the page is shown again.
struct NotTaken {
    why: Why,
    picked: Vec<RecordId>,
    /// The reason as it was typed.
    reason: String,
}

/// Why it was not.
#[derive(Clone, Copy)]
enum Why {
    /// Nothing was picked.
    Nothing,
    /// No button was pressed.
    NoButton,
    /// A record is not returned without a reason that the volunteer can read.
    Reason,
    /// A reason to return them, and yet they were to be approved.
    Both,
}

impl Why {
    const fn words(self, l: Locale) -> &'static str {
        match self {
            Self::Nothing => l.pick("请先勾选要处理的记录。", "Pick the records first."),
            Self::NoButton => l.pick("请按“通过选中的”或“退回选中的”。", "Press one of the two buttons."),
            Self::Reason => l.pick("请写明退回原因。", "Say why they are returned."),
            Self::Both => l.pick(
                "您写了退回原因，按的却是“通过”：还没有处理。要退回请按“退回”，要通过请先删去原因。",
                "You typed a reason to return them and pressed approve: nothing was decided. Press return, or clear the \
                 reason to approve.",
            ),
        }
    }
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Fields>,
) -> PageResult<Markup> {
    let l = visitor.locale;
    if !visitor.looks_at_all() {
        let body = station(&app, &visitor, &asked, None).await?;
        return Ok(visitor.live_page(Place::Reviews, l.pick("待审核", "To review"), &body));
    }
    let mut db = app.store.snapshot().await?;
    let as_of = sum_of_changes(&mut db, &visitor.caller).await?;
    let stations = waiting::at_each(&mut db, &visitor.caller).await?;
    let (title, what) =
        (l.pick("各站待审核", "To review at all stations"), l.pick("待审核的记录", "Records to review"));
    let body = waiting::page(title, what, "/reviews", &stations, |waiting| waiting.reviews, l);
    Ok(visitor.live_page_of_all(Place::Reviews, title, &body, as_of))
}

/// What waits at a station, with what was just done or not taken.
async fn station(
    app: &App,
    visitor: &Visitor,
    asked: &Fields,
    not_taken: Option<&NotTaken>,
) -> PageResult<Markup> {
    let station = visitor.station.id;
    let mut db = app.store.snapshot().await?;
    let mut query = Sql::new(WAITING);
    query
        .push(" WHERE v.review = 'pending' AND v.kind = 'inspection' AND v.station_id = ")
        .bind(station.key())
        .push(
            " ORDER BY CASE v.severity WHEN 'S' THEN 0 WHEN 'R' THEN 1 WHEN 'N' THEN 2 ELSE 3 END, v.moment \
             LIMIT ",
        )
        .bind(ROOM + 1);
    let mut waiting = read(query, &mut db).await?;
    let more = cut(&mut waiting);
    let late: Vec<RecordId> = all(asked, "late").filter_map(|text| text.parse().ok()).take(NAMED).collect();
    let done = Done {
        what: all(asked, "done").next().unwrap_or_default().to_owned(),
        count: all(asked, "count").next().and_then(|text| text.parse().ok()).unwrap_or(1),
        late: named(&mut db, station, &late).await?,
        failed: failed(&mut db, station, asked).await?,
        more: all(asked, "more").next().and_then(|text| text.parse().ok()).unwrap_or(0),
    };
    let names = Names::of(&mut db, station).await?;
    Ok(view(visitor, &waiting, more, &names, &done, not_taken))
}

const WAITING: &str = "SELECT v.body, w.name, m.name AS reviewer FROM visits v \
     JOIN venues w ON w.station_id = v.station_id AND w.venue_id = v.venue_id \
     LEFT JOIN members m ON m.member_id = v.reviewed_by";

/// Records that are named when they were not decided: so many of each kind.
const NAMED: usize = 20;

async fn named(
    db: &mut AnyConnection,
    station: StationId,
    records: &[RecordId],
) -> Result<Vec<Waiting>, StoreError> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = Sql::new(WAITING);
    query.push(" WHERE v.station_id = ").bind(station.key());
    query.push(" AND v.record_id IN ").list(records.iter().map(Key::key));
    read(query, db).await
}

/// What could not be decided, as an address tells it: `code.record`.
async fn failed(
    db: &mut AnyConnection,
    station: StationId,
    asked: &Fields,
) -> Result<Vec<(Option<Waiting>, ProblemCode)>, StoreError> {
    let told = |text: &str| {
        let (code, record) = text.split_once('.')?;
        let code = ProblemCode::of_code(code)?;
        Some((record.parse().ok()?, code))
    };
    let told: Vec<(RecordId, ProblemCode)> = all(asked, "failed").filter_map(told).take(NAMED).collect();
    let records: Vec<_> = told.iter().map(|(record, _)| *record).collect();
    let mut named = named(db, station, &records).await?;
    let mut take = |record| {
        let at = named.iter().position(|waiting| waiting.visit.record == record)?;
        Some(named.swap_remove(at))
    };
    Ok(told.into_iter().map(|(record, code)| (take(record), code)).collect())
}

async fn read(query: Sql, db: &mut AnyConnection) -> Result<Vec<Waiting>, StoreError> {
    let rows = query.fetch_all(db).await?;
    let waiting = |row: &AnyRow| {
        let (venue, visit) = (row.text("name")?, row.json("body")?);
        Ok(Waiting { venue, visit, reviewer: row.opt_text("reviewer")? })
    };
    rows.iter().map(waiting).collect()
}

/// Decides all that were chosen, each as one that nobody had looked at.
async fn review(
    State(app): State<AppState>,
    Posted { visitor, form }: Posted<Fields>,
) -> PageResult<Response> {
    visitor.must(Operation::Review)?;
    let picked: Option<Vec<RecordId>> = all(&form, "each").map(|text| text.parse().ok()).collect();
    let picked = picked.ok_or_else(|| HubError::new(ProblemCode::BadRequest))?;
    let reason = all(&form, "reason").next().unwrap_or_default();
    let decision = match all(&form, "decision").next() {
        Some("approved" | "returned") if picked.is_empty() => Err(Why::Nothing),
        Some("none") => Err(Why::NoButton),
        Some("approved") if reason.trim().is_empty() => Ok(Decision::Approve),
        Some("approved") => Err(Why::Both),
        Some("returned") => {
            Reason::new(reason).map(|reason| Decision::Return { reason }).map_err(|_| Why::Reason)
        }
        _ => return Err(HubError::new(ProblemCode::BadRequest).into()),
    };
    let decision = match decision {
        Ok(decision) => decision,
        Err(why) => {
            let not_taken = NotTaken { why, picked, reason: reason.to_owned() };
            let body = self::station(&app, &visitor, &Fields::new(), Some(&not_taken)).await?;
            let title = visitor.locale.pick("待审核", "To review");
            return Ok(visitor.page(Some(Place::Reviews), title, &body).into_response());
        }
    };
    let (station, pending) = (visitor.station.id, ReviewState::Pending);
    let (mut late, mut failed) = (Vec::new(), Vec::new());
    for record in &picked {
        match decide(&app, &visitor.caller, station, *record, decision.clone(), pending).await {
            Ok(_) => {}
            Err(error) => match not_done(&error) {
                ProblemCode::AlreadyReviewed => late.push(*record),
                code => failed.push((*record, code)),
            },
        }
    }
    let done = if matches!(decision, Decision::Approve) { "approved" } else { "returned" };
    let mut query = format!("done={done}&count={}", picked.len() - late.len() - failed.len());
    // Writing to a text can't fail.
    for record in late.iter().take(NAMED) {
        let _ = write!(query, "&late={record}");
    }
    for (record, code) in failed.iter().take(NAMED) {
        let _ = write!(query, "&failed={}.{record}", code.code());
    }
    let more = late.len().saturating_sub(NAMED) + failed.len().saturating_sub(NAMED);
    if more > 0 {
        let _ = write!(query, "&more={more}");
    }
    Ok(Redirect::to(&visitor.at("/reviews", &query)).into_response())
}

fn view(
    visitor: &Visitor,
    waiting: &[Waiting],
    more: bool,
    names: &Names,
    done: &Done,
    not_taken: Option<&NotTaken>,
) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let may = visitor.may(Operation::Review);
    html! {
        (visitor.back_to_all("/reviews"))
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("待审核", "to review")) }
            p.quiet { (l.pick("通过后计入不变；退回后不计入，直到更正送来。",
                "An approved record counts on; a returned one does not until its correction arrives.")) }
        } }
        (told(done, &scope, l))
        @if let Some(not_taken) = not_taken { (bad(not_taken.why.words(l))) }
        @if waiting.is_empty() {
            div.panel { p.empty { (l.pick("没有等待审核的记录。", "No record waits for review.")) } }
        } @else {
            form method="post" action=(visitor.at("/reviews", "")) {
                (csrf(&visitor.csrf))
                @if more { (goes_on(l)) }
                // Enter on a box presses the first button, which must decide nothing.
                button type="submit" name="decision" value="none" formnovalidate hidden {}
                (table(waiting, names, may, not_taken, &scope, l))
                @if may { (decisions(not_taken, l)) }
            }
        }
    }
}

fn table(
    waiting: &[Waiting],
    names: &Names,
    may: bool,
    not_taken: Option<&NotTaken>,
    scope: &str,
    l: Locale,
) -> Markup {
    let is_picked = |record| not_taken.is_some_and(|not_taken| not_taken.picked.contains(record));
    html! {
        div.sheet { table {
            thead { tr {
                @if may { th.tight scope="col" { (l.pick("选", "Pick")) } }
                th scope="col" { (l.pick("检查时间", "Inspected")) }
                th scope="col" { (l.pick("场所", "Venue")) }
                th scope="col" { (l.pick("人员", "People")) }
                th scope="col" { (l.pick("现场凭据", "Evidence")) }
                th scope="col" { (l.pick("发现", "Found")) }
            } }
            tbody { @for Waiting { venue, visit, .. } in waiting { tr {
                @let when = dates::moment(visit.happened_at, l);
                @if may { td { label.pick {
                    input type="checkbox" name="each" value=(visit.record) checked[is_picked(&visit.record)] aria-label={ (l.pick("选中：", "Pick ")) (venue) " " (when) };
                } } }
                td.nowrap { a href={ "/records/" (visit.record) (scope) } { (when) } }
                th scope="row" { (venue) @if visit.corrects.is_some() { span.quiet { (l.pick("更正", "correction")) } } }
                td { (names.team(visit.member, &visit.companions).join(l.pick("、", ", "))) }
                td { (signs::grade(visit.grade, l)) }
                td { (gravest(visit, l)) }
            } } }
        } }
    }
}

/// The buttons for all that are picked. A return needs its reason; an approval is sent without.
fn decisions(not_taken: Option<&NotTaken>, l: Locale) -> Markup {
    html! {
        section.panel.no-print aria-label=(l.pick("处理选中的记录", "Decide those that are picked")) {
            div.field {
                label for="reason" { (l.pick("退回原因（退回时必填，选中的每位志愿者都会看到）",
                    "Reason (needed to return; the volunteer of each one picked reads it)")) }
                textarea #reason name="reason" maxlength="300" rows="2" required {
                    (not_taken.map_or("", |not_taken| &not_taken.reason))
                }
            }
            div.row {
                button.button type="submit" name="decision" value="approved" formnovalidate { "✓ " (l.pick("通过选中的", "Approve those picked")) }
                button.button.warn type="submit" name="decision" value="returned" { "↩ " (l.pick("退回选中的", "Return those picked")) }
            }
        }
    }
}

fn told(done: &Done, scope: &str, l: Locale) -> Markup {
    let count = match (l, done.count) {
        (_, 1) => String::new(),
        (Locale::ZhHans, count) => format!("（{count} 条）"),
        (Locale::En, count) => format!(" ({count})"),
    };
    let words = match done.what.as_str() {
        "approved" => Some(format!("{}{count}", l.pick("已通过。", "Approved."))),
        "returned" => Some(format!(
            "{}{count}",
            l.pick(
                "已退回，志愿者下次联网时会看到原因。",
                "Returned; the volunteer reads why at the next sync.",
            )
        )),
        _ => None,
    };
    html! {
        @if let Some(words) = words.filter(|_| done.count > 0) {
            (good(words))
        }
        (not_decided(done, scope, l))
    }
}

/// What stays as it was, and why.
fn not_decided(done: &Done, scope: &str, l: Locale) -> Markup {
    html! {
        @if !done.failed.is_empty() {
            div.told.bad role="alert" {
                i.sign aria-hidden="true" { "✕" }
                (l.pick("这些没有处理：", "These were not decided:"))
                ul.plain { @for (waiting, code) in &done.failed { li {
                    @if let Some(Waiting { venue, visit, .. }) = waiting {
                        a href={ "/records/" (visit.record) (scope) } { (venue) " · " (dates::moment(visit.happened_at, l)) } " · "
                    }
                    (why(*code, l))
                } } }
            }
        }
        @if !done.late.is_empty() {
            div.told.due role="alert" {
                i.sign aria-hidden="true" { "!" }
                (l.pick("这些刚刚已由别人审核，没有改动：", "These were decided by somebody else meanwhile and stay as they are:"))
                ul.plain { @for Waiting { venue, visit, reviewer } in &done.late { li {
                    a href={ "/records/" (visit.record) (scope) } { (venue) " · " (dates::moment(visit.happened_at, l)) }
                    " " (super::record::review_state(&visit.review, l))
                    @if let Some(name) = reviewer { " · " (name) }
                } } }
            }
        }
        @if done.more > 0 {
            p.quiet { @match l {
                Locale::ZhHans => { "另有 " (done.more) " 条也没有处理，没有一一列出。" }
                Locale::En => { (done.more) " more were not decided and are not listed." }
            } }
        }
    }
}

fn gravest(visit: &Visit, l: Locale) -> Markup {
    let gravest: Option<Severity> = visit.findings.iter().map(|finding| finding.severity).max();
    html! {
        @if let Some(severity) = gravest { (signs::severity(severity, l)) " × " (visit.findings.len()) }
        @else { span.not { (l.pick("无", "nothing")) } }
    }
}
