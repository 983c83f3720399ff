//! The coverage page of a station: every venue of its patch, where it stands this month, who went and
//! what of it counts.

use std::cmp::Reverse;

use chrono::NaiveDate;
use maud::{Markup, html};
use xuncha_core::domain::{
    CoverageState, Grade, Locale, Month, Policy, RecordId, Severity, Timestamp, VenueId, VenueKind, Verdict,
    VisitKind,
};

use super::query::{Asks, Query, Sort};
use super::schools::{self, Around};
use crate::dashboard::look::dates;
use crate::dashboard::look::signs::{self, Standing};
use crate::search::sound;

/// One venue in one month.
#[derive(Debug, Clone)]
pub(in crate::dashboard) struct Row {
    /// The venue.
    pub id: VenueId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: VenueKind,
    /// Whether it is near a school, as the policy says.
    pub near_school: bool,
    /// Its address; may be empty.
    pub address: String,
    /// Where it stands today.
    pub state: CoverageState,
    /// Visits needed.
    pub required: u8,
    /// Visits that count.
    pub counted: usize,
    /// What is expected there, where it is not what the station expects of all.
    pub own: Option<Policy>,
    /// Every record of the month, by day.
    pub visits: Vec<Line>,
}

/// One record of a venue's month.
#[derive(Debug, Clone)]
pub(in crate::dashboard) struct Line {
    /// The record.
    pub record: RecordId,
    /// The day of the visit.
    pub day: NaiveDate,
    /// Inspection or check-in.
    pub kind: VisitKind,
    /// Who went, the one who sealed the record first.
    pub team: Vec<String>,
    /// How well the place is proven.
    pub grade: Grade,
    /// Whether it counts.
    pub verdict: Verdict,
    /// The severities of what was found, gravest first.
    pub found: Vec<Severity>,
}

/// All that the page shows.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// The station.
    pub station: String,
    /// The month.
    pub month: Month,
    /// When the page was made.
    pub now: Timestamp,
    /// What the station expects in this month.
    pub policy: Policy,
    /// Its venues.
    pub rows: Vec<Row>,
    /// The schools it knows.
    pub schools: Vec<Around>,
    /// What was asked for.
    pub query: Query,
    /// Whether there are tiles for under the map.
    pub has_tiles: bool,
    /// Whether who looks at it may add venues.
    pub may_keep: bool,
}

impl Page {
    fn standing(&self, standing: Standing) -> usize {
        self.rows.iter().filter(|row| Standing::of(row.state) == standing).count()
    }

    fn shown(&self) -> Vec<&Row> {
        let query = &self.query;
        let wanted = |row: &&Row| {
            query.takes(&Asks {
                state: Standing::of(row.state),
                kind: &row.kind,
                near_school: row.near_school,
                name: &row.name,
                address: &row.address,
            })
        };
        let mut rows: Vec<&Row> = self.rows.iter().filter(wanted).collect();
        // What stands equal goes by its name.
        rows.sort_by_cached_key(|row| sound(&row.name));
        let last = |row: &Row| row.visits.last().map(|line| line.day);
        match query.sort {
            Sort::Need => rows.sort_by_key(|row| (Standing::of(row.state), row.state.last_day())),
            Sort::Name => {}
            Sort::Visits => rows.sort_by_key(|row| (row.counted, last(row))),
            Sort::Last => rows.sort_by_key(|row| last(row)),
            Sort::Found => rows.sort_by_cached_key(|row| Reverse(found(row))),
        }
        if query.descending {
            rows.reverse();
        }
        rows
    }
}

