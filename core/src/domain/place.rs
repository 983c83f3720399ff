//! Distances. They are references for people (参考距离), never a ruling: how the law's 200 m are
//! measured differs from place to place, and that is for the authorities to say.

use chrono::NaiveDate;
use geo::{Distance, Geodesic, Point};
use serde::{Deserialize, Serialize};

use super::{Locale, Wgs84};

/// A length in metres; finite and not negative where it comes from outside.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Metres(pub f64);

/// A number that is no length.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0} is not a length in metres; it must be 0 or more")]
pub struct NotALength(pub f64);

impl TryFrom<f64> for Metres {
    type Error = NotALength;
    fn try_from(metres: f64) -> Result<Self, NotALength> {
        if metres.is_finite() && metres >= 0.0 { Ok(Self(metres)) } else { Err(NotALength(metres)) }
    }
}

impl From<Metres> for f64 {
    fn from(length: Metres) -> Self {
        length.0
    }
}

impl Metres {
    /// As people read it: whole metres, from a kilometre on kilometres to one place.
    #[must_use]
    pub fn text(self, locale: Locale) -> String {
        let (number, unit) = if self.0 < 999.5 {
            (format!("{:.0}", self.0), locale.pick("米", " m"))
        } else {
            (format!("{:.1}", self.0 / 1000.0), locale.pick("公里", " km"))
        };
        format!("{number}{unit}")
    }
}

pub(super) fn point(at: Wgs84) -> Point {
    Point::new(at.lon(), at.lat())
}

/// The straight-line distance over the WGS-84 ellipsoid (Karney's geodesic, exact to well under a
/// millimetre).
#[must_use]
pub fn distance(a: Wgs84, b: Wgs84) -> Metres {
    Metres(Geodesic.distance(point(a), point(b)))
}

/// How a distance was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistanceMethod {
    /// Straight from the venue to the nearest point of the school's boundary or gates.
    StraightLine,
    /// On foot, from gate to gate, as somebody walked and measured it.
    Walking,
}

/// Where a distance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistanceSource {
    /// Computed from the positions known here.
    Computed,
    /// Measured on the spot by the station.
    Station,
    /// Taken over from the authorities' papers.
    Authority,
}

/// A distance between a venue and a school, with all that is needed to judge what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceDistance {
    /// How it was measured.
    pub method: DistanceMethod,
    /// How far it is.
    pub metres: Metres,
    /// Where it comes from.
    pub source: DistanceSource,
    /// The day it was measured or computed.
    pub measured_on: NaiveDate,
}

impl ReferenceDistance {
    /// A distance that was computed from positions, which is always a straight line.
    #[must_use]
    pub const fn computed(metres: Metres, on: NaiveDate) -> Self {
        Self {
            method: DistanceMethod::StraightLine,
            metres,
            source: DistanceSource::Computed,
            measured_on: on,
        }
    }

    /// As people read it: the distance, its method, its source, its day; no word on what follows.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        let metres = self.metres.text(locale);
        let method = match self.method {
            DistanceMethod::StraightLine => locale.pick("直线", "straight line"),
            DistanceMethod::Walking => locale.pick("步行", "on foot"),
        };
        let source = match self.source {
            DistanceSource::Computed => locale.pick("按坐标计算", "computed from positions"),
            DistanceSource::Station => locale.pick("本站实测", "measured by the station"),
            DistanceSource::Authority => locale.pick("主管部门资料", "from the authorities' papers"),
        };
        let day = self.measured_on;
        match locale {
            Locale::ZhHans => format!("参考距离约{metres}（{method}，{source}，{day}）"),
            Locale::En => format!("Reference distance about {metres} ({method}, {source}, {day})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Wgs84 {
        Wgs84::new(lat, lon).unwrap()
    }

    #[test]
    fn a_degree_of_latitude_and_of_longitude_have_their_known_lengths() {
        // WGS-84: the meridian from the equator to 1° N, a degree along the equator.
        assert!((distance(at(0.0, 0.0), at(1.0, 0.0)).0 - 110_574.389).abs() < 0.01);
        assert!((distance(at(0.0, 0.0), at(0.0, 1.0)).0 - 111_319.491).abs() < 0.01);
        assert_eq!(distance(at(32.0, 118.0), at(32.0, 118.0)), Metres(0.0));
    }

    #[test]
    fn a_length_is_read_in_metres_and_from_a_kilometre_on_in_kilometres() {
        assert_eq!(Metres(183.4).text(Locale::ZhHans), "183米");
        assert_eq!(Metres(999.7).text(Locale::ZhHans), "1.0公里");
        assert_eq!(Metres(2345.0).text(Locale::En), "2.3 km");
    }

    #[test]
    fn a_negative_length_is_refused() {
        assert!(serde_json::from_str::<Metres>("-1").is_err());
        assert_eq!(serde_json::from_str::<Metres>("50").unwrap(), Metres(50.0));
    }

    #[test]
    fn a_reference_distance_says_how_it_was_measured_and_rules_nothing() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let computed = ReferenceDistance::computed(Metres(180.0), day);
        let text = computed.text(Locale::ZhHans);
        assert_eq!(text, "参考距离约180米（直线，按坐标计算，2026-11-24）");
        for source in [DistanceSource::Computed, DistanceSource::Station, DistanceSource::Authority] {
            for method in [DistanceMethod::StraightLine, DistanceMethod::Walking] {
                let text = ReferenceDistance { method, source, ..computed }.text(Locale::ZhHans);
                assert!(!["违法", "违规", "合法", "不足"].iter().any(|word| text.contains(word)), "{text}");
            }
        }
    }
}
