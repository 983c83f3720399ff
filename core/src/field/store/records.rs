//! Sealed records: the outbox and the phone's own history in one table. No record is ever deleted.

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use uuid::Uuid;

use super::{StoreError, visits};
use crate::domain::{
    DeviceId, DraftId, MemberId, RecordId, Sha256Hash, StationId, Timestamp, VenueId, VisitKind,
};
use crate::field::Sealed;
use crate::wire::{Jws, Receipt, RefusalCode};

/// A sealed record as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    /// Its id.
    pub id: RecordId,
    /// The device that sealed it.
    pub device: DeviceId,
    /// Its place in that device's chain.
    pub seq: u64,
    /// The hash of its JWS.
    pub sha256: Sha256Hash,
    /// The hash of the device's record before.
    pub prev: Option<Sha256Hash>,
    /// Who made it.
    pub member: MemberId,
    /// The venue it tells of.
    pub venue: VenueId,
    /// Inspection or check-in.
    pub kind: VisitKind,
    /// When the visit happened, as [`crate::wire::Record::happened_at`] says.
    pub happened_at: Timestamp,
    /// When it was sealed, by the phone's clock.
    pub sealed_at: Timestamp,
    /// The record it corrects.
    pub corrects: Option<RecordId>,
    /// The draft it was made of.
    pub draft: Option<DraftId>,
    /// The JWS, sealed with [`crate::wire::record_aad`].
    pub sealed: Sealed,
    /// Where it stands.
    pub state: RecordState,
}

/// Where a record stands, as far as that is durable: what is being sent waits until its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordState {
    /// It waits to be sent.
    Waiting,
    /// The hub has it; the receipt was verified.
    Received {
        /// The receipt.
        receipt: Box<Jws>,
        /// Its number, as people read it out.
        number: String,
        /// When the hub took it, by the hub's clock.
        at: Timestamp,
    },
    /// The hub did not take it. It stays here.
    Refused {
        /// Why.
        code: RefusalCode,
        /// What exactly was wrong, as the hub says.
        detail: Option<String>,
    },
}

const COLUMNS: &str = "id, device, seq, sha256, prev, member, venue, kind, happened_at, sealed_at, corrects, \
     draft, data_key, sealed, state, receipt, receipt_number, received_at, refusal, refusal_detail";

fn from_row(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    let kind: String = row.get(7)?;
    Ok(RecordRow {
        id: row.get(0)?,
        device: row.get(1)?,
        seq: row.get::<_, i64>(2)?.unsigned_abs(),
        sha256: row.get(3)?,
        prev: row.get(4)?,
        member: row.get(5)?,
        venue: row.get(6)?,
        kind: if kind == kind_text(VisitKind::CheckIn) { VisitKind::CheckIn } else { VisitKind::Inspection },
        happened_at: row.get(8)?,
        sealed_at: row.get(9)?,
        corrects: row.get(10)?,
        draft: row.get(11)?,
        sealed: Sealed { key: row.get(12)?, bytes: row.get(13)? },
        state: state_from_row(row)?,
    })
}

fn state_from_row(row: &Row<'_>) -> rusqlite::Result<RecordState> {
    let state: String = row.get(14)?;
    Ok(match state.as_str() {
        "received" => {
            RecordState::Received { receipt: Box::new(row.get(15)?), number: row.get(16)?, at: row.get(17)? }
        }
        "refused" => {
            let code: String = row.get(18)?;
            let known = RefusalCode::of_code(&code);
            RecordState::Refused { code: known.unwrap_or(RefusalCode::Malformed), detail: row.get(19)? }
        }
        _ => RecordState::Waiting,
    })
}

const fn kind_text(kind: VisitKind) -> &'static str {
    match kind {
        VisitKind::Inspection => "inspection",
        VisitKind::CheckIn => "check_in",
    }
}

/// Puts a record, as waiting, into the outbox.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn insert(tx: &Transaction<'_>, record: &RecordRow) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO records (id, device, seq, sha256, prev, member, venue, kind, happened_at, sealed_at,
             corrects, draft, data_key, sealed, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'waiting')",
    )?
    .execute(params![
        record.id,
        record.device,
        record.seq.cast_signed(),
        record.sha256,
        record.prev,
        record.member,
        record.venue,
        kind_text(record.kind),
        record.happened_at,
        record.sealed_at,
        record.corrects,
        record.draft,
        record.sealed.key,
        record.sealed.bytes,
    ])?;
    Ok(())
}

/// A record.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn get(conn: &Connection, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM records WHERE id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id], from_row).optional()?)
}

/// The record that a draft became.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn of_draft(conn: &Connection, draft: DraftId) -> Result<Option<RecordRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM records WHERE draft = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([draft], from_row).optional()?)
}

