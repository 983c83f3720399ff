//! What is due: looked up, not touched.

use serde::Serialize;
use sqlx::any::AnyRow;
use xuncha_core::domain::{MemberId, PhotoId, RecordId, Sha256Hash, StationId, Timestamp};

use super::{Keep, before};
use crate::store::{Key as _, RowExt as _, Store, StoreError};

/// Things erased in one transaction.
pub(super) const BATCH: i64 = 200;

/// A record and the hash of its sealed bytes.
pub type Subject = (RecordId, Sha256Hash);

/// How much of a station is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Due {
    /// Records whose content is to go.
    pub records: u64,
    /// Records of which only the positions are to go.
    pub positions: u64,
    /// Photos.
    pub photos: u64,
    /// Records that were set aside.
    pub set_aside: u64,
}

/// How much of a station is due now.
pub async fn due(store: &Store, station: StationId, keep: Keep, now: Timestamp) -> Result<Due, StoreError> {
    const RECORDS: &str = "SELECT COUNT(*) AS n FROM records r WHERE r.station_id = $1 AND r.received_at <= $2 AND \
         (EXISTS (SELECT 1 FROM payloads p WHERE p.station_id = r.station_id AND p.record_id = r.record_id) OR \
          EXISTS (SELECT 1 FROM extracts x WHERE x.station_id = r.station_id AND x.record_id = r.record_id))";
    const POSITIONS: &str = "SELECT COUNT(*) AS n FROM records r \
         JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id \
         WHERE r.station_id = $1 AND r.received_at <= $2 AND r.received_at > $3";
    const PHOTOS: &str =
        "SELECT COUNT(*) AS n FROM photos WHERE station_id = $1 AND received_at <= $2 AND erased_at IS NULL";
    const SET_ASIDE: &str = "SELECT COUNT(*) AS n FROM set_aside WHERE station_id = $1 AND received_at <= $2";
    let mut tx = store.snapshot().await?;
    let (records, positions) = (before(now, keep.records), before(now, keep.positions));
    let query = sqlx::query(RECORDS).bind(station.key()).bind(records);
    let records_due = query.fetch_one(&mut *tx).await?.count("n")?;
    let query = sqlx::query(POSITIONS).bind(station.key()).bind(positions).bind(records);
    let positions_due = query.fetch_one(&mut *tx).await?.count("n")?;
    let query = sqlx::query(PHOTOS).bind(station.key()).bind(before(now, keep.photos));
    let photos = query.fetch_one(&mut *tx).await?.count("n")?;
    let query = sqlx::query(SET_ASIDE).bind(station.key()).bind(positions);
    let set_aside = query.fetch_one(&mut *tx).await?.count("n")?;
    Ok(Due { records: records_due, positions: positions_due, photos, set_aside })
}

/// Some records that came before a moment and have content yet.
pub(super) async fn content(
    store: &Store,
    station: StationId,
    cutoff: i64,
) -> Result<Vec<Subject>, StoreError> {
    let rows = sqlx::query(
        "SELECT r.record_id, r.sha256 FROM records r WHERE r.station_id = $1 AND r.received_at <= $2 AND \
         (EXISTS (SELECT 1 FROM payloads p WHERE p.station_id = r.station_id AND p.record_id = r.record_id) OR \
          EXISTS (SELECT 1 FROM extracts x WHERE x.station_id = r.station_id AND x.record_id = r.record_id)) \
         ORDER BY r.log_index LIMIT $3",
    )
    .bind(station.key())
    .bind(cutoff)
    .bind(BATCH)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(subject).collect()
}

/// Some photos that came before a moment, or that belong to a record whose content was erased.
pub(super) async fn photos(
    store: &Store,
    station: StationId,
    cutoff: i64,
) -> Result<Vec<(PhotoId, Sha256Hash)>, StoreError> {
    let rows = sqlx::query(
        "SELECT p.photo_id, p.sha256 FROM photos p WHERE p.station_id = $1 AND p.received_at IS NOT NULL \
         AND p.erased_at IS NULL AND (p.received_at <= $2 OR EXISTS (SELECT 1 FROM erasures e WHERE \
         e.station_id = p.station_id AND e.subject_id = p.record_id AND e.what = 'content')) LIMIT $3",
    )
    .bind(station.key())
    .bind(cutoff)
    .bind(BATCH)
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(|row| Ok((row.id("photo_id")?, row.hash("sha256")?))).collect()
}

/// The record of an id, with its station, if its content is there yet or not.
pub async fn of_record(store: &Store, record: RecordId) -> Result<Option<(StationId, Subject)>, StoreError> {
    let row = sqlx::query("SELECT station_id, record_id, sha256 FROM records WHERE record_id = $1")
        .bind(record.key())
        .fetch_optional(&mut *store.read().await?)
        .await?;
    row.map(|row| Ok((row.id("station_id")?, subject(&row)?))).transpose()
}

/// The records that a member sealed, by whatever phone.
pub(super) async fn of_member(
    store: &Store,
    station: StationId,
    member: MemberId,
) -> Result<Vec<Subject>, StoreError> {
    let rows = sqlx::query(
        "SELECT r.record_id, r.sha256 FROM records r \
         JOIN visits v ON v.station_id = r.station_id AND v.record_id = r.record_id \
         WHERE r.station_id = $1 AND v.member_id = $2 ORDER BY r.log_index",
    )
    .bind(station.key())
    .bind(member.key())
    .fetch_all(&mut *store.read().await?)
    .await?;
    rows.iter().map(subject).collect()
}

fn subject(row: &AnyRow) -> Result<Subject, StoreError> {
    Ok((row.id("record_id")?, row.hash("sha256")?))
}
