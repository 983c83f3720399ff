//! Keeping venues and schools: what is added and changed, what closes, which one goes on where another
//! ended. Each deed is one transaction; phones learn of it by the feed of changes.
//!
//! `venues`, `schools`: the deeds. `turn`: what happens to a venue's life. `heir`: which venue goes on as which.

mod heir;
mod schools;
mod turn;
mod venues;

use sqlx::AnyConnection;
use xuncha_core::domain::{Station, StationId};
use xuncha_core::wire::ProblemCode;

pub use heir::{Heir, HeirReason, doubles, heirs};
pub use schools::{close_school, keep_school, move_school, school, schools};
pub use turn::Turn;
pub use venues::{keep_venue, merge_venues, move_venue, turn_venue, venue, venues};

use crate::app::App;
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::scope::Operation;
use crate::store::{AuditEntry, Key as _, LockedStation, RowExt as _, StoreError, Tx};

fn not_found() -> HubError {
    HubError::new(ProblemCode::NotFound)
}

/// The stations beside one, by sub-bureau and name.
pub async fn other_stations(db: &mut AnyConnection, station: StationId) -> Result<Vec<Station>, StoreError> {
    let rows = sqlx::query("SELECT body FROM stations WHERE station_id <> $1 ORDER BY sub_bureau, name")
        .bind(station.key())
        .fetch_all(db)
        .await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// A deed under way: its transaction, who does it, when.
struct Deed<'a> {
    app: &'a App,
    caller: &'a Caller,
    tx: Tx,
}

impl<'a> Deed<'a> {
    async fn begin(app: &'a App, caller: &'a Caller) -> HubResult<Self> {
        Ok(Self { app, caller, tx: app.store.begin().await? })
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
        // Always in one order, so that two moves never wait for each other.
        let first = deed.lock(from.min(to)).await?;
        let second = deed.lock(from.max(to)).await?;
        let (here, there) = if from < to { (first, second) } else { (second, first) };
        Ok((deed, here, there))
    }

    async fn lock(&mut self, station: StationId) -> HubResult<LockedStation> {
        self.tx.lock_station(station).await?.ok_or_else(not_found)
    }

    async fn note(&mut self, station: StationId, action: &str, subject: &str) -> HubResult<()> {
        let (at, member) = (self.app.world.clock.now(), Some(self.caller.member.id));
        let entry = AuditEntry { station, at, member, action, subject };
        Ok(entry.write(&mut self.tx, self.app.world.random()?).await?)
    }

    async fn end(mut self, stations: &[LockedStation]) -> HubResult<()> {
        for station in stations {
            station.save(&mut self.tx).await?;
        }
        Ok(self.tx.commit().await?)
    }
}
