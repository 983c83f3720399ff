//! Inspections at peak hours: while minors are likely to be about, which is when a visit says most.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use chrono::{NaiveDate, NaiveTime, Timelike as _};
use sqlx::AnyConnection;
use uuid::Uuid;
use xuncha_core::domain::{
    DateRange, DayType, Month, PolicyFrom, StationId, StatutoryDays, Timestamp, VenueId, is_peak_for_minors,
    policy_in,
};

use super::{Span, inspections_of};
use crate::store::reference::{policies, policies_of};
use crate::store::{RowExt as _, Sql, StoreError, day_number};

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
    let policies = policies_of(db, stations).await?;
    // Hardly any two stations differ in their vacations; those that do not are asked for together.
    let mut alike: BTreeMap<Vacations, Vec<StationId>> = BTreeMap::new();
    for station in stations {
        let policies = policies.get(station).map(Vec::as_slice).unwrap_or_default();
        alike.entry(vacations(span, policies)).or_default().push(*station);
    }
    let mut all = HashMap::new();
    for (vacations, stations) in alike {
        let off = days_off(&vacations, calendar);
        all.extend(counted(query("SELECT station_id AS id", &stations, span, off), db).await?);
    }
    Ok(all)
}

/// Of one station, venue by venue.
pub async fn at_venues(
    db: &mut AnyConnection,
    station: StationId,
    span: Span,
    calendar: &StatutoryDays,
) -> Result<HashMap<VenueId, AtPeak>, StoreError> {
    let off = days_off(&vacations(span, &policies(db, station).await?), calendar);
    counted(query("SELECT venue_id AS id", &[station], span, off), db).await
}

/// By hour, apart for school days and days off: the rule itself stays in the domain.
fn query(select: &'static str, stations: &[StationId], span: Span, days_off: Vec<i64>) -> Sql {
    let mut query = Sql::new(select);
    query.push(", CASE WHEN (moment + 28800000) / 86400000 IN ").list(days_off);
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

/// The months of a span, each with the school vacations that its policy has.
type Vacations = Vec<(Month, Vec<DateRange>)>;

fn vacations(Span { from, until }: Span, policies: &[PolicyFrom]) -> Vacations {
    let months = std::iter::successors(Some(from), |month| Some(month.next()));
    let months = months.take_while(|month| *month <= until);
    months.map(|month| (month, policy_in(policies, month).vacations)).collect()
}

/// The days on which all hours are peak hours, as days since 1970-01-01.
fn days_off(months: &[(Month, Vec<DateRange>)], calendar: &StatutoryDays) -> Vec<i64> {
    let of_month = |(month, vacations): &(Month, Vec<DateRange>)| {
        let days = month.first_day().iter_days().take_while(|day| *day <= month.last_day());
        let off = days.filter(|day| {
            let kind = calendar.day_type(*day).unwrap_or(DayType::Unknown);
            is_peak_for_minors(Timestamp::at_shanghai(*day, NaiveTime::MIN), kind, vacations)
        });
        off.map(day_number).collect::<Vec<_>>()
    };
    months.iter().flat_map(of_month).collect()
}

/// Whether an hour of a school day is a peak hour.
fn on_a_school_day(hour: u32) -> bool {
    // 1970-01-01, the default, was a Thursday.
    let at = NaiveTime::MIN.with_hour(hour).unwrap_or_default();
    is_peak_for_minors(Timestamp::at_shanghai(NaiveDate::default(), at), DayType::Ordinary, &[])
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::Policy;

    use super::*;
    use crate::store::Store;

    fn october() -> Span {
        let month = "2026-10".parse().unwrap();
        Span { from: month, until: month }
    }

    #[test]
    fn weekends_holidays_and_rest_days_are_off_and_no_school_day_is() {
        let calendar = StatutoryDays::embedded().unwrap();
        let off = days_off(&vacations(october(), &[]), calendar);
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
    fn vacations_are_off_in_the_months_whose_policy_has_them() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let vacations = vec![DateRange::new(day(10, 13), day(11, 17)).unwrap()];
        let from = PolicyFrom::of_station(october().from.next(), Policy { vacations, ..Policy::default() });
        let span = Span { until: october().from.next(), ..october() };
        let off = days_off(&super::vacations(span, &[from]), StatutoryDays::embedded().unwrap());
        let is_off = |day: NaiveDate| off.contains(&day_number(day));
        // All of them Tuesdays.
        let told = [day(10, 13), day(11, 3), day(11, 17), day(11, 24)].map(is_off);
        assert_eq!(told, [false, true, true, false]);
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
        let off = days_off(&vacations(october(), &[]), StatutoryDays::embedded().unwrap());
        let query = query("SELECT station_id AS id", &[station], october(), off);
        let plan = query.plan(&mut store.read().await.unwrap()).await;
        assert!(plan.iter().any(|step| step.contains("USING COVERING INDEX visits_by_month")), "{plan:#?}");
    }
}
