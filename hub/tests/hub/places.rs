//! Keeping venues and schools at the desk, and what phones and coverage learn of it.

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;
use xuncha_hub::auth::{Caller, Via};
use xuncha_hub::places::{self, Turn, keep_venue, turn_venue};
use xuncha_hub::seen::{Kept, Seen};

use super::support::*;

pub(super) async fn head_of(hub: &Hub, station: &Station) -> Browser {
    let head = hub.named(station, Role::Head, "祁静姝").await;
    Browser::of(hub, &head).await
}

pub(super) async fn admin_of(hub: &Hub) -> Browser {
    let city = hub.station("市局").await;
    let admin = hub.named(&city, Role::Admin, "管理甲").await;
    Browser::of(hub, &admin).await
}

pub(super) async fn on_file(hub: &Hub, station: &Station, id: VenueId) -> Venue {
    places::venue(&mut hub.store().read().await.unwrap(), station.id, id).await.unwrap()
}

/// What a phone of the station learned of last.
/// What changed last, what an inspection found good apart: that stands behind its visit.
async fn newest_change(phone: &Phone) -> serde_json::Value {
    let page = phone.get("/api/v1/changes").await.json();
    let mut changes = page["changes"].as_array().unwrap().iter().rev();
    changes.find(|change| change["found_good"].is_null()).unwrap().clone()
}

pub(super) fn venue_form<'a>(csrf: &'a str, name: &'a str, lat: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("csrf", csrf),
        ("name", name),
        ("kind", "internet_cafe"),
        ("address", "柳岸路2号"),
        ("lat", lat),
        ("lon", "118.78"),
        ("datum", "wgs84"),
        ("placard", "V-9"),
        ("opened_on", "2026-11-10"),
    ]
}

#[tokio::test]
async fn a_head_adds_and_changes_a_venue_and_phones_learn_of_it() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = head_of(&hub, &station).await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let csrf = browser.csrf().await;
        let reply = browser.post("/places/venues/new", &venue_form(&csrf, "蓝鲸网吧", "32.06")).await;
        let path = header(&reply, LOCATION).split('?').next().unwrap().to_owned();
        let id: VenueId = path.rsplit('/').next().unwrap().parse().unwrap();
        let venue = on_file(&hub, &station, id).await;
        assert_eq!((venue.name.as_str(), venue.position), ("蓝鲸网吧", Wgs84::new(32.06, 118.78).ok()));
        assert_eq!(newest_change(&phone).await["venue"]["name"], "蓝鲸网吧");

        let seen = browser.seen(&path, &path).await;
        let form = [venue_form(&csrf, "白鲸网吧", "32.06"), vec![("seen", &*seen)]].concat();
        browser.post(&path, &form).await;
        assert_eq!(newest_change(&phone).await["venue"]["name"], "白鲸网吧");
        assert!(browser.page(&path).await.contains("白鲸网吧"));
        let wrong = browser.post(&path, &venue_form(&csrf, "灰鲸网吧", "320.6")).await;
        let html = String::from_utf8(wrong.body).unwrap();
        assert!(html.contains("不是有效的纬度和经度") && html.contains("灰鲸网吧"), "what was typed stays");
        let mut form = venue_form(&csrf, "灰鲸网吧", "320.6");
        form.retain(|(name, _)| *name != "datum");
        form.push(("datum", "gcj02"));
        for path in [&*path, "/places/venues/new"] {
            let html = String::from_utf8(browser.post(path, &form).await.body).unwrap();
            assert!(html.contains("value=\"gcj02\" selected") && html.contains("value=\"320.6\""), "{html}");
        }
        assert!(!html.contains("/lang/"), "a page that answers a form can't be come back to");
        assert_eq!(on_file(&hub, &station, id).await.name.as_str(), "白鲸网吧");
        let actions = "SELECT COUNT(*) FROM audit WHERE action IN ('venue added', 'venue changed')";
        assert_eq!(hub.count(actions).await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_was_opened_before_a_venue_closed_neither_opens_it_again_nor_changes_it_unseen() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let member = hub.member(&station, Role::Head).await;
        let head = Caller::of(&mut hub.store().read().await.unwrap(), member, Via::Session).await.unwrap();
        let mut venue = hub.venue(&station).await;
        let seen = Seen::of(Some(&venue));
        let last = hub.now().day();
        turn_venue(&hub.app, &head, station.id, venue.id, Turn::Closed(last)).await.unwrap();
        venue.life.opened_on = last.pred_opt();
        assert_eq!(keep_venue(&hub.app, &head, venue.clone(), &seen).await.unwrap(), Kept::Overtaken);
        let now = on_file(&hub, &station, venue.id).await;
        assert_eq!((now.life.opened_on, now.life.closed_on), (None, Some(last)));
        // When it closes is no part of the form.
        assert_eq!(keep_venue(&hub.app, &head, venue, &Seen::of(Some(&now))).await.unwrap(), Kept::Done);
        let life = on_file(&hub, &station, now.id).await.life;
        assert_eq!((life.opened_on, life.closed_on), (last.pred_opt(), Some(last)));
    })
    .await;
}

