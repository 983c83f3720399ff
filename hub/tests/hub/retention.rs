//! What is kept only for its time: it goes, and what the hub answered for can still be shown.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Row as _;
use xuncha_core::domain::*;
use xuncha_core::wire::{Erasure, ErasureReason, Fact, Jws, Signed as _};
use xuncha_hub::coverage;
use xuncha_hub::photos::ShelfError;
use xuncha_hub::retention::{self, Counts, Order};
use xuncha_hub::store::{Dialect, reference};

use crate::self_reports;
use crate::support::*;

/// An inspection with a position, a finding and a photo that has come.
struct Scene {
    hub: Hub,
    station: Station,
    venue: Venue,
    head: Member,
    phone: Phone,
    record: RecordId,
    jws: Jws,
    receipt: Jws,
    photo: PhotoId,
}

impl Scene {
    async fn of(hub: Hub) -> Self {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let head = hub.member(&station, Role::Head).await;
        let volunteer = hub.named(&station, Role::Volunteer, "志愿者乙").await;
        let mut phone = hub.phone(&volunteer).await;
        let photo = PhotoId::mint(hub.now(), hub.fresh());
        let jpeg = b"a picture of a sign".as_slice();
        let named =
            PhotoRef { id: photo, item: None, sha256: Sha256Hash::of(jpeg), bytes: jpeg.len() as u64 };
        let fix: Fix = serde_json::from_value(json!({
            "raw": {"lat": 32.0511, "lon": 118.7812, "datum": "wgs84"}, "accuracy": 12.0, "provider": "gnss",
            "taken_at": hub.now(), "mock": false,
        }))
        .unwrap();
        let list = Checklist::default_for(&venue.kind).unwrap();
        let mut fact = Inspection { photos: vec![named], fix: Some(fix), ..inspection(&venue, NOW - HOUR) };
        let sign = fact.answers.iter_mut().find(|answer| answer.item.to_string() == "wb_sign").unwrap();
        sign.answer = Answer::Choice { choice: "no".parse().unwrap(), minors: None };
        fact.findings = findings(list, &fact.answers, DayType::Ordinary, Severity::N, &BTreeSet::new());
        assert_eq!(fact.findings.len(), 1);
        let record = phone.record(Fact::Inspection(Box::new(fact)));
        let jws = phone.seal(&record);
        let receipt = accepted(&phone.push(&[&jws]).await[0]).clone();
        hub.app.photos.put(station.id, photo, jpeg.into()).await.unwrap();
        let scene = Self { hub, station, venue, head, phone, record: record.id, jws, receipt, photo };
        scene.photo_has_come().await;
        scene
    }

