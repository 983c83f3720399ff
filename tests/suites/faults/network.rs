//! A road on which every request may meet with an accident.

use xuncha_core::field::FieldBook;
use xuncha_tests::audit::Holdings;
use xuncha_tests::chance::Chance;
use xuncha_tests::network::{Accident, Network};
use xuncha_tests::scenario::picture;
use xuncha_tests::station::Site;

fn accident(chance: &mut Chance) -> (Accident, &'static str) {
    let after = chance.below(4_000);
    let paths = ["/api/v1/records", "/api/v1/photos", "/api/v1/changes", "/api/v1"];
    let path = paths[chance.below(paths.len())];
    match chance.below(6) {
        0 | 1 => (Accident::CutRequest { after }, path),
        2 | 3 => (Accident::CutAnswer { after }, path),
        4 => (Accident::Repeat, path),
        _ => (Accident::Html, path),
    }
}

fn visit(book: &FieldBook, number: usize) {
    let venues = book.home().unwrap().venues;
    let draft = book.start(venues[number % venues.len()].venue, &[], None).unwrap();
    if number.is_multiple_of(3) {
        book.add_photo(draft, None, &picture::jpeg(640, 480).unwrap()).unwrap();
    }
    book.finish(draft).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_visits_arrive_whole_over_a_road_full_of_accidents() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 4).await.unwrap();
    let network = Network::open(site.hub.url()).await.unwrap();
    let home = folder.path().join("phone");
    let book = site.phone(&home, site.volunteers[0], Some(network.url())).await.unwrap();
    let mut chance = Chance::new(3);
    for number in 0..40 {
        visit(&book, number);
        for _ in 0..2 {
            let (accident, path) = accident(&mut chance);
            network.endanger(accident, path, Some(1));
        }
        let _ = book.sync(None).await;
    }
    assert!(network.accidents() > 40, "only {} accidents", network.accidents());
    network.on();
    let report = book.sync(None).await.unwrap();
    assert_eq!((report.stuck, report.records_waiting, report.photos_waiting), (None, 0, 0), "{report:?}");
    let holdings = Holdings::of(&site).await.unwrap();
    assert_eq!((holdings.must_have_all_of(&book).unwrap(), holdings.len()), (40, 40));
    site.hub.must_verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_dropped_at_any_moment_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 4).await.unwrap();
    let home = folder.path().join("phone");
    let book = site.phone(&home, site.volunteers[0], None).await.unwrap();
    let mut chance = Chance::new(4);
    for number in 0..60 {
        visit(&book, number);
        let patience = std::time::Duration::from_micros(chance.below(30_000) as u64);
        let _ = tokio::time::timeout(patience, book.sync(None)).await;
    }
    let report = book.sync(None).await.unwrap();
    assert_eq!((report.stuck, report.records_waiting, report.photos_waiting), (None, 0, 0), "{report:?}");
    let holdings = Holdings::of(&site).await.unwrap();
    assert_eq!((holdings.must_have_all_of(&book).unwrap(), holdings.len()), (60, 60));
}
