//! A district that does not exist: stations, people, venues and schools made from a seed, in the files
//! that a station would hand in. No real person, venue or school; only the air above Nanjing is real.
//!
//! - `names`: what people and places are called.
//! - `files`: the district as the files that are imported.
//! - `month`: who visits what when, so that every state of coverage comes up.

mod files;
mod month;
mod names;

use chrono::{Days, NaiveDate};
use xuncha_core::domain::{BadPosition, Month, Role, SchoolLevel, VenueKind, Wgs84, distance};

use super::Seeded;
pub use files::Files;
pub use month::{Planned, Purpose, Whereabouts, answers};

/// A district.
#[derive(Debug, Clone, PartialEq)]
pub struct District {
    /// The month that is worked in.
    pub month: Month,
    /// The day that is today.
    pub today: NaiveDate,
    /// Its stations.
    pub stations: Vec<Patch>,
}

/// A station with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// Its name.
    pub name: String,
    /// Two volunteers, a policeman, the head.
    pub people: Vec<Person>,
    /// Its venues, cafés first.
    pub venues: Vec<Place>,
    /// Its schools.
    pub schools: Vec<Campus>,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their name, told apart from all others of the district.
    pub name: String,
    /// What they do.
    pub role: Role,
}

/// A venue.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its name, told apart from all others of the district.
    pub name: String,
    /// Its kind.
    pub kind: VenueKind,
    /// Its address.
    pub address: String,
    /// Where it is.
    pub at: Wgs84,
    /// What its printed placard says.
    pub placard: String,
    /// The last day it did business.
    pub closed_on: Option<NaiveDate>,
    /// The first day of works that last beyond the month.
    pub shut_from: Option<NaiveDate>,
}

/// A school.
#[derive(Debug, Clone, PartialEq)]
pub struct Campus {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub level: SchoolLevel,
    /// Corners of its boundary, or its gates.
    pub points: Vec<Wgs84>,
    /// Whether the points are a boundary.
    pub is_boundary: bool,
}

/// How far the one venue near a school is from the campus, in metres.
pub const NEAR_SCHOOL_M: f64 = 120.0;
/// How far all other venues keep away from any point of a school.
const KEPT_AWAY_M: f64 = 320.0;
/// Half the size of a patch, in metres.
const PATCH_M: f64 = 900.0;

impl District {
    /// The district of a seed, in a month. Its today is eight days before the month's end: late enough
    /// for venues to be behind, early enough for them to be saved.
    ///
    /// # Errors
    /// None in fact: every place lies in Nanjing.
    pub fn new(seed: u64, month: Month) -> Result<Self, BadPosition> {
        let mut chance = Seeded::new(seed);
        let today = month.last_day() - Days::new(8);
        let mut names = names::Names::new(chance.fork());
        let west = Wgs84::new(32.045, 118.74)?;
        let stations = (0_u8..3).map(|number| {
            let centre = moved(west, 300.0 * chance.swing(), 3_000.0 * f64::from(number))?;
            patch(number, centre, month, &mut names, &mut chance)
        });
        Ok(Self { month, today, stations: stations.collect::<Result<_, _>>()? })
    }

    /// All venues with the index of their station.
    pub fn venues(&self) -> impl Iterator<Item = (usize, &Place)> {
        self.stations
            .iter()
            .enumerate()
            .flat_map(|(n, patch)| patch.venues.iter().map(move |venue| (n, venue)))
    }
}

impl Patch {
    /// Those of a role.
    pub fn people(&self, role: Role) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |person| person.role == role)
    }
}

fn patch(
    number: u8,
    centre: Wgs84,
    month: Month,
    names: &mut names::Names,
    chance: &mut Seeded,
) -> Result<Patch, BadPosition> {
    let corner = moved(centre, 350.0, -300.0)?;
    let gate = moved(centre, -400.0, 350.0)?;
    let schools = vec![
        Campus {
            name: names.school("小学"),
            level: SchoolLevel::Primary,
            points: vec![
                corner,
                moved(corner, 10.0, 150.0)?,
                moved(corner, 190.0, 140.0)?,
                moved(corner, 180.0, -10.0)?,
            ],
            is_boundary: true,
        },
        Campus {
            name: names.school("初级中学"),
            level: SchoolLevel::Junior,
            points: vec![gate, moved(gate, 120.0, 60.0)?],
            is_boundary: false,
        },
        Campus {
            name: names.school("幼儿园"),
            level: SchoolLevel::Kindergarten,
            points: vec![moved(centre, 450.0, 450.0)?],
            is_boundary: false,
        },
    ];
    let mut venues = Vec::new();
    for index in 0_u8..6 {
        let kind = if index < 4 { VenueKind::InternetCafe } else { VenueKind::GameArcade };
        let at = match (number, index) {
            (0, 0) => moved(corner, -NEAR_SCHOOL_M, 70.0)?,
            _ => away_from(&schools, centre, chance)?,
        };
        let (name, address) = names.venue(&kind);
        venues.push(Place {
            placard: format!("XC-{}{:02}-{:04}", number + 1, index + 1, chance.below(10_000)),
            name,
            kind,
            address,
            at,
            closed_on: (number == 1 && index == 3).then(|| month.previous().last_day() - Days::new(5)),
            shut_from: (index == 2).then(|| month.last_day() - Days::new(4)),
        });
    }
    let people = [Role::Volunteer, Role::Volunteer, Role::Police, Role::Head];
    let people = people.map(|role| Person { name: names.person(), role }).to_vec();
    Ok(Patch { name: names.station(), people, venues, schools })
}

/// A place in the patch that is near no school. The patch is large enough for one to be found.
fn away_from(schools: &[Campus], centre: Wgs84, chance: &mut Seeded) -> Result<Wgs84, BadPosition> {
    loop {
        let at = moved(centre, PATCH_M * chance.swing(), PATCH_M * chance.swing())?;
        let mut points = schools.iter().flat_map(|school| &school.points);
        if points.all(|point| distance(*point, at).0 > KEPT_AWAY_M) {
            return Ok(at);
        }
    }
}

/// So many metres north and east; a plane is good enough for a patch.
fn moved(from: Wgs84, north: f64, east: f64) -> Result<Wgs84, BadPosition> {
    let lat = from.lat() + north / 110_900.0;
    let lon = from.lon() + east / (111_320.0 * from.lat().to_radians().cos());
    // A tenth of a metre is more than a map tells.
    let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
    Wgs84::new(rounded(lat), rounded(lon))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use xuncha_core::domain::{Outline, distance_to_outline};

    use super::*;

    fn outline(school: &Campus) -> Outline {
        let points = school.points.clone();
        if school.is_boundary { Outline::boundary(points) } else { Outline::gates(points) }.unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn every_seed_gives_a_district_with_one_venue_near_a_school_and_no_name_twice(seed: u64) {
            let district = District::new(seed, Month::new(2026, 11).unwrap()).unwrap();
            prop_assert_eq!(&district, &District::new(seed, district.month).unwrap());
            let mut near = 0;
            for (_, venue) in district.venues() {
                let schools = district.stations.iter().flat_map(|patch| &patch.schools);
                let metres = schools.map(|s| distance_to_outline(venue.at, &outline(s)).0).fold(f64::MAX, f64::min);
                near += usize::from(metres < 200.0);
            }
            prop_assert_eq!(near, 1);
            let people = district.stations.iter().flat_map(|patch| patch.people.iter().map(|person| &person.name));
            let names: Vec<_> = people.chain(district.venues().map(|(_, venue)| &venue.name)).collect();
            prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        }
    }
}
