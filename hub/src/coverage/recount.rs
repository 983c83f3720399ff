//! Counting everything anew, from the visits alone, to prove what is kept.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::any::AnyRow;
use uuid::Uuid;
use xuncha_core::domain::{Month, StationId, Tally, VenueId, Visit, policy_for};

use super::tally::Pair;
use crate::store::reference::{expected, policies};
use crate::store::{Key as _, RowExt as _, Store, StoreError, day_of_number, month_of_number};

/// What is kept otherwise than the visits say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// What counts for a venue in a month.
    Tally {
        /// The venue.
        venue: VenueId,
        /// The month.
        month: Month,
        /// What is kept.
        kept: Option<Tally>,
        /// What the visits say.
        counted: Option<Tally>,
    },
    /// The figures in the columns beside a tally are not its own.
    Figures {
        /// The venue.
        venue: VenueId,
        /// The month.
        month: Month,
    },
    /// A row that can't be read, or is of a venue that the station does not have. It is left out of the count.
    Row {
        /// The record or venue; nothing if not even that can be read.
        of: Option<Uuid>,
        /// What is wrong with it.
        why: String,
    },
}

impl Difference {
    fn row(of: Option<Uuid>, error: &StoreError) -> Self {
        Self::Row { of, why: error.to_string() }
    }
}

/// Counts a station anew and names every difference; none, if all is well.
pub async fn recount(store: &Store, station: StationId) -> Result<Vec<Difference>, StoreError> {
    let mut tx = store.snapshot().await?;
    let policies = policies(&mut tx, station).await?;
    let mut differences = Vec::new();

    let mut visits: BTreeMap<VenueId, Vec<Visit>> = BTreeMap::new();
    let rows = sqlx::query("SELECT record_id, body FROM visits WHERE station_id = $1")
        .bind(station.key())
        .fetch_all(&mut *tx)
        .await?;
    for row in rows {
        match row.json::<Visit>("body") {
            Ok(visit) => visits.entry(visit.venue).or_default().push(visit),
            Err(error) => differences.push(Difference::row(row.id("record_id").ok(), &error)),
        }
    }

    let mut kept: BTreeMap<Pair, Tally> = BTreeMap::new();
    let rows = sqlx::query(
        "SELECT venue_id, month, required, counted, last_counted, body FROM tallies WHERE station_id = $1",
    )
    .bind(station.key())
    .fetch_all(&mut *tx)
    .await?;
    for row in rows {
        match tally(&row) {
            Ok((venue, month, tally, same_figures)) => {
                if !same_figures {
                    differences.push(Difference::Figures { venue, month });
                }
                kept.insert((venue, month), tally);
            }
            Err(error) => differences.push(Difference::row(row.id("venue_id").ok(), &error)),
        }
    }

    // No moment of a visit can matter for a month that neither a visit nor a kept tally names.
    let mut pairs: BTreeSet<Pair> = kept.keys().copied().collect();
    pairs.extend(visits.values().flatten().map(|visit| (visit.venue, visit.moment().month())));
    let venues: BTreeSet<VenueId> = pairs.iter().map(|(venue, _)| *venue).collect();
    let mut all = BTreeMap::new();
    for chunk in venues.into_iter().collect::<Vec<_>>().chunks(500) {
        all.extend(expected(&mut tx, station, chunk.iter().copied()).await?);
    }

    for (venue, month) in pairs {
        let Some(expected) = all.get(&venue) else {
            let why = format!("the station has no such venue, and something is kept of it in {month}");
            differences.push(Difference::Row { of: Some(venue.uuid()), why });
            continue;
        };
        let policy = policy_for(&policies, month, venue, &expected.kind);
        let of_venue = visits.get(&venue).map(Vec::as_slice).unwrap_or_default();
        let tally = Tally::of(of_venue, &expected.life, &policy, month);
        let counted = (!tally.records.is_empty()).then_some(tally);
        let kept = kept.remove(&(venue, month));
        if kept != counted {
            differences.push(Difference::Tally { venue, month, kept, counted });
        }
    }
    Ok(differences)
}

/// A kept tally, and whether the figures beside it are its own.
fn tally(row: &AnyRow) -> Result<(VenueId, Month, Tally, bool), StoreError> {
    let tally: Tally = row.json("body")?;
    let last = row.opt_int("last_counted")?.map(day_of_number).transpose()?;
    let month = month_of_number(row.int("month")?)?;
    let same_figures = row.int("required")? == i64::from(tally.required)
        && usize::try_from(row.int("counted")?) == Ok(tally.counted())
        && last == tally.last_counted()
        && month == tally.month;
    Ok((row.id("venue_id")?, month, tally, same_figures))
}
