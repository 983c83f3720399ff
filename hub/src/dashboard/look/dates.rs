//! Days, months and moments as people write them.

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
}
