//! The checklists: every version as the phone asks it, and a trial of a new file, which names what is
//! wrong with it or what it would change. A trial changes nothing; an administrator can then put the new version
//! in force for all stations from a day on, and phones get it at their next sync.
//!
//! - `compare`: what differs between two versions. `preview`: the questions as the phone shows them.

mod compare;
mod preview;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Checklist, ChecklistCode, ChecklistFrom, Checklists, Locale, NotNewer};

use super::error::{Named, PageError, PageResult};
use super::look::{Place, csrf, dates};
use super::visitor::{JustDone, Posted, Visitor};
use crate::app::{App, AppState};
use crate::rules::{NotSet, set_checklist};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/checklists", get(show).post(try_out))
        .route("/checklists/force", post(force))
        .route("/checklists/{code}/{version}", get(one))
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
    /// It can't, and why.
    Bad(String),
    /// It was put in force.
    Done,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<JustDone>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    Ok(page(&app, &visitor, "", (asked.done == "forced").then_some(&Told::Done)))
}

#[derive(Deserialize)]
struct Try {
    file: String,
    /// From when it is to be in force; of the second form only.
    #[serde(default)]
    from: String,
}

async fn try_out(State(app): State<AppState>, Posted { visitor, form }: Posted<Try>) -> Response {
    match Checklist::parse(&form.file) {
        Ok(list) => page(&app, &visitor, &form.file, Some(&Told::Good(&list))).into_response(),
        Err(error) => page(&app, &visitor, &form.file, Some(&Told::Bad(error.to_string()))).into_response(),
    }
}

async fn force(State(app): State<AppState>, Posted { visitor, form }: Posted<Try>) -> PageResult<Response> {
    visitor.must(Operation::KeepRules)?;
    let l = visitor.locale;
    let again = |why: String| Ok(page(&app, &visitor, &form.file, Some(&Told::Bad(why))).into_response());
    let checklist = match Checklist::parse(&form.file) {
        Ok(list) => list,
        Err(error) => return again(error.to_string()),
    };
    let Ok(from) = form.from.trim().parse() else { return again(past(l)) };
    match set_checklist(&app, &visitor.caller, &ChecklistFrom { from, checklist }).await? {
        Ok(()) => Ok(Redirect::to(&visitor.at("/checklists", "done=forced")).into_response()),
        Err(NotSet::NotNewer(error)) => again(not_newer(&error, l)),
        Err(NotSet::Past | NotSet::Year(_)) => again(past(l)),
    }
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

fn page(app: &App, visitor: &Visitor, file: &str, told: Option<&Told<'_>>) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/manage" (scope) } { "‹ " (l.pick("管理", "Manage")) }
        div.head { div {
            h1 { (l.pick("检查清单", "Checklists")) }
            p.quiet { (l.pick("每条记录保留当时的版本。新版本随软件更新下发，或由管理员从某日起启用，手机下次同步后使用。",
                "Each record keeps the version it was made with. New versions come with the program, or are put in force by an administrator from a day on and reach phones at their next sync.")) }
        } }
        @match told {
            Some(Told::Good(list)) => { (trial(app, list, file, visitor)) }
            Some(Told::Done) => { p.told.good role="status" { i.sign aria-hidden="true" { "✓" } (l.pick("已启用，手机下次同步后使用。", "Put in force; phones get it at their next sync.")) } }
            Some(Told::Bad(why)) => { p.told.bad role="alert" { i.sign aria-hidden="true" { "✕" }
                (l.pick("这个文件不能用：", "This file can't be used: ")) (why) } }
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
                td { @for (number, kind) in list.venue_kinds.iter().enumerate() { @if number > 0 { (l.pick("、", ", ")) } (kind.label(l)) } }
                td.number { (list.items.len()) }
            } } }
        } }
        section.panel.no-print {
            h2 { (l.pick("试运行新版本", "Try a new version")) }
            p { (l.pick("把清单文件的内容粘贴到这里，看看能不能用、改了什么。试运行不会改变手机上的清单。",
                "Paste a checklist file here to see whether it can be used and what it changes. Nothing on phones changes by it.")) }
            form method="post" action={ "/checklists" (scope) } {
                (csrf(&visitor.csrf))
                div.field { label for="file" { (l.pick("清单文件（JSON）", "Checklist file (JSON)")) }
                    textarea.tall #file name="file" required spellcheck="false" { (file) } }
                button.button type="submit" { (l.pick("试运行", "Try it")) }
            }
        }
    };
    visitor.page(Some(Place::Manage), l.pick("检查清单", "Checklists"), &body)
}

/// What a file would change, and how its questions would look.
fn trial(app: &App, list: &Checklist, file: &str, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let newest =
        all(&visitor.lists).into_iter().map(|(_, known)| known).find(|known| known.code == list.code);
    let today = app.world.clock.now().day();
    let newer = newest.is_none_or(|newest| list.version > newest.version);
    html! {
        p.told.good role="status" { i.sign aria-hidden="true" { "✓" }
            (list.title.get(l)) " · " (l.pick("版本 ", "version ")) (list.version) (l.pick("：文件可用。", ": the file can be used.")) }
        @if let Some(newest) = newest {
            @if list.version <= newest.version {
                p.told.due { i.sign aria-hidden="true" { "!" } (l.pick("版本号应大于现在的 ", "Its version must be greater than that of now, ")) (newest.version) }
            }
            (compare::table(newest, list, l))
        }
        @if newer && visitor.may(Operation::KeepRules) { section.panel.form {
            h2 { (l.pick("启用这一版本", "Put it in force")) }
            form method="post" action={ "/checklists/force" (visitor.scope()) } {
                (csrf(&visitor.csrf))
                textarea hidden name="file" { (file) }
                div.row {
                    div { label for="from" { (l.pick("从哪一天起", "From the day")) }
                        input #from type="date" name="from" required min=(today) placeholder="2026-12-01"; }
                    button.button type="submit" { (l.pick("全市启用", "In force for all stations")) }
                }
                p.quiet { (l.pick("启用后不能撤回，只能再启用更新的版本。", "It can't be taken back; only a newer version can follow.")) }
            }
        } }
        details { summary { (l.pick("手机上的样子…", "As on the phone…")) } (preview::questions(list, l)) }
    }
}

async fn one(visitor: Visitor, Named((code, version)): Named<(ChecklistCode, u16)>) -> PageResult<Markup> {
    let list = visitor.lists.find(&code, version).ok_or_else(PageError::not_found)?;
    let mut older = all(&visitor.lists).into_iter().map(|(_, known)| known);
    let before = older.find(|known| known.code == code && known.version < version);
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/checklists" (scope) } { "‹ " (l.pick("检查清单", "Checklists")) }
        div.head { div {
            h1 { (list.title.get(l)) " · " (l.pick("版本 ", "version ")) (list.version) }
            p.quiet { (list.note.get(l)) }
        } }
        @if let Some(before) = before { (compare::table(before, list, l)) }
        (preview::questions(list, l))
    };
    Ok(visitor.page(Some(Place::Manage), list.title.get(l), &body))
}
