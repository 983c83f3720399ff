//! A plan as a table that a person takes along to mend the list: each row with what becomes of it, its values column
//! by column, and each bad cell with its value and why.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

use chrono::NaiveDate;
use xuncha_core::domain::Locale;

use super::cell::{self, BadCell};
use super::{Column, ImportPlan, Kind, Outcome, PlannedRow, Sheet};
use crate::export::harmless;

impl Outcome {
    /// What people call it.
    #[must_use]
    pub const fn label(&self, locale: Locale) -> &'static str {
        match self {
            Self::New => locale.pick("新增", "new"),
            Self::Changed(_) => locale.pick("变更", "changed"),
            Self::Unchanged => locale.pick("不变", "unchanged"),
            Self::Bad(_) => locale.pick("有误", "bad"),
        }
    }
}

/// The name of a column in a language.
#[must_use]
pub const fn column_name(column: Column, locale: Locale) -> &'static str {
    locale.pick(column.chinese(), column.name())
}

/// What is said of a new venue whose row names no first day.
#[must_use]
pub fn begins(day: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::ZhHans => format!("没有写开业日期：从{day}起检查"),
        Locale::En => format!("no opened_on: to be checked from {day} on"),
    }
}

/// A value of a column as people read it: codes in words.
#[must_use]
pub fn words<'a>(column: Column, text: &'a str, l: Locale) -> Cow<'a, str> {
    let word = match column {
        Column::Kind => cell::kind(text).map(|kind| kind.label(l).to_owned()),
        Column::Role => cell::role(text).map(|role| role.label(l).to_owned()),
        Column::Level => cell::level(text).map(|level| level.label(l).to_owned()),
        Column::Active => cell::yes_no(text)
            .map(|yes| if yes { l.pick("是", "yes") } else { l.pick("否", "no") }.to_owned()),
        _ => return text.into(),
    };
    word.map_or(text.into(), Cow::from)
}

/// Writes the report as CSV with a byte order mark, which Excel needs to see UTF-8.
pub fn report(
    sheets: &[(Kind, Sheet)],
    plan: &ImportPlan,
    l: Locale,
    mut to: impl io::Write,
) -> csv::Result<()> {
    to.write_all("\u{feff}".as_bytes())?;
    let mut to = csv::Writer::from_writer(to);
    let columns: BTreeSet<Column> = plan.rows.iter().flat_map(columns).collect();
    let mut write = |fixed: [&str; 5], rest: &dyn Fn(Column) -> String| {
        let cells = fixed.into_iter().map(str::to_owned).chain(columns.iter().map(|column| rest(*column)));
        to.write_record(cells.map(|cell| harmless(cell.into()).into_owned()))
    };
    let fixed = match l {
        Locale::ZhHans => ["文件", "行", "清单", "结果", "说明"],
        Locale::En => ["file", "line", "list", "outcome", "details"],
    };
    write(fixed, &|column| column_name(column, l).to_owned())?;
    for (kind, sheet) in sheets {
        for sentence in sheet.not_read(l) {
            let what = l.pick("没有读取", "not read");
            write([&sheet.name, "", kind.label(l), what, &sentence], &|_| String::new())?;
        }
    }
    for row in &plan.rows {
        let (line, details) = (row.line.to_string(), details(row, l));
        let fixed = [&*row.file, &line, row.kind.label(l), row.outcome.label(l), &details];
        write(fixed, &|column| value(row, column, l))?;
    }
    to.flush()?;
    Ok(())
}

/// The columns of which a row says something.
fn columns(row: &PlannedRow) -> impl Iterator<Item = Column> {
    let changes = if let Outcome::Changed(changes) = &row.outcome { &**changes } else { &[] };
    row.values.iter().map(|(column, _)| *column).chain(changes.iter().map(|change| change.column))
}

/// What a row says of a column: the value, or what it was and will be.
fn value(row: &PlannedRow, column: Column, l: Locale) -> String {
    let value = row.values.iter().find(|(of, _)| *of == column).map_or("", |(_, text)| text.as_str());
    match &row.outcome {
        // As it stands in the file.
        Outcome::Bad(_) => value.to_owned(),
        Outcome::Changed(changes) => match changes.iter().find(|change| change.column == column) {
            Some(change) => format!("{} → {}", words(column, &change.from, l), words(column, &change.to, l)),
            None => words(column, value, l).into_owned(),
        },
        Outcome::New | Outcome::Unchanged => words(column, value, l).into_owned(),
    }
}

/// What else there is to say of a row: each bad cell with its column, its value and why.
fn details(row: &PlannedRow, l: Locale) -> String {
    let bad = |cell: &BadCell| match cell.column {
        Some(column) => format!("{} “{}” {}", column_name(column, l), cell.value, cell.reason.sentence(l)),
        None => cell.reason.sentence(l),
    };
    match &row.outcome {
        Outcome::Bad(cells) => cells.iter().map(bad).collect::<Vec<_>>().join(l.pick("；", "; ")),
        Outcome::New => row.first_day.map(|day| begins(day, l)).unwrap_or_default(),
        Outcome::Changed(_) | Outcome::Unchanged => String::new(),
    }
}
