//! The commands at a terminal: what is asked and kept step by step, warned of, completed and stopped.

// A test fails by panicking, its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::io::Write as _;
use std::process::Command;
use std::process::Stdio;

use support::{Hub, NOW, json, program, xuncha};

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
    hub.field(NOW, &["answer", "--item", "wb_minor", "--choice", "no"]);
    hub.field(NOW, &["finish"]);
    let page = hub.field(NOW, &["hand-over"]);
    assert_eq!((&page["records"], &page["photos"]), (&1.into(), &0.into()), "{page}");
    assert!(page["file_name"].as_str().unwrap().ends_with(".xuncha"), "{page}");
    let record = hub.field(NOW, &["history"])["lines"][0]["record"].as_str().unwrap().to_owned();
    let answers = hub.field(NOW, &["record", "--record", &record]).to_string();
    assert!(!answers.contains("门口没有贴"), "what was not confirmed is in no record: {answers}");
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
