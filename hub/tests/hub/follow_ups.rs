//! What becomes of findings: by API, on the board, and on phones.

use http::StatusCode;
use http::header::LOCATION;
use serde_json::{Value, json};
use xuncha_core::domain::*;
use xuncha_core::wire::{Change, Fact};
use xuncha_hub::auth::{Caller, Via};
use xuncha_hub::follow_ups;

use super::support::*;

struct Scene {
    station: Station,
    head: Member,
    venue: Venue,
    phone: Phone,
}

impl Scene {
    async fn of(hub: &Hub) -> Self {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        Self { phone: hub.phone(&volunteer).await, station, head, venue }
    }

    /// An inspection that found items bad; the others were good.
    async fn found(&mut self, at: i64, items: &[&str], corrects: Option<RecordId>) -> RecordId {
        let mut fact = inspection(&self.venue, at);
        fact.corrects = corrects;
        fact.fix = Some(Fix {
            raw: RawPosition::new(Datum::Wgs84, 32.05, 118.78).unwrap(),
            accuracy: Metres(18.0),
            provider: Provider::Gnss,
            taken_at: Timestamp::from_millis(at),
            mock: false,
        });
        let list = Checklist::default_for(&self.venue.kind).unwrap();
        for answer in fact.answers.iter_mut().filter(|answer| items.contains(&answer.item.as_str())) {
            let choices = list.item(&answer.item).unwrap().choices();
            let bad = choices.iter().find(|choice| choice.tone == Tone::Bad).unwrap();
            let seen =
                MinorsSeen { count: 3, bands: [AgeBand::Junior].into(), dissuaded: true, in_danger: false };
            let minors = (bad.detail == Some(Detail::Minors)).then_some(seen);
            answer.answer = Answer::Choice { choice: bad.code.clone(), minors };
        }
        fact.findings = findings(list, &fact.answers, fact.day_type, Severity::N, &[].into());
        let record = self.phone.record(Fact::Inspection(Box::new(fact)));
        let jws = self.phone.seal(&record);
        all_accepted(&self.phone.push(&[&jws]).await);
        record.id
    }
}

fn step(record: RecordId, item: &str, seen: u16, act: &Value) -> Value {
    json!({"record": record, "item": item, "seen": seen, "act": act})
}

