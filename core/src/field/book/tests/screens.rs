use proptest::prelude::*;

use super::answer;
use crate::domain::{
    DateRange, Finding, FollowUpAct, FollowUpStep, Grade, ItemAnswer, Locale, Name, Policy, PolicyFrom,
    RecordId, Review, Role, Route, Severity, Timestamp, VenueKind, VenueLife, Visit, VisitKind,
};
use crate::field::FieldErrorCode;
use crate::field::book::{CoverageShown, NoticeCode, OwnPlaces, RecordLine, ReportShown, UnsentShown};
use crate::field::store::{device, records};
use crate::field::testing::{
    DAY, HOUR, MINUTE, Phone, arcade, cafe, companion, fix_at, member, picture, police, venue, volunteer,
};
use crate::wire::{Change, Program};

fn inspect(phone: &Phone, venue: &crate::domain::Venue) -> RecordId {
    let draft = phone.start(venue.id, &[companion().id], None).unwrap();
    phone.finish(draft).unwrap().record
}

#[test]
fn home_shows_what_is_most_needed_first_and_what_waits() {
    let phone = Phone::of_volunteer();
    let closed = crate::domain::Venue {
        life: VenueLife {
            suspended: vec![
                DateRange::new("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap()).unwrap(),
            ],
            ..VenueLife::default()
        },
        ..venue(3, "晨光电竞酒店", VenueKind::EsportsHotel, 32.04)
    };
    phone.apply(&[Change::Venue(closed)]);
    phone.clock.pass(-10 * DAY);
    inspect(&phone, &cafe());
    phone.start(arcade().id, &[], None).unwrap();
    let home = phone.home().unwrap();
    assert_eq!((home.member_name.as_str(), home.role_label.as_str()), ("周小满", "志愿者"));
    assert_eq!(home.station_name, "梧桐里关爱工作站");
    assert_eq!(home.progress, "11月：2 个场所，已达标 0 个");
    let order: Vec<_> =
        home.venues.iter().map(|line| (line.name.as_str(), line.state_label.as_str())).collect();
    assert_eq!(order, [("星河游戏厅", "应检查"), ("蓝鲸网吧", "进度正常"), ("晨光电竞酒店", "免检")]);
    assert_eq!(home.waiting, "1 条记录等待上传");
    assert_eq!(home.drafts.len(), 1);
    assert!(home.urgent.is_empty() && home.notices.is_empty());
    let status = phone.status().unwrap();
    assert_eq!((home.unsent, home.must_enrol), (UnsentShown::Waiting, status.must_enrol));
    assert_eq!((status.records_waiting, status.drafts), (1, 1));
}

#[test]
fn home_says_that_schools_have_vacation_from_a_week_before_it_in_the_language_of_the_phone() {
    let phone = Phone::of_volunteer();
    assert_eq!(phone.home().unwrap().vacation, None);
    let vacations = |from: &str| {
        let range = DateRange::new(from.parse().unwrap(), "2026-12-20".parse().unwrap()).unwrap();
        let policy = Policy { vacations: vec![range], ..Policy::default() };
        Change::Policy(PolicyFrom::of_station("2026-11".parse().unwrap(), policy))
    };
    // It is the 24th of November.
    phone.apply(&[vacations("2026-12-02")]);
    assert_eq!(phone.home().unwrap().vacation, None);
    phone.apply(&[vacations("2026-12-01")]);
    let told = phone.home().unwrap().vacation;
    assert_eq!(told.as_deref(), Some("12月1日至12月20日学校放假，全天都可能有未成年人"));
    phone.set_locale(Locale::En);
    let told = phone.home().unwrap().vacation;
    assert_eq!(told.as_deref(), Some("School vacation from 1 Dec to 20 Dec: minors may be about all day"));
}

#[test]
fn a_phone_that_was_revoked_must_be_enrolled_again_by_the_first_screen_too() {
    let phone = Phone::of_volunteer();
    let device = phone.store.read(device::current).unwrap().unwrap().id;
    phone.store.write(|tx| device::set_revoked(tx, device, true)).unwrap();
    let home = phone.home().unwrap();
    assert!(home.must_enrol && phone.status().unwrap().must_enrol);
    assert_eq!(home.notices[0].code, NoticeCode::DeviceRevoked);
    assert_eq!(home.notices[0].leads_to, None);
}

#[test]
fn a_venue_that_is_late_tells_its_last_day() {
    let phone = Phone::of_volunteer();
    phone.clock.pass(-6 * DAY);
    let home = phone.home().unwrap();
    assert_eq!(home.venues[0].state, CoverageShown::Late);
    assert_eq!(home.venues[0].last_day.as_deref(), Some("最晚 11月23日"));
    phone.set_locale(Locale::En);
    assert_eq!(phone.home().unwrap().venues[0].last_day.as_deref(), Some("by 23 Nov"));
}

#[test]
fn the_police_see_the_nearest_first_and_what_is_urgent() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(arcade().id, &[], None).unwrap();
    phone.answer(draft, &answer("yj_exit", "no")).unwrap();
    phone.finish(draft).unwrap();
    phone.enrol(&police());
    let home = phone.home_at(&fix_at(&arcade(), phone.now())).unwrap();
    assert_eq!(home.venues[0].name, "星河游戏厅");
    assert_eq!(home.venues[0].distance.as_deref(), Some("0米"));
    assert_eq!(home.venues[1].distance.as_deref(), Some("1.1公里"));
    assert_eq!(home.urgent.len(), 1);
    assert_eq!(
        (home.urgent[0].severity_label.as_str(), home.urgent[0].when.as_str()),
        ("紧急", "11月24日 14:12")
    );
    let nearest = phone.nearby(&fix_at(&cafe(), phone.now()), 1).unwrap();
    assert_eq!(nearest[0].line.venue, cafe().id);
}

