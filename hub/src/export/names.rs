//! What ids are called.

use std::collections::HashMap;

use sqlx::AnyConnection;
use xuncha_core::domain::{MemberId, StationId, Venue, VenueId};

use crate::members;
use crate::places::venues;
use crate::store::{Store, StoreError};

/// The names of one station.
pub(super) struct Names {
    members: members::Names,
    venues: HashMap<VenueId, Venue>,
}

impl Names {
    pub(super) async fn of(store: &Store, station: StationId) -> Result<Self, StoreError> {
        let mut db = store.read().await?;
        let members = members::Names::of(&mut db, station).await?;
        let venues = venues(&mut db, station).await?;
        Ok(Self { members, venues: venues.into_iter().map(|venue| (venue.id, venue)).collect() })
    }

    /// The same with those who acted there from elsewhere.
    pub(super) async fn with(
        self,
        db: &mut AnyConnection,
        acted: impl IntoIterator<Item = MemberId>,
    ) -> Result<Self, StoreError> {
        Ok(Self { members: self.members.with(db, acted).await?, ..self })
    }

    pub(super) fn venue(&self, id: VenueId) -> Option<&Venue> {
        self.venues.get(&id)
    }

    /// The bare id where nobody knows the name.
    pub(super) fn member(&self, id: MemberId) -> String {
        self.members.get(id).map_or_else(|| id.to_string(), str::to_owned)
    }
}
