//! 待传: what only this phone has.

use rusqlite::Connection;
use serde::Serialize;

use super::lines::RecordLine;
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

/// What the hub does not have, for sign and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum UnsentShown {
    /// There is a receipt for everything.
    Nothing,
    /// Something waits for a line.
    Waiting,
    /// Something was refused, and somebody has to look.
    Refused,
}

/// What the hub does not have, in figures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsent {
    pub(super) records_waiting: u64,
    pub(super) photos_waiting: u64,
    pub(super) records_refused: u64,
    pub(super) photos_refused: u64,
}

impl Unsent {
    pub(super) const fn shown(self) -> UnsentShown {
        match (self.records_refused + self.photos_refused, self.records_waiting + self.photos_waiting) {
            (0, 0) => UnsentShown::Nothing,
            (0, _) => UnsentShown::Waiting,
            _ => UnsentShown::Refused,
        }
    }
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
