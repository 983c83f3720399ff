//! 覆盖: which venues have their visits in a month, and which record counts.

use rusqlite::Connection;
use serde::Serialize;

use super::lines::{VenueLine, names, who_went};
use super::member_page::OwnPlaces;
use super::standing::{Standing, standings_by_need};
use super::{FieldBook, Me, words};
use crate::domain::{Counted, CoverageState, Month, RecordId, Role, Verdict};
use crate::field::FieldError;
use crate::field::store::reference;

/// A month's coverage.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct CoveragePage {
    /// The month, such as `2026-11`.
    pub month: String,
    /// The same in words, such as `2026年11月`.
    pub month_label: String,
    /// The station.
    pub station_name: String,
    /// Venues that have their visits.
    pub met: u64,
    /// Venues that need visits at all.
    pub total: u64,
    /// How many inspections wait for the head's review, in words; none for who is no head.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub to_review: Option<String>,
    /// Every venue, by need.
    pub lines: Vec<CoverageLine>,
    /// The places of this member.
    pub own: OwnPlaces,
}

/// A venue in a month's coverage.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct CoverageLine {
    /// The venue and where it stands.
    pub venue: VenueLine,
    /// Its records of the month, the earliest first.
    pub records: Vec<CoverageVisit>,
}

/// A record in a month's coverage.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct CoverageVisit {
    /// The record.
    pub record: RecordId,
    /// The day of the visit, such as `2026-11-24`.
    pub day: String,
    /// The same in words.
    pub when: String,
    /// The names of those who went.
    pub people: Vec<String>,
    /// Whether it counts, and if not, why.
    pub verdict: Verdict,
    /// The words for that.
    pub verdict_label: String,
    /// Whether only this phone knows it yet.
    pub unsent: bool,
}

impl FieldBook {
    /// A month's coverage of the station, visits that wait on this phone counted in and marked.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn coverage(&self, month: Month) -> Result<CoveragePage, FieldError> {
        self.coverage_page(Some(month))
    }

    /// The same of the month that it is.
    ///
    /// # Errors
    /// As [`FieldBook::coverage`].
    pub fn coverage_now(&self) -> Result<CoveragePage, FieldError> {
        self.coverage_page(None)
    }

    fn coverage_page(&self, month: Option<Month>) -> Result<CoveragePage, FieldError> {
        let locale = self.locale();
        self.store.read(|conn| {
            let me = Self::me(conn)?;
            let today = self.true_now(conn)?.day();
            let month = month.unwrap_or(Month::of(today));
            let venues = standings_by_need(conn, me.device.station, month, today)?;
            let names = names(conn)?;
            let visit = |standing: &Standing, counted: &Counted| {
                let made = standing.visits.iter().find(|visit| visit.record == counted.record);
                CoverageVisit {
                    record: counted.record,
                    day: counted.day.to_string(),
                    when: words::day(counted.day, locale),
                    people: made.map(|visit| who_went(&names, visit, locale)).unwrap_or_default(),
                    verdict: counted.verdict,
                    verdict_label: counted.verdict.label(locale).to_owned(),
                    unsent: standing.unsent.contains(&counted.record),
                }
            };
            let line = |standing: &Standing| CoverageLine {
                venue: VenueLine::of(standing, locale),
                records: standing.tally.records.iter().map(|counted| visit(standing, counted)).collect(),
            };
            Ok(CoveragePage {
                month: month.to_string(),
                month_label: words::month_and_year(month, locale),
                station_name: Self::station_name(conn, &me)?,
                met: venues.iter().filter(|venue| venue.state == CoverageState::Met).count() as u64,
                total: venues.iter().filter(|venue| venue.state != CoverageState::Exempt).count() as u64,
                to_review: (me.member.role == Role::Head).then(|| self.to_review_words(conn)).transpose()?,
                lines: venues.iter().map(line).collect(),
                own: OwnPlaces::of(&me),
            })
        })
    }

    pub(super) fn station_name(conn: &Connection, me: &Me) -> Result<String, FieldError> {
        let station = reference::station(conn, me.device.station)?;
        Ok(station.map(|station| station.name.to_string()).unwrap_or_default())
    }
}
