//! What a sync tells at its end, in plain values.

use crate::domain::{Locale, PhotoId, RecordId, Timestamp};
use crate::field::FieldErrorCode;
use crate::wire::ProblemCode;

/// What came of a sync.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct SyncReport {
    /// What it got stuck at, if it did: what waits stays on the phone and is tried again.
    pub stuck: Option<FieldErrorCode>,
    /// What it moved.
    pub moved: SyncTally,
    /// Records that still wait on the phone.
    pub records_waiting: u64,
    /// Photos that still wait on the phone.
    pub photos_waiting: u64,
    /// What somebody has to know, or to do something about.
    pub alerts: Vec<SyncAlert>,
    /// When to try again, by the phone's clock, if something waits or the sync got stuck.
    pub next_try: Option<Timestamp>,
}

/// Counts of one sync.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct SyncTally {
    /// Records that the hub has now, by verified receipt.
    pub records_received: u64,
    /// Records that the hub did not take.
    pub records_refused: u64,
    /// Photos that the hub has now, by verified receipt.
    pub photos_received: u64,
    /// Changes of the station that were stored.
    pub changes: u64,
}

/// What a sync found that somebody has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum SyncAlert {
    /// The answer for a record bore a receipt that is not the hub's word for it. The record waits on.
    ForgedReceipt(RecordId),
    /// The same for a photo.
    ForgedPhotoReceipt(PhotoId),
    /// This record cannot be sent for now, and nothing says that it is to blame. It waits on.
    Undeliverable(RecordId),
    /// The hub refuses this record for a reason that this program does not know: it is of a newer
    /// version. The record waits for the update.
    NewerRefusal(RecordId),
    /// The photo on this phone is damaged or missing; it cannot be sent.
    PhotoDamaged(PhotoId),
    /// The hub does not take this photo. It stays on the phone.
    PhotoRefused {
        /// The photo.
        photo: PhotoId,
        /// Why.
        code: ProblemCode,
    },
    /// The hub refuses this photo for a reason that this program does not know: it is of a newer version. The
    /// photo waits for the update.
    NewerPhotoRefusal(PhotoId),
    /// Somebody answers in the hub's place: what it signs is not signed with the hub's key.
    OtherHub,
    /// The hub dropped or changed records of the station. From now on this phone lets nothing go.
    LogRewritten {
        /// Records in the log as this phone knew it.
        known: u64,
        /// Records in the log as the hub showed it.
        seen: u64,
    },
    /// What a file told of the station was put by and could not be read: the next file brings it again.
    NewsUnreadable,
}

impl SyncAlert {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ForgedReceipt(_) => "forged_receipt",
            Self::ForgedPhotoReceipt(_) => "forged_photo_receipt",
            Self::Undeliverable(_) => "undeliverable",
            Self::NewerRefusal(_) => "newer_refusal",
            Self::PhotoDamaged(_) => "photo_damaged",
            Self::PhotoRefused { .. } => "photo_refused",
            Self::NewerPhotoRefusal(_) => "newer_photo_refusal",
            Self::OtherHub => "other_hub",
            Self::LogRewritten { .. } => "log_rewritten",
            Self::NewsUnreadable => "news_unreadable",
        }
    }

    /// What it means and what to do, in words a volunteer understands.
    #[must_use]
    pub fn advice(&self, locale: Locale) -> String {
        let plain = |zh, en| locale.pick(zh, en).to_owned();
        match self {
            Self::ForgedReceipt(_) | Self::ForgedPhotoReceipt(_) => plain(
                "服务器给的回执不对，本机没有采信，内容还在本机。请告诉站长。",
                "The hub's receipt is not genuine and was not believed. What it is for stays on this phone; tell your station head.",
            ),
            Self::Undeliverable(_) => plain(
                "有一条记录暂时传不上去，还在本机。请告诉站长。",
                "One record cannot be sent for now. It stays on this phone; tell your station head.",
            ),
            Self::NewerRefusal(_) => plain(
                "服务器没有收下一条记录，原因要更新应用后才看得懂。记录还在本机，请更新应用。",
                "The hub did not take one record, for a reason that only a newer app knows. The record stays on this phone; update the app.",
            ),
            Self::PhotoDamaged(_) => plain(
                "本机有一张照片坏了，传不上去。记录本身不受影响。",
                "One photo on this phone is damaged and cannot be sent. The record itself is not affected.",
            ),
            Self::PhotoRefused { code, .. } => photo_refusal(*code, locale).to_owned(),
            Self::NewerPhotoRefusal(_) => plain(
                "服务器没有收下一张照片，原因要更新应用后才看得懂。照片还在本机，请更新应用。",
                "The hub did not take one photo, for a reason that only a newer app knows. The photo stays on this phone; update the app.",
            ),
            Self::OtherHub => plain(
                "应答的不是我们的服务器，本机没有采信。请换个网络，再告诉站长。",
                "It is not our hub that answers, so nothing was believed. Try another network and tell your station head.",
            ),
            Self::NewsUnreadable => plain(
                "站里的新消息本机没能存好，原来的都还在。请用文件再交一次；还不行，就重启手机，再告诉站长。",
                "This phone could not store the station's news; what it had is still there. Hand over by file once more; if that fails, restart the phone and tell your station head.",
            ),
            Self::LogRewritten { known, seen } => match locale {
                Locale::ZhHans => format!(
                    "服务器上的记录被删过或改过（原有{known}条，现有{seen}条，前后对不上）。本机从现在起什么都不删。请告诉站长。"
                ),
                Locale::En => format!(
                    "Records were dropped or changed on the hub (it had {known}, it shows {seen}, and they do not agree). This phone deletes nothing from now on; tell your station head."
                ),
            },
        }
    }
}

/// Why the hub does not take a photo, and what to do. The photo stays on the phone.
pub(in crate::field) const fn photo_refusal(code: ProblemCode, locale: Locale) -> &'static str {
    match code {
        // Of a photo as a whole it means that what its visit said was erased meanwhile: nothing begins anew.
        ProblemCode::Gone => locale.pick(
            "服务器上这次检查的内容已按规定删除，不再收它的照片。照片还在本机，不用再做什么。",
            "What this visit said was erased on the hub as its rules ask, and its photos are not taken any more. The photo stays on this phone; nothing is to be done.",
        ),
        _ => code.advice(locale),
    }
}
