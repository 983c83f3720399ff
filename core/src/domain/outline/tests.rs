use geo::{Destination, InterpolatePoint};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn at(lat: f64, lon: f64) -> Wgs84 {
    Wgs84::new(lat, lon).unwrap()
}

fn going(from: Wgs84, bearing: f64, metres: f64) -> Wgs84 {
    let to = Geodesic.destination(point(from), bearing, metres);
    at(to.y(), to.x())
}

/// A campus around a centre: corners at ascending bearings, so that no sides cross.
fn campus(centre: Wgs84, radii: &[f64]) -> Outline {
    let mut bearing = 0.0;
    let step = 360.0 / f64::from(u32::try_from(radii.len()).unwrap());
    let corners = radii.iter().map(|radius| {
        bearing += step;
        going(centre, bearing, *radius)
    });
    Outline::boundary(corners.collect()).unwrap()
}

/// The shortest geodesic distance to a side, found by walking along it ever more finely.
fn to_side(from: Wgs84, a: Wgs84, b: Wgs84) -> f64 {
    let away = |ratio: f64| {
        let on_side = Geodesic.point_at_ratio_between(point(a), point(b), ratio);
        Geodesic.distance(point(from), on_side)
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let third = (high - low) / 3.0;
        if away(low + third) < away(high - third) { high -= third } else { low += third }
    }
    away(low)
}

fn to_sides(from: Wgs84, outline: &Outline) -> f64 {
    let corners = outline.points();
    let next = corners.iter().cycle().skip(1);
    corners.iter().zip(next).map(|(a, b)| to_side(from, *a, *b)).fold(f64::INFINITY, f64::min)
}

