//! Waiting for a file: it comes by itself, and the page says how far it is. Read again, the page does not begin anew.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::header::REFRESH;
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;
use xuncha_core::domain::{Locale, Month};

use crate::app::AppState;
use crate::dashboard::error::{Named, PageResult};
use crate::dashboard::look::{Place, bad, good};
use crate::dashboard::visitor::Visitor;
use crate::dashboard::{islands, whose};
use crate::export::{Format, Progress, State as Stage, What, progress};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/export/{what}", get(begin)).route("/export/{what}/{id}", get(wait))
}

#[derive(Deserialize)]
struct Asked {
    station: Option<String>,
    sub_bureau: Option<String>,
    month: Option<Month>,
    format: Option<Format>,
}

impl Asked {
    /// As the API takes it: fields left empty say nothing there.
    fn query(&self, what: What, l: Locale) -> String {
        let format = self.format.unwrap_or(what.formats()[0]);
        let whose = whose::query(self.station.as_deref(), self.sub_bureau.as_deref());
        let month = self.month.map(|month| format!("month={month}"));
        let form = [format!("format={}", format.ending()), format!("lang={}", l.tag())];
        form.into_iter().chain(whose).chain(month).collect::<Vec<_>>().join("&")
    }
}

async fn begin(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(what): Named<What>,
    Query(asked): Query<Asked>,
) -> PageResult<Redirect> {
    visitor.must(Operation::Export)?;
    let id = app.world.id()?;
    Ok(Redirect::to(&format!("/export/{}/{id}?{}", what.code(), asked.query(what, visitor.locale))))
}

async fn wait(
    State(app): State<AppState>,
    visitor: Visitor,
    Named((what, id)): Named<(What, Uuid)>,
    Query(asked): Query<Asked>,
) -> PageResult<Response> {
    visitor.must(Operation::Export)?;
    let l = visitor.locale;
    let query = asked.query(what, l);
    let here = format!("/export/{}/{id}?{query}", what.code());
    let file = format!("/api/v1/exports/{}?{query}&progress={id}", what.code());
    let progress = progress(&app, &visitor.caller, id).await?;
    let title = format!("{} · {}", l.pick("导出", "Export"), what.label(l));
    let body = view(&visitor, &title, progress.as_ref(), &here, &file);
    let page = visitor.page(Some(Place::Export), &title, &body);
    if progress.is_some() {
        return Ok(page.into_response());
    }
    // A browser that is led to a file stays on the page.
    Ok(([(REFRESH, format!("0; url={file}"))], page).into_response())
}

fn view(visitor: &Visitor, title: &str, progress: Option<&Progress>, here: &str, file: &str) -> Markup {
    let l = visitor.locale;
    let ended = progress.is_some_and(|progress| progress.state != Stage::Running);
    html! {
        @if let Some(script) = islands::script() { (script) }
        a.back.no-print href={ "/export" (visitor.scope()) } { "‹ " (l.pick("导出", "Export")) }
        section.panel.narrow {
            h1 { (title) }
            div data-island="progress" data-ended[ended] { (told(progress, l)) }
            ul.plain {
                @if !ended { li { a href=(here) { (l.pick("刷新进度", "Look again how far it is")) } } }
                li { a href=(file) { (l.pick("没有自动下载？点这里", "If it does not come by itself, take it here")) } }
            }
        }
    }
}

fn told(progress: Option<&Progress>, l: Locale) -> Markup {
    let Some(Progress { state, written, expected }) = progress else {
        return html! { p { (l.pick("正在开始，文件会自动下载。", "It begins; the file comes by itself.")) } };
    };
    let words = match (l, expected) {
        (Locale::ZhHans, Some(expected)) if written < expected => {
            format!("已写 {written} 行，共 {expected} 行。")
        }
        (Locale::En, Some(expected)) if written < expected => {
            format!("{written} of {expected} rows are written.")
        }
        (Locale::ZhHans, Some(_)) => format!("{written} 行已写完，正在整理文件。"),
        (Locale::En, Some(_)) => format!("All {written} rows are written; the file is put together."),
        (Locale::ZhHans, None) => format!("已写 {written} 行。"),
        (Locale::En, None) => format!("{written} rows are written."),
    };
    html! {
        @match state {
            Stage::Running => {
                p { (words) }
                progress max=[expected.map(|expected| expected.max(1))] value=[expected.map(|_| written)]
                    aria-label=(l.pick("导出进度", "How far the export is")) {}
            }
            Stage::Whole => { (good(&match l {
                Locale::ZhHans => format!("已完成，共 {written} 行。文件在浏览器的下载列表里。"),
                Locale::En => format!("Done, {written} rows. The file is among the browser's downloads."),
            })) }
            Stage::CutOff => { (bad(l.pick("没有写完，这个文件不可用，请重新导出。", "It ended before its end: that file is of no use. Export it again."))) }
        }
    }
}
