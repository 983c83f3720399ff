//! A plan as a table that a person takes along to mend the list: each row with what becomes of it, its values column
//! by column, and each bad cell with its value and why.

use std::collections::BTreeSet;
use std::io;

use chrono::NaiveDate;
use xuncha_core::domain::Locale;

use super::cell::BadCell;
use super::outcome::Heading;
use super::{Kind, Outcome, PlannedRow, Sheet};
use crate::export::harmless;

impl<C> Outcome<C> {
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

/// What is said of a new venue whose row names no first day.
#[must_use]
pub fn begins(day: NaiveDate, locale: Locale) -> String {
    match locale {
        Locale::ZhHans => format!("没有写开业日期：从{day}起检查"),
        Locale::En => format!("no opened_on: to be checked from {day} on"),
    }
}

/// Writes the report as CSV with a byte order mark, which Excel needs to see UTF-8.
pub fn report<C: Heading>(
    sheets: &[(Kind, Sheet)],
    rows: &[PlannedRow<C>],
    l: Locale,
    mut to: impl io::Write,
) -> csv::Result<()> {
    to.write_all("\u{feff}".as_bytes())?;
    let mut to = csv::Writer::from_writer(to);
    let columns: BTreeSet<C> = rows.iter().flat_map(columns).collect();
    let mut write = |fixed: [&str; 5], rest: &dyn Fn(C) -> String| {
        let cells = fixed.into_iter().map(str::to_owned).chain(columns.iter().map(|column| rest(*column)));
        to.write_record(cells.map(|cell| harmless(cell.into()).into_owned()))
    };
    let fixed = match l {
        Locale::ZhHans => ["文件", "行", "清单", "结果", "说明"],
        Locale::En => ["file", "line", "list", "outcome", "details"],
    };
    write(fixed, &|column| column.title(l).to_owned())?;
    for (kind, sheet) in sheets {
        for sentence in sheet.not_read(l) {
            let what = l.pick("没有读取", "not read");
            write([&sheet.name, "", kind.label(l), what, &sentence], &|_| String::new())?;
        }
    }
    for row in rows {
        let (line, details) = (row.line.to_string(), details(row, l));
        let fixed = [&*row.file, &line, row.kind.label(l), row.outcome.label(l), &details];
        write(fixed, &|column| value(row, column, l))?;
    }
    to.flush()?;
    Ok(())
}

/// The columns of which a row says something.
fn columns<C: Heading>(row: &PlannedRow<C>) -> impl Iterator<Item = C> {
    let changes = if let Outcome::Changed(changes) = &row.outcome { &**changes } else { &[] };
    row.values.iter().map(|(column, _)| *column).chain(changes.iter().map(|change| change.column))
}

/// What a row says of a column: the value, or what it was and will be.
fn value<C: Heading>(row: &PlannedRow<C>, column: C, l: Locale) -> String {
    let value = row.values.iter().find(|(of, _)| *of == column).map_or("", |(_, text)| text.as_str());
    match &row.outcome {
        // As it stands in the file.
        Outcome::Bad(_) => value.to_owned(),
        Outcome::Changed(changes) => match changes.iter().find(|change| change.column == column) {
            Some(change) => format!("{} → {}", column.words(&change.from, l), column.words(&change.to, l)),
            None => column.words(value, l).into_owned(),
        },
        Outcome::New | Outcome::Unchanged => column.words(value, l).into_owned(),
    }
}

/// What else there is to say of a row: each bad cell with its column, its value and why.
fn details<C: Heading>(row: &PlannedRow<C>, l: Locale) -> String {
    let bad = |cell: &BadCell<C>| match cell.column {
        Some(column) => format!("{} “{}” {}", column.title(l), cell.value, cell.reason.sentence(l)),
        None => cell.reason.sentence(l),
    };
    match &row.outcome {
        Outcome::Bad(cells) => cells.iter().map(bad).collect::<Vec<_>>().join(l.pick("；", "; ")),
        Outcome::New => {
            let told =
                [row.alike.as_ref().map(|alike| alike.sentence(l)), row.first_day.map(|day| begins(day, l))];
            told.into_iter().flatten().collect::<Vec<_>>().join(l.pick("；", "; "))
        }
        Outcome::Changed(_) | Outcome::Unchanged => String::new(),
    }
}
