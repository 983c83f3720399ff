//! A month, day by day, and what must hold at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use xuncha_core::domain::{Counted, Month, Role, StationId, VenueId};
use xuncha_hub::coverage::{recount, station_coverage};

use super::person::Person;
use super::world::{Size, World, morning};
use crate::chance::Chance;
use crate::database::Engine;

/// What came of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Records that phones said are saved; the hub has them all, once each, and no other.
    pub records: usize,
    /// Records that heads returned.
    pub returned: usize,
    /// Requests that met an accident.
    pub accidents: usize,
    /// How often an app was killed or a sync was dropped in the middle.
    pub killed: usize,
    /// Venues whose coverage was compared between hub and phones.
    pub venues: usize,
}

/// Lives through a month. Equal seeds and sizes give equal months on a database.
///
/// # Errors
/// What does not hold: a lost or doubled record, a recount that differs from what is kept, a phone
/// whose coverage is not the hub's.
pub async fn live(size: Size, month: Month, seed: u64, engine: Engine, folder: &Path) -> Result<Outcome> {
    let mut world = World::found(size, month, seed, engine, folder).await?;
    let mut people = people(&world, seed, folder).await?;
    let mut returned = 0;
    for (number, day) in month.first_day().iter_days().take_while(|day| month.contains(*day)).enumerate() {
        world.clock.set(morning(day)?)?;
        for (_, person) in &mut people {
            person.work().await?;
            world.clock.set(world.clock.now().plus_millis(7 * 60_000))?;
        }
        returned += world.review().await?;
        match number {
            9 | 19 => world.restart().await?,
            14 => world.close_some(day).await?,
            _ => {}
        }
    }
    world.road.smooth();
    // Twice: a phone that syncs first does not know yet what the others still had.
    for _ in 0..2 {
        for (_, person) in &mut people {
            person.sync_to_the_end().await?;
        }
    }
    let records = nothing_is_lost(&world, &people).await?;
    let venues = coverage_agrees(&world, &people, month).await?;
    let killed = people.iter().map(|(_, person)| person.killed).sum();
    Ok(Outcome { records, returned, accidents: world.road.accidents(), killed, venues })
}

async fn people(world: &World, seed: u64, folder: &Path) -> Result<Vec<(StationId, Person)>> {
    let mut people = Vec::new();
    for founding in &world.stations {
        for member in founding.members.iter().filter(|member| member.role != Role::Head) {
            let chance = Chance::new(seed.wrapping_mul(1_000).wrapping_add(people.len() as u64));
            people.push((founding.station.id, world.person(founding, member, chance, folder).await?));
        }
    }
    Ok(people)
}

async fn nothing_is_lost(world: &World, people: &[(StationId, Person)]) -> Result<usize> {
    let held: BTreeSet<_> = world.held().await?.into_iter().collect();
    let mut saved = BTreeSet::new();
    for (_, person) in people {
        for record in &person.saved {
            let shown = person.book()?.record(*record)?;
            ensure!(shown.receipt.is_some(), "{record} has no receipt: {:?}", shown.line.state);
            ensure!(saved.insert(*record), "{record} was made twice");
        }
    }
    ensure!(
        held == saved,
        "held but not saved: {:?}; saved but not held: {:?}",
        held.difference(&saved).collect::<Vec<_>>(),
        saved.difference(&held).collect::<Vec<_>>()
    );
    Ok(held.len())
}

/// What a venue's coverage is compared by: its state in words, and each record with its verdict.
type Shown = BTreeMap<VenueId, (String, Vec<String>)>;

async fn coverage_agrees(world: &World, people: &[(StationId, Person)], month: Month) -> Result<usize> {
    let mut venues = 0;
    for founding in &world.stations {
        let station = founding.station.id;
        ensure!(recount(&world.app.store, station).await?.is_empty(), "a recount differs");
        let today = world.clock.now().day();
        let told = station_coverage(&world.app.store, station, month, today).await?.context("the station")?;
        let hub: Shown = told
            .venues
            .into_iter()
            .map(|row| {
                let records = row.tally.records.iter().map(hub_line).collect();
                (row.venue.id, (row.coverage.label(xuncha_core::domain::Locale::ZhHans).to_owned(), records))
            })
            .collect();
        venues += hub.len();
        for (of, person) in people {
            if *of != station {
                continue;
            }
            let page = person.book()?.coverage(month)?;
            let phone: Shown = page
                .lines
                .into_iter()
                .map(|line| {
                    let records =
                        line.records.iter().map(|r| format!("{} {} {:?}", r.day, r.record, r.verdict));
                    (line.venue.venue, (line.venue.state_label.clone(), records.collect()))
                })
                .collect();
            for (venue, expected) in &hub {
                ensure!(
                    phone.get(venue) == Some(expected),
                    "{venue}: hub {expected:?}, phone {:?}",
                    phone.get(venue)
                );
            }
            ensure!(phone.len() == hub.len(), "the phone shows other venues");
        }
    }
    Ok(venues)
}

fn hub_line(counted: &Counted) -> String {
    format!("{} {} {:?}", counted.day, counted.record, counted.verdict)
}
