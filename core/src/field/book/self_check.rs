//! Checking the book against itself: the file, the keys, the chains of records, the photos, the room.

use rusqlite::Connection;
use serde::Serialize;

use super::FieldBook;
use crate::domain::{Locale, Sha256Hash};
use crate::field::store::device::{self, DeviceRow};
use crate::field::store::records::RecordRow;
use crate::field::store::{photos, records};
use crate::field::{FieldError, StoreError};
use crate::wire::{Record, Signed as _};

/// Below this many free bytes the phone should be tidied up.
const LOW_SPACE: u64 = 200 * 1024 * 1024;

/// What a check of the book found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct SelfCheck {
    /// What is wrong; nothing if all is well.
    pub issues: Vec<Issue>,
    /// Records whose signature and place in the chain were verified.
    pub records_verified: u64,
    /// Photos whose file is there.
    pub photos_present: u64,
    /// Free bytes of the disk.
    pub free_bytes: u64,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Issue {
    /// What.
    pub code: IssueCode,
    /// The sentence.
    pub text: String,
    /// Which record, photo or page, for whoever looks into it.
    pub detail: String,
}

macro_rules! issues {
    ($($(#[$doc:meta])* $code:ident, $zh:literal, $en:literal;)+) => {
        /// What may be wrong. Codes are added, never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
        pub enum IssueCode { $($(#[$doc])* $code,)+ }

        impl IssueCode {
            /// The sentence shown for it.
            #[must_use]
            pub const fn text(self, locale: Locale) -> &'static str {
                match self { $(Self::$code => locale.pick($zh, $en),)+ }
            }
        }
    };
}

issues! {
    /// The database is damaged.
    Database,
        "本机的资料文件有损坏，请关掉应用再打开。",
        "The file on this phone is damaged. Close the app and open it again.";
    /// A record was sealed with a lost key.
    KeyLost,
        "有一条记录在本机打不开，重新登记后会原样上传。",
        "A record cannot be opened here; it is sent as it is after a new enrolment.";
    /// A record's bytes, signature or hash are not what they were.
    Record,
        "有一条记录和保存时不一样了，请告诉站长。",
        "A record is not what it was when it was saved. Tell your station head.";
    /// A record is missing from the chain, or the chain does not fit.
    Chain,
        "记录的顺序接不上，请告诉站长。",
        "The chain of records has a break. Tell your station head.";
    /// A photo's file is missing or not as long as it was.
    Photo,
        "有一张照片的文件不见了或损坏了，请告诉站长。",
        "A photo's file is missing or damaged. Tell your station head.";
    /// Little room is left.
    LowSpace,
        "手机空间快满了，请删掉一些不用的照片或视频。",
        "The phone is nearly full. Delete some pictures or videos you do not need.";
}

struct Checking<'a> {
    book: &'a FieldBook,
    found: SelfCheck,
}

impl FieldBook {
    /// Checks the book against itself. Takes as long as reading all of it: a second or so.
    ///
    /// # Errors
    /// Code `storage` when it cannot even be read.
    pub fn self_check(&self) -> Result<SelfCheck, FieldError> {
        let free_bytes = self.free_bytes()?;
        let found = SelfCheck { issues: Vec::new(), records_verified: 0, photos_present: 0, free_bytes };
        let mut checking = Checking { book: self, found };
        for wrong in self.store.check()? {
            checking.note(IssueCode::Database, wrong);
        }
        self.store.read(|conn| {
            for device in device::all(conn)? {
                checking.chain(conn, &device)?;
            }
            checking.photos(conn)
        })?;
        if free_bytes < LOW_SPACE {
            checking.note(IssueCode::LowSpace, format!("{free_bytes} bytes"));
        }
        Ok(checking.found)
    }

    fn free_bytes(&self) -> Result<u64, FieldError> {
        let disk = rustix::fs::statvfs(self.store.dir())
            .map_err(|error| StoreError::from(std::io::Error::from(error)))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

impl Checking<'_> {
    fn note(&mut self, code: IssueCode, detail: impl Into<String>) {
        let text = code.text(self.book.locale()).to_owned();
        self.found.issues.push(Issue { code, text, detail: detail.into() });
    }

    fn chain(&mut self, conn: &Connection, device: &DeviceRow) -> Result<(), FieldError> {
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
        if !self.book.keys.has(row.sealed.key) {
            return self.note(IssueCode::KeyLost, row.id.to_string());
        }
        let sound = self.book.unseal_record(row).is_ok_and(|jws| {
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
            let Some(sealed) = self.book.store.read_photo(id)? else {
                self.note(IssueCode::Photo, id.to_string());
                continue;
            };
            let sound = !self.book.keys.has(row.data_key)
                || self.book.unseal_photo(&row, sealed).is_ok_and(|jpeg| Sha256Hash::of(&jpeg) == row.sha256);
            if sound {
                self.found.photos_present += 1;
            } else {
                self.note(IssueCode::Photo, id.to_string());
            }
        }
        Ok(())
    }
}