/// Whether whole-numbered corners make a ring whose sides meet in shared corners only; each side is
/// compared with each, in whole numbers.
fn simple_by_definition(corners: &[(u8, u8)]) -> bool {
    type Corner = (i32, i32);
    let mut ring: Vec<Corner> = corners.iter().map(|(y, x)| (i32::from(*y), i32::from(*x))).collect();
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    let turn =
        |a: Corner, b: Corner, c: Corner| ((b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)).signum();
    let on_side = |a: Corner, b: Corner, c: Corner| {
        let within = |a: i32, b: i32, c: i32| a.min(b) <= c && c <= a.max(b);
        turn(a, b, c) == 0 && within(a.0, b.0, c.0) && within(a.1, b.1, c.1)
    };
    let count = ring.len();
    let side = |i: usize| (ring[i % count], ring[(i + 1) % count]);
    let meet = |i: usize, j: usize| {
        let ((a, b), (c, d)) = (side(i), side(j));
        let cross = turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
        cross || on_side(a, b, c) || on_side(a, b, d) || on_side(c, d, a) || on_side(c, d, b)
    };
    let back_on_itself = |i: usize| {
        let ((a, b), (_, c)) = (side(i), side(i + 1));
        on_side(a, b, c) || on_side(b, c, a)
    };
    count >= 3
        && !(0..count).any(back_on_itself)
        && !(0..count).any(|i| (i + 2..count).any(|j| (j + 1) % count != i && meet(i, j)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn outside_it_is_what_walking_along_the_sides_by_geodesic_finds(
        lat in 18.0..54.0f64, lon in 73.0..135.0f64,
        radii in prop::collection::vec(30.0..800.0f64, 3..12),
        bearing in 0.0..360.0f64, away in 801.0..5_000.0f64,
    ) {
        let centre = at(lat, lon);
        let outline = campus(centre, &radii);
        let from = going(centre, bearing, away);
        let (ours, walked) = (distance_to_outline(from, &outline).0, to_sides(from, &outline));
        prop_assert!((ours - walked).abs() < 0.01, "{ours} is not {walked}");
    }

    #[test]
    fn a_ring_is_refused_exactly_when_two_of_its_sides_meet(
        corners in prop::collection::vec((0u8..12, 0u8..12), 3..9),
    ) {
        let ring: Vec<_> = corners.iter()
            .map(|(y, x)| at(32.0 + f64::from(*y) / 4096.0, 118.0 + f64::from(*x) / 4096.0)).collect();
        let refused = Outline::boundary(ring.clone()).is_err();
        prop_assert_eq!(refused, !simple_by_definition(&corners), "{:?}", corners);
    }

    #[test]
    fn inside_it_is_zero(
        lat in 18.0..54.0f64, lon in 73.0..135.0f64,
        radii in prop::collection::vec(50.0..800.0f64, 5..12), bearing in 0.0..360.0f64,
    ) {
        // Corners at least 50 m away and at most 72° apart keep all within 40 m of the centre inside.
        let centre = at(lat, lon);
        let from = going(centre, bearing, 20.0);
        let outline = campus(centre, &radii);
        prop_assert_eq!(distance_to_outline(from, &outline), Metres(0.0));
    }

    #[test]
    fn nobody_is_nearer_to_the_gates_than_to_the_boundary_they_stand_in(
        radii in prop::collection::vec(30.0..800.0f64, 3..12), away in 0.0..5_000.0f64,
    ) {
        let centre = at(32.06, 118.78);
        let outline = campus(centre, &radii);
        let gates = Outline::gates(outline.points().to_vec()).unwrap();
        let from = going(centre, 77.0, away);
        let (gate, boundary) = (distance_to_outline(from, &gates), distance_to_outline(from, &outline));
        prop_assert!(boundary.0 <= gate.0 + 1e-6, "{boundary:?} {gate:?}");
    }
}

#[test]
fn a_venue_across_the_street_is_as_far_as_the_street_is_wide() {
    let corner = at(32.0, 118.0);
    let square = vec![corner, at(32.0, 118.002), at(32.002, 118.002), at(32.002, 118.0)];
    let outline = Outline::boundary(square).unwrap();
    let venue = going(at(32.001, 118.0), 270.0, 30.0);
    assert!((distance_to_outline(venue, &outline).0 - 30.0).abs() < 0.01);
    assert!((distance_to_outline(going(corner, 225.0, 30.0), &outline).0 - 30.0).abs() < 0.01);
}

#[test]
fn a_ring_may_come_closed_or_open_and_with_a_corner_clicked_twice() {
    let open = vec![at(32.0, 118.0), at(32.0, 118.001), at(32.001, 118.001)];
    let mut closed = open.clone();
    closed.insert(1, open[0]);
    closed.push(open[0]);
    assert_eq!(Outline::boundary(closed).unwrap(), Outline::boundary(open).unwrap());
}

#[test]
fn what_is_no_campus_is_refused() {
    let (a, b, c, d) = (at(32.0, 118.0), at(32.0, 118.001), at(32.001, 118.001), at(32.001, 118.0));
    assert_eq!(Outline::boundary(vec![a, b, a]), Err(BadOutline::Points { found: 2, min: 3 }));
    assert_eq!(Outline::boundary(vec![]), Err(BadOutline::Points { found: 0, min: 3 }));
    assert_eq!(Outline::gates(vec![]), Err(BadOutline::Points { found: 0, min: 1 }));
    assert_eq!(Outline::gates(vec![a; 2001]), Err(BadOutline::Points { found: 2001, min: 1 }));
    assert_eq!(Outline::boundary(vec![a, c, b, d]), Err(BadOutline::Crossed));
    let line = vec![at(32.0, 118.0), at(32.0, 118.1), at(32.0, 118.05)];
    assert_eq!(Outline::boundary(line), Err(BadOutline::Crossed));
    let spike = vec![a, b, c, b, d];
    assert_eq!(Outline::boundary(spike), Err(BadOutline::Crossed));
    let pinched = vec![a, b, at(32.0005, 118.0005), c, d, at(32.0005, 118.0005)];
    assert_eq!(Outline::boundary(pinched), Err(BadOutline::Crossed));
    let touching = vec![a, b, c, at(32.0, 118.0005), d];
    assert_eq!(Outline::boundary(touching), Err(BadOutline::Crossed));
    assert!(matches!(Outline::gates(vec![a, at(32.0, 119.0)]), Err(BadOutline::TooWide(_))));
}

#[test]
fn a_corner_in_the_middle_of_a_straight_side_does_no_harm() {
    let side = [118.0, 118.0005, 118.001].map(|lon| at(32.0, lon));
    let ring = [&side[..], &[at(32.001, 118.001), at(32.001, 118.0)]].concat();
    assert_eq!(Outline::boundary(ring).unwrap().points().len(), 5);
}

#[test]
fn an_outline_travels_unchanged_and_is_checked_on_arrival() {
    let outline = Outline::gates(vec![at(32.0, 118.0)]).unwrap();
    let text = serde_json::to_value(&outline).unwrap();
    assert_eq!(text, json!({"shape": "gates", "points": [{"lat": 32.0, "lon": 118.0}]}));
    assert_eq!(serde_json::from_value::<Outline>(text).unwrap(), outline);
    for bad in [
        json!({"shape": "boundary", "points": [{"lat": 32.0, "lon": 118.0}]}),
        json!({"shape": "circle", "points": [{"lat": 32.0, "lon": 118.0}]}),
        json!({"shape": "gates", "points": [{"lat": 132.0, "lon": 118.0}]}),
        json!({"shape": "gates", "points": [{"lat": 32.0, "lon": 118.0}], "colour": "red"}),
    ] {
        assert!(serde_json::from_value::<Outline>(bad.clone()).is_err(), "{bad}");
    }
}