#[test]
fn what_was_found_is_told_with_its_answer_as_far_as_the_phone_knows_it() {
    let phone = Phone::of(&member(9, "何站长", Role::Head));
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let seen = serde_json::json!({"count": 2, "bands": ["junior"], "in_danger": true, "dissuaded": false});
    let said = serde_json::json!({"kind": "choice", "choice": "yes", "minors": seen});
    let minors = ItemAnswer {
        item: "wb_minor".parse().unwrap(),
        answer: serde_json::from_value(said).unwrap(),
        note: None,
    };
    phone.answer(draft, &minors).unwrap();
    let saved = phone.finish(draft).unwrap();
    let own = Some("有：约2人、初中年龄段、有孩子处于危险");
    assert_eq!(saved.findings[0].answer.as_deref(), own);
    assert_eq!(phone.home().unwrap().urgent[0].answer.as_deref(), own);
    assert_eq!(phone.venue(cafe().id).unwrap().look_again[0].answer.as_deref(), own);

    // Of another phone's record only the item travels: its answer is known where but one is bad.
    let found = |item: &str| Finding { item: item.parse().unwrap(), severity: Severity::S, repeated: false };
    let told = Visit {
        record: RecordId::mint(phone.now(), [1; 10]),
        venue: arcade().id,
        kind: VisitKind::Inspection,
        happened_at: phone.now(),
        received_at: Some(phone.now()),
        member: volunteer().id,
        companions: Vec::new(),
        corrects: None,
        review: Review::Pending,
        grade: Grade::OnSite,
        findings: vec![found("yj_exit"), found("yj_gamble")],
    };
    phone.apply(&[Change::Visit(told)]);
    let urgent = phone.home().unwrap().urgent;
    let answers: Vec<_> = urgent.iter().map(|line| line.answer.as_deref()).collect();
    assert_eq!(answers.len(), 3);
    assert!(answers.contains(&Some("堵塞或遮挡")), "{answers:?}");
    assert!(answers.contains(&None), "{answers:?}");
}

#[test]
fn whoever_checks_in_has_the_nearest_on_top_and_every_venue_below() {
    let mut phone = Phone::of_volunteer();
    phone.enrol(&member(9, "何站长", Role::Head));
    let new = venue(7, "新开的网吧", VenueKind::InternetCafe, 32.05);
    let unplaced = crate::domain::Venue { position: None, ..new };
    phone.apply(&[Change::Venue(unplaced.clone())]);
    let names = |lines: Vec<crate::field::book::VenueLine>| {
        lines.into_iter().map(|line| line.venue).collect::<Vec<_>>()
    };
    for near in [arcade(), cafe()] {
        let lines = names(phone.to_check_in(Some(&fix_at(&near, phone.now()))).unwrap().venues);
        assert_eq!((lines[0], lines.len()), (near.id, 3));
        assert_eq!(lines[2], unplaced.id, "its place is not known");
    }
    let by_need: Vec<_> = phone.home().unwrap().venues.into_iter().map(|line| line.venue).collect();
    assert_eq!(names(phone.to_check_in(None).unwrap().venues), by_need);
}

