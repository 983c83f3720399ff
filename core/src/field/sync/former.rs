//! Telling the hub which devices this phone was before, when it is to send what they sealed. A hub that was put back
//! to a copy never heard of a phone that was enrolled after that was made.

use std::collections::BTreeSet;

use super::answer::AnswerError;
use super::{Run, to_send};
use crate::domain::DeviceId;
use crate::field::FieldError;
use crate::field::keys::UnsealError;
use crate::field::store::device::{self, DeviceRow};
use crate::field::store::records;
use crate::field::transport::Method;
use crate::wire::{
    FormerDevice, FormerDevices, FormerDevicesAnswer, Jws, ProblemCode, Signed as _, V1, limits,
};

/// Tells of them, if there is anything to send that one of them sealed. Whether the hub knows them or not is told by
/// what it answers to the records.
pub(super) async fn tell(run: &mut Run<'_>) -> Result<(), FieldError> {
    let former = signed(run)?;
    if former.is_empty() {
        return Ok(());
    }
    let body = serde_json::to_vec(&FormerDevices { former })
        .map_err(|error| FieldError::Internal(error.to_string()))?;
    let request = run.hub.json_request(Method::POST, "/api/v1/devices/former", body);
    match run.hub.ask::<FormerDevicesAnswer>(&request, &mut run.patience).await {
        Ok(_) => Ok(()),
        // An older hub has no ear for it, and knows the devices or refuses what they sealed.
        Err(error) if is_deaf(&error) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn is_deaf(error: &AnswerError) -> bool {
    matches!(
        error.problem(),
        Some(ProblemCode::NotFound | ProblemCode::MethodNotAllowed | ProblemCode::BadRequest)
    )
}

/// The newest of those that sealed what is to be sent, each signed with its own key. One whose key went with a key
/// store that was reset cannot speak any more.
fn signed(run: &Run<'_>) -> Result<Vec<Jws>, FieldError> {
    let (now, at) = (&run.device, run.parts.tools.clock.now());
    let sealers: BTreeSet<DeviceId> = run.parts.store.read(|conn| {
        let ids = to_send(conn, now.member, at)?;
        ids.into_iter().filter_map(|id| records::sealer(conn, id).transpose()).collect()
    })?;
    if sealers.iter().all(|sealer| *sealer == now.id) {
        return Ok(Vec::new());
    }
    let is_former = |row: &DeviceRow| {
        row.id != now.id
            && row.member == now.member
            && row.station == now.station
            && sealers.contains(&row.id)
    };
    let rows = run.parts.store.read(device::all)?;
    let mut former = Vec::new();
    for row in rows.into_iter().rev().filter(is_former).take(limits::FORMER_DEVICES) {
        let says = FormerDevice {
            v: V1,
            device: row.id,
            key: row.public_key,
            station: row.station,
            member: row.member,
            enrolled_at: row.enrolled_at,
            became: now.id,
        };
        let key = match run.parts.keys.key_of(row) {
            Ok(key) => key,
            Err(FieldError::Unseal(UnsealError::KeyLost)) => continue,
            Err(error) => return Err(error),
        };
        former.push(says.sign(&key)?);
    }
    Ok(former)
}
