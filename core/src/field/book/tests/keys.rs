use super::answer;
use crate::field::FieldErrorCode;
use crate::field::book::NoticeCode;
use crate::field::store::{data_keys, records};
use crate::field::testing::{Phone, arcade, cafe, picture, volunteer};
use crate::wire::{HubOpeningKey, Jws, WRAP_INFO, record_aad};

fn codes(phone: &Phone) -> Vec<NoticeCode> {
    phone.status().unwrap().notices.iter().map(|notice| notice.code).collect()
}

#[test]
fn nothing_that_a_person_wrote_lies_in_the_files_in_the_clear() {
    let mut phone = Phone::of_volunteer();
    let secret = "很特别的一句话";
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let note = crate::domain::Note::new(secret).unwrap();
    phone.answer(draft, &crate::domain::ItemAnswer { note: Some(note), ..answer("wb_sign", "no") }).unwrap();
    phone.finish(draft).unwrap();
    phone.close();
    for entry in std::fs::read_dir(phone.path().join("store")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[test]
fn a_reset_key_store_wipes_nothing_and_what_waits_can_be_opened_by_the_hub() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.add_photo(draft, None, &picture()).unwrap();
    let record = phone.finish(draft).unwrap().record;
    let unfinished = phone.start(arcade().id, &[], None).unwrap();
    phone.vault.reset();
    phone.reopen();

    assert!(phone.status().unwrap().must_enrol);
    assert_eq!(codes(&phone), [NoticeCode::KeyLost, NoticeCode::LockedRecords, NoticeCode::LostDrafts]);
    let page = phone.record(record).unwrap();
    assert!(page.content.is_none() && page.line.state.note.is_some());
    let lines = phone.drafts().unwrap();
    assert!(!lines[0].readable);
    assert_eq!(phone.draft(unfinished).unwrap_err().code(), FieldErrorCode::KeyLost);
    // The volunteer goes on, and finishes once the phone is enrolled again.
    let again = phone.start(arcade().id, &[], None).unwrap();
    assert_ne!(again, unfinished);
    assert_eq!(phone.finish(again).unwrap_err().code(), FieldErrorCode::KeyLost);
    phone.enrol(&volunteer());
    let new = phone.finish(again).unwrap().record;
    assert_eq!(codes(&phone), [NoticeCode::LockedRecords, NoticeCode::LostDrafts]);
    phone.discard(unfinished).unwrap();

    let waiting = phone.store.read(|conn| records::waiting(conn, volunteer().id, 10)).unwrap();
    assert_eq!(waiting.iter().map(|row| row.id).collect::<Vec<_>>(), [record, new]);
    let wrapped = phone.store.read(|conn| data_keys::for_hub(conn, waiting[0].sealed.key)).unwrap().unwrap();
    let key = HubOpeningKey::from_seed([9; 32]).unwrap_key(&wrapped, WRAP_INFO).unwrap();
    let jws = key.decrypt(&record_aad(record), &waiting[0].sealed.bytes).unwrap();
    let jws: Jws = String::from_utf8(jws).unwrap().parse().unwrap();
    assert_eq!(jws.hash(), waiting[0].sha256);
    assert!(phone.receive(record).len() > 8);
    assert_eq!(codes(&phone), []);
}

#[test]
fn a_key_store_that_comes_back_opens_what_it_sealed_before() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let record = phone.finish(draft).unwrap().record;
    phone.vault.reset();
    phone.reopen();
    assert!(phone.record(record).unwrap().content.is_none());
    phone.vault.reset();
    phone.reopen();
    assert!(phone.record(record).unwrap().content.is_some());
    // What it seals with from now on, the hub can open as well.
    let current = phone.keys.current();
    assert!(phone.store.read(|conn| data_keys::for_hub(conn, current)).unwrap().is_some());
}
