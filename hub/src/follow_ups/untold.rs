//! What inspections found good that came without it being told: from before it was, or taken by an older copy of the
//! hub that ran beside a newer one. Read of what they say when the hub starts, so that phones and the board go by the
//! same.

use xuncha_core::domain::{Checklists, FoundGood, RecordId, StationId};

use crate::rules;
use crate::store::reference::to_json;
use crate::store::{Key as _, Proof, RowExt as _, Store, StoreError, content};

/// Records of one transaction.
const BATCH: i64 = 500;

/// The stations that it is to be told of, by an index of nothing else.
const UNTOLD: &str =
    "SELECT DISTINCT station_id FROM visits WHERE kind = 'inspection' AND found_good IS NULL";

/// Tells it of all stations where it is not told yet. Who is cut off goes on where it was.
pub(crate) async fn tell_found_good(store: &Store) -> Result<(), StoreError> {
    let stations = sqlx::query(UNTOLD).fetch_all(&mut *store.read().await?).await?;
    if stations.is_empty() {
        return Ok(());
    }
    tracing::info!(
        stations = stations.len(),
        "reading what older records found good, once, before the first answer"
    );
    let lists = rules::checklists(&mut *store.read().await?).await?;
    for row in stations {
        let station = row.id("station_id")?;
        let mut unreadable = 0;
        while tell_some(store, station, &lists, &mut unreadable).await? {}
    }
    Ok(())
}

/// Tells of some records of a station, behind those that can't be read; whether there were any.
async fn tell_some(
    store: &Store,
    station: StationId,
    lists: &Checklists,
    unreadable: &mut i64,
) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let Some(mut locked) = tx.lock_station(station).await? else { return Ok(false) };
    let rows = sqlx::query(
        "SELECT v.record_id, p.jws, x.body AS extract FROM visits v \
         LEFT JOIN payloads p ON p.station_id = v.station_id AND p.record_id = v.record_id \
         LEFT JOIN extracts x ON x.station_id = v.station_id AND x.record_id = v.record_id \
         WHERE v.station_id = $1 AND v.kind = 'inspection' AND v.found_good IS NULL \
         ORDER BY v.record_id LIMIT $2 OFFSET $3",
    )
    .bind(station.key())
    .bind(BATCH)
    .bind(*unreadable)
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let record: RecordId = row.id("record_id")?;
        // Sealed bytes that can't be read must not keep the hub from starting: `xuncha verify` tells of them. What they
        // say is told once they are restored.
        let content = match content(row) {
            Ok(content) => content,
            Err(error) => {
                tracing::error!(%record, %error, "a record can't be read");
                *unreadable += 1;
                continue;
            }
        };
        // What was erased says nothing any more.
        let said = content.as_ref().and_then(|content| content.found_good(lists));
        let said = said.unwrap_or(FoundGood::nothing(record));
        let proof = content.as_ref().map(|content| to_json(&Proof::of(content))).transpose()?;
        sqlx::query(
            "UPDATE visits SET found_good = $1, proof = COALESCE(proof, $2), change_no = $3 \
             WHERE station_id = $4 AND record_id = $5",
        )
        .bind(to_json(&said)?)
        .bind(proof)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Sql;

    #[tokio::test]
    async fn a_start_looks_for_what_is_untold_by_an_index_of_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("hub.db")).await.unwrap();
        let plan = Sql::new(UNTOLD).plan(&mut store.read().await.unwrap()).await;
        assert!(plan.iter().any(|step| step.contains("INDEX visits_untold")), "{plan:?}");
    }
}
