//! How many venues of many stations stand where.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use sqlx::AnyConnection;
use uuid::Uuid;
use xuncha_core::domain::{
    Month, PolicyFor, Station, StationId, Tally, VenueId, VenueLife, policy_for, state,
};

use super::Totals;
use crate::app::App;
use crate::auth::Caller;
use crate::store::reference::policies_of;
use crate::store::{Key, RowExt as _, Sql, StoreError, day_of_number, month_number};
use crate::sums::{Overseen, Sums, View};

/// One station's sums of a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StationTotals {
    /// The station.
    pub station: Station,
    /// How many venues stand where.
    pub totals: Totals,
}

/// The sums of every station that somebody may read of.
pub async fn overseen(
    app: &App,
    caller: &Caller,
    month: Month,
    today: NaiveDate,
) -> Result<Overseen<StationTotals>, StoreError> {
    let mut tx = app.store.snapshot().await?;
    let may_see = |station| caller.may_read(station);
    let row = |station, totals| StationTotals { station, totals };
    app.coverage.overseen(&mut tx, (month, today), may_see, row).await
}

impl Sums for Totals {
    async fn of(
        db: &mut AnyConnection,
        stations: &[StationId],
        (month, today): View,
    ) -> Result<HashMap<StationId, Self>, StoreError> {
        let policies = policies_of(db, stations).await?;
        // Venues that are expected the same of are summed; those with a policy of their own stand alone.
        let own = policies.values().flatten().filter_map(|entry| match entry.venues {
            PolicyFor::Venue(venue) => Some(venue.key()),
            PolicyFor::Station | PolicyFor::Kind(_) => None,
        });
        let mut query = Sql::new("SELECT v.station_id, v.kind, v.life, CASE WHEN v.venue_id IN ");
        query.list(own).push(
            " THEN v.venue_id END AS own, t.required, t.counted, t.last_counted, COUNT(*) AS venues FROM venues v \
             LEFT JOIN tallies t ON t.station_id = v.station_id AND t.venue_id = v.venue_id AND t.month = ",
        );
        query
            .bind(month_number(month))
            .push(" WHERE v.station_id IN ")
            .list(stations.iter().map(Key::key))
            .push(" GROUP BY v.station_id, v.kind, v.life, own, t.required, t.counted, t.last_counted");
        let mut totals: HashMap<StationId, Totals> = HashMap::new();
        for row in query.fetch_all(db).await? {
            let station: StationId = row.id("station_id")?;
            let life: VenueLife = row.opt_json("life")?.unwrap_or_default();
            let history = policies.get(&station).map(Vec::as_slice).unwrap_or_default();
            let kind =
                row.text("kind")?.parse().map_err(|_| StoreError::Row("kind is no kind".to_owned()))?;
            let own: Option<VenueId> = row.opt_id("own")?;
            // No policy is for the nil venue.
            let policy = policy_for(history, month, own.unwrap_or_else(|| Uuid::nil().into()), &kind);
            let required = match row.opt_int("required")? {
                Some(required) => u8::try_from(required).unwrap_or(u8::MAX),
                None => Tally::of(&[], &life, &policy, month).required,
            };
            let counted = usize::try_from(row.opt_int("counted")?.unwrap_or(0)).unwrap_or(0);
            let last = row.opt_int("last_counted")?.map(day_of_number).transpose()?;
            let state = state(required, counted, last, &life, &policy, month, today);
            totals.entry(station).or_default().add(state, row.count("venues")?);
        }
        Ok(totals)
    }
}