#[test]
fn what_was_mended_is_to_be_looked_at_again_and_what_was_closed_is_not() {
    let mut phone = Phone::of_volunteer();
    let draft = phone.start(arcade().id, &[], None).unwrap();
    phone.answer(draft, &answer("yj_exit", "no")).unwrap();
    let saved = phone.finish(draft).unwrap();
    phone.receive(saved.record);
    let mut number = 0;
    let mut done = |phone: &Phone, act| {
        number += 1;
        phone.clock.pass(1);
        phone.apply(&[Change::FollowUp(FollowUpStep {
            record: saved.record,
            item: "yj_exit".parse().unwrap(),
            venue: arcade().id,
            number,
            act,
            at: phone.now(),
            by: police().id,
            due: None,
            note: None,
        })]);
    };
    done(&phone, FollowUpAct::HandedOver { to: Route::Fire });
    let told = |phone: &Phone| phone.venue(arcade().id).unwrap().look_again;
    assert_eq!(told(&phone)[0].advice, "已转交消防部门，下次来再看。");
    done(&phone, FollowUpAct::Mended);
    assert_eq!(told(&phone)[0].advice, "说是已整改，请再看一次。");
    phone.enrol(&police());
    assert_eq!(phone.home().unwrap().urgent[0].severity_label, "紧急，已整改待复查");
    done(&phone, FollowUpAct::Rechecked);
    done(&phone, FollowUpAct::Closed);
    assert_eq!((told(&phone), phone.home().unwrap().urgent), (Vec::new(), Vec::new()));
    done(&phone, FollowUpAct::Reopened);
    assert_eq!((told(&phone).len(), phone.home().unwrap().urgent.len()), (1, 1));
}

#[test]
fn a_venue_shows_its_schools_and_visits() {
    let phone = Phone::of_volunteer();
    let record = inspect(&phone, &cafe());
    let page = phone.venue(cafe().id).unwrap();
    assert!(page.schools[0].is_near);
    assert!(page.schools[0].distance.starts_with("参考距离约111米"), "{}", page.schools[0].distance);
    assert_eq!(page.visits[0].people, ["周小满", "陈谷雨"]);
    assert!(page.visits[0].unsent && page.has_placard && page.not_open.is_none());
    assert_eq!(page.visits[0].record, record);
}

#[test]
fn an_english_screen_has_no_chinese_but_names() {
    let phone = Phone::of_volunteer();
    phone.set_locale(Locale::En);
    let draft = phone.start(arcade().id, &[], None).unwrap();
    let page = phone.draft(draft).unwrap();
    for text in page.items.iter().flat_map(|item| item.basis.iter().chain([&item.question])) {
        assert!(text.chars().all(|c| !('\u{4e00}'..='\u{9fff}').contains(&c)), "{text}");
    }
    assert_eq!(page.day_type, "ordinary day");
    assert_eq!(phone.finish(draft).unwrap().state.text, "Saved on this phone, waiting to be uploaded");
}

