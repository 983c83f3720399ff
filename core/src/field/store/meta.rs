//! Single values by name.

use std::marker::PhantomData;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::sql::{from_json, to_json};
use super::{Damage, StoreError};
use crate::domain::{Member, Station, Timestamp};
use crate::field::ClockAnchor;
use crate::wire::{Cursor, Jws};

/// Whose phone it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The member.
    pub member: Member,
    /// Their station.
    pub station: Station,
}

/// The name of a value of type `T`.
pub struct Name<T>(&'static str, PhantomData<T>);

impl<T> Name<T> {
    /// A name; no two values may share one.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name, PhantomData)
    }
}

impl<T> Clone for Name<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Name<T> {}

/// How far the hub's changes were read.
pub const CURSOR: Name<Cursor> = Name::new("cursor");
/// The last signed head of the station's log that was verified.
pub const LOG_HEAD: Name<Jws> = Name::new("log_head");
/// The clocks at the hub's last answer.
pub const CLOCK_ANCHOR: Name<ClockAnchor> = Name::new("clock_anchor");
/// When changes were last read to their end, by the phone's clock.
pub const SYNCED_AT: Name<Timestamp> = Name::new("synced_at");
/// When the hub last refused a record for a reason that may pass, by the phone's clock.
pub const REFUSED_TRIED_AT: Name<Timestamp> = Name::new("refused_tried_at");
/// Whose phone it is, as the hub said at enrolment.
pub const OWNER: Name<Owner> = Name::new("owner");
/// What became of a damaged database.
pub const DAMAGE: Name<Damage> = Name::new("damage");

/// The value of a name, if it was ever put.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn get<T: DeserializeOwned>(conn: &Connection, name: Name<T>) -> Result<Option<T>, StoreError> {
    let text: Option<String> = conn
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name.0], |row| row.get(0))
        .optional()?;
    text.as_deref().map(from_json).transpose()
}

/// Puts a value in place of what was there.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put<T: Serialize>(conn: &Connection, name: Name<T>, value: &T) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
        .execute(params![name.0, to_json(value)?])?;
    Ok(())
}

/// Forgets a value.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn forget<T>(conn: &Connection, name: Name<T>) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([name.0])?;
    Ok(())
}
