//! A checklist's questions as the phone shows them, with what follows from each answer beside them.

use maud::{Markup, html};
use xuncha_core::domain::{
    ByDayType, Checklist, Choice, DayType, Detail, Item, Locale, Severity, SeverityRule, Tone,
};

use crate::dashboard::look::signs;

/// All of them.
pub(super) fn questions(list: &Checklist, l: Locale) -> Markup {
    html! {
        ol.phone-screens { @for item in &list.items { li.panel { (question(item, l)) } } }
    }
}

fn question(item: &Item, l: Locale) -> Markup {
    html! {
        h2 { (item.question.get(l)) }
        (answers(item, l))
    }
}

/// What may be answered to a question, and all that stands beside it.
pub(super) fn answers(item: &Item, l: Locale) -> Markup {
    let basis: Vec<String> = item.basis.iter().map(|basis| basis.cite(l)).collect();
    html! {
        @if item.choices().is_empty() { p.not { (l.pick("（自己写，可不填）", "(own words, or nothing)")) } }
        ul.answers-shown {
            @for choice in item.choices() { li { (answer(choice, l)) } }
            li { span.not { (l.pick("未查看", "Not looked at")) } }
        }
        @if item.asks_photo { p.quiet { (l.pick("请求拍照（标志、证照，不拍人）", "Asks for a photo (of a sign, never of people)")) } }
        @if item.shows_day_type { p.quiet { (l.pick("显示当天是什么日子", "Shows what the day is")) } }
        @if item.time_automatic { p.quiet { (l.pick("自动记下到场时间", "Notes the time by itself")) } }
        @if !basis.is_empty() { p.quiet { (basis.join(l.pick("；", "; "))) } }
    }
}

fn answer(choice: &Choice, l: Locale) -> Markup {
    let (class, sign) = match choice.tone {
        Tone::Good => ("tone-good", "✓"),
        Tone::Bad => ("tone-bad", "✕"),
        Tone::Unsure => ("tone-unsure", "?"),
    };
    html! {
        span class={ "answer-button " (class) } { i.sign aria-hidden="true" { (sign) } (choice.label.get(l)) }
        @if let Some(rule) = &choice.finding { " "
            @match rule.severity {
                SeverityRule::Always(severity) => { (signs::severity(severity, l)) }
                SeverityRule::ByDayType(by) => { (by_day_type(by, l)) }
                SeverityRule::HoursPolicy => { span.quiet-inline { (l.pick("轻重按工作要求", "as grave as the policy says")) } }
            }
            @if rule.child_in_danger_raises { " " span.quiet-inline { (l.pick("孩子有危险时为 S", "S if a child is in danger")) } }
            @if rule.repeat { " " span.quiet-inline { (l.pick("再次发现升为 R", "R the second time")) } }
        }
        @if choice.detail == Some(Detail::Minors) { " " span.quiet-inline { (l.pick("再问人数和年龄段", "then asks count and age band")) } }
    }
}

/// How grave it is on each type of day.
fn by_day_type(by: ByDayType, l: Locale) -> Markup {
    let on = |day: DayType| match day {
        DayType::Ordinary => by.ordinary,
        DayType::ShiftedRest => by.shifted_rest,
        DayType::Statutory => by.statutory,
        DayType::Unknown => by.unknown,
    };
    let words = DayType::ALL.map(|day| {
        let severity = on(day).map_or(l.pick("不算问题", "nothing wrong"), Severity::code);
        format!("{} {severity}", day.label(l))
    });
    html! { span.quiet-inline { (l.pick("轻重看是什么日子：", "how grave depends on the day: ")) (words.join(l.pick("、", ", "))) } }
}
