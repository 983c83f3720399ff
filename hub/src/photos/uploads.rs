//! What is under way, in the database: any copy of the hub can go on with an upload, and a piece that
//! was answered for survives a loss of power.

use sqlx::AnyConnection;
use xuncha_core::domain::{PhotoId, RecordId, Sha256Hash, StationId, Timestamp};
use xuncha_core::wire::{ProblemCode, WrappedKey};

use crate::error::{HubError, HubResult};
use crate::store::{Key as _, RowExt as _, Store, StoreError};

/// How long an upload waits for its next piece: a week without signal is nothing unusual.
pub(super) const WAIT_MS: i64 = 7 * 24 * 3_600_000;

/// A photo that an accepted record names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    /// What it must hash to.
    pub sha256: Sha256Hash,
    /// How long it must be, in bytes.
    pub bytes: u64,
    /// When it was whole and safe, if it is.
    pub received_at: Option<Timestamp>,
    /// Whether what its record said was erased: it is not taken any more.
    pub erased: bool,
}

/// An upload that is not whole yet.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    /// How many bytes it will have.
    pub length: u64,
    /// How many are here.
    pub position: u64,
    /// For a photo that comes as it lay encrypted on the phone: its key, wrapped to the hub.
    pub key: Option<WrappedKey>,
    /// Until when it can go on.
    pub expires_at: Timestamp,
}

/// The photo, if an accepted record of the station names it.
pub(super) async fn named(
    db: &mut AnyConnection,
    station: StationId,
    photo: PhotoId,
) -> Result<Option<Named>, StoreError> {
    let row = sqlx::query(
        "SELECT p.sha256, p.bytes, p.received_at, CASE WHEN EXISTS (SELECT 1 FROM erasures e WHERE \
         e.station_id = p.station_id AND e.subject_id = p.record_id AND e.what = 'content') THEN 1 ELSE 0 END \
         AS erased FROM photos p WHERE p.station_id = $1 AND p.photo_id = $2",
    )
    .bind(station.key())
    .bind(photo.key())
    .fetch_optional(db)
    .await?;
    let read = |row: sqlx::any::AnyRow| {
        let (sha256, bytes) = (row.hash("sha256")?, row.count("bytes")?);
        let (received_at, erased) = (row.opt_time("received_at")?, row.int("erased")? == 1);
        Ok(Named { sha256, bytes, received_at, erased })
    };
    row.map(read).transpose()
}

impl Named {
    /// A photo that still may come.
    pub(super) fn must_be_wanted(&self) -> HubResult<()> {
        if self.erased {
            return Err(HubError::told(ProblemCode::Gone, "what its record said was erased"));
        }
        Ok(())
    }
}

/// Whether the station has a record.
pub(super) async fn has_record(
    db: &mut AnyConnection,
    station: StationId,
    record: RecordId,
) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM records WHERE station_id = $1 AND record_id = $2")
        .bind(station.key())
        .bind(record.key())
        .fetch_optional(db)
        .await?;
    Ok(row.is_some())
}

/// A photo's upload, if one is under way.
pub(super) async fn find(
    db: &mut AnyConnection,
    station: StationId,
    photo: PhotoId,
) -> Result<Option<Upload>, StoreError> {
    let row = sqlx::query(
        "SELECT length, position, wrapped_key, expires_at FROM uploads \
         WHERE station_id = $1 AND photo_id = $2",
    )
    .bind(station.key())
    .bind(photo.key())
    .fetch_optional(db)
    .await?;
    let read = |row: sqlx::any::AnyRow| {
        let key = row.opt_bytes("wrapped_key")?.map(|bytes| WrappedKey::try_from(bytes.as_slice()));
        let key = key.transpose().map_err(|error| StoreError::Row(error.to_string()))?;
        let (length, position) = (row.count("length")?, row.count("position")?);
        Ok(Upload { length, position, key, expires_at: row.time("expires_at")? })
    };
    row.map(read).transpose()
}

