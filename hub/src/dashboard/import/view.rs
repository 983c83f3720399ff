//! The form that takes a file, and the page that shows what the file would do.

use maud::{Markup, html};
use uuid::Uuid;
use xuncha_core::domain::{Datum, Locale};

use super::{Asked, Chosen};
use crate::dashboard::look::{self, bad, csrf, good};
use crate::dashboard::visitor::Visitor;
use crate::import::{BadSheet, Heading, ImportPlan, Kind, Outcome, PlannedRow, Sheet, begins, counts};
use crate::scope::Operation;

/// Rows that are shown one by one; all of them are in the report.
const SHOWN: usize = 100;

pub(super) fn choose(
    visitor: &Visitor,
    kinds: &[Kind],
    chosen: &Chosen,
    asked: &Asked,
    refused: Option<&BadSheet>,
) -> Markup {
    let l = visitor.locale;
    html! {
        div.head { div {
            h1 { (visitor.station.name) " · " (l.pick("导入", "import")) }
            p.quiet { (l.pick(
                "先看会改动什么，再决定是否写入。导入不会删除任何东西。",
                "You see what would change before anything is written. An import never deletes anything.",
            )) }
        } }
        @if asked.over { (bad(l.pick("这个文件已经写入，或已放弃。", "That file was written before, or given up."))) }
        @if let Some(rows) = asked.done { (good(html! {
            @match l { Locale::ZhHans => { "已写入 " (rows) " 行。" } Locale::En => { (rows) " rows written." } }
        })) }
        @if let Some(why) = refused { (bad(why.sentence(l))) }
        section.panel {
            form.row method="post" action={ "/import" (visitor.scope()) } enctype="multipart/form-data" {
                (csrf(&visitor.csrf))
                div {
                    label for="kind" { (l.pick("清单", "List")) }
                    select #kind name="kind" { @for kind in kinds {
                        option value=(kind.code()) selected[*kind == chosen.kind] { (kind.label(l)) }
                    } }
                }
                div {
                    label for="datum" { (l.pick("位置的坐标系", "Datum of positions")) }
                    select #datum name="datum" {
                        option value="" { (l.pick("文件里写明，或没有位置", "Said in the file, or no positions")) }
                        @for datum in Datum::ALL { option value=(datum.code()) selected[chosen.datum == Some(datum)] { (datum.label(l)) } }
                    }
                }
                div {
                    label for="file" { (l.pick("文件", "File")) }
                    input #file type="file" name="file" required accept=".xlsx,.xlsm,.csv,.txt,.geojson,.json";
                }
                button.button type="submit" { (l.pick("查看会改动什么", "Show what would change")) }
            }
        }
        @if visitor.may(Operation::TakeHandover) { p { a href={ "/handover" (visitor.scope()) } { (l.pick("接收手机用 U 盘拷贝来的文件(.xuncha)", "Take a phone's file from a stick (.xuncha)")) } } }
        section.panel {
            h2 { (l.pick("文件怎样准备", "How to prepare the file")) }
            p { (l.pick(
                "Excel 工作簿(.xlsx，只读第一个有内容的工作表)、CSV（UTF-8 或 GB18030）、GeoJSON。第一行是标题，列的次序不限：",
                "An Excel workbook (.xlsx, its first sheet that is not empty), CSV (UTF-8 or GB18030), GeoJSON. The first row names the columns, in any order:",
            )) }
            ul {
                @for kind in kinds { li { (kind.label(l)) (l.pick("：", ": ")) (columns(*kind, l)) } }
            }
        }
    }
}

/// What a list may have columns of.
const fn columns(kind: Kind, l: Locale) -> &'static str {
    match kind {
        Kind::Stations => l.pick("名称、分局、编号", "name, sub_bureau, code"),
        Kind::Members => l.pick("工作站、姓名、身份、在岗、编号", "station, name, role, active, code"),
        Kind::Venues => l.pick(
            "工作站、场所名称、类型、地址、纬度、经度、坐标系、标牌、开业日期、停业日期、暂停、编号",
            "station, name, kind, address, latitude, longitude, datum, placard, opened_on, closed_on, suspended, code",
        ),
        Kind::Schools => l.pick(
            "工作站、学校名称、学段、边界或校门、坐标系、停业日期、编号",
            "station, name, level, boundary or gates, datum, closed_on, code",
        ),
        Kind::StatutoryDays => l.pick("见“法定节假日”", "see the statutory days"),
    }
}

