//! 我的记录: what only this phone has, and below it all else that was made on it, in one look.

use serde::Serialize;

use super::FieldBook;
use super::lines::RecordLine;
use super::member_page::OwnPlaces;
use super::outbox_page::OutboxPage;
use crate::field::FieldError;
use crate::field::store::records;

/// The most lines below what only this phone has.
const MOST: u32 = 1_000;

/// What was made on this phone.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct RecordsPage {
    /// What only this phone has.
    pub outbox: OutboxPage,
    /// Records that the hub has whole, the latest visit first.
    pub older: Vec<RecordLine>,
    /// Whether there are more of them.
    pub has_more: bool,
    /// The places of this member.
    pub own: OwnPlaces,
}

impl FieldBook {
    /// What only this phone has, and so many of the records that the hub has whole (1 000 at most).
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn records(&self, older: u32) -> Result<RecordsPage, FieldError> {
        let limit = usize::try_from(older.min(MOST)).unwrap_or(usize::MAX);
        self.store.read(|conn| {
            let me = Self::me(conn)?;
            let rows = records::whole(conn, limit + 1)?;
            let older = rows.iter().take(limit).map(|row| self.record_line(conn, row));
            Ok(RecordsPage {
                outbox: self.outbox_page(conn)?,
                older: older.collect::<Result<_, _>>()?,
                has_more: rows.len() > limit,
                own: OwnPlaces::of(&me),
            })
        })
    }
}
