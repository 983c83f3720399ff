//! What the city decides for all: statutory days and checklists that came by the feed.

use crate::domain::{
    Checklist, ChecklistFrom, DateRange, Notice, OpeningHours, Policy, PolicyFrom, StatutoryDays, VenueKind,
};
use crate::field::Clock as _;
use crate::field::testing::{DAY, Phone, arcade, cafe};
use crate::wire::Change;

fn next_list(from: &str) -> Change {
    let own = Checklist::default_for(&VenueKind::InternetCafe).unwrap();
    let mut list = Checklist { version: own.version + 1, ..own.clone() };
    list.items.reverse();
    list.items[0].question.zh = "新问题？".to_owned();
    Change::Checklist(ChecklistFrom { from: from.parse().unwrap(), checklist: list })
}

#[test]
fn a_draft_is_made_by_the_newest_checklist_in_force_when_it_begins_and_keeps_it() {
    let phone = Phone::of_volunteer();
    let today = phone.clock.now().day();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    phone.apply(&[next_list(&today.succ_opt().unwrap().to_string())]);
    let old = phone.draft(draft).unwrap().items[0].question.clone();
    phone.finish(draft).unwrap();

    phone.clock.pass(DAY);
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let page = phone.draft(draft).unwrap();
    assert_eq!(page.items[0].question, "新问题？");
    assert_ne!(page.items[0].question, old);
    let record = phone.finish(draft).unwrap().record;
    assert_eq!(phone.record(record).unwrap().content.unwrap().answers[0].question, "新问题？");
}

#[test]
fn the_days_of_a_year_that_the_hub_told_stand_in_place_of_the_program_s() {
    let phone = Phone::of_volunteer();
    // 2 January 2027, before the notice on that year was known to the program.
    phone.clock.pass(39 * DAY);
    let day_type = || phone.draft(phone.start(arcade().id, &[], None).unwrap()).unwrap().day_type;
    assert_eq!(day_type(), "日期类型待定");
    let own = StatutoryDays::embedded().unwrap();
    let mut year = own.years().find(|year| year.year == 2027).unwrap().clone();
    let mut days: Vec<_> = year.days().collect();
    days.sort();
    let mut off: Vec<DateRange> = days.iter().map(|day| DateRange::new(*day, *day).unwrap()).collect();
    off[0] = DateRange::new(off[0].from(), off[0].from() + chrono::Days::new(2)).unwrap();
    let (title, date) = ("关于2027年部分节假日安排的通知".to_owned(), "2026-11-20".parse().unwrap());
    year.notice = Some(Notice { title, date, off });
    phone.apply(&[Change::StatutoryYear(year)]);
    assert_eq!(day_type(), "调休或相邻休息日");
}

#[test]
fn the_question_about_hours_names_those_that_the_station_has_set_and_no_arcade_s() {
    let phone = Phone::of_volunteer();
    let times = |venue| {
        let page = phone.draft(phone.start(venue, &[], None).unwrap()).unwrap();
        page.items.into_iter().filter_map(|item| item.time).collect::<Vec<_>>()
    };
    assert!(times(cafe().id)[0].ends_with("，规定营业时间 08:00–24:00"), "{:?}", times(cafe().id));
    let cafe_hours = OpeningHours::new("09:00", "22:30").unwrap();
    let policy = Policy { cafe_hours, ..Policy::default() };
    phone.apply(&[Change::Policy(PolicyFrom::of_station("2026-11".parse().unwrap(), policy))]);
    assert!(times(cafe().id)[0].ends_with("，规定营业时间 09:00–22:30"), "{:?}", times(cafe().id));
    assert!(times(arcade().id).iter().all(|time| !time.contains("规定")));
}
