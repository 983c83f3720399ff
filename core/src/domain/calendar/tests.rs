use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::DateRange;

fn calendar() -> &'static StatutoryDays {
    StatutoryDays::embedded().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn type_of(text: &str) -> DayType {
    calendar().day_type(day(text)).unwrap()
}

fn year(number: i32) -> StatutoryYear {
    calendar().years().find(|year| year.year == number).unwrap().clone()
}

#[test]
fn the_embedded_calendar_has_thirteen_days_in_each_year_from_2025_to_2028() {
    assert_eq!(calendar().version(), 1);
    let years: Vec<i32> = calendar().years().map(|year| year.year).collect();
    assert_eq!(years, [2025, 2026, 2027, 2028]);
    for year in calendar().years() {
        assert_eq!(year.days().count(), 13);
        let different: BTreeSet<NaiveDate> = year.days().collect();
        // In 2028 Mid-Autumn falls on 3 October.
        assert_eq!(different.len(), if year.year == 2028 { 12 } else { 13 });
        assert!(different.iter().all(|day| calendar().day_type(*day) == Ok(DayType::Statutory)));
    }
}

#[test]
fn a_year_with_a_notice_knows_every_day() {
    for (text, expected) in [
        ("2025-01-01", DayType::Statutory),
        ("2025-01-02", DayType::Ordinary),
        ("2025-01-26", DayType::Ordinary), // a Sunday that is worked
        ("2025-01-28", DayType::Statutory),
        ("2025-02-01", DayType::ShiftedRest),
        ("2025-02-04", DayType::ShiftedRest),
        ("2025-02-05", DayType::Ordinary),
        ("2025-10-06", DayType::Statutory),
        ("2025-10-04", DayType::ShiftedRest),
        ("2026-01-02", DayType::ShiftedRest),
        ("2026-01-04", DayType::Ordinary), // a Sunday that is worked
        ("2026-02-15", DayType::ShiftedRest),
        ("2026-02-23", DayType::ShiftedRest),
        ("2026-04-04", DayType::ShiftedRest),
        ("2026-09-20", DayType::Ordinary), // a Sunday that is worked
        ("2026-11-24", DayType::Ordinary),
        ("2026-11-28", DayType::Ordinary), // a weekend far from any holiday
    ] {
        assert_eq!(type_of(text), expected, "{text}");
    }
}

#[test]
fn a_day_that_may_become_a_rest_day_is_unknown_until_the_notice_is_there() {
    for text in ["2026-12-25", "2026-12-31", "2027-01-02", "2027-02-09", "2027-10-10", "2028-10-04"] {
        assert_eq!(type_of(text), DayType::Unknown, "{text}");
    }
    // The last new year's day beyond the calendar has its neighbourhood too.
    assert_eq!(type_of("2028-12-31"), DayType::Unknown);
    assert_eq!(type_of("2027-03-10"), DayType::Ordinary);
    assert_eq!(type_of("2026-12-24"), DayType::Ordinary);
    assert_eq!(type_of("2025-12-31"), DayType::Ordinary);
}

#[test]
fn a_year_without_data_is_an_error_and_never_an_ordinary_day() {
    for text in ["2024-12-31", "2029-01-01", "2029-07-15"] {
        assert_eq!(calendar().day_type(day(text)), Err(UnknownYear(day(text).year())));
    }
}

fn notice(off: &[(&str, &str)]) -> Notice {
    let off = off.iter().map(|(from, to)| DateRange::new(day(from), day(to)).unwrap()).collect();
    Notice { title: "节假日安排的通知".into(), date: day("2026-11-10"), off }
}

