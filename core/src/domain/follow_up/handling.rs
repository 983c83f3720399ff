//! How a station handles what was found: by when it is to be mended, to whom it is usually handed over, and
//! under which numbers those are reached. A habit of the work, not of the law.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::Route;
use crate::domain::{Contact, Severity};

/// What is usual for findings of one severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usual {
    /// Days that a next step may take, where nobody set another day; 0 is the same day.
    pub days: u8,
    /// To whom it is handed over.
    pub to: Route,
}

/// What is usual at a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// For what is urgent.
    pub urgent: Usual,
    /// For what is to be reported.
    pub report: Usual,
    /// For what is only noted.
    pub note: Usual,
    /// Numbers of the station's own, in place of those of the whole country.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contacts: BTreeMap<Route, Contact>,
}

impl Default for Handling {
    /// Urgent: the same day. To report: a week. A note: half a month, in which one of the two visits falls.
    fn default() -> Self {
        let usual = |days| Usual { days, to: Route::CommunityPolice };
        Self { urgent: usual(0), report: usual(7), note: usual(15), contacts: BTreeMap::new() }
    }
}

impl Handling {
    /// The most days that may be usual.
    pub const MAX_DAYS: u8 = 90;

    /// What is usual for findings of a severity.
    #[must_use]
    pub const fn usual(&self, severity: Severity) -> Usual {
        match severity {
            Severity::S => self.urgent,
            Severity::R => self.report,
            Severity::N => self.note,
        }
    }

    /// The day by which something is to be done about a finding that stands as it does since `from`, where
    /// nobody set another.
    #[must_use]
    pub fn due(&self, severity: Severity, from: NaiveDate) -> NaiveDate {
        let days = Days::new(self.usual(severity).days.into());
        from.checked_add_days(days).unwrap_or(from)
    }

    /// The number that somebody is called by: the station's own, else that of the whole country.
    #[must_use]
    pub fn contact(&self, route: Route) -> Option<&str> {
        self.contacts.get(&route).map(Contact::as_str).or_else(|| route.number())
    }
}
