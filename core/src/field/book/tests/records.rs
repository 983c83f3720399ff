use super::answer;
use crate::domain::{Grade, Month, Note, PlacardCode, Reason, RecordId, Review, Severity, Verdict, Visit};
use crate::field::FieldErrorCode;
use crate::field::book::{Notice, NoticeCode, NoticeLead, RecordShown, UnsentShown};
use crate::field::store::{device, photos, records, visits};
use crate::field::testing::{
    DAY, HOUR, MINUTE, Phone, arcade, cafe, companion, fix_at, police, venue, volunteer,
};
use crate::wire::{Change, Fact, IssueCode, ProblemCode, Record, RefusalCode, Signed as _};

fn sealed(phone: &Phone, id: RecordId) -> Record {
    let row = phone.store.read(|conn| records::get(conn, id)).unwrap().unwrap();
    let key = phone.store.read(device::current).unwrap().unwrap().public_key;
    Record::verify(&phone.keys.unseal_record(&row).unwrap(), &key).unwrap()
}

fn visit(phone: &Phone, id: RecordId) -> Visit {
    phone.store.read(|conn| visits::get(conn, id)).unwrap().unwrap()
}

fn inspect(phone: &Phone) -> RecordId {
    let draft = phone.start(cafe().id, &[companion().id], None).unwrap();
    phone.finish(draft).unwrap().record
}

fn returned() -> Review {
    Review::Returned { reason: Reason::new("请补充标志情况").unwrap() }
}

#[test]
fn a_finished_draft_is_a_sealed_record_in_the_outbox_and_in_the_coverage() {
    let phone = Phone::of_volunteer();
    let fix = fix_at(&cafe(), phone.now());
    let draft = phone.start(cafe().id, &[companion().id], Some(&fix)).unwrap();
    phone.answer(draft, &answer("wb_sign", "no")).unwrap();
    phone.answer(draft, &answer("wb_exit", "no")).unwrap();
    phone.scan_placard(draft, &PlacardCode::new("placard-1").unwrap()).unwrap();
    phone.clock.pass(20 * MINUTE);
    let saved = phone.finish(draft).unwrap();
    assert_eq!(saved.state.text, "已保存在本机，等待上传");
    assert_eq!(saved.venue_name, "蓝鲸网吧");
    assert_eq!(saved.evidence.grade, Grade::OnSite);
    let found: Vec<_> = saved.findings.iter().map(|line| (line.item.as_str(), line.severity)).collect();
    assert_eq!(found, [("wb_exit", Severity::S), ("wb_sign", Severity::N)]);

    let record = sealed(&phone, saved.record);
    assert_eq!((record.seq, record.prev, record.member), (1, None, volunteer().id));
    let Fact::Inspection(inspection) = &record.fact else { panic!("an inspection") };
    assert_eq!(inspection.answers.len(), 14);
    assert_eq!(inspection.finished_at.millis_since(inspection.started_at), 20 * MINUTE);

    assert!(phone.drafts().unwrap().is_empty());
    assert_eq!(phone.outbox().unwrap().text, "1 条记录等待上传");
    let coverage = phone.coverage("2026-11".parse().unwrap()).unwrap();
    let line = coverage.lines.iter().find(|line| line.venue.venue == cafe().id).unwrap();
    assert_eq!((line.venue.counted, line.venue.has_unsent), (1, true));
    let visit = &line.records[0];
    assert!(visit.unsent && visit.verdict == Verdict::Counts);
    assert_eq!(
        (visit.when.as_str(), &visit.people[..]),
        ("11月24日", &["周小满".to_owned(), "陈谷雨".to_owned()][..])
    );
    assert_eq!(coverage.month_label, "2026年11月");
}

#[test]
fn finishing_twice_saves_once_and_says_the_same() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.answer(draft, &answer("wb_bars", "yes")).unwrap();
    let saved = phone.finish(draft).unwrap();
    phone.reopen();
    assert_eq!(phone.finish(draft).unwrap(), saved);
    assert_eq!(phone.outbox().unwrap().lines.len(), 1);
    assert_eq!(phone.answer(draft, &answer("wb_bars", "no")).unwrap_err().code(), FieldErrorCode::NotFound);
}

