//! Findings with their ways, from what is kept: visits, steps, and of the records only those that may be
//! the recheck of a finding.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use sqlx::AnyConnection;
use xuncha_core::domain::{
    Checklists, Detail, FollowUp, FollowUpStep, Inspection, Item, ItemId, Month, RecordId, StationId,
    VenueId, Visit, follow_ups, found_good,
};
use xuncha_core::wire::{Fact, Record};

use super::handling;
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
    /// All of the station.
    Station,
}

/// The findings that stand, the most needed first.
pub async fn load(
    db: &mut AnyConnection,
    station: StationId,
    within: Within,
) -> Result<Vec<FollowUp>, StoreError> {
    let visits = visits(db, station, within).await?;
    let steps = steps(db, station, within).await?;
    let handling = handling(db, station).await?;
    // Once to learn which records have to be asked, once with their answers.
    let asked = RefCell::new(BTreeSet::new());
    let _ = follow_ups(&visits, &steps, &handling, |record, item| {
        asked.borrow_mut().insert((record, item.clone()));
        false
    });
    let good = found_good_among(db, station, asked.into_inner()).await?;
    let mut ways =
        follow_ups(&visits, &steps, &handling, |record, item| good.contains(&(record, item.clone())));
    ways.sort_by_cached_key(FollowUp::need);
    Ok(ways)
}

async fn visits(
    db: &mut AnyConnection,
    station: StationId,
    within: Within,
) -> Result<Vec<Visit>, StoreError> {
    let mut query = Sql::new("SELECT body FROM visits WHERE kind = 'inspection' AND station_id = ");
    query.bind(station.key());
    match within {
        Within::Venue(venue) => query.push(" AND venue_id = ").bind(venue.key()),
        Within::Since(month) => query
            .push(" AND month >= ")
            .bind(month_number(month))
            .push(
                " AND venue_id IN (SELECT venue_id FROM visits WHERE severity IS NOT NULL AND station_id = ",
            )
            .bind(station.key())
            .push(" AND month >= ")
            .bind(month_number(month))
            .push(")"),
        Within::Station => &mut query,
    };
    query.fetch_all(db).await?.iter().map(|row| row.json("body")).collect()
}

async fn steps(
    db: &mut AnyConnection,
    station: StationId,
    within: Within,
) -> Result<Vec<FollowUpStep>, StoreError> {
    let mut query = Sql::new("SELECT body FROM follow_ups WHERE station_id = ");
    query.bind(station.key());
    if let Within::Venue(venue) = within {
        query.push(" AND venue_id = ").bind(venue.key());
    }
    query.fetch_all(db).await?.iter().map(|row| row.json("body")).collect()
}

/// Which of these items their records looked at and found good. One whose positions were erased still says
/// so; one whose content was erased says nothing any more.
async fn found_good_among(
    db: &mut AnyConnection,
    station: StationId,
    asked: BTreeSet<(RecordId, ItemId)>,
) -> Result<BTreeSet<(RecordId, ItemId)>, StoreError> {
    let records: BTreeSet<RecordId> = asked.iter().map(|(record, _)| *record).collect();
    let records: Vec<RecordId> = records.into_iter().collect();
    let mut told: HashMap<RecordId, Inspection> = HashMap::new();
    for chunk in records.chunks(CHUNK) {
        let mut query = Sql::new(
            "SELECT p.jws, x.body AS extract FROM records r \
             LEFT JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id \
             LEFT JOIN extracts x ON x.station_id = r.station_id AND x.record_id = r.record_id \
             WHERE r.station_id = ",
        );
        query.bind(station.key()).push(" AND r.record_id IN ").list(chunk.iter().map(Key::key));
        for row in query.fetch_all(db).await? {
            if let Some(Record { id, fact: Fact::Inspection(inspection), .. }) = content(&row)? {
                told.insert(id, *inspection);
            }
        }
    }
    let lists = rules::checklists(db).await?;
    let good = |(record, item): &(RecordId, ItemId)| {
        told.get(record).is_some_and(|inspection| {
            let list = &inspection.checklist;
            lists.find(&list.code, list.version).is_some_and(|list| found_good(inspection, list, item))
        })
    };
    Ok(asked.into_iter().filter(good).collect())
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
