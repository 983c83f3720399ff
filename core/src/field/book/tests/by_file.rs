use std::path::PathBuf;

use crate::domain::{DeviceId, Locale, RecordId, Venue};
use crate::field::book::{RecordShown, TakenAnswer};
use crate::field::store::{device, meta, records, staged};
use crate::field::sync::{GIVEN_AGAIN, SyncAlert};
use crate::field::testing::{Phone, arcade, cafe, hub_key, station};
use crate::field::{FieldErrorCode, StoreError};
use crate::wire::bundle::{AnswerCover, Part, Parts};
use crate::wire::merkle::root_of;
use crate::wire::{
    ChangesPage, Cursor, PushAnswer, Receipt, RecordAnswer, RefusalCode, Sha256Hash, Signed as _, SigningKey,
    TreeHead, V1, frame,
};

fn inspect(phone: &Phone, venue: &Venue) -> RecordId {
    let draft = phone.start(venue.id, &[], None).unwrap();
    phone.finish(draft).unwrap().record
}

/// A hub's answer about these records, in a file.
fn answer(phone: &Phone, key: &SigningKey, device: DeviceId, answers: Vec<RecordAnswer>) -> PathBuf {
    answer_and_news(phone, key, device, answers, Cursor(0), &[])
}

/// The same with what is new at the station since a cursor.
fn answer_and_news(
    phone: &Phone,
    key: &SigningKey,
    device: DeviceId,
    answers: Vec<RecordAnswer>,
    cursor: Cursor,
    pages: &[ChangesPage],
) -> PathBuf {
    let push = PushAnswer { answers, hub_time: phone.now() };
    let mut parts = Parts::default();
    for page in pages {
        let page = frame::compress(&serde_json::to_vec(page).unwrap()).unwrap();
        parts.add(&Part::Changes(page)).unwrap();
    }
    parts.add(&Part::PushAnswer(frame::compress(&serde_json::to_vec(&push).unwrap()).unwrap())).unwrap();
    let (to, made_at) = (Sha256Hash::of(b"a cover"), phone.now());
    let cover = |content| AnswerCover { v: V1, station: station().id, device, to, made_at, cursor, content };
    let file = phone.path().join("answer.xuncha");
    std::fs::write(&file, parts.seal(key, cover).unwrap()).unwrap();
    file
}

fn device_of(phone: &Phone) -> DeviceId {
    phone.store.read(device::current).unwrap().unwrap().id
}

fn accepted(phone: &Phone, id: RecordId) -> RecordAnswer {
    let sha256 = phone.store.read(|conn| records::get(conn, id)).unwrap().unwrap().sha256;
    let station = station().id;
    let receipt = Receipt { v: V1, record: id, sha256, station, log_index: 7, received_at: phone.now() };
    RecordAnswer::Accepted { id, receipt: receipt.sign(&hub_key()).unwrap() }
}

fn state(phone: &Phone, id: RecordId) -> RecordShown {
    phone.record(id).unwrap().line.state.state
}

async fn refused(phone: &Phone, file: PathBuf) -> FieldErrorCode {
    phone.take_answer(&file).await.unwrap_err().code()
}