pub(super) fn dry_run(
    visitor: &Visitor,
    id: Uuid,
    sheets: &[(Kind, Sheet)],
    plan: &ImportPlan,
    changed_since: bool,
) -> Markup {
    let (l, scope) = (visitor.locale, visitor.scope());
    let [new, changed, _, bad] = plan.counts();
    html! {
        div.head { div {
            a.back href={ "/import" (scope) } { "← " (l.pick("导入", "Import")) }
            @for (_, sheet) in sheets { h1 { (sheet.name) } p.quiet {
                @if let Some(encoding) = sheet.encoding { (l.pick("按此编码读取：", "Read as: ")) (encoding) " · " }
                (l.pick("还没有写入。", "Nothing is written yet."))
            } }
        } }
        @if changed_since { (look::bad(l.pick(
            "还没有写入：您查看之后，登记有了变化。请再看一遍。",
            "Nothing was written: what is on file has changed since you looked. Look again.",
        ))) }
        (tiles(&plan.rows, l))
        @for (_, sheet) in sheets { @for sentence in sheet.not_read(l) { p.told.due { (sentence) } } }
        (alike(&plan.rows, l))
        div.panel.no-print {
            @if new + changed > 0 {
                form.row method="post" action={ "/import/" (id) (scope) } {
                    (csrf(&visitor.csrf))
                    input type="hidden" name="plan" value=(plan.digest());
                    @if bad > 0 {
                        label { input type="checkbox" name="skip_bad" value="true" required; " "
                            (l.pick("跳过有误的行", "Leave out the bad rows")) }
                    }
                    button.button type="submit" {
                        @match l { Locale::ZhHans => { "写入 " (new + changed) " 行" } Locale::En => { "Write " (new + changed) " rows" } }
                    }
                }
            } @else { p { (l.pick("没有可以写入的行。", "There is nothing to write.")) } }
            p { a href={ "/import/" (id) "/report.csv" (scope) } { (l.pick("下载全部明细(CSV)", "Download all details (CSV)")) } }
            form method="post" action={ "/import/" (id) "/forget" (scope) } {
                (csrf(&visitor.csrf))
                button.button.plain type="submit" { (l.pick("不导入了", "Do not import")) }
            }
        }
        (table(&plan.rows, l))
    }
}

/// That some new rows may be what is there already; they are told of one by one below.
fn alike(rows: &[PlannedRow], l: Locale) -> Markup {
    let alike = rows.iter().filter(|row| row.alike.is_some()).count();
    html! { @if alike > 0 { p.told.due { i.sign aria-hidden="true" { "!" } @match l {
        Locale::ZhHans => { "新增的行里有 " (alike) " 行，名称与已有的很像，请先核对。" }
        Locale::En => { "New rows whose names are very like others: " (alike) ". Look at them first." }
    } } } }
}

/// How many rows are new, changed, unchanged and bad.
pub(in crate::dashboard) fn tiles<C>(rows: &[PlannedRow<C>], l: Locale) -> Markup {
    let [new, changed, unchanged, bad] = counts(rows);
    let tiles = [
        (l.pick("新增", "new"), new, "met"),
        (l.pick("变更", "changed"), changed, "due"),
        (l.pick("不变", "unchanged"), unchanged, "on-track"),
        (l.pick("有误", "bad"), bad, "missed"),
    ];
    html! {
        ul.tiles { @for (word, count, class) in tiles {
            li { span class={ "tile " (if count == 0 { "zero" } else { class }) } { b { (count) } (word) } }
        } }
    }
}

/// The first rows, those that somebody has to look at before the others.
pub(in crate::dashboard) fn table<C: Heading>(all: &[PlannedRow<C>], l: Locale) -> Markup {
    let rows = noteworthy(all);
    html! {
        @if !rows.is_empty() { div.sheet { table {
            thead { tr {
                th scope="col" { (l.pick("行", "Row")) }
                th scope="col" { (C::NAME.title(l)) }
                th scope="col" { (l.pick("结果", "Outcome")) }
                th scope="col" { (l.pick("说明", "Details")) }
            } }
            tbody { @for row in &rows { (line(row, l)) } }
        } } }
        @if rows.len() < all.len() { p.quiet { (l.pick("只显示前 100 行，其余在明细里。", "The first 100 are shown; the rest is in the details.")) } }
    }
}

/// Bad rows, then new ones that may be there already, then changed ones, then new ones, then the rest.
fn noteworthy<C>(all: &[PlannedRow<C>]) -> Vec<&PlannedRow<C>> {
    let rank = |row: &&PlannedRow<C>| match row.outcome {
        Outcome::Bad(_) => 0,
        Outcome::New if row.alike.is_some() => 1,
        Outcome::Changed(_) => 2,
        Outcome::New => 3,
        Outcome::Unchanged => 4,
    };
    let mut rows: Vec<_> = all.iter().collect();
    rows.sort_by_key(rank);
    rows.truncate(SHOWN);
    rows
}

fn line<C: Heading>(row: &PlannedRow<C>, l: Locale) -> Markup {
    let class = match row.outcome {
        Outcome::Bad(_) => "missed",
        Outcome::Changed(_) => "due",
        Outcome::New => "met",
        Outcome::Unchanged => "on-track",
    };
    html! { tr {
        td.nowrap { (row.line) }
        th scope="row" { (row.name) }
        td { span class={ "state " (class) } { (row.outcome.label(l)) } }
        td { @match &row.outcome {
            Outcome::Bad(cells) => { @for cell in cells { p {
                @if let Some(column) = cell.column { b { (column.title(l)) } " “" (cell.value) "” " }
                (cell.reason.sentence(l))
            } } }
            Outcome::Changed(changes) => { @for change in changes { p {
                b { (change.column.title(l)) } " “" (change.column.words(&change.from, l)) "” → “" (change.column.words(&change.to, l)) "”"
            } } }
            Outcome::New | Outcome::Unchanged => {
                p { @for (column, text) in &row.values { @if *column != C::NAME {
                    b { (column.title(l)) } " " (column.words(text, l)) "　"
                } } }
                @if let Some(alike) = &row.alike { p { b { (alike.sentence(l)) } } }
                @if let Some(day) = row.first_day { p { (begins(day, l)) } }
            }
        } }
    } }
}
