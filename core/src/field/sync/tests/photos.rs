use super::line::Fault;
use super::phone::{Phone, content};
use super::{assert_all_received, assert_sound};
use crate::domain::PhotoId;
use crate::field::FieldErrorCode;
use crate::field::observer::{SyncEvent, SyncObserver};
use crate::field::store::photos::{self as photo_rows, PhotoState};
use crate::field::sync::upload::FIRST_PIECE;
use crate::field::sync::{SyncAlert, Syncer};
use crate::wire::{RefusalCode, limits};

fn state(phone: &Phone, photo: PhotoId) -> PhotoState {
    phone.store.read(|conn| photo_rows::get(conn, photo)).unwrap().unwrap().state
}

#[tokio::test(start_paused = true)]
async fn photos_follow_their_record_and_leave_the_phone_with_their_receipt() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(600_000, 1), content(5, 2), content(262_144, 3)]);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.moved.photos_received, report.photos_waiting), (None, 3, 0));
    assert_all_received(&phone, &[record], &photos);
    let received = |photo: &PhotoId| phone.line.hub().photos[photo].received_at;
    assert!(received(&photos[1]) < received(&photos[2]) && received(&photos[2]) < received(&photos[0]));
}

#[tokio::test(start_paused = true)]
async fn a_photo_cut_ten_times_goes_on_from_where_the_hub_stands() {
    let phone = Phone::enrolled().await;
    let bytes = content(4 * limits::PHOTO_CHUNK_BYTES + 7, 1);
    let (record, photos) = phone.inspect(std::slice::from_ref(&bytes));
    let cuts = [Fault::Offline, Fault::AnswerLost, Fault::None, Fault::WebPage, Fault::Busy];
    // The push, its two answers and the creation pass; then every other request is cut.
    let faults = [Fault::None; 2]
        .into_iter()
        .chain(cuts.into_iter().flat_map(|cut| [cut, Fault::None]).cycle().take(20));
    phone.line.disturb(faults);
    let before = phone.line.hub().requests;
    for _ in 0..8 {
        phone.sync().await;
        assert_sound(&phone, &[record], &photos);
    }
    assert_all_received(&phone, &[record], &photos);
    assert_eq!(phone.line.hub().uploads[&photos[0]].bytes, bytes);
    assert!(phone.line.hub().requests - before < 60);
}

#[tokio::test(start_paused = true)]
async fn a_forged_photo_receipt_keeps_the_photo_on_the_phone() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    phone.line.disturb([Fault::None, Fault::Offline, Fault::Offline, Fault::Offline, Fault::Offline]);
    phone.sync().await;
    assert!(phone.is_received(record));

    phone.line.hub().forge_receipts = true;
    let report = phone.sync().await;
    assert_eq!(report.alerts, [SyncAlert::ForgedPhotoReceipt(photos[0])]);
    assert!(phone.has_file(photos[0]) && report.next_try.is_some());
    phone.line.hub().forge_receipts = false;
    phone.sync().await;
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_expired_begins_anew() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(300_000, 1)]);
    phone.line.disturb([
        Fault::None,
        Fault::None,
        Fault::None,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
    ]);
    phone.sync().await;
    assert_eq!(phone.line.hub().uploads[&photos[0]].bytes.len(), FIRST_PIECE);
    phone.line.hub().uploads.clear();
    phone.sync().await;
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn an_upload_that_expired_begins_anew_for_somebody_who_never_waits() {
    struct Impatient<'a>(&'a Syncer);
    impl SyncObserver for Impatient<'_> {
        fn on_event(&self, event: SyncEvent) {
            if matches!(event, SyncEvent::Retrying { .. }) {
                self.0.cancel();
            }
        }
    }

    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(300_000, 1)]);
    let impatient = Impatient(&phone.syncer);
    phone.line.disturb([Fault::None, Fault::None, Fault::None, Fault::Offline]);
    assert!(phone.syncer.sync(phone.parts(), Some(&impatient)).await.is_err());
    phone.line.hub().uploads.clear();
    assert!(phone.syncer.sync(phone.parts(), Some(&impatient)).await.is_err());
    phone.syncer.sync(phone.parts(), Some(&impatient)).await.unwrap();
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_photo_half_sent_when_its_key_was_lost_begins_anew_as_it_lies() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(300_000, 1)]);
    phone.line.disturb([
        Fault::None,
        Fault::None,
        Fault::None,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
    ]);
    phone.sync().await;
    let phone = phone.restarted(true);
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    phone.sync().await;
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_photo_announced_unheard_when_its_key_was_lost_begins_anew_as_it_lies() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(300_000, 1)]);
    // The record arrives, the announcement too; its answer does not.
    let offline = [Fault::Offline; 8];
    phone.line.disturb([Fault::None, Fault::AnswerLost].into_iter().chain(offline));
    phone.sync().await;
    assert_eq!(phone.line.hub().uploads[&photos[0]].length, 300_000);
    let phone = phone.restarted(true);
    let card = phone.line.hub().card();
    phone.line.disturb([]);
    phone.enrol(&card).await.unwrap();
    phone.sync().await;
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_damaged_photo_steps_aside_and_its_record_is_not_affected() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1), content(20, 2)]);
    std::fs::write(phone.store.photo_file(photos[0]), b"garbage").unwrap();
    let report = phone.sync().await;
    assert_eq!(report.alerts, [SyncAlert::PhotoDamaged(photos[0])]);
    assert_eq!((report.moved.photos_received, report.next_try), (1, None));
    assert!(phone.is_received(record));
    assert!(matches!(state(&phone, photos[0]), PhotoState::Refused(_)));
    assert!(phone.has_file(photos[0]), "not even what is damaged is deleted");
}

