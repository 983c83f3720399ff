//! Keeping the tallies: recounted from the visits of a venue and month, inside the transaction that
//! changed one of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::any::AnyRow;
use xuncha_core::domain::{Month, PolicyFrom, StationId, Tally, VenueId, Visit, policy_for};

use crate::store::reference::{Expected, expected, policies, to_json};
use crate::store::{Key as _, RowExt as _, Sql, StoreError, Tx, day_number, month_number, month_of_number};

/// A venue and a month in which something changed.
pub(crate) type Pair = (VenueId, Month);

/// Pairs that go into one query: seven values each, far below what either database takes.
const CHUNK: usize = 500;

/// Recounts what counts for each of `pairs` and keeps it. `expected` must have every venue of them.
pub(crate) async fn recount_pairs(
    tx: &mut Tx,
    station: StationId,
    pairs: &BTreeSet<Pair>,
    expected: &HashMap<VenueId, Expected>,
    policies: &[PolicyFrom],
) -> Result<(), StoreError> {
    let pairs: Vec<Pair> = pairs.iter().copied().collect();
    for chunk in pairs.chunks(CHUNK) {
        let visits = visits(tx, station, chunk).await?;
        let mut kept = Vec::new();
        let mut gone = Vec::new();
        for (venue, month) in chunk {
            let expected =
                expected.get(venue).ok_or_else(|| StoreError::Row(format!("{venue:?} is unknown")))?;
            let policy = policy_for(policies, *month, *venue, &expected.kind);
            match visits.get(&(*venue, *month)) {
                Some(visits) => kept.push((*venue, Tally::of(visits, &expected.life, &policy, *month))),
                None => gone.push((*venue, *month)),
            }
        }
        keep(tx, station, kept).await?;
        forget(tx, station, gone).await?;
    }
    Ok(())
}

/// Recounts all months of one venue, after it opened, closed or was suspended.
pub(crate) async fn recount_venue(tx: &mut Tx, station: StationId, venue: VenueId) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT DISTINCT month FROM visits WHERE station_id = $1 AND venue_id = $2")
        .bind(station.key())
        .bind(venue.key())
        .fetch_all(&mut **tx)
        .await?;
    let months = rows.iter().map(|row| Ok((venue, month_of_number(row.int("month")?)?)));
    let pairs = months.collect::<Result<_, StoreError>>()?;
    recount_all(tx, station, &pairs).await
}

/// Recounts all venues from a month on, after the policy changed.
pub(crate) async fn recount_from(tx: &mut Tx, station: StationId, from: Month) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT venue_id, month FROM tallies WHERE station_id = $1 AND month >= $2")
        .bind(station.key())
        .bind(month_number(from))
        .fetch_all(&mut **tx)
        .await?;
    let pairs = rows.iter().map(|row| Ok((row.id("venue_id")?, month_of_number(row.int("month")?)?)));
    let pairs = pairs.collect::<Result<_, StoreError>>()?;
    recount_all(tx, station, &pairs).await
}

/// Recounts these pairs, after visits went from one to another.
pub(crate) async fn recount_all(
    tx: &mut Tx,
    station: StationId,
    pairs: &BTreeSet<Pair>,
) -> Result<(), StoreError> {
    let policies = policies(tx, station).await?;
    let mut all = HashMap::new();
    let venues: BTreeSet<VenueId> = pairs.iter().map(|(venue, _)| *venue).collect();
    let venues: Vec<VenueId> = venues.into_iter().collect();
    for chunk in venues.chunks(CHUNK) {
        all.extend(expected(tx, station, chunk.iter().copied()).await?);
    }
    recount_pairs(tx, station, pairs, &all, &policies).await
}

/// The visits of each pair in one row: as rows of their own they cost as much to carry over as to count.
fn visits_query(station: StationId, pairs: &[Pair]) -> Sql {
    let mut query = Sql::new("WITH pair (venue_id, month) AS (VALUES ");
    query
        .rows(pairs, |row, (venue, month)| {
            row.cell(venue.key()).cell(month_number(*month));
        })
        .push(
            ") SELECT v.venue_id, v.month, '[' || string_agg(v.body, ',') || ']' AS bodies \
             FROM pair JOIN visits v ON v.station_id = ",
        )
        .bind(station.key())
        .push(" AND v.venue_id = pair.venue_id AND v.month = pair.month GROUP BY v.venue_id, v.month");
    query
}

async fn visits(
    tx: &mut Tx,
    station: StationId,
    pairs: &[Pair],
) -> Result<BTreeMap<Pair, Vec<Visit>>, StoreError> {
    let rows = visits_query(station, pairs).fetch_all(tx).await?;
    let of_pair = |row: &AnyRow| {
        let pair = (row.id("venue_id")?, month_of_number(row.int("month")?)?);
        Ok((pair, row.json("bodies")?))
    };
    rows.iter().map(of_pair).collect()
}

async fn keep(tx: &mut Tx, station: StationId, tallies: Vec<(VenueId, Tally)>) -> Result<(), StoreError> {
    if tallies.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(tallies.len());
    for (venue, tally) in tallies {
        let counted = i64::try_from(tally.counted()).unwrap_or(i64::MAX);
        rows.push((venue, counted, tally.last_counted().map(day_number), to_json(&tally)?, tally));
    }
    let mut query = Sql::new(
        "INSERT INTO tallies (station_id, month, venue_id, required, counted, last_counted, body) VALUES ",
    );
    query
        .rows(rows, |row, (venue, counted, last, body, tally)| {
            row.cell(station.key()).cell(month_number(tally.month)).cell(venue.key());
            row.cell(i64::from(tally.required)).cell(counted).cell(last).cell(body);
        })
        .push(
            " ON CONFLICT (station_id, month, venue_id) DO UPDATE SET required = excluded.required, \
             counted = excluded.counted, last_counted = excluded.last_counted, body = excluded.body",
        );
    query.execute(tx).await?;
    Ok(())
}

/// A pair without visits has no tally: a correction may have carried the only one to another month.
async fn forget(tx: &mut Tx, station: StationId, pairs: Vec<Pair>) -> Result<(), StoreError> {
    for (venue, month) in pairs {
        sqlx::query("DELETE FROM tallies WHERE station_id = $1 AND month = $2 AND venue_id = $3")
            .bind(station.key())
            .bind(month_number(month))
            .bind(venue.key())
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::Timestamp;

    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn the_visits_of_a_venue_and_month_are_found_by_their_index() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let now = Timestamp::from_millis(1_800_000_000_000);
        let pairs: Vec<Pair> =
            (0..50).map(|number| (VenueId::mint(now, [number; 10]), now.month())).collect();
        let query = visits_query(StationId::mint(now, [0; 10]), &pairs);
        let plan = query.plan(&mut store.read().await.unwrap()).await;
        let by_index = "USING INDEX visits_by_venue (station_id=? AND venue_id=? AND month=?)";
        assert!(plan.iter().any(|step| step.contains(by_index)), "{plan:#?}");
    }
}
