//! How the phone is doing: whose it is, what waits, and what somebody has to know.

use rusqlite::Connection;
use serde::Serialize;

use super::draft_page::DraftLine;
use super::unsent::Unsent;
use super::{FieldBook, words};
use crate::domain::{DeviceId, Locale, MemberId, RecordId, StationId};
use crate::field::FieldError;
use crate::field::store::records::{RecordRow, RecordState};
use crate::field::store::{device, meta, photos, records, visits};
use crate::field::sync::LOG_BREAK;

/// How the phone is doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Status {
    /// Whose phone it is; none if it was never enrolled.
    pub enrolled: Option<EnrolledAs>,
    /// Whether it must be enrolled (again) before anything can be sealed or sent.
    pub must_enrol: bool,
    /// Records that wait to be sent.
    pub records_waiting: u64,
    /// Of these, how many were sealed with a lost key: they are sent as they are.
    pub records_locked: u64,
    /// Records that the hub did not take.
    pub records_refused: u64,
    /// Photos that wait to be sent.
    pub photos_waiting: u64,
    /// Inspections under way.
    pub drafts: u64,
    /// When the phone was last up to date, in words.
    pub synced: Option<String>,
    /// Milliseconds by which the phone's clock is ahead of the hub's, if known.
    pub clock_shift_ms: Option<i64>,
    /// What became of a damaged database, if there ever was one.
    pub damage: Option<DamageNote>,
    /// What somebody has to know.
    pub notices: Vec<Notice>,
}

/// Whose phone it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct EnrolledAs {
    /// The device.
    pub device: DeviceId,
    /// The member.
    pub member: MemberId,
    /// Their name.
    pub member_name: String,
    /// Their station.
    pub station: StationId,
    /// Its name.
    pub station_name: String,
    /// The hub's address.
    pub hub: String,
}

/// What became of a damaged database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct DamageNote {
    /// When it was found, in words.
    pub when: String,
    /// The directory it was set aside into.
    pub set_aside: String,
    /// Records taken over.
    pub records_kept: u64,
    /// Whether something could not be read.
    pub lossy: bool,
}

/// Something that somebody has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Notice {
    /// What, for a shell to tell apart.
    pub code: NoticeCode,
    /// The sentence.
    pub text: String,
    /// Where a tap on it leads, if anywhere.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub leads_to: Option<NoticeLead>,
}

/// Where a notice leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum NoticeLead {
    /// To the one record that it is about.
    Record {
        /// Which.
        record: RecordId,
    },
    /// It is about several: to the list of records.
    Records,
}

impl NoticeLead {
    fn of(records: &[RecordId]) -> Option<Self> {
        match records {
            [] => None,
            [record] => Some(Self::Record { record: *record }),
            _ => Some(Self::Records),
        }
    }
}

impl Notice {
    pub(super) fn of(code: NoticeCode, locale: Locale) -> Self {
        Self { code, text: code.text(locale).to_owned(), leads_to: None }
    }

    fn of_records(code: NoticeCode, records: &[RecordId], locale: Locale) -> Option<Self> {
        let leads_to = NoticeLead::of(records);
        let text = if code == NoticeCode::ReturnedRecords {
            words::returned(records.len(), locale)
        } else {
            code.text(locale).to_owned()
        };
        leads_to.is_some().then_some(Self { code, text, leads_to })
    }
}

