//! What a head's phone is told of a record before the head decides on it: all that its page on the dashboard shows.

use axum::body::Body;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use http::{Request, StatusCode};
use image::{ImageFormat, RgbImage};
use xuncha_core::domain::*;
use xuncha_core::wire::{ErasureReason, Fact, ToldRecord, Whereabouts, frame};
use xuncha_hub::retention::{self, Order};

use super::support::*;

const LOOKS: &str = "SELECT COUNT(*) FROM audit WHERE action = 'looked at findings about minors'";

struct Scene {
    hub: Hub,
    venue: Venue,
    phone: Phone,
    head: Phone,
}

impl Scene {
    async fn of(hub: &Hub) -> Self {
        let station = hub.station("柳岸派出所").await;
        Self {
            hub: hub.clone(),
            venue: hub.venue(&station).await,
            phone: hub.phone(&hub.member(&station, Role::Volunteer).await).await,
            head: hub.phone(&hub.named(&station, Role::Head, "祁静姝").await).await,
        }
    }

    /// An inspection that counted minors, with a photo that is here.
    async fn minors_seen(&mut self) -> (RecordId, PhotoId) {
        let (jpeg, photo) = (b"a sign", PhotoId::mint(self.hub.now(), self.hub.fresh()));
        let named =
            PhotoRef { id: photo, item: None, sha256: Sha256Hash::of(jpeg), bytes: jpeg.len() as u64 };
        let mut fact = Inspection { photos: vec![named], ..inspection(&self.venue, NOW - HOUR) };
        let list = Checklist::default_for(&self.venue.kind).unwrap();
        let item: ItemId = "wb_minor".parse().unwrap();
        let bad = list.item(&item).unwrap().choices().iter().find(|choice| choice.tone == Tone::Bad).unwrap();
        let minors =
            MinorsSeen { count: 3, bands: [AgeBand::Junior].into(), dissuaded: true, in_danger: false };
        let answer = fact.answers.iter_mut().find(|answer| answer.item == item).unwrap();
        answer.answer = Answer::Choice { choice: bad.code.clone(), minors: Some(minors) };
        answer.note = Some(Note::new("在二楼").unwrap());
        fact.findings = findings(list, &fact.answers, fact.day_type, Severity::N, &[].into());
        let record = self.phone.record(Fact::Inspection(Box::new(fact)));
        let jws = self.phone.seal(&record);
        all_accepted(&self.phone.push(&[&jws]).await);
        self.hub.has_photo(self.venue.station, photo, jpeg).await;
        (record.id, photo)
    }

    async fn photographed(&mut self, jpeg: &[u8]) -> (RecordId, PhotoId) {
        let (record, photo, jws) = self.phone.photograph(&self.venue, NOW - HOUR, jpeg);
        all_accepted(&self.phone.push(&[&jws]).await);
        (record, photo)
    }

    async fn told(&self, record: RecordId) -> ToldRecord {
        self.head.get(&format!("/api/v1/records/{record}")).await.read()
    }

    async fn photo(&self, record: RecordId, photo: PhotoId) -> Reply {
        self.head.get(&format!("/api/v1/records/{record}/photos/{photo}")).await
    }
}

#[tokio::test]
async fn a_head_is_told_all_that_was_sealed_with_the_list_that_it_was_made_by_and_where_its_review_stands() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (record, _) = scene.minors_seen().await;
        let told = scene.told(record).await;
        let list = Checklist::default_for(&scene.venue.kind).unwrap();
        assert_eq!(told.checklist.as_ref(), Some(list));
        assert_eq!((told.visit.review, told.visit.member), (Review::Pending, scene.phone.member()));
        let sealed = told.record.unwrap();
        let answer =
            sealed.inspection().unwrap().answers.iter().find(|answer| answer.item.as_str() == "wb_minor");
        assert_eq!(answer.unwrap().note.as_ref().unwrap().as_str(), "在二楼");
        assert_eq!(sealed.inspection().unwrap().findings, told.visit.findings);

        let reason = serde_json::json!({"record": record, "decision": "returned", "reason": "请补照片"});
        scene.head.post("/api/v1/reviews", &reason).await;
        assert!(scene.told(record).await.visit.review.is_returned());
    })
    .await;
}

#[tokio::test]
async fn what_was_erased_is_told_apart_from_what_is_lost_or_damaged() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let [erased, damaged] =
            [scene.minors_seen().await, scene.minors_seen().await].map(|(record, _)| record);
        let (station, subject) = retention::of_record(hub.store(), erased).await.unwrap().unwrap();
        let why = ErasureReason::Request(Reason::new("业主要求删除").unwrap());
        let order = Order { why, by: Some(scene.head.member()) };
        retention::erase_content(&hub.app, station, &[subject], &order).await.unwrap();
        let head = hub.named(&scene.head.answer.station, Role::Head, "贺松年").await;
        let browser = Browser::of(&hub, &head).await;
        let told = async |record: RecordId| {
            let told = scene.told(record).await;
            let html = browser.page(&format!("/records/{record}")).await;
            assert_eq!((told.record, told.checklist), (None, None));
            assert_eq!(html.contains("内容读不出来"), told.unreadable);
            assert_eq!(html.contains("内容已按期限或应要求删除"), !told.unreadable);
            let decided =
                ["approved", "returned"].map(|decision| html.contains(&format!("value=\"{decision}\"")));
            assert_eq!(decided, [!told.unreadable, true], "nobody approves what nobody can read: {html}");
            (told.unreadable, told.visit.findings.len())
        };
        for damage in ["UPDATE payloads SET jws = 'torn'", "DELETE FROM payloads"] {
            hub.tamper(damage).await;
            assert_eq!(told(damaged).await, (true, 1));
            let approved = serde_json::json!({"record": damaged, "decision": "approved"});
            let reply = scene.head.post("/api/v1/reviews", &approved).await;
            assert_eq!(reply.problem(), (400, "bad_request".to_owned()));
            assert_eq!(told(erased).await, (false, 0));
        }
    })
    .await;
}

