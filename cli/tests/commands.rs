//! The commands as an administrator and a phone use them: real processes on real folders.

// A test fails by panicking, its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Hub, NOW, json, xuncha};
use xuncha_core::wire::{Receipt, Signed as _, SigningKey, TreeHead, V1};
use xuncha_hub::keys::HubKeys;
use xuncha_hub::store::Store;

/// A phone that made and handed over three inspections, one with a photo.
fn with_records() -> Hub {
    let hub = Hub::with_a_phone();
    let colleagues = hub.field(NOW, &["colleagues"]);
    let names: Vec<_> = colleagues["colleagues"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["祁静姝", "闵春和"], "those who serve, oneself apart");
    hub.inspect();
    let report = hub.field(NOW, &["sync"]);
    assert_eq!((&report["records_received"], &report["photos_received"]), (&3.into(), &1.into()), "{report}");
    hub
}

fn backup(hub: &Hub, name: &str) -> String {
    let to = hub.path(name);
    let told = json(&["backup", "--data", &hub.path("hub"), "--to", &to]);
    assert_eq!((&told["photos"], &told["database"], &told["keys"]), (&1.into(), &true.into(), &true.into()));
    to
}

/// The codes of what `verify` finds wrong.
fn wrong(data: &str, more: &[&str]) -> Vec<String> {
    let output = xuncha(&[&["verify", "--json", "--data", data], more].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let stations = report["stations"].as_array().unwrap().iter().flat_map(|s| s["wrong"].as_array().unwrap());
    let all = stations.chain(report["wrong"].as_array().unwrap());
    let codes: Vec<_> = all.map(|problem| problem["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(output.status.code(), Some(i32::from(!codes.is_empty())), "{report}");
    codes
}

fn tamper(data: &str, statement: &'static str) {
    tamper_all(data, &[statement]);
}

fn tamper_all(data: &str, statements: &[&'static str]) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open_file(&Path::new(data).join("hub.db")).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        for statement in statements.iter().copied() {
            let done = sqlx::query(statement).execute(&mut *tx).await.unwrap();
            assert!(done.rows_affected() > 0, "{statement}");
        }
        tx.commit().await.unwrap();
        store.close().await;
    });
}

/// The only photo of a hub.
fn photo_of(data: &str) -> PathBuf {
    let only = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.max_by_key(|path| path.is_dir()).unwrap()
    };
    only(&only(&Path::new(data).join("photos")))
}

