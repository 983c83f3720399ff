//! Redeeming a code.

use xuncha_core::domain::{DeviceId, Member, StationId, Timestamp};
use xuncha_core::wire::{EnrolAnswer, EnrolRequest, Platform, ProblemCode};

use super::Cards;
use super::code::code_sha256;
use crate::app::App;
use crate::auth::Token;
use crate::error::{HubError, HubResult};
use crate::log::sign_head;
use crate::store::reference::station as station_of;
use crate::store::{Key as _, RowExt as _, StoreError, Tx};

/// Makes the phone a device, or gives the one that this code and key made before a new token.
pub(super) async fn redeem(app: &App, request: &EnrolRequest, cards: Cards) -> HubResult<EnrolAnswer> {
    // Phones learn the time by it.
    let now = app.true_now().await?;
    let sha256 = code_sha256(&request.code);
    let unknown = || HubError::new(cards.unknown());

    let mut tx = app.store.begin().await?;
    let row = sqlx::query("SELECT station_id FROM enrol_codes WHERE code_sha256 = $1")
        .bind(sha256.key())
        .fetch_optional(&mut *tx)
        .await
        .map_err(StoreError::from)?
        .ok_or_else(unknown)?;
    let station: StationId = row.id("station_id")?;
    // Under the station's lock two attempts at once are one after the other.
    let locked = tx.lock_station(station).await?.ok_or_else(unknown)?;
    let row = sqlx::query(
        "SELECT c.created_at, c.expires_at, c.device_id, m.body AS member FROM enrol_codes c \
         JOIN members m ON m.station_id = c.station_id AND m.member_id = c.member_id \
         WHERE c.station_id = $1 AND c.code_sha256 = $2",
    )
    .bind(station.key())
    .bind(sha256.key())
    .fetch_optional(&mut *tx)
    .await
    .map_err(StoreError::from)?
    .ok_or_else(unknown)?;
    if !cards.include(row.time("created_at")?, now) {
        return Err(unknown());
    }
    let member: Member = row.json("member")?;
    if row.time("expires_at")? <= now {
        return Err(HubError::new(ProblemCode::CodeExpired));
    }
    if !member.active {
        return Err(HubError::new(ProblemCode::DeviceRevoked));
    }

    let token = Token::make(station, &app.world)?;
    let device = if let Some(device) = row.opt_id("device_id")? {
        renew(&mut tx, station, device, request, &token).await?;
        device
    } else {
        let device = DeviceId::mint(now, app.world.random()?);
        insert(&mut tx, device, &member, request, &token, now).await?;
        sqlx::query("UPDATE enrol_codes SET device_id = $1 WHERE station_id = $2 AND code_sha256 = $3")
            .bind(device.key())
            .bind(station.key())
            .bind(sha256.key())
            .execute(&mut *tx)
            .await
            .map_err(StoreError::from)?;
        device
    };
    let station = station_of(&mut tx, station).await?.ok_or_else(unknown)?;
    tx.commit().await?;
    let (size, root) = locked.log();
    Ok(EnrolAnswer {
        device,
        member,
        head: sign_head(app, station.id, size, root, now)?,
        station,
        token: token.secret().to_owned(),
        hub_key: app.keys.public(),
        hub_sealing_key: app.keys.sealing().clone(),
        hub_time: now,
    })
}

async fn renew(
    tx: &mut Tx,
    station: StationId,
    device: DeviceId,
    request: &EnrolRequest,
    token: &Token,
) -> HubResult<()> {
    let row =
        sqlx::query("SELECT public_key, revoked_at FROM devices WHERE station_id = $1 AND device_id = $2")
            .bind(station.key())
            .bind(device.key())
            .fetch_one(&mut **tx)
            .await
            .map_err(StoreError::from)?;
    if row.bytes("public_key")? != request.key.to_bytes() {
        return Err(HubError::new(ProblemCode::CodeUsed));
    }
    if row.opt_int("revoked_at")?.is_some() {
        return Err(HubError::new(ProblemCode::DeviceRevoked));
    }
    sqlx::query("UPDATE devices SET token_sha256 = $1 WHERE station_id = $2 AND device_id = $3")
        .bind(token.sha256().key())
        .bind(station.key())
        .bind(device.key())
        .execute(&mut **tx)
        .await
        .map_err(StoreError::from)?;
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    device: DeviceId,
    member: &Member,
    request: &EnrolRequest,
    token: &Token,
    now: Timestamp,
) -> HubResult<()> {
    let platform = match request.platform {
        Platform::Android => "android",
        Platform::Ios => "ios",
        Platform::Cli => "cli",
    };
    sqlx::query(
        "INSERT INTO devices \
         (station_id, device_id, member_id, public_key, platform, label, token_sha256, enrolled_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(member.station.key())
    .bind(device.key())
    .bind(member.id.key())
    .bind(request.key.to_bytes().to_vec())
    .bind(platform)
    .bind(request.label.as_str())
    .bind(token.sha256().key())
    .bind(now.millis())
    .execute(&mut **tx)
    .await
    .map_err(StoreError::from)?;
    Ok(())
}
