//! Who visits what when. The plan is the same whatever the seed: it is made so that every state of
//! coverage and every grade of evidence can be seen on the 20th.

use chrono::{Days, NaiveTime};
use xuncha_core::domain::{AgeBand, Month, Role, Timestamp};

/// A visit that somebody is going to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Day of the month.
    pub day: u8,
    /// Hour and minute at which it begins.
    pub time: (u8, u8),
    /// The station by its number.
    pub station: usize,
    /// The venue by its number in the station.
    pub venue: usize,
    /// Whose phone it is made with.
    pub by: Who,
    /// Whether the station's other volunteer comes along.
    pub in_twos: bool,
    /// What the phone knows of where it is.
    pub position: Position,
    /// Whether the placard at the door is scanned.
    pub placard: bool,
    /// Whether a photo of the sign is taken.
    pub photo: bool,
    /// What it is.
    pub what: What,
    /// What goes wrong with it.
    pub twist: Option<Twist>,
}

/// Whose phone it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The station's volunteer of that number.
    Volunteer(usize),
    /// Its policeman.
    Police,
    /// Its head.
    Head,
}

impl Who {
    /// The role, and which of the station's people with that role.
    #[must_use]
    pub const fn role(self) -> (Role, usize) {
        match self {
            Self::Volunteer(number) => (Role::Volunteer, number),
            Self::Police => (Role::Police, 0),
            Self::Head => (Role::Head, 0),
        }
    }
}

/// What a phone knows of where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// A satellite fix at the door, in WGS-84.
    Satellites,
    /// A fix of a map service, in GCJ-02.
    MapService,
    /// A coarse fix from the network, some streets away.
    Coarse,
    /// None: a basement.
    Unknown,
}

/// What a visit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// An inspection, with all that is not as it should be.
    Inspection(&'static [Found]),
    /// A patrol check-in, with its note.
    CheckIn(Option<&'static str>),
}

/// A bad answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The item.
    pub item: &'static str,
    /// The answer.
    pub choice: &'static str,
    /// Minors that were seen and talked into leaving, where the item asks for them.
    pub minors: Option<(u16, AgeBand)>,
    /// What the volunteer wrote to it.
    pub note: Option<&'static str>,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// The phone's process is killed after some answers.
    KilledInDraft,
    /// The head returns it, and it is corrected.
    Returned,
}

const MINORS: Found = Found {
    item: "wb_minor",
    choice: "yes",
    minors: Some((2, AgeBand::Junior)),
    note: Some("放学后进店,已劝离并告知前台"),
};
const NO_SIGN: Found = bad("wb_sign", "no");
const SMOKING: Found = bad("wb_smoke", "smoking");
const LOCKED_EXIT: Found =
    Found { note: Some("后门上锁,已当场告诉店主并报社区民警"), ..bad("wb_exit", "no") };
const PAPERS: Found = bad("wb_id", "partly");
const FIRE: Found = bad("wb_fire", "unsure");
const ARCADE_SIGN: Found = bad("yj_sign", "partly");
const ARCADE_CROWD: Found = bad("yj_crowd", "yes");

const fn bad(item: &'static str, choice: &'static str) -> Found {
    Found { item, choice, minors: None, note: None }
}

const V0: Who = Who::Volunteer(0);
const V1: Who = Who::Volunteer(1);

