//! Schools across the borders of stations: one is no less near because another station keeps it.

use super::{Bounds, Metres, School, StationId, Wgs84};

/// Up to which distance from a venue of its own a station has to know the schools of others.
pub const NEIGHBOUR_REACH: Metres = Metres(1000.0);

/// Those of some schools that a station with venues at these positions has to know beside its own.
pub fn neighbour_schools<'a>(
    station: StationId,
    venues: &[Wgs84],
    schools: impl IntoIterator<Item = &'a School>,
) -> Vec<&'a School> {
    let near = |school: &School| {
        let outline = Bounds::of(school.outline.points().iter().copied());
        let around = outline.map(|outline| outline.grown(NEIGHBOUR_REACH));
        // The box first: measuring the way to an outline takes a thousand times longer.
        let boxed = venues.iter().filter(|at| around.is_some_and(|around| around.holds(**at)));
        boxed.into_iter().any(|at| school.distance_from(*at) <= NEIGHBOUR_REACH)
    };
    schools.into_iter().filter(|school| school.station != station && near(school)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Name, Outline, SchoolId, SchoolLevel, Timestamp};

    fn station(number: u8) -> StationId {
        StationId::mint(Timestamp::from_millis(1_000), [number; 10])
    }

    fn school(number: u8, kept_by: StationId, outline: Outline) -> School {
        School {
            id: SchoolId::mint(Timestamp::from_millis(1_000), [number; 10]),
            station: kept_by,
            name: Name::new("柳岸试验小学").unwrap(),
            level: SchoolLevel::Primary,
            outline,
            closed_on: None,
        }
    }

    fn at(lat: f64, lon: f64) -> Wgs84 {
        Wgs84::new(lat, lon).unwrap()
    }

    /// A campus of 400 m by 400 m and less, or its gates.
    fn outlines() -> impl Strategy<Value = Outline> {
        let corners = (32.0..32.05f64, 118.7..118.75f64, 0.000_1..0.004f64, any::<bool>());
        corners.prop_map(|(lat, lon, side, walled)| {
            let corners = vec![at(lat, lon), at(lat + side, lon), at(lat + side, lon + side)];
            if walled { Outline::boundary(corners) } else { Outline::gates(corners) }.unwrap()
        })
    }

    proptest! {
        #[test]
        fn they_are_those_of_others_that_any_venue_has_within_a_kilometre(
            venues in prop::collection::vec((32.0..32.05f64, 118.7..118.75f64), 0..8),
            outlines in prop::collection::vec((outlines(), 0u8..3), 0..20),
        ) {
            let venues: Vec<_> = venues.into_iter().map(|(lat, lon)| at(lat, lon)).collect();
            let schools: Vec<_> = (0..).zip(outlines)
                .map(|(number, (outline, keeper))| school(number, station(keeper), outline)).collect();
            let measured: Vec<_> = schools.iter()
                .filter(|school| school.station != station(0))
                .filter(|school| venues.iter().any(|at| school.distance_from(*at).0 <= 1000.0))
                .collect();
            prop_assert_eq!(neighbour_schools(station(0), &venues, &schools), measured);
        }
    }

    #[test]
    fn a_venue_in_the_middle_of_a_campus_is_near_it_though_no_corner_is() {
        let wide = vec![at(32.0, 118.7), at(32.03, 118.7), at(32.03, 118.73), at(32.0, 118.73)];
        let schools = [school(1, station(1), Outline::boundary(wide).unwrap())];
        assert_eq!(neighbour_schools(station(0), &[at(32.015, 118.715)], &schools).len(), 1);
        assert!(
            neighbour_schools(station(1), &[at(32.015, 118.715)], &schools).is_empty(),
            "it is their own"
        );
    }
}
