//! Carrying a plan out: all of it in one transaction, or nothing.

use std::collections::BTreeMap;

use xuncha_core::domain::StationId;

use super::entry::{Entry, Filed};
use super::plan::{OnFile, Upserts};
use crate::store::reference::{write_member, write_school, write_station, write_venue};
use crate::store::{RowExt as _, Store, StoreError, Tx};

/// What is on file now.
pub async fn on_file(store: &Store) -> Result<OnFile, StoreError> {
    let mut tx = store.snapshot().await?;
    Ok(OnFile {
        stations: filed(&mut tx, "SELECT code, body FROM stations ORDER BY name").await?,
        members: filed(&mut tx, "SELECT code, body FROM members ORDER BY station_id, name").await?,
        venues: filed(&mut tx, "SELECT code, body FROM venues ORDER BY station_id, name").await?,
        schools: filed(&mut tx, "SELECT code, body FROM schools ORDER BY station_id, name").await?,
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
    // Stations are taken in the order of their ids, so that two imports never wait for each other.
    let mut stations: Vec<_> = upserts.stations.iter().collect();
    stations.sort_by_key(|filed| filed.thing.id);
    for filed in stations {
        write_station(&mut tx, &filed.thing, filed.code.as_deref()).await?;
    }
    let mut parts: BTreeMap<StationId, Part<'_>> = BTreeMap::new();
    for filed in &upserts.members {
        parts.entry(filed.thing.station()).or_default().members.push(filed);
    }
    for filed in &upserts.venues {
        parts.entry(filed.thing.station()).or_default().venues.push(filed);
    }
    for filed in &upserts.schools {
        parts.entry(filed.thing.station()).or_default().schools.push(filed);
    }
    for (id, part) in parts {
        let station = tx.lock_station(id).await?;
        let mut station = station.ok_or_else(|| StoreError::Row(format!("the station {id} is gone")))?;
        for filed in part.members {
            write_member(&mut tx, &mut station, &filed.thing, filed.code.as_deref()).await?;
        }
        for filed in part.venues {
            write_venue(&mut tx, &mut station, &filed.thing, filed.code.as_deref()).await?;
        }
        for filed in part.schools {
            write_school(&mut tx, &mut station, &filed.thing, filed.code.as_deref()).await?;
        }
        station.save(&mut tx).await?;
    }
    tx.commit().await
}

/// What an import writes to one station.
#[derive(Default)]
struct Part<'a> {
    members: Vec<&'a Filed<xuncha_core::domain::Member>>,
    venues: Vec<&'a Filed<xuncha_core::domain::Venue>>,
    schools: Vec<&'a Filed<xuncha_core::domain::School>>,
}
