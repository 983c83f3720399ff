//! The keys for data at rest, each wrapped for this phone and, once enrolled, for the hub.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::StoreError;
use crate::domain::Timestamp;
use crate::field::KeyNo;
use crate::wire::WrappedKey;

/// A data key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKeyRow {
    /// Its number.
    pub no: KeyNo,
    /// Wrapped by the phone's key store.
    pub by_vault: Vec<u8>,
}

/// Every key, oldest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn all(conn: &Connection) -> Result<Vec<DataKeyRow>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, by_vault FROM data_keys ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok(DataKeyRow { no: row.get(0)?, by_vault: row.get(1)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Adds a key, under a number that nothing here was ever sealed with: of a salvaged file the keys may
/// be lost and what they sealed not.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn insert(tx: &Transaction<'_>, made_at: Timestamp, by_vault: &[u8]) -> Result<KeyNo, StoreError> {
    tx.prepare_cached(
        "INSERT INTO data_keys (id, made_at, by_vault)
         SELECT coalesce(max(id), 0) + 1, ?1, ?2 FROM (
             SELECT id FROM data_keys UNION ALL SELECT data_key FROM devices
             UNION ALL SELECT data_key FROM pending_enrolment UNION ALL SELECT data_key FROM drafts
             UNION ALL SELECT data_key FROM draft_answers UNION ALL SELECT data_key FROM records
             UNION ALL SELECT data_key FROM photos)",
    )?
    .execute(params![made_at, by_vault])?;
    Ok(KeyNo(tx.last_insert_rowid()))
}

/// Keeps a key as it was wrapped for the hub.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn set_for_hub(tx: &Transaction<'_>, no: KeyNo, wrapped: &WrappedKey) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE data_keys SET for_hub = ?2 WHERE id = ?1")?
        .execute(params![no, wrapped.as_bytes()])?;
    Ok(())
}

/// A key wrapped for the hub: the way out for what it sealed when this phone lost it.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn for_hub(conn: &Connection, no: KeyNo) -> Result<Option<WrappedKey>, StoreError> {
    let bytes: Option<Vec<u8>> = conn
        .prepare_cached("SELECT for_hub FROM data_keys WHERE id = ?1")?
        .query_row([no], |row| row.get(0))
        .optional()?
        .flatten();
    bytes
        .map(|bytes| WrappedKey::try_from(bytes.as_slice()))
        .transpose()
        .map_err(|error| StoreError::Row(error.to_string()))
}