#[tokio::test]
async fn where_a_photo_is_is_told_and_a_correction_shows_those_that_it_keeps() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (record, photo) = scene.photographed(b"a sign").await;
        let whereabouts = async |record| -> Vec<_> {
            scene.told(record).await.photos.into_iter().map(|photo| (photo.id, photo.whereabouts)).collect()
        };
        assert_eq!(whereabouts(record).await, [(photo, Whereabouts::OnItsWay)]);
        assert_eq!(scene.photo(record, photo).await.problem(), (404, "not_found".to_owned()));
        hub.has_photo(scene.venue.station, photo, b"a sign").await;
        assert_eq!(whereabouts(record).await, [(photo, Whereabouts::Here)]);

        let returned = serde_json::json!({"record": record, "decision": "returned", "reason": "请补照片"});
        scene.head.post("/api/v1/reviews", &returned).await;
        let kept = scene.told(record).await.record.unwrap().inspection().unwrap().photos.clone();
        let fact =
            Inspection { photos: kept, corrects: Some(record), ..inspection(&scene.venue, NOW - HOUR) };
        let mut phone = scene.phone.clone();
        let correction = phone.record(Fact::Inspection(Box::new(fact)));
        let jws = phone.seal(&correction);
        all_accepted(&phone.push(&[&jws]).await);
        assert_eq!(whereabouts(correction.id).await, [(photo, Whereabouts::Here)]);
        assert_eq!(scene.photo(correction.id, photo).await.body, b"a sign");
        let head = hub.member(&scene.head.answer.station, Role::Head).await;
        let page = Browser::of(&hub, &head).await.page(&format!("/records/{}", correction.id)).await;
        assert!(page.contains(&format!("/photos/{photo}/small")), "the dashboard shows it too");

        hub.tamper("UPDATE photos SET erased_at = 1").await;
        assert_eq!(whereabouts(record).await, [(photo, Whereabouts::Erased)]);
        assert_eq!(scene.photo(record, photo).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_photo_comes_as_broad_as_a_screen_and_only_by_the_record_that_names_it() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let mut jpeg = std::io::Cursor::new(Vec::new());
        let picture = RgbImage::from_pixel(1_600, 1_200, image::Rgb([180, 30, 30]));
        picture.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
        let jpeg = jpeg.into_inner();
        let (record, photo) = scene.photographed(&jpeg).await;
        let (other, _) = scene.photographed(b"another").await;
        hub.has_photo(scene.venue.station, photo, &jpeg).await;
        let reply = scene.photo(record, photo).await;
        assert_eq!(
            (reply.status, &reply.headers[CONTENT_TYPE]),
            (StatusCode::OK, &"image/jpeg".parse().unwrap())
        );
        assert_eq!(reply.headers["cache-control"], "no-store");
        let seen = image::load_from_memory(&reply.body).unwrap();
        assert_eq!((seen.width(), seen.height()), (1_080, 810));
        assert_eq!(scene.photo(other, photo).await.status, StatusCode::NOT_FOUND);
        assert!(hub.app.small_photos.is_empty(), "it is not kept in memory");
    })
    .await;
}

#[tokio::test]
async fn a_look_at_what_was_seen_of_minors_is_written_down_once_with_its_photos() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (plain, photo) = scene.photographed(b"a sign").await;
        hub.has_photo(scene.venue.station, photo, b"a sign").await;
        scene.told(plain).await;
        scene.photo(plain, photo).await;
        assert_eq!(hub.count(LOOKS).await, 0);
        let (minors, photo) = scene.minors_seen().await;
        scene.told(minors).await;
        assert_eq!(hub.count(LOOKS).await, 1);
        scene.photo(minors, photo).await;
        assert_eq!(hub.count(LOOKS).await, 1, "seen with the record");
        scene.told(minors).await;
        assert_eq!(hub.count(LOOKS).await, 2, "whoever looks again looks again");
        hub.set_now(NOW + 13 * HOUR);
        scene.photo(minors, photo).await;
        assert_eq!(hub.count(LOOKS).await, 3, "another day's look");
        let admin = hub.named(&scene.head.answer.station, Role::Admin, "管理员").await;
        let audit = Browser::of(&hub, &admin).await.page("/audit?about=minors").await;
        assert!(audit.contains("祁静姝") && audit.contains(&format!("/records/{minors}")), "{audit}");
    })
    .await;
}

#[tokio::test]
async fn it_comes_packed_where_that_is_welcome() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (record, _) = scene.minors_seen().await;
        let request = bearing(Request::get(format!("/api/v1/records/{record}")), Some(scene.head.token()));
        let request = request.header(ACCEPT_ENCODING, "zstd").body(Body::empty()).unwrap();
        let reply = hub.call(request).await;
        assert_eq!(reply.headers[CONTENT_ENCODING], "zstd");
        let text = frame::decompress_bounded(&reply.body, 1 << 20).unwrap();
        assert_eq!(serde_json::from_slice::<ToldRecord>(&text).unwrap().visit.record, record);
        assert!(reply.body.len() * 2 < text.len(), "{} of {}", reply.body.len(), text.len());
    })
    .await;
}
