//! Schools across the borders of stations: who learns of them, by phone and at the desk.

use xuncha_core::domain::*;
use xuncha_core::wire::{Change, ProblemCode};
use xuncha_hub::auth::{Caller, Via};
use xuncha_hub::error::HubResult;
use xuncha_hub::seen::{Kept, Seen};
use xuncha_hub::{App, places};

use super::support::*;

/// Where the tests' venues are.
const LAT: f64 = 32.05;
const LON: f64 = 118.78;

/// About a hundred metres, in degrees of latitude.
const HUNDRED_METRES: f64 = 0.000_9;

async fn head_of(hub: &Hub, station: &Station) -> Caller {
    caller(hub, station, Role::Head).await
}

async fn caller(hub: &Hub, station: &Station, role: Role) -> Caller {
    let member = hub.member(station, role).await;
    Caller::of(&mut hub.store().read().await.unwrap(), member, Via::Session).await.unwrap()
}

/// Keeps a school as who has just looked at it.
async fn keep_school(app: &App, caller: &Caller, school: School) -> HubResult<Kept> {
    let known = places::schools(&mut *app.store.read().await?, school.station).await?;
    let seen = Seen::of(known.iter().find(|known| known.id == school.id));
    places::keep_school(app, caller, school, &seen).await
}

/// A school of a station with its gate so many hundred metres north of the tests' venues.
fn school(hub: &Hub, keeper: &Station, hundreds: f64) -> School {
    School {
        id: SchoolId::mint(hub.now(), hub.fresh()),
        station: keeper.id,
        name: Name::new("明灯小学").unwrap(),
        level: SchoolLevel::Primary,
        outline: gate(hundreds),
        closed_on: None,
    }
}

fn gate(hundreds: f64) -> Outline {
    Outline::gates(vec![Wgs84::new(LAT + hundreds * HUNDRED_METRES, LON).unwrap()]).unwrap()
}

/// The schools that a phone is told of after a cursor, and the cursor after them.
async fn told(phone: &Phone, cursor: u64) -> (Vec<School>, u64) {
    let page = phone.changes(&format!("cursor={cursor}")).await;
    let school = |change| if let Change::School(school) = change { Some(school) } else { None };
    (page.changes.into_iter().filter_map(school).collect(), page.next.0)
}

