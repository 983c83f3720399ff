//! Two copies of the hub over one PostgreSQL and one S3-type store, behind a balancer, one of them killed now and
//! then: nothing is lost, doubled or altered, and no position of the log is given twice.

use std::path::Path;
use std::sync::Arc;

use xuncha_core::domain::{Role, Timestamp};
use xuncha_core::field::FieldBook;
use xuncha_core::wire::{Decision, EnrolLink, Platform, ReviewRequest, ReviewState};
use xuncha_hub::dashboard::password;
use xuncha_hub::store::Store;
use xuncha_hub::world::World;
use xuncha_hub::{App, Config};
use xuncha_tests::audit::Holdings;
use xuncha_tests::client::client;
use xuncha_tests::database::{Engine, bucket};
use xuncha_tests::device::{Answer, Device};
use xuncha_tests::founding::Founding;
use xuncha_tests::hub::Hub;
use xuncha_tests::network::Network;
use xuncha_tests::scenario::picture;
use xuncha_tests::station::Site;

const PHONES: usize = 4;
const HEAD: &str = "head";
const PASSWORD: &str = "a-long-password-of-tests";
const FORM: &str = "application/x-www-form-urlencoded";
const VISITS: usize = 8;

/// Starts both at the same moment, over a database in which there is nothing yet.
fn start_at_once(hubs: &mut [Hub; 2]) {
    std::thread::scope(|scope| {
        for hub in hubs {
            scope.spawn(|| hub.start().unwrap());
        }
    });
}

async fn phone(folder: &Path, hub: &Hub, road: &Network, member: xuncha_core::domain::MemberId) -> FieldBook {
    let book = FieldBook::open(&folder.join("data"), &Site::tools(folder).unwrap()).unwrap();
    let link = EnrolLink { hub: road.url(), ..hub.card(member).unwrap() };
    book.enrol(&link, Platform::Cli, "测试手机".to_owned().try_into().unwrap()).await.unwrap();
    book.sync(None).await.unwrap();
    book
}

/// Visits with a photo of several pieces each, handed over as they are made.
async fn work(book: &FieldBook) {
    for number in 0..VISITS {
        let venues = book.home().unwrap().venues;
        let draft = book.start(venues[number % venues.len()].venue, &[], None).unwrap();
        book.add_photo(draft, None, &picture::jpeg(1_600, 1_200).unwrap()).unwrap();
        book.finish(draft).unwrap();
        // A copy may be gone at the moment; what was saved is handed over by a later one.
        let _ = book.sync(None).await;
    }
}

/// How many pieces of photos a copy took.
async fn pieces(hub: &Hub) -> u64 {
    let figures = client().get(format!("{}/metrics", hub.url())).send().await.unwrap().text().await.unwrap();
    let lines = figures.lines().filter(|line| {
        line.starts_with("xuncha_requests_total{") && line.contains("PATCH") && line.contains("\"204\"")
    });
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_copies_over_one_database_and_one_store_are_one_hub() {
    if !Engine::all().unwrap().contains(&Engine::Postgres) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = Engine::Postgres.create().await.unwrap().unwrap();
    let keys = folder.path().join("shared.keys");
    let store = bucket("copies").await.unwrap();
    let copy = |name: &str| {
        let home = folder.path().join(name);
        std::fs::create_dir_all(&home).unwrap();
        let hub = Hub::new(&home, Some(database.clone())).with("XUNCHA_KEYS", keys.to_str().unwrap());
        store.iter().fold(hub, |hub, (variable, value)| hub.with(variable, value))
    };
    let mut hubs = [copy("one"), copy("other")];
    start_at_once(&mut hubs);

    let now: Timestamp = chrono::Utc::now().into();
    let mut founding = Founding::new("莲花派出所关爱工作站", "东湖分局", now, 1).unwrap();
    let head = founding.member(HEAD, Role::Head, now).unwrap();
    let volunteers: Vec<_> =
        (0..PHONES).map(|n| founding.member(&format!("志愿者{n}"), Role::Volunteer, now).unwrap()).collect();
    let cafes: Vec<_> = (0..6).map(|n| founding.cafe(&format!("网吧{n}"), now).unwrap()).collect();
    let config = Config {
        database_url: Some(database.clone()),
        keys: Some(keys.clone()),
        ..Config::new(folder.path().join("founding"))
    };
    let app = App::open(config, World::real()).await.unwrap();
    founding.write(&app).await.unwrap();
    let leader = founding.members.iter().find(|member| member.id == head).unwrap();
    password::set(&app, leader, PASSWORD, None).await.unwrap();
    app.store.close().await;

    let road = Network::open(hubs[0].url()).await.unwrap();
    road.lead_to_all(&[hubs[0].url(), hubs[1].url()]);
    let mut books = Vec::new();
    for (number, member) in volunteers.iter().enumerate() {
        books.push(Arc::new(
            phone(&folder.path().join(format!("phone{number}")), &hubs[0], &road, *member).await,
        ));
    }
    let working: Vec<_> =
        books.iter().cloned().map(|book| tokio::spawn(async move { work(&book).await })).collect();
    for round in 0..4 {
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        hubs[round % 2].kill();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        hubs[round % 2].start().unwrap();
        road.lead_to_all(&[hubs[0].url(), hubs[1].url()]);
    }
    for one in working {
        one.await.unwrap();
    }
    for book in &books {
        let report = book.sync(None).await.unwrap();
        assert_eq!((report.stuck, report.records_waiting, report.photos_waiting), (None, 0, 0), "{report:?}");
    }
    // One more photo with nobody being killed: its pieces go to both copies in turn.
    work(&books[0]).await;
    let (one, other) = (pieces(&hubs[0]).await, pieces(&hubs[1]).await);
    assert!(one > 0 && other > 0, "{one} and {other} pieces");

    both_review(&hubs, head, cafes[0], now).await;
    must_be_one_hub(&hubs, &books, &database).await;
    one_desk_at_both(&hubs).await;
}

/// A browser that a balancer leads to either copy.
struct Desk {
    browser: reqwest::Client,
    cookie: String,
}

impl Desk {
    async fn sign_in(hub: &Hub) -> Self {
        drop(client()); // chooses how TLS is spoken
        let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let mut desk = Self { browser, cookie: String::new() };
        let form = format!("name={HEAD}&password={PASSWORD}&next=");
        let answer = desk.post(hub, "/sign-in", FORM, form).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut desk.cookie);
        desk
    }

    async fn get(&self, hub: &Hub, path: &str) -> (u16, String) {
        let asked = self.browser.get(format!("{}{path}", hub.url())).header("cookie", &self.cookie);
        let answer = asked.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn post(&self, hub: &Hub, path: &str, kind: &str, body: String) -> reqwest::Response {
        let sent = self.browser.post(format!("{}{path}", hub.url())).header("cookie", &self.cookie);
        sent.header("content-type", kind).body(body).send().await.unwrap()
    }
}

/// What a field of a page's form has.
fn field<'a>(html: &'a str, name: &str) -> &'a str {
    let rest = html.split(&format!("name=\"{name}\" value=\"")).nth(1);
    rest.unwrap_or_else(|| panic!("no {name} in {html}")).split('"').next().unwrap()
}

