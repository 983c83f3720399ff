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
mod tests {
    use proptest::prelude::*;
    use xuncha_core::domain::{Grade, Review, VisitKind};

    use super::*;

    fn record(number: u8) -> RecordId {
        RecordId::mint(Timestamp::from_millis(1_000), [number; 10])
    }

    /// The visits of one line, each correcting the one before and said to be in a month of its own.
    fn line_of(length: u8) -> Vec<Visit> {
        let visit = |number: u8| Visit {
            record: record(number),
            venue: VenueId::mint(Timestamp::from_millis(1_000), [0; 10]),
            kind: VisitKind::Inspection,
            happened_at: Timestamp::from_millis(1_800_000_000_000 + i64::from(number) * 40 * 86_400_000),
            received_at: None,
            member: MemberId::mint(Timestamp::from_millis(1_000), [0; 10]),
            companions: Vec::new(),
            corrects: number.checked_sub(1).map(record),
            review: Review::Pending,
            grade: Grade::OnSite,
            findings: Vec::new(),
        };
        (0..length).map(visit).collect()
    }

    proptest! {
        #[test]
        fn a_line_comes_together_whichever_part_arrives_first(
            order in Just((0..6_u8).collect::<Vec<_>>()).prop_shuffle()
        ) {
            let visits = line_of(6);
            let mut lines = HashMap::new();
            for number in order {
                let visit = &visits[usize::from(number)];
                let line = place(visit, &lines);
                adopt(visit.record, &line, &mut lines);
                lines.insert(visit.record, line);
            }
            let month = visits[0].moment().month();
            prop_assert!(lines.values().all(|line| line.root == record(0) && line.month == month));
        }
    }

    #[test]
    fn a_record_is_not_adopted_across_venues() {
        let mut visits = line_of(2);
        visits[1].venue = VenueId::mint(Timestamp::from_millis(1_000), [9; 10]);
        let mut lines = HashMap::new();
        let correction = place(&visits[1], &lines);
        lines.insert(visits[1].record, correction.clone());
        let first = place(&visits[0], &lines);
        assert_eq!(adopt(visits[0].record, &first, &mut lines), []);
        assert_eq!(lines[&visits[1].record], correction);
    }
}
