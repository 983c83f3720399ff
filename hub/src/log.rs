//! The station's log: its signed head, and proofs that a record is in it and that it only ever grew.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use xuncha_core::domain::{RecordId, Sha256Hash, StationId, Timestamp};
use xuncha_core::wire::merkle::{
    ConsistencyProof, Frontier, LeafHash, consistency_proof, inclusion_proof, leaf_hash,
};
use xuncha_core::wire::{
    Jws, LogConsistency, LogInclusion, ProblemCode, Signed as _, TreeHead, V1, leaf_bytes,
};

use crate::app::{App, AppState};
use crate::auth::Caller;
use crate::error::{HubError, HubResult};
use crate::params::Params;
use crate::store::{Key as _, RowExt as _, StoreError};

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/log/head", get(head))
        .route("/log/consistency", get(consistency))
        .route("/log/inclusion", get(inclusion))
}

/// Signs how a log stands.
pub(crate) fn sign_head(
    app: &App,
    station: StationId,
    size: u64,
    root: Sha256Hash,
    at: Timestamp,
) -> HubResult<Jws> {
    let head = TreeHead { v: V1, station, size, root, at };
    head.sign(app.keys.signing()).map_err(|error| HubError::Fault(format!("a head can't be signed: {error}")))
}

/// How a station's log stands.
pub(crate) async fn frontier(db: &mut AnyConnection, station: StationId) -> Result<Frontier, StoreError> {
    let row = sqlx::query("SELECT log_frontier FROM stations WHERE station_id = $1")
        .bind(station.key())
        .fetch_one(db)
        .await?;
    Frontier::from_bytes(&row.bytes("log_frontier")?).map_err(|error| StoreError::Row(error.to_string()))
}

/// The leaves of a station's log, in order.
pub async fn leaves(db: &mut AnyConnection, station: StationId) -> Result<Vec<LeafHash>, StoreError> {
    let rows =
        sqlx::query("SELECT sha256, received_at FROM records WHERE station_id = $1 ORDER BY log_index")
            .bind(station.key())
            .fetch_all(db)
            .await?;
    rows.iter()
        .map(|row| Ok(leaf_hash(&leaf_bytes(&row.hash("sha256")?, row.time("received_at")?))))
        .collect()
}

/// The proof that the log of `size` leaves began with its first `from`; `None` if it is shorter, as
/// after an old backup was put back.
pub(crate) async fn grown(
    db: &mut AnyConnection,
    station: StationId,
    from: u64,
    size: u64,
) -> Result<Option<ConsistencyProof>, StoreError> {
    if from > size {
        return Ok(None);
    }
    if from == 0 || from == size {
        return Ok(consistency_proof(&[], 0));
    }
    let leaves = leaves(db, station).await?;
    let (from, size) = (usize::try_from(from).ok(), usize::try_from(size).ok());
    Ok(from.zip(size).and_then(|(from, size)| consistency_proof(leaves.get(..size)?, from)))
}

#[derive(Serialize)]
struct HeadAnswer {
    head: Jws,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    station: Option<StationId>,
}

async fn head(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> HubResult<Json<HeadAnswer>> {
    let station = asked.station.unwrap_or(caller.station());
    caller.must_read(station)?;
    let mut db = app.store.read().await?;
    let frontier = frontier(&mut db, station).await?;
    let head = sign_head(&app, station, frontier.size(), frontier.root(), app.world.clock.now())?;
    Ok(Json(HeadAnswer { head }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sizes {
    from: u64,
    to: u64,
    station: Option<StationId>,
}

async fn consistency(
    State(app): State<AppState>,
    caller: Caller,
    Params(Sizes { from, to, station }): Params<Sizes>,
) -> HubResult<Json<LogConsistency>> {
    let station = station.unwrap_or(caller.station());
    caller.must_read(station)?;
    let mut tx = app.store.snapshot().await?;
    let size = frontier(&mut tx, station).await?.size();
    let bad = || {
        HubError::told(
            ProblemCode::BadRequest,
            format!("0 ≤ from ≤ to ≤ {size}, the log's size, is expected"),
        )
    };
    if to > size {
        return Err(bad());
    }
    let proof = grown(&mut tx, station, from, to).await?.ok_or_else(bad)?;
    Ok(Json(LogConsistency { from, to, proof }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    record: RecordId,
    station: Option<StationId>,
}

async fn inclusion(
    State(app): State<AppState>,
    caller: Caller,
    Params(Which { record, station }): Params<Which>,
) -> HubResult<Json<LogInclusion>> {
    let station = station.unwrap_or(caller.station());
    caller.must_read(station)?;
    let mut tx = app.store.snapshot().await?;
    let not_found = || HubError::new(ProblemCode::NotFound);
    let row = sqlx::query(
        "SELECT sha256, received_at, log_index FROM records WHERE station_id = $1 AND record_id = $2",
    )
    .bind(station.key())
    .bind(record.key())
    .fetch_optional(&mut *tx)
    .await
    .map_err(StoreError::from)?
    .ok_or_else(not_found)?;
    let log_index = row.count("log_index")?;
    let leaves = leaves(&mut tx, station).await?;
    let index = usize::try_from(log_index).map_err(|_| not_found())?;
    let proof = inclusion_proof(&leaves, index).ok_or_else(not_found)?;
    let frontier = frontier(&mut tx, station).await?;
    let head = sign_head(&app, station, frontier.size(), frontier.root(), app.world.clock.now())?;
    let (sha256, received_at) = (row.hash("sha256")?, row.time("received_at")?);
    Ok(Json(LogInclusion { record, sha256, received_at, log_index, proof, head }))
}
