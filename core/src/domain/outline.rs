//! The outline of a school: its boundary where somebody drew it, else its gates.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Bearing, Distance, Euclidean, Geodesic, LineString, Point, Polygon};
use rstar::primitives::GeomWithData;
use rstar::{RTree, RTreeObject};
use serde::{Deserialize, Serialize};

use super::place::point;
use super::{Metres, Wgs84, distance};

/// Where a school is. Travels as `{"shape":"boundary","points":[{"lat":…,"lon":…},…]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Outline {
    shape: Shape,
    points: Vec<Wgs84>,
}

/// What an outline's points are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The corners of the campus, in order; the last is joined to the first.
    Boundary,
    /// The gates, in no order.
    Gates,
}

/// Why points are no outline.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BadOutline {
    /// Too few or too many points.
    #[error("an outline has {min} to {max} different points, this one {found}", max = Outline::MAX_POINTS)]
    Points {
        /// How many there are, a repeated closing point not counted.
        found: usize,
        /// How many there must be: 3 for a boundary, 1 for gates.
        min: usize,
    },
    /// A boundary that crosses or touches itself, or has no area.
    #[error("the boundary crosses itself, or its corners lie on one line; draw it once around the campus")]
    Crossed,
    /// Points too far apart to be one campus.
    #[error(
        "the points lie {0:.0} m apart, too far for one campus; is the datum or the order of numbers wrong?"
    )]
    TooWide(f64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    shape: Shape,
    points: Vec<Wgs84>,
}

impl TryFrom<Unchecked> for Outline {
    type Error = BadOutline;
    fn try_from(read: Unchecked) -> Result<Self, BadOutline> {
        match read.shape {
            Shape::Boundary => Self::boundary(read.points),
            Shape::Gates => Self::gates(read.points),
        }
    }
}

impl Outline {
    /// The most points an outline may have.
    pub const MAX_POINTS: usize = 2000;

    /// The farthest in metres that a point may lie from the first one.
    pub const MAX_WIDTH: f64 = 10_000.0;

    /// A boundary from its corners in order. Corners repeated one after the other count once, as
    /// does a last corner that closes the ring.
    ///
    /// # Errors
    /// [`BadOutline`] says why no campus has this boundary.
    pub fn boundary(mut points: Vec<Wgs84>) -> Result<Self, BadOutline> {
        points.dedup();
        if points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        let outline = Self { shape: Shape::Boundary, points }.within_limits(3)?;
        let ring = polygon(outline.points.iter().map(|at| point(*at)));
        if crosses_itself(ring.exterior()) { Err(BadOutline::Crossed) } else { Ok(outline) }
    }

    /// One or more gates.
    ///
    /// # Errors
    /// [`BadOutline`] for none, too many, or gates kilometres apart.
    pub fn gates(points: Vec<Wgs84>) -> Result<Self, BadOutline> {
        Self { shape: Shape::Gates, points }.within_limits(1)
    }

    /// What its points are.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Its corners in order, not closed, or its gates.
    #[must_use]
    pub fn points(&self) -> &[Wgs84] {
        &self.points
    }

    fn within_limits(self, min: usize) -> Result<Self, BadOutline> {
        let found = self.points.len();
        if found < min || found > Self::MAX_POINTS {
            return Err(BadOutline::Points { found, min });
        }
        let farthest = self.points.iter().map(|at| distance(self.points[0], *at).0).fold(0.0, f64::max);
        if farthest > Self::MAX_WIDTH { Err(BadOutline::TooWide(farthest)) } else { Ok(self) }
    }
}

/// Whether two sides of a ring have more in common than the corner between neighbours. Through a tree
/// of the sides, because `geo` compares each with each, half a second for 2000 corners.
fn crosses_itself(ring: &LineString) -> bool {
    let sides: Vec<_> = ring.lines().enumerate().map(|(i, side)| GeomWithData::new(side, i)).collect();
    let count = sides.len();
    let tree = RTree::bulk_load(sides.clone());
    sides.iter().any(|side| {
        tree.locate_in_envelope_intersecting(&side.envelope()).any(|other| {
            let steps = (other.data + count - side.data) % count;
            match line_intersection(*side.geom(), *other.geom()) {
                None => false,
                Some(LineIntersection::SinglePoint { .. }) => ![0, 1, count - 1].contains(&steps),
                Some(LineIntersection::Collinear { .. }) => steps != 0,
            }
        })
    })
}

/// The straight-line distance from a position to the nearest point of an outline; 0 inside of a
/// boundary.
///
/// The sides are shortest lines between corners. They are drawn in an azimuthal equidistant plane
/// around the position, where every distance from it is true, so what remains is the bend of the
/// sides: below 0.1 m for a campus within 20 km.
#[must_use]
pub fn distance_to_outline(from: Wgs84, outline: &Outline) -> Metres {
    let points = outline.points();
    match outline.shape() {
        Shape::Gates => {
            Metres(points.iter().map(|gate| distance(from, *gate).0).fold(f64::INFINITY, f64::min))
        }
        Shape::Boundary => {
            let campus = polygon(points.iter().map(|corner| seen_from(from, *corner)));
            Metres(Euclidean.distance(&Point::new(0.0, 0.0), &campus))
        }
    }
}

/// Where a position lies in the plane around `centre`, in metres east and north.
#[must_use]
pub fn east_north(centre: Wgs84, at: Wgs84) -> (f64, f64) {
    seen_from(centre, at).x_y()
}

fn seen_from(centre: Wgs84, at: Wgs84) -> Point {
    let (centre, at) = (point(centre), point(at));
    let (sin, cos) = Geodesic.bearing(centre, at).to_radians().sin_cos();
    let away = Geodesic.distance(centre, at);
    Point::new(away * sin, away * cos)
}

fn polygon(points: impl Iterator<Item = Point>) -> Polygon {
    Polygon::new(points.collect::<LineString>(), Vec::new())
}

#[cfg(test)]
mod tests;
