//! Who looked at what about minors, and who did what: the audit, newest first, for administrators.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use sqlx::AnyConnection;
use uuid::Uuid;
use xuncha_core::domain::{DateRange, Locale, Timestamp, VenueLife};

use super::error::PageResult;
use super::look::{Place, dates};
use super::visitor::Visitor;
use crate::app::AppState;
use crate::audit::{Action, ChangedDays, Details};
use crate::export::What;
use crate::import::Kind;
use crate::scope::Operation;
use crate::store::{Key as _, RowExt as _, Sql, StoreError};

/// The lists that tell how many minors were seen.
const WITH_MINORS: [What; 4] = [What::Records, What::Findings, What::Ledger, What::Report];
/// Lines on a page.
const LINES: i64 = 100;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/audit", get(show))
}

#[derive(Deserialize)]
struct Asked {
    /// `minors`: only who looked at what about minors.
    #[serde(default)]
    about: String,
    /// Only what was before this entry.
    before: Option<Uuid>,
}

/// A line of the audit.
struct Line {
    id: Uuid,
    at: Timestamp,
    who: Option<Uuid>,
    /// As it is written down: one of a later version is shown as it is.
    action: String,
    subject: String,
    details: Details,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    visitor.must(Operation::ReadAudit)?;
    let minors = asked.about == "minors";
    let mut query =
        Sql::new("SELECT entry_id, at, member_id, action, subject, details FROM audit WHERE station_id = ");
    query.bind(visitor.station.id.key());
    if minors {
        query
            .push(" AND (action = ")
            .bind(Action::Looked.code().to_owned())
            .push(" OR (action = ")
            .bind(Action::Exported.code().to_owned());
        query.push(" AND subject IN ").list(WITH_MINORS.map(|what| what.code().to_owned())).push("))");
    }
    if let Some(before) = asked.before {
        query.push(" AND entry_id < ").bind(before.key());
    }
    query.push(" ORDER BY entry_id DESC LIMIT ").bind(LINES);
    let mut db = app.store.snapshot().await?;
    let rows = query.fetch_all(&mut db).await?;
    let lines = rows.iter().map(|row| {
        Ok(Line {
            id: row.id("entry_id")?,
            at: row.time("at")?,
            who: row.opt_id("member_id")?,
            action: row.text("action")?,
            subject: row.text("subject")?,
            details: row.opt_json("details")?.unwrap_or_default(),
        })
    });
    let lines = lines.collect::<Result<Vec<_>, StoreError>>()?;
    let names = names(&mut db, &lines).await?;
    let title = visitor.locale.pick("操作记录", "Who looked and did");
    Ok(visitor.page(Some(Place::Manage), title, &view(&visitor, &lines, &names, minors)))
}

/// The names of the members, places and stations that lines name.
async fn names(db: &mut AnyConnection, lines: &[Line]) -> Result<HashMap<Uuid, String>, StoreError> {
    let ids =
        lines.iter().flat_map(|line| [line.who, line.subject.parse().ok(), line.details.into]).flatten();
    let ids: Vec<Vec<u8>> = ids.map(|id: Uuid| id.key()).collect();
    let mut names = HashMap::new();
    for text in [
        "SELECT member_id AS id, name FROM members WHERE member_id IN ",
        "SELECT venue_id AS id, name FROM venues WHERE venue_id IN ",
        "SELECT school_id AS id, name FROM schools WHERE school_id IN ",
        "SELECT station_id AS id, name FROM stations WHERE station_id IN ",
    ] {
        let mut query = Sql::new(text);
        query.list(ids.iter().cloned());
        for row in query.fetch_all(db).await? {
            names.insert(row.id("id")?, row.text("name")?);
        }
    }
    Ok(names)
}

