//! The sealed record: one fact, signed by the device that saw it and chained to the one before.
//!
//! It travels and is stored as a compact JWS of type `xuncha-record+jws`; any JOSE library can check
//! it. Nobody changes it: a correction is a new record that names the old one.

use serde::{Deserialize, Serialize};

use super::{Jws, JwsError, Signed, SigningKey, Typ, V1};
use crate::domain::{
    CheckIn, Checklists, DeviceId, Evidence, FoundGood, Inspection, MemberId, RecordId, Sha256Hash,
    StationId, Timestamp, VenueId, Visit, VisitKind,
};

/// The payload of a sealed record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Format version.
    pub v: V1,
    /// Its id; the same id with other bytes is a conflict.
    pub id: RecordId,
    /// The station it belongs to.
    pub station: StationId,
    /// Who made it.
    pub member: MemberId,
    /// The phone that sealed it.
    pub device: DeviceId,
    /// Its place in the device's chain, from 1, without gaps.
    pub seq: u64,
    /// Hash of the device's record before; `None` for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prev: Option<Sha256Hash>,
    /// When it was sealed, by the phone's clock.
    pub sealed_at: Timestamp,
    /// Milliseconds the phone's clock was ahead of the hub's, if it knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_shift_ms: Option<i64>,
    /// What happened.
    pub fact: Fact,
}

/// What a record tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// An inspection.
    Inspection(Box<Inspection>),
    /// A patrol check-in.
    CheckIn(CheckIn),
}

impl Signed for Record {
    const TYP: Typ = Typ::Record;
}

impl Record {
    /// Seals it.
    ///
    /// # Errors
    /// [`JwsError`] when it is larger than a record may be.
    pub fn seal(&self, key: &SigningKey) -> Result<Jws, JwsError> {
        super::sign(key, Typ::Record, self)
    }

    /// The venue it tells of.
    #[must_use]
    pub fn venue(&self) -> VenueId {
        match &self.fact {
            Fact::Inspection(inspection) => inspection.venue,
            Fact::CheckIn(check_in) => check_in.venue,
        }
    }

    /// When the visit happened, by the phone's clock set right by what it knew of the hub's.
    #[must_use]
    pub fn happened_at(&self) -> Timestamp {
        self.set_right(match &self.fact {
            Fact::Inspection(inspection) => inspection.started_at,
            Fact::CheckIn(check_in) => check_in.at,
        })
    }

    /// A time that the phone's clock told when it made the record, set right by what the phone knew of the hub's.
    #[must_use]
    pub fn set_right(&self, by_phone: Timestamp) -> Timestamp {
        by_phone.plus_millis(self.clock_shift_ms.unwrap_or(0).saturating_neg())
    }

    /// The inspection that it tells of; none, if it is a check-in.
    #[must_use]
    pub fn inspection(&self) -> Option<&Inspection> {
        match &self.fact {
            Fact::Inspection(inspection) => Some(inspection),
            Fact::CheckIn(_) => None,
        }
    }

    /// How well the place is proven.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        match &self.fact {
            Fact::Inspection(inspection) => &inspection.evidence,
            Fact::CheckIn(check_in) => &check_in.evidence,
        }
    }

    /// What it looked at and found good, if it is an inspection by a checklist that is known.
    #[must_use]
    pub fn found_good(&self, lists: &Checklists) -> Option<FoundGood> {
        let inspection = self.inspection()?;
        let list = lists.find(&inspection.checklist.code, inspection.checklist.version)?;
        Some(FoundGood::of(self.id, inspection, list))
    }

    /// What coverage and history need to know of it, as long as nobody has reviewed it.
    #[must_use]
    pub fn visit(&self, received_at: Option<Timestamp>) -> Visit {
        let (kind, inspection) = match &self.fact {
            Fact::Inspection(inspection) => (VisitKind::Inspection, Some(inspection)),
            Fact::CheckIn(_) => (VisitKind::CheckIn, None),
        };
        Visit {
            record: self.id,
            venue: self.venue(),
            kind,
            happened_at: self.happened_at(),
            received_at,
            member: self.member,
            companions: inspection.map(|i| i.companions.clone()).unwrap_or_default(),
            corrects: inspection.and_then(|i| i.corrects),
            review: crate::domain::Review::Pending,
            grade: self.evidence().grade,
            findings: inspection.map(|i| i.findings.clone()).unwrap_or_default(),
        }
    }
}
