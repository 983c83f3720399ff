//! Who visits what when: a month in which every state of coverage comes up.

use chrono::{Datelike as _, NaiveDate, NaiveTime};
use xuncha_core::domain::{Checklist, Item, ItemKind, Timestamp, Tone, VenueKind};

use super::District;

/// A visit that is to happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The station, by its index.
    pub station: usize,
    /// The venue, by its index in the station.
    pub venue: usize,
    /// Who goes: 0 and 1 are the volunteers, 2 the policeman, 3 the head.
    pub by: usize,
    /// When.
    pub at: Timestamp,
    /// What for.
    pub purpose: Purpose,
    /// What the phone makes of the place.
    pub whereabouts: Whereabouts,
}

/// What a visit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An inspection by a volunteer, with the other volunteer along.
    Inspect {
        /// The item that something is found at; all is well without.
        found: Option<&'static str>,
        /// Whether a photo is taken.
        photo: bool,
    },
    /// A patrol check-in.
    CheckIn,
}

/// What the phone makes of the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// A good reading in WGS-84.
    Wgs84,
    /// A good reading in GCJ-02, as some platforms give it.
    Gcj02,
    /// No reading: a basement.
    None,
    /// A reading nearly a kilometre away.
    Away,
}

const fn inspect(found: Option<&'static str>, photo: bool) -> Purpose {
    Purpose::Inspect { found, photo }
}

/// Station, venue, who, day of the month, what for, whereabouts.
type Entry = (usize, usize, usize, u32, Purpose, Whereabouts);

/// Venue 0 and 4 of each station get both visits; 1 and 5 one; 2 closes for works at the month's end;
/// 3 is forgotten, closed, or visited twice within three days.
const MONTH: [Entry; 28] = [
    (0, 0, 0, 3, inspect(Some("wb_minor"), true), Whereabouts::Wgs84),
    (0, 0, 0, 12, inspect(None, true), Whereabouts::Wgs84),
    (0, 1, 1, 13, inspect(None, false), Whereabouts::None),
    (0, 4, 0, 4, inspect(Some("yj_gamble"), true), Whereabouts::Wgs84),
    (0, 4, 0, 11, inspect(None, true), Whereabouts::Wgs84),
    (0, 5, 1, 15, inspect(Some("yj_minor"), false), Whereabouts::Gcj02),
    (0, 1, 2, 8, Purpose::CheckIn, Whereabouts::Gcj02),
    (0, 4, 2, 18, Purpose::CheckIn, Whereabouts::Gcj02),
    (0, 3, 3, 16, Purpose::CheckIn, Whereabouts::Wgs84),
    (1, 0, 0, 2, inspect(Some("wb_smoke"), true), Whereabouts::Wgs84),
    (1, 0, 0, 10, inspect(Some("wb_smoke"), true), Whereabouts::Wgs84),
    (1, 1, 1, 13, inspect(None, false), Whereabouts::None),
    (1, 2, 0, 2, inspect(None, false), Whereabouts::Wgs84),
    (1, 2, 0, 10, inspect(Some("wb_fire"), true), Whereabouts::Wgs84),
    (1, 4, 1, 4, inspect(None, true), Whereabouts::Gcj02),
    (1, 4, 1, 11, inspect(Some("yj_sign"), true), Whereabouts::Gcj02),
    (1, 5, 1, 15, inspect(None, false), Whereabouts::Gcj02),
    (1, 1, 2, 8, Purpose::CheckIn, Whereabouts::None),
    (1, 4, 2, 18, Purpose::CheckIn, Whereabouts::Wgs84),
    (2, 0, 0, 5, inspect(Some("wb_sign"), true), Whereabouts::Wgs84),
    (2, 0, 0, 14, inspect(Some("wb_sign"), true), Whereabouts::Wgs84),
    (2, 2, 1, 14, inspect(None, false), Whereabouts::Gcj02),
    (2, 3, 0, 9, inspect(None, false), Whereabouts::Away),
    (2, 3, 0, 12, inspect(None, true), Whereabouts::Wgs84),
    (2, 4, 1, 6, inspect(Some("yj_exit"), true), Whereabouts::Gcj02),
    (2, 4, 1, 13, inspect(None, true), Whereabouts::Gcj02),
    (2, 1, 2, 8, Purpose::CheckIn, Whereabouts::Gcj02),
    (2, 5, 2, 18, Purpose::CheckIn, Whereabouts::Wgs84),
];

/// The visit of today that is broken off in the middle.
const BROKEN_OFF: Entry = (2, 1, 0, 0, inspect(Some("wb_id"), true), Whereabouts::None);

