use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{answer, not_looked};
use crate::domain::{
    Answer, Checklist, ItemAnswer, ItemId, Locale, MemberId, Note, PlacardCode, Role, VenueKind,
};
use crate::field::FieldErrorCode;
use crate::field::testing::{
    HOUR, MINUTE, Phone, arcade, cafe, companion, fix_at, member, picture, police, venue, volunteer,
};
use crate::wire::Change;

#[test]
fn an_answer_is_there_after_the_process_died_and_the_same_question_is_shown() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[companion().id], None).unwrap();
    phone.answer(draft, &answer("wb_minor", "no")).unwrap();
    phone.answer(draft, &answer("wb_sign", "no")).unwrap();
    phone.reopen();
    let page = phone.draft(draft).unwrap();
    assert_eq!(page.current.as_ref().map(ItemId::as_str), Some("wb_id"));
    assert_eq!((page.answered, page.total), (2, 14));
    assert_eq!(page.items[1].answer, Some(answer("wb_sign", "no")));
    assert_eq!(page.items[1].answer_text.as_deref(), Some("没有"));
    assert_eq!(page.companions[0].name, "陈谷雨");
    assert_eq!(page.started, "11月24日 14:12");
    phone.go_to(draft, &"wb_minor".parse().unwrap()).unwrap();
    phone.reopen();
    assert_eq!(phone.draft(draft).unwrap().current.as_ref().map(ItemId::as_str), Some("wb_minor"));
}

#[test]
fn a_remark_is_kept_without_an_answer_and_goes_with_whatever_becomes_of_the_question() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let [first, second] = ["wb_minor", "wb_sign"].map(|item| item.parse::<ItemId>().unwrap());
    let note = |text| Note::new(text).unwrap();
    phone.set_note(draft, &first, Some(&note("前台没有人"))).unwrap();
    phone.answer(draft, &answer("wb_sign", "no")).unwrap();
    phone.set_note(draft, &second, Some(&note("被广告挡住了"))).unwrap();
    phone.reopen();
    let page = phone.draft(draft).unwrap();
    assert_eq!((page.answered, page.items[0].answer.as_ref()), (1, None));
    assert_eq!(page.items[0].note, Some(note("前台没有人")));
    assert_eq!(page.items[1].note, Some(note("被广告挡住了")));
    assert_eq!(page.items[1].answer_text.as_deref(), Some("没有"));
    assert_eq!(page.current.as_ref().map(ItemId::as_str), Some("wb_id"), "a remark goes nowhere");

    phone.set_note(draft, &second, None).unwrap();
    let saved = phone.finish(draft).unwrap();
    let answers = phone.record(saved.record).unwrap().content.unwrap().answers;
    assert_eq!((answers[0].answer.as_str(), answers[0].note.as_deref()), ("未查看", Some("前台没有人")));
    assert_eq!((answers[1].answer.as_str(), answers[1].note.as_deref()), ("没有", None));
}

#[test]
fn a_photo_is_wanted_once_a_question_that_asks_for_one_is_answered_by_a_button() {
    let phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let sign: ItemId = "wb_sign".parse().unwrap();
    let wanting = || {
        let items = phone.draft(draft).unwrap().items;
        let wanting = items.into_iter().filter(|item| item.wants_photo);
        wanting.map(|item| item.item.to_string()).collect::<Vec<_>>()
    };
    phone.answer(draft, &answer("wb_exit", "no")).unwrap();
    phone.answer(draft, &not_looked("wb_sign")).unwrap();
    assert!(wanting().is_empty());
    phone.answer(draft, &answer("wb_sign", "no")).unwrap();
    assert_eq!(wanting(), ["wb_sign"]);
    phone.add_photo(draft, Some(&"wb_exit".parse().unwrap()), &picture()).unwrap();
    assert_eq!(wanting(), ["wb_sign"], "that is another question's");
    let photo = phone.add_photo(draft, Some(&sign), &picture()).unwrap();
    assert!(wanting().is_empty());
    phone.remove_photo(draft, photo).unwrap();
    assert_eq!(wanting(), ["wb_sign"]);
}

#[test]
fn what_was_not_looked_at_and_what_was_not_come_to_is_skipped() {
    let phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.answer(draft, &answer("wb_minor", "no")).unwrap();
    phone.answer(draft, &not_looked("wb_sign")).unwrap();
    let skipped: Vec<_> = phone.draft(draft).unwrap().items.iter().map(|item| item.skipped).collect();
    assert_eq!((&skipped[..2], skipped.iter().filter(|skipped| **skipped).count()), (&[false, true][..], 13));
}