async fn stands(phone: &Phone, query: &str) -> Vec<(String, String)> {
    let answer = phone.get(&format!("/api/v1/findings{query}")).await.json();
    let all = answer["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all.map(|way| (text(&way["finding"]["item"]), text(&way["stage"]))).collect()
}

#[tokio::test]
async fn a_finding_goes_from_hand_over_to_close_and_the_next_good_inspection_is_the_recheck() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let office = hub.phone(&scene.head).await;
        let record = scene.found(NOW - 3 * DAY, &["wb_exit", "wb_sign"], None).await;
        let open = |item: &str, stage: &str| (item.to_owned(), stage.to_owned());
        // Urgent first.
        assert_eq!(stands(&office, "").await, [open("wb_exit", "open"), open("wb_sign", "open")]);
        assert_eq!(stands(&office, "?overdue=true").await, [open("wb_exit", "open")]);
        let hand = step(record, "wb_exit", 0, &json!({"kind": "handed_over", "to": "fire"}));
        let told = office.post("/api/v1/findings/steps", &hand).await.json();
        assert_eq!(
            (told["stage"].as_str(), told["steps"][0]["number"].as_u64()),
            (Some("handed_over"), Some(1))
        );
        let mended = step(record, "wb_exit", 1, &json!({"kind": "mended"}));
        assert_eq!(office.post("/api/v1/findings/steps", &mended).await.status, StatusCode::OK);

        // The next inspection looks at both and finds the exit good and the sign bad again.
        hub.set_now(NOW + 5 * DAY);
        let again = scene.found(NOW + 5 * DAY - HOUR, &["wb_sign"], None).await;
        assert_eq!(
            stands(&office, "").await,
            [open("wb_sign", "open"), open("wb_exit", "rechecked"), open("wb_sign", "found_again")]
        );
        // If it is returned, nothing of it holds any more.
        let back = json!({"record": again, "decision": "returned", "reason": "看不清"});
        assert_eq!(office.post("/api/v1/reviews", &back).await.status, StatusCode::OK);
        assert_eq!(stands(&office, "").await, [open("wb_exit", "mended"), open("wb_sign", "open")]);
        let good = scene.found(NOW + 5 * DAY - HOUR, &[], Some(again)).await;
        assert_eq!(stands(&office, "?stage=rechecked").await.len(), 2);
        let closed = step(record, "wb_exit", 2, &json!({"kind": "closed"}));
        let told = office.post("/api/v1/findings/steps", &closed).await.json();
        assert_eq!((told["stage"].as_str(), told["due"].as_str()), (Some("closed"), None));
        assert_ne!(good, again);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_settled_stays_on_the_board_however_old_and_what_is_settled_a_year() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let office = hub.phone(&scene.head).await;
        let record = scene.found(NOW - 3 * DAY, &["wb_exit", "wb_sign"], None).await;
        for (seen, act) in [(0, json!({"kind": "rechecked"})), (1, json!({"kind": "closed"}))] {
            let step = step(record, "wb_sign", seen, &act);
            assert_eq!(office.post("/api/v1/findings/steps", &step).await.status, StatusCode::OK);
        }
        let told = |item: &str, stage: &str| (item.to_owned(), stage.to_owned());
        assert_eq!(stands(&office, "").await, [told("wb_exit", "open"), told("wb_sign", "closed")]);

        hub.set_now(NOW + 400 * DAY);
        assert_eq!(stands(&office, "").await, [told("wb_exit", "open")]);
        let browser = Browser::of(&hub, &scene.head).await;
        assert!(browser.page("/findings").await.contains("紧急，未复查 · 1"));
        let above = hub.member(&scene.station, Role::Supervisor).await;
        let above = Caller::of(&mut hub.store().read().await.unwrap(), above, Via::Session).await.unwrap();
        let (since, today) = (hub.now().month().previous(), hub.now().day());
        let sums = follow_ups::overseen(&hub.app, &above, since, today).await.unwrap().stations[0].sums;
        assert_eq!((sums.open, sums.urgent, sums.closed), (1, 1, 0));
        // An inspection that looks at it again is its recheck, a year later too.
        scene.found(NOW + 400 * DAY - HOUR, &[], None).await;
        assert_eq!(stands(&office, "").await, [told("wb_exit", "rechecked")]);
    })
    .await;
}

#[tokio::test]
async fn what_was_done_at_a_double_is_told_of_the_venue_it_is() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let office = hub.phone(&scene.head).await;
        let stays = hub.venue(&scene.station).await;
        let record = scene.found(NOW - 3 * DAY, &["wb_exit"], None).await;
        let hand = step(record, "wb_exit", 0, &json!({"kind": "handed_over", "to": "fire"}));
        assert_eq!(office.post("/api/v1/findings/steps", &hand).await.status, StatusCode::OK);
        let browser = Browser::of(&hub, &scene.head).await;
        let (csrf, into) = (browser.csrf().await, stays.id.to_string());
        let merge = format!("/places/venues/{}/merge", scene.venue.id);
        let merged = browser.post(&merge, &[("csrf", &csrf), ("into", &into)]).await;
        assert_eq!(merged.status, StatusCode::SEE_OTHER);
        assert_eq!(stands(&office, "").await, [("wb_exit".to_owned(), "handed_over".to_owned())]);
        assert!(browser.page(&format!("/venues/{into}")).await.contains("已转交"));
        let mended = step(record, "wb_exit", 1, &json!({"kind": "mended"}));
        assert_eq!(office.post("/api/v1/findings/steps", &mended).await.status, StatusCode::OK);
        let told = office.changes("cursor=0").await.changes;
        let steps = told.iter().filter_map(|change| match change {
            Change::FollowUp(step) => Some(step.venue),
            _ => None,
        });
        assert_eq!(steps.collect::<Vec<_>>(), [stays.id, stays.id]);
    })
    .await;
}

