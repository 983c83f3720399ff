//! What becomes of records.

use serde_json::json;
use xuncha_core::domain::*;
use xuncha_core::wire::{
    Fact, Parcel, Push, PushAnswer, RecordAnswer, RefusalCode, SigningKey, verify_receipt,
};

use crate::support::*;

#[tokio::test]
async fn a_record_is_taken_once_and_its_receipt_is_the_same_forever() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let (id, jws) = phone.inspect(&venue, NOW - HOUR);

        let first = phone.push(&[&jws]).await;
        let receipt = accepted(&first[0]).clone();
        let read = verify_receipt(&receipt, &phone.answer.hub_key, id, jws.hash()).unwrap();
        assert_eq!((read.log_index, read.received_at, read.station), (0, hub.now(), station.id));

        hub.set_now(NOW + DAY);
        let again = phone.push(&[&jws, &jws]).await;
        assert_eq!(already_had(&again[0]), &receipt);
        assert_eq!(already_had(&again[1]), &receipt);
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 1);
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_record_pushed_by_many_attempts_at_once_is_taken_once() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let (_, one) = phone.inspect(&venue, NOW - 2 * HOUR);
        let (_, two) = phone.inspect(&venue, NOW - HOUR);
        let attempts: Vec<_> = (0..8)
            .map(|number| {
                let (phone, one, two) = (phone.clone(), one.clone(), two.clone());
                let order = if number % 2 == 0 { [one, two] } else { [two, one] };
                tokio::spawn(async move {
                    let answers = phone.push(&[&order[0], &order[1]]).await;
                    if number % 2 == 0 { answers } else { answers.into_iter().rev().collect() }
                })
            })
            .collect();
        let mut receipts = Vec::new();
        let mut fresh = 0;
        for attempt in attempts {
            let answers = attempt.await.unwrap();
            let of = |answer: &RecordAnswer| match answer {
                RecordAnswer::Accepted { receipt, .. } => (1, receipt.clone()),
                RecordAnswer::AlreadyHad { receipt, .. } => (0, receipt.clone()),
                RecordAnswer::Refused { .. } => panic!("{answer:?}"),
            };
            let pair: Vec<_> = answers.iter().map(of).collect();
            fresh += pair.iter().map(|(fresh, _)| fresh).sum::<i32>();
            receipts.push([pair[0].1.clone(), pair[1].1.clone()]);
        }
        assert_eq!(fresh, 2);
        assert!(receipts.iter().all(|pair| *pair == receipts[0]));
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 2);
        assert_eq!(phone.head().await.size, 2);
    })
    .await;
}

#[tokio::test]
async fn the_same_record_twice_in_one_batch_is_one_record() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let (_, jws) = phone.inspect(&venue, NOW - HOUR);
        let answers = phone.push(&[&jws, &jws]).await;
        assert_eq!(accepted(&answers[0]), already_had(&answers[1]));
        assert_eq!(phone.head().await.size, 1);
    })
    .await;
}

#[tokio::test]
async fn the_same_id_with_other_bytes_is_a_conflict_and_both_are_kept() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let record = phone.record(Fact::Inspection(Box::new(inspection(&venue, NOW - HOUR))));
        let mut other = record.clone();
        other.fact = Fact::Inspection(Box::new(inspection(&venue, NOW - 2 * HOUR)));
        let (jws, other) = (record.seal(&phone.key).unwrap(), other.seal(&phone.key).unwrap());
        phone.seq = 1;

        // In one batch, then by itself, then once more.
        let answers = phone.push(&[&jws, &other]).await;
        let receipt = accepted(&answers[0]).clone();
        assert_eq!(refused(&answers[1]), RefusalCode::Conflict);
        for _ in 0..2 {
            assert_eq!(refused(&phone.push(&[&other]).await[0]), RefusalCode::Conflict);
        }
        assert_eq!(already_had(&phone.push(&[&jws]).await[0]), &receipt);
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside WHERE code = 'conflict'").await, 1);
        assert_eq!(hub.count("SELECT COUNT(*) FROM alerts WHERE kind = 'conflict'").await, 1);
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 1);
    })
    .await;
}

