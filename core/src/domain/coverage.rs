//! Coverage (覆盖): does a venue have its visits this month, and if not, can it still?
//!
//! The tally of what counts depends on facts alone and is kept; the state depends on today's date
//! as well and is always computed.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Counted, Locale, Month, Policy, VenueLife, Verdict, Visit, judge};

/// Where a venue stands in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", deny_unknown_fields)]
pub enum CoverageState {
    /// 已达标: it has its visits.
    Met,
    /// 进度正常: behind on nothing, and nothing to be done today.
    OnTrack {
        /// Last day on which the next visit can happen and the rest still fit.
        last_day: NaiveDate,
    },
    /// 应检查: the visit of this part of the month is wanted now.
    Due {
        /// Last day on which the next visit can happen and the rest still fit.
        last_day: NaiveDate,
    },
    /// 已滞后,仍可补: an earlier part of the month went by without its visit.
    Late {
        /// Last day on which the next visit can happen and the rest still fit.
        last_day: NaiveDate,
    },
    /// 未达标: it cannot get its visits any more.
    Missed,
    /// 免检: closed or suspended for all of the month, or too much of it.
    Exempt,
}

impl CoverageState {
    /// The words shown for it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Met => locale.pick("已达标", "Met"),
            Self::OnTrack { .. } => locale.pick("进度正常", "On track"),
            Self::Due { .. } => locale.pick("应检查", "Due"),
            Self::Late { .. } => locale.pick("已滞后，仍可补", "Late, still possible"),
            Self::Missed => locale.pick("未达标", "Missed"),
            Self::Exempt => locale.pick("免检", "Exempt"),
        }
    }

    /// Last day on which the next visit can happen and the rest still fit, while that matters.
    #[must_use]
    pub const fn last_day(self) -> Option<NaiveDate> {
        match self {
            Self::OnTrack { last_day } | Self::Due { last_day } | Self::Late { last_day } => Some(last_day),
            Self::Met | Self::Missed | Self::Exempt => None,
        }
    }

    /// That day in words: `最晚 11月23日`.
    #[must_use]
    pub fn last_day_words(self, locale: Locale) -> Option<String> {
        let day = self.last_day()?;
        Some(match locale {
            Locale::ZhHans => format!("最晚 {}月{}日", day.month(), day.day()),
            Locale::En => format!("by {}", day.format("%-d %b")),
        })
    }
}

/// What counts for one venue in one month. Facts only; the same at every hour of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// The month.
    pub month: Month,
    /// Visits needed, pro rata when the venue was not to be checked all month.
    pub required: u8,
    /// Every record of the month with its verdict.
    pub records: Vec<Counted>,
}

impl Tally {
    /// Counts the visits of one venue in a month.
    #[must_use]
    pub fn of(visits: &[Visit], life: &VenueLife, policy: &Policy, month: Month) -> Self {
        Self { month, required: required(life, policy, month), records: judge(visits, policy, month) }
    }

    /// The number of visits that count.
    #[must_use]
    pub fn counted(&self) -> usize {
        self.records.iter().filter(|record| record.verdict == Verdict::Counts).count()
    }

    /// The day of the last visit that counts.
    #[must_use]
    pub fn last_counted(&self) -> Option<NaiveDate> {
        self.records.iter().filter(|record| record.verdict == Verdict::Counts).map(|record| record.day).max()
    }

    /// Where the venue stands on a day (Asia/Shanghai).
    #[must_use]
    pub fn state(&self, life: &VenueLife, policy: &Policy, today: NaiveDate) -> CoverageState {
        state(self.required, self.counted(), self.last_counted(), life, policy, self.month, today)
    }
}

/// Where a venue stands, from the figures a tally keeps.
#[must_use]
pub fn state(
    required: u8,
    counted: usize,
    last_counted: Option<NaiveDate>,
    life: &VenueLife,
    policy: &Policy,
    month: Month,
    today: NaiveDate,
) -> CoverageState {
    if required == 0 {
        return CoverageState::Exempt;
    }
    let required = usize::from(required);
    if counted >= required {
        return CoverageState::Met;
    }
    let days: Vec<NaiveDate> = life.active_days(month).collect();
    let gap = policy.min_gap_days;
    let earliest = last_counted.map_or(month.first_day(), |last| last + Days::new(gap.into()));
    let open = &days[days.partition_point(|day| *day < today.max(earliest))..];
    let Some(last_day) = last_possible_day(open, required - counted, gap) else {
        return CoverageState::Missed;
    };
    // The active days are cut into as many parts as visits are needed; each part wants its own.
    let gone = days.partition_point(|day| *day < today);
    let part = gone * required / days.len();
    if today < month.first_day() || counted > part {
        CoverageState::OnTrack { last_day }
    } else if counted < part {
        CoverageState::Late { last_day }
    } else if earliest > today {
        CoverageState::OnTrack { last_day }
    } else {
        CoverageState::Due { last_day }
    }
}

/// The last of `open` days on which the next visit can happen so that all `missing` ones still fit.
fn last_possible_day(open: &[NaiveDate], missing: usize, gap: u8) -> Option<NaiveDate> {
    // Placing them from the back, each as late as it can be, leaves the next one as late as can be.
    let mut place = *open.last()?;
    if gap == 0 {
        return Some(place);
    }
    for _ in 1..missing {
        let limit = place.checked_sub_days(Days::new(gap.into()))?;
        place = *open[..open.partition_point(|day| *day <= limit)].last()?;
    }
    Some(place)
}

/// The visits a venue needs in a month: the policy's number times the share of days on which it was
/// to be checked, rounded half up, and never more than fit on those days.
fn required(life: &VenueLife, policy: &Policy, month: Month) -> u8 {
    let days: Vec<NaiveDate> = life.active_days(month).collect();
    let all = month.days() as usize;
    let share = (usize::from(policy.visits_per_month) * days.len() * 2 + all) / (all * 2);
    let mut fitting = 0;
    let mut next = None;
    for day in days {
        if next.is_none_or(|next| day >= next) {
            fitting += 1;
            next = Some(day + Days::new(u64::from(policy.min_gap_days.max(1))));
        }
    }
    if policy.min_gap_days == 0 && fitting > 0 {
        fitting = share;
    }
    u8::try_from(share.min(fitting)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests;
