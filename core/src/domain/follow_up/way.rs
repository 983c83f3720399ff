//! Where findings stand: their steps and what later inspections saw, in the order of time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use super::{FollowUpAct, FollowUpStage, FollowUpStep, Handling};
use crate::domain::visit::{corrected, root_of};
use crate::domain::{Finding, ItemId, RecordId, Timestamp, VenueId, Visit, VisitKind};

/// A finding and its way so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FollowUp {
    /// The venue.
    pub venue: VenueId,
    /// The record that tells of it: the newest of its line of corrections.
    pub record: RecordId,
    /// What was found.
    pub finding: Finding,
    /// When.
    pub found_at: Timestamp,
    /// What was done, in order.
    pub steps: Vec<FollowUpStep>,
    /// Where it stands.
    pub stage: FollowUpStage,
    /// Since when.
    pub since: Timestamp,
    /// The later inspection that brought it there, if it was one.
    pub seen_by: Option<RecordId>,
    /// The day by which the next step is to be taken; none if nothing is to be done any more.
    pub due: Option<NaiveDate>,
}

impl FollowUp {
    /// Whether its day has passed.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.due.is_some_and(|due| due < today)
    }

    /// Orders findings by need: what somebody has to see to first, then what is only to be closed, then the
    /// rest; in each the gravest first, then the day.
    #[must_use]
    pub fn need(&self) -> impl Ord + use<> {
        let rank = match self.stage {
            FollowUpStage::Open | FollowUpStage::HandedOver | FollowUpStage::Mended => 0_u8,
            FollowUpStage::Rechecked => 1,
            FollowUpStage::Closed | FollowUpStage::FoundAgain => 2,
        };
        let severity = std::cmp::Reverse(self.finding.severity);
        (rank, severity, self.due, self.found_at, self.record, self.finding.item.clone())
    }

    /// To whom it was handed over last.
    #[must_use]
    pub fn handed_to(&self) -> Option<super::Route> {
        self.steps.iter().rev().find_map(|step| match step.act {
            FollowUpAct::HandedOver { to } => Some(to),
            _ => None,
        })
    }
}

/// Every finding that stands, with its way. Those of returned inspections and of those that were
/// corrected do not; a correction takes over the steps of what it corrects.
///
/// `found_good` says of an inspection whether it looked at an item and found it good
/// ([`found_good`](super::found_good)). Visits and steps may be of several venues and in any order.
#[must_use]
pub fn follow_ups(
    visits: &[Visit],
    steps: &[FollowUpStep],
    handling: &Handling,
    found_good: impl Fn(RecordId, &ItemId) -> bool,
) -> Vec<FollowUp> {
    ways(visits, steps, handling, None, found_good)
}

/// The items found bad at a venue before a moment that nobody has looked at since and found good, and that
/// were not closed: a note among them becomes a report if it is found again. It is what [`follow_ups`] would
/// have said then, so phone and hub agree; an inspection that did not look at an item changes nothing.
#[must_use]
pub fn found_before(
    visits: &[Visit],
    steps: &[FollowUpStep],
    moment: Timestamp,
    found_good: impl Fn(RecordId, &ItemId) -> bool,
) -> BTreeSet<ItemId> {
    let steps: Vec<_> = steps.iter().filter(|step| step.at < moment).cloned().collect();
    let ways = ways(visits, &steps, &Handling::default(), Some(moment), found_good);
    ways.into_iter().filter(|way| way.stage.wants_a_look()).map(|way| way.finding.item).collect()
}

/// The ways as they were before a moment, or as they are now.
fn ways(
    visits: &[Visit],
    steps: &[FollowUpStep],
    handling: &Handling,
    before: Option<Timestamp>,
    found_good: impl Fn(RecordId, &ItemId) -> bool,
) -> Vec<FollowUp> {
    let by_id: HashMap<RecordId, &Visit> = visits.iter().map(|visit| (visit.record, visit)).collect();
    let root = |record: RecordId| by_id.get(&record).map_or(record, |visit| root_of(visit, &by_id).0);
    let mut steps_of: HashMap<(RecordId, &ItemId), Vec<&FollowUpStep>> = HashMap::new();
    for step in steps {
        steps_of.entry((root(step.record), &step.item)).or_default().push(step);
    }
    let mut ways = Vec::new();
    for mut inspections in standing(&by_id).into_values() {
        inspections.retain(|(at, _)| before.is_none_or(|moment| *at < moment));
        for (number, (at, visit)) in inspections.iter().enumerate() {
            let later = &inspections[number + 1..];
            for finding in &visit.findings {
                let steps = steps_of.get(&(root(visit.record), &finding.item));
                let mut steps: Vec<_> = steps.into_iter().flatten().copied().cloned().collect();
                steps.sort_by_key(|step| (step.number, step.at));
                let looks = looks(later, &finding.item, &found_good);
                ways.push(way(visit, *at, finding, steps, looks, handling));
            }
        }
    }
    ways
}

