//! Placards at the desk: codes that nobody has to invent, and sheets to print.

use std::collections::BTreeSet;

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;
use xuncha_hub::places;

use super::support::*;

async fn codes(hub: &Hub, station: &Station) -> Vec<Option<String>> {
    let venues = places::venues(&mut hub.store().read().await.unwrap(), station.id).await.unwrap();
    venues.into_iter().map(|venue| venue.placard.map(|code| code.to_string())).collect()
}

#[tokio::test]
async fn a_code_is_made_for_a_venue_without_one_phones_learn_of_it_and_it_stays() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let venue = hub.venue(&station).await;
        let browser = Browser::of(&hub, &hub.named(&station, Role::Head, "祁静姝").await).await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let cursor = phone.changes("cursor=0").await.next.0;
        let path = format!("/venues/{}/placard", venue.id);
        assert!(browser.page(&path).await.contains(&format!("action=\"{path}\"")));
        let csrf = browser.csrf().await;
        let reply = browser.post(&path, &[("csrf", &csrf)]).await;
        assert_eq!((reply.status, header(&reply, LOCATION)), (StatusCode::SEE_OTHER, &*path));
        let [Some(code)] = &codes(&hub, &station).await[..] else { panic!("no code was made") };
        let html = browser.page(&path).await;
        assert!(
            html.contains(&format!("<p class=\"placard-code\">{code}</p>")) && !html.contains("生成编号")
        );
        let page = phone.get(&format!("/api/v1/changes?cursor={cursor}")).await.json();
        assert!(page.to_string().contains(code), "{page}");
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action = 'venue changed'").await, 1);
        // From a page that was opened before: what hangs there already stays true.
        browser.post(&path, &[("csrf", &csrf)]).await;
        assert_eq!(codes(&hub, &station).await, [Some(code.clone())]);
    })
    .await;
}

#[tokio::test]
async fn more_sheets_than_a_page_has_room_for_stand_on_several_and_each_says_which_it_is() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        for number in 0..51 {
            let placard = PlacardCode::new(&format!("XC-{number}")).ok();
            hub.write_venue(&Venue { placard, ..hub.venue(&station).await }).await;
        }
        let browser = Browser::of(&hub, &hub.named(&station, Role::Head, "祁静姝").await).await;
        let mut seen = BTreeSet::new();
        for (part, sheets) in [(1, 50), (2, 1)] {
            let html = browser.page(&format!("/placards?part={part}")).await;
            let codes: Vec<&str> = html.split("placard-code\">").skip(1).collect();
            assert_eq!(codes.len(), sheets);
            seen.extend(codes.iter().map(|code| code.split('<').next().unwrap().to_owned()));
            assert!(html.contains(&format!("这是第 {part} 页，共 2 页")) && html.contains("51 张"), "{html}");
        }
        assert_eq!(seen.len(), 51);
        for none in ["0", "x", "-1"] {
            assert!(browser.page(&format!("/placards?part={none}")).await.contains("这是第 1 页"));
        }
        assert!(browser.page("/placards?part=9").await.contains("这是第 2 页"));
    })
    .await;
}

#[tokio::test]
async fn all_venues_that_lack_a_code_get_one_each_and_stand_on_one_page_to_print() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let other = hub.station("桥北派出所").await;
        hub.venue(&other).await;
        let has = Venue { placard: PlacardCode::new("XC-1").ok(), ..hub.venue(&station).await };
        hub.write_venue(&has).await;
        let life = VenueLife { closed_on: "2026-11-01".parse().ok(), ..VenueLife::default() };
        let closed = Venue { life, name: Name::new("旧网吧").unwrap(), ..hub.venue(&station).await };
        hub.write_venue(&closed).await;
        for _ in 0..3 {
            hub.venue(&station).await;
        }
        let browser = Browser::of(&hub, &hub.named(&station, Role::Head, "祁静姝").await).await;
        let button = "为没有标牌编号的 3 个场所生成编号";
        assert!(browser.page("/places?q=nosuch").await.contains(button));
        assert_eq!(browser.page("/placards").await.matches("placard-code").count(), 1);
        let reply = browser.post("/placards", &[("csrf", &browser.csrf().await)]).await;
        assert_eq!((reply.status, header(&reply, LOCATION)), (StatusCode::SEE_OTHER, "/placards"));
        let html = browser.page("/placards").await;
        assert!(
            html.matches("placard-code").count() == 4 && !html.contains("旧网吧") && !html.contains(button)
        );
        let made = codes(&hub, &station).await;
        let different: BTreeSet<&String> = made.iter().flatten().collect();
        assert_eq!((made.len(), different.len()), (5, 4), "the closed one has none");
        assert!(different.contains(&"XC-1".to_owned()));
        assert_eq!(codes(&hub, &other).await, [None]);
        // Who may not keep places prints what there is.
        let police = Browser::of(&hub, &hub.named(&station, Role::Police, "民警甲").await).await;
        assert!(!police.page("/placards").await.contains("/places"));
    })
    .await;
}
