//! Opening parcels: everything that needs no lock. Parsing, unlocking and verifying take most of the
//! time of a push, so they are spread over blocking threads.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use serde::Deserialize;
use tokio::task::JoinSet;
use xuncha_core::domain::{Checklists, DeviceId, RecordId, StationId};
use xuncha_core::wire::{
    Jws, JwsError, LockedRecord, Parcel, Push, Record, RefusalCode, Signed as _, WRAP_INFO, json, limits,
    record_aad,
};

use super::sealer::{Sealer, sealers};
use super::{Opened, Refusal, Sealed, judge, too_many};
use crate::app::AppState;
use crate::auth::Device;
use crate::body;
use crate::error::{HubError, HubResult};
use crate::rules;

/// Fewer records are not worth another thread.
const PER_THREAD: usize = 25;

/// Opens a push. The answer has one entry for each parcel, in the same order.
pub(super) async fn open(app: &AppState, device: &Device, push: Bytes) -> HubResult<Vec<Opened>> {
    let parcels = on_a_thread(move || parcels(&push)).await??;
    if parcels.len() > limits::PUSH_RECORDS {
        return Err(too_many());
    }
    let pusher = Sealer::of(device);
    let lists = Arc::new(rules::checklists(&mut *app.store.read().await?).await?);
    let first = spread(parcels, {
        let (app, device, pusher, lists) = (app.clone(), device.clone(), pusher, lists.clone());
        move |parcel| first_look(&app, &device, &pusher, &lists, parcel)
    })
    .await?;

    // Records that another phone sealed: the same member's old phone, most likely.
    let others: BTreeSet<(StationId, DeviceId)> = first
        .iter()
        .filter_map(
            |look| if let Look::Foreign(_, who) = look { Some((who.station, who.device)) } else { None },
        )
        .collect();
    let sealers = if others.is_empty() { HashMap::new() } else { sealers(&app.store, &others).await? };
    let device = device.clone();
    spread(first, move |look| match look {
        Look::Done(opened) => *opened,
        Look::Foreign(jws, who) => match sealers.get(&(who.station, who.device)) {
            Some(sealer) => verify(jws, who.id, sealer, &device, &lists),
            None => untrusted(Some(who.id), Refusal::of(RefusalCode::UnknownDevice)),
        },
    })
    .await
}

/// A parcel after the pushing device's own key was tried.
enum Look {
    Done(Box<Opened>),
    Foreign(Jws, Who),
}

/// Who says to have sealed a record, not yet verified.
#[derive(Deserialize)]
struct Who {
    id: RecordId,
    station: StationId,
    device: DeviceId,
}

/// A push whose parcels were not looked into.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Loose {
    parcels: Vec<serde_json::Value>,
}

/// The parcels of a push. One that is none does not spoil the others.
fn parcels(push: &[u8]) -> HubResult<Vec<Result<Parcel, Refusal>>> {
    if let Ok(push) = json::parse::<Push>(push) {
        return Ok(push.parcels.into_iter().map(Ok).collect());
    }
    let loose: Loose = body::parse(push)?;
    Ok(loose.parcels.into_iter().map(parcel).collect())
}

fn parcel(value: serde_json::Value) -> Result<Parcel, Refusal> {
    let text = value.get("sealed").and_then(|sealed| sealed.as_str()).unwrap_or_default();
    if text.len() > limits::RECORD_BYTES {
        return Err(Refusal::of(RefusalCode::TooLarge));
    }
    serde_json::from_value(value).map_err(|error| Refusal::with(RefusalCode::Malformed, short(&error)))
}