/// Begins an upload.
pub(super) async fn begin(
    db: &mut AnyConnection,
    station: StationId,
    photo: PhotoId,
    upload: &Upload,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Two announcements at once are one upload.
    sqlx::query(
        "INSERT INTO uploads (station_id, photo_id, length, position, wrapped_key, created_at, expires_at) \
         VALUES ($1, $2, $3, 0, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(station.key())
    .bind(photo.key())
    .bind(whole(upload.length))
    .bind(upload.key.as_ref().map(|key| key.as_bytes().to_vec()))
    .bind(now.millis())
    .bind(upload.expires_at.millis())
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a piece, if the upload stands at its offset and has room for it. Of two pieces for one offset
/// only one is taken, whichever copies of the hub they came to.
pub(super) async fn append(
    db: &mut AnyConnection,
    station: StationId,
    photo: PhotoId,
    offset: u64,
    piece: &[u8],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let length = whole(piece.len() as u64);
    let moved = sqlx::query(
        "UPDATE uploads SET position = position + $1, expires_at = $2 WHERE station_id = $3 \
         AND photo_id = $4 AND position = $5 AND position + $6 <= length AND expires_at > $7",
    )
    .bind(length)
    .bind(now.plus_millis(WAIT_MS).millis())
    .bind(station.key())
    .bind(photo.key())
    .bind(whole(offset))
    .bind(length)
    .bind(now.millis())
    .execute(&mut *db)
    .await?;
    if moved.rows_affected() == 0 {
        return Ok(false);
    }
    if !piece.is_empty() {
        sqlx::query(
            "INSERT INTO upload_parts (station_id, photo_id, position, content) VALUES ($1, $2, $3, $4)",
        )
        .bind(station.key())
        .bind(photo.key())
        .bind(whole(offset))
        .bind(piece.to_vec())
        .execute(db)
        .await?;
    }
    Ok(true)
}

/// All that has come of an upload, in one piece.
pub(super) async fn content(
    db: &mut AnyConnection,
    station: StationId,
    photo: PhotoId,
) -> Result<Vec<u8>, StoreError> {
    let rows = sqlx::query(
        "SELECT content FROM upload_parts WHERE station_id = $1 AND photo_id = $2 ORDER BY position",
    )
    .bind(station.key())
    .bind(photo.key())
    .fetch_all(db)
    .await?;
    let mut content = Vec::new();
    for row in rows {
        content.extend(row.bytes("content")?);
    }
    Ok(content)
}

/// Forgets an upload and its pieces; whether there was one.
pub(super) async fn drop_upload(
    db: &mut AnyConnection,
    station: StationId,
    photo: PhotoId,
) -> Result<bool, StoreError> {
    let dropped = sqlx::query("DELETE FROM uploads WHERE station_id = $1 AND photo_id = $2")
        .bind(station.key())
        .bind(photo.key())
        .execute(db)
        .await?;
    Ok(dropped.rows_affected() > 0)
}

/// Marks a photo as whole and safe, unless it already is.
pub(super) async fn mark_received(
    db: &mut AnyConnection,
    station: StationId,
    photo: PhotoId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE photos SET received_at = $1 WHERE station_id = $2 AND photo_id = $3 AND received_at IS NULL",
    )
    .bind(now.millis())
    .bind(station.key())
    .bind(photo.key())
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets the uploads of which no piece came for a week; how many there were. A phone whose upload is
/// gone begins it again.
///
/// # Errors
/// [`StoreError`]; nothing is forgotten then.
pub async fn sweep(store: &Store, now: Timestamp) -> Result<u64, StoreError> {
    let mut tx = store.begin().await?;
    let swept = sqlx::query("DELETE FROM uploads WHERE expires_at <= $1")
        .bind(now.millis())
        .execute(&mut *tx)
        .await?
        .rows_affected();
    tx.commit().await?;
    Ok(swept)
}

/// As a column takes it; lengths are far below the limit.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
