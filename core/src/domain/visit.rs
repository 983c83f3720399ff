//! Visits: what records say about who was where when, and which of them count.
//!
//! A visit may be told by several records: one that was returned and those that correct it. Two
//! visits count as two only when they are far enough apart; on one day, with no gap asked for,
//! only when nobody took part in both.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::BuildHasher;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Finding, Grade, Locale, MemberId, Month, Policy, Reason, RecordId, Timestamp, VenueId};

/// What kind of record tells of the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum VisitKind {
    /// An inspection (检查) with a checklist.
    Inspection,
    /// A patrol check-in (签到).
    CheckIn,
}

/// Where the head's review (审核) of a record stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", deny_unknown_fields)]
pub enum Review {
    /// Nobody has looked yet. It counts.
    #[default]
    Pending,
    /// Approved. It counts.
    Approved,
    /// Sent back. It does not count until a correction arrives.
    Returned {
        /// Why, for the volunteer to read.
        reason: Reason,
    },
}

impl Review {
    /// Whether the record was sent back.
    #[must_use]
    pub const fn is_returned(&self) -> bool {
        matches!(self, Self::Returned { .. })
    }
}

/// One record's account of a visit: all that coverage, history and repeat rules need to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// The record that tells of it.
    pub record: RecordId,
    /// The venue visited.
    pub venue: VenueId,
    /// Inspection or check-in.
    pub kind: VisitKind,
    /// When it happened, as the phone says. A correction repeats the time of the visit.
    pub happened_at: Timestamp,
    /// When the hub had it; `None` while it waits on the phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// Who sealed the record.
    pub member: MemberId,
    /// Who went along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub companions: Vec<MemberId>,
    /// The record it corrects, if it is a correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<RecordId>,
    /// Where its review stands.
    pub review: Review,
    /// How well the place is proven.
    pub grade: Grade,
    /// What was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

impl Visit {
    /// When it happened: what the phone says, but never after the hub already had the record, so
    /// that a fast clock cannot carry a visit into the next month.
    #[must_use]
    pub fn moment(&self) -> Timestamp {
        self.received_at.map_or(self.happened_at, |received| self.happened_at.min(received))
    }

    fn team(&self) -> BTreeSet<MemberId> {
        std::iter::once(self.member).chain(self.companions.iter().copied()).collect()
    }
}

/// Whether a record counts, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Verdict {
    /// It counts as a visit.
    Counts,
    /// Another visit that counts is too near in time, or the same people made it that day.
    TooClose,
    /// It was returned, and no correction stands in for it.
    Returned,
    /// A correction stands in for it.
    Corrected,
    /// A check-in, where the policy counts inspections only.
    CheckIn,
}

impl Verdict {
    /// The words shown for it: that it counts, or why not.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Counts => locale.pick("计入", "counts"),
            Self::TooClose => locale.pick("不计：与另一次间隔不足", "not counted: too near another visit"),
            Self::Returned => {
                locale.pick("不计：已退回，等待更正", "not counted: returned, awaiting correction")
            }
            Self::Corrected => locale.pick("不计：已由更正代替", "not counted: replaced by its correction"),
            Self::CheckIn => locale.pick("不计：签到", "not counted: check-in"),
        }
    }
}

/// One record of the month with its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// The record.
    pub record: RecordId,
    /// The day of the visit, Asia/Shanghai.
    pub day: NaiveDate,
    /// Whether it counts.
    pub verdict: Verdict,
}

/// Judges every record of one venue whose visit lies in the month, ordered by day and id.
///
/// `visits` may hold other months too, and in any order: the result does not depend on it.
#[must_use]
pub fn judge(visits: &[Visit], policy: &Policy, month: Month) -> Vec<Counted> {
    let by_id: HashMap<RecordId, &Visit> = visits.iter().map(|visit| (visit.record, visit)).collect();
    let corrected = corrected(by_id.values().copied());

    let mut judged = Vec::new();
    let mut standing: BTreeMap<RecordId, Standing> = BTreeMap::new();
    for visit in by_id.values() {
        let (root, moment) = root_of(visit, &by_id);
        let day = moment.day();
        if !month.contains(day) {
            continue;
        }
        let verdict = if corrected.contains(&visit.record) {
            Verdict::Corrected
        } else if visit.review.is_returned() {
            Verdict::Returned
        } else if visit.kind == VisitKind::CheckIn && !policy.check_ins_count {
            Verdict::CheckIn
        } else {
            // Two corrections of one record are still one visit; the later id stands for it.
            let entry = Standing { record: visit.record, day, team: visit.team() };
            let first = standing.entry(root).or_insert_with(|| entry.clone());
            if first.record < entry.record {
                *first = entry;
            }
            Verdict::TooClose
        };
        judged.push(Counted { record: visit.record, day, verdict });
    }

    let counting = choose(standing.into_values(), policy.min_gap_days);
    for counted in &mut judged {
        if counting.contains(&counted.record) {
            counted.verdict = Verdict::Counts;
        }
    }
    judged.sort_by_key(|counted| (counted.day, counted.record));
    judged
}

