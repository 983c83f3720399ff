//! What is expected: set at the desk, learned by phones, heeded by coverage.

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;

use super::support::*;

fn form<'a>(csrf: &'a str, venues: &'a str, from: &'a str, visits: &'a str) -> Vec<(&'a str, &'a str)> {
    [&[("csrf", csrf)][..], &policy_form(venues, from, visits)].concat()
}

async fn required(hub: &Hub, venue: &Venue) -> u8 {
    hub.tally(venue, "2026-11").await.required
}

#[tokio::test]
async fn a_head_sets_what_is_expected_of_the_station_a_kind_and_a_venue_and_ends_it() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let cafe = hub.venue(&station).await;
        let arcade = Venue { kind: VenueKind::GameArcade, ..hub.venue(&station).await };
        hub.write_venue(&arcade).await;
        let (_, jws) = phone.inspect(&cafe, NOW - DAY);
        all_accepted(&phone.push(&[&jws]).await);
        let csrf = browser.csrf().await;
        let set = async |venues: &str, from: &str, visits: &str| {
            browser.post("/policy", &form(&csrf, venues, from, visits)).await
        };
        let own = cafe.id.to_string();
        let expected = async |venue: &Venue| {
            let html = browser.page(&format!("/venues/{}?month=2026-11", venue.id)).await;
            html.split("工作要求（").nth(1).unwrap().split('；').next().unwrap().to_owned()
        };
        assert_eq!(expected(&cafe).await, "默认）：每月 2 次，至少相隔 7 天");
        for (venues, visits) in [("", "3"), ("game_arcade", "1"), (&*own, "4")] {
            let reply = set(venues, "2026-11", visits).await;
            assert_eq!(header(&reply, LOCATION), "/policy?done=kept", "{venues}");
        }
        assert_eq!((required(&hub, &cafe).await, required(&hub, &arcade).await), (4, 1));
        assert_eq!(expected(&cafe).await, "本场所单独，自 2026年11月）：每月 4 次，至少相隔 5 天");
        assert_eq!(expected(&arcade).await, "这一类型，自 2026年11月）：每月 1 次，至少相隔 5 天");
        let html = browser.page("/policy").await;
        for words in ["全站", "全部游戏机室", "远航网吧", "4 次", "80米"] {
            assert!(html.contains(words), "{words}");
        }
        let told = phone.get("/api/v1/changes").await.json();
        let fors: Vec<_> = told["changes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|change| !change["policy"].is_null())
            .map(|change| change["policy"]["for"].clone())
            .collect();
        assert_eq!(
            fors,
            [
                serde_json::Value::Null,
                serde_json::json!({"kind": "game_arcade"}),
                serde_json::json!({"venue": own})
            ]
        );

        // The row of each leads to a form that holds its own figures; what is saved from there changes but what was
        // changed.
        let path = format!("/policy?for={own}&from=2026-11");
        assert!(html.contains(&format!("href=\"{}#set\"", path.replace('&', "&amp;"))), "{html}");
        let shown = browser.page(&path).await;
        assert!(shown.contains(&format!("value=\"{own}\" selected")), "{shown}");
        assert!(shown.contains("name=\"visits_per_month\" type=\"number\" min=\"0\" max=\"31\" step=\"any\" required value=\"4\""), "{shown}");
        let later = browser.page("/policy?for=game_arcade&from=2027-02").await;
        assert!(later.contains("value=\"2027-02\"") && later.contains("value=\"game_arcade\" selected"));
        let seen = browser.seen(&path, "/policy").await;
        let changed = [form(&csrf, &own, "2026-11", "1"), vec![("seen", &*seen)]].concat();
        assert_eq!(browser.post("/policy", &changed).await.status, StatusCode::SEE_OTHER);
        assert_eq!(required(&hub, &cafe).await, 1);

        let seen = browser.page("/policy").await;
        let of_own =
            seen.split("</tr>").find(|row| row.contains(&own) && row.contains("/policy/end")).unwrap();
        let seen = seen_in(of_own, "/policy/end");
        let end = [("csrf", &*csrf), ("seen", &*seen), ("venues", &*own), ("from", "2026-11"), ("until", "2026-11")];
        assert_eq!(browser.post("/policy/end", &end).await.status, StatusCode::SEE_OTHER);
        assert_eq!(required(&hub, &cafe).await, 3);
        assert_eq!(expected(&cafe).await, "全站，自 2026年11月）：每月 3 次，至少相隔 5 天");
    })
    .await;
}

