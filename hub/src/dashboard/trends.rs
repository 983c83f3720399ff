//! Trends (走势): twelve months of coverage, and when inspections were made in months that one may choose: by hour and
//! weekday, and how many while minors are likely to be about; as tables with drawn bars. The figures
//! stand in the cells, where `hub/web/src/charts.ts` reads them to draw each table larger where scripts run.

use std::ops::Range;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use sqlx::AnyConnection;
use xuncha_core::domain::{Locale, Month, StationId};

use super::coverage::shares;
use super::error::PageResult;
use super::islands;
use super::look::signs::Standing;
use super::look::{Place, dates};
use super::visitor::{Visitor, address};
use crate::app::AppState;
use crate::coverage::Totals;
use crate::places;
use crate::rules;
use crate::scope::Operation;
use crate::store::reference;
use crate::trends::{self, AtPeak, Hours, Span};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/trends", get(show))
}

#[derive(Deserialize)]
struct Asked {
    station: Option<StationId>,
    /// The first month whose inspections are told by the hour.
    #[serde(default)]
    from: String,
    /// The last one.
    #[serde(default)]
    until: String,
}

async fn show(
    State(app): State<AppState>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> PageResult<Markup> {
    visitor.must(Operation::Read)?;
    let now = app.world.clock.now();
    // Those who oversee see all that is theirs until they choose a station.
    let only = (!visitor.caller.oversees() || asked.station.is_some()).then_some(visitor.station.id);
    let months = trends::coverage(&app, &visitor.caller, only, now).await?;
    let mut db = app.store.snapshot().await?;
    let stations: Vec<StationId> = match only {
        Some(id) => vec![id],
        None => reference::stations(&mut db)
            .await?
            .into_iter()
            .map(|station| station.id)
            .filter(|id| visitor.caller.may_read(*id))
            .collect(),
    };
    let span = Span::asked(asked.from.parse().ok(), asked.until.parse().ok(), now.month());
    let hours = trends::hours(&mut db, &stations, span).await?;
    let peaks = peaks(&mut db, only, &stations, span).await?;
    drop(db);
    let l = visitor.locale;
    let whose = match only {
        Some(_) => visitor.station.name.to_string(),
        None => l.pick("各站合计", "All stations").to_owned(),
    };
    let scope = only.filter(|_| visitor.caller.oversees()).map_or(String::new(), |_| visitor.scope());
    let body = html! {
        a.back.no-print href={ "/coverage" (scope) } { "‹ " (l.pick("覆盖", "Coverage")) }
        div.head { div { h1 { (whose) " · " (l.pick("走势", "trends")) }
            p.quiet { (l.pick("截至 ", "As of ")) (dates::moment(now, l)) } } }
        h2 { (l.pick("十二个月的覆盖", "Coverage of twelve months")) }
        (coverage(&months, &scope, l))
        (choose(span, now.month(), &visitor, only.is_some()))
        h2 { (l.pick("检查时间：星期", "Inspections by weekday")) }
        (weekdays(&hours, l))
        h2 { (l.pick("检查时间：钟点", "Inspections by hour")) }
        (by_hour(&hours, l))
        h2 { (l.pick("检查时间：星期几的几点", "Inspections by weekday and hour")) }
        (week(&hours, span, l))
        h2 { (l.pick("高峰时段的检查", "Inspections at peak hours")) }
        (at_peak(&peaks, only.is_some(), l))
        (scripts(l))
    };
    Ok(visitor.page(Some(Place::Coverage), l.pick("走势", "Trends"), &body))
}

fn coverage(months: &[(Month, Totals)], scope: &str, l: Locale) -> Markup {
    html! {
        (chart("coverage-by-month", l.pick("十二个月的覆盖", "Coverage of twelve months"), l))
        div.sheet { table.trend #coverage-by-month {
            thead { tr {
                th scope="col" { (l.pick("月份", "Month")) }
                th scope="col" { (l.pick("构成", "Shares")) }
                @for standing in Standing::REPORTED {
                    th.number scope="col" data-state=(standing.slug()) data-sign=(standing.sign()) { (standing.label(l)) }
                }
            } }
            tbody { @for (month, totals) in months { tr {
                th.nowrap scope="row" { a href=(address("/coverage", scope, &format!("month={month}"))) { (dates::month(*month, l)) } }
                td { (shares(totals, l)) }
                @for standing in Standing::REPORTED {
                    @let number = standing.count(totals);
                    td.number { @if number == 0 { span.not { "0" } } @else { (number) } }
                }
            } } }
        } }
        p.quiet.note { (l.pick("过去的月份按现在登记的场所和要求重新计算；本月到今天为止。", "Months that are over are counted by the venues and policies on file now; this month until today.")) }
    }
}

