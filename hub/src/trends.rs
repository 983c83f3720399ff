//! A year at a glance: coverage month by month, from the sums that the coverage page stands on, and when
//! inspections were made, counted by the database from one index alone.
//!
//! `peaks`: how many of them while minors are likely to be about.

mod peaks;

use sqlx::AnyConnection;
use xuncha_core::domain::{Month, StationId, Timestamp};

pub use peaks::{AtPeak, at_stations, at_venues};

use crate::app::App;
use crate::auth::Caller;
use crate::coverage::{Totals, overseen};
use crate::store::{Key, RowExt as _, Sql, StoreError, month_number};

/// Months that are shown.
pub const MONTHS: usize = 12;
/// Months whose inspections are told by hour and weekday unless others are asked for, this one with them.
const RECENT: usize = 3;

/// When inspections were made, Asia/Shanghai: how many at each hour of each weekday, Monday first.
pub type Hours = [[u64; 24]; 7];

/// The coverage of the last months, the oldest first: of one station, or of all that the caller may read.
pub async fn coverage(
    app: &App,
    caller: &Caller,
    only: Option<StationId>,
    now: Timestamp,
) -> Result<Vec<(Month, Totals)>, StoreError> {
    let mut months = Vec::with_capacity(MONTHS);
    for month in last(now.month(), MONTHS) {
        let stations = overseen(app, caller, month, now.day()).await?.stations;
        let wanted = stations.iter().filter(|row| only.is_none_or(|id| row.station.id == id));
        months.push((month, wanted.fold(Totals::default(), |sum, row| sum.plus(row.totals))));
    }
    Ok(months)
}

/// Months in a row: at most [`MONTHS`], none of them still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub from: Month,
    /// The last.
    pub until: Month,
}

impl Span {
    /// What somebody asks for, as near as there is: of two months in the wrong order the span between them, of too many
    /// the last.
    #[must_use]
    pub fn asked(from: Option<Month>, until: Option<Month>, now: Month) -> Self {
        let until = until.unwrap_or(now).min(now);
        let from = from.unwrap_or_else(|| last(until, RECENT)[0]).min(now);
        let (from, until) = (from.min(until), from.max(until));
        Self { from: from.max(last(until, MONTHS)[0]), until }
    }
}

/// Months up to one, the oldest first.
fn last(month: Month, count: usize) -> Vec<Month> {
    let mut months: Vec<Month> =
        std::iter::successors(Some(month), |month| Some(month.previous())).take(count).collect();
    months.reverse();
    months
}

fn hours_query(stations: &[StationId], span: Span) -> Sql {
    // Eight hours ahead of UTC, always; 1970-01-01 was a Thursday.
    let mut query = Sql::new(
        "SELECT ((moment + 28800000) / 86400000 + 3) % 7 AS weekday, (moment + 28800000) / 3600000 % 24 AS hour, \
         COUNT(*) AS made FROM visits WHERE station_id IN ",
    );
    inspections_of(&mut query, stations, span);
    query.push(" GROUP BY 1, 2");
    query
}

/// Which visits are told of; corrections repeat one and are not counted.
fn inspections_of(query: &mut Sql, stations: &[StationId], Span { from, until }: Span) {
    query.list(stations.iter().map(Key::key));
    query.push(" AND month >= ").bind(month_number(from)).push(" AND month <= ").bind(month_number(until));
    query.push(" AND kind = 'inspection' AND corrects IS NULL");
}

/// When the inspections of some months were made; corrections repeat a visit and are not counted.
pub async fn hours(db: &mut AnyConnection, stations: &[StationId], span: Span) -> Result<Hours, StoreError> {
    let mut hours: Hours = Default::default();
    for row in hours_query(stations, span).fetch_all(db).await? {
        let at = |column| row.count(column).map(|number| usize::try_from(number).unwrap_or(usize::MAX));
        let (weekday, hour) = (at("weekday")?, at("hour")?);
        if let Some(cell) = hours.get_mut(weekday).and_then(|day| day.get_mut(hour)) {
            *cell = row.count("made")?;
        }
    }
    Ok(hours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn hours_are_counted_from_the_index_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let now = Timestamp::from_millis(1_800_000_000_000);
        let span = Span::asked(None, None, now.month());
        let query = hours_query(&[StationId::mint(now, [0; 10])], span);
        let plan = query.plan(&mut store.read().await.unwrap()).await;
        let alone = "USING COVERING INDEX visits_by_month (station_id=? AND month>? AND month<?)";
        assert!(plan.iter().any(|step| step.contains(alone)), "{plan:#?}");
    }

    #[test]
    fn the_months_asked_for_are_in_order_a_year_at_most_and_none_is_still_to_come() {
        let month = |text: &str| text.parse::<Month>().ok();
        for (from, until, expected) in [
            ("", "", "2026-09 2026-11"),
            ("2026-02", "2026-05", "2026-02 2026-05"),
            ("2026-05", "2026-02", "2026-02 2026-05"),
            ("2026-05", "", "2026-05 2026-11"),
            ("", "2026-05", "2026-03 2026-05"),
            ("2020-01", "2026-05", "2025-06 2026-05"),
            ("2027-01", "2027-03", "2026-11 2026-11"),
        ] {
            let Span { from, until } = Span::asked(month(from), month(until), "2026-11".parse().unwrap());
            assert_eq!(format!("{from} {until}"), expected);
        }
    }

    #[test]
    fn the_last_months_end_with_the_one_asked_for() {
        let month: Month = "2026-02".parse().unwrap();
        let months: Vec<String> = last(month, 3).iter().map(ToString::to_string).collect();
        assert_eq!(months, ["2025-12", "2026-01", "2026-02"]);
    }
}
