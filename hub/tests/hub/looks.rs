//! Who looked at what about minors is written down: each look, and nothing that nobody looked at.

use axum::body::Body;
use http::header::COOKIE;
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
        self.hub.app.photos.put(self.venue.station, photo, jpeg.into()).await.unwrap();
        let mut tx = self.hub.store().begin().await.unwrap();
        let come = sqlx::query("UPDATE photos SET received_at = $1").bind(NOW);
        come.execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
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

        // Who says that it is the script, and never opened the page, is written down like everybody.
        let deputy = hub.named(&scene.station, Role::Head, "副站长").await;
        read_anew(&Browser::of(&hub, &deputy).await).await;
        assert_eq!(hub.count(LOOKS).await, 3);
        hub.set_now(NOW + 13 * HOUR);
        read_anew(&Browser::of(&hub, &scene.head).await).await;
        assert_eq!(hub.count(LOOKS).await, 4, "another day's page");
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
