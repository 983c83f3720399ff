//! The dashboard as a browser sees it: no script, forms, cookies, redirects.

use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, StatusCode};
use serde_json::json;
use xuncha_core::domain::*;
use xuncha_core::wire::Fact;
use xuncha_hub::dashboard::password;

use super::support::*;

struct Scene {
    station: Station,
    head: Member,
    volunteer: Member,
    venue: Venue,
    phone: Phone,
}

impl Scene {
    async fn of(hub: &Hub) -> Self {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let phone = hub.phone(&volunteer).await;
        Self { station, head, volunteer, venue, phone }
    }

    /// A record that found minors.
    async fn minors_found(&mut self) -> RecordId {
        let mut fact = inspection(&self.venue, NOW - HOUR);
        let list = Checklist::default_for(&self.venue.kind).unwrap();
        let item: ItemId = "wb_minor".parse().unwrap();
        let bad = list.item(&item).unwrap().choices().iter().find(|choice| choice.tone == Tone::Bad).unwrap();
        let minors =
            MinorsSeen { count: 3, bands: [AgeBand::Junior].into(), dissuaded: true, in_danger: false };
        fact.answers[0].answer = Answer::Choice { choice: bad.code.clone(), minors: Some(minors) };
        fact.findings = findings(list, &fact.answers, fact.day_type, Severity::N, &[].into());
        let record = self.phone.record(Fact::Inspection(Box::new(fact)));
        let jws = self.phone.seal(&record);
        all_accepted(&self.phone.push(&[&jws]).await);
        record.id
    }
}

#[tokio::test]
async fn nobody_comes_in_without_their_password_and_nobody_learns_who_has_one() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        password::set(&hub.app, &scene.head, PASSWORD, None).await.unwrap();
        let mut browser = Browser::new(&hub);
        for path in ["/coverage", "/reviews", "/alerts", "/devices", "/venues/x"] {
            let reply = browser.get(path).await;
            let next = format!("/sign-in?next={}", path.replace('/', "%2F"));
            assert_eq!((reply.status, header(&reply, LOCATION)), (StatusCode::SEE_OTHER, next.as_str()));
        }
        browser.page("/sign-in").await;
        let wrong = browser.sign_in("祁静姝", "柳岸的十个字以上的密").await;
        let nobody = browser.sign_in("无此人", PASSWORD).await;
        let no_password = browser.sign_in(scene.volunteer.name.as_str(), PASSWORD).await;
        for reply in [&wrong, &nobody, &no_password] {
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
            assert_eq!(reply.body, wrong.body);
        }
        let right = browser.sign_in(" 祁静姝 ", PASSWORD).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER);
        let cookie = header(&right, SET_COOKIE);
        assert!(
            cookie.starts_with("xuncha=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
            "{cookie}"
        );
        browser.page("/coverage").await;
    })
    .await;
}

