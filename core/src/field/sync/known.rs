//! What the phone remembers of the hub's word, from one sync to the next.

use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

use super::head::{KnownLog, Receipted, read_head};
use crate::domain::{StationId, Timestamp};
use crate::field::store::device::DeviceRow;
use crate::field::store::meta::{self, Name};
use crate::field::store::{StoreError, photos, records};
use crate::wire::{Jws, Receipt};

/// The farthest position of the station's log that a receipt names.
pub(in crate::field) const RECEIPTED: Name<Receipted> = Name::new("log_receipted");
/// That the hub contradicted itself, with both of its words.
pub const LOG_BREAK: Name<LogBreak> = Name::new("log_break");

/// When, by the hub's clock, it was last given again what it may have lost; no older answer says what it has now.
pub(in crate::field) const GIVEN_AGAIN: Name<Timestamp> = Name::new("given_again");

/// Two words of the hub that contradict each other: the proof that records were dropped or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogBreak {
    /// When it was found, by the phone's clock.
    pub found_at: Timestamp,
    /// Records in the log as it was known.
    pub known: u64,
    /// Records in the log as it was shown.
    pub seen: u64,
    /// The head that was known, signed by the hub.
    pub known_head: Jws,
    /// The head that contradicts it, signed by the hub.
    pub seen_head: Jws,
}

/// Lets all wait again that a hub may have lost of a station, also of those who had this phone before: what it has
/// still, it answers with a receipt as before.
pub(in crate::field) fn give_again(tx: &Transaction<'_>, station: StationId) -> Result<(), StoreError> {
    records::send_again(tx, station)?;
    photos::send_again(tx)
}

/// Remembers how far receipts reach.
pub(super) fn remember_receipt(conn: &Connection, receipt: &Receipt) -> Result<(), StoreError> {
    let known = meta::get(conn, RECEIPTED)?;
    if known.is_none_or(|known| known.index < receipt.log_index) {
        meta::put(conn, RECEIPTED, &Receipted::by(receipt))?;
    }
    Ok(())
}

/// Remembers that the hub has shown the farthest receipt's record to be in its log.
pub(super) fn remember_shown(conn: &Connection, mut receipted: Receipted) -> Result<(), StoreError> {
    receipted.shown = true;
    meta::put(conn, RECEIPTED, &receipted)
}

/// What is known of the station's log; nothing before the first head.
pub(super) fn log(conn: &Connection, device: &DeviceRow) -> Result<Option<KnownLog>, StoreError> {
    let Some(signed) = meta::get(conn, meta::LOG_HEAD)? else { return Ok(None) };
    let head = read_head(&signed, &device.hub_key, device.station)
        .map_err(|error| StoreError::Row(error.to_string()))?;
    let receipted = meta::get(conn, RECEIPTED)?;
    Ok(Some(KnownLog { head, signed, receipted }))
}
