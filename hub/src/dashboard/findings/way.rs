//! One finding: what it is, what was done about it, by when something is to be done, and the form in which
//! the next step is written down.

use chrono::NaiveDate;
use maud::{Markup, html};
use xuncha_core::domain::{
    FollowUp, FollowUpAct, FollowUpStage, FollowUpStep, Handling, Locale, Route, check_step,
};

use super::{NotTaken, Step};
use crate::dashboard::items;
use crate::dashboard::look::{csrf, dates, signs};
use crate::dashboard::visitor::{Names, Visitor};
use crate::follow_ups::MadeBy;

/// For whom findings are drawn, and when.
pub(in crate::dashboard) struct Drawn<'a> {
    /// Who looks.
    pub visitor: &'a Visitor,
    /// The names of those who act there.
    pub names: &'a Names,
    /// The checklists that they were found by.
    pub made_by: &'a MadeBy,
    /// The day.
    pub today: NaiveDate,
    /// What is usual at the station.
    pub handling: &'a Handling,
    /// Whether they may take steps.
    pub may: bool,
    /// The step that they typed and that was not taken.
    pub not_taken: Option<&'a NotTaken>,
}

/// A finding in a list: under its venue's name if that is not clear by itself, and with where it stands unless the
/// list says that. `back` is the query of the board that its form comes back to.
pub(in crate::dashboard) fn way(
    way: &FollowUp,
    venue: Option<&str>,
    with_stage: bool,
    back: &str,
    drawn: &Drawn<'_>,
) -> Markup {
    let (l, scope) = (drawn.visitor.locale, drawn.visitor.scope());
    let item = drawn.made_by.item(&drawn.visitor.lists, way);
    let question = items::question(item, &way.finding.item, l);
    html! {
        li {
            h3 {
                (signs::severity(way.finding.severity, l)) span { (question) }
                @if with_stage { (signs::stage(way.stage, l)) }
            }
            @if let Some(name) = venue {
                div { a href={ "/venues/" (way.venue) (scope) } { (name) } }
            }
            div.quiet {
                (l.pick("发现：", "Found: "))
                a href={ "/records/" (way.record) (scope) } { (dates::moment(way.found_at, l)) }
                @if way.finding.repeated { (l.pick("（此前也有）", " (found before too)")) }
            }
            @if !way.steps.is_empty() { ol.plain { @for step in &way.steps { li { (taken(step, drawn.names, l)) } } } }
            @if let Some(record) = way.seen_by {
                div {
                    a href={ "/records/" (record) (scope) } { (dates::moment(way.since, l)) }
                    @if way.stage == FollowUpStage::FoundAgain { (l.pick(" 检查时再次发现。", ": found again by an inspection.")) }
                    @else { (l.pick(" 检查时已正常，算作复查。", ": an inspection found it good, which is the recheck.")) }
                }
            }
            (due(way, drawn.today, l))
            @if drawn.may && way.stage != FollowUpStage::FoundAgain { (next(way, back, drawn)) }
        }
    }
}

fn taken(step: &FollowUpStep, names: &Names, l: Locale) -> Markup {
    html! {
        (dates::moment(step.at, l)) " · " (names.name(step.by)) " · " strong { (step.act.words(l)) }
        @if let Some(note) = &step.note { (l.pick("：", ": ")) (note) }
    }
}

/// By when something is to be done; that the day has passed is said in words.
pub(super) fn due(way: &FollowUp, today: NaiveDate, l: Locale) -> Markup {
    let Some(due) = way.due else { return html! {} };
    let late = (today - due).num_days();
    let day = dates::day(due, l);
    html! {
        div {
            @if late > 0 {
                span.state.missed { i aria-hidden="true" { "!" }
                    @match l {
                        Locale::ZhHans => { "已逾期 " (late) " 天（应在 " (day) " 前）" }
                        Locale::En => { (late) " days overdue (by " (day) ")" }
                    }
                }
            } @else if late == 0 {
                span.state.due { i aria-hidden="true" { "●" } (l.pick("今天到期", "due today")) }
            } @else {
                span.quiet-inline { (l.pick("应在 ", "by ")) (day) (l.pick(" 前", "")) }
            }
        }
    }
}

