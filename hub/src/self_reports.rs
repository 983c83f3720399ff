//! How the phones of a station stand, as their owners reported it: the last report of each.

use axum::body::Body;
use axum::extract::State;
use axum::routing::put;
use axum::{Json, Router};
use http::HeaderMap;
use serde::Serialize;
use sqlx::any::AnyRow;
use xuncha_core::domain::Timestamp;
use xuncha_core::wire::{ProblemCode, SelfReport, SelfReportAnswer, SelfReportRequest, Signed as _};

use crate::app::AppState;
use crate::auth::Device;
use crate::body;
use crate::error::{HubError, HubResult};
use crate::store::reference::to_json;
use crate::store::{Key as _, RowExt as _, StoreError};

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/devices/self-report", put(take))
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptReport {
    /// When it arrived.
    pub received_at: Timestamp,
    /// What it says; none if it can't be read, and then it costs nobody the list of phones.
    #[serde(flatten)]
    pub report: Option<SelfReport>,
}

impl KeptReport {
    /// What a row of devices joined with their reports has of it.
    pub(crate) fn of(row: &AnyRow) -> Result<Option<Self>, StoreError> {
        let Some(received_at) = row.opt_time("reported_at")? else { return Ok(None) };
        let report = row.json("report");
        if let Err(error) = &report {
            tracing::error!(%error, "a report that a phone made of itself can't be read");
        }
        Ok(Some(Self { received_at, report: report.ok() }))
    }
}

/// Keeps a report in place of the one before. It must be signed by the very phone that calls: a token alone
/// does not speak for another.
async fn take(
    State(app): State<AppState>,
    device: Device,
    headers: HeaderMap,
    body: Body,
) -> HubResult<Json<SelfReportAnswer>> {
    let SelfReportRequest { report: signed } = body::json(&headers, body).await?;
    let report = SelfReport::verify(&signed, &device.key)
        .map_err(|error| HubError::told(ProblemCode::BadRequest, error.to_string()))?;
    if report.device != device.id {
        return Err(HubError::told(ProblemCode::Forbidden, "a phone reports only on itself"));
    }
    let received_at = app.world.clock.now();
    let mut tx = app.store.begin().await?;
    sqlx::query(
        "INSERT INTO self_reports (station_id, device_id, received_at, body) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (station_id, device_id) DO UPDATE SET received_at = excluded.received_at, body = excluded.body",
    )
    .bind(device.station().key())
    .bind(device.id.key())
    .bind(received_at.millis())
    .bind(to_json(&report)?)
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    tx.commit().await?;
    Ok(Json(SelfReportAnswer { sha256: signed.hash(), received_at }))
}
