//! The feed of changes and the log behind it.

use std::collections::BTreeMap;

use serde_json::json;
use xuncha_core::domain::*;
use xuncha_core::wire::merkle::{
    ConsistencyProof, InclusionProof, leaf_hash, verify_consistency, verify_inclusion,
};
use xuncha_core::wire::{Change, ChangesPage, Cursor, Signed as _, TreeHead, leaf_bytes};
use xuncha_hub::changes::note_put_back;

use crate::support::*;

fn head(phone: &Phone, page: &ChangesPage) -> TreeHead {
    TreeHead::verify(&page.head, &phone.answer.hub_key).unwrap()
}

/// All there is, page by page.
async fn pull(phone: &Phone, limit: usize) -> Vec<Change> {
    let (mut all, mut cursor) = (Vec::new(), 0);
    loop {
        let page = phone.changes(&format!("cursor={cursor}&limit={limit}")).await;
        // A visit is never parted from what it found good.
        assert!(page.changes.len() <= limit.max(2));
        assert!(page.next.0 > cursor || !page.more);
        all.extend(page.changes);
        cursor = page.next.0;
        if !page.more {
            return all;
        }
    }
}

#[tokio::test]
async fn a_new_phone_reads_everything_of_its_station_once_whatever_the_page() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸站").await, hub.station("远山站").await);
        let volunteer = hub.member(&here, Role::Volunteer).await;
        let mut venue = hub.venue(&here).await;
        hub.venue(&there).await;
        let mut phone = hub.phone(&volunteer).await;
        for hours in 1..6 {
            let (_, jws) = phone.inspect(&venue, NOW - hours * HOUR);
            accepted(&phone.push(&[&jws]).await[0]);
        }
        venue.name = Name::new("远航网咖").unwrap();
        hub.write_venue(&venue).await;
        hub.write_venue(&venue).await;
        let from = "2026-11".parse().unwrap();
        hub.write_policy(
            &here,
            &PolicyFrom::of_station(from, Policy { min_gap_days: 3, ..Policy::default() }),
        )
        .await;

        let all = pull(&phone, 2_000).await;
        let kinds: Vec<&str> = all
            .iter()
            .map(|change| match change {
                Change::Station(station) => {
                    assert_eq!(*station, here);
                    "station"
                }
                Change::Member(_) => "member",
                Change::Venue(read) => {
                    assert_eq!(*read, venue);
                    "venue"
                }
                Change::School(_) => "school",
                Change::Policy(_) => "policy",
                Change::FollowUp(_) => "follow_up",
                Change::StatutoryYear(_) => "statutory_year",
                Change::Checklist(_) => "checklist",
                Change::Visit(visit) => {
                    assert_eq!((visit.venue, visit.received_at), (venue.id, Some(hub.now())));
                    "visit"
                }
                Change::FoundGood(told) => {
                    assert!(told.items.iter().any(|item| item.as_str() == "wb_sign"));
                    "found_good"
                }
            })
            .collect();
        let visits = ["visit", "found_good"].repeat(5);
        assert_eq!(kinds, [["station", "member"].as_slice(), &visits, &["venue", "policy"]].concat());
        for limit in [1, 2, 3, 9] {
            assert_eq!(pull(&phone, limit).await, all);
        }
        let quiet = phone.changes(&format!("cursor={}", phone.changes("").await.next.0)).await;
        assert_eq!((quiet.changes.as_slice(), quiet.more), ([].as_slice(), false));
    })
    .await;
}

#[tokio::test]
async fn a_review_reaches_the_phone() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let office = hub.phone(&hub.member(&station, Role::Head).await).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let (id, jws) = phone.inspect(&venue, NOW - HOUR);
        accepted(&phone.push(&[&jws]).await[0]);
        let read = phone.changes("").await.next.0;
        let returned = json!({"record": id, "decision": "returned", "reason": "请补照片"});
        assert_eq!(office.post("/api/v1/reviews", &returned).await.status, 200);
        let page = phone.changes(&format!("cursor={read}")).await;
        let [Change::Visit(visit), Change::FoundGood(_)] = page.changes.as_slice() else {
            panic!("{page:?}")
        };
        assert_eq!(visit.record, id);
        assert_eq!(visit.review, Review::Returned { reason: Reason::new("请补照片").unwrap() });
    })
    .await;
}

