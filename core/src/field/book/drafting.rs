//! Making an inspection: start, answer by answer, back and forth, give up. Each call is durable when it
//! returns, so a killed process reopens on the same question.

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction};

use super::draft::{AtStart, Draft, Head};
use super::{FieldBook, Me};
use crate::domain::{
    Answer, DraftId, Fix, Inspection, InspectionError, ItemAnswer, ItemId, LONG_VISIT_MS, MemberId, Note,
    PlacardCode, Venue, VenueId, check_answer,
};
use crate::field::store::drafts::{self, DraftRow};
use crate::field::store::photos::{self, PhotoOwner};
use crate::field::store::reference;
use crate::field::{ClockReading, FieldError, Sealed};

impl FieldBook {
    /// Begins an inspection of a venue. If one of the member is under way there, that is gone on with:
    /// companions and fix are taken over where it has none. One that was forgotten there on another day stays
    /// in the list of drafts.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `not_allowed`, `unknown_venue`, `no_checklist`, `unknown_member`,
    /// `too_many`, `storage_full`.
    pub fn start(
        &self,
        venue: VenueId,
        companions: &[MemberId],
        fix: Option<&Fix>,
    ) -> Result<DraftId, FieldError> {
        let id = self.mint(DraftId::mint);
        self.store.write(|tx| {
            let me = Self::me(tx)?;
            if !me.member.role.may_inspect() {
                return Err(FieldError::NotAllowed);
            }
            let venue = known_venue(tx, venue)?;
            let companions = checked_companions(tx, &me, companions)?;
            if let Some(mut draft) = self.under_way(tx, &me, venue.id)? {
                if draft.head.companions.is_empty() {
                    draft.head.companions = companions;
                }
                draft.head.fix = draft.head.fix.or_else(|| fix.cloned());
                self.keep_draft(tx, &mut draft)?;
                return Ok(draft.row.id);
            }
            let lists = self.rules.checklists(tx)?;
            let checklist = lists.in_force(&venue.kind, self.true_now(tx)?.day()).cloned();
            let checklist = checklist.ok_or(FieldError::NoChecklist(venue.kind))?;
            let at_start = AtStart {
                clocks: ClockReading::take(&*self.tools.clock),
                shift_ms: self.clock_shift_ms(tx)?,
            };
            let started_at = at_start.clocks.wall;
            let head = Head { companions, fix: fix.cloned(), at_start: Some(at_start), ..Head::default() };
            let row = DraftRow {
                id,
                member: me.member.id,
                venue: venue.id,
                checklist: checklist.reference(),
                started_at,
                current: checklist.items.first().map(|item| item.id.clone()),
                corrects: None,
                sealed: Sealed { key: self.keys.current(), bytes: Vec::new() },
            };
            self.keep_draft(tx, &mut Draft { row, head, checklist })?;
            Ok(id)
        })
    }

    /// The member's draft of a visit that is still going on at a venue: readable, no correction, and not so
    /// old that it is of another visit.
    pub(super) fn under_way(
        &self,
        conn: &Connection,
        me: &Me,
        venue: VenueId,
    ) -> Result<Option<Draft>, FieldError> {
        for row in drafts::of_member(conn, me.member.id)? {
            let own = row.venue == venue && row.corrects.is_none();
            let Some(head) = own.then(|| self.head(&row).ok()).flatten() else { continue };
            let draft = self.opened(conn, row, head)?;
            if !self.is_of_old(conn, &draft)? {
                return Ok(Some(draft));
            }
        }
        Ok(None)
    }

    /// Whether a draft was begun so long ago that whoever stands at the venue now is there for another visit.
    pub(super) fn is_of_old(&self, conn: &Connection, draft: &Draft) -> Result<bool, FieldError> {
        let begun = draft.happened_at(self.clock_of(conn, draft)?);
        Ok(draft.row.corrects.is_none() && self.true_now(conn)?.millis_since(begun) > LONG_VISIT_MS)
    }

    /// Answers an item, in place of an answer before and of what was begun for it, and goes on to the
    /// next one.
    ///
    /// # Errors
    /// Codes `not_found`, `wrong_answer`, `minors_needed`, `key_lost`, `storage_full`; then the answer
    /// before still stands.
    pub fn answer(&self, draft: DraftId, answer: &ItemAnswer) -> Result<(), FieldError> {
        self.store.write(|tx| {
            let mut draft = self.open_draft(tx, draft)?;
            check_answer(&draft.checklist, answer)?;
            self.keep_answer(tx, draft.row.id, answer)?;
            if draft.head.begun.remove(&answer.item).is_some() {
                self.keep_draft(tx, &mut draft)?;
            }
            Ok(drafts::set_current(tx, draft.row.id, draft.item_after(&answer.item).as_ref())?)
        })
    }

    /// Keeps a remark to an item, in place of one before, or that there is none. Without an answer it
    /// waits for one, and the item counts as not answered.
    ///
    /// # Errors
    /// Codes `not_found`, `wrong_answer` for an item that the checklist does not have, `key_lost`,
    /// `storage_full`.
    pub fn set_note(&self, draft: DraftId, item: &ItemId, note: Option<&Note>) -> Result<(), FieldError> {
        self.store.write(|tx| {
            let mut draft = self.open_draft(tx, draft)?;
            draft.checklist.item(item).ok_or_else(|| FieldError::UnknownItem(item.clone()))?;
            if let Some(given) = self.answer_to(tx, draft.row.id, item)? {
                return self.keep_answer(tx, draft.row.id, &ItemAnswer { note: note.cloned(), ..given });
            }
            draft.begin(item, |begun| begun.note = note.cloned());
            self.keep_draft(tx, &mut draft)
        })
    }