/// The visits of the month until the 20th, in the order they are made.
#[must_use]
pub fn month() -> Vec<Planned> {
    let mut visits = vec![
        // The first station: two volunteers, a policeman and the head have phones.
        inspect(3, (14, 10), 0, 0, V0).in_twos().photo().finds(&[MINORS, NO_SIGN]),
        inspect(4, (18, 30), 0, 1, V0).from_map_service(),
        inspect(6, (19, 5), 0, 4, V0).in_twos().unlocated().but(Twist::Returned),
        inspect(12, (13, 20), 0, 0, V1).placard().photo().finds(&[NO_SIGN]),
        inspect(14, (15, 0), 0, 5, V1).in_twos().from_map_service().finds(&[ARCADE_SIGN]),
        inspect(15, (19, 40), 0, 4, V0).photo(),
        inspect(16, (18, 50), 0, 1, V0).in_twos().finds(&[SMOKING]),
        inspect(19, (12, 25), 0, 2, V1).photo().from_map_service(),
        check_in(8, (21, 15), 0, 0, Who::Police, None),
        check_in(11, (22, 5), 0, 3, Who::Police, Some("门口已提醒店主晚间核对证件")),
        check_in(18, (20, 40), 0, 3, Who::Police, None).from_map_service(),
        check_in(17, (16, 30), 0, 1, Who::Head, Some("陪同街道走访")),
        // The second: one volunteer and a policeman.
        inspect(3, (18, 15), 1, 0, V0).in_twos(),
        inspect(4, (13, 30), 1, 1, V0).from_map_service().finds(&[PAPERS]),
        inspect(6, (18, 40), 1, 2, V0).photo(),
        inspect(8, (14, 45), 1, 1, V0).placard(),
        inspect(11, (19, 10), 1, 0, V0).in_twos().finds(&[FIRE]),
        inspect(13, (12, 50), 1, 2, V0).coarse(),
        inspect(17, (18, 5), 1, 4, V0).photo().finds(&[ARCADE_CROWD]),
        check_in(12, (21, 50), 1, 5, Who::Police, None),
        check_in(14, (22, 30), 1, 1, Who::Police, Some("周末人多")).from_map_service(),
        // The third: two volunteers, each with a phone.
        inspect(2, (18, 20), 2, 0, V0).photo(),
        inspect(5, (13, 10), 2, 1, V1).in_twos().from_map_service(),
        inspect(7, (15, 30), 2, 3, V0).from_map_service(),
        inspect(7, (20, 10), 2, 3, V1),
        inspect(9, (12, 40), 2, 4, V1).finds(&[ARCADE_SIGN]),
        inspect(10, (18, 35), 2, 0, V0).in_twos().photo().finds(&[LOCKED_EXIT]).but(Twist::KilledInDraft),
        inspect(15, (14, 20), 2, 5, V1).placard().photo(),
        inspect(18, (19, 0), 2, 3, V0).in_twos(),
        inspect(19, (18, 45), 2, 4, V1).from_map_service().photo().finds(&[ARCADE_SIGN]),
    ];
    visits.sort_by_key(|visit| (visit.day, visit.time));
    visits
}

const fn inspect(day: u8, time: (u8, u8), station: usize, venue: usize, by: Who) -> Planned {
    Planned {
        day,
        time,
        station,
        venue,
        by,
        in_twos: false,
        position: Position::Satellites,
        placard: false,
        photo: false,
        what: What::Inspection(&[]),
        twist: None,
    }
}

const fn check_in(
    day: u8,
    time: (u8, u8),
    station: usize,
    venue: usize,
    by: Who,
    note: Option<&'static str>,
) -> Planned {
    Planned { what: What::CheckIn(note), ..inspect(day, time, station, venue, by) }
}

impl Planned {
    /// The moment it begins.
    #[must_use]
    pub fn at(&self, month: Month) -> Timestamp {
        let day = month.first_day() + Days::new(u64::from(self.day) - 1);
        let (hour, minute) = self.time;
        let time = NaiveTime::from_hms_opt(hour.into(), minute.into(), 0).unwrap_or_default();
        Timestamp::at_shanghai(day, time)
    }

    const fn in_twos(self) -> Self {
        Self { in_twos: true, ..self }
    }

    const fn photo(self) -> Self {
        Self { photo: true, ..self }
    }

    const fn placard(self) -> Self {
        Self { placard: true, ..self }
    }

    const fn from_map_service(self) -> Self {
        Self { position: Position::MapService, ..self }
    }

    const fn coarse(self) -> Self {
        Self { position: Position::Coarse, ..self }
    }

    const fn unlocated(self) -> Self {
        Self { position: Position::Unknown, ..self }
    }

    const fn but(self, twist: Twist) -> Self {
        Self { twist: Some(twist), ..self }
    }

