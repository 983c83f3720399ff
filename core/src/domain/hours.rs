//! Hours: when a venue may be open, and when minors are likely to be in it.

use std::fmt;

use chrono::{Datelike, NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use super::{DateRange, DayType, Timestamp};

/// From when to when a venue is or may be open each day; past midnight if it closes at an earlier
/// hour than it opens. Travels as `{"opens":"08:00","closes":"24:00"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Texts", into = "Texts")]
pub struct OpeningHours {
    /// Minutes after midnight, 0 to 1439.
    opens: u16,
    /// Minutes after midnight, 1 to 1440.
    closes: u16,
}

/// Two times that are no opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadHours {
    /// Not a time of day.
    #[error("“{0}” is not a time of day (HH:MM, 00:00 to 24:00)")]
    NotATime(String),
    /// Open and shut at the same time.
    #[error("it opens and closes at {0}; write 00:00 to 24:00 for open all day")]
    Same(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    opens: String,
    closes: String,
}

const DAY: u16 = 24 * 60;

/// Minutes after midnight of `HH:MM`.
fn minutes(text: &str) -> Result<u16, BadHours> {
    let bad = || BadHours::NotATime(text.chars().take(10).collect());
    let two = |part: &str| match part.as_bytes() {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Ok(u16::from(a - b'0') * 10 + u16::from(b - b'0')),
        _ => Err(bad()),
    };
    let (hour, minute) = text.split_once(':').ok_or_else(bad)?;
    let (hour, minute) = (two(hour)?, two(minute)?);
    let total = hour * 60 + minute;
    if minute < 60 && total <= DAY { Ok(total) } else { Err(bad()) }
}

fn text(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

impl OpeningHours {
    /// 8 to 24: what internet cafés keep unless the region relaxed it (网22).
    pub const CAFE_DEFAULT: Self = Self { opens: 8 * 60, closes: DAY };

    /// 8 to 2: game arcades are shut from 2 to 8 (娱28).
    pub const ARCADE: Self = Self { opens: 8 * 60, closes: 2 * 60 };

    /// When it opens, `HH:MM`.
    #[must_use]
    pub fn opens_text(self) -> String {
        text(self.opens)
    }

    /// When it closes, `HH:MM`; midnight is `24:00`.
    #[must_use]
    pub fn closes_text(self) -> String {
        text(self.closes)
    }

    /// From two times of day, `HH:MM`; midnight is `00:00` to open and `24:00` (or `00:00`) to close.
    ///
    /// # Errors
    /// [`BadHours`] names the time that is none, or that both are the same.
    pub fn new(opens: &str, closes: &str) -> Result<Self, BadHours> {
        let (from, to) = (minutes(opens)? % DAY, minutes(closes)?);
        let to = if to == 0 { DAY } else { to };
        if from == to { Err(BadHours::Same(text(from))) } else { Ok(Self { opens: from, closes: to }) }
    }

    /// Whether it may be open at a time of day: from the minute it opens to the one before it closes.
    #[must_use]
    pub fn is_open_lawfully(self, time: NaiveTime) -> bool {
        let now = time.num_seconds_from_midnight();
        let (opens, closes) = (u32::from(self.opens) * 60, u32::from(self.closes) * 60);
        if opens < closes { (opens..closes).contains(&now) } else { now >= opens || now < closes }
    }
}

impl TryFrom<Texts> for OpeningHours {
    type Error = BadHours;
    fn try_from(texts: Texts) -> Result<Self, BadHours> {
        Self::new(&texts.opens, &texts.closes)
    }
}

impl From<OpeningHours> for Texts {
    fn from(hours: OpeningHours) -> Self {
        Self { opens: text(hours.opens), closes: text(hours.closes) }
    }
}

impl fmt::Display for OpeningHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", text(self.opens), text(self.closes))
    }
}