#[tokio::test]
async fn who_guesses_a_password_has_to_wait() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        password::set(&hub.app, &scene.head, PASSWORD, None).await.unwrap();
        let mut browser = Browser::new(&hub);
        for _ in 0..5 {
            assert_eq!(browser.sign_in("祁静姝", "wrong").await.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(browser.sign_in("祁静姝", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        hub.set_now(NOW + 60_000);
        assert_eq!(browser.sign_in("祁静姝", PASSWORD).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_time_by_a_new_password_and_with_the_member() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        let signed_in = async |browser: &Browser| browser.get("/coverage").await.status == StatusCode::OK;
        let browser = Browser::of(&hub, &scene.head).await;
        assert!(signed_in(&browser).await);
        let out = browser.post("/sign-out", &[("csrf", &browser.csrf().await)]).await;
        assert_eq!(header(&out, LOCATION), "/sign-in");
        assert!(!signed_in(&browser).await);

        let browser = Browser::of(&hub, &scene.head).await;
        hub.set_now(NOW + 12 * HOUR);
        assert!(!signed_in(&browser).await);

        let browser = Browser::of(&hub, &scene.head).await;
        password::set(&hub.app, &scene.head, "另一个十个字以上的密码", None).await.unwrap();
        assert!(!signed_in(&browser).await);

        let browser = Browser::of(&hub, &scene.head).await;
        hub.write_member(&Member { active: false, ..scene.head.clone() }).await;
        assert!(!signed_in(&browser).await);
    })
    .await;
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let hub = Hub::open_with(|config| config.public_url = Some("https://hub.example".to_owned())).await;
    let scene = Scene::of(&hub).await;
    password::set(&hub.app, &scene.head, PASSWORD, None).await.unwrap();
    let reply = Browser::new(&hub).sign_in("祁静姝", PASSWORD).await;
    let cookie = header(&reply, SET_COOKIE);
    assert!(
        cookie.starts_with("__Host-xuncha=") && cookie.ends_with("; SameSite=Strict; Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn the_coverage_page_tells_who_went_what_counts_and_until_when() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let browser = Browser::of(&hub, &scene.head).await;
        assert!(browser.page("/coverage").await.contains("最晚 11月23日"));
        let (first, one) = scene.phone.inspect(&scene.venue, NOW - 2 * DAY);
        let (_, two) = scene.phone.inspect(&scene.venue, NOW - HOUR);
        all_accepted(&scene.phone.push(&[&one, &two]).await);
        let html = browser.page("/coverage?month=2026-11").await;
        for words in ["远航网吧", "试验甲", "11月14日 周六", "计入", "不计：与另一次间隔不足", "1 / 2"]
        {
            assert!(html.contains(words), "{words}");
        }
        assert!(html.contains(&format!("/records/{first}")));
        let english = {
            let reply = browser.get("/lang/en?back=/coverage").await;
            let cookie = header(&reply, SET_COOKIE).split(';').next().unwrap().to_owned();
            let both = Browser { hub: hub.clone(), cookie: format!("{}; {cookie}", browser.cookie) };
            both.page("/coverage").await
        };
        assert!(english.contains("not counted: too near another visit"));
    })
    .await;
}

#[tokio::test]
async fn the_coverage_of_a_hundred_venues_with_two_visits_each_weighs_little() {
    let hub = Hub::open(None).await;
    let mut scene = Scene::of(&hub).await;
    let mut sealed = Vec::new();
    for number in 0..100 {
        let venue = Venue {
            name: Name::new(&format!("柳岸第{number}网吧")).unwrap(),
            address: Address::new(&format!("柳岸区长江路{}号{number}幢二楼", 7 * number)).unwrap(),
            ..hub.venue(&scene.station).await
        };
        hub.write_venue(&venue).await;
        sealed.extend([9 * DAY, HOUR].map(|before| scene.phone.inspect(&venue, NOW - before).1));
    }
    for batch in sealed.chunks(100) {
        all_accepted(&scene.phone.push(&batch.iter().collect::<Vec<_>>()).await);
    }
    let browser = Browser::of(&hub, &scene.head).await;
    assert!(browser.page("/coverage").await.matches("2 / 2").count() >= 100);
    let request = Request::get("/coverage").header(COOKIE, &browser.cookie).header("accept-encoding", "gzip");
    let reply = hub.call(request.body(Vec::new().into()).unwrap()).await;
    assert_eq!(reply.headers["content-encoding"], "gzip");
    // The style sheet and the scripts are kept by the browser; with them a page is not to have more than 60 kB.
    assert!(reply.body.len() < 40_000, "{} bytes", reply.body.len());
}

#[tokio::test]
async fn a_head_returns_a_record_with_a_reason_and_the_page_stops_counting_it() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (id, jws) = scene.phone.inspect(&scene.venue, NOW - HOUR);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let browser = Browser::of(&hub, &scene.head).await;
        assert!(browser.page("/reviews").await.contains(&format!("/records/{id}")));
        let path = format!("/records/{id}");
        assert!(browser.page(&path).await.contains("回执号"));

        let csrf = browser.csrf().await;
        let review = |decision: &'static str, reason: &'static str, csrf: String| {
            let (path, browser) = (format!("{path}/review"), &browser);
            async move {
                let form = [
                    ("csrf", csrf.as_str()),
                    ("decision", decision),
                    ("seen", "pending"),
                    ("reason", reason),
                ];
                browser.post(&path, &form).await
            }
        };
        assert_eq!(review("returned", "x", "forged".to_owned()).await.status, StatusCode::FORBIDDEN);
        let empty = review("returned", "  ", csrf.clone()).await;
        assert!(String::from_utf8(empty.body).unwrap().contains("请写明退回原因"));
        let done = review("returned", "照片看不清", csrf.clone()).await;
        assert_eq!(header(&done, LOCATION), "/reviews?done=returned");
        assert!(browser.page("/reviews?done=returned").await.contains("没有等待审核的记录"));
        assert!(browser.page("/coverage").await.contains("不计：已退回"));
        assert!(browser.page(&path).await.contains("照片看不清"));
        let late = String::from_utf8(review("approved", "", csrf).await.body).unwrap();
        assert!(late.contains("刚刚已由别人审核，现在是“已退回”（祁"), "{late}");
    })
    .await;
}

