//! Reading anew: when the hub does not know any more what this phone was told, all is read from the beginning
//! and takes the place of what is known in one step. A line that is cut in between leaves the phone with what it
//! had, never with nothing. Pages that can't be read when all are here are thrown away and read anew once more;
//! they can always be pulled again.

use rusqlite::{Connection, Transaction};

use super::meta::{self, Name};
use super::sql::{from_json, to_json};
use super::{StoreError, reference};
use crate::wire::{Change, Cursor};

/// That changes are read anew.
const READING_ANEW: Name<bool> = Name::new("reading_anew");
/// That the pages which were put by could not be read, and none were taken over since.
const UNREADABLE: Name<bool> = Name::new("staged_unreadable");

/// Begins to read anew, or once more.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn begin(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM staged", [])?;
    meta::put(tx, READING_ANEW, &true)?;
    meta::put(tx, meta::CURSOR, &Cursor::default())
}

/// Throws away pages that cannot be read and begins once more; whether those before them could not be read either.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn begin_after_unreadable(tx: &Transaction<'_>) -> Result<bool, StoreError> {
    begin(tx)?;
    let again = meta::get(tx, UNREADABLE)?.unwrap_or_default();
    meta::put(tx, UNREADABLE, &true)?;
    Ok(again)
}

/// Ends it without taking anything over.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn end(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM staged", [])?;
    meta::forget(tx, UNREADABLE)?;
    meta::forget(tx, READING_ANEW)
}

/// Whether changes are read anew.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn is_under_way(conn: &Connection) -> Result<bool, StoreError> {
    Ok(meta::get(conn, READING_ANEW)?.unwrap_or_default())
}

/// Puts a page by.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put(tx: &Transaction<'_>, changes: &[Change]) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT INTO staged (body) VALUES (?1)")?.execute([to_json(&changes)?])?;
    Ok(())
}

/// Lets the pages that were put by take the place of all that the hub told before.
///
/// # Errors
/// [`StoreError::Staged`] if one of them cannot be read, or another [`StoreError`] if they cannot be written; then
/// the transaction must not be committed.
pub fn take_over(tx: &Transaction<'_>) -> Result<(), StoreError> {
    reference::forget_all(tx)?;
    let mut statement = tx.prepare("SELECT body FROM staged ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().map_err(|error| StoreError::Staged(error.to_string()))?;
        let changes: Vec<Change> = from_json(text).map_err(|error| StoreError::Staged(error.to_string()))?;
        reference::apply(tx, &changes)?;
    }
    drop(rows);
    end(tx)
}