#[tokio::test]
async fn a_recheck_outlives_the_positions_of_its_record() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        scene.found(NOW - 10 * DAY, &["wb_exit"], None).await;
        let recheck = scene.found(NOW - HOUR, &[], None).await;
        hub.set_now(NOW + 200 * DAY);
        xuncha_hub::retention::erase_due(&hub.app, scene.station.id).await.unwrap();
        assert_eq!(hub.count("SELECT COUNT(*) FROM extracts").await, 2);
        assert_eq!(hub.count("SELECT COUNT(*) FROM payloads").await, 0);
        let office = hub.phone(&scene.head).await;
        let told = office.get("/api/v1/findings").await.json();
        assert_eq!(told["findings"][0]["stage"], "rechecked");
        assert_eq!(told["findings"][0]["seen_by"], recheck.to_string());
    })
    .await;
}

#[tokio::test]
async fn a_correction_takes_over_what_was_done_about_the_record_before() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let office = hub.phone(&scene.head).await;
        let record = scene.found(NOW - DAY, &["wb_sign"], None).await;
        let hand = step(record, "wb_sign", 0, &json!({"kind": "handed_over", "to": "owner"}));
        assert_eq!(office.post("/api/v1/findings/steps", &hand).await.status, StatusCode::OK);
        let back = json!({"record": record, "decision": "returned", "reason": "看不清"});
        assert_eq!(office.post("/api/v1/reviews", &back).await.status, StatusCode::OK);
        assert_eq!(stands(&office, "").await, []);
        let newer = scene.found(NOW - DAY, &["wb_sign"], Some(record)).await;
        assert_eq!(stands(&office, "").await, [("wb_sign".to_owned(), "handed_over".to_owned())]);
        let old = step(record, "wb_sign", 1, &json!({"kind": "mended"}));
        assert_eq!(office.post("/api/v1/findings/steps", &old).await.problem().0, 404);
        let mended = step(newer, "wb_sign", 1, &json!({"kind": "mended"}));
        let told = office.post("/api/v1/findings/steps", &mended).await.json();
        assert_eq!(told["steps"][1]["number"], 2);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_take_a_step_at_once_one_wins_and_the_other_is_told() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let first = hub.phone(&scene.head).await;
        let second = hub.phone(&hub.member(&scene.station, Role::Police).await).await;
        let record = scene.found(NOW - HOUR, &["wb_exit"], None).await;
        let one = step(record, "wb_exit", 0, &json!({"kind": "handed_over", "to": "fire"}));
        let two = step(record, "wb_exit", 0, &json!({"kind": "mended"}));
        let path = "/api/v1/findings/steps";
        let (one, two) = tokio::join!(first.post(path, &one), second.post(path, &two));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let loser = if one.status == 409 { &one } else { &two };
        assert_eq!(loser.problem(), (409, "already_followed_up".into()));
        assert_eq!(hub.count("SELECT COUNT(*) FROM follow_ups").await, 1);
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action LIKE 'finding %'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_step_that_cannot_be_taken_is_refused_with_what_is_wrong() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let office = hub.phone(&scene.head).await;
        let record = scene.found(NOW - HOUR, &["wb_exit"], None).await;
        let path = "/api/v1/findings/steps";
        let with = |key: &str, value: Value| {
            let mut step = step(record, "wb_exit", 0, &json!({"kind": "mended"}));
            step[key] = value;
            step
        };
        for (bad, code) in [
            (with("act", json!({"kind": "closed"})), (400, "bad_request")),
            (with("act", json!({"kind": "reopened"})), (400, "bad_request")),
            (with("act", json!({"kind": "handed_over"})), (400, "bad_request")),
            (with("due", json!("2026-11-15")), (400, "bad_request")),
            (with("note", json!(" ")), (400, "bad_request")),
            (with("item", json!("wb_sign")), (404, "not_found")),
            (with("record", json!(hub.record_id())), (404, "not_found")),
            (with("seen", json!(1)), (409, "already_followed_up")),
        ] {
            assert_eq!(office.post(path, &bad).await.problem(), (code.0, code.1.to_owned()), "{bad}");
        }
        let volunteer = scene.phone.post(path, &with("seen", json!(0))).await;
        assert_eq!(volunteer.problem(), (403, "forbidden".to_owned()));
        let elsewhere = hub.phone(&hub.member(&hub.station("远山站").await, Role::Head).await).await;
        let foreign = with("station", json!(scene.station.id));
        assert_eq!(elsewhere.post(path, &foreign).await.problem().0, 403);
        let read = format!("/api/v1/findings?station={}", scene.station.id);
        assert_eq!(elsewhere.get(&read).await.problem().0, 404);
        assert_eq!(hub.count("SELECT COUNT(*) FROM follow_ups").await, 0);
    })
    .await;
}

