use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::*;
use crate::domain::{DraftId, ItemAnswer, Note, RecordId};
use crate::field::book::NoticeCode;
use crate::field::testing::{MINUTE, Phone, arcade, cafe, fix_at, picture, volunteer};
use crate::field::{Clock as _, FieldError, FieldErrorCode, Tools};

fn now() -> Timestamp {
    crate::field::testing::NOON.parse().unwrap()
}

fn file(dir: &Path) -> PathBuf {
    dir.join(STORE).join(FILE)
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), now()).unwrap();
    let failed: Result<(), StoreError> = store.write(|tx| {
        meta::put(tx, meta::SYNCED_AT, &now())?;
        Err(StoreError::Full)
    });
    assert!(matches!(failed, Err(StoreError::Full)));
    assert_eq!(store.read(|conn| meta::get(conn, meta::SYNCED_AT)).unwrap(), None);
}

#[test]
fn a_read_sees_one_state_whatever_is_written_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), now()).unwrap();
    store
        .read(|conn| {
            assert_eq!(meta::get(conn, meta::SYNCED_AT)?, None);
            store.write(|tx| meta::put(tx, meta::SYNCED_AT, &now()))?;
            assert_eq!(meta::get(conn, meta::SYNCED_AT)?, None);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(store.read(|conn| meta::get(conn, meta::SYNCED_AT)).unwrap(), Some(now()));
}

#[test]
fn the_store_is_durable_and_holds_to_its_keys() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), now()).unwrap();
    let writer = store.writer.lock().unwrap();
    let ask = |pragma: &str| writer.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((ask("synchronous"), ask("foreign_keys")), (2, 1));
    let mode: String = writer.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let loose: i64 = writer
        .query_row(
            "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND NOT strict
             AND name NOT LIKE 'sqlite_%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0);
}

#[test]
fn a_book_that_is_open_is_not_opened_twice() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), now()).unwrap();
    assert!(matches!(Store::open(dir.path(), now()), Err(StoreError::InUse)));
    drop(store);
    assert!(Store::open(dir.path(), now()).is_ok());
}

#[test]
fn a_database_of_a_newer_version_is_left_untouched() {
    let mut phone = Phone::of_volunteer();
    phone.close();
    let conn = Connection::open(file(phone.path())).unwrap();
    conn.pragma_update(None, "user_version", migrate::VERSION + 1).unwrap();
    drop(conn);
    let before = fs::read(file(phone.path())).unwrap();
    let error = crate::field::FieldBook::open(phone.path(), &phone.tools).err().unwrap();
    assert_eq!(error.code(), FieldErrorCode::DatabaseNewer);
    assert_eq!(fs::read(file(phone.path())).unwrap(), before);
    assert!(salvage::set_aside_in(phone.path()).unwrap().is_empty());
}

/// What a phone must not lose.
struct Laden {
    phone: Phone,
    records: Vec<RecordId>,
    draft: DraftId,
}

const RECORDS: u64 = 12;

fn laden() -> Laden {
    let phone = Phone::of_volunteer();
    let mut records = Vec::new();
    for _ in 0..RECORDS {
        let draft = phone.start(cafe().id, &[], Some(&fix_at(&cafe(), phone.clock.now()))).unwrap();
        phone.answer(draft, &long_answer()).unwrap();
        records.push(phone.finish(draft).unwrap().record);
        phone.clock.pass(MINUTE);
    }
    let draft = phone.start(arcade().id, &[], None).unwrap();
    phone.answer(draft, &answer("yj_exit", "yes")).unwrap();
    phone.add_photo(draft, None, &picture()).unwrap();
    Laden { phone, records, draft }
}

fn answer(item: &str, choice: &str) -> ItemAnswer {
    serde_json::from_value(serde_json::json!({"item": item, "answer": {"kind": "choice", "choice": choice}}))
        .unwrap()
}

fn long_answer() -> ItemAnswer {
    ItemAnswer { note: Some(Note::new(&"看".repeat(900)).unwrap()), ..answer("wb_exit", "yes") }
}

/// Writes over some pages of the closed database.
fn damage(dir: &Path, pages: std::ops::Range<usize>) {
    let path = file(dir);
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len().min(pages.end * 4096);
    bytes[pages.start * 4096..end].fill(0xa5);
    fs::write(&path, bytes).unwrap();
}

#[test]
fn whichever_page_is_damaged_it_costs_no_more_than_what_lay_on_it_and_the_phone_goes_on() {
    let Laden { mut phone, records, draft } = laden();
    phone.store.mirror_keys().unwrap();
    phone.close();
    let pristine = fs::read(file(phone.path())).unwrap();
    for page in 0..pristine.len() / 4096 {
        fs::write(file(phone.path()), &pristine).unwrap();
        damage(phone.path(), page..page + 1);
        phone.reopen();
        let kept: Vec<_> = records.iter().filter_map(|id| phone.record(*id).ok()).collect();
        // A record of this size fills most of a page, and has one of its own for the rest of it.
        assert!(kept.len() >= records.len() - 2, "page {page}: {} of {} kept", kept.len(), records.len());
        assert!(kept.iter().all(|record| record.content.is_some()), "page {page}");
        let status = phone.status().unwrap();
        if let Some(damage) = &status.damage {
            assert!(phone.path().join(&damage.set_aside).join(FILE).is_file());
            assert!(status.notices.iter().any(|notice| notice.code == NoticeCode::Damaged));
        }
        if status.enrolled.is_some() && phone.draft(draft).is_ok() {
            let saved = phone.finish(draft).unwrap();
            assert!(phone.record(saved.record).unwrap().content.is_some(), "page {page}");
        }
        phone.close();
        fs::remove_dir_all(phone.path().join(STORE)).unwrap();
        fs::create_dir(phone.path().join(STORE)).unwrap();
        for aside in salvage::set_aside_in(phone.path()).unwrap() {
            fs::remove_dir_all(phone.path().join(aside)).unwrap();
        }
    }
}