fn first_look(
    app: &AppState,
    device: &Device,
    pusher: &Sealer,
    lists: &Checklists,
    parcel: Result<Parcel, Refusal>,
) -> Look {
    let opened = match parcel {
        Ok(Parcel::Sealed(jws)) => Ok((None, jws)),
        Ok(Parcel::Locked(locked)) => match unlock(app, &locked) {
            Ok(jws) => Ok((Some(locked.id), jws)),
            Err(refusal) => Err((Some(locked.id), refusal)),
        },
        Err(refusal) => Err((None, refusal)),
    };
    let done = |opened| Look::Done(Box::new(opened));
    let (outside, jws) = match opened {
        Ok(opened) => opened,
        Err((id, refusal)) => return done(untrusted(id, refusal)),
    };
    let who: Who = match jws.unverified_payload() {
        Ok(who) => who,
        Err(error) => return done(untrusted(outside, malformed(&error))),
    };
    if outside.is_some_and(|id| id != who.id) {
        let refusal = Refusal::with(RefusalCode::Malformed, "the id beside the locked record is not its own");
        return done(untrusted(outside, refusal));
    }
    if who.device == pusher.id {
        done(verify(jws, who.id, pusher, device, lists))
    } else {
        Look::Foreign(jws, who)
    }
}

/// Opens what a phone could not open any more.
fn unlock(app: &AppState, locked: &LockedRecord) -> Result<Jws, Refusal> {
    let cannot = |why: String| Refusal::with(RefusalCode::CannotOpen, why);
    let key =
        app.keys.opening().unwrap_key(&locked.key, WRAP_INFO).map_err(|error| cannot(error.to_string()))?;
    let sealed = URL_SAFE_NO_PAD
        .decode(&locked.sealed)
        .map_err(|_| Refusal::with(RefusalCode::Malformed, "the locked record is no base64url"))?;
    let plain = key.decrypt(&record_aad(locked.id), &sealed).map_err(|error| cannot(error.to_string()))?;
    let text = String::from_utf8(plain)
        .map_err(|_| Refusal::with(RefusalCode::Malformed, "what was locked is no text"))?;
    Jws::try_from(text).map_err(|error| malformed(&error))
}

fn verify(jws: Jws, id: RecordId, sealer: &Sealer, pusher: &Device, lists: &Checklists) -> Opened {
    let record = match Record::verify(&jws, &sealer.key) {
        Ok(record) => record,
        Err(error @ JwsError::Payload(_)) => return untrusted(Some(id), malformed(&error)),
        Err(error) => {
            return untrusted(Some(id), Refusal::with(RefusalCode::BadSignature, error.to_string()));
        }
    };
    let refusal = judge::by_itself(&record, sealer, pusher, lists).err();
    let sha256 = jws.hash();
    let found_good = record.found_good(lists);
    Opened::Signed { sealed: Box::new(Sealed { jws, sha256, record, found_good }), refusal }
}

const fn untrusted(id: Option<RecordId>, refusal: Refusal) -> Opened {
    Opened::Untrusted { id, refusal }
}

fn malformed(error: &JwsError) -> Refusal {
    let code = match error {
        JwsError::TooLong { .. } => RefusalCode::TooLarge,
        _ => RefusalCode::Malformed,
    };
    Refusal::with(code, short(error))
}

fn short(error: &impl ToString) -> String {
    error.to_string().chars().take(200).collect()
}

/// Does `work` on each item, on as many blocking threads as are worth it; order stays.
async fn spread<T, R>(items: Vec<T>, work: impl Fn(T) -> R + Clone + Send + 'static) -> HubResult<Vec<R>>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let mut tasks = JoinSet::new();
    let mut items = items.into_iter();
    for number in 0.. {
        let part: Vec<T> = items.by_ref().take(PER_THREAD).collect();
        if part.is_empty() {
            break;
        }
        let work = work.clone();
        tasks.spawn_blocking(move || (number, part.into_iter().map(work).collect::<Vec<R>>()));
    }
    let mut parts: Vec<(usize, Vec<R>)> = Vec::with_capacity(tasks.len());
    while let Some(part) = tasks.join_next().await {
        parts.push(part.map_err(|error| stopped(&error))?);
    }
    parts.sort_by_key(|(number, _)| *number);
    Ok(parts.into_iter().flat_map(|(_, part)| part).collect())
}

/// Does `work` where it holds nobody up.
pub(super) async fn on_a_thread<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> HubResult<R> {
    tokio::task::spawn_blocking(work).await.map_err(|error| stopped(&error))
}

fn stopped(error: &tokio::task::JoinError) -> HubError {
    HubError::Fault(format!("a thread of the push stopped: {error}"))
}
