//! Lines of corrections: a record, the one that corrects it, the one that corrects that. All of a line
//! count in the month of its first record, whichever arrived first.

use std::collections::{BTreeSet, HashMap};

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
    /// What it corrects, if it is a correction.
    pub(super) corrects: Option<RecordId>,
}

impl Line {
    /// Where a visit stands as long as nothing else is known.
    pub(super) fn alone(visit: &Visit) -> Self {
        Self {
            venue: visit.venue,
            member: visit.member,
            happened_at: visit.happened_at,
            root: visit.corrects.unwrap_or(visit.record),
            month: visit.moment().month(),
            corrects: visit.corrects,
        }
    }

    /// Why this can't be a correction of the other: it has to be of the same visit.
    pub(super) fn misfit(&self, old: &Self) -> Option<&'static str> {
        if old.venue != self.venue {
            Some("it is of another venue")
        } else if old.member != self.member {
            Some("it is of another member")
        } else if old.happened_at != self.happened_at {
            Some("it is of another time")
        } else {
            None
        }
    }
}

/// Where a new visit stands, among the lines that are known.
pub(super) fn place(visit: &Visit, lines: &HashMap<RecordId, Line>) -> Line {
    let own = Line::alone(visit);
    let old = visit.corrects.and_then(|id| lines.get(&id)).filter(|old| own.misfit(old).is_none());
    match old {
        Some(old) => Line { root: old.root, month: old.month, ..own },
        None => own,
    }
}

/// What a record changes by its arrival.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Adopted {
    /// Corrections that stand elsewhere now, each with the month it left.
    pub(super) moved: Vec<(RecordId, Month)>,
    /// Corrections of this record that don't fit it: they correct nothing, as if they had come after it and
    /// been refused.
    pub(super) unfit: Vec<RecordId>,
}

/// The known corrections that waited for this record move to its line and month, those apart that don't fit.
/// Changes them in `lines`.
pub(super) fn adopt(record: RecordId, line: &Line, lines: &mut HashMap<RecordId, Line>) -> Adopted {
    let waits = |(id, of): (&RecordId, &Line)| {
        let waits = of.corrects.is_some() && of.root == record && *id != record;
        waits.then(|| (*id, first_under(record, *id, lines)))
    };
    let mut waiting: Vec<(RecordId, RecordId)> = lines.iter().filter_map(waits).collect();
    waiting.sort_unstable();
    let fits = |first: &RecordId| lines.get(first).is_none_or(|first| first.misfit(line).is_none());
    let firsts: BTreeSet<RecordId> = waiting.iter().map(|(_, first)| *first).collect();
    let unfit: Vec<RecordId> = firsts.into_iter().filter(|first| !fits(first)).collect();
    let mut moved = Vec::new();
    for (id, first) in waiting {
        let Some(orphan) = lines.get_mut(&id) else { continue };
        let (root, month) =
            if unfit.contains(&first) { (first, orphan.month) } else { (line.root, line.month) };
        if (orphan.root, orphan.month) != (root, month) {
            moved.push((id, orphan.month));
            (orphan.root, orphan.month) = (root, month);
        }
    }
    for id in &unfit {
        lines.entry(*id).and_modify(|line| line.corrects = None);
    }
    Adopted { moved, unfit }
}