#[test]
fn a_file_of_which_nothing_is_left_is_set_aside_and_the_photos_stay() {
    let Laden { mut phone, .. } = laden();
    phone.close();
    damage(phone.path(), 0..10_000);
    let photos = fs::read_dir(phone.path().join(PHOTOS)).unwrap().count();
    phone.reopen();
    let status = phone.status().unwrap();
    assert!(status.must_enrol && status.damage.unwrap().lossy);
    assert!(phone.keys.lost().is_empty());
    assert_eq!(fs::read_dir(phone.path().join(PHOTOS)).unwrap().count(), photos);
    phone.enrol(&volunteer());
    phone.apply(&crate::field::testing::station_changes());
    assert!(phone.start(cafe().id, &[], None).is_ok());
}

#[test]
fn after_a_damage_all_that_the_hub_told_is_read_anew_and_takes_the_place_of_what_was_salvaged() {
    let Laden { mut phone, .. } = laden();
    phone.close();
    damage(phone.path(), 3..4);
    phone.reopen();
    assert!(phone.status().unwrap().damage.is_some());
    assert!(phone.store.read(staged::is_under_way).unwrap());
}

#[test]
fn a_file_without_its_head_and_with_a_log_beside_it_loses_nothing() {
    let Laden { mut phone, records, draft } = laden();
    // The process is killed: the log is not worked in.
    let kept = tempfile::tempdir().unwrap();
    let names = [FILE.to_owned(), format!("{FILE}-wal")];
    for name in &names {
        fs::copy(phone.path().join(STORE).join(name), kept.path().join(name)).unwrap();
    }
    phone.close();
    for name in &names {
        fs::copy(kept.path().join(name), phone.path().join(STORE).join(name)).unwrap();
    }
    let mut bytes = fs::read(file(phone.path())).unwrap();
    let head = bytes.len().min(100);
    bytes[..head].fill(0);
    fs::write(file(phone.path()), bytes).unwrap();
    phone.reopen();
    assert_eq!(phone.outbox().unwrap().lines.len(), records.len());
    assert_eq!(phone.draft(draft).unwrap().answered, 1);
    assert_eq!(phone.self_check().unwrap().issues, []);
}

#[test]
fn a_salvage_that_was_stopped_is_done_again_without_doubling() {
    let Laden { mut phone, records, .. } = laden();
    phone.close();
    // Set aside, and stopped before anything was taken over.
    salvage::set_aside(phone.path(), now()).unwrap();
    phone.reopen();
    assert_eq!(phone.outbox().unwrap().lines.len(), records.len());
    // Stopped after the commit, before the mark.
    phone.close();
    let aside = salvage::set_aside_in(phone.path()).unwrap().remove(0);
    fs::remove_file(phone.path().join(aside).join("salvaged")).unwrap();
    phone.reopen();
    assert_eq!(phone.outbox().unwrap().lines.len(), records.len());
    assert_eq!(phone.self_check().unwrap().issues, []);
}

#[test]
fn a_key_made_after_a_damage_never_takes_the_number_of_a_lost_one() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let saved = phone.finish(draft).unwrap();
    let old = phone.keys.current();
    phone.close();
    let conn = Connection::open(file(phone.path())).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM data_keys;").unwrap();
    drop(conn);
    phone.reopen();
    assert!(phone.keys.current() > old);
    assert!(phone.record(saved.record).unwrap().content.is_none());
}

/// Lets the database grow no further, as on a full disk.
fn fill_disk(phone: &Phone, full: bool) {
    let writer = phone.store.writer.lock().unwrap();
    let pages: i64 = writer.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    let most = if full { pages } else { 1_000_000 };
    writer.query_row(&format!("PRAGMA max_page_count = {most}"), [], |_| Ok(())).unwrap();
}

#[test]
fn on_a_full_disk_nothing_is_lost_and_it_goes_on_once_there_is_room() {
    let phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.answer(draft, &answer("wb_sign", "no")).unwrap();
    fill_disk(&phone, true);
    let mut refused = None;
    for item in ["wb_exit", "wb_fire", "wb_flame", "wb_bars", "wb_id", "wb_lend", "wb_staff"] {
        let long = ItemAnswer { item: item.parse().unwrap(), ..long_answer() };
        let long = ItemAnswer { answer: crate::domain::Answer::NotLooked, ..long };
        if let Err(error) = phone.answer(draft, &long) {
            refused = Some(error.code());
            break;
        }
    }
    assert_eq!(refused, Some(FieldErrorCode::StorageFull));
    let error = phone.finish(draft).unwrap_err();
    assert_eq!(error.code(), FieldErrorCode::StorageFull);
    let page = phone.draft(draft).unwrap();
    assert!(page.items.iter().any(|item| item.answer == Some(answer("wb_sign", "no"))));
    fill_disk(&phone, false);
    let saved = phone.finish(draft).unwrap();
    assert_eq!(saved.findings.len(), 1);
    assert_eq!(phone.self_check().unwrap().issues, []);
}

#[test]
fn a_locked_key_store_changes_nothing() {
    let mut phone = Phone::of_volunteer();
    phone.close();
    phone.vault.set_locked(true);
    let open = |tools: &Tools| crate::field::FieldBook::open(phone.dir.path(), tools);
    assert!(matches!(open(&phone.tools), Err(FieldError::Vault(_))));
    phone.vault.set_locked(false);
    let book = open(&phone.tools).unwrap();
    assert!(book.keys.lost().is_empty());
    assert!(!book.status().unwrap().must_enrol);
}
