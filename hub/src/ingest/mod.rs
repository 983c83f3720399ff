//! A push, step by step. One bad record steps aside; the others go on.
//!
//! - `open`: reads the parcels, unlocks what is locked, verifies signatures; on blocking threads,
//!   before any lock is held. `sealer`: by which device's key.
//! - `judge`: which records are refused and why, first each by itself, then among what is known.
//! - `known`: what the database knows about a batch.
//! - `line`: lines of corrections and the month they count in. `chain`: forks of a device's chain.
//! - `commit`, `write`: one transaction for the whole batch.
//! - `answer`: receipts, signed again from the row each time, so always the very same bytes.

mod answer;
mod chain;
mod commit;
mod judge;
mod known;
mod line;
mod open;
mod sealer;
mod write;

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use http::HeaderMap;
use xuncha_core::domain::{FoundGood, RecordId, Sha256Hash};
use xuncha_core::wire::{Jws, ProblemCode, PushAnswer, Record, RefusalCode, limits};

use commit::Outcome;

use crate::app::AppState;
use crate::auth::Device;
use crate::body::unpacked_json;
use crate::error::{HubError, HubResult};
use crate::ops::Figures;

/// Its part of the API.
pub fn router() -> Router<AppState> {
    Router::new().route("/records", post(push))
}

/// A record whose signature was verified.
#[derive(Debug)]
struct Sealed {
    jws: Jws,
    sha256: Sha256Hash,
    record: Record,
    /// What it found good, if it is an inspection that was judged to be one.
    found_good: Option<FoundGood>,
}

/// Why one record is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    code: RefusalCode,
    detail: Option<String>,
}

impl Refusal {
    const fn of(code: RefusalCode) -> Self {
        Self { code, detail: None }
    }

    fn with(code: RefusalCode, detail: impl Into<String>) -> Self {
        Self { code, detail: Some(detail.into()) }
    }
}

/// A parcel after it was opened.
#[derive(Debug)]
enum Opened {
    /// Its signature fits. What speaks against the record by itself, if anything, is said beside it.
    Signed { sealed: Box<Sealed>, refusal: Option<Refusal> },
    /// Nothing in it can be trusted, so nothing of it is kept.
    Untrusted { id: Option<RecordId>, refusal: Refusal },
}

async fn push(
    State(app): State<AppState>,
    device: Device,
    headers: HeaderMap,
    body: Body,
) -> HubResult<Json<PushAnswer>> {
    let body = unpacked_json(&headers, body, limits::PUSH_COMPRESSED_BYTES, limits::PUSH_BYTES).await?;
    take(app, device, body).await.map(Json)
}

/// Takes a push that a device sent, by whatever way it came.
pub(crate) async fn take(app: AppState, device: Device, push: Bytes) -> HubResult<PushAnswer> {
    let opened = open::open(&app, &device, push).await?;
    // Apart from the request: a caller who hangs up now must not stop half way what others wait behind.
    let task = tokio::spawn(async move {
        let began = Instant::now();
        let outcomes = commit::commit(&app, &device, opened).await?;
        observe(&app.figures, &outcomes, began.elapsed());
        answer::answer(&app, device.station(), outcomes).await
    });
    task.await.map_err(|error| HubError::Fault(format!("the push stopped: {error}")))?
}

/// Counts for operators; nothing of persons.
fn observe(figures: &Figures, outcomes: &[Outcome], took: Duration) {
    for outcome in outcomes {
        let code = match outcome {
            Outcome::Accepted(_) => "accepted",
            Outcome::AlreadyHad(_) => "already_had",
            Outcome::Refused(_, refusal) => refusal.code.code(),
        };
        figures.count("xuncha_records_total", code, 1);
    }
    figures.time("xuncha_commit_seconds", took);
}

/// More records than one push may have.
fn too_many() -> HubError {
    HubError::told(ProblemCode::TooLarge, format!("a push has at most {} records", limits::PUSH_RECORDS))
}
