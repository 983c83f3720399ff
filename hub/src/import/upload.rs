//! A file between its upload and the moment somebody, having looked at its plan, has it carried out. Until
//! then nothing of it counts. It is kept as it came, and planned anew each time: what is on file may have
//! changed meanwhile.

use uuid::Uuid;
use xuncha_core::domain::{Datum, MemberId, StationId, Timestamp};
use xuncha_core::wire::frame;

use super::{BadSheet, Column, Format, Kind, Sheet, datum};
use crate::store::{Key as _, RowExt as _, Store, StoreError, Tx};

/// How long a file waits for somebody to decide.
const LIFE_MS: i64 = 24 * 3_600_000;

/// A file that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportUpload {
    /// The station at whose desk it was uploaded.
    pub station: StationId,
    /// Who uploaded it; nobody else sees it.
    pub member: MemberId,
    /// What it lists.
    pub kind: Kind,
    /// What it is called.
    pub name: String,
    /// The datum of its positions, where it does not say so itself.
    pub datum: Option<Datum>,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl ImportUpload {
    /// Its rows.
    ///
    /// # Errors
    /// [`BadSheet`] if it is no table.
    pub fn sheet(&self) -> Result<Sheet, BadSheet> {
        Sheet::read(&self.name, Format::of_name(&self.name)?, &self.content)
    }
}

/// Keeps a file in place of the one of its kind that its uploader left undecided before: so nobody fills the disk, and
/// who has a list of venues and one of members open side by side loses neither.
///
/// # Errors
/// [`StoreError`]; nothing is kept then.
pub async fn keep(store: &Store, id: Uuid, upload: &ImportUpload, now: Timestamp) -> Result<(), StoreError> {
    let packed = frame::compress(&upload.content).map_err(|error| StoreError::Row(error.to_string()))?;
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM import_uploads WHERE station_id = $1 AND member_id = $2 AND kind = $3")
        .bind(upload.station.key())
        .bind(upload.member.key())
        .bind(upload.kind.code())
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "INSERT INTO import_uploads \
         (station_id, upload_id, member_id, created_at, kind, name, datum, content) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(upload.station.key())
    .bind(id.key())
    .bind(upload.member.key())
    .bind(now.millis())
    .bind(upload.kind.code())
    .bind(upload.name.clone())
    .bind(upload.datum.map(Datum::code))
    .bind(packed)
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// A file that the member uploaded and that still waits.
///
/// # Errors
/// [`StoreError`] if it can't be read.
pub async fn find(
    store: &Store,
    station: StationId,
    member: MemberId,
    id: Uuid,
) -> Result<Option<ImportUpload>, StoreError> {
    let row = sqlx::query(
        "SELECT kind, name, datum, content FROM import_uploads \
         WHERE station_id = $1 AND upload_id = $2 AND member_id = $3",
    )
    .bind(station.key())
    .bind(id.key())
    .bind(member.key())
    .fetch_optional(&mut *store.read().await?)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let damaged = |what: &str| StoreError::Row(format!("import_uploads: {what}"));
    let kind = row.text("kind")?;
    let text = row.opt_text("datum")?;
    let content = frame::decompress_bounded(&row.bytes("content")?, Sheet::MAX_BYTES)
        .map_err(|error| damaged(&error.to_string()))?;
    Ok(Some(ImportUpload {
        station,
        member,
        kind: Kind::of_code(&kind).ok_or_else(|| damaged(&kind))?,
        name: row.text("name")?,
        datum: text.map(|text| datum(&text)).transpose().map_err(|_| damaged(Column::Datum.name()))?,
        content,
    }))
}

/// Forgets a file, with what is done of it in the same transaction. Gives whether it still waited: of two who
/// have it carried out at once, one does.
///
/// # Errors
/// [`StoreError`] if it can't be deleted.
pub async fn forget(tx: &mut Tx, station: StationId, id: Uuid) -> Result<bool, StoreError> {
    let gone = sqlx::query("DELETE FROM import_uploads WHERE station_id = $1 AND upload_id = $2")
        .bind(station.key())
        .bind(id.key())
        .execute(&mut **tx)
        .await?;
    Ok(gone.rows_affected() > 0)
}

/// Forgets the files that nobody decided on: lists name people.
///
/// # Errors
/// [`StoreError`]; nothing is forgotten then.
pub async fn sweep(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM import_uploads WHERE created_at <= $1")
        .bind(now.millis() - LIFE_MS)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}
