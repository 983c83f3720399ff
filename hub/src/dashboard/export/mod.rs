//! Files to take away: what, of which month, in which form. The API's own addresses give them; `waiting` leads there.

mod waiting;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use xuncha_core::domain::{Locale, Month, Station};

use super::error::PageResult;
use super::look::Place;
use super::visitor::Visitor;
use super::whose;
use crate::app::AppState;
use crate::export::{Format, What};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/export", get(show)).merge(waiting::router())
}

async fn show(State(app): State<AppState>, visitor: Visitor) -> PageResult<Markup> {
    visitor.must(Operation::Export)?;
    let month = Month::of(app.world.clock.now().day());
    let title = visitor.locale.pick("导出", "Export");
    let stations = whose::stations(&app, &visitor).await?;
    Ok(visitor.page(Some(Place::Export), title, &view(&visitor, &stations, month)))
}

fn view(visitor: &Visitor, stations: &[Station], month: Month) -> Markup {
    let l = visitor.locale;
    html! {
        div.head { div {
            h1 { @if !visitor.caller.oversees() { (visitor.station.name) " · " } (l.pick("导出", "Export")) }
            p.quiet { (l.pick(
                "导出的文件有人员姓名，请按规定保管。导出会记入日志。不含任何人员的位置。",
                "The files have people's names: keep them as the rules say. Exports are written down. No person's position is in them.",
            )) }
        } }
        @for what in What::ALL { section.panel {
            h2 { (what.label(l)) }
            p.quiet { (about(what, l)) }
            form.row method="get" action={ "/export/" (what.code()) } {
                @if visitor.caller.oversees() { (whose::select(stations, None, None, l)) }
                @else { input type="hidden" name="station" value=(visitor.station.id); }
                @if is_of_a_month(what) { div {
                    label for={ "month-" (what.code()) } { (l.pick("月份", "Month")) }
                    input id={ "month-" (what.code()) } type="month" name="month" value=(month) required;
                } }
                div {
                    label for={ "format-" (what.code()) } { (l.pick("格式", "Form")) }
                    select id={ "format-" (what.code()) } name="format" {
                        @for format in what.formats() { option value=(format.ending()) { (form(*format, l)) } }
                    }
                }
                button.button type="submit" { (l.pick("下载", "Download")) }
            }
        } }
    }
}

const fn is_of_a_month(what: What) -> bool {
    matches!(what, What::Records | What::Findings | What::Coverage | What::Ledger | What::Report)
}

const fn about(what: What, l: Locale) -> &'static str {
    match what {
        What::Records => l.pick(
            "每条检查和签到：何时、何处、何人、发现、到场、回执号。",
            "Each inspection and check-in: when, where, who, findings, evidence, receipt number.",
        ),
        What::Findings => l.pick(
            "每个问题：检查内容、回答、轻重，整改进展和应办日期。",
            "Each finding: question, answer, severity, what became of it, its due day.",
        ),
        What::Coverage => l.pick(
            "每个场所：应查、已查、状态、最晚日期。",
            "Each venue: visits due and made, state, last possible day.",
        ),
        What::Ledger => {
            l.pick("七项职责的台账，以及作废的条目。", "The seven duties, with what was struck out.")
        }
        What::Report => l.pick(
            "本站一个月的月报，可直接打印。",
            "The station's month as it is handed in, ready to print.",
        ),
        What::Stations | What::Members | What::Venues | What::Schools => {
            l.pick("改好后可以再导入。", "Can be changed and imported again.")
        }
    }
}

const fn form(format: Format, l: Locale) -> &'static str {
    match format {
        Format::Xlsx => l.pick("Excel 工作簿", "Excel workbook"),
        Format::Csv => l.pick("CSV 表格", "CSV"),
        Format::Geojson => l.pick("GeoJSON 地图", "GeoJSON map"),
        Format::Pdf => l.pick("PDF（打印）", "PDF, to print"),
        Format::Jsonl => l.pick("JSON 行（给程序）", "JSON lines, for programs"),
    }
}
