use std::sync::Mutex;

use super::fake_hub::FakeHub;
use super::line::Fault;
use super::phone::Phone;
use super::{assert_all_received, assert_sound};
use crate::domain::RecordId;
use crate::field::observer::{SyncEvent, SyncObserver};
use crate::field::store::records::RecordState;
use crate::field::store::{device, meta};
use crate::field::sync::{SyncAlert, SyncTally};
use crate::field::{FieldError, FieldErrorCode};
use crate::wire::RefusalCode;

#[derive(Default)]
struct Watching(Mutex<Vec<SyncEvent>>);

impl SyncObserver for Watching {
    fn on_event(&self, event: SyncEvent) {
        self.0.lock().unwrap().push(event);
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_arrives_once_in_the_order_it_was_sealed_and_is_told_so() {
    let phone = Phone::enrolled().await;
    let records: Vec<RecordId> = (0..120).map(|_| phone.check_in()).collect();
    let watching = Watching::default();
    let report = phone.syncer.sync(phone.parts(), Some(&watching)).await.unwrap();

    assert_eq!(report.moved, SyncTally { records_received: 120, changes: 120, ..SyncTally::default() });
    assert_eq!((report.stuck, report.records_waiting, report.next_try), (None, 0, None));
    assert_all_received(&phone, &records, &[]);
    let index_of = |id: &RecordId| phone.line.hub().records[id].1.log_index;
    assert!(records.iter().enumerate().all(|(at, id)| index_of(id) == at as u64));

    let events = watching.0.into_inner().unwrap();
    assert_eq!(events[0], SyncEvent::Started { records: 120, photos: 0 });
    assert!(matches!(&events[1], SyncEvent::Sending(ids) if ids.len() == 50 && ids[0] == records[0]));
    let told = events.iter().filter(|event| matches!(event, SyncEvent::RecordReceived { .. }));
    assert_eq!(told.count(), 120);
    assert!(phone.syncer.sending().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_refused_record_steps_aside_with_its_reason_and_the_rest_go_on() {
    let phone = Phone::enrolled().await;
    let records: Vec<RecordId> = (0..3).map(|_| phone.check_in()).collect();
    phone.line.hub().refuse.insert(records[1], RefusalCode::UnknownVenue);
    let report = phone.sync().await;

    assert_eq!((report.moved.records_received, report.moved.records_refused), (2, 1));
    let refused = RecordState::Refused { code: RefusalCode::UnknownVenue, detail: Some("why".to_owned()) };
    assert_eq!(phone.state(records[1]), refused);
    assert!(phone.is_received(records[0]) && phone.is_received(records[2]));
    assert_eq!(report.next_try, None);
    assert_sound(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn what_was_refused_for_a_reason_that_may_pass_is_tried_again_after_a_day_or_with_the_news_and_nothing_else_is()
 {
    let phone = Phone::enrolled().await;
    let [passing, lasting] = [phone.check_in(), phone.check_in()];
    let refuse = || {
        let mut hub = phone.line.hub();
        hub.refuse.insert(passing, RefusalCode::UnknownVenue);
        hub.refuse.insert(lasting, RefusalCode::BadSignature);
    };
    let a_day_later = || {
        let day = -24 * 3_600_000;
        let tried_at = phone.tools.clock.now().plus_millis(day);
        phone.store.write(|tx| meta::put(tx, meta::REFUSED_TRIED_AT, &tried_at)).unwrap();
    };
    refuse();
    assert_eq!(phone.sync().await.moved.records_refused, 2);
    a_day_later();
    assert_eq!(phone.sync().await.moved.records_refused, 0, "the same refusal again is no news");
    phone.line.hub().refuse.clear();
    let tried_at = || phone.store.read(|conn| meta::get(conn, meta::REFUSED_TRIED_AT)).unwrap();
    let before = tried_at();
    phone.sync().await;
    assert!(!phone.is_received(passing), "not each time");
    assert_eq!(tried_at(), before, "a sync that does not try them puts nothing off");
    a_day_later();
    phone.sync().await;
    assert!(phone.is_received(passing) && !phone.is_received(lasting));

    let another = phone.check_in();
    phone.line.hub().refuse.insert(another, RefusalCode::UnknownVenue);
    assert_eq!(phone.sync().await.moved.records_refused, 1);
    phone.line.hub().refuse.clear();
    let station = phone.line.hub().feed[0].clone();
    phone.line.hub().feed.push(station);
    phone.sync().await;
    phone.sync().await;
    assert!(phone.is_received(another));
}

#[tokio::test(start_paused = true)]
async fn a_new_refusal_does_not_put_off_the_next_try_of_those_before() {
    let phone = Phone::enrolled().await;
    let refused_at = |record, at| {
        phone.line.hub().refuse.insert(record, RefusalCode::UnknownVenue);
        phone.store.write(|tx| meta::put(tx, meta::REFUSED_TRIED_AT, &at)).unwrap();
    };
    let now = phone.tools.clock.now();
    refused_at(phone.check_in(), now);
    phone.sync().await;
    let an_hour_ago = now.plus_millis(-3_600_000);
    refused_at(phone.check_in(), an_hour_ago);
    assert_eq!(phone.sync().await.moved.records_refused, 1);
    let tried_at = phone.store.read(|conn| meta::get(conn, meta::REFUSED_TRIED_AT)).unwrap();
    assert_eq!(tried_at, Some(an_hour_ago));
}

#[tokio::test(start_paused = true)]
async fn a_record_refused_for_a_reason_of_a_later_version_waits_for_the_update_and_the_rest_go_on() {
    let phone = Phone::enrolled().await;
    let records: Vec<RecordId> = (0..3).map(|_| phone.check_in()).collect();
    phone.line.hub().refuse_newly.insert(records[1]);
    let report = phone.sync().await;

    assert_eq!((report.moved.records_received, report.moved.records_refused), (2, 0));
    assert_eq!(report.alerts, [SyncAlert::NewerRefusal(records[1])]);
    assert_eq!((phone.state(records[1]), report.records_waiting), (RecordState::Waiting, 1));
    assert!(phone.is_received(records[0]) && phone.is_received(records[2]));
    assert!(report.next_try.is_some());

    phone.line.hub().refuse_newly.clear();
    phone.sync().await;
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_makes_a_whole_push_fail_is_found_out_and_the_rest_go_on() {
    let phone = Phone::enrolled().await;
    let records: Vec<RecordId> = (0..60).map(|_| phone.check_in()).collect();
    phone.line.hub().choke_on.extend([records[7], records[8], records[55]]);
    let report = phone.sync().await;

    assert_eq!((report.moved.records_received, report.moved.records_refused), (57, 3));
    let too_large = RecordState::Refused { code: RefusalCode::TooLarge, detail: None };
    assert_eq!(phone.state(records[8]), too_large);
    assert_eq!(phone.line.hub().records.len(), 57);
}

#[tokio::test(start_paused = true)]
async fn a_forged_receipt_lets_nothing_go() {
    let phone = Phone::enrolled().await;
    let records: Vec<RecordId> = (0..2).map(|_| phone.check_in()).collect();
    phone.line.hub().forge_receipts = true;
    let report = phone.sync().await;
    assert!(report.alerts.contains(&SyncAlert::ForgedReceipt(records[0])));
    assert_eq!((report.moved.records_received, report.records_waiting), (0, 2));
    assert!(report.next_try.is_some());
    assert_sound(&phone, &records, &[]);

    phone.line.hub().forge_receipts = false;
    phone.sync().await;
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_again_with_the_same_bytes() {
    let phone = Phone::enrolled().await;
    let records: Vec<RecordId> = (0..5).map(|_| phone.check_in()).collect();
    phone.line.disturb([Fault::AnswerLost, Fault::Twice, Fault::AnswerCut(30)]);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.moved.records_received), (None, 5));
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn without_signal_everything_waits_and_the_next_try_is_later_each_time() {
    let phone = Phone::enrolled().await;
    let records = [phone.check_in()];
    let mut waits = Vec::new();
    for _ in 0..6 {
        phone.line.disturb([Fault::Offline; 4]);
        let report = phone.sync().await;
        assert_eq!((report.stuck, report.records_waiting), (Some(FieldErrorCode::Offline), 1));
        waits.push(report.next_try.unwrap().millis_since(phone.tools.clock.now()));
    }
    assert!(waits[0] >= 14_000 && waits[5] > 8 * waits[0], "{waits:?}");
    phone.sync().await;
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_asks_to_be_left_alone_is() {
    let phone = Phone::enrolled().await;
    phone.check_in();
    phone.line.disturb([Fault::BusyFor(600)]);
    let before = phone.line.hub().requests;
    let report = phone.sync().await;
    assert_eq!(report.stuck, Some(FieldErrorCode::HubRefused));
    assert!(report.next_try.unwrap().millis_since(phone.tools.clock.now()) > 599_000);
    assert_eq!(phone.line.hub().requests, before);
}

#[tokio::test(start_paused = true)]
async fn a_hotels_sign_in_page_is_not_the_hub() {
    let phone = Phone::enrolled().await;
    let records = [phone.check_in()];
    phone.line.disturb([Fault::WebPage; 4]);
    assert_eq!(phone.sync().await.stuck, Some(FieldErrorCode::HubAnswer));
    assert_sound(&phone, &records, &[]);
    assert!(!phone.is_received(records[0]));
}

#[tokio::test(start_paused = true)]
async fn a_revoked_phone_keeps_what_waits_and_a_new_enrolment_sends_it() {
    let phone = Phone::enrolled().await;
    let before = phone.check_in();
    phone.line.hub().devices.values_mut().for_each(|device| device.revoked = true);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.records_waiting), (Some(FieldErrorCode::DeviceRevoked), 1));
    let revoked = || phone.store.read(device::current).unwrap().unwrap().revoked;
    assert!(revoked(), "a phone remembers that it was revoked");

    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    let after = phone.check_in();
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.moved.records_received), (None, 2));
    assert!(!revoked());
    assert_all_received(&phone, &[before, after], &[]);
}

#[tokio::test(start_paused = true)]
async fn a_key_store_that_was_reset_hands_its_records_over_locked() {
    let phone = Phone::enrolled().await;
    let content = super::phone::content(300_000, 1);
    let (record, photos) = phone.inspect(std::slice::from_ref(&content));
    let phone = phone.restarted(true);
    let lost = phone.syncer.sync(phone.parts(), None).await.unwrap_err();
    assert_eq!(lost.code(), FieldErrorCode::KeyLost);

    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    let report = phone.sync().await;
    assert_eq!((report.moved.records_received, report.moved.photos_received), (1, 1), "{report:?}");
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_was_never_enrolled_says_so() {
    let phone = Phone::new(FakeHub::new());
    let error = phone.syncer.sync(phone.parts(), None).await.unwrap_err();
    assert!(matches!(error, FieldError::NotEnrolled));
}

#[tokio::test(start_paused = true)]
async fn one_sync_at_a_time_and_it_can_be_stopped() {
    let phone = Phone::enrolled().await;
    let records = [phone.check_in()];
    let stopping = async {
        tokio::task::yield_now().await;
        let second = phone.syncer.sync(phone.parts(), None).await.unwrap_err();
        assert!(matches!(second, FieldError::AlreadySyncing));
        assert!(phone.syncer.sending().contains(&records[0]));
        phone.syncer.cancel();
    };
    let (first, ()) = tokio::join!(phone.syncer.sync(phone.parts(), None), stopping);
    assert!(matches!(first.unwrap_err(), FieldError::Cancelled));
    assert!(phone.syncer.sending().is_empty());
    phone.sync().await;
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn a_newer_hub_is_told_at_once_and_what_waits_is_sent_after_the_update() {
    let phone = Phone::enrolled().await;
    let records = [phone.check_in()];
    let before = phone.line.hub().requests;
    phone.line.disturb([Fault::Newer]);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.records_waiting), (Some(FieldErrorCode::HubNewer), 1));
    assert!(report.next_try.is_some() && report.alerts.is_empty());
    assert_eq!(phone.line.hub().requests, before, "it was asked again though the answer will be the same");
    phone.sync().await;
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn each_answer_sets_the_phones_idea_of_the_hubs_clock() {
    let phone = Phone::enrolled().await;
    phone.line.hub().now = "2026-11-25T01:00:00Z".parse().unwrap();
    phone.sync().await;
    let anchor = phone.store.read(|conn| meta::get(conn, meta::CLOCK_ANCHOR)).unwrap().unwrap();
    assert_eq!(anchor.hub, phone.line.hub().now);
}