#[tokio::test]
async fn what_is_handed_over_waits_on_until_the_answer_is_read_in() {
    let phone = Phone::of_volunteer();
    let (kept, turned_down) = (inspect(&phone, &cafe()), inspect(&phone, &arcade()));
    let page = phone.hand_over_page().unwrap();
    assert_eq!((page.text.as_str(), page.written), ("2 条记录", None));
    assert_eq!(page.file_name, "周小满-1124-1412.xuncha");

    let written = phone.hand_over(&phone.path().join(&page.file_name)).await.unwrap();
    assert_eq!((written.records, written.photos, written.left), (2, 0, 0));
    assert!(written.text.starts_with("文件写好了：2 条记录，不到 0.1 MB。都还在本机"), "{}", written.text);
    assert_eq!(state(&phone, kept), RecordShown::Waiting);
    let page = phone.hand_over_page().unwrap();
    assert_eq!(page.written.unwrap(), "11月24日 14:12 写过一个文件，还没有读入它的回执。");

    let refusal = RecordAnswer::Refused { id: Some(turned_down), code: RefusalCode::ALL[0], detail: None };
    let file = answer(&phone, &hub_key(), device_of(&phone), vec![accepted(&phone, kept), refusal]);
    let TakenAnswer { text, notes, warnings, report } = phone.take_answer(&file).await.unwrap();
    assert_eq!(text, "已收到：1 条记录。");
    assert_eq!(notes, ["1 条未被接收，请在首页点开看原因，并告诉站长。"]);
    assert_eq!((warnings.len(), report.moved.records_received), (0, 1));
    assert_eq!(
        (state(&phone, kept), state(&phone, turned_down)),
        (RecordShown::Received, RecordShown::Refused)
    );
    let page = phone.hand_over_page().unwrap();
    assert_eq!((page.records, page.written), (0, None));

    let file = answer(&phone, &hub_key(), device_of(&phone), vec![accepted(&phone, kept)]);
    phone.set_locale(Locale::En);
    assert_eq!(phone.take_answer(&file).await.unwrap().text, "There is nothing new in this answer.");
}

#[tokio::test]
async fn a_file_whose_records_went_by_the_network_is_not_spoken_of_when_others_are_made() {
    let phone = Phone::of_volunteer();
    let first = inspect(&phone, &cafe());
    phone.hand_over(&phone.path().join("out.xuncha")).await.unwrap();
    phone.sync(None).await.unwrap();
    assert!(phone.hand_over_page().unwrap().written.is_some(), "nothing went yet");
    phone.receive(first);
    phone.sync(None).await.unwrap();
    inspect(&phone, &arcade());
    let page = phone.hand_over_page().unwrap();
    assert_eq!((page.records, page.written), (1, None));
}

#[tokio::test]
async fn a_sync_is_reported_though_the_phone_cannot_forget_the_file_which_the_next_one_does() {
    let phone = Phone::of_volunteer();
    let first = inspect(&phone, &cafe());
    phone.hand_over(&phone.path().join("out.xuncha")).await.unwrap();
    phone.receive(first);
    let alter = |sql: &str| phone.store.write(|tx| tx.execute_batch(sql).map_err(StoreError::from)).unwrap();
    alter(
        "CREATE TRIGGER stuck BEFORE DELETE ON meta WHEN old.name = 'file_written_at'
         BEGIN SELECT RAISE(ABORT, 'stuck'); END",
    );
    assert_eq!(phone.sync(None).await.unwrap().records_waiting, 0);
    alter("DROP TRIGGER stuck");
    phone.sync(None).await.unwrap();
    inspect(&phone, &arcade());
    assert_eq!(phone.hand_over_page().unwrap().written, None);
}

/// As a full disk does: nothing can be noted of files any more.
fn block_notes(phone: &Phone, blocked: bool) {
    let sql = if blocked {
        "CREATE TRIGGER full_put BEFORE INSERT ON meta WHEN new.name = 'file_written_at'
         BEGIN SELECT RAISE(ABORT, 'full'); END;
         CREATE TRIGGER full_forget BEFORE DELETE ON meta WHEN old.name = 'file_written_at'
         BEGIN SELECT RAISE(ABORT, 'full'); END"
    } else {
        "DROP TRIGGER full_put; DROP TRIGGER full_forget"
    };
    phone.store.write(|tx| tx.execute_batch(sql).map_err(StoreError::from)).unwrap();
}

