//! Boxes of latitude and longitude: what quickly tells that two things can't be near each other.

use super::{Metres, Wgs84};

/// A box in degrees of WGS-84. None reaches over the date line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Its least latitude.
    pub south: f64,
    /// Its least longitude.
    pub west: f64,
    /// Its greatest latitude.
    pub north: f64,
    /// Its greatest longitude.
    pub east: f64,
}

/// Metres of a degree at the equator, and of one between parallels anywhere; rather too few, so that a box
/// grown by them holds also what the roundness of the Earth brings a little nearer.
const DEGREE: f64 = 110_000.0;

impl Bounds {
    /// The least box that holds some points; none for no point.
    pub fn of(points: impl IntoIterator<Item = Wgs84>) -> Option<Self> {
        let of_one = |at: Wgs84| Self { south: at.lat(), west: at.lon(), north: at.lat(), east: at.lon() };
        points.into_iter().map(of_one).reduce(Self::with)
    }

    fn with(self, other: Self) -> Self {
        Self {
            south: self.south.min(other.south),
            west: self.west.min(other.west),
            north: self.north.max(other.north),
            east: self.east.max(other.east),
        }
    }

    /// A box that also holds all that is within a distance of it.
    #[must_use]
    pub fn grown(self, by: Metres) -> Self {
        let up = by.0 / DEGREE;
        let (south, north) = ((self.south - up).max(-90.0), (self.north + up).min(90.0));
        let parallel = south.abs().max(north.abs()).to_radians().cos();
        // At a pole every longitude is near.
        let aside = if parallel > 1e-9 { up / parallel } else { 360.0 };
        Self { south, west: (self.west - aside).max(-180.0), north, east: (self.east + aside).min(180.0) }
    }

    /// Whether a position lies in it.
    #[must_use]
    pub fn holds(self, at: Wgs84) -> bool {
        (self.south..=self.north).contains(&at.lat()) && (self.west..=self.east).contains(&at.lon())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::distance;

    fn at(lat: f64, lon: f64) -> Wgs84 {
        Wgs84::new(lat, lon).unwrap()
    }

    #[test]
    fn the_box_holds_every_point_and_no_point_has_none() {
        assert_eq!(Bounds::of([]), None);
        let found = Bounds::of([at(32.0, 118.5), at(31.5, 119.0), at(31.8, 118.0)]);
        assert_eq!(found, Some(Bounds { south: 31.5, west: 118.0, north: 32.0, east: 119.0 }));
    }

    proptest! {
        #[test]
        fn what_is_near_a_point_lies_in_its_grown_box_up_to_the_poles(
            lat in -90.0..=90.0f64, lon in -170.0..=170.0f64,
            north in -0.02..=0.02f64, east in -0.5..=0.5f64, metres in 1.0..5000.0f64,
        ) {
            let from = at(lat, lon);
            let to = at((lat + north).clamp(-90.0, 90.0), lon + east);
            let grown = Bounds::of([from]).unwrap().grown(Metres(metres));
            prop_assert!(distance(from, to).0 > metres || grown.holds(to));
        }
    }
}