/// The inspections that speak, by venue and in the order of time. Of two corrections of one record the
/// later stands.
fn standing<'a>(by_id: &HashMap<RecordId, &'a Visit>) -> BTreeMap<VenueId, Vec<(Timestamp, &'a Visit)>> {
    let corrected = corrected(by_id.values().copied());
    let speaks = |visit: &&Visit| {
        visit.kind == VisitKind::Inspection
            && !visit.review.is_returned()
            && !corrected.contains(&visit.record)
    };
    let mut lines: BTreeMap<RecordId, (Timestamp, &Visit)> = BTreeMap::new();
    for visit in by_id.values().copied().filter(speaks) {
        let (root, moment) = root_of(visit, by_id);
        let line = lines.entry(root).or_insert((moment, visit));
        if line.1.record < visit.record {
            *line = (moment, visit);
        }
    }
    let mut venues: BTreeMap<VenueId, Vec<_>> = BTreeMap::new();
    for line in lines.into_values() {
        venues.entry(line.1.venue).or_default().push(line);
    }
    for inspections in venues.values_mut() {
        inspections.sort_by_key(|(moment, visit)| (*moment, visit.record));
    }
    venues
}

/// What a later inspection saw of an item.
struct Look {
    at: Timestamp,
    record: RecordId,
    good: bool,
}

/// The later inspections that saw an item, up to the first that found it bad again.
fn looks<'a>(
    later: &'a [(Timestamp, &Visit)],
    item: &'a ItemId,
    found_good: &'a impl Fn(RecordId, &ItemId) -> bool,
) -> impl Iterator<Item = Look> + 'a {
    let mut ended = false;
    later.iter().filter_map(move |(at, visit)| {
        if ended {
            return None;
        }
        ended = visit.findings.iter().any(|finding| finding.item == *item);
        let saw = ended || found_good(visit.record, item);
        saw.then_some(Look { at: *at, record: visit.record, good: !ended })
    })
}

fn way(
    visit: &Visit,
    found_at: Timestamp,
    finding: &Finding,
    steps: Vec<FollowUpStep>,
    looks: impl Iterator<Item = Look>,
    handling: &Handling,
) -> FollowUp {
    let mut way = FollowUp {
        venue: visit.venue,
        record: visit.record,
        finding: finding.clone(),
        found_at,
        stage: FollowUpStage::Open,
        since: found_at,
        seen_by: None,
        due: None,
        steps: Vec::new(),
    };
    let mut due = None;
    let mut ahead = steps.iter().peekable();
    for look in looks {
        while let Some(step) = ahead.next_if(|step| step.at <= look.at) {
            due = way.take(step);
        }
        if way.stage != FollowUpStage::Closed {
            let stage = if look.good { FollowUpStage::Rechecked } else { FollowUpStage::FoundAgain };
            (way.stage, way.since, way.seen_by) = (stage, look.at, Some(look.record));
            due = None;
        }
        if !look.good {
            // What was still written down about this one was meant before anybody knew of the new one.
            ahead = [].iter().peekable();
        }
    }
    for step in ahead {
        due = way.take(step);
    }
    if !way.stage.is_settled() {
        way.due = Some(due.unwrap_or_else(|| handling.due(finding.severity, way.since.day())));
    }
    way.steps = steps;
    way
}

impl FollowUp {
    /// Goes a step further; the day that was set with it.
    fn take(&mut self, step: &FollowUpStep) -> Option<NaiveDate> {
        (self.stage, self.since, self.seen_by) = (step.act.leads_to(), step.at, None);
        step.due
    }
}