#[tokio::test]
async fn a_file_that_is_written_is_told_so_though_it_cannot_be_noted_and_is_noted_by_the_next_sync() {
    let mut phone = Phone::of_volunteer();
    inspect(&phone, &cafe());
    block_notes(&phone, true);
    let out = phone.path().join("out.xuncha");
    assert_eq!(phone.hand_over(&out).await.unwrap().records, 1);
    assert!(out.is_file() && phone.hand_over_page().unwrap().written.is_some());
    block_notes(&phone, false);
    phone.sync(None).await.unwrap();
    phone.reopen();
    assert!(phone.hand_over_page().unwrap().written.is_some());
}

#[tokio::test]
async fn an_answer_that_is_taken_is_told_so_though_its_file_cannot_be_forgotten_and_is_by_the_next_sync() {
    let mut phone = Phone::of_volunteer();
    let (kept, _) = (inspect(&phone, &cafe()), inspect(&phone, &arcade()));
    phone.hand_over(&phone.path().join("out.xuncha")).await.unwrap();
    block_notes(&phone, true);
    let file = answer(&phone, &hub_key(), device_of(&phone), vec![accepted(&phone, kept)]);
    let taken = phone.take_answer(&file).await.unwrap();
    assert_eq!((taken.text.as_str(), taken.notes.len()), ("已收到：1 条记录。", 1));
    let page = phone.hand_over_page().unwrap();
    assert_eq!((page.records, page.written), (1, None));
    block_notes(&phone, false);
    phone.sync(None).await.unwrap();
    phone.reopen();
    assert_eq!(phone.hand_over_page().unwrap().written, None);
}

#[tokio::test]
async fn receipts_are_taken_though_the_news_beside_them_could_not_be_put_by_and_that_is_told() {
    let phone = Phone::of_volunteer();
    let kept = inspect(&phone, &cafe());
    let known = phone.home().unwrap().venues;
    // The news are read anew, and what was put by of them is damaged.
    let damage = |tx: &rusqlite::Transaction<'_>| {
        staged::begin(tx)?;
        meta::put(tx, meta::CURSOR, &Cursor(2))?;
        Ok::<_, StoreError>(tx.execute_batch("INSERT INTO staged (body) VALUES ('[{')")?)
    };
    for _ in 0..2 {
        phone.store.write(damage).unwrap();
        let station = station().id;
        let head = TreeHead { v: V1, station, size: 0, root: root_of(&[]), at: phone.now() };
        let page = ChangesPage {
            changes: Vec::new(),
            next: Cursor(3),
            more: false,
            hub_time: phone.now(),
            head: head.sign(&hub_key()).unwrap(),
            consistency: None,
        };
        let answers = vec![accepted(&phone, kept)];
        let file = answer_and_news(&phone, &hub_key(), device_of(&phone), answers, Cursor(2), &[page]);
        let taken = phone.take_answer(&file).await.unwrap();
        assert_eq!(taken.report.alerts, [SyncAlert::NewsUnreadable]);
        assert!(taken.warnings[0].starts_with("站里的新消息本机没能存好"), "{:?}", taken.warnings);
        assert_eq!(state(&phone, kept), RecordShown::Received);
        assert_eq!(phone.home().unwrap().venues.len(), known.len());
        // The next file asks for all of them.
        assert_eq!(phone.store.read(|conn| meta::get(conn, meta::CURSOR)).unwrap(), Some(Cursor(0)));
    }
}

#[tokio::test]
async fn of_an_answer_from_before_the_hub_was_put_back_no_receipt_is_believed() {
    let phone = Phone::of_volunteer();
    let id = inspect(&phone, &cafe());
    let file = answer(&phone, &hub_key(), device_of(&phone), vec![accepted(&phone, id)]);
    let later = phone.now().plus_millis(60_000);
    phone.store.write(|tx| meta::put(tx, GIVEN_AGAIN, &later)).unwrap();
    phone.take_answer(&file).await.unwrap();
    assert_eq!(state(&phone, id), RecordShown::Waiting);
    phone.store.write(|tx| meta::put(tx, GIVEN_AGAIN, &phone.now())).unwrap();
    phone.take_answer(&file).await.unwrap();
    assert_eq!(state(&phone, id), RecordShown::Received);
}

