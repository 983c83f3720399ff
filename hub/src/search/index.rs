//! Looking for a venue in many stations at once. What the venues of a station are found by is remembered with the
//! number of the station's last change, and made anew only when that has moved.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::AnyConnection;
use xuncha_core::domain::{StationId, Venue, VenueId};

use super::keys::Keys;
use super::{Sought, key};
use crate::app::App;
use crate::store::{Key as _, RowExt as _, Sql, StoreError};

/// A venue that was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundVenue {
    /// Its station.
    pub station: StationId,
    /// The venue.
    pub venue: VenueId,
}

/// A station's venues by name, and what each is found by.
#[derive(Debug, Default)]
struct Venues {
    ids: Vec<VenueId>,
    keys: Keys,
}

/// They, with the number of the station's last change.
type Dated = (i64, Arc<Venues>);

/// What venues are found by, as far as somebody has looked.
#[derive(Debug, Default)]
pub struct VenueIndex(Mutex<HashMap<StationId, Dated>>);

/// Stations in one query: well below what either database takes.
const AT_ONCE: usize = 500;

/// The venues that are meant, at most so many, by station and name, of the stations that are looked in.
pub async fn find(
    app: &App,
    looks_in: impl Fn(StationId) -> bool,
    sought: &Sought,
    limit: usize,
) -> Result<Vec<FoundVenue>, StoreError> {
    let mut tx = app.store.snapshot().await?;
    let rows = sqlx::query("SELECT station_id, changes FROM stations ORDER BY sub_bureau, name, station_id")
        .fetch_all(&mut *tx)
        .await?;
    let mut stations = Vec::with_capacity(rows.len());
    for row in rows {
        let id: StationId = row.id("station_id")?;
        if looks_in(id) {
            stations.push((id, row.int("changes")?));
        }
    }
    let mut known = app.venues.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let is_stale = |(id, changes): &&(StationId, i64)| known.get(id).is_none_or(|(at, _)| at != changes);
    let stale: Vec<(StationId, i64)> = stations.iter().filter(is_stale).copied().collect();
    if !stale.is_empty() {
        let fresh = read(&mut tx, &stale).await?;
        known.extend(fresh.iter().map(|(id, dated)| (*id, dated.clone())));
        app.venues.0.lock().unwrap_or_else(PoisonError::into_inner).extend(fresh);
    }
    let venues = stations.iter().filter_map(|(id, _)| Some((*id, &known.get(id)?.1)));
    let found = venues.flat_map(|(station, venues)| {
        let meant = venues.keys.meant(sought);
        meant.map(move |place| FoundVenue { station, venue: venues.ids[place] })
    });
    Ok(found.take(limit).collect())
}

async fn read(
    db: &mut AnyConnection,
    stations: &[(StationId, i64)],
) -> Result<HashMap<StationId, Dated>, StoreError> {
    let mut venues: HashMap<StationId, Venues> = HashMap::new();
    for some in stations.chunks(AT_ONCE) {
        let mut query = Sql::new("SELECT station_id, body FROM venues WHERE station_id IN ");
        query.list(some.iter().map(|(id, _)| id.key())).push(" ORDER BY name, venue_id");
        for row in query.fetch_all(db).await? {
            let venue: Venue = row.json("body")?;
            let Venues { ids, keys } = venues.entry(row.id("station_id")?).or_default();
            ids.push(venue.id);
            keys.push(&key([venue.name.as_str(), venue.address.as_str()]));
        }
    }
    let dated = stations
        .iter()
        .map(|(id, changes)| (*id, (*changes, Arc::new(venues.remove(id).unwrap_or_default()))));
    Ok(dated.collect())
}
