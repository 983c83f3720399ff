//! Positions in the datums that phones and maps in China use. The offset between them is 100 to
//! 700 m, more than the 200 m rule, so each datum is a type of its own, and only the functions here
//! lead from one to another. All distances are computed in WGS-84.
//!
//! The transformations are the customary published approximations. They shift positions inside a
//! rectangle around China (0.8293–55.8271° N, 72.004–137.8347° E) and leave all others as they are;
//! the rectangle covers neighbouring countries too, as every map SDK's does. BD-09 is treated alike:
//! Baidu gives WGS-84 for places abroad.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::Locale;

/// Why two numbers are no position.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BadPosition {
    /// Not a number from −90 to 90.
    #[error("latitude {0} is not between -90 and 90; are latitude and longitude swapped?")]
    Latitude(f64),
    /// Not a number from −180 to 180.
    #[error("longitude {0} is not between -180 and 180")]
    Longitude(f64),
}

fn check(lat: f64, lon: f64) -> Result<(), BadPosition> {
    if !(-90.0..=90.0).contains(&lat) {
        return Err(BadPosition::Latitude(lat));
    }
    if !(-180.0..=180.0).contains(&lon) {
        return Err(BadPosition::Longitude(lon));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LatLon {
    lat: f64,
    lon: f64,
}

macro_rules! positions {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        /// Travels as `{"lat":…,"lon":…}`, in degrees.
        #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
        #[serde(try_from = "LatLon")]
        pub struct $name {
            lat: f64,
            lon: f64,
        }

        impl $name {
            /// From degrees north and degrees east.
            ///
            /// # Errors
            /// [`BadPosition`] if one of them is not finite or out of range.
            pub fn new(lat: f64, lon: f64) -> Result<Self, BadPosition> {
                check(lat, lon).map(|()| Self { lat, lon })
            }

            /// Latitude in degrees north, −90 to 90.
            #[must_use]
            pub const fn lat(self) -> f64 {
                self.lat
            }

            /// Longitude in degrees east, −180 to 180.
            #[must_use]
            pub const fn lon(self) -> f64 {
                self.lon
            }
        }

        impl TryFrom<LatLon> for $name {
            type Error = BadPosition;
            fn try_from(at: LatLon) -> Result<Self, BadPosition> {
                Self::new(at.lat, at.lon)
            }
        }
    )+};
}

positions! {
    /// A position in WGS-84: what GPS and the platforms' location services give.
    Wgs84,
    /// A position in GCJ-02: what Amap, Tencent and `MapKit` show in China.
    Gcj02,
    /// A position in BD-09: what Baidu shows.
    Bd09,
}

impl Wgs84 {
    /// The same place in GCJ-02.
    #[must_use]
    pub fn to_gcj02(self) -> Gcj02 {
        let (lat, lon) = gcj02_of_wgs84((self.lat, self.lon));
        Gcj02 { lat, lon }
    }
}

impl Gcj02 {
    /// The same place in WGS-84, to within a millimetre of the published forward transformation
    /// (less exact within a kilometre of the rectangle's edge, which lies far outside of China).
    #[must_use]
    pub fn to_wgs84(self) -> Wgs84 {
        let (lat, lon) = invert((self.lat, self.lon), gcj02_of_wgs84);
        Wgs84 { lat, lon }
    }

    /// The same place in BD-09.
    #[must_use]
    pub fn to_bd09(self) -> Bd09 {
        let (lat, lon) = bd09_of_gcj02((self.lat, self.lon));
        Bd09 { lat, lon }
    }
}

impl Bd09 {
    /// The same place in GCJ-02, to within a millimetre of the published forward transformation.
    #[must_use]
    pub fn to_gcj02(self) -> Gcj02 {
        let (lat, lon) = invert((self.lat, self.lon), bd09_of_gcj02);
        Gcj02 { lat, lon }
    }
}

/// The datum of a position that came from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Datum {
    /// GPS, `CoreLocation`, Android's providers.
    Wgs84,
    /// Amap, Tencent, `MapKit` in China.
    Gcj02,
    /// Baidu.
    Bd09,
    /// Tianditu, official surveys; less than a metre from WGS-84 and taken as it.
    Cgcs2000,
}

impl Datum {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Wgs84, Self::Gcj02, Self::Bd09, Self::Cgcs2000];

    /// As it travels.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
            Self::Cgcs2000 => "cgcs2000",
        }
    }

    /// What it is called, and where one meets it.
    #[must_use]
    pub const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Wgs84 => locale.pick("WGS-84（手机定位）", "WGS-84 (GPS, phones)"),
            Self::Gcj02 => locale.pick("GCJ-02（高德、腾讯地图）", "GCJ-02 (Amap, Tencent)"),
            Self::Bd09 => locale.pick("BD-09（百度地图）", "BD-09 (Baidu)"),
            Self::Cgcs2000 => locale.pick("CGCS2000（天地图）", "CGCS2000 (Tianditu)"),
        }
    }
}

