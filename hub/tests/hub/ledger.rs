//! The ledger: added to, amended and struck out by new versions, and never silently changed.

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;

use super::support::*;

type Form<'a> = Vec<(&'a str, &'a str)>;

fn form<'a>(csrf: &'a str, member: &'a str, title: &'a str) -> Form<'a> {
    vec![
        ("csrf", csrf),
        ("duty", "education"),
        ("day", "2026-11-05"),
        ("title", title),
        ("text", "在报告厅讲禁毒。"),
        ("member", member),
        ("others", "3"),
        ("children", "240"),
        ("band", "junior"),
        ("band", "primary"),
        ("venue", ""),
        ("record", ""),
    ]
}

/// The id of the only entry that a page leads to.
fn entry(html: &str) -> String {
    html.split("href=\"/ledger/").nth(1).unwrap().split(['"', '?']).next().unwrap().to_owned()
}

async fn text(browser: &Browser, path: &str, form: &Form<'_>) -> String {
    let reply = browser.post(path, form).await;
    assert_eq!(reply.status, StatusCode::OK, "{path}");
    let html = String::from_utf8(reply.body).unwrap();
    must_be_a_page_of_ours(&html);
    html
}

#[tokio::test]
async fn an_entry_is_added_amended_and_struck_out_and_every_version_stays() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let browser = Browser::of(&hub, &head).await;
        let (csrf, member) = (browser.csrf().await, head.id.to_string());
        let reply = browser.post("/ledger", &form(&csrf, &member, "法制课")).await;
        assert_eq!(header(&reply, LOCATION), "/ledger?year=2026&month=11&done=added");
        let html = browser.page("/ledger?year=2026&month=11&done=added").await;
        for words in ["法制课", "另有 3 人", "约 240 人，小学年龄段、初中年龄段", "11月5日"]
        {
            assert!(html.contains(words), "{words}");
        }
        let path = format!("/ledger/{}", entry(&html));

        let mut amended = form(&csrf, &member, "法制与禁毒课");
        amended.extend([("seen", "1"), ("reason", "题目写错")]);
        let reply = browser.post(&path, &amended).await;
        assert_eq!(header(&reply, LOCATION), format!("{path}?done=amended"));
        assert!(text(&browser, &path, &amended).await.contains("别人刚刚改过这一条"));
        let html = browser.page(&path).await;
        for words in ["第 2 版", "第 1 版", "题目写错", "法制与禁毒课", "法制课</dd>"] {
            assert!(html.contains(words), "{words}");
        }

        // Whoever looks at how many children there were is written down.
        let looks = "SELECT COUNT(*) FROM audit WHERE action = 'looked at findings about minors' AND subject = 'ledger'";
        let before = hub.count(looks).await;
        browser.page(&path).await;
        browser.page("/ledger?year=2026").await;
        browser.page("/ledger?year=2025").await;
        assert_eq!(hub.count(looks).await, before + 2);

        let strike = [("csrf", &*csrf), ("seen", "2"), ("reason", "记重了")];
        let reply = browser.post(&format!("{path}/strike"), &strike).await;
        assert_eq!(header(&reply, LOCATION), "/ledger?done=struck");
        let html = browser.page("/ledger?year=2026").await;
        assert!(html.contains("已作废：记重了") && html.contains("class=\"struck\""));
        assert_eq!(hub.count("SELECT COUNT(*) FROM ledger").await, 3);
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action LIKE 'ledger entry %'").await, 3);
        let mut db = hub.store().begin().await.unwrap();
        assert!(sqlx::query("UPDATE ledger SET reason = 'x'").execute(&mut *db).await.is_err());
        drop(db);

        let csv = browser.get("/api/v1/exports/ledger?format=csv&month=2026-11").await;
        let csv = String::from_utf8(csv.body).unwrap();
        assert!(csv.contains("法制与禁毒课") && csv.contains("已作废") && csv.contains("240"), "{csv}");
    })
    .await;
}

#[tokio::test]
async fn inspections_stand_under_duty_three_by_themselves() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let venue = hub.venue(&station).await;
        let (_, jws) = phone.inspect(&venue, NOW - DAY);
        all_accepted(&phone.push(&[&jws]).await);
        assert!(browser.page("/ledger").await.contains("到访场所 1 个，计入次数 1 次"));
        assert!(!browser.page("/ledger?year=2026&month=10").await.contains("到访场所"));
        assert!(!browser.page("/ledger?duty=research").await.contains("到访场所"));
        let lines = browser.get("/api/v1/exports/ledger?format=jsonl").await;
        assert_eq!(lines.json()["state"], "computed");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_told_and_kept_in_the_form_and_only_those_who_may_write() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let browser = Browser::of(&hub, &head).await;
        let csrf = browser.csrf().await;
        let member = head.id.to_string();
        let other = VenueId::mint(hub.now(), hub.fresh()).to_string();
        let stranger = hub.member(&hub.station("桥北派出所").await, Role::Volunteer).await.id.to_string();
        for (field, value, words) in [
            ("day", "2026-11-17", "日期应是今天或以前"),
            ("title", " ", "请填写事项"),
            ("children", "10001", "人数应是"),
            ("children", "", "选了年龄段"),
            ("duty", "shopping", "请选择职责"),
            ("venue", other.as_str(), "没有这个场所"),
            ("member", stranger.as_str(), "没有这个人员"),
        ] {
            let mut bad = form(&csrf, &member, "法制课");
            bad.iter_mut().find(|(name, _)| *name == field).unwrap().1 = value;
            let html = text(&browser, "/ledger", &bad).await;
            assert!(html.contains(words) && html.contains("在报告厅讲禁毒。"), "{field}: {words}");
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM ledger").await, 0);
        let police = hub.named(&station, Role::Police, "民警甲").await;
        let browser = Browser::of(&hub, &police).await;
        assert!(!browser.page("/ledger").await.contains("记入台账"));
        let reply = browser.post("/ledger", &form(&browser.csrf().await, &member, "法制课")).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    })
    .await;
}
