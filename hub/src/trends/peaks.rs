//! Inspections at peak hours: while minors are likely to be about, which is when a visit says most.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{NaiveDate, NaiveTime, Timelike as _};
use sqlx::AnyConnection;
use uuid::Uuid;
use xuncha_core::domain::{DayType, StationId, StatutoryDays, Timestamp, VenueId, is_peak_for_minors};

use super::{Span, inspections_of};
use crate::store::{RowExt as _, Sql, StoreError};

/// How many inspections there were, and how many of them at peak hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AtPeak {
    /// All of them.
    pub inspections: u64,
    /// Those at peak hours.
    pub at_peak: u64,
}

impl AtPeak {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { inspections: self.inspections + other.inspections, at_peak: self.at_peak + other.at_peak }
    }

    /// Of a hundred inspections, those at peak hours; none if there were none.
    #[must_use]
    pub const fn percent(self) -> Option<u64> {
        (self.at_peak * 100).checked_div(self.inspections)
    }
}

/// Station by station; from the index alone.
pub async fn at_stations(
    db: &mut AnyConnection,
    stations: &[StationId],
    span: Span,
    calendar: &StatutoryDays,
) -> Result<HashMap<StationId, AtPeak>, StoreError> {
    counted(query("SELECT station_id AS id", stations, span, calendar), db).await
}

/// Of one station, venue by venue.
pub async fn at_venues(
    db: &mut AnyConnection,
    station: StationId,
    span: Span,
    calendar: &StatutoryDays,
) -> Result<HashMap<VenueId, AtPeak>, StoreError> {
    counted(query("SELECT venue_id AS id", &[station], span, calendar), db).await
}

/// By hour, apart for school days and days off: the rule itself stays in the domain.
fn query(select: &'static str, stations: &[StationId], span: Span, calendar: &StatutoryDays) -> Sql {
    let mut query = Sql::new(select);
    query.push(", CASE WHEN (moment + 28800000) / 86400000 IN ").list(days_off(span, calendar));
    query.push(
        " THEN 1 ELSE 0 END AS day_off, (moment + 28800000) / 3600000 % 24 AS hour, COUNT(*) AS made \
         FROM visits WHERE station_id IN ",
    );
    inspections_of(&mut query, stations, span);
    query.push(" GROUP BY 1, 2, 3");
    query
}

async fn counted<Id: From<Uuid> + Eq + Hash + Send>(
    query: Sql,
    db: &mut AnyConnection,
) -> Result<HashMap<Id, AtPeak>, StoreError> {
    let mut all: HashMap<Id, AtPeak> = HashMap::new();
    query
        .each(db, |row| {
            let made = row.count("made")?;
            let hour = u32::try_from(row.int("hour")?).unwrap_or_default();
            let at_peak = if row.int("day_off")? == 1 || on_a_school_day(hour) { made } else { 0 };
            let sum = all.entry(row.id("id")?).or_default();
            *sum = sum.plus(AtPeak { inspections: made, at_peak });
            Ok(())
        })
        .await?;
    Ok(all)
}

/// The days of some months on which all hours are peak hours, as days since 1970-01-01.
fn days_off(Span { from, until }: Span, calendar: &StatutoryDays) -> Vec<i64> {
    let days = from.first_day().iter_days().take_while(|day| *day <= until.last_day());
    days.filter(|day| {
        let kind = calendar.day_type(*day).unwrap_or(DayType::Unknown);
        is_peak_for_minors(Timestamp::at_shanghai(*day, NaiveTime::MIN), kind, &[])
    })
    .map(|day| day.signed_duration_since(NaiveDate::default()).num_days())
    .collect()
}

/// Whether an hour of a school day is a peak hour.
fn on_a_school_day(hour: u32) -> bool {
    // 1970-01-01, the default, was a Thursday.
    let at = NaiveTime::MIN.with_hour(hour).unwrap_or_default();
    is_peak_for_minors(Timestamp::at_shanghai(NaiveDate::default(), at), DayType::Ordinary, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn october() -> Span {
        let month = "2026-10".parse().unwrap();
        Span { from: month, until: month }
    }

    #[test]
    fn weekends_holidays_and_rest_days_are_off_and_no_school_day_is() {
        let calendar = StatutoryDays::embedded().unwrap();
        let off = days_off(october(), calendar);
        let number = |day: u32| i64::from(day) - 1 + 20_727;
        assert_eq!(
            number(1),
            NaiveDate::from_ymd_opt(2026, 10, 1)
                .unwrap()
                .signed_duration_since(NaiveDate::default())
                .num_days()
        );
        // The first is a statutory day, the 10th a Saturday, the 13th a Tuesday.
        assert!(
            off.contains(&number(1)) && off.contains(&number(10)) && !off.contains(&number(13)),
            "{off:?}"
        );
    }

    #[test]
    fn noon_and_evening_of_a_school_day_are_peak_hours() {
        let hours: Vec<u32> = (0..24).filter(|hour| on_a_school_day(*hour)).collect();
        assert_eq!(hours, [12, 13, 18, 19, 20, 21, 22, 23]);
    }

    #[tokio::test]
    async fn stations_are_counted_from_the_index_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let station = StationId::mint(Timestamp::from_millis(1_000), [0; 10]);
        let query =
            query("SELECT station_id AS id", &[station], october(), StatutoryDays::embedded().unwrap());
        let plan = query.plan(&mut store.read().await.unwrap()).await;
        assert!(plan.iter().any(|step| step.contains("USING COVERING INDEX visits_by_month")), "{plan:#?}");
    }
}
