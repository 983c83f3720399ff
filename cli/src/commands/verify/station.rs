//! The walk through one station, record by record in the order of its log.

use std::collections::{BTreeMap, BTreeSet};

use indicatif::ProgressBar;
use sqlx::any::AnyRow;
use xuncha_core::domain::{DeviceId, MemberId, RecordId, Station, StationId};
use xuncha_core::wire::merkle::{
    Frontier, LeafHash, consistency_proof, inclusion_proof, leaf_hash, root_of, verify_consistency,
    verify_inclusion,
};
use xuncha_core::wire::{Jws, Record, Signed as _, VerifyingKey, leaf_bytes};
use xuncha_hub::keys::HubKeys;
use xuncha_hub::photos::PhotoStore;
use xuncha_hub::store::{Key as _, RowExt as _, Store, StoreError, Tx};

use super::chain::{Chains, Link};
use super::erasures::Erasures;
use super::kept::Kept;
use super::receipts::{PhotoReceipts, Receipts};
use super::report::UNREADABLE;
use super::row::{Row, Unreadable, page, readable};
use super::{Problem, StationReport, heads, photos, visits};

/// Places of the log whose proofs are tried. A proof costs as much as the whole log, so not all are;
/// the log itself is built anew from every record.
const PROOFS: usize = 32;

pub(super) struct Device {
    key: VerifyingKey,
    member: MemberId,
}

struct Walk {
    station: StationId,
    devices: BTreeMap<DeviceId, Device>,
    leaves: Vec<LeafHash>,
    chains: Chains,
    visits: visits::Visits,
    photos: photos::Named,
    receipts: Receipts,
    erasures: Erasures,
    erased: u64,
    positions_erased: u64,
    wrong: Vec<Problem>,
}

/// How far it is.
pub(super) struct Bars {
    pub(super) records: ProgressBar,
    pub(super) photos: ProgressBar,
}

/// Verifies one station.
pub(super) async fn verify(
    store: &Store,
    keys: &HubKeys,
    shelf: Option<&PhotoStore>,
    station: &Station,
    kept: &Kept,
    photo_receipts: &mut PhotoReceipts,
    bars: &Bars,
) -> Result<StationReport, StoreError> {
    let mut tx = store.snapshot().await?;
    let (erasures, mut wrong) = Erasures::load(&mut tx, keys, station.id).await?;
    let mut walk = Walk {
        station: station.id,
        devices: devices(&mut tx, station.id, &mut wrong).await?,
        leaves: Vec::new(),
        chains: Chains::default(),
        visits: visits::Visits::load(&mut tx, station.id, &mut wrong).await?,
        photos: photos::Named::default(),
        receipts: Receipts::of(&kept.receipts, keys, station.id),
        erasures,
        erased: 0,
        positions_erased: 0,
        wrong,
    };
    let mut next = 0;
    while let Some(page) = page(&mut tx, station.id, next).await? {
        next = page.next;
        for row in page.rows {
            match row {
                Ok(row) => walk.record(&row),
                Err(unreadable) => walk.unreadable(unreadable),
            }
            bars.records.inc(1);
        }
    }
    let frontier = frontier(&mut tx, station.id).await?;
    walk.log(&frontier);
    let told = told(&mut tx, station.id, &mut walk.wrong).await?;
    let shelved = photos::Shelved::load(&mut tx, station.id, &mut walk.wrong).await?;
    drop(tx);
    photo_receipts.check(&shelved, &mut walk.wrong);

    let Walk {
        leaves, chains, visits, photos, receipts, erasures, erased, positions_erased, mut wrong, ..
    } = walk;
    let (broken, mut notes) = chains.check(&told);
    wrong.extend(broken);
    wrong.extend(receipts.left_over());
    wrong.extend(heads::broken(&kept.heads, keys, station.id, &leaves));
    wrong.extend(visits.left_over());
    wrong.extend(visits::recounted(store, station.id).await?);
    wrong.extend(shelved.check(&photos, &erasures));
    if let Some(shelf) = shelf {
        wrong.extend(shelved.hash(shelf, store, station.id, &bars.photos).await?);
    }
    let erasures = [
        (erased, "records were erased on purpose"),
        (
            positions_erased,
            "records are kept as extracts, their positions and sealed bytes were erased on purpose",
        ),
        (shelved.erased(), "photos were erased on purpose"),
    ];
    for (count, what) in erasures.into_iter().filter(|(count, _)| *count > 0) {
        notes.push(Problem::new("erased", station.id, format!("{count} {what}")));
    }
    Ok(StationReport {
        station: station.id,
        name: station.name.clone(),
        records: leaves.len() as u64,
        erased,
        positions_erased,
        photos_erased: shelved.erased(),
        devices: chains.devices() as u64,
        photos: shelved.received(),
        photos_waiting: shelved.waiting(),
        root: root_of(&leaves),
        wrong,
        notes,
    })
}

