//! Receipts that phones kept: the hub's own word for what it has, held against what it has.

use std::collections::BTreeMap;

use xuncha_core::domain::{RecordId, Station, StationId};
use xuncha_core::wire::{Jws, Receipt, Signed as _};
use xuncha_hub::keys::HubKeys;

use super::Problem;
use super::kept::short;
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
            let differs: Vec<_> = differs.iter().filter(|(_, other)| *other).map(|(name, _)| *name).collect();
            if !differs.is_empty() {
                let detail = format!(
                    "receipt no. {} says otherwise than what is kept: {}",
                    receipt.number(),
                    differs.join(", ")
                );
                wrong.push(Problem::new("receipt", row.id, detail));
            }
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

/// Kept receipts that are not this hub's word for any of the stations.
pub(super) fn of_no_station(kept: &[Jws], keys: &HubKeys, stations: &[Station]) -> Vec<Problem> {
    let strange = kept.iter().filter_map(|jws| match Receipt::verify(jws, &keys.public()) {
        Ok(receipt) if stations.iter().any(|station| station.id == receipt.station) => None,
        Ok(receipt) => {
            Some(Problem::new("receipt", receipt.record, "is a receipt of a station that was not verified"))
        }
        Err(error) => Some(Problem::new("receipt", short(jws), error)),
    });
    strange.collect()
}
