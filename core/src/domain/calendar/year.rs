//! One year of the calendar: its thirteen statutory days by festival, and the State Council's notice
//! once it is out.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::domain::DateRange;

/// The statutory days of one year, since 2025 thirteen. Where festivals fall on the same day, as
/// Mid-Autumn on 3 October 2028, that day stands under both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatutoryYear {
    /// The year.
    pub year: i32,
    /// 元旦.
    pub new_year: [NaiveDate; 1],
    /// 除夕 and the first three days of the year (春节).
    pub spring_festival: [NaiveDate; 4],
    /// 清明节.
    pub qingming: [NaiveDate; 1],
    /// 劳动节.
    pub labour_day: [NaiveDate; 2],
    /// 端午节.
    pub dragon_boat: [NaiveDate; 1],
    /// 中秋节.
    pub mid_autumn: [NaiveDate; 1],
    /// 国庆节.
    pub national_day: [NaiveDate; 3],
    /// The notice on the rest days around them; `None` as long as it is not out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
}

/// The State Council's notice on the rest days of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Its title.
    pub title: String,
    /// The day it was given.
    pub date: NaiveDate,
    /// The days off as it names them, statutory days included, in order.
    pub off: Vec<DateRange>,
}

/// What may be wrong with a year.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadYear {
    /// Not a year of this program's time.
    #[error("years from 2000 to 2199 are allowed")]
    Year,
    /// A statutory day that lies where its festival cannot be.
    #[error("{0} cannot be a statutory day of that festival")]
    Day(NaiveDate),
    /// A notice whose days off are out of order, too long, or not around a statutory day.
    #[error("the days off from {0} are out of order, longer than ten days, or without a statutory day")]
    Off(NaiveDate),
    /// A statutory day that the notice does not have off.
    #[error("the notice leaves out the statutory day {0}")]
    LeftOut(NaiveDate),
    /// A notice with an empty or endless title.
    #[error("the notice's title must have 1 to 100 characters")]
    Title,
}

impl StatutoryYear {
    /// Its statutory days, festival by festival.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let festivals = [
            &self.new_year[..],
            &self.spring_festival,
            &self.qingming,
            &self.labour_day,
            &self.dragon_boat,
            &self.mid_autumn,
            &self.national_day,
        ];
        festivals.concat().into_iter()
    }

    pub(super) fn check(&self) -> Result<(), BadYear> {
        if !(2000..2200).contains(&self.year) {
            return Err(BadYear::Year);
        }
        // The spans in which the lunar festivals fall by the Gregorian calendar; the others are fixed.
        self.check_festival(&self.new_year, (1, 1), (1, 1))?;
        self.check_festival(&self.spring_festival, (1, 20), (2, 23))?;
        self.check_festival(&self.qingming, (4, 4), (4, 6))?;
        self.check_festival(&self.labour_day, (5, 1), (5, 2))?;
        self.check_festival(&self.dragon_boat, (5, 27), (6, 26))?;
        self.check_festival(&self.mid_autumn, (9, 7), (10, 9))?;
        self.check_festival(&self.national_day, (10, 1), (10, 3))?;
        self.notice.as_ref().map_or(Ok(()), |notice| self.check_notice(notice))
    }

    fn check_festival(&self, days: &[NaiveDate], from: (u32, u32), to: (u32, u32)) -> Result<(), BadYear> {
        let in_span = |day: &NaiveDate| {
            let month_day = (day.month(), day.day());
            day.year() == self.year && from <= month_day && month_day <= to
        };
        if let Some(stray) = days.iter().find(|day| !in_span(day)) {
            return Err(BadYear::Day(*stray));
        }
        match days.windows(2).find(|pair| pair[0].succ_opt() != Some(pair[1])) {
            Some(gap) => Err(BadYear::Day(gap[1])),
            None => Ok(()),
        }
    }

    fn check_notice(&self, notice: &Notice) -> Result<(), BadYear> {
        if notice.title.trim().is_empty() || notice.title.chars().count() > 100 {
            return Err(BadYear::Title);
        }
        let mut last = None;
        for range in &notice.off {
            let in_order = last.is_none_or(|last| last < range.from());
            let short = (range.to() - range.from()).num_days() < 10;
            if !in_order || !short || !self.days().any(|day| range.contains(day)) {
                return Err(BadYear::Off(range.from()));
            }
            last = Some(range.to());
        }
        match self.days().find(|day| !notice.off.iter().any(|range| range.contains(*day))) {
            Some(left_out) => Err(BadYear::LeftOut(left_out)),
            None => Ok(()),
        }
    }
}
