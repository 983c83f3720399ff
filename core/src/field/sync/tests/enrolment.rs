use super::assert_all_received;
use super::fake_hub::FakeHub;
use super::line::Fault;
use super::phone::Phone;
use crate::field::FieldError;
use crate::field::FieldErrorCode;
use crate::field::store::{data_keys, device};
use crate::wire::{EnrolLink, ProblemCode, SigningKey};

#[tokio::test(start_paused = true)]
async fn a_card_makes_the_phone_a_device_and_wraps_its_key_for_the_hub() {
    let phone = Phone::new(FakeHub::new());
    let card = phone.line.hub().card();
    let owner = phone.enrol(&card).await.unwrap();
    assert_eq!(owner.member, phone.line.hub().member);
    let device = phone.store.read(device::current).unwrap().unwrap();
    assert!(phone.line.hub().devices.values().any(|known| known.id == device.id));
    assert!(phone.store.read(|conn| data_keys::for_hub(conn, device.data_key)).unwrap().is_some());
    assert_eq!(phone.store.read(device::pending).unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_does_not_burn_the_code_even_if_the_phone_dies_over_it() {
    let phone = Phone::new(FakeHub::new());
    let card = phone.line.hub().card();
    phone.line.disturb([Fault::AnswerLost; 4]);
    let error = phone.enrol(&card).await.unwrap_err();
    assert!(matches!(error, FieldError::Offline(_)));
    let phone = phone.restarted(false);
    phone.enrol(&card).await.unwrap();
    assert_eq!(phone.line.hub().devices.len(), 1);
    let record = phone.check_in();
    phone.sync().await;
    assert_all_received(&phone, &[record], &[]);
}

#[tokio::test(start_paused = true)]
async fn a_used_and_an_unknown_code_are_told_apart() {
    let phone = Phone::enrolled().await;
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    let again = phone.enrol(&card).await.unwrap_err();
    assert!(matches!(again, FieldError::Hub { code: ProblemCode::CodeUsed, .. }), "{again:?}");
    let made_up = EnrolLink { code: crate::wire::EnrolCode::from_random(987), ..card };
    let unknown = phone.enrol(&made_up).await.unwrap_err();
    assert!(matches!(unknown, FieldError::Hub { code: ProblemCode::CodeUnknown, .. }), "{unknown:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hub_with_another_key_than_the_cards_is_found_out() {
    let phone = Phone::new(FakeHub::new());
    let card = phone.line.hub().card();
    phone.line.hub().signing = SigningKey::from_seed([66; 32]);
    let error = phone.enrol(&card).await.unwrap_err();
    assert!(matches!(error, FieldError::HubUntrusted(_)), "{error:?}");
    assert_eq!(phone.store.read(device::current).unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_code_typed_by_hand_trusts_the_key_known_from_before() {
    let phone = Phone::enrolled().await;
    let typed = EnrolLink { key: None, ..phone.line.hub().card() };
    phone.enrol(&typed).await.unwrap();
    let typed = EnrolLink { key: None, ..phone.line.hub().card() };
    phone.line.hub().signing = SigningKey::from_seed([66; 32]);
    let error = phone.enrol(&typed).await.unwrap_err();
    assert!(matches!(error, FieldError::HubUntrusted(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_new_enrolment_begins_a_new_chain_and_sends_what_the_old_one_left() {
    let phone = Phone::enrolled().await;
    let mut records = vec![phone.check_in(), phone.check_in()];
    let first = phone.store.read(device::current).unwrap().unwrap();
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    let second = phone.store.read(device::current).unwrap().unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(second.chain.seq, 0);
    records.push(phone.check_in());
    phone.sync().await;
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn a_hub_put_back_to_before_the_phone_was_enrolled_takes_what_it_sealed_once_it_has_a_new_card() {
    let phone = Phone::enrolled().await;
    let mut records = vec![phone.check_in(), phone.check_in()];
    phone.sync().await;
    records.push(phone.check_in());
    phone.line.hub().restore(0);
    phone.line.hub().devices.clear();
    assert!(phone.sync().await.stuck.is_some(), "it does not know the phone");
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    for _ in 0..2 {
        phone.sync().await;
    }
    assert_all_received(&phone, &records, &[]);
    let told = phone.line.hub().former_told;
    phone.check_in();
    phone.sync().await;
    assert_eq!(phone.line.hub().former_told, told, "nothing more waits that the former device sealed");
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_has_no_ear_for_former_devices_says_what_it_thinks_of_the_records() {
    let phone = Phone::enrolled().await;
    let records = [phone.check_in()];
    phone.line.hub().unknown_path = Some("/api/v1/devices/former");
    let card = phone.line.hub().card();
    phone.enrol(&card).await.unwrap();
    assert_eq!(phone.sync().await.stuck, None);
    assert_all_received(&phone, &records, &[]);
}

#[tokio::test(start_paused = true)]
async fn at_a_newer_hub_an_enrolment_says_to_update_the_app_and_the_card_is_not_burnt() {
    let phone = Phone::new(FakeHub::new());
    let card = phone.line.hub().card();
    phone.line.disturb([Fault::Newer]);
    assert_eq!(phone.enrol(&card).await.unwrap_err().code(), FieldErrorCode::HubNewer);
    phone.enrol(&card).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_sync_gives_way_to_an_enrolment_and_goes_on_afterwards_as_the_new_device() {
    let phone = Phone::enrolled().await;
    let (record, photos) = phone.inspect(&[super::phone::content(200_000, 1)]);
    let card = phone.line.hub().card();
    let enrolling = async {
        // The sync is on its way when the card is scanned.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let (first, second) = tokio::join!(phone.enrol(&card), phone.enrol(&card));
        assert!(matches!(second.unwrap_err(), FieldError::AlreadySyncing), "one tap is enough");
        first
    };
    let (synced, enrolled) = tokio::join!(phone.syncer.sync(phone.parts(), None), enrolling);
    enrolled.unwrap();
    assert_eq!(synced.unwrap().stuck, None);
    assert_eq!(phone.line.hub().devices.len(), 2);
    assert_all_received(&phone, &[record], &photos);
}

#[tokio::test(start_paused = true)]
async fn stopping_a_sync_that_gave_way_stops_no_enrolment_and_it_does_not_begin_again() {
    let phone = Phone::enrolled().await;
    phone.inspect(&[super::phone::content(200_000, 1)]);
    let card = phone.line.hub().card();
    let enrolling = async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let stopping = async {
            tokio::task::yield_now().await;
            phone.syncer.cancel();
        };
        tokio::join!(phone.enrol(&card), stopping).0
    };
    let (synced, enrolled) = tokio::join!(phone.syncer.sync(phone.parts(), None), enrolling);
    enrolled.unwrap();
    assert!(matches!(synced.unwrap_err(), FieldError::Cancelled));
    phone.sync().await;
}
