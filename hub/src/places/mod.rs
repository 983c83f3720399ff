//! Keeping venues and schools: what is added and changed, what closes, which one goes on where another
//! ended. Each deed is one transaction; phones learn of it by the feed of changes.
//!
//! `venues`, `schools`: the deeds. `turn`: what happens to a venue's life. `past`: the months that are over and that
//! it changes. `heir`: which one goes on as which.
//! `moving`: when something may go to another station. `placards`: codes for them. `neighbours`: the schools of other stations.

mod heir;
mod moving;
mod neighbours;
mod past;
mod placards;
mod schools;
mod turn;
mod venues;

use std::fmt::Display;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use sqlx::AnyConnection;
use xuncha_core::domain::{School, Station, StationId, VenueLife};
use xuncha_core::wire::ProblemCode;

pub use heir::{Heir, HeirReason, Heritable, all_heirs, came_from, doubles, going_on, heirs, moves_later};
pub use moving::{BadMove, may_move};
pub(crate) use neighbours::{tell_all_once, tell_neighbours};
pub use past::changed_months;
pub use placards::{lacks_placard, make_placard, make_placards};
pub use schools::{
    close_school, keep_school, known_schools, merge_schools, move_school, school, schools, schools_of,
};
pub use turn::Turn;
pub use venues::{keep_venue, life_of_both, merge_venues, move_venue, turn_venue, venue, venues};

use crate::app::App;
use crate::audit::{self, Action, ChangedDays, Details, note};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::scope::Operation;
use crate::store::{Key, LockedStation, RowExt as _, StoreError, Tx, Written};

fn not_found() -> HubError {
    HubError::new(ProblemCode::NotFound)
}

/// The stations beside one, by sub-bureau and name.
pub async fn other_stations(db: &mut AnyConnection, station: StationId) -> Result<Vec<Station>, StoreError> {
    all_on_file(db, "SELECT body FROM stations WHERE station_id <> $1 ORDER BY sub_bureau, name", station)
        .await
}

/// The one thing of a station that `query` selects by its id.
async fn on_file<T: DeserializeOwned>(
    db: &mut AnyConnection,
    query: &'static str,
    station: StationId,
    id: &impl Key,
) -> HubResult<T> {
    if_on_file(db, query, station, id).await?.ok_or_else(not_found)
}

/// The same, if it is there.
async fn if_on_file<T: DeserializeOwned>(
    db: &mut AnyConnection,
    query: &'static str,
    station: StationId,
    id: &impl Key,
) -> Result<Option<T>, StoreError> {
    let row = sqlx::query(query).bind(station.key()).bind(id.key()).fetch_optional(db).await?;
    row.map(|row| row.json("body")).transpose()
}

/// All that `query` selects of a station, or beside it.
async fn all_on_file<T: DeserializeOwned>(
    db: &mut AnyConnection,
    query: &'static str,
    station: StationId,
) -> Result<Vec<T>, StoreError> {
    let rows = sqlx::query(query).bind(station.key()).fetch_all(db).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// What the audit says of the days of a venue and of the months that change with them; nothing if none did. Of a new
/// one `old` is `None`.
pub(crate) fn days_of_venue(old: Option<&VenueLife>, new: &VenueLife, today: NaiveDate) -> Details {
    let months = changed_months(old.unwrap_or(&VenueLife::never()), new, today);
    let changed = old.map_or(*new != VenueLife::default(), |old| old != new);
    let days = changed.then(|| ChangedDays { was: old.cloned(), is: new.clone() });
    Details { days, months, ..Details::default() }
}

/// The same of a school, of which only its last day is known; no coverage hangs on it.
pub(crate) fn days_of_school(old: Option<&School>, new: &School) -> Details {
    let life = |school: &School| VenueLife { closed_on: school.closed_on, ..VenueLife::default() };
    let changed = old.and_then(|old| old.closed_on) != new.closed_on;
    Details { days: changed.then(|| ChangedDays { was: old.map(life), is: life(new) }), ..Details::default() }
}

/// A deed under way: its transaction, who does it, when.
struct Deed<'a> {
    app: &'a App,
    caller: &'a Caller,
    tx: Tx,
}

impl<'a> Deed<'a> {
    async fn begin(app: &'a App, caller: &'a Caller) -> HubResult<Self> {
        let mut tx = app.store.begin().await?;
        tx.take_turn().await?;
        Ok(Self { app, caller, tx })
    }

    /// Begins to move something from a station to another, with both locked.
    async fn between(
        app: &'a App,
        caller: &'a Caller,
        from: StationId,
        to: StationId,
    ) -> HubResult<(Self, LockedStation, LockedStation)> {
        caller.must(Operation::MovePlaces, from)?;
        caller.must(Operation::MovePlaces, to)?;
        if from == to {
            return Err(HubError::told(ProblemCode::BadRequest, "it is of that station already"));
        }
        let mut deed = Self::begin(app, caller).await?;
        let (here, there) = (deed.lock(from).await?, deed.lock(to).await?);
        Ok((deed, here, there))
    }

    async fn lock(&mut self, station: StationId) -> HubResult<LockedStation> {
        self.tx.lock_station(station).await?.ok_or_else(not_found)
    }

    async fn note(&mut self, station: StationId, action: Action, subject: impl Display) -> HubResult<()> {
        note(self.app, &mut self.tx, station, Some(self.caller.member.id), action, subject).await
    }

    /// The same with the days that it changed.
    async fn note_days(
        &mut self,
        station: StationId,
        action: Action,
        subject: impl Display,
        days: &Details,
    ) -> HubResult<()> {
        let (world, by) = (&self.app.world, Some(self.caller.member.id));
        audit::write_with(world, &mut self.tx, station, by, action, subject, days).await
    }

    /// What the audit says of the days of a venue; of one that is new, `old` is `None`.
    fn days_of_venue(&self, old: Option<&VenueLife>, new: &VenueLife) -> Details {
        days_of_venue(old, new, self.app.world.clock.now().day())
    }

    /// Notes what was added or changed, and ends; what stayed the same leaves no trace.
    async fn keep(
        mut self,
        station: LockedStation,
        written: Written,
        [added, changed]: [Action; 2],
        subject: impl Display,
        days: &Details,
    ) -> HubResult<()> {
        let action = match written {
            Written::New => added,
            Written::Changed => changed,
            Written::Same => return Ok(()),
        };
        self.note_days(station.id(), action, subject, days).await?;
        self.end(&[station]).await
    }

    async fn end(mut self, stations: &[LockedStation]) -> HubResult<()> {
        for station in stations {
            station.save(&mut self.tx).await?;
        }
        tell_neighbours(&mut self.tx, stations.iter().map(LockedStation::id).collect()).await?;
        Ok(self.tx.commit().await?)
    }
}
