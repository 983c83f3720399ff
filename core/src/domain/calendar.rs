//! The statutory days of a year (法定节假日) and the rest days around them. On statutory days, and
//! only on them, minors may use game machines (娱23), so every day is one of three kinds, or its
//! kind is not known yet: never is a day silently an ordinary one.
//!
//! The statutory days are fixed by law, the rest days around them by a notice that the State
//! Council's office gives late in the year before. Both are data, `calendar/statutory_days.json`. For
//! a year whose notice is not in the data, the days that may become rest days are
//! [`DayType::Unknown`]; for a year without any data, asking is an error. A hub may add or complete
//! years ([`StatutoryDays::with_year`]) before a new version of the program does.

mod year;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Locale;
pub use year::{BadYear, Notice, StatutoryYear};

/// What a day is for the rule on minors at game machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayType {
    /// A statutory holiday (法定节假日): minors may use the machines.
    Statutory,
    /// A rest day around a statutory one (调休放假, 相邻周末): practice differs.
    ShiftedRest,
    /// Any other day, also a weekend that is worked to make up for one (调休上班).
    Ordinary,
    /// The year's notice is not known, and this day may become a rest day or not.
    Unknown,
}

impl DayType {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Statutory, Self::ShiftedRest, Self::Ordinary, Self::Unknown];

    /// As it travels.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Statutory => "statutory",
            Self::ShiftedRest => "shifted_rest",
            Self::Ordinary => "ordinary",
            Self::Unknown => "unknown",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Statutory => locale.pick("法定节假日", "statutory holiday"),
            Self::ShiftedRest => locale.pick("调休或相邻休息日", "rest day around a holiday"),
            Self::Ordinary => locale.pick("普通日", "ordinary day"),
            Self::Unknown => locale.pick("日期类型待定", "kind of day not known yet"),
        }
    }
}

/// A year that is not in the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the calendar has no statutory days of {0}; add the year on the hub, or update the program")]
pub struct UnknownYear(pub i32);

/// Why a calendar is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not of a calendar's form.
    #[error("the calendar cannot be read: {0}")]
    Json(String),
    /// A year that cannot be as it says.
    #[error("the year {year} is wrong: {wrong}")]
    Year {
        /// Which year.
        year: i32,
        /// What is wrong with it.
        wrong: BadYear,
    },
    /// The same year twice.
    #[error("the year {0} is there twice")]
    Twice(i32),
}

/// How far from a statutory day rest days may lie, as long as its notice is not known. The notices
/// never went farther than five days; a week leaves room.
const NEIGHBOURHOOD: Days = Days::new(7);

/// The calendar: the years it has, and every day in them that is not an ordinary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatutoryDays {
    version: u16,
    years: BTreeMap<i32, StatutoryYear>,
    special: HashMap<NaiveDate, DayType>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u16,
    years: Vec<StatutoryYear>,
}

static EMBEDDED: LazyLock<Result<StatutoryDays, CalendarError>> =
    LazyLock::new(|| StatutoryDays::parse(include_str!("../../calendar/statutory_days.json")));

impl StatutoryDays {
    /// The calendar that comes with the program: 2025 to 2028.
    ///
    /// # Errors
    /// [`CalendarError`] if its file is flawed; the tests see to it that it is not.
    pub fn embedded() -> Result<&'static Self, CalendarError> {
        EMBEDDED.as_ref().map_err(Clone::clone)
    }

    /// Reads a calendar and checks every year.
    ///
    /// # Errors
    /// [`CalendarError`] says what is wrong and in which year.
    pub fn parse(json: &str) -> Result<Self, CalendarError> {
        let file: File = serde_json::from_str(json).map_err(|e| CalendarError::Json(e.to_string()))?;
        let mut years = BTreeMap::new();
        for year in file.years {
            let number = checked(&year)?;
            if years.insert(number, year).is_some() {
                return Err(CalendarError::Twice(number));
            }
        }
        Ok(Self::of(file.version, years))
    }

    /// The calendar with one more year, or with a year replaced, as when its notice came out.
    ///
    /// # Errors
    /// [`CalendarError`] says what is wrong with the year.
    pub fn with_year(&self, year: StatutoryYear) -> Result<Self, CalendarError> {
        let number = checked(&year)?;
        let mut years = self.years.clone();
        years.insert(number, year);
        Ok(Self::of(self.version, years))
    }

    /// The version of the data it was read from.
    #[must_use]
    pub const fn version(&self) -> u16 {
        self.version
    }

    /// The years it has, in order.
    pub fn years(&self) -> impl Iterator<Item = &StatutoryYear> {
        self.years.values()
    }

    /// What a day is.
    ///
    /// # Errors
    /// [`UnknownYear`] for a day in a year that the calendar does not have; treat it as
    /// [`DayType::Unknown`] where something must go on.
    pub fn day_type(&self, day: NaiveDate) -> Result<DayType, UnknownYear> {
        if !self.years.contains_key(&day.year()) {
            return Err(UnknownYear(day.year()));
        }
        Ok(self.special.get(&day).copied().unwrap_or(DayType::Ordinary))
    }

    fn of(version: u16, years: BTreeMap<i32, StatutoryYear>) -> Self {
        let mut special = HashMap::new();
        // What is put later wins: statutory over rest day over unknown.
        let new_years_beyond = years.keys().filter_map(|year| NaiveDate::from_ymd_opt(year + 1, 1, 1));
        let unsettled = years.values().filter(|year| year.notice.is_none()).flat_map(StatutoryYear::days);
        let unsettled = unsettled.chain(new_years_beyond.filter(|day| !years.contains_key(&day.year())));
        for day in unsettled {
            let first = day - NEIGHBOURHOOD;
            special.extend(
                first.iter_days().take_while(|d| *d <= day + NEIGHBOURHOOD).map(|d| (d, DayType::Unknown)),
            );
        }
        let notices = years.values().filter_map(|year| year.notice.as_ref());
        let off = notices.flat_map(|notice| &notice.off).flat_map(super::DateRange::days);
        special.extend(off.map(|day| (day, DayType::ShiftedRest)));
        special.extend(years.values().flat_map(StatutoryYear::days).map(|day| (day, DayType::Statutory)));
        Self { version, years, special }
    }
}

fn checked(year: &StatutoryYear) -> Result<i32, CalendarError> {
    match year.check() {
        Ok(()) => Ok(year.year),
        Err(wrong) => Err(CalendarError::Year { year: year.year, wrong }),
    }
}

#[cfg(test)]
mod tests;