#[tokio::test]
async fn phones_learn_of_each_step_by_the_feed() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let office = hub.phone(&scene.head).await;
        let record = scene.found(NOW - HOUR, &["wb_exit"], None).await;
        let read = scene.phone.changes("").await.next.0;
        let hand = step(record, "wb_exit", 0, &json!({"kind": "handed_over", "to": "fire"}));
        assert_eq!(office.post("/api/v1/findings/steps", &hand).await.status, StatusCode::OK);
        let page = scene.phone.changes(&format!("cursor={read}")).await;
        let [Change::FollowUp(told)] = page.changes.as_slice() else { panic!("{page:?}") };
        assert_eq!((told.record, told.act), (record, FollowUpAct::HandedOver { to: Route::Fire }));
        assert_eq!((told.number, told.by), (1, scene.head.id));
    })
    .await;
}

#[tokio::test]
async fn what_is_urgent_stands_on_top_of_the_board_however_far_it_is_until_it_is_rechecked() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let record = scene.found(NOW - 3 * DAY, &["wb_exit", "wb_sign"], None).await;
        let office = hub.phone(&scene.head).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let at = |html: &str, words: &str| html.find(words).unwrap_or(usize::MAX);
        let take = async |seen: u16, act: Value| {
            let taken = office.post("/api/v1/findings/steps", &step(record, "wb_exit", seen, &act)).await;
            assert_eq!(taken.status, StatusCode::OK);
        };
        let acts = [json!({"kind": "handed_over", "to": "fire"}), json!({"kind": "mended"})];
        for (seen, act) in (0..).zip(acts) {
            take(seen, act).await;
            let html = browser.page("/findings").await;
            assert!(at(&html, "紧急，未复查 · 1") < at(&html, "待处理 · 1"), "{html}");
            for stage in ["已转交 · ", "已整改，待复查 · "] {
                assert!(!html.contains(stage), "it stands there alone");
            }
        }
        take(2, json!({"kind": "rechecked"})).await;
        assert!(browser.page("/findings").await.contains("已复查，待办结 · 1"));
        assert!(!browser.page("/findings").await.contains("紧急，未复查 · "));
    })
    .await;
}

