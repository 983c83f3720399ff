//! School vacations as rows of the form, from a day to a day.

use std::collections::HashMap;

use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;
use xuncha_core::domain::{DateRange, Locale, Policy};

use crate::dashboard::look::dates;

const MOST: usize = Policy::MOST_VACATIONS;
/// Empty rows after those that are filled in.
const SPARE: usize = 2;
/// Longer than any vacation: a wrong year was typed.
const MOST_DAYS: i64 = 100;

/// The rows that are not empty, as they are typed; `None` from a page that had no such rows.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "HashMap<String, String>")]
pub(super) struct Vacations(Option<Vec<(String, String)>>);

fn names(row: usize) -> (String, String) {
    (format!("vacation_{row}_from"), format!("vacation_{row}_to"))
}

impl From<HashMap<String, String>> for Vacations {
    fn from(form: HashMap<String, String>) -> Self {
        let typed = |name: &str| form.get(name).map(|text| text.trim().to_owned());
        let row = |row| {
            let (from, to) = names(row);
            typed(&from).zip(typed(&to))
        };
        let rows: Vec<_> = (1..=MOST + SPARE).filter_map(row).collect();
        let filled = |(from, to): &(String, String)| !from.is_empty() || !to.is_empty();
        Self((!rows.is_empty()).then(|| rows.into_iter().filter(filled).collect()))
    }
}

impl Vacations {
    pub(super) fn of(vacations: &[DateRange]) -> Self {
        Self(Some(vacations.iter().map(|range| (range.from().to_string(), range.to().to_string())).collect()))
    }

    /// What is typed, the earliest first; of a page that had no such rows, what stands.
    pub(super) fn read(&self, stands: &[DateRange], l: Locale) -> Result<Vec<DateRange>, String> {
        let Some(typed) = &self.0 else { return Ok(stands.to_vec()) };
        if typed.len() > MOST {
            return Err(match l {
                Locale::ZhHans => format!("学校放假最多写 {MOST} 段。"),
                Locale::En => format!("At most {MOST} vacations."),
            });
        }
        let read = |(row, typed): (usize, &(String, String))| {
            range(typed).map_err(|(zh, en)| match l {
                Locale::ZhHans => format!("学校放假第 {row} 段：{zh}"),
                Locale::En => format!("Vacation {row}: {en}"),
            })
        };
        let mut vacations: Vec<DateRange> = (1..).zip(typed).map(read).collect::<Result<_, _>>()?;
        vacations.sort_by_key(|range| (range.from(), range.to()));
        vacations.dedup();
        Ok(vacations)
    }

    pub(super) fn in_words(&self, l: Locale) -> String {
        let rows = self.0.iter().flatten();
        rows.map(|(from, to)| format!("{from}–{to}")).collect::<Vec<_>>().join(l.pick("、", ", "))
    }

    /// Its rows, and some that are empty.
    pub(super) fn rows(&self, l: Locale) -> Markup {
        let filled = self.0.iter().flatten().map(|(from, to)| (from.as_str(), to.as_str()));
        let rows = filled.chain([("", ""); SPARE]).take(MOST + SPARE);
        html! {
            fieldset.field {
                legend { (l.pick("学校放假（全站）", "School vacations (of the whole station)")) }
                p.quiet { (l.pick(
                    "只用来提醒：放假时手机首页会写明，走势和月报把这些日子全天算作高峰时段，从这份规则生效的月份起。两个日期都清空就是删去这一段。",
                    "For reminders only: phones say so, and trends and month reports count these days as peak hours all day, from this policy's first month on. Empty both days of a row to take it away.",
                )) }
                @for (row, (from, to)) in (1..).zip(rows) {
                    @let (from_name, to_name) = names(row);
                    div.row.field {
                        div { label for=(from_name) { (l.pick("第 ", "Vacation ")) (row) (l.pick(" 段：从", ": from")) } (day(&from_name, from)) }
                        div { label for=(to_name) { (l.pick("第 ", "Vacation ")) (row) (l.pick(" 段：到", ": to")) } (day(&to_name, to)) }
                    }
                }
            }
        }
    }
}

fn day(name: &str, typed: &str) -> Markup {
    html! { input id=(name) name=(name) type="date" pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}" placeholder="2027-01-20" value=(typed); }
}

fn range((from, to): &(String, String)) -> Result<DateRange, super::Wrong> {
    let days = || Some((from.parse::<NaiveDate>().ok()?, to.parse::<NaiveDate>().ok()?));
    let (from, to) = days()
        .ok_or(("请写明从哪天到哪天，如 2027-01-20。", "say from which day to which, such as 2027-01-20."))?;
    let range =
        DateRange::new(from, to).map_err(|_| ("结束的日期在开始之前。", "it ends before it begins."))?;
    if (to - from).num_days() >= MOST_DAYS {
        return Err(("超过 100 天，请核对年份。", "it is longer than 100 days: look at the year."));
    }
    Ok(range)
}

/// In a list.
pub(super) fn in_list(vacations: &[DateRange], l: Locale) -> Markup {
    html! {
        @if vacations.is_empty() { span.not { "—" } }
        @for range in vacations {
            div.nowrap { (dates::full_day(range.from(), l)) "–" (dates::full_day(range.to(), l)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(rows: &[(&str, &str)]) -> Vacations {
        let fields = (1..).zip(rows).flat_map(|(row, (from, to))| {
            let (from_name, to_name) = names(row);
            [(from_name, (*from).to_owned()), (to_name, (*to).to_owned())]
        });
        Vacations::from(fields.collect::<HashMap<_, _>>())
    }

    fn read(rows: &[(&str, &str)]) -> Result<Vec<DateRange>, String> {
        typed(rows).read(&[], Locale::En)
    }

    #[test]
    fn emptied_rows_are_gone_and_the_others_stand_in_order() {
        let read = read(&[("2027-07-01", "2027-08-31"), ("", " "), ("2027-01-20", "2027-02-20")]).unwrap();
        let begins: Vec<_> = read.iter().map(|range| range.from().to_string()).collect();
        assert_eq!(begins, ["2027-01-20", "2027-07-01"]);
        assert_eq!(Vacations::of(&read).read(&[], Locale::En), Ok(read));
    }

    #[test]
    fn a_page_that_had_no_rows_takes_none_away() {
        let stands = read(&[("2027-01-20", "2027-02-20")]).unwrap();
        assert_eq!(Vacations::default().read(&stands, Locale::En).as_ref(), Ok(&stands));
        assert_eq!(typed(&[("", "")]).read(&stands, Locale::En), Ok(vec![]));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_row() {
        let good = ("2027-01-20", "2027-02-20");
        let why = |wrong| read(&[good, wrong]).unwrap_err();
        assert_eq!(why(("2027-08-31", "2027-07-01")), "Vacation 2: it ends before it begins.");
        assert!(why(("2027-07-01", "2028-08-31")).starts_with("Vacation 2: it is longer than 100 days"));
        for half in [("2027-07-01", ""), ("", "2027-07-01"), ("7月1日", "8月31日")] {
            assert!(why(half).starts_with("Vacation 2: say from which day"), "{half:?}");
        }
        assert!(read(&[("2027-01-01", "2027-04-10")]).is_ok());
        assert!(read(&[("2027-01-01", "2027-04-11")]).is_err());
        assert!(read(&[good; MOST]).is_ok());
        assert_eq!(read(&[good; MOST + 1]), Err("At most 50 vacations.".to_owned()));
    }
}
