//! Findings with their ways, from what is kept: visits with what they found good, and steps.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use serde::de::DeserializeOwned;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{
    Checklists, Detail, FollowUp, FollowUpStep, FoundGood, Handling, Item, ItemId, Month, RecordId,
    StationId, VenueId, Visit, follow_ups,
};

use super::handling::handlings;
use crate::rules;
use crate::store::{Key, RowExt as _, Sql, StoreError, month_number, readable};

/// Venues whose visits are in memory at once: more than that never are, however many a city has.
const VENUES: usize = 100;

/// Records read in one query.
const CHUNK: usize = 500;

/// Which findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// All of a venue.
    Venue(VenueId),
    /// Of the whole station, those of a month and later, and what is not settled yet, however old.
    UnsettledOrSince(Month),
    /// Of the whole station, those of a month, whatever became of them since.
    In(Month),
    /// All of the station.
    Station,
}

impl Within {
    fn takes(self, way: &FollowUp) -> bool {
        match self {
            Self::UnsettledOrSince(month) => !way.stage.is_settled() || way.found_at.month() >= month,
            Self::In(month) => way.found_at.month() == month,
            Self::Venue(_) | Self::Station => true,
        }
    }
}

/// A venue at which something was found: the station, and the first month to look at.
pub type Looked = (StationId, VenueId, i64);

/// The findings that stand, the most needed first.
pub async fn load(
    db: &mut AnyConnection,
    station: StationId,
    within: Within,
) -> Result<Vec<FollowUp>, StoreError> {
    Ok(load_all(db, &[station], within).await?.remove(&station).unwrap_or_default())
}

/// The same of many stations. Visits are read only of venues at which anything was ever found, and dropped as soon as
/// it is known what became of that.
pub async fn load_all(
    db: &mut AnyConnection,
    stations: &[StationId],
    within: Within,
) -> Result<HashMap<StationId, Vec<FollowUp>>, StoreError> {
    let handling = handlings(db, stations).await?;
    let venues = venues(db, stations, within).await?;
    let mut all: HashMap<_, Vec<_>> = stations.iter().map(|station| (*station, Vec::new())).collect();
    for some in venues.chunks(VENUES) {
        for (station, ways) in ways(db, some, &handling).await? {
            all.entry(station).or_default().extend(ways.into_iter().filter(|way| within.takes(way)));
        }
    }
    for ways in all.values_mut() {
        ways.sort_by_cached_key(FollowUp::need);
    }
    Ok(all)
}

async fn venues(
    db: &mut AnyConnection,
    stations: &[StationId],
    within: Within,
) -> Result<Vec<Looked>, StoreError> {
    let month = match within {
        Within::Venue(venue) => return Ok(stations.iter().map(|station| (*station, venue, 0)).collect()),
        Within::In(month) => Some(month),
        Within::UnsettledOrSince(_) | Within::Station => None,
    };
    let rows = with_findings(stations, month).fetch_all(db).await?;
    let looked = |row: &AnyRow| Ok((row.id("station_id")?, row.id("venue_id")?, row.int("first")?));
    rows.iter().map(looked).collect()
}

/// The venues of a station at which anything was found, or was in a month. What is many is read some of them at a time,
/// by [`ways_at`].
pub async fn looked_at(
    db: &mut AnyConnection,
    station: StationId,
    month: Option<Month>,
) -> Result<Vec<Looked>, StoreError> {
    venues(db, &[station], month.map_or(Within::Station, Within::In)).await
}

/// What became of all that was found at some venues of a station, in no order.
pub async fn ways_at(
    db: &mut AnyConnection,
    station: StationId,
    venues: &[Looked],
) -> Result<Vec<FollowUp>, StoreError> {
    let handling = handlings(db, &[station]).await?;
    Ok(ways(db, venues, &handling).await?.remove(&station).unwrap_or_default())
}

/// The venues at which anything was found, or was in a month, and since which month: by an index of nothing else.
fn with_findings(stations: &[StationId], month: Option<Month>) -> Sql {
    let mut query = Sql::new(
        "SELECT station_id, venue_id, MIN(month) AS first FROM visits WHERE severity IS NOT NULL AND station_id IN ",
    );
    query.list(stations.iter().map(Key::key));
    if let Some(month) = month {
        query.push(" AND month = ").bind(month_number(month));
    }
    query.push(" GROUP BY station_id, venue_id");
    query
}

/// What became of all that was found at some venues.
async fn ways(
    db: &mut AnyConnection,
    venues: &[Looked],
    handling: &HashMap<StationId, Handling>,
) -> Result<HashMap<StationId, Vec<FollowUp>>, StoreError> {
    let visits: HashMap<StationId, Vec<Visit>> = by_station(visits(venues), db).await?;
    let steps: HashMap<StationId, Vec<FollowUpStep>> = by_station(steps(venues), db).await?;
    let usual = Handling::default();
    let ways = |station: &StationId, found_good: &dyn Fn(RecordId, &ItemId) -> bool| {
        let visits = visits.get(station).map(Vec::as_slice).unwrap_or_default();
        let steps = steps.get(station).map(Vec::as_slice).unwrap_or_default();
        follow_ups(visits, steps, handling.get(station).unwrap_or(&usual), found_good)
    };
    // Once to learn which records have to be asked, once with their answers.
    let asked = RefCell::new(BTreeSet::new());
    for station in visits.keys() {
        let _ = ways(station, &|record, item| {
            asked.borrow_mut().insert((*station, record, item.clone()));
            false
        });
    }
    let good = found_good_among(db, asked.into_inner()).await?;
    let told = |station: &StationId| {
        (*station, ways(station, &|record, item| good.contains(&(record, item.clone()))))
    };
    Ok(visits.keys().map(told).collect())
}

