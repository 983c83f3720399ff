//! The list of entries of a year or month, by day or of one duty, and the form for one more.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use maud::{Markup, html};
use xuncha_core::domain::{Children, Duty, DutyEntry, Locale, Month, StationId};

use super::Choices;
use super::form::Fields;
use crate::dashboard::look::{bad, csrf, dates, good};
use crate::dashboard::visitor::{Names, Visitor};
use crate::ledger::{Supervised, Version};
use crate::scope::Operation;

/// A year, or a month of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) year: i32,
    pub(super) month: Option<u32>,
}

impl Span {
    /// Its first and last month.
    pub(super) fn months(self) -> (Month, Month) {
        let month = |month| Month::new(self.year, month).unwrap_or(Month::of(NaiveDate::default()));
        self.month.map_or((month(1), month(12)), |only| (month(only), month(only)))
    }

    fn words(self, l: Locale) -> String {
        match self.month.and_then(|month| Month::new(self.year, month)) {
            Some(month) => dates::month(month, l),
            None if l == Locale::ZhHans => format!("{}年", self.year),
            None => self.year.to_string(),
        }
    }
}

/// What the list shows.
pub(super) struct List {
    pub(super) entries: Vec<Version>,
    pub(super) supervised: BTreeMap<(StationId, Month), Supervised>,
    pub(super) names: Names,
    pub(super) span: Span,
    pub(super) duty: Option<Duty>,
    pub(super) today: NaiveDate,
}

impl List {
    fn shows(&self, duty: Duty) -> bool {
        self.duty.is_none_or(|only| only == duty)
    }
}

pub(super) fn list(
    visitor: &Visitor,
    list: &List,
    choices: &Choices,
    fields: &Fields,
    done: &str,
    wrong: Option<&str>,
) -> Markup {
    let l = visitor.locale;
    let told = match done {
        "added" => Some(l.pick("已记入台账。", "Added.")),
        "struck" => Some(l.pick("已作废。", "Struck out.")),
        _ => None,
    };
    let shown = || list.entries.iter().filter(|version| list.shows(version.entry.duty));
    let of_duty = |duty| shown().filter(|it| it.entry.duty == duty && !it.struck).count();
    let venues = list.supervised.values().any(|told| told.venues > 0) && list.shows(Duty::VenueSupervision);
    html! {
        (visitor.back_to_all("/ledger"))
        div.head {
            div {
                h1 { (visitor.station.name) " · " (list.span.words(l)) " " (l.pick("台账", "ledger")) }
                p.quiet { (l.pick("七项职责。修改、作废都留痕；网吧、游戏机室的检查每月自动列入第三项。",
                    "The seven duties. Amending and striking out leave the old versions; inspections stand under duty 3 by themselves.")) }
                p.quiet.print-only { (l.pick("制表日期：", "Made on ")) (dates::full_day(list.today, l)) }
            }
            (filter(visitor, list))
        }
        @if let Some(told) = told { (good(told)) }
        @if let Some(wrong) = wrong { (bad(wrong)) }
        @if shown().next().is_none() && !venues {
            div.panel { p.empty { (l.pick("没有台账。", "Nothing is in the ledger.")) } }
        } @else {
            @for (number, duty) in (1..).zip(Duty::ALL) {
                @let lines = if duty == Duty::VenueSupervision { venues } else { false };
                @if lines || shown().any(|version| version.entry.duty == duty) {
                    h2 { (number) "　" (duty.label(l)) " " span.quiet-inline { "· " (of_duty(duty)) " " (l.pick("条", "entries")) } }
                    div.sheet { table {
                        thead { tr {
                            th scope="col" { (l.pick("日期", "Day")) }
                            th scope="col" { (l.pick("事项", "What was done")) }
                            th scope="col" { (l.pick("参加人", "Who took part")) }
                            th scope="col" { (l.pick("孩子", "Children")) }
                        } }
                        tbody {
                            @for version in shown().filter(|version| version.entry.duty == duty) { (row(visitor, version, &list.names)) }
                            @if lines { @for ((_, month), told) in &list.supervised { (supervised(visitor, *month, *told)) } }
                        }
                    } }
                }
            }
        }
        @if visitor.may(Operation::KeepLedger) { section.panel.form.no-print #add {
            h2 { (l.pick("新增台账", "Add an entry")) }
            form method="post" action={ "/ledger" (visitor.scope()) } {
                (csrf(&visitor.csrf)) (fields.show(choices, l))
                button.button type="submit" { (l.pick("记入台账", "Add")) }
            }
        } }
    }
}

fn filter(visitor: &Visitor, list: &List) -> Markup {
    let l = visitor.locale;
    html! {
        form.row.no-print method="get" action="/ledger" {
            @if !visitor.scope().is_empty() { input type="hidden" name="station" value=(visitor.station.id); }
            div { label for="year" { (l.pick("年份", "Year")) }
                input #year type="number" name="year" min="2000" max="2199" value=(list.span.year); }
            div { label for="month" { (l.pick("月份", "Month")) }
                select #month name="month" {
                    option value="" { (l.pick("全年", "The year")) }
                    @for month in 1..=12 { option value=(month) selected[list.span.month == Some(month)] { (month) (l.pick("月", "")) } }
                } }
            div { label for="of" { (l.pick("职责", "Duty")) }
                select #of name="duty" {
                    option value="" { (l.pick("全部", "All")) }
                    @for duty in Duty::ALL { option value=(duty.code()) selected[list.duty == Some(duty)] { (duty.label(l)) } }
                } }
            button.button.plain-button type="submit" { (l.pick("查看", "Show")) }
        }
    }
}

fn row(visitor: &Visitor, version: &Version, names: &Names) -> Markup {
    let (l, entry) = (visitor.locale, &version.entry);
    html! {
        tr.struck[version.struck] {
            td.nowrap { (dates::day(entry.day, l)) }
            th scope="row" {
                a href={ "/ledger/" (entry.id) (visitor.scope()) } { (entry.title) }
                @if let Some(text) = &entry.text { span.quiet { (text) } }
                @if version.struck { span.quiet { (l.pick("已作废：", "Struck out: ")) (version.reason.as_ref().map_or("", |reason| reason.as_str())) } }
                @else if version.number > 1 { span.quiet { (l.pick("已修改，第 ", "Amended, version ")) (version.number) (l.pick(" 版", "")) } }
            }
            td { (people(entry, names, l)) }
            td { (entry.children.as_ref().map_or(String::new(), |children: &Children| children.words(l))) }
        }
    }
}

/// Who took part, in words.
pub(super) fn people(entry: &DutyEntry, names: &Names, l: Locale) -> String {
    let members: Vec<_> = entry.members.iter().map(|member| names.name(*member)).collect();
    let mut words = members.join(l.pick("、", ", "));
    if entry.others > 0 {
        let others = match l {
            Locale::ZhHans => format!("另有 {} 人", entry.others),
            Locale::En => format!("and {} others", entry.others),
        };
        if !words.is_empty() {
            words.push_str(l.pick("，", ", "));
        }
        words.push_str(&others);
    }
    words
}

fn supervised(visitor: &Visitor, month: Month, told: Supervised) -> Markup {
    let l = visitor.locale;
    html! {
        tr {
            td.nowrap { @match l { Locale::ZhHans => { (month.first_day().month()) "月" } Locale::En => { (month.first_day().format("%b").to_string()) } } }
            th scope="row" { a href=(visitor.at("/coverage", &format!("month={month}"))) { (l.pick("场所检查", "Inspections")) }
                span.quiet { (told.words(l)) } }
            td {} td {}
        }
    }
}