/// A position as it came: its own values, with the datum they are in. Kept beside everything that
/// is computed from it. Travels as `{"datum":"wgs84","lat":…,"lon":…}`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawValues")]
pub struct RawPosition {
    datum: Datum,
    lat: f64,
    lon: f64,
}

/// Values that may be a position: the way to a [`RawPosition`] is through its check.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct RawValues {
    /// The datum the values are in.
    pub datum: Datum,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

impl TryFrom<RawValues> for RawPosition {
    type Error = BadPosition;
    fn try_from(at: RawValues) -> Result<Self, BadPosition> {
        Self::new(at.datum, at.lat, at.lon)
    }
}

impl RawPosition {
    /// From a datum, degrees north and degrees east.
    ///
    /// # Errors
    /// [`BadPosition`] if one of them is not finite or out of range.
    pub fn new(datum: Datum, lat: f64, lon: f64) -> Result<Self, BadPosition> {
        check(lat, lon).map(|()| Self { datum, lat, lon })
    }

    /// The datum its values are in.
    #[must_use]
    pub const fn datum(self) -> Datum {
        self.datum
    }

    /// Latitude in degrees north, in its own datum.
    #[must_use]
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Longitude in degrees east, in its own datum.
    #[must_use]
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// The place in the one datum that is computed in.
    #[must_use]
    pub fn wgs84(self) -> Wgs84 {
        let Self { datum, lat, lon } = self;
        match datum {
            Datum::Wgs84 | Datum::Cgcs2000 => Wgs84 { lat, lon },
            Datum::Gcj02 => Gcj02 { lat, lon }.to_wgs84(),
            Datum::Bd09 => Bd09 { lat, lon }.to_gcj02().to_wgs84(),
        }
    }
}

/// Latitude and longitude in degrees, of whatever datum the function says.
type Degrees = (f64, f64);

fn in_rectangle((lat, lon): Degrees) -> bool {
    (0.8293..=55.8271).contains(&lat) && (72.004..=137.8347).contains(&lon)
}

/// Where `forward` leads to `target` from. Both transformations move a point by far less than a
/// degree and change by less than 2 % of the way moved, so stepping back by the error converges in a few
/// rounds.
fn invert(target: Degrees, forward: fn(Degrees) -> Degrees) -> Degrees {
    let mut guess = target;
    for _ in 0..8 {
        let reached = forward(guess);
        guess = (guess.0 + target.0 - reached.0, guess.1 + target.1 - reached.1);
    }
    guess
}

/// Krasovsky 1940: semi-major axis in metres and squared eccentricity.
const KRASOVSKY_A: f64 = 6_378_245.0;
const KRASOVSKY_E2: f64 = 0.006_693_421_622_965_943;

fn gcj02_of_wgs84(at: Degrees) -> Degrees {
    if !in_rectangle(at) {
        return at;
    }
    let (lat, lon) = at;
    let (north, east) = shift_metres(lat - 35.0, lon - 105.0);
    let sin = lat.to_radians().sin();
    let w2 = 1.0 - KRASOVSKY_E2 * sin * sin;
    let meridian_radius = KRASOVSKY_A * (1.0 - KRASOVSKY_E2) / (w2 * w2.sqrt());
    let parallel_radius = KRASOVSKY_A / w2.sqrt() * lat.to_radians().cos();
    (lat + (north / meridian_radius).to_degrees(), lon + (east / parallel_radius).to_degrees())
}

/// How many metres GCJ-02 moves a point north and east; arguments are degrees from 35° N, 105° E.
fn shift_metres(y: f64, x: f64) -> (f64, f64) {
    let wave = |amplitude: f64, angle: f64| amplitude * 2.0 / 3.0 * (angle * PI).sin();
    let common = wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + wave(20.0, y)
        + wave(40.0, y / 3.0)
        + wave(160.0, y / 12.0)
        + wave(320.0, y / 30.0);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + wave(20.0, x)
        + wave(40.0, x / 3.0)
        + wave(150.0, x / 12.0)
        + wave(300.0, x / 30.0);
    (north, east)
}

fn bd09_of_gcj02(at: Degrees) -> Degrees {
    if !in_rectangle(at) {
        return at;
    }
    let (lat, lon) = at;
    let wave = |degrees: f64| degrees * PI * 3000.0 / 180.0;
    let radius = lat.hypot(lon) + 0.000_02 * wave(lat).sin();
    let angle = lat.atan2(lon) + 0.000_003 * wave(lon).cos();
    (radius * angle.sin() + 0.006, radius * angle.cos() + 0.006_5)
}

#[cfg(test)]
mod tests;
