//! What a head sees of somebody else's record before deciding on it, and that nothing of it stays on the phone.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::{answer, not_looked};
use crate::domain::{
    Checklist, ChoiceCode, Grade, ItemKind, Locale, Member, Note, Reason, Review, Role, Severity, Visit,
};
use crate::field::FieldErrorCode;
use crate::field::book::{AnswerLine, ReviewPage};
use crate::field::store::records;
use crate::field::testing::{Phone, cafe, companion, fix_at, member, picture, volunteer};
use crate::field::transport::{
    HeaderMap, HeaderValue, Request, Response, StatusCode, Transport, TransportError, header,
};
use crate::wire::{Fact, ToldPhoto, ToldRecord, Whereabouts};

fn head() -> Member {
    member(9, "何站长", Role::Head)
}

/// A hub that gives one answer.
struct Says {
    kind: &'static str,
    body: Vec<u8>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Transport for Says {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.asked.lock().unwrap().push(format!("{} {}", request.method, request.url));
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(self.kind))]);
        Ok(Response { status: StatusCode::OK, headers, body: self.body.clone().into() })
    }
}

/// The head's phone, at a hub that says this.
fn head_at(kind: &'static str, body: Vec<u8>) -> (Phone, Arc<Says>) {
    let hub = Arc::new(Says { kind, body, asked: Mutex::default() });
    let mut phone = Phone::of(&head());
    phone.tools.transport = hub.clone();
    phone.reopen();
    (phone, hub)
}

/// What the hub tells of an inspection that found a sign missing and an exit locked.
fn told() -> ToldRecord {
    let phone = Phone::of_volunteer();
    let fix = fix_at(&cafe(), phone.now());
    let draft = phone.start(cafe().id, &[companion().id], Some(&fix)).unwrap();
    phone.answer(draft, &answer("wb_sign", "no")).unwrap();
    phone.answer(draft, &answer("wb_exit", "no")).unwrap();
    phone.set_note(draft, &"wb_exit".parse().unwrap(), Some(&Note::new("后门上了锁").unwrap())).unwrap();
    phone.answer(draft, &not_looked("wb_minor")).unwrap();
    let photo = phone.add_photo(draft, Some(&"wb_sign".parse().unwrap()), &picture()).unwrap();
    let id = phone.finish(draft).unwrap().record;
    let row = phone.store.read(|conn| records::get(conn, id)).unwrap().unwrap();
    let record = phone.read_record(&row).unwrap();
    let named = record.inspection().unwrap().photos[0].clone();
    assert_eq!(named.id, photo);
    let photo = |whereabouts| ToldPhoto {
        id: named.id,
        item: named.item.clone(),
        sha256: named.sha256,
        bytes: named.bytes,
        whereabouts,
    };
    ToldRecord {
        visit: record.visit(Some(phone.now())),
        record: Some(record),
        unreadable: false,
        positions_erased: false,
        checklist: None,
        photos: [Whereabouts::Here, Whereabouts::OnItsWay, Whereabouts::Erased].map(photo).into(),
    }
}

async fn page_of(told: &ToldRecord, locale: Locale) -> ReviewPage {
    let (phone, _) = head_at("application/json", serde_json::to_vec(told).unwrap());
    phone.set_locale(locale);
    phone.record_to_review(told.visit.record).await.unwrap()
}

fn line<'a>(page: &'a ReviewPage, item: &str) -> &'a AnswerLine {
    page.content.as_ref().unwrap().answers.iter().find(|line| line.item.as_str() == item).unwrap()
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else {
            // Which readers there are is no word of what is read.
            let is_index = entry.extension().is_some_and(|end| end.to_string_lossy().ends_with("-shm"));
            let bytes = if is_index { Vec::new() } else { std::fs::read(&entry).unwrap() };
            found.insert(entry.display().to_string(), bytes);
        }
    }
    found
}

#[tokio::test]
async fn a_head_sees_answers_remarks_findings_grade_and_photos_before_deciding() {
    let told = told();
    let page = page_of(&told, Locale::ZhHans).await;
    assert_eq!(page.line.venue_name, "蓝鲸网吧");
    let people: Vec<_> = page.line.people.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(people, ["周小满", "陈谷雨"]);
    let found: Vec<_> =
        page.line.findings.iter().map(|found| (found.severity, found.answer.as_deref())).collect();
    assert_eq!(found, [(Severity::S, Some("堵塞或锁闭")), (Severity::N, Some("没有"))]);
    assert_eq!(line(&page, "wb_exit").note.as_deref(), Some("后门上了锁"));
    assert!(line(&page, "wb_minor").skipped && !line(&page, "wb_exit").skipped);
    let evidence = &page.content.as_ref().unwrap().evidence;
    assert_eq!(
        (evidence.grade, evidence.reasons[0].as_str()),
        (Grade::OnSite, "距场所约 0 米（精度 12 米）")
    );
    let photos: Vec<_> = page.photos.iter().map(|photo| (photo.text.as_str(), photo.can_be_seen)).collect();
    assert_eq!(photos, [("服务器已收到", true), ("照片还没有上传", false), ("照片已按期限删除", false)]);
    assert_eq!((page.review.as_str(), page.waits, page.note.as_deref()), ("待审核", true, None));
    assert_eq!(page.usual_reasons.len(), 3);

    let english = page_of(&told, Locale::En).await;
    assert_eq!(
        (english.review.as_str(), line(&english, "wb_minor").answer.as_str()),
        ("To review", "Not looked at")
    );
}