    async fn photo_has_come(&self) {
        let mut tx = self.hub.store().begin().await.unwrap();
        sqlx::query("UPDATE photos SET received_at = $1, erased_at = NULL")
            .bind(self.hub.now().millis())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// A step that somebody wrote down of its finding.
    async fn follow_up(&self) {
        let id = |id: uuid::Uuid| id.as_bytes().to_vec();
        let mut tx = self.hub.store().begin().await.unwrap();
        sqlx::query(
            "INSERT INTO follow_ups (station_id, record_id, item, number, venue_id, body, change_no) \
             VALUES ($1, $2, 'wb_sign', 1, $3, '{}', 1)",
        )
        .bind(id(self.station.id.uuid()))
        .bind(id(self.record.uuid()))
        .bind(id(self.venue.id.uuid()))
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    async fn run(&self) -> Counts {
        retention::erase_due(&self.hub.app, self.station.id).await.unwrap()
    }

    /// What the hub signed that it erased.
    async fn erasures(&self) -> Vec<Erasure> {
        use sqlx::Row as _;
        let mut db = self.hub.store().read().await.unwrap();
        let rows =
            sqlx::query("SELECT jws FROM erasures ORDER BY at, what").fetch_all(&mut *db).await.unwrap();
        let read = |row: &sqlx::any::AnyRow| row.get::<String, _>("jws").parse::<Jws>().unwrap();
        rows.iter().map(|row| Erasure::verify(&read(row), &self.phone.answer.hub_key).unwrap()).collect()
    }

    /// Whatever was erased: the log, the receipt, the feed and the count of visits are as they were.
    async fn must_still_answer(&self) {
        assert_eq!(already_had(&self.phone.push(&[&self.jws]).await[0]), &self.receipt);
        assert_eq!(self.hub.count("SELECT COUNT(*) FROM payloads").await, 0, "a push brings nothing back");
        assert_eq!(self.phone.head().await.size, 1);
        assert_eq!(self.hub.tally(&self.venue, "2026-11").await.counted(), 1);
        assert_eq!(coverage::recount(self.hub.store(), self.station.id).await.unwrap(), []);
        assert!(!self.phone.changes("").await.changes.is_empty());
    }
}

#[tokio::test]
async fn positions_and_photos_go_first_then_the_content_and_the_log_stays() {
    both(|hub| async move {
        let scene = Scene::of(hub.clone()).await;
        assert_eq!(scene.run().await, Counts::default());
        let browser = Browser::of(&hub, &scene.head).await;
        let page = format!("/records/{}", scene.record);
        assert!(browser.page(&page).await.contains(&format!("src=\"/photos/{}/small\"", scene.photo)));
        let small = format!("/photos/{}/small", scene.photo);
        hub.app.photos.put(scene.station.id, scene.photo, picture().into()).await.unwrap();
        let shown = image::load_from_memory(&browser.get(&small).await.body).unwrap();
        assert_eq!((shown.width(), shown.height()), (336, 252));
        let copy = hub.copy().await;
        let at_copy = Browser::of(&copy, &scene.head).await;
        assert_eq!(at_copy.get(&small).await.status, 200);
        assert!(!copy.app.small_photos.is_empty());

        hub.set_now(NOW + 181 * DAY);
        let due =
            retention::due(hub.store(), scene.station.id, hub.app.config.keep, hub.now()).await.unwrap();
        assert_eq!((due.records, due.positions, due.photos), (0, 1, 1));
        assert_eq!(scene.run().await, Counts { positions: 1, photos: 1, ..Counts::default() });
        assert_eq!(scene.run().await, Counts::default());
        scene.must_still_answer().await;
        assert_eq!(hub.count("SELECT COUNT(*) FROM extracts WHERE body LIKE '%118.78%'").await, 0);
        assert_eq!(hub.count("SELECT COUNT(*) FROM extracts WHERE body LIKE '%wb_sign%'").await, 1);
        let shelf = hub.app.photos.get(scene.station.id, scene.photo).await;
        assert!(matches!(shelf, Err(ShelfError::Missing)));
        let browser = Browser::of(&hub, &scene.head).await;
        let html = browser.page(&page).await;
        assert!(html.contains("位置已按期限删除") && html.contains("照片已按期限删除"), "{html}");
        assert_eq!(browser.get(&format!("/photos/{}", scene.photo)).await.status, 404);
        assert_eq!(browser.get(&small).await.status, 404);
        assert!(hub.app.small_photos.is_empty(), "nor does it lie in memory");
        let at_copy = Browser::of(&copy, &scene.head).await;
        assert_eq!(at_copy.get(&small).await.status, 404, "nor does another copy show it");
        assert!(copy.app.small_photos.is_empty(), "or keep it");

        hub.set_now(NOW + 1_096 * DAY);
        assert_eq!(scene.run().await, Counts { records: 1, ..Counts::default() });
        scene.must_still_answer().await;
        assert_eq!(hub.count("SELECT COUNT(*) FROM extracts").await, 0);
        assert_eq!(hub.count("SELECT COUNT(*) FROM visits WHERE body LIKE '%wb_sign%'").await, 0);
        let browser = Browser::of(&hub, &scene.head).await;
        assert!(browser.page(&page).await.contains("内容已按期限或应要求删除"));
        browser.page("/coverage?month=2026-11").await;
        browser.page("/reviews").await;
        let signed: Vec<_> =
            scene.erasures().await.iter().map(|one| (one.erased.code(), one.why.clone())).collect();
        let due = |what| (what, ErasureReason::Retention);
        assert_eq!(signed, [due("photo"), due("positions"), due("content")]);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_what_was_received_is_left_as_it_is_for_verify_to_name() {
    both(|hub| async move {
        let scene = Scene::of(hub.clone()).await;
        let other = hub.phone(&scene.head).await.inspect(&scene.venue, NOW - DAY).1;
        hub.tamper(&format!("UPDATE payloads SET jws = '{}'", String::from(other))).await;
        hub.set_now(NOW + 181 * DAY);
        assert_eq!(scene.run().await, Counts { photos: 1, ..Counts::default() });
        assert_eq!(hub.count("SELECT COUNT(*) FROM payloads").await, 1);
        assert_eq!(hub.count("SELECT COUNT(*) FROM extracts").await, 0, "nothing is signed of it");
    })
    .await;
}

#[tokio::test]
async fn of_several_copies_one_erases_and_only_once_a_day() {
    both(|hub| async move {
        let scene = Scene::of(hub.clone()).await;
        let copy = hub.copy().await;
        hub.set_now(NOW + 181 * DAY);
        let (one, other) = tokio::join!(retention::retain(&hub.app), retention::retain(&copy.app));
        let done: Vec<_> = [one.unwrap(), other.unwrap()].into_iter().flatten().collect();
        assert_eq!(done, [Counts { positions: 1, photos: 1, ..Counts::default() }]);
        hub.set_now(NOW + 181 * DAY + 23 * HOUR);
        assert_eq!(retention::retain(&copy.app).await.unwrap(), None);
        hub.set_now(NOW + 182 * DAY);
        assert_eq!(retention::retain(&copy.app).await.unwrap(), Some(Counts::default()));
        hub.set_now(NOW + 1_500 * DAY);
        assert_eq!(retention::retain(&copy.app).await.unwrap(), None, "a clock that jumped erases nothing");
        scene.must_still_answer().await;
        copy.store().close().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_person_asks_to_forget_goes_at_once_and_what_comes_later_goes_too() {
    both(|hub| async move {
        let mut scene = Scene::of(hub.clone()).await;
        let (station, subject) = retention::of_record(hub.store(), scene.record).await.unwrap().unwrap();
        assert_eq!(station, scene.station.id);
        scene.follow_up().await;
        let why = ErasureReason::Request(Reason::new("业主要求删除照片").unwrap());
        let order = Order { why: why.clone(), by: Some(scene.head.id) };
        let counts = retention::erase_content(&hub.app, station, &[subject], &order).await.unwrap();
        assert_eq!(counts, Counts { records: 1, photos: 1, ..Counts::default() });
        scene.must_still_answer().await;
        assert_eq!(hub.count("SELECT COUNT(*) FROM follow_ups").await, 0);
        assert!(scene.erasures().await.iter().all(|one| one.why == why && one.by == Some(scene.head.id)));
        let audited = "SELECT COUNT(*) FROM audit WHERE action = 'record erased on request'";
        assert_eq!(hub.count(audited).await, 2);

        // Pages and files say so, and show nothing of what is gone.
        let browser = Browser::of(&hub, &scene.head).await;
        let html = browser.page(&format!("/records/{}", scene.record)).await;
        assert!(html.contains("内容已按期限或应要求删除") && !html.contains("/photos/"), "{html}");
        for page in [format!("/venues/{}", scene.venue.id), "/findings".to_owned(), "/reviews".to_owned()] {
            assert!(!browser.page(&page).await.contains("入口显著位置"), "{page}");
        }
        let file = async |what: &str| {
            let reply = browser.get(&format!("/api/v1/exports/{what}?format=jsonl")).await;
            assert_eq!(reply.status, 200);
            String::from_utf8(reply.body).unwrap()
        };
        let row: serde_json::Value = serde_json::from_str(file("records").await.trim()).unwrap();
        assert_eq!((&row["erased"], &row["findings"], &row["photos"]), (&true.into(), &json!([]), &json!(0)));
        assert_eq!(file("findings").await, "");
        // The phone goes on where it was.
        let (_, next) = scene.phone.inspect(&scene.venue, NOW);
        all_accepted(&scene.phone.push(&[&next]).await);
        assert_eq!(scene.phone.head().await.size, 2);
        let told = scene.phone.changes("cursor=0").await.changes;
        let of_it = told.iter().map(|change| serde_json::to_string(change).unwrap());
        let of_it: Vec<_> = of_it.filter(|change| change.contains(&scene.record.to_string())).collect();
        assert!(of_it.len() == 2 && !of_it.concat().contains("wb_"), "{of_it:?}");

        // The phone still had the photo; one that came all the same goes with the next run.
        hub.app.photos.put(station, scene.photo, b"a picture of a sign".as_slice().into()).await.unwrap();
        scene.photo_has_come().await;
        assert_eq!(scene.run().await, Counts { photos: 1, ..Counts::default() });
    })
    .await;
}

/// A photo as a phone sends it.
fn picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(1_600, 1_200).write_to(&mut file, image::ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

/// All tables of the database with their columns.
async fn columns(hub: &Hub) -> Vec<(String, String)> {
    let columns = match hub.store().dialect() {
        Dialect::Sqlite => {
            "SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS t, CAST(column_name AS TEXT) AS c \
             FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    let mut db = hub.store().read().await.unwrap();
    let rows = sqlx::query(columns).fetch_all(&mut *db).await.unwrap();
    rows.iter().map(|row| (row.get("t"), row.get("c"))).collect()
}

/// The columns that hold a text anywhere in the database.
async fn columns_with(hub: &Hub, text: &str) -> Vec<String> {
    let columns = columns(hub).await;
    let mut db = hub.store().read().await.unwrap();
    let mut found = Vec::new();
    for (table, column) in columns {
        let query = format!("SELECT COUNT(*) FROM {table} WHERE CAST({column} AS TEXT) LIKE '%{text}%'");
        let count: i64 = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_one(&mut *db).await.unwrap().get(0);
        if count > 0 {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

#[tokio::test]
async fn of_a_member_who_asks_to_be_forgotten_neither_name_nor_code_nor_phone_nor_what_was_set_aside_stays() {
    both(|hub| async move {
        let mut scene = Scene::of(hub.clone()).await;
        let id = scene.phone.member();
        let member = Member {
            id,
            station: scene.station.id,
            name: Name::new("志愿者乙").unwrap(),
            role: Role::Volunteer,
            active: true,
        };
        let mut tx = hub.store().begin().await.unwrap();
        let mut locked = tx.lock_station(scene.station.id).await.unwrap().unwrap();
        reference::write_member(&mut tx, &mut locked, &member, Some("编号五七")).await.unwrap();
        locked.save(&mut tx).await.unwrap();
        sqlx::query("UPDATE devices SET label = '乙的手机'").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let unknown = Venue { id: VenueId::mint(hub.now(), hub.fresh()), ..scene.venue.clone() };
        let (_, aside) = scene.phone.inspect(&unknown, NOW - HOUR);
        refused(&scene.phone.push(&[&aside]).await[0]);
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 1);
        assert_eq!(columns_with(&hub, "编号五七").await, ["members.code"]);

        let why = ErasureReason::Request(Reason::new("本人要求").unwrap());
        let counts = retention::forget(&hub.app, &member, &Order { why, by: None }).await.unwrap();
        assert_eq!(counts, Counts { records: 1, photos: 1, set_aside: 1, ..Counts::default() });
        for personal in ["志愿者乙", "编号五七", "乙的手机"] {
            assert_eq!(columns_with(&hub, personal).await, [""; 0], "{personal}");
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 0);
        assert_eq!(hub.tally(&scene.venue, "2026-11").await.counted(), 1, "that somebody was there counts");
    })
    .await;
}

/// Tables with a member in them that a forgotten one stays in: that somebody was there, and what was done.
const STAYS: [&str; 5] = ["audit", "devices", "erasures", "members", "visits"];
/// Those that they go from.
const GOES: [&str; 8] = [
    "enrol_codes",
    "export_progress",
    "import_uploads",
    "passwords",
    "recovery_codes",
    "second_factors",
    "sessions",
    "set_aside",
];
/// What fills those that nothing else fills; $1 is the station, $2 the member.
const FILL: [&str; 4] = [
    "INSERT INTO second_factors (station_id, member_id, secret, last_step) VALUES ($1, $2, $1, 0)",
    "INSERT INTO recovery_codes (station_id, member_id, code_sha256) VALUES ($1, $2, $1)",
    "INSERT INTO import_uploads (station_id, upload_id, member_id, created_at, kind, name, content) \
     VALUES ($1, $1, $2, 0, 'venues', 'a.csv', $1)",
    "INSERT INTO export_progress (station_id, member_id, export_id, what, state, written, told_at) \
     VALUES ($1, $2, $1, 'records', 'whole', 0, 0)",
];

#[tokio::test]
async fn who_is_forgotten_is_in_no_table_but_those_that_say_that_somebody_was_there() {
    both(|hub| async move {
        let mut scene = Scene::of(hub.clone()).await;
        let member = hub.named(&scene.station, Role::Volunteer, "志愿者丙").await;
        let mut phone = hub.phone(&member).await;
        Browser::of(&hub, &member).await;
        let unknown = Venue { id: VenueId::mint(hub.now(), hub.fresh()), ..scene.venue.clone() };
        let (_, aside) = phone.inspect(&unknown, NOW - HOUR);
        refused(&phone.push(&[&aside]).await[0]);
        let (_, inspected) = phone.inspect(&scene.venue, NOW - HOUR);
        all_accepted(&phone.push(&[&inspected]).await);
        let report = self_reports::report(&phone).sign(&phone.key).unwrap();
        assert_eq!(self_reports::send(&phone, &report).await.status, 200);
        let key = |id: uuid::Uuid| id.as_bytes().to_vec();
        let (station, id) = (key(scene.station.id.uuid()), key(member.id.uuid()));
        let mut tx = hub.store().begin().await.unwrap();
        for fill in FILL {
            sqlx::query(fill).bind(station.clone()).bind(id.clone()).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();

        let columns = columns(&hub).await.into_iter();
        let mut tables: Vec<_> =
            columns.filter(|(_, column)| column == "member_id").map(|(table, _)| table).collect();
        tables.sort_unstable();
        let mut known = [&STAYS[..], &GOES[..]].concat();
        known.sort_unstable();
        assert_eq!(tables, known, "a new table has to say whether a forgotten member stays in it");
        let rows = async |table: &str| -> i64 {
            let query = format!("SELECT COUNT(*) FROM {table} WHERE member_id = $1");
            let query = sqlx::query(sqlx::AssertSqlSafe(query)).bind(id.clone());
            query.fetch_one(&mut *hub.store().read().await.unwrap()).await.unwrap().get(0)
        };
        for table in GOES {
            assert!(rows(table).await > 0, "{table} is filled");
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM self_reports").await, 1);
        let why = ErasureReason::Request(Reason::new("本人要求").unwrap());
        retention::forget(&hub.app, &member, &Order { why, by: None }).await.unwrap();
        for table in GOES {
            assert_eq!(rows(table).await, 0, "{table}");
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM self_reports").await, 0);
        assert!(rows("visits").await > 0);
        let (_, next) = scene.phone.inspect(&scene.venue, NOW);
        all_accepted(&scene.phone.push(&[&next]).await);
    })
    .await;
}
