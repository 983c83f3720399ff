//! 待传: what only this phone has.

use rusqlite::Connection;
use serde::Serialize;

use super::lines::RecordLine;
use super::unsent::UnsentShown;
use super::{FieldBook, words};
use crate::field::FieldError;
use crate::field::store::{meta, records};

/// What only this phone has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct OutboxPage {
    /// Records that wait or were refused, then those that the hub has without all their photos; oldest first.
    pub lines: Vec<RecordLine>,
    /// How many wait.
    pub records_waiting: u64,
    /// How many were refused.
    pub records_refused: u64,
    /// How many photos wait.
    pub photos_waiting: u64,
    /// Their bytes.
    pub photo_bytes: u64,
    /// What the hub does not have, in words.
    pub text: String,
    /// The same for sign and colour.
    pub unsent: UnsentShown,
    /// When the phone was last up to date, in words.
    pub synced: Option<String>,
}

impl FieldBook {
    /// What only this phone has.
    ///
    /// # Errors
    /// Code `storage`.
    pub fn outbox(&self) -> Result<OutboxPage, FieldError> {
        self.store.read(|conn| self.outbox_page(conn))
    }

    pub(super) fn outbox_page(&self, conn: &Connection) -> Result<OutboxPage, FieldError> {
        let held = self.held(conn)?;
        let unsent = held.unsent();
        let lacking = records::lacking_photos(conn)?;
        let rows = held.outbox.iter().chain(&lacking);
        let synced = meta::get(conn, meta::SYNCED_AT)?;
        Ok(OutboxPage {
            lines: rows.map(|row| self.record_line(conn, row)).collect::<Result<_, _>>()?,
            records_waiting: unsent.records_waiting,
            records_refused: unsent.records_refused,
            photos_waiting: unsent.photos_waiting,
            photo_bytes: held.photo_bytes,
            text: words::unsent(unsent, self.locale()),
            unsent: unsent.shown(),
            synced: synced.map(|at| words::moment(at, self.locale())),
        })
    }
}
