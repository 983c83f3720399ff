//! A run of days with both ends included, as people write them: “1 July to 31 August”.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Days from the first to the last, both included. Travels as `{"from":"2026-07-01","to":"2026-08-31"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Days")]
pub struct DateRange {
    from: NaiveDate,
    to: NaiveDate,
}

/// A range that ends before it begins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the range ends on {to}, before it begins on {from}; swap the two days")]
pub struct BadRange {
    /// The day given as first.
    pub from: NaiveDate,
    /// The day given as last.
    pub to: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    from: NaiveDate,
    to: NaiveDate,
}

impl TryFrom<Days> for DateRange {
    type Error = BadRange;
    fn try_from(days: Days) -> Result<Self, BadRange> {
        Self::new(days.from, days.to)
    }
}

impl DateRange {
    /// The days from `from` to `to`.
    ///
    /// # Errors
    /// [`BadRange`] if `to` is the earlier one.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, BadRange> {
        if from <= to { Ok(Self { from, to }) } else { Err(BadRange { from, to }) }
    }

    /// Its first day.
    #[must_use]
    pub const fn from(&self) -> NaiveDate {
        self.from
    }

    /// Its last day.
    #[must_use]
    pub const fn to(&self) -> NaiveDate {
        self.to
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Its days in order.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let to = self.to;
        self.from.iter_days().take_while(move |day| *day <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: i32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(number).unwrap()
    }

    proptest! {
        #[test]
        fn it_contains_exactly_its_days(from in 730_000..740_000, length in 0..400, probe in -5..405) {
            let range = DateRange::new(day(from), day(from + length)).unwrap();
            let probe = day(from + probe);
            prop_assert_eq!(range.contains(probe), range.days().any(|d| d == probe));
            prop_assert_eq!(range.days().count(), usize::try_from(length).unwrap() + 1);
        }
    }

    #[test]
    fn a_range_that_runs_backwards_or_has_strange_fields_is_refused() {
        assert!(DateRange::new(day(739_001), day(739_000)).is_err());
        let parse = |text: &str| serde_json::from_str::<DateRange>(text);
        assert!(parse(r#"{"from":"2026-07-01","to":"2026-08-31"}"#).is_ok());
        assert!(parse(r#"{"from":"2026-07-01","to":"2026-06-30"}"#).is_err());
        assert!(parse(r#"{"from":"2026-07-01","to":"2026-08-31","name":"x"}"#).is_err());
    }
}