#[test]
fn what_a_phone_hands_over_is_exported_backed_up_and_verified_and_each_tampering_is_named() {
    let hub = with_records();
    let data = hub.path("hub");
    assert!(wrong(&data, &[]).is_empty());

    let coverage =
        xuncha(&["export", "coverage", "--data", &data, "--month", "2026-11", "--now", NOW, "--json"]);
    let rows: Vec<Value> = String::from_utf8(coverage.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let states: Vec<_> =
        rows.iter().map(|row| (row["venue"].as_str().unwrap(), row["state"].as_str().unwrap())).collect();
    assert_eq!(states, [("纸飞机游艺厅", "due"), ("蓝鲸网吧", "met")]);

    let file = hub.path("records.geojson");
    assert_eq!(json(&["export", "records", "--data", &data, "--out", &file])["rows"], 3);
    let map: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let first = &map["features"][0];
    assert_eq!(first["properties"]["findings"], serde_json::json!(["wb_minor R"]));
    assert!(!fs::read_to_string(&file).unwrap().contains("118.7969"), "a volunteer's position was exported");

    let list = hub.path("venues-again.csv");
    json(&["export", "venues", "--data", &data, "--out", &list]);
    let again = json(&["import", "--data", &data, "--venues", &list]);
    assert_eq!((&again["unchanged"], &again["bad"]), (&2.into(), &0.into()), "{again}");

    let cases: [(&str, &'static str, &[&str]); 18] = [
        ("lost", "DELETE FROM payloads", &["payload_missing"]),
        ("payload", "UPDATE payloads SET jws = (SELECT max(jws) FROM payloads)", &["altered"]),
        (
            "hash",
            "UPDATE records SET sha256 = zeroblob(32) WHERE log_index = 1",
            &["altered", "chain", "log_root"],
        ),
        (
            "time",
            "UPDATE records SET received_at = received_at + 1 WHERE log_index = 0",
            &["log_root", "visit_altered"],
        ),
        ("seq", "UPDATE records SET seq = 9 WHERE log_index = 2", &["altered"]),
        ("visit", "UPDATE visits SET body = replace(body, 'on_site', 'away')", &["visit_altered"]),
        (
            "proof",
            "UPDATE visits SET proof = replace(proof, '\"photos\":', '\"photos\":9')",
            &["proof_altered"],
        ),
        (
            "found good",
            "UPDATE visits SET found_good = replace(found_good, '\"items\":[', '\"items\":[\"wb_minor\",')",
            &["found_good_altered"],
        ),
        ("no visit", "DELETE FROM visits WHERE body LIKE '%wb_minor%'", &["coverage", "visit_missing"]),
        ("tally", "DELETE FROM tallies", &["coverage"]),
        ("device", "UPDATE devices SET public_key = (SELECT signing_key FROM hub)", &["bad_signature"]),
        ("photo row", "DELETE FROM photos", &["photo_unknown"]),
        (
            "unreadable visit",
            "UPDATE visits SET body = 'x' WHERE record_id = (SELECT record_id FROM records WHERE log_index = 2)",
            &["coverage", "unreadable"],
        ),
        (
            "unreadable row",
            "UPDATE records SET sha256 = x'01' WHERE log_index = 1",
            &["log_root", "unreadable"],
        ),
        ("unreadable key", "UPDATE devices SET public_key = x'01'", &["unknown_device", "unreadable"]),
        ("figures", "UPDATE tallies SET counted = 9", &["coverage"]),
        ("month", "UPDATE visits SET month = month + 1", &["visit_column"]),
        ("review", "UPDATE visits SET review = 'approved', severity = 'S'", &["visit_column"]),
    ];
    for (name, statement, expected) in cases {
        let copy = backup(&hub, name);
        assert!(wrong(&copy, &[]).is_empty());
        tamper(&copy, statement);
        let found: BTreeSet<_> = wrong(&copy, &[]).into_iter().collect();
        assert_eq!(found, expected.iter().map(|code| (*code).to_owned()).collect(), "{name}");
    }

    let copy = backup(&hub, "damaged photo");
    let mut damaged = fs::OpenOptions::new().append(true).open(photo_of(&copy)).unwrap();
    damaged.write_all(b"x").unwrap();
    assert_eq!(wrong(&copy, &[]), ["photo_altered"]);
    fs::remove_file(photo_of(&copy)).unwrap();
    assert_eq!(wrong(&copy, &[]), ["photo_missing"]);
    assert!(wrong(&copy, &["--no-photos"]).is_empty());
}

#[test]
fn what_was_erased_for_its_time_is_told_from_what_was_lost_or_altered() {
    let hub = with_records();
    let data = backup(&hub, "copy");
    let retention = |more: &[&str]| {
        let later = ["hub", "retention", "--data", &data, "--now", "2027-06-01T12:00:00+08:00"];
        let station = json(&[&later, more].concat())["stations"][0].clone();
        if more.is_empty() { station["erased"].clone() } else { station["due"].clone() }
    };
    let due = retention(&["--dry-run"]);
    assert_eq!((&due["positions"], &due["photos"], &due["records"]), (&3.into(), &1.into(), &0.into()));
    assert_eq!(retention(&["--dry-run"]), due, "a dry run changes nothing");
    let gone = retention(&[]);
    assert_eq!(gone, due, "what is told is what was erased");
    assert_eq!(retention(&[])["positions"], 0);
    assert!(wrong(&data, &[]).is_empty());
    let report = json(&["verify", "--data", &data]);
    let station = &report["stations"][0];
    assert_eq!((&station["positions_erased"], &station["photos_erased"]), (&3.into(), &1.into()), "{report}");

    let cases: [(&str, &'static str, &[&str]); 3] = [
        ("extract", "UPDATE extracts SET body = replace(body, 'on_site', 'away')", &["extract_altered"]),
        ("extract gone", "DELETE FROM extracts", &["payload_missing"]),
        ("no word", "DELETE FROM erasures", &["extract_altered", "photo_missing"]),
    ];
    for (name, statement, expected) in cases {
        let copy = hub.path(name);
        json(&["backup", "--data", &data, "--to", &copy]);
        tamper(&copy, statement);
        let found: BTreeSet<_> = wrong(&copy, &[]).into_iter().collect();
        assert_eq!(found, expected.iter().map(|code| (*code).to_owned()).collect(), "{name}");
    }
    let forgotten = json(&["hub", "erase", "--data", &data, "--member", "贺松年", "--why", "本人要求"]);
    assert_eq!(forgotten["erased"]["records"], 3, "{forgotten}");
    assert!(wrong(&data, &[]).is_empty());
    let devices = json(&["hub", "devices", "--data", &data]);
    assert_eq!(devices["devices"][0]["member"]["name"], "已删除");
    assert!(devices["devices"][0]["revoked_at"].is_string(), "{devices}");
}

#[test]
fn a_log_that_was_cut_is_found_out_by_a_head_that_somebody_kept() {
    let hub = with_records();
    let old = backup(&hub, "copy");
    let keys = HubKeys::load(&Path::new(&old).join("hub.keys")).unwrap();
    let report = json(&["verify", "--data", &old]);
    let head = TreeHead {
        v: V1,
        station: report["stations"][0]["station"].as_str().unwrap().parse().unwrap(),
        size: 3,
        root: report["stations"][0]["root"].as_str().unwrap().parse().unwrap(),
        at: NOW.parse().unwrap(),
    };
    let kept = head.sign(keys.signing()).unwrap();
    assert!(wrong(&old, &["--head", kept.as_str()]).is_empty());

    let longer = TreeHead { size: 4, ..head };
    let longer = longer.sign(keys.signing()).unwrap();
    assert_eq!(wrong(&old, &["--head", longer.as_str()]), ["log_rewritten"]);
}

#[test]
fn a_record_that_was_dropped_or_changed_is_named_by_the_receipt_that_its_phone_kept() {
    let hub = with_records();
    let kept = hub.field(NOW, &["receipts"])["receipts"].clone();
    let kept: Vec<&str> = kept.as_array().unwrap().iter().map(|receipt| receipt.as_str().unwrap()).collect();
    let [third, second, first] = kept[..] else { panic!("three records, {} receipts", kept.len()) };
    let of_photo = hub.field(NOW, &["receipts"])["photo_receipts"][0].as_str().unwrap().to_owned();
    let file = hub.path("receipts.txt");
    fs::write(&file, [&kept[..], &[&of_photo]].concat().join("\n")).unwrap();
    let data = hub.path("hub");
    assert!(wrong(&data, &["--receipts", &file]).is_empty());

    let cut = backup(&hub, "cut");
    // The hub cuts its log as if the third record had never come: nothing that it holds tells of it.
    tamper_all(
        &cut,
        &[
            "DELETE FROM visits WHERE record_id = (SELECT record_id FROM records WHERE log_index = 2)",
            "DELETE FROM payloads WHERE record_id = (SELECT record_id FROM records WHERE log_index = 2)",
            "DELETE FROM records WHERE log_index = 2",
        ],
    );
    assert!(
        wrong(&cut, &["--receipt", first, "--receipt", second])
            .iter()
            .all(|code| !code.starts_with("receipt"))
    );
    assert!(wrong(&cut, &["--receipt", third]).contains(&"receipt_lost".to_owned()));

    let changes: [(&str, &'static str, &str); 5] = [
        ("time", "UPDATE records SET received_at = received_at + 1 WHERE log_index = 0", first),
        ("hash", "UPDATE records SET sha256 = zeroblob(32) WHERE log_index = 1", second),
        ("place", "UPDATE records SET log_index = 7 WHERE log_index = 2", third),
        ("photo", "UPDATE photos SET received_at = NULL", &of_photo),
        ("photo's time", "UPDATE photos SET received_at = received_at + 1", &of_photo),
    ];
    for (name, statement, receipt) in changes {
        let copy = backup(&hub, name);
        tamper(&copy, statement);
        assert!(
            !wrong(&copy, &[]).contains(&"receipt".to_owned()),
            "{name}: without a receipt nobody can say so"
        );
        assert!(wrong(&copy, &["--receipt", receipt]).contains(&"receipt".to_owned()), "{name}");
    }

    let lost = backup(&hub, "lost photo");
    tamper(&lost, "DELETE FROM photos");
    assert!(wrong(&lost, &["--receipt", &of_photo]).contains(&"receipt_lost".to_owned()));

    let keys = HubKeys::load(&Path::new(&data).join("hub.keys")).unwrap();
    let given: Receipt = Receipt::verify(&first.parse().unwrap(), &keys.public()).unwrap();
    let elsewhere = Receipt { station: given.record.uuid().into(), ..given.clone() };
    assert_eq!(wrong(&data, &["--receipt", elsewhere.sign(keys.signing()).unwrap().as_str()]), ["receipt"]);
    let forged = given.sign(&SigningKey::from_seed([1; 32])).unwrap();
    assert_eq!(wrong(&data, &["--receipt", forged.as_str()]), ["receipt"]);
}

#[test]
fn who_only_looks_at_a_copy_leaves_it_as_it_is() {
    let hub = with_records();
    let copy = backup(&hub, "copy");
    let all = || {
        let files = fs::read_dir(&copy).unwrap().map(|entry| entry.unwrap().path());
        files.map(|file| (fs::read(&file).ok(), file)).collect::<BTreeSet<_>>()
    };
    let look = || {
        let before = all();
        let found = wrong(&copy, &[]);
        xuncha(&["restore", "--from", &copy, "--check"]);
        assert!(all() == before, "{:?}", all().into_iter().map(|(_, file)| file).collect::<Vec<_>>());
        found
    };
    assert!(look().is_empty());
    fs::remove_dir_all(Path::new(&copy).join("photos")).unwrap();
    assert_eq!(look(), ["photo_missing"]);
}

#[test]
fn the_folder_of_a_hub_that_was_killed_is_no_copy_until_a_backup_made_one() {
    let hub = with_records();
    let killed = backup(&hub, "killed");
    fs::write(Path::new(&killed).join("hub.db-wal"), b"what was not worked into hub.db").unwrap();
    let target = hub.path("restored");
    for more in [["--check"].as_slice(), &["--data", &target]] {
        let output = xuncha(&[&["restore", "--from", &killed], more].concat());
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && told.contains("xuncha backup"), "{told}");
    }
    assert!(!Path::new(&target).exists());
}

#[test]
fn what_a_restore_that_was_killed_left_is_no_part_of_the_next() {
    let hub = with_records();
    let copy = backup(&hub, "copy");
    let target = hub.path("restored");
    let left = hub.path("restored.unfinished");
    fs::create_dir_all(&left).unwrap();
    fs::write(Path::new(&left).join("hub.keys"), b"another hub's").unwrap();
    fs::write(Path::new(&left).join("hub.db-wal"), b"another copy's").unwrap();
    let output = xuncha(&["restore", "--from", &copy, "--data", &target]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(wrong(&target, &[]).is_empty());
}

#[test]
fn a_damaged_file_of_the_database_is_named_and_does_not_end_the_verification() {
    let hub = with_records();
    let copy = backup(&hub, "copy");
    let file = Path::new(&copy).join("hub.db");
    let mut bytes = fs::read(&file).unwrap();
    // The head of the page that the visits lie on.
    let page = bytes.windows(7).rposition(|window| window == b"on_site").unwrap() / 4096 * 4096;
    bytes[page..page + 64].fill(0xff);
    fs::write(&file, bytes).unwrap();
    let found = wrong(&copy, &[]);
    assert!(
        found.contains(&"database_damaged".to_owned()) && found.contains(&"unreadable".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_wrong_list_changes_nothing_and_says_where_it_is_wrong() {
    let hub = Hub::new();
    let list = hub.path("bad.csv");
    fs::write(&list, "station,name,kind\n柳岸工作站,晴空网吧,网吧\n别处,麦田网吧,网吧\n").unwrap();
    let output = xuncha(&["import", "--data", &hub.path("hub"), "--venues", &list, "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &told["written"], &told["bad"]), (Some(1), &false.into(), &1.into()));
    let bad = &told["rows"][1];
    assert_eq!(
        (&bad["line"], &bad["bad"][0]["column"], &bad["bad"][0]["value"]),
        (&3.into(), &"station".into(), &"别处".into())
    );
    let output = xuncha(&["import", "--data", &hub.path("hub"), "--venues", &list, "--skip-bad", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &told["written"], &told["new"]), (Some(1), &true.into(), &1.into()));
}

#[test]
fn of_two_imports_of_one_list_at_once_the_second_finds_what_the_first_wrote() {
    let hub = Hub::new();
    let (data, list) = (hub.path("hub"), hub.path("new.csv"));
    fs::write(&list, "station,name,kind\n柳岸工作站,晴空网吧,网吧\n柳岸工作站,麦田网吧,网吧\n").unwrap();
    let import = || json(&["import", "--data", &data, "--venues", &list]);
    let told = std::thread::scope(|scope| {
        let both = [scope.spawn(import), scope.spawn(import)];
        both.map(|one| one.join().unwrap())
    });
    let count = |what: &str| told.iter().map(|one| one[what].as_u64().unwrap()).sum::<u64>();
    assert_eq!((count("new"), count("unchanged"), count("changed")), (2, 2, 0), "{told:?}");
    let again = import();
    assert_eq!((&again["unchanged"], &again["bad"]), (&2.into(), &0.into()), "{again}");
}

#[test]
fn what_is_called_wrongly_or_cannot_be_reached_has_its_own_exit_code() {
    let hub = Hub::new();
    let code = |words: &[&str]| {
        let output = xuncha(&[words, &["--json"]].concat());
        let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code().unwrap(), told["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let phone = hub.path("phone");
    assert_eq!(code(&["verify", "--data", &hub.path("nowhere")]), (2, "usage".to_owned()));
    assert_eq!(code(&["field", "--dir", &phone, "home"]), (1, "not_enrolled".to_owned()));
    let link = ["field", "--dir", &phone, "enrol", "--hub", "http://127.0.0.1:9", "--code", "5083482009"];
    assert_eq!(code(&link), (3, "offline".to_owned()));
    assert_eq!(
        code(&["hub", "enrol-code", "--data", &hub.path("hub"), "--member", "无此人"]),
        (1, "not_found".to_owned())
    );
    assert_eq!(code(&["fiedl"]), (2, "usage".to_owned()));
    assert_eq!(code(&["verify", "--receipt"]), (2, "usage".to_owned()));
    let told = xuncha(&["fiedl"]);
    assert_eq!((told.status.code(), told.stdout.is_empty()), (Some(2), true), "people read standard error");
}

#[test]
fn an_export_by_the_command_line_stands_in_the_audit_as_one_by_the_desk_does() {
    use sqlx::Row as _;
    let hub = Hub::new();
    let data = hub.path("hub");
    for what in ["findings", "records", "ledger", "report"] {
        json(&["export", what, "--data", &data, "--now", NOW, "--out", &hub.path(what)]);
    }
    let told = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open_file(&Path::new(&data).join("hub.db")).await.unwrap();
        let query =
            "SELECT subject FROM audit WHERE action = 'exported' AND member_id IS NULL ORDER BY subject";
        let rows = sqlx::query(query).fetch_all(&mut *store.read().await.unwrap()).await.unwrap();
        store.close().await;
        rows.iter().map(|row| row.get::<String, _>("subject")).collect::<Vec<_>>()
    });
    assert_eq!(told, ["findings", "ledger", "records", "report"]);
}

#[test]
fn a_password_that_is_typed_at_a_terminal_is_not_shown() {
    use std::io::Read as _;
    use std::process::{Command, Stdio};
    let hub = Hub::new();
    let words = format!(
        "'{}' hub password --data '{}' --member 祁静姝 --lang en",
        env!("CARGO_BIN_EXE_xuncha"),
        hub.path("hub"),
    );
    // `script` gives a program a terminal of its own.
    let typed = |passwords: [&str; 2]| {
        let mut script = Command::new("script");
        script.args(["--quiet", "--return", "--command", &words, "/dev/null"]);
        let mut script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut to, mut from) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
        let mut shown = Vec::new();
        for (prompt, password) in ["New password:", "Once more:"].into_iter().zip(passwords) {
            while !String::from_utf8_lossy(&shown).contains(prompt) {
                let mut byte = [0];
                from.read_exact(&mut byte).unwrap();
                shown.extend(byte);
            }
            // What is typed before the terminal went silent is neither shown nor read.
            std::thread::sleep(std::time::Duration::from_millis(500));
            writeln!(to, "{password}").unwrap();
        }
        from.read_to_end(&mut shown).unwrap();
        let shown = String::from_utf8_lossy(&shown).into_owned();
        assert!(passwords.iter().all(|password| !shown.contains(password)), "{shown}");
        (script.wait().unwrap().code().unwrap(), shown)
    };
    let (code, shown) = typed(["correct horse battery", "correct horse battery"]);
    assert!(code == 0 && shown.contains("the password is set"), "{shown}");
    let (code, shown) = typed(["correct horse battery", "correct house battery"]);
    assert!(code == 1 && shown.contains("The two differ"), "{shown}");
}

#[test]
fn settings_that_hold_and_are_hardly_meant_are_warned_of() {
    let hub = Hub::new();
    let config = |more: &[&str]| xuncha(&[&["hub", "config", "--data", &hub.path("hub")], more].concat());
    let output = config(&["--listen", "0.0.0.0:8080"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("public_url is missing"), "{said}");
    let output = config(&["--listen", "0.0.0.0:8080", "--public-url", "https://hub.example"]);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn each_shell_has_a_script_that_completes_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = xuncha(&["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{shell}");
        for word in ["xuncha", "verify", "receipts", "retention"] {
            assert!(script.contains(word), "{shell} knows no {word}");
        }
        assert_eq!(json(&["completions", shell])["script"], script.as_str(), "{shell}");
    }
}

#[test]
fn a_hub_that_is_asked_to_stop_ends_well() {
    let mut hub = Hub::new();
    hub.start();
    assert_eq!(hub.stop().unwrap().code(), Some(0));
}
