//! What can go wrong between phone and hub: stable codes, with what to do about each.
//!
//! The hub answers with `application/problem+json` (RFC 9457); one bad record of a push gets a code
//! of its own and does not hold up the others.

use serde::{Deserialize, Serialize};

use crate::domain::Locale;

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $code:ident = $text:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
        pub enum $name { $($(#[$doc])* $code,)+ }

        impl $name {
            /// Every code, for documents and tests.
            pub const ALL: &[Self] = &[$(Self::$code,)+];

            /// The code as it travels.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => $text,)+ }
            }

            /// The code that travels as this text; none of a hub that is newer.
            #[must_use]
            pub fn of_code(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == text)
            }

            /// What to do, in words a volunteer understands.
            #[must_use]
            pub const fn advice(self, locale: Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$code, Locale::ZhHans) => $zh, (Self::$code, Locale::En) => $en,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes! {
    /// Why the hub did not take one record. The record stays on the phone.
    RefusalCode {
        /// Not a record of this format.
        Malformed = "malformed",
            "记录格式无法识别，请联系站长。", "The record cannot be read. Tell your station head.";
        /// Larger than [`super::limits::RECORD_BYTES`].
        TooLarge = "too_large",
            "记录过大，请联系站长。", "The record is too large. Tell your station head.";
        /// The device that sealed it is not known to the hub.
        UnknownDevice = "unknown_device",
            "服务器不认识这部手机，请重新登记。", "The hub does not know this phone. Enrol again.";
        /// The signature does not fit: it was altered on its way or on the phone.
        BadSignature = "bad_signature",
            "记录签名不符，请联系站长。", "The record's signature does not fit. Tell your station head.";
        /// The device that sealed it was revoked before the visit.
        DeviceRevoked = "device_revoked",
            "这部手机已停用，请找站长重新登记。", "This phone was revoked. Ask your station head to enrol it again.";
        /// It names another station or member than its device belongs to.
        OutOfScope = "out_of_scope",
            "记录不属于本站，请联系站长。", "The record belongs to another station. Tell your station head.";
        /// The hub has another record under the same id; both are kept.
        Conflict = "conflict",
            "服务器上已有同号的另一条记录，两条都已保留，请联系站长。",
            "The hub has another record of the same number. Both are kept; tell your station head.";
        /// The venue is not known to the hub.
        UnknownVenue = "unknown_venue",
            "服务器上没有这个场所，请联系站长。", "The hub does not know this venue. Tell your station head.";
        /// The checklist version is not known to the hub.
        UnknownChecklist = "unknown_checklist",
            "检查表版本不符，请更新应用。", "The checklist's version is unknown to the hub. Update the app.";
        /// Answers or findings do not fit the checklist.
        InvalidInspection = "invalid_inspection",
            "检查内容与检查表不符，请联系站长。", "The answers do not fit the checklist. Tell your station head.";
        /// It corrects a record of another venue, member or time.
        BadCorrection = "bad_correction",
            "更正的内容与原记录不符，请联系站长。", "The correction does not fit the record it names. Tell your station head.";
        /// A box that waited behind a lost key cannot be opened by this hub.
        CannotOpen = "cannot_open",
            "服务器无法打开这条加密记录，请联系站长。", "The hub cannot open this sealed box. Tell your station head.";
        /// The member's role may not make such records.
        NotAllowed = "not_allowed",
            "您的身份不能提交这类记录，请联系站长。", "Your role may not make such records. Tell your station head.";
    }
}

impl RefusalCode {
    /// Whether the same record may be taken another time: what the hub did not know it can learn, and what a
    /// member may not do they may be allowed.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::UnknownDevice | Self::UnknownVenue | Self::UnknownChecklist | Self::NotAllowed)
    }
}

codes! {
    /// Why the hub did not do what was asked at all.
    ProblemCode {
        /// The request is not as the API describes it.
        BadRequest = "bad_request",
            "请求有误，请更新应用。", "The request is wrong. Update the app.";
        /// A body larger than its limit.
        TooLarge = "too_large",
            "内容过大。", "The request is too large.";
        /// No sign-in, or one that is not valid.
        Unauthorized = "unauthorized",
            "请重新登记这部手机。", "Enrol this phone again.";
        /// The device was revoked.
        DeviceRevoked = "device_revoked",
            "这部手机已停用，请找站长重新登记。未上传的记录仍在本机。",
            "This phone was revoked. Ask your station head to enrol it again. What waits stays on the phone.";
        /// Signed in, but not for this.
        Forbidden = "forbidden",
            "您没有这项权限。", "You may not do this.";
        /// There is no such thing.
        NotFound = "not_found",
            "没有找到。", "There is no such thing.";
        /// The method is not offered here.
        MethodNotAllowed = "method_not_allowed",
            "请求有误，请更新应用。", "This method is not offered here.";
        /// The body's type is not the one expected.
        UnsupportedMediaType = "unsupported_media_type",
            "请求有误，请更新应用。", "The body's type is not the one expected.";
        /// The code is wrong.
        CodeUnknown = "code_unknown",
            "登记码不对，请核对或找站长重新开一个。", "The code is wrong. Check it or ask for a new one.";
        /// The code was used by another phone.
        CodeUsed = "code_used",
            "登记码已被使用，请找站长重新开一个。", "The code was used. Ask for a new one.";
        /// The code is too old.
        CodeExpired = "code_expired",
            "登记码已过期，请找站长重新开一个。", "The code is too old. Ask for a new one.";
        /// Too many attempts.
        TooManyAttempts = "too_many_attempts",
            "尝试次数过多，请稍后再试。", "Too many attempts. Try again later.";
        /// Somebody else reviewed the record meanwhile.
        AlreadyReviewed = "already_reviewed",
            "这条记录已有人审核，请刷新后再看。", "Somebody reviewed this record meanwhile. Reload and look again.";
        /// Somebody else took a step about the finding meanwhile.
        AlreadyFollowedUp = "already_followed_up",
            "这个问题刚刚有新的进展，请刷新后再看。",
            "Something was done about this finding meanwhile. Reload and look again.";
        /// An upload's offset is not where the hub stands (tus 1.0).
        OffsetMismatch = "offset_mismatch",
            "正在续传。", "The upload goes on where the hub stands.";
        /// A piece's checksum does not fit (tus 1.0).
        ChecksumMismatch = "checksum_mismatch",
            "传输有误，正在重传。", "The piece was damaged on its way and is sent again.";
        /// The finished photo is not the one the record names.
        PhotoMismatch = "photo_mismatch",
            "照片与记录不符，请联系站长。", "The photo is not the one the record names. Tell your station head.";
        /// The upload expired or was given up (tus 1.0).
        Gone = "gone",
            "上传已过期，将重新开始。", "The upload expired and starts again.";
        /// The tus version asked for is not 1.0.0.
        TusVersion = "tus_version",
            "请更新应用。", "Only tus 1.0.0 is spoken here.";
        /// The hub's disk is full.
        StorageFull = "storage_full",
            "服务器存储已满，记录保存在本机，稍后自动上传。",
            "The hub's disk is full. Everything stays on the phone and is sent later.";
        /// The hub cannot do it now.
        Unavailable = "unavailable",
            "服务器暂时不可用，记录保存在本机，稍后自动上传。",
            "The hub is not available. Everything stays on the phone and is sent later.";
        /// A fault of the hub.
        Internal = "internal",
            "服务器出错，记录保存在本机，稍后自动上传。",
            "The hub had a fault. Everything stays on the phone and is sent later.";
    }
}

/// The body of an error answer (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stable code.
    pub code: ProblemCode,
    /// The same in words.
    pub title: String,
    /// What exactly was wrong, where that helps; never personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Problem {
    /// A problem with nothing more to say than its code.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self { code, title: code.advice(Locale::ZhHans).to_owned(), detail: None }
    }

    /// The same with a detail.
    #[must_use]
    pub fn with_detail(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..Self::new(code) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_the_same_in_rust_and_on_the_wire() {
        for code in RefusalCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.code());
        }
        for code in ProblemCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.code());
        }
    }
}
