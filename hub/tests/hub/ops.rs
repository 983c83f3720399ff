//! Health, figures and request ids.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use http::StatusCode;
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use serde_json::json;
use xuncha_core::domain::{Role, Timestamp};
use xuncha_core::wire::{Jws, Parcel, Push, Receipt, RecordAnswer, Signed as _};
use xuncha_hub::Config;
use xuncha_hub::retention::{erase_due, retain};
use xuncha_hub::serve_until;
use xuncha_hub::store::Dialect;
use xuncha_hub::time::{clocks, note_ran_ahead};
use xuncha_hub::world::{Clock, SystemClock, World};

use super::support::*;

#[tokio::test]
async fn a_hub_that_works_is_healthy_and_ready() {
    both(|hub| async move {
        for (path, status) in [("/healthz", "ok"), ("/readyz", "ready")] {
            let reply = hub.get(path, None).await;
            assert_eq!((reply.status, reply.json()), (StatusCode::OK, json!({"status": status})), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_answer_of_the_api_is_kept_by_a_browser_or_taken_for_something_else() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let phone = hub.phone(&hub.member(&station, Role::Head).await).await;
        for path in
            ["/api/v1/changes", "/api/v1/findings", "/api/v1/exports/venues?format=csv", "/api/v1/nothing"]
        {
            let reply = phone.get(path).await;
            assert_eq!(header(&reply, CACHE_CONTROL), "no-store", "{path}");
            assert_eq!(header(&reply, X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_can_not_keep_photos_is_alive_and_not_ready() {
    // The folder is what can be put in the way; a store of photos elsewhere has tests of its own.
    both_with(
        |config| config.s3 = None,
        |hub| async move {
            let folder = hub.app.config.photo_folder();
            std::fs::remove_dir_all(&folder).unwrap();
            std::fs::write(&folder, "in the way").unwrap();
            assert_eq!(hub.get("/readyz", None).await.problem(), (503, "unavailable".to_owned()));
            assert_eq!(hub.get("/healthz", None).await.status, StatusCode::OK);
        },
    )
    .await;
}

#[tokio::test]
async fn a_clock_that_fell_behind_takes_nothing_until_it_is_set_and_nothing_is_lost_or_doubled() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let [first, second, third] = [3, 2, 1].map(|hours| phone.inspect(&venue, NOW - hours * HOUR).1);
        let arrived = |answer: &RecordAnswer| phone_receipt(&phone, accepted(answer)).received_at.millis();
        assert_eq!(arrived(&phone.push(&[&first]).await[0]), NOW);

        hub.set_now(NOW - HOUR);
        let push = Push { parcels: vec![Parcel::Sealed(second.clone())] };
        let unavailable = (503, "unavailable".to_owned());
        assert_eq!(phone.push_parcels(&push).await.problem(), unavailable);
        assert_eq!(phone.get("/api/v1/changes").await.problem(), unavailable, "phones learn no time from it");
        assert_eq!(hub.get("/readyz", None).await.problem(), unavailable);
        assert_eq!(hub.get("/healthz", None).await.status, StatusCode::OK);
        assert_eq!(phone.get("/api/v1/log/head").await.status, StatusCode::OK);
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 1);

        // A little is borne: the log's times stay in its order.
        hub.set_now(NOW - 60_000);
        assert_eq!(arrived(&phone.push(&[&second]).await[0]), NOW);
        hub.set_now(NOW + 1_000);
        assert_eq!(hub.get("/readyz", None).await.status, StatusCode::OK);
        already_had(&phone.push(&[&second]).await[0]);
        assert_eq!(arrived(&phone.push(&[&third]).await[0]), NOW + 1_000);
        assert_eq!(phone.changes("").await.hub_time, hub.now());
        hub.must_be_whole(&station).await;
    })
    .await;
}

#[tokio::test]
async fn a_desk_says_that_its_clock_is_wrong_and_judges_nothing_by_it() {
    const SAID: &str = "服务器的时钟不准";
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let head = hub.member(&station, Role::Head).await;
        let office = hub.phone(&head).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (id, jws) = phone.inspect(&venue, NOW - HOUR);
        all_accepted(&phone.push(&[&jws]).await);
        let desk = Browser::of(&hub, &head).await;
        assert!(!desk.page("/coverage").await.contains(SAID));

        hub.set_now(NOW - HOUR);
        let approve = json!({"record": id, "decision": "approved"});
        let told = office.post("/api/v1/reviews", &approve).await;
        assert_eq!(told.problem(), (503, "unavailable".to_owned()));
        for path in ["/coverage", "/reviews", "/findings", "/ledger"] {
            assert!(desk.page(path).await.contains(SAID), "{path}");
        }

        hub.set_now(NOW);
        assert!(!desk.page("/coverage").await.contains(SAID));
        assert_eq!(office.post("/api/v1/reviews", &approve).await.json()["review"]["state"], "approved");
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_ran_ahead_once_is_believed_again_when_somebody_says_that_it_is_right() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let year = 365 * DAY;
        hub.set_now(NOW + year);
        let [first, second, third] = [40, 1, 2].map(|days| phone.inspect(&venue, NOW - days * DAY).1);
        accepted(&phone.push(&[&first]).await[0]);
        hub.set_now(NOW);
        let push = Push { parcels: vec![Parcel::Sealed(second.clone())] };
        assert_eq!(phone.push_parcels(&push).await.problem(), (503, "unavailable".to_owned()));
        note_ran_ahead(hub.store(), hub.now()).await.unwrap();
        let answer = phone.push(&[&second]).await;
        let receipt = phone_receipt(&phone, accepted(&answer[0]));
        assert_eq!(receipt.received_at.millis(), NOW, "what ran ahead carries nothing with it");
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 1, "it counts when it happened");
        assert_eq!(hub.get("/readyz", None).await.status, StatusCode::OK);
        hub.set_now(NOW - HOUR);
        assert_eq!(phone.get("/api/v1/changes").await.problem(), (503, "unavailable".to_owned()));
        // That is said of what was written until then only.
        hub.set_now(NOW + 2 * year);
        accepted(&phone.push(&[&third]).await[0]);
        hub.set_now(NOW);
        assert_eq!(hub.get("/readyz", None).await.problem(), (503, "unavailable".to_owned()));
        hub.must_be_whole(&station).await;
    })
    .await;
}

/// A machine's own clock that is some milliseconds ahead.
struct Ahead(i64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_millis(self.0)
    }

    fn is_the_machines(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn of_several_copies_one_whose_clock_is_not_the_databases_takes_nothing_and_the_others_go_on() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let [first, second] = [2, 1].map(|hours| phone.inspect(&venue, NOW - hours * HOUR).1);
        let fast = hub.copy_by(Arc::new(Ahead(6 * 60_000))).await;
        let through = |hub: &Hub| Phone { hub: hub.clone(), ..phone.clone() };
        if hub.store().dialect() == Dialect::Sqlite {
            accepted(&through(&fast).push(&[&first]).await[0]);
            assert_eq!(clocks(&fast.app).await.unwrap().database, None, "a file has no clock of its own");
            return;
        }
        let unavailable = (503, "unavailable".to_owned());
        let push = Push { parcels: vec![Parcel::Sealed(first.clone())] };
        assert_eq!(through(&fast).push_parcels(&push).await.problem(), unavailable);
        assert_eq!(through(&fast).get("/api/v1/changes").await.problem(), unavailable);
        assert_eq!(fast.get("/readyz", None).await.problem(), unavailable);
        assert_eq!(fast.get("/healthz", None).await.status, StatusCode::OK);
        assert!(retain(&fast.app).await.is_err(), "nothing is erased before its time");
        assert!(erase_due(&fast.app, station.id).await.is_err(), "nor when the command is given");
        assert!(clocks(&fast.app).await.unwrap().ahead_ms.is_some());
        // One that is behind would carry visits into the month before, also where nothing was written yet.
        let slow = hub.copy_by(Arc::new(Ahead(-6 * 60_000))).await;
        assert_eq!(through(&slow).push_parcels(&push).await.problem(), unavailable);
        let clocks_of_slow = clocks(&slow.app).await.unwrap();
        assert!(clocks_of_slow.behind_ms.is_some() && !clocks_of_slow.agree());
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 0);

        // Four minutes are borne, and the others are not behind.
        for (ahead, record) in [(-4 * 60_000, &first), (4 * 60_000, &first), (0, &second)] {
            let copy = hub.copy_by(Arc::new(Ahead(ahead))).await;
            assert_eq!(copy.get("/readyz", None).await.status, StatusCode::OK);
            let answers = through(&copy).push(&[record]).await;
            assert!(!matches!(answers[0], RecordAnswer::Refused { .. }), "{answers:?}");
        }
        assert_eq!(fast.get("/readyz", None).await.problem(), unavailable);
        hub.must_be_whole(&station).await;
    })
    .await;
}

