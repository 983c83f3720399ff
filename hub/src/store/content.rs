//! What can still be read of a record.

use sqlx::any::AnyRow;
use xuncha_core::domain::RecordId;
use xuncha_core::wire::{Jws, JwsError, Record};

use super::{RowExt as _, StoreError};

/// What a record says, from a row with its sealed bytes (`jws`) and with what stayed when its positions were
/// erased (`extract`); none once all of it was erased. Its signature was checked when it came: here it is
/// only read.
///
/// # Errors
/// [`StoreError::Row`] if it cannot be read.
pub fn content(row: &AnyRow) -> Result<Option<Record>, StoreError> {
    let damaged = |error: JwsError| StoreError::Row(format!("jws: {error}"));
    match row.opt_text("jws")? {
        Some(text) => text.parse::<Jws>().and_then(|jws| jws.unverified_payload()).map(Some).map_err(damaged),
        None => row.opt_json("extract"),
    }
}

/// The same where a record that can't be read must not keep back what stands beside it: it says nothing, which an
/// operator is told, and `xuncha verify` names it.
#[must_use]
pub fn readable(record: RecordId, row: &AnyRow) -> Option<Record> {
    content(row).unwrap_or_else(|error| {
        tracing::error!(%record, %error, "a record can't be read: see `xuncha verify`");
        None
    })
}