#[tokio::test]
async fn a_head_enters_school_vacations_which_phones_learn_and_takes_them_away_again() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let csrf = browser.csrf().await;
        let set = async |venues: &str, rows: &[(&str, &str)]| {
            let seen = browser.seen(&format!("/policy?for={venues}&from=2026-11"), "/policy").await;
            let names =
                (1..=rows.len()).map(|row| (format!("vacation_{row}_from"), format!("vacation_{row}_to")));
            let names: Vec<_> = names.collect();
            let mut fields = form(&csrf, venues, "2026-11", "2");
            fields.push(("seen", &seen));
            for ((from_name, to_name), (from, to)) in names.iter().zip(rows) {
                fields.extend([(from_name.as_str(), *from), (to_name.as_str(), *to)]);
            }
            browser.post("/policy", &fields).await
        };
        let told = async |rows: &[(&str, &str)]| String::from_utf8(set("", rows).await.body).unwrap();
        let (winter, summer) = (("2027-01-20", "2027-02-20"), ("2027-07-01", "2027-08-31"));
        let html = told(&[winter, ("2027-08-31", "2027-07-01")]).await;
        assert!(html.contains("学校放假第 2 段：结束的日期在开始之前。"), "{html}");
        assert!(html.contains("value=\"2027-08-31\""), "what was typed stays: {html}");
        assert_eq!(hub.count("SELECT COUNT(*) FROM policies").await, 0);

        assert_eq!(set("", &[winter, summer, ("", "")]).await.status, StatusCode::SEE_OTHER);
        let html = browser.page("/policy").await;
        assert!(html.contains("2027年1月20日–2027年2月20日"), "{html}");
        assert!(html.contains("name=\"vacation_2_from\"") && html.contains("value=\"2027-07-01\""), "{html}");
        let vacations = async || phone.get("/api/v1/changes").await.json().to_string();
        assert!(vacations().await.contains("\"vacations\":[{\"from\":\"2027-01-20\",\"to\":\"2027-02-20\"}"));

        // They are the station's: of a kind of venues only the rest may differ.
        let html = String::from_utf8(set("game_arcade", &[winter]).await.body).unwrap();
        assert!(html.contains("学校放假是全站的"), "{html}");
        assert_eq!(set("game_arcade", &[winter, summer]).await.status, StatusCode::SEE_OTHER);

        assert_eq!(set("", &[("", ""), summer]).await.status, StatusCode::SEE_OTHER);
        let html = browser.page("/policy").await;
        assert!(!html.contains("2027年1月20日"), "{html}");
        assert!(html.contains("2027年7月1日–2027年8月31日"), "{html}");
    })
    .await;
}

#[tokio::test]
async fn months_that_are_over_and_policies_that_cannot_be_kept_are_told() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let csrf = browser.csrf().await;
        let told = async |venues: &str, from: &str, visits: &str| {
            let reply = browser.post("/policy", &form(&csrf, venues, from, visits)).await;
            String::from_utf8(reply.body).unwrap()
        };
        assert!(told("", "2026-10", "2").await.contains("已经过去的月份不能改"));
        assert!(told("", "2026-11", "20").await.contains("二月里也要排得下"));
        assert!(told("Not A Kind", "2026-11", "2").await.contains("没有这个场所或类型"));
        assert_eq!(hub.count("SELECT COUNT(*) FROM policies").await, 0);
        let police = hub.named(&station, Role::Police, "民警甲").await;
        let browser = Browser::of(&hub, &police).await;
        assert_eq!(browser.get("/policy").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}
