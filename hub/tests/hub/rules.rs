//! What the city decides for all stations: set by an administrator, told to every phone, kept for good.

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;
use xuncha_core::wire::{Change, Fact, RefusalCode};

use super::support::*;

fn next_list() -> Checklist {
    let own = Checklist::default_for(&VenueKind::InternetCafe).unwrap();
    let mut list = Checklist { version: 2, ..own.clone() };
    "门口有没有禁止进入的标志？".clone_into(&mut list.items[1].question.zh);
    list
}

async fn rules(phone: &Phone) -> Vec<Change> {
    let all = phone.changes("cursor=0").await.changes.into_iter();
    all.filter(|change| matches!(change, Change::Checklist(_) | Change::StatutoryYear(_))).collect()
}

#[tokio::test]
async fn a_checklist_put_in_force_reaches_phones_and_records_made_by_it_are_taken() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let admin = Browser::of(&hub, &hub.member(&station, Role::Admin).await).await;
        let volunteer = hub.named(&station, Role::Volunteer, "志愿者甲").await;
        let mut phone = hub.phone(&volunteer).await;
        let venue = hub.venue(&station).await;
        let list = next_list();
        let mut fact = inspection(&venue, NOW - HOUR);
        fact.checklist = list.reference();
        let record = phone.record(Fact::Inspection(Box::new(fact.clone())));
        let jws = phone.seal(&record);
        assert_eq!(refused(&phone.push(&[&jws]).await[0]), RefusalCode::UnknownChecklist);

        let (csrf, file) = (admin.csrf().await, serde_json::to_string(&list).unwrap());
        let force = async |from: &str| {
            admin.post_parts("/checklists/force", &[("csrf", &*csrf), ("list", &*file), ("from", from)]).await
        };
        let past = String::from_utf8(force("2026-11-15").await.body).unwrap();
        assert!(past.contains("启用日期应是今天或以后"));
        assert!(header(&force("2026-12-01").await, LOCATION).ends_with("done=forced"));
        let again = String::from_utf8(force("2026-12-01").await.body).unwrap();
        assert!(again.contains("版本号应大于现在的 2"));
        let html = admin.page("/checklists").await;
        assert!(html.contains("/checklists/internet_cafe/2") && html.contains("自 2026年12月1日"));
        admin.page("/checklists/internet_cafe/2").await;

        let from = "2026-12-01".parse().unwrap();
        assert_eq!(rules(&phone).await, [Change::Checklist(ChecklistFrom { from, checklist: list })]);
        let record = phone.record(Fact::Inspection(Box::new(fact)));
        let jws = phone.seal(&record);
        all_accepted(&phone.push(&[&jws]).await);
        let html = admin.page(&format!("/records/{}", record.id)).await;
        assert!(html.contains("门口有没有禁止进入的标志？"));
        let mut tx = hub.store().begin().await.unwrap();
        assert!(sqlx::query("DELETE FROM checklists").execute(&mut *tx).await.is_err());
        drop(tx);

        let later = hub.station("桥北派出所").await;
        let phone = hub.phone(&hub.member(&later, Role::Volunteer).await).await;
        assert_eq!(rules(&phone).await.len(), 1, "a station that comes later is told as well");
    })
    .await;
}

/// As many questions as a checklist may have, each of them and of its answers as long as it may be.
fn longest_list(questions: usize) -> Checklist {
    let own = Checklist::default_for(&VenueKind::InternetCafe).unwrap();
    let long = |characters| Localized { zh: "问".repeat(characters), en: "q".repeat(characters) };
    let mut item = own.items.iter().find(|item| item.choices().len() > 1).unwrap().clone();
    item.question = long(120);
    let ItemKind::Choice { choices } = &mut item.kind else { panic!("it has choices") };
    for choice in choices {
        choice.label = long(30);
    }
    let numbered = |number| Item { id: format!("q_{number}").parse().unwrap(), ..item.clone() };
    Checklist { version: 2, items: (0..questions).map(numbered).collect(), ..own.clone() }
}

