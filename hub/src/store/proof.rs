//! What a list shows of a record beside its visit.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use xuncha_core::domain::{ChecklistRef, EvidenceReason, RecordId};
use xuncha_core::wire::{Fact, Record};

use super::{RowExt as _, StoreError, readable};

/// How the place was proven, how much was photographed, and by which checklist it was asked. Kept beside the visit, as opening a record takes several
/// times as long as all else that a row of a file needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Why the place is proven as well as it is.
    pub reasons: Vec<EvidenceReason>,
    /// How many photos belong to the record.
    pub photos: u64,
    /// The checklist of an inspection; none of what was kept before it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checklist: Option<ChecklistRef>,
}

impl Proof {
    /// What a record tells.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let photos = match &record.fact {
            Fact::Inspection(inspection) => inspection.photos.len(),
            Fact::CheckIn(_) => 0,
        };
        Self {
            reasons: record.evidence().reasons.clone(),
            photos: photos as u64,
            checklist: record.inspection().map(|told| told.checklist.clone()),
        }
    }

    /// From a row with `proof` and, where that is null, with what [`readable`] reads; none once the record was erased,
    /// or if it can't be read.
    ///
    /// # Errors
    /// [`StoreError::Row`] if what is kept cannot be read.
    pub fn read(record: RecordId, row: &AnyRow) -> Result<Option<Self>, StoreError> {
        match row.opt_json("proof")? {
            Some(kept) => Ok(Some(kept)),
            None => Ok(readable(record, row).as_ref().map(Self::of)),
        }
    }
}