#[tokio::test]
async fn many_are_reviewed_at_once_and_one_that_somebody_else_decided_keeps_none_back() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let sealed: Vec<_> =
            (1..=4).map(|days| scene.phone.inspect(&scene.venue, NOW - days * DAY)).collect();
        all_accepted(&scene.phone.push(&sealed.iter().map(|(_, jws)| jws).collect::<Vec<_>>()).await);
        let ids: Vec<String> = sealed.iter().map(|(id, _)| id.to_string()).collect();
        let browser = Browser::of(&hub, &scene.head).await;
        let csrf = browser.csrf().await;
        let decide = async |decision: &str, reason: &str, chosen: &[String]| {
            let mut form = vec![("csrf", csrf.as_str()), ("decision", decision), ("reason", reason)];
            form.extend(chosen.iter().map(|id| ("each", id.as_str())));
            let reply = browser.post("/reviews", &form).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER);
            header(&reply, LOCATION).to_owned()
        };
        assert_eq!(decide("approved", "", &ids[..2]).await, "/reviews?done=approved&count=2");
        // The page was open since before: two of the three are another's already.
        let told = decide("returned", "请补照片", &ids[..3]).await;
        assert_eq!(told, format!("/reviews?done=returned&count=1&late={}&late={}", ids[0], ids[1]));
        let html = browser.page(&told).await;
        assert!(html.contains("已由别人审核，没有改动") && html.contains("已通过"));
        assert!(
            html.contains(&format!("value=\"{}\"", ids[3]))
                && !html.contains(&format!("value=\"{}\"", ids[2]))
        );
        assert!(browser.page(&format!("/records/{}", ids[2])).await.contains("请补照片"));
        assert_eq!(hub.count("SELECT COUNT(*) FROM visits WHERE review = 'approved'").await, 2);
        // Whoever comes second with the same is told who was first.
        let deputy = hub.named(&scene.station, Role::Head, "副站长").await;
        let second = Browser::of(&hub, &deputy).await;
        let (csrf, first) = (second.csrf().await, ids[0].clone());
        let form = [("csrf", &*csrf), ("decision", "approved"), ("each", &first)];
        let told = header(&second.post("/reviews", &form).await, LOCATION).to_owned();
        assert_eq!(told, format!("/reviews?done=approved&count=0&late={first}"));
        assert!(second.page(&told).await.contains("已通过</span> · 祁静姝"));
    })
    .await;
}

#[tokio::test]
async fn a_record_stands_beside_the_one_before_and_on_a_small_map() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let centre = scene.venue.position.unwrap();
        let school = School {
            id: SchoolId::mint(hub.now(), hub.fresh()),
            station: scene.station.id,
            name: Name::new("柳岸试验小学").unwrap(),
            level: SchoolLevel::Primary,
            outline: Outline::gates(vec![Wgs84::new(centre.lat() + 0.001, centre.lon()).unwrap()]).unwrap(),
            closed_on: None,
        };
        hub.write_school(&school).await;
        let (first, jws) = scene.phone.inspect(&scene.venue, NOW - 8 * DAY);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let mut fact = inspection(&scene.venue, NOW - HOUR);
        fact.answers[0].answer = Answer::NotLooked;
        fact.fix = Some(Fix {
            raw: RawPosition::new(Datum::Wgs84, centre.lat(), centre.lon() + 0.001).unwrap(),
            accuracy: Metres(18.0),
            provider: Provider::Gnss,
            taken_at: hub.now(),
            mock: false,
        });
        let record = scene.phone.record(Fact::Inspection(Box::new(fact)));
        let jws = scene.phone.seal(&record);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let browser = Browser::of(&hub, &scene.head).await;
        let html = browser.page(&format!("/records/{}", record.id)).await;
        for words in [
            "上次",
            "有变化",
            "误差约 18米",
            "柳岸试验小学：参考距离 111米",
            "<circle class=\"error\"",
            "不作距离认定",
        ] {
            assert!(html.contains(words), "{words}");
        }
        assert_eq!(html.matches("有变化").count(), 1);
        let html = browser.page(&format!("/records/{first}")).await;
        assert!(html.contains("没有手机定位") && !html.contains("有变化"));
    })
    .await;
}

