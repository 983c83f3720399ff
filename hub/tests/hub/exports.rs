//! Files to take away: right in every form, for those who may, and not by a volunteer's position.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, REFRESH};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use xuncha_core::domain::*;
use xuncha_core::wire::Fact;
use xuncha_hub::export::{Ask, Format, What, export};
use xuncha_hub::follow_ups::{self, Within};
use xuncha_hub::import::{self, Kind, Settings, Sheet};
use xuncha_hub::store::Key as _;

use super::support::*;

struct Scene {
    station: Station,
    head: Member,
    phone: Phone,
    venue: Venue,
}

impl Scene {
    async fn of(hub: &Hub) -> Self {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let volunteer = hub.named(&station, Role::Volunteer, "=甲").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let first = phone.record(bad(&venue, NOW - 10 * DAY));
        let first = phone.seal(&first);
        let (_, second) = phone.inspect(&venue, NOW - HOUR);
        all_accepted(&phone.push(&[&first, &second]).await);
        Self { station, head, phone, venue }
    }
}

/// An inspection that found something.
fn bad(venue: &Venue, at: i64) -> Fact {
    let mut fact = inspection(venue, at);
    let list = Checklist::default_for(&venue.kind).unwrap();
    let item: ItemId = "wb_minor".parse().unwrap();
    let bad = list.item(&item).unwrap().choices().iter().find(|choice| choice.tone == Tone::Bad).unwrap();
    let minors = MinorsSeen { count: 3, bands: [AgeBand::Junior].into(), dissuaded: true, in_danger: false };
    fact.answers[0].answer = Answer::Choice { choice: bad.code.clone(), minors: Some(minors) };
    fact.findings = findings(list, &fact.answers, fact.day_type, Severity::N, &[].into());
    Fact::Inspection(Box::new(fact))
}

fn sheet(bytes: Vec<u8>) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

#[tokio::test]
async fn a_workbook_has_chinese_titles_real_moments_and_numbers() {
    both(async |hub| {
        let scene = Scene::of(&hub).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let reply = browser.get("/api/v1/exports/records?month=2026-11").await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(header(&reply, CONTENT_DISPOSITION), "attachment; filename=\"records-2026-11.xlsx\"");
        let rows = sheet(reply.body);
        assert_eq!(rows.len(), 3);
        let cell = |row: usize, title: &str| {
            let column = rows[0].iter().position(|cell| *cell == title).unwrap();
            rows[row][column].clone()
        };
        assert_eq!(cell(1, "记录人"), Data::String("=甲".to_owned()), "a text, not a formula");
        let Data::DateTime(at) = cell(2, "时间") else { panic!("{:?}", cell(2, "时间")) };
        assert_eq!(at.to_ymd_hms_milli(), (2026, 11, 16, 9, 0, 0, 0));
        assert_eq!(cell(1, "照片"), Data::Float(0.0));
        assert_eq!(cell(1, "内容已删除"), Data::Bool(false));
        let rows = sheet(browser.get("/api/v1/exports/records?month=2026-10").await.body);
        assert_eq!(rows.len(), 1, "a month without records has its titles");
    })
    .await;
}

