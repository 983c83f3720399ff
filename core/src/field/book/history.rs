//! What was made on this phone, the latest first, page by page.

use serde::Serialize;

use super::FieldBook;
use super::lines::RecordLine;
use crate::domain::RecordId;
use crate::field::FieldError;
use crate::field::store::records;

/// The most lines of one page.
const MOST: u32 = 200;

/// A page of history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct HistoryPage {
    /// Records, the latest visit first.
    pub lines: Vec<RecordLine>,
    /// Where the next page goes on; none after the last.
    pub next: Option<RecordId>,
}

impl FieldBook {
    /// Records made on this phone, the latest visit first: those after `before` in that order, at most
    /// `limit` (200 at most).
    ///
    /// # Errors
    /// Codes `not_found` if `before` is no record of this phone, `storage`.
    pub fn history(&self, before: Option<RecordId>, limit: u32) -> Result<HistoryPage, FieldError> {
        let limit = usize::try_from(limit.clamp(1, MOST)).unwrap_or(usize::MAX);
        self.store.read(|conn| {
            let after = match before {
                Some(id) => {
                    let row = records::get(conn, id)?.ok_or(FieldError::UnknownRecord(id))?;
                    Some((row.happened_at, row.id))
                }
                None => None,
            };
            let mut rows = records::before(conn, after, limit + 1)?;
            let more = rows.len() > limit;
            rows.truncate(limit);
            Ok(HistoryPage {
                lines: rows.iter().map(|row| self.record_line(conn, row)).collect::<Result<_, _>>()?,
                next: rows.last().filter(|_| more).map(|row| row.id),
            })
        })
    }
}
