//! Checking the book against itself: the file, the keys, the chains of records, the photos, the room.

use rusqlite::Connection;

use super::store::device::{self, DeviceRow};
use super::store::records::RecordRow;
use super::store::{photos, records};
use super::{FieldError, Parts, StoreError};
use crate::domain::Sha256Hash;
use crate::wire::{IssueCode, Record, Room, Signed as _};

/// Below this many free bytes the phone should be tidied up.
const LOW_SPACE: u64 = 200 * 1024 * 1024;

/// What a check found, in plain values.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What is wrong, each with the record, photo or page that it is about.
    pub(super) issues: Vec<(IssueCode, String)>,
    /// Records whose signature and place in the chain were verified.
    pub(super) records_verified: u64,
    /// Photos whose file is there.
    pub(super) photos_present: u64,
    /// What the book takes, and what is left of the disk.
    pub(super) room: Room,
}

/// Checks a book against itself. Takes as long as reading all of it: a second or so.
pub(super) fn check(parts: Parts<'_>) -> Result<Found, FieldError> {
    let mut checking = Checking { parts, found: Found { room: parts.store.room()?, ..Found::default() } };
    for wrong in parts.store.check()? {
        checking.note(IssueCode::Database, wrong);
    }
    parts.store.read(|conn| {
        for device in device::all(conn)? {
            checking.chain(conn, &device)?;
        }
        checking.photos(conn)
    })?;
    let free = checking.found.room.free;
    if free < LOW_SPACE {
        checking.note(IssueCode::LowSpace, format!("{free} bytes"));
    }
    Ok(checking.found)
}

struct Checking<'a> {
    parts: Parts<'a>,
    found: Found,
}

impl Checking<'_> {
    fn note(&mut self, code: IssueCode, detail: impl Into<String>) {
        self.found.issues.push((code, detail.into()));
    }

    fn chain(&mut self, conn: &Connection, device: &DeviceRow) -> Result<(), StoreError> {
        let mut before = (0, None);
        for row in records::of_device(conn, device.id)? {
            if (row.seq, row.prev) != (before.0 + 1, before.1) {
                self.note(IssueCode::Chain, format!("record {} of device {}", row.seq, device.id));
            }
            before = (row.seq, Some(row.sha256));
            self.record(device, &row);
        }
        if before != (device.chain.seq, device.chain.hash) {
            let detail =
                format!("device {} is at record {}, found {}", device.id, device.chain.seq, before.0);
            self.note(IssueCode::Chain, detail);
        }
        Ok(())
    }

    fn record(&mut self, device: &DeviceRow, row: &RecordRow) {
        if !self.parts.keys.has(row.sealed.key) {
            return self.note(IssueCode::KeyLost, row.id.to_string());
        }
        let sound = self.parts.keys.unseal_record(row).is_ok_and(|jws| {
            let says = Record::verify(&jws, &device.public_key);
            jws.hash() == row.sha256
                && says.is_ok_and(|record| {
                    (record.id, record.device, record.seq, record.prev)
                        == (row.id, row.device, row.seq, row.prev)
                })
        });
        if sound {
            self.found.records_verified += 1;
        } else {
            self.note(IssueCode::Record, row.id.to_string());
        }
    }

    fn photos(&mut self, conn: &Connection) -> Result<(), FieldError> {
        for (id, needed) in photos::needing_file(conn)? {
            if !needed {
                continue;
            }
            let Some(row) = photos::get(conn, id)? else { continue };
            let Some(sealed) = self.parts.store.read_photo(id)? else {
                self.note(IssueCode::Photo, id.to_string());
                continue;
            };
            let keys = self.parts.keys;
            let sound = !keys.has(row.data_key)
                || keys.unseal_photo(&row, sealed).is_ok_and(|jpeg| Sha256Hash::of(&jpeg) == row.sha256);
            if sound {
                self.found.photos_present += 1;
            } else {
                self.note(IssueCode::Photo, id.to_string());
            }
        }
        Ok(())
    }
}
