//! What the desk says of findings and of who saw to them, and what becomes of many that are decided at once.

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;
use xuncha_core::wire::Fact;

use super::support::*;

struct Scene {
    station: Station,
    head: Member,
    admin: Member,
    venue: Venue,
    phone: Phone,
}

impl Scene {
    async fn of(hub: &Hub) -> Self {
        let station = hub.station("柳岸派出所").await;
        let city = hub.station("市局").await;
        Self {
            head: hub.named(&station, Role::Head, "祁静姝").await,
            admin: hub.named(&city, Role::Admin, "市局管理员").await,
            phone: hub.phone(&hub.named(&station, Role::Volunteer, "志愿者甲").await).await,
            venue: hub.venue(&station).await,
            station,
        }
    }

    /// An inspection by the program's own list that found the exits blocked.
    async fn found(&mut self, at: i64) -> RecordId {
        let venue = self.venue.clone();
        self.found_at(&venue, at).await
    }

    async fn found_at(&mut self, venue: &Venue, at: i64) -> RecordId {
        let mut fact = inspection(venue, at);
        let list = Checklist::default_for(&venue.kind).unwrap();
        for answer in fact.answers.iter_mut().filter(|answer| answer.item == exit()) {
            let bad = list.item(&exit()).unwrap().choices().iter().find(|choice| choice.tone == Tone::Bad);
            answer.answer = Answer::Choice { choice: bad.unwrap().code.clone(), minors: None };
        }
        fact.findings = findings(list, &fact.answers, fact.day_type, Severity::N, &[].into());
        let record = self.phone.record(Fact::Inspection(Box::new(fact)));
        let jws = self.phone.seal(&record);
        all_accepted(&self.phone.push(&[&jws]).await);
        record.id
    }

    fn at(&self, path: &str) -> String {
        format!("{path}?station={}", self.station.id)
    }
}

fn exit() -> ItemId {
    "wb_exit".parse().unwrap()
}

const THE_OTHER_WAY_ROUND: &str = "疏散通道、安全出口有没有被堵住？";

/// Puts a list in force from today that asks for the exits the other way round.
async fn reword(hub: &Hub, admin: &Member, own: &Checklist) {
    let mut list = Checklist { version: 2, ..own.clone() };
    let item = list.items.iter_mut().find(|item| item.id == exit()).unwrap();
    THE_OTHER_WAY_ROUND.clone_into(&mut item.question.zh);
    let admin = Browser::of(hub, admin).await;
    let (csrf, file) = (admin.csrf().await, serde_json::to_string(&list).unwrap());
    let form = [("csrf", &*csrf), ("list", &*file), ("from", "2026-11-16")];
    assert!(header(&admin.post_parts("/checklists/force", &form).await, LOCATION).ends_with("done=forced"));
}

#[tokio::test]
async fn what_was_found_is_told_as_it_was_asked_though_a_newer_list_asks_the_other_way_round() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let own = Checklist::default_for(&scene.venue.kind).unwrap();
        let asked = own.item(&exit()).unwrap().question.zh.clone();
        let before = scene.found(NOW - HOUR).await;

        reword(&hub, &scene.admin, own).await;
        // A phone that has not heard of it yet goes on by the old one, for which the day alone would not speak.
        hub.set_now(NOW + 9 * DAY);
        let after = scene.found(NOW + 9 * DAY - HOUR).await;

        let browser = Browser::of(&hub, &scene.head).await;
        let venue = format!("/venues/{}", scene.venue.id);
        for path in [
            "/findings".to_owned(),
            "/findings?stage=found_again".to_owned(),
            format!("{venue}/history"),
            venue,
            format!("/records/{before}"),
            format!("/records/{after}"),
            format!("/findings/{before}/wb_exit/slip"),
            format!("/findings/{after}/wb_exit/slip"),
            "/api/v1/exports/findings?format=csv".to_owned(),
        ] {
            let text = String::from_utf8(browser.get(&path).await.body).unwrap();
            assert!(text.contains(&asked) && !text.contains(THE_OTHER_WAY_ROUND), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_board_knows_by_which_list_was_asked_without_reading_records_but_those_from_before_that_was_kept()
{
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let own = Checklist::default_for(&scene.venue.kind).unwrap();
        let asked = own.item(&exit()).unwrap().question.zh.clone();
        reword(&hub, &scene.admin, own).await;
        hub.set_now(NOW + 9 * DAY);
        scene.found(NOW + 9 * DAY - HOUR).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let as_asked = async || browser.page("/findings").await.contains(&asked);
        let write = async |query: &'static str, text: &str| {
            let mut tx = hub.store().begin().await.unwrap();
            sqlx::query(query).bind(text.to_owned()).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        };
        let mut db = hub.store().read().await.unwrap();
        let row = sqlx::query("SELECT proof FROM visits").fetch_one(&mut *db).await.unwrap();
        let kept: String = sqlx::Row::get(&row, 0);
        drop(db);
        assert!(as_asked().await);
        write("UPDATE visits SET proof = $1", r#"{"reasons":[],"photos":0}"#).await;
        assert!(as_asked().await, "its record still names the list");
        write("UPDATE payloads SET jws = $1", "unreadable").await;
        assert!(!as_asked().await, "only its day speaks");
        write("UPDATE visits SET proof = $1", &kept).await;
        assert!(as_asked().await, "though nobody can read the record");
    })
    .await;
}