#[test]
fn records_are_chained_and_the_chain_outlives_the_process() {
    let mut phone = Phone::of(&police());
    let first = phone.check_in(cafe().id, None, None, None).unwrap().record;
    phone.reopen();
    let second = phone.check_in(arcade().id, None, None, None).unwrap().record;
    let before = phone.store.read(|conn| records::get(conn, first)).unwrap().unwrap();
    let after = sealed(&phone, second);
    assert_eq!((after.seq, after.prev), (2, Some(before.sha256)));
    let check = phone.self_check().unwrap();
    assert_eq!((check.issues.len(), check.records_verified), (0, 2));
}

#[test]
fn what_was_found_before_and_is_found_again_is_graver() {
    let phone = Phone::of_volunteer();
    let find = || {
        let draft = phone.start(cafe().id, &[], None).unwrap();
        phone.answer(draft, &answer("wb_sign", "no")).unwrap();
        let saved = phone.finish(draft).unwrap();
        phone.clock.pass(8 * DAY);
        saved
    };
    let first = find();
    assert_eq!((first.findings[0].severity, first.findings[0].repeated), (Severity::N, false));
    let page = phone.venue(cafe().id).unwrap();
    assert_eq!(page.look_again[0].item.as_str(), "wb_sign");
    let second = find();
    assert_eq!((second.findings[0].severity, second.findings[0].repeated), (Severity::R, true));
    // One that did not look at it forgets nothing, and one that found it good does.
    let look = |choice: Option<&str>| {
        let draft = phone.start(cafe().id, &[], None).unwrap();
        if let Some(choice) = choice {
            phone.answer(draft, &answer("wb_sign", choice)).unwrap();
        }
        let saved = phone.finish(draft).unwrap();
        phone.clock.pass(8 * DAY);
        saved.findings.first().map(|line| line.severity)
    };
    assert_eq!([None, Some("no")].map(look), [None, Some(Severity::R)]);
    let page = phone.venue(cafe().id).unwrap();
    assert_eq!(page.look_again.len(), 1);
    assert_eq!([Some("yes"), None, Some("no")].map(look), [None, None, Some(Severity::N)]);
}

#[test]
fn what_a_returned_record_found_is_found_for_the_first_time_again() {
    let phone = Phone::of_volunteer();
    let find = || {
        let draft = phone.start(cafe().id, &[], None).unwrap();
        phone.answer(draft, &answer("wb_sign", "no")).unwrap();
        let saved = phone.finish(draft).unwrap();
        phone.clock.pass(8 * DAY);
        saved
    };
    let (first, second) = (find(), find());
    // A returned record does not speak: what it found is found for the first time again.
    for saved in [&first, &second] {
        phone.receive(saved.record);
        phone.review(saved.record, returned());
    }
    assert_eq!(find().findings[0].severity, Severity::N);
}

#[test]
fn who_made_a_returned_record_is_told_and_led_to_it_until_it_is_corrected() {
    let mut phone = Phone::of_volunteer();
    let told = |phone: &Phone| -> Vec<Notice> {
        let notices = phone.home().unwrap().notices;
        assert_eq!(notices, phone.status().unwrap().notices);
        notices.into_iter().filter(|notice| notice.code == NoticeCode::ReturnedRecords).collect()
    };
    let [first, second] = [0, 8].map(|days| {
        phone.clock.pass(days * DAY);
        let record = inspect(&phone);
        phone.receive(record);
        record
    });
    assert_eq!(told(&phone), []);
    phone.review(first, returned());
    assert_eq!(phone.home().unwrap().waiting, "全部已上传", "and that is not all there is to know");
    assert_eq!(told(&phone)[0].text, "有 1 条记录被退回，没有计入。请点开更正。");
    assert_eq!(told(&phone)[0].leads_to, Some(NoticeLead::Record { record: first }));
    phone.review(second, returned());
    assert_eq!(told(&phone)[0].text, "有 2 条记录被退回，没有计入。请点开更正。");
    assert_eq!(told(&phone)[0].leads_to, Some(NoticeLead::Records));

    phone.enrol(&police());
    assert_eq!(told(&phone), [], "nobody else can correct them");
    phone.enrol(&volunteer());
    let draft = phone.correct(first).unwrap();
    assert_eq!(told(&phone)[0].leads_to, Some(NoticeLead::Records), "a correction begun is none yet");
    phone.finish(draft).unwrap();
    assert_eq!(told(&phone)[0].leads_to, Some(NoticeLead::Record { record: second }));
    phone.review(second, Review::Approved);
    assert_eq!(told(&phone), []);
}