#[test]
fn what_is_said_of_minors_stands_in_the_record_as_on_the_button() {
    let phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    for locale in [Locale::ZhHans, Locale::En] {
        phone.set_locale(locale);
        let seen = serde_json::json!({"count": 2, "dissuaded": true, "in_danger": true});
        let answer = serde_json::json!({"kind": "choice", "choice": "yes", "minors": seen});
        let answer = ItemAnswer {
            item: "wb_minor".parse().unwrap(),
            answer: serde_json::from_value(answer).unwrap(),
            note: None,
        };
        phone.answer(draft, &answer).unwrap();
        let item = phone.draft(draft).unwrap().items.remove(0);
        let said = item.answer_text.unwrap().to_lowercase();
        let asked = item.choices.iter().find_map(|choice| choice.minors_asked.clone()).unwrap();
        for words in [asked.dissuaded, asked.in_danger.unwrap()] {
            assert!(said.contains(&words.to_lowercase()), "{said}: {words}");
        }
        let plain = item.choices.iter().find(|choice| !choice.asks_minors).unwrap();
        assert_eq!(plain.minors_asked, None);
    }
}

#[test]
fn a_follow_up_half_entered_is_kept_and_nothing_is_finished_over_it() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let first: ItemId = "wb_minor".parse().unwrap();
    let begun = |count| -> Answer {
        let minors = serde_json::json!({"count": count, "dissuaded": false, "in_danger": true});
        serde_json::from_value(serde_json::json!({"kind": "choice", "choice": "yes", "minors": minors}))
            .unwrap()
    };
    phone.set_begun(draft, &first, Some(&begun(3))).unwrap();
    assert_eq!(
        phone.set_begun(draft, &first, Some(&begun(0))).unwrap_err().code(),
        FieldErrorCode::MinorsNeeded
    );
    phone.reopen();
    let page = phone.draft(draft).unwrap();
    assert_eq!((page.answered, page.items[0].begun.clone()), (0, Some(begun(3))));
    assert_eq!(page.items[0].answer_text.as_deref(), Some("还没有确定：有：约3人、有孩子处于危险"));

    phone.set_begun(draft, &first, None).unwrap();
    assert_eq!(phone.draft(draft).unwrap().items[0].begun, None);
    phone.set_begun(draft, &first, Some(&begun(3))).unwrap();
    phone.answer(draft, &answer("wb_minor", "no")).unwrap();
    assert_eq!(phone.draft(draft).unwrap().items[0].begun, None);

    phone.set_begun(draft, &first, Some(&begun(3))).unwrap();
    assert_eq!(phone.finish(draft).unwrap_err().code(), FieldErrorCode::HalfAnswered);
    let page = phone.draft(draft).unwrap();
    assert_eq!(page.items[0].begun, Some(begun(3)), "as it was");
    phone.answer(draft, &ItemAnswer { item: first, answer: begun(3), note: None }).unwrap();
    let saved = phone.finish(draft).unwrap();
    assert_eq!(saved.findings.len(), 1);
    let said = phone.record(saved.record).unwrap().content.unwrap().answers.remove(0).answer;
    assert_eq!(said, "有：约3人、有孩子处于危险");
}

#[test]
fn words_that_were_written_are_meant_whether_or_not_anybody_tapped_done() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let last = phone.draft(draft).unwrap().items.pop().unwrap();
    assert!(last.takes_text);
    let words = Answer::Text { text: Note::new("老板说下周换新标志").unwrap() };
    phone.set_begun(draft, &last.item, Some(&words)).unwrap();
    phone.reopen();
    let text = phone.draft(draft).unwrap().items.pop().unwrap().answer_text;
    assert_eq!(text.as_deref(), Some("老板说下周换新标志"));
    let saved = phone.finish(draft).unwrap();
    let said = phone.record(saved.record).unwrap().content.unwrap().answers.pop().unwrap();
    assert_eq!(said.answer, "老板说下周换新标志");
}

/// What is done to a draft.
#[derive(Debug, Clone)]
enum Step {
    Answer(ItemAnswer),
    GoTo(ItemId),
    Photo,
    Die,
}

