//! What is near a school, as the policy says: for the filter, and for the table of the schools that the map of a station
//! draws.

use chrono::NaiveDate;
use maud::{Markup, html};
use xuncha_core::domain::{
    Locale, Metres, Month, PolicyFrom, School, SchoolLevel, StationId, Venue, VenueId, policy_for,
};

use super::query::Query;

/// A school, and the venues around it.
#[derive(Debug, Clone)]
pub(super) struct Around {
    name: String,
    level: SchoolLevel,
    /// Whether another station keeps it.
    of_a_neighbour: bool,
    /// Those that are near it as the policy says; the nearest alone if none is.
    venues: Vec<(Metres, VenueId, String)>,
    is_near: bool,
}

/// Whether a venue is near any of these schools, as the policy in force in a month says.
pub(super) fn is_near_school(
    venue: &Venue,
    schools: &[School],
    policies: &[PolicyFrom],
    month: Month,
) -> bool {
    let policy = policy_for(policies, month, venue.id, &venue.kind);
    let near = |at| schools.iter().any(|school| policy.is_near(school.level, school.distance_from(at)));
    venue.position.is_some_and(near)
}

/// Each of some schools with the venues around it: first those that have the nearest.
pub(super) fn around<'a>(
    station: StationId,
    schools: &[School],
    venues: impl Iterator<Item = &'a Venue> + Clone,
    policies: &[PolicyFrom],
    month: Month,
    today: NaiveDate,
) -> Vec<Around> {
    let there = venues.filter(|venue| !venue.life.closed_by(today));
    let mut all: Vec<Around> = schools
        .iter()
        .map(|school| {
            let mut near = Vec::new();
            let mut nearest: Option<(Metres, &Venue)> = None;
            for (venue, at) in there.clone().filter_map(|venue| Some((venue, venue.position?))) {
                let metres = school.distance_from(at);
                if policy_for(policies, month, venue.id, &venue.kind).is_near(school.level, metres) {
                    near.push((metres, venue));
                }
                if nearest.is_none_or(|(least, _)| metres < least) {
                    nearest = Some((metres, venue));
                }
            }
            near.sort_by(|(a, _), (b, _)| a.0.total_cmp(&b.0));
            let is_near = !near.is_empty();
            let shown = if is_near { near } else { nearest.into_iter().collect() };
            let told = |(metres, venue): (Metres, &Venue)| (metres, venue.id, venue.name.to_string());
            Around {
                name: school.name.to_string(),
                level: school.level,
                of_a_neighbour: school.station != station,
                venues: shown.into_iter().map(told).collect(),
                is_near,
            }
        })
        .collect();
    let least = |around: &Around| around.venues.first().map_or(f64::INFINITY, |(metres, ..)| metres.0);
    all.sort_by(|a, b| least(a).total_cmp(&least(b)).then_with(|| a.name.cmp(&b.name)));
    all
}

/// The table; nothing if there are no schools.
pub(super) fn table(schools: &[Around], query: &Query, l: Locale) -> Markup {
    html! { @if !schools.is_empty() {
        h2 #schools { (l.pick("学校与附近场所", "Schools and the venues near them")) }
        div.sheet { table aria-labelledby="schools" {
            thead { tr {
                th scope="col" { (l.pick("学校", "School")) }
                th scope="col" { (l.pick("学段", "Level")) }
                th scope="col" { (l.pick("附近场所（参考距离）", "Venues near it (reference distance)")) }
            } }
            tbody { @for school in schools { tr {
                th scope="row" { (school.name)
                    @if school.of_a_neighbour { span.quiet { (l.pick("邻站登记", "kept by another station")) } } }
                td { (school.level.label(l)) }
                td {
                    @if school.venues.is_empty() { span.not { (l.pick("没有登记位置的场所", "No venue's position is on file")) } }
                    @else if school.is_near { span.state.due { i aria-hidden="true" { "●" } (l.pick("近学校", "near a school")) } }
                    @else { span.quiet-inline { (l.pick("关注范围内没有，最近的：", "None within the distance that is set; the nearest:")) } }
                    ul.plain { @for (metres, id, name) in &school.venues { li {
                        a href={ "/venues/" (id) (query.venue_query()) } { (name) } " " (metres.text(l))
                    } } }
                }
            } } }
        } }
        p.quiet { (l.pick(
            "参考距离只供工作参考，不作为认定依据；各地量法不同，以主管部门为准。",
            "Reference distances help the work and decide nothing; ways of measuring differ, and the authorities' is the one that holds.",
        )) }
    } }
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::{
        Address, Name, Outline, PlacardCode, SchoolId, Timestamp, VenueKind, VenueLife, Wgs84,
    };

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_794_794_400_000);

    fn north(metres: f64) -> Wgs84 {
        Wgs84::new(32.0 + metres / 110_880.0, 118.0).unwrap()
    }

    fn venue(number: u8, metres: Option<f64>) -> Venue {
        Venue {
            id: VenueId::mint(NOW, [number; 10]),
            station: StationId::mint(NOW, [0; 10]),
            name: Name::new(&format!("馆{number}")).unwrap(),
            kind: VenueKind::InternetCafe,
            address: Address::new("").unwrap(),
            position: metres.map(north),
            placard: None::<PlacardCode>,
            life: VenueLife::default(),
        }
    }

    fn school(number: u8, metres: f64) -> School {
        School {
            id: SchoolId::mint(NOW, [number; 10]),
            station: StationId::mint(NOW, [number; 10]),
            name: Name::new(&format!("校{number}")).unwrap(),
            level: SchoolLevel::Primary,
            outline: Outline::gates(vec![north(metres)]).unwrap(),
            closed_on: None,
        }
    }

    #[test]
    fn a_school_has_the_venues_that_are_near_or_the_nearest_and_none_that_is_gone() {
        let gone = Venue { life: VenueLife::never(), ..venue(4, Some(0.0)) };
        let venues = [venue(1, Some(150.0)), venue(2, Some(50.0)), venue(3, None), gone];
        let schools = [school(1, 3_000.0), school(0, 0.0)];
        let (own, month, today) = (StationId::mint(NOW, [0; 10]), NOW.month(), NOW.day());
        let told = around(own, &schools, venues.iter(), &[], month, today);
        let names = |around: &Around| around.venues.iter().map(|(.., name)| name.clone()).collect::<Vec<_>>();
        assert_eq!((told[0].name.as_str(), told[0].is_near, told[0].of_a_neighbour), ("校0", true, false));
        assert_eq!(names(&told[0]), ["馆2", "馆1"]);
        assert_eq!(
            (names(&told[1]), told[1].is_near, told[1].of_a_neighbour),
            (vec!["馆1".to_owned()], false, true)
        );
        let html = table(&told, &Query::default(), Locale::ZhHans).into_string();
        assert!(
            html.contains("馆2</a> 50米") && html.contains("没有，最近的：") && !html.contains("馆4"),
            "{html}"
        );
        assert_eq!(table(&[], &Query::default(), Locale::En).into_string(), "");
    }
}
