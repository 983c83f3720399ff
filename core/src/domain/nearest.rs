//! The nearest venues to where somebody stands.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::{Metres, VenueId, Wgs84, distance};

/// A position as point of the ellipsoid in space, in metres from the Earth's centre. In space there
/// is no pole and no date line to go wrong at.
type InSpace = [f64; 3];

type Entry = GeomWithData<InSpace, (VenueId, Wgs84)>;

/// An index of venues by position. Venues without a position are simply not in it.
#[derive(Debug, Clone, Default)]
pub struct Nearest(RTree<Entry>);

impl FromIterator<(VenueId, Wgs84)> for Nearest {
    fn from_iter<I: IntoIterator<Item = (VenueId, Wgs84)>>(venues: I) -> Self {
        let entries = venues.into_iter().map(|(id, at)| GeomWithData::new(in_space(at), (id, at)));
        Self(RTree::bulk_load(entries.collect()))
    }
}

impl Nearest {
    /// How many venues are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.size()
    }

    /// Whether no venue is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The `n` nearest venues with their distances, nearest first, equally near ones by id; all of
    /// them if there are fewer.
    #[must_use]
    pub fn nearest(&self, from: Wgs84, n: usize) -> Vec<(VenueId, Metres)> {
        let mut found: BinaryHeap<Found> = BinaryHeap::new();
        // The tree gives venues in order of the chord through the Earth, which is never longer than
        // the way over it: once a chord is longer than the n-th way found, no nearer one can come.
        for (entry, chord_2) in self.0.nearest_neighbor_iter_with_distance_2(&in_space(from)) {
            let farthest = found.peek().map_or(f64::INFINITY, |found| found.metres);
            if found.len() >= n && chord_2.sqrt() > farthest + ROUNDING {
                break;
            }
            let (id, at) = entry.data;
            found.push(Found { metres: distance(from, at).0, id });
            if found.len() > n {
                found.pop();
            }
        }
        found.into_sorted_vec().into_iter().map(|found| (found.id, Metres(found.metres))).collect()
    }
}

/// More than chord and way, both computed from numbers of 10⁷ m, may be off by rounding; in metres.
const ROUNDING: f64 = 1e-6;

/// A venue found, ordered by distance, then id.
#[derive(PartialEq)]
struct Found {
    metres: f64,
    id: VenueId,
}

impl Eq for Found {}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> Ordering {
        self.metres.total_cmp(&other.metres).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// WGS-84: semi-major axis in metres and squared eccentricity.
const WGS84_A: f64 = 6_378_137.0;
const WGS84_E2: f64 = 0.006_694_379_990_141_317;

fn in_space(at: Wgs84) -> InSpace {
    let (sin_lat, cos_lat) = at.lat().to_radians().sin_cos();
    let (sin_lon, cos_lon) = at.lon().to_radians().sin_cos();
    let radius = WGS84_A / (1.0 - WGS84_E2 * sin_lat * sin_lat).sqrt();
    [radius * cos_lat * cos_lon, radius * cos_lat * sin_lon, radius * (1.0 - WGS84_E2) * sin_lat]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;
    use proptest::prelude::*;

    fn id(number: u8) -> VenueId {
        VenueId::mint(Timestamp::from_millis(1_000), [number; 10])
    }

    fn brute_force(venues: &[(VenueId, Wgs84)], from: Wgs84, n: usize) -> Vec<(VenueId, Metres)> {
        let mut all: Vec<_> = venues.iter().map(|(id, at)| (*id, distance(from, *at))).collect();
        all.sort_by(|a, b| a.1.0.total_cmp(&b.1.0).then(a.0.cmp(&b.0)));
        all.truncate(n);
        all
    }

    fn check(places: Vec<(f64, f64)>, from: (f64, f64), n: usize) -> Result<(), TestCaseError> {
        let at = |(lat, lon)| Wgs84::new(lat, lon).unwrap();
        let venues: Vec<_> = (0..).map(id).zip(places.into_iter().map(at)).collect();
        let index: Nearest = venues.iter().copied().collect();
        prop_assert_eq!(index.len(), venues.len());
        prop_assert_eq!(index.nearest(at(from), n), brute_force(&venues, at(from), n));
        Ok(())
    }

    proptest! {
        #[test]
        fn they_are_the_nearest_of_all_anywhere_on_earth(
            places in prop::collection::vec((-90.0..=90.0f64, -180.0..=180.0f64), 0..100),
            from in (-90.0..=90.0f64, -180.0..=180.0f64), n in 0usize..20,
        ) {
            check(places, from, n)?;
        }

        #[test]
        fn they_are_the_nearest_of_all_within_a_city(
            places in prop::collection::vec((32.0..32.1f64, 118.7..118.8f64), 1..200),
            from in (31.9..32.2f64, 118.6..118.9f64), n in 1usize..20,
        ) {
            check(places, from, n)?;
        }

        #[test]
        fn they_are_the_nearest_of_all_around_a_pole(
            places in prop::collection::vec((89.0..=90.0f64, -180.0..=180.0f64), 1..100),
            from in (89.0..=90.0f64, -180.0..=180.0f64), n in 1usize..20,
        ) {
            check(places, from, n)?;
        }

        #[test]
        fn equally_near_ones_come_by_id(
            places in prop::collection::vec(prop_oneof![
                Just((32.0, 118.0)), Just((32.0, 118.001)), Just((32.0, 117.999)), Just((32.001, 118.0))
            ], 0..60),
            n in 0usize..20,
        ) {
            check(places, (32.0, 118.0), n)?;
        }
    }

    #[test]
    fn across_the_date_line_is_near() {
        let at = |lon| Wgs84::new(50.0, lon).unwrap();
        let index: Nearest = [(id(1), at(-179.999)), (id(2), at(179.0))].into_iter().collect();
        assert_eq!(index.nearest(at(179.999), 1)[0].0, id(1));
    }

    #[test]
    fn what_is_nearer_over_the_earth_comes_first_though_it_is_farther_through_it() {
        let at = |lat, lon| Wgs84::new(lat, lon).unwrap();
        // From here the flattened Earth makes the pole 2 km farther to walk to, 2 km nearer to dig to.
        let index: Nearest = [(id(1), at(90.0, 0.0)), (id(2), at(0.0, 89.83))].into_iter().collect();
        assert_eq!(index.nearest(at(0.0, 0.0), 1)[0].0, id(2));
    }

    #[test]
    fn an_empty_index_finds_nothing() {
        let index = Nearest::default();
        assert!(index.is_empty() && index.nearest(Wgs84::new(0.0, 0.0).unwrap(), 5).is_empty());
    }
}
