//! Pushing records: a batch, and an answer for each record of it, in the same order.

use serde::{Deserialize, Serialize};

use super::{Jws, RefusalCode, WrappedKey};
use crate::domain::{RecordId, Timestamp};

/// A batch of records (`POST /api/v1/records`, zstd-compressed JSON); at most
/// [`super::limits::PUSH_RECORDS`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// The records, oldest first.
    pub parcels: Vec<Parcel>,
}

/// One record on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parcel {
    /// A sealed record.
    Sealed(Jws),
    /// A sealed record still encrypted as it lay on a phone whose key store was reset.
    Locked(LockedRecord),
}

/// A record that the phone can no longer open, with the key that only the hub can unwrap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockedRecord {
    /// Its id, which lay beside it in the clear.
    pub id: RecordId,
    /// The data key, wrapped to the hub's public key at enrolment.
    pub key: WrappedKey,
    /// The encrypted JWS, base64url.
    pub sealed: String,
}

/// The hub's answer to a push.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushAnswer {
    /// One for each record, in the same order.
    pub answers: Vec<RecordAnswer>,
    /// The hub's clock as it answered.
    pub hub_time: Timestamp,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome", deny_unknown_fields)]
pub enum RecordAnswer {
    /// Taken now, and safe: the answer goes out after the commit is durable.
    Accepted {
        /// The record.
        id: RecordId,
        /// The receipt.
        receipt: Jws,
    },
    /// The hub had these very bytes already; the same receipt again.
    AlreadyHad {
        /// The record.
        id: RecordId,
        /// The receipt.
        receipt: Jws,
    },
    /// Not taken. It stays on the phone.
    Refused {
        /// The record, where its id could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<RecordId>,
        /// Why.
        code: RefusalCode,
        /// What exactly was wrong, where that helps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
}