/// Monday first, as the rows of [`Hours`].
fn weekday(day: usize, l: Locale) -> String {
    match l {
        Locale::ZhHans => format!("星期{}", ["一", "二", "三", "四", "五", "六", "日"][day]),
        Locale::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day].to_owned(),
    }
}

fn weekdays(hours: &Hours, l: Locale) -> Markup {
    let rows: Vec<_> = (0..7).map(|day| (weekday(day, l), hours[day].iter().sum())).collect();
    table("visits-by-weekday", l.pick("星期", "Weekday"), &rows, l)
}

/// How many at an hour, whatever the day.
fn at(hours: &Hours, hour: usize) -> u64 {
    hours.iter().map(|day| day[hour]).sum()
}

/// Nothing is said of hours before the first and after the last inspection.
fn busy(hours: &Hours) -> Range<usize> {
    let made = |hour: &usize| at(hours, *hour) > 0;
    let first = (0..24).find(made).unwrap_or(0);
    first..(first..24).rfind(made).map_or(first, |last| last + 1)
}

fn by_hour(hours: &Hours, l: Locale) -> Markup {
    let rows: Vec<_> = busy(hours).map(|hour| (format!("{hour:02}:00"), at(hours, hour))).collect();
    table("visits-by-hour", l.pick("钟点", "Hour"), &rows, l)
}

/// The whole week, hour by hour, where one sees which evenings nobody goes; the more, the darker.
fn week(hours: &Hours, span: Span, l: Locale) -> Markup {
    const SHADES: u64 = 4;
    let most = hours.iter().flatten().copied().max().unwrap_or(0).max(1);
    let busy = busy(hours);
    html! {
        @if busy.is_empty() {
            div.panel { p.empty { (l.pick("没有检查。", "No inspections.")) } }
        } @else {
            // Nothing in it can have the focus: so that the keyboard too moves it aside where it is too wide.
            div.sheet tabindex="0" role="region" aria-label=(l.pick("检查时间：星期几的几点", "Inspections by weekday and hour")) { table.week #visits-by-week {
                thead { tr {
                    th scope="col" { (l.pick("星期", "Weekday")) }
                    @for hour in busy.clone() { th.number scope="col" { (format!("{hour:02}:00")) } }
                } }
                tbody { @for (day, made) in hours.iter().enumerate() { tr {
                    th.nowrap scope="row" { (weekday(day, l)) }
                    @for made in &made[busy.clone()] {
                        td.number data-shade=((made * SHADES).div_ceil(most)) { (made) }
                    }
                } } }
            } }
        }
        p.quiet.note { (in_words(span, l)) (l.pick(
            "的检查，按开始的时间（北京时间）计；更正不重复计。",
            ": inspections by when they began (Shanghai time); corrections are not counted again.",
        )) }
    }
}

fn in_words(Span { from, until }: Span, l: Locale) -> String {
    let months = std::iter::successors(Some(from), |month| Some(month.next()));
    dates::months(&months.take_while(|month| *month <= until).collect(), l)
}

/// The months that all below is of, for choosing others.
fn choose(span: Span, now: Month, visitor: &Visitor, of_one: bool) -> Markup {
    let l = visitor.locale;
    let month = |name: &str, month: Month| {
        html! {
            input id=(name) type="month" name=(name) value=(month) max=(now) pattern="[0-9]{4}-[0-9]{2}" placeholder="2026-11" size="9";
        }
    };
    html! {
        form.row.narrowing.no-print method="get" action="/trends" {
            @if of_one && visitor.caller.oversees() { input type="hidden" name="station" value=(visitor.station.id); }
            div { label for="from" { (l.pick("检查时间：从哪个月", "When inspections were made, from")) } (month("from", span.from)) }
            div { label for="until" { (l.pick("到哪个月（最多十二个月）", "until (twelve months at most)")) } (month("until", span.until)) }
            button.button.plain-button type="submit" { (l.pick("查看", "Show")) }
        }
    }
}