#[tokio::test]
async fn a_checklist_as_long_as_one_may_be_is_put_in_force_and_one_question_more_is_told() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let admin = Browser::of(&hub, &hub.member(&station, Role::Admin).await).await;
        let csrf = admin.csrf().await;
        let tried = async |list: &Checklist| {
            let file = serde_json::to_vec(list).unwrap();
            let reply = admin.post_file("/checklists", &[("csrf", &*csrf)], "长.json", &file).await;
            String::from_utf8(reply.body).unwrap()
        };
        let html = tried(&longest_list(61)).await;
        assert!(html.contains("有 61 个，应有 1 至 60 个。") && !html.contains("全市启用"), "{html}");

        let longest = longest_list(60);
        let html = tried(&longest).await;
        let list = html.split("name=\"list\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let list = list.replace("&quot;", "\"");
        assert!(encoded(&list).len() > 64 * 1024, "too long for a plain form");
        let force = async |csrf: &str, list: &str| {
            let form = [("csrf", csrf), ("list", list), ("from", "2026-12-01")];
            admin.post_parts("/checklists/force", &form).await
        };
        assert_eq!(force("of another session", &list).await.status, StatusCode::FORBIDDEN);
        let far_too_long = force(&csrf, &"问".repeat(100_000)).await;
        assert_eq!(far_too_long.status, StatusCode::PAYLOAD_TOO_LARGE);
        let html = String::from_utf8(far_too_long.body).unwrap();
        assert!(html.contains("文件或表单太大") && html.contains("启用检查清单时内容 256 KB"), "{html}");
        for tampered in ["", &list[1..]] {
            let html = String::from_utf8(force(&csrf, tampered).await.body).unwrap();
            assert!(html.contains("清单内容不完整或被改动过，没有启用。") && !html.contains("EOF"), "{html}");
        }
        assert!(header(&force(&csrf, &list).await, LOCATION).ends_with("done=forced"));
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let from = "2026-12-01".parse().unwrap();
        assert_eq!(rules(&phone).await, [Change::Checklist(ChecklistFrom { from, checklist: longest })]);
    })
    .await;
}

#[tokio::test]
async fn a_year_is_tried_then_set_by_an_administrator_only() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let admin = Browser::of(&hub, &hub.member(&station, Role::Admin).await).await;
        let csrf = admin.csrf().await;
        let days = [
            ("01-01", 3),
            ("02-05", 8),
            ("04-05", 1),
            ("05-01", 5),
            ("06-09", 1),
            ("09-15", 1),
            ("10-01", 7),
        ];
        let days: Vec<_> = days
            .iter()
            .flat_map(|(from, count)| {
                let from: chrono::NaiveDate = format!("2027-{from}").parse().unwrap();
                from.iter_days().take(*count)
            })
            .map(|day| serde_json::json!({"name": "节", "date": day, "isOffDay": true}))
            .collect();
        let file = serde_json::json!({"year": 2027, "days": days}).to_string();
        let tried = async |date: &str| {
            let fields = [("csrf", &*csrf), ("title", ""), ("date", date)];
            let reply = admin.post_file("/calendar", &fields, "2027.json", file.as_bytes()).await;
            assert_eq!(reply.status, StatusCode::OK);
            String::from_utf8(reply.body).unwrap()
        };
        assert!(tried("").await.contains("请填写放假安排通知的日期"));
        let html = tried("2026-11-10").await;
        assert!(html.contains("2027 年：文件可用") && html.contains("2月5日–2月12日"));
        assert!(html.contains("启用后"), "what the days are now and would be");
        let own = admin.get("/calendar/2026").await;
        let fields = [("csrf", &*csrf), ("title", ""), ("date", "")];
        let reply = admin.post_file("/calendar", &fields, "2026.json", &own.body).await;
        assert!(
            String::from_utf8(reply.body).unwrap().contains("与现在的相同"),
            "what is taken away is read again"
        );
        let table = "日期,节日,性质\n昨天,元旦,法定\n2027-01-02,元旦,也许\n".as_bytes();
        let reply = admin.post_file("/calendar", &fields, "2027.csv", table).await;
        let html_of_table = String::from_utf8(reply.body).unwrap();
        for words in ["第 2 行，日期“昨天”", "第 3 行，性质“也许”"] {
            assert!(html_of_table.contains(words), "{words} {html_of_table}");
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM statutory_years").await, 0);

        let stray = file.replacen("2027-05-01", "2026-05-01", 1);
        let fields = [("csrf", &*csrf), ("title", ""), ("date", "2026-11-10")];
        let reply = admin.post_file("/calendar", &fields, "2027.json", stray.as_bytes()).await;
        let html_of_stray = String::from_utf8(reply.body).unwrap();
        assert!(html_of_stray.contains("2027 年：从 2026-05-01 起的放假"), "{html_of_stray}");

        let year = html.split("name=\"year\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let year = year.replace("&quot;", "\"");
        // A form that no trial of ours made is looked at again.
        let stray = year.replace("2027-09-15", "2028-09-15");
        let form = [("csrf", &*csrf), ("year", &*stray)];
        let html = String::from_utf8(admin.post("/calendar/set", &form).await.body).unwrap();
        assert!(html.contains("role=\"alert\"") && html.contains("2028-09-15"), "{html}");
        assert_eq!(hub.count("SELECT COUNT(*) FROM statutory_years").await, 0);
        let form = [("csrf", &*csrf), ("year", &*year)];
        assert!(header(&admin.post("/calendar/set", &form).await, LOCATION).ends_with("done=set"));
        assert!(admin.page("/calendar?done=set").await.contains("本市录入，第 1 版"));
        let head = hub.named(&station, Role::Head, "教导员甲").await;
        let phone = hub.phone(&head).await;
        assert_eq!(rules(&phone).await, [Change::StatutoryYear(serde_json::from_str(&year).unwrap())]);

        let head = Browser::of(&hub, &head).await;
        assert!(!head.page("/calendar").await.contains("导入一年"));
        let csrf = head.csrf().await;
        let tried = head.post_file("/calendar", &[("csrf", &*csrf)], "2027.json", file.as_bytes()).await;
        assert_eq!(tried.status, StatusCode::FORBIDDEN);
        let form = [("csrf", &*csrf), ("year", &*year)];
        assert_eq!(head.post("/calendar/set", &form).await.status, StatusCode::FORBIDDEN);
        assert_eq!(hub.count("SELECT COUNT(*) FROM statutory_years").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_venue_s_placard_shows_its_code_to_scan_and_one_without_says_so() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let venue = hub.venue(&station).await;
        let path = format!("/venues/{}/placard", venue.id);
        assert!(browser.page(&path).await.contains("还没有标牌编号"));
        let venue = Venue { placard: PlacardCode::new("V-17").ok(), ..venue };
        hub.write_venue(&venue).await;
        let html = browser.page(&path).await;
        assert!(html.contains("<svg") && html.contains("V-17") && html.contains("远航网吧"));
        assert!(browser.page(&format!("/venues/{}", venue.id)).await.contains(&path));
    })
    .await;
}

