//! A phone tells which devices it was before. One that this hub never heard of, as it was put back to a copy from
//! before that was enrolled, is put on file again: for what it sealed until now, and for nothing else.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use http::HeaderMap;
use xuncha_core::domain::Timestamp;
use xuncha_core::wire::{FormerDevice, FormerDevices, FormerDevicesAnswer, Jws, ProblemCode, limits};

use crate::app::{App, AppState};
use crate::audit::{Action, note};
use crate::auth::{Device, Token};
use crate::body;
use crate::error::{HubError, HubResult};
use crate::store::{Key as _, RowExt as _, StoreError, Tx};

/// Nobody had more phones; a key that was stolen makes no more of them.
const DEVICES_OF_A_MEMBER: i64 = 100;

pub(super) async fn tell(
    State(app): State<AppState>,
    caller: Device,
    headers: HeaderMap,
    body: Body,
) -> HubResult<Json<FormerDevicesAnswer>> {
    let FormerDevices { former } = body::json(&headers, body).await?;
    if former.len() > limits::FORMER_DEVICES {
        let why = format!("at most {} former devices are told at once", limits::FORMER_DEVICES);
        return Err(HubError::told(ProblemCode::TooLarge, why));
    }
    let former = former.iter().map(|signed| read(signed, &caller)).collect::<HubResult<Vec<_>>>()?;
    let mut tx = app.store.begin().await?;
    let locked = tx.lock_station(caller.station()).await?;
    locked.ok_or_else(|| HubError::new(ProblemCode::NotFound))?;
    let mut known = Vec::new();
    for says in former {
        if put_on_file(&mut tx, &app, &caller, &says).await? {
            known.push(says.device);
        }
    }
    tx.commit().await?;
    Ok(Json(FormerDevicesAnswer { known }))
}

/// Nobody speaks for another's phone, or to another's.
fn read(signed: &Jws, caller: &Device) -> HubResult<FormerDevice> {
    let says = FormerDevice::open(signed)
        .map_err(|error| HubError::told(ProblemCode::BadRequest, error.to_string()))?;
    let is_theirs = says.became == caller.id
        && says.device != caller.id
        && says.member == caller.member.id
        && says.station == caller.station();
    if !is_theirs {
        return Err(HubError::told(ProblemCode::Forbidden, "a phone speaks only for what it was itself"));
    }
    Ok(says)
}

/// Whether it is on file with this key now.
async fn put_on_file(tx: &mut Tx, app: &App, caller: &Device, says: &FormerDevice) -> HubResult<bool> {
    let row = sqlx::query("SELECT public_key, member_id FROM devices WHERE device_id = $1")
        .bind(says.device.key())
        .fetch_optional(&mut **tx)
        .await
        .map_err(StoreError::from)?;
    if let Some(row) = row {
        let member = caller.member.id.key();
        return Ok(row.bytes("public_key")? == says.key.to_bytes() && row.bytes("member_id")? == member);
    }
    let had: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM devices WHERE station_id = $1 AND member_id = $2")
            .bind(caller.station().key())
            .bind(caller.member.id.key())
            .fetch_one(&mut **tx)
            .await
            .map_err(StoreError::from)?;
    if had >= DEVICES_OF_A_MEMBER {
        return Ok(false);
    }
    insert(tx, app, caller, says, app.world.clock.now()).await?;
    note(app, tx, caller.station(), Some(caller.member.id), Action::FormerDeviceTold, says.device).await?;
    Ok(true)
}

/// Revoked from this moment on: it seals no more, and nobody holds the token that it gets.
async fn insert(
    tx: &mut Tx,
    app: &App,
    caller: &Device,
    says: &FormerDevice,
    now: Timestamp,
) -> HubResult<()> {
    let token = Token::make(caller.station(), &app.world)?;
    sqlx::query(
        "INSERT INTO devices (station_id, device_id, member_id, public_key, platform, label, token_sha256, \
         enrolled_at, revoked_at) SELECT station_id, $1, member_id, $2, platform, label, $3, $4, $5 \
         FROM devices WHERE station_id = $6 AND device_id = $7",
    )
    .bind(says.device.key())
    .bind(says.key.to_bytes().to_vec())
    .bind(token.sha256().key())
    .bind(says.enrolled_at.min(now).millis())
    .bind(now.millis())
    .bind(caller.station().key())
    .bind(caller.id.key())
    .execute(&mut **tx)
    .await
    .map_err(StoreError::from)?;
    Ok(())
}
