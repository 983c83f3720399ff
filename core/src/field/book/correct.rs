//! Correcting a returned inspection: a new draft, filled in as the record was, about the same visit. It
//! keeps time and place; what was returned stays as it is.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::FieldBook;
use super::draft::{Draft, Head, Keeps};
use crate::domain::{Answer, DraftId, RecordId};
use crate::field::store::drafts::{self, DraftRow};
use crate::field::store::records::{self, RecordRow};
use crate::field::store::visits;
use crate::field::{FieldError, Sealed};
use crate::wire::Fact;

impl FieldBook {
    /// Begins the correction of an own returned inspection, or goes on with the one begun.
    ///
    /// # Errors
    /// Codes `not_found` for a record that is not on this phone, `not_returned` for one that is not
    /// returned or is corrected already, `key_lost`, `not_enrolled`, `storage_full`.
    pub fn correct(&self, record: RecordId) -> Result<DraftId, FieldError> {
        let id = self.mint(DraftId::mint);
        self.store.write(|tx| {
            let me = Self::me(tx)?;
            let row = records::get(tx, record)?.filter(|row| row.member == me.member.id);
            let row = row.ok_or(FieldError::UnknownRecord(record))?;
            let begun = drafts::of_member(tx, me.member.id)?;
            let begun = begun.iter().find(|draft| draft.corrects == Some(record));
            if let Some(draft) = begun.filter(|draft| self.open_draft(tx, draft.id).is_ok()) {
                return Ok(draft.id);
            }
            let returned = visits::get(tx, record)?.is_some_and(|visit| visit.review.is_returned());
            let sealed = self.read_record(&row)?;
            let (Fact::Inspection(inspection), true, false) =
                (sealed.fact, returned, visits::is_corrected(tx, record)?)
            else {
                return Err(FieldError::NotReturned(record));
            };
            let checklist = self.checklist(tx, &inspection.checklist)?;
            let row = DraftRow {
                id,
                member: me.member.id,
                venue: inspection.venue,
                checklist: inspection.checklist,
                started_at: inspection.started_at,
                current: checklist.items.first().map(|item| item.id.clone()),
                corrects: Some(record),
                sealed: Sealed { key: self.keys.current(), bytes: Vec::new() },
            };
            let keeps = Keeps {
                finished_at: inspection.finished_at,
                clock_shift_ms: sealed.clock_shift_ms,
                evidence: inspection.evidence,
                photos: inspection.photos,
            };
            let head = Head {
                companions: inspection.companions,
                fix: inspection.fix,
                placard: inspection.placard,
                begun: BTreeMap::new(),
                at_start: None,
                keeps: Some(keeps),
            };
            let mut draft = Draft { row, head, checklist };
            // What was not looked at is open again, not answered; a remark to it stays.
            let (open, given): (Vec<_>, Vec<_>) =
                inspection.answers.into_iter().partition(|given| given.answer == Answer::NotLooked);
            for open in open {
                draft.begin(&open.item, |begun| begun.note = open.note);
            }
            self.keep_draft(tx, &mut draft)?;
            given.iter().try_for_each(|answer| self.keep_answer(tx, id, answer))?;
            Ok(id)
        })
    }

    /// Whether [`FieldBook::correct`] would begin or go on with a correction.
    pub(super) fn can_correct(&self, conn: &Connection, row: &RecordRow) -> Result<bool, FieldError> {
        let mine = Self::me(conn).is_ok_and(|me| me.member.id == row.member);
        let returned = visits::get(conn, row.id)?.is_some_and(|visit| visit.review.is_returned());
        Ok(mine && returned && self.keys.has(row.sealed.key) && !visits::is_corrected(conn, row.id)?)
    }
}