macro_rules! notices {
    ($($(#[$doc:meta])* $code:ident, $zh:literal, $en:literal;)+) => {
        /// What somebody has to know. Codes are added, never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
        pub enum NoticeCode { $($(#[$doc])* $code,)+ }

        impl NoticeCode {
            /// The sentence shown for it.
            #[must_use]
            pub const fn text(self, locale: Locale) -> &'static str {
                match self { $(Self::$code => locale.pick($zh, $en),)+ }
            }
        }
    };
}

notices! {
    /// The phone was never enrolled.
    NotEnrolled,
        "这部手机还没有登记，请找站长要登记卡。",
        "This phone is not enrolled yet. Ask your station head for an enrolment card.";
    /// The key store lost the key, and the phone was not enrolled since.
    KeyLost,
        "手机的安全钥匙变了。资料没有丢，请找站长重新登记这部手机。",
        "The phone's safe was reset. Nothing is lost; ask your station head to enrol this phone again.";
    /// The hub revoked the device.
    DeviceRevoked,
        "这部手机已停用。没上传的记录还在本机，请找站长重新登记。",
        "This phone was revoked. What was not sent is still here; ask your station head to enrol it again.";
    /// Records wait that only the hub can open.
    LockedRecords,
        "有记录在本机打不开，重新登记后会原样上传。",
        "Some records cannot be opened here; they are sent as they are after a new enrolment.";
    /// Drafts cannot be read any more.
    LostDrafts,
        "有没做完的检查打不开了，请重新检查一次。",
        "An unfinished inspection cannot be opened any more. Please begin it anew.";
    /// The head returned records of this member, and they are not corrected yet.
    ReturnedRecords,
        "有记录被退回，没有计入。请点开更正。",
        "Records were returned and do not count. Open them and correct them.";
    /// The hub refused records.
    RefusedRecords,
        "有记录未被接收，请点开看原因，并告诉站长。",
        "Some records were not accepted. Open them to see why, and tell your station head.";
    /// A damaged database was set aside and salvaged.
    Damaged,
        "本机的资料文件坏过一次，已经修复，原文件也留着。请告诉站长。",
        "The file on this phone was damaged once and mended; the old one is kept. Please tell your station head.";
    /// The hub dropped or changed records of the station.
    LogRewritten,
        "服务器上的记录被删过或改过，本机从现在起什么都不删。请告诉站长。",
        "Records were dropped or changed on the hub. This phone deletes nothing from now on; tell your station head.";
    /// The clock is more than ten minutes off.
    ClockOff,
        "手机的时间不准，请在设置里打开自动设置时间。",
        "The phone's clock is wrong. Please switch on automatic time in its settings.";
    /// There are more urgent findings than the first screen shows.
    MoreUrgent,
        "紧急问题很多，这里只列了最近的。更早的请在站里的电脑上看。",
        "There are many urgent findings, and only the latest are listed here. See the others on the station's computer.";
}

/// From here on the clock makes evidence doubtful; see [`crate::domain::grade`].
const CLOCK_OFF_MS: i64 = 10 * 60_000;

impl FieldBook {
    /// How the phone is doing. Answers also before the first enrolment and after a lost key.
    ///
    /// # Errors
    /// Code `storage`.
    pub fn status(&self) -> Result<Status, FieldError> {
        let locale = self.locale();
        self.store.read(|conn| {
            let me = Self::me(conn).ok();
            let device = device::current(conn)?;
            let held = self.held(conn)?;
            let unsent = held.unsent();
            let locked = held.waiting().filter(|row| !self.keys.has(row.sealed.key)).count();
            let notices = self.notices(conn, &held)?;
            Ok(Status {
                must_enrol: must_enrol(&notices),
                records_waiting: unsent.records_waiting,
                records_locked: locked as u64,
                records_refused: unsent.records_refused,
                photos_waiting: unsent.photos_waiting,
                drafts: held.drafts.len() as u64,
                enrolled: match me.zip(device) {
                    Some((me, device)) => Some(EnrolledAs {
                        station_name: Self::station_name(conn, &me)?,
                        device: device.id,
                        member: me.member.id,
                        member_name: me.member.name.to_string(),
                        station: device.station,
                        hub: device.hub,
                    }),
                    None => None,
                },
                synced: meta::get(conn, meta::SYNCED_AT)?.map(|at| words::moment(at, locale)),
                clock_shift_ms: self.clock_shift_ms(conn)?,
                damage: meta::get(conn, meta::DAMAGE)?.map(|damage| DamageNote {
                    when: words::moment(damage.at, locale),
                    records_kept: damage.kept.get("records").copied().unwrap_or(0),
                    lossy: !damage.lossy.is_empty(),
                    set_aside: damage.set_aside,
                }),
                notices,
            })
        })
    }

    pub(super) fn held(&self, conn: &Connection) -> Result<Held, FieldError> {
        let (photos_waiting, photo_bytes) = photos::waiting_total(conn)?;
        Ok(Held {
            outbox: records::outbox(conn)?,
            photos_waiting,
            photo_bytes,
            photos_refused: photos::refused_total(conn)?,
            drafts: if Self::me(conn).is_ok() { self.draft_lines(conn)? } else { Vec::new() },
        })
    }

    pub(super) fn notices(&self, conn: &Connection, held: &Held) -> Result<Vec<Notice>, FieldError> {
        let locale = self.locale();
        let mut codes = Vec::new();
        match device::current(conn)? {
            None => codes.push(NoticeCode::NotEnrolled),
            Some(device) if !self.keys.has(device.data_key) => codes.push(NoticeCode::KeyLost),
            Some(device) if device.revoked => codes.push(NoticeCode::DeviceRevoked),
            Some(_) => {}
        }
        if held.outbox.iter().any(|row| !self.keys.has(row.sealed.key)) {
            codes.push(NoticeCode::LockedRecords);
        }
        if held.drafts.iter().any(|draft| !draft.readable) {
            codes.push(NoticeCode::LostDrafts);
        }
        let mut notices: Vec<_> = codes.drain(..).map(|code| Notice::of(code, locale)).collect();
        let returned = Self::returned(conn)?;
        notices.extend(Notice::of_records(NoticeCode::ReturnedRecords, &returned, locale));
        let refused: Vec<_> = held.refused().map(|row| row.id).collect();
        notices.extend(Notice::of_records(NoticeCode::RefusedRecords, &refused, locale));
        if meta::get(conn, LOG_BREAK)?.is_some() {
            codes.push(NoticeCode::LogRewritten);
        }
        if meta::get(conn, meta::DAMAGE)?.is_some() {
            codes.push(NoticeCode::Damaged);
        }
        if self.clock_shift_ms(conn)?.is_some_and(|shift| shift.abs() > CLOCK_OFF_MS) {
            codes.push(NoticeCode::ClockOff);
        }
        notices.extend(codes.into_iter().map(|code| Notice::of(code, locale)));
        Ok(notices)
    }

    /// The member's own records that were returned and wait for a correction: nobody else can make it.
    fn returned(conn: &Connection) -> Result<Vec<RecordId>, FieldError> {
        let Ok(me) = Self::me(conn) else { return Ok(Vec::new()) };
        let returned = visits::returned(conn)?;
        Ok(returned.iter().filter(|visit| visit.member == me.member.id).map(|visit| visit.record).collect())
    }
}

/// What only this phone has, read once for all that is said of it.
pub(super) struct Held {
    /// Records that wait or were refused, oldest first.
    pub(super) outbox: Vec<RecordRow>,
    photos_waiting: u64,
    /// The bytes of these photos.
    pub(super) photo_bytes: u64,
    photos_refused: u64,
    /// The member's drafts; none while nobody is enrolled.
    pub(super) drafts: Vec<DraftLine>,
}

impl Held {
    fn waiting(&self) -> impl Iterator<Item = &RecordRow> {
        self.outbox.iter().filter(|row| row.state == RecordState::Waiting)
    }

    fn refused(&self) -> impl Iterator<Item = &RecordRow> {
        self.outbox.iter().filter(|row| matches!(row.state, RecordState::Refused { .. }))
    }

    pub(super) fn unsent(&self) -> Unsent {
        Unsent {
            records_waiting: self.waiting().count() as u64,
            photos_waiting: self.photos_waiting,
            records_refused: self.refused().count() as u64,
            photos_refused: self.photos_refused,
        }
    }
}

/// Whether a phone must be enrolled (again) first, by what is to be known of it.
pub(super) fn must_enrol(notices: &[Notice]) -> bool {
    let codes = [NoticeCode::NotEnrolled, NoticeCode::KeyLost, NoticeCode::DeviceRevoked];
    notices.iter().any(|notice| codes.contains(&notice.code))
}
