//! Venues that another station sees to from a day on.

use http::StatusCode;
use http::header::LOCATION;
use xuncha_core::domain::*;

use super::places::{admin_of, head_of, on_file, venue_form};
use super::support::*;

/// The venue that goes on elsewhere, by the answer to a move.
fn heir_in(moved: &Reply) -> VenueId {
    header(moved, LOCATION).split('?').next().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn an_admin_moves_a_venue_and_its_history_stays_readable_on_both_sides() {
    both(|hub| async move {
        let here = hub.station("柳岸派出所").await;
        let there = hub.station("桥北派出所").await;
        let head = head_of(&hub, &here).await;
        let venue = hub.venue(&here).await;
        let mut phone = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        let (record, jws) = phone.inspect(&venue, NOW - DAY);
        all_accepted(&phone.push(&[&jws]).await);
        let path = format!("/places/venues/{}/move", venue.id);
        let (to, csrf) = (there.id.to_string(), head.csrf().await);
        let form = |csrf| [("csrf", csrf), ("to", &*to), ("first_day", "2026-11-20")];
        assert_eq!(head.post(&path, &form(&csrf)).await.status, StatusCode::FORBIDDEN);

        let admin = admin_of(&hub).await;
        let csrf = admin.csrf().await;
        let reply = admin.post(&format!("{path}?station={}", here.id), &form(&csrf)).await;
        let address = header(&reply, LOCATION).to_owned();
        let html = admin.page(&address).await;
        assert!(html.contains("由其他工作站移交"));
        let id = address.split('?').next().unwrap().rsplit('/').next().unwrap().parse().unwrap();
        let heir = on_file(&hub, &there, id).await;
        assert_eq!((heir.name.clone(), heir.life.opened_on), (venue.name.clone(), "2026-11-20".parse().ok()));
        let old = on_file(&hub, &here, venue.id).await;
        assert_eq!(old.life.closed_on, "2026-11-19".parse().ok());
        head.page(&format!("/records/{record}")).await;
        // Whoever looks after it now reads there what it brought along, and may not act on it.
        let other = hub.named(&there, Role::Head, "贺松年").await;
        let html = Browser::of(&hub, &other).await.page(&format!("/venues/{id}")).await;
        assert!(html.contains("移交前：柳岸派出所") && html.contains("未发现问题"), "{html}");
        assert!(html.contains("工作要求（") && !html.contains(&format!("/records/{record}")), "{html}");
        hub.must_be_whole(&here).await;
        hub.must_be_whole(&there).await;
    })
    .await;
}

#[tokio::test]
async fn a_venue_moves_with_its_own_policy_neither_into_the_past_nor_after_it_closed() {
    both(|hub| async move {
        let here = hub.station("柳岸派出所").await;
        let there = hub.station("桥北派出所").await;
        let (venue, shut) = (hub.venue(&here).await, hub.venue(&here).await);
        let closed_on = "2026-11-10".parse().ok();
        hub.write_venue(&Venue { life: VenueLife { closed_on, ..VenueLife::default() }, ..shut.clone() })
            .await;
        let own = |from: &str, until: Option<&str>, visits_per_month| PolicyFrom {
            from: from.parse().unwrap(),
            until: until.map(|month| month.parse().unwrap()),
            venues: PolicyFor::Venue(venue.id),
            policy: Policy { visits_per_month, ..Policy::default() },
        };
        for policy in [own("2026-01", None, 1), own("2026-03", None, 4), own("2026-12", Some("2027-02"), 3)] {
            hub.write_policy(&here, &policy).await;
        }
        let admin = admin_of(&hub).await;
        let (to, csrf) = (there.id.to_string(), admin.csrf().await);
        let moves = async |venue: VenueId, first_day: &str| {
            let path = format!("/places/venues/{venue}/move?station={}", here.id);
            admin.post(&path, &[("csrf", &*csrf), ("to", &*to), ("first_day", first_day)]).await
        };
        let html = async |venue, day| String::from_utf8(moves(venue, day).await.body).unwrap();
        assert!(html(venue.id, "2025-11-20").await.contains("最早从本月起移交"));
        assert!(html(shut.id, "2026-11-20").await.contains("请先恢复，再移交"));
        assert_eq!(on_file(&hub, &here, venue.id).await.life, VenueLife::default());

        let address = header(&moves(venue.id, "2026-11-01").await, LOCATION).to_owned();
        let id: VenueId = address.split('?').next().unwrap().rsplit('/').next().unwrap().parse().unwrap();
        let heir = on_file(&hub, &there, id).await;
        assert_eq!(hub.tally(&heir, "2026-11").await.required, 4);
        assert_eq!(hub.tally(&heir, "2026-12").await.required, 3);
        assert_eq!(hub.tally(&heir, "2027-02").await.required, 2, "the station's own again");
        hub.must_be_whole(&there).await;
        // What ended stays as it is.
        let mut form = venue_form(&csrf, "白鲸网吧", "32.06");
        form.retain(|(name, _)| *name != "opened_on");
        form.push(("opened_on", ""));
        let change = admin.post(&format!("/places/venues/{}?station={}", venue.id, here.id), &form).await;
        assert_eq!(change.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn a_venue_that_moves_before_it_opens_is_expected_at_neither_station_until_then() {
    both(|hub| async move {
        let here = hub.station("柳岸派出所").await;
        let there = hub.station("桥北派出所").await;
        let life = VenueLife { opened_on: "2026-12-15".parse().ok(), ..VenueLife::default() };
        let venue = Venue { life, ..hub.venue(&here).await };
        hub.write_venue(&venue).await;
        let admin = admin_of(&hub).await;
        let (to, csrf) = (there.id.to_string(), admin.csrf().await);
        let path = format!("/places/venues/{}/move?station={}", venue.id, here.id);
        let moved = admin.post(&path, &[("csrf", &*csrf), ("to", &*to), ("first_day", "2026-12-01")]).await;
        let heir = on_file(&hub, &there, heir_in(&moved)).await;
        assert_eq!(heir.life.opened_on, "2026-12-15".parse().ok());
        assert_eq!(hub.tally(&heir, "2026-11").await.required, 0);
        for month in ["2026-12", "2027-01"] {
            assert_eq!(hub.tally(&venue, month).await.required, 0, "it is the other station's by then");
        }
        assert_eq!(hub.tally(&heir, "2027-01").await.required, 2);
        hub.must_be_whole(&there).await;
    })
    .await;
}

/// A café with a code and one without, which another station sees to from 20 November on.
async fn moving(hub: &Hub) -> (Station, Station, [Venue; 2], [VenueId; 2]) {
    let here = hub.station("柳岸派出所").await;
    let there = hub.station("桥北派出所").await;
    let coded = Venue { placard: PlacardCode::new("XC-1").ok(), ..hub.venue(&here).await };
    hub.write_venue(&coded).await;
    let venues = [coded, hub.venue(&here).await];
    let admin = admin_of(hub).await;
    let (to, csrf) = (there.id.to_string(), admin.csrf().await);
    let mut heirs = Vec::new();
    for venue in &venues {
        let path = format!("/places/venues/{}/move?station={}", venue.id, here.id);
        let form = [("csrf", &*csrf), ("to", &*to), ("first_day", "2026-11-20")];
        heirs.push(heir_in(&admin.post(&path, &form).await));
    }
    (here, there, venues, heirs.try_into().unwrap())
}

#[tokio::test]
async fn the_placard_of_a_venue_that_moves_later_is_known_at_both_stations_and_none_is_made_twice() {
    both(|hub| async move {
        let (here, there, venues, heirs) = moving(&hub).await;
        let phone = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        let told = phone.get("/api/v1/changes?cursor=0").await.json();
        let mut known = told["changes"].as_array().unwrap().iter().map(|change| &change["venue"]);
        let old = known.rfind(|venue| venue["id"] == venues[0].id.to_string()).unwrap().clone();
        assert_eq!((&old["placard"], &old["life"]["closed_on"]), (&"XC-1".into(), &"2026-11-19".into()));
        assert_eq!(on_file(&hub, &there, heirs[0]).await.placard, PlacardCode::new("XC-1").ok());

        // The one without a code gets it where it goes on, and only there.
        for (station, made, button) in [(&here, false, "生成编号"), (&there, true, "生成编号")] {
            let head = Browser::of(&hub, &hub.named(station, Role::Head, station.name.as_str()).await).await;
            assert_eq!(head.page("/placards").await.contains(button), made);
            assert_eq!(head.page("/places").await.contains(button), made);
            let csrf = head.csrf().await;
            assert_eq!(head.post("/placards", &[("csrf", &csrf)]).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(on_file(&hub, &here, venues[1].id).await.placard, None);
        assert!(on_file(&hub, &there, heirs[1]).await.placard.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_venue_that_moves_later_may_be_shut_or_close_before_and_then_stays_as_it_is() {
    both(|hub| async move {
        let (here, _, [venue, other], _) = moving(&hub).await;
        let member = hub.named(&here, Role::Head, "祁静姝").await;
        let head = Browser::of(&hub, &member).await;
        let turn_of = async |head: &Browser, id: VenueId, turn: &str, from: &str, to: &str| {
            let (path, csrf) = (format!("/places/venues/{id}/life"), head.csrf().await);
            head.post(&path, &[("csrf", &*csrf), ("turn", turn), ("from", from), ("to", to)]).await
        };
        let turn = async |id, turn: &str, from: &str, to: &str| turn_of(&head, id, turn, from, to).await;
        let html = head.page(&format!("/places/venues/{}", venue.id)).await;
        assert!(
            html.contains("登记停业") && !html.contains("恢复检查…") && !html.contains("确认移交"),
            "{html}"
        );
        assert_eq!(
            turn(venue.id, "suspended", "2026-11-10", "2026-11-12").await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(turn(venue.id, "closed", "2026-11-17", "").await.status, StatusCode::SEE_OTHER);
        let life = on_file(&hub, &here, venue.id).await.life;
        assert_eq!((life.suspended.len(), life.closed_on), (1, "2026-11-17".parse().ok()));
        for (what, day) in [("closed", "2026-11-18"), ("open", "2026-11-18")] {
            let html = String::from_utf8(turn(venue.id, what, day, "").await.body).unwrap();
            assert!(html.contains("只能登记移交日之前的暂停或停业"), "{html}");
        }
        hub.must_be_whole(&here).await;

        hub.set_now(NOW + 5 * DAY);
        let head = Browser::of(&hub, &member).await;
        assert!(!head.page(&format!("/places/venues/{}", other.id)).await.contains("登记停业"));
        let late = turn_of(&head, other.id, "closed", "2026-11-18", "").await;
        assert_eq!(late.status, StatusCode::BAD_REQUEST);
        assert_eq!(on_file(&hub, &here, other.id).await.life.closed_on, "2026-11-19".parse().ok());
    })
    .await;
}
