//! Venues: what is on file of them, what becomes of them, doubles, and moves to another station.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sqlx::AnyConnection;
use xuncha_core::domain::{
    Month, PolicyFor, PolicyFrom, StationId, Venue, VenueId, VenueLife, Visit, entry_for,
};
use xuncha_core::wire::ProblemCode;

use super::heir::{HeirReason, inherit, moves_later, must_differ, must_go_on};
use super::moving::may_move;
use super::{Deed, Turn, all_on_file, if_on_file, on_file};
use crate::app::App;
use crate::audit::Action;
use crate::auth::Caller;
use crate::coverage::{Pair, recount_all};
use crate::error::{HubError, HubResult};
use crate::follow_ups::move_steps;
use crate::scope::Operation;
use crate::seen::{Kept, Seen};
use crate::store::reference::{policies, to_json, write_policy, write_venue};
use crate::store::{Key as _, LockedStation, RowExt as _, StoreError, Tx, month_of_number};

const ONE: &str = "SELECT body FROM venues WHERE station_id = $1 AND venue_id = $2";

/// A venue of a station.
pub async fn venue(db: &mut AnyConnection, station: StationId, id: VenueId) -> HubResult<Venue> {
    on_file(db, ONE, station, &id).await
}

/// The venues of a station by name.
pub async fn venues(db: &mut AnyConnection, station: StationId) -> Result<Vec<Venue>, StoreError> {
    all_on_file(db, "SELECT body FROM venues WHERE station_id = $1 ORDER BY name, venue_id", station).await
}

/// Adds a venue, or changes what is on file of it; of the life of one on file, only since when it is to be
/// checked: the rest has its own deeds. `seen` is what the caller changes.
pub async fn keep_venue(app: &App, caller: &Caller, mut venue: Venue, seen: &Seen) -> HubResult<Kept> {
    caller.must(Operation::KeepPlaces, venue.station)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut station = deed.lock(venue.station).await?;
    must_go_on(&mut deed.tx, venue.station, venue.id).await?;
    let known = if_on_file::<Venue>(&mut deed.tx, ONE, venue.station, &venue.id).await?;
    if Seen::of(known.as_ref()) != *seen {
        return Ok(Kept::Overtaken);
    }
    let known = known.map(|known| known.life);
    if let Some(known) = known.clone() {
        venue.life = VenueLife { opened_on: venue.life.opened_on, ..known };
    }
    let days = deed.days_of_venue(known.as_ref(), &venue.life);
    let written = write_venue(&mut deed.tx, &mut station, &venue, None).await?;
    deed.keep(station, written, [Action::VenueAdded, Action::VenueChanged], venue.id, &days).await?;
    Ok(Kept::Done)
}

/// Writes down what happened to a venue's life. One that moves later is this station's until then; what goes on as
/// another already stays as it is.
pub async fn turn_venue(
    app: &App,
    caller: &Caller,
    station: StationId,
    id: VenueId,
    turn: Turn,
) -> HubResult<()> {
    caller.must(Operation::KeepPlaces, station)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut locked = deed.lock(station).await?;
    let mut venue = venue(&mut deed.tx, station, id).await?;
    let life = if moves_later(&mut deed.tx, &venue, app.world.clock.now().day()).await? {
        let bad =
            || HubError::told(ProblemCode::BadRequest, "it moves, and can only be shut or close before");
        turn.of_moving(&venue.life).ok_or_else(bad)?
    } else {
        must_go_on(&mut deed.tx, station, id).await?;
        let bad = || HubError::told(ProblemCode::BadRequest, "a venue can't close before it opened");
        turn.of(&venue.life).ok_or_else(bad)?
    };
    let days = deed.days_of_venue(Some(&venue.life), &life);
    venue.life = life;
    write_venue(&mut deed.tx, &mut locked, &venue, None).await?;
    deed.note_days(station, turn.action(), id, &days).await?;
    deed.end(&[locked]).await
}

/// The life of a venue that another turns out to be a double of: it was there since either was on file, so that no month
/// is taken off it by an entry that was made later.
#[must_use]
pub fn life_of_both(stays: &VenueLife, double: &VenueLife) -> VenueLife {
    let opened_on = stays.opened_on.zip(double.opened_on).map(|(one, other)| one.min(other));
    VenueLife { opened_on, ..stays.clone() }
}

