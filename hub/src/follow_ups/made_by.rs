//! By which checklists findings were found: a later version may ask the other way round.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sqlx::AnyConnection;
use xuncha_core::domain::{Checklist, Checklists, FollowUp, Item, RecordId, StationId, Venue};
use xuncha_core::wire::Record;

use crate::store::{Key, RowExt as _, Sql, StoreError, content};

/// Records read in one query: each is read whole, for its checklist alone.
const CHUNK: usize = 100;

/// The checklists that inspections were made by.
#[derive(Debug, Default)]
pub struct MadeBy(HashMap<RecordId, Arc<Checklist>>);

impl MadeBy {
    /// Those of some findings of a station.
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
            let mut query = Sql::new(
                "SELECT v.record_id, v.moment, w.body AS venue, p.jws, x.body AS extract FROM visits v \
                 JOIN venues w ON w.station_id = v.station_id AND w.venue_id = v.venue_id \
                 LEFT JOIN payloads p ON p.station_id = v.station_id AND p.record_id = v.record_id \
                 LEFT JOIN extracts x ON x.station_id = v.station_id AND x.record_id = v.record_id \
                 WHERE v.station_id = ",
            );
            query.bind(station.key()).push(" AND v.record_id IN ").list(chunk.iter().map(Key::key));
            for row in query.fetch_all(db).await? {
                let venue: Venue = row.json("venue")?;
                // A damaged record is for `verify` to tell, and keeps no board from being seen.
                let record = content(&row).unwrap_or_default();
                let named = record.as_ref().and_then(Record::inspection).map(|told| &told.checklist);
                let list = lists.made_by(named, &venue.kind, row.time("moment")?.day());
                if let Some(list) = list {
                    all.insert(row.id("record_id")?, list.clone());
                }
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
