//! A fix: one reading of the phone's position. One per tap, never a track.

use serde::{Deserialize, Serialize};

use super::{Metres, RawPosition, Timestamp};

/// Who measured the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Provider {
    /// Satellites.
    Gnss,
    /// Cells and Wi-Fi.
    Network,
    /// The platform's mixture of both.
    Fused,
    /// A pin that a person set on a map.
    Manual,
}

/// One reading, kept as it came: its datum, accuracy, provider and time beside the raw values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Fix {
    /// The values as the platform gave them, with the datum they are in.
    pub raw: RawPosition,
    /// Radius in metres within which the phone is with about 68 % probability.
    pub accuracy: Metres,
    /// Who measured it.
    pub provider: Provider,
    /// When it was measured, by the phone's clock.
    pub taken_at: Timestamp,
    /// Whether the platform says that another app made it up.
    pub mock: bool,
}
