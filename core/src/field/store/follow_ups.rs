//! Steps on the way of findings, as the hub tells them.

use rusqlite::{Connection, Transaction, params};

use super::StoreError;
use super::sql::{from_json, to_json};
use crate::domain::{FollowUpStep, VenueId};

/// Keeps a step.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put(tx: &Transaction<'_>, step: &FollowUpStep) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO follow_ups (record, item, number, venue, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![step.record, step.item, step.number, step.venue, to_json(step)?])?;
    Ok(())
}

/// All steps at a venue.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn of_venue(conn: &Connection, venue: VenueId) -> Result<Vec<FollowUpStep>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT body FROM follow_ups WHERE venue = ?1")?;
    let mut rows = statement.query([venue])?;
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(from_json(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?);
    }
    Ok(steps)
}