    /// Keeps an answer that is not confirmed yet, such as one whose minors are still being counted, or
    /// that there is none. It never reaches the record; an answer before still stands.
    ///
    /// # Errors
    /// Codes `not_found`, `wrong_answer`, `minors_needed`, `key_lost`, `storage_full`.
    pub fn set_begun(
        &self,
        draft: DraftId,
        item: &ItemId,
        answer: Option<&Answer>,
    ) -> Result<(), FieldError> {
        self.edit(draft, |_, _, draft| {
            let answer = answer.cloned().unwrap_or(Answer::NotLooked);
            let begun = ItemAnswer { item: item.clone(), answer, note: None };
            check_answer(&draft.checklist, &begun)?;
            draft.begin(item, |kept| kept.answer = Some(begun.answer).filter(|it| *it != Answer::NotLooked));
            Ok(())
        })
    }

    /// Shows an item: the draft reopens there.
    ///
    /// # Errors
    /// Codes `not_found`, `wrong_answer` for an item that the checklist does not have, `key_lost`.
    pub fn go_to(&self, draft: DraftId, item: &ItemId) -> Result<(), FieldError> {
        self.store.write(|tx| {
            let draft = self.open_draft(tx, draft)?;
            draft.checklist.item(item).ok_or_else(|| FieldError::UnknownItem(item.clone()))?;
            Ok(drafts::set_current(tx, draft.row.id, Some(item))?)
        })
    }

    /// Keeps a reading of the position, in place of one before. A correction keeps the place of the
    /// visit, whatever is read later.
    ///
    /// # Errors
    /// Codes `not_found`, `key_lost`, `storage_full`.
    pub fn set_fix(&self, draft: DraftId, fix: &Fix) -> Result<(), FieldError> {
        self.edit(draft, |_, _, draft| {
            if draft.head.keeps.is_none() {
                draft.head.fix = Some(fix.clone());
            }
            Ok(())
        })
    }

    /// Says who went along, in place of who was said before.
    ///
    /// # Errors
    /// Codes `not_found`, `unknown_member`, `wrong_answer` for somebody named twice, `too_many`,
    /// `key_lost`, `storage_full`.
    pub fn set_companions(&self, draft: DraftId, companions: &[MemberId]) -> Result<(), FieldError> {
        self.edit(draft, |tx, me, draft| {
            draft.head.companions = checked_companions(tx, me, companions)?;
            Ok(())
        })
    }

    /// Keeps that the venue's placard was scanned. Another code is told at once and not kept: it would
    /// only make the evidence doubtful.
    ///
    /// # Errors
    /// Codes `wrong_placard`, `not_found`, `key_lost`, `storage_full`.
    pub fn scan_placard(&self, draft: DraftId, code: &PlacardCode) -> Result<(), FieldError> {
        self.edit(draft, |tx, _, draft| {
            let venue = known_venue(tx, draft.row.venue)?;
            if venue.placard.as_ref() != Some(code) {
                return Err(FieldError::WrongPlacard(venue.id));
            }
            if draft.head.keeps.is_none() {
                draft.head.placard = Some(code.clone());
            }
            Ok(())
        })
    }

    fn edit(
        &self,
        draft: DraftId,
        change: impl FnOnce(&Transaction<'_>, &Me, &mut Draft) -> Result<(), FieldError>,
    ) -> Result<(), FieldError> {
        self.store.write(|tx| {
            let mut draft = self.open_draft(tx, draft)?;
            change(tx, &Self::me(tx)?, &mut draft)?;
            self.keep_draft(tx, &mut draft)
        })
    }

    /// Gives a draft up, with its photos. Also one that cannot be read any more.
    ///
    /// # Errors
    /// Codes `not_found`, `storage`.
    pub fn discard(&self, draft: DraftId) -> Result<(), FieldError> {
        let photos = self.store.write(|tx| {
            let row = drafts::get(tx, draft)?.ok_or(FieldError::UnknownDraft(draft))?;
            if row.member != Self::me(tx)?.member.id {
                return Err(FieldError::UnknownDraft(draft));
            }
            let photos = photos::of(tx, PhotoOwner::Draft(draft))?;
            drafts::delete(tx, draft)?;
            Ok(photos)
        })?;
        let _ = self.sweep_views();
        photos.iter().try_for_each(|photo| Ok(self.store.remove_photo(photo.id)?))
    }
}

pub(super) fn known_venue(conn: &Connection, id: VenueId) -> Result<Venue, FieldError> {
    reference::venue(conn, id)?.ok_or(FieldError::UnknownVenue(id))
}

fn checked_companions(
    conn: &Connection,
    me: &Me,
    companions: &[MemberId],
) -> Result<Vec<MemberId>, FieldError> {
    if companions.len() > Inspection::MAX_COMPANIONS {
        return Err(InspectionError::TooMany { what: "companions", max: Inspection::MAX_COMPANIONS }.into());
    }
    let mut team = BTreeSet::from([me.member.id]);
    for companion in companions {
        if !team.insert(*companion) {
            return Err(InspectionError::CompanionTwice.into());
        }
        reference::member(conn, *companion)?
            .filter(|member| member.active)
            .ok_or(FieldError::UnknownMember(*companion))?;
    }
    Ok(companions.to_vec())
}