#[tokio::test]
async fn one_bad_record_does_not_hold_up_the_others() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let (_, good) = phone.inspect(&venue, NOW - HOUR);
        let (_, late) = phone.inspect(&venue, NOW - HOUR / 2);
        let huge = "x".repeat(70_000);
        let body = json!({"parcels": [
            {"sealed": good}, {"sealed": huge}, {"sealed": "a.b.c"}, {"opened": 1}, 7, {"sealed": late},
        ]});
        let reply = phone.push_bytes(body.to_string().into_bytes(), None).await;
        let answers = reply.read::<PushAnswer>().answers;
        accepted(&answers[0]);
        assert_eq!(refused(&answers[1]), RefusalCode::TooLarge);
        for bad in &answers[2..5] {
            assert_eq!(refused(bad), RefusalCode::Malformed);
        }
        accepted(&answers[5]);
        // What cannot be trusted is not kept.
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_forked_chain_is_kept_whole_and_shown() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let (_, one) = phone.inspect(&venue, NOW - 5 * HOUR);
        let mut restored = phone.clone();
        let (_, two) = phone.inspect(&venue, NOW - 4 * HOUR);
        let (_, three) = phone.inspect(&venue, NOW - 3 * HOUR);
        let (_, other_two) = restored.inspect(&venue, NOW - 2 * HOUR);
        let (_, other_three) = restored.inspect(&venue, NOW - HOUR);
        // A gap is nothing: the record between comes later.
        all_accepted(&phone.push(&[&one, &three]).await);
        assert_eq!(hub.count("SELECT COUNT(*) FROM alerts").await, 0);
        all_accepted(&phone.push(&[&two]).await);
        assert_eq!(hub.count("SELECT COUNT(*) FROM alerts").await, 0);
        all_accepted(&restored.push(&[&other_two, &other_three]).await);
        assert_eq!(hub.count("SELECT COUNT(*) FROM alerts WHERE kind = 'fork'").await, 2);
        assert_eq!(hub.count("SELECT COUNT(*) FROM alerts WHERE kind = 'broken_chain'").await, 0);
        assert_eq!(hub.count("SELECT COUNT(*) FROM records").await, 5);

        let mut broken = restored.record(Fact::Inspection(Box::new(inspection(&venue, NOW))));
        broken.prev = Some(Sha256Hash::of(b"never sealed"));
        let broken = broken.seal(&restored.key).unwrap();
        accepted(&restored.push(&[&broken]).await[0]);
        assert_eq!(hub.count("SELECT COUNT(*) FROM alerts WHERE kind = 'broken_chain'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_revoked_phone_is_refused_everything_and_its_records_only_from_then_on() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let head = hub.member(&station, Role::Head).await;
        let venue = hub.venue(&station).await;
        let mut lost = hub.phone(&volunteer).await;
        let office = hub.phone(&head).await;
        let (_, before) = lost.inspect(&venue, NOW - DAY);
        let (_, after) = lost.inspect(&venue, NOW + HOUR);

        let path = format!("/api/v1/devices/{}/revoke", lost.answer.device);
        assert_eq!(lost.post(&path, &json!({})).await.problem(), (403, "forbidden".to_owned()));
        assert_eq!(office.post(&path, &json!({})).await.status, 200);
        assert_eq!(office.post(&path, &json!({})).await.status, 200);
        let push = Push { parcels: vec![Parcel::Sealed(before.clone())] };
        assert_eq!(lost.push_parcels(&push).await.problem(), (403, "device_revoked".to_owned()));
        assert_eq!(lost.get("/api/v1/changes").await.problem(), (403, "device_revoked".to_owned()));

        // The same member's new phone hands in what the old one had sealed.
        hub.set_now(NOW + 2 * HOUR);
        let new = hub.phone(&volunteer).await;
        let answers = new.push(&[&before, &after]).await;
        accepted(&answers[0]);
        assert_eq!(refused(&answers[1]), RefusalCode::DeviceRevoked);
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside WHERE code = 'device_revoked'").await, 1);
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action = 'device revoked'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_record_of_another_station_or_member_is_refused() {
    both(|hub| async move {
        let (here, there) = (hub.station("柳岸站").await, hub.station("远山站").await);
        let (one, two) = (hub.member(&here, Role::Volunteer).await, hub.member(&here, Role::Volunteer).await);
        let stranger = hub.member(&there, Role::Volunteer).await;
        let (venue, far) = (hub.venue(&here).await, hub.venue(&there).await);
        let (mut mine, mut theirs) = (hub.phone(&one).await, hub.phone(&two).await);
        let mut foreign = hub.phone(&stranger).await;

        let (_, of_colleague) = theirs.inspect(&venue, NOW - HOUR);
        let (_, of_stranger) = foreign.inspect(&far, NOW - HOUR);
        let mut pretending = mine.record(Fact::Inspection(Box::new(inspection(&venue, NOW - HOUR))));
        pretending.member = two.id;
        let pretending = pretending.seal(&mine.key).unwrap();
        let mut moved = mine.record(Fact::Inspection(Box::new(inspection(&far, NOW - HOUR))));
        moved.station = there.id;
        let moved = moved.seal(&mine.key).unwrap();
        let (_, far_venue) = mine.inspect(&far, NOW - HOUR);
        let answers = mine.push(&[&of_colleague, &of_stranger, &pretending, &moved, &far_venue]).await;
        let codes: Vec<_> = answers.iter().map(refused).collect();
        let out = RefusalCode::OutOfScope;
        assert_eq!(codes, [out, out, out, out, RefusalCode::UnknownVenue]);
        accepted(&theirs.push(&[&of_colleague]).await[0]);
    })
    .await;
}

#[tokio::test]
async fn a_signature_that_does_not_fit_leaves_no_trace() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let phone = hub.phone(&volunteer).await;
        let record = phone.record(Fact::Inspection(Box::new(inspection(&venue, NOW - HOUR))));
        let forged = record.seal(&SigningKey::from_seed([1; 32])).unwrap();
        let right = record.seal(&phone.key).unwrap();
        let mut altered = right.as_str().to_owned();
        altered.replace_range(altered.len() - 6.., "AAAAAA");
        let altered = altered.parse().unwrap();
        for bad in [forged, altered] {
            assert_eq!(refused(&phone.push(&[&bad]).await[0]), RefusalCode::BadSignature);
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 0);
        accepted(&phone.push(&[&right]).await[0]);
    })
    .await;
}

