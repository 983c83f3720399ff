//! A draft as it lies in the store: a row, a sealed head, sealed answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

use super::FieldBook;
use crate::domain::{
    Answer, Checklist, ChecklistRef, DraftId, Evidence, Fix, ItemAnswer, ItemId, MemberId, Note, PhotoRef,
    PlacardCode, Timestamp,
};
use crate::field::keys::{answer_aad, draft_aad};
use crate::field::store::drafts::{self, DraftRow};
use crate::field::store::{device, meta};
use crate::field::{ClockReading, FieldError};

/// A draft that was opened.
pub(super) struct Draft {
    pub(super) row: DraftRow,
    pub(super) head: Head,
    pub(super) checklist: Arc<Checklist>,
}

/// What of a draft is sealed beside its answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) companions: Vec<MemberId>,
    pub(super) fix: Option<Fix>,
    pub(super) placard: Option<PlacardCode>,
    /// What was begun for an item and is no answer yet. An older app kept nothing of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) begun: BTreeMap<ItemId, Begun>,
    /// What the clocks said as it was begun; not of a correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at_start: Option<AtStart>,
    /// What a correction keeps of the visit.
    pub(super) keeps: Option<Keeps>,
}

/// What was entered for an item that is not answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begun {
    /// A remark; it goes with the answer, or with 未查看 if there never is one.
    pub(super) note: Option<Note>,
    /// An answer that was not confirmed.
    pub(super) answer: Option<Answer>,
}

/// The clocks as a visit was begun: one that is set during the visit must not move it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AtStart {
    pub(super) clocks: ClockReading,
    /// What the phone took its clock to be ahead by.
    pub(super) shift_ms: Option<i64>,
}

/// The phone's clock, as if nobody had set it since a visit began.
#[derive(Debug, Clone, Copy)]
pub(super) struct VisitClock {
    /// By how much it was ahead when the visit began, as far as is known.
    pub(super) shift_ms: Option<i64>,
    /// What it would say now.
    pub(super) now: Timestamp,
}

/// What a correction keeps of the record it corrects: it is about the same visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keeps {
    pub(super) finished_at: Timestamp,
    pub(super) clock_shift_ms: Option<i64>,
    pub(super) evidence: Evidence,
    pub(super) photos: Vec<PhotoRef>,
}

impl FieldBook {
    /// Opens one of the member's own drafts.
    pub(super) fn open_draft(&self, conn: &Connection, id: DraftId) -> Result<Draft, FieldError> {
        let row = drafts::get(conn, id)?.ok_or(FieldError::UnknownDraft(id))?;
        if device::enrolled(conn)?.ok_or(FieldError::NotEnrolled)?.member != row.member {
            return Err(FieldError::UnknownDraft(id));
        }
        let head = self.head(&row)?;
        self.opened(conn, row, head)
    }

    /// What of a draft is sealed beside its answers.
    pub(super) fn head(&self, row: &DraftRow) -> Result<Head, FieldError> {
        self.unseal_json(&draft_aad(row.id), &row.sealed)
    }

    /// A draft whose head was read.
    pub(super) fn opened(&self, conn: &Connection, row: DraftRow, head: Head) -> Result<Draft, FieldError> {
        let checklist = self.checklist(conn, &row.checklist)?;
        Ok(Draft { row, head, checklist })
    }

    /// The checklist that something was made with.
    pub(super) fn checklist(
        &self,
        conn: &Connection,
        made_with: &ChecklistRef,
    ) -> Result<Arc<Checklist>, FieldError> {
        let lists = self.rules.checklists(conn)?;
        let list = lists.find(&made_with.code, made_with.version).cloned();
        list.ok_or_else(|| FieldError::ChecklistGone(made_with.code.to_string()))
    }

    pub(super) fn keep_draft(&self, tx: &Transaction<'_>, draft: &mut Draft) -> Result<(), FieldError> {
        draft.row.sealed = self.seal_json(&draft_aad(draft.row.id), &draft.head)?;
        Ok(drafts::put(tx, &draft.row)?)
    }

    pub(super) fn keep_answer(
        &self,
        tx: &Transaction<'_>,
        draft: DraftId,
        answer: &ItemAnswer,
    ) -> Result<(), FieldError> {
        let sealed = self.seal_json(&answer_aad(draft, &answer.item), answer)?;
        Ok(drafts::put_answer(tx, draft, &answer.item, &sealed)?)
    }

