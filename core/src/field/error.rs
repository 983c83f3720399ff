//! What can go wrong on the phone. [`FieldError`] says it exactly, for whoever looks into it;
//! [`FieldErrorCode`] is small and stable, for the shells; its advice is for the volunteer.

use super::keys::UnsealError;
use super::photo::PhotoError;
use super::{StoreError, VaultError};
use crate::domain::{
    BadText, DraftId, InspectionError, ItemId, Locale, MemberId, PhotoId, RecordId, VenueId, VenueKind,
};
use crate::wire::bundle::BundleError;
use crate::wire::{JwsError, NotALink, ProblemCode, SealError};

/// Why the book did not do what was asked. What was saved before is safe in every case.
#[derive(Debug, thiserror::Error)]
pub enum FieldError {
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key store did not do it.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Something sealed does not open.
    #[error(transparent)]
    Unseal(#[from] UnsealError),
    /// A record cannot be sealed.
    #[error("the record cannot be sealed: {0}")]
    Seal(#[from] JwsError),
    /// The phone is not enrolled, or its enrolment went with a lost key.
    #[error("this phone is not enrolled")]
    NotEnrolled,
    /// The text is no enrolment link.
    #[error(transparent)]
    Link(#[from] NotALink),
    /// The file that was handed over is not taken.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The file that was handed over can't be read at all.
    #[error("the file cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// The hub's keys are unusable.
    #[error("the hub's sealing key is unusable: {0}")]
    HubKey(SealError),
    /// This member's role may not do it.
    #[error("a member of this role may not do it")]
    NotAllowed,
    /// No such venue.
    #[error("the venue {0} is not known on this phone")]
    UnknownVenue(VenueId),
    /// No such companion.
    #[error("the member {0} is not known on this phone, or is not serving")]
    UnknownMember(MemberId),
    /// No such draft.
    #[error("there is no draft {0}")]
    UnknownDraft(DraftId),
    /// No such record.
    #[error("there is no record {0} on this phone")]
    UnknownRecord(RecordId),
    /// No such photo.
    #[error("there is no photo {0} here")]
    UnknownPhoto(PhotoId),
    /// The checklist has no such item.
    #[error("the checklist has no item “{0}”")]
    UnknownItem(ItemId),
    /// No checklist for this kind of venue, or not in this version.
    #[error("there is no checklist for a venue of kind “{0}”")]
    NoChecklist(VenueKind),
    /// The checklist a draft was begun with is not in this version of the program.
    #[error("the checklist “{0}” of this version is not known to this program")]
    ChecklistGone(String),
    /// The answer or the inspection does not fit the checklist.
    #[error(transparent)]
    Inspection(#[from] InspectionError),
    /// A text that was entered is not taken.
    #[error(transparent)]
    Text(#[from] BadText),
    /// What was asked after an answer was filled in and not confirmed.
    #[error("what was asked about the item “{0}” is filled in and not confirmed")]
    HalfAnswered(ItemId),
    /// Only a returned inspection can be corrected, once, by who made it.
    #[error("record {0} is not waiting for a correction")]
    NotReturned(RecordId),
    /// The bytes are not taken as a photo.
    #[error(transparent)]
    Photo(#[from] PhotoError),
    /// The code that was scanned is not the venue's.
    #[error("this is not the placard of venue {0}")]
    WrongPlacard(VenueId),
    /// The file of a draft's photo is not there.
    #[error("the file of photo {0} is missing; take it out of the draft")]
    PhotoMissing(PhotoId),
    /// The photo's file is gone from the phone; the hub has it.
    #[error("photo {0} is no longer on this phone")]
    PhotoGone(PhotoId),
    /// There is no way to the hub.
    #[error("the hub cannot be reached: {0}")]
    Offline(String),
    /// What answers is not the hub that this phone was enrolled at.
    #[error("the hub is not the one it should be: {0}")]
    HubUntrusted(String),
    /// The hub's answer cannot be read.
    #[error("the hub's answer makes no sense: {0}")]
    HubAnswer(String),
    /// The hub is of a newer version than this program, and no longer speaks with it.
    #[error("the hub is newer than this program: {0}")]
    HubNewer(String),
    /// The hub said no.
    #[error("the hub refused ({code}){}", detail.as_deref().map(|d| format!(": {d}")).unwrap_or_default())]
    Hub {
        /// Why.
        code: ProblemCode,
        /// What exactly, as the hub says.
        detail: Option<String>,
    },
    /// A sync is under way.
    #[error("a sync is under way")]
    AlreadySyncing,
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// What comes with the program is flawed.
    #[error("a part of the program is flawed: {0}")]
    Internal(String),
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $text:literal, $zh:literal, $en:literal;)+) => {
        /// What went wrong, for a shell to tell apart. Codes are added, never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
        pub enum FieldErrorCode { $($(#[$doc])* $code,)+ }

        impl FieldErrorCode {
            /// Every code, for documents and tests.
            pub const ALL: &[Self] = &[$(Self::$code,)+];

            /// The code as text.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => $text,)+ }
            }

            /// What to do, in words that a volunteer of 75 understands.
            #[must_use]
            pub const fn advice(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$code, Locale::ZhHans) => $zh, (Self::$code, Locale::En) => $en,)+
                }
            }
        }
    };
}

codes! {
    /// The phone is not enrolled.
    NotEnrolled = "not_enrolled",
        "这部手机还没有登记。请找站长要登记卡，扫一扫上面的码。",
        "This phone is not enrolled yet. Ask your station head for an enrolment card and scan it.";
    /// The key store lost the key.
    KeyLost = "key_lost",
        "手机的安全钥匙变了，这一条在本机打不开，但没有丢。请找站长重新登记，它会原样上传。",
        "The phone's safe was reset, so this cannot be opened here. It is not lost: ask your station head to enrol the phone again, and it is sent as it is.";
    /// The key store does not answer now.
    VaultUnavailable = "vault_unavailable",
        "手机的安全钥匙暂时读不到。请先解锁手机，再打开一次；还不行就把手机关机重开。记录都在。",
        "The phone's safe does not answer now. Unlock the phone and open the app again; if that does not help, restart the phone. Nothing is lost.";
    /// The disk is full.
    StorageFull = "storage_full",
        "手机空间满了。已经填好的都还在。请删掉一些不用的照片或视频，再试一次。",
        "The phone is full. What you filled in is safe. Delete some pictures or videos you do not need, and try again.";
    /// A later version of the program wrote the database.
    DatabaseNewer = "database_newer",
        "这是新版应用保存的资料。请更新应用，资料都在。",
        "A newer app saved these data. Update the app; everything is still there.";
    /// The database file is damaged.
    DatabaseDamaged = "database_damaged",
        "本机的资料文件有损坏。请关掉应用再打开，会自动修复。",
        "The file on this phone is damaged. Close the app and open it again: it mends itself.";
    /// Another process has the book open.
    InUse = "in_use",
        "应用已经打开了。请先关掉另一个，再试一次。",
        "The app is open already. Close the other one and try again.";
    /// The file system or the database refused.
    Storage = "storage",
        "手机没能保存。请再试一次；还不行，就重启手机。",
        "The phone could not save it. Try again; if that fails, restart the phone.";
    /// A member of this role may not do it.
    NotAllowed = "not_allowed",
        "您的身份不能做这一项。需要的话，请问站长。",
        "Your role may not do this. Ask your station head if you need it.";
    /// The venue is not known.
    UnknownVenue = "unknown_venue",
        "手机里没有这个场所。请连上网络更新一下，再试一次。",
        "This phone does not know the venue. Connect to the network to update, then try again.";
    /// The companion is not known.
    UnknownMember = "unknown_member",
        "手机里没有这位同伴。请连上网络更新一下，再选一次。",
        "This phone does not know that companion. Connect to the network to update, then choose again.";
    /// What was asked for is not there (any more).
    NotFound = "not_found",
        "这一条不在了，可能已经完成或删除。请回到首页看一看。",
        "This is not here any more; it may be finished or deleted. Go back to the first page.";
    /// No checklist for this kind of venue.
    NoChecklist = "no_checklist",
        "这类场所还没有检查表。请更新应用，或者告诉站长。",
        "There is no checklist for this kind of venue yet. Update the app, or tell your station head.";
    /// The answer does not fit the question.
    WrongAnswer = "wrong_answer",
        "这个回答不合适，请重新选一次。",
        "This answer does not fit. Please choose again.";
    /// How many minors is missing, or out of bounds.
    MinorsNeeded = "minors_needed",
        "请填一下大约看到几个未成年人（1到500）。",
        "Please enter about how many minors you saw (1 to 500).";
    /// What was asked after an answer was filled in and not confirmed.
    HalfAnswered = "half_answered",
        "有一题填了一半，还没有按“确定”。请在小结里点开那一题，按“确定”，或者重新选一个回答。",
        "One question is filled in halfway and not confirmed. Open it from the summary, then confirm it or choose another answer.";
    /// More photos, companions or the like than an inspection may have.
    TooMany = "too_many",
        "已经够多了，不能再加。可以先删掉一个再加。",
        "There are enough already. Remove one before you add another.";
    /// A text that was entered is too long or not text.
    BadText = "bad_text",
        "写的字太多，或者有特殊符号。请改短一点。",
        "The text is too long or has strange characters. Please shorten it.";
    /// The record is not waiting for a correction.
    NotReturned = "not_returned",
        "这一条不需要更正。",
        "This one needs no correction.";
    /// The bytes are no picture.
    NotAPicture = "not_a_picture",
        "这张照片打不开。请重新拍一张。",
        "This picture cannot be read. Please take it again.";
    /// The picture ends before its end.
    PictureCut = "picture_cut",
        "这次拍照没有完成，照片不全。请重拍一张，等照片存好再返回。",
        "The camera did not finish this picture, only a part of it is there. Take it again, and go back once it is saved.";
    /// The picture is too large.
    PictureTooLarge = "picture_too_large",
        "这张照片太大了。请用手机相机重新拍一张。",
        "This picture is too large. Please take it again with the phone's camera.";
    /// What the platform gave is no position.
    BadFix = "bad_fix",
        "这次定位不对。请再定位一次；还不行，不定位也可以填。",
        "The position makes no sense. Try once more; if that fails, go on without it.";
    /// The code that was scanned is not the venue's.
    WrongPlacard = "wrong_placard",
        "扫的不是这个场所的牌子。请扫本场所的牌子；没有就不用扫。",
        "This is not the placard of this venue. Scan its own one; if it has none, you need not scan.";
    /// The file of a draft's photo is not there.
    PhotoMissing = "photo_missing",
        "有一张照片的文件不见了。请删掉这张，重新拍一张。",
        "The file of a photo is missing. Remove that photo and take it again.";
    /// The photo's file is no longer on the phone.
    PhotoGone = "photo_gone",
        "这张照片已经上传，本机不再保存。",
        "This picture was sent and is no longer kept on the phone.";
    /// There is no QR code in the picture, or it cannot be read.
    NoCode = "no_code",
        "照片里没有找到二维码。请走近一点、拍清楚，再试一次。",
        "There is no QR code to be read in the picture. Go closer, hold still, and try again.";
    /// The text is no enrolment card, or its code is mistyped.
    WrongCard = "wrong_card",
        "这不是登记卡上的码，或者输错了一位。请对照登记卡再试一次。",
        "This is not the code of an enrolment card, or a digit is wrong. Compare it with the card.";
    /// What was typed is not the address of a hub.
    WrongAddress = "wrong_address",
        "服务器地址不对，请照登记卡再输一次。",
        "This is not the server's address. Type it once more as it stands on the card.";
    /// The file that was chosen can't be read at all.
    FileUnreadable = "file_unreadable",
        "这个文件打不开。本机的记录都在。请重新拷贝一次，再选它。",
        "This file cannot be opened. Everything is still on this phone. Copy it again, then choose it.";
    /// The file is of another kind.
    WrongFile = "wrong_file",
        "这不是回执文件。请选站里的电脑给的那个回执文件。",
        "This is not an answer file. Choose the one that the station's computer gave.";
    /// The file is what a phone hands over, not the answer to it.
    NotAnAnswer = "not_an_answer",
        "这是手机交出去的文件，不是回执。请先交给站里的电脑，再读入它给的回执文件。",
        "This is the file that a phone hands over. Give it to the station's computer, then read in the answer file it gives.";
    /// The file ends before its end.
    FileCut = "file_cut",
        "这个文件没有拷完整。本机的记录都在。请从站里的电脑重新拷贝一次。",
        "This file was not copied to its end. Everything is still on this phone. Copy it again from the station's computer.";
    /// The file was changed on its way, and nothing of it is believed.
    FileDamaged = "file_damaged",
        "这个文件核对不上，没有采信。本机的记录都在。请重新拷贝；还不行，请告诉站长。",
        "This file does not add up, so it was not believed. Everything is still on this phone. Copy it again; if that fails, tell your station head.";
    /// The file is the answer for another phone, or of an earlier enrolment.
    OtherPhone = "other_phone",
        "这份回执是给另一部手机的，或者是重新登记以前的。请选给本机的回执文件。",
        "This answer is for another phone, or from before this one was enrolled again. Choose the answer file for this phone.";
    /// The file is of another hub.
    OtherHub = "other_hub",
        "这份回执不是我们的服务器给的，没有采信。请选本站的回执文件，或者告诉站长。",
        "This answer is not from our server, so it was not believed. Choose the one of your station, or tell your station head.";
    /// No way to the hub.
    Offline = "offline",
        "现在没有网络。记录都保存在本机，有网络时会自动上传。",
        "There is no network now. Everything is saved on this phone and is sent when there is.";
    /// What answers is not the hub.
    HubUntrusted = "hub_untrusted",
        "连上的不是我们的服务器，没有发送任何内容。请换个网络，再告诉站长。",
        "What answers is not our server, so nothing was sent. Try another network and tell your station head.";
    /// The hub's answer cannot be read.
    HubAnswer = "hub_answer",
        "服务器的回答看不懂（可能是公共网络的登录页）。记录都在本机，稍后自动再传。",
        "The server's answer makes no sense (perhaps the sign-in page of a public network). Everything is on this phone and is sent later.";
    /// The hub is of a newer version and no longer speaks with this program.
    HubNewer = "hub_newer",
        "服务器已经升级，请更新应用。记录都在本机，更新后自动再传。",
        "The server is newer than this app: update the app. Everything is on this phone and is sent after that.";
    /// The hub does not take the enrolment code.
    EnrolmentRefused = "enrolment_refused",
        "登记码不对、用过了或者过期了。请找站长重新开一个。",
        "The enrolment code is wrong, used or too old. Ask your station head for a new one.";
    /// The device was revoked.
    DeviceRevoked = "device_revoked",
        "这部手机已停用。没上传的记录还在本机。请找站长重新登记。",
        "This phone was revoked. What was not sent is still here. Ask your station head to enrol it again.";
    /// The hub said no for another reason, or cannot do it now.
    HubRefused = "hub_refused",
        "服务器现在办不了。记录都在本机，稍后自动再传。",
        "The server cannot do it now. Everything is on this phone and is sent later.";
    /// A sync is under way.
    AlreadySyncing = "already_syncing",
        "正在上传，请稍等。",
        "It is being sent already; please wait.";
    /// It was cancelled.
    Cancelled = "cancelled",
        "已停止。记录都在本机，稍后自动再传。",
        "Stopped. Everything is on this phone and is sent later.";
    /// A part of the program is flawed.
    Internal = "internal",
        "应用出错了，已保存的都在。请告诉站长。",
        "The app had a fault; what was saved is safe. Please tell your station head.";
}

impl FieldError {
    /// The stable code of it.
    #[must_use]
    pub const fn code(&self) -> FieldErrorCode {
        use FieldErrorCode as Code;
        match self {
            Self::Store(error) => match error {
                StoreError::Full => Code::StorageFull,
                StoreError::Newer { .. } => Code::DatabaseNewer,
                StoreError::Damaged(_) => Code::DatabaseDamaged,
                StoreError::InUse => Code::InUse,
                StoreError::Row(_) | StoreError::Staged(_) | StoreError::Io(_) | StoreError::Sql(_) => {
                    Code::Storage
                }
            },
            Self::Vault(VaultError::KeyLost) | Self::Unseal(UnsealError::KeyLost) => Code::KeyLost,
            Self::Vault(VaultError::Unavailable { .. }) => Code::VaultUnavailable,
            Self::Unseal(UnsealError::Damaged(_)) => Code::DatabaseDamaged,
            Self::NotEnrolled => Code::NotEnrolled,
            Self::Link(NotALink::NoAddress) => Code::WrongAddress,
            Self::Link(_) => Code::WrongCard,
            Self::Unreadable(_) => Code::FileUnreadable,
            Self::Bundle(error) => match error {
                BundleError::NotABundle | BundleError::TooLarge => Code::WrongFile,
                BundleError::Cover(JwsError::OtherType { .. }) => Code::NotAnAnswer,
                BundleError::Cover(JwsError::OtherKey { .. }) => Code::OtherHub,
                BundleError::Cut => Code::FileCut,
                // The hub signed it, so it is one that knows more than this program.
                BundleError::Part(_) => Code::HubNewer,
                BundleError::Cover(_) | BundleError::Altered | BundleError::Damaged(_) => Code::FileDamaged,
                BundleError::OtherPhone => Code::OtherPhone,
            },
            Self::NotAllowed => Code::NotAllowed,
            Self::UnknownVenue(_) => Code::UnknownVenue,
            Self::UnknownMember(_) => Code::UnknownMember,
            Self::UnknownDraft(_) | Self::UnknownRecord(_) | Self::UnknownPhoto(_) => Code::NotFound,
            Self::NoChecklist(_) | Self::ChecklistGone(_) => Code::NoChecklist,
            Self::Inspection(InspectionError::MinorsNeeded { .. }) => Code::MinorsNeeded,
            Self::Inspection(InspectionError::TooMany { .. }) => Code::TooMany,
            Self::UnknownItem(_) | Self::Inspection(_) => Code::WrongAnswer,
            // Only texts make a record that long.
            Self::Text(_) | Self::Seal(JwsError::TooLong { .. }) => Code::BadText,
            Self::HalfAnswered(_) => Code::HalfAnswered,
            Self::NotReturned(_) => Code::NotReturned,
            Self::Photo(PhotoError::NotAPicture | PhotoError::Damaged(_)) => Code::NotAPicture,
            Self::Photo(PhotoError::Cut) => Code::PictureCut,
            Self::Photo(PhotoError::TooLarge(_)) => Code::PictureTooLarge,
            Self::WrongPlacard(_) => Code::WrongPlacard,
            Self::PhotoMissing(_) => Code::PhotoMissing,
            Self::PhotoGone(_) => Code::PhotoGone,
            Self::Offline(_) => Code::Offline,
            Self::HubUntrusted(_) | Self::HubKey(_) => Code::HubUntrusted,
            Self::HubAnswer(_) => Code::HubAnswer,
            Self::HubNewer(_) => Code::HubNewer,
            Self::Hub { code, .. } => match code {
                ProblemCode::CodeUnknown | ProblemCode::CodeUsed | ProblemCode::CodeExpired => {
                    Code::EnrolmentRefused
                }
                ProblemCode::DeviceRevoked => Code::DeviceRevoked,
                ProblemCode::Unauthorized => Code::NotEnrolled,
                _ => Code::HubRefused,
            },
            Self::AlreadySyncing => Code::AlreadySyncing,
            Self::Cancelled => Code::Cancelled,
            Self::Seal(_) | Self::Internal(_) => Code::Internal,
        }
    }

    /// What to do about it, in words that a volunteer of 75 understands.
    #[must_use]
    pub const fn advice(&self, locale: Locale) -> &'static str {
        match self {
            // The hub's own words say which of its reasons it was.
            Self::Hub { code, .. } => code.advice(locale),
            _ => self.code().advice(locale),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_the_same_in_rust_and_as_text() {
        for code in FieldErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.code());
        }
    }

    #[test]
    fn every_advice_is_short_and_without_the_words_of_programmers() {
        for code in FieldErrorCode::ALL {
            let zh = code.advice(Locale::ZhHans);
            assert!((3..=60).contains(&zh.chars().count()), "{zh}");
            for word in ["数据库", "异常", "错误码", "服务端", "JSON", "查处", "处罚"] {
                assert!(!zh.contains(word), "{zh}");
            }
            assert!(!zh.chars().any(|c| c.is_ascii_alphabetic()), "{zh}");
            assert!(code.advice(Locale::En).is_ascii(), "{code:?}");
        }
    }

    #[test]
    fn a_full_disk_is_said_so_from_wherever_it_comes() {
        let io = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let sql = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
        for error in [StoreError::from(io), StoreError::from(sql)] {
            assert_eq!(FieldError::from(error).code(), FieldErrorCode::StorageFull);
        }
    }
}