fn step() -> impl Strategy<Value = Step> {
    let items = &Checklist::default_for(&VenueKind::InternetCafe).unwrap().items;
    let ids: Vec<ItemId> = items.iter().map(|item| item.id.clone()).collect();
    let answers: Vec<ItemAnswer> = items
        .iter()
        .flat_map(|item| {
            let plain = item.choices().iter().filter(|choice| choice.detail.is_none());
            let chosen = plain.map(|choice| answer(item.id.as_str(), choice.code.as_str()));
            chosen.chain([not_looked(item.id.as_str())]).collect::<Vec<_>>()
        })
        .collect();
    prop_oneof![
        6 => prop::sample::select(answers).prop_map(Step::Answer),
        2 => prop::sample::select(ids).prop_map(Step::GoTo),
        1 => Just(Step::Photo),
        2 => Just(Step::Die),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_is_done_and_wherever_the_process_dies_the_draft_is_as_it_was_left(
        steps in prop::collection::vec(step(), 1..24),
    ) {
        let mut phone = Phone::of_volunteer();
        let draft = phone.start(cafe().id, &[], None).unwrap();
        let order: Vec<ItemId> = phone.draft(draft).unwrap().items.into_iter().map(|item| item.item).collect();
        let mut given: BTreeMap<ItemId, ItemAnswer> = BTreeMap::new();
        let mut current = order.first().cloned();
        let mut photos = 0;
        for step in steps {
            match step {
                Step::Answer(one) => {
                    phone.answer(draft, &one).unwrap();
                    let at = order.iter().position(|item| *item == one.item).unwrap();
                    current = order.get(at + 1).cloned();
                    given.insert(one.item.clone(), one);
                }
                Step::GoTo(item) => {
                    phone.go_to(draft, &item).unwrap();
                    current = Some(item);
                }
                Step::Photo => {
                    phone.add_photo(draft, current.as_ref(), &picture()).unwrap();
                    photos += 1;
                }
                Step::Die => phone.reopen(),
            }
            let page = phone.draft(draft).unwrap();
            let shown: BTreeMap<ItemId, ItemAnswer> =
                page.items.into_iter().filter_map(|item| Some((item.item, item.answer?))).collect();
            prop_assert_eq!(&shown, &given);
            prop_assert_eq!(&page.current, &current);
            prop_assert_eq!(page.photos.iter().filter(|photo| photo.on_phone).count(), photos);
        }
        let saved = phone.finish(draft).unwrap();
        let page = phone.record(saved.record).unwrap();
        prop_assert_eq!(page.content.unwrap().answers.len(), order.len());
        prop_assert_eq!(page.photos.len(), photos);
        prop_assert_eq!(phone.self_check().unwrap().issues, []);
    }
}

#[test]
fn an_inspection_under_way_is_gone_on_with_rather_than_begun_twice() {
    let phone = Phone::of_volunteer();
    let first = phone.start(cafe().id, &[], None).unwrap();
    let fix = fix_at(&cafe(), phone.now());
    assert_eq!(phone.start(cafe().id, &[companion().id], Some(&fix)).unwrap(), first);
    let page = phone.draft(first).unwrap();
    assert!(page.has_fix);
    assert_eq!(page.companions.len(), 1);
    let other = phone.start(arcade().id, &[], None).unwrap();
    assert_eq!(phone.drafts().unwrap().iter().map(|line| line.draft).collect::<Vec<_>>(), [other, first]);
    phone.discard(first).unwrap();
    assert_ne!(phone.start(cafe().id, &[], None).unwrap(), first);
}

#[test]
fn the_position_is_read_unasked_only_while_a_visit_has_just_begun() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let reads = |phone: &Phone| phone.draft(draft).unwrap().reads_position;
    phone.clock.pass(14 * MINUTE);
    phone.clock.set_by(HOUR);
    phone.reopen();
    assert!(reads(&phone), "however the clock was set meanwhile");
    phone.clock.pass(2 * MINUTE);
    assert!(!reads(&phone), "who goes on with it may be anywhere");
    phone.set_fix(draft, &fix_at(&cafe(), phone.now())).unwrap();
    assert!(phone.draft(draft).unwrap().has_fix, "a tap reads it all the same");

    let other = phone.start(arcade().id, &[], Some(&fix_at(&arcade(), phone.now()))).unwrap();
    assert!(!phone.draft(other).unwrap().reads_position, "there is one");
}