impl Walk {
    /// Checks one row of the log and the record that it stands for.
    fn record(&mut self, row: &Row) {
        let place = self.leaves.len() as u64;
        if row.log_index != place {
            let detail = format!("stands at {} of the log, where {place} comes next", row.log_index);
            self.wrong.push(Problem::new("log_order", row.id, detail));
        }
        self.leaves.push(leaf_hash(&leaf_bytes(&row.sha256, row.received_at)));
        self.chains.add(row.device, row.seq, Link { record: row.id, hash: row.sha256, prev: row.prev });
        self.receipts.check(row, &mut self.wrong);
        let read = match (&row.jws, &row.extract) {
            (Some(text), _) => self.payload(row, text),
            (None, Some(body)) => {
                self.positions_erased += 1;
                self.erasures.extract(row.id, row.sha256, body)
            }
            (None, None) if self.erasures.content(row.id, row.sha256) => {
                self.erased += 1;
                self.visits.keep(row.id);
                return;
            }
            (None, None) => {
                let detail = "what the record said is gone, and the hub never signed that it erased it";
                Err(Problem::new("payload_missing", row.id, detail))
            }
        };
        match read {
            Ok(record) => {
                self.visits.check(&record, row.received_at, &mut self.wrong);
                self.photos.add(&record);
            }
            Err(problem) => {
                self.wrong.push(problem);
                self.visits.keep(row.id);
            }
        }
    }

    /// A row that can't be read keeps its place in the log, so that those after it keep theirs; its record is looked
    /// at no further.
    fn unreadable(&mut self, row: Unreadable) {
        self.leaves.push(leaf_hash(&[]));
        if let Some(record) = row.id {
            self.visits.keep(record);
        }
        self.wrong.push(row.problem);
    }

    /// The record itself, if it is the one of the row and its device signed it.
    fn payload(&self, row: &Row, text: &str) -> Result<Record, Problem> {
        let altered = |why: String| Problem::new("altered", row.id, why);
        let jws: Jws = text.parse().map_err(|error| altered(format!("cannot be read: {error}")))?;
        if jws.hash() != row.sha256 {
            return Err(altered("the record kept is not the one whose hash is in the log".to_owned()));
        }
        let unknown = || Problem::new("unknown_device", row.id, format!("sealed by device {}", row.device));
        let device = self.devices.get(&row.device).ok_or_else(unknown)?;
        let record = Record::verify(&jws, &device.key)
            .map_err(|error| Problem::new("bad_signature", row.id, error))?;
        let says = (record.id, record.station, record.device, record.seq, record.prev, record.member);
        let should = (row.id, self.station, row.device, row.seq, row.prev, device.member);
        if says == should {
            Ok(record)
        } else {
            Err(altered("what is kept beside the record is not what the record says".to_owned()))
        }
    }

    /// The log as a whole: what is kept of it must be what its leaves give, and its proofs must prove.
    fn log(&mut self, kept: &Result<Frontier, StoreError>) {
        let kept = match kept {
            Ok(kept) => kept,
            Err(error) => return self.wrong.push(Problem::new(UNREADABLE, self.station, error)),
        };
        let root = root_of(&self.leaves);
        let size = self.leaves.len() as u64;
        if kept.size() != size || kept.root() != root {
            let detail = format!(
                "the hub signs {} records with root {}; the leaves are {size} with root {root}",
                kept.size(),
                kept.root()
            );
            self.wrong.push(Problem::new("log_root", self.station, detail));
        }
        let step = self.leaves.len().div_ceil(PROOFS).max(1);
        for index in (0..self.leaves.len()).step_by(step) {
            let included = inclusion_proof(&self.leaves, index).is_some_and(|proof| {
                verify_inclusion(self.leaves[index], index as u64, size, &proof, &root).is_ok()
            });
            let grown = consistency_proof(&self.leaves, index).is_some_and(|proof| {
                verify_consistency(index as u64, &root_of(&self.leaves[..index]), size, &root, &proof).is_ok()
            });
            if !(included && grown) {
                self.wrong.push(Problem::new(
                    "log_proof",
                    self.station,
                    format!("no proof for place {index}"),
                ));
            }
        }
    }
}

async fn devices(
    tx: &mut Tx,
    station: StationId,
    wrong: &mut Vec<Problem>,
) -> Result<BTreeMap<DeviceId, Device>, StoreError> {
    let rows = sqlx::query("SELECT device_id, member_id, public_key FROM devices WHERE station_id = $1")
        .bind(station.key())
        .fetch_all(&mut **tx)
        .await?;
    Ok(readable(&rows, "devices", "device_id", wrong, |row| {
        let device = Device { key: public_key(row)?, member: row.id("member_id")? };
        Ok((row.id("device_id")?, device))
    }))
}

fn public_key(row: &AnyRow) -> Result<VerifyingKey, StoreError> {
    let bytes = row.bytes("public_key")?;
    let bytes = bytes.as_slice().try_into().map_err(|_| StoreError::Row("public_key".to_owned()))?;
    VerifyingKey::from_bytes(bytes).map_err(|error| StoreError::Row(error.to_string()))
}

/// What the hub signs of the log, if it can be read.
async fn frontier(tx: &mut Tx, station: StationId) -> Result<Result<Frontier, StoreError>, StoreError> {
    let row = sqlx::query("SELECT log_frontier FROM stations WHERE station_id = $1")
        .bind(station.key())
        .fetch_one(&mut **tx)
        .await?;
    Ok(row.bytes("log_frontier").and_then(|bytes| {
        Frontier::from_bytes(&bytes).map_err(|error| StoreError::Row(format!("log_frontier: {error}")))
    }))
}

/// The records for which the head was alerted to a fork or a broken chain.
async fn told(
    tx: &mut Tx,
    station: StationId,
    wrong: &mut Vec<Problem>,
) -> Result<BTreeSet<RecordId>, StoreError> {
    let rows = sqlx::query(
        "SELECT record_id FROM alerts WHERE station_id = $1 AND kind IN ('fork', 'broken_chain')",
    )
    .bind(station.key())
    .fetch_all(&mut **tx)
    .await?;
    Ok(readable(&rows, "alerts", "record_id", wrong, |row| row.id("record_id")))
}