#[tokio::test]
async fn the_log_only_grows_and_every_record_is_proven_to_be_in_it() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let mut heads = BTreeMap::from([(0, phone.head().await.root)]);
        let mut records = Vec::new();
        for batch in [1_i64, 3, 2, 5] {
            let sealed: Vec<_> = (0..batch).map(|hours| phone.inspect(&venue, NOW - hours * HOUR)).collect();
            hub.set_now(hub.now().millis() + HOUR);
            all_accepted(&phone.push(&sealed.iter().map(|(_, jws)| jws).collect::<Vec<_>>()).await);
            records.extend(sealed);
            let head = phone.head().await;
            assert_eq!(head.size, records.len() as u64);
            heads.insert(head.size, head.root);
        }
        let newest = phone.head().await;
        for (size, root) in &heads {
            let page = phone.changes(&format!("log_size={size}")).await;
            assert_eq!(head(&phone, &page).root, newest.root);
            let proof = page.consistency.unwrap();
            verify_consistency(*size, root, newest.size, &newest.root, &proof).unwrap();
        }
        let sizes: Vec<_> = heads.keys().collect();
        for pair in sizes.windows(2) {
            let path = format!("/api/v1/log/consistency?from={}&to={}", pair[0], pair[1]);
            let told = phone.get(&path).await.json();
            let proof: ConsistencyProof = serde_json::from_value(told["proof"].clone()).unwrap();
            verify_consistency(*pair[0], &heads[pair[0]], *pair[1], &heads[pair[1]], &proof).unwrap();
        }
        for (id, jws) in &records {
            let told = phone.get(&format!("/api/v1/log/inclusion?record={id}")).await.json();
            let proof: InclusionProof = serde_json::from_value(told["proof"].clone()).unwrap();
            let received_at: Timestamp = serde_json::from_value(told["received_at"].clone()).unwrap();
            let leaf = leaf_hash(&leaf_bytes(&jws.hash(), received_at));
            let index = told["log_index"].as_u64().unwrap();
            let head = phone.read_head(&told["head"]);
            verify_inclusion(leaf, index, head.size, &proof, &head.root).unwrap();
        }
        // A phone that remembers more than the hub has: no proof can be given, and the phone will see.
        assert_eq!(phone.changes("log_size=99").await.consistency, None);
        let too_far = phone.get("/api/v1/log/consistency?from=0&to=99").await;
        assert_eq!(too_far.problem(), (400, "bad_request".into()));
        let backwards = phone.get("/api/v1/log/consistency?from=3&to=1").await;
        assert_eq!(backwards.problem(), (400, "bad_request".into()));
        let unknown = phone.get(&format!("/api/v1/log/inclusion?record={}", hub.record_id())).await;
        assert_eq!(unknown.problem(), (404, "not_found".into()));
        // A cursor from the time before an old backup was put back begins anew.
        let back = phone.changes("cursor=999999").await;
        assert_eq!((back.changes, back.next, back.more), (vec![], Cursor(0), true));
    })
    .await;
}

#[tokio::test]
async fn a_phone_that_stands_among_changes_lost_by_a_copy_put_back_reads_all_anew_and_no_other_does() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let at_the_copy = phone.changes("").await.next;
        note_put_back(&hub.app.store, hub.now()).await.unwrap();
        // More happens at the hub than the phone ever knew of the lost time.
        for _ in 0..5 {
            hub.member(&station, Role::Volunteer).await;
        }
        let lost = phone.changes(&format!("cursor={}", at_the_copy.0 + 3)).await;
        assert_eq!((lost.changes, lost.next, lost.more), (vec![], Cursor(0), true));
        let on = phone.changes(&format!("cursor={}", at_the_copy.0)).await;
        assert_eq!((on.changes.len(), on.more), (5, false));
        let nothing_new = phone.changes(&format!("cursor={}", on.next.0)).await;
        assert_eq!((nothing_new.changes, nothing_new.next), (vec![], on.next));
    })
    .await;
}

#[tokio::test]
async fn the_same_copy_put_back_twice_gives_no_number_a_second_time() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let at_the_copy = phone.changes("").await.next;
        note_put_back(&hub.app.store, hub.now()).await.unwrap();
        hub.member(&station, Role::Volunteer).await;
        let first = phone.changes(&format!("cursor={}", at_the_copy.0)).await.next;
        hub.tamper("DELETE FROM members WHERE change_no > 1000000000").await;
        hub.tamper("DELETE FROM lost_changes").await;
        hub.tamper(&format!("UPDATE stations SET changes = {}", at_the_copy.0)).await;
        hub.set_now(hub.now().millis() + 60_000);
        note_put_back(&hub.app.store, hub.now()).await.unwrap();
        for _ in 0..5 {
            hub.member(&station, Role::Volunteer).await;
        }
        let lost = phone.changes(&format!("cursor={}", first.0)).await;
        assert_eq!((lost.changes, lost.next, lost.more), (vec![], Cursor(0), true));
    })
    .await;
}

#[tokio::test]
async fn a_phone_reads_no_other_station_and_a_supervisor_reads_all() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸站").await, hub.station("远山站").await);
        let phone = hub.phone(&hub.member(&here, Role::Volunteer).await).await;
        let city = hub.phone(&hub.member(&there, Role::Supervisor).await).await;
        for path in ["log/head?", "coverage?month=2026-11&", "log/consistency?from=0&to=0&"] {
            let of = |station: &Station| format!("/api/v1/{path}station={}", station.id);
            assert_eq!(phone.get(&of(&there)).await.problem(), (404, "not_found".into()), "{path}");
            assert_eq!(phone.get(&of(&here)).await.status, 200, "{path}");
            assert_eq!(city.get(&of(&here)).await.status, 200, "{path}");
        }
    })
    .await;
}
