//! 完成: a draft becomes a sealed record, in one transaction. From the moment this returns the visit is
//! safe, and doing it again gives the same answer.

use std::collections::BTreeSet;

use rusqlite::Connection;
use serde::Serialize;

use super::draft::{Draft, VisitClock};
use super::lines::{EvidenceLine, FindingLine, StateLine};
use super::seal::Sealing;
use super::{FieldBook, words};
use crate::domain::{
    DraftId, EvidenceFacts, FoundGood, Inspection, ItemId, PhotoRef, RecordId, Timestamp, VenueId, findings,
    found_before, grade, policy_for, policy_in,
};
use crate::field::FieldError;
use crate::field::store::photos::{self, PhotoOwner, PhotoRow};
use crate::field::store::records::{self, RecordRow};
use crate::field::store::{drafts, follow_ups, found_good, reference, visits};
use crate::wire::{Fact, Record};

/// What the phone says once a visit is safe.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Saved {
    /// The record.
    pub record: RecordId,
    /// The venue.
    pub venue: VenueId,
    /// Its name.
    pub venue_name: String,
    /// Where the record stands, in words.
    pub state: StateLine,
    /// What was found, gravest first, with what to do about it.
    pub findings: Vec<FindingLine>,
    /// How well the place is proven.
    pub evidence: EvidenceLine,
    /// How many photos belong to it.
    pub photos: u64,
}

impl FieldBook {
    /// Finishes an inspection: what was not answered was not looked at. Finishing a draft again gives
    /// what was saved then.
    ///
    /// # Errors
    /// Codes `not_found`, `not_enrolled`, `key_lost`, `photo_missing`, `half_answered`, `bad_text` when all texts
    /// together are too long, `storage_full`. The draft is as it was then.
    pub fn finish(&self, draft: DraftId) -> Result<Saved, FieldError> {
        let id = self.mint(RecordId::mint);
        let saved = self.store.write(|tx| {
            if let Some(row) = records::of_draft(tx, draft)? {
                return self.saved(tx, &row, &self.read_record(&row)?);
            }
            let draft = self.open_draft(tx, draft)?;
            if let Some(item) = draft.half_answered() {
                return Err(FieldError::HalfAnswered(item.clone()));
            }
            let me = Self::me(tx)?;
            let photos = photos::of(tx, PhotoOwner::Draft(draft.row.id))?;
            if let Some(missing) = photos.iter().find(|photo| !self.store.photo_file(photo.id).is_file()) {
                return Err(FieldError::PhotoMissing(missing.id));
            }
            let sealed_at = self.now();
            let clock = self.clock_of(tx, &draft)?;
            let clock_shift_ms = clock.shift_ms;
            let inspection = self.inspection(tx, &draft, &photos, clock)?;
            inspection.check(&draft.checklist, me.member.id)?;
            let found_good = Some(FoundGood::of(id, &inspection, &draft.checklist));
            let fact = Fact::Inspection(Box::new(inspection));
            let sealing =
                Sealing { id, draft: Some(draft.row.id), sealed_at, clock_shift_ms, fact, found_good };
            let (row, record) = self.seal_record(tx, &me, sealing)?;
            if !photos.is_empty() {
                photos::hand_over(tx, draft.row.id, id)?;
            }
            drafts::delete(tx, draft.row.id)?;
            self.saved(tx, &row, &record)
        })?;
        // The visit is safe; a view that can't be removed now is when the book is opened again.
        let _ = self.sweep_views();
        Ok(saved)
    }

