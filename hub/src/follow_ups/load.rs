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
use crate::store::{Key, RowExt as _, Sql, StoreError, content, month_number};

/// Records read in one query.
const CHUNK: usize = 500;

/// Which findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// All of a venue.
    Venue(VenueId),
    /// Of the whole station, those of a month and later.
    Since(Month),
    /// The same, and what is not settled yet, however old.
    UnsettledOrSince(Month),
    /// Of the whole station, those of a month, whatever became of them since.
    In(Month),
    /// All of the station.
    Station,
}

/// The findings that stand, the most needed first.
pub async fn load(
    db: &mut AnyConnection,
    station: StationId,
    within: Within,
) -> Result<Vec<FollowUp>, StoreError> {
    Ok(load_all(db, &[station], within).await?.remove(&station).unwrap_or_default())
}

/// The same of many stations, by as few queries as of one.
pub async fn load_all(
    db: &mut AnyConnection,
    stations: &[StationId],
    within: Within,
) -> Result<HashMap<StationId, Vec<FollowUp>>, StoreError> {
    let visits = visits(db, stations, within).await?;
    let steps = steps(db, stations, within).await?;
    let handling = handlings(db, stations).await?;
    let ways = |station: StationId, found_good: &dyn Fn(RecordId, &ItemId) -> bool| {
        let visits = visits.get(&station).map(Vec::as_slice).unwrap_or_default();
        let steps = steps.get(&station).map(Vec::as_slice).unwrap_or_default();
        let usual = Handling::default();
        follow_ups(visits, steps, handling.get(&station).unwrap_or(&usual), found_good)
    };
    // Once to learn which records have to be asked, once with their answers.
    let asked = RefCell::new(BTreeSet::new());
    for station in stations {
        let _ = ways(*station, &|record, item| {
            asked.borrow_mut().insert((*station, record, item.clone()));
            false
        });
    }
    let good = found_good_among(db, asked.into_inner()).await?;
    let told = stations.iter().map(|station| {
        let mut ways = ways(*station, &|record, item| good.contains(&(record, item.clone())));
        match within {
            Within::UnsettledOrSince(month) => {
                ways.retain(|way| !way.stage.is_settled() || way.found_at.month() >= month);
            }
            Within::In(month) => ways.retain(|way| way.found_at.month() == month),
            Within::Since(_) | Within::Venue(_) | Within::Station => {}
        }
        ways.sort_by_cached_key(FollowUp::need);
        (*station, ways)
    });
    Ok(told.collect())
}

async fn visits(
    db: &mut AnyConnection,
    stations: &[StationId],
    within: Within,
) -> Result<HashMap<StationId, Vec<Visit>>, StoreError> {
    let mut query = Sql::new("SELECT v.station_id, v.body FROM ");
    match within {
        Within::Venue(venue) => {
            query.push("visits v WHERE v.venue_id = ").bind(venue.key()).push(" AND v.station_id IN ");
            query.list(stations.iter().map(Key::key));
        }
        Within::Since(_) | Within::In(_) | Within::UnsettledOrSince(_) => {
            // Each station's venues by themselves: any venue at any station would be thousands of times as many.
            query.push(
                "(SELECT station_id, venue_id, MIN(month) AS first FROM visits \
                 WHERE severity IS NOT NULL AND station_id IN ",
            );
            query.list(stations.iter().map(Key::key));
            match within {
                Within::Since(month) => query.push(" AND month >= ").bind(month_number(month)),
                Within::In(month) => query.push(" AND month = ").bind(month_number(month)),
                Within::UnsettledOrSince(_) | Within::Venue(_) | Within::Station => &mut query,
            };
            query.push(
                " GROUP BY station_id, venue_id) f \
                 JOIN visits v ON v.station_id = f.station_id AND v.venue_id = f.venue_id WHERE v.month >= f.first",
            );
        }
        Within::Station => {
            query.push("visits v WHERE v.station_id IN ").list(stations.iter().map(Key::key));
        }
    }
    query.push(" AND v.kind = 'inspection'");
    by_station(&query.fetch_all(db).await?)
}

async fn steps(
    db: &mut AnyConnection,
    stations: &[StationId],
    within: Within,
) -> Result<HashMap<StationId, Vec<FollowUpStep>>, StoreError> {
    let mut query = Sql::new("SELECT station_id, body FROM follow_ups WHERE station_id IN ");
    query.list(stations.iter().map(Key::key));
    if let Within::Venue(venue) = within {
        query.push(" AND venue_id = ").bind(venue.key());
    }
    by_station(&query.fetch_all(db).await?)
}

fn by_station<T: DeserializeOwned>(rows: &[AnyRow]) -> Result<HashMap<StationId, Vec<T>>, StoreError> {
    let mut all: HashMap<StationId, Vec<T>> = HashMap::new();
    for row in rows {
        all.entry(row.id("station_id")?).or_default().push(row.json("body")?);
    }
    Ok(all)
}

/// Which of these items their records looked at and found good, as it is kept beside their visits; where it is not told
/// yet, the record is opened. One whose positions were erased still says so; one whose content was erased says nothing
/// any more.
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
                ") SELECT v.found_good, p.jws, x.body AS extract FROM asked a \
                 JOIN visits v ON v.station_id = a.station_id AND v.record_id = a.record_id \
                 LEFT JOIN payloads p ON v.found_good IS NULL \
                 AND p.station_id = a.station_id AND p.record_id = a.record_id \
                 LEFT JOIN extracts x ON v.found_good IS NULL \
                 AND x.station_id = a.station_id AND x.record_id = a.record_id",
            );
        for row in query.fetch_all(db).await? {
            match row.opt_json::<FoundGood>("found_good")? {
                Some(kept) => told.push(kept),
                None => untold.extend(content(&row)?),
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
    use super::*;

    #[test]
    fn the_items_about_minors_are_those_that_count_them() {
        let about = |id: &str| about_minors(&Checklists::default(), &id.parse().unwrap());
        assert!(about("wb_minor") && about("yj_minor"));
        assert!(!about("wb_exit") && !about("unheard_of"));
    }
}