impl District {
    /// The visits of the month before today, in the order of time.
    #[must_use]
    pub fn visits(&self) -> Vec<Planned> {
        let mut visits: Vec<_> = MONTH
            .iter()
            .filter_map(|entry| Some(planned(entry, self.month.first_day().with_day(entry.3)?)))
            .collect();
        visits.sort_by_key(|visit| visit.at);
        visits
    }

    /// The visit of today in whose middle the phone dies.
    #[must_use]
    pub fn broken_off(&self) -> Planned {
        planned(&BROKEN_OFF, self.today)
    }
}

/// Hours are those when minors would be there: noon and early evening.
fn planned(entry: &Entry, day: NaiveDate) -> Planned {
    let (station, venue, by, _, purpose, whereabouts) = *entry;
    let hour = if venue % 2 == 0 { 12 } else { 18 };
    let minute = u32::try_from(station * 17 + by * 5).unwrap_or(0);
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    // Today it is not evening yet.
    let time = if entry.3 == 0 { NaiveTime::from_hms_opt(13, 10, 0).unwrap_or_default() } else { time };
    Planned { station, venue, by, at: Timestamp::at_shanghai(day, time), purpose, whereabouts }
}

/// A kind's questions with the answers of a visit: the good choice everywhere, but where something is
/// found the first that is not good.
#[must_use]
pub fn answers(kind: &VenueKind, found: Option<&str>) -> Vec<(&'static Item, Option<&'static str>)> {
    let items = Checklist::default_for(kind).map(|list| list.items.as_slice()).unwrap_or_default();
    let answer = |item: &'static Item| match &item.kind {
        ItemKind::Text => None,
        ItemKind::Choice { choices } => {
            let bad = found == Some(item.id.as_str());
            choices
                .iter()
                .find(|choice| (choice.tone != Tone::Good) == bad)
                .map(|choice| choice.code.as_str())
        }
    };
    items.iter().map(|item| (item, answer(item))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use xuncha_core::domain::{
        Grade, Month, Policy, RecordId, Review, Tally, VenueId, VenueLife, Visit, VisitKind,
    };

    use super::*;

    /// The states at the end of the story, as `met`, `late`, ….
    fn states(month: Month) -> Vec<String> {
        let district = District::new(1, month).unwrap();
        let mut visits = district.visits();
        visits.push(district.broken_off());
        let at = |n: usize| -> VenueId { uuid::Uuid::from_u128(n as u128).into() };
        let mut states = Vec::new();
        for (n, (station, place)) in district.venues().enumerate() {
            let index = district.stations[station].venues.iter().position(|venue| venue == place).unwrap();
            let of_venue =
                visits.iter().enumerate().filter(|(_, v)| (v.station, v.venue) == (station, index));
            let of_venue: Vec<_> = of_venue
                .map(|(number, planned)| Visit {
                    record: RecordId::from(uuid::Uuid::from_u128(number as u128)),
                    venue: at(n),
                    kind: if planned.purpose == Purpose::CheckIn {
                        VisitKind::CheckIn
                    } else {
                        VisitKind::Inspection
                    },
                    happened_at: planned.at,
                    received_at: None,
                    member: uuid::Uuid::from_u128(9).into(),
                    companions: vec![],
                    corrects: None,
                    review: Review::Pending,
                    grade: Grade::OnSite,
                    findings: vec![],
                })
                .collect();
            let shut = place
                .shut_from
                .map(|day| xuncha_core::domain::DateRange::new(day, day + chrono::Days::new(30)).unwrap());
            let life = VenueLife {
                opened_on: None,
                closed_on: place.closed_on,
                suspended: shut.into_iter().collect(),
            };
            let tally = Tally::of(&of_venue, &life, &Policy::default(), month);
            let state = serde_json::to_value(tally.state(&life, &Policy::default(), district.today)).unwrap();
            states.push(state["state"].as_str().unwrap().to_owned());
        }
        states
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn in_every_month_some_venue_is_met_late_missed_due_and_exempt(year in 2025..=2028_i32, month in 1..=12_u32) {
            let states = states(Month::new(year, month).unwrap());
            for state in ["met", "late", "missed", "due", "exempt"] {
                prop_assert!(states.iter().any(|found| found == state), "no {state}: {states:?}");
            }
            prop_assert!(states.iter().filter(|state| *state == "met").count() >= 5);
        }
    }

    #[test]
    fn every_visit_is_before_the_end_of_today_and_its_answers_fit_the_checklist() {
        let district = District::new(1, Month::new(2026, 2).unwrap()).unwrap();
        assert!(district.visits().iter().all(|visit| visit.at.day() <= district.today));
        for visit in district.visits() {
            let Purpose::Inspect { found, .. } = visit.purpose else { continue };
            let kind = &district.stations[visit.station].venues[visit.venue].kind;
            let answers = answers(kind, found);
            assert!(found.is_none_or(|found| answers.iter().any(|(item, _)| item.id.as_str() == found)));
        }
    }
}
