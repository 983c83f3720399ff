//! Which venue or school goes on where another ended.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use uuid::Uuid;
use xuncha_core::domain::{SchoolId, StationId, Venue, VenueId};
use xuncha_core::wire::ProblemCode;

use super::Deed;
use crate::error::{HubError, HubResult};
use crate::store::{Key, RowExt as _, StoreError, Tx};

/// What may go on as another: venues and schools lie alike.
pub trait Heritable: Key + From<Uuid> + Copy + Eq {
    /// Selects what one goes on as, and what goes on as it.
    const SELECT: &'static str;
    /// Writes down that one goes on as another.
    const INSERT: &'static str;
    /// Makes the doubles of one those of another.
    const HAND_ON: &'static str;
}

macro_rules! heritable {
    ($id:ty, $table:literal, $column:literal) => {
        impl Heritable for $id {
            const SELECT: &'static str = concat!(
                "SELECT station_id, ",
                $column,
                " AS id, heir_station, heir_id, reason FROM ",
                $table,
                " WHERE station_id = $1 AND ",
                $column,
                " = $2 \
                 UNION ALL SELECT station_id, ",
                $column,
                " AS id, heir_station, heir_id, reason FROM ",
                $table,
                " WHERE heir_station = $3 AND heir_id = $4"
            );
            const INSERT: &'static str = concat!(
                "INSERT INTO ",
                $table,
                " (station_id, ",
                $column,
                ", heir_station, heir_id, reason, at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (station_id, ",
                $column,
                ") DO NOTHING"
            );
            const HAND_ON: &'static str = concat!(
                "UPDATE ",
                $table,
                " SET heir_station = $1, heir_id = $2 \
                 WHERE heir_station = $3 AND heir_id = $4 AND reason = 'merged'"
            );
        }
    };
}

heritable!(VenueId, "venue_heirs", "venue_id");
heritable!(SchoolId, "school_heirs", "school_id");

/// Which one goes on where another ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heir<Id> {
    /// The station of the old one.
    pub station: StationId,
    /// The old one.
    pub old: Id,
    /// The station of the new one.
    pub heir_station: StationId,
    /// The new one.
    pub heir: Id,
    /// Why.
    pub reason: HeirReason,
}

/// Why one goes on as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeirReason {
    /// Another station sees to it now.
    Moved,
    /// It was on file twice.
    Merged,
}

impl HeirReason {
    const fn code(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Merged => "merged",
        }
    }
}

/// What a venue or school goes on as, and what goes on as it.
pub async fn heirs<Id: Heritable>(
    db: &mut AnyConnection,
    station: StationId,
    id: Id,
) -> Result<Vec<Heir<Id>>, StoreError> {
    let rows = sqlx::query(Id::SELECT)
        .bind(station.key())
        .bind(id.key())
        .bind(station.key())
        .bind(id.key())
        .fetch_all(db)
        .await?;
    rows.iter().map(heir).collect()
}

/// Where a venue was before, at other stations: moved from there itself, or as a double of it that was; each with
/// what it was there, the last first.
pub async fn came_from(
    db: &mut AnyConnection,
    station: StationId,
    venue: VenueId,
) -> Result<Vec<(StationId, VenueId)>, StoreError> {
    let rows = sqlx::query(
        "WITH RECURSIVE before (station_id, venue_id, reason, at) AS ( \
             SELECT station_id, venue_id, reason, at FROM venue_heirs WHERE heir_station = $1 AND heir_id = $2 \
             UNION SELECT h.station_id, h.venue_id, h.reason, h.at FROM venue_heirs h \
             JOIN before b ON h.heir_station = b.station_id AND h.heir_id = b.venue_id) \
         SELECT station_id, venue_id FROM before WHERE reason = 'moved' ORDER BY at DESC, venue_id DESC",
    )
    .bind(station.key())
    .bind(venue.key())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| Ok((row.id("station_id")?, row.id("venue_id")?))).collect()
}

/// All that goes on as another, venues and schools of all stations.
pub async fn all_heirs(db: &mut AnyConnection) -> Result<Vec<Heir<Uuid>>, StoreError> {
    let rows = sqlx::query(
        "SELECT station_id, venue_id AS id, heir_station, heir_id, reason FROM venue_heirs \
         UNION ALL SELECT station_id, school_id AS id, heir_station, heir_id, reason FROM school_heirs",
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(heir).collect()
}

fn heir<Id: From<Uuid>>(row: &AnyRow) -> Result<Heir<Id>, StoreError> {
    let reason = row.text("reason")?;
    let known = [HeirReason::Moved, HeirReason::Merged].into_iter().find(|known| known.code() == reason);
    Ok(Heir {
        station: row.id("station_id")?,
        old: row.id("id")?,
        heir_station: row.id("heir_station")?,
        heir: row.id("heir_id")?,
        reason: known.ok_or_else(|| StoreError::Row(format!("an heir by {reason}")))?,
    })
}

/// The double venues of a station, each with the one that it is a double of.
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

/// The venues of a station that go on as others.
pub async fn going_on(db: &mut AnyConnection, station: StationId) -> Result<BTreeSet<VenueId>, StoreError> {
    let rows = sqlx::query("SELECT venue_id FROM venue_heirs WHERE station_id = $1")
        .bind(station.key())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| row.id("venue_id")).collect()
}

/// Whether a venue is its station's for now, and another's from a later day on.
pub async fn moves_later(
    db: &mut AnyConnection,
    venue: &Venue,
    today: NaiveDate,
) -> Result<bool, StoreError> {
    let heirs = heirs(db, venue.station, venue.id).await?;
    let moves = heirs.iter().any(|heir| heir.old == venue.id && heir.reason == HeirReason::Moved);
    Ok(moves && !venue.life.closed_by(today))
}

/// What goes on as another is done with: it neither opens again nor takes a double in.
pub(super) async fn must_go_on<Id: Heritable>(tx: &mut Tx, station: StationId, id: Id) -> HubResult<()> {
    if heirs(tx, station, id).await?.iter().any(|heir| heir.old == id) {
        return Err(goes_on_already());
    }
    Ok(())
}

/// Nothing is a double of itself.
pub(super) fn must_differ<Id: Heritable>(double: Id, into: Id) -> HubResult<()> {
    if double == into {
        return Err(HubError::told(ProblemCode::BadRequest, "nothing is its own double"));
    }
    Ok(())
}

fn goes_on_already() -> HubError {
    HubError::told(ProblemCode::BadRequest, "it goes on as another already")
}

/// Writes down that one goes on as another; what was merged into a double before is the other's too.
pub(super) async fn inherit<Id: Heritable>(
    deed: &mut Deed<'_>,
    (station, old): (StationId, Id),
    (heir_station, heir): (StationId, Id),
    reason: HeirReason,
) -> HubResult<()> {
    let done = sqlx::query(Id::INSERT)
        .bind(station.key())
        .bind(old.key())
        .bind(heir_station.key())
        .bind(heir.key())
        .bind(reason.code())
        .bind(deed.app.world.clock.now().millis())
        .execute(&mut *deed.tx)
        .await
        .map_err(StoreError::from)?;
    if done.rows_affected() == 0 {
        return Err(goes_on_already());
    }
    if reason == HeirReason::Merged {
        sqlx::query(Id::HAND_ON)
            .bind(heir_station.key())
            .bind(heir.key())
            .bind(station.key())
            .bind(old.key())
            .execute(&mut *deed.tx)
            .await
            .map_err(StoreError::from)?;
    }
    Ok(())
}