#[tokio::test]
async fn figures_say_whether_a_copy_is_ready_and_how_wrong_its_clock_is() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (_, jws) = phone.inspect(&venue, NOW - HOUR);
        all_accepted(&phone.push(&[&jws]).await);
        let told = async |hub: &Hub, figures: [&str; 3]| {
            let text = String::from_utf8(hub.get("/metrics", None).await.body).unwrap();
            for figure in figures {
                assert!(text.lines().any(|line| line == figure), "{figure}: {text}");
            }
        };
        let right = ["xuncha_ready 1", "xuncha_clock_behind_seconds 0", "xuncha_clock_ahead_seconds 0"];
        told(&hub, right).await;
        hub.set_now(NOW - HOUR);
        told(&hub, ["xuncha_ready 0", "xuncha_clock_behind_seconds 3600", "xuncha_clock_ahead_seconds 0"])
            .await;
        hub.set_now(NOW);
        told(&hub, right).await;
        if hub.store().dialect() == Dialect::Postgres {
            let fast = hub.copy_by(Arc::new(Ahead(HOUR))).await;
            let text = String::from_utf8(fast.get("/metrics", None).await.body).unwrap();
            let ahead = text.lines().find_map(|line| line.strip_prefix("xuncha_clock_ahead_seconds "));
            let ahead: f64 = ahead.unwrap().parse().unwrap();
            assert!(text.contains("xuncha_ready 0\n") && (3_000.0..=3_600.0).contains(&ahead), "{text}");
        }
    })
    .await;
}

