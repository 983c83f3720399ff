//! The checklists: every version as the phone asks it and as a file to start from, and a trial of a new file, which
//! names what is wrong with it or what it would change. A trial changes nothing; an administrator can then put the
//! new version in force for all stations from a day on, and phones get it at their next sync.
//!
//! - `compare`: what differs between two versions. `preview`: the questions as the phone shows them.
//! - `trial`: what came of a file.

mod compare;
mod preview;
mod trial;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Checklist, ChecklistCode, ChecklistFrom, Checklists, Locale, NotNewer};

use super::error::{Named, PageError, PageResult};
use super::look::{Place, bad, csrf, dates, good};
use super::upload::{Parts, Uploaded};
use super::visitor::{JustDone, Visitor};
use crate::app::{App, AppState};
use crate::error::HubError;
use crate::import::checklist::{BadLine, read};
use crate::rules::{NotSet, set_checklist};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/checklists", get(show).post(try_out))
        .route("/checklists/force", post(force))
        .route("/checklists/{code}/{version}", get(one))
        .route("/checklists/{code}/{version}/file", get(file))
}

/// A version, and the day from which it is in force; the program's own have none.
type Version<'a> = (Option<NaiveDate>, &'a Checklist);

/// Every version of every checklist, the newest of each first.
fn all(lists: &Checklists) -> Vec<Version<'_>> {
    let mut all: Vec<_> = lists.all().collect();
    all.sort_by(|(_, a), (_, b)| (&a.code, b.version).cmp(&(&b.code, a.version)));
    all
}

/// What came of a file.
enum Told<'a> {
    /// It can be used.
    Good(&'a Checklist),
    /// It can't, and all that is wrong with it.
    Bad(&'a [BadLine]),
    /// It was not put in force, and why: it can't from that day on, or beside those that are known.
    NotSet(String),
    /// It was put in force.
    Done,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    Ok(page(&app, &visitor, (asked.done == "forced").then_some(&Told::Done)))
}

async fn try_out(State(app): State<AppState>, form: Uploaded) -> PageResult<Markup> {
    form.parts.visitor.must(Operation::Read)?;
    Ok(match read(&form.content) {
        Ok(list) => page(&app, &form.parts.visitor, Some(&Told::Good(&list))),
        Err(bad) => page(&app, &form.parts.visitor, Some(&Told::Bad(&bad))),
    })
}

async fn force(State(app): State<AppState>, form: Parts) -> PageResult<Response> {
    let visitor = &form.visitor;
    visitor.must(Operation::KeepRules)?;
    let l = visitor.locale;
    let again = |why: String| Ok(page(&app, visitor, Some(&Told::NotSet(why))).into_response());
    // The page of the trial wrote it: what is no checklist any more was changed on the way.
    let Ok(checklist) = read(form.field("list").as_bytes()) else { return again(not_whole(l)) };
    let Ok(from) = form.field("from").trim().parse() else { return again(past(l)) };
    match set_checklist(&app, &visitor.caller, &ChecklistFrom { from, checklist }).await? {
        Ok(()) => Ok(Redirect::to(&visitor.at("/checklists", "done=forced")).into_response()),
        Err(NotSet::NotNewer(error)) => again(not_newer(&error, l)),
        Err(NotSet::Past | NotSet::Year(_)) => again(past(l)),
    }
}

fn not_whole(l: Locale) -> String {
    l.pick(
        "清单内容不完整或被改动过，没有启用。请重新试运行清单文件。",
        "The checklist was changed on the way or is not whole, and was not put in force. Try its file again.",
    )
    .to_owned()
}

fn past(l: Locale) -> String {
    l.pick("启用日期应是今天或以后。", "It is put in force from today or a later day.").to_owned()
}

fn not_newer(error: &NotNewer, l: Locale) -> String {
    match (l, error) {
        (Locale::En, error) => error.to_string(),
        (Locale::ZhHans, NotNewer::Version(known)) => format!("版本号应大于现在的 {known}。"),
        (Locale::ZhHans, NotNewer::Before(day)) => {
            format!("启用日期不能早于上一版本的 {}。", dates::full_day(*day, l))
        }
        (Locale::ZhHans, NotNewer::Kind(kind)) => format!("“{}”已有别的清单。", kind.label(l)),
    }
}

fn page(app: &App, visitor: &Visitor, told: Option<&Told<'_>>) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/manage" (scope) } { "‹ " (l.pick("管理", "Manage")) }
        div.head { div {
            h1 { (l.pick("检查清单", "Checklists")) }
            p.quiet { (l.pick("每条记录保留当时的版本。新版本随软件更新下发，或由管理员从某日起启用，手机下次同步后使用。",
                "Each record keeps the version it was made with. New versions come with the program, or are put in force by an administrator from a day on and reach phones at their next sync.")) }
        } }
        @match told {
            Some(Told::Good(list)) => { (trial::good(app, list, visitor)) }
            Some(Told::Bad(bad)) => { (trial::bad(bad, l)) }
            Some(Told::NotSet(why)) => { (bad(why)) }
            Some(Told::Done) => { (good(l.pick("已启用，手机下次同步后使用。", "Put in force; phones get it at their next sync."))) }
            None => {}
        }
        div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("清单", "Checklist")) }
                th scope="col" { (l.pick("版本", "Version")) }
                th scope="col" { (l.pick("启用", "In force")) }
                th scope="col" { (l.pick("用于", "For")) }
                th.number scope="col" { (l.pick("问题", "Questions")) }
            } }
            tbody { @for (from, list) in all(&visitor.lists) { tr {
                th scope="row" { a href={ "/checklists/" (list.code) "/" (list.version) (scope) } { (list.title.get(l)) } }
                td { (list.version) }
                td { @match from { None => { (l.pick("随软件", "with the program")) } Some(day) => { (l.pick("自 ", "from ")) (dates::full_day(day, l)) } } }
                td { (kinds(list, l)) }
                td.number { (list.items.len()) }
            } } }
        } }
        section.panel.form.no-print {
            h2 { (l.pick("试运行新版本", "Try a new version")) }
            p { (l.pick("从现有版本的页面下载文件，改好后在这里试运行：看看能不能用、改了什么。试运行不会改变手机上的清单。",
                "Download a version from its page, change it, and try it here: whether it can be used, and what it changes. Nothing on phones changes by it.")) }
            form method="post" enctype="multipart/form-data" action={ "/checklists" (scope) } {
                (csrf(&visitor.csrf))
                div.field { label for="file" { (l.pick("清单文件（JSON）", "Checklist file (JSON)")) }
                    input #file type="file" name="file" required accept=".json"; }
                button.button type="submit" { (l.pick("试运行", "Try it")) }
            }
        }
    };
    visitor.page(Some(Place::Manage), l.pick("检查清单", "Checklists"), &body)
}

