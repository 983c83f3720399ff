//! How well it is proven that somebody was there. A grade with its reasons: shown honestly to
//! volunteer and head, never a reason to turn a record away.

use serde::{Deserialize, Serialize};

use super::{Fix, Locale, Metres, PlacardCode, Provider, Timestamp, Wgs84, distance};

/// The grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Grade {
    /// 在场: at the venue, as far as the accuracy can tell.
    OnSite,
    /// 附近: close by, or at the venue by a reading of lesser worth.
    Near,
    /// 不在附近: somewhere else, and the reading is good enough to say so.
    Away,
    /// 无定位: no usable position, as in many basements, or one too coarse to tell here from elsewhere. Nothing bad.
    Unlocated,
    /// 存疑: something does not fit together.
    Doubtful,
}

impl Grade {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::OnSite, Self::Near, Self::Away, Self::Unlocated, Self::Doubtful];

    /// As it travels.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnSite => "on_site",
            Self::Near => "near",
            Self::Away => "away",
            Self::Unlocated => "unlocated",
            Self::Doubtful => "doubtful",
        }
    }
}

/// Why the grade is what it is. Figures are rounded to whole units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason", deny_unknown_fields)]
pub enum EvidenceReason {
    /// Distance to the venue against the accuracy of the fix.
    Distance {
        /// Metres from fix to venue.
        metres: u32,
        /// Metres of accuracy.
        accuracy: u32,
    },
    /// The venue's own placard was scanned.
    PlacardScanned,
    /// Another venue's placard, or none of ours, was scanned.
    WrongPlacard,
    /// No fix could be had.
    NoFix,
    /// The venue's own position is not known.
    NoVenuePosition,
    /// The fix was old when the visit happened.
    OldFix {
        /// Minutes between fix and visit.
        minutes: u32,
    },
    /// A person set the pin by hand.
    ManualPin,
    /// Another app made the position up.
    MockLocation,
    /// The phone's clock differs from the hub's.
    ClockShift {
        /// Minutes the phone is ahead; negative when behind.
        minutes: i32,
    },
    /// Nobody travels that fast from the record before.
    ImpossibleSpeed {
        /// Kilometres an hour.
        kmh: u32,
    },
    /// Hours passed between the start and the end of the inspection.
    LongVisit {
        /// Whole hours.
        hours: u32,
    },
}

/// A grade with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The grade.
    pub grade: Grade,
    /// Why, at least one reason.
    pub reasons: Vec<EvidenceReason>,
}

/// All that the grade depends on.
#[derive(Debug, Clone, Copy)]
pub struct EvidenceFacts<'a> {
    /// When the visit began.
    pub at: Timestamp,
    /// When it ended; the same moment for a check-in.
    pub until: Timestamp,
    /// The reading, if there is one.
    pub fix: Option<&'a Fix>,
    /// Where the venue is, if known.
    pub venue: Option<Wgs84>,
    /// What the venue's placard says, if it has one.
    pub placard: Option<&'a PlacardCode>,
    /// The placard that was scanned, if any.
    pub scanned: Option<&'a PlacardCode>,
    /// Milliseconds the phone's clock is ahead of the hub's, if known.
    pub clock_shift_ms: Option<i64>,
    /// The reading in the same phone's record before, if it had one.
    pub previous: Option<&'a Fix>,
    /// How near is on site (station setting).
    pub on_site_radius: Metres,
}

/// Beyond the on-site radius, this far is still "near".
const NEAR_BEYOND_M: f64 = 300.0;
/// An accuracy worse than this proves no more than "near".
const COARSE_M: f64 = 100.0;
/// From this age a fix proves no more than "near"; from ten times this, nothing.
const OLD_FIX_MS: i64 = 10 * 60_000;
/// A clock that is off by more makes the time doubtful.
const CLOCK_SHIFT_MS: i64 = 10 * 60_000;
/// Faster than any car in the city, over more than a kilometre.
const IMPOSSIBLE_KMH: f64 = 200.0;
const IMPOSSIBLE_MIN_M: f64 = 1_000.0;
/// An inspection takes minutes; one open longer tells of another time.
pub const LONG_VISIT_MS: i64 = 4 * 3_600_000;

/// Grades the evidence of one visit.
#[must_use]
pub fn grade(facts: &EvidenceFacts<'_>) -> Evidence {
    let mut reasons = Vec::new();
    let mut grade = place(facts, &mut reasons);
    match (facts.scanned, facts.placard) {
        (Some(scanned), Some(own)) if scanned == own => {
            reasons.push(EvidenceReason::PlacardScanned);
            grade = Grade::OnSite;
        }
        (Some(_), _) => {
            reasons.push(EvidenceReason::WrongPlacard);
            grade = Grade::Doubtful;
        }
        (None, _) => {}
    }
    let doubts = doubts(facts);
    if !doubts.is_empty() {
        grade = Grade::Doubtful;
        reasons.extend(doubts);
    }
    Evidence { grade, reasons }
}

