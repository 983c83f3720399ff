//! Who reaches what: a sub-bureau's supervisor its stations and no other, by API and dashboard alike.

use http::StatusCode;
use xuncha_core::domain::*;

use super::support::*;

#[tokio::test]
async fn a_sub_bureau_s_supervisor_reads_its_stations_and_no_other() {
    both(|hub| async move {
        let own = hub.station_of("柳岸派出所", "东城分局").await;
        let sister = hub.station_of("桥头派出所", "东城分局").await;
        let foreign = hub.station_of("桥北派出所", "西城分局").await;
        let supervisor = hub.member(&own, Role::SubBureauSupervisor).await;
        let browser = Browser::of(&hub, &supervisor).await;

        let sums = browser.page("/coverage").await;
        assert!(sums.contains("柳岸派出所") && sums.contains("桥头派出所") && !sums.contains("桥北派出所"));
        browser.page(&format!("/coverage?station={}", sister.id)).await;
        let reply = browser.get(&format!("/coverage?station={}", foreign.id)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        let reply = browser.get(&format!("/devices?station={}", sister.id)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);

        let phone = hub.phone(&supervisor).await;
        let sums = phone.get("/api/v1/coverage").await.json();
        let mut names: Vec<_> = sums["stations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["station"]["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        assert_eq!(names, ["柳岸派出所", "桥头派出所"]);
        let path = |station: &Station| format!("/api/v1/coverage?station={}", station.id);
        assert_eq!(phone.get(&path(&sister)).await.status, StatusCode::OK);
        assert_eq!(phone.get(&path(&foreign)).await.problem(), (404, "not_found".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn the_map_of_an_area_has_the_venues_that_its_supervisor_may_read_and_is_for_nobody_at_a_station() {
    both(|hub| async move {
        let own = hub.station_of("柳岸派出所", "东城分局").await;
        let foreign = hub.station_of("桥北派出所", "西城分局").await;
        let venue = hub.venue(&own).await;
        hub.venue(&foreign).await;
        let nowhere = Venue { position: None, ..hub.venue(&own).await };
        hub.write_venue(&nowhere).await;
        let browser = Browser::of(&hub, &hub.member(&own, Role::SubBureauSupervisor).await).await;
        let path = "/coverage/area.json?month=2026-11";
        let told = browser.get(path).await.json();
        let at = venue.position.unwrap();
        let state =
            told["states"].as_array().unwrap().iter().position(|state| state["slug"] == "late").unwrap();
        let expected = serde_json::json!([[at.lon(), at.lat(), state, 0, venue.name, venue.id]]);
        assert_eq!(told["venues"], expected);
        assert_eq!(told["stations"], serde_json::json!([[own.id, own.name]]));
        assert_eq!(told["schools"], serde_json::json!([]));
        assert!(
            !browser.page("/coverage").await.contains(&venue.id.to_string()),
            "the page itself stays light"
        );
        let head = hub.named(&own, Role::Head, "祁静姝").await;
        assert_eq!(Browser::of(&hub, &head).await.get(path).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_station_that_changes_its_sub_bureau_changes_who_reads_it_at_once() {
    both(|hub| async move {
        let own = hub.station_of("柳岸派出所", "东城分局").await;
        let other = hub.station_of("桥北派出所", "西城分局").await;
        let supervisor = hub.member(&own, Role::SubBureauSupervisor).await;
        let browser = Browser::of(&hub, &supervisor).await;
        let path = format!("/coverage?station={}", other.id);
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
        let moved = Station { sub_bureau: own.sub_bureau.clone(), ..other };
        let mut tx = hub.store().begin().await.unwrap();
        xuncha_hub::store::reference::write_station(&mut tx, &moved, None).await.unwrap();
        tx.commit().await.unwrap();
        browser.page(&path).await;
    })
    .await;
}

#[tokio::test]
async fn who_oversees_several_sub_bureaus_sees_the_sums_of_each() {
    let hub = Hub::open(None).await;
    let one = hub.station("柳岸派出所").await;
    let supervisor = hub.member(&one, Role::Supervisor).await;
    let browser = Browser::of(&hub, &supervisor).await;
    for station in [&one, &one, &hub.station("桥北派出所").await] {
        hub.venue(station).await;
    }
    assert!(!browser.page("/coverage").await.contains("rowgroup"), "one sub-bureau is all there is");
    let far = hub.station_of("远山派出所", "远山分局").await;
    for station in [&far; 3] {
        hub.venue(station).await;
    }
    let html = browser.page("/coverage").await;
    let sums: Vec<&str> = html.split("<th scope=\"rowgroup\">").skip(1).collect();
    let sum = |name: &str, stations: u64, venues: u64| {
        let row = format!(
            "{name}</a><span class=\"quiet\">{stations} 个工作站</span></th><td class=\"number\">{venues}</td>"
        );
        assert!(sums.iter().any(|sum| sum.contains(&format!(">{row}"))), "{row} {html}");
    };
    assert_eq!(sums.len(), 2);
    sum("柳岸分局", 2, 3);
    sum("远山分局", 1, 3);
    // One sub-bureau, a state, and the most of a state first, each by its address.
    let html = browser.page("/coverage?sub_bureau=%E8%BF%9C%E5%B1%B1%E5%88%86%E5%B1%80").await;
    assert!(html.contains("远山派出所") && !html.contains("桥北派出所"));
    let html = browser.page("/coverage?state=met").await;
    assert!(html.contains("没有这样的工作站") && html.contains("href=\"/coverage?state=due\""));
    let before = |html: &str, one: &str, other: &str| {
        let at = |name: &str| html.find(&format!(">{name}</a>")).unwrap();
        at(one) < at(other)
    };
    assert!(before(&browser.page("/coverage").await, "柳岸派出所", "远山派出所"));
    let (late, due) = (browser.page("/coverage?by=late").await, browser.page("/coverage?by=due").await);
    assert!([&late, &due].into_iter().any(|html| before(html, "远山派出所", "柳岸派出所")), "the most first");
    assert!(late.contains("aria-sort=\"descending\""));
}

#[tokio::test]
async fn who_oversees_lists_the_venues_in_one_state_page_by_page_and_finds_one_with_where_it_stands() {
    both(|hub| async move {
        let few = hub.station_of("柳岸派出所", "东城分局").await;
        let many = hub.station_of("桥头派出所", "东城分局").await;
        let foreign = hub.station_of("桥北派出所", "西城分局").await;
        for (station, count, name) in [(&few, 3, "柳"), (&many, 120, "桥"), (&foreign, 2, "外")] {
            for number in 0..count {
                let name = Name::new(&format!("{name}{number}号网吧")).unwrap();
                hub.write_venue(&Venue { name, ..hub.venue(station).await }).await;
            }
        }
        let mut phone = hub.phone(&hub.member(&many, Role::Volunteer).await).await;
        let visited = Venue { name: Name::new("去过的网吧").unwrap(), ..hub.venue(&many).await };
        hub.write_venue(&visited).await;
        let sealed = [9, 2].map(|days| phone.inspect(&visited, NOW - days * DAY).1);
        all_accepted(&phone.push(&[&sealed[0], &sealed[1]]).await);

        let browser = Browser::of(&hub, &hub.member(&few, Role::SubBureauSupervisor).await).await;
        let listed = async |path: &str| browser.page(path).await.matches("号网吧</a>").count();
        assert_eq!(listed("/coverage").await, 0, "there are the sums of stations");
        assert_eq!(listed("/coverage?state=late").await, 100);
        assert_eq!(listed("/coverage?state=late&page=2").await, 23);
        assert_eq!(listed("/coverage?state=late&page=3").await, 0);
        assert_eq!(listed("/coverage?state=late&sub_bureau=%E8%A5%BF%E5%9F%8E%E5%88%86%E5%B1%80").await, 0);
        assert_eq!(listed("/coverage?state=met").await, 0);
        assert!(browser.page("/coverage?state=met").await.contains("去过的网吧"));
        let found = browser.page("/coverage?q=quguo").await;
        let line = found.split("去过的网吧").nth(1).unwrap().split("</tr>").next().unwrap();
        assert!(line.contains("桥头派出所") && line.contains("已达标") && line.contains("2 / 2"), "{line}");
    })
    .await;
}
