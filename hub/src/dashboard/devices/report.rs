//! What a phone reported of itself, in the table of phones: what waits, and what to do where something is wrong.

use maud::{Markup, html};
use xuncha_core::domain::Locale;
use xuncha_core::wire::{IssueCode, KeyStore, OutboxFigures, SelfReport};

use crate::dashboard::look::dates;
use crate::self_reports::KeptReport;

/// From here on a clock makes evidence doubtful, in milliseconds.
const CLOCK_OFF_MS: i64 = 10 * 60_000;
/// Records that wait longer than this are a reason to ask, in milliseconds.
const LONG_MS: i64 = 3 * 24 * 3_600_000;

/// The cell of a phone.
pub(super) fn view(kept: Option<&KeptReport>, l: Locale) -> Markup {
    let Some(KeptReport { received_at, report }) = kept else {
        return html! { span.quiet { (l.pick("还没有报告", "no report yet")) } };
    };
    let Some(report) = report else {
        return html! {
            span.state.due { i aria-hidden="true" { "!" } (l.pick("报告读不出来", "unreadable report")) }
            span.quiet { (dates::moment(*received_at, l)) }
            p { (l.pick("手机下次同步会重新报告；还是这样，请告诉系统管理员。",
                "The phone reports anew at its next sync; if this stays, tell the administrator.")) }
        };
    };
    let advice = advice(report, l);
    html! {
        @if advice.is_empty() {
            span.state.met { i aria-hidden="true" { "✓" } (l.pick("正常", "all well")) }
        } @else {
            span.state.due { i aria-hidden="true" { "!" } (l.pick("需要帮助", "needs help")) }
        }
        span.quiet { (dates::moment(*received_at, l)) }
        @for line in &advice { p { (line) } }
        details {
            summary { (waiting(&report.outbox, l)) }
            dl {
                dt { (l.pick("应用和系统", "App and system")) }
                dd { (report.program.version) " · " (report.program.system) }
                dt { (l.pick("本应用占用", "Used by the app")) } dd { (size(report.room.used())) }
                dt { (l.pick("手机剩余空间", "Left on the phone")) } dd { (size(report.room.free)) }
                @if let Some(at) = report.outbox.oldest_waiting {
                    dt { (l.pick("最早的待传记录", "Oldest that waits")) } dd { (dates::moment(at, l)) }
                }
                @if let Some(at) = report.synced_at {
                    dt { (l.pick("上次同步", "Last synced")) } dd { (dates::moment(at, l)) }
                }
                @if let Some(shift) = report.clock_shift_ms {
                    dt { (l.pick("时钟误差", "Clock off by")) } dd { (seconds(shift)) " " (l.pick("秒", "s")) }
                }
            }
        }
    }
}

/// What waits on the phone, in a line.
fn waiting(outbox: &OutboxFigures, l: Locale) -> String {
    let OutboxFigures { waiting, refused, returned, photos, .. } = outbox;
    match l {
        Locale::ZhHans => {
            format!("待传记录 {waiting}，照片 {photos}；未被接收 {refused}；已退回 {returned}")
        }
        Locale::En => {
            format!("{waiting} records and {photos} photos wait; {refused} not accepted; {returned} returned")
        }
    }
}

