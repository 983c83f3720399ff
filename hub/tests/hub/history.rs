//! A venue's history: all of it, page by page, and what it brings along from another station.

use http::StatusCode;
use http::header::LOCATION;
use rand_core::RngCore as _;
use xuncha_core::domain::*;
use xuncha_hub::auth::{Caller, Via};
use xuncha_hub::places::{merge_venues, move_venue};

use super::support::*;

/// Where the page says that it goes on.
fn older(html: &str) -> Option<String> {
    let before = html.split_once("更早的 ›")?.0;
    let link = before.rsplit_once("href=\"")?.1;
    Some(link.split('"').next()?.replace("&amp;", "&"))
}

/// The days and times on a page, as it writes them.
fn moments(html: &str) -> Vec<String> {
    let history = html.split("<ul class=\"history\">").last().unwrap();
    history.split("<h3>").skip(1).map(|item| item.split("</h3>").next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_visit_to_a_venue_is_reached_page_by_page_and_none_twice() {
    both(|hub| async move {
        let station = hub.station("柳岸派出所").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let browser = Browser::of(&hub, &hub.member(&station, Role::Head).await).await;
        // Two at each moment, so that a page ends between two of the same.
        let sealed: Vec<_> = (1..=45).map(|number| phone.inspect(&venue, NOW - number / 2 * HOUR)).collect();
        for batch in sealed.chunks(40) {
            all_accepted(&phone.push(&batch.iter().map(|(_, jws)| jws).collect::<Vec<_>>()).await);
        }
        let mut html = browser.page(&format!("/venues/{}", venue.id)).await;
        let mut seen = Vec::new();
        let mut pages = 0;
        loop {
            let history = html.split("历次检查与签到").last().unwrap();
            seen.extend(
                sealed
                    .iter()
                    .filter(|(id, _)| history.contains(&format!("/records/{id}")))
                    .map(|(id, _)| *id),
            );
            assert!(moments(&html).len() <= 20);
            pages += 1;
            let Some(next) = older(&html) else { break };
            html = browser.page(&next).await;
        }
        assert_eq!((pages, seen.len()), (3, 45));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 45, "none is shown twice");
        // An address that is none begins at the newest.
        let html = browser.page(&format!("/venues/{}/history?before=nonsense&back=x", venue.id)).await;
        assert_eq!(moments(&html).len(), 20);
    })
    .await;
}

#[tokio::test]
async fn what_a_venue_brings_along_is_reached_to_its_beginning_by_all_but_volunteers() {
    both(|hub| async move {
        let here = hub.station("柳岸派出所").await;
        let there = hub.station("桥北派出所").await;
        let venue = hub.venue(&here).await;
        let mut phone = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        let sealed: Vec<_> = (1..=25).map(|number| phone.inspect(&venue, NOW - number * HOUR).1).collect();
        all_accepted(&phone.push(&sealed.iter().collect::<Vec<_>>()).await);
        let admin = hub.named(&here, Role::Admin, "管理员").await;
        let admin = Browser::of(&hub, &admin).await;
        let (to, csrf) = (there.id.to_string(), admin.csrf().await);
        let form = [("csrf", &*csrf), ("to", &*to), ("first_day", "2026-11-20")];
        let reply = admin.post(&format!("/places/venues/{}/move?station={}", venue.id, here.id), &form).await;
        let address = header(&reply, LOCATION).to_owned();
        let id = address.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();

        let looks = async |role: Role, name: &str| {
            let member = hub.named(&there, role, name).await;
            Browser::of(&hub, &member).await
        };
        let head = looks(Role::Head, "贺松年").await;
        let html = head.page(&format!("/venues/{id}")).await;
        assert!(html.contains("移交前：柳岸派出所"));
        let next = older(&html).unwrap();
        let html = head.page(&next).await;
        assert!(html.contains("移交前：柳岸派出所") && !html.contains("/records/"), "{html}");
        assert_eq!((moments(&html).len(), older(&html)), (5, None));
        let reply = head.get(&format!("/venues/{id}/history?back=2")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);

        let volunteer = looks(Role::Volunteer, "志愿者丙").await;
        assert!(!volunteer.page(&format!("/venues/{id}")).await.contains("移交前"));
        assert_eq!(volunteer.get(&next).await.status, StatusCode::FORBIDDEN);
        volunteer.page(&format!("/venues/{id}/history")).await;
    })
    .await;
}

/// A café where it is seen to now, with the moments of all its visits, wherever they were made.
struct Cafe {
    station: usize,
    venue: VenueId,
    visited: Vec<i64>,
}

#[tokio::test]
async fn in_whatever_order_venues_move_and_merge_the_one_that_goes_on_shows_each_visit_once() {
    both(|hub| async move {
        let stations = [hub.station("柳岸派出所").await, hub.station("桥北派出所").await];
        let admin = hub.named(&stations[0], Role::Admin, "管理员").await;
        let caller = Caller::of(&mut hub.store().read().await.unwrap(), admin.clone(), Via::Session).await;
        let (caller, browser) = (caller.unwrap(), Browser::of(&hub, &admin).await);
        let mut phones = Vec::new();
        for station in &stations {
            phones.push(hub.phone(&hub.member(station, Role::Volunteer).await).await);
        }
        let (mut dice, today) = (Dice(7), hub.now().day());
        for _ in 0..10 {
            let mut cafes = Vec::new();
            let mut begun = Vec::new();
            for number in 0..5 {
                let (station, at) = (number % 2, NOW - DAY + i64::try_from(number).unwrap() * HOUR);
                let venue = hub.venue(&stations[station]).await;
                let (_, jws) = phones[station].inspect(&venue, at);
                all_accepted(&phones[station].push(&[&jws]).await);
                // The second visit reaches the hub after all that becomes of the venue.
                cafes.push(Cafe { station, venue: venue.id, visited: vec![at, at + HOUR / 2] });
                begun.push((station, venue, at));
            }
            for _ in 0..10 {
                let mut pick = || usize::try_from(dice.next_u64() >> 33).unwrap() % cafes.len();
                let (one, other) = (pick(), pick());
                if one == other {
                    let (from, to) = (cafes[one].station, 1 - cafes[one].station);
                    let (here, there) = (stations[from].id, stations[to].id);
                    let heir = move_venue(&hub.app, &caller, here, cafes[one].venue, there, today).await;
                    (cafes[one].station, cafes[one].venue) = (to, heir.unwrap());
                } else if cafes[one].station == cafes[other].station {
                    let (here, into) = (stations[cafes[one].station].id, cafes[other].venue);
                    merge_venues(&hub.app, &caller, here, cafes[one].venue, into).await.unwrap();
                    let visited = std::mem::take(&mut cafes[one].visited);
                    cafes[other].visited.extend(visited);
                    cafes.remove(one);
                }
            }
            for (station, venue, at) in &begun {
                let (_, jws) = phones[*station].inspect(venue, at + HOUR / 2);
                all_accepted(&phones[*station].push(&[&jws]).await);
            }
            for cafe in &cafes {
                let page = format!("/venues/{}?station={}", cafe.venue, stations[cafe.station].id);
                let html = browser.page(&page).await;
                for at in begun.iter().flat_map(|(_, _, at)| [*at, at + HOUR / 2]) {
                    let shown = Timestamp::from_millis(at).shanghai().format("日 %H:%M").to_string();
                    let times = html.matches(&shown).count();
                    assert_eq!(times, usize::from(cafe.visited.contains(&at)), "{shown}: {html}");
                }
            }
        }
    })
    .await;
}