#[tokio::test]
async fn who_looks_at_findings_about_minors_is_written_down_and_only_they() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (plain, jws) = scene.phone.inspect(&scene.venue, NOW - DAY);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let browser = Browser::of(&hub, &scene.head).await;
        let looks =
            || hub.count("SELECT COUNT(*) FROM audit WHERE action = 'looked at findings about minors'");
        browser.page(&format!("/records/{plain}")).await;
        browser.page(&format!("/venues/{}", scene.venue.id)).await;
        assert_eq!(looks().await, 0);
        let id = scene.minors_found().await;
        let html = browser.page(&format!("/records/{id}")).await;
        assert!(html.contains("约 3 人，初中年龄段，已劝离"));
        browser.page(&format!("/venues/{}", scene.venue.id)).await;
        assert_eq!(looks().await, 2);
        // What the inspection before it told of minors stands beside its own answers.
        let (later, jws) = scene.phone.inspect(&scene.venue, NOW);
        all_accepted(&scene.phone.push(&[&jws]).await);
        assert!(browser.page(&format!("/records/{later}")).await.contains("约 3 人，初中年龄段"));
        assert_eq!(looks().await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_venue_s_page_tells_distances_and_rules_nothing() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        let near = Outline::gates(vec![Wgs84::new(32.051, 118.78).unwrap()]).unwrap();
        let school = School {
            id: SchoolId::mint(hub.now(), hub.fresh()),
            station: scene.station.id,
            name: Name::new("柳岸试验小学").unwrap(),
            level: SchoolLevel::Primary,
            outline: near,
            closed_on: None,
        };
        hub.write_school(&school).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let html = browser.page(&format!("/venues/{}", scene.venue.id)).await;
        for words in ["柳岸试验小学", "参考距离约111米（直线", "近学校", "不作为认定依据"]
        {
            assert!(html.contains(words), "{words}");
        }
    })
    .await;
}

#[tokio::test]
async fn alerts_name_what_was_kept_and_are_marked_as_seen() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (_, one) = scene.phone.inspect(&scene.venue, NOW - DAY);
        let mut restored = scene.phone.clone();
        (restored.seq, restored.prev) = (0, None);
        let (_, other) = restored.inspect(&scene.venue, NOW - HOUR);
        all_accepted(&scene.phone.push(&[&one]).await);
        all_accepted(&restored.push(&[&other]).await);
        let browser = Browser::of(&hub, &scene.head).await;
        let html = browser.page("/alerts").await;
        assert!(html.contains("同一部手机出现两条记录链") && html.contains("已知悉</button>"));
        let hash = html.split("name=\"sha256\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = [("csrf", &*browser.csrf().await), ("kind", "fork"), ("sha256", hash)];
        assert_eq!(browser.post("/alerts/seen", &form).await.status, StatusCode::SEE_OTHER);
        assert!(!browser.page("/alerts").await.contains("已知悉</button>"));
    })
    .await;
}

