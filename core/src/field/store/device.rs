//! The enrolments of this phone. One is current; those before it stay, because records name them.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::meta::{self, Owner};
use super::{StoreError, data_keys, reference, staged};
use crate::domain::{DeviceId, MemberId, Sha256Hash, StationId, Timestamp};
use crate::field::{KeyNo, Sealed};
use crate::wire::{HubSealingKey, VerifyingKey, WrappedKey};

/// An enrolment.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceRow {
    /// The id the hub gave.
    pub id: DeviceId,
    /// When, by the phone's clock.
    pub enrolled_at: Timestamp,
    /// Whose phone it is.
    pub member: MemberId,
    /// Their station.
    pub station: StationId,
    /// The hub's address, without a trailing slash.
    pub hub: String,
    /// The key the hub signs with.
    pub hub_key: VerifyingKey,
    /// The key that data keys are wrapped to.
    pub hub_sealing_key: HubSealingKey,
    /// The public half of the phone's signing key.
    pub public_key: VerifyingKey,
    /// The data key of the two secrets.
    pub data_key: KeyNo,
    /// The seed of the signing key, see [`crate::field::keys::seed_aad`].
    pub sealed_seed: Vec<u8>,
    /// The bearer token, see [`crate::field::keys::token_aad`].
    pub sealed_token: Vec<u8>,
    /// Whether the hub said that it was revoked.
    pub revoked: bool,
    /// Where its chain of records stands.
    pub chain: Chain,
}

/// An enrolment without what is only needed to talk with the hub and to sign: reading keys costs more than
/// a page of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolled {
    /// The device.
    pub id: DeviceId,
    /// Whose phone it is.
    pub member: MemberId,
    /// Their station.
    pub station: StationId,
    /// Where its chain of records stands.
    pub chain: Chain,
}

/// Where a device's chain of records stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chain {
    /// The sequence number of the last record; 0 before the first.
    pub seq: u64,
    /// Its hash.
    pub hash: Option<Sha256Hash>,
}

const COLUMNS: &str = "id, enrolled_at, member, station, hub, hub_key, hub_sealing_key, public_key, data_key, \
     sealed_seed, sealed_token, revoked, chain_seq, chain_hash";

fn from_row(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    let sealing_key: String = row.get(6)?;
    Ok(DeviceRow {
        id: row.get(0)?,
        enrolled_at: row.get(1)?,
        member: row.get(2)?,
        station: row.get(3)?,
        hub: row.get(4)?,
        hub_key: row.get(5)?,
        hub_sealing_key: sealing_key.parse().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(6, rusqlite::types::Type::Text, Box::new(error))
        })?,
        public_key: row.get(7)?,
        data_key: row.get(8)?,
        sealed_seed: row.get(9)?,
        sealed_token: row.get(10)?,
        revoked: row.get(11)?,
        chain: Chain { seq: row.get::<_, i64>(12)?.unsigned_abs(), hash: row.get(13)? },
    })
}

/// The current enrolment, if the phone was ever enrolled.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn current(conn: &Connection) -> Result<Option<DeviceRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM devices WHERE is_current = 1");
    Ok(conn.prepare_cached(&sql)?.query_row([], from_row).optional()?)
}

/// The current enrolment as far as the phone's own work needs it, without its keys.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn enrolled(conn: &Connection) -> Result<Option<Enrolled>, StoreError> {
    let sql = "SELECT id, member, station, chain_seq, chain_hash FROM devices WHERE is_current = 1";
    let enrolled = |row: &Row<'_>| {
        Ok(Enrolled {
            id: row.get(0)?,
            member: row.get(1)?,
            station: row.get(2)?,
            chain: Chain { seq: row.get::<_, i64>(3)?.unsigned_abs(), hash: row.get(4)? },
        })
    };
    Ok(conn.prepare_cached(sql)?.query_row([], enrolled).optional()?)
}

/// Every enrolment, oldest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn all(conn: &Connection) -> Result<Vec<DeviceRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM devices ORDER BY rowid");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes a new enrolment the current one, keeps whose it is and the data keys as wrapped for its hub,
/// and ends the pending one. At another hub or station, what the one before told is forgotten; records
/// stay.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn enrol(
    tx: &Transaction<'_>,
    device: &DeviceRow,
    owner: &Owner,
    keys_for_hub: &[(KeyNo, WrappedKey)],
) -> Result<(), StoreError> {
    let before = current(tx)?;
    if before.is_none_or(|before| before.hub_key != device.hub_key || before.station != device.station) {
        reference::forget_all(tx)?;
        staged::end(tx)?;
        meta::forget(tx, meta::CURSOR)?;
        meta::forget(tx, meta::LOG_HEAD)?;
    }
    tx.execute("UPDATE devices SET is_current = 0 WHERE is_current = 1", [])?;
    tx.prepare_cached(
        "INSERT INTO devices (id, enrolled_at, member, station, hub, hub_key, hub_sealing_key, public_key,
             data_key, sealed_seed, sealed_token, revoked, is_current)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 1)
         ON CONFLICT (id) DO UPDATE SET is_current = 1, revoked = 0, hub = excluded.hub,
             data_key = excluded.data_key, sealed_seed = excluded.sealed_seed,
             sealed_token = excluded.sealed_token",
    )?
    .execute(params![
        device.id,
        device.enrolled_at,
        device.member,
        device.station,
        device.hub,
        device.hub_key,
        device.hub_sealing_key.to_string(),
        device.public_key,
        device.data_key,
        device.sealed_seed,
        device.sealed_token,
    ])?;
    for (no, wrapped) in keys_for_hub {
        data_keys::set_for_hub(tx, *no, wrapped)?;
    }
    meta::put(tx, meta::OWNER, owner)?;
    reference::put_station(tx, &owner.station)?;
    reference::put_member(tx, &owner.member)?;
    end_pending(tx)
}

/// Moves a device's chain on to its newest record.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn advance_chain(
    tx: &Transaction<'_>,
    device: DeviceId,
    seq: u64,
    hash: Sha256Hash,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE devices SET chain_seq = ?2, chain_hash = ?3 WHERE id = ?1")?
        .execute(params![device, seq.cast_signed(), hash])?;
    Ok(())
}

/// Remembers whether the hub said that the device was revoked.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn set_revoked(tx: &Transaction<'_>, device: DeviceId, revoked: bool) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE devices SET revoked = ?2 WHERE id = ?1")?.execute(params![device, revoked])?;
    Ok(())
}

/// The enrolment under way, see [`crate::field::keys::PENDING_AAD`].
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn pending(conn: &Connection) -> Result<Option<Sealed>, StoreError> {
    Ok(conn
        .prepare_cached("SELECT data_key, sealed FROM pending_enrolment")?
        .query_row([], |row| Ok(Sealed { key: row.get(0)?, bytes: row.get(1)? }))
        .optional()?)
}

/// Keeps an enrolment under way in place of one before.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn begin_pending(tx: &Transaction<'_>, sealed: &Sealed) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO pending_enrolment (id, data_key, sealed) VALUES (1, ?1, ?2)")?
        .execute(params![sealed.key, sealed.bytes])?;
    Ok(())
}

/// Forgets the enrolment under way.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn end_pending(tx: &Transaction<'_>) -> Result<(), StoreError> {
    tx.execute("DELETE FROM pending_enrolment", [])?;
    Ok(())
}