#[test]
fn an_inspection_that_was_forgotten_on_another_day_is_not_taken_for_todays_visit() {
    let phone = Phone::of_volunteer();
    let old = phone.start(cafe().id, &[], None).unwrap();
    phone.answer(old, &answer("wb_minor", "no")).unwrap();
    phone.clock.pass(4 * HOUR);
    assert_eq!(phone.venue(cafe().id).unwrap().under_way, Some(old));
    phone.clock.pass(MINUTE);
    assert_eq!(phone.venue(cafe().id).unwrap().under_way, None);

    let new = phone.start(cafe().id, &[], None).unwrap();
    assert_ne!(new, old);
    assert_eq!(phone.draft(new).unwrap().answered, 0);
    assert_eq!(phone.venue(cafe().id).unwrap().under_way, Some(new));
    let lines = phone.drafts().unwrap();
    let drafts: Vec<_> = lines.iter().map(|line| (line.draft, line.readable)).collect();
    assert_eq!(drafts, [(new, true), (old, true)]);
    assert!(lines[1].text.contains("做完也算在那天"), "{}", lines[1].text);
    assert_eq!(phone.start(cafe().id, &[], None).unwrap(), new);
}

#[test]
fn what_does_not_fit_is_refused_with_its_code_and_changes_nothing() {
    let phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.answer(draft, &answer("wb_exit", "yes")).unwrap();
    let before = phone.draft(draft).unwrap();
    let nobody = MemberId::mint(phone.now(), [99; 10]);
    let elsewhere = venue(9, "远方网吧", VenueKind::InternetCafe, 32.0).id;
    let too_many: serde_json::Value = serde_json::json!({
        "item": "wb_minor",
        "answer": {"kind": "choice", "choice": "yes", "minors": {"count": 501, "dissuaded": true, "in_danger": false}},
    });
    let crowd = vec![companion().id; 11];
    let placard = PlacardCode::new("placard-2").unwrap();
    let code = |result: Result<(), crate::field::FieldError>| result.unwrap_err().code();
    let cases = [
        (code(phone.answer(draft, &answer("wb_exit", "maybe"))), FieldErrorCode::WrongAnswer),
        (code(phone.answer(draft, &answer("yj_exit", "yes"))), FieldErrorCode::WrongAnswer),
        (code(phone.answer(draft, &answer("wb_minor", "yes"))), FieldErrorCode::MinorsNeeded),
        (code(phone.answer(draft, &serde_json::from_value(too_many).unwrap())), FieldErrorCode::MinorsNeeded),
        (code(phone.go_to(draft, &"yj_exit".parse().unwrap())), FieldErrorCode::WrongAnswer),
        (code(phone.set_companions(draft, &[nobody])), FieldErrorCode::UnknownMember),
        (code(phone.set_companions(draft, &[volunteer().id])), FieldErrorCode::WrongAnswer),
        (code(phone.set_companions(draft, &crowd)), FieldErrorCode::TooMany),
        (code(phone.scan_placard(draft, &placard)), FieldErrorCode::WrongPlacard),
        (code(phone.add_photo(draft, None, b"GIF89a").map(drop)), FieldErrorCode::NotAPicture),
        (
            code(phone.add_photo(draft, Some(&"yj_exit".parse().unwrap()), &picture()).map(drop)),
            FieldErrorCode::WrongAnswer,
        ),
        (code(phone.start(elsewhere, &[], None).map(drop)), FieldErrorCode::UnknownVenue),
        (code(phone.discard(crate::domain::DraftId::from(elsewhere.uuid()))), FieldErrorCode::NotFound),
    ];
    for (index, (found, expected)) in cases.into_iter().enumerate() {
        assert_eq!(found, expected, "case {index}");
    }
    assert_eq!(phone.draft(draft).unwrap(), before);
    assert_eq!(phone.store.photo_files().unwrap().len(), 0);
}

#[test]
fn a_kind_of_venue_without_a_checklist_is_told() {
    let phone = Phone::of_volunteer();
    let tea_house = venue(8, "听雨茶馆", "tea_house".parse().unwrap(), 32.07);
    phone.apply(&[Change::Venue(tea_house.clone())]);
    assert_eq!(phone.start(tea_house.id, &[], None).unwrap_err().code(), FieldErrorCode::NoChecklist);
}

