//! A road on which every request may meet with an accident.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use xuncha_core::field::transport::{HttpTransport, Request, Response, Transport, TransportError};
use xuncha_core::field::{FieldBook, Tools};
use xuncha_tests::audit::Holdings;
use xuncha_tests::chance::Chance;
use xuncha_tests::network::{Accident, Network};
use xuncha_tests::scenario::picture;
use xuncha_tests::station::Site;

/// How long the phones of these tests wait for an answer: no test can wait as long as a volunteer's phone does.
const PATIENCE: Duration = Duration::from_secs(1);

/// The real transport, given up early.
struct Impatient(HttpTransport);

#[async_trait]
impl Transport for Impatient {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let answer = tokio::time::timeout(PATIENCE, self.0.send(request)).await;
        answer.unwrap_or(Err(TransportError::Timeout))
    }
}

/// A phone that is enrolled in the ordinary way, and impatient from then on.
async fn impatient_phone(site: &Site, home: &Path, road: &Network) -> FieldBook {
    drop(site.phone(home, site.volunteers[0], Some(road.url())).await.unwrap());
    let transport = Arc::new(Impatient(HttpTransport::new().unwrap()));
    let tools = Tools { transport, ..Site::tools(home).unwrap() };
    FieldBook::open(&home.join("data"), &tools).unwrap()
}

fn accident(chance: &mut Chance) -> (Accident, &'static str) {
    // Small messages are cut as often as photos.
    let most = [4_000, 300_000][chance.below(2)];
    let after = chance.below(most);
    let paths = ["/api/v1/records", "/api/v1/photos", "/api/v1/changes", "/api/v1"];
    let path = paths[chance.below(paths.len())];
    match chance.below(9) {
        0 | 1 => (Accident::CutRequest { after }, path),
        2 | 3 => (Accident::CutAnswer { after }, path),
        4 => (Accident::Repeat, path),
        5 => (Accident::Delay(Duration::from_millis(chance.below(100) as u64)), path),
        6 => (Accident::Delay(PATIENCE * 2), path),
        7 => (Accident::BadGateway, path),
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
    let book = impatient_phone(&site, &home, &network).await;
    let mut chance = Chance::new(3);
    for number in 0..40 {
        visit(&book, number);
        for _ in 0..2 {
            let (accident, path) = accident(&mut chance);
            network.endanger(accident, path, Some(1));
        }
        // In a head as well as in a body, or between two messages.
        network.cut_after(chance.below([1_500, 60_000][number % 2]));
        let _ = book.sync(None).await;
    }
    assert!(network.accidents() > 60, "only {} accidents", network.accidents());
    network.on();
    drop(book);
    let book = FieldBook::open(&home.join("data"), &Site::tools(&home).unwrap()).unwrap();
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
    site.hub.must_verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_when_the_phone_has_given_up_and_a_balancer_s_page_cost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::build(folder.path(), None, 1, 2).await.unwrap();
    let network = Network::open(site.hub.url()).await.unwrap();
    let home = folder.path().join("phone");
    let book = impatient_phone(&site, &home, &network).await;
    for (number, accident) in [Accident::Delay(PATIENCE * 2), Accident::BadGateway].into_iter().enumerate() {
        visit(&book, number);
        network.endanger(accident, "/api/v1/records", Some(1));
        // Whether the phone tries again at once or at its next sync, it must not take the hub for a liar.
        let first = book.sync(None).await.unwrap();
        let second = book.sync(None).await.unwrap();
        assert_eq!((first.alerts, second.alerts), (vec![], vec![]), "{accident:?}");
        assert_eq!((second.stuck, second.records_waiting), (None, 0), "{accident:?}");
        assert_eq!(network.accidents() as usize, number + 1);
    }
    let holdings = Holdings::of(&site).await.unwrap();
    assert_eq!((holdings.must_have_all_of(&book).unwrap(), holdings.len()), (2, 2));
    site.hub.must_verify().unwrap();
}