fn place(facts: &EvidenceFacts<'_>, reasons: &mut Vec<EvidenceReason>) -> Grade {
    let Some(fix) = facts.fix else {
        reasons.push(EvidenceReason::NoFix);
        return Grade::Unlocated;
    };
    let age_ms = gap_ms(fix.taken_at, facts.at, facts.until);
    if age_ms > OLD_FIX_MS {
        reasons.push(EvidenceReason::OldFix { minutes: whole(age_ms / 60_000) });
        if age_ms > OLD_FIX_MS * 10 {
            return Grade::Unlocated;
        }
    }
    let Some(venue) = facts.venue else {
        reasons.push(EvidenceReason::NoVenuePosition);
        return Grade::Unlocated;
    };
    let metres = distance(fix.raw.wgs84(), venue).0;
    reasons.push(EvidenceReason::Distance { metres: rounded(metres), accuracy: rounded(fix.accuracy.0) });
    if fix.provider == Provider::Manual {
        reasons.push(EvidenceReason::ManualPin);
    }
    let reach = facts.on_site_radius.0 + fix.accuracy.0.min(COARSE_M);
    let best = if fix.provider == Provider::Manual || age_ms > OLD_FIX_MS || fix.accuracy.0 > COARSE_M {
        Grade::Near
    } else {
        Grade::OnSite
    };
    if metres <= reach {
        best
    } else if metres <= reach + NEAR_BEYOND_M {
        Grade::Near
    } else if metres <= facts.on_site_radius.0 + NEAR_BEYOND_M + fix.accuracy.0 {
        // A coarse reading may be of somebody who stands at the venue: it must not say that they do not.
        Grade::Unlocated
    } else {
        Grade::Away
    }
}

fn doubts(facts: &EvidenceFacts<'_>) -> Vec<EvidenceReason> {
    let mut doubts = Vec::new();
    if facts.fix.is_some_and(|fix| fix.mock) {
        doubts.push(EvidenceReason::MockLocation);
    }
    if let Some(shift) = facts.clock_shift_ms.filter(|shift| shift.abs() > CLOCK_SHIFT_MS) {
        doubts.push(EvidenceReason::ClockShift { minutes: signed(shift / 60_000) });
    }
    if let (Some(fix), Some(before)) = (facts.fix, facts.previous) {
        // What was travelled for certain: each of the two may be off by its accuracy.
        let metres = distance(before.raw.wgs84(), fix.raw.wgs84()).0 - fix.accuracy.0 - before.accuracy.0;
        // Under a second apart is taken as a second: one tap after another is no speed at all.
        let hours = whole_f64(fix.taken_at.millis_since(before.taken_at).abs().max(1_000)) / 3_600_000.0;
        let kmh = metres / 1_000.0 / hours;
        if metres > IMPOSSIBLE_MIN_M && kmh > IMPOSSIBLE_KMH {
            doubts.push(EvidenceReason::ImpossibleSpeed { kmh: rounded(kmh) });
        }
    }
    let lasted = facts.until.millis_since(facts.at);
    if lasted > LONG_VISIT_MS {
        doubts.push(EvidenceReason::LongVisit { hours: whole(lasted / 3_600_000) });
    }
    doubts
}

/// Milliseconds between a moment and the nearest end of the span it lies outside of; 0 inside.
fn gap_ms(moment: Timestamp, from: Timestamp, to: Timestamp) -> i64 {
    from.millis_since(moment).max(moment.millis_since(to)).max(0)
}

fn whole(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

fn signed(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}

#[allow(clippy::cast_precision_loss)] // milliseconds of a few hours are exact in an f64
fn whole_f64(value: i64) -> f64 {
    value as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates, which is meant
fn rounded(value: f64) -> u32 {
    value.round() as u32
}

impl Grade {
    /// The word shown for it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::OnSite => locale.pick("在场", "on site"),
            Self::Near => locale.pick("附近", "near"),
            Self::Away => locale.pick("不在附近", "away"),
            Self::Unlocated => locale.pick("无定位", "no position"),
            Self::Doubtful => locale.pick("存疑", "doubtful"),
        }
    }
}

impl EvidenceReason {
    /// The sentence shown for it.
    #[must_use]
    pub fn sentence(self, locale: Locale) -> String {
        let zh = locale == Locale::ZhHans;
        match self {
            Self::Distance { metres, accuracy } if zh => {
                format!("距场所约 {metres} 米（精度 {accuracy} 米）")
            }
            Self::Distance { metres, accuracy } => {
                format!("about {metres} m from the venue (accuracy {accuracy} m)")
            }
            Self::PlacardScanned => {
                locale.pick("已扫描场所标牌", "the venue's placard was scanned").to_owned()
            }
            Self::WrongPlacard => {
                locale.pick("扫描的不是本场所标牌", "another placard was scanned").to_owned()
            }
            Self::NoFix => {
                locale.pick("没有定位（地下室常见）", "no position (common in basements)").to_owned()
            }
            Self::NoVenuePosition => {
                locale.pick("场所位置未登记", "the venue's position is not on file").to_owned()
            }
            Self::OldFix { minutes } if zh => format!("定位是 {minutes} 分钟前的"),
            Self::OldFix { minutes } => format!("the position was {minutes} minutes old"),
            Self::ManualPin => locale.pick("位置为手动标注", "the position was set by hand").to_owned(),
            Self::MockLocation => {
                locale.pick("手机报告为模拟位置", "the phone reports a mock position").to_owned()
            }
            Self::ClockShift { minutes } if zh => {
                format!("手机时间与服务器相差 {} 分钟", minutes.unsigned_abs())
            }
            Self::ClockShift { minutes } => {
                format!("the phone's clock is {} minutes off the hub's", minutes.unsigned_abs())
            }
            Self::ImpossibleSpeed { kmh } if zh => format!("与上一条记录之间的速度达每小时 {kmh} 公里"),
            Self::ImpossibleSpeed { kmh } => format!("{kmh} km/h since the record before"),
            Self::LongVisit { hours } if zh => format!("从开始到完成间隔 {hours} 小时"),
            Self::LongVisit { hours } => format!("{hours} hours between start and end"),
        }
    }
}

#[cfg(test)]
mod tests;
