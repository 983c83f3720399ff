//! Rows as they lie in the database: those of a station's log, and what of any rows can be read.

use sqlx::any::AnyRow;
use uuid::Uuid;
use xuncha_core::domain::{DeviceId, RecordId, Sha256Hash, StationId, Timestamp};
use xuncha_hub::store::{Key as _, RowExt as _, StoreError, Tx};

use super::Problem;
use super::report::UNREADABLE;

/// Records read at once.
const PAGE: i64 = 500;

/// What of some rows can be read. A row that can't is named, by the id in a column of it if at least that can be read,
/// and verifying goes on with the rest.
pub(super) fn readable<T, C: FromIterator<T>>(
    rows: &[AnyRow],
    of: &'static str,
    id: &str,
    wrong: &mut Vec<Problem>,
    read: impl Fn(&AnyRow) -> Result<T, StoreError>,
) -> C {
    let read_or_named =
        |row: &AnyRow| read(row).map_err(|error| wrong.push(unreadable(row, of, id, &error))).ok();
    rows.iter().filter_map(read_or_named).collect()
}

fn unreadable(row: &AnyRow, of: &str, id: &str, error: &StoreError) -> Problem {
    let subject = row.id::<Uuid>(id).map_or_else(|_| "?".to_owned(), |id| id.to_string());
    Problem::new(UNREADABLE, subject, format!("{of}: {error}"))
}

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

/// A row of the log that can't be read.
pub(super) struct Unreadable {
    pub(super) id: Option<RecordId>,
    pub(super) problem: Problem,
}

/// Some rows of the log, and the place after them.
pub(super) struct Page {
    pub(super) rows: Vec<Result<Row, Unreadable>>,
    pub(super) next: i64,
}

/// Rows from a place of the log on, [`PAGE`] at most; nothing where it has ended.
pub(super) async fn page(tx: &mut Tx, station: StationId, from: i64) -> Result<Option<Page>, StoreError> {
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
    let Some(last) = rows.last() else { return Ok(None) };
    let next = last.int("log_index")?.saturating_add(1);
    let named = |row: &AnyRow| {
        of_log(row).map_err(|error| Unreadable {
            id: row.id("record_id").ok(),
            problem: unreadable(row, "records", "record_id", &error),
        })
    };
    Ok(Some(Page { rows: rows.iter().map(named).collect(), next }))
}

fn of_log(row: &AnyRow) -> Result<Row, StoreError> {
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
}
