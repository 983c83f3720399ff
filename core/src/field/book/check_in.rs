//! 签到: a policeman passes by, one tap with one free hand.

use rusqlite::Connection;
use serde::Serialize;

use super::FieldBook;
use super::drafting::known_venue;
use super::finish::Saved;
use super::lines::VenueLine;
use super::member_page::OwnPlaces;
use super::seal::Sealing;
use super::standing::standings_by_need;
use crate::domain::{
    CheckIn, EvidenceFacts, Fix, Note, PlacardCode, RecordId, Timestamp, VenueId, grade, policy_for,
};
use crate::field::FieldError;
use crate::field::store::records::{self, RecordRow};
use crate::field::store::reference;
use crate::wire::{Fact, Record};

/// The same check-in again within this time is a finger that trembled.
const TREMBLING_MS: i64 = 10_000;

/// Where to check in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct CheckInPage {
    /// The venues.
    pub venues: Vec<VenueLine>,
    /// The places of this member.
    pub own: OwnPlaces,
}

impl FieldBook {
    /// The venues to check in at: the nearest to a fix first, below them in the order of need those whose place is not
    /// known; without a fix all in the order of need.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn to_check_in(&self, fix: Option<&Fix>) -> Result<CheckInPage, FieldError> {
        self.store.read(|conn| {
            let me = Self::me(conn)?;
            let now = self.true_now(conn)?;
            let venues = standings_by_need(conn, me.device.station, now.month(), now.day())?;
            Ok(CheckInPage { venues: self.venue_lines(&venues, fix, true), own: OwnPlaces::of(&me) })
        })
    }

    /// Checks in at a venue: sealed and safe when it returns. Whatever the place looks like, it is
    /// taken; how well it is proven is shown honestly. The same once more within some seconds gives what was
    /// saved then.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `not_allowed`, `unknown_venue`, `key_lost`, `storage_full`.
    pub fn check_in(
        &self,
        venue: VenueId,
        fix: Option<&Fix>,
        placard: Option<&PlacardCode>,
        note: Option<&Note>,
    ) -> Result<Saved, FieldError> {
        let id = self.mint(RecordId::mint);
        self.store.write(|tx| {
            let me = Self::me(tx)?;
            if !me.member.role.may_check_in() {
                return Err(FieldError::NotAllowed);
            }
            let venue = known_venue(tx, venue)?;
            let at = self.now();
            if let Some((row, before)) = self.tapped_twice(tx, venue.id, at)?
                && let Fact::CheckIn(had) = &before.fact
                && (had.placard.as_ref(), had.note.as_ref()) == (placard, note)
            {
                return self.saved(tx, &row, &before);
            }
            let clock_shift_ms = self.clock_shift_ms(tx)?;
            let month = at.plus_millis(-clock_shift_ms.unwrap_or(0)).month();
            let evidence = grade(&EvidenceFacts {
                at,
                until: at,
                fix,
                venue: venue.position,
                placard: venue.placard.as_ref(),
                scanned: placard,
                clock_shift_ms,
                previous: self.last_fix(tx, fix)?.as_ref(),
                on_site_radius: policy_for(&reference::policies(tx)?, month, venue.id, &venue.kind)
                    .on_site_radius,
            });
            let fact = Fact::CheckIn(CheckIn {
                venue: venue.id,
                at,
                fix: fix.cloned(),
                placard: placard.cloned(),
                note: note.cloned(),
                evidence,
            });
            let sealing = Sealing { id, draft: None, sealed_at: at, clock_shift_ms, fact, found_good: None };
            let (row, record) = self.seal_record(tx, &me, sealing)?;
            self.saved(tx, &row, &record)
        })
    }

    /// The record that was made last on this phone, if that was moments ago by the same member and here.
    fn tapped_twice(
        &self,
        conn: &Connection,
        venue: VenueId,
        at: Timestamp,
    ) -> Result<Option<(RecordRow, Record)>, FieldError> {
        let Some(row) = records::last(conn)? else { return Ok(None) };
        let me = Self::me(conn)?;
        let since = at.millis() - row.sealed_at.millis();
        if (row.device, row.venue) != (me.device.id, venue) || !(0..TREMBLING_MS).contains(&since) {
            return Ok(None);
        }
        let record = self.read_record(&row)?;
        Ok(Some((row, record)))
    }
}