#[tokio::test]
async fn a_venue_is_suspended_closed_and_opened_again_and_coverage_follows() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = head_of(&hub, &station).await;
        let venue = hub.venue(&station).await;
        let csrf = browser.csrf().await;
        let path = format!("/places/venues/{}/life", venue.id);
        let turn = async |turn: &str, from: &str, to: &str| {
            browser.post(&path, &[("csrf", &*csrf), ("turn", turn), ("from", from), ("to", to)]).await
        };
        assert_eq!(hub.tally(&venue, "2026-11").await.required, 2);
        turn("suspended", "2026-11-01", "2026-11-30").await;
        assert_eq!(hub.tally(&venue, "2026-11").await.required, 0);
        assert!(browser.page("/coverage").await.contains("免检"));
        assert_eq!(turn("suspended", "2026-11-09", "2026-11-01").await.status, StatusCode::OK);
        turn("open", "2026-11-02", "").await;
        assert_eq!(hub.tally(&venue, "2026-11").await.required, 2);
        turn("closed", "2026-11-16", "").await;
        assert_eq!(on_file(&hub, &station, venue.id).await.life.closed_on.unwrap().to_string(), "2026-11-16");
        assert_eq!(hub.tally(&venue, "2026-12").await.required, 0);
    })
    .await;
}

fn since_september<'a>(csrf: &'a str, agreed: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = venue_form(csrf, "蓝鲸网吧", "32.06");
    form.retain(|(name, _)| *name != "opened_on");
    [form, vec![("opened_on", "2026-09-15"), ("agreed", agreed)]].concat()
}

