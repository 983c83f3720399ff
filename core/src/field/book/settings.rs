//! 设置: how the phone is doing, what room the book takes, and telling the station of it.

use serde::Serialize;

use super::member_page::OwnPlaces;
use super::status::Status;
use super::{FieldBook, words};
use crate::domain::Locale;
use crate::field::store::meta;
use crate::field::store::photos;
use crate::field::sync::{ASKED_REPORT, AskedReport, ReportFate};
use crate::field::{FieldError, StoreError};
use crate::wire::{Program, Room};

/// What is left of the disk is told only below so many bytes: else it is nothing to worry about.
const LITTLE_ROOM: u64 = 1_000_000_000;

/// The settings' screen, as far as it is about the phone.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct SettingsPage {
    /// How the phone is doing.
    pub status: Status,
    /// What the book takes.
    pub room: RoomLines,
    /// What came of the last report to the station, if one was ever asked for.
    pub report: Option<ReportLine>,
    /// The places of this member; none while nobody is enrolled.
    pub own: Option<OwnPlaces>,
}

/// What the book takes, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct RoomLines {
    /// The sum.
    pub text: String,
    /// What it is made of, and what is left of the disk where that is little.
    pub parts: Vec<String>,
    /// What frees room.
    pub advice: String,
}

/// What came of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct ReportLine {
    /// For a shell to tell apart.
    pub state: ReportShown,
    /// The sentence.
    pub text: String,
}

/// Where a report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum ReportShown {
    /// It waits for a network.
    Waiting,
    /// The hub has it.
    Reported,
    /// The hub did not take it.
    Refused,
}

impl FieldBook {
    /// What the settings show of the phone. Answers also before the first enrolment and after a lost key.
    ///
    /// # Errors
    /// Code `storage`.
    pub fn settings(&self) -> Result<SettingsPage, FieldError> {
        let room = self.store.room()?;
        let (photos, asked, own) = self.store.read(|conn| {
            let own = Self::me(conn).ok().map(|me| OwnPlaces::of(&me));
            Ok::<_, StoreError>((photos::waiting_total(conn)?.0, meta::get(conn, ASKED_REPORT)?, own))
        })?;
        let locale = self.locale();
        Ok(SettingsPage {
            status: self.status()?,
            room: room_lines(&room, photos, locale),
            report: asked.map(|asked| report_line(asked.fate, locale)),
            own,
        })
    }

    /// Asks for a report on this phone to its station. It is kept until there is a line: the next sync hands
    /// it in, and only then is it said to be reported.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn report(&self, program: Program) -> Result<ReportLine, FieldError> {
        let asked = AskedReport { asked_at: self.now(), program, fate: ReportFate::Waiting };
        self.store.write(|tx| {
            Self::me(tx)?;
            Ok::<_, FieldError>(meta::put(tx, ASKED_REPORT, &asked)?)
        })?;
        Ok(report_line(asked.fate, self.locale()))
    }
}

fn report_line(fate: ReportFate, locale: Locale) -> ReportLine {
    match fate {
        ReportFate::Waiting => {
            let text = locale.pick("将在有网络时报告", "Will be reported once there is a network");
            ReportLine { state: ReportShown::Waiting, text: text.to_owned() }
        }
        ReportFate::Reported { at } => {
            let at = words::moment(at, locale);
            let text = match locale {
                Locale::ZhHans => format!("已报告（{at}）"),
                Locale::En => format!("Reported ({at})"),
            };
            ReportLine { state: ReportShown::Reported, text }
        }
        ReportFate::Refused { code } => {
            let text = format!("{}{}", locale.pick("没有报告成：", "Not reported: "), code.advice(locale));
            ReportLine { state: ReportShown::Refused, text }
        }
    }
}

fn room_lines(room: &Room, photos: u64, locale: Locale) -> RoomLines {
    let line = |zh: &str, en: &str, bytes| format!("{} {}", locale.pick(zh, en), words::size(bytes, locale));
    let mut parts = vec![line("记录和名单", "Records and lists", room.database)];
    if room.photos > 0 {
        parts.push(line("还没上传的照片", "Photos not uploaded yet", room.photos));
    }
    if room.spare > 0 {
        parts.push(line("可以让出的照片", "Photos that can go", room.spare));
    }
    if room.free < LITTLE_ROOM {
        parts.push(line("手机只剩", "Only left on the phone", room.free));
    }
    let advice = match (photos, room.spare) {
        (0, 0) => locale.pick("没有要清理的。", "There is nothing to tidy up."),
        (0, _) => locale.pick("重新打开应用会让出这些地方。", "Open the app again to free this room."),
        _ => locale.pick(
            "照片上传并收到回执后，会自动从本机删除。",
            "Photos go from this phone by themselves once they are uploaded and receipted.",
        ),
    };
    RoomLines {
        text: line("本机占用", "Used on this phone", room.used()), parts, advice: advice.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_told_by_what_it_is_made_of_and_what_frees_it() {
        let room = Room { database: 2_140_000, photos: 10_200_000, spare: 0, free: 20_000_000_000 };
        let lines = room_lines(&room, 3, Locale::ZhHans);
        assert_eq!(lines.text, "本机占用 12.3 MB");
        assert_eq!(lines.parts, ["记录和名单 2.1 MB", "还没上传的照片 10.2 MB"]);
        assert!(lines.advice.contains("回执"));
        let spare = room_lines(&Room { photos: 0, spare: 900_000, ..room }, 0, Locale::En);
        assert_eq!(spare.parts[1], "Photos that can go 0.9 MB");
        assert_eq!(spare.advice, "Open the app again to free this room.");
        let full = room_lines(&Room { free: 90_000_000, ..room }, 0, Locale::ZhHans);
        assert_eq!(full.parts[2], "手机只剩 90.0 MB");
    }
}