/// The page.
pub(super) fn page(page: &Page, l: Locale) -> Markup {
    let shown = page.shown();
    html! {
        div.head {
            div {
                h1 { (page.station) " · " (dates::month(page.month, l)) " " (l.pick("场所覆盖", "coverage")) }
                p.quiet { (expectation(&page.policy, l))
                    @if page.rows.iter().any(|row| row.own.is_some()) { (l.pick("另有要求的写在该场所一行。", " Venues of which something else is expected say so.")) }
                }
                p.quiet.print-only { (l.pick("制表时间：", "Made at ")) (dates::moment(page.now, l)) }
            }
            a.button.plain-button.no-print href={ "/trends" (page.query.scope()) } { (l.pick("走势", "Trends")) }
            (months(page.month, &page.query, l))
        }
        (tiles(page, l))
        (narrowing(page, l))
        (super::map::island("map", &page.query.map_path(), page.has_tiles, l))
        @if shown.is_empty() {
            div.panel { p.empty {
                @if !page.rows.is_empty() { (l.pick("没有这样的场所。", "There are no such venues.")) }
                @else { (l.pick("本站还没有登记场所。", "No venues are on file at this station yet.")) }
                @if page.rows.is_empty() && page.may_keep {
                    " " a href={ "/places/venues/new" (page.query.scope()) } { (l.pick("新增场所", "Add a venue")) }
                }
            } }
        } @else {
            div.sheet { table {
                thead { tr {
                    (heading(l.pick("场所", "Venue"), Sort::Name, page, l))
                    (heading(l.pick("状态", "State"), Sort::Need, page, l))
                    (heading(l.pick("次数、间隔", "Visits, days apart"), Sort::Visits, page, l))
                    (heading(l.pick("本月到访：谁去的、是否计入", "Visits of the month: who went, and whether it counts"), Sort::Last, page, l))
                    (heading(l.pick("发现", "Found"), Sort::Found, page, l))
                } }
                tbody { @for row in shown { (venue(row, page, l)) } }
            } }
        }
        // Who looks for some venues is not shown all the others.
        @if page.query.state.is_none() && !page.query.is_narrowed() { (schools::table(&page.schools, &page.query, l)) }
    }
}

/// `每个场所每月至少 2 次,两次至少相隔 7 天`.
fn expectation(policy: &Policy, l: Locale) -> String {
    let (visits, gap) = (policy.visits_per_month, policy.min_gap_days);
    match (l, gap) {
        (Locale::ZhHans, 0) => format!("每个场所每月至少 {visits} 次。"),
        (Locale::ZhHans, _) => format!("每个场所每月至少 {visits} 次，两次至少相隔 {gap} 天。"),
        (Locale::En, 0) => format!("At least {visits} visits a month to each venue."),
        (Locale::En, _) => {
            format!("At least {visits} visits a month to each venue, at least {gap} days apart.")
        }
    }
}

/// `每月 4 次，隔 3 天`: what is expected of one venue.
fn own_expectation(policy: &Policy, l: Locale) -> String {
    let (visits, gap) = (policy.visits_per_month, policy.min_gap_days);
    match (l, gap) {
        (Locale::ZhHans, 0) => format!("每月 {visits} 次"),
        (Locale::ZhHans, _) => format!("每月 {visits} 次，隔 {gap} 天"),
        (Locale::En, 0) => format!("{visits} a month"),
        (Locale::En, _) => format!("{visits} a month, {gap} days apart"),
    }
}

/// `相隔 9 天`: how many days lie between the visits that count.
fn apart(row: &Row, l: Locale) -> Option<String> {
    let counted = row.visits.iter().filter(|line| line.verdict == Verdict::Counts);
    let days: Vec<NaiveDate> = counted.map(|line| line.day).collect();
    let gaps = days.iter().zip(days.iter().skip(1)).map(|(one, next)| (*next - *one).num_days().to_string());
    let gaps: Vec<String> = gaps.collect();
    let gaps = (!gaps.is_empty()).then(|| gaps.join(l.pick("、", ", ")))?;
    Some(match l {
        Locale::ZhHans => format!("相隔 {gaps} 天"),
        Locale::En => format!("{gaps} days apart"),
    })
}

/// The switch of months.
pub(super) fn months(month: Month, query: &Query, l: Locale) -> Markup {
    let at = |month: Month| query.clone().month(month).path();
    html! {
        nav.months.no-print aria-label=(l.pick("月份", "Month")) {
            a.button.plain-button href=(at(month.previous())) { "‹ " (dates::month(month.previous(), l)) }
            form method="get" action="/coverage" {
                @for (name, value) in query.clone().any_month().parts() { input type="hidden" name=(name) value=(value); }
                input type="month" name="month" value=(month) required aria-label=(l.pick("月份", "Month"))
                    pattern="[0-9]{4}-[0-9]{2}" placeholder="2026-11" size="9";
                button.button.plain-button type="submit" { (l.pick("查看", "Show")) }
            }
            a.button.plain-button href=(at(month.next())) { (dates::month(month.next(), l)) " ›" }
        }
    }
}

fn tiles(page: &Page, l: Locale) -> Markup {
    let all = page.rows.len();
    html! {
        ul.tiles aria-label=(l.pick("按状态", "By state")) {
            li { a.all href=(page.query.clone().state(None).path()) aria-current=[page.query.state.is_none().then_some("true")] {
                b { (all) } (l.pick("全部场所", "All venues"))
            } }
            @for standing in Standing::ALL {
                @let count = page.standing(standing);
                @let class = if count == 0 { "zero" } else { standing.slug() };
                @let current = page.query.state == Some(standing);
                li { a class=(class) href=(page.query.clone().state(Some(standing)).path()) aria-current=[current.then_some("true")] {
                    b { (count) } i.sign aria-hidden="true" { (standing.sign()) } (standing.label(l))
                } }
            }
        }
    }
}