#[tokio::test]
async fn what_a_venue_brings_along_is_told_as_it_was_asked_too() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let there = hub.station("桥北派出所").await;
        let own = Checklist::default_for(&scene.venue.kind).unwrap();
        scene.found(NOW - HOUR).await;
        reword(&hub, &scene.admin, own).await;
        let admin = Browser::of(&hub, &scene.admin).await;
        let form =
            [("csrf", &*admin.csrf().await), ("to", &there.id.to_string()), ("first_day", "2026-11-20")];
        let moved = admin.post(&scene.at(&format!("/places/venues/{}/move", scene.venue.id)), &form).await;
        let address = header(&moved, LOCATION).split('?').next().unwrap();
        let id = address.rsplit('/').next().unwrap();
        let html = admin.page(&format!("/venues/{id}?station={}", there.id)).await;
        assert!(html.contains("当时未办结的问题") && html.contains(&own.item(&exit()).unwrap().question.zh));
        assert!(!html.contains(THE_OTHER_WAY_ROUND));
    })
    .await;
}

#[tokio::test]
async fn who_acted_from_above_is_named_on_the_board_the_venue_the_record_and_in_the_ledger() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let record = scene.found(NOW - HOUR).await.to_string();
        let admin = Browser::of(&hub, &scene.admin).await;
        let csrf = admin.csrf().await;
        let step = [
            ("csrf", &*csrf),
            ("record", &record),
            ("item", "wb_exit"),
            ("seen", "0"),
            ("act", "handed_over"),
            ("to", "fire"),
        ];
        let reply = admin.post(&scene.at("/findings/steps"), &step).await;
        assert!(header(&reply, LOCATION).ends_with("done=handed_over"));
        let review = [("csrf", &*csrf), ("decision", "approved"), ("seen", "pending")];
        let reply = admin.post(&scene.at(&format!("/records/{record}/review")), &review).await;
        assert!(header(&reply, LOCATION).ends_with("done=approved"));
        let entry = [("csrf", &*csrf), ("duty", "education"), ("day", "2026-11-16"), ("title", "法治讲座")];
        let reply = admin.post(&scene.at("/ledger"), &entry).await;
        assert!(header(&reply, LOCATION).ends_with("done=added"), "{}", reply.status);

        let browser = Browser::of(&hub, &scene.head).await;
        let ledger = browser.page("/ledger").await;
        let entry = ledger.split("href=\"/ledger/").nth(1).unwrap().split('"').next().unwrap();
        let entry = format!("/ledger/{entry}");
        let (venue, record) = (format!("/venues/{}", scene.venue.id), format!("/records/{record}"));
        for path in ["/findings", &*venue, &*record, &*entry, "/api/v1/exports/ledger?format=csv"] {
            let text = String::from_utf8(browser.get(path).await.body).unwrap();
            assert!(text.contains("市局管理员"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn of_many_reviewed_at_once_one_that_can_t_be_is_told_with_its_reason_and_keeps_none_back() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let first = scene.found(NOW - 10 * DAY).await.to_string();
        let last = scene.found(NOW - HOUR).await.to_string();
        let unknown = hub.record_id().to_string();
        let browser = Browser::of(&hub, &scene.head).await;
        let csrf = browser.csrf().await;
        let mut form = vec![("csrf", &*csrf), ("decision", "approved"), ("reason", "")];
        form.extend([&first, &unknown, &last].map(|id| ("each", id.as_str())));
        let told = header(&browser.post("/reviews", &form).await, LOCATION).to_owned();
        assert_eq!(told, format!("/reviews?done=approved&count=2&failed=not_found.{unknown}"));
        assert_eq!(hub.count("SELECT COUNT(*) FROM visits WHERE review = 'approved'").await, 2);
        let html = browser.page(&told).await;
        assert!(html.contains("已通过。（2 条）") && html.contains("这些没有处理"));
        assert!(html.contains("已找不到这一条"));

        let fault = browser.page(&format!("/reviews?done=approved&count=1&failed=internal.{first}")).await;
        assert!(fault.contains("远航网吧 · ") && fault.contains("服务器出错，没有记下"), "{fault}");
    })
    .await;
}

