//! Rows of a station's log, as they lie in the database.

use xuncha_core::domain::{DeviceId, RecordId, Sha256Hash, StationId, Timestamp};
use xuncha_hub::store::{Key as _, RowExt as _, StoreError, Tx};

/// Records read at once.
const PAGE: i64 = 500;

/// One row of the log.
pub(super) struct Row {
    pub(super) id: RecordId,
    pub(super) log_index: u64,
    pub(super) sha256: Sha256Hash,
    pub(super) received_at: Timestamp,
    pub(super) device: DeviceId,
    pub(super) seq: u64,
    pub(super) prev: Option<Sha256Hash>,
    pub(super) jws: Option<String>,
    pub(super) extract: Option<String>,
}

/// Rows from a place of the log on, [`PAGE`] at most.
pub(super) async fn page(tx: &mut Tx, station: StationId, from: i64) -> Result<Vec<Row>, StoreError> {
    let rows = sqlx::query(
        "SELECT r.record_id, r.log_index, r.sha256, r.received_at, r.device_id, r.seq, r.prev, p.jws, x.body AS extract \
         FROM records r LEFT JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id \
         LEFT JOIN extracts x ON x.station_id = r.station_id AND x.record_id = r.record_id \
         WHERE r.station_id = $1 AND r.log_index >= $2 ORDER BY r.log_index LIMIT $3",
    )
    .bind(station.key())
    .bind(from)
    .bind(PAGE)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Row {
                id: row.id("record_id")?,
                log_index: row.count("log_index")?,
                sha256: row.hash("sha256")?,
                received_at: row.time("received_at")?,
                device: row.id("device_id")?,
                seq: row.count("seq")?,
                prev: row.opt_hash("prev")?,
                jws: row.opt_text("jws")?,
                extract: row.opt_text("extract")?,
            })
        })
        .collect()
}
