//! A phone with its real store against a small honest hub, over a line that breaks in every way.

mod enrolment;
mod fake_hub;
mod faults;
mod held_up;
mod line;
mod log;
mod phone;
mod photos;
mod records;
mod self_report;

use phone::Phone;

use crate::domain::{PhotoId, RecordId};
use crate::field::store::photos as photo_rows;
use crate::field::store::photos::PhotoState;
use crate::field::store::records::{self as record_rows, RecordState};
use crate::wire::{verify_photo_receipt, verify_receipt};

/// What must hold at every moment, whatever happened on the line: nothing is lost, doubled or altered,
/// and nothing is said to be received that is not.
fn assert_sound(phone: &Phone, records: &[RecordId], photos: &[PhotoId]) {
    let hub = phone.line.hub();
    assert_eq!(hub.leaves.len(), hub.records.len(), "a record stands twice in the log");
    for id in records {
        let row = phone.store.read(|conn| record_rows::get(conn, *id)).unwrap().expect("a record is lost");
        if let RecordState::Received { receipt, .. } = row.state {
            let says = verify_receipt(&receipt, &hub.key(), *id, row.sha256).unwrap();
            let (had, given) = &hub.records[id];
            assert_eq!((had.hash(), &says), (row.sha256, given));
        }
    }
    for id in photos {
        let row = phone.store.read(|conn| photo_rows::get(conn, *id)).unwrap().expect("a photo is lost");
        match row.state {
            PhotoState::Received(receipt) => {
                verify_photo_receipt(&receipt, &hub.key(), *id, row.sha256, row.bytes).unwrap();
                assert!(hub.photos.contains_key(id));
            }
            _ => assert!(phone.has_file(*id), "a photo was let go without a receipt"),
        }
    }
}

/// The same after a sync over a good line: the hub has everything, and nothing waits.
fn assert_all_received(phone: &Phone, records: &[RecordId], photos: &[PhotoId]) {
    assert_sound(phone, records, photos);
    assert_eq!(phone.line.hub().records.len(), records.len());
    assert_eq!(phone.line.hub().photos.len(), photos.len());
    assert!(records.iter().all(|id| phone.is_received(*id)));
    assert!(photos.iter().all(|id| !phone.has_file(*id)));
}
