//! 审核: the records that wait for the head, and the head's decision on one.

use rusqlite::Connection;
use serde::Serialize;

use super::lines::{FindingLine, PersonLine};
use super::{FieldBook, Me, words};
use crate::domain::{Checklists, Grade, Reason, RecordId, Role, VenueId, Visit};
use crate::field::FieldError;
use crate::field::store::{reference, visits};
use crate::wire::Decision;

/// The most inspections that the page shows.
const SHOWN: usize = 200;

/// What waits for the head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct ReviewQueue {
    /// Inspections that nobody has reviewed, however old, the gravest first, then the oldest; as many as fit on
    /// a page.
    pub lines: Vec<ReviewLine>,
    /// How many there are, in words.
    pub text: String,
    /// What a record is usually returned for: sentences that become the reason as they are.
    #[cfg_attr(feature = "ffi", uniffi(default = []))]
    pub usual_reasons: Vec<String>,
}

/// What a record is usually returned for.
const USUAL_REASONS: [(&str, &str); 3] = [
    ("请补一张入口标志的照片。", "Please add a photo of the sign at the entrance."),
    ("有几题没有查看，请补上。", "Some questions were not looked at. Please add them."),
    ("请补写那天看到的情况。", "Please add what you saw that day."),
];

/// An inspection that waits for the head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct ReviewLine {
    /// The record.
    pub record: RecordId,
    /// The venue.
    pub venue: VenueId,
    /// Its name.
    pub venue_name: String,
    /// When, in words.
    pub when: String,
    /// Who sealed it, then who went along.
    pub people: Vec<PersonLine>,
    /// What was found, the gravest first.
    pub findings: Vec<FindingLine>,
    /// How well the place is proven.
    pub grade: Grade,
    /// The word for that.
    pub grade_label: String,
    /// Whether it corrects a record that was returned.
    pub is_correction: bool,
}

impl FieldBook {
    /// The inspections that wait for the head's review, as known since the last sync.
    ///
    /// # Errors
    /// Codes `not_allowed` for who is no head, `not_enrolled`, `storage`.
    pub fn review_queue(&self) -> Result<ReviewQueue, FieldError> {
        self.store.read(|conn| {
            Self::must_lead(conn)?;
            let waiting = visits::to_review(conn, SHOWN)?;
            let lists = self.rules.checklists(conn)?;
            let lines: Vec<ReviewLine> = waiting
                .iter()
                .map(|visit| self.review_line(conn, &lists, visit))
                .collect::<Result<_, _>>()?;
            let text = words::to_review(visits::count_to_review(conn)?, lines.len() as u64, self.locale());
            Ok(ReviewQueue { lines, text, usual_reasons: self.usual_reasons() })
        })
    }

    pub(super) fn usual_reasons(&self) -> Vec<String> {
        USUAL_REASONS.map(|(zh, en)| self.locale().pick(zh, en).to_owned()).into()
    }

    /// How many inspections wait for the head's review, in words.
    ///
    /// # Errors
    /// As [`FieldBook::review_queue`].
    pub fn to_review(&self) -> Result<String, FieldError> {
        self.store.read(|conn| {
            Self::must_lead(conn)?;
            self.to_review_words(conn)
        })
    }

    pub(super) fn to_review_words(&self, conn: &Connection) -> Result<String, FieldError> {
        Ok(words::to_review(visits::count_to_review(conn)?, SHOWN as u64, self.locale()))
    }

    /// Approves a record. Needs the hub.
    ///
    /// # Errors
    /// Codes `not_allowed` for who is no head, `hub_refused` with the hub's reason (somebody was faster),
    /// `offline`, `hub_answer`, `hub_newer`, `not_enrolled`. Nothing changed then.
    pub async fn approve(&self, record: RecordId) -> Result<(), FieldError> {
        self.decide(record, Decision::Approve).await
    }

    /// Returns a record: it does not count until it is corrected, and its phone is told why. Needs the
    /// hub.
    ///
    /// # Errors
    /// As [`FieldBook::approve`].
    pub async fn return_record(&self, record: RecordId, reason: Reason) -> Result<(), FieldError> {
        self.decide(record, Decision::Return { reason }).await
    }

    async fn decide(&self, record: RecordId, decision: Decision) -> Result<(), FieldError> {
        self.store.read(Self::must_lead)?;
        self.syncer.review(self.parts(), record, decision).await
    }

    pub(super) fn must_lead(conn: &Connection) -> Result<(), FieldError> {
        let Me { member, .. } = Self::me(conn)?;
        if member.role == Role::Head { Ok(()) } else { Err(FieldError::NotAllowed) }
    }

    pub(super) fn review_line(
        &self,
        conn: &Connection,
        lists: &Checklists,
        visit: &Visit,
    ) -> Result<ReviewLine, FieldError> {
        let locale = self.locale();
        let people: Vec<_> = std::iter::once(visit.member).chain(visit.companions.iter().copied()).collect();
        let kind = reference::venue(conn, visit.venue)?.map(|venue| venue.kind);
        let made_by = kind.and_then(|kind| lists.in_force(&kind, visit.moment().day()));
        Ok(ReviewLine {
            record: visit.record,
            venue: visit.venue,
            venue_name: Self::venue_name(conn, visit.venue)?,
            when: words::moment(visit.moment(), locale),
            people: self.people(conn, &people)?,
            findings: FindingLine::all(lists, made_by.map(|list| &**list), &visit.findings, locale, |item| {
                self.own_answer(conn, lists, visit.record, item)
            }),
            grade: visit.grade,
            grade_label: visit.grade.label(locale).to_owned(),
            is_correction: visit.corrects.is_some(),
        })
    }
}
