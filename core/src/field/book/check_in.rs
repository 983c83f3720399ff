//! 签到: a policeman passes by, one tap with one free hand.

use super::FieldBook;
use super::drafting::known_venue;
use super::finish::Saved;
use super::seal::Sealing;
use crate::domain::{CheckIn, EvidenceFacts, Fix, Note, PlacardCode, RecordId, VenueId, grade, policy_for};
use crate::field::FieldError;
use crate::field::store::reference;
use crate::wire::Fact;

impl FieldBook {
    /// Checks in at a venue: sealed and safe when it returns. Whatever the place looks like, it is
    /// taken; how well it is proven is shown honestly.
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
                previous: self.last_place(tx, fix)?,
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
            let sealing = Sealing { id, draft: None, sealed_at: at, clock_shift_ms, fact };
            let (row, record) = self.seal_record(tx, &me, sealing)?;
            self.saved(tx, &row, &record)
        })
    }
}
