//! Venues of many stations with where each stands: those in one state, a page at a time, so that only the stations
//! on that page are read; or those that were looked for by name.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use maud::{Markup, html};
use sqlx::AnyConnection;
use xuncha_core::domain::{Locale, Month, Station, StationId, VenueId};

use super::query::Query;
use super::view::state;
use crate::coverage::{StationTotals, VenueCoverage, stations_coverage};
use crate::dashboard::look::signs::Standing;
use crate::search::FoundVenue;
use crate::store::StoreError;

/// Venues on a page.
const PAGE: u64 = 100;

/// A venue, and whose it is.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    station: Station,
    row: VenueCoverage,
}

/// The venues of these stations that are in a state, those of one page, in the order of the stations.
pub(super) async fn in_state(
    db: &mut AnyConnection,
    stations: &[&StationTotals],
    state: Standing,
    (month, today): (Month, NaiveDate),
    page: u64,
) -> Result<Vec<Listed>, StoreError> {
    let from = page.saturating_mul(PAGE);
    let (mut before, mut within) = (0, 0);
    let mut wanted = Vec::new();
    for row in stations {
        let count = state.count(&row.totals);
        if before + count <= from && wanted.is_empty() {
            before += count;
        } else if count > 0 && before + within < from + PAGE {
            within += count;
            wanted.push(row.station.clone());
        }
    }
    let told = listed(db, &wanted, month, today).await?;
    let of_state = told.into_iter().filter(|one| Standing::of(one.row.coverage) == state);
    let skipped = usize::try_from(from - before).unwrap_or(usize::MAX);
    Ok(of_state.skip(skipped).take(usize::try_from(PAGE).unwrap_or(usize::MAX)).collect())
}

/// The venues that were found, in their order.
pub(super) async fn found(
    db: &mut AnyConnection,
    stations: &[StationTotals],
    found: &[FoundVenue],
    (month, today): (Month, NaiveDate),
) -> Result<Vec<Listed>, StoreError> {
    let theirs: BTreeSet<StationId> = found.iter().map(|venue| venue.station).collect();
    let wanted = stations.iter().map(|row| &row.station).filter(|station| theirs.contains(&station.id));
    let told = listed(db, &wanted.cloned().collect::<Vec<_>>(), month, today).await?;
    let mut told: HashMap<VenueId, Listed> = told.into_iter().map(|one| (one.row.venue.id, one)).collect();
    Ok(found.iter().filter_map(|venue| told.remove(&venue.venue)).collect())
}

async fn listed(
    db: &mut AnyConnection,
    stations: &[Station],
    month: Month,
    today: NaiveDate,
) -> Result<Vec<Listed>, StoreError> {
    let told = stations_coverage(db, stations, month, today).await?;
    let of = |told: crate::coverage::StationCoverage| {
        told.venues.into_iter().map(move |row| Listed { station: told.station.clone(), row })
    };
    Ok(told.into_iter().flat_map(of).collect())
}

/// They as a table.
pub(super) fn table(venues: &[Listed], query: &Query, l: Locale) -> Markup {
    html! {
        div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("场所", "Venue")) }
                th scope="col" { (l.pick("工作站", "Station")) }
                th scope="col" { (l.pick("状态", "State")) }
                th.number scope="col" { (l.pick("次数", "Visits")) }
            } }
            tbody { @for Listed { station, row } in venues {
                @let own = query.clone().of_station(station.id);
                tr {
                    th scope="row" {
                        a href={ "/venues/" (row.venue.id) (own.venue_query()) } { (row.venue.name) }
                        span.quiet { (row.venue.kind.label(l)) @if !row.venue.address.as_str().is_empty() { " · " (row.venue.address) } }
                    }
                    td { a href=(own.path()) { (station.name) } span.quiet { (station.sub_bureau) } }
                    td { (state(row.coverage, l)) }
                    td.number { (row.tally.counted()) " / " (row.tally.required) }
                }
            } }
        } }
    }
}

/// The ways to the pages before and after, where there are any.
pub(super) fn pages(query: &Query, all: u64, l: Locale) -> Markup {
    let last = all.saturating_sub(1) / PAGE;
    html! { @if last > 0 {
        nav.row.no-print aria-label=(l.pick("场所的各页", "Pages of venues")) {
            @if query.page > 0 {
                a.button.plain-button href=(query.clone().page(query.page - 1).path()) { "‹ " (l.pick("上一页", "Before")) }
            }
            span.quiet-inline { (l.pick("第 ", "Page ")) (query.page + 1) " / " (last + 1) (l.pick(" 页", "")) }
            @if query.page < last {
                a.button.plain-button href=(query.clone().page(query.page + 1).path()) { (l.pick("下一页", "After")) " ›" }
            }
        }
    } }
}
