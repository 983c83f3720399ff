//! The month report (月报) as a page: the tables of [`crate::report`], ready to print, and the way to its files.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{Locale, Month, Station, StationId};

use super::error::{PageError, PageResult};
use super::look::{Place, dates};
use super::visitor::Visitor;
use super::whose;
use crate::app::AppState;
use crate::audit::{Action, note_at_each};
use crate::dashboard::error::Named;
use crate::export::What;
use crate::report::{Report, Section, report};
use crate::scope::Operation;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/report", get(to_month)).route("/report/{month}", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    month: Option<String>,
    station: Option<String>,
    sub_bureau: Option<String>,
}

impl Asked {
    /// Whose report, as an address says it; nothing for all that the reader sees.
    fn whose(&self) -> String {
        whose::query(self.station.as_deref(), self.sub_bureau.as_deref())
            .map_or_else(String::new, |query| format!("?{query}"))
    }
}

/// The form of the page leads here, and the head of each page: on to a month's own address.
async fn to_month(State(app): State<AppState>, _visitor: Visitor, Query(asked): Query<Asked>) -> Redirect {
    let month = asked.month.as_ref().and_then(|text| text.parse::<Month>().ok());
    let month = month.unwrap_or(app.world.clock.now().month());
    Redirect::to(&format!("/report/{month}{}", asked.whose()))
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Named(month): Named<Month>,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    let all = whose::stations(&app, &visitor).await?;
    let own = (!visitor.caller.oversees()).then_some(visitor.station.id);
    let only: Option<StationId> = own.or_else(|| asked.station.as_ref().and_then(|id| id.parse().ok()));
    let sub_bureau = asked.sub_bureau.as_deref().filter(|name| !name.is_empty() && only.is_none());
    let wanted = |station: &&Station| {
        only.is_none_or(|id| station.id == id)
            && sub_bureau.is_none_or(|name| station.sub_bureau.as_str() == name)
    };
    let chosen: Vec<Station> = all.iter().filter(wanted).cloned().collect();
    if chosen.is_empty() {
        return Err(PageError::not_found());
    }
    let by = Some(visitor.caller.member.id);
    note_at_each(&app.store, &app.world, &chosen, by, Action::Looked, What::Report.code()).await?;
    let made = report(&app.store, &chosen, month, app.world.clock.now(), visitor.locale).await?;
    let body = view(&visitor, &made, month, &all, &asked, only, sub_bureau);
    Ok(visitor.page(Some(Place::Report), &made.title, &body))
}

fn view(
    visitor: &Visitor,
    report: &Report,
    month: Month,
    all: &[Station],
    asked: &Asked,
    only: Option<StationId>,
    sub_bureau: Option<&str>,
) -> Markup {
    let l = visitor.locale;
    let whose = asked.whose();
    let file = |format: &str| {
        let whose = if whose.is_empty() { String::new() } else { format!("&{}", &whose[1..]) };
        format!("/api/v1/exports/report?month={month}&format={format}&lang={}{whose}", l.tag())
    };
    let at = |month: Month| format!("/report/{month}{whose}");
    html! {
        div.head {
            div { h1 { (report.title) } p.quiet { (report.about) } }
            nav.months.no-print aria-label=(l.pick("月份", "Month")) {
                a.button.plain-button href=(at(month.previous())) { "‹ " (dates::month(month.previous(), l)) }
                form method="get" action="/report" {
                    input type="month" name="month" value=(month) required aria-label=(l.pick("月份", "Month"))
                        pattern="[0-9]{4}-[0-9]{2}" placeholder="2026-11" size="9";
                    @if visitor.caller.oversees() { (whose::select(all, only, sub_bureau, l)) }
                    button.button.plain-button type="submit" { (l.pick("查看", "Show")) }
                }
                a.button.plain-button href=(at(month.next())) { (dates::month(month.next(), l)) " ›" }
            }
        }
        @if visitor.may(Operation::Export) { p.row.no-print {
            a.button href=(file("pdf")) { (l.pick("下载 PDF", "Download PDF")) }
            a.button.plain-button href=(file("xlsx")) { (l.pick("下载 Excel", "Download Excel")) }
        } }
        @for section in &report.sections { (table(section, l)) }
    }
}

fn table(section: &Section, l: Locale) -> Markup {
    html! {
        section {
            h2 { (section.title) }
            @if section.rows.is_empty() { div.panel { p.empty { (l.pick("本月没有。", "Nothing this month.")) } } }
            @else { div.sheet tabindex="0" role="region" aria-label=(section.title) { table {
                thead { tr { @for column in &section.columns {
                    th.number[column.number] scope="col" { (column.title) }
                } } }
                tbody { @for row in &section.rows { tr {
                    @for (number, (text, column)) in row.iter().zip(&section.columns).enumerate() {
                        @if number == 0 && !text.is_empty() { th scope="row" { (text) } }
                        @else { td.number[column.number] { (text) } }
                    }
                } } }
            } } }
            @for note in &section.notes { p.quiet.note { (note) } }
        }
    }
}
