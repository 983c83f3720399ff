//! A patrol check-in (签到): one tap of a policeman with one free hand.

use serde::{Deserialize, Serialize};

use super::{Evidence, Fix, Note, PlacardCode, Timestamp, VenueId};

/// That somebody passed by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckIn {
    /// Where.
    pub venue: VenueId,
    /// When, by the phone's clock.
    pub at: Timestamp,
    /// The one reading of the tap, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// The placard that was scanned, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placard: Option<PlacardCode>,
    /// A remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// How well the place is proven, as the phone could tell.
    pub evidence: Evidence,
}