/// The kinds of venues that a checklist is for.
fn kinds(list: &Checklist, l: Locale) -> String {
    let kinds: Vec<String> = list.venue_kinds.iter().map(|kind| kind.label(l).to_string()).collect();
    kinds.join(l.pick("、", ", "))
}

/// The version to compare with; the one before, if it is not said or not known.
#[derive(Deserialize)]
struct With {
    #[serde(default)]
    with: String,
}

async fn one(
    visitor: Visitor,
    Named((code, version)): Named<(ChecklistCode, u16)>,
    Query(asked): Query<With>,
) -> PageResult<Markup> {
    let list = visitor.lists.find(&code, version).ok_or_else(PageError::not_found)?;
    let others = all(&visitor.lists).into_iter().map(|(_, known)| known);
    let others: Vec<&Checklist> =
        others.filter(|known| known.code == code && known.version != version).collect();
    let named = others.iter().find(|known| asked.with.parse() == Ok(known.version));
    let other = named.or_else(|| others.iter().find(|known| known.version < version)).copied();
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/checklists" (scope) } { "‹ " (l.pick("检查清单", "Checklists")) }
        div.head { div {
            h1 { (list.title.get(l)) " · " (l.pick("版本 ", "version ")) (list.version) }
            p.quiet { (list.note.get(l)) }
            p.no-print { a href={ "/checklists/" (code) "/" (version) "/file" (scope) } download {
                (l.pick("下载这一版本的文件", "Download this version as a file")) } }
        } }
        @if !others.is_empty() { (choice(&visitor, list, &others, other)) }
        @if let Some(other) = other {
            @let (old, new) = if other.version < version { (other, &**list) } else { (&**list, other) };
            (compare::table(old, new, l))
        }
        (preview::questions(list, l))
    };
    Ok(visitor.page(Some(Place::Manage), list.title.get(l), &body))
}

/// The version that one is compared with.
fn choice(visitor: &Visitor, list: &Checklist, others: &[&Checklist], chosen: Option<&Checklist>) -> Markup {
    let l = visitor.locale;
    html! {
        form.row.no-print method="get" action={ "/checklists/" (list.code) "/" (list.version) } {
            @if !visitor.scope().is_empty() { input type="hidden" name="station" value=(visitor.station.id); }
            div { label for="with" { (l.pick("对比的版本", "Compare with version")) }
                select #with name="with" { @for other in others {
                    option value=(other.version) selected[chosen.is_some_and(|chosen| chosen.version == other.version)] { (other.version) }
                } } }
            button.button.plain-button type="submit" { (l.pick("对比", "Compare")) }
        }
    }
}

/// A version as a file, from which the next one is made.
async fn file(visitor: Visitor, Named((code, version)): Named<(ChecklistCode, u16)>) -> PageResult<Response> {
    let list = visitor.lists.find(&code, version).ok_or_else(PageError::not_found)?;
    let json = serde_json::to_vec_pretty(&**list).map_err(|error| HubError::Fault(error.to_string()))?;
    let headers = [
        (CONTENT_TYPE, "application/json".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{code}.v{version}.json\"")),
    ];
    Ok((headers, json).into_response())
}
