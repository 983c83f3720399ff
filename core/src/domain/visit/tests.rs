//! Which visits count: stories first, then what must hold for any month.

use proptest::prelude::*;

use super::*;
use crate::domain::Grade;

pub(crate) fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

pub(crate) fn id(number: u64) -> uuid::Uuid {
    uuid::Uuid::from_u64_pair(0, number)
}

/// A visit at noon of a day of November 2026, by member 1 alone.
pub(crate) fn visit(record: u64, on: u32) -> Visit {
    let noon = chrono::NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    Visit {
        record: id(record).into(),
        venue: id(1).into(),
        kind: VisitKind::Inspection,
        happened_at: Timestamp::at_shanghai(day(on), noon),
        received_at: None,
        member: id(1).into(),
        companions: Vec::new(),
        corrects: None,
        review: Review::Pending,
        grade: Grade::OnSite,
        findings: Vec::new(),
    }
}

pub(crate) fn november() -> Month {
    Month::of(day(1))
}

fn returned(visit: Visit) -> Visit {
    Visit { review: Review::Returned { reason: Reason::new("照片不清").unwrap() }, ..visit }
}

fn correction(record: u64, of: &Visit, sent_on: u32) -> Visit {
    let received = Timestamp::at_shanghai(day(sent_on), chrono::NaiveTime::MIN);
    Visit {
        record: id(record).into(),
        corrects: Some(of.record),
        review: Review::Pending,
        received_at: Some(received),
        ..of.clone()
    }
}

fn with_team(visit: Visit, member: u64, companions: &[u64]) -> Visit {
    Visit {
        member: id(member).into(),
        companions: companions.iter().map(|number| id(*number).into()).collect(),
        ..visit
    }
}

fn policy(gap: u8) -> Policy {
    Policy { min_gap_days: gap, ..Policy::default() }
}

fn verdicts(visits: &[Visit], policy: &Policy) -> Vec<Verdict> {
    judge(visits, policy, november()).into_iter().map(|counted| counted.verdict).collect()
}

fn count(visits: &[Visit], policy: &Policy) -> usize {
    verdicts(visits, policy).into_iter().filter(|verdict| *verdict == Verdict::Counts).count()
}

#[test]
fn two_visits_six_days_apart_are_one_and_seven_days_apart_are_two() {
    assert_eq!(verdicts(&[visit(1, 2), visit(2, 8)], &policy(7)), [Verdict::Counts, Verdict::TooClose]);
    assert_eq!(verdicts(&[visit(1, 2), visit(2, 9)], &policy(7)), [Verdict::Counts, Verdict::Counts]);
}

#[test]
fn a_visit_of_another_month_neither_counts_nor_stands_in_the_way() {
    let october = Visit { happened_at: visit(1, 1).happened_at.plus_millis(-86_400_000), ..visit(1, 1) };
    assert_eq!(verdicts(&[october, visit(2, 1)], &policy(7)), [Verdict::Counts]);
}

#[test]
fn a_returned_record_does_not_count_until_its_correction_which_counts_on_the_day_of_the_visit() {
    let bad = returned(visit(1, 30));
    assert_eq!(verdicts(std::slice::from_ref(&bad), &policy(7)), [Verdict::Returned]);
    let december =
        Visit { received_at: Some(bad.happened_at.plus_millis(5 * 86_400_000)), ..correction(2, &bad, 30) };
    let judged = judge(&[bad, december], &policy(7), november());
    assert_eq!(judged.iter().map(|c| c.verdict).collect::<Vec<_>>(), [Verdict::Corrected, Verdict::Counts]);
    assert!(judged.iter().all(|counted| counted.day == day(30)));
}

#[test]
fn two_corrections_of_one_record_are_one_visit_even_where_no_gap_is_asked_for() {
    let bad = returned(visit(1, 5));
    let both = [correction(2, &bad, 6), correction(3, &bad, 7), bad];
    assert_eq!(count(&both, &policy(0)), 1);
    assert_eq!(count(&both[..2], &policy(0)), 1, "also before the record they correct has arrived");
}

#[test]
fn a_fast_clock_cannot_carry_a_visit_into_the_next_month() {
    let received = Timestamp::at_shanghai(day(30), chrono::NaiveTime::from_hms_opt(23, 50, 0).unwrap());
    let fast =
        Visit { happened_at: received.plus_millis(3_600_000), received_at: Some(received), ..visit(1, 30) };
    assert_eq!(verdicts(&[fast], &policy(7)), [Verdict::Counts]);
}

#[test]
fn check_ins_stand_beside_unless_the_policy_counts_them() {
    let check_in = Visit { kind: VisitKind::CheckIn, ..visit(1, 3) };
    assert_eq!(verdicts(std::slice::from_ref(&check_in), &policy(7)), [Verdict::CheckIn]);
    assert_eq!(count(&[check_in], &Policy { check_ins_count: true, ..policy(7) }), 1);
}

#[test]
fn two_phones_of_one_team_tell_of_one_visit_and_two_teams_of_two_where_no_gap_is_asked_for() {
    let first = with_team(visit(1, 3), 1, &[2]);
    let companion = with_team(visit(2, 3), 2, &[1]);
    let others = with_team(visit(3, 3), 3, &[4]);
    assert_eq!(count(&[first.clone(), companion.clone()], &policy(0)), 1);
    assert_eq!(count(&[first, companion, others], &policy(0)), 2);
}

#[test]
fn a_forged_ring_of_corrections_counts_for_nothing_and_ends() {
    let one = Visit { corrects: Some(id(2).into()), ..visit(1, 3) };
    let two = Visit { corrects: Some(id(1).into()), ..visit(2, 3) };
    assert_eq!(count(&[one, two], &policy(0)), 0);
}

