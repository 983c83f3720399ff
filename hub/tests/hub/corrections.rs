//! Returned records, their corrections, and the month they count in.

use serde_json::json;
use xuncha_core::domain::*;
use xuncha_core::wire::{Change, Fact, RefusalCode};

use crate::support::*;

/// 2026-11-30 23:59:30 in Shanghai.
const LAST_MINUTE: i64 = 1_796_054_370_000;

#[tokio::test]
async fn a_returned_visit_counts_again_in_its_own_month_once_it_is_corrected() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let office = hub.phone(&hub.member(&station, Role::Head).await).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        hub.set_now(LAST_MINUTE);
        let (id, jws) = phone.inspect(&venue, LAST_MINUTE);
        accepted(&phone.push(&[&jws]).await[0]);
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 1);

        hub.set_now(LAST_MINUTE + 2 * DAY);
        let returned = json!({"record": id, "decision": "returned", "reason": "请补充入口标志的照片"});
        let told = office.post("/api/v1/reviews", &returned).await;
        assert_eq!(told.json()["review"]["state"], "returned", "{:?}", told.json());
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 0);

        let (_, correction) = phone.correct(&venue, LAST_MINUTE, id);
        accepted(&phone.push(&[&correction]).await[0]);
        let november = hub.tally(&venue, "2026-11").await;
        let verdicts: Vec<_> = november.records.iter().map(|record| record.verdict).collect();
        assert_eq!(verdicts, [Verdict::Corrected, Verdict::Counts]);
        assert_eq!(hub.tally(&venue, "2026-12").await.counted(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_correction_that_comes_before_its_record_moves_to_its_month() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        // The clock ran fast: the visit is said to have been in December, a minute after what came of it first.
        let said = LAST_MINUTE + 60_000;
        let (one, first) = phone.inspect(&venue, said);
        let (two, second) = phone.correct(&venue, said, one);
        let (_, third) = phone.correct(&venue, said, two);

        hub.set_now(LAST_MINUTE);
        accepted(&phone.push(&[&third]).await[0]);
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 1);
        hub.set_now(LAST_MINUTE + DAY);
        accepted(&phone.push(&[&first]).await[0]);
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), 1);
        assert_eq!(hub.tally(&venue, "2026-12").await.counted(), 1);
        accepted(&phone.push(&[&second]).await[0]);
        assert_eq!(hub.tally(&venue, "2026-12").await.counted(), 1);
        assert_eq!(hub.tally(&venue, "2026-12").await.records.len(), 3);
        assert_eq!(hub.tally(&venue, "2026-11").await.records, []);
    })
    .await;
}

#[tokio::test]
async fn a_correction_must_be_of_the_same_visit() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let colleague = hub.member(&station, Role::Volunteer).await;
        let (venue, other) = (hub.venue(&station).await, hub.venue(&station).await);
        let mut phone = hub.phone(&volunteer).await;
        let mut theirs = hub.phone(&colleague).await;
        let at = NOW - HOUR;
        let (id, jws) = phone.inspect(&venue, at);
        accepted(&phone.push(&[&jws]).await[0]);

        let (_, elsewhere) = phone.correct(&other, at, id);
        let (_, later) = phone.correct(&venue, at + 1, id);
        for bad in [elsewhere, later] {
            assert_eq!(refused(&phone.push(&[&bad]).await[0]), RefusalCode::BadCorrection);
        }
        let (_, by_another) = theirs.correct(&venue, at, id);
        assert_eq!(refused(&theirs.push(&[&by_another]).await[0]), RefusalCode::BadCorrection);

        // A ring of two in one batch: the second one closes it and is refused.
        let mut one = phone.record(Fact::Inspection(Box::new(inspection(&venue, at))));
        let mut two = phone.record(Fact::Inspection(Box::new(inspection(&venue, at))));
        let corrects = |record: &mut xuncha_core::wire::Record, old| {
            if let Fact::Inspection(inspection) = &mut record.fact {
                inspection.corrects = Some(old);
            }
        };
        let (id_one, id_two) = (one.id, two.id);
        corrects(&mut one, id_two);
        corrects(&mut two, id_one);
        let mut itself = phone.record(Fact::Inspection(Box::new(inspection(&venue, at))));
        let own = itself.id;
        corrects(&mut itself, own);
        let sealed = [one, two, itself].map(|record| record.seal(&phone.key).unwrap());
        let answers = phone.push(&[&sealed[0], &sealed[1], &sealed[2]]).await;
        accepted(&answers[0]);
        assert_eq!(refused(&answers[1]), RefusalCode::BadCorrection);
        assert_eq!(refused(&answers[2]), RefusalCode::BadCorrection);
        hub.tally(&venue, "2026-11").await;
    })
    .await;
}

/// What is counted where, and what every record that was taken came to.
async fn outcome(hub: &Hub, venues: &[&Venue], taken: &[RecordId]) -> Vec<(usize, Vec<Verdict>)> {
    let mut outcome = Vec::new();
    for venue in venues {
        let tally = hub.tally(venue, "2026-11").await;
        let stands = |record: &&Counted| {
            taken.contains(&record.record) && !matches!(record.verdict, Verdict::Returned)
        };
        outcome.push((
            tally.counted(),
            tally.records.iter().filter(stands).map(|record| record.verdict).collect(),
        ));
    }
    outcome
}

