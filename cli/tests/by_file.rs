//! A phone that has no network after its enrolment: what it saved goes to the hub on a stick, and the hub's
//! answer comes back the same way. And the files that an administrator reads and writes.

// A test fails by panicking, its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Hub, NOW, json, xuncha};

/// A hub that nobody reaches any more, and a phone with three inspections and a photo.
fn parted() -> Hub {
    let mut hub = Hub::with_a_phone();
    hub.stop();
    hub.inspect();
    hub
}

fn take(hub: &Hub, file: &str, answer: &str) -> Value {
    json(&["import-bundle", file, "--data", &hub.path("hub"), "--out", answer, "--now", NOW])
}

/// The code of the error of a command that fails.
fn refused(words: &[&str]) -> String {
    let output = xuncha(&[words, &["--json"]].concat());
    assert!(!output.status.success(), "{words:?} did not fail");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    told["error"]["code"].as_str().unwrap().to_owned()
}

fn photo_files(hub: &Hub) -> usize {
    fs::read_dir(hub.path("phone/photos")).unwrap().count()
}

#[test]
fn what_a_phone_without_a_network_saved_is_received_once_and_told_back_by_file() {
    let hub = parted();
    let (out, back) = (hub.path("out.xuncha"), hub.path("answer.xuncha"));
    let exported = hub.field(NOW, &["export", &out]);
    assert_eq!((&exported["records"], &exported["photos"]), (&3.into(), &1.into()), "{exported}");
    let outbox = hub.field(NOW, &["outbox"]);
    assert!(!outbox.to_string().contains("received"), "a file that was written is no receipt: {outbox}");
    assert_eq!(photo_files(&hub), 1);

    let taken = take(&hub, &out, &back);
    assert_eq!((&taken["accepted"], &taken["photos"]), (&3.into(), &1.into()), "{taken}");
    // The stick is carried twice; the second answer tells the same.
    let again = take(&hub, &out, &hub.path("again.xuncha"));
    assert_eq!((&again["accepted"], &again["already_had"]), (&0.into(), &3.into()), "{again}");

    let report = hub.field(NOW, &["take", &back]);
    assert_eq!((&report["records_received"], &report["photos_received"]), (&3.into(), &1.into()), "{report}");
    assert_eq!((&report["records_waiting"], &report["alerts"]), (&0.into(), &serde_json::json!([])));
    assert_eq!(photo_files(&hub), 0, "the hub has it");
    let report = hub.field(NOW, &["take", &hub.path("again.xuncha")]);
    assert_eq!((&report["records_received"], &report["photos_received"]), (&0.into(), &0.into()), "{report}");

    // Nothing is left; the next export asks only for news, and its answer brings none.
    let exported = hub.field(NOW, &["export", &out]);
    assert_eq!((&exported["records"], &exported["photos"]), (&0.into(), &0.into()));
    take(&hub, &out, &back);
    assert_eq!(hub.field(NOW, &["take", &back])["alerts"], serde_json::json!([]));
    let verified = json(&["verify", "--data", &hub.path("hub")]);
    assert_eq!(verified["wrong"], serde_json::json!([]), "{verified}");
}

#[test]
fn a_cut_changed_or_foreign_file_is_refused_on_either_side_and_nothing_is_let_go() {
    let hub = parted();
    let (out, back) = (hub.path("out.xuncha"), hub.path("answer.xuncha"));
    hub.field(NOW, &["export", &out]);
    let data = hub.path("hub");
    let whole = fs::read(&out).unwrap();
    let bad = hub.path("bad.xuncha");
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    for bytes in [&whole[..whole.len() - 1], &changed, b"PK\x03\x04", b""] {
        fs::write(&bad, bytes).unwrap();
        let take = ["import-bundle", &bad, "--data", &data, "--out", &back, "--now", NOW];
        assert_eq!(refused(&take), "bad_request");
    }
    // The phone does not take its own export for an answer, nor one that was changed on the way.
    let phone = hub.path("phone");
    let field = |file: &str| refused(&["field", "--dir", &phone, "--now", NOW, "take", file]);
    assert_eq!(field(&out), "not_an_answer");
    assert_eq!(field(&hub.path("nowhere.xuncha")), "file_unreadable");
    take(&hub, &out, &back);
    let answer = fs::read(&back).unwrap();
    let mut changed = answer.clone();
    *changed.last_mut().unwrap() ^= 1;
    let cases: [(&[u8], _); 5] = [
        (&changed, "file_damaged"),
        (&answer[..answer.len() - 1], "file_cut"),
        (&answer[..40], "file_cut"),
        (b"PK\x03\x04", "wrong_file"),
        (b"", "wrong_file"),
    ];
    for (bytes, code) in cases {
        fs::write(&bad, bytes).unwrap();
        assert_eq!(field(&bad), code);
    }
    assert_eq!(photo_files(&hub), 1);
    let report = hub.field(NOW, &["take", &back]);
    assert_eq!(report["records_received"], 3, "{report}");

    // The hub of another place knows neither the phone nor its key, nor does this phone know that hub.
    let other = parted();
    let take = ["import-bundle", &out, "--data", &other.path("hub"), "--out", &back, "--now", NOW];
    assert_eq!(refused(&take), "not_found");
    other.field(NOW, &["export", &out]);
    take_of(&other, &out, &back);
    assert_eq!(field(&back), "other_hub");
}