    /// What was given for one item.
    pub(super) fn answer_to(
        &self,
        conn: &Connection,
        draft: DraftId,
        item: &ItemId,
    ) -> Result<Option<ItemAnswer>, FieldError> {
        let sealed = drafts::answer(conn, draft, item)?;
        sealed.map(|sealed| self.unseal_json(&answer_aad(draft, item), &sealed)).transpose()
    }

    /// The phone's clock as a draft's visit has it.
    pub(super) fn clock_of(&self, conn: &Connection, draft: &Draft) -> Result<VisitClock, FieldError> {
        let anchor = meta::get(conn, meta::CLOCK_ANCHOR)?;
        let ahead_now = anchor.as_ref().map(|anchor| anchor.shift_ms(&*self.tools.clock));
        let Head { keeps, at_start, .. } = &draft.head;
        let (shift_ms, told) = match (keeps, at_start) {
            (Some(keeps), _) => (keeps.clock_shift_ms, None),
            (None, Some(start)) => {
                let shift_ms = anchor.and_then(|anchor| anchor.shift_at(&start.clocks)).or(start.shift_ms);
                (shift_ms, start.clocks.set_until(&ClockReading::take(&*self.tools.clock)))
            }
            (None, None) => (ahead_now, None),
        };
        // Where the phone's own clocks can't tell, it is what the two shifts differ by.
        let set_since = told.or_else(|| Some(ahead_now? - shift_ms?)).unwrap_or(0);
        Ok(VisitClock { shift_ms, now: self.now().plus_millis(-set_since) })
    }

    /// The answers given so far.
    pub(super) fn answers(
        &self,
        conn: &Connection,
        draft: DraftId,
    ) -> Result<BTreeMap<ItemId, ItemAnswer>, FieldError> {
        let kept = drafts::answers(conn, draft)?.into_iter();
        kept.map(|(item, sealed)| {
            let answer = self.unseal_json(&answer_aad(draft, &item), &sealed)?;
            Ok((item, answer))
        })
        .collect()
    }
}

impl Draft {
    /// Notes what was begun for an item, or that nothing is any more.
    pub(super) fn begin(&mut self, item: &ItemId, change: impl FnOnce(&mut Begun)) {
        let mut begun = self.head.begun.remove(item).unwrap_or_default();
        change(&mut begun);
        if begun != Begun::default() {
            self.head.begun.insert(item.clone(), begun);
        }
    }

    /// An item about which more was asked and filled in, but not confirmed: whether it was meant, nobody can tell.
    pub(super) fn half_answered(&self) -> Option<&ItemId> {
        let half = |begun: &Begun| matches!(begun.answer, Some(Answer::Choice { .. }));
        self.head.begun.iter().find(|(_, begun)| half(begun)).map(|(item, _)| item)
    }

    /// One answer for each item, in the order of the checklist: words that were written are meant, and what was not
    /// answered was not looked at.
    pub(super) fn complete(&self, mut given: BTreeMap<ItemId, ItemAnswer>) -> Vec<ItemAnswer> {
        let mut complete = |item: &ItemId| {
            let begun = self.head.begun.get(item);
            let given = given.remove(item);
            let words = begun.and_then(|begun| begun.answer.clone());
            let words = words.filter(|answer| matches!(answer, Answer::Text { .. }));
            let note = given.as_ref().map_or_else(|| begun?.note.clone(), |given| given.note.clone());
            let answer = words.or(given.map(|given| given.answer)).unwrap_or(Answer::NotLooked);
            ItemAnswer { item: item.clone(), answer, note }
        };
        self.checklist.items.iter().map(|item| complete(&item.id)).collect()
    }

    /// When the visit began, as the record will tell it, by its clock.
    pub(super) fn happened_at(&self, clock: VisitClock) -> Timestamp {
        self.row.started_at.plus_millis(-clock.shift_ms.unwrap_or(0))
    }

    /// The item that comes after another; `None` after the last.
    pub(super) fn item_after(&self, item: &ItemId) -> Option<ItemId> {
        let items = &self.checklist.items;
        let at = items.iter().position(|other| other.id == *item)?;
        items.get(at + 1).map(|item| item.id.clone())
    }
}