/// The step that is usually next comes first.
const ACTS: [FollowUpAct; 5] = [
    FollowUpAct::HandedOver { to: Route::CommunityPolice },
    FollowUpAct::Mended,
    FollowUpAct::Rechecked,
    FollowUpAct::Closed,
    FollowUpAct::Reopened,
];

fn next(way: &FollowUp, back: &str, drawn: &Drawn<'_>) -> Markup {
    let l = drawn.visitor.locale;
    let (record, item) = (way.record, &way.finding.item);
    let id = format!("{record}-{item}");
    let acts: Vec<_> = ACTS.into_iter().filter(|act| check_step(way.stage, *act, true).is_ok()).collect();
    let of_it = |typed: &&Step| typed.record == record && typed.item == *item;
    let typed = drawn.not_taken.map(|not_taken| &not_taken.step).filter(of_it);
    let to = typed.and_then(|typed| typed.to).unwrap_or(drawn.handling.usual(way.finding.severity).to);
    let may_hand_over = acts.iter().any(|act| matches!(act, FollowUpAct::HandedOver { .. }));
    html! {
        details.no-print open[typed.is_some()] {
            summary { (l.pick("下一步", "Next step")) }
            form method="post" action=(drawn.visitor.at("/findings/steps", "")) {
                (csrf(&drawn.visitor.csrf))
                input type="hidden" name="record" value=(record);
                input type="hidden" name="item" value=(item);
                input type="hidden" name="seen" value=(way.steps.len());
                input type="hidden" name="back" value=(back);
                div.row {
                    div {
                        label for={ "act-" (id) } { (l.pick("做了什么", "What was done")) }
                        select id={ "act-" (id) } name="act" {
                            @for act in &acts {
                                @let code = act.leads_to().code();
                                option value=(code) selected[typed.is_some_and(|typed| typed.act == code)] { (label(*act, l)) }
                            }
                        }
                    }
                    @if may_hand_over { div {
                        label for={ "to-" (id) } { (l.pick("转交给", "Handed over to")) }
                        select id={ "to-" (id) } name="to" {
                            @for route in Route::ALL { option value=(route.code()) selected[route == to] { (route.label(l)) } }
                        }
                    } }
                    div {
                        label for={ "due-" (id) } { (l.pick("下一步期限（可不填）", "Next step by (if not the usual day)")) }
                        input id={ "due-" (id) } type="date" name="due" min=(drawn.today) value=[typed.map(|typed| &typed.due)];
                    }
                }
                div.field {
                    label for={ "note-" (id) } { (l.pick("说明（未复查就办结时必填；不写未成年人姓名）",
                        "Note (needed to close without a recheck; no names of minors)")) }
                    input.wide id={ "note-" (id) } name="note" maxlength="1000" value=[typed.map(|typed| &typed.note)];
                }
                div.row {
                    button.button type="submit" { (l.pick("记下", "Write down")) }
                    a href=(drawn.visitor.at(&format!("/findings/{record}/{item}/slip"), "")) { (l.pick("打印交接单", "Hand-over slip")) }
                }
            }
        }
    }
}

const fn label(act: FollowUpAct, l: Locale) -> &'static str {
    match act {
        FollowUpAct::HandedOver { .. } => l.pick("转交", "Handed over"),
        FollowUpAct::Mended => l.pick("已整改", "Mended"),
        FollowUpAct::Rechecked => l.pick("已复查，正常", "Rechecked, and good"),
        FollowUpAct::Reopened => l.pick("复查仍有，重新打开", "Rechecked, and still there"),
        FollowUpAct::Closed => l.pick("办结", "Close"),
    }
}
