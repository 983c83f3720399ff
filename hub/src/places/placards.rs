//! Codes for placards, made here so that nobody has to invent them: whoever can guess one proves to have been where
//! they never were.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use xuncha_core::domain::{PlacardCode, StationId, Venue, VenueId};

use super::Deed;
use super::heir::{going_on, must_go_on};
use super::venues::{venue, venues};
use crate::app::App;
use crate::audit::Action;
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::scope::Operation;
use crate::store::reference::write_venue;
use crate::world::World;

/// What codes are made of: nothing that is taken for another letter when it is read aloud or off a worn print (0 O, 1 I
/// L, 2 Z, 5 S, 8 B).
const LETTERS: [char; 25] = [
    '3', '4', '6', '7', '9', 'A', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'Q', 'R', 'T', 'U',
    'V', 'W', 'X', 'Y',
];

/// Two groups of five: one of 25¹⁰ ≈ 10¹⁴, so that two alike are not to be expected in a country, nor one by guessing.
fn code(world: &World) -> HubResult<PlacardCode> {
    let mut random = u64::from_be_bytes(world.random()?);
    let mut text = String::with_capacity(11);
    for at in 0..10 {
        if at == 5 {
            text.push('-');
        }
        let (rest, letter) = (random / 25, random % 25);
        text.push(LETTERS[usize::try_from(letter).unwrap_or_default()]);
        random = rest;
    }
    PlacardCode::new(&text).map_err(|error| HubError::Fault(error.to_string()))
}

/// Whether a venue needs a placard on some day or later, and has no code for one. That of one that goes on as another
/// is the other's to make: there would be two on one wall.
#[must_use]
pub fn lacks_placard(venue: &Venue, going_on: &BTreeSet<VenueId>, today: NaiveDate) -> bool {
    venue.placard.is_none() && !venue.life.closed_by(today) && !going_on.contains(&venue.id)
}

/// Makes a code for a venue that has none; what it has stays, as it may hang there.
pub async fn make_placard(app: &App, caller: &Caller, station: StationId, id: VenueId) -> HubResult<()> {
    caller.must(Operation::KeepPlaces, station)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut locked = deed.lock(station).await?;
    must_go_on(&mut deed.tx, station, id).await?;
    let mut venue = venue(&mut deed.tx, station, id).await?;
    if venue.placard.is_some() {
        return Ok(());
    }
    venue.placard = Some(code(&app.world)?);
    write_venue(&mut deed.tx, &mut locked, &venue, None).await?;
    deed.note(station, Action::VenueChanged, id).await?;
    deed.end(&[locked]).await
}

/// The same for all venues of a station that need one. Gives how many got one.
pub async fn make_placards(app: &App, caller: &Caller, station: StationId) -> HubResult<usize> {
    caller.must(Operation::KeepPlaces, station)?;
    let today = app.world.clock.now().day();
    let mut deed = Deed::begin(app, caller).await?;
    let mut locked = deed.lock(station).await?;
    let mut lacking = venues(&mut deed.tx, station).await?;
    let going_on = going_on(&mut deed.tx, station).await?;
    lacking.retain(|venue| lacks_placard(venue, &going_on, today));
    for venue in &mut lacking {
        venue.placard = Some(code(&app.world)?);
        write_venue(&mut deed.tx, &mut locked, venue, None).await?;
        deed.note(station, Action::VenueChanged, venue.id).await?;
    }
    deed.end(&[locked]).await?;
    Ok(lacking.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_short_differ_and_have_no_letter_that_is_taken_for_another() {
        let world = World::real();
        let codes: BTreeSet<String> = (0..2_000).map(|_| code(&world).unwrap().to_string()).collect();
        assert_eq!(codes.len(), 2_000);
        for code in &codes {
            let (first, second) = code.split_once('-').unwrap();
            assert_eq!((first.len(), second.len()), (5, 5), "{code}");
            assert!(
                !code.contains(|letter: char| "0O1IL2Z5S8B".contains(letter) || letter.is_lowercase()),
                "{code}"
            );
        }
        let letters: BTreeSet<char> = codes.iter().flat_map(|code| code.chars()).collect();
        assert_eq!(letters.len(), LETTERS.len() + 1, "each of them, and the dash");
    }
}
