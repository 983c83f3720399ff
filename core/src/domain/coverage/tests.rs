//! States of a month: each one by a story, then the rules by brute force.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::visit::tests::{any_visits, day, november, visit};
use crate::domain::{DateRange, Review};

fn tally(visits: &[Visit], life: &VenueLife) -> Tally {
    Tally::of(visits, life, &Policy::default(), november())
}

fn state_on(today: u32, visits: &[Visit], life: &VenueLife) -> CoverageState {
    tally(visits, life).state(life, &Policy::default(), day(today))
}

fn open() -> VenueLife {
    VenueLife::default()
}

#[test]
fn with_two_visits_a_week_apart_the_month_is_met() {
    assert_eq!(state_on(12, &[visit(1, 3), visit(2, 10)], &open()), CoverageState::Met);
    assert_ne!(state_on(12, &[visit(1, 3), visit(2, 9)], &open()), CoverageState::Met);
}

#[test]
fn the_first_half_wants_its_visit_and_is_late_when_it_went_by() {
    assert_eq!(state_on(1, &[], &open()), CoverageState::Due { last_day: day(23) });
    assert_eq!(state_on(15, &[], &open()), CoverageState::Due { last_day: day(23) });
    assert_eq!(state_on(16, &[], &open()), CoverageState::Late { last_day: day(23) });
    assert_eq!(state_on(23, &[], &open()), CoverageState::Late { last_day: day(23) });
    assert_eq!(state_on(24, &[], &open()), CoverageState::Missed);
}

#[test]
fn after_the_first_visit_it_is_on_track_until_the_second_half_and_the_gap_allow_the_next() {
    let first = [visit(1, 12)];
    assert_eq!(state_on(13, &first, &open()), CoverageState::OnTrack { last_day: day(30) });
    assert_eq!(state_on(17, &first, &open()), CoverageState::OnTrack { last_day: day(30) });
    assert_eq!(state_on(19, &first, &open()), CoverageState::Due { last_day: day(30) });
}

#[test]
fn a_first_visit_too_late_for_a_second_is_missed_at_once() {
    assert_eq!(state_on(24, &[visit(1, 24)], &open()), CoverageState::Missed);
    assert_eq!(state_on(23, &[visit(1, 23)], &open()), CoverageState::OnTrack { last_day: day(30) });
}

#[test]
fn a_month_that_is_over_is_met_or_missed_and_one_to_come_is_on_track() {
    let life = open();
    let december = day(30) + Days::new(5);
    let october = day(1) - Days::new(5);
    let one = tally(&[visit(1, 3)], &life);
    assert_eq!(one.state(&life, &Policy::default(), december), CoverageState::Missed);
    assert!(matches!(one.state(&life, &Policy::default(), october), CoverageState::OnTrack { .. }));
}

#[test]
fn a_venue_closed_or_suspended_all_month_is_exempt_and_one_for_half_of_it_needs_half() {
    let closed = VenueLife { closed_on: Some(day(1) - Days::new(1)), ..open() };
    assert_eq!(state_on(15, &[], &closed), CoverageState::Exempt);
    let suspended = VenueLife { suspended: vec![DateRange::new(day(1), day(30)).unwrap()], ..open() };
    assert_eq!(state_on(15, &[], &suspended), CoverageState::Exempt);
    let half = VenueLife { opened_on: Some(day(16)), ..open() };
    assert_eq!(tally(&[], &half).required, 1);
    assert_eq!(state_on(16, &[], &half), CoverageState::Due { last_day: day(30) });
    let last_week = VenueLife { opened_on: Some(day(25)), ..open() };
    assert_eq!(state_on(26, &[], &last_week), CoverageState::Exempt);
}

#[test]
fn more_visits_than_fit_on_the_open_days_are_never_required() {
    let shut = VenueLife { suspended: vec![DateRange::new(day(4), day(27)).unwrap()], ..open() };
    let policy = Policy { visits_per_month: 4, min_gap_days: 3, ..Policy::default() };
    assert_eq!(Tally::of(&[], &shut, &policy, november()).required, 1);
}

fn any_life() -> impl Strategy<Value = VenueLife> {
    (prop::option::of(1u32..=30), prop::option::of(1u32..=30), prop::option::of((1u32..=30, 0u32..20)))
        .prop_map(|(opened, closed, shut)| VenueLife {
            opened_on: opened.map(day),
            closed_on: closed.map(day),
            suspended: shut
                .map(|(from, length)| DateRange::new(day(from), day((from + length).min(30))).unwrap())
                .into_iter()
                .collect(),
        })
}

fn any_policy() -> impl Strategy<Value = Policy> {
    (1u8..=4, 0u8..=9).prop_filter_map("fits into a month", |(visits_per_month, min_gap_days)| {
        Policy { visits_per_month, min_gap_days, ..Policy::default() }.checked().ok()
    })
}

/// A month with 28, 29, 30 or 31 days, in a year or at its edge.
fn any_month() -> impl Strategy<Value = Month> {
    (2024i32..=2028, 1u32..=12).prop_map(|(year, month)| Month::new(year, month).unwrap())
}

/// The day of another month that is as far in it as one of November, or its last.
fn carried(on: NaiveDate, month: Month) -> NaiveDate {
    (month.first_day() + Days::new(on.signed_duration_since(day(1)).num_days().unsigned_abs()))
        .min(month.last_day())
}

/// A visit, its arrival with it.
fn carried_visit(visit: Visit, month: Month) -> Visit {
    let on = visit.happened_at.day();
    let by = carried(on, month).signed_duration_since(on).num_milliseconds();
    let received_at = visit.received_at.map(|at| at.plus_millis(by));
    Visit { happened_at: visit.happened_at.plus_millis(by), received_at, ..visit }
}

