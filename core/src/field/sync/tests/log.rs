use super::fake_hub::FakeHub;
use super::line::Fault;
use super::phone::{Phone, content};
use super::{assert_all_received, assert_sound};
use crate::domain::{MemberId, RecordId, Timestamp, Venue, Visit};
use crate::field::FieldErrorCode;
use crate::field::store::photos::{self, PhotoState};
use crate::field::store::{StoreError, meta, reference, visits};
use crate::field::sync::{LOG_BREAK, SyncAlert};
use crate::field::testing::{arcade, cafe};
use crate::wire::merkle::{LeafHash, leaf_hash};
use crate::wire::{Change, RefusalCode, Signed as _, SigningKey, TreeHead};

async fn with_records(count: usize) -> (Phone, Vec<RecordId>) {
    let phone = Phone::enrolled().await;
    let records = (0..count).map(|_| phone.check_in()).collect();
    phone.sync().await;
    (phone, records)
}

/// Makes the hub say that its log has these leaves.
fn rewrite(hub: &mut FakeHub, leaves: Vec<LeafHash>) {
    hub.leaves = leaves;
}

fn remembered(phone: &Phone) -> TreeHead {
    let head = phone.store.read(|conn| meta::get(conn, meta::LOG_HEAD)).unwrap().unwrap();
    TreeHead::verify(&head, &phone.line.hub().key()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_log_that_grows_is_followed() {
    let (phone, _) = with_records(5).await;
    assert_eq!(remembered(&phone).size, 5);
    phone.line.hub().leaves.push(leaf_hash(b"another phone's"));
    let report = phone.sync().await;
    assert_eq!((report.alerts.len(), remembered(&phone).size), (0, 6));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_a_changed_and_a_replaced_record_are_found_out() {
    for (name, tamper) in [
        ("dropped", (|leaves| drop(leaves.drain(1..2))) as fn(&mut Vec<LeafHash>)),
        ("changed", |leaves| leaves[1] = leaf_hash(b"changed")),
        ("dropped, and others added", |leaves| {
            leaves.remove(1);
            leaves.extend([leaf_hash(b"x"), leaf_hash(b"y")]);
        }),
    ] {
        let (phone, _) = with_records(5).await;
        let mut leaves = phone.line.hub().leaves.clone();
        tamper(&mut leaves);
        let seen = leaves.len() as u64;
        rewrite(&mut phone.line.hub(), leaves);
        let report = phone.sync().await;
        assert_eq!(report.alerts, [SyncAlert::LogRewritten { known: 5, seen }], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_break_all_goes_out_again_nothing_is_let_go_and_it_is_said_each_time() {
    let (phone, records) = with_records(5).await;
    rewrite(&mut phone.line.hub(), vec![leaf_hash(b"another past")]);
    phone.sync().await;
    let proof = phone.store.read(|conn| meta::get(conn, LOG_BREAK)).unwrap().unwrap();
    for (head, size) in [(&proof.known_head, 5), (&proof.seen_head, 1)] {
        assert_eq!(TreeHead::verify(head, &phone.line.hub().key()).unwrap().size, size);
    }

    assert!(
        records.iter().all(|id| !phone.is_received(*id)),
        "what the hub may have lost is not called received"
    );

    let phone = phone.restarted(false);
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    let report = phone.sync().await;
    assert_eq!(report.alerts, [SyncAlert::LogRewritten { known: 5, seen: 1 }]);
    assert_eq!((report.moved.records_received, report.moved.photos_received), (6, 1));
    assert!(phone.is_received(record) && phone.has_file(photos[0]));
    assert_eq!(remembered(&phone).size, 5, "the last good word stays as proof");
    phone.sync().await;
    assert!(phone.has_file(photos[0]));
    assert!(records.iter().all(|id| phone.is_received(*id)));
}

#[tokio::test(start_paused = true)]
async fn a_new_card_ends_it_and_gives_a_restored_hub_again_what_it_lost() {
    let (phone, mut records) = with_records(5).await;
    phone.line.hub().restore(3);
    assert_eq!(phone.sync().await.alerts, [SyncAlert::LogRewritten { known: 5, seen: 3 }]);
    let (record, photos) = phone.inspect(&[content(10, 1)]);
    records.push(record);
    phone.sync().await;
    phone.line.hub().restore(2);
    assert!(phone.has_file(photos[0]));

    // The head who was told makes out a new card.
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts.len(), report.moved.records_received), (None, 0, 6));
    assert_all_received(&phone, &records, &photos);
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_lost_its_news_only_is_read_from_the_beginning() {
    let (phone, records) = with_records(5).await;
    phone.line.hub().feed.truncate(4);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts.len(), report.moved.changes), (None, 0, 4));
    assert_all_received(&phone, &records, &[]);
}

fn venues(phone: &Phone) -> Vec<Venue> {
    phone.store.read(reference::venues).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_cut_while_all_is_read_anew_leaves_the_phone_with_what_it_had() {
    let (phone, _) = with_records(4).await;
    phone.line.hub().feed.extend([cafe(), arcade()].map(Change::Venue));
    phone.sync().await;
    let had = venues(&phone);
    assert_eq!(had.len(), 2);
    // The copy that was put back knows one of the venues only, and pages are small.
    phone.line.hub().feed.retain(|change| *change != Change::Venue(arcade()));
    phone.line.hub().page = 2;
    for cut in 1..3 {
        phone.line.disturb([vec![Fault::None; cut], vec![Fault::Offline; 4]].concat());
        assert_eq!(phone.sync().await.stuck, Some(FieldErrorCode::Offline));
        assert_eq!(venues(&phone), had, "after {cut}");
    }
    // A phone that was killed goes on where it was.
    let phone = phone.restarted(false);
    assert_eq!(venues(&phone), had);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts.len()), (None, 0));
    assert_eq!(venues(&phone), [cafe()]);
    let left = phone.store.read(|conn| {
        Ok::<i64, StoreError>(conn.query_row("SELECT count(*) FROM staged", [], |row| row.get(0))?)
    });
    assert_eq!(left.unwrap(), 0);
    // And what comes after it is applied as ever.
    phone.line.hub().feed.push(Change::Venue(arcade()));
    phone.sync().await;
    assert_eq!(venues(&phone), had);
}

/// A phone whose hub was put back, and that has put by the first page of what it reads anew.
async fn reading_anew() -> Phone {
    let (phone, _) = with_records(4).await;
    phone.line.hub().feed.extend([cafe(), arcade()].map(Change::Venue));
    phone.sync().await;
    phone.line.hub().feed.retain(|change| *change != Change::Venue(arcade()));
    phone.line.hub().page = 2;
    phone.line.disturb([vec![Fault::None; 2], vec![Fault::Offline; 4]].concat());
    assert_eq!(phone.sync().await.stuck, Some(FieldErrorCode::Offline));
    phone
}

fn alter(phone: &Phone, sql: &str) {
    phone.store.write(|tx| tx.execute_batch(sql).map_err(StoreError::from)).unwrap();
}

#[tokio::test(start_paused = true)]
async fn pages_put_by_that_cannot_be_read_are_thrown_away_and_read_anew() {
    for damage in ["'[{'", "'[]x'", "CAST(x'ff' AS TEXT)", "''"] {
        let phone = reading_anew().await;
        let kept = phone.check_in();
        alter(&phone, &format!("UPDATE staged SET body = {damage}"));
        let report = phone.sync().await;
        assert_eq!((report.stuck, report.alerts.len(), report.next_try), (None, 0, None), "{damage}");
        assert_eq!(venues(&phone), [cafe()], "{damage}");
        assert!(phone.is_received(kept), "{damage}");
        assert_eq!(phone.sync().await.moved.changes, 0, "{damage}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_put_by_that_cannot_be_read_twice_in_a_row_are_an_error_and_what_is_shown_stays() {
    let phone = reading_anew().await;
    let had = venues(&phone);
    // Whatever this phone puts by is damaged from now on.
    alter(
        &phone,
        "CREATE TRIGGER rot AFTER INSERT ON staged BEGIN UPDATE staged SET body = '[' WHERE number = new.number; END",
    );
    let waiting = phone.check_in();
    for _ in 0..2 {
        let before = phone.line.hub().requests;
        let error = phone.syncer.sync(phone.parts(), None).await.unwrap_err();
        assert_eq!(error.code(), FieldErrorCode::Storage);
        assert_eq!(venues(&phone), had);
        assert!(phone.line.hub().requests - before < 12, "it asks for ever");
    }
    assert!(phone.is_received(waiting), "what was handed over before stays so");
    alter(&phone, "DROP TRIGGER rot");
    assert_eq!(phone.sync().await.stuck, None);
    assert_eq!(venues(&phone), [cafe()]);
    // Once they were taken over, it may happen once more.
    phone.line.hub().feed.retain(|change| *change != Change::Venue(cafe()));
    phone.line.disturb([vec![Fault::None; 2], vec![Fault::Offline; 4]].concat());
    phone.sync().await;
    alter(&phone, "UPDATE staged SET body = ''");
    assert_eq!(phone.sync().await.stuck, None);
    assert_eq!(venues(&phone), []);
}

#[tokio::test(start_paused = true)]
async fn news_that_lead_back_or_nowhere_end_the_sync() {
    let (phone, _) = with_records(5).await;
    let cursor = phone.store.read(|conn| meta::get(conn, meta::CURSOR)).unwrap().unwrap().0;
    for goes_to in [cursor, 0] {
        phone.line.hub().goes_to = Some(goes_to);
        assert_eq!(phone.sync().await.stuck, Some(FieldErrorCode::HubAnswer), "to {goes_to}");
    }
    phone.line.hub().goes_to = None;
    assert_eq!(phone.sync().await.stuck, None);
}

#[tokio::test(start_paused = true)]
async fn a_hub_restored_to_before_a_receipt_is_found_out_even_if_no_head_was_seen_since() {
    let (phone, _) = with_records(3).await;
    let (before, next) = (phone.line.hub().leaves.clone(), phone.check_in());
    // The push passes, the news do not.
    phone.line.disturb([Fault::None, Fault::Offline, Fault::Offline, Fault::Offline, Fault::Offline]);
    phone.sync().await;
    assert!(phone.is_received(next));
    rewrite(&mut phone.line.hub(), before);
    let report = phone.sync().await;
    assert_eq!(report.alerts, [SyncAlert::LogRewritten { known: 3, seen: 3 }]);
}

/// A phone with three records that the hub knows by a head, and a fourth that it was given a receipt for only: the news
/// after it did not come through.
async fn with_a_receipt_beyond_the_head() -> (Phone, Vec<RecordId>) {
    let (phone, mut records) = with_records(3).await;
    records.push(phone.check_in());
    phone.line.disturb([Fault::None, Fault::Offline, Fault::Offline, Fault::Offline, Fault::Offline]);
    phone.sync().await;
    assert_eq!(remembered(&phone).size, 3);
    assert!(records.iter().all(|id| phone.is_received(*id)));
    (phone, records)
}

#[tokio::test(start_paused = true)]
async fn a_restored_hub_that_took_others_since_is_found_out_and_is_given_what_it_lost() {
    let (phone, records) = with_a_receipt_beyond_the_head().await;
    phone.line.hub().restore(3);
    phone.line.hub().leaves.extend([leaf_hash(b"another phone's"), leaf_hash(b"and one more")]);
    let report = phone.sync().await;
    assert_eq!(report.alerts, [SyncAlert::LogRewritten { known: 3, seen: 5 }]);
    assert!(!phone.is_received(records[3]), "what the hub lost is not called received");
    phone.sync().await;
    assert!(records.iter().all(|id| phone.is_received(*id)));
    let hub = phone.line.hub();
    assert_eq!((hub.records.len(), hub.leaves.len()), (4, 6), "it has all four, behind the two of others");
}

#[tokio::test(start_paused = true)]
async fn the_farthest_receipt_is_proven_once_and_a_line_that_garbles_raises_no_alarm() {
    for at in (0..500).step_by(25) {
        let (phone, _) = with_a_receipt_beyond_the_head().await;
        phone.line.disturb([Fault::None, Fault::AnswerGarbled(at)]);
        let report = phone.sync().await;
        assert_eq!((report.stuck, report.alerts.len()), (None, 0), "at {at}");
    }
    let (phone, records) = with_a_receipt_beyond_the_head().await;
    phone.sync().await;
    assert_eq!(remembered(&phone).size, 4);
    // Asked once more, this hub would know nothing of it.
    let known = std::mem::take(&mut phone.line.hub().records);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts.len()), (None, 0));
    phone.line.hub().records = known;
    assert_all_received(&phone, &records, &[]);
}

fn visit(phone: &Phone, record: RecordId) -> Option<Visit> {
    phone.store.read(|conn| visits::get(conn, record)).unwrap()
}

#[tokio::test(start_paused = true)]
async fn what_waits_again_after_a_break_counts_as_unsent_and_no_more_at_all_if_it_is_refused() {
    let (phone, records) = with_records(5).await;
    assert!(visit(&phone, records[4]).unwrap().received_at.is_some());
    phone.line.hub().restore(3);
    phone.line.hub().refuse.insert(records[4], RefusalCode::UnknownDevice);
    phone.sync().await;
    let [kept, lost] = [&records[0], &records[4]].map(|record| visit(&phone, *record).unwrap());
    assert!(kept.received_at.is_some(), "the hub told of it");
    assert_eq!(lost.received_at, None, "the hub did not");
    phone.sync().await;
    assert!(phone.is_received(records[3]) && !phone.is_received(records[4]));
    assert_eq!(visit(&phone, records[4]), None, "the hub does not count it either");
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_is_put_back_once_more_while_a_break_stands_is_given_again_what_it_lost() {
    let (phone, records) = with_records(5).await;
    for _ in 0..2 {
        phone.line.hub().restore(3);
        phone.sync().await;
        assert!(
            records.iter().all(|id| !phone.is_received(*id)),
            "what the hub may have lost is not called received"
        );
        phone.sync().await;
        assert!(records.iter().all(|id| phone.is_received(*id)));
        assert_eq!(phone.line.hub().records.len(), 5);
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_photo_that_was_let_go_a_hub_put_back_is_asked_whether_it_has_it() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[content(10, 1), content(20, 2)]);
    phone.sync().await;
    assert_all_received(&phone, &[record], &photos);
    assert!(photos.iter().all(|photo| !phone.has_file(*photo)));
    rewrite(&mut phone.line.hub(), vec![leaf_hash(b"another past")]);
    phone.line.hub().photos.remove(&photos[1]);
    phone.line.hub().uploads.remove(&photos[1]);
    phone.sync().await;
    let report = phone.sync().await;
    assert!(report.alerts.contains(&SyncAlert::PhotoDamaged(photos[1])), "{:?}", report.alerts);
    let state = |photo| phone.store.read(|conn| photos::get(conn, photo)).unwrap().unwrap().state;
    assert!(matches!(state(photos[0]), PhotoState::Received(_)), "this one it has");
    assert!(matches!(state(photos[1]), PhotoState::Refused(_)), "and this one nobody has");
}

#[tokio::test(start_paused = true)]
async fn what_another_member_of_the_station_handed_over_from_this_phone_is_given_again_as_well() {
    let (phone, records) = with_records(3).await;
    let first = phone.line.hub().member.clone();
    phone.line.hub().member.id = MemberId::mint(Timestamp::from_millis(5), [5; 10]);
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    phone.line.hub().restore(1);
    assert_eq!(phone.sync().await.alerts, [SyncAlert::LogRewritten { known: 3, seen: 1 }]);
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    phone.sync().await;
    assert!(
        records.iter().all(|id| !phone.is_received(*id)),
        "they wait until the phone is its member's again"
    );

    phone.line.hub().member = first;
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts.len()), (None, 0));
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn a_proof_that_the_line_lost_is_asked_for_alone_before_any_alarm() {
    let (phone, _) = with_records(5).await;
    phone.line.hub().leaves.push(leaf_hash(b"another phone's"));
    phone.line.hub().forget_proofs = true;
    let report = phone.sync().await;
    assert_eq!((report.alerts.len(), remembered(&phone).size), (0, 6));
}

#[tokio::test(start_paused = true)]
async fn another_hub_in_the_hubs_place_is_not_believed_in_anything() {
    let (phone, records) = with_records(2).await;
    let cursor = phone.store.read(|conn| meta::get(conn, meta::CURSOR)).unwrap();
    let other = SigningKey::from_seed([66; 32]);
    let real = std::mem::replace(&mut phone.line.hub().signing, other);
    let station = phone.line.hub().station.clone();
    phone.line.hub().feed.push(Change::Station(station));
    let next = phone.check_in();
    let report = phone.sync().await;
    assert_eq!(report.stuck, Some(FieldErrorCode::HubUntrusted));
    assert_eq!(report.alerts, [SyncAlert::ForgedReceipt(next), SyncAlert::OtherHub]);
    assert_eq!(phone.store.read(|conn| meta::get(conn, meta::CURSOR)).unwrap(), cursor);
    phone.line.hub().signing = real;
    assert_sound(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn an_old_head_is_no_alarm_and_not_followed() {
    let (phone, _) = with_records(5).await;
    let leaves = phone.line.hub().leaves.clone();
    let now = phone.line.hub().now;
    phone.line.hub().leaves.truncate(3);
    phone.line.hub().now = Timestamp::from_millis(now.millis() - 3_600_000);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.alerts.len()), (Some(FieldErrorCode::HubAnswer), 0));
    phone.line.hub().leaves = leaves;
    phone.line.hub().now = now;
    assert_eq!(phone.sync().await.stuck, None);
}

#[tokio::test(start_paused = true)]
async fn changes_come_page_by_page_and_go_on_where_a_cut_line_left_them() {
    let phone = Phone::enrolled().await;
    let station = phone.line.hub().station.clone();
    phone.line.hub().feed.extend(vec![Change::Station(station); 10]);
    phone.line.disturb([
        Fault::None,
        Fault::None,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
        Fault::Offline,
    ]);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.moved.changes), (Some(FieldErrorCode::Offline), 6));
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.moved.changes), (None, 4));
    let cursor = phone.store.read(|conn| meta::get(conn, meta::CURSOR)).unwrap().unwrap();
    assert_eq!(cursor.0, phone.line.hub().feed.len() as u64);
}
