//! Inspections being made, answer by answer.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::StoreError;
use crate::domain::{ChecklistRef, DraftId, ItemId, MemberId, RecordId, Timestamp, VenueId};
use crate::field::Sealed;

/// A draft without its answers.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftRow {
    /// Its id.
    pub id: DraftId,
    /// Who makes it.
    pub member: MemberId,
    /// The venue.
    pub venue: VenueId,
    /// The checklist it is made with.
    pub checklist: ChecklistRef,
    /// When it began, by the phone's clock.
    pub started_at: Timestamp,
    /// The item on the screen.
    pub current: Option<ItemId>,
    /// The record it corrects.
    pub corrects: Option<RecordId>,
    /// Companions, fix, placard and the like, see [`crate::field::keys::draft_aad`].
    pub sealed: Sealed,
}

const COLUMNS: &str = "id, member, venue, checklist_code, checklist_version, started_at, current_item, corrects, data_key, sealed";

fn from_row(row: &Row<'_>) -> rusqlite::Result<DraftRow> {
    Ok(DraftRow {
        id: row.get(0)?,
        member: row.get(1)?,
        venue: row.get(2)?,
        checklist: ChecklistRef { code: row.get(3)?, version: row.get(4)? },
        started_at: row.get(5)?,
        current: row.get(6)?,
        corrects: row.get(7)?,
        sealed: Sealed { key: row.get(8)?, bytes: row.get(9)? },
    })
}

/// A draft.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn get(conn: &Connection, id: DraftId) -> Result<Option<DraftRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM drafts WHERE id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], from_row).optional()?)
}

/// A member's drafts, the newest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn of_member(conn: &Connection, member: MemberId) -> Result<Vec<DraftRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM drafts WHERE member = ?1 ORDER BY rowid DESC");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([member], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps a draft; one of the same id is replaced, its answers and photos stay.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put(tx: &Transaction<'_>, draft: &DraftRow) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO drafts (id, member, venue, checklist_code, checklist_version, started_at, current_item,
             corrects, data_key, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET current_item = excluded.current_item, data_key = excluded.data_key,
             sealed = excluded.sealed",
    )?
    .execute(params![
        draft.id,
        draft.member,
        draft.venue,
        draft.checklist.code,
        draft.checklist.version,
        draft.started_at,
        draft.current,
        draft.corrects,
        draft.sealed.key,
        draft.sealed.bytes,
    ])?;
    Ok(())
}

/// Remembers the item on the screen.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn set_current(tx: &Transaction<'_>, draft: DraftId, item: Option<&ItemId>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE drafts SET current_item = ?2 WHERE id = ?1")?.execute(params![draft, item])?;
    Ok(())
}

/// Keeps an answer in place of one before, see [`crate::field::keys::answer_aad`].
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn put_answer(
    tx: &Transaction<'_>,
    draft: DraftId,
    item: &ItemId,
    sealed: &Sealed,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO draft_answers (draft, item, data_key, sealed) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (draft, item) DO UPDATE SET data_key = excluded.data_key, sealed = excluded.sealed",
    )?
    .execute(params![draft, item, sealed.key, sealed.bytes])?;
    Ok(())
}

/// A draft's answer to one item.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn answer(conn: &Connection, draft: DraftId, item: &ItemId) -> Result<Option<Sealed>, StoreError> {
    let sealed = |row: &Row<'_>| Ok(Sealed { key: row.get(0)?, bytes: row.get(1)? });
    let mut statement =
        conn.prepare_cached("SELECT data_key, sealed FROM draft_answers WHERE draft = ?1 AND item = ?2")?;
    Ok(statement.query_row(params![draft, item], sealed).optional()?)
}

/// A draft's answers, in no order.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn answers(conn: &Connection, draft: DraftId) -> Result<Vec<(ItemId, Sealed)>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT item, data_key, sealed FROM draft_answers WHERE draft = ?1")?;
    let rows = statement
        .query_map([draft], |row| Ok((row.get(0)?, Sealed { key: row.get(1)?, bytes: row.get(2)? })))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Deletes a draft with its answers and the rows of its photos. Their files are for the caller, after
/// the commit.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn delete(tx: &Transaction<'_>, draft: DraftId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM drafts WHERE id = ?1")?.execute([draft])?;
    Ok(())
}