/// Takes a venue that was on file twice for what it is: never one of its own. Nobody is expected there in any
/// month, and its visits, also those that are still to arrive, are the other's. What that one lacks
/// (position, placard, the time before it was on file) it takes over.
pub async fn merge_venues(
    app: &App,
    caller: &Caller,
    station: StationId,
    double: VenueId,
    into: VenueId,
) -> HubResult<()> {
    caller.must(Operation::KeepPlaces, station)?;
    must_differ(double, into)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut locked = deed.lock(station).await?;
    must_go_on(&mut deed.tx, station, into).await?;
    let mut old = venue(&mut deed.tx, station, double).await?;
    let mut heir = venue(&mut deed.tx, station, into).await?;
    heir.position = heir.position.or(old.position);
    heir.placard = heir.placard.or(old.placard.take());
    let before = std::mem::replace(&mut old.life, VenueLife::never());
    let mut told = deed.days_of_venue(Some(&before), &old.life);
    let life = life_of_both(&heir.life, &before);
    told.months.extend(deed.days_of_venue(Some(&heir.life), &life).months);
    heir.life = life;
    inherit(&mut deed, (station, double), (station, into), HeirReason::Merged).await?;
    write_venue(&mut deed.tx, &mut locked, &old, None).await?;
    write_venue(&mut deed.tx, &mut locked, &heir, None).await?;
    let moved = move_visits(&mut deed.tx, &mut locked, double, into).await?;
    recount_all(&mut deed.tx, station, &moved).await?;
    move_steps(&mut deed.tx, &mut locked, double, into).await?;
    // Where its visits count now, months that are over count anew too.
    let this_month = Month::of(deed.app.world.clock.now().day());
    told.months.extend(moved.iter().map(|(_, month)| *month).filter(|month| *month < this_month));
    told.into = Some(into.uuid());
    deed.note_days(station, Action::VenueMerged, double, &told).await?;
    deed.end(&[locked]).await
}

/// Makes the visits of a double the other's. Gives what has to be counted anew.
async fn move_visits(
    tx: &mut Tx,
    station: &mut LockedStation,
    double: VenueId,
    into: VenueId,
) -> Result<BTreeSet<Pair>, StoreError> {
    let rows =
        sqlx::query("SELECT record_id, month, body FROM visits WHERE station_id = $1 AND venue_id = $2")
            .bind(station.id().key())
            .bind(double.key())
            .fetch_all(&mut **tx)
            .await?;
    let mut pairs = BTreeSet::new();
    for row in rows {
        let month = month_of_number(row.int("month")?)?;
        pairs.extend([(double, month), (into, month)]);
        let visit = Visit { venue: into, ..row.json("body")? };
        sqlx::query(
            "UPDATE visits SET venue_id = $1, body = $2, change_no = $3 WHERE station_id = $4 AND record_id = $5",
        )
        .bind(into.key())
        .bind(to_json(&visit)?)
        .bind(station.next_change())
        .bind(station.id().key())
        .bind(row.bytes("record_id")?)
        .execute(&mut **tx)
        .await?;
    }
    Ok(pairs)
}

/// Gives a venue to another station from a day on: it goes on there as a new one, and its records stay
/// with the old one, at the station that made them.
pub async fn move_venue(
    app: &App,
    caller: &Caller,
    from: StationId,
    id: VenueId,
    to: StationId,
    first_day: NaiveDate,
) -> HubResult<VenueId> {
    let now = app.now_as_known().await?;
    let (mut deed, mut here, mut there) = Deed::between(app, caller, from, to).await?;
    let mut old = venue(&mut deed.tx, from, id).await?;
    may_move(first_day, old.life.closed_on, now.day())?;
    // One that opens later does so there too: nobody is expected at it before.
    let opened_on = old.life.opened_on.map_or(first_day, |first| first.max(first_day));
    let heir = Venue {
        id: VenueId::mint(now, app.world.random()?),
        station: to,
        life: VenueLife { opened_on: Some(opened_on), ..old.life.clone() },
        ..old.clone()
    };
    // Its placard hangs there until the day comes, and proves by then that somebody was there.
    let before = old.life.clone();
    end_before(&mut old, first_day);
    write_venue(&mut deed.tx, &mut here, &old, None).await?;
    write_venue(&mut deed.tx, &mut there, &heir, None).await?;
    inherit(&mut deed, (from, id), (to, heir.id), HeirReason::Moved).await?;
    carry_policy(&mut deed.tx, &mut there, &old, &heir, Month::of(first_day)).await?;
    let ended = deed.days_of_venue(Some(&before), &old.life);
    deed.note_days(from, Action::VenueMoved, id, &ended).await?;
    let begun = deed.days_of_venue(None, &heir.life);
    deed.note_days(to, Action::VenueAdded, heir.id, &begun).await?;
    deed.end(&[here, there]).await?;
    Ok(heir.id)
}

/// Lets what was expected of a venue by itself hold at its new station too, from a month on.
async fn carry_policy(
    tx: &mut Tx,
    there: &mut LockedStation,
    old: &Venue,
    heir: &Venue,
    first: Month,
) -> Result<(), StoreError> {
    let history = policies(tx, old.station).await?;
    let own = PolicyFor::Venue(old.id);
    let now = entry_for(&history, first, old.id, &old.kind).into_iter();
    let later = history.iter().filter(|entry| entry.from > first);
    for entry in now.chain(later).filter(|entry| entry.venues == own) {
        let venues = PolicyFor::Venue(heir.id);
        let carried = PolicyFrom { from: entry.from.max(first), venues, ..entry.clone() };
        write_policy(tx, there, &carried).await?;
    }
    Ok(())
}

/// Ends a venue the day before a day. One that was to open only later ends with its first day.
fn end_before(venue: &mut Venue, day: NaiveDate) {
    let last = day.pred_opt().unwrap_or(day);
    let last = venue.life.opened_on.map_or(last, |first| last.max(first));
    venue.life.closed_on = Some(venue.life.closed_on.map_or(last, |closed| closed.min(last)));
}