fn view(visitor: &Visitor, lines: &[Line], names: &HashMap<Uuid, String>, minors: bool) -> Markup {
    let l = visitor.locale;
    let about = if minors { "about=minors" } else { "" };
    html! {
        a.back.no-print href={ "/manage" (visitor.scope()) } { "‹ " (l.pick("管理", "Manage")) }
        div.head {
            div {
                h1 { (visitor.station.name) " · " (l.pick("操作记录", "who looked and did")) }
                p.quiet { (l.pick("只增不改。涉及未成年人的内容，每次查看都会记下。",
                    "Only ever added to. Each look at what was found about minors is written down.")) }
            }
            nav.row aria-label=(l.pick("范围", "Which")) {
                a.button.plain-button href=(visitor.at("/audit", "")) aria-current=[(!minors).then_some("true")] { (l.pick("全部", "All")) }
                a.button.plain-button href=(visitor.at("/audit", "about=minors")) aria-current=[minors.then_some("true")] { (l.pick("只看涉及未成年人", "About minors only")) }
            }
        }
        @if lines.is_empty() { div.panel { p.empty { (l.pick("没有记录。", "Nothing is written down.")) } } }
        @else {
            div.sheet { table {
                thead { tr {
                    th scope="col" { (l.pick("时间", "When")) }
                    th scope="col" { (l.pick("谁", "Who")) }
                    th scope="col" { (l.pick("做了什么", "What")) }
                    th scope="col" { (l.pick("对象", "To what")) }
                } }
                tbody { @for line in lines { tr {
                    td.nowrap { (dates::moment(line.at, l)) }
                    td { @match line.who {
                        None => { (l.pick("服务器命令行", "The hub's command line")) }
                        Some(id) => { (names.get(&id).map_or("—", String::as_str)) }
                    } }
                    td { (Action::of_code(&line.action).map_or(line.action.as_str(), |action| action.words(l))) }
                    td { (subject(line, names, visitor)) (details(&line.details, names, l)) }
                } } }
            } }
            @if let Some(last) = lines.last().filter(|_| i64::try_from(lines.len()) == Ok(LINES)) {
                @let more = if about.is_empty() { format!("before={}", last.id) } else { format!("{about}&before={}", last.id) };
                p.no-print { a.button.plain-button href=(visitor.at("/audit", &more)) { (l.pick("更早的", "Earlier")) } }
            }
        }
    }
}

fn subject(line: &Line, names: &HashMap<Uuid, String>, visitor: &Visitor) -> Markup {
    let action = Action::of_code(&line.action);
    if let Some(what) = What::ALL.into_iter().find(|what| what.code() == line.subject) {
        return html! { (what.label(visitor.locale)) };
    }
    if action == Some(Action::Imported)
        && let Some((kind, rows)) = line.subject.split_once(' ')
        && let Some(kind) = Kind::of_code(kind)
    {
        return html! { (kind.label(visitor.locale)) " · " (rows) };
    }
    if action == Some(Action::BundleTaken)
        && let Some((records, photos)) = bundle(&line.subject)
    {
        return html! { @match visitor.locale {
            Locale::ZhHans => { (records) " 条记录，" (photos) " 张照片" }
            Locale::En => { (records) " records, " (photos) " photos" }
        } };
    }
    let id: Option<Uuid> = line.subject.parse().ok();
    let name = id.and_then(|id| names.get(&id));
    html! {
        @if let Some(name) = name { (name) }
        @else if action.is_some_and(Action::is_about_a_record) { a href={ "/records/" (line.subject) (visitor.scope()) } { (visitor.locale.pick("记录", "record")) } }
        @else { span.quiet-inline { (line.subject.chars().take(13).collect::<String>()) } }
    }
}

/// How many records and photos of a bundle were taken, as `by_file` writes it down.
fn bundle(subject: &str) -> Option<(u64, u64)> {
    let (records, photos) = subject.strip_suffix(" photos")?.split_once(" records, ")?;
    Some((records.parse().ok()?, photos.parse().ok()?))
}

/// What a double goes on as, the days that changed, and the months that count anew.
fn details(details: &Details, names: &HashMap<Uuid, String>, l: Locale) -> Markup {
    html! {
        @if let Some(into) = details.into { p.quiet {
            (l.pick("并入：", "goes on as: ")) (names.get(&into).map_or("—", String::as_str))
        } }
        @for words in details.days.iter().flat_map(|days| changed_days(days, l)) { p.quiet { (words) } }
        @if !details.months.is_empty() { p.quiet {
            (l.pick("改变了已过去月份的覆盖进度：", "Changed the coverage of months that were over: ")) (dates::months(&details.months, l))
        } }
    }
}

fn changed_days(ChangedDays { was, is }: &ChangedDays, l: Locale) -> Vec<String> {
    let new = VenueLife::default();
    let old = was.as_ref().unwrap_or(&new);
    let day = |day: Option<NaiveDate>| day.map_or("—".to_owned(), |day| dates::full_day(day, l));
    let range = |range: &DateRange| format!("{}–{}", day(Some(range.from())), day(Some(range.to())));
    let ends = [
        (l.pick("从这天起检查：", "to be checked from: "), old.opened_on, is.opened_on),
        (l.pick("最后一天：", "last day: "), old.closed_on, is.closed_on),
    ];
    let ends = ends.into_iter().filter(|(_, from, to)| from != to);
    let mut words: Vec<_> =
        ends.map(|(what, from, to)| format!("{what}{} → {}", day(from), day(to))).collect();
    let suspended = |of: &VenueLife, unlike: &VenueLife, what: &str| {
        let others = of.suspended.iter().filter(|range| !unlike.suspended.contains(range));
        others.map(|one| format!("{what}{}", range(one))).collect::<Vec<_>>()
    };
    words.extend(suspended(is, old, l.pick("暂停：", "suspended: ")));
    words.extend(suspended(old, is, l.pick("不再暂停：", "no longer suspended: ")));
    words
}