#[tokio::test]
async fn a_head_makes_a_card_and_revokes_a_phone() {
    both(|hub| async move {
        let scene = Scene::of(&hub).await;
        let browser = Browser::of(&hub, &scene.head).await;
        assert!(browser.page("/devices").await.contains("试验机"));
        let csrf = browser.csrf().await;
        let member = scene.volunteer.id.to_string();
        let card = browser.post("/enrolments", &[("csrf", &csrf), ("member", &member)]).await;
        let html = String::from_utf8(card.body).unwrap();
        must_be_a_page_of_ours(&html);
        let code = html.split("<p class=\"code\">").nth(1).unwrap().split('<').next().unwrap();
        code.parse::<xuncha_core::wire::EnrolCode>().unwrap();
        assert!(html.contains("<svg"));

        // Whoever finds the browser open can't take a phone away in the head's name.
        let own = scene.head.id.to_string();
        let count = async || hub.count("SELECT COUNT(*) FROM enrol_codes").await;
        let before = count().await;
        for password in [None, Some("wrong")] {
            let mut form = vec![("csrf", &*csrf), ("member", &*own)];
            form.extend(password.map(|password| ("password", password)));
            let html = String::from_utf8(browser.post("/enrolments", &form).await.body).unwrap();
            must_be_a_page_of_ours(&html);
            assert!(html.contains("id=\"own-password\"") && !html.contains("<p class=\"code\">"), "{html}");
        }
        assert_eq!(count().await, before);
        let form = [("csrf", &*csrf), ("member", &*own), ("password", PASSWORD)];
        let html = String::from_utf8(browser.post("/enrolments", &form).await.body).unwrap();
        assert!(html.contains("<p class=\"code\">"), "{html}");

        let path = format!("/devices/{}/revoke", scene.phone.answer.device);
        assert_eq!(browser.post(&path, &[("csrf", "forged")]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.post(&path, &[("csrf", &csrf)]).await.status, StatusCode::SEE_OTHER);
        assert!(browser.page("/devices?done=revoked").await.contains("已停用。"));
        assert_eq!(scene.phone.get("/api/v1/changes").await.problem(), (403, "device_revoked".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_head_sees_one_station_a_supervisor_all_and_only_heads_may_act() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let other = hub.station("桥北派出所").await;
        let supervisor = hub.member(&other, Role::Supervisor).await;
        let (id, jws) = scene.phone.inspect(&scene.venue, NOW - HOUR);
        all_accepted(&scene.phone.push(&[&jws]).await);

        let head = Browser::of(&hub, &scene.head).await;
        let foreign = head.get(&format!("/coverage?station={}", other.id)).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);

        let above = Browser::of(&hub, &supervisor).await;
        let city = above.page("/coverage").await;
        assert!(city.contains("柳岸派出所") && city.contains("桥北派出所"));
        assert!(!city.contains("href=\"/devices"));
        // Until a station is chosen, the parts are about all of them.
        assert!(city.contains("href=\"/findings\"") && city.contains("href=\"/report\""));
        let scope = format!("?station={}", scene.station.id);
        let chosen = above.page(&format!("/coverage{scope}")).await;
        assert!(chosen.contains("远航网吧") && chosen.contains(&format!("href=\"/findings{scope}\"")));
        let html = above.page(&format!("/records/{id}{scope}")).await;
        assert!(!html.contains("value=\"approved\""));
        let form = [("csrf", &*above.csrf().await), ("decision", "approved"), ("seen", "pending")];
        let review = above.post(&format!("/records/{id}/review{scope}"), &form).await;
        assert_eq!(review.status, StatusCode::FORBIDDEN);
        assert_eq!(above.get(&format!("/devices{scope}")).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_session_may_use_the_api_and_changes_something_only_with_its_csrf_token() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let (id, jws) = scene.phone.inspect(&scene.venue, NOW - HOUR);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let browser = Browser::of(&hub, &scene.head).await;
        assert_eq!(browser.get("/api/v1/coverage").await.json()["totals"]["due"], 0);
        let csrf = browser.csrf().await;
        let review = async |csrf: &str| {
            let request = Request::post("/api/v1/reviews")
                .header(COOKIE, &browser.cookie)
                .header(CONTENT_TYPE, "application/json")
                .header("x-csrf-token", csrf);
            let body = json!({"record": id, "decision": "approved"}).to_string();
            hub.call(request.body(body.into()).unwrap()).await
        };
        assert_eq!(review("").await.problem(), (403, "forbidden".to_owned()));
        assert_eq!(review(&csrf).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn every_page_forbids_scripts_frames_and_keeping() {
    both(|hub| async move {
        for path in ["/sign-in", "/coverage"] {
            let reply = Browser::new(&hub).get(path).await;
            let policy = reply.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
            assert_eq!(reply.headers["x-frame-options"], "DENY");
            assert_eq!(reply.headers["cache-control"], "no-store");
        }
        let html = Browser::new(&hub).page("/sign-in").await;
        let sheet = html.split("rel=\"stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let reply = Browser::new(&hub).get(sheet).await;
        assert_eq!(
            (reply.status, reply.headers[CONTENT_TYPE].as_bytes()),
            (StatusCode::OK, &b"text/css; charset=utf-8"[..])
        );
    })
    .await;
}
