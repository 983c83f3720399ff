//! Devices: which phones a station has, and ending one at once.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use xuncha_core::domain::{DeviceId, Member, Name, StationId, Timestamp};
use xuncha_core::wire::ProblemCode;

use crate::app::{App, AppState};
use crate::audit::{Action, note};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::members::must_equip;
use crate::params::{Named, Params};
use crate::scope::Operation;
use crate::self_reports::KeptReport;
use crate::store::{Key as _, RowExt as _, Store, StoreError};

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/devices", get(list)).route("/devices/{id}/revoke", post(end))
}

/// A phone as the head sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// Its station.
    pub station: StationId,
    /// Whose it is.
    pub member: Member,
    /// What kind of phone it is.
    pub platform: String,
    /// What its owner knows it by.
    pub label: Name,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was revoked, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// How it stands, as it last reported.
    #[serde(skip_serializing_if = "says_nothing")]
    pub self_report: Option<KeptReport>,
}

/// Whether there is no report that can be read.
#[allow(clippy::ref_option, reason = "serde hands over the field as it is")]
fn says_nothing(kept: &Option<KeptReport>) -> bool {
    kept.as_ref().is_none_or(|kept| kept.report.is_none())
}

const SELECT: &str = "SELECT d.device_id, d.station_id, d.platform, d.label, d.enrolled_at, d.revoked_at, \
     m.body AS member, r.received_at AS reported_at, r.body AS report FROM devices d \
     JOIN members m ON m.station_id = d.station_id AND m.member_id = d.member_id \
     LEFT JOIN self_reports r ON r.station_id = d.station_id AND r.device_id = d.device_id";

/// The devices of a station, newest first.
pub async fn devices(store: &Store, station: StationId) -> Result<Vec<DeviceRow>, StoreError> {
    let mut db = store.read().await?;
    let query = format!("{SELECT} WHERE d.station_id = $1 ORDER BY d.device_id DESC");
    let rows = sqlx::query(sqlx::AssertSqlSafe(query)).bind(station.key()).fetch_all(&mut *db).await?;
    rows.iter().map(row).collect()
}

/// A device by its id alone, for the command line; `None` if there is none.
pub async fn device(store: &Store, id: DeviceId) -> Result<Option<DeviceRow>, StoreError> {
    let mut db = store.read().await?;
    let query = format!("{SELECT} WHERE d.device_id = $1");
    let found = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id.key()).fetch_optional(&mut *db).await?;
    found.as_ref().map(row).transpose()
}

/// Revokes a device of a station; from now on it is refused everything. Revoking it again changes
/// nothing. `by` is who did it, `None` for the command line; nobody ends the phone of somebody who reaches
/// further than themselves.
pub async fn revoke(
    app: &App,
    station: StationId,
    id: DeviceId,
    by: Option<&Caller>,
) -> HubResult<DeviceRow> {
    let found = async || {
        let found = device(&app.store, id).await?.filter(|device| device.station == station);
        found.ok_or_else(|| HubError::new(ProblemCode::NotFound))
    };
    let owner = found().await?.member;
    if let Some(caller) = by {
        must_equip(caller, &owner)?;
    }
    let now = app.world.clock.now();
    let mut tx = app.store.begin().await?;
    let done = sqlx::query(
        "UPDATE devices SET revoked_at = $1 WHERE station_id = $2 AND device_id = $3 AND revoked_at IS NULL",
    )
    .bind(now.millis())
    .bind(station.key())
    .bind(id.key())
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    if done.rows_affected() > 0 {
        let by = by.map(|caller| caller.member.id);
        note(app, &mut tx, station, by, Action::DeviceRevoked, id).await?;
    }
    tx.commit().await?;
    found().await
}

fn row(row: &AnyRow) -> Result<DeviceRow, StoreError> {
    Ok(DeviceRow {
        id: row.id("device_id")?,
        station: row.id("station_id")?,
        member: row.json("member")?,
        platform: row.text("platform")?,
        label: Name::new(&row.text("label")?).map_err(|error| StoreError::Row(error.to_string()))?,
        enrolled_at: row.time("enrolled_at")?,
        revoked_at: row.opt_time("revoked_at")?,
        self_report: KeptReport::of(row)?,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    station: Option<StationId>,
}

#[derive(Serialize)]
struct Devices {
    devices: Vec<DeviceRow>,
}

async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> HubResult<Json<Devices>> {
    let station = asked.station.unwrap_or(caller.station());
    caller.must(Operation::KeepDevices, station)?;
    Ok(Json(Devices { devices: devices(&app.store, station).await? }))
}

async fn end(
    State(app): State<AppState>,
    caller: Caller,
    Named(id): Named<DeviceId>,
) -> HubResult<Json<DeviceRow>> {
    let found = device(&app.store, id).await?.filter(|device| caller.may_read(device.station));
    let station = found.ok_or_else(|| HubError::new(ProblemCode::NotFound))?.station;
    caller.must(Operation::KeepDevices, station)?;
    Ok(Json(revoke(&app, station, id, Some(&caller)).await?))
}