#[tokio::test]
async fn of_many_closed_at_once_one_that_can_t_be_is_told_with_its_reason_and_keeps_none_back() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let other = hub.venue(&scene.station).await;
        let rechecked = scene.found(NOW - 10 * DAY).await;
        let open = scene.found_at(&other, NOW - 9 * DAY).await;
        let (_, jws) = scene.phone.inspect(&scene.venue, NOW - HOUR);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let browser = Browser::of(&hub, &scene.head).await;
        let csrf = browser.csrf().await;
        let unknown = hub.record_id();
        let each = [unknown, open, rechecked].map(|record| format!("{record} wb_exit 0"));
        let mut form = vec![("csrf", &*csrf)];
        form.extend(each.iter().map(|each| ("each", each.as_str())));
        let reply = browser.post("/findings/close", &form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER);
        let told = header(&reply, LOCATION).to_owned();
        let undone = format!("not_found.{unknown}.wb_exit,bad_request.{open}.wb_exit");
        assert_eq!(told, format!("/findings?done=closed&undone={undone}"));
        let html = browser.page(&told).await;
        assert!(html.contains("这些没有办结") && html.contains("已找不到这一条"));
        assert!(html.contains("照现在的进展不能这样做") && html.contains("已记下。"));
        assert!(browser.page("/findings?stage=closed").await.contains("已办结 · 1"));
        form.push(("each", "nonsense"));
        assert_eq!(browser.post("/findings/close", &form).await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn above_a_station_ledger_phones_and_what_is_kept_begin_with_the_choice_of_one() {
    both(|hub| async move {
        let own = hub.station_of("柳岸派出所", "东城分局").await;
        let foreign = hub.station_of("桥北派出所", "西城分局").await;
        let supervisor = hub.named(&own, Role::SubBureauSupervisor, "分局督导").await;
        let admin = hub.named(&own, Role::Admin, "管理员").await;
        for (member, sees) in [(&supervisor, false), (&admin, true)] {
            let browser = Browser::of(&hub, member).await;
            for path in ["/ledger", "/manage", "/devices"] {
                if path == "/devices" && !sees {
                    continue;
                }
                let html = browser.page(path).await;
                let link = |station: &Station| format!("{path}?station={}", station.id);
                assert!(html.contains("选择工作站") && html.contains(&link(&own)), "{html}");
                assert_eq!(html.contains(&link(&foreign)), sees, "{html}");
                assert!(browser.page(&link(&own)).await.contains("全部工作站"), "{path}");
            }
            assert!(browser.page("/manage").await.contains("href=\"/checklists"));
        }
    })
    .await;
}

#[tokio::test]
async fn above_a_station_reviews_and_alerts_begin_with_all_stations_and_how_much_waits_at_each() {
    both(|hub| async move {
        let own = hub.station_of("柳岸派出所", "东城分局").await;
        let sister = hub.station_of("桥头派出所", "东城分局").await;
        let foreign = hub.station_of("桥北派出所", "西城分局").await;
        for (station, many) in [(&own, 1), (&sister, 2), (&foreign, 4)] {
            let venue = hub.venue(station).await;
            let mut phone = hub.phone(&hub.member(station, Role::Volunteer).await).await;
            let sealed: Vec<_> = (1..=many).map(|number| phone.inspect(&venue, NOW - number * HOUR).1).collect();
            all_accepted(&phone.push(&sealed.iter().collect::<Vec<_>>()).await);
            let mut tx = hub.store().begin().await.unwrap();
            for number in 0..many {
                let hash = Sha256Hash::of(format!("{} {number}", station.id).as_bytes());
                sqlx::query(
                    "INSERT INTO alerts (station_id, kind, sha256, record_id, device_id, raised_at) \
                     SELECT station_id, 'fork', $1, record_id, device_id, 1 FROM records WHERE station_id = $2 LIMIT 1",
                )
                .bind(hash.as_bytes().to_vec())
                .bind(station.id.uuid().as_bytes().to_vec())
                .execute(&mut *tx)
                .await
                .unwrap();
            }
            tx.commit().await.unwrap();
        }
        let over_one = hub.named(&own, Role::SubBureauSupervisor, "督导甲").await;
        let over_all = hub.named(&own, Role::Supervisor, "督导乙").await;
        for (member, names, sum) in [
            (over_one, vec![("柳岸派出所", 1), ("桥头派出所", 2)], 3),
            (over_all, vec![("柳岸派出所", 1), ("桥头派出所", 2), ("桥北派出所", 4)], 7),
        ] {
            let browser = Browser::of(&hub, &member).await;
            for path in ["/reviews", "/alerts"] {
                let html = browser.page(path).await;
                assert_eq!(html.matches("scope=\"row\"").count(), names.len(), "{html}");
                for (name, many) in &names {
                    let row = html.split(&format!("\">{name}</a>")).nth(1).unwrap_or_else(|| panic!("{name} {html}"));
                    let row = row.split("</tr>").next().unwrap();
                    assert!(row.contains(&format!("<td class=\"number\">{many}</td>")), "{path} {name} {row}");
                }
                let counts = format!("<span class=\"count\">{sum}</span>");
                assert_eq!(html.matches(&counts).count(), 2, "{html}");
                let one = browser.page(&format!("{path}?station={}", sister.id)).await;
                assert!(one.contains("桥头派出所 · ") && one.contains("全部工作站"), "{one}");
                assert_eq!(one.matches("<span class=\"count\">2</span>").count(), 2, "{one}");
            }
        }
        let head = Browser::of(&hub, &hub.named(&own, Role::Head, "祁静姝").await).await;
        assert!(head.page("/reviews").await.contains("柳岸派出所 · 待审核"));
    })
    .await;
}