#[test]
fn a_check_in_takes_one_call_and_is_for_the_police() {
    let phone = Phone::of(&police());
    let fix = fix_at(&arcade(), phone.now());
    let note = Note::new("门口聚集").unwrap();
    let saved = phone.check_in(arcade().id, Some(&fix), None, Some(&note)).unwrap();
    assert_eq!(saved.evidence.grade, Grade::OnSite);
    assert_eq!(phone.record(saved.record).unwrap().content.unwrap().note.as_deref(), Some("门口聚集"));
    // Whatever was scanned, it is taken, and said honestly.
    let wrong = PlacardCode::new("somebody-else").unwrap();
    let doubtful = phone.check_in(arcade().id, Some(&fix), Some(&wrong), None).unwrap();
    assert_eq!(doubtful.evidence.grade, Grade::Doubtful);
    let volunteer = Phone::of_volunteer();
    let refused = volunteer.check_in(arcade().id, None, None, None).unwrap_err();
    assert_eq!(refused.code(), FieldErrorCode::NotAllowed);
}

#[test]
fn a_double_tap_makes_one_check_in_and_another_one_later_or_elsewhere_is_its_own() {
    let phone = Phone::of(&police());
    let first = phone.check_in(cafe().id, None, None, None).unwrap();
    phone.clock.pass(2_000);
    let fix = fix_at(&cafe(), phone.now());
    assert_eq!(phone.check_in(cafe().id, Some(&fix), None, None).unwrap(), first);
    let note = Note::new("门口聚集").unwrap();
    phone.check_in(cafe().id, None, None, Some(&note)).unwrap();
    phone.check_in(arcade().id, None, None, None).unwrap();
    phone.clock.pass(10_000);
    phone.check_in(arcade().id, None, None, None).unwrap();
    assert_eq!(phone.outbox().unwrap().lines.len(), 4);
}

#[test]
fn nobody_travels_as_fast_as_two_records_far_apart() {
    let phone = Phone::of(&police());
    let far = venue(5, "北站网吧", cafe().kind, 32.55);
    phone.apply(&[Change::Venue(far.clone())]);
    phone.check_in(cafe().id, Some(&fix_at(&cafe(), phone.now())), None, None).unwrap();
    phone.clock.pass(5 * MINUTE);
    let saved = phone.check_in(far.id, Some(&fix_at(&far, phone.now())), None, None).unwrap();
    assert_eq!(saved.evidence.grade, Grade::Doubtful);
}

#[test]
fn a_damaged_record_does_not_stop_the_next_visit() {
    let phone = Phone::of(&police());
    let fix = fix_at(&cafe(), phone.now());
    phone.check_in(cafe().id, Some(&fix), None, None).unwrap();
    let damage = |tx: &rusqlite::Transaction<'_>| tx.execute("UPDATE records SET sealed = zeroblob(99)", []);
    phone.store.write(|tx| damage(tx).map_err(crate::field::StoreError::from)).unwrap();
    phone.clock.pass(HOUR);
    let fix = fix_at(&cafe(), phone.now());
    assert_eq!(phone.check_in(cafe().id, Some(&fix), None, None).unwrap().evidence.grade, Grade::OnSite);
}

