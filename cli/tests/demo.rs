//! The demo as a newcomer runs it, to its end; and what it must not touch.

// A test fails by panicking, its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The demo on a machine that is used for a real hub: started in a folder with its settings, with more of them in the
/// environment, behind a proxy. Nothing of that hub can be reached; a demo that tries ends at once.
fn demo(folder: &Path) -> Command {
    let settings = "database_url = \"postgres://xuncha@127.0.0.1:9/real\"\ns3_bucket = \"real\"\n";
    fs::write(folder.join("xuncha.toml"), settings).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuncha"));
    command.args(["demo", "--exit", "--json", "--lang", "en", "--seed", "7"]).current_dir(folder);
    command.envs([
        ("DATABASE_URL", "postgres://xuncha@127.0.0.1:9/real"),
        ("XUNCHA_CONFIG", "xuncha.toml"),
        ("XUNCHA_S3_BUCKET", "real"),
        ("XUNCHA_S3_ENDPOINT", "http://127.0.0.1:9"),
        ("XUNCHA_LISTEN", "127.0.0.1:9"),
        ("http_proxy", "http://127.0.0.1:9"),
    ]);
    command
}

#[test]
fn the_demo_loses_doubles_and_alters_nothing_whatever_happens_on_the_way_and_touches_no_real_hub() {
    let folder = tempfile::tempdir().unwrap();
    let output = demo(folder.path()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{told}", output.status);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let figures: Value = serde_json::from_str(stdout.lines().last().unwrap()).unwrap();
    let count = |name: &str| figures[name].as_u64().unwrap_or_else(|| panic!("no {name} in {figures}"));
    assert_eq!((count("recorded"), count("received")), (29, 29), "{figures}\n{told}");
    assert_eq!((count("lost"), count("doubled"), count("altered")), (0, 0, 0), "{figures}\n{told}");
    assert_eq!((count("killed"), count("hub_restarts"), count("photos_with_exif")), (2, 1, 0), "{figures}");
    let accidents = count("cuts") + count("garbled") + count("pages") + count("repeated");
    assert!(accidents > 0 && count("photos") == count("photos_received"), "{figures}");
    assert_eq!(figures["verified"], true, "{figures}\n{told}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["xuncha.toml"], "the demo wrote where it was started");
}

#[test]
fn a_demo_that_is_stopped_before_its_audit_does_not_end_as_if_all_were_well() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = demo(folder.path()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let told = BufReader::new(demo.stderr.take().unwrap());
    let told = told.lines().map(Result::unwrap).find(|line| line.contains("The hub runs"));
    assert!(told.is_some());
    assert!(Command::new("kill").args(["-INT", &demo.id().to_string()]).status().unwrap().success());
    assert_eq!(demo.wait().unwrap().code(), Some(130));
}
