//! Who looked at what about minors is written down: each look, and nothing that nobody looked at.

use axum::body::Body;
use http::header::{COOKIE, LOCATION};
use http::{Request, StatusCode};
use xuncha_core::domain::*;
use xuncha_core::wire::Fact;

use super::support::*;

const LOOKS: &str = "SELECT COUNT(*) FROM audit WHERE action = 'looked at findings about minors'";

struct Scene {
    hub: Hub,
    station: Station,
    head: Member,
    venue: Venue,
    phone: Phone,
}

impl Scene {
    async fn of(hub: &Hub) -> Self {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let venue = hub.venue(&station).await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        Self { hub: hub.clone(), station, head, venue, phone }
    }

    /// An inspection with a photo that has come; with minors or without.
    async fn inspected(&mut self, with_minors: bool) -> PhotoId {
        let photo = PhotoId::mint(self.hub.now(), self.hub.fresh());
        let jpeg = format!("a picture of a sign, {photo}").into_bytes();
        let named =
            PhotoRef { id: photo, item: None, sha256: Sha256Hash::of(&jpeg), bytes: jpeg.len() as u64 };
        let mut fact = Inspection { photos: vec![named], ..inspection(&self.venue, NOW - HOUR) };
        let list = Checklist::default_for(&self.venue.kind).unwrap();
        if with_minors {
            let item = list.items.iter().find(|item| item.id.as_str() == "wb_minor").unwrap();
            let bad = item.choices().iter().find(|choice| choice.tone == Tone::Bad).unwrap();
            let minors =
                MinorsSeen { count: 3, bands: [AgeBand::Junior].into(), dissuaded: true, in_danger: false };
            let answer = fact.answers.iter_mut().find(|answer| answer.item == item.id).unwrap();
            answer.answer = Answer::Choice { choice: bad.code.clone(), minors: Some(minors) };
        }
        fact.findings = findings(list, &fact.answers, fact.day_type, Severity::N, &[].into());
        let record = self.phone.record(Fact::Inspection(Box::new(fact)));
        let jws = self.phone.seal(&record);
        all_accepted(&self.phone.push(&[&jws]).await);
        self.hub.has_photo(self.venue.station, photo, &jpeg).await;
        photo
    }
}

#[tokio::test]
async fn what_the_script_reads_anew_of_an_open_board_is_no_look_but_what_nobody_had_opened_is() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        scene.inspected(true).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let read_anew = async |browser: &Browser| {
            let request =
                Request::get("/findings").header(COOKIE, &browser.cookie).header("x-xuncha-reads-anew", "1");
            let reply = hub.call(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.status, StatusCode::OK);
        };
        browser.page("/findings").await;
        assert_eq!(hub.count(LOOKS).await, 1);
        read_anew(&browser).await;
        assert_eq!(hub.count(LOOKS).await, 1);
        browser.page("/findings").await;
        assert_eq!(hub.count(LOOKS).await, 2, "whoever opens it again looks again");
        scene.inspected(false).await;
        read_anew(&browser).await;
        assert_eq!(hub.count(LOOKS).await, 2, "what is new is not about minors");
        scene.inspected(true).await;
        read_anew(&browser).await;
        assert_eq!(hub.count(LOOKS).await, 3, "what came while the page was open is a look of its own");
        read_anew(&browser).await;
        assert_eq!(hub.count(LOOKS).await, 3);

        // Who says that it is the script, and never opened the page, is written down like everybody.
        let deputy = hub.named(&scene.station, Role::Head, "副站长").await;
        read_anew(&Browser::of(&hub, &deputy).await).await;
        assert_eq!(hub.count(LOOKS).await, 4);
        hub.set_now(NOW + 13 * HOUR);
        read_anew(&Browser::of(&hub, &scene.head).await).await;
        assert_eq!(hub.count(LOOKS).await, 5, "another day's page");
    })
    .await;
}

#[tokio::test]
async fn a_photo_in_full_of_a_visit_that_met_minors_is_a_look_of_its_own() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (with, without) = (scene.inspected(true).await, scene.inspected(false).await);
        let browser = Browser::of(&hub, &scene.head).await;
        assert_eq!(browser.get(&format!("/photos/{without}")).await.status, StatusCode::OK);
        assert_eq!(hub.count(LOOKS).await, 0);
        assert_eq!(browser.get(&format!("/photos/{with}")).await.status, StatusCode::OK);
        assert_eq!(hub.count(LOOKS).await, 1);
        let admin = hub.named(&scene.station, Role::Admin, "管理员").await;
        let audit = format!("/audit?about=minors&station={}", scene.station.id);
        let html = Browser::of(&hub, &admin).await.page(&audit).await;
        assert!(html.contains("祁静姝") && html.contains("/records/"), "{html}");
    })
    .await;
}

#[tokio::test]
async fn small_photos_of_a_visit_that_met_minors_are_a_look_unless_its_page_was_one() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (one, other) = (scene.inspected(true).await, scene.inspected(true).await);
        let without = scene.inspected(false).await;
        let browser = Browser::of(&hub, &scene.head).await;
        // What they show is no picture here, which does not matter to what is written down.
        let look = async |browser: &Browser, photo: PhotoId| {
            browser.get(&format!("/photos/{photo}/small")).await;
            hub.count(LOOKS).await
        };
        assert_eq!(look(&browser, without).await, 0);
        assert_eq!((look(&browser, one).await, look(&browser, one).await), (1, 1));
        assert_eq!(look(&browser, other).await, 2, "another record's");
        let deputy = Browser::of(&hub, &hub.named(&scene.station, Role::Head, "副站长").await).await;
        deputy.page(&format!("/venues/{}", scene.venue.id)).await;
        assert_eq!(
            (look(&deputy, one).await, look(&deputy, other).await),
            (3, 3),
            "seen with the venue's page"
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_station_reads_of_another_from_which_a_venue_came_is_written_down_there() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        scene.inspected(true).await;
        let there = hub.station("桥北派出所").await;
        let admin = Browser::of(&hub, &hub.named(&scene.station, Role::Admin, "管理员").await).await;
        let (to, csrf) = (there.id.to_string(), admin.csrf().await);
        let form = [("csrf", &*csrf), ("to", &*to), ("first_day", "2026-11-20")];
        let path = format!("/places/venues/{}/move?station={}", scene.venue.id, scene.station.id);
        let reply = admin.post(&path, &form).await;
        let address = header(&reply, LOCATION).to_owned();
        let id = address.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();

        let head = Browser::of(&hub, &hub.named(&there, Role::Head, "贺松年").await).await;
        for (number, path) in [(1, format!("/venues/{id}")), (2, format!("/venues/{id}/history?back=1"))] {
            head.page(&path).await;
            let audit = format!("/audit?about=minors&station={}", scene.station.id);
            assert_eq!(admin.page(&audit).await.matches("贺松年").count(), number, "{path}");
            assert_eq!(hub.count(LOOKS).await, i64::try_from(number).unwrap(), "{path}: and nowhere else");
        }
    })
    .await;
}
