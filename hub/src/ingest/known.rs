//! What the database knows about a batch, asked for in a handful of queries however many records it has.

use std::collections::{BTreeSet, HashMap, HashSet};

use sqlx::any::AnyRow;
use xuncha_core::domain::{PolicyFrom, RecordId, Sha256Hash, StationId, Timestamp, VenueId, Visit};
use xuncha_core::wire::{Fact, Record};

use super::Sealed;
use super::chain::{Chains, Link, runs};
use super::line::Line;
use crate::store::reference::{Expected, expected, policies};
use crate::store::{Key, RowExt as _, Sql, StoreError, Tx, month_of_number};

/// A record that was taken before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Had {
    pub(super) sha256: Sha256Hash,
    pub(super) received_at: Timestamp,
    pub(super) log_index: u64,
}

/// What is known about a batch.
pub(super) struct Known {
    pub(super) had: HashMap<RecordId, Had>,
    pub(super) set_aside: HashSet<Sha256Hash>,
    pub(super) venues: HashMap<VenueId, Expected>,
    pub(super) lines: HashMap<RecordId, Line>,
    pub(super) chains: Chains,
    pub(super) policies: Vec<PolicyFrom>,
}

impl Known {
    /// Asks under the station's lock.
    pub(super) async fn load(
        tx: &mut Tx,
        station: StationId,
        sealed: &[&Sealed],
    ) -> Result<Self, StoreError> {
        let records = || sealed.iter().map(|sealed| &sealed.record);
        let ids: BTreeSet<RecordId> = records().map(|record| record.id).collect();
        let lines = lines(tx, station, &ids, records()).await?;
        let of_lines = lines.values().map(|line| line.venue);
        let venues: BTreeSet<VenueId> = records().map(Record::venue).chain(of_lines).collect();
        let (had, set_aside) = had(tx, station, &ids).await?;
        let mut venues = expected(tx, station, venues).await?;
        let heirs: BTreeSet<VenueId> = venues.values().filter_map(|venue| venue.double_of).collect();
        if !heirs.is_empty() {
            venues.extend(expected(tx, station, heirs).await?);
        }
        Ok(Self {
            had,
            set_aside,
            venues,
            lines,
            chains: chains(tx, station, records()).await?,
            policies: policies(tx, station).await?,
        })
    }

    /// The venue that a visit at this one counts for, if this one is known.
    pub(super) fn counts_for(&self, venue: VenueId) -> Option<VenueId> {
        self.venues.get(&venue).map(|known| known.double_of.unwrap_or(venue))
    }
}

async fn had(
    tx: &mut Tx,
    station: StationId,
    ids: &BTreeSet<RecordId>,
) -> Result<(HashMap<RecordId, Had>, HashSet<Sha256Hash>), StoreError> {
    let mut query =
        Sql::new("SELECT record_id, sha256, received_at, log_index FROM records WHERE station_id = ");
    query.bind(station.key()).push(" AND record_id IN ").list(ids.iter().map(Key::key));
    // No log has a position below 0: it marks what was set aside.
    query.push(
        " UNION ALL SELECT record_id, sha256, received_at, CAST(-1 AS BIGINT) FROM set_aside WHERE station_id = ",
    );
    query.bind(station.key()).push(" AND record_id IN ").list(ids.iter().map(Key::key));
    let (mut had, mut set_aside) = (HashMap::new(), HashSet::new());
    for row in query.fetch_all(tx).await? {
        let sha256 = row.hash("sha256")?;
        if row.int("log_index")? < 0 {
            set_aside.insert(sha256);
        } else {
            let taken =
                Had { sha256, received_at: row.time("received_at")?, log_index: row.count("log_index")? };
            had.insert(row.id("record_id")?, taken);
        }
    }
    Ok((had, set_aside))
}

/// The records that the batch corrects, and the corrections that waited for one of the batch.
async fn lines(
    tx: &mut Tx,
    station: StationId,
    ids: &BTreeSet<RecordId>,
    records: impl Iterator<Item = &Record>,
) -> Result<HashMap<RecordId, Line>, StoreError> {
    let rows = lines_query(station, ids, records).fetch_all(tx).await?;
    rows.iter().map(line).collect()
}

fn lines_query<'a>(
    station: StationId,
    ids: &BTreeSet<RecordId>,
    records: impl Iterator<Item = &'a Record>,
) -> Sql {
    let corrected: BTreeSet<RecordId> = records
        .filter_map(|record| match &record.fact {
            Fact::Inspection(inspection) => inspection.corrects,
            Fact::CheckIn(_) => None,
        })
        .collect();
    let mut query = Sql::new("SELECT record_id, root_id, month, body FROM visits WHERE station_id = ");
    query.bind(station.key()).push(" AND record_id IN ").list(corrected.iter().map(Key::key));
    query.push(" UNION SELECT record_id, root_id, month, body FROM visits WHERE station_id = ");
    query.bind(station.key()).push(" AND corrects IS NOT NULL AND root_id IN ");
    query.list(ids.iter().map(Key::key));
    query
}

fn line(row: &AnyRow) -> Result<(RecordId, Line), StoreError> {
    let visit: Visit = row.json("body")?;
    let (root, month) = (row.id("root_id")?, month_of_number(row.int("month")?)?);
    Ok((visit.record, Line { root, month, ..Line::alone(&visit) }))
}

fn chains_query<'a>(station: StationId, records: impl Iterator<Item = &'a Record>) -> Sql {
    let mut query =
        Sql::new("SELECT device_id, seq, record_id, sha256, prev FROM records WHERE station_id = ");
    query.bind(station.key());
    for (number, (device, first, last)) in runs(records).into_iter().enumerate() {
        query.push(if number == 0 { " AND (" } else { " OR " });
        query.push("(device_id = ").bind(device.key());
        query.push(" AND seq BETWEEN ").bind(column(first)).push(" AND ").bind(column(last)).push(")");
    }
    query.push(")");
    query
}

async fn chains(
    tx: &mut Tx,
    station: StationId,
    records: impl Iterator<Item = &Record>,
) -> Result<Chains, StoreError> {
    let mut chains = Chains::default();
    for row in chains_query(station, records).fetch_all(tx).await? {
        let link =
            Link { record: row.id("record_id")?, sha256: row.hash("sha256")?, prev: row.opt_hash("prev")? };
        chains.put(row.id("device_id")?, row.count("seq")?, link);
    }
    Ok(chains)
}

/// A place in a chain as a column takes it. Larger ones were refused before.
pub(super) fn column(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::chain::tests::record;
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn what_a_batch_needs_is_found_by_index() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let mut db = store.read().await.unwrap();
        let records: Vec<Record> =
            (1..40).map(|number| record(number, u64::from(number) * 3, None)).collect();
        let ids = records.iter().map(|record| record.id).collect();
        let station = records[0].station;
        let cases = [
            (
                chains_query(station, records.iter()),
                "USING INDEX records_by_chain (station_id=? AND device_id=? AND seq>? AND seq<?)",
            ),
            (
                lines_query(station, &ids, records.iter()),
                "USING INDEX corrections_by_root (station_id=? AND root_id=?)",
            ),
        ];
        for (query, by_index) in cases {
            let plan = query.plan(&mut db).await;
            assert!(plan.iter().any(|step| step.contains(by_index)), "{plan:#?}");
            assert!(!plan.iter().any(|step| step.ends_with("(station_id=?)")), "{plan:#?}");
        }
    }
}