#[tokio::test]
async fn a_record_from_before_its_proof_was_kept_reads_the_same_in_a_file() {
    both(async |hub| {
        let scene = Scene::of(&hub).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let file = async || browser.get("/api/v1/exports/records?format=jsonl").await.body;
        let kept = file().await;
        let row: Value = serde_json::from_slice(kept.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
        assert!(row["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()), "{row}");
        let mut tx = hub.store().begin().await.unwrap();
        sqlx::query("UPDATE visits SET proof = NULL").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(file().await, kept);
    })
    .await;
}

#[tokio::test]
async fn a_record_that_can_t_be_read_takes_no_finding_out_of_the_file() {
    both(async |hub| {
        let mut scene = Scene::of(&hub).await;
        let other = hub.venue(&scene.station).await;
        let found = scene.phone.record(bad(&other, NOW - DAY));
        let jws = scene.phone.seal(&found);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let mut tx = hub.store().begin().await.unwrap();
        for damage in [
            "UPDATE payloads SET jws = 'torn' WHERE record_id <> $1",
            "UPDATE visits SET found_good = NULL WHERE record_id <> $1",
        ] {
            sqlx::query(damage).bind(found.id.key()).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        let browser = Browser::of(&hub, &scene.head).await;
        let file = browser.get("/api/v1/exports/findings?format=jsonl").await;
        let rows = String::from_utf8(file.body).unwrap();
        let mut rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
        rows.sort_by_key(|row| row["minors"].as_u64());
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert!(rows.iter().all(|row| row["item"] == "wb_minor" && row["stage"] == "open"), "{rows:?}");
        assert!(rows[0]["answer"].is_null() && rows[0]["minors"].is_null(), "{rows:?}");
        assert_eq!(rows[1]["minors"], 3);
    })
    .await;
}

#[tokio::test]
async fn a_record_that_is_lost_or_damaged_stands_in_the_file_and_is_not_called_erased() {
    both(async |hub| {
        let scene = Scene::of(&hub).await;
        let browser = Browser::of(&hub, &scene.head).await;
        hub.tamper("UPDATE visits SET proof = NULL").await;
        for damage in ["UPDATE payloads SET jws = 'torn'", "DELETE FROM payloads"] {
            hub.tamper(damage).await;
            let file = browser.get("/api/v1/exports/records?format=jsonl").await.body;
            let rows = String::from_utf8(file).unwrap();
            let erased =
                rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["erased"].clone());
            assert_eq!(erased.collect::<Vec<_>>(), [false, false]);
        }
    })
    .await;
}

#[tokio::test]
async fn findings_coverage_and_lists_say_what_the_pages_say() {
    both(async |hub| {
        let scene = Scene::of(&hub).await;
        let token = hub.phone(&scene.head).await.answer.token;
        let get = async |path: &str| {
            let reply = hub.get(&format!("/api/v1/exports/{path}"), Some(&token)).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            String::from_utf8(reply.body).unwrap()
        };
        let findings = get("findings?format=jsonl").await;
        let finding: serde_json::Value = serde_json::from_str(findings.trim()).unwrap();
        assert_eq!((finding["item"].as_str(), finding["minors"].as_u64()), (Some("wb_minor"), Some(3)));
        assert_eq!(finding["question"], "场内有无疑似未成年人？");
        let coverage = get("coverage?format=csv&month=2026-11").await;
        assert!(coverage.starts_with("\u{feff}工作站,场所名称,"), "{coverage}");
        assert!(coverage.contains("2026-11-06; 2026-11-16"), "{coverage}");
        let records = get("records?format=csv").await;
        assert!(records.contains(",'=甲,"), "a formula was exported: {records}");
        let map = get("records?format=geojson").await;
        let geojson::GeoJson::FeatureCollection(map) = map.parse().unwrap() else { panic!("{map}") };
        assert_eq!(map.features.len(), 2);
        let at = scene.venue.position.unwrap();
        let point = geojson::Geometry::new_point(vec![at.lon(), at.lat()]);
        assert!(map.features.iter().all(|feature| feature.geometry.as_ref() == Some(&point)));
        let venues = get("venues?format=csv").await;
        assert!(venues.contains(&scene.venue.id.to_string()) && venues.contains(",wgs84"), "{venues}");
    })
    .await;
}

#[tokio::test]
async fn what_became_of_a_finding_and_until_when_it_is_to_be_seen_to_stands_in_every_form() {
    both(async |hub| {
        let mut scene = Scene::of(&hub).await;
        // The finding of the scene was good at the next visit; here it is once more.
        let record = scene.phone.record(bad(&scene.venue, NOW - HOUR / 2));
        let jws = scene.phone.seal(&record);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let office = hub.phone(&scene.head).await;
        let act = json!({"kind": "handed_over", "to": "culture"});
        let step = json!({"record": record.id, "item": "wb_minor", "seen": 0, "act": act});
        let told = office.post("/api/v1/findings/steps", &step).await.json();
        let due = told["due"].as_str().unwrap();

        let browser = Browser::of(&hub, &scene.head).await;
        let file = async |query: &str| browser.get(&format!("/api/v1/exports/findings?{query}")).await.body;
        let text = async |query: &str| String::from_utf8(file(query).await).unwrap();
        for query in ["format=jsonl", "format=jsonl&month=2026-11"] {
            let lines = text(query).await;
            let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let stages: Vec<_> = rows.iter().map(|row| row["stage"].as_str().unwrap()).collect();
            assert_eq!(stages, ["found_again", "handed_over"]);
            assert_eq!(rows[1]["due"], due);
        }
        let csv = text("format=csv").await;
        assert!(csv.lines().next().unwrap().contains(",整改,整改状态自,应办日期,"), "{csv}");
        assert!(csv.contains("再次发现，见新问题") && csv.contains("已转交") && csv.contains(due), "{csv}");
        let map: Value = serde_json::from_slice(&file("format=geojson").await).unwrap();
        assert_eq!(map["features"][1]["properties"]["stage"], "handed_over");
        let rows = sheet(file("format=xlsx").await);
        let column = |title: &str| rows[0].iter().position(|cell| *cell == title).unwrap();
        assert_eq!(rows[2][column("整改")], "已转交");
        let Data::DateTime(day) = rows[2][column("应办日期")] else { panic!("{:?}", rows[2]) };
        let (year, month, day, ..) = day.to_ymd_hms_milli();
        assert_eq!(format!("{year}-{month:02}-{day:02}"), due);

        // What was returned does not stand: nothing becomes of it.
        let back = json!({"record": record.id, "decision": "returned", "reason": "看不清"});
        assert_eq!(office.post("/api/v1/reviews", &back).await.status, StatusCode::OK);
        let lines = text("format=jsonl").await;
        let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
        assert_eq!(
            (&last["review"], &last["stage"], &last["due"]),
            (&json!("returned"), &Value::Null, &Value::Null)
        );
    })
    .await;
}

#[tokio::test]
async fn an_export_is_for_those_who_lead_or_supervise_and_is_written_down() {
    both(async |hub| {
        let scene = Scene::of(&hub).await;
        let other = hub.station("桥头派出所").await;
        let path = "/api/v1/exports/findings?format=csv";
        let volunteer = hub.get(path, Some(&scene.phone.answer.token)).await;
        assert_eq!(volunteer.problem(), (403, "forbidden".to_owned()));
        let head = hub.phone(&scene.head).await.answer.token;
        let elsewhere = hub.get(&format!("{path}&station={}", other.id), Some(&head)).await;
        assert_eq!(elsewhere.problem(), (404, "not_found".to_owned()));
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action = 'exported'").await, 0);
        let supervisor = hub.member(&other, Role::Supervisor).await;
        let token = hub.phone(&supervisor).await.answer.token;
        let reply = hub.get(&format!("{path}&station={}", scene.station.id), Some(&token)).await;
        assert_eq!((reply.status, header(&reply, CONTENT_TYPE)), (StatusCode::OK, "text/csv; charset=utf-8"));
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action = 'exported'").await, 1);
        let page = Browser::of(&hub, &scene.head).await.page("/export").await;
        assert!(page.contains("action=\"/export/findings\"") && !page.contains("全部工作站"), "{page}");
        let browser = Browser::of(&hub, &supervisor).await;
        assert!(browser.page("/export").await.contains("全部工作站"));
        let reply = browser.get("/export/findings?station=&sub_bureau=&month=2026-11&format=csv").await;
        let waiting = header(&reply, LOCATION).to_owned();
        let (_, query) = waiting.split_once('?').unwrap();
        assert_eq!(query, "format=csv&lang=zh-Hans&month=2026-11");
        assert_eq!(browser.get(&file_of(&browser, &waiting).await).await.status, StatusCode::OK);
        let reply = browser.get("/report?month=2026-11&station=&sub_bureau=").await;
        assert_eq!(header(&reply, LOCATION), "/report/2026-11");
        assert_eq!(
            hub.count("SELECT COUNT(*) FROM audit WHERE action = 'exported'").await,
            3,
            "at each station"
        );
    })
    .await;
}

/// The file that a page of waiting leads to.
async fn file_of(browser: &Browser, waiting: &str) -> String {
    let reply = browser.get(waiting).await;
    header(&reply, REFRESH).strip_prefix("0; url=").unwrap().to_owned()
}

#[tokio::test]
async fn the_page_of_an_export_says_how_far_it_is_and_does_not_begin_it_anew() {
    both(async |hub| {
        let scene = Scene::of(&hub).await;
        let browser = Browser::of(&hub, &scene.head).await;
        let reply = browser.get("/export/records?month=2026-11&format=xlsx").await;
        let waiting = header(&reply, LOCATION).to_owned();
        assert!(browser.page(&waiting).await.contains("正在开始"));
        let file = file_of(&browser, &waiting).await;
        let whole = browser.get(&file).await.body;
        assert_eq!(sheet(whole).len(), 3);
        assert!(browser.page(&waiting).await.contains("已完成，共 2 行"));
        assert!(browser.get(&waiting).await.headers.get(REFRESH).is_none());

        let mut tx = hub.store().begin().await.unwrap();
        let half_way = "UPDATE export_progress SET state = 'running', written = 1, expected = 2";
        sqlx::query(half_way).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let html = browser.page(&waiting).await;
        assert!(
            html.contains("已写 1 行，共 2 行") && html.contains("<progress max=\"2\" value=\"1\""),
            "{html}"
        );
        hub.set_now(NOW + HOUR);
        assert!(browser.page(&waiting).await.contains("没有写完"), "nothing was heard of it for too long");

        let other = hub.named(&scene.station, Role::Head, "贺松年").await;
        let other = Browser::of(&hub, &other).await;
        assert!(other.page(&waiting).await.contains("正在开始"), "how far it is stands for its owner only");
    })
    .await;
}

#[tokio::test]
async fn findings_are_told_without_reading_a_visit_of_a_venue_where_nothing_was_ever_found() {
    both(async |hub| {
        let mut scene = Scene::of(&hub).await;
        let other = hub.venue(&scene.station).await;
        let (clean, jws) = scene.phone.inspect(&other, NOW - DAY);
        all_accepted(&scene.phone.push(&[&jws]).await);
        let mut tx = hub.store().begin().await.unwrap();
        for query in [
            "UPDATE visits SET body = 'unreadable' WHERE record_id = $1",
            "UPDATE payloads SET jws = 'unreadable' WHERE record_id = $1",
        ] {
            let query = sqlx::query(query).bind(clean.uuid().as_bytes().to_vec());
            assert_eq!(query.execute(&mut *tx).await.unwrap().rows_affected(), 1);
        }
        tx.commit().await.unwrap();
        let token = hub.phone(&scene.head).await.answer.token;
        for month in ["", "&month=2026-11"] {
            let reply = hub.get(&format!("/api/v1/exports/findings?format=csv{month}"), Some(&token)).await;
            let csv = String::from_utf8(reply.body).unwrap();
            assert!(csv.contains("已复查，待办结") && csv.lines().count() == 2, "{csv}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_found_at_more_venues_than_are_read_at_once_is_told_of_each() {
    let hub = Hub::open(None).await;
    let mut scene = Scene::of(&hub).await;
    let mut sealed = Vec::new();
    for number in 0..120 {
        let venue = hub.venue(&scene.station).await;
        let record = scene.phone.record(bad(&venue, NOW - 10 * DAY));
        sealed.push(scene.phone.seal(&record));
        if number % 2 == 0 {
            sealed.push(scene.phone.inspect(&venue, NOW - HOUR).1);
        }
    }
    for batch in sealed.chunks(90) {
        all_accepted(&scene.phone.push(&batch.iter().collect::<Vec<_>>()).await);
    }
    let mut db = hub.store().read().await.unwrap();
    let ways = follow_ups::load(&mut db, scene.station.id, Within::Station).await.unwrap();
    let rechecked = ways.iter().filter(|way| way.stage == FollowUpStage::Rechecked).count();
    assert_eq!((ways.len(), rechecked), (121, 61));
    assert!(ways.is_sorted_by_key(FollowUp::need), "the most needed first, whatever the venue");
}

#[tokio::test]
async fn what_became_of_findings_is_read_venue_by_venue_as_their_file_goes_out() {
    both(async |hub| {
        let mut scene = Scene::of(&hub).await;
        let mut venues = Vec::new();
        for _ in 0..44 {
            venues.push(hub.venue(&scene.station).await);
        }
        // More at one venue than is read at once.
        let often = (1..=230).map(|hours| (&venues[0], NOW - hours * HOUR));
        let once = venues[1..].iter().map(|venue| (venue, NOW - HOUR / 2));
        let mut sealed = Vec::new();
        for (venue, at) in often.chain(once) {
            let record = scene.phone.record(bad(venue, at));
            sealed.push((record.id, scene.phone.seal(&record)));
        }
        for batch in sealed.chunks(90) {
            all_accepted(&scene.phone.push(&batch.iter().map(|(_, jws)| jws).collect::<Vec<_>>()).await);
        }
        let (to, mut from) = mpsc::channel(1);
        let ask = Ask {
            what: What::Findings,
            format: Format::Jsonl,
            locale: Locale::En,
            stations: vec![scene.station.clone()],
            month: None,
            now: hub.now(),
            bom: false,
        };
        let (store, watched) = (hub.store().clone(), to.downgrade());
        let exporting = tokio::spawn(async move { export(&store, &ask, to).await });
        // Nobody takes the first piece yet, so the last venues are not reached.
        while watched.upgrade().is_some_and(|to| to.capacity() > 0) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let last = sealed.last().unwrap().0;
        let office = hub.phone(&scene.head).await;
        let step = json!({"record": last, "item": "wb_minor", "seen": 0, "act": {"kind": "mended"}});
        assert_eq!(office.post("/api/v1/findings/steps", &step).await.status, StatusCode::OK);
        let mut text = Vec::new();
        while let Some(piece) = from.recv().await {
            text.extend(piece.bytes);
        }
        assert_eq!(exporting.await.unwrap().unwrap(), 274);
        let rows: Vec<Value> = String::from_utf8(text)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let records: std::collections::BTreeSet<_> =
            rows.iter().map(|row| row["record"].to_string()).collect();
        assert_eq!((rows.len(), records.len()), (274, 274), "each once");
        assert!(rows.is_sorted_by_key(|row| (row["venue_id"].to_string(), row["happened_at"].to_string())));
        let of = |id: RecordId| rows.iter().find(|row| row["record"] == id.to_string()).unwrap();
        assert_eq!(of(last)["stage"], "mended", "read after the export had begun");
        assert_eq!(of(sealed[0].0)["stage"], "open");
        assert_eq!(of(sealed[229].0)["stage"], "found_again");
    })
    .await;
}

/// A campus with so many corners, as a map gives them: to more digits than anybody can measure.
fn campus(corners: u32) -> Outline {
    let at = |number: u32| {
        let angle = f64::from(number) * std::f64::consts::TAU / f64::from(corners);
        Wgs84::new(32.05 + angle.sin() / 500.0, 118.79 + angle.cos() / 500.0).unwrap()
    };
    Outline::boundary((0..corners).map(at).collect()).unwrap()
}

#[tokio::test]
async fn schools_of_any_outline_are_the_same_after_a_workbook_and_none_is_cut_off_in_it() {
    both(async |hub| {
        let station = hub.station("柳岸派出所").await;
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        for (name, corners) in [("大校园", 2_000), ("中校园", 1_300), ("小校园", 4)] {
            let school = School {
                id: hub.record_id().uuid().into(),
                station: station.id,
                name: Name::new(name).unwrap(),
                level: SchoolLevel::Primary,
                outline: campus(corners),
                closed_on: None,
            };
            hub.write_school(&school).await;
        }
        let browser = Browser::of(&hub, &head).await;
        for (form, empty) in [(import::Format::Xlsx, 1), (import::Format::Csv, 0)] {
            let ending = if form == import::Format::Xlsx { "xlsx" } else { "csv" };
            let file = browser.get(&format!("/api/v1/exports/schools?format={ending}")).await.body;
            if ending == "xlsx" {
                let rows = sheet(file.clone());
                let boundary = rows[0].iter().position(|title| *title == "边界").unwrap();
                let cells: Vec<_> = rows[1..].iter().map(|row| row[boundary].to_string()).collect();
                assert_eq!(cells.iter().filter(|cell| cell.is_empty()).count(), empty, "too long for Excel");
                assert!(cells.iter().all(|cell| cell.is_empty() || cell.split("; ").count() != 1_999));
            }
            let sheets = [(Kind::Schools, Sheet::read("schools", form, &file).unwrap())];
            let on_file = import::on_file(hub.store()).await.unwrap();
            let mut mint = || hub.record_id().uuid();
            let plan = import::plan(&sheets, &on_file, &Settings::default(), &mut mint);
            assert_eq!(plan.counts(), [0, 0, 3, 0], "{ending}: {:#?}", plan.rows);
        }
    })
    .await;
}
