//! Moments and months. The whole program lives in one time zone, Asia/Shanghai (UTC+8, no summer
//! time since 1991): a visit belongs to the day and month it happened in *there*.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime, Offset, SecondsFormat, Utc,
};
use serde::{Deserialize, Serialize};

/// The last day of what turned out never to have been there, as a double: the first of Unix time, before all
/// that is recorded.
pub const NEVER: Option<NaiveDate> = NaiveDate::from_ymd_opt(1970, 1, 1);

/// Seconds that Asia/Shanghai is ahead of UTC.
const SHANGHAI_OFFSET_S: i32 = 8 * 3600;

/// A moment, to the millisecond. Travels as RFC 3339 in UTC (`2026-11-24T06:12:03.120Z`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// A text that is no moment, month or day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a {1}")]
pub struct NotATime(pub String, pub &'static str);

fn not_a(text: &str, what: &'static str) -> NotATime {
    NotATime(text.chars().take(40).collect(), what)
}

impl Timestamp {
    /// The earliest and latest moments a record may carry: years 2000 to 2199.
    const RANGE_MS: std::ops::Range<i64> = 946_684_800_000..7_258_118_400_000;

    /// From milliseconds since 1970-01-01T00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00Z.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The nearest moment that a record may carry.
    #[must_use]
    pub fn recordable(self) -> Self {
        Self(self.0.clamp(Self::RANGE_MS.start, Self::RANGE_MS.end - 1))
    }

    /// The moment `millis` later (earlier when negative).
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; negative if it is the later one.
    #[must_use]
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment at a wall-clock time of Asia/Shanghai.
    #[must_use]
    pub fn at_shanghai(day: NaiveDate, time: NaiveTime) -> Self {
        let utc_ms = day.and_time(time).and_utc().timestamp_millis();
        Self(utc_ms - i64::from(SHANGHAI_OFFSET_S) * 1000)
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// Date and time in Asia/Shanghai.
    #[must_use]
    pub fn shanghai(self) -> DateTime<FixedOffset> {
        let zone = FixedOffset::east_opt(SHANGHAI_OFFSET_S).unwrap_or(Utc.fix());
        self.utc().with_timezone(&zone)
    }

    /// The calendar day in Asia/Shanghai.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        self.shanghai().date_naive()
    }

    /// The time of day in Asia/Shanghai.
    #[must_use]
    pub fn time_of_day(self) -> NaiveTime {
        self.shanghai().time()
    }

    /// The month in Asia/Shanghai.
    #[must_use]
    pub fn month(self) -> Month {
        Month::of(self.day())
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment.timestamp_millis())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl FromStr for Timestamp {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| not_a(text, "moment (RFC 3339)"))?;
        let millis = moment.timestamp_millis();
        if Self::RANGE_MS.contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(not_a(text, "moment between the years 2000 and 2199"))
        }
    }
}

impl TryFrom<String> for Timestamp {
    type Error = NotATime;
    fn try_from(text: String) -> Result<Self, NotATime> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        moment.to_string()
    }
}

/// A calendar month of Asia/Shanghai. Travels as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month a day lies in.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self { first: day.with_day(1).unwrap_or(day) }
    }

    /// Year and month number (1–12); `None` if there is no such month.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1).map(|first| Self { first })
    }

    /// Its first day.
    #[must_use]
    pub const fn first_day(self) -> NaiveDate {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        let next = self.first.checked_add_months(Months::new(1)).unwrap_or(self.first);
        next.checked_sub_days(Days::new(1)).unwrap_or(self.first)
    }

    /// The number of its days.
    #[must_use]
    pub fn days(self) -> u32 {
        self.last_day().day()
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(self, day: NaiveDate) -> bool {
        Self::of(day) == self
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self { first: self.first.checked_sub_months(Months::new(1)).unwrap_or(self.first) }
    }

    /// The month after.
    #[must_use]
    pub fn next(self) -> Self {
        Self { first: self.first.checked_add_months(Months::new(1)).unwrap_or(self.first) }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let err = || not_a(text, "month (YYYY-MM)");
        let (year, month) = text.split_once('-').ok_or_else(err)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(err());
        }
        let year = year.parse().map_err(|_| err())?;
        let month = month.parse().map_err(|_| err())?;
        Self::new(year, month).ok_or_else(err)
    }
}

impl TryFrom<String> for Month {
    type Error = NotATime;
    fn try_from(text: String) -> Result<Self, NotATime> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_minute_of_a_month_in_shanghai_belongs_to_that_month() {
        let before: Timestamp = "2026-11-30T15:59:59.999Z".parse().unwrap();
        let after: Timestamp = "2026-11-30T16:00:00.000Z".parse().unwrap();
        assert_eq!(before.month().to_string(), "2026-11");
        assert_eq!(after.month().to_string(), "2026-12");
        assert_eq!(after.time_of_day(), NaiveTime::MIN);
    }

    #[test]
    fn a_moment_survives_its_text_and_absurd_years_are_refused() {
        let moment = Timestamp::from_millis(1_795_000_000_123);
        assert_eq!(moment.to_string().parse(), Ok(moment));
        assert_eq!(Timestamp::at_shanghai(moment.day(), moment.time_of_day()), moment);
        assert!("0001-01-01T00:00:00Z".parse::<Timestamp>().is_err());
    }

    #[test]
    fn a_month_knows_its_days_and_neighbours() {
        let feb: Month = "2028-02".parse().unwrap();
        assert_eq!(feb.days(), 29);
        assert_eq!(feb.next().previous(), feb);
        assert!("2028-13".parse::<Month>().is_err());
        assert!("28-1".parse::<Month>().is_err());
    }
}