#[tokio::test]
async fn the_board_shows_what_is_urgent_and_overdue_and_takes_the_next_step() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let record = scene.found(NOW - 3 * DAY, &["wb_exit", "wb_sign"], None).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let html = browser.page("/findings").await;
        for words in [
            "紧急，未复查 · 1",
            "待处理 · 1",
            "已逾期 3 天（应在 11月13日 前）",
            "远航网吧",
            "下一步",
            "打印交接单",
        ] {
            assert!(html.contains(words), "{words}");
        }
        assert!(!browser.page("/findings?severity=R").await.contains("待处理 · "));
        let open = browser.page("/findings?stage=open").await;
        assert!(open.contains("待处理 · 2") && !open.contains("紧急，未复查 · "), "one stage by itself");
        assert!(
            browser.page("/findings?venue=%E8%BF%9C%E8%88%AA&overdue=yes").await.contains("紧急，未复查 · 1")
        );
        assert!(
            browser.page("/findings?venue=yhwb&overdue=yes").await.contains("紧急，未复查 · 1"),
            "by pinyin"
        );
        let before = browser.page("/findings?month=2026-10").await;
        assert!(!before.contains("紧急，未复查 · ") && !before.contains("待处理 · "));

        let csrf = browser.csrf().await;
        let id = record.to_string();
        let form = |act: &'static str, seen: &'static str, note: &'static str| {
            vec![
                ("csrf", csrf.as_str()),
                ("record", id.as_str()),
                ("item", "wb_exit"),
                ("seen", seen),
                ("act", act),
                ("to", "fire"),
                ("note", note),
                ("back", "severity=S"),
            ]
        };
        let take = async |form: Vec<(&str, &str)>| {
            let reply = browser.post("/findings/steps", &form).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER);
            header(&reply, LOCATION).to_owned()
        };
        let refused = async |form: Vec<(&str, &str)>| {
            let reply = browser.post("/findings/steps", &form).await;
            assert_eq!(reply.status, StatusCode::OK);
            String::from_utf8(reply.body).unwrap()
        };
        let html = refused(form("closed", "0", "")).await;
        assert!(
            html.contains("这一步没有记下：未复查就办结要写说明")
                && html.contains("<details class=\"no-print\" open")
        );
        assert_eq!(
            take(form("handed_over", "0", "已电话告知")).await,
            "/findings?severity=S&done=handed_over"
        );
        let html = refused(form("mended", "0", "店主 已装好门禁")).await;
        assert!(
            html.contains("您填写的说明：“店主 已装好门禁”") && html.contains("value=\"店主 已装好门禁\""),
            "{html}"
        );
        assert!(html.contains("value=\"mended\" selected"), "{html}");
        assert!(
            html.contains("刚刚已有别人处理过")
                && html.contains("转交消防部门")
                && html.contains("已电话告知")
        );
        assert!(browser.page(&format!("/venues/{}", scene.venue.id)).await.contains("转交消防部门"));

        // A good inspection rechecks both; all are closed at once.
        hub.set_now(NOW + 8 * DAY);
        let office = hub.phone(&scene.head).await;
        scene.found(NOW + 8 * DAY - HOUR, &[], None).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let html = browser.page("/findings").await;
        assert!(html.contains("已复查，待办结 · 2") && html.contains("检查时已正常"));
        let csrf = browser.csrf().await;
        let each = [format!("{record} wb_exit 1"), format!("{record} wb_sign 0")];
        let form =
            [("csrf", csrf.as_str()), ("back", "month=2026-11"), ("each", &each[0]), ("each", &each[1])];
        let reply = browser.post("/findings/close", &form).await;
        assert_eq!(header(&reply, LOCATION), "/findings?month=2026-11&done=closed");
        assert_eq!(stands(&office, "?stage=closed").await.len(), 2);
        assert!(browser.page("/findings").await.contains("没有这样的问题"));
    })
    .await;
}

