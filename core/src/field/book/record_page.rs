//! One record, in full.

use rusqlite::Connection;
use serde::Serialize;

use super::lines::{EvidenceLine, FindingLine, PersonLine, PhotoLine, RecordLine};
use super::{FieldBook, words};
use crate::domain::{Answer, CheckIn, Checklist, Inspection, ItemId, RecordId};
use crate::field::FieldError;
use crate::field::keys::UnsealError;
use crate::field::store::photos::{self, PhotoOwner};
use crate::field::store::records::{self, RecordRow, RecordState};
use crate::wire::Fact;

/// A record's own screen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct RecordPage {
    /// The record and where it stands.
    pub line: RecordLine,
    /// What it says; none where its key is lost.
    pub content: Option<RecordContent>,
    /// Its photos on this phone or the hub.
    pub photos: Vec<PhotoLine>,
    /// Whether it waits for a correction that can be made here.
    pub can_correct: bool,
    /// Its place in the chain of the device that sealed it.
    pub seq: u64,
    /// The hash of its sealed form, 64 hex digits.
    pub sha256: String,
    /// The number of the hub's receipt, as people read it out.
    pub receipt_number: Option<String>,
    /// The hub's signed receipt, as it came.
    pub receipt: Option<String>,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct RecordContent {
    /// Who went along.
    pub companions: Vec<PersonLine>,
    /// What was answered, in the order of the checklist.
    pub answers: Vec<AnswerLine>,
    /// What was remarked at a check-in.
    pub note: Option<String>,
    /// What was found, gravest first.
    pub findings: Vec<FindingLine>,
    /// How well the place is proven.
    pub evidence: EvidenceLine,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct AnswerLine {
    /// The item.
    pub item: ItemId,
    /// Its question.
    pub question: String,
    /// The answer, in words.
    pub answer: String,
    /// The remark to it.
    pub note: Option<String>,
    /// Whether it was left unlooked at.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub skipped: bool,
}

impl FieldBook {
    /// A record that was made on this phone.
    ///
    /// # Errors
    /// Codes `not_found`, `storage`.
    pub fn record(&self, record: RecordId) -> Result<RecordPage, FieldError> {
        self.store.read(|conn| {
            let row = records::get(conn, record)?.ok_or(FieldError::UnknownRecord(record))?;
            let photos = photos::of(conn, PhotoOwner::Record(record))?;
            Ok(RecordPage {
                line: self.record_line(conn, &row)?,
                content: self.content(conn, &row)?,
                photos: photos.iter().map(|photo| self.photo_line(photo)).collect(),
                can_correct: self.can_correct(conn, &row)?,
                seq: row.seq,
                sha256: row.sha256.to_string(),
                receipt_number: match &row.state {
                    RecordState::Received { number, .. } => Some(number.clone()),
                    _ => None,
                },
                receipt: match row.state {
                    RecordState::Received { receipt, .. } => Some(receipt.to_string()),
                    _ => None,
                },
            })
        })
    }

    /// The hub's signed receipts for this phone's photos, the latest first, as they came.
    ///
    /// # Errors
    /// Code `storage`.
    pub fn photo_receipts(&self) -> Result<Vec<String>, FieldError> {
        self.store.read(|conn| Ok(photos::receipts(conn)?.iter().map(ToString::to_string).collect()))
    }

    fn content(&self, conn: &Connection, row: &RecordRow) -> Result<Option<RecordContent>, FieldError> {
        match self.read_record(row) {
            Ok(record) => match record.fact {
                Fact::Inspection(inspection) => {
                    let made_by = self.checklist(conn, &inspection.checklist)?;
                    self.of_inspection(conn, &inspection, &made_by).map(Some)
                }
                Fact::CheckIn(check_in) => Ok(Some(self.of_check_in(&check_in))),
            },
            Err(FieldError::Unseal(UnsealError::KeyLost)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What an inspection says, by the checklist that it was made with.
    pub(super) fn of_inspection(
        &self,
        conn: &Connection,
        fact: &Inspection,
        made_by: &Checklist,
    ) -> Result<RecordContent, FieldError> {
        let locale = self.locale();
        let lists = self.rules.checklists(conn)?;
        let answers = fact.answers.iter().map(|answer| AnswerLine {
            item: answer.item.clone(),
            question: words::question(&lists, Some(made_by), &answer.item, locale),
            answer: words::answer(made_by, answer, locale),
            note: answer.note.as_ref().map(ToString::to_string),
            skipped: answer.answer == Answer::NotLooked,
        });
        Ok(RecordContent {
            companions: self.people(conn, &fact.companions)?,
            answers: answers.collect(),
            note: None,
            findings: FindingLine::all(&lists, Some(made_by), &fact.findings, locale, |item| {
                words::said(made_by, fact, item, locale)
            }),
            evidence: EvidenceLine::of(&fact.evidence, locale),
        })
    }

    /// What a check-in says.
    pub(super) fn of_check_in(&self, fact: &CheckIn) -> RecordContent {
        RecordContent {
            companions: Vec::new(),
            answers: Vec::new(),
            note: fact.note.as_ref().map(ToString::to_string),
            findings: Vec::new(),
            evidence: EvidenceLine::of(&fact.evidence, self.locale()),
        }
    }
}
