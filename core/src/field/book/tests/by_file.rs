use std::path::PathBuf;

use crate::domain::{DeviceId, Locale, RecordId, Venue};
use crate::field::book::{RecordShown, TakenAnswer};
use crate::field::store::{device, records};
use crate::field::testing::{Phone, arcade, cafe, hub_key, station};
use crate::field::{FieldErrorCode, StoreError};
use crate::wire::bundle::{AnswerCover, Part, Parts};
use crate::wire::{
    Cursor, PushAnswer, Receipt, RecordAnswer, RefusalCode, Sha256Hash, Signed as _, SigningKey, V1, frame,
};

fn inspect(phone: &Phone, venue: &Venue) -> RecordId {
    let draft = phone.start(venue.id, &[], None).unwrap();
    phone.finish(draft).unwrap().record
}

/// A hub's answer about these records, in a file.
fn answer(phone: &Phone, key: &SigningKey, device: DeviceId, answers: Vec<RecordAnswer>) -> PathBuf {
    let push = PushAnswer { answers, hub_time: phone.now() };
    let mut parts = Parts::default();
    parts.add(&Part::PushAnswer(frame::compress(&serde_json::to_vec(&push).unwrap()).unwrap())).unwrap();
    let (to, made_at) = (Sha256Hash::of(b"a cover"), phone.now());
    let cover = |content| AnswerCover {
        v: V1,
        station: station().id,
        device,
        to,
        made_at,
        cursor: Cursor(0),
        content,
    };
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
    assert_eq!(notes, ["1 条未被接收，请在待传里查看，并告诉站长。"]);
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