#[test]
fn a_clock_an_hour_off_does_not_carry_a_visit_into_the_next_month() {
    let phone = Phone::of(&police());
    // 30 November, 23:40 in Shanghai; then somebody sets the clock an hour forward.
    phone.clock.pass(6 * DAY + 9 * HOUR + 28 * MINUTE);
    phone.clock.set_by(HOUR);
    let saved = phone.check_in(cafe().id, None, None, None).unwrap();
    let told = visit(&phone, saved.record);
    assert_eq!(told.happened_at.to_string(), "2026-11-30T15:40:00.000Z");
    assert_eq!(told.moment().month(), "2026-11".parse::<Month>().unwrap());
    assert_eq!(saved.evidence.grade, Grade::Doubtful);
    assert_eq!(phone.status().unwrap().clock_shift_ms, Some(HOUR));
}

/// What a record says that was begun when the wall clock was `ahead`, and finished ten minutes later, after somebody
/// had set it by `set_by`.
fn set_during_an_inspection(ahead: i64, set_by: i64) -> Record {
    let phone = Phone::of_volunteer();
    // 1 December, 00:20 in Shanghai.
    phone.clock.pass(6 * DAY + 10 * HOUR + 8 * MINUTE);
    phone.clock.set_by(ahead);
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.clock.pass(4 * MINUTE);
    phone.clock.set_by(set_by);
    phone.clock.pass(6 * MINUTE);
    sealed(&phone, phone.finish(draft).unwrap().record)
}

#[test]
fn a_clock_set_during_an_inspection_does_not_move_the_visit_nor_make_it_longer() {
    for (ahead, set_by) in [(0, -3 * HOUR), (0, DAY), (-DAY, DAY), (DAY, -DAY), (HOUR, HOUR)] {
        let record = set_during_an_inspection(ahead, set_by);
        let begun = record.happened_at().to_string();
        assert_eq!(begun, "2026-11-30T16:20:00.000Z", "ahead by {ahead}, set by {set_by}");
        let Fact::Inspection(inspection) = record.fact else { panic!("an inspection") };
        assert_eq!(inspection.finished_at.millis_since(inspection.started_at), 10 * MINUTE);
    }
}

#[test]
fn a_phone_whose_clock_begins_in_1970_seals_no_visit_earlier_than_the_hub_last_told_the_time() {
    let phone = Phone::of_volunteer();
    let told = phone.now();
    phone.clock.start_in_1970();
    phone.clock.pass(2 * HOUR);
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.clock.pass(10 * MINUTE);
    let record = sealed(&phone, phone.finish(draft).unwrap().record);
    assert_eq!(record.happened_at(), told);
    let Fact::Inspection(inspection) = record.fact else { panic!("an inspection") };
    assert_eq!(inspection.finished_at.millis_since(inspection.started_at), 10 * MINUTE);
    assert_eq!(inspection.evidence.grade, Grade::Doubtful);
    assert!(phone.home().unwrap().notices.iter().any(|notice| notice.code == NoticeCode::ClockOff));
}

#[test]
fn each_state_is_said_word_for_word() {
    let phone = Phone::of_volunteer();
    let record = inspect(&phone);
    let shown = || phone.record(record).unwrap().line.state;
    assert_eq!((shown().state, shown().text.as_str()), (RecordShown::Waiting, "已保存在本机，等待上传"));
    phone.syncer.pretend_sending(&[record]);
    assert_eq!((shown().state, shown().text.as_str()), (RecordShown::Sending, "正在上传"));
    phone.syncer.pretend_sending(&[]);
    let number = phone.receive(record);
    assert_eq!((shown().state, shown().text), (RecordShown::Received, format!("已收到，回执号 {number}")));
    phone.review(record, returned());
    assert_eq!((shown().state, shown().text.as_str()), (RecordShown::Returned, "已退回：请补充标志情况"));

    let refused = inspect(&phone);
    let refuse =
        |tx: &rusqlite::Transaction<'_>| records::mark_refused(tx, refused, RefusalCode::UnknownVenue, None);
    phone.store.write(refuse).unwrap();
    let state = phone.record(refused).unwrap().line.state;
    assert_eq!(state.text, "未被接收：服务器上没有这个场所，请联系站长。");
    let outbox = phone.outbox().unwrap();
    assert_eq!((outbox.records_refused, outbox.unsent), (1, UnsentShown::Refused));
    assert_eq!(outbox.text, "1 条记录未被接收，请点开看原因", "the first record is here with its receipt");
    let notices = phone.home().unwrap().notices;
    let told = notices.iter().find(|notice| notice.code == NoticeCode::RefusedRecords).unwrap();
    assert_eq!(told.leads_to, Some(NoticeLead::Record { record: refused }));
    // It does not count here as the hub does not count it.
    let coverage = phone.coverage("2026-11".parse().unwrap()).unwrap();
    assert_eq!(coverage.lines.iter().map(|line| line.records.len()).sum::<usize>(), 1);
}

