//! Erasing. A photo's file goes before the hub says that it went: whatever stops in between, the next run goes on.

use std::ops::AddAssign;

use serde::Serialize;
use xuncha_core::domain::{
    FoundGood, MemberId, PhotoId, Reason, RecordId, Review, Sha256Hash, StationId, Visit, VisitKind,
};
use xuncha_core::wire::{Erased, Erasure, ErasureReason, Jws, Record, Signed as _, V1};

use super::due::{BATCH, Subject};
use super::without_positions;
use crate::app::App;
use crate::audit::{self, Action};
use crate::error::{HubError, HubResult};
use crate::store::reference::to_json;
use crate::store::{Key as _, LockedStation, RowExt as _, Sql, StoreError, Tx};

/// What stands where a reason for a return stood.
const REASON_ERASED: &str = "已按期限删除";

/// Why something is erased, and by whom.
#[derive(Debug, Clone)]
pub struct Order {
    /// Why.
    pub why: ErasureReason,
    /// Who; nobody for the hub by itself and its command line.
    pub by: Option<MemberId>,
}

/// How much was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Contents of records.
    pub records: u64,
    /// Positions of records.
    pub positions: u64,
    /// Photos.
    pub photos: u64,
    /// Records that were set aside.
    pub set_aside: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.records += more.records;
        self.positions += more.positions;
        self.photos += more.photos;
        self.set_aside += more.set_aside;
    }
}

/// Erases all that records say, and their photos. What was erased already stays so.
///
/// # Errors
/// What was erased before the failure stays erased; the rest is as it was.
pub async fn erase_content(
    app: &App,
    station: StationId,
    records: &[Subject],
    order: &Order,
) -> HubResult<Counts> {
    let mut counts = Counts::default();
    for batch in records.chunks(usize::try_from(BATCH).unwrap_or(1)) {
        counts += photos(app, station, &photos_of(app, station, batch).await?, order).await?;
        let (mut tx, mut locked) = begin(app, station).await?;
        for (record, sha256) in batch {
            let key = (station.key(), record.key());
            let had = remove(&mut tx, "payloads", &key).await? + remove(&mut tx, "extracts", &key).await?;
            if had == 0 {
                continue;
            }
            // What was written of its findings goes with it, and what lists show of it.
            remove(&mut tx, "follow_ups", &key).await?;
            sqlx::query("UPDATE visits SET proof = NULL WHERE station_id = $1 AND record_id = $2")
                .bind(key.0.clone())
                .bind(key.1.clone())
                .execute(&mut *tx)
                .await
                .map_err(StoreError::from)?;
            // What has come of its photos so far goes too, and the rest is not taken.
            sqlx::query(
                "DELETE FROM uploads WHERE station_id = $1 AND photo_id IN \
                 (SELECT photo_id FROM photos WHERE station_id = $1 AND record_id = $2)",
            )
            .bind(key.0.clone())
            .bind(key.1.clone())
            .execute(&mut *tx)
            .await
            .map_err(StoreError::from)?;
            note(app, &mut tx, station, Erased::Content(*record), *sha256, order).await?;
            silence(&mut tx, &mut locked, *record).await?;
            counts.records += 1;
        }
        locked.save(&mut tx).await?;
        tx.commit().await?;
    }
    app.figures.count("xuncha_erased_total", "content", counts.records);
    Ok(counts)
}

