//! Pages that show what is new while they are open.

use std::time::Duration;

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use xuncha_core::domain::*;
use xuncha_hub::changes::note_put_back;

use super::support::*;

/// A page's ear.
struct Ear(Body);

impl Ear {
    async fn at(browser: &Browser, hub: &Hub, path: &str) -> Self {
        let request = Request::get(path).header(COOKIE, &browser.cookie).body(Body::empty()).unwrap();
        let reply = hub.router.clone().oneshot(request).await.unwrap();
        assert_eq!(
            (reply.status(), reply.headers()[CONTENT_TYPE].as_bytes()),
            (StatusCode::OK, &b"text/event-stream"[..])
        );
        Self(reply.into_body())
    }

    /// The next thing it hears; nothing when it is let go.
    async fn hear(&mut self) -> Option<String> {
        let frame = tokio::time::timeout(Duration::from_secs(30), self.0.frame()).await.unwrap();
        frame.map(|frame| String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
    }

    async fn news(&mut self) -> Value {
        let text = self.hear().await.unwrap();
        assert!(text.contains("event: changed\n"), "{text}");
        let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        serde_json::from_str(data).unwrap()
    }
}

/// Where a page listens.
fn ear_of(html: &str) -> String {
    let path = html.split("data-live=\"").nth(1).unwrap().split('"').next().unwrap();
    path.replace("&amp;", "&")
}

#[tokio::test]
async fn a_page_hears_of_what_another_copy_of_the_hub_took_and_of_nothing_else() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let browser = Browser::of(&hub, &head).await;
        let html = browser.page("/reviews").await;
        assert!(!html.contains("data-live=\"/live?station=&amp;"));
        let path = ear_of(&html);
        let copy = hub.copy().await;
        let mut ear = Ear::at(&browser, &copy, &path).await;
        let (_, one) = phone.inspect(&venue, NOW - HOUR);
        let (id, two) = phone.inspect(&venue, NOW - 2 * HOUR);
        all_accepted(&phone.push(&[&one, &two]).await);
        assert_eq!(ear.news().await, json!({"records": 2, "reviews": 0, "findings": 0}));
        // Counted from when the page was made, however often it is told.
        let office = hub.phone(&head).await;
        let decided = json!({"record": id, "decision": "approved"});
        assert_eq!(office.post("/api/v1/reviews", &decided).await.status, StatusCode::OK);
        assert_eq!(ear.news().await, json!({"records": 1, "reviews": 1, "findings": 0}));
        // A page made since then has nothing to hear.
        let fresh = ear_of(&browser.page("/coverage").await);
        assert_ne!(fresh, path);
        copy.app.stopping.send_replace(true);
        assert_eq!(ear.hear().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_page_of_all_stations_hears_of_those_that_are_overseen_and_of_no_other() {
    both(|hub| async move {
        let own = hub.station_of("柳岸派出所", "东城分局").await;
        let sister = hub.station_of("桥头派出所", "东城分局").await;
        let foreign = hub.station_of("桥北派出所", "西城分局").await;
        let supervisor = hub.member(&own, Role::SubBureauSupervisor).await;
        let (venue, far) = (hub.venue(&sister).await, hub.venue(&foreign).await);
        let mut phone = hub.phone(&hub.member(&sister, Role::Volunteer).await).await;
        let mut stranger = hub.phone(&hub.member(&foreign, Role::Volunteer).await).await;
        let browser = Browser::of(&hub, &supervisor).await;
        let path = ear_of(&browser.page("/coverage").await);
        assert_eq!(ear_of(&browser.page("/findings").await), path);
        assert_ne!(ear_of(&browser.page(&format!("/findings?station={}", sister.id)).await), path);
        let (_, jws) = stranger.inspect(&far, NOW - HOUR);
        all_accepted(&stranger.push(&[&jws]).await);
        // What the neighbours of the sub-bureau did has not moved it.
        assert_eq!(ear_of(&browser.page("/coverage").await), path);
        let mut ear = Ear::at(&browser, &hub.copy().await, &path).await;
        let (_, jws) = phone.inspect(&venue, NOW - HOUR);
        all_accepted(&phone.push(&[&jws]).await);
        let news = ear.news().await;
        assert!(news["changes"].as_u64().unwrap() > 0 && news.get("records").is_none(), "{news}");
        assert_ne!(ear_of(&browser.page("/coverage").await), path);
        // A station that left the sub-bureau takes its changes along: what comes after is heard all the same.
        hub.write_station(&Station { sub_bureau: foreign.sub_bureau.clone(), ..sister.clone() }).await;
        assert!(ear.news().await["changes"].as_u64().unwrap() > 0);
        hub.venue(&own).await;
        assert!(ear.news().await["changes"].as_u64().unwrap() > 0);
        // Who leads one station has no ear for more of them.
        hub.write_member(&Member { role: Role::Head, ..supervisor }).await;
        let (_, jws) = phone.inspect(&venue, NOW - 2 * HOUR);
        all_accepted(&phone.push(&[&jws]).await);
        assert_eq!(ear.hear().await, None);
    })
    .await;
}

#[tokio::test]
async fn a_page_of_a_station_whose_database_was_put_back_hears_that_nothing_on_it_holds() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let browser = Browser::of(&hub, &head).await;
        let newest = ear_of(&browser.page("/reviews").await);
        let (path, since) = newest.rsplit_once("since=").unwrap();
        let since: u64 = since.parse().unwrap();
        let put_back = |news: &Value| news["changes"].as_u64().unwrap() > 0 && news.get("records").is_none();
        // It knows three changes that are lost; the number went back.
        let mut ear = Ear::at(&browser, &hub, &format!("{path}since={}", since + 3)).await;
        let news = ear.news().await;
        assert!(put_back(&news), "{news}");
        // Or, by `xuncha restore`, ahead of all that it may have known.
        let mut ear = Ear::at(&browser, &hub, &format!("{path}since={}", since + 3)).await;
        note_put_back(hub.store(), hub.now()).await.unwrap();
        let news = ear.news().await;
        assert!(put_back(&news), "{news}");
        // One that is as old as the copy knows nothing that was lost.
        let mut ear = Ear::at(&browser, &hub, &newest).await;
        assert_eq!(ear.news().await, json!({"records": 0, "reviews": 0, "findings": 0}));
    })
    .await;
}

