//! The month report: the same figures on the page, in the PDF and in the workbook, for those who may.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use xuncha_core::domain::*;

use super::support::*;

/// The cells of the row that begins with a text.
fn row(html: &str, name: &str) -> Vec<String> {
    let rest = html.split(&format!("scope=\"row\">{name}")).nth(1).unwrap_or_else(|| panic!("{name}"));
    let cells = rest.split("</tr>").next().unwrap().split("<td").skip(1);
    cells.map(|cell| cell.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_report_counts_what_stands_with_last_month_beside_it() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let head = hub.member(&station, Role::Head).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let venue = hub.venue(&station).await;
        let (_, old) = phone.inspect(&venue, NOW - 20 * DAY);
        let (returned, one) = phone.inspect(&venue, NOW - 10 * DAY);
        let (_, two) = phone.inspect(&venue, NOW - 9 * DAY);
        let (_, three) = phone.inspect(&venue, NOW - DAY);
        let (_, instead) = phone.correct(&venue, NOW - 10 * DAY, returned);
        all_accepted(&phone.push(&[&old, &one, &two, &three, &instead]).await);
        let browser = Browser::of(&hub, &head).await;
        let html = browser.page("/report/2026-11").await;
        assert!(html.contains("柳岸派出所 2026年11月月报") && html.contains("数据截至 2026年11月16日"));
        for (name, figures) in [
            ("全部场所", ["1", "1"]),
            ("已达标", ["1", "0"]),
            ("未达标", ["0", "1"]),
            ("检查次数", ["3", "1"]),
            ("计入次数", ["2", "1"]),
            ("间隔不足未计入", ["1", "0"]),
            ("参加人数", ["1", "1"]),
            ("无定位", ["3", "1"]),
        ] {
            assert_eq!(row(&html, name), figures, "{name}");
        }
        let pdf = browser.get("/api/v1/exports/report?month=2026-11&format=pdf").await;
        assert_eq!((pdf.status, header(&pdf, CONTENT_TYPE)), (StatusCode::OK, "application/pdf"));
        assert!(pdf.body.starts_with(b"%PDF-") && pdf.body.ends_with(b"%%EOF"));
        for (what, format) in [("report", "csv"), ("records", "pdf")] {
            let reply = browser.get(&format!("/api/v1/exports/{what}?format={format}")).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{what} {format}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_workbook_has_a_sheet_for_each_table_in_either_language_and_for_one_station_or_many() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        hub.station("桥头派出所").await;
        hub.venue(&station).await;
        let mut head = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let above = hub.named(&station, Role::Supervisor, "督导甲").await;
        let mut above = Browser::of(&hub, &above).await;
        for (lang, third) in [("zh-Hans", "三、"), ("en", "3. Findings")] {
            for browser in [&mut head, &mut above] {
                let signed_in = browser.cookie.clone();
                browser.cookie = format!("{signed_in}; lang={lang}");
                let html = browser.page("/report/2026-11").await;
                let link = html.split("/api/v1/exports/report?").find_map(|rest| {
                    let query = rest.split('"').next()?.replace("&amp;", "&");
                    query.contains("format=xlsx").then(|| format!("/api/v1/exports/report?{query}"))
                });
                let reply = browser.get(&link.unwrap()).await;
                browser.cookie = signed_in;
                assert_eq!(reply.status, StatusCode::OK);
                let mut book = Xlsx::new(Cursor::new(reply.body)).unwrap();
                let names = book.sheet_names();
                // Beside what the page shows as tables there are sheets of what nobody did.
                assert!(names.len() >= html.matches("<table").count(), "{names:?}");
                assert!(names[2].starts_with(third), "{names:?}");
                for name in names {
                    assert!(book.worksheet_range(&name).unwrap().height() >= 3, "{name}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_supervisor_has_the_report_of_the_sub_bureau_and_of_each_of_its_stations_only() {
    both(|hub| async move {
        let own = hub.station_of("柳岸派出所", "东城分局").await;
        let sister = hub.station_of("桥头派出所", "东城分局").await;
        let foreign = hub.station_of("桥北派出所", "西城分局").await;
        hub.venue(&own).await;
        hub.venue(&sister).await;
        let browser = Browser::of(&hub, &hub.member(&own, Role::SubBureauSupervisor).await).await;
        let html = browser.page("/report/2026-11").await;
        assert!(html.contains("东城分局 2026年11月月报"));
        assert_eq!(row(&html, "全部场所"), ["2", "2"]);
        assert_eq!(row(&html, "桥头派出所")[0], "1");
        assert!(!html.contains("桥北派出所"));
        let html = browser.page(&format!("/report/2026-11?station={}", sister.id)).await;
        assert!(html.contains("桥头派出所 2026年11月月报"));
        let reply = browser.get(&format!("/report/2026-11?station={}", foreign.id)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn trends_tell_twelve_months_and_the_hours_of_inspections() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let venue = hub.venue(&station).await;
        // Saturday at 10:00 and Monday at 09:00; the correction is of the same visit.
        let (saturday, one) = phone.inspect(&venue, NOW - 2 * DAY);
        let (_, two) = phone.inspect(&venue, NOW - HOUR);
        let (_, again) = phone.correct(&venue, NOW - 2 * DAY, saturday);
        let (_, long_ago) = phone.inspect(&venue, NOW - 200 * DAY);
        all_accepted(&phone.push(&[&one, &two, &again, &long_ago]).await);
        let html = browser.page("/trends").await;
        assert_eq!(html.matches("/coverage?month=").count(), 12);
        for (name, made) in
            [("星期一", "1"), ("星期六", "1"), ("星期二", "0"), ("09:00", "1"), ("10:00", "1")]
        {
            assert_eq!(row(&html, name)[0], made, "{name}");
        }
        assert!(!html.contains("08:00"));
        // Of the week one sees the hours of each day: 09:00 and 10:00 here.
        let week = html.split("id=\"visits-by-week\"").nth(1).unwrap();
        for (name, made) in [("星期一", ["1", "0"]), ("星期六", ["0", "1"]), ("星期日", ["0", "0"])]
        {
            assert_eq!(row(week, name), made, "{name}");
        }
        let above = hub.named(&hub.station("桥北派出所").await, Role::Supervisor, "督导甲").await;
        let html = Browser::of(&hub, &above).await.page("/trends").await;
        assert!(html.contains("各站合计") && row(&html, "星期一")[0] == "1");
    })
    .await;
}

#[tokio::test]
async fn one_chooses_the_months_whose_inspections_are_told_by_the_hour() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let venue = hub.venue(&station).await;
        let (_, now) = phone.inspect(&venue, NOW - HOUR);
        let (_, in_april) = phone.inspect(&venue, NOW - 200 * DAY - 3 * HOUR);
        all_accepted(&phone.push(&[&now, &in_april]).await);
        let html = browser.page("/trends?from=2026-04&until=2026-05").await;
        assert_eq!(row(&html, "07:00")[0], "1");
        assert!(!html.contains("09:00") && html.contains("2026年4月–2026年5月"), "{html}");
        let all = browser.page("/trends?from=2026-04&until=").await;
        assert!(row(&all, "07:00")[0] == "1" && row(&all, "09:00")[0] == "1");
        let usual = browser.page("/trends?from=&until=none").await;
        assert!(!usual.contains("07:00") && row(&usual, "09:00")[0] == "1");
    })
    .await;
}

#[tokio::test]
async fn inspections_at_peak_hours_are_told_by_venue_by_station_and_in_the_report() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let (one, two) = (hub.venue(&station).await, hub.venue(&station).await);
        let two = Venue { name: Name::new("桥头网吧").unwrap(), ..two };
        hub.write_venue(&two).await;
        // Monday at 09:00, Saturday at 09:00, Friday at 20:00 and at 15:00.
        let sealed = [
            (&one, NOW - HOUR),
            (&one, NOW - 2 * DAY - HOUR),
            (&two, NOW - 2 * DAY - 14 * HOUR),
            (&two, NOW - 2 * DAY - 19 * HOUR),
            (&one, NOW - 9 * DAY - 19 * HOUR),
        ];
        let sealed = sealed.map(|(venue, at)| phone.inspect(venue, at).1);
        all_accepted(&phone.push(&sealed.iter().collect::<Vec<_>>()).await);
        let table = async |browser: &Browser| {
            let html = browser.page("/trends").await;
            html.split("id=\"visits-at-peak\"").nth(1).unwrap().split("</table>").next().unwrap().to_owned()
        };
        let told = table(&browser).await;
        assert_eq!(row(&told, "合计"), ["5", "2", "40%"]);
        assert_eq!(row(&told, "远航网吧"), ["3", "1", "33%"]);
        assert_eq!(row(&told, "桥头网吧"), ["2", "1", "50%"]);
        assert!(told.find("远航网吧") < told.find("桥头网吧"), "the lowest share first");
        let above = hub.named(&hub.station("桥北派出所").await, Role::Supervisor, "督导甲").await;
        let told = table(&Browser::of(&hub, &above).await).await;
        assert_eq!(row(&told, "柳岸派出所"), ["5", "2", "40%"]);
        let html = browser.page("/report/2026-11").await;
        let line = html.split("其中高峰时段").nth(1).unwrap();
        assert!(line.split("<td").nth(1).unwrap().contains(">2<"), "{line}");

        // Where schools have vacation on the Friday and the Monday, all of these days are peak hours.
        let day = |at| Timestamp::from_millis(at).day();
        let vacations = vec![DateRange::new(day(NOW - 3 * DAY), day(NOW)).unwrap()];
        let policy = Policy { vacations, ..Policy::default() };
        hub.write_policy(&station, &PolicyFrom::of_station("2026-11".parse().unwrap(), policy)).await;
        assert_eq!(row(&table(&browser).await, "合计"), ["5", "4", "80%"]);
        let html = browser.page("/report/2026-11").await;
        let line = html.split("其中高峰时段").nth(1).unwrap();
        assert!(line.split("<td").nth(1).unwrap().contains(">4<"), "{line}");
    })
    .await;
}

#[tokio::test]
async fn a_record_says_whether_minors_are_likely_then_and_whether_the_venue_may_be_open() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let venue = hub.venue(&station).await;
        // Monday at 07:00 and at 09:00, Sunday at 20:00.
        let made = [3, 1, 14].map(|hours| phone.inspect(&venue, NOW - hours * HOUR));
        all_accepted(&phone.push(&made.iter().map(|(_, jws)| jws).collect::<Vec<_>>()).await);
        let (peak, outside) = ("未成年人较多的时段", "检查开始时在此以外");
        for ((id, _), says) in made.iter().zip([(false, true), (false, false), (true, false)]) {
            let html = browser.page(&format!("/records/{id}")).await;
            assert!(html.contains("08:00–24:00"), "{html}");
            assert_eq!((html.contains(peak), html.contains(outside)), says, "{html}");
        }
    })
    .await;
}
