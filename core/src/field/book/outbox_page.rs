//! 待传: what only this phone has.

use serde::Serialize;

use super::lines::RecordLine;
use super::{FieldBook, words};
use crate::field::FieldError;
use crate::field::store::records::RecordState;
use crate::field::store::{meta, photos, records};

/// What only this phone has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct OutboxPage {
    /// Records that wait or were refused, oldest first.
    pub lines: Vec<RecordLine>,
    /// How many wait.
    pub records_waiting: u64,
    /// How many were refused.
    pub records_refused: u64,
    /// How many photos wait.
    pub photos_waiting: u64,
    /// Their bytes.
    pub photo_bytes: u64,
    /// What waits, in words.
    pub text: String,
    /// When the phone was last up to date, in words.
    pub synced: Option<String>,
}

impl FieldBook {
    /// What only this phone has.
    ///
    /// # Errors
    /// Code `storage`.
    pub fn outbox(&self) -> Result<OutboxPage, FieldError> {
        self.store.read(|conn| {
            let rows = records::outbox(conn)?;
            let refused =
                rows.iter().filter(|row| matches!(row.state, RecordState::Refused { .. })).count() as u64;
            let waiting = rows.len() as u64 - refused;
            let (photos_waiting, photo_bytes) = photos::waiting_total(conn)?;
            let synced = meta::get(conn, meta::SYNCED_AT)?;
            Ok(OutboxPage {
                lines: rows.iter().map(|row| self.record_line(conn, row)).collect::<Result<_, _>>()?,
                records_waiting: waiting,
                records_refused: refused,
                photos_waiting,
                photo_bytes,
                text: words::waiting(waiting, photos_waiting, self.locale()),
                synced: synced.map(|at| words::moment(at, self.locale())),
            })
        })
    }
}
