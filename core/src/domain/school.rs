//! Schools. Whether a venue is near one is shown as a reference distance, with a threshold that the
//! station sets; whether it may be there is not for this program to say.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Locale, Metres, Name, Outline, SchoolId, StationId, Wgs84, distance_to_outline};

/// What kind of school it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchoolLevel {
    /// 小学.
    Primary,
    /// 初中.
    Junior,
    /// 高中.
    Senior,
    /// 中等职业学校.
    Vocational,
    /// 特殊教育学校.
    Special,
    /// 幼儿园.
    Kindergarten,
}

impl SchoolLevel {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Primary, Self::Junior, Self::Senior, Self::Vocational, Self::Special, Self::Kindergarten];

    /// As it travels.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Junior => "junior",
            Self::Senior => "senior",
            Self::Vocational => "vocational",
            Self::Special => "special",
            Self::Kindergarten => "kindergarten",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Primary => locale.pick("小学", "Primary school"),
            Self::Junior => locale.pick("初中", "Junior secondary school"),
            Self::Senior => locale.pick("高中", "Senior secondary school"),
            Self::Vocational => locale.pick("中等职业学校", "Vocational school"),
            Self::Special => locale.pick("特殊教育学校", "Special school"),
            Self::Kindergarten => locale.pick("幼儿园", "Kindergarten"),
        }
    }
}

/// A school of a station's patch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct School {
    /// Its id.
    pub id: SchoolId,
    /// The station whose patch it lies in.
    pub station: StationId,
    /// Its name.
    pub name: Name,
    /// What kind of school it is.
    pub level: SchoolLevel,
    /// Its boundary or gates.
    pub outline: Outline,
    /// The last day it is there; `None` while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
}

impl School {
    /// Whether distances to it matter on a day.
    #[must_use]
    pub fn open_on(&self, day: NaiveDate) -> bool {
        self.closed_on.is_none_or(|last| day <= last)
    }

    /// The straight-line distance from a position to its outline.
    #[must_use]
    pub fn distance_from(&self, at: Wgs84) -> Metres {
        distance_to_outline(at, &self.outline)
    }

    /// The nearest of some schools and its distance; the first of equally near ones. Give it the
    /// schools to which the same threshold applies.
    pub fn nearest<'a>(schools: impl IntoIterator<Item = &'a Self>, at: Wgs84) -> Option<(&'a Self, Metres)> {
        let measured = schools.into_iter().map(|school| (school, school.distance_from(at)));
        measured.min_by(|(_, a), (_, b)| a.0.total_cmp(&b.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn school(number: u8, lat: f64, level: SchoolLevel) -> School {
        let now = Timestamp::from_millis(1_000);
        School {
            id: SchoolId::mint(now, [number; 10]),
            station: StationId::mint(now, [0; 10]),
            name: Name::new("柳岸试验小学").unwrap(),
            level,
            outline: Outline::gates(vec![Wgs84::new(lat, 118.0).unwrap()]).unwrap(),
            closed_on: None,
        }
    }

    #[test]
    fn the_nearest_school_is_found_among_those_given() {
        let near = school(1, 32.001, SchoolLevel::Kindergarten);
        let far = school(2, 32.002, SchoolLevel::Primary);
        let venue = Wgs84::new(32.0, 118.0).unwrap();
        let all = [far, near];
        let (found, metres) = School::nearest(&all, venue).unwrap();
        assert_eq!(found.id, all[1].id);
        assert!((metres.0 - 110.9).abs() < 0.1, "{metres:?}");
        let no_kindergartens = all.iter().filter(|school| school.level != SchoolLevel::Kindergarten);
        assert_eq!(School::nearest(no_kindergartens, venue).unwrap().0.id, all[0].id);
        assert!(School::nearest([], venue).is_none());
    }

    #[test]
    fn a_school_travels_unchanged_and_strange_fields_are_refused() {
        let school = school(1, 32.0, SchoolLevel::Special);
        let mut json = serde_json::to_value(&school).unwrap();
        assert_eq!(serde_json::from_value::<School>(json.clone()).unwrap(), school);
        json["pupils"] = 300.into();
        assert!(serde_json::from_value::<School>(json).is_err());
    }

    #[test]
    fn a_school_is_there_up_to_its_last_day() {
        let mut school = school(1, 32.0, SchoolLevel::Primary);
        let day = |number| NaiveDate::from_ymd_opt(2026, 11, number).unwrap();
        assert!(school.open_on(day(30)));
        school.closed_on = Some(day(20));
        assert!(school.open_on(day(20)) && !school.open_on(day(21)));
    }

    #[test]
    fn every_level_has_a_name_in_both_languages() {
        let names = |locale| SchoolLevel::ALL.map(|level| level.label(locale)).into_iter().collect();
        let sets: [std::collections::BTreeSet<_>; 2] = [names(Locale::ZhHans), names(Locale::En)];
        assert!(sets[0].len() == 6 && sets[1].len() == 6 && sets[0].is_disjoint(&sets[1]));
    }
}
