//! A place that is checked (场所).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Address, DateRange, Month, NEVER, Name, PlacardCode, StationId, VenueId, VenueKind, Wgs84};

/// A venue as the hub keeps it and the phone knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    /// Its id.
    pub id: VenueId,
    /// The station whose patch it lies in.
    pub station: StationId,
    /// Its name on the sign.
    pub name: Name,
    /// Its kind; decides the checklist.
    pub kind: VenueKind,
    /// Its address; may be empty.
    pub address: Address,
    /// Where it is, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Wgs84>,
    /// What its printed QR placard says, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placard: Option<PlacardCode>,
    /// When it is to be checked at all.
    #[serde(default)]
    pub life: VenueLife,
}

/// When a venue exists and does business. Outside of that nobody is expected to visit it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VenueLife {
    /// First day it is to be checked; `None` if it always was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_on: Option<NaiveDate>,
    /// Last day it is to be checked; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_on: Option<NaiveDate>,
    /// Days, both ends included, in which it was shut (装修, 停业整顿).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<DateRange>,
}

impl VenueLife {
    /// The life of what was never a venue of its own: it ended with [`NEVER`].
    #[must_use]
    pub fn never() -> Self {
        Self { closed_on: NEVER, ..Self::default() }
    }

    /// Whether its last day lies before a day.
    #[must_use]
    pub fn closed_by(&self, day: NaiveDate) -> bool {
        self.closed_on.is_some_and(|last| last < day)
    }

    /// Whether it is to be checked on a day.
    #[must_use]
    pub fn active_on(&self, day: NaiveDate) -> bool {
        self.opened_on.is_none_or(|first| first <= day)
            && !self.closed_by(day)
            && !self.suspended.iter().any(|range| range.contains(day))
    }

    /// The days of a month on which it is to be checked, in order.
    pub fn active_days(&self, month: Month) -> impl Iterator<Item = NaiveDate> + '_ {
        month.first_day().iter_days().take(month.days() as usize).filter(|day| self.active_on(*day))
    }
}
