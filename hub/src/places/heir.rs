//! Which venue goes on where another ended.

use std::collections::HashMap;

use sqlx::AnyConnection;
use xuncha_core::domain::{StationId, Venue, VenueId};
use xuncha_core::wire::ProblemCode;

use super::Deed;
use crate::error::{HubError, HubResult};
use crate::store::{Key as _, RowExt as _, StoreError, Tx};

/// Which venue goes on where another ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heir {
    /// The station of the old one.
    pub station: StationId,
    /// The old one.
    pub venue: VenueId,
    /// The station of the new one.
    pub heir_station: StationId,
    /// The new one.
    pub heir: VenueId,
    /// Why.
    pub reason: HeirReason,
}

/// Why a venue goes on as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeirReason {
    /// Another station sees to it now.
    Moved,
    /// It was on file twice.
    Merged,
}

impl HeirReason {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Merged => "merged",
        }
    }
}

/// What a venue goes on as, and what goes on as it.
pub async fn heirs(db: &mut AnyConnection, station: StationId, id: VenueId) -> Result<Vec<Heir>, StoreError> {
    let rows = sqlx::query(
        "SELECT station_id, venue_id, heir_station, heir_id, reason FROM venue_heirs \
         WHERE station_id = $1 AND venue_id = $2 \
         UNION ALL SELECT station_id, venue_id, heir_station, heir_id, reason FROM venue_heirs \
         WHERE heir_station = $3 AND heir_id = $4",
    )
    .bind(station.key())
    .bind(id.key())
    .bind(station.key())
    .bind(id.key())
    .fetch_all(db)
    .await?;
    let heir = |row: &sqlx::any::AnyRow| {
        let reason = row.text("reason")?;
        let known = [HeirReason::Moved, HeirReason::Merged].into_iter().find(|known| known.code() == reason);
        Ok(Heir {
            station: row.id("station_id")?,
            venue: row.id("venue_id")?,
            heir_station: row.id("heir_station")?,
            heir: row.id("heir_id")?,
            reason: known.ok_or_else(|| StoreError::Row(format!("a venue's heir by {reason}")))?,
        })
    };
    rows.iter().map(heir).collect()
}

/// The doubles of a station, each with the venue that it is a double of.
pub async fn doubles(
    db: &mut AnyConnection,
    station: StationId,
) -> Result<HashMap<VenueId, VenueId>, StoreError> {
    let rows =
        sqlx::query("SELECT venue_id, heir_id FROM venue_heirs WHERE station_id = $1 AND reason = 'merged'")
            .bind(station.key())
            .fetch_all(db)
            .await?;
    rows.iter().map(|row| Ok((row.id("venue_id")?, row.id("heir_id")?))).collect()
}

/// A venue that goes on as another is done with: it neither opens again nor takes a double in.
pub(super) async fn must_go_on(tx: &mut Tx, station: StationId, id: VenueId) -> HubResult<()> {
    if heirs(tx, station, id).await?.iter().any(|heir| heir.venue == id) {
        return Err(goes_on_already());
    }
    Ok(())
}

fn goes_on_already() -> HubError {
    HubError::told(ProblemCode::BadRequest, "it goes on as another venue already")
}

pub(super) async fn inherit(
    deed: &mut Deed<'_>,
    old: &Venue,
    heir: &Venue,
    reason: HeirReason,
) -> HubResult<()> {
    let done = sqlx::query(
        "INSERT INTO venue_heirs (station_id, venue_id, heir_station, heir_id, reason, at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (station_id, venue_id) DO NOTHING",
    )
    .bind(old.station.key())
    .bind(old.id.key())
    .bind(heir.station.key())
    .bind(heir.id.key())
    .bind(reason.code())
    .bind(deed.app.world.clock.now().millis())
    .execute(&mut *deed.tx)
    .await
    .map_err(StoreError::from)?;
    match done.rows_affected() {
        0 => Err(goes_on_already()),
        _ => Ok(()),
    }
}
