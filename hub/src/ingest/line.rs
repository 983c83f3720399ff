//! Lines of corrections: a record, the one that corrects it, the one that corrects that. All of a line
//! count in the month of its first record, whichever arrived first.

use std::collections::HashMap;

use xuncha_core::domain::{MemberId, Month, RecordId, Timestamp, VenueId, Visit};

/// Where a record stands in its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) venue: VenueId,
    pub(super) member: MemberId,
    pub(super) happened_at: Timestamp,
    /// The first record of the line, as far as it is known; it may not be here yet.
    pub(super) root: RecordId,
    /// The month of the earliest record of the line that is here.
    pub(super) month: Month,
    /// Whether it is a correction.
    pub(super) corrects: bool,
}

/// Where a new visit stands, among the lines that are known.
pub(super) fn place(visit: &Visit, lines: &HashMap<RecordId, Line>) -> Line {
    let own = Line {
        venue: visit.venue,
        member: visit.member,
        happened_at: visit.happened_at,
        root: visit.corrects.unwrap_or(visit.record),
        month: visit.moment().month(),
        corrects: visit.corrects.is_some(),
    };
    let old = visit.corrects.and_then(|id| lines.get(&id)).filter(|old| old.venue == visit.venue);
    match old {
        Some(old) => Line { root: old.root, month: old.month, ..own },
        None => own,
    }
}

/// The known corrections that waited for this record: they move to its line and month. Changes them
/// in `lines` and names them, each with the month it leaves.
pub(super) fn adopt(
    record: RecordId,
    line: &Line,
    lines: &mut HashMap<RecordId, Line>,
) -> Vec<(RecordId, Month)> {
    let mut moved = Vec::new();
    for (id, orphan) in lines.iter_mut() {
        let waited = orphan.corrects && orphan.root == record && orphan.venue == line.venue && *id != record;
        if waited && (orphan.root, orphan.month) != (line.root, line.month) {
            moved.push((*id, orphan.month));
            orphan.root = line.root;
            orphan.month = line.month;
        }
    }
    moved
}

#[cfg(test)]
mod tests;