/// What the station can do, the gravest first; nothing if all is well.
fn advice(report: &SelfReport, l: Locale) -> Vec<&'static str> {
    let outbox = &report.outbox;
    let old = outbox.oldest_waiting.is_some_and(|at| report.at.millis() - at.millis() > LONG_MS);
    let off = report.clock_shift_ms.is_some_and(|shift| shift.unsigned_abs() > CLOCK_OFF_MS.unsigned_abs());
    let has = |code| report.issues.contains(&code);
    let told = [
        (
            has(IssueCode::Database) || report.was_damaged,
            "资料文件损坏过：原文件还在手机里，请不要卸载应用，把手机带到站里。",
            "Its file was damaged: the old one is still on the phone. Do not remove the app; bring the phone in.",
        ),
        (
            has(IssueCode::Record) || has(IssueCode::Chain),
            "有记录和保存时不一样：请核对这部手机上传的记录，并查看提醒。",
            "A record is not as it was saved: check what this phone sent, and look at the alerts.",
        ),
        (
            has(IssueCode::KeyLost) || outbox.locked > 0 || report.key_store == KeyStore::LostKey,
            "手机的安全钥匙变过：重新登记后，没传的会原样上传；还没有登记的，请开登记卡。",
            "The phone's safe was reset: once enrolled again it sends what it has as it is; else make a card.",
        ),
        (
            has(IssueCode::Photo),
            "有照片不见了或损坏：请问本人是否需要更正那条记录。",
            "A photo is missing or damaged: ask whether its record has to be corrected.",
        ),
        (
            outbox.refused > 0,
            "有记录未被接收：请看提醒，并和本人一起看原因。",
            "Records were not accepted: look at the alerts, and at the reason with the owner.",
        ),
        (
            outbox.returned > 0,
            "有退回的记录还没更正：请提醒本人。",
            "Returned records are not corrected yet: remind the owner.",
        ),
        (
            old,
            "有记录等了三天以上：请让手机连上网络，或者用文件交换。",
            "Records have waited for more than three days: get the phone on a network, or exchange by file.",
        ),
        (
            has(IssueCode::LowSpace),
            "手机空间快满了：请帮忙删掉不用的照片或视频。",
            "The phone is nearly full: help to delete pictures or videos that are not needed.",
        ),
        (off, "手机时间不准：请打开自动设置时间。", "The phone's clock is wrong: switch on automatic time."),
    ];
    told.into_iter().filter(|(wrong, ..)| *wrong).map(|(_, zh, en)| l.pick(zh, en)).collect()
}

fn seconds(millis: i64) -> i64 {
    millis / 1_000
}

/// Bytes to a tenth of a megabyte, and a full disk's to a tenth of a gigabyte.
fn size(bytes: u64) -> String {
    let (unit, name) = if bytes < 1_000_000_000 { (1_000_000, "MB") } else { (1_000_000_000, "GB") };
    format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sound() -> Value {
        json!({
            "v": 1, "device": uuid::Uuid::nil(), "at": "2026-11-24T06:12:03.120Z",
            "program": {"version": "1.0", "system": "Android 15"},
            "room": {"database": 1, "photos": 0, "spare": 0, "free": 9_000_000_000_u64},
            "outbox": {"waiting": 0, "locked": 0, "refused": 0, "returned": 0, "photos": 0, "drafts": 1},
            "key_store": "sound", "was_damaged": false, "issues": [],
        })
    }

    fn with(path: &str, value: Value) -> usize {
        let mut report = sound();
        let (outer, inner) = path.split_once('/').unwrap_or((path, ""));
        if inner.is_empty() {
            report[outer] = value;
        } else {
            report[outer][inner] = value;
        }
        advice(&serde_json::from_value(report).unwrap(), Locale::ZhHans).len()
    }

    #[test]
    fn each_thing_that_is_wrong_has_one_advice_and_a_sound_phone_none() {
        assert_eq!(with("was_damaged", json!(false)), 0);
        for code in IssueCode::ALL {
            assert_eq!(with("issues", json!([code])), 1, "{code:?}");
        }
        assert_eq!(with("was_damaged", json!(true)), 1);
        assert_eq!(with("key_store", json!("lost_key")), 1);
        assert_eq!(with("outbox/locked", json!(2)), 1);
        assert_eq!(with("outbox/refused", json!(1)), 1);
        assert_eq!(with("outbox/returned", json!(1)), 1);
        assert_eq!(with("clock_shift_ms", json!(CLOCK_OFF_MS)), 0);
        assert_eq!(with("clock_shift_ms", json!(i64::MIN)), 1);
        assert_eq!(with("outbox/oldest_waiting", json!("2026-11-24T00:00:00Z")), 0);
        assert_eq!(with("outbox/oldest_waiting", json!("2026-11-20T00:00:00Z")), 1);
    }
}
