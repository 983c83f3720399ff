//! The venues of one station in a month.

use chrono::NaiveDate;
use serde::Serialize;
use xuncha_core::domain::{
    CoverageState, Month, Policy, Station, StationId, Tally, Venue, policy_for, policy_in,
};

use super::Totals;
use crate::store::reference::{policies, station as station_of};
use crate::store::{Key as _, RowExt as _, Store, StoreError, month_number};

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
    let policies = policies(&mut tx, id).await?;
    let policy = policy_in(&policies, month);
    let rows = sqlx::query(
        "SELECT v.body AS venue, t.body AS tally FROM venues v \
         LEFT JOIN tallies t ON t.station_id = v.station_id AND t.month = $2 AND t.venue_id = v.venue_id \
         WHERE v.station_id = $1 ORDER BY v.name, v.venue_id",
    )
    .bind(id.key())
    .bind(month_number(month))
    .fetch_all(&mut *tx)
    .await?;
    let mut totals = Totals::default();
    let mut venues = Vec::with_capacity(rows.len());
    for row in rows {
        let venue: Venue = row.json("venue")?;
        let own = policy_for(&policies, month, venue.id, &venue.kind);
        let tally = row.opt_json("tally")?.unwrap_or_else(|| Tally::of(&[], &venue.life, &own, month));
        let coverage = tally.state(&venue.life, &own, today);
        totals.add(coverage, 1);
        venues.push(VenueCoverage { venue, tally, coverage });
    }
    Ok(Some(StationCoverage { station, month, today, policy, totals, venues }))
}
