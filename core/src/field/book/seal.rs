//! Sealing a record: signed by the device's key, chained to the record before, encrypted, put into the
//! outbox and told as a visit, all in the caller's transaction.

use rusqlite::{Connection, Transaction};

use super::{FieldBook, Me, words};
use crate::domain::{Checklists, DraftId, Fix, FoundGood, ItemId, RecordId, Timestamp};
use crate::field::FieldError;
use crate::field::store::records::{self, RecordRow, RecordState};
use crate::field::store::{device, found_good, visits};
use crate::wire::{Fact, Record, V1, record_aad};

/// What a record is made of, beside whose it is and where it stands in the chain.
pub(super) struct Sealing {
    pub(super) id: RecordId,
    pub(super) draft: Option<DraftId>,
    pub(super) sealed_at: Timestamp,
    pub(super) clock_shift_ms: Option<i64>,
    pub(super) fact: Fact,
    /// What it found good, if it is an inspection.
    pub(super) found_good: Option<FoundGood>,
}

impl FieldBook {
    pub(super) fn seal_record(
        &self,
        tx: &Transaction<'_>,
        me: &Me,
        sealing: Sealing,
    ) -> Result<(RecordRow, Record), FieldError> {
        let chain = me.device.chain;
        let record = Record {
            v: V1,
            id: sealing.id,
            station: me.device.station,
            member: me.member.id,
            device: me.device.id,
            seq: chain.seq + 1,
            prev: chain.hash,
            sealed_at: sealing.sealed_at,
            clock_shift_ms: sealing.clock_shift_ms,
            fact: sealing.fact,
        };
        let key =
            self.keys.signing_key(me.device.id, || device::current(tx)?.ok_or(FieldError::NotEnrolled))?;
        let jws = record.seal(&key)?;
        let visit = record.visit(None);
        let row = RecordRow {
            id: record.id,
            device: record.device,
            seq: record.seq,
            sha256: jws.hash(),
            prev: record.prev,
            member: record.member,
            venue: visit.venue,
            kind: visit.kind,
            happened_at: visit.happened_at,
            sealed_at: record.sealed_at,
            corrects: visit.corrects,
            draft: sealing.draft,
            sealed: self.keys.seal(&record_aad(record.id), jws.as_str().as_bytes())?,
            state: RecordState::Waiting,
        };
        records::insert(tx, &row)?;
        device::advance_chain(tx, row.device, row.seq, row.sha256)?;
        visits::put(tx, &visit)?;
        if let Some(told) = sealing.found_good {
            found_good::put(tx, &told)?;
        }
        Ok((row, record))
    }

    /// What a record says. Its encryption proves that this phone wrote it; [`FieldBook::self_check`]
    /// verifies its signature too.
    pub(in crate::field) fn read_record(&self, row: &RecordRow) -> Result<Record, FieldError> {
        Ok(self.keys.unseal_record(row)?.unverified_payload()?)
    }

    /// What was answered to an item in a record of this phone; none in anybody else's, or where it can't be read any
    /// more: then the question has to do.
    pub(super) fn own_answer(
        &self,
        conn: &Connection,
        lists: &Checklists,
        record: RecordId,
        item: &ItemId,
    ) -> Option<String> {
        let row = records::get(conn, record).ok()??;
        let Fact::Inspection(fact) = self.read_record(&row).ok()?.fact else { return None };
        let made_by = lists.find(&fact.checklist.code, fact.checklist.version)?;
        words::said(made_by, &fact, item, self.locale())
    }

    /// The fix of the record that was made before on this phone, if it had one that can be read:
    /// one that was damaged or locked must not stop this visit. Nothing to compare a visit without a fix with.
    pub(super) fn last_fix(&self, conn: &Connection, fix: Option<&Fix>) -> Result<Option<Fix>, FieldError> {
        if fix.is_none() {
            return Ok(None);
        }
        let Some(row) = records::last(conn)? else { return Ok(None) };
        Ok(self.read_record(&row).ok().and_then(|record| match record.fact {
            Fact::Inspection(inspection) => inspection.fix,
            Fact::CheckIn(check_in) => check_in.fix,
        }))
    }
}