fn take_of(hub: &Hub, file: &str, answer: &str) {
    let taken = take(hub, file, answer);
    assert_eq!(taken["accepted"], 3, "{taken}");
}

#[test]
fn a_files_ending_says_its_form_however_it_is_written_and_an_unknown_one_is_refused() {
    let hub = Hub::new();
    let data = hub.path("hub");
    let written = |name: &str, more: &[&str]| {
        let file = hub.path(name);
        let words = ["export", "venues", "--data", &data, "--out", &file];
        let output = xuncha(&[&words, more].concat());
        (output.status.code().unwrap(), fs::read(&file).unwrap_or_default())
    };
    let (code, workbook) = written("月报.XLSX", &[]);
    assert!(code == 0 && workbook.starts_with(b"PK"), "an Excel workbook is a zip");
    assert_eq!(written("venues.xls", &[]), (2, Vec::new()));
    let (code, list) = written("venues.2026-11", &["--format", "csv"]);
    assert!(code == 0 && String::from_utf8(list).unwrap().contains("蓝鲸网吧"));
    let left: Vec<_> = fs::read_dir(hub.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".unfinished")), "{left:?}");
}

#[test]
fn a_report_of_an_import_replaces_the_one_before_only_when_it_is_whole() {
    let hub = Hub::new();
    let (data, list, report) = (hub.path("hub"), hub.path("list.csv"), hub.path("report.csv"));
    fs::write(&list, "station,name,kind\n柳岸工作站,晴空网吧,网吧\n").unwrap();
    fs::write(&report, "the one before").unwrap();
    json(&["import", "--data", &data, "--venues", &list, "--dry-run", "--report", &report]);
    assert!(fs::read_to_string(&report).unwrap().contains("晴空网吧"));
    assert!(!Path::new(&format!("{report}.unfinished")).exists());
    let output = xuncha(&[
        "import",
        "--data",
        &data,
        "--venues",
        &list,
        "--dry-run",
        "--report",
        &hub.path("no/r.csv"),
    ]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_phone_without_a_screen_keeps_what_is_not_said_yet_and_says_whose_it_is() {
    let hub = Hub::with_a_phone();
    let me = hub.field(NOW, &["me"]);
    assert_eq!((&me["name"], &me["may_inspect"]), (&"贺松年".into(), &true.into()), "{me}");
    hub.field(NOW, &["start", "--venue", "蓝鲸网吧"]);
    hub.field(NOW, &["begun", "--item", "wb_minor", "--choice", "yes", "--count", "3", "--band", "junior"]);
    hub.field(NOW, &["note", "--item", "wb_sign", "--note", "门口没有贴"]);
    let draft = hub.field(NOW, &["draft"]).to_string();
    assert!(draft.contains("\"count\":3") && draft.contains("门口没有贴"), "{draft}");
    hub.field(NOW, &["note", "--item", "wb_sign"]);
    assert!(!hub.field(NOW, &["draft"]).to_string().contains("门口没有贴"));
    let phone = hub.path("phone");
    let finish = xuncha(&["field", "--dir", &phone, "--now", NOW, "--json", "finish"]);
    assert_eq!(finish.status.code(), Some(1), "what is filled in and not confirmed is asked about");
    hub.field(NOW, &["begun", "--item", "wb_minor", "--not-looked"]);
    hub.field(NOW, &["finish"]);
    let page = hub.field(NOW, &["hand-over"]);
    assert_eq!((&page["records"], &page["photos"]), (&1.into(), &0.into()), "{page}");
    assert!(page["file_name"].as_str().unwrap().ends_with(".xuncha"), "{page}");
    let record = hub.field(NOW, &["history"])["lines"][0]["record"].as_str().unwrap().to_owned();
    let answers = hub.field(NOW, &["record", "--record", &record]).to_string();
    assert!(!answers.contains("门口没有贴"), "a remark that was taken away is in no record: {answers}");
}
