//! The page over all stations: their sums, by sub-bureau, for those who supervise.

use maud::{Markup, html};
use xuncha_core::domain::{Locale, Month, Timestamp};

use super::query::Query;
use super::view::months;
use crate::coverage::{StationTotals, Totals};
use crate::dashboard::look::dates;
use crate::dashboard::look::signs::Standing;

/// All that the page shows.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// The month.
    pub month: Month,
    /// When the page was made.
    pub now: Timestamp,
    /// Every station, by sub-bureau and name.
    pub stations: Vec<StationTotals>,
    /// What was asked for.
    pub query: Query,
}

/// The page.
pub(super) fn page(page: &Page, l: Locale) -> Markup {
    let mut all = Totals::default();
    for station in &page.stations {
        all = all.plus(station.totals);
    }
    html! {
        div.head {
            div {
                h1 { (dates::month(page.month, l)) " " (l.pick("各站覆盖", "coverage of all stations")) }
                p.quiet { (page.stations.len()) " " (l.pick("个工作站", "stations")) " · "
                    (all.venues()) " " (l.pick("个场所", "venues")) }
                p.quiet.print-only { (l.pick("制表时间：", "Made at ")) (dates::moment(page.now, l)) }
            }
            a.button.plain-button.no-print href="/trends" { (l.pick("走势", "Trends")) }
            (months(page.month, &page.query, l))
        }
        ul.tiles aria-label=(l.pick("按状态", "By state")) {
            @for standing in Standing::ALL {
                @let number = standing.count(&all);
                @let class = if number == 0 { "tile zero" } else { standing.slug() };
                li { span class={ "tile " (class) } {
                    b { (number) } i.sign aria-hidden="true" { (standing.sign()) } (standing.label(l))
                } }
            }
        }
        div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("工作站", "Station")) }
                th.number scope="col" { (l.pick("场所", "Venues")) }
                th scope="col" { (l.pick("构成", "Shares")) }
                @for standing in Standing::ALL { th.number scope="col" { (standing.label(l)) } }
            } }
            tbody { @for station in &page.stations { (row(station, page, l)) } }
        } }
    }
}

fn row(station: &StationTotals, page: &Page, l: Locale) -> Markup {
    let totals = &station.totals;
    let query = Query { station: Some(station.station.id), ..page.query.clone() };
    html! {
        tr {
            th scope="row" {
                a href=(query.path()) { (station.station.name) }
                span.quiet { (station.station.sub_bureau) }
            }
            td.number { (totals.venues()) }
            td { (shares(totals, l)) }
            @for standing in Standing::ALL {
                @let number = standing.count(totals);
                td.number { @if number == 0 { span.not { "0" } } @else { (standing.sign()) " " (number) } }
            }
        }
    }
}

/// The shares of the states as a bar; the figures stand beside it.
pub(in crate::dashboard) fn shares(totals: &Totals, l: Locale) -> Markup {
    const WIDTH: u64 = 160;
    let venues = totals.venues().max(1);
    // Drawn, not styled: the pages' policy allows no style beside the sheet.
    let mut x = 0;
    let parts = Standing::ALL.map(|standing| {
        let end = x + standing.count(totals);
        let (from, to) = (x * WIDTH / venues, end * WIDTH / venues);
        x = end;
        (standing, from, to - from)
    });
    html! {
        svg.shares width=(WIDTH) height="12" viewBox={ "0 0 " (WIDTH) " 12" } role="img"
            aria-label=(l.pick("各状态的比例", "Shares of the states")) {
            @for (standing, from, width) in parts {
                @if width > 0 { rect class=(standing.slug()) x=(from) width=(width) height="12" {} }
            }
        }
    }
}
