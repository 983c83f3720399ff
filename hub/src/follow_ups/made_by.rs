//! By which checklists findings were found: a later version may ask the other way round.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use xuncha_core::domain::{Checklist, ChecklistRef, Checklists, FollowUp, Item, RecordId, StationId};
use xuncha_core::wire::Record;

use crate::store::{Key, Proof, RowExt as _, Sql, StoreError, readable};

/// Records asked of in one query.
const CHUNK: usize = 500;

/// The checklists that inspections were made by.
#[derive(Debug, Default)]
pub struct MadeBy(HashMap<RecordId, Arc<Checklist>>);

impl MadeBy {
    /// Those of some findings of a station, by what is kept beside their visits; only a record from before that was kept
    /// is read.
    pub async fn of(
        db: &mut AnyConnection,
        station: StationId,
        lists: &Checklists,
        ways: impl IntoIterator<Item = &FollowUp>,
    ) -> Result<Self, StoreError> {
        let records: BTreeSet<RecordId> = ways.into_iter().map(|way| way.record).collect();
        let records: Vec<_> = records.into_iter().collect();
        let mut all = HashMap::new();
        for chunk in records.chunks(CHUNK) {
            let mut unkept = Vec::new();
            for row in kept(station, chunk).fetch_all(db).await? {
                let record = row.id("record_id")?;
                let proof: Option<Proof> = row.opt_json("proof")?;
                match proof.and_then(|proof| proof.checklist) {
                    Some(named) => made_by(&row, Some(&named), lists, &mut all)?,
                    None => unkept.push(record),
                }
            }
            if unkept.is_empty() {
                continue;
            }
            for row in whole(station, &unkept).fetch_all(db).await? {
                let record = readable(row.id("record_id")?, &row);
                let named = record.as_ref().and_then(Record::inspection).map(|told| &told.checklist);
                made_by(&row, named, lists, &mut all)?;
            }
        }
        Ok(Self(all))
    }

    /// The item that was found bad, as it was asked.
    #[must_use]
    pub fn item<'a>(&'a self, lists: &'a Checklists, way: &FollowUp) -> Option<&'a Item> {
        lists.item(self.0.get(&way.record).map(|list| &**list), &way.finding.item)
    }
}

fn kept(station: StationId, records: &[RecordId]) -> Sql {
    let mut query = Sql::new(
        "SELECT v.record_id, v.moment, w.kind, v.proof FROM visits v \
         JOIN venues w ON w.station_id = v.station_id AND w.venue_id = v.venue_id WHERE v.station_id = ",
    );
    query.bind(station.key()).push(" AND v.record_id IN ").list(records.iter().map(Key::key));
    query
}

fn whole(station: StationId, records: &[RecordId]) -> Sql {
    let mut query = Sql::new(
        "SELECT v.record_id, v.moment, w.kind, p.jws, x.body AS extract FROM visits v \
         JOIN venues w ON w.station_id = v.station_id AND w.venue_id = v.venue_id \
         LEFT JOIN payloads p ON p.station_id = v.station_id AND p.record_id = v.record_id \
         LEFT JOIN extracts x ON x.station_id = v.station_id AND x.record_id = v.record_id WHERE v.station_id = ",
    );
    query.bind(station.key()).push(" AND v.record_id IN ").list(records.iter().map(Key::key));
    query
}

/// Notes by which checklist a record of a row was made, if it names one, else by what was in force that day.
fn made_by(
    row: &AnyRow,
    named: Option<&ChecklistRef>,
    lists: &Checklists,
    all: &mut HashMap<RecordId, Arc<Checklist>>,
) -> Result<(), StoreError> {
    let kind = row.text("kind")?.parse().map_err(|_| StoreError::Row("kind is no kind".to_owned()))?;
    if let Some(list) = lists.made_by(named, &kind, row.time("moment")?.day()) {
        all.insert(row.id("record_id")?, list.clone());
    }
    Ok(())
}
