//! The page over all stations: their sums, by sub-bureau, for those who supervise.

use std::cmp::Reverse;

use maud::{Markup, html};
use xuncha_core::domain::{Locale, Month, Timestamp};

use super::listed::{self, Listed};
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
    /// The venues that were looked for, of all stations; `None` if none were.
    pub found: Option<Vec<Listed>>,
    /// A page of those in the state that was asked for.
    pub in_state: Vec<Listed>,
    /// What was asked for.
    pub query: Query,
    /// Whether there are tiles for under the map.
    pub has_tiles: bool,
}

/// Venues that are shown; who looks for more says more of it.
pub(super) const FOUND: usize = 50;

/// The stations of the sub-bureau that was asked for, or all.
pub(super) fn of_bureau<'a>(stations: &'a [StationTotals], query: &Query) -> Vec<&'a StationTotals> {
    let wanted = |row: &&StationTotals| {
        query.sub_bureau.as_ref().is_none_or(|name| row.station.sub_bureau.as_str() == name)
    };
    stations.iter().filter(wanted).collect()
}

/// The page.
pub(super) fn page(page: &Page, l: Locale) -> Markup {
    let query = &page.query;
    let of_bureau = of_bureau(&page.stations, query);
    let all = sum(of_bureau.iter().copied());
    let in_state = |row: &&StationTotals| query.state.is_none_or(|state| state.count(&row.totals) > 0);
    let mut shown: Vec<&StationTotals> = of_bureau.iter().copied().filter(in_state).collect();
    // They come by sub-bureau; put in another order they stand by themselves.
    let sub_bureaus: Vec<&[&StationTotals]> = match query.by {
        Some(state) => {
            shown.sort_by_key(|row| Reverse(state.count(&row.totals)));
            vec![shown.as_slice()]
        }
        None => shown.chunk_by(|a, b| a.station.sub_bureau == b.station.sub_bureau).collect(),
    };
    html! {
        div.head {
            div {
                h1 { (dates::month(page.month, l)) " " (l.pick("各站覆盖", "coverage of all stations")) }
                p.quiet { (of_bureau.len()) " " (l.pick("个工作站", "stations")) " · "
                    (all.venues()) " " (l.pick("个场所", "venues")) }
                p.quiet.print-only { (l.pick("制表时间：", "Made at ")) (dates::moment(page.now, l)) }
            }
            a.button.plain-button.no-print href="/trends" { (l.pick("走势", "Trends")) }
            (months(page.month, &page.query, l))
        }
        @if let Some(name) = &query.sub_bureau { p.no-print {
            (name) " · " a href=(query.clone().sub_bureau(None).path()) { (l.pick("全部分局", "All sub-bureaus")) }
        } }
        ul.tiles aria-label=(l.pick("按状态", "By state")) {
            li { a.all href=(query.clone().state(None).path()) aria-current=[query.state.is_none().then_some("true")] {
                b { (all.venues()) } (l.pick("全部场所", "All venues"))
            } }
            @for standing in Standing::ALL {
                @let number = standing.count(&all);
                @let class = if number == 0 { "zero" } else { standing.slug() };
                li { a class=(class) href=(query.clone().state(Some(standing)).path()) aria-current=[(query.state == Some(standing)).then_some("true")] {
                    b { (number) } i.sign aria-hidden="true" { (standing.sign()) } (standing.label(l))
                } }
            }
        }
        (search(page, l))
        (super::map::island("area", &page.query.area_path(), page.has_tiles, l))
        @if let Some(state) = query.state {
            h2 { (l.pick("场所：", "Venues: ")) (state.label(l)) " · " (state.count(&all)) }
            @if page.in_state.is_empty() { div.panel { p.empty { (l.pick("没有这样的场所。", "There are no such venues.")) } } }
            @else { (listed::table(&page.in_state, query, l)) (listed::pages(query, state.count(&all), l)) }
            h2 { (l.pick("各站", "Stations")) }
        }
        div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("工作站", "Station")) }
                th.number scope="col" { (l.pick("场所", "Venues")) }
                th scope="col" { (l.pick("构成", "Shares")) }
                @for standing in Standing::ALL {
                    th.number scope="col" aria-sort=[(query.by == Some(standing)).then_some("descending")] {
                        a href=(query.clone().by(standing).path()) { (standing.label(l)) }
                    }
                }
            } }
            @for stations in &sub_bureaus { tbody {
                @if sub_bureaus.len() > 1 { (sub_bureau(stations, page, l)) }
                @for station in *stations { (row(station, page, l)) }
            } }
        } }
        @if sub_bureaus.iter().all(|stations| stations.is_empty()) {
            div.panel { p.empty { (l.pick("没有这样的工作站。", "There are no such stations.")) } }
        }
    }
}

/// Looking for a venue whose station one does not know.
fn search(page: &Page, l: Locale) -> Markup {
    html! {
        form.row.narrowing.no-print method="get" action="/coverage" role="search" {
            @for (name, value) in page.query.clone().anything().parts() { input type="hidden" name=(name) value=(value); }
            div { label for="q" { (l.pick("查找场所：名称、地址或拼音", "Find a venue: name, address or pinyin")) }
                input #q type="search" name="q" value=(page.query.sought.text()) maxlength="60" size="26" placeholder=(l.pick("如 ljwb", "such as ljwb")); }
            button.button.plain-button type="submit" { (l.pick("查找", "Find")) }
        }
        @if let Some(found) = &page.found {
            h2 { (l.pick("找到的场所", "Venues found")) }
            @if found.is_empty() { div.panel { p.empty { (l.pick("没有这样的场所。", "There are no such venues.")) } } }
            @else { (listed::table(found, &page.query.clone().whole(), l)) }
            @if found.len() == FOUND { p.quiet { (l.pick("只显示前 50 个，请写得更完整些。", "The first 50 are shown: write more of the name.")) } }
        }
    }
}

fn sum<'a>(stations: impl Iterator<Item = &'a StationTotals>) -> Totals {
    stations.fold(Totals::default(), |sum, station| sum.plus(station.totals))
}

/// The sums of a sub-bureau, above its stations.
fn sub_bureau(stations: &[&StationTotals], page: &Page, l: Locale) -> Markup {
    let name = stations.first().map(|first| &first.station.sub_bureau);
    html! {
        tr.sum {
            th scope="rowgroup" {
                @if let Some(name) = name { a href=(page.query.clone().sub_bureau(Some(name.as_str())).path()) { (name) } }
                span.quiet { (stations.len()) " " (l.pick("个工作站", "stations")) } }
            (figures(&sum(stations.iter().copied()), l))
        }
    }
}

fn row(station: &StationTotals, page: &Page, l: Locale) -> Markup {
    let query = page.query.clone().of_station(station.station.id);
    html! {
        tr {
            th scope="row" {
                a href=(query.path()) { (station.station.name) }
                span.quiet { (station.station.sub_bureau) }
            }
            (figures(&station.totals, l))
        }
    }
}

fn figures(totals: &Totals, l: Locale) -> Markup {
    html! {
        td.number { (totals.venues()) }
        td { (shares(totals, l)) }
        @for standing in Standing::ALL {
            @let number = standing.count(totals);
            td.number { @if number == 0 { span.not { "0" } } @else { (standing.sign()) " " (number) } }
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
