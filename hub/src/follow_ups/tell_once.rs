//! What inspections found good that came before that was told: read of what they say, once, so that phones and the
//! board go by the same.

use xuncha_core::domain::{Checklists, FoundGood, RecordId, StationId};

use crate::rules;
use crate::store::reference::to_json;
use crate::store::{Key as _, RowExt as _, Store, StoreError, content};

/// Records of one transaction.
const BATCH: i64 = 500;

/// Tells it of all stations, unless that was done.
pub(crate) async fn tell_found_good_once(store: &Store) -> Result<(), StoreError> {
    let due = "SELECT 1 FROM chores WHERE name = 'found_good'";
    if sqlx::query(due).fetch_optional(&mut *store.read().await?).await?.is_none() {
        return Ok(());
    }
    let lists = rules::checklists(&mut *store.read().await?).await?;
    let stations =
        sqlx::query("SELECT station_id FROM stations").fetch_all(&mut *store.read().await?).await?;
    for row in stations {
        let station = row.id("station_id")?;
        while tell_some(store, station, &lists).await? {}
    }
    // Last: who was cut off goes on where it was.
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM chores WHERE name = 'found_good'").execute(&mut *tx).await?;
    tx.commit().await
}

/// Tells of some records of a station; whether there were any.
async fn tell_some(store: &Store, station: StationId, lists: &Checklists) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let Some(mut locked) = tx.lock_station(station).await? else { return Ok(false) };
    let rows = sqlx::query(
        "SELECT v.record_id, p.jws, x.body AS extract FROM visits v \
         LEFT JOIN payloads p ON p.station_id = v.station_id AND p.record_id = v.record_id \
         LEFT JOIN extracts x ON x.station_id = v.station_id AND x.record_id = v.record_id \
         WHERE v.station_id = $1 AND v.kind = 'inspection' AND v.found_good IS NULL LIMIT $2",
    )
    .bind(station.key())
    .bind(BATCH)
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let record: RecordId = row.id("record_id")?;
        // Sealed bytes that can't be read must not keep the hub from starting: `xuncha verify` tells of them.
        let content =
            content(row).inspect_err(|error| tracing::error!(%record, %error, "a record can't be read"));
        let said = content.ok().flatten().and_then(|content| content.found_good(lists));
        // What was erased says nothing any more.
        let said = said.unwrap_or(FoundGood { record, items: Vec::new() });
        sqlx::query(
            "UPDATE visits SET found_good = $1, change_no = $2 WHERE station_id = $3 AND record_id = $4",
        )
        .bind(to_json(&said)?)
        .bind(locked.next_change())
        .bind(station.key())
        .bind(record.key())
        .execute(&mut *tx)
        .await?;
    }
    locked.save(&mut tx).await?;
    tx.commit().await?;
    Ok(!rows.is_empty())
}
