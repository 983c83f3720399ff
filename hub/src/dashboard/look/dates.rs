//! Days, months and moments as people write them.

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate, Weekday};
use xuncha_core::domain::{Locale, Month, Timestamp};

/// `11月3日`, `3 Nov`.
pub(crate) fn day(day: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::ZhHans => format!("{}月{}日", day.month(), day.day()),
        Locale::En => day.format("%-d %b").to_string(),
    }
}

/// `2026年11月3日`, `3 Nov 2026`.
pub(crate) fn full_day(day: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::ZhHans => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Locale::En => day.format("%-d %b %Y").to_string(),
    }
}

/// `周二`, `Tue`.
pub(crate) fn weekday(day: NaiveDate, locale: Locale) -> &'static str {
    match day.weekday() {
        Weekday::Mon => locale.pick("周一", "Mon"),
        Weekday::Tue => locale.pick("周二", "Tue"),
        Weekday::Wed => locale.pick("周三", "Wed"),
        Weekday::Thu => locale.pick("周四", "Thu"),
        Weekday::Fri => locale.pick("周五", "Fri"),
        Weekday::Sat => locale.pick("周六", "Sat"),
        Weekday::Sun => locale.pick("周日", "Sun"),
    }
}

/// `2026年11月`, `November 2026`.
pub(crate) fn month(month: Month, locale: Locale) -> String {
    let first = month.first_day();
    match locale {
        Locale::ZhHans => format!("{}年{}月", first.year(), first.month()),
        Locale::En => first.format("%B %Y").to_string(),
    }
}

/// `2026年8月–2026年10月、2026年12月`: months, those in a row as one.
pub(crate) fn months(months: &BTreeSet<Month>, locale: Locale) -> String {
    let mut rows: Vec<(Month, Month)> = Vec::new();
    for next in months {
        match rows.last_mut().filter(|(_, last)| last.next() == *next) {
            Some((_, last)) => *last = *next,
            None => rows.push((*next, *next)),
        }
    }
    let words = |(first, last): (Month, Month)| {
        let from = month(first, locale);
        if first == last { from } else { format!("{from}–{}", month(last, locale)) }
    };
    rows.into_iter().map(words).collect::<Vec<_>>().join(locale.pick("、", ", "))
}

/// `2026年11月3日 14:05`, `3 Nov 2026, 14:05`; Asia/Shanghai.
pub(crate) fn moment(at: Timestamp, locale: Locale) -> String {
    let there = at.shanghai();
    match locale {
        Locale::ZhHans => {
            format!("{}年{} {}", there.year(), day(at.day(), locale), there.format("%H:%M"))
        }
        Locale::En => there.format("%-d %b %Y, %H:%M").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_the_station_s_clock_shows_it() {
        let at: Timestamp = "2026-11-03T16:05:00Z".parse().unwrap();
        assert_eq!(moment(at, Locale::ZhHans), "2026年11月4日 00:05");
        assert_eq!(moment(at, Locale::En), "4 Nov 2026, 00:05");
        assert_eq!(weekday(at.day(), Locale::ZhHans), "周三");
        assert_eq!(month(at.month(), Locale::ZhHans), "2026年11月");
    }

    #[test]
    fn months_in_a_row_are_written_as_one() {
        let all = ["2026-12", "2027-01", "2027-02", "2027-04"].map(|month| month.parse().unwrap());
        assert_eq!(months(&all.into(), Locale::ZhHans), "2026年12月–2027年2月、2027年4月");
        assert_eq!(months(&all[..1].iter().copied().collect(), Locale::En), "December 2026");
    }
}
