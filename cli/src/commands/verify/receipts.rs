//! Receipts that phones kept: the hub's own word for what it has, held against what it has.

use std::collections::BTreeMap;

use xuncha_core::domain::{PhotoId, RecordId, Station, StationId};
use xuncha_core::wire::{Jws, PhotoReceipt, Receipt, Signed as _};
use xuncha_hub::keys::HubKeys;

use super::Problem;
use super::kept::short;
use super::photos::Shelved;
use super::row::Row;

/// The kept receipts of a station, by record. A record whose station restored a backup has several.
pub(super) struct Receipts(BTreeMap<RecordId, Vec<Receipt>>);

impl Receipts {
    /// Those of a station that this hub signed.
    pub(super) fn of(kept: &[Jws], keys: &HubKeys, station: StationId) -> Self {
        let mut receipts: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let signed = kept.iter().filter_map(|jws| Receipt::verify(jws, &keys.public()).ok());
        for receipt in signed.filter(|receipt| receipt.station == station) {
            receipts.entry(receipt.record).or_default().push(receipt);
        }
        Self(receipts)
    }

    /// What the receipts of a record say otherwise than its row.
    pub(super) fn check(&mut self, row: &Row, wrong: &mut Vec<Problem>) {
        for receipt in self.0.remove(&row.id).unwrap_or_default() {
            let differs = [
                ("sha256", receipt.sha256 != row.sha256),
                ("log_index", receipt.log_index != row.log_index),
                ("received_at", receipt.received_at != row.received_at),
            ];
            let whose = format!("receipt no. {}", receipt.number());
            wrong.extend(contradiction(&whose, row.id, &differs));
        }
    }

    /// Receipts whose record the station does not have.
    pub(super) fn left_over(self) -> impl Iterator<Item = Problem> {
        self.0.into_values().flatten().map(|receipt| {
            let detail = format!("the hub gave receipt no. {} and has no such record", receipt.number());
            Problem::new("receipt_lost", receipt.record, detail)
        })
    }
}

/// The kept receipts of photos. They name no station: each belongs where its photo does.
pub(super) struct PhotoReceipts(BTreeMap<PhotoId, Vec<PhotoReceipt>>);

impl PhotoReceipts {
    /// Those that this hub signed.
    pub(super) fn of(kept: &[Jws], keys: &HubKeys) -> Self {
        let mut receipts: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for receipt in kept.iter().filter_map(|jws| PhotoReceipt::verify(jws, &keys.public()).ok()) {
            receipts.entry(receipt.photo).or_default().push(receipt);
        }
        Self(receipts)
    }

    /// What they say otherwise than a station keeps of its photos.
    pub(super) fn check(&mut self, shelved: &Shelved, wrong: &mut Vec<Problem>) {
        self.0.retain(|photo, receipts| {
            let Some(row) = shelved.get(*photo) else { return true };
            for receipt in receipts {
                let differs = [
                    ("sha256", receipt.sha256 != row.sha256),
                    ("bytes", receipt.bytes != row.bytes),
                    ("received_at", row.received_at != Some(receipt.received_at)),
                ];
                let whose = match row.received_at {
                    None => "its receipt was given, and it is kept as one that has not come; the receipt",
                    Some(_) => "its receipt",
                };
                wrong.extend(contradiction(whose, photo, &differs));
            }
            false
        });
    }

    /// Receipts whose photo no station has.
    pub(super) fn left_over(self) -> impl Iterator<Item = Problem> {
        let detail = "the hub gave its receipt, and no station that was verified knows of it";
        self.0.into_keys().map(move |photo| Problem::new("receipt_lost", photo, detail))
    }
}

fn contradiction(whose: &str, subject: impl std::fmt::Display, differs: &[(&str, bool)]) -> Option<Problem> {
    let differs: Vec<_> = differs.iter().filter(|(_, other)| *other).map(|(name, _)| *name).collect();
    let detail = || format!("{whose} says otherwise than what is kept: {}", differs.join(", "));
    (!differs.is_empty()).then(|| Problem::new("receipt", subject, detail()))
}

/// Kept receipts that are not this hub's word for a photo or any of the stations.
pub(super) fn of_no_station(kept: &[Jws], keys: &HubKeys, stations: &[Station]) -> Vec<Problem> {
    let strange = kept.iter().filter_map(|jws| match Receipt::verify(jws, &keys.public()) {
        Ok(receipt) if stations.iter().any(|station| station.id == receipt.station) => None,
        Ok(receipt) => {
            Some(Problem::new("receipt", receipt.record, "is a receipt of a station that was not verified"))
        }
        Err(_) if PhotoReceipt::verify(jws, &keys.public()).is_ok() => None,
        Err(error) => Some(Problem::new("receipt", short(jws), error)),
    });
    strange.collect()
}