#[tokio::test]
async fn a_phone_learns_of_a_neighbours_school_and_of_what_becomes_of_it() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸派出所").await, hub.station("桥北派出所").await);
        let venue = hub.venue(&here).await;
        let phone = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        let keeper = head_of(&hub, &there).await;
        let (known, cursor) = told(&phone, 0).await;
        assert_eq!(known, []);

        let near = school(&hub, &there, 9.0);
        assert_eq!(keep_school(&hub.app, &keeper, near.clone()).await.unwrap(), Kept::Done);
        assert_eq!(keep_school(&hub.app, &keeper, school(&hub, &there, 11.0)).await.unwrap(), Kept::Done);
        let (news, cursor) = told(&phone, cursor).await;
        assert_eq!(news, std::slice::from_ref(&near), "the other one is farther than a kilometre");
        let head = hub.named(&here, Role::Head, "祁静姝").await;
        let desk = Browser::of(&hub, &head).await;
        let html = desk.page(&format!("/venues/{}", venue.id)).await;
        assert!(html.contains("明灯小学") && html.contains("邻站登记"));
        assert!(!desk.page("/coverage?near=school").await.contains(venue.name.as_str()));
        assert!(!desk.page("/places").await.contains("明灯小学"), "who keeps it changes it");

        let moved = School { name: Name::new("明灯中学").unwrap(), outline: gate(1.0), ..near.clone() };
        assert_eq!(keep_school(&hub.app, &keeper, moved.clone()).await.unwrap(), Kept::Done);
        let (news, cursor) = told(&phone, cursor).await;
        assert_eq!(news, std::slice::from_ref(&moved));
        assert!(desk.page("/coverage?near=school").await.contains(venue.name.as_str()));
        let map = desk.get("/coverage/map.json").await;
        assert!(String::from_utf8(map.body).unwrap().contains("明灯中学"));

        let gone = School { outline: gate(50.0), ..moved };
        assert_eq!(keep_school(&hub.app, &keeper, gone.clone()).await.unwrap(), Kept::Done);
        let (news, cursor) = told(&phone, cursor).await;
        assert_eq!(news, std::slice::from_ref(&gone), "a phone must not go on showing it where it was");
        let last = "2026-11-01".parse().unwrap();
        places::close_school(&hub.app, &keeper, there.id, gone.id, Some(last)).await.unwrap();
        let (news, cursor) = told(&phone, cursor).await;
        assert_eq!(news, [School { closed_on: Some(last), ..gone.clone() }]);
        assert_eq!(keep_school(&hub.app, &keeper, news[0].clone()).await.unwrap(), Kept::Done);
        assert_eq!(told(&phone, cursor).await.0, [], "nothing changed");

        let later = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        assert_eq!(told(&later, 0).await.0, news);
        let theirs = hub.phone(&hub.member(&there, Role::Volunteer).await).await;
        assert_eq!(told(&theirs, 0).await.0.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_double_school_is_gone_from_phones_and_distances_on_both_sides_of_a_border() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸派出所").await, hub.station("桥北派出所").await);
        let venue = hub.venue(&here).await;
        hub.venue(&there).await;
        let (keeper, neighbour) = (head_of(&hub, &here).await, head_of(&hub, &there).await);
        let stays = School { name: Name::new("长明小学").unwrap(), ..school(&hub, &there, 3.0) };
        assert_eq!(keep_school(&hub.app, &neighbour, stays.clone()).await.unwrap(), Kept::Done);
        let corners = [(3.0, 0.0), (4.0, 0.0), (4.0, 0.001)];
        let corner =
            |(hundreds, east): (f64, f64)| Wgs84::new(LAT + hundreds * HUNDRED_METRES, LON + east).unwrap();
        let campus = Outline::boundary(corners.map(corner).to_vec()).unwrap();
        let double = School { outline: campus.clone(), ..school(&hub, &here, 3.0) };
        assert_eq!(keep_school(&hub.app, &keeper, double.clone()).await.unwrap(), Kept::Done);
        let phones = [
            hub.phone(&hub.member(&here, Role::Volunteer).await).await,
            hub.phone(&hub.member(&there, Role::Volunteer).await).await,
        ];
        let mut cursors = Vec::new();
        for phone in &phones {
            let (known, cursor) = told(phone, 0).await;
            assert_eq!(known.len(), 2);
            cursors.push(cursor);
        }

        let merge = async |caller: &Caller, double: SchoolId, into: SchoolId| {
            places::merge_schools(&hub.app, caller, here.id, double, into)
                .await
                .map_err(|error| error.problem().code)
        };
        let refused = merge(&keeper, double.id, stays.id).await;
        assert_eq!(refused, Err(ProblemCode::Forbidden), "the neighbour's entry is not theirs to change");
        assert_eq!(merge(&neighbour, double.id, stays.id).await, Err(ProblemCode::Forbidden));
        for (phone, cursor) in phones.iter().zip(&cursors) {
            assert_eq!(told(phone, *cursor).await.0, [], "nothing has changed");
        }
        let admin = caller(&hub, &here, Role::Admin).await;
        assert_eq!(merge(&admin, double.id, double.id).await, Err(ProblemCode::BadRequest));
        let strange = SchoolId::mint(hub.now(), hub.fresh());
        assert_eq!(merge(&admin, double.id, strange).await, Err(ProblemCode::NotFound));
        let heir = School { outline: campus, ..stays.clone() };
        assert_eq!(merge(&admin, double.id, stays.id).await, Ok(heir.clone()));
        assert_eq!(merge(&admin, double.id, stays.id).await, Err(ProblemCode::BadRequest), "only once");

        let gone = School { closed_on: NEVER, ..double.clone() };
        for (phone, cursor) in phones.iter().zip(&cursors) {
            let (mut news, _) = told(phone, *cursor).await;
            news.sort_by_key(|school| school.id != double.id);
            assert_eq!(news, [gone.clone(), heir.clone()]);
        }
        let head = hub.named(&here, Role::Head, "祁静姝").await;
        let html = Browser::of(&hub, &head).await.page(&format!("/venues/{}", venue.id)).await;
        assert!(html.contains("长明小学") && !html.contains("明灯小学"), "{html}");
        let noted = "SELECT COUNT(*) FROM audit WHERE action = 'school merged'";
        assert_eq!(hub.count(noted).await, 2, "at both stations");
    })
    .await;
}