#[test]
fn all_is_said_to_be_uploaded_once_there_is_a_receipt_for_each_record_and_each_photo() {
    let phone = Phone::of_volunteer();
    let said = || {
        let (home, outbox) = (phone.home().unwrap(), phone.outbox().unwrap());
        assert_eq!((&home.waiting, home.unsent), (&outbox.text, outbox.unsent));
        home.waiting
    };
    let noted = |record| phone.record(record).unwrap().line.photos_note;
    assert_eq!(said(), "全部已上传");
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let photo = phone.add_photo(draft, None, &crate::field::testing::picture()).unwrap();
    let record = phone.finish(draft).unwrap().record;
    assert_eq!(said(), "1 条记录、1 张照片等待上传");
    let number = phone.receive(record);
    assert_eq!(
        (said().as_str(), noted(record).as_deref()),
        ("1 张照片等待上传", Some("还有 1 张照片等待上传"))
    );

    // Of a photo that will not go there is no receipt: it is listed, and says why.
    phone.store.write(|tx| photos::mark_refused(tx, photo, ProblemCode::Gone.code())).unwrap();
    assert_eq!(
        (said().as_str(), noted(record).as_deref()),
        ("1 张照片没能上传，请点开看原因", Some("1 张照片没能上传"))
    );
    let lines = phone.outbox().unwrap().lines;
    assert_eq!((lines[0].record, &lines[0].state.text), (record, &format!("已收到，回执号 {number}")));
    let why = &phone.record(record).unwrap().photos[0].text;
    assert!(why.starts_with("没能上传：") && !why.contains("重新开始"), "{why}");

    let receipt = phone.store.read(|conn| records::get(conn, record)).unwrap().unwrap();
    let records::RecordState::Received { receipt, .. } = receipt.state else { panic!("received") };
    phone.store.write(|tx| photos::mark_received(tx, photo, &receipt)).unwrap();
    assert_eq!((said().as_str(), noted(record)), ("全部已上传", None));
    assert!(phone.outbox().unwrap().lines.is_empty());
}

#[test]
fn a_receipt_or_a_refusal_that_comes_twice_changes_nothing_more() {
    let phone = Phone::of_volunteer();
    let record = inspect(&phone);
    let number = phone.receive(record);
    phone.clock.pass(HOUR);
    phone.receive(record);
    let refuse =
        |tx: &rusqlite::Transaction<'_>| records::mark_refused(tx, record, RefusalCode::Malformed, None);
    phone.store.write(refuse).unwrap();
    let row = phone.store.read(|conn| records::get(conn, record)).unwrap().unwrap();
    assert!(matches!(row.state, records::RecordState::Received { number: kept, .. } if kept == number));
    assert_eq!(visit(&phone, record).received_at.unwrap().millis_since(visit(&phone, record).happened_at), 0);
}

