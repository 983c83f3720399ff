//! Schools: what is on file of them, when one closes, doubles, and moves to another station.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sqlx::AnyConnection;
use xuncha_core::domain::{NEVER, School, SchoolId, Shape, StationId};

use super::heir::{HeirReason, inherit, must_differ, must_go_on};
use super::moving::may_move;
use super::{Deed, all_on_file, days_of_school, if_on_file, not_found, on_file};
use crate::app::App;
use crate::audit::{Action, Details};
use crate::auth::Caller;
use crate::error::HubResult;
use crate::scope::Operation;
use crate::seen::{Kept, Seen};
use crate::store::reference::write_school;
use crate::store::{Key as _, RowExt as _, Sql, StoreError};

const ONE: &str = "SELECT body FROM schools WHERE station_id = $1 AND school_id = $2";

/// A school of a station.
pub async fn school(db: &mut AnyConnection, station: StationId, id: SchoolId) -> HubResult<School> {
    on_file(db, ONE, station, &id).await
}

/// The schools of a station by name.
pub async fn schools(db: &mut AnyConnection, station: StationId) -> Result<Vec<School>, StoreError> {
    all_on_file(db, "SELECT body FROM schools WHERE station_id = $1 ORDER BY name, school_id", station).await
}

/// The schools of many stations, in no order.
pub async fn schools_of(
    db: &mut AnyConnection,
    stations: impl IntoIterator<Item = StationId>,
) -> Result<Vec<School>, StoreError> {
    let mut query = Sql::new("SELECT body FROM schools WHERE station_id IN ");
    query.list(stations.into_iter().map(|id| id.key()));
    query.fetch_all(db).await?.iter().map(|row| row.json("body")).collect()
}

/// The schools that a station knows, in no order: its own, and those of others near its venues.
pub async fn known_schools(db: &mut AnyConnection, station: StationId) -> Result<Vec<School>, StoreError> {
    let all = "SELECT body FROM schools WHERE station_id = $1 \
               UNION ALL SELECT body FROM neighbour_schools WHERE station_id = $1";
    all_on_file(db, all, station).await
}

/// Adds a school, or changes what is on file of it, except when it closes: that has its own deed. `seen` is what the
/// caller changes.
pub async fn keep_school(app: &App, caller: &Caller, mut school: School, seen: &Seen) -> HubResult<Kept> {
    caller.must(Operation::KeepPlaces, school.station)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut station = deed.lock(school.station).await?;
    let known = if_on_file::<School>(&mut deed.tx, ONE, school.station, &school.id).await?;
    if Seen::of(known.as_ref()) != *seen {
        return Ok(Kept::Overtaken);
    }
    school.closed_on = known.as_ref().map_or(school.closed_on, |known| known.closed_on);
    let days = days_of_school(known.as_ref(), &school);
    let written = write_school(&mut deed.tx, &mut station, &school, None).await?;
    deed.keep(station, written, [Action::SchoolAdded, Action::SchoolChanged], school.id, &days).await?;
    Ok(Kept::Done)
}

/// Says from when on a school is there no more, or that it goes on.
pub async fn close_school(
    app: &App,
    caller: &Caller,
    station: StationId,
    id: SchoolId,
    last_day: Option<NaiveDate>,
) -> HubResult<()> {
    caller.must(Operation::KeepPlaces, station)?;
    let mut deed = Deed::begin(app, caller).await?;
    let mut locked = deed.lock(station).await?;
    must_go_on(&mut deed.tx, station, id).await?;
    let known = school(&mut deed.tx, station, id).await?;
    let school = School { closed_on: last_day, ..known.clone() };
    let days = days_of_school(Some(&known), &school);
    write_school(&mut deed.tx, &mut locked, &school, None).await?;
    let action = if last_day.is_some() { Action::SchoolClosed } else { Action::SchoolOpenAgain };
    deed.note_days(station, action, id, &days).await?;
    deed.end(&[locked]).await
}

/// Takes a school that was on file twice for what it is: never one of its own, so no distance is measured to
/// it. The other may be a neighbour's, if that may be kept too. Where that one has its gates only, it takes over
/// the boundary.
pub async fn merge_schools(
    app: &App,
    caller: &Caller,
    station: StationId,
    double: SchoolId,
    into: SchoolId,
) -> HubResult<School> {
    caller.must(Operation::KeepPlaces, station)?;
    must_differ(double, into)?;
    let mut deed = Deed::begin(app, caller).await?;
    let known = known_schools(&mut deed.tx, station).await?;
    let there = known.iter().find(|known| known.id == into).ok_or_else(not_found)?.station;
    caller.must(Operation::KeepPlaces, there)?;
    let mut here = deed.lock(station).await?;
    let mut neighbour = if there == station { None } else { Some(deed.lock(there).await?) };
    must_go_on(&mut deed.tx, there, into).await?;
    let old = school(&mut deed.tx, station, double).await?;
    let mut heir = school(&mut deed.tx, there, into).await?;
    if (heir.outline.shape(), old.outline.shape()) == (Shape::Gates, Shape::Boundary) {
        heir.outline = old.outline.clone();
    }
    inherit(&mut deed, (station, double), (there, into), HeirReason::Merged).await?;
    let never = School { closed_on: NEVER, ..old.clone() };
    let told = Details { into: Some(into.uuid()), ..days_of_school(Some(&old), &never) };
    write_school(&mut deed.tx, &mut here, &never, None).await?;
    write_school(&mut deed.tx, neighbour.as_mut().unwrap_or(&mut here), &heir, None).await?;
    for station in BTreeSet::from([station, there]) {
        deed.note_days(station, Action::SchoolMerged, double, &told).await?;
    }
    let locked: Vec<_> = [Some(here), neighbour].into_iter().flatten().collect();
    deed.end(&locked).await?;
    Ok(heir)
}

/// Gives a school to another station from a day on: there it is a new one, here it closes the day before.
pub async fn move_school(
    app: &App,
    caller: &Caller,
    from: StationId,
    id: SchoolId,
    to: StationId,
    first_day: NaiveDate,
) -> HubResult<SchoolId> {
    let now = app.now_as_known().await?;
    let (mut deed, mut here, mut there) = Deed::between(app, caller, from, to).await?;
    let known = school(&mut deed.tx, from, id).await?;
    may_move(first_day, known.closed_on, now.day())?;
    // A day on which it closes, which lies later, goes along.
    let heir = School { id: SchoolId::mint(now, app.world.random()?), station: to, ..known.clone() };
    let old = School { closed_on: first_day.pred_opt(), ..known.clone() };
    write_school(&mut deed.tx, &mut here, &old, None).await?;
    write_school(&mut deed.tx, &mut there, &heir, None).await?;
    inherit(&mut deed, (from, id), (to, heir.id), HeirReason::Moved).await?;
    deed.note_days(from, Action::SchoolMoved, id, &days_of_school(Some(&known), &old)).await?;
    deed.note(to, Action::SchoolAdded, heir.id).await?;
    deed.end(&[here, there]).await?;
    Ok(heir.id)
}