#[derive(Clone)]
struct Standing {
    record: RecordId,
    day: NaiveDate,
    team: BTreeSet<MemberId>,
}

/// The records that a correction stands in for; one that was returned itself stands for nothing.
pub(super) fn corrected<'a>(visits: impl Iterator<Item = &'a Visit>) -> HashSet<RecordId> {
    visits.filter(|visit| !visit.review.is_returned()).filter_map(|visit| visit.corrects).collect()
}

/// The record that a line of corrections began with, and when the visit was, as far as known here.
#[must_use]
pub fn root_of<S: BuildHasher>(visit: &Visit, by_id: &HashMap<RecordId, &Visit, S>) -> (RecordId, Timestamp) {
    let mut oldest = visit;
    // A forged ring of corrections has no first record: stop after each was seen once.
    for _ in 0..by_id.len() {
        match oldest.corrects.and_then(|id| by_id.get(&id)) {
            Some(older) => oldest = older,
            None => break,
        }
    }
    (oldest.corrects.unwrap_or(oldest.record), oldest.moment())
}

/// The largest set of visits that all count beside each other. Taking the earliest day first is
/// optimal for days that must lie apart (interval scheduling) and leaves most room for the rest.
fn choose(standing: impl Iterator<Item = Standing>, min_gap_days: u8) -> HashSet<RecordId> {
    let mut days: BTreeMap<NaiveDate, Vec<Standing>> = BTreeMap::new();
    for visit in standing {
        days.entry(visit.day).or_default().push(visit);
    }
    let mut counting = HashSet::new();
    let mut last: Option<NaiveDate> = None;
    for (day, mut visits) in days {
        visits.sort_by_key(|visit| visit.record);
        if min_gap_days == 0 {
            counting.extend(disjoint_teams(&visits));
        } else if last.is_none_or(|last| (day - last).num_days() >= i64::from(min_gap_days)) {
            counting.extend(visits.first().map(|visit| visit.record));
            last = Some(day);
        }
    }
    counting
}

/// As many visits of one day as possible of which no two share a person.
fn disjoint_teams(visits: &[Standing]) -> Vec<RecordId> {
    // A team that contains another can always give way to it, so only the smallest matter.
    let minimal: Vec<&Standing> = visits
        .iter()
        .enumerate()
        .filter(|(i, visit)| {
            !visits.iter().enumerate().any(|(j, other)| {
                other.team.is_subset(&visit.team) && (other.team.len() < visit.team.len() || j < *i)
            })
        })
        .map(|(_, visit)| visit)
        .collect();
    // Trying all choices takes long among very many; a station has a handful of people. A hostile heap
    // of records is counted by the first that fit: perhaps too few, never too many.
    if minimal.len() > MOST_TEAMS {
        return first_disjoint(&minimal);
    }
    largest_disjoint(&minimal)
}

/// The most different teams of one day at one venue among which the best choice is looked for.
const MOST_TEAMS: usize = 20;

fn first_disjoint(teams: &[&Standing]) -> Vec<RecordId> {
    let mut taken: BTreeSet<MemberId> = BTreeSet::new();
    let mut chosen = Vec::new();
    for visit in teams {
        if visit.team.is_disjoint(&taken) {
            taken.extend(&visit.team);
            chosen.push(visit.record);
        }
    }
    chosen
}

fn largest_disjoint(teams: &[&Standing]) -> Vec<RecordId> {
    let Some((first, rest)) = teams.split_first() else { return Vec::new() };
    let apart: Vec<&Standing> =
        rest.iter().copied().filter(|other| other.team.is_disjoint(&first.team)).collect();
    let mut with = largest_disjoint(&apart);
    with.insert(0, first.record);
    // With at most one rival, taking the first is never worse than leaving it.
    if apart.len() + 1 >= rest.len() {
        return with;
    }
    let without = largest_disjoint(rest);
    if without.len() > with.len() { without } else { with }
}

#[cfg(test)]
pub(super) mod tests;