    fn inspection(
        &self,
        conn: &Connection,
        draft: &Draft,
        photos: &[PhotoRow],
        clock: VisitClock,
    ) -> Result<Inspection, FieldError> {
        let row = &draft.row;
        let head = &draft.head;
        // A damage may have cost the venue's row: the visit is sealed all the same.
        let venue = reference::venue(conn, row.venue)?;
        let happened_at = draft.happened_at(clock);
        let (policies, month) = (reference::policies(conn)?, happened_at.month());
        let policy = match &venue {
            Some(venue) => policy_for(&policies, month, venue.id, &venue.kind),
            None => policy_in(&policies, month),
        };
        let answers = draft.complete(self.answers(conn, row.id)?);
        let day_type = self.day_type(conn, happened_at)?;
        let found = |before: &BTreeSet<ItemId>| {
            findings(&draft.checklist, &answers, day_type, policy.hours_severity, before)
        };
        let mut findings = found(&BTreeSet::new());
        // The history of the venue only makes graver what is found now: where all is well it need not be read.
        if !findings.is_empty() {
            findings = found(&found_before_at(conn, row.venue, happened_at)?);
        }
        let finished_at = match &head.keeps {
            Some(keeps) => keeps.finished_at,
            // A clock that was set back meanwhile must not end the visit before it began.
            None => clock.now.max(row.started_at),
        };
        let evidence = match &head.keeps {
            Some(keeps) => keeps.evidence.clone(),
            None => grade(&EvidenceFacts {
                at: row.started_at,
                until: finished_at,
                fix: head.fix.as_ref(),
                venue: venue.as_ref().and_then(|venue| venue.position),
                placard: venue.as_ref().and_then(|venue| venue.placard.as_ref()),
                scanned: head.placard.as_ref().filter(|_| venue.is_some()),
                clock_shift_ms: clock.shift_ms,
                previous: self.last_fix(conn, head.fix.as_ref())?.as_ref(),
                on_site_radius: policy.on_site_radius,
            }),
        };
        let kept = head.keeps.iter().flat_map(|keeps| &keeps.photos).cloned();
        let photos = photos.iter().map(|photo| PhotoRef {
            id: photo.id,
            item: photo.item.clone(),
            sha256: photo.sha256,
            bytes: photo.bytes,
        });
        Ok(Inspection {
            venue: row.venue,
            checklist: row.checklist.clone(),
            companions: head.companions.clone(),
            started_at: row.started_at,
            finished_at,
            day_type,
            fix: head.fix.clone(),
            placard: head.placard.clone(),
            findings,
            answers,
            photos: kept.chain(photos).collect(),
            evidence,
            corrects: row.corrects,
        })
    }

    /// What was saved, as it reads now.
    pub(super) fn saved(
        &self,
        conn: &Connection,
        row: &RecordRow,
        record: &Record,
    ) -> Result<Saved, FieldError> {
        let locale = self.locale();
        let (findings, evidence, photos) = match &record.fact {
            Fact::Inspection(fact) if fact.findings.is_empty() => {
                (Vec::new(), &fact.evidence, fact.photos.len())
            }
            Fact::Inspection(fact) => {
                let lists = self.rules.checklists(conn)?;
                let made_by = lists.find(&fact.checklist.code, fact.checklist.version);
                let found_by = made_by.map(|list| &**list);
                let lines = FindingLine::all(&lists, found_by, &fact.findings, locale, |item| {
                    words::said(found_by?, fact, item, locale)
                });
                (lines, &fact.evidence, fact.photos.len())
            }
            Fact::CheckIn(fact) => (Vec::new(), &fact.evidence, 0),
        };
        Ok(Saved {
            record: record.id,
            venue: row.venue,
            venue_name: Self::venue_name(conn, row.venue)?,
            state: self.record_state(conn, row)?,
            findings,
            evidence: EvidenceLine::of(evidence, locale),
            photos: photos as u64,
        })
    }
}

/// What was found at a venue before a moment, and not found good since.
fn found_before_at(
    conn: &Connection,
    venue: VenueId,
    moment: Timestamp,
) -> Result<BTreeSet<ItemId>, FieldError> {
    let steps = follow_ups::of_venue(conn, venue)?;
    let looks = found_good::of_venue(conn, venue)?;
    let visits = visits::of_venue(conn, venue)?;
    Ok(found_before(&visits, &steps, moment, |record, item| looks.found_good(record, item)))
}