/// Takes the positions out of records that came before a moment, a batch from a place of the log on; the last
/// place of it.
pub(super) async fn positions(
    app: &App,
    station: StationId,
    cutoff: i64,
    from: i64,
    counts: &mut Counts,
) -> HubResult<Option<i64>> {
    let order = Order { why: ErasureReason::Retention, by: None };
    let (mut tx, _locked) = begin(app, station).await?;
    let rows = sqlx::query(
        "SELECT r.record_id, r.sha256, r.log_index, p.jws FROM records r \
         JOIN payloads p ON p.station_id = r.station_id AND p.record_id = r.record_id \
         WHERE r.station_id = $1 AND r.received_at <= $2 AND r.log_index >= $3 ORDER BY r.log_index LIMIT $4",
    )
    .bind(station.key())
    .bind(cutoff)
    .bind(from)
    .bind(BATCH)
    .fetch_all(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    let mut last = None;
    for row in &rows {
        last = Some(row.int("log_index")?);
        let record: RecordId = row.id("record_id")?;
        let sha256 = row.hash("sha256")?;
        // The hub signs what it leaves of a record, so it must be what was received.
        let jws = row.text("jws")?.parse::<Jws>().ok().filter(|jws| jws.hash() == sha256);
        let Some(read) = jws.and_then(|jws| jws.unverified_payload::<Record>().ok()) else {
            tracing::error!(%record, "the sealed bytes are not what was received and stay: see `xuncha verify`");
            continue;
        };
        let body = to_json(&without_positions(read))?;
        let extract = Sha256Hash::of(body.as_bytes());
        note(app, &mut tx, station, Erased::Positions { record, extract }, sha256, &order).await?;
        let key = (station.key(), record.key());
        remove(&mut tx, "payloads", &key).await?;
        sqlx::query("INSERT INTO extracts (station_id, record_id, body) VALUES ($1, $2, $3)")
            .bind(key.0)
            .bind(key.1)
            .bind(body)
            .execute(&mut *tx)
            .await
            .map_err(StoreError::from)?;
        counts.positions += 1;
    }
    tx.commit().await?;
    app.figures.count("xuncha_erased_total", "positions", rows.len() as u64);
    Ok(last)
}

/// Erases photos.
pub(super) async fn photos(
    app: &App,
    station: StationId,
    photos: &[(PhotoId, Sha256Hash)],
    order: &Order,
) -> HubResult<Counts> {
    for (photo, _) in photos {
        app.photos.erase(station, *photo).await?;
        app.small_photos.forget(station, *photo);
    }
    let (mut tx, _locked) = begin(app, station).await?;
    let now = app.world.clock.now();
    for (photo, sha256) in photos {
        note(app, &mut tx, station, Erased::Photo(*photo), *sha256, order).await?;
        sqlx::query("UPDATE photos SET erased_at = $1 WHERE station_id = $2 AND photo_id = $3")
            .bind(now.millis())
            .bind(station.key())
            .bind(photo.key())
            .execute(&mut *tx)
            .await
            .map_err(StoreError::from)?;
    }
    tx.commit().await?;
    app.figures.count("xuncha_erased_total", "photo", photos.len() as u64);
    Ok(Counts { photos: photos.len() as u64, ..Counts::default() })
}

/// Erases what was set aside before a moment: nobody looked at it in all that time, or has done so.
pub(super) async fn set_aside(app: &App, station: StationId, cutoff: i64) -> HubResult<u64> {
    let (mut tx, _locked) = begin(app, station).await?;
    let gone = sqlx::query("DELETE FROM set_aside WHERE station_id = $1 AND received_at <= $2")
        .bind(station.key())
        .bind(cutoff)
        .execute(&mut *tx)
        .await
        .map_err(StoreError::from)?
        .rows_affected();
    tx.commit().await?;
    app.figures.count("xuncha_erased_total", "set_aside", gone);
    Ok(gone)
}

pub(super) async fn begin(app: &App, station: StationId) -> HubResult<(Tx, LockedStation)> {
    let mut tx = app.store.begin().await?;
    let locked = tx.lock_station(station).await?;
    let locked = locked.ok_or_else(|| HubError::Fault(format!("there is no station {station}")))?;
    Ok((tx, locked))
}

/// The photos of records that are here yet.
async fn photos_of(
    app: &App,
    station: StationId,
    records: &[Subject],
) -> Result<Vec<(PhotoId, Sha256Hash)>, StoreError> {
    let mut query = Sql::new("SELECT photo_id, sha256 FROM photos WHERE station_id = ");
    query.bind(station.key()).push(" AND received_at IS NOT NULL AND erased_at IS NULL AND record_id IN ");
    query.list(records.iter().map(|(record, _)| record.key()));
    let rows = query.fetch_all(&mut *app.store.read().await?).await?;
    rows.iter().map(|row| Ok((row.id("photo_id")?, row.hash("sha256")?))).collect()
}

async fn remove(tx: &mut Tx, table: &'static str, key: &(Vec<u8>, Vec<u8>)) -> Result<u64, StoreError> {
    let mut query = Sql::new("DELETE FROM ");
    query
        .push(table)
        .push(" WHERE station_id = ")
        .bind(key.0.clone())
        .push(" AND record_id = ")
        .bind(key.1.clone());
    Ok(query.execute(tx).await?.rows_affected())
}

/// The hub's word for an erasure, and for one that was asked for a line of the audit.
async fn note(
    app: &App,
    tx: &mut Tx,
    station: StationId,
    erased: Erased,
    sha256: Sha256Hash,
    order: &Order,
) -> HubResult<()> {
    let at = app.world.clock.now();
    let (subject, shown) = match erased {
        Erased::Content(record) | Erased::Positions { record, .. } => (record.key(), record.to_string()),
        Erased::Photo(photo) => (photo.key(), photo.to_string()),
    };
    let erasure = Erasure { v: V1, station, erased, sha256, at, why: order.why.clone(), by: order.by };
    let jws = erasure.sign(app.keys.signing()).map_err(|error| HubError::Fault(error.to_string()))?;
    sqlx::query(
        "INSERT INTO erasures (station_id, subject_id, what, at, why, member_id, jws) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(station.key())
    .bind(subject)
    .bind(erased.code())
    .bind(at.millis())
    .bind(order.why.code())
    .bind(order.by.map(|member| member.key()))
    .bind(String::from(jws))
    .execute(&mut **tx)
    .await
    .map_err(StoreError::from)?;
    if let ErasureReason::Request(_) = order.why {
        audit::note(app, tx, station, order.by, Action::RecordErased, &shown).await?;
    }
    Ok(())
}

/// Takes out of a visit what the record said, and leaves what coverage is counted from. Phones hear of it.
async fn silence(tx: &mut Tx, locked: &mut LockedStation, record: RecordId) -> HubResult<()> {
    let row = sqlx::query("SELECT body, found_good FROM visits WHERE station_id = $1 AND record_id = $2")
        .bind(locked.id().key())
        .bind(record.key())
        .fetch_optional(&mut **tx)
        .await
        .map_err(StoreError::from)?;
    let Some(row) = row else { return Ok(()) };
    let visit: Visit = row.json("body")?;
    let review = match &visit.review {
        Review::Returned { .. } => Review::Returned {
            reason: Reason::new(REASON_ERASED).map_err(|error| HubError::Fault(error.to_string()))?,
        },
        other => other.clone(),
    };
    let silent = Visit { findings: Vec::new(), review, ..visit.clone() };
    let said: Option<FoundGood> = row.opt_json("found_good")?;
    let nothing = (visit.kind == VisitKind::Inspection).then(|| FoundGood::nothing(record));
    if silent == visit && said == nothing {
        return Ok(());
    }
    let nothing = nothing.as_ref().map(to_json).transpose()?;
    sqlx::query(
        "UPDATE visits SET body = $1, found_good = $2, severity = NULL, change_no = $3 \
         WHERE station_id = $4 AND record_id = $5",
    )
    .bind(to_json(&silent)?)
    .bind(nothing)
    .bind(locked.next_change())
    .bind(locked.id().key())
    .bind(record.key())
    .execute(&mut **tx)
    .await
    .map_err(StoreError::from)?;
    Ok(())
}
