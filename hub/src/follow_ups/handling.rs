//! How stations handle findings. It stays at the hub: phones show no days of findings, and need no more.

use std::collections::HashMap;

use sqlx::AnyConnection;
use xuncha_core::domain::{Handling, StationId};
use xuncha_core::wire::ProblemCode;

use crate::app::App;
use crate::audit::{Action, note};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::scope::Operation;
use crate::seen::{Kept, Seen};
use crate::store::reference::to_json;
use crate::store::{Key, RowExt as _, Sql, StoreError};

/// How a station handles findings.
pub async fn handling(db: &mut AnyConnection, station: StationId) -> Result<Handling, StoreError> {
    Ok(handlings(db, &[station]).await?.remove(&station).unwrap_or_default())
}

/// The same of many stations; those that set nothing are missing.
pub(super) async fn handlings(
    db: &mut AnyConnection,
    stations: &[StationId],
) -> Result<HashMap<StationId, Handling>, StoreError> {
    let mut query = Sql::new("SELECT station_id, body FROM handling WHERE station_id IN ");
    query.list(stations.iter().map(Key::key));
    let rows = query.fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.id("station_id")?, row.json("body")?))).collect()
}

/// Sets it: from now on for all findings that are not settled. `seen` is what the caller changes.
pub async fn set_handling(
    app: &App,
    caller: &Caller,
    station: StationId,
    wanted: &Handling,
    seen: &Seen,
) -> HubResult<Kept> {
    caller.must(Operation::SetPolicy, station)?;
    let mut tx = app.store.begin().await?;
    let locked = tx.lock_station(station).await?;
    let mut locked = locked.ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
    let stands = handling(&mut tx, station).await?;
    if Seen::of(Some(&stands)) != *seen {
        return Ok(Kept::Overtaken);
    }
    if stands == *wanted {
        return Ok(Kept::Done);
    }
    sqlx::query(
        "INSERT INTO handling (station_id, body) VALUES ($1, $2) \
         ON CONFLICT (station_id) DO UPDATE SET body = excluded.body",
    )
    .bind(station.key())
    .bind(to_json(wanted)?)
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    // No phone learns of it, but sums of findings that are remembered, and pages that are open, are old now.
    locked.next_change();
    note(app, &mut tx, station, Some(caller.member.id), Action::HandlingSet, station).await?;
    locked.save(&mut tx).await?;
    tx.commit().await?;
    Ok(Kept::Done)
}
