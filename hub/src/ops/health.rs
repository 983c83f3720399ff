//! Health: whether the process answers, and whether it can do its work.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use xuncha_core::wire::ProblemCode;

use crate::app::AppState;
use crate::error::{HubError, HubResult};
use crate::store::StoreError;

/// All is well.
#[derive(Debug, Serialize)]
pub(super) struct Well {
    status: &'static str,
}

const WELL: Json<Well> = Json(Well { status: "ok" });

/// The process answers.
pub(super) async fn healthz() -> Json<Well> {
    WELL
}

/// It reaches its database and can write to its disks: what is pushed now will be taken.
pub(super) async fn readyz(State(app): State<AppState>) -> HubResult<Json<Well>> {
    if let Err(error) = database(&app).await {
        tracing::warn!(%error, "not ready: database");
        return Err(HubError::told(ProblemCode::Unavailable, "the database can't be reached"));
    }
    if let Err(error) = app.photos.probe().await {
        tracing::warn!(%error, "not ready: photo store");
        return Err(HubError::told(ProblemCode::Unavailable, "the photo store can't be written to"));
    }
    Ok(WELL)
}

async fn database(app: &AppState) -> Result<(), StoreError> {
    let mut db = app.store.read().await?;
    sqlx::query("SELECT 1 AS here FROM hub").fetch_one(&mut *db).await?;
    Ok(())
}
