//! Reading the databases of phones and hub as they lie on the disk.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags, Row};
use uuid::Uuid;
use xuncha_core::domain::Sha256Hash;

use super::{Held, Made};

/// The records in a phone's database.
///
/// # Errors
/// If it cannot be read.
pub fn phone_records(database: &Path) -> Result<Vec<Made>> {
    all(database, "SELECT id, sha256, receipt IS NOT NULL FROM records", made)
}

/// The photos of records in a phone's database.
///
/// # Errors
/// If it cannot be read.
pub fn phone_photos(database: &Path) -> Result<Vec<Made>> {
    all(database, "SELECT id, sha256, receipt IS NOT NULL FROM photos WHERE state <> 'draft'", made)
}

/// The records in a hub's database, taken into the log.
///
/// # Errors
/// If it cannot be read.
pub fn hub_records(database: &Path) -> Result<Vec<Held>> {
    let query = "SELECT r.record_id, r.device_id, r.seq, r.sha256, p.jws FROM records r \
        LEFT JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id";
    all(database, query, |row| {
        let jws: Option<String> = row.get(4)?;
        Ok(Held {
            id: uuid(row, 0)?,
            place: Some((uuid(row, 1)?, row.get(2)?)),
            noted: Sha256Hash::from_bytes(row.get(3)?),
            found: jws.map(|jws| Sha256Hash::of(jws.as_bytes())),
        })
    })
}

/// The photos that a hub has received, with the hashes of their files.
///
/// # Errors
/// If the database or the folder cannot be read.
pub fn hub_photos(database: &Path, folder: &Path) -> Result<Vec<Held>> {
    let query = "SELECT station_id, photo_id, sha256 FROM photos WHERE received_at IS NOT NULL";
    all(database, query, |row| {
        let (station, id) = (uuid(row, 0)?, uuid(row, 1)?);
        let file = fs::read(folder.join(station.to_string()).join(format!("{id}.jpg")));
        Ok(Held {
            id,
            place: None,
            noted: Sha256Hash::from_bytes(row.get(2)?),
            found: file.ok().map(|file| Sha256Hash::of(&file)),
        })
    })
}

fn made(row: &Row<'_>) -> rusqlite::Result<Made> {
    Ok(Made { id: uuid(row, 0)?, sha256: Sha256Hash::from_bytes(row.get(1)?), receipted: row.get(2)? })
}

fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}

fn all<T>(database: &Path, query: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
    let open = || {
        // Not read-only: a database whose last writer was killed may have to be recovered first.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(database, flags)?;
        let mut statement = connection.prepare(query)?;
        statement.query_map([], read)?.collect::<rusqlite::Result<Vec<T>>>()
    };
    open().with_context(|| format!("cannot read {}", database.display()))
}
