//! A station's board: tiles that count, a filter, what is urgent, and the other findings by where they stand.

use std::collections::HashMap;

use maud::{Markup, html};
use xuncha_core::domain::{FollowUp, FollowUpStage, Locale, Severity, Venue, VenueId};

use super::query::{Query, Undone};
use super::way::{Drawn, way};
use super::{NotTaken, Why};
use crate::dashboard::error::why;
use crate::dashboard::items;
use crate::dashboard::look::{csrf, dates, good};
use crate::follow_ups::FollowUpSums;

/// More are shown once these are settled, or by asking for less.
const SHOWN: usize = 200;

/// All that the page shows.
pub(super) struct Board<'a> {
    /// The findings of the year and all that is not settled, whatever was asked for.
    pub all: &'a [FollowUp],
    /// Those that were asked for.
    pub shown: &'a [&'a FollowUp],
    /// The station's venues.
    pub venues: &'a HashMap<VenueId, Venue>,
    /// What was asked for.
    pub query: &'a Query,
}

/// The page.
pub(super) fn page(board: &Board<'_>, drawn: &Drawn<'_>) -> Markup {
    let (l, visitor) = (drawn.visitor.locale, drawn.visitor);
    html! {
        (visitor.back_to_all("/findings"))
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("问题台", "findings")) }
            p.quiet { (l.pick("发现的问题从转交、整改到复查、办结。下次检查看到已正常的，自动算作复查。",
                "What was found, from hand-over and mending to recheck and close. An inspection that finds it good is the recheck.")) }
            p.quiet.print-only { (l.pick("制表日期：", "Made on ")) (dates::full_day(drawn.today, l)) }
        } }
        @if is_taken(&board.query.done) { (good(l.pick("已记下。", "Written down."))) }
        @if let Some(not_taken) = drawn.not_taken { (refused(not_taken, l)) }
        (undone(board, drawn))
        (tiles(board, drawn))
        (filter(board.query, drawn))
        @if board.shown.is_empty() {
            div.panel { p.empty {
                @if board.all.is_empty() { (l.pick("近十二个月没有发现问题。", "Nothing was found in the last twelve months.")) }
                @else { (l.pick("没有这样的问题。", "There are no such findings.")) }
            } }
        }
        (urgent(board, drawn))
        @for stage in FollowUpStage::ALL { (section(stage, board, drawn)) }
        @if board.is_cut() {
            p.quiet { (l.pick("只列出前 200 项，请用筛选缩小范围。", "Only the first 200 are listed; filter to see others.")) }
        }
    }
}

/// What was not closed together with others, and why.
fn undone(board: &Board<'_>, drawn: &Drawn<'_>) -> Markup {
    let l = drawn.visitor.locale;
    html! { @if !board.query.undone.is_empty() {
        div.told.bad role="alert" {
            i.sign aria-hidden="true" { "✕" } (l.pick("这些没有办结：", "These were not closed:"))
            ul.plain { @for (undone, found) in board.undone() { li {
                @if let Some(found) = found {
                    (board.name(found)) " · "
                    (items::question(drawn.made_by.item(&drawn.visitor.lists, found), &undone.item, l)) " · "
                }
                (why(undone.code, l))
            } } }
        }
    } }
}

fn is_taken(done: &str) -> bool {
    FollowUpStage::ALL.into_iter().any(|stage| stage.code() == done)
}

/// Why a step was not taken, and what was typed with it: its form may be gone with what somebody else did.
fn refused(not_taken: &NotTaken, l: Locale) -> Markup {
    let words = match not_taken.why {
        Why::Overtaken => l.pick("刚刚已有别人处理过，这一步没有记下，请再看一遍。",
            "Somebody else did something about it meanwhile. Nothing was written down; look again."),
        Why::Wrong => l.pick("这一步没有记下：未复查就办结要写说明，期限不能早于今天。",
            "Nothing was written down: closing without a recheck needs a note, and the day can't lie in the past."),
    };
    html! {
        div.told.due role="alert" {
            i.sign aria-hidden="true" { "!" } (words)
            @if !not_taken.step.note.trim().is_empty() {
                (l.pick("您填写的说明：“", " The note you typed: “")) (not_taken.step.note) "”"
            }
        }
    }
}

fn tiles(board: &Board<'_>, drawn: &Drawn<'_>) -> Markup {
    let (l, visitor) = (drawn.visitor.locale, drawn.visitor);
    let sums = FollowUpSums::on(board.all, drawn.today);
    let stage = |stage| Query { stage: Some(stage), ..Query::default() };
    let tiles = [
        (
            l.pick("紧急", "Urgent"),
            sums.urgent,
            "missed",
            Query { severity: Some(Severity::S), ..Query::default() },
        ),
        (l.pick("已逾期", "Overdue"), sums.overdue, "missed", Query { overdue: true, ..Query::default() }),
        (FollowUpStage::Open.label(l), sums.open, "late", stage(FollowUpStage::Open)),
        (FollowUpStage::HandedOver.label(l), sums.handed_over, "on-track", stage(FollowUpStage::HandedOver)),
        (FollowUpStage::Mended.label(l), sums.mended, "due", stage(FollowUpStage::Mended)),
        (FollowUpStage::Rechecked.label(l), sums.rechecked, "met", stage(FollowUpStage::Rechecked)),
        (FollowUpStage::Closed.label(l), sums.closed, "exempt", stage(FollowUpStage::Closed)),
    ];
    let here = board.query.text();
    html! {
        ul.tiles aria-label=(l.pick("按进展", "By step")) {
            li { a.all href=(visitor.at("/findings", "")) aria-current=[here.is_empty().then_some("true")] {
                b { (sums.open + sums.handed_over + sums.mended + sums.rechecked) } (l.pick("未办结", "Not closed"))
            } }
            @for (words, number, class, query) in &tiles {
                @let to = query.text();
                li { a class=(if *number == 0 { "zero" } else { class }) href=(visitor.at("/findings", &to)) aria-current=[(here == to).then_some("true")] {
                    b { (number) } (words)
                } }
            }
        }
    }
}

