//! What inspections looked at and found good, as the hub tells, and of this phone's own that still wait.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction, params};

use super::StoreError;
use super::sql::{from_json, to_json};
use crate::domain::{FoundGood, ItemId, RecordId, VenueId};

/// Keeps what an inspection found good.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put(tx: &Transaction<'_>, told: &FoundGood) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO found_good (record, body) VALUES (?1, ?2)")?
        .execute(params![told.record, to_json(told)?])?;
    Ok(())
}

/// What the inspections of one venue found good.
#[derive(Debug, Default)]
pub struct Looks(HashMap<RecordId, Vec<ItemId>>);

impl Looks {
    /// Whether an inspection found an item good that it did not find bad. One that is told of by an older
    /// hub, which has no word for it, is taken to have looked at everything.
    #[must_use]
    pub fn found_good(&self, record: RecordId, item: &ItemId) -> bool {
        self.0.get(&record).is_none_or(|items| items.contains(item))
    }
}

/// All that is known of a venue.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn of_venue(conn: &Connection, venue: VenueId) -> Result<Looks, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT told.body FROM visits JOIN found_good AS told ON told.record = visits.record WHERE visits.venue = ?1",
    )?;
    let mut rows = statement.query([venue])?;
    let mut looks = HashMap::new();
    while let Some(row) = rows.next()? {
        let told: FoundGood = from_json(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        looks.insert(told.record, told.items);
    }
    Ok(Looks(looks))
}
