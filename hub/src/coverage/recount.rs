//! Counting everything anew, from the visits alone, to prove what is kept.

use std::collections::{BTreeMap, BTreeSet};

use xuncha_core::domain::{Month, StationId, Tally, VenueId, Visit, policy_for};

use super::tally::Pair;
use crate::store::reference::{expected, policies};
use crate::store::{Key as _, RowExt as _, Store, StoreError, day_of_number, month_of_number};

/// A venue and month where what is kept is not what the visits say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The venue.
    pub venue: VenueId,
    /// The month.
    pub month: Month,
    /// What is kept.
    pub kept: Option<Tally>,
    /// What the visits say.
    pub counted: Option<Tally>,
}

/// Counts a station anew and names every difference; none, if all is well.
pub async fn recount(store: &Store, station: StationId) -> Result<Vec<Difference>, StoreError> {
    let mut tx = store.snapshot().await?;
    let policies = policies(&mut tx, station).await?;

    let mut visits: BTreeMap<VenueId, Vec<Visit>> = BTreeMap::new();
    let rows = sqlx::query("SELECT body FROM visits WHERE station_id = $1")
        .bind(station.key())
        .fetch_all(&mut *tx)
        .await?;
    for row in rows {
        let visit: Visit = row.json("body")?;
        visits.entry(visit.venue).or_default().push(visit);
    }

    let mut kept: BTreeMap<Pair, Tally> = BTreeMap::new();
    let rows = sqlx::query(
        "SELECT venue_id, month, required, counted, last_counted, body FROM tallies WHERE station_id = $1",
    )
    .bind(station.key())
    .fetch_all(&mut *tx)
    .await?;
    for row in rows {
        let tally: Tally = row.json("body")?;
        let last = row.opt_int("last_counted")?.map(day_of_number).transpose()?;
        let month = month_of_number(row.int("month")?)?;
        let same_figures = row.int("required")? == i64::from(tally.required)
            && usize::try_from(row.int("counted")?) == Ok(tally.counted())
            && last == tally.last_counted()
            && month == tally.month;
        if !same_figures {
            return Err(StoreError::Row(format!("the figures beside the tally of {month} are not its own")));
        }
        kept.insert((row.id("venue_id")?, month), tally);
    }

    // No moment of a visit can matter for a month that neither a visit nor a kept tally names.
    let mut pairs: BTreeSet<Pair> = kept.keys().copied().collect();
    pairs.extend(visits.values().flatten().map(|visit| (visit.venue, visit.moment().month())));
    let venues: BTreeSet<VenueId> = pairs.iter().map(|(venue, _)| *venue).collect();
    let mut all = BTreeMap::new();
    for chunk in venues.into_iter().collect::<Vec<_>>().chunks(500) {
        all.extend(expected(&mut tx, station, chunk.iter().copied()).await?);
    }

    let mut differences = Vec::new();
    for (venue, month) in pairs {
        let expected = all.get(&venue).ok_or_else(|| StoreError::Row(format!("{venue:?} is unknown")))?;
        let policy = policy_for(&policies, month, venue, &expected.kind);
        let of_venue = visits.get(&venue).map(Vec::as_slice).unwrap_or_default();
        let tally = Tally::of(of_venue, &expected.life, &policy, month);
        let counted = (!tally.records.is_empty()).then_some(tally);
        let kept = kept.remove(&(venue, month));
        if kept != counted {
            differences.push(Difference { venue, month, kept, counted });
        }
    }
    Ok(differences)
}
