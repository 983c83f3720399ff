//! What a sync tells at its end, in plain values.

use crate::domain::{Locale, PhotoId, RecordId, Timestamp};

use super::answer::AnswerError;
use crate::field::transport::TransportError;
use crate::wire::ProblemCode;

/// What came of a sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// How it ended.
    pub end: SyncEnd,
    /// What this sync moved.
    pub moved: SyncTally,
    /// Records that still wait on the phone.
    pub records_waiting: u64,
    /// Photos that still wait on the phone.
    pub photos_waiting: u64,
    /// What somebody has to know, or to do something about.
    pub alerts: Vec<SyncAlert>,
    /// When to try again, if something waits or the sync got stuck.
    pub next_try: Option<Timestamp>,
}

/// Counts of one sync.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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

/// How a sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncEnd {
    /// All was done that could be done.
    Done,
    /// It got stuck; what waits stays on the phone.
    Stuck(SyncTrouble),
    /// [`cancel`](super::Syncer::cancel) was called.
    Cancelled,
    /// Another sync is under way and does the work.
    AlreadyRunning,
}

macro_rules! troubles {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $zh:literal, $en:literal;)+) => {
        /// What stopped a sync. Nothing is lost by any of these.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum SyncTrouble { $($(#[$doc])* $name,)+ }

        impl SyncTrouble {
            /// A stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What to do, in words a volunteer understands.
            #[must_use]
            pub const fn advice(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$name, Locale::ZhHans) => $zh, (Self::$name, Locale::En) => $en,)+
                }
            }
        }
    };
}

troubles! {
    /// The phone is not enrolled.
    NotEnrolled = "not_enrolled",
        "这部手机还没有登记,请向站长要登记卡。",
        "This phone is not enrolled yet. Ask your station head for an enrolment card.";
    /// No connection.
    Offline = "offline",
        "现在没有网络,记录保存在本机,有网络后自动上传。",
        "There is no network now. Everything stays on the phone and is sent when there is.";
    /// The connection is there and too weak.
    Slow = "slow",
        "网络太慢,记录保存在本机,稍后自动上传。",
        "The network is too slow. Everything stays on the phone and is sent later.";
    /// No secure connection.
    NotSecure = "not_secure",
        "无法安全连接服务器。请检查手机日期和网络;仍不行请告诉站长。",
        "No secure connection to the hub. Check the phone's date and network; if that does not help, tell your station head.";
    /// Somebody else answers, or the answers are damaged.
    NotTheHub = "not_the_hub",
        "网络需要登录或有故障,记录保存在本机,稍后自动上传。",
        "This network asks for a sign-in or is disturbed. Everything stays on the phone and is sent later.";
    /// The hub cannot do it now.
    HubBusy = "hub_busy",
        "服务器暂时不可用,记录保存在本机,稍后自动上传。",
        "The hub is not available now. Everything stays on the phone and is sent later.";
    /// This phone was revoked.
    Revoked = "device_revoked",
        "这部手机已停用,请找站长重新登记。未上传的记录仍在本机,不会丢失。",
        "This phone was revoked. Ask your station head to enrol it again. What waits stays on the phone and is not lost.";
    /// The hub does not know this phone's sign-in.
    EnrolAgain = "enrol_again",
        "请找站长重新登记这部手机。未上传的记录仍在本机,不会丢失。",
        "Ask your station head to enrol this phone again. What waits stays on the phone and is not lost.";
    /// The hub and this program do not understand each other.
    Update = "update",
        "请更新应用;更新后仍不行请告诉站长。记录保存在本机。",
        "Update the app; if that does not help, tell your station head. Everything stays on the phone.";
}