/// `WITH asked AS …`: a query that is asked of some venues.
fn of_venues(venues: &[Looked], query: &'static str) -> Sql {
    let mut asked = Sql::new("WITH asked (station_id, venue_id, first) AS (VALUES ");
    asked.rows(venues, |row, (station, venue, first)| {
        row.cell(station.key()).cell(venue.key()).cell(*first);
    });
    asked.push(query);
    asked
}

fn visits(venues: &[Looked]) -> Sql {
    of_venues(
        venues,
        ") SELECT v.station_id, v.body FROM asked a \
         JOIN visits v ON v.station_id = a.station_id AND v.venue_id = a.venue_id AND v.month >= a.first \
         WHERE v.kind = 'inspection'",
    )
}

fn steps(venues: &[Looked]) -> Sql {
    of_venues(
        venues,
        ") SELECT f.station_id, f.body FROM asked a \
         JOIN follow_ups f ON f.station_id = a.station_id AND f.venue_id = a.venue_id",
    )
}

async fn by_station<T: DeserializeOwned + Send>(
    query: Sql,
    db: &mut AnyConnection,
) -> Result<HashMap<StationId, Vec<T>>, StoreError> {
    let mut all: HashMap<StationId, Vec<T>> = HashMap::new();
    query
        .each(db, |row| {
            all.entry(row.id("station_id")?).or_default().push(row.json("body")?);
            Ok(())
        })
        .await?;
    Ok(all)
}

/// Which of these items their records looked at and found good, as it is kept beside their visits; where it is not told
/// yet, the record is opened. One whose positions were erased still says so; one whose content was erased says nothing
/// any more, nor does one that can't be read.
async fn found_good_among(
    db: &mut AnyConnection,
    asked: BTreeSet<(StationId, RecordId, ItemId)>,
) -> Result<BTreeSet<(RecordId, ItemId)>, StoreError> {
    let records: BTreeSet<_> = asked.iter().map(|(station, record, _)| (*station, *record)).collect();
    let records: Vec<_> = records.into_iter().collect();
    let (mut told, mut untold) = (Vec::new(), Vec::new());
    for chunk in records.chunks(CHUNK) {
        let mut query = Sql::new("WITH asked (station_id, record_id) AS (VALUES ");
        query
            .rows(chunk, |row, (station, record)| {
                row.cell(station.key()).cell(record.key());
            })
            .push(
                ") SELECT v.record_id, v.found_good, p.jws, x.body AS extract FROM asked a \
                 JOIN visits v ON v.station_id = a.station_id AND v.record_id = a.record_id \
                 LEFT JOIN payloads p ON v.found_good IS NULL \
                 AND p.station_id = a.station_id AND p.record_id = a.record_id \
                 LEFT JOIN extracts x ON v.found_good IS NULL \
                 AND x.station_id = a.station_id AND x.record_id = a.record_id",
            );
        for row in query.fetch_all(db).await? {
            match row.opt_json::<FoundGood>("found_good")? {
                Some(kept) => told.push(kept),
                None => untold.extend(readable(row.id("record_id")?, &row)),
            }
        }
    }
    if !untold.is_empty() {
        let lists = rules::checklists(db).await?;
        told.extend(untold.iter().filter_map(|record| record.found_good(&lists)));
    }
    let good = told
        .into_iter()
        .flat_map(|FoundGood { record, items }| items.into_iter().map(move |item| (record, item)));
    let good: BTreeSet<_> = good.collect();
    Ok(asked
        .into_iter()
        .map(|(_, record, item)| (record, item))
        .filter(|asked| good.contains(asked))
        .collect())
}

/// Whether an item asks about minors: who looks at what was found there is written down.
#[must_use]
pub fn about_minors(lists: &Checklists, id: &ItemId) -> bool {
    let asks = |item: &Item| item.choices().iter().any(|choice| choice.detail == Some(Detail::Minors));
    lists.all().filter_map(|(_, list)| list.item(id)).any(asks)
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::Timestamp;

    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn visits_are_read_of_venues_alone_at_which_anything_was_found() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let at = Timestamp::from_millis(1_000);
        let (station, venue) = (StationId::mint(at, [1; 10]), VenueId::mint(at, [2; 10]));
        let mut db = store.read().await.unwrap();
        let venues = with_findings(&[station], None).plan(&mut db).await.join("\n");
        assert!(venues.contains("visits_with_findings"), "{venues}");
        let visits = visits(&[(station, venue, 0)]).plan(&mut db).await.join("\n");
        assert!(visits.contains("visits_by_venue") && !visits.contains("SCAN v"), "{visits}");
    }

    #[test]
    fn the_items_about_minors_are_those_that_count_them() {
        let about = |id: &str| about_minors(&Checklists::default(), &id.parse().unwrap());
        assert!(about("wb_minor") && about("yj_minor"));
        assert!(!about("wb_exit") && !about("unheard_of"));
    }
}
