//! What the city decides for all: statutory days and checklists that came by the feed.

use super::answer;
use crate::domain::{
    Checklist, ChecklistFrom, DateRange, Notice, OpeningHours, Policy, PolicyFrom, RecordId, StatutoryDays,
    Tone, VenueKind,
};
use crate::field::testing::{DAY, Phone, arcade, cafe, police};
use crate::field::{Clock as _, StoreError};
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

/// The café's list without one item, and with another question for a second one.
fn list_without(gone: &str, reworded: &str, later: u16, from: chrono::NaiveDate) -> Change {
    let own = Checklist::default_for(&VenueKind::InternetCafe).unwrap();
    let mut list = Checklist { version: own.version + later, ..own.clone() };
    list.items.retain(|item| item.id.as_str() != gone);
    for item in list.items.iter_mut().filter(|item| item.id.as_str() == reworded) {
        item.question.zh = "换了说法？".to_owned();
    }
    Change::Checklist(ChecklistFrom { from, checklist: list })
}

/// Answers every question well, as far as the list asks it.
fn all_is_well(phone: &Phone) -> RecordId {
    let draft = phone.start(cafe().id, &[], None).unwrap();
    for item in phone.draft(draft).unwrap().items {
        if let Some(good) = item.choices.iter().find(|choice| choice.tone == Tone::Good) {
            phone.answer(draft, &answer(item.item.as_str(), good.code.as_str())).unwrap();
        }
    }
    phone.finish(draft).unwrap().record
}

#[test]
fn what_was_found_by_an_item_that_the_list_has_no_more_stays_to_be_looked_at_again_in_the_old_words() {
    let mut phone = Phone::of_volunteer();
    let today = phone.clock.now().day();
    let draft = phone.start(cafe().id, &[], None).unwrap();
    let page = phone.draft(draft).unwrap();
    let asked =
        |item: &str| page.items.iter().find(|line| line.item.as_str() == item).unwrap().question.clone();
    for item in ["wb_exit", "wb_sign"] {
        phone.answer(draft, &answer(item, "no")).unwrap();
    }
    let found = phone.finish(draft).unwrap().record;
    // One version asks it in other words, the next not at all.
    let day = |later: u64| today + chrono::Days::new(later);
    phone.apply(&[list_without("", "wb_exit", 1, day(1)), list_without("wb_exit", "wb_sign", 2, day(2))]);

    let look_again = |phone: &Phone| -> Vec<String> {
        phone.venue(cafe().id).unwrap().look_again.into_iter().map(|line| line.question).collect()
    };
    phone.clock.pass(8 * DAY);
    assert_eq!(look_again(&phone), [asked("wb_exit"), asked("wb_sign")]);
    let content = phone.record(found).unwrap().content.unwrap();
    assert!(content.answers.iter().all(|line| line.question == asked(line.item.as_str())));

    let later = all_is_well(&phone);
    assert_eq!(look_again(&phone), [asked("wb_exit")], "it was not looked at");
    // A damage that cost all but the records changes nothing.
    let lose = "DELETE FROM visits WHERE record = (SELECT id FROM records ORDER BY seq DESC LIMIT 1);
        DELETE FROM found_good; DELETE FROM rules;";
    phone.store.write(|tx| tx.execute_batch(lose).map_err(StoreError::from)).unwrap();
    phone.reopen();
    assert!(look_again(&phone).contains(&asked("wb_exit")));
    phone.receive(later);
    phone.enrol(&police());
    let urgent = phone.home().unwrap().urgent;
    assert_eq!((urgent.len(), &urgent[0].question), (1, &asked("wb_exit")));
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