#[tokio::test]
async fn a_slip_says_what_was_seen_with_numbers_to_call_and_looking_at_minors_is_written_down() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let record = scene.found(NOW - HOUR, &["wb_minor"], None).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let html = browser.page(&format!("/findings/{record}/wb_minor/slip")).await;
        for words in ["问题交接单", "远航网吧", "约 3 人", "12345", "110", "119", "由主管部门认定", "接收人"]
        {
            assert!(html.contains(words), "{words}");
        }
        browser.page("/findings").await;
        let looks = "SELECT COUNT(*) FROM audit WHERE action = 'looked at findings about minors'";
        assert_eq!(hub.count(looks).await, 2);
        let none = browser.get(&format!("/findings/{record}/wb_exit/slip")).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn those_above_read_the_sums_and_the_board_and_take_no_step() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let record = scene.found(NOW - 3 * DAY, &["wb_exit"], None).await;
        let supervisor = hub.member(&scene.station, Role::SubBureauSupervisor).await;
        let browser = Browser::of(&hub, &supervisor).await;
        let html = browser.page("/findings").await;
        assert!(html.contains("各站问题与整改") && html.contains("柳岸派出所"));
        let at = format!("/findings?station={}", scene.station.id);
        let html = browser.page(&at).await;
        assert!(html.contains("紧急，未复查 · 1") && !html.contains("下一步</summary>"));
        let id = record.to_string();
        let csrf = browser.csrf().await;
        let form =
            [("csrf", csrf.as_str()), ("record", &id), ("item", "wb_exit"), ("seen", "0"), ("act", "mended")];
        let path = format!("/findings/steps?station={}", scene.station.id);
        assert_eq!(browser.post(&path, &form).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_station_says_by_when_and_to_whom_findings_go_and_under_which_numbers() {
    both(|hub| async move {
        let mut scene = Scene::of(&hub).await;
        let record = scene.found(NOW - 3 * DAY, &["wb_exit"], None).await;
        let office = hub.phone(&scene.head).await;
        assert_eq!(stands(&office, "?overdue=true").await.len(), 1);
        let above = hub.member(&scene.station, Role::Supervisor).await;
        let above = Caller::of(&mut hub.store().read().await.unwrap(), above, Via::Session).await.unwrap();
        let overdue = async || {
            let (since, today) = (hub.now().month().previous(), hub.now().day());
            follow_ups::overseen(&hub.app, &above, since, today).await.unwrap().stations[0].sums.overdue
        };
        assert_eq!(overdue().await, 1);
        let cursor = scene.phone.changes("").await.next.0;

        let browser = Browser::of(&hub, &scene.head).await;
        let csrf = browser.csrf().await;
        let set = async |days: &str, number: &str| {
            let seen = browser.seen("/policy", "/policy/findings").await;
            let form = [
                ("csrf", &*csrf),
                ("seen", &*seen),
                ("days_s", days),
                ("to_s", "fire"),
                ("days_r", "7"),
                ("to_r", "culture"),
                ("days_n", "15"),
                ("to_n", "owner"),
                ("contact_fire", number),
            ];
            browser.post("/policy/findings", &form).await
        };
        let wrong = String::from_utf8(set("91", "86-1190").await.body).unwrap();
        assert!(wrong.contains("期限应是 0 到 90 天") && wrong.contains("86-1190"), "what was typed stays");
        assert_eq!(header(&set("5", "86-1190").await, LOCATION), "/policy?done=kept");
        set("5", "86-1190").await;
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action = 'policy of findings set'").await, 1);

        assert_eq!((stands(&office, "?overdue=true").await.len(), overdue().await), (0, 0));
        assert!(browser.page("/policy").await.contains("value=\"86-1190\""));
        assert!(browser.page("/findings").await.contains("<option value=\"fire\" selected>"));
        let slip = browser.page(&format!("/findings/{record}/wb_exit/slip")).await;
        assert!(slip.contains("消防部门（86-1190）") && slip.contains("火险请拨打 119"));
        let told = scene.phone.changes(&format!("cursor={cursor}")).await;
        assert_eq!(told.changes, [], "phones have no part in it");

        let police = hub.named(&scene.station, Role::Police, "民警甲").await;
        let browser = Browser::of(&hub, &police).await;
        let csrf = browser.csrf().await;
        let form = [("csrf", &*csrf), ("days_s", "9"), ("to_s", "fire")];
        assert_eq!(browser.post("/policy/findings", &form).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}
