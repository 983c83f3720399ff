//! A record at which the hub fails, or at whose sight somebody else answers: it holds up nothing but itself.

use super::line::Fault;
use super::phone::{Phone, content};
use super::{assert_all_received, assert_sound};
use crate::domain::RecordId;
use crate::field::FieldErrorCode;
use crate::field::store::records::RecordState;
use crate::field::sync::SyncAlert;

#[tokio::test(start_paused = true)]
async fn a_record_at_which_the_hub_fails_is_found_and_waits_while_all_else_goes_on() {
    let phone = Phone::enrolled().await;
    let mut records: Vec<RecordId> = (0..60).map(|_| phone.check_in()).collect();
    let (inspection, photos) = phone.inspect(&[content(10, 1)]);
    records.push(inspection);
    phone.line.hub().fail_at.insert(records[0]);
    let mut report = phone.sync().await;
    assert_eq!(report.stuck, Some(FieldErrorCode::HubRefused));
    for _ in 0..2 {
        report = phone.sync().await;
        assert_sound(&phone, &records, &photos);
    }
    assert_eq!((report.stuck, report.records_waiting, report.photos_waiting), (None, 1, 0));
    assert_eq!(report.alerts, [SyncAlert::Undeliverable(records[0])]);
    assert!(report.next_try.is_some() && report.moved.changes > 0);
    assert_eq!((phone.line.hub().records.len(), phone.state(records[0])), (60, RecordState::Waiting));

    // What comes to wait later goes before it, and news come with each sync.
    records.push(phone.check_in());
    assert_eq!(phone.sync().await.moved.changes, 1);
    assert!(phone.is_received(records[61]));

    phone.line.hub().fail_at.clear();
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts.len(), report.records_waiting), (None, 0, 0));
    assert_all_received(&phone, &records, &photos);
}

#[tokio::test(start_paused = true)]
async fn the_news_come_as_soon_as_it_is_one_record_alone_that_fails() {
    let phone = Phone::enrolled().await;
    let record = phone.check_in();
    phone.line.hub().fail_at.insert(record);
    let again = phone.line.hub().feed[0].clone();
    phone.line.hub().feed.push(again);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.moved.changes), (Some(FieldErrorCode::HubRefused), 1));
    assert_eq!(report.alerts, [], "it may have been the hub's bad moment");
    assert_eq!(phone.sync().await.alerts, [SyncAlert::Undeliverable(record)]);
}

#[tokio::test(start_paused = true)]
async fn many_records_at_which_the_hub_fails_keep_no_other_back_for_good() {
    let phone = Phone::enrolled().await;
    let records: Vec<RecordId> = (0..16).map(|_| phone.check_in()).collect();
    phone.line.hub().fail_at.extend(records.iter().step_by(2));
    for _ in 0..16 {
        phone.sync().await;
        assert_sound(&phone, &records, &[]);
    }
    assert!(records.iter().skip(1).step_by(2).all(|id| phone.is_received(*id)));
    phone.line.hub().fail_at.clear();
    phone.sync().await;
    phone.sync().await;
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn where_somebody_else_answers_everything_no_record_is_to_blame() {
    let phone = Phone::enrolled().await;
    let records = [phone.check_in(), phone.check_in()];
    for _ in 0..6 {
        phone.line.disturb([Fault::WebPage; 40]);
        let report = phone.sync().await;
        assert_eq!((report.stuck, report.alerts), (Some(FieldErrorCode::HubAnswer), vec![]));
        assert_sound(&phone, &records, &[]);
    }
    phone.line.disturb([]);
    assert_eq!(phone.sync().await.alerts, []);
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_carries_only_few_records_at_once_carries_all_of_them_in_the_end() {
    let phone = Phone::enrolled().await;
    let records: Vec<RecordId> = (0..60).map(|_| phone.check_in()).collect();
    phone.line.carry_at_most(1_500);
    assert_eq!(phone.sync().await.stuck, Some(FieldErrorCode::Offline));
    for _ in 0..2 {
        phone.sync().await;
    }
    assert_all_received(&phone, &records, &[]);
}