impl From<&AnswerError> for SyncTrouble {
    fn from(error: &AnswerError) -> Self {
        match error {
            AnswerError::Transport(TransportError::Offline(_)) => Self::Offline,
            AnswerError::Transport(TransportError::Timeout) => Self::Slow,
            AnswerError::Transport(TransportError::Tls(_)) => Self::NotSecure,
            AnswerError::Transport(TransportError::Unsendable(_)) => Self::EnrolAgain,
            AnswerError::Transport(TransportError::Garbled(_) | TransportError::TooLarge { .. })
            | AnswerError::Foreign { .. }
            | AnswerError::Unreadable(_) => Self::NotTheHub,
            AnswerError::Refused { problem, .. } => match problem.code {
                ProblemCode::DeviceRevoked => Self::Revoked,
                ProblemCode::Unauthorized => Self::EnrolAgain,
                ProblemCode::TooManyAttempts
                | ProblemCode::StorageFull
                | ProblemCode::Unavailable
                | ProblemCode::Internal => Self::HubBusy,
                _ => Self::Update,
            },
        }
    }
}

/// What a sync found that somebody has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncAlert {
    /// The answer for a record bore a receipt that is not the hub's word for it. The record waits on.
    ForgedReceipt(RecordId),
    /// The same for a photo.
    ForgedPhotoReceipt(PhotoId),
    /// The hub could not take this record, alone, and gave no reason for the record itself. It waits on.
    Undeliverable(RecordId),
    /// The photo on this phone is damaged or missing; it cannot be sent.
    PhotoDamaged(PhotoId),
    /// The hub does not take this photo. It stays on the phone.
    PhotoRefused {
        /// The photo.
        photo: PhotoId,
        /// Why.
        code: ProblemCode,
    },
    /// Somebody answers in the hub's place: what it signs is not signed with the hub's key.
    OtherHub,
    /// The hub dropped or changed records of the station. From now on this phone lets nothing go.
    LogRewritten {
        /// Records in the log as this phone knew it.
        known: u64,
        /// Records in the log as the hub shows it now.
        seen: u64,
    },
}

impl SyncAlert {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ForgedReceipt(_) => "forged_receipt",
            Self::ForgedPhotoReceipt(_) => "forged_photo_receipt",
            Self::Undeliverable(_) => "undeliverable",
            Self::PhotoDamaged(_) => "photo_damaged",
            Self::PhotoRefused { .. } => "photo_refused",
            Self::OtherHub => "other_hub",
            Self::LogRewritten { .. } => "log_rewritten",
        }
    }

    /// What it means and what to do, in words a volunteer understands.
    #[must_use]
    pub fn advice(&self, locale: Locale) -> String {
        let plain = |zh, en| locale.pick(zh, en).to_owned();
        match self {
            Self::ForgedReceipt(_) | Self::ForgedPhotoReceipt(_) => plain(
                "服务器的回执不对,本机不采信,内容仍保存在本机。请告诉站长。",
                "The hub's receipt is not genuine and is not believed. It stays on this phone; tell your station head.",
            ),
            Self::Undeliverable(_) => plain(
                "有一条记录暂时传不上去,仍保存在本机。请告诉站长。",
                "One record cannot be sent for now. It stays on this phone; tell your station head.",
            ),
            Self::PhotoDamaged(_) => plain(
                "本机有一张照片已损坏,无法上传。记录本身不受影响。",
                "One photo on this phone is damaged and cannot be sent. The record itself is not affected.",
            ),
            Self::PhotoRefused { code, .. } => code.advice(locale).to_owned(),
            Self::OtherHub => plain(
                "应答的不是原来登记的服务器,本机不采信。请告诉站长。",
                "It is not the hub this phone was enrolled at that answers. It is not believed; tell your station head.",
            ),
            Self::LogRewritten { known, seen } => match locale {
                Locale::ZhHans => format!(
                    "服务器上的记录被删改过(原有{known}条,现为{seen}条,前后不符)。本机不再删除任何内容,请告诉站长。"
                ),
                Locale::En => format!(
                    "Records were dropped or changed on the hub (it had {known}, it shows {seen}, and they do not agree). This phone deletes nothing from now on; tell your station head."
                ),
            },
        }
    }
}
