//! Carrying a plan out, in the transaction of whoever decided so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use xuncha_core::domain::{Member, MemberId, School, StationId, Venue};

use super::entry::{Entry, Filed, Kind};
use super::plan::{OnFile, Upserts};
use crate::audit::{self, Action};
use crate::error::HubResult;
use crate::members::{follow, members};
use crate::places::{all_heirs, tell_neighbours};
use crate::store::bulk::{write_members, write_schools, write_venues};
use crate::store::reference::write_station;
use crate::store::{RowExt as _, Store, StoreError, Tx};
use crate::world::World;

/// What is on file now.
pub async fn on_file(store: &Store) -> Result<OnFile, StoreError> {
    on_file_by(&mut store.snapshot().await?).await
}

/// The same as a transaction sees it.
pub(super) async fn on_file_by(tx: &mut Tx) -> Result<OnFile, StoreError> {
    Ok(OnFile {
        stations: filed(tx, "SELECT code, body FROM stations ORDER BY name").await?,
        members: filed(tx, "SELECT code, body FROM members ORDER BY station_id, name").await?,
        venues: filed(tx, "SELECT code, body FROM venues ORDER BY station_id, name").await?,
        schools: filed(tx, "SELECT code, body FROM schools ORDER BY station_id, name").await?,
        heirs: all_heirs(tx).await?,
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
/// Whole things are written, so a plan that was made before this transaction overwrites what somebody else
/// changed meanwhile: it is to come from [`Job::plan_in`](super::Job::plan_in). The audit says it of each station,
/// and of each member; `by` is `None` for the command line.
pub async fn apply(tx: &mut Tx, world: &World, by: Option<MemberId>, upserts: &Upserts) -> HubResult<()> {
    tx.take_turn().await?;
    for filed in &upserts.stations {
        let station = &filed.thing;
        write_station(tx, station, filed.code.as_deref()).await?;
        note(world, tx, station.id, by, Kind::Stations, 1).await?;
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
        let old = if part.members.is_empty() { Vec::new() } else { members(tx, id).await? };
        let old: HashMap<_, _> = old.into_iter().map(|member| (member.id, member)).collect();
        write_members(tx, &mut station, &part.members).await?;
        for (member, _) in &part.members {
            follow(world, tx, by, old.get(&member.id), member).await?;
        }
        write_venues(tx, &mut station, &part.venues).await?;
        write_schools(tx, &mut station, &part.schools).await?;
        for (kind, rows) in [(Kind::Venues, part.venues.len()), (Kind::Schools, part.schools.len())] {
            if rows > 0 {
                note(world, tx, id, by, kind, rows).await?;
            }
        }
        station.save(tx).await?;
        if !(part.venues.is_empty() && part.schools.is_empty()) {
            placed.insert(id);
        }
    }
    tell_neighbours(tx, placed).await?;
    Ok(())
}

async fn note(
    world: &World,
    tx: &mut Tx,
    station: StationId,
    by: Option<MemberId>,
    kind: Kind,
    rows: usize,
) -> HubResult<()> {
    audit::write(world, tx, station, by, Action::Imported, format!("{kind} {rows}")).await
}

/// What an import writes to one station.
#[derive(Default)]
struct Part<'a> {
    members: Vec<(&'a Member, Option<&'a str>)>,
    venues: Vec<(&'a Venue, Option<&'a str>)>,
    schools: Vec<(&'a School, Option<&'a str>)>,
}
