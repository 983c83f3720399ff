//! The answer to a push. Receipts are not kept: Ed25519 gives the same bytes for the same row, always.

use std::sync::Arc;

use xuncha_core::domain::StationId;
use xuncha_core::wire::{Jws, PushAnswer, Receipt, RecordAnswer, Signed as _, V1};

use super::commit::Outcome;
use super::open::on_a_thread;
use super::write::Taken;
use crate::app::App;
use crate::error::{HubError, HubResult};
use crate::keys::HubKeys;

/// Signs the receipts and tells each record's outcome, in the order of the push.
pub(super) async fn answer(
    app: &Arc<App>,
    station: StationId,
    outcomes: Vec<Outcome>,
) -> HubResult<PushAnswer> {
    let hub_time = app.world.clock.now();
    let signer = app.clone();
    let answers = on_a_thread(move || {
        outcomes.into_iter().map(|outcome| one(&signer.keys, station, outcome)).collect::<HubResult<Vec<_>>>()
    })
    .await??;
    Ok(PushAnswer { answers, hub_time })
}

fn one(keys: &HubKeys, station: StationId, outcome: Outcome) -> HubResult<RecordAnswer> {
    Ok(match outcome {
        Outcome::Accepted(taken) => {
            RecordAnswer::Accepted { id: taken.record, receipt: receipt(keys, station, &taken)? }
        }
        Outcome::AlreadyHad(taken) => {
            RecordAnswer::AlreadyHad { id: taken.record, receipt: receipt(keys, station, &taken)? }
        }
        Outcome::Refused(id, refusal) => {
            RecordAnswer::Refused { id, code: refusal.code, detail: refusal.detail }
        }
    })
}

/// The receipt for a record that was taken; the same bytes each time.
fn receipt(keys: &HubKeys, station: StationId, taken: &Taken) -> HubResult<Jws> {
    let receipt = Receipt {
        v: V1,
        record: taken.record,
        sha256: taken.sha256,
        station,
        log_index: taken.log_index,
        received_at: taken.received_at,
    };
    receipt
        .sign(keys.signing())
        .map_err(|error| HubError::Fault(format!("a receipt can't be signed: {error}")))
}
