//! The venues of one station in a month, or of many.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{
    CoverageState, Month, Policy, Station, StationId, Tally, Venue, policy_for, policy_in,
};

use super::Totals;
use crate::store::reference::{policies_of, station as station_of};
use crate::store::{Key, RowExt as _, Sql, Store, StoreError, month_number};

/// One station's coverage of a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StationCoverage {
    /// The station.
    pub station: Station,
    /// The month.
    pub month: Month,
    /// The day the states are for.
    pub today: NaiveDate,
    /// What the station expects in that month, where no kind or venue has a policy of its own.
    pub policy: Policy,
    /// How many venues stand where.
    pub totals: Totals,
    /// Its venues, by name.
    pub venues: Vec<VenueCoverage>,
}

/// One venue's coverage of a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VenueCoverage {
    /// The venue.
    pub venue: Venue,
    /// What counts, and why not.
    pub tally: Tally,
    /// Where it stands.
    pub coverage: CoverageState,
}

/// The coverage of a station in a month as it stands on a day; `None` for an unknown station.
pub async fn station_coverage(
    store: &Store,
    id: StationId,
    month: Month,
    today: NaiveDate,
) -> Result<Option<StationCoverage>, StoreError> {
    let mut tx = store.snapshot().await?;
    let Some(station) = station_of(&mut tx, id).await? else { return Ok(None) };
    Ok(stations_coverage(&mut tx, &[station], month, today).await?.pop())
}

/// The same of many stations, in their order, by as few queries as of one.
pub(crate) async fn stations_coverage(
    db: &mut AnyConnection,
    stations: &[Station],
    month: Month,
    today: NaiveDate,
) -> Result<Vec<StationCoverage>, StoreError> {
    let ids: Vec<StationId> = stations.iter().map(|station| station.id).collect();
    let policies = policies_of(db, &ids).await?;
    let mut query = Sql::new(
        "SELECT v.station_id, v.body AS venue, t.body AS tally FROM venues v \
         LEFT JOIN tallies t ON t.station_id = v.station_id AND t.venue_id = v.venue_id AND t.month = ",
    );
    query.bind(month_number(month)).push(" WHERE v.station_id IN ").list(ids.iter().map(Key::key));
    query.push(" ORDER BY v.name, v.venue_id");
    let mut rows: HashMap<StationId, Vec<AnyRow>> = HashMap::new();
    for row in query.fetch_all(db).await? {
        rows.entry(row.id("station_id")?).or_default().push(row);
    }
    let coverage = |station: &Station| {
        let policies = policies.get(&station.id).map(Vec::as_slice).unwrap_or_default();
        let mut totals = Totals::default();
        let mut venues = Vec::new();
        for row in rows.get(&station.id).into_iter().flatten() {
            let venue: Venue = row.json("venue")?;
            let own = policy_for(policies, month, venue.id, &venue.kind);
            let tally = row.opt_json("tally")?.unwrap_or_else(|| Tally::of(&[], &venue.life, &own, month));
            let coverage = tally.state(&venue.life, &own, today);
            totals.add(coverage, 1);
            venues.push(VenueCoverage { venue, tally, coverage });
        }
        let policy = policy_in(policies, month);
        Ok(StationCoverage { station: station.clone(), month, today, policy, totals, venues })
    };
    stations.iter().map(coverage).collect()
}