/// The device that sealed a record, if it is here.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn sealer(conn: &Connection, id: RecordId) -> Result<Option<DeviceId>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT device FROM records WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// What a member's records wait to be sent, in the order they were sealed, at most `limit`. Those of
/// another member, who had this phone before, wait until it is theirs again.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn waiting(conn: &Connection, member: MemberId, limit: usize) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE member = ?1 AND state = 'waiting' ORDER BY rowid LIMIT ?2"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params![member, i64::try_from(limit).unwrap_or(i64::MAX)], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Waiting records whose visit, or what it found good, is not told here, as after a damage.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn waiting_untold(conn: &Connection) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE state = 'waiting'
         AND (NOT EXISTS (SELECT 1 FROM visits WHERE visits.record = records.id)
             OR kind = 'inspection'
                 AND NOT EXISTS (SELECT 1 FROM found_good WHERE found_good.record = records.id))"
    );
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// All that the hub does not have: waiting and refused records of every member, oldest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn outbox(conn: &Connection) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM records WHERE state <> 'received' ORDER BY rowid");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Records that the hub has without all their photos, oldest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn lacking_photos(conn: &Connection) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE state = 'received'
         AND id IN (SELECT record FROM photos WHERE state IN ('waiting', 'refused')) ORDER BY rowid"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Records that the hub has with all their photos, the latest visit first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn whole(conn: &Connection, limit: usize) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE state = 'received'
         AND NOT EXISTS (SELECT 1 FROM photos WHERE record = records.id AND photos.state <> 'received')
         ORDER BY happened_at DESC, id DESC LIMIT ?1"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A device's records in the order of its chain.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn of_device(conn: &Connection, device: DeviceId) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM records WHERE device = ?1 ORDER BY seq");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([device], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Records that happened before a moment (of equal moments, those with a lower id), the latest first.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn before(
    conn: &Connection,
    before: Option<(Timestamp, RecordId)>,
    limit: usize,
) -> Result<Vec<RecordRow>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (moment, id) = before.unwrap_or((Timestamp::from_millis(i64::MAX), Uuid::max().into()));
    let sql = format!(
        "SELECT {COLUMNS} FROM records WHERE (happened_at, id) < (?1, ?2)
         ORDER BY happened_at DESC, id DESC LIMIT ?3"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params![moment, id, limit], from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The last record made on this phone, by the order of sealing.
///
/// # Errors
/// [`StoreError`] if it cannot be read.
pub fn last(conn: &Connection) -> Result<Option<RecordRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM records ORDER BY rowid DESC LIMIT 1");
    Ok(conn.prepare_cached(&sql)?.query_row([], from_row).optional()?)
}

/// Keeps a record's receipt. **Verify it first**, against what was sent. What was received before
/// stays received, with its first receipt. The photos of the record may be sent from now on.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn mark_received(tx: &Transaction<'_>, jws: &Jws, receipt: &Receipt) -> Result<(), StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE records SET state = 'received', receipt = ?2, receipt_number = ?3, received_at = ?4,
                 refusal = NULL, refusal_detail = NULL
             WHERE id = ?1 AND state <> 'received'",
        )?
        .execute(params![receipt.record, jws, receipt.number().to_string(), receipt.received_at])?;
    if changed > 0 {
        visits::set_received(tx, receipt.record, receipt.received_at)?;
    }
    Ok(())
}

/// Keeps that the hub refused a record, and tells whether that is news. It stays, and its visit no longer
/// counts here.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn mark_refused(
    tx: &Transaction<'_>,
    record: RecordId,
    code: RefusalCode,
    detail: Option<&str>,
) -> Result<bool, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE records SET state = 'refused', refusal = ?2, refusal_detail = ?3
             WHERE id = ?1 AND state <> 'received' AND (state, refusal) IS NOT ('refused', ?2)",
        )?
        .execute(params![record, code.code(), detail])?;
    if changed > 0 {
        visits::forget_waiting(tx, record)?;
    }
    Ok(changed > 0)
}

/// Lets a station's received records wait again, whoever made them, for a hub that lost some of them: what it has
/// still, it answers with a receipt as before. Until then their visits are this phone's own, as before they were sent.
///
/// # Errors
/// [`StoreError`] if it cannot be written.
pub fn send_again(tx: &Transaction<'_>, station: StationId) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE records SET state = 'waiting', receipt = NULL, receipt_number = NULL, received_at = NULL
         WHERE state = 'received' AND device IN (SELECT id FROM devices WHERE station = ?1)",
    )?
    .execute([station])?;
    visits::wait_again(tx)
}

/// The ids of a member's records that wait to be sent, in the order they were sealed.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn waiting_ids(conn: &Connection, member: MemberId) -> Result<Vec<RecordId>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT id FROM records WHERE member = ?1 AND state = 'waiting' ORDER BY rowid")?;
    let ids = statement.query_map([member], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// The ids of a member's records that were refused for a reason that may have passed
/// ([`RefusalCode::may_pass`]), in the order they were sealed.
///
/// # Errors
/// [`StoreError`] if they cannot be read.
pub fn worth_another_try(conn: &Connection, member: MemberId) -> Result<Vec<RecordId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, refusal FROM records WHERE member = ?1 AND state = 'refused' ORDER BY rowid",
    )?;
    let rows = statement.query_map([member], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let mut ids = Vec::new();
    for row in rows {
        let (id, refusal) = row?;
        if RefusalCode::of_code(&refusal).is_some_and(RefusalCode::may_pass) {
            ids.push(id);
        }
    }
    Ok(ids)
}
