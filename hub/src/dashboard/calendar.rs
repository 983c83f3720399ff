//! Statutory days (法定节假日): the years that are known, and a file with another or a newer one. A trial shows
//! what it would mean; an administrator then sets it for all stations.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Datelike as _, NaiveDate};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{DayType, Locale, StatutoryDays, StatutoryYear};
use xuncha_core::wire::ProblemCode;

use super::error::{Named, PageError, PageResult};
use super::import::{report_file, table, tiles};
use super::look::{Place, bad, csrf, dates, good};
use super::upload::{FIELD_BYTES, Parts, Uploaded};
use super::visitor::{JustDone, Posted, Visitor};
use crate::app::{App, AppState};
use crate::error::HubError;
use crate::import::statutory::{NoticeOf, Reading, calendar_sentence, read};
use crate::rules::{NotSet, SetYear, set_year, statutory_days, years};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/calendar", get(show).post(try_out))
        .route("/calendar/report", post(report))
        .route("/calendar/set", post(set))
        .route("/calendar/{year}", get(file))
}

/// What came of a file.
enum Told {
    /// It was tried.
    Tried(Box<Trial>),
    /// It was not set, and why.
    Bad(String),
    /// It was set.
    Done,
}

/// A file that was tried, and what its details are asked for by.
struct Trial {
    reading: Reading,
    file: String,
    content: String,
    title: String,
    date: String,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    page(&app, &visitor, (asked.done == "set").then_some(&Told::Done)).await
}

/// A year as a file that can be read in again.
async fn file(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(year): Named<i32>,
) -> PageResult<Response> {
    visitor.must(Operation::Read)?;
    let days = statutory_days(&mut *app.store.snapshot().await?).await?;
    let found = days.years().find(|known| known.year == year).ok_or_else(PageError::not_found)?;
    let json = serde_json::to_vec_pretty(found).map_err(|error| HubError::Fault(error.to_string()))?;
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{year}.json\"")),
    ];
    Ok((headers, json).into_response())
}

async fn try_out(State(app): State<AppState>, form: Uploaded) -> PageResult<Markup> {
    form.parts.visitor.must(Operation::KeepRules)?;
    let known = statutory_days(&mut *app.store.snapshot().await?).await?;
    let trial = Trial {
        reading: read(&form.name, &form.content, &notice_of(&form.parts), &known),
        file: form.name.clone(),
        content: STANDARD.encode(&form.content),
        title: form.parts.field("title").to_owned(),
        date: form.parts.field("date").to_owned(),
    };
    page(&app, &form.parts.visitor, Some(&Told::Tried(Box::new(trial)))).await
}

fn notice_of(form: &Parts) -> NoticeOf {
    NoticeOf { title: form.field("title").to_owned(), date: form.field("date").parse().ok() }
}

/// Each day of a file that was tried, to be taken away. The form brings the file along: nothing is kept of a trial.
async fn report(State(app): State<AppState>, form: Parts) -> PageResult<Response> {
    form.visitor.must(Operation::KeepRules)?;
    let content = STANDARD.decode(form.field("content"));
    let content = content.map_err(|_| HubError::told(ProblemCode::BadRequest, "the form has no file"))?;
    let known = statutory_days(&mut *app.store.snapshot().await?).await?;
    let reading = read(form.field("file_name"), &content, &notice_of(&form), &known);
    report_file(&[], &reading.rows, form.visitor.locale)
}

#[derive(Deserialize)]
struct Set {
    year: String,
}

