//! A phone tells its station how it stands (`PUT /api/v1/devices/self-report`): only when its owner asks for
//! it, and only figures. No positions, no names of people, nothing of what was found.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Jws, Sha256Hash, Signed, Typ, V1};
use crate::domain::{DeviceId, Locale, Name, Timestamp};

macro_rules! issues {
    ($($(#[$doc:meta])* $code:ident, $zh:literal, $en:literal;)+) => {
        /// What may be wrong with a phone's book. Codes are added, never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
        pub enum IssueCode { $($(#[$doc])* $code,)+ }

        impl IssueCode {
            /// Every code, for documents and tests.
            pub const ALL: &[Self] = &[$(Self::$code,)+];

            /// The sentence that the phone shows for it.
            #[must_use]
            pub const fn text(self, locale: Locale) -> &'static str {
                match self { $(Self::$code => locale.pick($zh, $en),)+ }
            }
        }
    };
}

issues! {
    /// The database is damaged.
    Database,
        "本机的资料文件有损坏，请关掉应用再打开。",
        "The file on this phone is damaged. Close the app and open it again.";
    /// A record was sealed with a lost key.
    KeyLost,
        "有一条记录在本机打不开，重新登记后会原样上传。",
        "A record cannot be opened here; it is sent as it is after a new enrolment.";
    /// A record's bytes, signature or hash are not what they were.
    Record,
        "有一条记录和保存时不一样了，请告诉站长。",
        "A record is not what it was when it was saved. Tell your station head.";
    /// A record is missing from the chain, or the chain does not fit.
    Chain,
        "记录的顺序接不上，请告诉站长。",
        "The chain of records has a break. Tell your station head.";
    /// A photo's file is missing or not as long as it was.
    Photo,
        "有一张照片的文件不见了或损坏了，请告诉站长。",
        "A photo's file is missing or damaged. Tell your station head.";
    /// Little room is left.
    LowSpace,
        "手机空间快满了，请删掉一些不用的照片或视频。",
        "The phone is nearly full. Delete some pictures or videos you do not need.";
}

/// How a phone stands, signed with its device key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfReport {
    /// Its version.
    pub v: V1,
    /// Which phone.
    pub device: DeviceId,
    /// When it was made, by the phone's clock.
    pub at: Timestamp,
    /// Which program runs there.
    pub program: Program,
    /// What the book takes, and what room is left.
    pub room: Room,
    /// What waits.
    pub outbox: OutboxFigures,
    /// When the phone was last up to date, by its clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synced_at: Option<Timestamp>,
    /// Whether the key store ever lost a key.
    pub key_store: KeyStore,
    /// Whether a damaged database was set aside and salvaged once.
    pub was_damaged: bool,
    /// Milliseconds by which the phone's clock is ahead of the hub's, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_shift_ms: Option<i64>,
    /// What the self-check found wrong.
    pub issues: BTreeSet<IssueCode>,
}

impl Signed for SelfReport {
    const TYP: Typ = Typ::SelfReport;
}

/// Which program runs on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Program {
    /// The app's version, such as `1.0.2`.
    pub version: Name,
    /// The system under it, such as `Android 15`.
    pub system: Name,
}

/// Bytes that the book takes on a phone, and bytes that are left there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// The database.
    pub database: u64,
    /// Photos that only this phone has.
    pub photos: u64,
    /// Photos that may go: the hub has them, or they are views of others.
    pub spare: u64,
    /// What is left of the disk.
    pub free: u64,
}

impl Room {
    /// All that the book takes.
    #[must_use]
    pub const fn used(&self) -> u64 {
        self.database.saturating_add(self.photos).saturating_add(self.spare)
    }
}

/// Counts of what the hub does not have, or did not approve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutboxFigures {
    /// Records that wait to be sent.
    pub waiting: u64,
    /// Of these, how many were sealed with a lost key.
    pub locked: u64,
    /// When the oldest of those that wait was sealed, by the phone's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_waiting: Option<Timestamp>,
    /// Records that the hub did not take.
    pub refused: u64,
    /// Records that were returned and not corrected yet.
    pub returned: u64,
    /// Photos that wait to be sent.
    pub photos: u64,
    /// Inspections under way.
    pub drafts: u64,
}

/// The state of a phone's key store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStore {
    /// It has every key it was given.
    Sound,
    /// It lost one: it was reset, or the book was moved to another phone.
    LostKey,
}

/// A report on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfReportRequest {
    /// The signed [`SelfReport`] (`xuncha-self-report+jws`).
    pub report: Jws,
}

/// The hub has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfReportAnswer {
    /// SHA-256 of the very report that was kept: no other page says it by chance.
    pub sha256: Sha256Hash,
    /// When it was kept, by the hub's clock.
    pub received_at: Timestamp,
}
