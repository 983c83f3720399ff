//! What the hub signs when it erases something: what, when and why. With it an auditor tells an erasure that the
//! rules ask for from a loss. The hash of what was erased stays, its content does not come back.

use serde::{Deserialize, Serialize};

use super::{Sha256Hash, Signed, Typ, V1};
use crate::domain::{MemberId, PhotoId, Reason, RecordId, StationId, Timestamp};

/// The hub's word that it erased something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// Version of this message.
    pub v: V1,
    /// The station that it belonged to.
    pub station: StationId,
    /// What was erased.
    pub erased: Erased,
    /// The hash of it: of the record's JWS, or of the photo file.
    pub sha256: Sha256Hash,
    /// When, by the hub's clock.
    pub at: Timestamp,
    /// Why.
    pub why: ErasureReason,
    /// Who did it; nobody, if it was the hub by itself or its command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<MemberId>,
}

impl Signed for Erasure {
    const TYP: Typ = Typ::Erasure;
}

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erased {
    /// All that a record said.
    Content(RecordId),
    /// The positions in a record, and so its sealed bytes; what else it said stays as an extract.
    Positions {
        /// The record.
        record: RecordId,
        /// The hash of the extract.
        extract: Sha256Hash,
    },
    /// A photo.
    Photo(PhotoId),
}

impl Erased {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Content(_) => "content",
            Self::Positions { .. } => "positions",
            Self::Photo(_) => "photo",
        }
    }
}

/// Why something was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasureReason {
    /// Its time was over.
    Retention,
    /// Somebody asked for it (PIPL 47).
    Request(Reason),
}

impl ErasureReason {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Retention => "retention",
            Self::Request(_) => "request",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::SigningKey;

    #[test]
    fn an_erasure_travels_and_is_the_hubs_own() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let (station, record) = (StationId::mint(now, [1; 10]), RecordId::mint(now, [2; 10]));
        let sha256 = Sha256Hash::of(b"sealed");
        let key = SigningKey::from_seed([7; 32]);
        let reasons =
            [ErasureReason::Retention, ErasureReason::Request(Reason::new("本人要求删除").unwrap())];
        for (why, erased) in reasons
            .into_iter()
            .zip([Erased::Positions { record, extract: Sha256Hash::of(b"extract") }, Erased::Content(record)])
        {
            let erasure = Erasure { v: V1, station, erased, sha256, at: now, why, by: None };
            let jws = erasure.sign(&key).unwrap();
            assert_eq!(Erasure::verify(&jws, &key.verifying_key()).unwrap(), erasure);
            assert!(Erasure::verify(&jws, &SigningKey::from_seed([8; 32]).verifying_key()).is_err());
        }
    }
}