#[tokio::test]
async fn what_was_decided_meanwhile_and_what_was_erased_is_said() {
    let mut told = told();
    told.visit.review = Review::Returned { reason: Reason::new("请补照片").unwrap() };
    told.positions_erased = true;
    let page = page_of(&told, Locale::ZhHans).await;
    assert_eq!((page.review.as_str(), page.waits), ("已退回：请补照片", false));
    assert_eq!(page.note.as_deref(), Some("位置已按期限删除。"));
    told.record = None;
    let page = page_of(&told, Locale::ZhHans).await;
    assert_eq!((page.content, page.note.as_deref()), (None, Some("内容已按期限或应要求删除。")));
    assert_eq!(page.line.findings.len(), 2, "what the feed told is known still");
    told.unreadable = true;
    told.visit.review = Review::Pending;
    let page = page_of(&told, Locale::ZhHans).await;
    assert!(page.note.unwrap().contains("读不出来，并不是按期限删除的") && !page.waits);
}

#[tokio::test]
async fn a_list_that_the_phone_has_not_heard_of_is_read_as_the_hub_tells_it() {
    let mut told = told();
    let mut later = Checklist { version: 7, ..Checklist::default_for(&cafe().kind).unwrap().clone() };
    let exit = later.items.iter_mut().find(|item| item.id.as_str() == "wb_exit").unwrap();
    "安全出口通不通？".clone_into(&mut exit.question.zh);
    let ItemKind::Choice { choices } = &mut exit.kind else { panic!("a choice") };
    let no = choices.iter_mut().find(|choice| choice.code == "no".parse::<ChoiceCode>().unwrap()).unwrap();
    "不通".clone_into(&mut no.label.zh);
    let Some(Fact::Inspection(fact)) = told.record.as_mut().map(|record| &mut record.fact) else {
        panic!("an inspection")
    };
    fact.checklist.version = 7;
    told.checklist = Some(later);
    let page = page_of(&told, Locale::ZhHans).await;
    let exit = line(&page, "wb_exit");
    assert_eq!((exit.question.as_str(), exit.answer.as_str()), ("安全出口通不通？", "不通"));
    assert_eq!(page.line.findings[0].answer.as_deref(), Some("不通"));
    // Nobody can read it any more: as it was asked at such a venue on that day.
    told.checklist = None;
    let page = page_of(&told, Locale::ZhHans).await;
    assert_ne!(line(&page, "wb_exit").question, "wb_exit");
}

#[tokio::test]
async fn nothing_of_it_stays_on_the_phone() {
    let told = told();
    let record = told.visit.record;
    let (phone, hub) = head_at("application/json", serde_json::to_vec(&told).unwrap());
    let before = files(phone.path());
    phone.record_to_review(record).await.unwrap();
    assert_eq!(files(phone.path()), before);
    assert_eq!(*hub.asked.lock().unwrap(), [format!("GET https://hub.example/api/v1/records/{record}")]);

    let (phone, hub) = head_at("image/jpeg", b"a picture".to_vec());
    let before = files(phone.path());
    let photo = told.photos[0].id;
    assert_eq!(phone.photo_to_review(record, photo).await.unwrap(), b"a picture");
    assert_eq!(files(phone.path()), before);
    let path = format!("GET https://hub.example/api/v1/records/{record}/photos/{photo}");
    assert_eq!(*hub.asked.lock().unwrap(), [path]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_shown_is_told_by_its_code_and_no_other_record_is_shown_in_its_place() {
    let told = told();
    let (record, photo) = (told.visit.record, told.photos[0].id);
    let code = async |phone: &Phone| phone.record_to_review(record).await.unwrap_err().code();
    let nobody = Phone::of(&volunteer());
    assert_eq!(code(&nobody).await, FieldErrorCode::NotAllowed);
    let refused = nobody.photo_to_review(record, photo).await.unwrap_err().code();
    assert_eq!(refused, FieldErrorCode::NotAllowed);
    assert_eq!(code(&Phone::of(&head())).await, FieldErrorCode::Offline);
    let (phone, _) = head_at("text/html", b"sign in".to_vec());
    assert_eq!(code(&phone).await, FieldErrorCode::HubAnswer);

    let other =
        ToldRecord { visit: Visit { record: record_of_nobody(), ..told.visit.clone() }, ..told.clone() };
    let (phone, _) = head_at("application/json", serde_json::to_vec(&other).unwrap());
    assert_eq!(code(&phone).await, FieldErrorCode::HubAnswer);
    let mut later = serde_json::to_value(&told).unwrap();
    later["record"]["of_a_later_program"] = serde_json::json!(1);
    let (phone, _) = head_at("application/json", serde_json::to_vec(&later).unwrap());
    assert_eq!(code(&phone).await, FieldErrorCode::HubNewer);
}

fn record_of_nobody() -> crate::domain::RecordId {
    uuid::Uuid::from_u128(7).into()
}
