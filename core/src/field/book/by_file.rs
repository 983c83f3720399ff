//! 用文件上交: handing over by file, where no network joins phone and hub. What was handed over is not uploaded:
//! its state stays as it was until the hub's answer came back and was verified.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use serde::Serialize;

use super::{FieldBook, words};
use crate::domain::{Locale, Timestamp};
use crate::field::store::{meta, photos, visits, write_whole};
use crate::field::sync::{Exported, SyncReport, to_send};
use crate::field::{FieldError, Store, StoreError};
use crate::wire::bundle::BundleError;
use crate::wire::limits;

/// When what waits was last written into a file, until an answer is taken or all of it went by the network.
const WRITTEN_AT: meta::Name<Timestamp> = meta::Name::new("file_written_at");

/// The same. A full disk must not make a failure of a file that is written, or of an answer that is taken: what
/// cannot be noted then is known here and noted at the next chance. If the process ends before, only that is lost.
#[derive(Debug, Default)]
pub(super) struct WrittenNote {
    unkept: Mutex<Option<Unkept>>,
}

/// What is true of the last file and could not be noted.
#[derive(Debug, Clone, Copy)]
enum Unkept {
    Written(Timestamp),
    /// Its answer was taken, or nobody needs one any more.
    Done,
}

impl WrittenNote {
    fn set(&self, store: &Store, note: Unkept) {
        *self.lock() = Some(note);
        self.keep(store);
    }

    /// Notes what could not be noted before.
    fn keep(&self, store: &Store) {
        let mut unkept = self.lock();
        let kept = match *unkept {
            None => Ok(()),
            Some(Unkept::Written(at)) => store.write(|tx| meta::put(tx, WRITTEN_AT, &at)),
            Some(Unkept::Done) => store.write(|tx| meta::forget(tx, WRITTEN_AT)),
        };
        if kept.is_ok() {
            *unkept = None;
        }
    }

    fn get(&self, conn: &Connection) -> Result<Option<Timestamp>, StoreError> {
        match *self.lock() {
            Some(Unkept::Written(at)) => Ok(Some(at)),
            Some(Unkept::Done) => Ok(None),
            None => meta::get(conn, WRITTEN_AT),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Unkept>> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a file for the hub would hold now, and what is to be done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct HandOverPage {
    /// Records that it would hold.
    pub records: u64,
    /// Photos that it would hold.
    pub photos: u64,
    /// The same in words.
    pub text: String,
    /// What is to be done, step by step.
    pub steps: Vec<String>,
    /// That a file was written and its answer is not here yet, in words.
    pub written: Option<String>,
    /// What to call it.
    pub file_name: String,
    /// Bytes that an answer may have: nobody needs to copy more of a file.
    pub answer_bytes: u64,
}

/// What went into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct HandedOver {
    /// Records in it.
    pub records: u64,
    /// Photos in it.
    pub photos: u64,
    /// What waits and found no room: hand over again once the answer is here.
    pub left: u64,
    /// The same in words.
    pub text: String,
}

/// What an answer brought.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct TakenAnswer {
    /// What the hub has now, in words.
    pub text: String,
    /// What else there is to know or to do, a sentence each.
    pub notes: Vec<String>,
    /// What is wrong, a sentence each.
    pub warnings: Vec<String>,
    /// The same in figures.
    pub report: SyncReport,
}

impl FieldBook {
    /// What a file for the hub would hold now. With nothing that waits it still asks for what is new.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage`.
    pub fn hand_over_page(&self) -> Result<HandOverPage, FieldError> {
        let locale = self.locale();
        self.store.read(|conn| {
            let me = Self::me(conn)?;
            let member = me.member.id;
            let records = to_send(conn, member, self.now())?.len() as u64;
            let pictures = photos::to_hand_over(conn, member)?;
            let (photos, bytes) = (pictures.len() as u64, pictures.iter().map(|photo| photo.bytes).sum());
            let written = self.written.get(conn)?.filter(|_| records + photos > 0);
            Ok(HandOverPage {
                records,
                photos,
                text: to_hand_over(records, photos, bytes, locale),
                steps: steps(locale),
                written: written.map(|at| written_words(at, locale)),
                file_name: file_name(me.member.name.as_str(), self.now()),
                answer_bytes: limits::BUNDLE_BYTES as u64,
            })
        })
    }

    /// Writes what waits into a `.xuncha` file for the hub, in place of what was there. Nothing is let go by it.
    ///
    /// # Errors
    /// Codes `not_enrolled`, `storage_full`, `storage`, or what else failed on this phone; then no file is there.
    pub async fn hand_over(&self, to: &Path) -> Result<HandedOver, FieldError> {
        let Exported { file, records, photos, left } = self.syncer.export(self.parts()).await?;
        write_whole(to, &file)?;
        self.written.set(&self.store, Unkept::Written(self.now()));
        let text = handed_over(records, photos, file.len() as u64, left, self.locale());
        Ok(HandedOver { records, photos, left, text })
    }

    /// Takes the hub's answer to a file of this phone: receipts, and what is new at the station.
    ///
    /// # Errors
    /// Codes `file_unreadable`, `wrong_file`, `not_an_answer`, `file_cut`, `file_damaged`, `other_phone`, `other_hub`:
    /// then nothing of it is believed. Or what failed on this phone.
    pub async fn take_answer(&self, from: &Path) -> Result<TakenAnswer, FieldError> {
        let file = read(from)?;
        let before = self.store.read(visits::returned)?.len();
        let report = self.syncer.take(self.parts(), &file).await?;
        self.written.set(&self.store, Unkept::Done);
        let returned = self.store.read(visits::returned).map_or(0, |now| now.len().saturating_sub(before));
        let locale = self.locale();
        Ok(TakenAnswer {
            text: taken(&report, locale),
            notes: notes(&report, returned as u64, locale),
            warnings: report.alerts.iter().map(|alert| alert.advice(locale)).collect(),
            report,
        })
    }