async fn set(State(app): State<AppState>, Posted { visitor, form }: Posted<Set>) -> PageResult<Response> {
    visitor.must(Operation::KeepRules)?;
    let l = visitor.locale;
    let why = match serde_json::from_str::<StatutoryYear>(&form.year) {
        Err(_) => {
            l.pick("表单不完整，请重新试读文件。", "The form is not whole: try the file again.").to_owned()
        }
        Ok(year) => match set_year(&app, &visitor.caller, &year).await? {
            Ok(()) => return Ok(Redirect::to(&visitor.at("/calendar", "done=set")).into_response()),
            Err(NotSet::Year(why)) => calendar_sentence(&why, l),
            Err(NotSet::Past | NotSet::NotNewer(_)) => String::new(),
        },
    };
    Ok(page(&app, &visitor, Some(&Told::Bad(why))).await?.into_response())
}

async fn page(app: &App, visitor: &Visitor, told: Option<&Told>) -> PageResult<Markup> {
    let mut db = app.store.snapshot().await?;
    let (days, set) = (statutory_days(&mut db).await?, years(&mut db).await?);
    drop(db);
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/manage" (scope) } { "‹ " (l.pick("管理", "Manage")) }
        div.head { div {
            h1 { (l.pick("法定节假日", "Statutory days")) }
            p.quiet { (l.pick("只有法定节假日，未成年人才可使用游戏机。这里没有的年份按“待定”处理，不当作普通日。",
                "Minors may use game machines on statutory days only. A year that is not here is unknown, never ordinary.")) }
        } }
        @match told {
            Some(Told::Tried(tried)) => {
                @match &tried.reading.year {
                    Ok(year) => { (trial(visitor, year, &days)) }
                    Err(error) => { @for why in error.sentences(l) { (bad(why)) } }
                }
                (rows(visitor, tried))
            }
            Some(Told::Bad(why)) => { (bad(why)) }
            Some(Told::Done) => { (good(l.pick("已启用，手机下次同步后使用。", "Set; phones get it at their next sync."))) }
            None => {}
        }
        @for year in days.years().collect::<Vec<_>>().into_iter().rev() { (one(year, set.iter().find(|set| set.year.year == year.year), l)) }
        @if visitor.may(Operation::KeepRules) { (form(visitor)) }
    };
    Ok(visitor.page(Some(Place::Manage), l.pick("法定节假日", "Statutory days"), &body))
}

