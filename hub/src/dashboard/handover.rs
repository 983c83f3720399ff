//! Taking a phone's export from a stick, where no network joins it and the hub, and giving the answer back.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use maud::{Markup, html};
use xuncha_core::wire::limits;

use super::error::PageResult;
use super::look::{Place, csrf};
use super::upload::Uploaded;
use super::visitor::Visitor;
use crate::app::AppState;
use crate::audit::{Action, note_by_itself};
use crate::by_file;
use crate::error::HubError;
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    let limit = DefaultBodyLimit::max(limits::BUNDLE_BYTES + limits::REQUEST_BYTES);
    Router::new().route("/handover", get(show).post(take).layer(limit))
}

async fn show(visitor: Visitor) -> PageResult<Markup> {
    visitor.must(Operation::Import)?;
    let title = visitor.locale.pick("拷贝上交", "Hand-over by file");
    Ok(visitor.page(Some(Place::Import), title, &view(&visitor, None)))
}

async fn take(State(app): State<AppState>, form: Uploaded) -> PageResult<Response> {
    let visitor = &form.parts.visitor;
    visitor.must(Operation::Import)?;
    let taken = match by_file::station_of(&form.content) {
        Ok(station) => {
            visitor.caller.must(Operation::Import, station)?;
            by_file::take(&app, &form.content).await.map(|taken| (station, taken))
        }
        Err(error) => Err(error),
    };
    let (station, taken) = match taken {
        Ok(taken) => taken,
        Err(HubError::Told(problem)) => {
            let title = visitor.locale.pick("拷贝上交", "Hand-over by file");
            let words = problem.detail.unwrap_or_else(|| problem.code.advice(visitor.locale).to_owned());
            let page = visitor.page(Some(Place::Import), title, &view(visitor, Some(&words)));
            return Ok((http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let (by, subject) =
        (visitor.caller.member.id, format!("{} records, {} photos", taken.accepted, taken.photos));
    note_by_itself(&app, station, Some(by), Action::BundleTaken, subject).await?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, "attachment; filename=\"answer.xuncha\""),
    ];
    Ok((headers, taken.answer).into_response())
}

fn view(visitor: &Visitor, refused: Option<&str>) -> Markup {
    let l = visitor.locale;
    html! {
        div.head { div {
            a.back href={ "/import" (visitor.scope()) } { "← " (l.pick("导入", "Import")) }
            h1 { (visitor.station.name) " · " (l.pick("拷贝上交", "hand-over by file")) }
            p.quiet { (l.pick(
                "手机连不上本站电脑时，用 U 盘拷贝手机导出的文件(.xuncha)。",
                "Where a phone cannot reach this computer: copy the file that it exported (.xuncha) on a stick.",
            )) }
        } }
        @if let Some(why) = refused { p.told.bad role="alert" {
            i.sign aria-hidden="true" { "✕" }
            (l.pick("这个文件没有接收，什么也没有改动。", "The file was not taken, and nothing was changed. ")) (why)
        } }
        section.panel {
            form.row method="post" action={ "/handover" (visitor.scope()) } enctype="multipart/form-data" {
                (csrf(&visitor.csrf))
                div {
                    label for="file" { (l.pick("手机导出的文件", "The phone's file")) }
                    input #file type="file" name="file" required accept=".xuncha";
                }
                button.button type="submit" { (l.pick("接收，并取得答复", "Take it and get the answer")) }
            }
            p { (l.pick(
                "接收后会下载一个答复文件(answer.xuncha)。请拷回同一部手机：手机核对答复后，才会显示已收到。同一个文件可以重复接收，不会多记。",
                "An answer file (answer.xuncha) is downloaded. Copy it back to the same phone: only then does the phone show its records as received. Taking the same file again does no harm.",
            )) }
        }
    }
}
