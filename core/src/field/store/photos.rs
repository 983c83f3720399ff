//! Photos: rows here, bytes in files of their own, sealed with [`crate::wire::photo_aad`].
//!
//! A file is durable before the row that names it, and goes only after a verified receipt or with the
//! draft it was taken for.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::{PHOTOS, Store, StoreError, write_whole};
use crate::domain::{DraftId, ItemId, MemberId, PhotoId, RecordId, Sha256Hash};
use crate::field::KeyNo;
use crate::wire::Jws;

/// A photo as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoRow {
    /// Its id.
    pub id: PhotoId,
    /// The draft or record it belongs to.
    pub owner: PhotoOwner,
    /// The item it was taken for.
    pub item: Option<ItemId>,
    /// The hash of the JPEG as it travels.
    pub sha256: Sha256Hash,
    /// The length of the JPEG in bytes.
    pub bytes: u64,
    /// The data key of its file.
    pub data_key: KeyNo,
    /// Where it stands.
    pub state: PhotoState,
    /// The address of its upload on the hub, once begun.
    pub upload: Option<String>,
}

/// What a photo belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoOwner {
    /// An inspection that is being made.
    Draft(DraftId),
    /// A sealed record.
    Record(RecordId),
}

/// Where a photo stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhotoState {
    /// It belongs to a draft.
    Draft,
    /// It waits to be sent.
    Waiting,
    /// The hub has it; the receipt was verified and the file may be gone.
    Received(Box<Jws>),
    /// The hub did not take it; why.
    Refused(String),
}

/// Why a photo was refused that is not, any more, what its record names: by this phone, which has nothing to send.
pub const DAMAGED: &str = "damaged";

const COLUMNS: &str = "photos.id, photos.draft, photos.record, photos.item, photos.sha256, photos.bytes, \
     photos.data_key, photos.state, photos.upload, photos.receipt, photos.refusal";

fn from_row(row: &Row<'_>) -> rusqlite::Result<PhotoRow> {
    let state: String = row.get(7)?;
    let owner = match row.get(1)? {
        Some(draft) => PhotoOwner::Draft(draft),
        None => PhotoOwner::Record(row.get(2)?),
    };
    Ok(PhotoRow {
        id: row.get(0)?,
        owner,
        item: row.get(3)?,
        sha256: row.get(4)?,
        bytes: row.get::<_, i64>(5)?.unsigned_abs(),
        data_key: row.get(6)?,
        state: match state.as_str() {
            "draft" => PhotoState::Draft,
            "received" => PhotoState::Received(Box::new(row.get(9)?)),
            "refused" => PhotoState::Refused(row.get::<_, Option<String>>(10)?.unwrap_or_default()),
            _ => PhotoState::Waiting,
        },
        upload: row.get(8)?,
    })
}

/// Adds a photo to a draft; its file must be durable already.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn insert(
    tx: &Transaction<'_>,
    draft: DraftId,
    id: PhotoId,
    item: Option<&ItemId>,
    sha256: Sha256Hash,
    bytes: u64,
    data_key: KeyNo,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO photos (id, draft, item, sha256, bytes, data_key, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'draft')",
    )?
    .execute(params![id, draft, item, sha256, bytes.cast_signed(), data_key])?;
    Ok(())
}

/// A photo.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn get(conn: &Connection, id: PhotoId) -> Result<Option<PhotoRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM photos WHERE id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], from_row).optional()?)
}

/// The photos of a draft or a record, in the order they were taken.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn of(conn: &Connection, owner: PhotoOwner) -> Result<Vec<PhotoRow>, StoreError> {
    let rows: rusqlite::Result<Vec<PhotoRow>> = match owner {
        PhotoOwner::Draft(draft) => {
            let sql = format!("SELECT {COLUMNS} FROM photos WHERE draft = ?1 ORDER BY rowid");
            conn.prepare_cached(&sql)?.query_map([draft], from_row)?.collect()
        }
        PhotoOwner::Record(record) => {
            let sql = format!("SELECT {COLUMNS} FROM photos WHERE record = ?1 ORDER BY rowid");
            conn.prepare_cached(&sql)?.query_map([record], from_row)?.collect()
        }
    };
    Ok(rows?)
}

/// Hands a draft's photos over to the record it became.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn hand_over(tx: &Transaction<'_>, draft: DraftId, record: RecordId) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE photos SET draft = NULL, record = ?2, state = 'waiting' WHERE draft = ?1")?
        .execute(params![draft, record])?;
    Ok(())
}

/// A member's photos that wait and whose record the hub has, smallest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn ready(conn: &Connection, member: MemberId, limit: usize) -> Result<Vec<PhotoRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM photos JOIN records ON records.id = photos.record
         WHERE photos.state = 'waiting' AND records.state = 'received' AND records.member = ?1
         ORDER BY photos.bytes, photos.rowid LIMIT ?2"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params![member, i64::try_from(limit).unwrap_or(i64::MAX)], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A member's photos that wait and whose record the hub has or is being handed, smallest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn to_hand_over(conn: &Connection, member: MemberId) -> Result<Vec<PhotoRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM photos JOIN records ON records.id = photos.record
         WHERE photos.state = 'waiting' AND records.state <> 'refused' AND records.member = ?1
         ORDER BY photos.bytes, photos.rowid"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([member], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many photos wait, and their bytes.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn waiting_total(conn: &Connection) -> Result<(u64, u64), StoreError> {
    Ok(conn
        .prepare_cached("SELECT count(*), coalesce(sum(bytes), 0) FROM photos WHERE state = 'waiting'")?
        .query_row([], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
    })?)
}