    const fn finds(self, found: &'static [Found]) -> Self {
        Self { what: What::Inspection(found), ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use xuncha_core::domain::{
        Answer, Checklist, CoverageState, Evidence, Grade, ItemAnswer, MinorsSeen, Policy, RecordId, Review,
        Tally, VenueId, VenueLife, Visit, VisitKind, check_answer,
    };

    use super::*;
    use crate::demo::{District, Seeded};

    #[test]
    fn on_the_20th_every_state_of_coverage_can_be_seen() {
        let month_of = Month::new(2026, 11).unwrap();
        let district = District::new(1, month_of).unwrap();
        let mut chance = Seeded::new(1);
        let mut seen = BTreeMap::new();
        for (station, patch) in district.stations.iter().enumerate() {
            for (number, place) in patch.venues.iter().enumerate() {
                let visits: Vec<_> = month()
                    .iter()
                    .filter(|plan| (plan.station, plan.venue) == (station, number))
                    .map(|plan| visit(plan, month_of, &mut chance))
                    .collect();
                let life = place.life();
                let tally = Tally::of(&visits, &life, &Policy::default(), month_of);
                let state = tally.state(&life, &Policy::default(), district.today);
                *seen.entry(name(state)).or_insert(0) += 1;
            }
        }
        let expected = [("due", 2), ("exempt", 1), ("late", 2), ("met", 8), ("missed", 2), ("on_track", 3)];
        assert_eq!(seen, BTreeMap::from(expected));
    }

    fn name(state: CoverageState) -> &'static str {
        match state {
            CoverageState::Met => "met",
            CoverageState::OnTrack { .. } => "on_track",
            CoverageState::Due { .. } => "due",
            CoverageState::Late { .. } => "late",
            CoverageState::Missed => "missed",
            CoverageState::Exempt => "exempt",
        }
    }

    fn visit(plan: &Planned, month: Month, chance: &mut Seeded) -> Visit {
        let at = plan.at(month);
        Visit {
            record: RecordId::mint(at, chance.ten_bytes()),
            venue: VenueId::mint(at, [0; 10]),
            kind: match plan.what {
                What::Inspection(_) => VisitKind::Inspection,
                What::CheckIn(_) => VisitKind::CheckIn,
            },
            happened_at: at,
            received_at: None,
            member: xuncha_core::domain::MemberId::mint(at, [1; 10]),
            companions: Vec::new(),
            corrects: None,
            review: Review::Pending,
            grade: Evidence { grade: Grade::OnSite, reasons: Vec::new() }.grade,
            findings: Vec::new(),
        }
    }

    #[test]
    fn every_bad_answer_is_one_of_the_checklist_of_its_venue() {
        let district = District::new(1, Month::new(2026, 11).unwrap()).unwrap();
        let mut found = 0;
        for plan in month() {
            let What::Inspection(all) = plan.what else { continue };
            let kind = &district.stations[plan.station].venues[plan.venue].kind;
            let checklist = Checklist::default_for(kind).unwrap();
            for one in all {
                let minors = one.minors.map(|(count, band)| MinorsSeen {
                    count,
                    bands: [band].into(),
                    dissuaded: true,
                    in_danger: false,
                });
                let answer = Answer::Choice { choice: one.choice.parse().unwrap(), minors };
                let answer = ItemAnswer { item: one.item.parse().unwrap(), answer, note: None };
                check_answer(checklist, &answer).unwrap();
                found += 1;
            }
        }
        assert!(found > 8);
    }

    #[test]
    fn visits_go_forward_in_time_and_nobody_is_at_two_places() {
        let visits = month();
        let at = |plan: &Planned| plan.at(Month::new(2026, 11).unwrap());
        assert!(visits.windows(2).all(|pair| at(&pair[1]).millis_since(at(&pair[0])) >= 10 * 60_000));
        let volunteers = visits.iter().filter(|plan| matches!(plan.by, Who::Volunteer(_)));
        assert!(volunteers.clone().all(|plan| matches!(plan.what, What::Inspection(_))));
        assert!(volunteers.count() > 20);
    }

    #[test]
    fn a_venue_without_works_is_always_to_be_checked() {
        let district = District::new(1, Month::new(2026, 11).unwrap()).unwrap();
        assert_eq!(district.stations[0].venues[0].life(), VenueLife::default());
    }
}
