//! Who calls. What they may do is decided in [`crate::scope`].
//!
//! A phone shows a bearer token, a browser a session cookie. A token names its station in the clear
//! (base64url of 16 bytes station id and 32 random bytes), so that it is looked up by the station's
//! key; only its SHA-256 is kept.

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use sqlx::AnyConnection;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use xuncha_core::domain::{DeviceId, Member, Scope, Sha256Hash, StationId};
use xuncha_core::wire::{ProblemCode, VerifyingKey};

use crate::app::{App, AppState};
use crate::error::{HubError, HubResult};
use crate::scope::{Area, Operation, Seat, may};
use crate::session;
use crate::store::{Key as _, RowExt as _, StoreError};
use crate::world::{NoEntropy, World};

/// A bearer token or session token; a secret.
pub struct Token {
    station: StationId,
    text: String,
}

impl Token {
    /// A new one for somebody of the station.
    pub fn make(station: StationId, world: &World) -> Result<Self, NoEntropy> {
        let bytes = [station.uuid().as_bytes().as_slice(), &world.random::<32>()?].concat();
        Ok(Self { station, text: URL_SAFE_NO_PAD.encode(bytes) })
    }

    /// Reads one; `None` if it is none of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let station = Uuid::from_slice(bytes.get(..16)?).ok()?.into();
        Some(Self { station, text: text.to_owned() })
    }

    /// The station it is for.
    #[must_use]
    pub const fn station(&self) -> StationId {
        self.station
    }

    /// As it travels.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// What the database keeps of it.
    #[must_use]
    pub fn sha256(&self) -> Sha256Hash {
        Sha256Hash::of(self.text.as_bytes())
    }
}

/// A phone that calls with its token.
#[derive(Debug, Clone)]
pub struct Device {
    /// Which.
    pub id: DeviceId,
    /// The key it signs records with.
    pub key: VerifyingKey,
    /// Whose it is.
    pub member: Member,
}

impl Device {
    /// The station it belongs to.
    #[must_use]
    pub const fn station(&self) -> StationId {
        self.member.station
    }
}

/// How somebody showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// By a device's token.
    Device(DeviceId),
    /// By signing in to the dashboard.
    Session,
}

/// A person who calls, by phone or browser.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub member: Member,
    /// How they showed it.
    pub via: Via,
    /// Where they sit in the hierarchy.
    pub seat: Seat,
}

impl Caller {
    /// A member who showed who they are.
    pub async fn of(db: &mut AnyConnection, member: Member, via: Via) -> Result<Self, StoreError> {
        let seat = Seat::of(db, &member).await?;
        Ok(Self { member, via, seat })
    }

    /// Their own station.
    #[must_use]
    pub const fn station(&self) -> StationId {
        self.member.station
    }

    /// Whether they look at more stations than their own.
    #[must_use]
    pub fn oversees(&self) -> bool {
        self.member.role.scope() > Scope::Station
    }

    /// Whether they may do something in an area.
    #[must_use]
    pub fn may(&self, operation: Operation, area: Area<'_>) -> bool {
        may(self.member.role, operation, self.seat.relation(area))
    }

    /// Whether they may read of a station.
    #[must_use]
    pub fn may_read(&self, station: StationId) -> bool {
        self.may(Operation::Read, Area::Station(station))
    }

    /// The same as an error; a station out of reach is not even said to exist.
    pub fn must_read(&self, station: StationId) -> HubResult<()> {
        if self.may_read(station) { Ok(()) } else { Err(HubError::new(ProblemCode::NotFound)) }
    }

    /// Refuses what they may not do at a station.
    pub fn must(&self, operation: Operation, station: StationId) -> HubResult<()> {
        let allowed = self.may(operation, Area::Station(station));
        if allowed { Ok(()) } else { Err(HubError::new(ProblemCode::Forbidden)) }
    }
}

impl FromRequestParts<AppState> for Device {
    type Rejection = HubError;
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> HubResult<Self> {
        let token = bearer(parts)?.ok_or_else(|| HubError::new(ProblemCode::Unauthorized))?;
        device(app, &token).await
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = HubError;
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> HubResult<Self> {
        match bearer(parts)? {
            Some(token) => {
                let device = device(app, &token).await?;
                let mut db = app.store.read().await?;
                Ok(Self::of(&mut db, device.member, Via::Device(device.id)).await?)
            }
            None => session::caller(app, parts).await,
        }
    }
}

fn bearer(parts: &Parts) -> HubResult<Option<Token>> {
    let Some(value) = parts.headers.get(AUTHORIZATION) else { return Ok(None) };
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, token)| Token::parse(token.trim()));
    token.map(Some).ok_or_else(|| HubError::new(ProblemCode::Unauthorized))
}

async fn device(app: &App, token: &Token) -> HubResult<Device> {
    let sha256 = token.sha256();
    let mut db = app.store.read().await?;
    let row = sqlx::query(
        "SELECT d.device_id, d.public_key, d.token_sha256, d.revoked_at, m.body AS member \
         FROM devices d JOIN members m ON m.station_id = d.station_id AND m.member_id = d.member_id \
         WHERE d.station_id = $1 AND d.token_sha256 = $2",
    )
    .bind(token.station.key())
    .bind(sha256.key())
    .fetch_optional(&mut *db)
    .await
    .map_err(StoreError::from)?;
    let unauthorized = || HubError::new(ProblemCode::Unauthorized);
    let row = row.ok_or_else(unauthorized)?;
    // The index already found it; comparing once more in constant time leaves nothing to its timing.
    if !bool::from(row.bytes("token_sha256")?.ct_eq(sha256.as_bytes())) {
        return Err(unauthorized());
    }
    let member: Member = row.json("member")?;
    if row.opt_int("revoked_at")?.is_some() || !member.active {
        return Err(HubError::new(ProblemCode::DeviceRevoked));
    }
    Ok(Device { id: row.id("device_id")?, key: public_key(&row.bytes("public_key")?)?, member })
}

/// A device's key from its column.
pub(crate) fn public_key(bytes: &[u8]) -> Result<VerifyingKey, StoreError> {
    let key = bytes.try_into().ok().and_then(|bytes| VerifyingKey::from_bytes(bytes).ok());
    key.ok_or_else(|| StoreError::Row("public_key holds no Ed25519 key".to_owned()))
}

#[cfg(test)]
mod tests {
    use xuncha_core::domain::Timestamp;

    use super::*;

    #[test]
    fn a_token_names_its_station_and_nothing_else_is_taken_for_one() {
        let station = StationId::mint(Timestamp::from_millis(1_000), [7; 10]);
        let token = Token::make(station, &World::real()).unwrap();
        let read = Token::parse(token.secret()).unwrap();
        assert_eq!((read.station(), read.sha256()), (station, token.sha256()));
        for bad in ["", "abc", &"é".repeat(32), &"=".repeat(64), &token.secret()[1..]] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }
}
