//! The checklists: every version as the phone asks it, and a trial of a new file, which names what is
//! wrong with it or what it would change. A trial changes nothing: phones get new versions with the program.
//!
//! - `compare`: what differs between two versions. `preview`: the questions as the phone shows them.

mod compare;
mod preview;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Checklist, ChecklistCode};

use super::error::{Named, PageError, PageResult};
use super::look::{Place, csrf};
use super::visitor::{Posted, Visitor};
use crate::app::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/checklists", get(show).post(try_out))
        .route("/checklists/{code}/{version}", get(one))
}

/// Every version of every checklist, the newest of each first.
fn all() -> Vec<&'static Checklist> {
    let mut lists: Vec<_> = Checklist::defaults().unwrap_or_default().iter().collect();
    lists.sort_by(|a, b| (&a.code, b.version).cmp(&(&b.code, a.version)));
    lists
}

async fn show(visitor: Visitor) -> Markup {
    page(&visitor, "", None)
}

#[derive(Deserialize)]
struct Try {
    file: String,
}

async fn try_out(Posted { visitor, form }: Posted<Try>) -> Response {
    let told = Checklist::parse(&form.file).map_err(|error| error.to_string());
    page(&visitor, &form.file, Some(&told)).into_response()
}

fn page(visitor: &Visitor, file: &str, told: Option<&Result<Checklist, String>>) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let body = html! {
        a.back.no-print href={ "/manage" (scope) } { "‹ " (l.pick("管理", "Manage")) }
        div.head { div {
            h1 { (l.pick("检查清单", "Checklists")) }
            p.quiet { (l.pick("每条记录保留当时的版本。新版本随软件更新下发到手机。",
                "Each record keeps the version it was made with. New versions reach phones with an update of the program.")) }
        } }
        @match told {
            Some(Ok(list)) => { (trial(list, visitor)) }
            Some(Err(why)) => { p.told.bad role="alert" { i.sign aria-hidden="true" { "✕" }
                (l.pick("这个文件不能用:", "This file can't be used: ")) span lang="en" { (why) } } }
            None => {}
        }
        div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("清单", "Checklist")) }
                th scope="col" { (l.pick("版本", "Version")) }
                th scope="col" { (l.pick("用于", "For")) }
                th.number scope="col" { (l.pick("问题", "Questions")) }
            } }
            tbody { @for list in all() { tr {
                th scope="row" { a href={ "/checklists/" (list.code) "/" (list.version) (scope) } { (list.title.get(l)) } }
                td { (list.version) }
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
                div.field { label for="file" { (l.pick("清单文件(JSON)", "Checklist file (JSON)")) }
                    textarea.tall #file name="file" required spellcheck="false" { (file) } }
                button.button type="submit" { (l.pick("试运行", "Try it")) }
            }
        }
    };
    visitor.page(Some(Place::Manage), l.pick("检查清单", "Checklists"), &body)
}

/// What a file would change, and how its questions would look.
fn trial(list: &Checklist, visitor: &Visitor) -> Markup {
    let l = visitor.locale;
    let newest = all().into_iter().find(|known| known.code == list.code);
    html! {
        p.told.good role="status" { i.sign aria-hidden="true" { "✓" }
            (list.title.get(l)) " · " (l.pick("版本 ", "version ")) (list.version) (l.pick("：文件可用。", ": the file can be used.")) }
        @if let Some(newest) = newest {
            @if list.version <= newest.version {
                p.told.due { i.sign aria-hidden="true" { "!" } (l.pick("版本号应大于现在的 ", "Its version must be greater than that of now, ")) (newest.version) }
            }
            (compare::table(newest, list, l))
        }
        details { summary { (l.pick("手机上的样子…", "As on the phone…")) } (preview::questions(list, l)) }
    }
}

async fn one(visitor: Visitor, Named((code, version)): Named<(ChecklistCode, u16)>) -> PageResult<Markup> {
    let list = Checklist::find(&code, version).ok_or_else(PageError::not_found)?;
    let before = all().into_iter().find(|known| known.code == code && known.version < version);
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