#[tokio::test]
async fn a_page_of_yesterday_hears_that_a_day_began_though_nothing_happened() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let supervisor = hub.named(&station, Role::Supervisor, "督导甲").await;
        // Seven hours to midnight.
        hub.set_now(NOW + 7 * HOUR);
        for member in [&head, &supervisor] {
            let browser = Browser::of(&hub, member).await;
            let path = ear_of(&browser.page("/coverage").await);
            let mut ear = Ear::at(&browser, &hub, &path).await;
            hub.set_now(NOW + 14 * HOUR);
            assert_eq!(ear.news().await, json!({"days": 1}));
            // One that nobody looked at overnight asks only then.
            let mut late = Ear::at(&browser, &hub, &path).await;
            assert_eq!(late.news().await, json!({"days": 1}));
            let fresh = ear_of(&browser.page("/coverage").await);
            assert_ne!(fresh, path);
            // It is told once; what comes then is told as ever.
            let (mut told, mut ear_of_today) = (late, Ear::at(&browser, &hub, &fresh).await);
            hub.venue(&station).await;
            for ear in [&mut told, &mut ear_of_today] {
                let news = ear.news().await;
                assert!(news.get("days").is_none(), "{news}");
            }
            hub.set_now(NOW + 7 * HOUR);
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_signed_out_hears_nothing_more_and_a_stranger_nothing_at_all() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let browser = Browser::of(&hub, &head).await;
        let mut ear = Ear::at(&browser, &hub, &ear_of(&browser.page("/findings").await)).await;
        let csrf = browser.csrf().await;
        assert_eq!(browser.post("/sign-out", &[("csrf", &csrf)]).await.status, StatusCode::SEE_OTHER);
        let (_, jws) = phone.inspect(&venue, NOW - HOUR);
        all_accepted(&phone.push(&[&jws]).await);
        assert_eq!(ear.hear().await, None);
        let reply = browser.get("/live?since=0").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let foreign = hub.named(&hub.station("远山站").await, Role::Head, "外站长").await;
        let stranger = Browser::of(&hub, &foreign).await;
        let reply = stranger.get(&format!("/live?station={}&since=0", station.id)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn pages_of_the_station_s_day_say_where_they_listen_and_may_do_so() {
    let hub = Hub::open(None).await;
    let station = hub.station("柳岸派出所").await;
    let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
    let reply = browser.get("/coverage").await;
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(String::from_utf8(reply.body).unwrap().contains("data-live=\"/live?"));
    // Pages that show nothing of the station's day have no script at all.
    let html = browser.page("/account").await;
    assert!(!html.contains("data-live") && !html.contains("<script"), "{html}");
}