fn filter(query: &Query, drawn: &Drawn<'_>) -> Markup {
    let (l, visitor) = (drawn.visitor.locale, drawn.visitor);
    html! {
        form.row.filter.no-print method="get" action="/findings" {
            @if visitor.caller.oversees() { input type="hidden" name="station" value=(visitor.station.id); }
            div {
                label for="stage" { (l.pick("进展", "Step")) }
                select #stage name="stage" {
                    option value="" { (l.pick("未办结", "Not closed")) }
                    @for stage in FollowUpStage::ALL {
                        option value=(stage.code()) selected[query.stage == Some(stage)] { (stage.label(l)) }
                    }
                }
            }
            div {
                label for="severity" { (l.pick("轻重", "Severity")) }
                select #severity name="severity" {
                    option value="" { (l.pick("全部", "All")) }
                    @for severity in Severity::ALL {
                        option value={ (format!("{severity:?}")) } selected[query.severity == Some(severity)] { (severity.label(l)) }
                    }
                }
            }
            div {
                label for="venue" { (l.pick("场所名称或拼音", "Venue, by name or pinyin")) }
                input #venue type="search" name="venue" value=(query.venue.text()) maxlength="60";
            }
            div {
                label for="month" { (l.pick("发现月份", "Month it was found")) }
                input #month type="month" name="month" value=[query.month.map(|month| month.to_string())];
            }
            label { input type="checkbox" name="overdue" value="yes" checked[query.overdue]; " " (l.pick("只看已逾期", "Overdue only")) }
            button.button type="submit" { (l.pick("筛选", "Filter")) }
        }
    }
}

impl Board<'_> {
    /// Whether a finding stands on top, however far it is: urgent, and nobody has found it good yet. What was
    /// rechecked is only to be closed, together with the others. Who asks for one stage sees that stage alone.
    fn is_on_top(&self, way: &FollowUp) -> bool {
        self.query.stage.is_none() && way.finding.severity == Severity::S && way.stage.wants_a_look()
    }

    fn on_top(&self) -> impl Iterator<Item = &FollowUp> {
        self.shown.iter().copied().filter(move |way| self.is_on_top(way)).take(SHOWN)
    }

    fn rest(&self) -> impl Iterator<Item = &FollowUp> {
        self.shown.iter().copied().filter(move |way| !self.is_on_top(way)).take(SHOWN)
    }

    fn listed(&self) -> impl Iterator<Item = &FollowUp> {
        self.on_top().chain(self.rest())
    }

    /// What was not closed together with others, and the finding itself if it is still known.
    fn undone(&self) -> impl Iterator<Item = (&Undone, Option<&FollowUp>)> {
        let found = move |undone: &Undone| {
            self.all.iter().find(|way| way.record == undone.record && way.finding.item == undone.item)
        };
        self.query.undone.iter().map(move |undone| (undone, found(undone)))
    }

    /// All that the page tells of.
    pub(super) fn told(&self) -> impl Iterator<Item = &FollowUp> {
        self.listed().chain(self.undone().filter_map(|(_, found)| found))
    }

    /// Whether more are asked for than the page lists.
    fn is_cut(&self) -> bool {
        self.listed().count() < self.shown.len()
    }

    fn name(&self, way: &FollowUp) -> &str {
        self.venues.get(&way.venue).map_or("—", |venue| venue.name.as_str())
    }
}

/// What is urgent, before all else.
fn urgent(board: &Board<'_>, drawn: &Drawn<'_>) -> Markup {
    let (l, back) = (drawn.visitor.locale, board.query.text());
    let ways: Vec<_> = board.on_top().collect();
    html! { @if !ways.is_empty() {
        section.panel aria-labelledby="s-urgent" {
            h2 #s-urgent { (l.pick("紧急，未复查", "Urgent, not rechecked")) " · " (ways.len()) }
            ul.history { @for found in &ways { (way(found, Some(board.name(found)), true, &back, drawn)) } }
        }
    } }
}

fn section(stage: FollowUpStage, board: &Board<'_>, drawn: &Drawn<'_>) -> Markup {
    let l = drawn.visitor.locale;
    let ways: Vec<_> = board.rest().filter(|way| way.stage == stage).collect();
    if ways.is_empty() {
        return html! {};
    }
    let back = board.query.text();
    html! {
        section.panel aria-labelledby={ "s-" (stage.code()) } {
            div.row { h2 id={ "s-" (stage.code()) } { (stage.label(l)) " · " (ways.len()) }
                @if stage == FollowUpStage::Rechecked && drawn.may {
                    form.no-print method="post" action=(drawn.visitor.at("/findings/close", "")) {
                        (csrf(&drawn.visitor.csrf))
                        input type="hidden" name="back" value=(back);
                        @for way in &ways { input type="hidden" name="each" value={ (way.record) " " (way.finding.item) " " (way.steps.len()) }; }
                        button.button.plain-button type="submit" { (l.pick("全部办结", "Close all of these")) }
                    }
                }
            }
            ul.history { @for found in &ways { (way(found, Some(board.name(found)), false, &back, drawn)) } }
        }
    }
}