fn leads_to(answer: &reqwest::Response) -> &str {
    assert_eq!(answer.status(), 303);
    answer.headers()["location"].to_str().unwrap()
}

/// Whoever signed in at one copy is in at the other; a list that was uploaded at one is carried out at the other; who
/// signed out at one is out at both.
async fn one_desk_at_both([one, other]: &[Hub; 2]) {
    let desk = Desk::sign_in(one).await;
    let (status, html) = desk.get(other, "/import").await;
    assert_eq!(status, 200, "{html}");
    let csrf = field(&html, "csrf").to_owned();
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n\
                name,kind\n两处网吧,网吧\n\r\n--x--\r\n";
    let body = [&part("csrf", &csrf), &part("kind", "venues"), &part("datum", ""), file]
        .map(|part: &str| part.to_owned());
    let taken = desk.post(one, "/import", "multipart/form-data; boundary=x", body.concat()).await;
    let plan = leads_to(&taken).to_owned();

    let (status, html) = desk.get(other, &plan).await;
    assert!(status == 200 && html.contains("两处网吧"), "{html}");
    let form = format!("csrf={csrf}&plan={}&skip_bad=true", field(&html, "plan"));
    let done = desk.post(other, &plan, FORM, form).await;
    assert_eq!(leads_to(&done), "/import?done=1");
    assert!(desk.get(one, "/coverage").await.1.contains("两处网吧"));

    desk.post(other, "/sign-out", FORM, format!("csrf={csrf}")).await;
    for hub in [one, other] {
        assert_eq!(desk.get(hub, "/coverage").await.0, 303, "signed out at both");
    }
}

/// Two heads decide on one record at both copies at the same moment: one wins, the other is told.
async fn both_review(
    hubs: &[Hub; 2],
    head: xuncha_core::domain::MemberId,
    cafe: xuncha_core::domain::VenueId,
    now: Timestamp,
) {
    let mut desk = Device::enrol(hubs[0].url(), hubs[0].card(head).unwrap().code, [7; 32]).await.unwrap();
    for round in 0..5 {
        let sealed = desk.inspect(cafe, now, 90 + round).unwrap();
        let Answer::Read(answer) = desk.push_sealed(&[sealed]).await.unwrap() else { panic!("not taken") };
        let record = match &answer.answers[0] {
            xuncha_core::wire::RecordAnswer::Accepted { id, .. } => *id,
            other => panic!("{other:?}"),
        };
        let decide = async |hub: &Hub, decision| {
            let request = ReviewRequest { record, decision, seen: ReviewState::Pending, station: None };
            let sent = client()
                .post(format!("{}/api/v1/reviews", hub.url()))
                .bearer_auth(&desk.token)
                .header("content-type", "application/json")
                .body(serde_json::to_vec(&request).unwrap())
                .send();
            sent.await.unwrap().status().as_u16()
        };
        let reason = "照片看不清".to_owned().try_into().unwrap();
        let (one, other) =
            tokio::join!(decide(&hubs[0], Decision::Approve), decide(&hubs[1], Decision::Return { reason }));
        let mut told = [one, other];
        told.sort_unstable();
        assert_eq!(told, [200, 409]);
    }
}

async fn must_be_one_hub(hubs: &[Hub; 2], books: &[Arc<FieldBook>], database: &str) {
    let holdings = Holdings::in_store(Store::open_postgres(database).await.unwrap()).await.unwrap();
    let mut promised = 0;
    for book in books {
        promised += holdings.must_have_all_of(book).unwrap();
    }
    assert_eq!(promised, (PHONES + 1) * VISITS, "every visit has its receipt");
    assert_eq!(holdings.len(), promised + 5, "and nothing is there that nobody made");
    let store = Store::open_postgres(database).await.unwrap();
    let mut db = store.read().await.unwrap();
    let query = "SELECT COUNT(*), COUNT(DISTINCT log_index), MAX(log_index) + 1 FROM records";
    let row = sqlx::query(query).fetch_one(&mut *db).await.unwrap();
    let count = |column| sqlx::Row::get::<i64, _>(&row, column);
    assert_eq!((count(0), count(1)), (count(2), count(2)), "each position of the log once");
    drop(db);
    store.close().await;
    for hub in hubs {
        hub.must_verify().unwrap();
    }
}