#[tokio::test]
async fn a_correction_of_another_visit_corrects_nothing_in_whatever_order_they_come() {
    both(|hub| async move {
        let mut outcomes = Vec::new();
        for order in [[0, 1, 2, 3], [1, 2, 3, 0], [2, 0, 3, 1], [3, 1, 0, 2], [1, 3, 2, 0]] {
            let station = hub.station("柳岸站").await;
            let volunteer = hub.member(&station, Role::Volunteer).await;
            let (venue, other) = (hub.venue(&station).await, hub.venue(&station).await);
            let mut phone = hub.phone(&volunteer).await;
            let at = NOW - HOUR;
            let (first, one) = phone.inspect(&venue, at);
            let (fits, two) = phone.correct(&venue, at, first);
            let (bad, three) = phone.correct(&other, at, first);
            // It fits what it corrects, whatever becomes of that.
            let (of_bad, four) = phone.correct(&other, at, bad);
            let all = [one, two, three, four];
            for number in order {
                let answer = phone.push(&[&all[number]]).await.remove(0);
                // What came before its record has a receipt; after it, it is refused.
                let after = order.iter().position(|n| *n == 2) > order.iter().position(|n| *n == 0);
                if number == 2 && after {
                    assert_eq!(refused(&answer), RefusalCode::BadCorrection);
                } else {
                    accepted(&answer);
                }
            }
            outcomes.push(outcome(&hub, &[&venue, &other], &[first, fits, of_bad]).await);
            let alerts = "SELECT COUNT(*) FROM alerts WHERE kind IN ('bad_correction', 'set_aside')";
            assert_eq!(usize::try_from(hub.count(alerts).await), Ok(outcomes.len()));
            let told = phone.changes("").await.changes;
            let corrects: Vec<_> = told
                .iter()
                .filter_map(|change| match change {
                    Change::Visit(visit) if visit.corrects == Some(first) => Some(visit.record),
                    _ => None,
                })
                .collect();
            assert_eq!(corrects, [fits]);
        }
        assert_eq!(outcomes[0][0], (1, vec![Verdict::Corrected, Verdict::Counts]));
        assert_eq!(outcomes[0][1], (1, vec![Verdict::Counts]));
        assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:?}");
    })
    .await;
}

#[tokio::test]
async fn of_two_heads_who_decide_at_once_one_wins_and_the_other_is_told() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let first = hub.phone(&hub.member(&station, Role::Head).await).await;
        let second = hub.phone(&hub.member(&station, Role::Head).await).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let (id, jws) = phone.inspect(&venue, NOW - HOUR);
        accepted(&phone.push(&[&jws]).await[0]);

        let approve = json!({"record": id, "decision": "approved"});
        let give_back = json!({"record": id, "decision": "returned", "reason": "请补照片"});
        let (one, two) =
            tokio::join!(first.post("/api/v1/reviews", &approve), second.post("/api/v1/reviews", &give_back));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let loser = if one.status == 409 { &one } else { &two };
        assert_eq!(loser.problem(), (409, "already_reviewed".into()));

        // Who has seen how it stands may decide anew; the same decision again is no harm.
        let returned = one.status == 409;
        let (seen, change) = if returned { ("returned", &approve) } else { ("approved", &give_back) };
        let mut change = change.clone();
        change["seen"] = seen.into();
        assert_eq!(first.post("/api/v1/reviews", &change).await.status, 200);
        assert_eq!(first.post("/api/v1/reviews", &change).await.status, 200);
        let counted = usize::from(returned);
        assert_eq!(hub.tally(&venue, "2026-11").await.counted(), counted);
        assert_eq!(hub.count("SELECT COUNT(*) FROM audit WHERE action LIKE 'record %'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_review_needs_a_head_a_record_and_a_reason() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let there = hub.station("远山站").await;
        let volunteer = hub.member(&station, Role::Volunteer).await;
        let office = hub.phone(&hub.member(&station, Role::Head).await).await;
        let stranger = hub.phone(&hub.member(&there, Role::Head).await).await;
        let admin = hub.phone(&hub.member(&there, Role::Admin).await).await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&volunteer).await;
        let (id, jws) = phone.inspect(&venue, NOW - HOUR);
        accepted(&phone.push(&[&jws]).await[0]);
        let path = "/api/v1/reviews";
        let approve = json!({"record": id, "decision": "approved"});
        assert_eq!(phone.post(path, &approve).await.problem(), (403, "forbidden".into()));
        assert_eq!(stranger.post(path, &approve).await.problem(), (404, "not_found".into()));
        let over_there = json!({"record": id, "decision": "approved", "station": station.id});
        assert_eq!(stranger.post(path, &over_there).await.problem(), (403, "forbidden".into()));
        let bad = [
            json!({"record": id, "decision": "returned"}),
            json!({"record": id, "decision": "returned", "reason": " "}),
            json!({"record": id, "decision": "approved", "reason": "好"}),
            json!({"record": id, "decision": "pending"}),
            json!({"record": "x", "decision": "approved"}),
            json!({}),
        ];
        for bad in bad {
            assert_eq!(office.post(path, &bad).await.problem(), (400, "bad_request".into()), "{bad}");
        }
        let unknown = json!({"record": hub.record_id(), "decision": "approved"});
        assert_eq!(office.post(path, &unknown).await.problem(), (404, "not_found".into()));
        assert_eq!(admin.post(path, &over_there).await.status, 200);
    })
    .await;
}