#[test]
fn a_heap_of_overlapping_teams_is_counted_in_no_time_and_never_too_high() {
    let pair = |i: u64| with_team(visit(i + 1, 3), i, &[(i + 1) % 200, (i + 7) % 200]);
    let heap: Vec<Visit> = (0..200).map(pair).collect();
    let counted = count(&heap, &policy(0));
    assert!((1..=200 / 3).contains(&counted), "{counted}");
}

/// Records of November by few people: some returned, some received late or before a fast clock says they happened, some
/// correcting one before them, which keeps its moment.
pub(crate) fn any_visits() -> impl Strategy<Value = Vec<Visit>> {
    let told = (1u32..=30, 1u64..6, proptest::collection::btree_set(1u64..6, 0..3), 0u8..4, any::<bool>());
    let received = proptest::option::of(-30i64..72);
    let corrects = proptest::option::weighted(0.3, any::<prop::sample::Index>());
    proptest::collection::vec((told, received, corrects), 0..9).prop_map(|all| {
        let mut visits: Vec<Visit> = Vec::new();
        for ((on, member, mut companions, fate, checks_in), received, corrects) in all {
            companions.remove(&member);
            let companions: Vec<u64> = companions.into_iter().collect();
            let visit = with_team(visit(visits.len() as u64 + 1, on), member, &companions);
            let mut visit = if fate == 0 { returned(visit) } else { visit };
            if checks_in && fate == 1 {
                visit.kind = VisitKind::CheckIn;
            }
            if let Some(at) = corrects.filter(|_| !visits.is_empty()) {
                let older = &visits[at.index(visits.len())];
                visit.corrects = Some(older.record);
                (visit.happened_at, visit.kind) = (older.happened_at, older.kind);
            }
            visit.received_at = received.map(|hours| visit.happened_at.plus_millis(hours * 3_600_000));
            visits.push(visit);
        }
        visits
    })
}

/// The record that a record's line of corrections began with. All of `visits` are here, and no ring.
fn first_of_line<'a>(visits: &'a [Visit], visit: &'a Visit) -> &'a Visit {
    match visit.corrects {
        Some(older) => first_of_line(visits, visits.iter().find(|other| other.record == older).unwrap()),
        None => visit,
    }
}

/// A visit is what a record and all that correct it tell of together. It happened when the first of them says, with
/// those whom the last one names that is neither returned nor corrected itself by one that stands; without such a one
/// it is none.
struct OneVisit {
    day: NaiveDate,
    team: BTreeSet<MemberId>,
}

fn each_visit(visits: &[Visit], policy: &Policy) -> Vec<OneVisit> {
    let firsts = visits.iter().filter(|visit| visit.corrects.is_none());
    let standing = |first: &Visit| {
        let line = visits.iter().filter(|visit| first_of_line(visits, visit).record == first.record);
        let stands = line.filter(|visit| {
            let corrects = |other: &&Visit| other.corrects == Some(visit.record);
            let corrected = visits.iter().filter(corrects).any(|other| !other.review.is_returned());
            let is_of_a_kind = visit.kind == VisitKind::Inspection || policy.check_ins_count;
            !corrected && !visit.review.is_returned() && is_of_a_kind
        });
        let last = stands.max_by_key(|visit| visit.record)?;
        Some(OneVisit { day: first.moment().day(), team: last.team() })
    };
    firsts.filter_map(standing).filter(|visit| november().contains(visit.day)).collect()
}

/// The size of the largest set of visits that may all count, by trying every set.
fn brute_force(visits: &[Visit], policy: &Policy) -> usize {
    let able = each_visit(visits, policy);
    let apart = |a: &OneVisit, b: &OneVisit| {
        let days = (a.day - b.day).num_days().abs();
        days >= i64::from(policy.min_gap_days) && (days > 0 || a.team.is_disjoint(&b.team))
    };
    (0..1u32 << able.len())
        .filter(|set| {
            let chosen: Vec<_> = (0..able.len()).filter(|i| set >> i & 1 == 1).map(|i| &able[i]).collect();
            chosen.iter().enumerate().all(|(i, a)| chosen[..i].iter().all(|b| apart(a, b)))
        })
        .map(u32::count_ones)
        .max()
        .unwrap_or(0) as usize
}

proptest! {
    #[test]
    fn as_many_count_as_can_count_beside_each_other(visits in any_visits(), gap in 0u8..12, check_ins: bool) {
        let policy = Policy { check_ins_count: check_ins, ..policy(gap) };
        prop_assert_eq!(count(&visits, &policy), brute_force(&visits, &policy));
    }

    #[test]
    fn coverage_never_rises_when_a_visit_is_removed_with_all_that_corrects_it(visits in any_visits(), gap in 0u8..12, at: prop::sample::Index) {
        prop_assume!(!visits.is_empty());
        let gone = first_of_line(&visits, &visits[at.index(visits.len())]).record;
        let stays = |visit: &&Visit| first_of_line(&visits, visit).record != gone;
        let fewer: Vec<Visit> = visits.iter().filter(stays).cloned().collect();
        prop_assert!(count(&fewer, &policy(gap)) <= count(&visits, &policy(gap)));
    }

    #[test]
    fn the_order_in_which_facts_arrive_does_not_matter(
        (visits, shuffled) in any_visits().prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
        gap in 0u8..12,
    ) {
        prop_assert_eq!(judge(&visits, &policy(gap), november()), judge(&shuffled, &policy(gap), november()));
    }
}
