//! What ids are called.

use std::collections::HashMap;

use sqlx::AnyConnection;
use xuncha_core::domain::{MemberId, StationId, Venue, VenueId};

use crate::members;
use crate::store::{Key as _, RowExt as _, Store, StoreError};

/// The names of one station.
pub(super) struct Names {
    members: HashMap<MemberId, String>,
    venues: HashMap<VenueId, Venue>,
}

impl Names {
    pub(super) async fn of(store: &Store, station: StationId) -> Result<Self, StoreError> {
        let mut db = store.read().await?;
        let rows = sqlx::query("SELECT member_id, name FROM members WHERE station_id = $1")
            .bind(station.key())
            .fetch_all(&mut *db)
            .await?;
        let members = rows.iter().map(|row| Ok((row.id("member_id")?, row.text("name")?)));
        let members = members.collect::<Result<_, StoreError>>()?;
        let rows = sqlx::query("SELECT body FROM venues WHERE station_id = $1")
            .bind(station.key())
            .fetch_all(&mut *db)
            .await?;
        let venues = rows.iter().map(|row| row.json("body").map(|venue: Venue| (venue.id, venue)));
        Ok(Self { members, venues: venues.collect::<Result<_, StoreError>>()? })
    }

    /// The same with those who acted there from elsewhere.
    pub(super) async fn with(
        mut self,
        db: &mut AnyConnection,
        acted: impl IntoIterator<Item = MemberId>,
    ) -> Result<Self, StoreError> {
        let elsewhere = acted.into_iter().filter(|who| !self.members.contains_key(who)).collect();
        self.members.extend(members::names(db, &elsewhere).await?);
        Ok(self)
    }

    pub(super) fn venue(&self, id: VenueId) -> Option<&Venue> {
        self.venues.get(&id)
    }

    /// The bare id where nobody knows the name.
    pub(super) fn member(&self, id: MemberId) -> String {
        self.members.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}