/// Inspections at peak hours by the name of a venue, or of a station; where there were the fewest first.
async fn peaks(
    db: &mut AnyConnection,
    only: Option<StationId>,
    stations: &[StationId],
    span: Span,
) -> PageResult<Vec<(String, AtPeak)>> {
    let calendar = rules::statutory_days(db).await?;
    let mut peaks: Vec<(String, AtPeak)> = if let Some(station) = only {
        let counted = trends::at_venues(db, station, span, &calendar).await?;
        let named = places::venues(db, station).await?.into_iter();
        named.filter_map(|venue| Some((venue.name.to_string(), *counted.get(&venue.id)?))).collect()
    } else {
        let counted = trends::at_stations(db, stations, span, &calendar).await?;
        let named = reference::stations(db).await?.into_iter();
        named.filter_map(|station| Some((station.name.to_string(), *counted.get(&station.id)?))).collect()
    };
    peaks.sort_by_key(|(_, made)| made.percent());
    Ok(peaks)
}

fn at_peak(peaks: &[(String, AtPeak)], of_one: bool, l: Locale) -> Markup {
    let all = peaks.iter().fold(AtPeak::default(), |sum, (_, made)| sum.plus(*made));
    let share = |made: AtPeak| made.percent().map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"));
    let row = |name: &str, made: AtPeak| {
        html! {
            th scope="row" { (name) }
            td.number { (made.inspections) }
            td.number { (made.at_peak) }
            td.number { (share(made)) }
        }
    };
    html! {
        @if peaks.is_empty() { div.panel { p.empty { (l.pick("没有检查。", "No inspections.")) } } }
        @else {
            div.sheet tabindex="0" role="region" aria-label=(l.pick("高峰时段的检查", "Inspections at peak hours")) { table #visits-at-peak {
                thead { tr {
                    th scope="col" { @if of_one { (l.pick("场所", "Venue")) } @else { (l.pick("工作站", "Station")) } }
                    th.number scope="col" { (l.pick("检查次数", "Inspections")) }
                    th.number scope="col" { (l.pick("高峰时段", "At peak hours")) }
                    th.number scope="col" { (l.pick("占比", "Share")) }
                } }
                tbody {
                    tr { (row(l.pick("合计", "All"), all)) }
                    @for (name, made) in peaks { tr { (row(name, *made)) } }
                }
            } }
        }
        p.quiet.note { (l.pick(
            "高峰时段是未成年人较可能到场的时候：平日 12–14 时、18–24 时，周末、节假日、调休日和学校放假全天；放假以当月工作要求里登记的为准。占比低的在前。",
            "Peak hours are when minors are likely to be about: 12–14 and 18–24 on weekdays, all of weekends, holidays, rest days and school vacations, as they stand in what was expected that month. The lowest share comes first.",
        )) }
    }
}

/// Where a table is drawn, if scripts run; paper has the table alone.
fn chart(table: &str, of: &str, l: Locale) -> Markup {
    html! { @if islands::script().is_some() {
        div.panel.chart.no-print hidden data-island="chart" data-table=(table) role="img"
            aria-label={ (of) (l.pick("：图，下面的表格里有同样的内容", ": a chart; the table below tells the same")) } {}
    } }
}

/// What draws the charts, and the licences of it.
fn scripts(l: Locale) -> Markup {
    html! { @if let Some(script) = islands::script() {
        (script)
        @if let Some(licences) = islands::licences() {
            p.quiet.no-print { a href=(licences) { (l.pick("图表软件的许可", "Licences of the charts' software")) } }
        }
    } }
}

fn table(id: &str, what: &str, rows: &[(String, u64)], l: Locale) -> Markup {
    const WIDTH: u64 = 320;
    let Some(most) = rows.iter().map(|(_, made)| (*made).max(1)).max() else {
        return html! { div.panel { p.empty { (l.pick("没有检查。", "No inspections.")) } } };
    };
    html! {
        (chart(id, &format!("{}{what}", l.pick("检查次数，按", "Inspections by ")), l))
        div.sheet { table.trend id=(id) {
            thead { tr {
                th scope="col" { (what) }
                th.number scope="col" { (l.pick("检查次数", "Inspections")) }
                th scope="col" aria-hidden="true" {}
            } }
            tbody { @for (name, made) in rows { tr {
                th.nowrap scope="row" { (name) }
                td.number { (made) }
                td aria-hidden="true" { svg.bar width=(WIDTH) height="14" viewBox={ "0 0 " (WIDTH) " 14" } preserveAspectRatio="none" {
                    rect width=(made * WIDTH / most) height="14" {}
                } }
            } } }
        } }
    }
}