#[tokio::test]
async fn a_venue_that_comes_near_a_neighbours_school_makes_its_station_learn_of_it() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸派出所").await, hub.station("桥北派出所").await);
        let far = Venue { position: Wgs84::new(LAT - 0.1, LON).ok(), ..hub.venue(&here).await };
        hub.write_venue(&far).await;
        let keeper = head_of(&hub, &there).await;
        let near = school(&hub, &there, 5.0);
        assert_eq!(keep_school(&hub.app, &keeper, near.clone()).await.unwrap(), Kept::Done);
        let phone = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        let (known, cursor) = told(&phone, 0).await;
        assert_eq!(known, []);

        let head = head_of(&hub, &here).await;
        let venue = Venue { position: Wgs84::new(LAT, LON).ok(), ..far.clone() };
        let kept = places::keep_venue(&hub.app, &head, venue, &Seen::of(Some(&far))).await;
        assert_eq!(kept.unwrap(), Kept::Done);
        assert_eq!(told(&phone, cursor).await.0, [near]);
    })
    .await;
}

#[tokio::test]
async fn what_was_on_file_before_stations_knew_of_each_others_schools_is_told_at_the_first_start() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸派出所").await, hub.station("桥北派出所").await);
        hub.venue(&here).await;
        let nowhere = Venue { position: None, ..hub.venue(&here).await };
        hub.write_venue(&nowhere).await;
        let corners = [(3.0, 0.0), (5.0, 0.0), (5.0, 0.002)];
        let corner =
            |(hundreds, east): (f64, f64)| Wgs84::new(LAT + hundreds * HUNDRED_METRES, LON + east).unwrap();
        let campus = Outline::boundary(corners.map(corner).to_vec()).unwrap();
        let near = School { outline: campus, ..school(&hub, &there, 5.0) };
        hub.write_school(&near).await;
        hub.write_school(&school(&hub, &there, 12.0)).await;
        let phone = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        let (_, cursor) = told(&phone, 0).await;
        let before = [
            "DROP TABLE neighbour_schools",
            "DROP INDEX venues_by_place",
            "DROP INDEX schools_by_place",
            "ALTER TABLE venues DROP COLUMN lat",
            "ALTER TABLE venues DROP COLUMN lon",
            "ALTER TABLE schools DROP COLUMN south",
            "ALTER TABLE schools DROP COLUMN west",
            "ALTER TABLE schools DROP COLUMN north",
            "ALTER TABLE schools DROP COLUMN east",
            "DELETE FROM _sqlx_migrations WHERE version = 80",
        ];
        let mut tx = hub.store().begin().await.unwrap();
        for undone in before {
            sqlx::query(undone).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();

        let copy = hub.copy().await;
        let phone = Phone { hub: copy, ..phone };
        let (news, cursor) = told(&phone, cursor).await;
        assert_eq!(news, [near]);
        let again = Phone { hub: hub.copy().await, ..phone };
        assert_eq!(told(&again, cursor).await.0, [], "it is told once");
    })
    .await;
}

#[tokio::test]
async fn neighbours_who_write_at_the_same_time_do_not_wait_for_each_other() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸派出所").await, hub.station("桥北派出所").await);
        hub.venue(&here).await;
        hub.venue(&there).await;
        let (one, other) = (head_of(&hub, &here).await, head_of(&hub, &there).await);
        for round in 0..8_u8 {
            let hundreds = f64::from(round);
            let (ours, theirs) = (school(&hub, &here, hundreds), school(&hub, &there, hundreds));
            let kept = tokio::join!(keep_school(&hub.app, &one, ours), keep_school(&hub.app, &other, theirs));
            assert!(kept.0.is_ok() && kept.1.is_ok(), "{kept:?}");
        }
        for station in [&here, &there] {
            let known = places::known_schools(&mut hub.store().read().await.unwrap(), station.id).await;
            assert_eq!(known.unwrap().len(), 16);
        }
    })
    .await;
}
