//! Months that are over and that a change of a venue's life counts anew.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use xuncha_core::domain::{Month, VenueLife};

/// How many months back are told: records are kept for three years.
const MONTHS: usize = 36;

/// The months before today's in which a venue is to be checked on other days by one life than by another, the last
/// three years' at most.
#[must_use]
pub fn changed_months(old: &VenueLife, new: &VenueLife, today: NaiveDate) -> BTreeSet<Month> {
    let end = Month::of(today).first_day();
    let start = std::iter::successors(Some(Month::of(today)), |month| Some(month.previous())).nth(MONTHS);
    let start = start.map_or(end, Month::first_day);
    // Between two of these days neither life turns, so one day speaks for all.
    let turns: BTreeSet<NaiveDate> = [old, new].into_iter().flat_map(turns).collect();
    let inner = turns.into_iter().filter(|day| start < *day && *day < end);
    let from: Vec<NaiveDate> = std::iter::once(start).chain(inner).collect();
    let until = from.iter().skip(1).copied().chain([end]);
    let mut months = BTreeSet::new();
    for (from, until) in from.iter().copied().zip(until) {
        if old.active_on(from) != new.active_on(from) {
            let all = std::iter::successors(Some(Month::of(from)), |month| Some(month.next()));
            months.extend(all.take_while(|month| month.first_day() < until));
        }
    }
    months
}

/// The days on which a life turns.
fn turns(life: &VenueLife) -> Vec<NaiveDate> {
    let after = |day: NaiveDate| day.checked_add_days(Days::new(1));
    let suspended = life.suspended.iter().flat_map(|range| [Some(range.from()), after(range.to())]);
    [life.opened_on, life.closed_on.and_then(after)].into_iter().chain(suspended).flatten().collect()
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::DateRange;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn suspended(ranges: &[(&str, &str)]) -> VenueLife {
        let range = |(from, to): &(&str, &str)| DateRange::new(day(from), day(to)).unwrap();
        VenueLife { suspended: ranges.iter().map(range).collect(), ..VenueLife::default() }
    }

    fn told(old: &VenueLife, new: &VenueLife) -> Vec<String> {
        let months = changed_months(old, new, day("2026-11-16"));
        assert_eq!(months, changed_months(new, old, day("2026-11-16")), "and back");
        months.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_months_that_are_over_are_told_and_each_of_them() {
        let always = VenueLife::default();
        assert_eq!(told(&always, &suspended(&[("2026-11-01", "2026-12-31")])), [""; 0]);
        assert_eq!(told(&always, &suspended(&[("2026-10-31", "2026-11-20")])), ["2026-10"]);
        assert_eq!(
            told(&always, &suspended(&[("2026-07-31", "2026-08-01"), ("2026-10-05", "2026-10-05")])),
            ["2026-07", "2026-08", "2026-10"]
        );
        let opened = VenueLife { opened_on: Some(day("2026-10-01")), ..VenueLife::default() };
        assert_eq!(told(&opened, &VenueLife::never()), ["2026-10"]);
        assert_eq!(told(&opened, &always).len(), MONTHS - 1, "three years at most");
        let closed = |last: &str| VenueLife { closed_on: Some(day(last)), ..VenueLife::default() };
        assert_eq!(told(&always, &closed("2026-10-31")), [""; 0]);
        assert_eq!(told(&closed("2026-08-31"), &closed("2026-10-01")), ["2026-09", "2026-10"]);
    }

    #[test]
    fn what_says_the_same_days_in_another_way_changes_no_month() {
        let one = suspended(&[("2026-09-01", "2026-10-31")]);
        let two = suspended(&[("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")]);
        assert_eq!(told(&one, &two), [""; 0]);
    }
}
