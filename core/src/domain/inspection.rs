//! An inspection (检查): one visit of several people to a venue, with every item of a checklist
//! answered, if only with “not looked at”.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Answer, Checklist, ChecklistCode, DayType, Detail, Evidence, Finding, Fix, ItemAnswer, ItemId, ItemKind,
    MemberId, MinorsSeen, PhotoId, PlacardCode, RecordId, Severity, Sha256Hash, Timestamp, VenueId, findings,
};

/// What a volunteer seals when they press 完成.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspection {
    /// The venue.
    pub venue: VenueId,
    /// The checklist it was made with.
    pub checklist: ChecklistRef,
    /// Who went along: volunteers go in twos or threes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub companions: Vec<MemberId>,
    /// When it began: the moment of the visit.
    pub started_at: Timestamp,
    /// When 完成 was pressed.
    pub finished_at: Timestamp,
    /// What the day was for minors.
    pub day_type: DayType,
    /// The one reading of the position, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// The placard that was scanned, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placard: Option<PlacardCode>,
    /// One answer for each item of the checklist, in its order.
    pub answers: Vec<ItemAnswer>,
    /// What follows from them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Photos of premises and signs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<PhotoRef>,
    /// How well the place is proven, as the phone could tell.
    pub evidence: Evidence,
    /// The record it corrects, if it is a correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<RecordId>,
}

/// A version of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistRef {
    /// Its code.
    pub code: ChecklistCode,
    /// Its version.
    pub version: u16,
}

impl Checklist {
    /// How a record names it.
    #[must_use]
    pub fn reference(&self) -> ChecklistRef {
        ChecklistRef { code: self.code.clone(), version: self.version }
    }
}

/// A photo that belongs to an inspection; its bytes travel by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotoRef {
    /// Its id.
    pub id: PhotoId,
    /// The item it was taken for, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// SHA-256 of the JPEG as it travels.
    pub sha256: Sha256Hash,
    /// Its length in bytes, [`PhotoRef::MAX_BYTES`] at most.
    pub bytes: u64,
}

impl PhotoRef {
    /// The most bytes of one photo.
    pub const MAX_BYTES: u64 = 8 * 1024 * 1024;
}

/// Why answers or an inspection do not fit their checklist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectionError {
    /// The checklist has no such item.
    #[error("the checklist has no item “{0}”")]
    UnknownItem(ItemId),
    /// The item cannot be answered in this way.
    #[error("“{0}” cannot be answered like that")]
    WrongAnswer(ItemId),
    /// The answer asks for count and age band of minors, and they are missing or out of bounds.
    #[error("“{item}” needs the number of minors, 1 to {max}", max = MinorsSeen::MAX_COUNT)]
    MinorsNeeded {
        /// The item.
        item: ItemId,
    },
    /// Not every item has exactly one answer, in the order of the checklist.
    #[error("the answers are not those of the checklist, one for each item in its order")]
    Incomplete,
    /// The findings are not what follows from the answers.
    #[error("the findings do not follow from the answers")]
    WrongFindings,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    EndsBeforeStart,
    /// The same person twice.
    #[error("a companion is named twice, or is the inspector")]
    CompanionTwice,
    /// A photo without a byte, or of more than are ever taken: it could not be uploaded.
    #[error("photo {photo} says to have {bytes} bytes: 1 to {max} are taken", max = PhotoRef::MAX_BYTES)]
    PhotoSize {
        /// The photo.
        photo: PhotoId,
        /// What it says.
        bytes: u64,
    },
    /// More of something than an inspection may have.
    #[error("too many {what}: at most {max}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        max: usize,
    },
}

/// Checks one answer against its item.
///
/// # Errors
/// [`InspectionError`] says what does not fit.
pub fn check_answer(checklist: &Checklist, answer: &ItemAnswer) -> Result<(), InspectionError> {
    let id = &answer.item;
    let item = checklist.item(id).ok_or_else(|| InspectionError::UnknownItem(id.clone()))?;
    let wrong = || InspectionError::WrongAnswer(id.clone());
    match (&answer.answer, &item.kind) {
        (Answer::NotLooked, _) | (Answer::Text { .. }, ItemKind::Text) => Ok(()),
        (Answer::Choice { choice, minors }, ItemKind::Choice { .. }) => {
            let choice = item.choice(choice).ok_or_else(wrong)?;
            match (choice.detail, minors) {
                (None, None) => Ok(()),
                (None, Some(_)) => Err(wrong()),
                (Some(Detail::Minors), Some(seen)) if (1..=MinorsSeen::MAX_COUNT).contains(&seen.count) => {
                    Ok(())
                }
                (Some(Detail::Minors), _) => Err(InspectionError::MinorsNeeded { item: id.clone() }),
            }
        }
        _ => Err(wrong()),
    }
}

impl Inspection {
    /// The most people who go along on one visit.
    pub const MAX_COMPANIONS: usize = 10;
    /// The most photos of one inspection.
    pub const MAX_PHOTOS: usize = 20;

    /// Checks all that can be checked without knowing the venue: the hub asks this of every record.
    ///
    /// # Errors
    /// [`InspectionError`] says what does not fit.
    pub fn check(&self, checklist: &Checklist, inspector: MemberId) -> Result<(), InspectionError> {
        for (what, len, max) in [
            ("companions", self.companions.len(), Self::MAX_COMPANIONS),
            ("photos", self.photos.len(), Self::MAX_PHOTOS),
        ] {
            if len > max {
                return Err(InspectionError::TooMany { what, max });
            }
        }
        let takable = 1..=PhotoRef::MAX_BYTES;
        if let Some(photo) = self.photos.iter().find(|photo| !takable.contains(&photo.bytes)) {
            return Err(InspectionError::PhotoSize { photo: photo.id, bytes: photo.bytes });
        }
        if self.finished_at < self.started_at {
            return Err(InspectionError::EndsBeforeStart);
        }
        let mut team = BTreeSet::from([inspector]);
        if !self.companions.iter().all(|companion| team.insert(*companion)) {
            return Err(InspectionError::CompanionTwice);
        }
        if !self.answers.iter().map(|answer| &answer.item).eq(checklist.items.iter().map(|item| &item.id)) {
            return Err(InspectionError::Incomplete);
        }
        self.answers.iter().try_for_each(|answer| check_answer(checklist, answer))?;
        self.check_findings(checklist)
    }

    /// The findings must follow from the answers. What was found before and how grave the station
    /// holds other hours was the phone's to know when it sealed: without signal it may be behind.
    fn check_findings(&self, checklist: &Checklist) -> Result<(), InspectionError> {
        let before: BTreeSet<ItemId> = self
            .findings
            .iter()
            .filter(|finding| finding.repeated)
            .map(|finding| finding.item.clone())
            .collect();
        let follow = Severity::ALL.into_iter().any(|hours_severity| {
            self.findings == findings(checklist, &self.answers, self.day_type, hours_severity, &before)
        });
        if follow { Ok(()) } else { Err(InspectionError::WrongFindings) }
    }
}

#[cfg(test)]
mod tests;
