//! Carrying a plan out, in the transaction of whoever decided so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use xuncha_core::domain::{Member, MemberId, Month, School, StationId, Venue};

use super::entry::{Entry, Kind};
use super::on_file::Upserts;
use crate::audit::{self, Action, Details};
use crate::error::HubResult;
use crate::members::{follow, members};
use crate::places::{days_of_school, days_of_venue, schools, tell_neighbours, venues};
use crate::store::bulk::{write_members, write_schools, write_venues};
use crate::store::reference::write_station;
use crate::store::{StoreError, Tx};
use crate::world::World;

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
        note(world, tx, station.id, by, (Kind::Stations, 1), BTreeSet::new()).await?;
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
        let months = note_days_of_venues(world, tx, id, by, &part.venues).await?;
        write_venues(tx, &mut station, &part.venues).await?;
        note_days_of_schools(world, tx, id, by, &part.schools).await?;
        write_schools(tx, &mut station, &part.schools).await?;
        for (kind, rows, months) in
            [(Kind::Venues, part.venues.len(), months), (Kind::Schools, part.schools.len(), BTreeSet::new())]
        {
            if rows > 0 {
                note(world, tx, id, by, (kind, rows), months).await?;
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

/// Notes of each venue on file whose days change which they are; gives the months that are over and count anew, by
/// new venues too.
async fn note_days_of_venues(
    world: &World,
    tx: &mut Tx,
    station: StationId,
    by: Option<MemberId>,
    new: &[(&Venue, Option<&str>)],
) -> HubResult<BTreeSet<Month>> {
    let mut months = BTreeSet::new();
    if new.is_empty() {
        return Ok(months);
    }
    let old: HashMap<_, _> =
        venues(tx, station).await?.into_iter().map(|venue| (venue.id, venue.life)).collect();
    let today = world.clock.now().day();
    for (venue, _) in new {
        let known = old.get(&venue.id);
        let details = days_of_venue(known, &venue.life, today);
        months.extend(details.months.iter().copied());
        if known.is_some() && details != Details::default() {
            let action = Action::VenueChanged;
            audit::write_with(world, tx, station, by, action, venue.id, &details).await?;
        }
    }
    Ok(months)
}

/// The same of schools, on which no month hangs.
async fn note_days_of_schools(
    world: &World,
    tx: &mut Tx,
    station: StationId,
    by: Option<MemberId>,
    new: &[(&School, Option<&str>)],
) -> HubResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let old: HashMap<_, _> =
        schools(tx, station).await?.into_iter().map(|school| (school.id, school)).collect();
    for (school, _) in new {
        let Some(known) = old.get(&school.id) else { continue };
        let details = days_of_school(Some(known), school);
        if details != Details::default() {
            let action = Action::SchoolChanged;
            audit::write_with(world, tx, station, by, action, school.id, &details).await?;
        }
    }
    Ok(())
}

/// Notes how many things of a kind came to a station, and which months that are over count anew by them.
async fn note(
    world: &World,
    tx: &mut Tx,
    station: StationId,
    by: Option<MemberId>,
    (kind, rows): (Kind, usize),
    months: BTreeSet<Month>,
) -> HubResult<()> {
    let (what, details) = (format!("{kind} {rows}"), Details { months, ..Details::default() });
    audit::write_with(world, tx, station, by, Action::Imported, what, &details).await
}

/// What an import writes to one station.
#[derive(Default)]
struct Part<'a> {
    members: Vec<(&'a Member, Option<&'a str>)>,
    venues: Vec<(&'a Venue, Option<&'a str>)>,
    schools: Vec<(&'a School, Option<&'a str>)>,
}
