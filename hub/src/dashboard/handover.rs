//! Taking a phone's export from a stick, where no network joins it and the hub, and giving the answer back.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chrono::NaiveDate;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use maud::{Markup, html};
use xuncha_core::domain::Locale;
use xuncha_core::wire::bundle::BundleError;
use xuncha_core::wire::limits;

use super::error::PageResult;
use super::look::{Place, bad, csrf, percent};
use super::upload::Uploaded;
use super::visitor::Visitor;
use crate::app::AppState;
use crate::by_file::{self, NotTaken};
use crate::error::HubError;
use crate::scope::Operation;
use crate::store::reference;

pub(super) fn router() -> Router<AppState> {
    let limit = DefaultBodyLimit::max(limits::BUNDLE_BYTES + limits::REQUEST_BYTES);
    Router::new().route("/handover", get(show).post(take).layer(limit))
}

async fn show(visitor: Visitor) -> PageResult<Markup> {
    visitor.must(Operation::TakeHandover)?;
    let title = visitor.locale.pick("拷贝上交", "Hand-over by file");
    Ok(visitor.page(Some(Place::Import), title, &view(&visitor, None)))
}

async fn take(State(app): State<AppState>, form: Uploaded) -> PageResult<Response> {
    let visitor = &form.parts.visitor;
    visitor.must(Operation::TakeHandover)?;
    let taken = match by_file::station_of(&form.content) {
        Ok(station) => {
            visitor.caller.must(Operation::TakeHandover, station)?;
            by_file::take(&app, &form.content, Some(visitor.caller.member.id), |_, _| {})
                .await
                .map(|taken| (station, taken))
        }
        Err(error) => Err(error.into()),
    };
    let (station, taken) = match taken {
        Ok(taken) => taken,
        Err(NotTaken::Hub(error)) if !matches!(error, HubError::Told(_)) => return Err(error.into()),
        Err(not) => {
            let title = visitor.locale.pick("拷贝上交", "Hand-over by file");
            let words = words(&not, visitor.locale);
            let page = visitor.page(Some(Place::Import), title, &view(visitor, Some(&words)));
            return Ok((http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let of = reference::station(&mut *app.store.read().await?, station).await?;
    let of = of.map_or_else(String::new, |station| station.name.to_string());
    let name = attachment(&of, &taken.member, app.world.clock.now().day());
    let headers = [(CONTENT_TYPE, "application/octet-stream".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, taken.answer).into_response())
}

/// The answer's name says to whose phone it goes back, so that several on one stick are told apart. A browser that
/// knows no Chinese in names (RFC 6266) has the day at least.
fn attachment(station: &str, owner: &str, day: NaiveDate) -> String {
    let name = percent(&format!("回执-{station}-{owner}-{day}.xuncha"));
    format!("attachment; filename=\"answer-{day}.xuncha\"; filename*=UTF-8''{name}")
}

/// What became of a file that was not taken, and what to do.
fn words(not: &NotTaken, l: Locale) -> String {
    match not {
        NotTaken::File(error) => {
            let why = match error {
                BundleError::NotABundle => l.pick(
                    "不是手机导出的 .xuncha 文件，请选对文件。",
                    "It is no .xuncha file that a phone exported: choose that one.",
                ),
                BundleError::Cut => {
                    l.pick("文件不完整，请从手机重新拷贝。", "It was cut: copy it from the phone again.")
                }
                BundleError::TooLarge => l.pick(
                    "文件太大，请在手机上重新导出，会分成几个。",
                    "It is too large: export again on the phone, it goes in several.",
                ),
                BundleError::Part(_) => l.pick(
                    "手机的版本比服务器新，请先升级服务器。",
                    "The phone's version is newer than the hub's: update the hub first.",
                ),
                BundleError::Cover(_) | BundleError::Altered | BundleError::Damaged(_) => l.pick(
                    "文件已损坏或被改动，请从手机重新拷贝。",
                    "It is damaged, or was changed: copy it from the phone again.",
                ),
                BundleError::OtherPhone => l.pick("文件是给另一部手机的。", "It is for another phone."),
            };
            format!(
                "{}{why}",
                l.pick(
                    "这个文件没有接收，什么也没有改动。",
                    "The file was not taken, and nothing was changed. "
                )
            )
        }
        NotTaken::Hub(error) => format!(
            "{}{}",
            l.pick(
                "这个文件没有全部接收；已接收的不会丢，同一个文件可以再接收一次。",
                "Not all of the file was taken; what was taken stays, and the same file may be taken again. ",
            ),
            error.problem().code.advice(l)
        ),
    }
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
        @if let Some(why) = refused { (bad(why)) }
        section.panel {
            form.row method="post" action={ "/handover" (visitor.scope()) } enctype="multipart/form-data" {
                (csrf(&visitor.csrf))
                div {
                    label for="file" { (l.pick("手机导出的文件", "The phone's file")) }
                    input #file type="file" name="file" required accept=".xuncha";
                }
                button.button type="submit" { (l.pick("接收，并取得回执文件", "Take it and get the answer file")) }
            }
            p { (l.pick(
                "接收后会下载一个回执文件，名称里有工作站、机主和日期。请拷回同一部手机：手机读入并核对以后，才会显示已收到。同一个文件可以重复接收，不会多记。",
                "An answer file is downloaded, named after station, owner and day. Copy it back to the same phone and read it in there: only then does the phone show its records as received. Taking the same file again does no harm.",
            )) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_named_after_station_owner_and_day_for_any_browser() {
        let day = "2026-11-20".parse().unwrap();
        assert_eq!(
            attachment("柳岸", "A/\"b", day),
            "attachment; filename=\"answer-2026-11-20.xuncha\"; filename*=UTF-8''\
             %E5%9B%9E%E6%89%A7-%E6%9F%B3%E5%B2%B8-A%2F%22b-2026-11-20.xuncha"
        );
    }
}
