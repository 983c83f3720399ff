//! A year at a glance: coverage month by month, from the sums that the coverage page stands on, and when
//! inspections were made, counted by the database from one index alone.

use sqlx::AnyConnection;
use xuncha_core::domain::{Month, StationId, Timestamp};

use crate::app::App;
use crate::auth::Caller;
use crate::coverage::{Totals, overseen};
use crate::store::{Key, RowExt as _, Sql, StoreError, month_number};

/// Months that are shown.
pub const MONTHS: usize = 12;
/// Months whose inspections are told by hour and weekday, this one with them: few enough for a whole city.
pub const RECENT: usize = 3;

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
        let stations = overseen(app, caller, month, now.day()).await?;
        let wanted = stations.iter().filter(|row| only.is_none_or(|id| row.station.id == id));
        months.push((month, wanted.fold(Totals::default(), |sum, row| sum.plus(row.totals))));
    }
    Ok(months)
}

/// Months up to one, the oldest first.
fn last(month: Month, count: usize) -> Vec<Month> {
    let mut months: Vec<Month> =
        std::iter::successors(Some(month), |month| Some(month.previous())).take(count).collect();
    months.reverse();
    months
}

fn hours_query(stations: &[StationId], month: Month) -> Sql {
    let first = last(month, RECENT)[0];
    // Eight hours ahead of UTC, always; 1970-01-01 was a Thursday.
    let mut query = Sql::new(
        "SELECT ((moment + 28800000) / 86400000 + 3) % 7 AS weekday, (moment + 28800000) / 3600000 % 24 AS hour, \
         COUNT(*) AS made FROM visits WHERE station_id IN ",
    );
    query.list(stations.iter().map(Key::key));
    query.push(" AND month >= ").bind(month_number(first)).push(" AND month <= ").bind(month_number(month));
    query.push(" AND kind = 'inspection' AND corrects IS NULL GROUP BY 1, 2");
    query
}

/// When the inspections of the last months were made; corrections repeat a visit and are not counted.
pub async fn hours(
    db: &mut AnyConnection,
    stations: &[StationId],
    month: Month,
) -> Result<Hours, StoreError> {
    let mut hours: Hours = Default::default();
    for row in hours_query(stations, month).fetch_all(db).await? {
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
        let query = hours_query(&[StationId::mint(now, [0; 10])], now.month());
        let plan = query.plan(&mut store.read().await.unwrap()).await;
        let alone = "USING COVERING INDEX visits_by_month (station_id=? AND month>? AND month<?)";
        assert!(plan.iter().any(|step| step.contains(alone)), "{plan:#?}");
    }

    #[test]
    fn the_last_months_end_with_the_one_asked_for() {
        let month: Month = "2026-02".parse().unwrap();
        let months: Vec<String> = last(month, 3).iter().map(ToString::to_string).collect();
        assert_eq!(months, ["2025-12", "2026-01", "2026-02"]);
    }
}
