//! A reading of the position, as options or in a script.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use xuncha_core::domain::{Datum, Fix, Metres, Provider, RawPosition, Timestamp};

use crate::failure::Failure;

/// A reading of the position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixInput {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// The datum of both; WGS-84 if it is not said.
    #[serde(default = "wgs84")]
    pub datum: Datum,
    /// Radius in metres within which the phone is with about 68 % probability.
    #[serde(default = "accuracy")]
    pub accuracy: f64,
    /// Who measured it; satellites if it is not said.
    #[serde(default = "gnss")]
    pub provider: Provider,
    /// Seconds since it was measured.
    #[serde(default)]
    pub age: u32,
    /// Whether the platform says that another app made it up.
    #[serde(default)]
    pub mock: bool,
}

const fn wgs84() -> Datum {
    Datum::Wgs84
}

const fn accuracy() -> f64 {
    15.0
}

const fn gnss() -> Provider {
    Provider::Gnss
}

impl FixInput {
    /// The reading, for a phone on which it is now.
    ///
    /// # Errors
    /// If the numbers are no position or no length.
    pub fn fix(&self, now: Timestamp) -> Result<Fix, Failure> {
        Ok(Fix {
            raw: RawPosition::new(self.datum, self.lat, self.lon)?,
            accuracy: Metres::try_from(self.accuracy)?,
            provider: self.provider,
            taken_at: now.plus_millis(-1000 * i64::from(self.age)),
            mock: self.mock,
        })
    }
}

/// A reading of the position, if there is one
#[derive(Debug, Clone, Args)]
pub(super) struct FixArgs {
    /// Position in degrees north, degrees east; none where there is no reading, as in basements
    #[arg(long, value_name = "LAT,LON")]
    at: Option<LatLon>,
    /// Datum of the position
    #[arg(long, value_enum, default_value = "wgs84", requires = "at")]
    datum: DatumArg,
    /// Accuracy of the position in metres
    #[arg(long, value_name = "METRES", default_value_t = accuracy(), requires = "at")]
    accuracy: f64,
    /// Who measured it
    #[arg(long, value_enum, default_value = "gnss", requires = "at")]
    provider: ProviderArg,
    /// Seconds since it was measured
    #[arg(long, value_name = "SECONDS", default_value_t = 0, requires = "at")]
    fix_age: u32,
    /// Another app made it up
    #[arg(long, requires = "at")]
    mock: bool,
}

impl FixArgs {
    pub(super) fn into_input(self) -> Option<FixInput> {
        let LatLon(lat, lon) = self.at?;
        let datum = match self.datum {
            DatumArg::Wgs84 => Datum::Wgs84,
            DatumArg::Gcj02 => Datum::Gcj02,
            DatumArg::Bd09 => Datum::Bd09,
        };
        let provider = match self.provider {
            ProviderArg::Gnss => Provider::Gnss,
            ProviderArg::Network => Provider::Network,
            ProviderArg::Fused => Provider::Fused,
            ProviderArg::Manual => Provider::Manual,
        };
        let (accuracy, age, mock) = (self.accuracy, self.fix_age, self.mock);
        Some(FixInput { lat, lon, datum, accuracy, provider, age, mock })
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct LatLon(f64, f64);

impl FromStr for LatLon {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let pair = text
            .split_once(',')
            .and_then(|(lat, lon)| Some(Self(lat.trim().parse().ok()?, lon.trim().parse().ok()?)));
        pair.ok_or_else(|| "two numbers with a comma between them, such as 32.0584,118.7965".to_owned())
    }
}

/// A datum of phones.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum DatumArg {
    /// GPS, and what phones give
    Wgs84,
    /// Amap, Tencent
    Gcj02,
    /// Baidu
    Bd09,
}

/// Who measured a position.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProviderArg {
    /// Satellites
    Gnss,
    /// Cells and Wi-Fi
    Network,
    /// The platform's mixture of both
    Fused,
    /// A pin set by hand
    Manual,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_on_the_command_line_is_two_numbers_latitude_first() {
        assert_eq!("32.05, 118.79".parse(), Ok(LatLon(32.05, 118.79)));
        assert!("32.05 118.79".parse::<LatLon>().is_err());
    }

    #[test]
    fn a_script_may_leave_out_what_is_usual() {
        let read: FixInput = serde_json::from_str(r#"{"lat":32.05,"lon":118.79}"#).unwrap();
        let fix = read.fix("2026-11-05T06:00:00Z".parse().unwrap()).unwrap();
        assert_eq!(
            (fix.raw.datum(), fix.accuracy, fix.provider),
            (Datum::Wgs84, Metres(15.0), Provider::Gnss)
        );
        let swapped: FixInput = serde_json::from_str(r#"{"lat":118.79,"lon":32.05}"#).unwrap();
        assert!(swapped.fix(Timestamp::from_millis(0)).is_err());
    }
}