#[test]
fn an_empty_station_has_empty_screens() {
    let mut phone = Phone::new();
    phone.enrol(&volunteer());
    assert_eq!(phone.home().unwrap().progress, "11月：0 个场所，已达标 0 个");
    assert!(phone.coverage("2026-11".parse().unwrap()).unwrap().lines.is_empty());
    assert!(phone.history(None, 10).unwrap().lines.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_pages_of_history_are_all_of_it_in_order(gaps in prop::collection::vec(0i64..3, 0..12), limit in 1u32..6) {
        let phone = Phone::of(&police());
        let mut made = Vec::new();
        for (number, gap) in gaps.into_iter().enumerate() {
            let venue = if number % 2 == 0 { cafe() } else { arcade() };
            made.push(phone.check_in(venue.id, None, None, None).unwrap().record);
            phone.clock.pass(gap * MINUTE);
        }
        let mut read: Vec<(Timestamp, RecordId)> = Vec::new();
        let mut before = None;
        loop {
            let page = phone.history(before, limit).unwrap();
            prop_assert!(page.lines.len() <= limit as usize);
            read.extend(page.lines.iter().map(|line| (line.happened_at, line.record)));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        prop_assert!(read.windows(2).all(|pair| pair[0] > pair[1]));
        prop_assert_eq!(read.len(), made.len());
        let waiting = phone.store.read(|conn| records::waiting(conn, police().id, 100)).unwrap();
        prop_assert_eq!(waiting.into_iter().map(|row| row.id).collect::<Vec<_>>(), made);
    }
}

#[test]
fn a_report_that_was_asked_for_waits_in_the_settings_until_the_hub_has_it() {
    let phone = Phone::of_volunteer();
    assert_eq!(phone.settings().unwrap().report, None);
    let program = Program { version: Name::new("1.0").unwrap(), system: Name::new("iOS 18").unwrap() };
    let line = phone.report(program).unwrap();
    assert_eq!((line.state, line.text.as_str()), (ReportShown::Waiting, "将在有网络时报告"));
    assert_eq!(phone.settings().unwrap().report, Some(line));
    assert_eq!(Phone::new().settings().unwrap().status.enrolled, None);
}

#[test]
fn a_photo_takes_room_until_the_hub_has_it() {
    let phone = Phone::of_volunteer();
    let before = phone.store.room().unwrap();
    assert!(before.database > 0 && before.free > 0);
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let photo = phone.add_photo(draft, None, &picture()).unwrap();
    let taken = phone.store.room().unwrap();
    assert!(taken.photos > 0 && taken.spare == 0);
    phone.photo(photo).unwrap();
    assert!(phone.store.room().unwrap().spare > 0, "a view can be let go");
}

#[test]
fn the_list_of_records_has_what_only_this_phone_has_on_top_and_nothing_twice() {
    let phone = Phone::of_volunteer();
    let made: Vec<_> = (0..4)
        .map(|_| {
            phone.clock.pass(HOUR);
            inspect(&phone, &cafe())
        })
        .collect();
    for record in &made[..3] {
        phone.receive(*record);
    }
    let ids = |lines: &[RecordLine]| lines.iter().map(|line| line.record).collect::<Vec<_>>();
    let page = phone.records(2).unwrap();
    assert_eq!(page.outbox, phone.outbox().unwrap());
    assert_eq!((ids(&page.outbox.lines), ids(&page.older)), (vec![made[3]], vec![made[2], made[1]]));
    assert!(page.has_more && !phone.records(3).unwrap().has_more);
}

#[test]
fn who_it_is_is_told_alike_by_the_small_page_and_the_first_screen() {
    let mut phone = Phone::of_volunteer();
    for member in [volunteer(), police(), member(9, "何站长", Role::Head)] {
        phone.enrol(&member);
        let (small, home) = (phone.member().unwrap(), phone.home().unwrap());
        assert_eq!(small.name, home.member_name);
        assert_eq!(
            (small.may_inspect, small.may_check_in, small.is_head, small.nearest_first, &small.month),
            (home.may_inspect, home.may_check_in, home.is_head, home.nearest_first, &home.month)
        );
        assert_eq!(
            home.nearest_first,
            member.role == Role::Police,
            "a head's list stays in the order of need"
        );
        let (venue, coverage) = (phone.venue(cafe().id).unwrap(), phone.coverage_now().unwrap());
        assert_eq!((venue.may_inspect, venue.may_check_in), (home.may_inspect, home.may_check_in));
        assert_eq!(coverage.month, home.month);
        assert_eq!(coverage.to_review, phone.to_review().ok());
        let own = OwnPlaces { check_in: home.may_check_in, coverage: home.is_head };
        let (records, to_check_in) = (phone.records(9).unwrap(), phone.to_check_in(None).unwrap());
        assert_eq!([coverage.own, records.own, to_check_in.own], [own; 3]);
        assert_eq!(phone.settings().unwrap().own, Some(own));
        match phone.to_review() {
            Ok(words) => assert_eq!(words, phone.review_queue().unwrap().text),
            Err(error) => assert_eq!((error.code(), small.is_head), (FieldErrorCode::NotAllowed, false)),
        }
    }
}
