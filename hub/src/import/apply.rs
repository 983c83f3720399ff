//! Carrying a plan out: all of it in one transaction, or nothing.

use std::collections::{BTreeMap, BTreeSet};

use xuncha_core::domain::{Member, School, StationId, Venue};

use super::entry::{Entry, Filed};
use super::plan::{OnFile, Upserts};
use crate::places::{all_heirs, tell_neighbours};
use crate::store::bulk::{write_members, write_schools, write_venues};
use crate::store::reference::write_station;
use crate::store::{RowExt as _, Store, StoreError, Tx};

/// What is on file now.
pub async fn on_file(store: &Store) -> Result<OnFile, StoreError> {
    let mut tx = store.snapshot().await?;
    Ok(OnFile {
        stations: filed(&mut tx, "SELECT code, body FROM stations ORDER BY name").await?,
        members: filed(&mut tx, "SELECT code, body FROM members ORDER BY station_id, name").await?,
        venues: filed(&mut tx, "SELECT code, body FROM venues ORDER BY station_id, name").await?,
        schools: filed(&mut tx, "SELECT code, body FROM schools ORDER BY station_id, name").await?,
        heirs: all_heirs(&mut tx).await?,
    })
}

async fn filed<T: serde::de::DeserializeOwned>(
    tx: &mut Tx,
    query: &'static str,
) -> Result<Vec<Filed<T>>, StoreError> {
    let rows = sqlx::query(query).fetch_all(&mut **tx).await?;
    rows.iter().map(|row| Ok(Filed { thing: row.json("body")?, code: row.opt_text("code")? })).collect()
}

/// Writes what a plan's good rows say. Whether a plan with bad rows is to be carried out at all is for
/// the caller to decide.
///
/// The plan was made from what was on file a moment before: if somebody else changed a thing meanwhile,
/// the plan's version stands.
pub async fn apply(store: &Store, upserts: &Upserts) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.take_turn().await?;
    for filed in &upserts.stations {
        write_station(&mut tx, &filed.thing, filed.code.as_deref()).await?;
    }
    let mut parts: BTreeMap<StationId, Part<'_>> = BTreeMap::new();
    for filed in &upserts.members {
        parts.entry(filed.thing.station()).or_default().members.push((&filed.thing, filed.code.as_deref()));
    }
    for filed in &upserts.venues {
        parts.entry(filed.thing.station()).or_default().venues.push((&filed.thing, filed.code.as_deref()));
    }
    for filed in &upserts.schools {
        parts.entry(filed.thing.station()).or_default().schools.push((&filed.thing, filed.code.as_deref()));
    }
    let mut placed = BTreeSet::new();
    for (id, part) in parts {
        let station = tx.lock_station(id).await?;
        let mut station = station.ok_or_else(|| StoreError::Row(format!("the station {id} is gone")))?;
        write_members(&mut tx, &mut station, &part.members).await?;
        write_venues(&mut tx, &mut station, &part.venues).await?;
        write_schools(&mut tx, &mut station, &part.schools).await?;
        station.save(&mut tx).await?;
        if !(part.venues.is_empty() && part.schools.is_empty()) {
            placed.insert(id);
        }
    }
    tell_neighbours(&mut tx, placed).await?;
    tx.commit().await
}

/// What an import writes to one station.
#[derive(Default)]
struct Part<'a> {
    members: Vec<(&'a Member, Option<&'a str>)>,
    venues: Vec<(&'a Venue, Option<&'a str>)>,
    schools: Vec<(&'a School, Option<&'a str>)>,
}