#[tokio::test]
async fn a_receipt_in_an_answer_that_is_not_genuine_is_a_warning_and_the_record_waits() {
    let phone = Phone::of_volunteer();
    let id = inspect(&phone, &cafe());
    // The hub's own word, but for another record.
    let RecordAnswer::Accepted { receipt, .. } = accepted(&phone, inspect(&phone, &arcade())) else {
        panic!("accepted")
    };
    let forged = RecordAnswer::Accepted { id, receipt };
    let file = answer(&phone, &hub_key(), device_of(&phone), vec![forged]);
    let taken = phone.take_answer(&file).await.unwrap();
    assert_eq!((taken.text.as_str(), taken.warnings.len()), ("回执读好了。", 1));
    assert_eq!(state(&phone, id), RecordShown::Waiting);
}

#[tokio::test]
async fn each_file_that_is_not_this_phones_answer_is_told_apart_and_changes_nothing() {
    let phone = Phone::of_volunteer();
    let id = inspect(&phone, &cafe());
    let own = phone.path().join("own.xuncha");
    phone.hand_over(&own).await.unwrap();
    assert_eq!(refused(&phone, own).await, FieldErrorCode::NotAnAnswer);
    assert_eq!(refused(&phone, phone.path().join("nowhere")).await, FieldErrorCode::FileUnreadable);
    assert_eq!(refused(&phone, phone.path().to_owned()).await, FieldErrorCode::FileUnreadable);

    let another = DeviceId::mint(phone.now(), [77; 10]);
    let file = answer(&phone, &hub_key(), another, vec![accepted(&phone, id)]);
    assert_eq!(refused(&phone, file).await, FieldErrorCode::OtherPhone);
    let another = SigningKey::from_seed([77; 32]);
    let file = answer(&phone, &another, device_of(&phone), vec![accepted(&phone, id)]);
    assert_eq!(refused(&phone, file).await, FieldErrorCode::OtherHub);

    let file = answer(&phone, &hub_key(), device_of(&phone), vec![accepted(&phone, id)]);
    let whole = std::fs::read(&file).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    let too_long = vec![0; usize::try_from(phone.hand_over_page().unwrap().answer_bytes).unwrap() + 1];
    let cases: [(&[u8], _); 5] = [
        (&whole[..whole.len() - 1], FieldErrorCode::FileCut),
        (&whole[..20], FieldErrorCode::FileCut),
        (&changed, FieldErrorCode::FileDamaged),
        (b"%PDF-1.7", FieldErrorCode::WrongFile),
        (&too_long, FieldErrorCode::WrongFile),
    ];
    for (bytes, code) in cases {
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(refused(&phone, file.clone()).await, code);
    }
    assert_eq!(state(&phone, id), RecordShown::Waiting);
    assert!(phone.hand_over_page().unwrap().written.is_some());
}

#[tokio::test]
async fn a_file_that_cannot_be_written_leaves_nothing_behind_and_is_not_said_to_be_written() {
    let phone = Phone::of_volunteer();
    inspect(&phone, &cafe());
    let folder = phone.path().join("no such folder");
    let error = phone.hand_over(&folder.join("out.xuncha")).await.unwrap_err();
    assert_eq!(error.code(), FieldErrorCode::Storage);
    assert!(!folder.exists());
    assert_eq!(phone.hand_over_page().unwrap().written, None);
}

#[tokio::test]
async fn a_phone_that_is_not_enrolled_has_nothing_to_hand_over() {
    let phone = Phone::new();
    assert_eq!(phone.hand_over_page().unwrap_err().code(), FieldErrorCode::NotEnrolled);
    let error = phone.hand_over(&phone.path().join("out.xuncha")).await.unwrap_err();
    assert_eq!(error.code(), FieldErrorCode::NotEnrolled);
}
