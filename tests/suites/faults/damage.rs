//! Damaged database files: what can be saved is saved, what cannot is told, and nothing is wiped.

use std::os::unix::fs::FileExt as _;
use std::path::Path;

use xuncha_core::domain::Name;
use xuncha_core::field::FieldBook;
use xuncha_core::field::sync::SyncAlert;
use xuncha_core::wire::{EnrolLink, Platform};
use xuncha_hub::store::Store;
use xuncha_tests::audit::Holdings;
use xuncha_tests::chance::Chance;
use xuncha_tests::hub::Hub;
use xuncha_tests::network::Network;
use xuncha_tests::scenario::picture;
use xuncha_tests::station::Site;

/// Overwrites some pages of a database with noise, once all of it is in its one file.
fn scribble(file: &Path, pages: usize, chance: &mut Chance) {
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    let length = std::fs::metadata(file).unwrap().len();
    let handle = std::fs::File::options().write(true).open(file).unwrap();
    for _ in 0..pages {
        let page = 1 + chance.below(usize::try_from(length / 4096).unwrap() - 1) as u64;
        let noise: Vec<u8> = (0..4096).map(|_| chance.bits().to_le_bytes()[0]).collect();
        handle.write_all_at(&noise, page * 4096).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_with_a_damaged_file_sets_it_aside_saves_what_it_can_and_says_so() {
    let mut chance = Chance::new(6);
    for round in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::build(folder.path(), None, 1, 3).await.unwrap();
        let home = folder.path().join("phone");
        let book = site.phone(&home, site.volunteers[0], None).await.unwrap();
        let sealed: Vec<(_, String)> = (0..12)
            .map(|number| {
                let draft = book.start(site.venues[number % 3], &[], None).unwrap();
                let record = book.finish(draft).unwrap().record;
                (record, book.record(record).unwrap().sha256)
            })
            .collect();
        drop(book);
        let data = home.join("data");
        scribble(&data.join("store/book.db"), 3, &mut chance);

        let book = FieldBook::open(&data, &Site::tools(&home).unwrap()).unwrap();
        let status = book.status().unwrap();
        let healthy = book.self_check().unwrap().issues.is_empty();
        if let Some(damage) = &status.damage {
            let aside = Path::new(&damage.set_aside);
            let aside = if aside.is_absolute() { aside.to_owned() } else { data.join(aside) };
            assert!(aside.exists(), "round {round}: the damaged file is kept");
        } else if healthy {
            // The noise hit pages that no opening reads, and no check found anything: then nothing is missing.
            for (record, sha256) in &sealed {
                assert_eq!(book.record(*record).unwrap().sha256, *sha256, "round {round}: {record}");
            }
        }
        // The phone still works: it syncs, or it says that it has to be enrolled anew.
        if book.status().unwrap().enrolled.is_none() {
            let link = site.hub.card(site.volunteers[0]).unwrap();
            let name = Name::new("测试手机").unwrap();
            book.enrol(&link, Platform::Cli, name).await.unwrap();
        }
        let synced = book.sync(None).await;
        let went_well = synced.as_ref().is_ok_and(|it| (it.stuck, it.records_waiting) == (None, 0));
        assert!(went_well || !healthy, "round {round}: all is well, and yet {synced:?}");
        let holdings = Holdings::of(&site).await.unwrap();
        let mut arrived = 0;
        for (record, sha256) in &sealed {
            if holdings.must_have(*record, Some(sha256)).is_ok() {
                arrived += 1;
            } else {
                let lossy = status.damage.as_ref().is_some_and(|damage| damage.lossy);
                assert!(lossy || !healthy, "round {round}: {record} is missing and nobody said so");
            }
        }
        assert_eq!(holdings.len(), arrived, "round {round}: nothing but what was sealed arrived");
        site.hub.must_verify().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_with_a_damaged_file_is_found_out_by_verify_or_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::build(folder.path(), None, 1, 3).await.unwrap();
    let mut device = site.device(site.volunteers[0], 8).await.unwrap();
    let now: xuncha_core::domain::Timestamp = chrono::Utc::now().into();
    for number in 0..10 {
        let records: Vec<_> = (0..20)
            .map(|n| {
                device.inspect(site.venues[n % 3], now.plus_millis(-60_000), number * 100 + n as u64).unwrap()
            })
            .collect();
        device.push_sealed(&records).await.unwrap();
    }
    site.hub.kill();
    let file = xuncha_hub::Config::new(site.hub.data()).database_file();
    let mut chance = Chance::new(7);
    scribble(&file, 20, &mut chance);
    let started = site.hub.start();
    let told = started.is_err() || site.hub.must_verify().is_err();
    assert!(told, "twenty pages of noise, and verify says that all is well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_with_a_damaged_file_is_put_back_from_its_copy_and_given_again_what_the_copy_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::build(folder.path(), None, 1, 3).await.unwrap();
    let road = Network::open(site.hub.url()).await.unwrap();
    let book = site.phone(&folder.path().join("phone"), site.volunteers[0], Some(road.url())).await.unwrap();
    let visit = |number: usize| {
        let draft = book.start(site.venues[number % 3], &[], None).unwrap();
        if number.is_multiple_of(3) {
            book.add_photo(draft, None, &picture::jpeg(320, 240).unwrap()).unwrap();
        }
        book.finish(draft).unwrap();
    };
    (0..6).for_each(visit);
    book.sync(None).await.unwrap();
    let copy = folder.path().join("copy");
    let mut backup = site.hub.xuncha(&["backup", "--json"]).unwrap();
    assert!(backup.arg("--to").arg(&copy).output().unwrap().status.success());
    (6..10).for_each(visit);
    book.sync(None).await.unwrap();
    site.hub.kill();
    scribble(&xuncha_hub::Config::new(site.hub.data()).database_file(), 20, &mut Chance::new(8));

    let elsewhere = folder.path().join("elsewhere");
    let mut hub = Hub::new(&elsewhere, None);
    let mut restore = hub.xuncha(&["restore", "--json"]).unwrap();
    assert!(restore.arg("--from").arg(&copy).output().unwrap().status.success());
    hub.start().unwrap();
    road.lead_to(hub.url());
    // The phone knows more than the hub, says so and lets nothing go, until its head makes out another card.
    let told = book.sync(None).await.unwrap();
    assert!(told.alerts.iter().any(|alert| matches!(alert, SyncAlert::LogRewritten { .. })), "{told:?}");
    let link = EnrolLink { hub: road.url(), ..hub.card(site.volunteers[0]).unwrap() };
    book.enrol(&link, Platform::Cli, Name::new("测试手机").unwrap()).await.unwrap();
    let again = book.sync(None).await.unwrap();
    assert_eq!((again.stuck, again.records_waiting, again.photos_waiting), (None, 0, 0), "{again:?}");
    let store = Store::open_file(&xuncha_hub::Config::new(hub.data()).database_file()).await.unwrap();
    let holdings = Holdings::in_store(store).await.unwrap();
    assert_eq!((holdings.must_have_all_of(&book).unwrap(), holdings.len()), (10, 10));
    hub.must_verify().unwrap();
}
