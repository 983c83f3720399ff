//! The ledger (台账) of a station's seven duties: what was done, when, by whom, for how many. Children are
//! a count and age bands, never persons.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{AgeBands, DutyEntryId, Locale, MemberId, Name, Note, RecordId, StationId, VenueId};

/// One of the seven duties of a care station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// (1) Making and keeping care plans.
    CarePlan,
    /// (2) Education in morals, law and the danger of drugs.
    Education,
    /// (3) Volunteers' supervision of internet cafés and game arcades.
    VenueSupervision,
    /// (4) One-to-one help for errant youth.
    OneToOne,
    /// (5) Help for left-behind, migrant and hardship children.
    ChildrenInNeed,
    /// (6) Standing by minors as appropriate adult.
    AppropriateAdult,
    /// (7) Research.
    Research,
}

impl Duty {
    /// All seven, in their order.
    pub const ALL: [Self; 7] = [
        Self::CarePlan,
        Self::Education,
        Self::VenueSupervision,
        Self::OneToOne,
        Self::ChildrenInNeed,
        Self::AppropriateAdult,
        Self::Research,
    ];

    /// Its code in messages, files and tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CarePlan => "care_plan",
            Self::Education => "education",
            Self::VenueSupervision => "venue_supervision",
            Self::OneToOne => "one_to_one",
            Self::ChildrenInNeed => "children_in_need",
            Self::AppropriateAdult => "appropriate_adult",
            Self::Research => "research",
        }
    }

    /// The duty of a code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|duty| duty.code() == code)
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::CarePlan => locale.pick("关爱工作计划", "Care plans"),
            Self::Education => locale.pick("道德、法制、禁毒教育", "Education in morals, law, drugs"),
            Self::VenueSupervision => locale.pick("网吧、游戏机室义务监督", "Supervision of venues"),
            Self::OneToOne => locale.pick("失足青少年结对帮教", "One-to-one help"),
            Self::ChildrenInNeed => locale.pick("留守、流动、困境儿童帮扶", "Help for children in need"),
            Self::AppropriateAdult => locale.pick("担任合适成年人", "Appropriate adult"),
            Self::Research => locale.pick("调查研究", "Research"),
        }
    }
}

/// How many children something was for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedChildren")]
pub struct Children {
    count: u16,
    #[serde(skip_serializing_if = "AgeBands::is_empty")]
    bands: AgeBands,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UncheckedChildren {
    count: u16,
    #[serde(default)]
    bands: AgeBands,
}

impl Children {
    /// The highest count that can be entered: a large school's assembly.
    pub const MAX_COUNT: u16 = 10_000;

    /// So many children of these age bands; `None` unless they are 1 to [`Self::MAX_COUNT`].
    #[must_use]
    pub fn new(count: u16, bands: AgeBands) -> Option<Self> {
        (1..=Self::MAX_COUNT).contains(&count).then_some(Self { count, bands })
    }

    /// How many.
    #[must_use]
    pub const fn count(&self) -> u16 {
        self.count
    }

    /// Which age bands; empty when it could not be told.
    #[must_use]
    pub const fn bands(&self) -> &AgeBands {
        &self.bands
    }

    /// As people write it: `约 30 人，小学年龄段、初中年龄段`.
    #[must_use]
    pub fn words(&self, locale: Locale) -> String {
        let count = match locale {
            Locale::ZhHans => format!("约 {} 人", self.count),
            Locale::En => format!("about {}", self.count),
        };
        let bands: Vec<_> = self.bands.iter().map(|band| band.label(locale)).collect();
        let (comma, and) = (locale.pick("，", ", "), locale.pick("、", ", "));
        if bands.is_empty() { count } else { count + comma + &bands.join(and) }
    }
}

impl TryFrom<UncheckedChildren> for Children {
    type Error = String;
    fn try_from(read: UncheckedChildren) -> Result<Self, String> {
        let wrong = || format!("children are 1 to {}", Self::MAX_COUNT);
        Self::new(read.count, read.bands).ok_or_else(wrong)
    }
}

/// One entry of the ledger, as its newest version has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DutyEntry {
    /// Its id, the same in all its versions.
    pub id: DutyEntryId,
    /// The station.
    pub station: StationId,
    /// Which duty it is of.
    pub duty: Duty,
    /// The day it was done.
    pub day: NaiveDate,
    /// What was done, in a few words.
    pub title: Name,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Note>,
    /// Who of the station took part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<MemberId>,
    /// How many others took part: parents, teachers, people of other offices.
    #[serde(default)]
    pub others: u16,
    /// How many children it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<Children>,
    /// The record it goes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordId>,
    /// The venue it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<VenueId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::AgeBand;

    #[test]
    fn each_duty_is_found_by_the_code_it_travels_with() {
        for duty in Duty::ALL {
            assert_eq!(Duty::of_code(duty.code()), Some(duty));
            assert_eq!(serde_json::to_value(duty).unwrap(), duty.code());
        }
        assert_eq!(Duty::of_code("shopping"), None);
    }

    #[test]
    fn children_are_a_count_with_bands_and_neither_nobody_nor_a_name() {
        let read = |text: &str| serde_json::from_str::<Children>(text);
        let some = read(r#"{"count":30,"bands":["junior","primary"]}"#).unwrap();
        assert_eq!(some.words(Locale::ZhHans), "约 30 人，小学年龄段、初中年龄段");
        assert_eq!(some.bands().first(), Some(&AgeBand::Primary));
        for bad in [r#"{"count":0}"#, r#"{"count":10001}"#, r#"{"count":3,"names":["x"]}"#] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