#[test]
fn a_correction_is_about_the_same_visit_and_counts_in_its_month() {
    let phone = Phone::of_volunteer();
    let fix = fix_at(&cafe(), phone.now());
    let draft = phone.start(cafe().id, &[companion().id], Some(&fix)).unwrap();
    phone.answer(draft, &answer("wb_sign", "yes")).unwrap();
    let remark = Note::new("前台没有人").unwrap();
    phone.set_note(draft, &"wb_minor".parse().unwrap(), Some(&remark)).unwrap();
    let photo = phone.add_photo(draft, None, &crate::field::testing::picture()).unwrap();
    let first = phone.finish(draft).unwrap().record;
    assert_eq!(phone.correct(first).unwrap_err().code(), FieldErrorCode::NotReturned);
    phone.receive(first);
    phone.review(first, returned());
    assert!(phone.record(first).unwrap().can_correct);
    let november: Month = "2026-11".parse().unwrap();
    let counted =
        || phone.coverage(november).unwrap().lines.iter().map(|line| line.venue.counted).sum::<u64>();
    assert_eq!(counted(), 0);

    // In the next month, with a clock that was set meanwhile.
    phone.clock.pass(10 * DAY);
    phone.clock.set_by(2 * HOUR);
    let draft = phone.correct(first).unwrap();
    assert_eq!(phone.correct(first).unwrap(), draft);
    let page = phone.draft(draft).unwrap();
    assert_eq!(page.returned_because.as_deref(), Some("请补充标志情况"));
    assert_eq!((page.answered, page.started.as_str(), page.photos.len()), (1, "11月24日 14:12", 1));
    assert_eq!((&page.items[0].answer, &page.items[0].note), (&None, &Some(remark)));
    phone.answer(draft, &answer("wb_sign", "no")).unwrap();
    phone.set_fix(draft, &fix_at(&arcade(), phone.now())).unwrap();
    let second = phone.finish(draft).unwrap();

    let (old, new) = (sealed(&phone, first), sealed(&phone, second.record));
    assert_eq!(new.happened_at(), old.happened_at());
    let (Fact::Inspection(old), Fact::Inspection(new)) = (old.fact, new.fact) else { panic!("inspections") };
    assert_eq!((new.corrects, new.fix, new.evidence), (Some(first), old.fix, old.evidence));
    assert_eq!(new.photos.iter().map(|photo| photo.id).collect::<Vec<_>>(), [photo]);
    assert_eq!(counted(), 1);
    assert_eq!(phone.correct(first).unwrap_err().code(), FieldErrorCode::NotReturned);
    let state = phone.record(first).unwrap().line.state;
    assert_eq!(state.note.as_deref(), Some("已更正"));
    let line = phone.coverage(november).unwrap();
    assert_eq!(line.lines.iter().map(|line| line.records.len()).sum::<usize>(), 2);
}

#[test]
fn texts_that_are_too_long_together_leave_the_draft_to_be_shortened() {
    let phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let long = Note::new(&"长".repeat(1000)).unwrap();
    for item in phone.draft(draft).unwrap().items {
        let note =
            crate::domain::ItemAnswer { note: Some(long.clone()), ..super::not_looked(item.item.as_str()) };
        phone.answer(draft, &note).unwrap();
    }
    match phone.finish(draft) {
        Ok(saved) => assert!(phone.record(saved.record).unwrap().content.is_some()),
        Err(error) => {
            assert_eq!(error.code(), FieldErrorCode::BadText);
            assert_eq!(phone.draft(draft).unwrap().answered, 14);
        }
    }
}

#[test]
fn tampering_with_the_file_is_found_by_the_self_check() {
    let phone = Phone::of(&police());
    let first = phone.check_in(cafe().id, None, None, None).unwrap().record;
    phone.check_in(arcade().id, None, None, None).unwrap();
    let tamper = |tx: &rusqlite::Transaction<'_>| -> Result<(), crate::field::StoreError> {
        tx.execute("UPDATE records SET sealed = CAST(substr(sealed, 1, 200) || x'00' || substr(sealed, 202) AS BLOB) WHERE id = ?1", [first])?;
        tx.execute("UPDATE devices SET chain_seq = 7", [])?;
        Ok(())
    };
    phone.store.write(tamper).unwrap();
    let codes: Vec<_> = phone.self_check().unwrap().issues.into_iter().map(|issue| issue.code).collect();
    assert_eq!(codes, [IssueCode::Record, IssueCode::Chain]);
}

#[test]
fn only_a_head_sees_what_waits_for_review() {
    let phone = Phone::of_volunteer();
    inspect(&phone);
    assert_eq!(phone.review_queue().unwrap_err().code(), FieldErrorCode::NotAllowed);
}
