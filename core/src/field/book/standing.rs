//! Where each venue of the station stands in a month, by the very functions the hub calls. Own visits
//! that wait on the phone are counted in.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use rusqlite::Connection;

use crate::domain::{
    CoverageState, Month, Policy, RecordId, StationId, Tally, Venue, VenueId, Visit, policy_for,
};
use crate::field::FieldError;
use crate::field::store::{reference, visits};

/// A venue in a month.
pub(super) struct Standing {
    pub(super) venue: Venue,
    pub(super) tally: Tally,
    pub(super) state: CoverageState,
    /// Its visits, the earliest first.
    pub(super) visits: Vec<Visit>,
    /// Records that only this phone knows yet.
    pub(super) unsent: BTreeSet<RecordId>,
}

/// Every venue of a station in a month as it stands on a day, by name.
pub(super) fn standings(
    conn: &Connection,
    station: StationId,
    month: Month,
    today: NaiveDate,
) -> Result<Vec<Standing>, FieldError> {
    let policies = reference::policies(conn)?;
    let mut by_venue: HashMap<VenueId, Vec<Visit>> = HashMap::new();
    for visit in visits::of_month(conn, month)? {
        by_venue.entry(visit.venue).or_default().push(visit);
    }
    let venues = reference::venues(conn)?.into_iter().filter(|venue| venue.station == station);
    let standing = |venue: Venue| {
        let visits = by_venue.remove(&venue.id).unwrap_or_default();
        let policy = policy_for(&policies, month, venue.id, &venue.kind);
        Standing::of(venue, visits, &policy, month, today)
    };
    Ok(venues.map(standing).collect())
}

/// The same in the order of need.
pub(super) fn standings_by_need(
    conn: &Connection,
    station: StationId,
    month: Month,
    today: NaiveDate,
) -> Result<Vec<Standing>, FieldError> {
    let mut venues = standings(conn, station, month, today)?;
    venues.sort_by_cached_key(|standing| (standing.need(), standing.venue.name.clone()));
    Ok(venues)
}

impl Standing {
    /// A venue with its visits; those of other months do no harm.
    pub(super) fn of(
        venue: Venue,
        visits: Vec<Visit>,
        policy: &Policy,
        month: Month,
        today: NaiveDate,
    ) -> Self {
        let tally = Tally::of(&visits, &venue.life, policy, month);
        let state = tally.state(&venue.life, policy, today);
        let unsent = visits.iter().filter(|visit| visit.received_at.is_none());
        let unsent = unsent.map(|visit| visit.record).collect();
        Self { venue, tally, state, visits, unsent }
    }

    /// Orders venues by need: what is late and ends soonest first, what needs nothing last.
    pub(super) fn need(&self) -> (u8, Option<NaiveDate>, Reverse<usize>) {
        let rank = match self.state {
            CoverageState::Late { .. } => 0,
            CoverageState::Due { .. } => 1,
            CoverageState::OnTrack { .. } => 2,
            CoverageState::Missed => 3,
            CoverageState::Met => 4,
            CoverageState::Exempt => 5,
        };
        let missing = usize::from(self.tally.required).saturating_sub(self.tally.counted());
        (rank, self.state.last_day(), Reverse(missing))
    }
}
