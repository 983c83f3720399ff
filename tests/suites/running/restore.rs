//! A hub that is copied while phones hand over, and put back elsewhere: what the copy has is whole, phones go on, and
//! those that know more than the copy are told, not lost.

use std::process::Command;

use serde_json::Value;
use xuncha_core::field::sync::SyncAlert;
use xuncha_tests::database::{Engine, bucket};
use xuncha_tests::hub::{Hub, program};
use xuncha_tests::network::Network;
use xuncha_tests::station::Site;

use super::visit;

/// A command's answer and whether it ended well.
fn answer(command: &mut Command) -> (bool, Value) {
    let output = command.arg("--json").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let value = serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_default();
    assert!(
        output.stderr.is_empty() || !output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.success(), value)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_under_load_is_put_back_elsewhere_and_phones_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 2, 4).await.unwrap();
    let road = Network::open(site.hub.url()).await.unwrap();
    let homes = [folder.path().join("phone1"), folder.path().join("phone2")];
    let book = site.phone(&homes[0], site.volunteers[0], Some(road.url())).await.unwrap();
    let other = site.phone(&homes[1], site.volunteers[1], Some(road.url())).await.unwrap();
    for number in 0..4 {
        visit(&other, number);
    }
    other.sync(None).await.unwrap();

    let copy = folder.path().join("copy");
    let copying = {
        let mut command = site.hub.xuncha(&["backup"]).unwrap();
        command.arg("--to").arg(&copy);
        tokio::task::spawn_blocking(move || answer(&mut command))
    };
    for number in 0..12 {
        visit(&book, number);
        book.sync(None).await.unwrap();
    }
    let (copied, told) = copying.await.unwrap();
    assert!(copied && told["missing"].as_array().unwrap().is_empty(), "{told}");

    // The machine is gone. The copy is whole, and is put where nothing is.
    let mut site = site;
    site.hub.kill();
    let elsewhere = folder.path().join("elsewhere");
    let restore = |data: &std::path::Path, more: &[&str]| {
        let mut command = program(folder.path()).unwrap();
        command.args(["restore", "--from"]).arg(&copy).arg("--data").arg(data).args(more);
        answer(&mut command)
    };
    let (whole, report) = restore(&elsewhere.join("hub"), &["--check"]);
    assert!(whole && report["report"]["ok"] == true, "{report}");
    assert!(!elsewhere.join("hub").exists(), "a check puts nothing anywhere");
    let (refused, _) = restore(&site.hub.data(), &[]);
    assert!(!refused, "a folder with a hub in it is left alone");
    let (restored, report) = restore(&elsewhere.join("hub"), &[]);
    assert!(restored && report["restored"] == true, "{report}");

    let mut hub = Hub::new(&elsewhere, None);
    hub.start().unwrap();
    road.lead_to(hub.url());
    let before = report["report"]["stations"][0]["records"].as_u64().unwrap();
    assert!((4..=16).contains(&before), "{report}");
    // A phone that had all it knows before the copy was made goes on as if nothing had been.
    visit(&other, 9);
    let synced = other.sync(None).await.unwrap();
    assert_eq!((synced.stuck, synced.records_waiting, synced.photos_waiting), (None, 0, 0), "{synced:?}");
    hub.must_verify().unwrap();
    // One that knows a longer log says so, and gives again what was lost.
    visit(&book, 13);
    let synced = book.sync(None).await.unwrap();
    let lost = |alert: &SyncAlert| matches!(alert, SyncAlert::LogRewritten { .. });
    assert_eq!(synced.alerts.iter().any(lost), before < 16, "{synced:?}");
    let synced = book.sync(None).await.unwrap();
    assert_eq!((synced.stuck, synced.records_waiting), (None, 0), "{synced:?}");
    hub.must_verify().unwrap();
    let mut command = hub.xuncha(&["verify"]).unwrap();
    let (_, report) = answer(&mut command);
    assert_eq!(report["stations"][0]["records"], 18, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_copy_is_not_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 2).await.unwrap();
    let book = site.phone(&folder.path().join("phone"), site.volunteers[0], None).await.unwrap();
    visit(&book, 0);
    book.sync(None).await.unwrap();
    let copy = folder.path().join("copy");
    let mut command = site.hub.xuncha(&["backup"]).unwrap();
    assert!(answer(command.arg("--to").arg(&copy)).0);
    let photos = copy.join("photos").join(site.station.to_string());
    let photo = std::fs::read_dir(photos).unwrap().next().unwrap().unwrap().path();
    std::fs::write(photo, b"something else").unwrap();
    let target = folder.path().join("target");
    let mut command = program(folder.path()).unwrap();
    command.args(["restore", "--from"]).arg(&copy).arg("--data").arg(&target);
    let (done, report) = answer(&mut command);
    assert!(!done && report["report"]["stations"][0]["wrong"][0]["code"] == "photo_altered", "{report}");
    assert!(!target.exists() && !folder.path().join("target.unfinished").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_lacks_a_photo_says_so_and_is_put_back_only_when_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 2).await.unwrap();
    let book = site.phone(&folder.path().join("phone"), site.volunteers[0], None).await.unwrap();
    (0..2).for_each(|number| visit(&book, number));
    book.sync(None).await.unwrap();
    let photos = site.hub.data().join("photos").join(site.station.to_string());
    std::fs::remove_file(std::fs::read_dir(photos).unwrap().next().unwrap().unwrap().path()).unwrap();
    let copy = folder.path().join("copy");
    let (copied, told) = answer(site.hub.xuncha(&["backup"]).unwrap().arg("--to").arg(&copy));
    assert!(!copied && told["missing"].as_array().unwrap().len() == 1, "{told}");
    let target = folder.path().join("target");
    let restore = |more: &[&str]| {
        let mut command = program(folder.path()).unwrap();
        command.args(["restore", "--from"]).arg(&copy).arg("--data").arg(&target).args(more);
        answer(&mut command)
    };
    let (done, report) = restore(&[]);
    assert!(!done && !target.exists(), "{report}");
    let (done, report) = restore(&["--without-missing-photos"]);
    assert!(done && report["restored"] == true, "{report}");
    assert_eq!(report["report"]["stations"][0]["wrong"][0]["code"], "photo_missing", "{report}");
    #[cfg(unix)]
    for private in [&copy, &target] {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(private).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "{} is for its owner only", private.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_on_postgresql_and_an_s3_store_is_put_back_from_a_dump_and_a_copy() {
    if !Engine::all().unwrap().contains(&Engine::Postgres) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = Engine::Postgres.create().await.unwrap().unwrap();
    let settings = bucket("source").await.unwrap();
    let mut site = Site::build_with(folder.path(), Some(database.clone()), 1, 2, &settings).await.unwrap();
    let book = site.phone(&folder.path().join("phone"), site.volunteers[0], None).await.unwrap();
    for number in 0..3 {
        visit(&book, number);
    }
    book.sync(None).await.unwrap();
    let copy = folder.path().join("copy");
    let mut command = site.hub.xuncha(&["backup"]).unwrap();
    let (copied, told) = answer(command.arg("--to").arg(&copy));
    assert!(copied && told["photos"] == 3 && told["database"] == false, "{told}");
    site.hub.kill();

    // The very commands of docs/operations.md.
    let dump = folder.path().join("hub.dump");
    let restored = Engine::Postgres.create().await.unwrap().unwrap();
    let mut command = Command::new("pg_dump");
    must_succeed(command.args(["--format=custom", "--file"]).arg(&dump).arg(&database));
    let mut command = Command::new("pg_restore");
    must_succeed(command.args(["--exit-on-error", &format!("--dbname={restored}")]).arg(&dump));
    let home = folder.path().join("elsewhere");
    std::fs::create_dir_all(&home).unwrap();
    let hub = bucket("target")
        .await
        .unwrap()
        .iter()
        .fold(Hub::new(&home, Some(restored)), |hub, (variable, value)| hub.with(variable, value));
    let mut command = hub.xuncha(&["restore"]).unwrap();
    let (restored, report) = answer(command.arg("--from").arg(&copy));
    assert!(restored && report["report"]["stations"][0]["photos"] == 3, "{report}");
    let mut hub = hub;
    hub.start().unwrap();
    hub.must_verify().unwrap();
}

fn must_succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