/// The correction of `record` that the line of a later one goes through.
fn first_under(record: RecordId, of: RecordId, lines: &HashMap<RecordId, Line>) -> RecordId {
    let mut first = of;
    // A forged ring of corrections has no first one: stop after each was seen once.
    for _ in 0..lines.len() {
        match lines.get(&first).and_then(|line| line.corrects) {
            Some(older) if older != record && lines.contains_key(&older) => first = older,
            _ => break,
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use xuncha_core::domain::{Grade, Review, VisitKind};

    use super::*;

    fn record(number: u8) -> RecordId {
        RecordId::mint(Timestamp::from_millis(1_000), [number; 10])
    }

    const AT: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    /// The visits of one line, each correcting the one before and said to be in a month of its own.
    fn line_of(length: u8) -> Vec<Visit> {
        let visit = |number: u8| Visit {
            record: record(number),
            venue: VenueId::mint(Timestamp::from_millis(1_000), [0; 10]),
            kind: VisitKind::Inspection,
            happened_at: AT,
            // As the clock of the hub had it: each in a month of its own, the first in the last.
            received_at: Some(AT.plus_millis(-i64::from(number) * 40 * 86_400_000)),
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

    /// Takes records as the hub does: a correction that is known not to fit is refused. What stands in the end,
    /// and what each corrects.
    fn stands(visits: &[&Visit]) -> BTreeMap<RecordId, (RecordId, Option<RecordId>)> {
        let (mut lines, mut out) = (HashMap::<RecordId, Line>::new(), BTreeSet::new());
        for visit in visits {
            let old = visit.corrects.and_then(|id| lines.get(&id));
            if old.is_some_and(|old| Line::alone(visit).misfit(old).is_some()) {
                out.insert(visit.record);
                continue;
            }
            let line = place(visit, &lines);
            out.extend(adopt(visit.record, &line, &mut lines).unfit);
            lines.insert(visit.record, line);
        }
        lines.retain(|id, _| !out.contains(id));
        lines.into_iter().map(|(id, line)| (id, (line.root, line.corrects))).collect()
    }

    proptest! {
        #[test]
        fn what_corrects_what_does_not_depend_on_the_order_records_come_in(
            order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
            corrects in prop::collection::vec(0..6_u8, 6),
            odd in prop::collection::vec(0..5_u8, 6),
        ) {
            let mut visits: Vec<Visit> = Vec::new();
            let mut strange = [false; 6];
            for (number, visit) in line_of(6).into_iter().enumerate() {
                let old = number.checked_sub(usize::from(corrects[number] % 3) + 1);
                let told = Visit { corrects: old.map(|old| visits[old].record), received_at: None, ..visit };
                let other = [odd[number]; 10];
                visits.push(match (old, odd[number]) {
                    // What does not fit is corrected by what fits it.
                    (Some(old), _) if strange[old] => {
                        strange[number] = true;
                        let Visit { venue, member, happened_at, .. } = visits[old];
                        Visit { venue, member, happened_at, ..told }
                    }
                    (Some(_), 0) => Visit { venue: VenueId::mint(AT, other), ..told },
                    (Some(_), 1) => Visit { member: MemberId::mint(AT, other), ..told },
                    (Some(_), 2) => Visit { happened_at: AT.plus_millis(1), ..told },
                    _ => told,
                });
                strange[number] |= old.is_some() && odd[number] < 3;
            }
            let in_order: Vec<&Visit> = visits.iter().collect();
            let shuffled: Vec<&Visit> = order.iter().map(|number| &visits[*number]).collect();
            prop_assert_eq!(stands(&shuffled), stands(&in_order));
        }
    }

    #[test]
    fn a_record_is_not_adopted_across_venues_and_corrects_nothing_then() {
        let mut visits = line_of(3);
        for visit in &mut visits[1..] {
            visit.venue = VenueId::mint(Timestamp::from_millis(1_000), [9; 10]);
        }
        let mut lines = HashMap::new();
        for visit in &visits[1..] {
            let line = place(visit, &lines);
            lines.insert(visit.record, line);
        }
        let month = lines[&record(1)].month;
        let first = place(&visits[0], &lines);
        let adopted = adopt(record(0), &first, &mut lines);
        assert_eq!(adopted.unfit, [record(1)]);
        assert_eq!(adopted.moved, [(record(1), month), (record(2), month)]);
        assert_eq!((lines[&record(1)].root, lines[&record(1)].corrects), (record(1), None));
        assert_eq!((lines[&record(2)].root, lines[&record(2)].month), (record(1), month));
    }
}