#[tokio::test]
async fn records_that_break_a_rule_are_refused_with_their_code_and_kept_for_the_head() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let phone = hub.phone(&volunteer).await;
        let good = inspection(&venue, NOW - HOUR);
        let incomplete = Inspection { answers: good.answers[1..].to_vec(), ..good.clone() };
        let mut old_list = good.clone();
        old_list.checklist.version = 99;
        let cases = [
            (Fact::Inspection(Box::new(incomplete)), RefusalCode::InvalidInspection),
            (Fact::Inspection(Box::new(old_list)), RefusalCode::UnknownChecklist),
            (check_in(&venue, NOW - HOUR), RefusalCode::NotAllowed),
        ];
        for (fact, code) in cases {
            let record = phone.record(fact);
            let jws = record.seal(&phone.key).unwrap();
            assert_eq!(refused(&phone.push(&[&jws]).await[0]), code);
        }
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 3);
        assert_eq!(hub.count("SELECT COUNT(*) FROM alerts WHERE kind = 'set_aside'").await, 3);

        let mut hostile = phone.record(Fact::Inspection(Box::new(good)));
        hostile.clock_shift_ms = Some(i64::MIN);
        let jws = hostile.seal(&phone.key).unwrap();
        assert_eq!(refused(&phone.push(&[&jws]).await[0]), RefusalCode::Malformed);
        hostile.clock_shift_ms = None;
        hostile.seq = u64::MAX;
        let jws = hostile.seal(&phone.key).unwrap();
        assert_eq!(refused(&phone.push(&[&jws]).await[0]), RefusalCode::Malformed);
    })
    .await;
}

#[tokio::test]
async fn a_record_set_aside_for_its_venue_is_taken_once_the_venue_is_known() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let mut phone = hub.phone(&volunteer).await;
        let mut venue = hub.venue(&station).await;
        venue.id = VenueId::mint(hub.now(), hub.fresh());
        let (_, jws) = phone.inspect(&venue, NOW - HOUR);
        assert_eq!(refused(&phone.push(&[&jws]).await[0]), RefusalCode::UnknownVenue);
        assert_eq!(refused(&phone.push(&[&jws]).await[0]), RefusalCode::UnknownVenue);
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 1);
        hub.write_venue(&venue).await;
        accepted(&phone.push(&[&jws]).await[0]);
        assert_eq!(hub.count("SELECT COUNT(*) FROM set_aside").await, 0);
        assert_eq!(hub.count("SELECT COUNT(*) FROM alerts").await, 0);
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_reset_phone_can_only_hand_over_locked_is_opened_and_taken() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut reset = hub.phone(&volunteer).await;
        let (id, jws) = reset.inspect(&venue, NOW - HOUR);
        let new = hub.phone(&volunteer).await;
        let right = new.lock(id, &jws);
        let mut elsewhere = right.clone();
        elsewhere.id = hub.record_id();
        let mut damaged = right.clone();
        damaged.sealed.replace_range(40..44, "AAAA");
        let (_, other_jws) = reset.inspect(&venue, NOW - HOUR / 2);
        let mut swapped = new.lock(id, &other_jws);
        swapped.id = id;
        let parcels = [elsewhere, damaged, swapped, right].map(Parcel::Locked).to_vec();
        let answers = new.push_parcels(&Push { parcels }).await.read::<PushAnswer>().answers;
        assert_eq!(refused(&answers[0]), RefusalCode::CannotOpen);
        assert_eq!(refused(&answers[1]), RefusalCode::CannotOpen);
        assert_eq!(refused(&answers[2]), RefusalCode::Malformed);
        verify_receipt(accepted(&answers[3]), &new.answer.hub_key, id, jws.hash()).unwrap();
    })
    .await;
}