#[tokio::test]
async fn each_day_of_a_file_is_told_with_what_would_become_of_it_and_can_be_taken_away() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let admin = Browser::of(&hub, &hub.member(&station, Role::Admin).await).await;
        let csrf = admin.csrf().await;
        let table = "日期,节日,性质\n2027-01-01,元旦,法定\n2027-01-02,元旦,放假\n昨天,春节,法定\n\
                     2027-02-05,立春,法定\n2035-10-01,国庆节,法定\n";
        let fields = [("csrf", &*csrf), ("title", ""), ("date", "")];
        let reply = admin.post_file("/calendar", &fields, "2027.csv", table.as_bytes()).await;
        let html = String::from_utf8(reply.body).unwrap();
        assert!(html.contains("第 5 行，节日“立春”：法定节假日里没有这个节日。"), "{html}");
        assert!(html.contains("日期类型待定") && !html.contains("全市启用"), "{html}");
        let content = html.split("name=\"content\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let form = [&fields[..], &[("file_name", "2027.csv"), ("content", content)]].concat();
        let told = String::from_utf8(admin.post_parts("/calendar/report", &form).await.body).unwrap();
        let lines = [
            "\u{feff}文件,行,清单,结果,说明,日期,节日,性质",
            "2027.csv,2,法定节假日,不变,,2027-01-01,元旦,法定节假日",
            "2027.csv,3,法定节假日,变更,,2027-01-02,元旦,日期类型待定 → 调休或相邻休息日",
            "2027.csv,4,法定节假日,有误,日期 “昨天” 不是日期：请写成 2026-11-24,昨天,春节,法定",
            "2027.csv,5,法定节假日,有误,节日 “立春” 法定节假日里没有这个节日,2027-02-05,立春,法定",
            "2027.csv,6,法定节假日,新增,,2035-10-01,国庆节,法定节假日",
        ];
        assert_eq!(told.lines().collect::<Vec<_>>(), lines);
    })
    .await;
}
