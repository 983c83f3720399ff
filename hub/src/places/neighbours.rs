//! What stations know of each other's schools: whoever writes a place tells those whom it concerns, in the
//! same transaction.

use std::collections::{BTreeSet, HashSet};

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{Bounds, NEIGHBOUR_REACH, School, SchoolId, StationId, Wgs84, neighbour_schools};

use crate::store::reference::to_json;
use crate::store::{Key as _, LockedStation, RowExt as _, Store, StoreError, Tx};

/// Tells stations of each other's schools, as far as venues or schools of those in `written` concern them. The
/// transaction has its turn ([`Tx::take_turn`]), and every station in it is saved.
pub(crate) async fn tell_neighbours(tx: &mut Tx, written: BTreeSet<StationId>) -> Result<(), StoreError> {
    let mut concerned = written.clone();
    for station in written {
        concerned.extend(around(tx, station).await?);
    }
    for station in concerned {
        tell(tx, station).await?;
    }
    Ok(())
}

/// Tells all stations what was on file before stations knew of each other's schools. Done once.
pub(crate) async fn tell_all_once(store: &Store) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let due = sqlx::query("DELETE FROM chores WHERE name = 'neighbour_schools'").execute(&mut *tx).await?;
    if due.rows_affected() > 0 {
        tx.take_turn().await?;
        let rows =
            sqlx::query("SELECT station_id FROM stations ORDER BY station_id").fetch_all(&mut *tx).await?;
        for row in rows {
            tell(&mut tx, row.id("station_id")?).await?;
        }
    }
    tx.commit().await
}

/// The other stations that schools of this one concern, now or before.
async fn around(db: &mut AnyConnection, station: StationId) -> Result<Vec<StationId>, StoreError> {
    let row = sqlx::query(
        "SELECT MIN(south) AS south, MIN(west) AS west, MAX(north) AS north, MAX(east) AS east \
         FROM schools WHERE station_id = $1",
    )
    .bind(station.key())
    .fetch_one(&mut *db)
    .await?;
    let Some(schools) = bounds(&row)? else { return Ok(Vec::new()) };
    let near = schools.grown(NEIGHBOUR_REACH);
    let rows = sqlx::query(
        "SELECT station_id FROM venues WHERE station_id <> $1 AND lat BETWEEN $2 AND $3 AND lon BETWEEN $4 AND $5 \
         UNION SELECT station_id FROM neighbour_schools WHERE school_station = $1",
    )
    .bind(station.key())
    .bind(near.south)
    .bind(near.north)
    .bind(near.west)
    .bind(near.east)
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| row.id("station_id")).collect()
}

fn bounds(row: &AnyRow) -> Result<Option<Bounds>, StoreError> {
    let sides =
        (row.opt_float("south")?, row.opt_float("west")?, row.opt_float("north")?, row.opt_float("east")?);
    let (Some(south), Some(west), Some(north), Some(east)) = sides else { return Ok(None) };
    Ok(Some(Bounds { south, west, north, east }))
}

/// Tells a station of the schools around it that it does not know as they are.
async fn tell(tx: &mut Tx, station: StationId) -> Result<(), StoreError> {
    let mut news = changed(tx, station).await?;
    news.extend(not_known_yet(tx, station).await?);
    if news.is_empty() {
        return Ok(());
    }
    let Some(mut locked) = tx.lock_station(station).await? else { return Ok(()) };
    for school in &news {
        write(tx, &mut locked, school).await?;
    }
    locked.save(tx).await
}

/// Those that a station knows, but as they were before.
async fn changed(db: &mut AnyConnection, station: StationId) -> Result<Vec<School>, StoreError> {
    let rows = sqlx::query(
        "SELECT s.body FROM neighbour_schools n \
         JOIN schools s ON s.station_id = n.school_station AND s.school_id = n.school_id \
         WHERE n.station_id = $1 AND s.body <> n.body ORDER BY n.school_id",
    )
    .bind(station.key())
    .fetch_all(db)
    .await?;
    rows.iter().map(|row| row.json("body")).collect()
}

async fn not_known_yet(db: &mut AnyConnection, station: StationId) -> Result<Vec<School>, StoreError> {
    let venues = positions(db, station).await?;
    let Some(around) = Bounds::of(venues.iter().copied()) else { return Ok(Vec::new()) };
    let around = around.grown(NEIGHBOUR_REACH);
    let rows = sqlx::query(
        "SELECT body FROM schools WHERE station_id <> $1 \
         AND south <= $2 AND north >= $3 AND west <= $4 AND east >= $5 ORDER BY school_id",
    )
    .bind(station.key())
    .bind(around.north)
    .bind(around.south)
    .bind(around.east)
    .bind(around.west)
    .fetch_all(&mut *db)
    .await?;
    let schools = rows.iter().map(|row| row.json("body")).collect::<Result<Vec<School>, _>>()?;
    let known = sqlx::query("SELECT school_id FROM neighbour_schools WHERE station_id = $1")
        .bind(station.key())
        .fetch_all(db)
        .await?;
    let known = known.iter().map(|row| row.id("school_id")).collect::<Result<HashSet<SchoolId>, _>>()?;
    let unknown = schools.iter().filter(|school| !known.contains(&school.id));
    Ok(neighbour_schools(station, &venues, unknown).into_iter().cloned().collect())
}

async fn positions(db: &mut AnyConnection, station: StationId) -> Result<Vec<Wgs84>, StoreError> {
    let rows = sqlx::query("SELECT lat, lon FROM venues WHERE station_id = $1 AND lat IS NOT NULL")
        .bind(station.key())
        .fetch_all(db)
        .await?;
    let position = |row: &AnyRow| {
        let at =
            row.opt_float("lat")?.zip(row.opt_float("lon")?).and_then(|(lat, lon)| Wgs84::new(lat, lon).ok());
        at.ok_or_else(|| StoreError::Row("a venue's position is none".to_owned()))
    };
    rows.iter().map(position).collect()
}

async fn write(tx: &mut Tx, station: &mut LockedStation, school: &School) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO neighbour_schools (station_id, school_id, school_station, body, change_no) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (station_id, school_id) DO UPDATE SET body = excluded.body, change_no = excluded.change_no",
    )
    .bind(station.id().key())
    .bind(school.id.key())
    .bind(school.station.key())
    .bind(to_json(school)?)
    .bind(station.next_change())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