#[test]
fn who_may_inspect_may_and_others_are_told() {
    for (role, may) in [
        (Role::Volunteer, true),
        (Role::Head, true),
        (Role::Police, true),
        (Role::SubBureauSupervisor, false),
    ] {
        let phone = Phone::of(&member(7, "何小寒", role));
        let started = phone.start(cafe().id, &[], None);
        assert_eq!(started.is_ok(), may, "{role:?}");
        if let Err(error) = started {
            assert_eq!(error.code(), FieldErrorCode::NotAllowed);
        }
    }
}

#[test]
fn drafts_of_who_had_the_phone_before_are_not_shown_and_come_back_with_them() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.enrol(&police());
    assert!(phone.drafts().unwrap().is_empty());
    assert_eq!(phone.draft(draft).unwrap_err().code(), FieldErrorCode::NotFound);
    assert_eq!(phone.discard(draft).unwrap_err().code(), FieldErrorCode::NotFound);
    phone.enrol(&volunteer());
    assert!(phone.draft(draft).is_ok());
}

#[test]
fn a_phone_that_is_not_enrolled_says_so_and_shows_its_status() {
    let phone = Phone::new();
    assert_eq!(phone.home().unwrap_err().code(), FieldErrorCode::NotEnrolled);
    assert_eq!(phone.start(cafe().id, &[], None).unwrap_err().code(), FieldErrorCode::NotEnrolled);
    let status = phone.status().unwrap();
    assert!(status.must_enrol && status.enrolled.is_none());
    assert!(phone.outbox().unwrap().lines.is_empty());
}

#[test]
fn a_photo_is_kept_sealed_and_shown_when_asked_for() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let photo = phone.add_photo(draft, Some(&"wb_sign".parse().unwrap()), &picture()).unwrap();
    let sealed = std::fs::read(phone.store.photo_file(photo)).unwrap();
    assert!(image::load_from_memory(&sealed).is_err());
    let view = phone.photo(photo).unwrap();
    assert_eq!(image::open(&view).unwrap().width(), 64);
    phone.reopen();
    assert!(!view.exists());
    phone.remove_photo(draft, photo).unwrap();
    assert!(!phone.store.photo_file(photo).exists());
    assert_eq!(phone.remove_photo(draft, photo).unwrap_err().code(), FieldErrorCode::NotFound);
    for _ in 0..20 {
        phone.add_photo(draft, None, &picture()).unwrap();
    }
    assert_eq!(phone.add_photo(draft, None, &picture()).unwrap_err().code(), FieldErrorCode::TooMany);
    phone.discard(draft).unwrap();
    assert!(phone.store.photo_files().unwrap().is_empty());
}

#[test]
fn no_unsealed_view_of_a_photo_outlives_its_inspection() {
    let phone = Phone::of_volunteer();
    let view_of = |draft| {
        let photo = phone.add_photo(draft, None, &picture()).unwrap();
        phone.photo(photo).unwrap()
    };
    let given_up = phone.start(cafe().id, &[], None).unwrap();
    let view = view_of(given_up);
    phone.discard(given_up).unwrap();
    assert!(!view.exists());
    let finished = phone.start(cafe().id, &[], None).unwrap();
    let view = view_of(finished);
    let saved = phone.finish(finished).unwrap();
    assert!(!view.exists());
    let photo = phone.record(saved.record).unwrap().photos[0].id;
    assert!(phone.photo(photo).unwrap().exists(), "it can be looked at again");
}

#[test]
fn files_that_a_stopped_write_left_are_swept_and_needed_ones_stay() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let photo = phone.add_photo(draft, None, &picture()).unwrap();
    let orphan = phone.store.photo_file(crate::domain::PhotoId::mint(phone.now(), [5; 10]));
    std::fs::write(&orphan, b"sealed, its row never written").unwrap();
    std::fs::write(orphan.with_extension("part"), b"half").unwrap();
    phone.reopen();
    let files: Vec<_> = phone.store.photo_files().unwrap().into_iter().map(|(_, id)| id).collect();
    assert_eq!(files, [Some(photo)]);
    std::fs::remove_file(phone.store.photo_file(photo)).unwrap();
    assert_eq!(phone.finish(draft).unwrap_err().code(), FieldErrorCode::PhotoMissing);
    phone.remove_photo(draft, photo).unwrap();
    assert!(phone.finish(draft).is_ok());
}
