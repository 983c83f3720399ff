//! What an answer is worth: a severity that may depend on the day, on the station's policy, on
//! having been found before, and on a child in danger.

use serde::{Deserialize, Serialize};

use crate::domain::{DayType, Severity};

/// The finding that follows from a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingRule {
    /// How grave it is by itself.
    pub severity: SeverityRule,
    /// Whether a note becomes a report the second time at the same venue (N→R).
    #[serde(default)]
    pub repeat: bool,
    /// Whether it becomes urgent when a child is in danger.
    #[serde(default)]
    pub child_in_danger_raises: bool,
}

/// How grave a finding is by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeverityRule {
    /// Always the same.
    Always(Severity),
    /// By what the day is for minors.
    ByDayType(ByDayType),
    /// As the station's policy says for opening hours (N or R).
    HoursPolicy,
}

/// A severity for each type of day; `None` where nothing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByDayType {
    /// On an ordinary day.
    pub ordinary: Option<Severity>,
    /// On a rest day around a statutory one.
    pub shifted_rest: Option<Severity>,
    /// On a statutory day.
    pub statutory: Option<Severity>,
    /// When it is not known what the day is.
    pub unknown: Option<Severity>,
}

/// What a severity may depend on, beside the answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// What the day of the visit is for minors.
    pub day_type: DayType,
    /// The policy's severity for opening hours.
    pub hours_severity: Severity,
    /// Whether the same item was found bad at the same venue before.
    pub seen_before: bool,
    /// Whether the volunteer says that a child is in danger.
    pub child_in_danger: bool,
}

impl FindingRule {
    /// How grave the finding is under the circumstances; `None` if there is nothing to find, as with
    /// minors at machines on a statutory day.
    #[must_use]
    pub fn severity(&self, circumstances: &Circumstances) -> Option<Severity> {
        let own = match self.severity {
            SeverityRule::Always(severity) => Some(severity),
            SeverityRule::HoursPolicy => Some(circumstances.hours_severity),
            SeverityRule::ByDayType(by) => match circumstances.day_type {
                DayType::Ordinary => by.ordinary,
                DayType::ShiftedRest => by.shifted_rest,
                DayType::Statutory => by.statutory,
                DayType::Unknown => by.unknown,
            },
        };
        if self.child_in_danger_raises && circumstances.child_in_danger {
            return Some(Severity::S);
        }
        match own {
            Some(Severity::N) if self.repeat && circumstances.seen_before => Some(Severity::R),
            other => other,
        }
    }

    /// Whether it can be a note, and so be repeated.
    pub(super) fn may_be_note(self) -> bool {
        match self.severity {
            SeverityRule::Always(severity) => severity == Severity::N,
            SeverityRule::HoursPolicy => true,
            SeverityRule::ByDayType(by) => {
                [by.ordinary, by.shifted_rest, by.statutory, by.unknown].contains(&Some(Severity::N))
            }
        }
    }
}
