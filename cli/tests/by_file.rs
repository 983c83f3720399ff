//! A phone that has no network after its enrolment: what it saved goes to the hub on a stick, and the hub's
//! answer comes back the same way.

// A test fails by panicking, its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;

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