#[tokio::test]
async fn days_in_a_month_that_is_over_are_asked_about_once_more_and_the_audit_names_them() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = head_of(&hub, &station).await;
        let venue = hub.venue(&station).await;
        let csrf = browser.csrf().await;
        let path = format!("/places/venues/{}", venue.id);
        let suspend = async |agreed: &str| {
            let days = [("turn", "suspended"), ("from", "2026-10-01"), ("to", "2026-10-31")];
            let form = [&[("csrf", &*csrf), ("agreed", agreed)][..], &days].concat();
            browser.post(&format!("{path}/life"), &form).await
        };
        for agreed in ["", "2026-09"] {
            let html = String::from_utf8(suspend(agreed).await.body).unwrap();
            assert!(html.contains("会改变 2026年10月 的覆盖进度"), "{html}");
            assert!(html.contains("name=\"agreed\" value=\"2026-10\""), "{html}");
            assert_eq!(hub.tally(&venue, "2026-10").await.required, 2);
        }
        assert_eq!(suspend("2026-10").await.status, StatusCode::SEE_OTHER);
        assert_eq!(hub.tally(&venue, "2026-10").await.required, 0);

        // The same of its first day, also of a venue that is new.
        for path in [&*path, "/places/venues/new"] {
            let seen = browser.seen(path, path).await;
            let send = async |agreed: &str| {
                let form = [since_september(&csrf, agreed), vec![("seen", &*seen)]].concat();
                browser.post(path, &form).await
            };
            let reply = send("").await;
            let html = String::from_utf8(reply.body).unwrap();
            let asked = html.split("name=\"agreed\" value=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(asked.contains("2026-09") && html.contains("value=\"蓝鲸网吧\""), "{html}");
            assert_eq!(send(asked).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(on_file(&hub, &station, venue.id).await.life.opened_on, "2026-09-15".parse().ok());

        let html = admin_of(&hub).await.page(&format!("/audit?station={}", station.id)).await;
        for words in [
            "登记了暂停",
            "暂停：2026年10月1日–2026年10月31日",
            "改变了已过去月份的覆盖进度：2026年10月<",
            "从这天起检查：— → 2026年9月15日",
            "改变了已过去月份的覆盖进度：2023年11月–2026年9月<",
            "改变了已过去月份的覆盖进度：2026年9月–2026年10月<",
        ] {
            assert!(html.contains(words), "{words} {html}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_double_is_never_asked_for_and_its_records_count_for_the_one_that_stays() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = head_of(&hub, &station).await;
        let stays = hub.venue(&station).await;
        let double = Venue { placard: PlacardCode::new("V-7").ok(), ..hub.venue(&station).await };
        hub.write_venue(&double).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (record, jws) = phone.inspect(&double, NOW - DAY);
        all_accepted(&phone.push(&[&jws]).await);
        let csrf = browser.csrf().await;
        let into = stays.id.to_string();
        let path = format!("/places/venues/{}/merge", double.id);
        let form = [("csrf", &*csrf), ("into", &*into)];
        assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.post(&path, &form).await.status, StatusCode::BAD_REQUEST, "only once");

        assert_eq!(on_file(&hub, &station, double.id).await.life, VenueLife::never());
        assert_eq!(on_file(&hub, &station, stays.id).await.placard, PlacardCode::new("V-7").ok());
        let html = browser.page(&format!("/places/venues/{}", stays.id)).await;
        assert!(html.contains("并入了一条重复登记"));
        let map = browser.get("/coverage/map.json").await;
        let map = String::from_utf8(map.body).unwrap();
        assert!(map.contains(&into) && !map.contains(&double.id.to_string()), "{map}");
        let admin = admin_of(&hub).await;
        let area = String::from_utf8(admin.get("/coverage/area.json").await.body).unwrap();
        assert!(area.contains(&into) && !area.contains(&double.id.to_string()), "{area}");
        assert_eq!(hub.tally(&stays, "2026-11").await.counted(), 1);
        assert!(browser.page(&format!("/venues/{}", stays.id)).await.contains(&format!("/records/{record}")));
        assert_eq!(newest_change(&phone).await["visit"]["venue"], into);

        let html = admin.page(&format!("/audit?station={}", station.id)).await;
        for words in ["并入：远航网吧", "改变了已过去月份的覆盖进度：2023年11月–2026年10月<"]
        {
            assert!(html.contains(words), "{words} {html}");
        }

        // What was still on its way counts there too, and so does its correction.
        let (late, jws) = phone.inspect(&double, NOW - 9 * DAY);
        all_accepted(&phone.push(&[&jws]).await);
        assert_eq!(hub.tally(&stays, "2026-11").await.counted(), 2);
        let double_now = hub.tally(&double, "2026-11").await;
        assert_eq!((double_now.required, double_now.counted()), (0, 0));
        let (_, correction) = phone.correct(&double, NOW - 9 * DAY, late);
        all_accepted(&phone.push(&[&correction]).await);
        assert_eq!(hub.tally(&stays, "2026-11").await.counted(), 2);
        hub.must_be_whole(&station).await;
        assert_eq!(
            browser
                .post(
                    &path.replace("merge", "life"),
                    &[("csrf", &*csrf), ("turn", "open"), ("from", "2026-11-16")]
                )
                .await
                .status,
            StatusCode::BAD_REQUEST
        );
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_was_made_later_takes_no_month_off_the_venue_that_it_turns_out_to_be() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = head_of(&hub, &station).await;
        let double = hub.venue(&station).await;
        let life = VenueLife { opened_on: "2026-11-16".parse().ok(), ..VenueLife::default() };
        let stays = Venue { life, ..hub.venue(&station).await };
        hub.write_venue(&stays).await;
        assert_eq!(hub.tally(&stays, "2026-10").await.required, 0);
        let (csrf, into) = (browser.csrf().await, stays.id.to_string());
        let path = format!("/places/venues/{}/merge", double.id);
        let asked = browser.post(&path, &[("csrf", &*csrf), ("into", &*into)]).await;
        let html = String::from_utf8(asked.body).unwrap();
        assert!(asked.status == StatusCode::OK && html.contains("还没有保存：会改变"), "{html}");
        assert_eq!(on_file(&hub, &station, stays.id).await.life, stays.life, "not before it is agreed to");
        let agreed = html.split(r#"name="agreed" value=""#).nth(1).unwrap().split('"').next().unwrap();
        assert!(agreed.contains("2026-10"), "{agreed}");
        let form = [("csrf", &*csrf), ("into", &*into), ("agreed", agreed)];
        assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(on_file(&hub, &station, stays.id).await.life, VenueLife::default());
        assert_eq!(hub.tally(&stays, "2026-10").await.required, 2, "a month without a visit stays one");
        assert_eq!(hub.tally(&double, "2026-10").await.required, 0);
        hub.must_be_whole(&station).await;
    })
    .await;
}