fn form(visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    html! {
        section.panel.form.no-print {
            h2 { (l.pick("导入一年", "Import a year")) }
            p { (l.pick("表格（CSV、Excel）三列：日期、节日、性质（法定、放假、上班）；或 holiday-cn 的 JSON。先试读，再启用。",
                "A table (CSV, Excel) with three columns: date, festival, kind (statutory, off, work); or JSON of holiday-cn. It is tried first.")) }
            form method="post" enctype="multipart/form-data" action={ "/calendar" (visitor.scope()) } {
                (csrf(&visitor.csrf))
                div.row.field {
                    div { label for="date" { (l.pick("通知日期", "Day of the notice")) } input #date type="date" name="date" placeholder="2026-11-04"; }
                    div { label for="title" { (l.pick("通知标题（可不填）", "Its title, if another than usual")) } input #title name="title" maxlength="100"; }
                }
                div.field { label for="file" { (l.pick("文件", "File")) } input #file type="file" name="file" required accept=".csv,.xlsx,.json"; }
                button.button type="submit" { (l.pick("试读", "Try it")) }
            }
        }
    }
}

/// Each day of a file with what would become of it.
fn rows(visitor: &Visitor, tried: &Trial) -> Markup {
    let (l, rows) = (visitor.locale, &tried.reading.rows);
    let fields = [
        ("file_name", &tried.file),
        ("content", &tried.content),
        ("title", &tried.title),
        ("date", &tried.date),
    ];
    html! {
        @if !rows.is_empty() {
            (tiles(rows, l))
            @if tried.content.len() <= FIELD_BYTES {
                form.no-print method="post" enctype="multipart/form-data" action={ "/calendar/report" (visitor.scope()) } {
                    (csrf(&visitor.csrf))
                    @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                    button.button.plain-button type="submit" { (l.pick("下载全部明细(CSV)", "Download all details (CSV)")) }
                }
            }
            (table(rows, l))
        }
    }
}

/// What a file would set, and the way to do it.
fn trial(visitor: &Visitor, year: &StatutoryYear, days: &StatutoryDays) -> Markup {
    let l = visitor.locale;
    let same = days.years().any(|known| known == year);
    html! {
        (good(html! { (year.year) (l.pick(" 年：文件可用。", ": the file can be used.")) }))
        (one(year, None, l))
        (changes(year, days, l))
        @if same { p.told.due { i.sign aria-hidden="true" { "!" } (l.pick("与现在的相同，不用启用。", "It is the same as now.")) } }
        @else { form.panel method="post" action={ "/calendar/set" (visitor.scope()) } {
            (csrf(&visitor.csrf))
            input type="hidden" name="year" value=(serde_json::to_string(year).unwrap_or_default());
            button.button type="submit" { (l.pick("全市启用", "Set for all stations")) }
        } }
    }
}

/// What the days around it are now and would be.
fn changes(year: &StatutoryYear, days: &StatutoryDays, l: Locale) -> Markup {
    let then = days.with_year(year.clone()).ok();
    let kind = |days: &StatutoryDays, day| days.day_type(day).unwrap_or(DayType::Unknown);
    // A notice settles days of the year before, too.
    let first = NaiveDate::from_ymd_opt(year.year - 1, 12, 1).unwrap_or_default();
    let around = first.iter_days().take_while(|day| day.year() <= year.year);
    let changed: Vec<_> = around
        .filter_map(|day| Some((day, kind(days, day), kind(then.as_ref()?, day))))
        .filter(|(_, now, then)| now != then)
        .collect();
    html! {
        @if !changed.is_empty() { div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("日期", "Day")) } th scope="col" { (l.pick("现在", "Now")) }
                th scope="col" { (l.pick("启用后", "Then")) }
            } }
            tbody { @for (day, now, then) in changed { tr {
                th scope="row" { (dates::full_day(day, l)) } td { (now.label(l)) } td { (then.label(l)) }
            } } }
        } } }
    }
}

fn one(year: &StatutoryYear, set: Option<&SetYear>, l: Locale) -> Markup {
    let mut statutory: Vec<_> = year.days().collect();
    statutory.sort();
    statutory.dedup();
    let words: Vec<_> = statutory.iter().map(|day| dates::day(*day, l)).collect();
    let and = l.pick("、", ", ");
    html! {
        section.panel {
            h2 { (year.year) (l.pick("年", "")) }
            dl {
                dt { (l.pick("法定节假日", "Statutory days")) } dd { (words.join(and)) }
                dt { (l.pick("放假安排", "Days off")) } dd { @match &year.notice {
                    None => { (l.pick("通知未录入：前后各七天内的日期按“待定”处理。", "The notice is not known: days within a week are of unknown kind.")) }
                    Some(notice) => { (off(notice, l)) br; span.quiet-inline { (notice.title) " · " (dates::full_day(notice.date, l)) } }
                } }
                dt { (l.pick("文件", "File")) } dd { a href={ "/calendar/" (year.year) } download { (l.pick("下载(JSON)", "Download (JSON)")) } }
                dt { (l.pick("来源", "From")) } dd { @match set {
                    None => { (l.pick("随软件", "the program")) }
                    Some(set) => { (l.pick("本市录入，第 ", "set here, version ")) (set.version) (l.pick(" 版，", ", ")) (dates::moment(set.set_at, l)) }
                } }
            }
        }
    }
}

fn off(notice: &xuncha_core::domain::Notice, l: Locale) -> String {
    let run = |range: &xuncha_core::domain::DateRange| {
        let from = dates::day(range.from(), l);
        if range.from() == range.to() { from } else { format!("{from}–{}", dates::day(range.to(), l)) }
    };
    notice.off.iter().map(run).collect::<Vec<_>>().join(l.pick("、", ", "))
}