/// Whether minors are likely to be about: on school days from 12 to 14 and from 18 to 24, else all
/// day. Weekends, vacations, holidays and rest days are no school days; nor is a day of unknown type,
/// because a reminder too many does no harm. A weekend that is worked to make up for a rest day is
/// counted as weekend, for the same reason. For reminders only.
#[must_use]
pub fn is_peak_for_minors(at: Timestamp, day_type: DayType, vacations: &[DateRange]) -> bool {
    let day = at.day();
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let vacation = vacations.iter().any(|range| range.contains(day));
    if weekend || vacation || day_type != DayType::Ordinary {
        return true;
    }
    matches!(at.time_of_day().hour(), 12..14 | 18..24)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn time(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn a_cafe_opens_at_eight_and_closes_at_midnight() {
        let cafe = OpeningHours::CAFE_DEFAULT;
        assert_eq!(OpeningHours::new("08:00", "24:00"), Ok(cafe));
        assert_eq!(OpeningHours::new("08:00", "00:00"), Ok(cafe));
        let open = [(7, 59), (8, 0), (23, 59), (0, 0)].map(|(h, m)| cafe.is_open_lawfully(time(h, m)));
        assert_eq!(open, [false, true, true, false]);
    }

    #[test]
    fn an_arcade_is_shut_from_two_to_eight() {
        let arcade = OpeningHours::ARCADE;
        let open =
            [(0, 0), (1, 59), (2, 0), (7, 59), (8, 0)].map(|(h, m)| arcade.is_open_lawfully(time(h, m)));
        assert_eq!(open, [true, true, false, false, true]);
        assert_eq!(arcade.to_string(), "08:00–02:00");
    }

    #[test]
    fn what_is_no_time_of_day_is_refused() {
        for bad in ["", "8:00", "08:60", "24:01", "25:00", "+8:00", "08:00:00", "０８:00"] {
            assert!(matches!(OpeningHours::new(bad, "23:00"), Err(BadHours::NotATime(_))), "{bad}");
        }
        assert_eq!(OpeningHours::new("08:00", "08:00"), Err(BadHours::Same("08:00".into())));
        let read = |text| serde_json::from_str::<OpeningHours>(text);
        assert!(read(r#"{"opens":"08:00","closes":"02:00"}"#).is_ok());
        assert!(read(r#"{"opens":"08:00","closes":"02:00","days":"all"}"#).is_err());
    }

    proptest! {
        #[test]
        fn it_is_open_for_as_many_minutes_as_it_says(opens in 0u16..1440, closes in 1u16..=1440) {
            prop_assume!(opens != closes);
            let hours = OpeningHours::new(&text(opens), &text(closes)).unwrap();
            let length = if opens < closes { closes - opens } else { DAY - opens + closes };
            let open = (0..24).flat_map(|h| (0..60).map(move |m| time(h, m)))
                .filter(|at| hours.is_open_lawfully(*at)).count();
            prop_assert_eq!(open, usize::from(length));
            let json = serde_json::to_string(&hours).unwrap();
            prop_assert_eq!(serde_json::from_str::<OpeningHours>(&json).unwrap(), hours);
        }

        #[test]
        fn a_day_off_never_has_fewer_peak_hours_than_a_school_day(
            day in 0i32..3000, minute in 0u32..1440, off in 1usize..4,
        ) {
            let day = NaiveDate::from_num_days_from_ce_opt(739_000 + day).unwrap();
            let at = Timestamp::at_shanghai(day, time(minute / 60, minute % 60));
            let types = [DayType::Ordinary, DayType::Statutory, DayType::ShiftedRest, DayType::Unknown];
            prop_assert!(is_peak_for_minors(at, types[off], &[]));
            let vacation = DateRange::new(day, day).unwrap();
            prop_assert!(is_peak_for_minors(at, DayType::Ordinary, &[vacation]));
        }
    }

    #[test]
    fn on_a_school_day_the_peaks_are_noon_and_evening() {
        let tuesday = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let peak = |day, hour, minute| {
            is_peak_for_minors(Timestamp::at_shanghai(day, time(hour, minute)), DayType::Ordinary, &[])
        };
        let times = [(11, 59), (12, 0), (13, 59), (14, 0), (17, 59), (18, 0), (23, 59), (0, 0)];
        let peaks = times.map(|(hour, minute)| peak(tuesday, hour, minute));
        assert_eq!(peaks, [false, true, true, false, false, true, true, false]);
        let saturday = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        assert!(peak(saturday, 9, 0));
    }
}
