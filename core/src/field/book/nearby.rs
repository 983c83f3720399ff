//! What is near where somebody stands.

use std::collections::HashMap;

use serde::Serialize;

use super::FieldBook;
use super::lines::VenueLine;
use super::standing::standings;
use crate::domain::{Fix, Nearest, VenueId};
use crate::field::FieldError;

/// A venue near a place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct NearbyLine {
    /// The venue, with its distance in words.
    pub line: VenueLine,
    /// The distance in metres.
    pub metres: f64,
}

impl FieldBook {
    /// The `n` venues of the station nearest to a fix, the nearest first. Venues without a position are
    /// not among them.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn nearby(&self, fix: &Fix, n: u32) -> Result<Vec<NearbyLine>, FieldError> {
        let locale = self.locale();
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        self.store.read(|conn| {
            let me = Self::me(conn)?;
            let now = self.true_now(conn)?;
            let venues = standings(conn, me.device.station, now.month(), now.day())?;
            let index: Nearest = venues
                .iter()
                .filter_map(|standing| Some((standing.venue.id, standing.venue.position?)))
                .collect();
            let by_id: HashMap<VenueId, _> =
                venues.iter().map(|standing| (standing.venue.id, standing)).collect();
            let found = index.nearest(fix.raw.wgs84(), n).into_iter();
            Ok(found
                .filter_map(|(id, metres)| {
                    let line = VenueLine::of(by_id.get(&id)?, locale);
                    let line = VenueLine { distance: Some(metres.text(locale)), ..line };
                    Some(NearbyLine { line, metres: metres.0 })
                })
                .collect())
        })
    }
}