#[test]
fn a_notice_that_comes_later_settles_its_year() {
    let off = [
        ("2027-01-01", "2027-01-03"),
        ("2027-02-05", "2027-02-12"),
        ("2027-04-03", "2027-04-05"),
        ("2027-05-01", "2027-05-05"),
        ("2027-06-09", "2027-06-09"),
        ("2027-09-15", "2027-09-15"),
        ("2027-10-01", "2027-10-07"),
    ];
    let settled = StatutoryYear { notice: Some(notice(&off)), ..year(2027) };
    let calendar = calendar().with_year(settled).unwrap();
    let type_of = |text| calendar.day_type(day(text)).unwrap();
    assert_eq!(type_of("2027-01-02"), DayType::ShiftedRest);
    assert_eq!(type_of("2026-12-31"), DayType::Ordinary);
    assert_eq!(type_of("2027-10-10"), DayType::Ordinary);
    assert_eq!(type_of("2027-12-31"), DayType::Unknown);
}

#[test]
fn a_year_that_cannot_be_is_refused() {
    let wrong = |year: StatutoryYear| match calendar().with_year(year) {
        Err(CalendarError::Year { wrong, .. }) => wrong,
        other => panic!("{other:?}"),
    };
    let good = year(2026);
    let shifted = StatutoryYear { qingming: [day("2026-04-15")], ..good.clone() };
    assert_eq!(wrong(shifted), BadYear::Day(day("2026-04-15")));
    let other_year = StatutoryYear { year: 2030, ..good.clone() };
    assert_eq!(wrong(other_year), BadYear::Day(day("2026-01-01")));
    assert_eq!(wrong(StatutoryYear { year: -262_143, ..good.clone() }), BadYear::Year);
    let gap = ["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-20"].map(day);
    assert_eq!(wrong(StatutoryYear { spring_festival: gap, ..good.clone() }), BadYear::Day(gap[3]));
    let with = |off: &[(&str, &str)]| StatutoryYear { notice: Some(notice(off)), ..good.clone() };
    assert_eq!(wrong(with(&[])), BadYear::LeftOut(day("2026-01-01")));
    assert_eq!(wrong(with(&[("2026-07-01", "2026-07-02")])), BadYear::Off(day("2026-07-01")));
    assert_eq!(wrong(with(&[("2026-01-01", "2026-03-01")])), BadYear::Off(day("2026-01-01")));
    let unordered = with(&[("2026-02-15", "2026-02-23"), ("2026-01-01", "2026-01-03")]);
    assert_eq!(wrong(unordered), BadYear::Off(day("2026-01-01")));
    let mut untitled = good;
    untitled.notice.as_mut().unwrap().title = String::new();
    assert_eq!(wrong(untitled), BadYear::Title);
}

#[test]
fn a_calendar_of_another_form_or_with_a_year_twice_is_refused() {
    assert!(matches!(StatutoryDays::parse("{}"), Err(CalendarError::Json(_))));
    let year = serde_json::to_value(year(2027)).unwrap();
    let twice = serde_json::json!({"version": 1, "years": [year, year]}).to_string();
    assert_eq!(StatutoryDays::parse(&twice), Err(CalendarError::Twice(2027)));
}

proptest! {
    #[test]
    fn near_a_statutory_day_of_an_unsettled_year_no_day_is_ordinary(which in 0usize..26, off in -7i64..=7) {
        let days: Vec<NaiveDate> = [2027, 2028].map(year).iter().flat_map(StatutoryYear::days).collect();
        let near = days[which] + chrono::TimeDelta::days(off);
        prop_assert_ne!(calendar().day_type(near), Ok(DayType::Ordinary));
    }

    #[test]
    fn a_notice_never_changes_what_is_statutory(number in 0i32..1461) {
        let day = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::TimeDelta::days(number.into());
        let mut bare = calendar().clone();
        for mut year in calendar().years().cloned() {
            year.notice = None;
            bare = bare.with_year(year).unwrap();
        }
        let statutory = |calendar: &StatutoryDays| calendar.day_type(day) == Ok(DayType::Statutory);
        prop_assert_eq!(statutory(&bare), statutory(calendar()));
    }
}