#[tokio::test(start_paused = true)]
async fn pieces_of_another_upload_are_given_up_once() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(300_000, 1)]);
    phone.line.disturb([
        Fault::None,
        Fault::None,
        Fault::None,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
    ]);
    phone.sync().await;
    phone.line.hub().uploads.get_mut(&photos[0]).unwrap().bytes[9] ^= 1;
    let report = phone.sync().await;
    assert_eq!(report.alerts, []);
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn photos_that_fail_hold_up_neither_records_nor_news() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    phone.line.disturb([Fault::None, Fault::Busy, Fault::Busy, Fault::Busy, Fault::Busy]);
    let report = phone.sync().await;
    assert!(phone.is_received(record));
    assert_eq!((report.moved.changes, report.photos_waiting), (1, 1));
    assert!(report.next_try.is_some());
    phone.sync().await;
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_carries_no_piece_of_a_photo_still_brings_the_news() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1), content(10, 2), content(10, 3)]);
    phone.line.disturb([Fault::None, Fault::Offline, Fault::Offline, Fault::Offline, Fault::Offline]);
    assert_eq!(phone.sync().await.moved.changes, 1);
    phone.line.carry_at_most(9);
    for _ in 0..2 {
        let again = phone.line.hub().feed[0].clone();
        phone.line.hub().feed.push(again);
        let report = phone.sync().await;
        assert_eq!((report.stuck, report.photos_waiting), (Some(FieldErrorCode::Offline), 3));
        assert_eq!(report.moved.changes, 1);
        assert_sound(&phone, &[record], &photos);
    }
}

#[tokio::test(start_paused = true)]
async fn photos_of_a_refused_record_wait_with_it() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    phone.line.hub().refuse.insert(record, RefusalCode::UnknownVenue);
    let report = phone.sync().await;
    assert_eq!((report.moved.photos_received, report.photos_waiting, report.next_try), (0, 1, None));
    assert!(phone.has_file(photos[0]));
    assert!(report.alerts.is_empty() && report.stuck != Some(FieldErrorCode::HubRefused));
}

#[tokio::test(start_paused = true)]
async fn a_photo_refused_in_a_word_of_a_newer_hub_waits_for_the_update_and_is_told_of_once() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1), content(20, 2), content(30, 3), content(40, 4)]);
    let refused = photos.iter().map(|photo| SyncAlert::NewerPhotoRefusal(*photo));
    let mut before = vec![Fault::None];
    for told in [refused.collect::<Vec<_>>(), Vec::new()] {
        phone.line.disturb(before.into_iter().chain([Fault::Newer; 4]));
        let report = phone.sync().await;
        assert_eq!((report.stuck, &report.alerts), (None, &told), "it holds up nothing");
        assert_eq!((report.photos_waiting, report.next_try), (4, None), "only an update helps");
        assert!(phone.is_received(record) && photos.iter().all(|photo| phone.has_file(*photo)));
        before = Vec::new();
    }
    assert_eq!(phone.sync().await.stuck, None);
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_photo_that_the_hub_does_not_take_for_now_is_tried_at_each_sync_and_told_of_once() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    phone.line.disturb([Fault::None, Fault::Forbidden]);
    for alerts in [1, 0] {
        let report = phone.sync().await;
        assert_eq!((report.stuck, report.alerts.len(), report.photos_waiting), (None, alerts, 1));
        assert!(phone.has_file(photos[0]));
        phone.line.disturb([Fault::Forbidden]);
    }
    phone.line.disturb([]);
    assert_eq!(phone.sync().await.alerts, []);
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_file_left_by_a_phone_that_died_after_the_receipt_is_swept_away() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    phone.sync().await;
    phone.store.write_photo(photos[0], b"left behind").unwrap();
    phone.sync().await;
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_locked_photo_whose_last_answer_was_lost_gets_its_receipt_by_asking() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    let phone = phone.restarted(true);
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    phone.line.disturb([Fault::None, Fault::None, Fault::AnswerLost]);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts.len()), (None, 0));
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn a_photo_that_the_hub_has_already_is_not_sent_again() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    // The phone dies after the last piece arrived, and its database falls back to before the upload.
    phone.line.disturb([
        Fault::None,
        Fault::None,
        Fault::AnswerLost,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
    ]);
    phone.sync().await;
    phone.store.write(|tx| photo_rows::set_upload(tx, photos[0], None)).unwrap();
    let before = phone.line.hub().requests;
    phone.sync().await;
    assert_all_received(&phone, &[record], &photos);
    assert_eq!(phone.line.hub().requests - before, 2, "one announcement, one look at the news");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_breaks_every_20_kb_still_carries_a_photo_in_one_sync() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(300_000, 1)]);
    phone.line.carry_at_most(20_000);
    assert_eq!(phone.sync().await.stuck, None);
    assert_all_received(&phone, &[record], &photos);
}