fn phone_receipt(phone: &Phone, receipt: &Jws) -> Receipt {
    Receipt::verify(receipt, &phone.answer.hub_key).unwrap()
}

#[tokio::test]
async fn a_hub_whose_database_is_gone_is_alive_and_not_ready() {
    both(|hub| async move {
        hub.store().close().await;
        assert_eq!(hub.get("/readyz", None).await.problem(), (503, "unavailable".to_owned()));
        assert_eq!(hub.get("/healthz", None).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn figures_name_routes_and_never_what_was_asked_for() {
    both(|hub| async move {
        let first = hub.get("/venues/0192f0c1-0000-7000-8000-000000000001", None).await;
        let second = hub.get("/nothing/secret", None).await;
        assert_ne!(first.headers["x-request-id"], second.headers["x-request-id"]);
        assert_eq!(second.problem(), (404, "not_found".to_owned()));
        let text = String::from_utf8(hub.get("/metrics", None).await.body).unwrap();
        assert!(text.contains("route=\"/venues/{id}\"") && text.contains("xuncha_request_seconds"));
        assert!(!text.contains("0192f0c1") && !text.contains("secret"));
    })
    .await;
}

#[tokio::test]
async fn figures_with_an_address_of_their_own_are_answered_there_and_nowhere_else() {
    xuncha_hub::tls::choose_provider();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path());
    let (all, own) = (free(), free());
    (config.listen, config.metrics_listen) = (all, Some(own));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(serve_until(config, World::real(), async move { _ = stopped.await }));
    let status = async |at: SocketAddr, path: &str| loop {
        assert!(!running.is_finished(), "the hub did not start");
        match reqwest::get(format!("http://{at}{path}")).await {
            Ok(answer) => break answer.status().as_u16(),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    assert_eq!((status(own, "/metrics").await, status(own, "/readyz").await), (200, 200));
    assert_eq!((status(all, "/metrics").await, status(all, "/readyz").await), (404, 200));
    assert_eq!(status(own, "/coverage").await, 404);
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert!(reqwest::get(format!("http://{own}/metrics")).await.is_err());
}