/// How many photos the hub will not get.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn refused_total(conn: &Connection) -> Result<u64, StoreError> {
    let count: i64 = conn
        .prepare_cached("SELECT count(*) FROM photos WHERE state = 'refused'")?
        .query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Remembers where on the hub a photo's upload goes on; `None` to begin anew.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn set_upload(tx: &Transaction<'_>, photo: PhotoId, upload: Option<&str>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE photos SET upload = ?2 WHERE id = ?1")?.execute(params![photo, upload])?;
    Ok(())
}

/// Keeps a photo's receipt. **Verify it first.** Its file may be removed after the commit.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn mark_received(tx: &Transaction<'_>, photo: PhotoId, receipt: &Jws) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE photos SET state = 'received', receipt = ?2, refusal = NULL
         WHERE id = ?1 AND state IN ('waiting', 'refused')",
    )?
    .execute(params![photo, receipt])?;
    Ok(())
}

/// The receipts of photos that are kept, the latest photo first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn receipts(conn: &Connection) -> Result<Vec<Jws>, StoreError> {
    let mut statement =
        conn.prepare("SELECT receipt FROM photos WHERE receipt IS NOT NULL ORDER BY rowid DESC")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps that the hub did not take a photo. Its file stays.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn mark_refused(tx: &Transaction<'_>, photo: PhotoId, why: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE photos SET state = 'refused', refusal = ?2 WHERE id = ?1 AND state = 'waiting'",
    )?
    .execute(params![photo, why])?;
    Ok(())
}

/// Keeps why the hub does not take a photo for now, which waits on. Whether that was not known yet.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn note_refusal(tx: &Transaction<'_>, photo: PhotoId, why: &str) -> Result<bool, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE photos SET refusal = ?2 WHERE id = ?1 AND state = 'waiting' AND refusal IS NOT ?2",
        )?
        .execute(params![photo, why])?;
    Ok(changed > 0)
}

/// Whether a photo is ready of which nothing says that the same once more would be refused.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn worth_another_try(conn: &Connection, member: MemberId) -> Result<bool, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM photos JOIN records ON records.id = photos.record
                 WHERE photos.state = 'waiting' AND photos.refusal IS NULL
                     AND records.state = 'received' AND records.member = ?1)",
        )?
        .query_row([member], |row| row.get(0))?)
}

/// Every photo, and whether its file is still needed here.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn needing_file(conn: &Connection) -> Result<BTreeMap<PhotoId, bool>, StoreError> {
    let mut statement = conn.prepare("SELECT id, state <> 'received' FROM photos")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many of a record's photos wait, and how many the hub will not get.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn missing_of(conn: &Connection, record: RecordId) -> Result<(u64, u64), StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'refused')
             FROM photos WHERE record = ?1",
        )?
        .query_row([record], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
        })?)
}

/// Lets the received photos of records that wait again wait again, too, for a hub that may have lost them. Of one whose
/// file is not here any more the hub is asked.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn send_again(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE photos SET state = 'waiting', receipt = NULL, upload = NULL
         WHERE state = 'received' AND record IN (SELECT id FROM records WHERE state = 'waiting')",
    )?
    .execute([])?;
    Ok(())
}

/// Deletes the row of a photo of a draft; the file is for the caller, after the commit.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn delete(tx: &Transaction<'_>, photo: PhotoId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM photos WHERE id = ?1 AND state = 'draft'")?.execute([photo])?;
    Ok(())
}

/// Of a file that was written to its end.
const EXTENSION: &str = "sealed";

impl Store {
    /// Every file in the photos' directory, with the photo it holds; none if it was never finished.
    ///
    /// # Errors
    /// [`StoreError`] if the directory cannot be read.
    pub fn photo_files(&self) -> Result<Vec<(PathBuf, Option<PhotoId>)>, StoreError> {
        let mut files = Vec::new();
        for entry in fs::read_dir(self.dir().join(PHOTOS))? {
            let file = entry?.path();
            let finished = file.extension().is_some_and(|extension| extension == EXTENSION);
            let id = file.file_stem().and_then(|name| name.to_str()?.parse().ok()).filter(|_| finished);
            files.push((file, id));
        }
        Ok(files)
    }

    /// The photos whose files are still here.
    ///
    /// # Errors
    /// [`StoreError`] if the folder cannot be read.
    pub fn kept_photos(&self) -> Result<Vec<PhotoId>, StoreError> {
        Ok(self.photo_files()?.into_iter().filter_map(|(_, photo)| photo).collect())
    }

    /// Where unsealed views of photos lie for the moment.
    #[must_use]
    pub fn views_dir(&self) -> PathBuf {
        self.dir().join("views")
    }

    /// The file of a photo, whether it is there or not.
    #[must_use]
    pub fn photo_file(&self, id: PhotoId) -> PathBuf {
        self.dir().join(PHOTOS).join(format!("{id}.{EXTENSION}"))
    }

    /// Writes a sealed photo, durable when this returns.
    ///
    /// # Errors
    /// [`StoreError::Full`] or another when it cannot be written; then nothing is there.
    pub fn write_photo(&self, id: PhotoId, sealed: &[u8]) -> Result<(), StoreError> {
        write_whole(&self.photo_file(id), sealed)
    }

    /// Reads a sealed photo; `None` if there is no such file.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be read.
    pub fn read_photo(&self, id: PhotoId) -> Result<Option<Vec<u8>>, StoreError> {
        match fs::read(self.photo_file(id)) {
            Ok(sealed) => Ok(Some(sealed)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a photo's file. Call it after the commit that lets it go.
    ///
    /// # Errors
    /// [`StoreError`] if it is there and cannot be removed.
    pub fn remove_photo(&self, id: PhotoId) -> Result<(), StoreError> {
        match fs::remove_file(self.photo_file(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}
