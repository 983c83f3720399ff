//! What an inspection found good, where a copy of the hub from before that was told took it.

use xuncha_core::domain::*;
use xuncha_core::wire::{Change, Fact};
use xuncha_hub::follow_ups::{self, Within};
use xuncha_hub::store::Key as _;

use super::support::*;

/// Leaves untold what is kept beside visits, or tells something else.
async fn keep(hub: &Hub, found_good: Option<&FoundGood>) {
    let text = found_good.map(|told| serde_json::to_string(told).unwrap());
    let mut tx = hub.store().begin().await.unwrap();
    let keep = "UPDATE visits SET found_good = $1, proof = NULL";
    sqlx::query(keep).bind(text).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_an_older_copy_left_untold_is_told_once_at_the_next_start_and_of_what_was_erased_nothing() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let [(_, one), (erased, other)] = [2, 1].map(|hours| phone.inspect(&venue, NOW - hours * HOUR));
        all_accepted(&phone.push(&[&one, &other]).await);
        let told = async |hub: Hub, cursor: u64| {
            let phone = Phone { hub, ..phone.clone() };
            let page = phone.changes(&format!("cursor={cursor}")).await;
            let good = page.changes.into_iter().filter_map(|change| match change {
                Change::FoundGood(told) => Some(told),
                _ => None,
            });
            (good.collect::<Vec<_>>(), page.next.0)
        };
        let (all, cursor) = told(hub.clone(), 0).await;
        assert!(all.len() == 2 && all.iter().all(|told| !told.items.is_empty()), "{all:?}");
        keep(&hub, None).await;
        let mut tx = hub.store().begin().await.unwrap();
        let gone = "DELETE FROM payloads WHERE record_id = $1";
        sqlx::query(gone).bind(erased.key()).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();

        let (mut again, cursor) = told(hub.copy().await, cursor).await;
        again.sort_by_key(|told| told.record == erased);
        assert_eq!(again, [all[0].clone(), FoundGood { record: erased, items: Vec::new() }]);
        assert_eq!(hub.count("SELECT COUNT(*) FROM visits WHERE proof IS NOT NULL").await, 1);
        assert_eq!(told(hub.copy().await, cursor).await.0, [], "once");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told_once_it_is_restored() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let [(torn, one), (_, other)] = [2, 1].map(|hours| phone.inspect(&venue, NOW - hours * HOUR));
        all_accepted(&phone.push(&[&one, &other]).await);
        keep(&hub, None).await;
        let write = async |jws: &str| {
            let mut tx = hub.store().begin().await.unwrap();
            for sql in ["UPDATE payloads SET jws = $1 WHERE record_id = $2", "DELETE FROM extracts"] {
                let query = sqlx::query(sql);
                let query =
                    if sql.contains('$') { query.bind(jws.to_owned()).bind(torn.key()) } else { query };
                query.execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        };
        let untold = async || hub.count("SELECT COUNT(*) FROM visits WHERE found_good IS NULL").await;

        write("torn").await;
        hub.copy().await;
        assert_eq!(untold().await, 1, "the other is told, and the hub starts");
        write(one.as_str()).await;
        hub.copy().await;
        assert_eq!(untold().await, 0);
        assert_eq!(hub.count("SELECT COUNT(*) FROM visits WHERE found_good LIKE '%wb_%'").await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_board_goes_by_what_is_kept_beside_a_visit_and_opens_the_record_where_that_is_untold() {
    both(|hub| async move {
        let station = hub.station("柳岸站").await;
        let venue = hub.venue(&station).await;
        let mut phone = hub.phone(&hub.member(&station, Role::Volunteer).await).await;
        let mut bad = inspection(&venue, NOW - DAY);
        let sign = bad.answers.iter_mut().find(|answer| answer.item.as_str() == "wb_sign").unwrap();
        sign.answer = Answer::Choice { choice: "no".parse().unwrap(), minors: None };
        let list = Checklist::default_for(&venue.kind).unwrap();
        bad.findings = findings(list, &bad.answers, DayType::Ordinary, Severity::N, &[].into());
        let record = phone.record(Fact::Inspection(Box::new(bad)));
        let found = phone.seal(&record);
        let (record, good) = phone.inspect(&venue, NOW - HOUR);
        all_accepted(&phone.push(&[&found, &good]).await);
        let stage = async || {
            let mut db = hub.store().read().await.unwrap();
            let ways = follow_ups::load(&mut db, station.id, Within::Station).await.unwrap();
            ways.iter().map(|way| way.stage).collect::<Vec<_>>()
        };
        assert_eq!(stage().await, [FollowUpStage::Rechecked]);
        keep(&hub, Some(&FoundGood { record, items: Vec::new() })).await;
        assert_eq!(stage().await, [FollowUpStage::Open], "it opens no record whose answer is kept");
        keep(&hub, None).await;
        assert_eq!(stage().await, [FollowUpStage::Rechecked]);
        // One that can't be read says nothing, and keeps nobody from the board.
        hub.tamper("UPDATE payloads SET jws = 'torn'").await;
        assert_eq!(stage().await, [FollowUpStage::Open]);
        let head = hub.named(&station, Role::Head, "祁静姝").await;
        let browser = Browser::of(&hub, &head).await;
        assert!(browser.page("/findings").await.contains("远航网吧"));
        browser.page(&format!("/venues/{}", venue.id)).await;
    })
    .await;
}