#[tokio::test]
async fn a_head_adds_a_school_by_its_gates_and_changes_it() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = head_of(&hub, &station).await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let csrf = browser.csrf().await;
        let form = |points: &'static str| {
            [
                ("csrf", &*csrf),
                ("name", "明灯小学"),
                ("level", "primary"),
                ("shape", "gates"),
                ("points", points),
                ("datum", "gcj02"),
            ]
        };
        let wrong = browser.post("/places/schools/new", &form("somewhere")).await;
        let html = String::from_utf8(wrong.body).unwrap();
        assert!(html.contains("somewhere") && html.contains("value=\"gcj02\" selected"), "{html}");
        let reply = browser.post("/places/schools/new", &form("32.06 118.79\n32.061 118.791")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let told = newest_change(&phone).await;
        assert_eq!(told["school"]["name"], "明灯小学");
        let id = told["school"]["id"].as_str().unwrap().to_owned();
        assert!(browser.page("/places").await.contains("明灯小学"));
        let path = format!("/places/schools/{id}");
        assert!(browser.page(&path).await.contains("修改学校"));
        let seen = browser.seen(&path, &path).await;
        let form = [&form("32.07 118.79")[..], &[("seen", &seen)]].concat();
        assert_eq!(browser.post(&path, &form).await.status, StatusCode::SEE_OTHER);
        let told = newest_change(&phone).await;
        assert_eq!(told["school"]["outline"]["points"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_school_closes_goes_on_and_moves_and_distances_follow() {
    both(|hub| async move {
        let here = hub.station("柳岸派出所").await;
        let there = hub.station("桥北派出所").await;
        let venue = hub.venue(&here).await;
        let school = School {
            id: SchoolId::mint(hub.now(), hub.fresh()),
            station: here.id,
            name: Name::new("明灯小学").unwrap(),
            level: SchoolLevel::Primary,
            outline: Outline::gates(vec![venue.position.unwrap()]).unwrap(),
            closed_on: None,
        };
        hub.write_school(&school).await;
        let admin = admin_of(&hub).await;
        let csrf = admin.csrf().await;
        let at = format!("?station={}", here.id);
        let page = format!("/venues/{}{at}", venue.id);
        let path = format!("/places/schools/{}", school.id);
        let close = async |day: &str| {
            let form = [("csrf", &*csrf), ("last_day", day)];
            admin.post(&format!("{path}/close{at}"), &form).await.status
        };
        assert!(admin.page(&page).await.contains("明灯小学"));
        assert_eq!(close("yesterday").await, StatusCode::BAD_REQUEST);
        assert_eq!(close("2026-11-01").await, StatusCode::SEE_OTHER);
        assert!(!admin.page(&page).await.contains("明灯小学"));
        assert!(admin.page(&format!("{path}{at}")).await.contains("恢复"));
        assert_eq!(close("").await, StatusCode::SEE_OTHER);
        assert!(admin.page(&page).await.contains("明灯小学"));
        let html = admin.page(&format!("/audit{at}")).await;
        for words in ["最后一天：— → 2026年11月1日", "最后一天：2026年11月1日 → —"] {
            assert!(html.contains(words), "{words} {html}");
        }

        let to = there.id.to_string();
        let moves = async |day: &str| {
            let form = [("csrf", &*csrf), ("to", &*to), ("first_day", day)];
            admin.post(&format!("{path}/move{at}"), &form).await
        };
        let told = String::from_utf8(moves("2025-11-16").await.body).unwrap();
        assert!(told.contains("最早从本月起移交"), "{told}");
        assert_eq!(moves("2026-11-16").await.status, StatusCode::SEE_OTHER);
        assert!(admin.page(&page).await.contains("邻站登记"), "it is as near as it was");
        let mut db = hub.store().read().await.unwrap();
        let theirs = places::schools(&mut db, there.id).await.unwrap();
        assert_eq!((theirs[0].name.as_str(), theirs[0].closed_on), ("明灯小学", None));
    })
    .await;
}

#[tokio::test]
async fn a_school_on_file_twice_is_merged_at_the_desk_and_neither_opens_nor_moves_again() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = head_of(&hub, &station).await;
        let at = hub.venue(&station).await.position.unwrap();
        let named = |name| School {
            id: SchoolId::mint(hub.now(), hub.fresh()),
            station: station.id,
            name: Name::new(name).unwrap(),
            level: SchoolLevel::Primary,
            outline: Outline::gates(vec![at]).unwrap(),
            closed_on: None,
        };
        let [stays, double, earlier] = ["长明小学", "明灯小学", "明灯完小"].map(named);
        for school in [&stays, &double, &earlier] {
            hub.write_school(school).await;
        }
        let csrf = browser.csrf().await;
        let path = |school: &School| format!("/places/schools/{}", school.id);
        let merge = async |school: &School, into: &School| {
            let form = [("csrf", &*csrf), ("into", &*into.id.to_string())];
            browser.post(&format!("{}/merge", path(school)), &form).await
        };
        assert!(browser.page(&path(&double)).await.contains("长明小学"), "it may be merged into this one");
        for (school, into) in [(&earlier, &double), (&double, &stays)] {
            let reply = merge(school, into).await;
            assert_eq!(header(&reply, LOCATION), path(into));
        }
        let html = browser.page(&path(&stays)).await;
        assert_eq!(html.matches("并入了一条重复登记").count(), 2, "what was merged before is its double too");
        let html = browser.page(&path(&double)).await;
        assert!(html.contains("已并入另一条登记") && !html.contains("登记最后一天"));
        assert_eq!(browser.page("/places").await.matches("重复登记").count(), 2);

        assert_eq!(merge(&stays, &double).await.status, StatusCode::BAD_REQUEST);
        let open = [("csrf", &*csrf), ("last_day", "")];
        let reply = browser.post(&format!("{}/close", path(&double)), &open).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        let admin = admin_of(&hub).await;
        let (csrf, to) = (admin.csrf().await, hub.station("桥北派出所").await.id.to_string());
        let form = [("csrf", &*csrf), ("to", &*to), ("first_day", "2026-11-16")];
        let reply = admin.post(&format!("{}/move?station={}", path(&double), station.id), &form).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    })
    .await;
}