fn carried_life(life: &VenueLife, month: Month) -> VenueLife {
    let to = |on: Option<NaiveDate>| on.map(|on| carried(on, month));
    let shut = life.suspended.iter();
    let shut =
        shut.map(|range| DateRange::new(carried(range.from(), month), carried(range.to(), month)).unwrap());
    VenueLife { opened_on: to(life.opened_on), closed_on: to(life.closed_on), suspended: shut.collect() }
}

/// A visit on a day.
fn visit_on(record: u64, on: NaiveDate) -> Visit {
    let noon = chrono::NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    Visit { happened_at: crate::domain::Timestamp::at_shanghai(on, noon), ..visit(record, 1) }
}

/// Whether the required visits can be reached if the next visit happens on `next`, trying every way
/// to place the others after it.
fn reachable(visits: &[Visit], life: &VenueLife, policy: &Policy, next: NaiveDate) -> bool {
    let month = Month::of(next);
    let required = usize::from(Tally::of(visits, life, policy, month).required);
    let mut all = visits.to_vec();
    let mut add = |on: NaiveDate, record: u64| {
        let mut extra = visit_on(record, on);
        extra.member = crate::domain::visit::tests::id(1_000 + record).into();
        all.push(extra);
        Tally::of(&all, life, policy, month).counted()
    };
    let mut count = add(next, 100);
    let mut record = 101;
    for on in life.active_days(month).filter(|on| *on >= next) {
        // One visit on every later day is never worse than any choice among them; on a day without a
        // gap to keep, as many as are wanted.
        for _ in 0..if policy.min_gap_days == 0 { required } else { 1 } {
            count = add(on, record);
            record += 1;
        }
    }
    count >= required
}

proptest! {
    #[test]
    fn the_last_possible_day_is_really_the_last(
        visits in any_visits(), life in any_life(), policy in any_policy(), month in any_month(), today in 1u32..=31,
    ) {
        let today = (month.first_day() + Days::new(u64::from(today) - 1)).min(month.last_day());
        let life = carried_life(&life, month);
        // Past visits only: a volunteer cannot have been somewhere tomorrow.
        let visits: Vec<Visit> = visits
            .into_iter()
            .map(|visit| carried_visit(visit, month))
            .filter(|visit| visit.moment().day() <= today)
            .collect();
        let tally = Tally::of(&visits, &life, &policy, month);
        let now = tally.state(&life, &policy, today);
        let days: BTreeSet<NaiveDate> = life.active_days(month).filter(|d| *d >= today).collect();
        let adds = |on: NaiveDate| {
            let mut more = visits.clone();
            more.push(Visit { member: crate::domain::visit::tests::id(999).into(), ..visit_on(99, on) });
            Tally::of(&more, &life, &policy, month).counted() > tally.counted()
        };
        let last = days.iter().copied().rfind(|on| adds(*on) && reachable(&visits, &life, &policy, *on));
        match now {
            CoverageState::Met => prop_assert!(tally.counted() >= usize::from(tally.required)),
            CoverageState::Exempt => prop_assert_eq!(tally.required, 0),
            CoverageState::Missed => prop_assert_eq!(last, None),
            CoverageState::OnTrack { last_day } | CoverageState::Due { last_day } | CoverageState::Late { last_day } =>
                prop_assert_eq!(last, Some(last_day)),
        }
    }

    #[test]
    fn a_state_never_gets_better_by_waiting(
        visits in any_visits(), life in any_life(), policy in any_policy(), today in 1u32..30,
    ) {
        let visits: Vec<Visit> = visits.into_iter().filter(|v| v.moment().day() <= day(today)).collect();
        let tally = Tally::of(&visits, &life, &policy, november());
        let today_state = tally.state(&life, &policy, day(today));
        let tomorrow = tally.state(&life, &policy, day(today + 1));
        if today_state == CoverageState::Missed {
            prop_assert_eq!(tomorrow, CoverageState::Missed);
        }
        if tomorrow == CoverageState::Met {
            prop_assert_eq!(today_state, CoverageState::Met);
        }
    }

    #[test]
    fn never_more_is_required_than_the_policy_asks_and_than_fits(life in any_life(), policy in any_policy()) {
        let required = Tally::of(&[], &life, &policy, november()).required;
        prop_assert!(required <= policy.visits_per_month);
        if required > 0 {
            let first = life.active_days(november()).next().unwrap();
            prop_assert!(reachable(&[], &life, &policy, first));
        }
    }

    #[test]
    fn approving_changes_nothing_that_counts(visits in any_visits(), policy in any_policy()) {
        let approved: Vec<Visit> = visits
            .iter()
            .cloned()
            .map(|v| if v.review == Review::Pending { Visit { review: Review::Approved, ..v } } else { v })
            .collect();
        let life = open();
        prop_assert_eq!(
            Tally::of(&visits, &life, &policy, november()),
            Tally::of(&approved, &life, &policy, november())
        );
    }
}

#[test]
fn a_state_says_its_last_day_in_words_while_there_is_one() {
    let last_day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let late = CoverageState::Late { last_day };
    assert_eq!(late.last_day_words(Locale::ZhHans).as_deref(), Some("最晚 11月23日"));
    assert_eq!(late.last_day_words(Locale::En).as_deref(), Some("by 23 Nov"));
    assert_eq!(late.label(Locale::ZhHans), "已滞后，仍可补");
    assert_eq!(CoverageState::Missed.last_day_words(Locale::ZhHans), None);
}