/// What leaves venues out: a form that works without a script.
fn narrowing(page: &Page, l: Locale) -> Markup {
    let query = &page.query;
    let mut kinds: Vec<&VenueKind> = page.rows.iter().map(|row| &row.kind).chain(&query.kind).collect();
    kinds.sort();
    kinds.dedup();
    html! {
        form.row.narrowing.no-print method="get" action="/coverage" role="search" {
            @for (name, value) in query.clone().whole().state(query.state).parts() { input type="hidden" name=(name) value=(value); }
            div { label for="q" { (l.pick("名称、地址或拼音", "Name, address or pinyin")) }
                input #q type="search" name="q" value=(query.sought.text()) maxlength="60" size="18" placeholder=(l.pick("如 ljwb", "such as ljwb")); }
            div { label for="kind" { (l.pick("类型", "Kind")) }
                select #kind name="kind" {
                    option value="" { (l.pick("全部", "all")) }
                    @for kind in kinds { option value=(kind.code()) selected[query.kind.as_ref() == Some(kind)] { (kind.label(l)) } }
                } }
            label.check { input type="checkbox" name="near" value="school" checked[query.near_school]; (l.pick("只看近学校的", "Only near a school")) }
            button.button.plain-button type="submit" { (l.pick("查找", "Find")) }
            @if query.is_narrowed() { a href=(query.clone().whole().state(query.state).path()) { (l.pick("全部显示", "Show all")) } }
        }
    }
}

fn heading(text: &str, sort: Sort, page: &Page, l: Locale) -> Markup {
    let query = &page.query;
    let (order, mark) = if query.descending { ("descending", " ▴") } else { ("ascending", " ▾") };
    let sorted = query.sort == sort;
    html! {
        th scope="col" aria-sort=[sorted.then_some(order)] {
            a href=(query.clone().sort(sort).path()) title=(l.pick("按此列排序，再按一次倒序", "Sort by this column; again for the other way round")) {
                (text) @if sorted { (mark) }
            }
        }
    }
}

fn venue(row: &Row, page: &Page, l: Locale) -> Markup {
    html! {
        tr {
            th scope="row" {
                a href={ "/venues/" (row.id) (page.query.venue_query()) } { (row.name) }
                span.quiet { (row.kind.label(l)) @if !row.address.is_empty() { " · " (row.address) } }
            }
            td { (state(row.state, l)) }
            td.number { (row.counted) " / " (row.required)
                @if let Some(words) = apart(row, l) { span.quiet { (words) } }
                @if let Some(own) = &row.own { span.quiet { (own_expectation(own, l)) } }
            }
            td {
                @if row.visits.is_empty() { span.not { (l.pick("本月还没有人去过", "Nobody has been there this month")) } }
                @else { ul.visits { @for line in &row.visits { (visit(line, &page.query.scope(), l)) } } }
            }
            td { @for (severity, count) in found(row) { div.nowrap { (signs::severity(severity, l)) " × " (count) } } }
        }
    }
}

/// Where a venue stands, with the last day on which somebody can still go.
pub(super) fn state(state: CoverageState, l: Locale) -> Markup {
    html! {
        (signs::state(Standing::of(state), l))
        @if let Some(words) = state.last_day_words(l) { span.quiet { (words) } }
    }
}

pub(in crate::dashboard) fn visit(line: &Line, scope: &str, l: Locale) -> Markup {
    html! {
        li {
            a.day href={ "/records/" (line.record) (scope) } { (dates::day(line.day, l)) " " (dates::weekday(line.day, l)) }
            @if line.kind == VisitKind::CheckIn { " " (l.pick("签到", "check-in")) }
            " " (line.team.join(l.pick("、", ", "))) " "
            (signs::grade(line.grade, l)) " " (signs::verdict(line.verdict, l))
        }
    }
}

/// How much was found of each severity, gravest first; of records that a correction replaced, nothing.
fn found(row: &Row) -> Vec<(Severity, usize)> {
    let standing = row.visits.iter().filter(|line| line.verdict != Verdict::Corrected);
    let all: Vec<Severity> = standing.flat_map(|line| line.found.iter().copied()).collect();
    let count = |severity| (severity, all.iter().filter(|found| **found == severity).count());
    Severity::ALL.into_iter().map(count).filter(|(_, count)| *count > 0).collect()
}

#[cfg(test)]
mod tests;