    /// Of a file of which nothing waits any more nobody needs the answer, and what is made from now on is not in it.
    pub(super) fn forget_done_file(&self) -> Result<(), FieldError> {
        self.written.keep(&self.store);
        let is_done = self.store.read(|conn| {
            if self.written.get(conn)?.is_none() {
                return Ok::<_, FieldError>(false);
            }
            let member = Self::me(conn)?.member.id;
            let records = to_send(conn, member, self.now())?;
            Ok(records.is_empty() && photos::to_hand_over(conn, member)?.is_empty())
        })?;
        if is_done {
            self.written.set(&self.store, Unkept::Done);
        }
        Ok(())
    }
}

fn read(file: &Path) -> Result<Vec<u8>, FieldError> {
    let length = fs::metadata(file).map_err(FieldError::Unreadable)?.len();
    if length > limits::BUNDLE_BYTES as u64 {
        return Err(BundleError::TooLarge.into());
    }
    fs::read(file).map_err(FieldError::Unreadable)
}

/// Several phones' files lie on one stick: each says whose it is and when it was written.
fn file_name(member: &str, now: Timestamp) -> String {
    let name: String = member.chars().filter(|letter| letter.is_alphanumeric()).collect();
    format!("{name}-{}.xuncha", now.shanghai().format("%m%d-%H%M"))
}

fn to_hand_over(records: u64, photos: u64, bytes: u64, locale: Locale) -> String {
    if records + photos == 0 {
        return locale
            .pick(
                "没有等待上传的记录。也可以交一个空文件，换回站里的新消息。",
                "No record waits. A file without any still brings back what is new at the station.",
            )
            .to_owned();
    }
    let things = words::things(records, photos, locale);
    match (locale, photos) {
        (_, 0) => things,
        (Locale::ZhHans, _) => format!("{things}，约 {}", words::size(bytes, locale)),
        (Locale::En, _) => format!("{things}, about {}", words::size(bytes, locale)),
    }
}

fn steps(locale: Locale) -> Vec<String> {
    let steps = [
        locale.pick(
            "把文件拷到 U 盘，或者发给站长。",
            "Copy the file to a stick, or send it to your station head.",
        ),
        locale.pick(
            "站里的电脑收下文件，给出一个回执文件。",
            "The station's computer takes it and gives an answer file.",
        ),
        locale.pick(
            "把回执文件拷回这部手机，读入以后才算已收到。",
            "Copy the answer file back to this phone. Only once it is read in, records are received.",
        ),
    ];
    steps.map(str::to_owned).into()
}

fn written_words(at: Timestamp, locale: Locale) -> String {
    let at = words::moment(at, locale);
    match locale {
        Locale::ZhHans => format!("{at} 写过一个文件，还没有读入它的回执。"),
        Locale::En => format!("A file was written on {at}; its answer was not read in yet."),
    }
}

fn handed_over(records: u64, photos: u64, bytes: u64, left: u64, locale: Locale) -> String {
    let size = words::size(bytes, locale);
    let things = match words::things(records, photos, locale) {
        none if none.is_empty() => locale.pick("没有记录", "no records").to_owned(),
        things => things,
    };
    let written = match locale {
        Locale::ZhHans => format!("文件写好了：{things}，{size}。都还在本机，读入回执以后才算已收到。"),
        Locale::En => format!(
            "The file is written: {things}, {size}. All of it is still on this phone until the answer file is read in."
        ),
    };
    match (left, locale) {
        (0, _) => written,
        (_, Locale::ZhHans) => format!("{written}还有 {left} 件装不下，读入回执以后请再交一次。"),
        (_, Locale::En) => {
            format!("{written} No room was left for {left} more: hand over again after the answer.")
        }
    }
}

fn taken(report: &SyncReport, locale: Locale) -> String {
    let moved = report.moved;
    if moved.records_received + moved.photos_received == 0 {
        let nothing = moved.records_refused + moved.changes == 0 && report.alerts.is_empty();
        return if nothing {
            locale.pick("这份回执没有新的内容。", "There is nothing new in this answer.").to_owned()
        } else {
            locale.pick("回执读好了。", "The answer is read.").to_owned()
        };
    }
    let things = words::things(moved.records_received, moved.photos_received, locale);
    match locale {
        Locale::ZhHans => format!("已收到：{things}。"),
        Locale::En => format!("Received: {things}."),
    }
}

fn notes(report: &SyncReport, returned: u64, locale: Locale) -> Vec<String> {
    let counted = |count: u64, zh: &str, en: &str| match (locale, count) {
        (_, 0) => None,
        (Locale::ZhHans, _) => Some(format!("{count} 条{zh}")),
        (Locale::En, _) => Some(format!("{count} {en}")),
    };
    let news = locale.pick("站里的名单和安排更新了。", "Lists and plans of the station are up to date.");
    let (records, photos) = (report.records_waiting, report.photos_waiting);
    let still = || match locale {
        Locale::ZhHans => format!("还有 {}。", words::waiting(records, photos, locale)),
        Locale::En => format!("Still {}.", words::waiting(records, photos, locale)),
    };
    [
        counted(
            report.moved.records_refused,
            "未被接收，请在首页点开看原因，并告诉站长。",
            "not accepted. Open them on the first page to see why, and tell your station head.",
        ),
        counted(returned, "被退回，请看原因并更正。", "returned. See why, and correct it."),
        (report.moved.changes > 0).then(|| news.to_owned()),
        (records + photos > 0).then(still),
    ]
    .into_iter()
    .flatten()
    .collect()
}
