use proptest::prelude::*;

use super::assert_sound;
use super::line::Fault;
use super::phone::{Phone, content};
use crate::domain::Name;
use crate::field::store::meta;
use crate::field::sync::{ASKED_REPORT, AskedReport, ReportFate};
use crate::field::{FieldErrorCode, StoreError};
use crate::wire::{KeyStore, ProblemCode, Program};

fn ask(phone: &Phone) {
    let name = |text: &str| Name::new(text).unwrap();
    let program = Program { version: name("1.0"), system: name("Android 15") };
    let asked = AskedReport { asked_at: phone.tools.clock.now(), program, fate: ReportFate::Waiting };
    phone.store.write(|tx| meta::put(tx, ASKED_REPORT, &asked)).unwrap();
}

fn fate(phone: &Phone) -> ReportFate {
    let asked = phone.store.read(|conn| meta::get(conn, ASKED_REPORT));
    Result::<_, StoreError>::unwrap(asked).unwrap().fate
}

#[tokio::test(start_paused = true)]
async fn a_report_tells_how_the_phone_stands_after_all_else_was_handed_over() {
    let phone = Phone::enrolled().await;
    let refused = phone.check_in();
    phone.line.hub().refuse.insert(refused, crate::wire::RefusalCode::OutOfScope);
    phone.check_in();
    ask(&phone);
    assert_eq!(phone.sync().await.stuck, None);
    assert!(matches!(fate(&phone), ReportFate::Reported { .. }));
    let hub = phone.line.hub();
    let [report] = hub.reports.as_slice() else { panic!("{:?}", hub.reports) };
    assert_eq!((report.outbox.waiting, report.outbox.refused), (0, 1));
    assert_eq!(report.program.system.as_str(), "Android 15");
    assert_eq!((report.key_store, report.was_damaged), (KeyStore::Sound, false));
    assert!(report.issues.is_empty() && report.room.database > 0 && report.synced_at.is_some());
}

#[tokio::test(start_paused = true)]
async fn without_a_line_it_waits_and_goes_with_the_next_sync_once() {
    let phone = Phone::enrolled().await;
    ask(&phone);
    phone.line.disturb([Fault::Offline; 8]);
    assert_eq!(phone.sync().await.stuck, Some(FieldErrorCode::Offline));
    assert_eq!(fate(&phone), ReportFate::Waiting);
    let phone = phone.restarted(false);
    phone.line.disturb([]);
    phone.sync().await;
    assert!(matches!(fate(&phone), ReportFate::Reported { .. }));
    phone.sync().await;
    assert_eq!(phone.line.hub().reports.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_phone_whose_photos_the_line_does_not_carry_reports_all_the_same() {
    let phone = Phone::enrolled().await;
    phone.inspect(&[content(10, 1)]);
    ask(&phone);
    // The record arrives; nothing is heard of the photo.
    phone.line.disturb([Fault::None].into_iter().chain([Fault::AnswerLost; 4]));
    assert_eq!(phone.sync().await.stuck, Some(FieldErrorCode::Offline));
    assert!(matches!(fate(&phone), ReportFate::Reported { .. }));
    assert_eq!(phone.line.hub().reports[0].outbox.photos, 1);
}

#[tokio::test(start_paused = true)]
async fn a_hub_of_an_older_version_is_told_once_and_holds_nothing_up() {
    let phone = Phone::enrolled().await;
    phone.line.hub().unknown_path = Some("/api/v1/devices/self-report");
    let record = phone.check_in();
    ask(&phone);
    let report = phone.sync().await;
    assert_eq!((report.stuck, report.next_try), (None, None));
    assert_eq!(fate(&phone), ReportFate::Refused { code: ProblemCode::NotFound });
    assert!(phone.is_received(record));
}

#[tokio::test(start_paused = true)]
async fn a_phone_that_lost_its_key_says_so_once_it_is_enrolled_again() {
    let phone = Phone::enrolled().await;
    phone.check_in();
    let phone = phone.restarted(true);
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    ask(&phone);
    phone.sync().await;
    let hub = phone.line.hub();
    assert_eq!(hub.reports[0].key_store, KeyStore::LostKey);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_the_line_does_it_is_said_to_be_reported_only_when_the_hub_has_it(
        faults in prop::collection::vec(prop::sample::select(Fault::KINDS.to_vec()), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let phone = Phone::enrolled().await;
            let record = phone.check_in();
            ask(&phone);
            phone.line.disturb(faults);
            phone.sync().await;
            if fate(&phone) != ReportFate::Waiting {
                assert!(!phone.line.hub().reports.is_empty());
            }
            assert_sound(&phone, &[record], &[]);
            phone.line.disturb([]);
            phone.sync().await;
            assert!(matches!(fate(&phone), ReportFate::Reported { .. }));
        });
    }
}
