//! Which records are refused, and why.

use std::collections::HashMap;

use xuncha_core::domain::{Checklists, RecordId, Timestamp, VenueId, Visit};
use xuncha_core::wire::{Fact, Record, RefusalCode};

use super::Refusal;
use super::line::Line;
use super::sealer::Sealer;
use crate::auth::Device;

/// The greatest number that JSON readers everywhere can hold (RFC 8259 §6): no chain comes near.
const MAX_SEQ: u64 = 1 << 53;

/// What can be said of a record without the database.
pub(super) fn by_itself(
    record: &Record,
    sealer: &Sealer,
    pusher: &Device,
    lists: &Checklists,
) -> Result<(), Refusal> {
    if record.station != pusher.station() || sealer.station != record.station {
        return Err(Refusal::of(RefusalCode::OutOfScope));
    }
    if record.member != sealer.member || sealer.member != pusher.member.id {
        return Err(Refusal::with(RefusalCode::OutOfScope, "the record is another member's"));
    }
    if record.seq == 0 || record.seq > MAX_SEQ || (record.seq == 1) != record.prev.is_none() {
        return Err(Refusal::with(RefusalCode::Malformed, "seq and prev do not go together"));
    }
    if !can_be_told(record.happened_at()) || !can_be_told(record.sealed_at) {
        return Err(Refusal::with(RefusalCode::Malformed, "its time is out of range"));
    }
    if sealer.revoked_at.is_some_and(|revoked| revoked <= record.happened_at()) {
        return Err(Refusal::of(RefusalCode::DeviceRevoked));
    }
    match &record.fact {
        Fact::Inspection(inspection) => {
            if !pusher.member.role.may_inspect() {
                return Err(Refusal::of(RefusalCode::NotAllowed));
            }
            let list = &inspection.checklist;
            let checklist = lists
                .find(&list.code, list.version)
                .ok_or_else(|| Refusal::of(RefusalCode::UnknownChecklist))?;
            inspection
                .check(checklist, record.member)
                .map_err(|error| Refusal::with(RefusalCode::InvalidInspection, error.to_string()))
        }
        Fact::CheckIn(_) if !pusher.member.role.may_check_in() => Err(Refusal::of(RefusalCode::NotAllowed)),
        Fact::CheckIn(_) => Ok(()),
    }
}

/// Whether a moment survives its own text: one that does not would spoil every feed it is in.
fn can_be_told(moment: Timestamp) -> bool {
    moment.to_string().parse() == Ok(moment)
}

/// What can be said of a record once the record it corrects and the venue that it counts for were looked
/// up; gives that venue.
pub(super) fn among(
    record: &Record,
    venue: Option<VenueId>,
    lines: &HashMap<RecordId, Line>,
) -> Result<VenueId, Refusal> {
    let venue = venue.ok_or(Refusal::of(RefusalCode::UnknownVenue))?;
    let Fact::Inspection(inspection) = &record.fact else { return Ok(venue) };
    let Some(old_id) = inspection.corrects else { return Ok(venue) };
    let bad = |why| Err(Refusal::with(RefusalCode::BadCorrection, why));
    if old_id == record.id {
        return bad("it corrects itself");
    }
    // The old one may still be on its way, or erased: then there is nothing to compare with.
    let Some(old) = lines.get(&old_id) else { return Ok(venue) };
    if old.root == record.id {
        return bad("the record it corrects corrects it in turn");
    }
    let own = Line::alone(&Visit { venue, ..record.visit(None) });
    own.misfit(old).map_or(Ok(venue), bad)
}
