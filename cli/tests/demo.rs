//! The demo as a newcomer runs it, to its end.

// A test fails by panicking, its helpers too.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::process::Command;

use serde_json::Value;

#[test]
fn the_demo_loses_doubles_and_alters_nothing_whatever_happens_on_the_way() {
    let output = Command::new(env!("CARGO_BIN_EXE_xuncha"))
        .args(["demo", "--exit", "--json", "--lang", "en", "--seed", "7"])
        .output()
        .unwrap();
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
}
